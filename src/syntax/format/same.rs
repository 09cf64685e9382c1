//! Whether two trees say the same, wherever in their texts it stands, and however their questions were spelled.
//!
//! Compares what the trees look like when they are dumped, so that it takes part in every change of the tree by itself.

use crate::syntax::ast::StatementKind;

pub(super) fn same(left: &StatementKind, right: &StatementKind) -> bool {
    without_places(&format!("{left:?}")) == without_places(&format!("{right:?}"))
}

/// A dump without its spans and without the texts of questions.
fn without_places(dump: &str) -> String {
    const TEXT_OF_QUESTION: &str = "Question { text: ";
    let mut kept = String::with_capacity(dump.len());
    let mut rest = dump;
    while let Some(first) = rest.bytes().next() {
        let (token, is_kept) = match first {
            b'"' => (quoted_len(rest), !kept.ends_with(TEXT_OF_QUESTION)),
            b'0'..=b'9' => span_len(rest).map_or((digits(rest), true), |len| (len, false)),
            _ => (rest.find(|next: char| next == '"' || next.is_ascii_digit()).unwrap_or(rest.len()), true),
        };
        if is_kept {
            kept.push_str(&rest[..token]);
        }
        rest = &rest[token..];
    }
    kept
}

fn quoted_len(text: &str) -> usize {
    let mut escaped = true;
    let end = text.find(|next| {
        let closes = next == '"' && !escaped;
        escaped = next == '\\' && !escaped;
        closes
    });
    end.map_or(text.len(), |end| end + 1)
}

/// `12..34`
fn span_len(text: &str) -> Option<usize> {
    let start = digits(text);
    let end = digits(text[start..].strip_prefix("..")?);
    (end > 0).then_some(start + 2 + end)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_texts_of_questions_do_not_count() {
        assert_eq!(without_places(r#"Word { text: "a\"1..2", span: 12..34 }"#), r#"Word { text: "a\"1..2", span:  }"#);
        assert_eq!(without_places(r#"Question { text: "who\\", n: 1.5 }"#), "Question { text: , n: 1.5 }");
    }
}
