//! A text → the same text in lines that a narrow terminal does not break inside of words.
//!
//! Prose is filled anew from the first line that is too long; pictures, programs and verdicts keep their lines, and go on further in.

use textwrap::{Options, WordSplitter};

/// From here on a line is a picture or a program.
const PROGRAM: usize = 4;

/// Where what was begun in a line goes on.
fn indent(line: &str) -> usize {
    let text = line.trim_start();
    let before = line.len() - text.len();
    let digits = text.trim_start_matches(|character: char| character.is_ascii_digit());
    before
        + match text {
            _ if before >= PROGRAM => PROGRAM,
            _ if is_verdict(text) => "NOT YET  ".len(),
            _ if text.starts_with("- ") => 2,
            _ if digits.len() < text.len() && digits.starts_with(". ") => text.len() - digits.len() + 2,
            _ => 0,
        }
}

fn is_verdict(line: &str) -> bool {
    line.starts_with("PASS ") || line.starts_with("NOT YET ")
}

/// The text in lines of at most so many characters, as far as its words allow.
pub(super) fn fitted(text: &str, width: usize) -> String {
    let mut fitted = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let mut whole = line.trim_end().to_owned();
        if textwrap::core::display_width(&whole) <= width {
            fitted.push_str(line);
            continue;
        }
        let indent = indent(&whole);
        let is_prose = indent < PROGRAM && !is_verdict(&whole);
        let goes_on = |next: &&str| {
            let text = next.trim_start();
            let is_text = text.starts_with(|first: char| first.is_alphabetic() || "`\"*(".contains(first)) && !is_verdict(text);
            is_prose && is_text && next.len() - text.len() == indent
        };
        while let Some(next) = lines.next_if(goes_on) {
            whole = whole + " " + next.trim();
        }
        let further = " ".repeat(indent);
        let options = Options::new(width).subsequent_indent(&further).break_words(false).word_splitter(WordSplitter::NoHyphenation);
        fitted.push_str(&textwrap::fill(&whole, options));
        if line.ends_with('\n') {
            fitted.push('\n');
        }
    }
    fitted
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn prose_is_filled_and_programs_keep_their_lines() {
        let text = "One two three four\nfive six.\n\n- an item that is long\n  and goes on\n    B provides hosting to C for D\nPASS     a title of its own\nNOT YET  another\n";
        let narrow = "One two three\nfour five six.\n\n- an item that\n  is long and\n  goes on\n    B provides\n        hosting\n        to C for\n        D\n\
            PASS     a title\n         of its\n         own\nNOT YET  another\n";
        assert_eq!(fitted(text, 16), narrow);
        assert_eq!(fitted(text, 80), text);
        assert_eq!(fitted("no-break-in-here at all", 5), "no-break-in-here\nat\nall");
    }
}
