//! Whether a text ends in the middle of a statement, and what is missing: the prompt then reads another line.

use crate::syntax::error::SyntaxError;
use crate::syntax::layout::{self, TokenKind};

/// Whether the last statement of a text goes on: a bracket is open, or the last word is one after which a line goes on. A text whose last
/// line is blank is finished, so that somebody who does not know how to go on gets to see what is wrong.
///
/// ```
/// use srl::session::is_unfinished;
/// assert!(is_unfinished("?x is down if ?x is broken and"));
/// assert!(!is_unfinished("?x is down if ?x is broken and\n"));
/// assert!(!is_unfinished("B provides hosting to C"));
/// ```
pub fn is_unfinished(text: &str) -> bool {
    missing(text).is_some()
}

/// What an unfinished text waits for, in a few words: `) missing`, `more after and`. Nothing if it is finished.
pub fn missing(text: &str) -> Option<String> {
    let ends_blank = text.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
    if ends_blank || is_command(text) {
        return None;
    }
    let last = layout::as_typed(text).pop()?;
    if !matches!(last.flaw, None | Some(SyntaxError::OpenBracket { .. })) {
        return None;
    }
    let open = last.open?;
    Some(match (open.kind, &text[open.start..open.end]) {
        (TokenKind::Sign('('), _) => ") missing".to_owned(),
        (TokenKind::Sign('['), _) => "] missing".to_owned(),
        (TokenKind::Sign('{'), _) => "} missing".to_owned(),
        (_, word) => format!("more after {word}"),
    })
}

/// Whether a text is for the prompt itself: `:help`.
pub(super) fn is_command(text: &str) -> bool {
    text.trim_start().starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_waits_for() {
        for (text, expected) in [
            ("", None),
            ("# only a comment", None),
            ("B provides hosting to C", None),
            ("B provides hosting to C,", Some("more after ,")),
            ("B provides hosting to C, # and whom else?", Some("more after ,")),
            ("?x is y if", Some("more after if")),
            ("?x is y if ?x is z and", Some("more after and")),
            ("?x is y if (?x is z", Some(") missing")),
            ("?x is y if (", Some(") missing")),
            ("?x is y if (\n?x is z", Some(") missing")),
            ("?x is y if (\n?x is z\n)", None),
            ("verb a:b does c:d [on", Some("] missing")),
            ("find ?x where", Some("more after where")),
            ("rule a:", Some("more after :")),
            // Pasted: the last statement counts.
            ("B provides hosting to C\n?x is y if", Some("more after if")),
            ("?x is y\n  if ?x is z\nB provides a to C", None),
            // A blank line ends it.
            ("?x is y if\n", None),
            ("?x is y if (\n  \t", None),
            // Wrong already.
            ("?x is y if \"z", None),
            ("?x is y if (\"z", None),
            ("?x is y) and", None),
            // The prompt's own.
            (":why is B down and", None),
        ] {
            assert_eq!(missing(text).as_deref(), expected, "{text:?}");
        }
    }
}
