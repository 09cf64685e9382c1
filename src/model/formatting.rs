//! Formatting that somebody may stop. Formatting itself knows nothing of interrupts, nor a model anything of layout.

use std::sync::Arc;

use super::error::RunError;
use crate::diagnostics::Problem;
use crate::engine::Interrupt;
use crate::source::{Source, Span};
use crate::syntax::format::{FormatError, format_while};

/// The same as [`format`](crate::syntax::format::format) for as long as nothing interrupts it. It is a piece of work, as a question is.
///
/// # Errors
/// If the text cannot be read, or formatting was stopped.
///
/// ```
/// let interrupt = srl::Interrupt::default();
/// let source = srl::Source::new("a.srl", "B  provides hosting to C .");
/// assert_eq!(srl::format_unless(&interrupt, &source)?, "B provides hosting to C\n");
/// interrupt.raise();
/// assert!(matches!(srl::format_unless(&interrupt, &source), Err(srl::FormatError::Stopped(_))));
/// # Ok::<(), srl::FormatError>(())
/// ```
pub fn format_unless(interrupt: &Interrupt, source: &Source) -> Result<String, FormatError> {
    let _at_work = interrupt.at_work();
    let formatted = format_while(source, &|| !interrupt.is_raised());
    if !interrupt.is_raised() {
        return formatted;
    }
    let first_line = source.text().lines().next().unwrap_or_default();
    let doing = "the text was being formatted".to_owned();
    let stopped = RunError::stopped(interrupt.cause(), doing, Span::new(0, first_line.len()));
    Err(FormatError::Stopped(Problem::new(stopped, Arc::new(source.clone())).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Between two looks at an interrupt no more than a statement is formatted.
    #[test]
    fn an_interrupt_is_heard_at_each_statement() {
        const STATEMENTS: u64 = 50;
        let source = Source::new("a.srl", "A  provides power to B\n".repeat(50));
        let interrupt = Interrupt::default();
        let mut looks = 0;
        let formatted = loop {
            interrupt.raise_after(looks);
            match format_unless(&interrupt, &source) {
                Ok(formatted) => break formatted,
                Err(FormatError::Stopped(error)) => assert_eq!(error.problems()[0].code(), "E0410"),
                Err(error) => unreachable!("after {looks} looks: {error}"),
            }
            interrupt.clear();
            looks += 1;
        };
        assert_eq!(formatted, crate::syntax::format::format(&source).unwrap());
        assert!(looks > 6 * STATEMENTS, "{looks} looks");
    }
}
