//! The text of a pack → its sections: a heading line, and below it the lines that begin with `|`, in which any text is safe.
//!
//! Knows no headings: that is the business of [`super::read`].

use super::Fault;

/// A heading with what stands below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    /// The first word of the heading: `Check`.
    pub(super) keyword: String,
    /// What stands before the colon: `reach`.
    pub(super) name: String,
    /// What stands in quotation marks before the colon.
    pub(super) title: String,
    /// What stands after the colon.
    pub(super) value: String,
    /// The lines below, without their bars.
    pub(super) block: String,
    /// The line of the heading, counted from 1.
    pub(super) line: usize,
    /// The line of the file in which the block begins, counted from 1.
    pub(super) block_line: usize,
}

/// Cuts a text into sections. Blank lines and lines that begin with `#` count for nothing, outside of blocks.
pub(super) fn sections(file: &str, text: &str) -> Result<Vec<Section>, Fault> {
    let mut sections: Vec<Section> = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let (line, number) = (line.trim_end(), number + 1);
        if let Some(text) = line.trim_start().strip_prefix('|') {
            let Some(section) = sections.last_mut() else {
                return Err(Fault::new(file, number, "this line has no heading above it, such as `Task:`"));
            };
            if section.block_line == 0 {
                section.block_line = number;
            }
            // Blank lines between two lines of a block belong to it, so that every line keeps its number.
            let missing = number - section.block_line - section.block.lines().count();
            section.block.push_str(&"\n".repeat(missing));
            section.block.push_str(text.strip_prefix(' ').unwrap_or(text));
            section.block.push('\n');
        } else if !line.trim().is_empty() && !line.starts_with('#') {
            sections.push(heading(line, number).ok_or_else(|| {
                let help =
                    "a heading is a word, perhaps a name and a title in quotation marks, and a colon: `Hint reach:`; text begins with `|`";
                Fault::new(file, number, format!("this is neither a heading nor text: {help}"))
            })?);
        }
    }
    Ok(sections)
}

/// `Check reach "However far": same answers`
fn heading(line: &str, number: usize) -> Option<Section> {
    let (before, title, after) = match line.split_once('"') {
        // A quotation mark after the colon is part of the value.
        Some((before, rest)) if !before.contains(':') => {
            let (title, after) = rest.split_once('"')?;
            (before, title, after)
        }
        _ => (line, "", ""),
    };
    let (before, value) = if title.is_empty() { before.split_once(':')? } else { (before, after.trim_start().strip_prefix(':')?) };
    let (keyword, name) = before.trim().split_once(char::is_whitespace).unwrap_or((before.trim(), ""));
    let is_word = !keyword.is_empty() && keyword.chars().all(char::is_alphabetic);
    is_word.then(|| Section {
        keyword: keyword.to_owned(),
        name: name.trim().to_owned(),
        title: title.to_owned(),
        value: value.trim().to_owned(),
        line: number,
        ..Section::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_has_a_name_a_title_and_a_value() {
        let text = "# a comment\nCheck reach \"How far: all\": same answers\n| who?\n\n|   # kept\n\nHint: \"x\": y\n";
        let sections = sections("a", text).unwrap();
        let [check, hint] = sections.as_slice() else { panic!("{sections:?}") };
        assert_eq!((&*check.keyword, &*check.name, &*check.title, &*check.value), ("Check", "reach", "How far: all", "same answers"));
        assert_eq!((&*check.block, check.line, check.block_line), ("who?\n\n  # kept\n", 2, 3));
        assert_eq!((&*hint.keyword, &*hint.name, &*hint.value), ("Hint", "", "\"x\": y"));
    }

    #[test]
    fn what_is_no_heading_is_told_with_its_line() {
        assert_eq!(sections("a", "| text").unwrap_err().line, 1);
        assert_eq!(sections("a", "Task:\nwrite this").unwrap_err().line, 2);
    }
}
