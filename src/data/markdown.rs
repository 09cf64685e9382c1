//! Rows → lines of a table in Markdown.

use std::fmt::Display;

/// The headings, and the line below them.
pub(crate) fn head(columns: &[impl Display]) -> String {
    format!("{}| {} |\n", row(columns.iter()), vec!["---"; columns.len()].join(" | "))
}

pub(crate) fn row(cells: impl Iterator<Item = impl Display>) -> String {
    format!("| {} |\n", cells.map(|cell| escaped(&cell.to_string())).collect::<Vec<_>>().join(" | "))
}

/// A text on one line, without what Markdown would take for its own.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|') {
            escaped.push('\\');
        }
        escaped.push(if character.is_control() { ' ' } else { character });
    }
    escaped
}
