//! Texts longer than the screen: a screenful at a time.

use super::Session;
use super::echo::some;

/// What a page leaves free: the prompt, and the line that says how much is left.
const FREE: usize = 2;

/// How much fits a screen, in characters and lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Characters in a line.
    pub width: usize,
    /// Lines.
    pub height: usize,
}

impl Session {
    /// The part of a text that fits a screen; the rest waits for `:more`. Without a screen it is the whole text.
    pub fn page(&mut self, text: &str, screen: Option<Screen>) -> String {
        self.rest.clear();
        let Some(Screen { width, height }) = screen else { return text.to_owned() };
        let room = height.saturating_sub(FREE).max(1);
        let (mut used, mut end) = (0, 0);
        for line in text.split_inclusive('\n') {
            // A long line takes several on the screen, a wide character two places; colours take none.
            let shown = textwrap::core::display_width(line.trim_end()).div_ceil(width.max(1)).max(1);
            if used + shown > room {
                break;
            }
            used += shown;
            end += line.len();
        }
        // There may be millions of them: they are counted, and not measured.
        let rest = &text.as_bytes()[end..];
        let left = memchr::memchr_iter(b'\n', rest).count() + usize::from(rest.last().is_some_and(|last| *last != b'\n'));
        // One line more takes no more room than saying that it is there.
        if left <= 1 {
            return text.to_owned();
        }
        text[end..].clone_into(&mut self.rest);
        format!("{}… {} more: `:more`\n", &text[..end], some(left, "line"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Session, Setup};
    use super::Screen;

    #[test]
    fn a_long_text_comes_in_pages() {
        let mut session = Session::new(Setup::default()).unwrap();
        let text = "a\nb\nc\nd\ne\n";
        let screen = |height| Some(Screen { width: 80, height });
        assert_eq!(session.page(text, None), text);
        assert_eq!(session.page(text, screen(6)), text);
        assert_eq!(session.page(text, screen(5)), "a\nb\nc\n… 2 lines more: `:more`\n");
        assert_eq!(session.rest, "d\ne\n");
        assert_eq!(session.page(text, screen(0)).lines().count(), 2);
        assert_eq!(session.page("12345678\n1\n2\n3\n", Some(Screen { width: 4, height: 5 })), "12345678\n1\n… 2 lines more: `:more`\n");
    }
}
