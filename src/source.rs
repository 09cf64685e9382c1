//! Texts and places in them: a [`Source`] is one named text, a [`Span`] a piece of it in bytes.
//!
//! Every later stage carries spans; only the edge turns them into lines and columns. Knows nothing of the language.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A piece of a source, in bytes: from `start` up to, not including, `end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The piece between two byte offsets, which must fit a `u32`: [`Source::new`] makes sure of that for its text.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        let offset = |at| u32::try_from(at).expect("a source is at most u32::MAX bytes long");
        Self { start: offset(start), end: offset(end) }
    }

    /// The smallest piece that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The piece as a range to index a text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl From<Span> for miette::SourceSpan {
    fn from(span: Span) -> Self {
        let range = span.range();
        Self::new(range.start.into(), range.len())
    }
}

/// So many bytes are looked through for line ends each time that somebody asks for a line.
const PIECE: usize = 1 << 10;

/// Lines that begin before this byte are counted at once: whoever asks for one of a long text does not wait until all are.
const NEAR: usize = 8 * PIECE;

/// One named text: a file, a piece of standard input, a line typed at the prompt, a shipped vocabulary.
#[derive(Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    /// How many lines end before each [`PIECE`] of the text; counted when it is first asked for.
    ends: OnceLock<Vec<u32>>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.text == other.text
    }
}

impl Eq for Source {}

impl Source {
    /// The longest text that can be read, in bytes.
    pub const MAX_LEN: usize = u32::MAX as usize - 1;

    /// A text under the name that problems show. Lines may end with LF, CR LF or CR. Text beyond [`Self::MAX_LEN`] is cut off at a character border; the
    /// shells refuse such files before they come here.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text: Arc<str> = text.into();
        let text = if text.len() > Self::MAX_LEN { text[..text.floor_char_boundary(Self::MAX_LEN)].into() } else { text };
        let text = if text.contains('\r') { with_line_feeds(&text).into() } else { text };
        Self { name: name.into(), text, ends: OnceLock::new() }
    }

    /// The name that problems show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a piece; of a piece that does not lie in this source, nothing.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte offset, both counted from 1; columns count characters, not bytes.
    ///
    /// ```
    /// let source = srl::Source::new("a.srl", "é is fine\nö is not");
    /// assert_eq!(source.line_and_column(3), (1, 3));
    /// assert_eq!(source.line_and_column(14), (2, 3));
    /// assert_eq!(srl::Source::new("old.srl", "B is\rcritical\r\nC is").line_and_column(16), (3, 2));
    /// ```
    pub fn line_and_column(&self, offset: u32) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset as usize);
        let text = self.text.as_bytes();
        let start = memchr::memrchr(b'\n', &text[..offset]).map_or(0, |end| end + 1);
        (self.ends_before(offset) + 1, self.text[start..offset].chars().count() + 1)
    }

    /// How many lines end before a byte.
    fn ends_before(&self, offset: usize) -> usize {
        let text = self.text.as_bytes();
        let ends_in = |piece: &[u8]| memchr::memchr_iter(b'\n', piece).count();
        if offset < NEAR {
            return ends_in(&text[..offset]);
        }
        let ends = self.ends.get_or_init(|| {
            let mut ends = 0;
            let after = text.chunks(PIECE).map(|piece| {
                ends += u32::try_from(ends_in(piece)).unwrap_or(u32::MAX);
                ends
            });
            std::iter::once(0).chain(after).collect()
        });
        let piece = offset / PIECE;
        ends[piece] as usize + ends_in(&text[piece * PIECE..offset])
    }
}

/// The text with a line feed for each carriage return that stands alone, as old text editors end their lines. Offsets stay.
fn with_line_feeds(text: &str) -> String {
    let mut rest = text.chars().peekable();
    let mut result = String::with_capacity(text.len());
    while let Some(character) = rest.next() {
        let is_alone = character == '\r' && rest.peek() != Some(&'\n');
        result.push(if is_alone { '\n' } else { character });
    }
    result
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({}, {} bytes)", self.name, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line ends on both sides of where the text is divided, empty lines and long ones.
    #[test]
    fn places_are_those_that_one_would_count() {
        let lines = (0..400).map(|number| "é".repeat(number * 7 % 50) + "\n");
        let long = format!("\n\n{}\n", "x".repeat(NEAR));
        for text in [String::new(), "\n".repeat(2 * PIECE), lines.collect::<String>() + &long + "end", "x".repeat(PIECE)] {
            let source = Source::new("text", text.as_str());
            for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
                let before = &text[..offset];
                let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
                let at = u32::try_from(offset).unwrap();
                assert_eq!(source.line_and_column(at), (before.matches('\n').count() + 1, column), "{offset}");
            }
        }
    }
}
