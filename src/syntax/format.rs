//! Text → the same program in the one layout that SRL programs have; docs/formatting.md tells it to users.
//!
//! Works on the words as they were written, never on the tree, so that nothing can be lost: [`layout`](super::layout) cuts the
//! statements, [`pieces`] cuts their words, [`clauses`] decides where a line may end, and [`print`] where it does. The trees of
//! both texts are compared ([`same`]) before anything comes out. Knows no verb, and nothing of files.

mod clauses;
mod pieces;
mod print;
mod same;

use std::ops::Range;
use std::sync::Arc;

use self::pieces::Quotes;
pub(crate) use self::print::WIDTH;
use super::layout::{Chunk, Chunks};
use super::{MAX_STATEMENT_LEN, ast};
use crate::diagnostics::{Error, Problem};
use crate::source::{Source, Span};

/// Why a text was not formatted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// It holds statements that cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Error),
    /// Something has stopped it.
    #[error(transparent)]
    Stopped(Error),
    /// The formatted text is not what it should be. Whoever meets this should report it, with the text.
    #[error("line {line}: {what}; this is a mistake in the formatter, and the text was left alone")]
    Mistake {
        /// What would have been wrong with the formatted text.
        what: &'static str,
        /// The line of the text that it would have happened to, counted from 1.
        line: usize,
    },
}

/// A program in the layout that all SRL programs share. Comments and meaning stay, and so does what is formatted already.
///
/// ```
/// let source = srl::Source::new("a.srl", "\"Google\"  provides hosting,storage to Dion .   # since May\n\n\n\nwho provides what ?");
/// assert_eq!(srl::format(&source)?, "Google provides hosting, storage to Dion  # since May\n\nwho provides what?\n");
/// # Ok::<(), srl::FormatError>(())
/// ```
pub fn format(source: &Source) -> Result<String, FormatError> {
    format_while(source, &|| true)
}

/// The same for as long as that is wanted; afterwards, whatever comes out is nothing.
pub(crate) fn format_while(source: &Source, is_wanted: &dyn Fn() -> bool) -> Result<String, FormatError> {
    let text = source.text();
    let (program, problems) = super::parse_singly_while(text, is_wanted);
    if !problems.is_empty() {
        let source = Arc::new(source.clone());
        return Err(Error::new(problems.into_iter().map(|problem| Problem::new(problem, source.clone())).collect()).into());
    }
    let formatted = laid_out(text, is_wanted);
    let mistake = |what, at: Span| Err(FormatError::Mistake { what, line: source.line_and_column(at.start).0 });
    if let Some(at) = first_difference(&program, &super::parse_singly_while(&formatted, is_wanted), is_wanted) {
        return mistake("formatted, this would mean something else", at);
    }
    if comments(text, is_wanted) != comments(&formatted, is_wanted) {
        return mistake("a comment would get lost", Span::default());
    }
    if laid_out(&formatted, is_wanted) != formatted {
        return mistake("formatted again, this would change again", Span::default());
    }
    Ok(formatted)
}

/// The text in its new layout.
fn laid_out(text: &str, is_wanted: &dyn Fn() -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    lay_out(Chunks::new(text).take_while(|_| is_wanted()), text, &mut out, WIDTH);
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Puts statements behind what stands there already, which fill so many columns.
fn lay_out(chunks: impl Iterator<Item = Chunk>, text: &str, out: &mut String, width: usize) {
    let (mut end, begun) = (0, out.len());
    for chunk in chunks {
        let range = chunk.span.range();
        let is_first = end == 0;
        let blank = between(&text[end..range.start], out);
        if blank && !out.is_empty() && !(is_first && begun > 0) {
            out.push('\n');
        }
        out.push_str(&statement(&text[range.clone()], width));
        end = range.end;
    }
    between(&text[end..], out);
}

/// A scenario: its changes stand one below the other between its brackets.
fn scenario(text: &str, body: Range<usize>, width: usize) -> String {
    let head = text[..body.start].trim_end_matches('{');
    let mut out = statement(head, width);
    let changes = &text[body];
    if changes.trim().is_empty() {
        out.push_str(" {}");
        return out;
    }
    out.push_str(" {");
    let mut inner = String::from("{");
    lay_out(Chunks::new(changes), changes, &mut inner, width - clauses::STEP);
    let mut lines = inner.trim_end().strip_prefix('{').unwrap_or_default().split('\n');
    out.push_str(lines.next().unwrap_or_default());
    for line in lines {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', clauses::STEP));
            out.push_str(line);
        }
    }
    out.push_str("\n}");
    out
}

/// What stands between two statements: the comment behind the first, then comments on lines of their own. Ends at the start of a
/// line, and tells whether a blank line follows.
fn between(text: &str, out: &mut String) -> bool {
    let mut lines = text.split('\n').map(str::trim);
    if !out.is_empty() {
        let behind = lines.next().unwrap_or_default();
        if !behind.is_empty() {
            out.push_str("  ");
            out.push_str(behind);
        }
        out.push('\n');
    }
    let mut blank = false;
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        if !line.is_empty() {
            if blank && !out.is_empty() {
                out.push('\n');
            }
            out.push_str(line);
            out.push('\n');
        }
        // The last of them is what stands on the line of the next statement.
        blank = line.is_empty() && (blank || lines.peek().is_some());
    }
    blank
}

fn statement(text: &str, width: usize) -> String {
    if let Some(body) = super::compound::scenario_body(text) {
        return scenario(text, body, width);
    }
    let (pieces, dropped) = pieces::pieces(text, Quotes::Drop);
    let mut formatted = clauses::print(&pieces, width);
    if dropped && !reads_as(text, &formatted) {
        formatted = clauses::print(&pieces::pieces(text, Quotes::Keep).0, width);
    }
    if formatted.len() > MAX_STATEMENT_LEN { text.to_owned() } else { formatted }
}

/// Whether both texts are one and the same statement.
fn reads_as(left: &str, right: &str) -> bool {
    let read = |text: &str| super::statement(text, Span::new(0, text.len()));
    matches!((read(left), read(right)), (Ok(left), Ok(right)) if same::same(&left, &right))
}

/// Where the first statement stands that has become another one.
fn first_difference(
    before: &ast::Program,
    (after, problems): &(ast::Program, Vec<super::SyntaxError>),
    is_wanted: &dyn Fn() -> bool,
) -> Option<Span> {
    let mut after_statements = after.statements.iter();
    let differs = |statement: &&ast::Statement| {
        after_statements.next().is_none_or(|after| after.doc != statement.doc || !same::same(&after.kind, &statement.kind))
    };
    let differing = before.statements.iter().take_while(|_| is_wanted()).find(differs).map(|statement| statement.span);
    differing.or_else(|| (!problems.is_empty() || after.statements.len() != before.statements.len()).then(Span::default))
}

/// Every comment of a text that can be read, in its order.
fn comments<'t>(text: &'t str, is_wanted: &dyn Fn() -> bool) -> Vec<&'t str> {
    let mut comments = Vec::new();
    let mut end = 0;
    for chunk in Chunks::new(text).take_while(|_| is_wanted()) {
        let range = chunk.span.range();
        comments.extend(text[end..range.start].lines().map(str::trim).filter(|line| !line.is_empty()));
        comments.extend(pieces::pieces(&text[range.clone()], Quotes::Keep).0.iter().flat_map(pieces::Piece::comments));
        end = range.end;
    }
    comments.extend(text[end..].lines().map(str::trim).filter(|line| !line.is_empty()));
    comments
}
