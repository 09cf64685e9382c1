//! Texts longer than the screen: a screenful at a time.

use super::Session;
use super::echo::some;

/// What a page leaves free: the prompt, and the line that says how much is left.
const FREE: usize = 2;

impl Session {
    /// The part of a text that fits a screen of `height` lines; the rest waits for `:more`. Without a height it is the whole text.
    pub fn page(&mut self, text: &str, height: Option<usize>) -> String {
        self.rest.clear();
        let shown = height.map_or(usize::MAX, |height| height.saturating_sub(FREE).max(1));
        let lines = text.lines().count();
        // One line more takes no more room than saying that it is there.
        if lines <= shown.saturating_add(1) {
            return text.to_owned();
        }
        let end: usize = text.split_inclusive('\n').take(shown).map(str::len).sum();
        text[end..].clone_into(&mut self.rest);
        format!("{}… {} more: `:more`\n", &text[..end], some(lines - shown, "line"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Session, Setup};

    #[test]
    fn a_long_text_comes_in_pages() {
        let mut session = Session::new(Setup::default()).unwrap();
        let text = "a\nb\nc\nd\ne\n";
        assert_eq!(session.page(text, None), text);
        assert_eq!(session.page(text, Some(6)), text);
        assert_eq!(session.page(text, Some(5)), "a\nb\nc\n… 2 lines more: `:more`\n");
        assert_eq!(session.rest, "d\ne\n");
        assert_eq!(session.page(text, Some(0)).lines().count(), 2);
    }
}
