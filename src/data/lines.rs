//! Bytes → pieces of whole lines, and where the cells in them end. Knows nothing of quotation marks and rows.

use std::io::{self, Read};

/// So many bytes are read together: with all that is known of their cells they stay in the second cache.
const PIECE: usize = 1 << 17;

/// A reader of lines.
pub(super) struct Lines<R> {
    bytes: R,
    buffer: Vec<u8>,
    /// What has been read and not taken.
    start: usize,
    end: usize,
    has_ended: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(bytes: R) -> Self {
        Self { bytes, buffer: vec![0; PIECE], start: 0, end: 0, has_ended: false }
    }

    /// Whole lines, with the ends of all but the last one of the file. Empty at the end of the file.
    pub(super) fn whole(&mut self) -> io::Result<&[u8]> {
        loop {
            let read = &self.buffer[self.start..self.end];
            match memchr::memrchr(b'\n', read) {
                Some(last) => return Ok(&self.buffer[self.start..=self.start + last]),
                None if self.has_ended => return Ok(&self.buffer[self.start..self.end]),
                None => self.read()?,
            }
        }
    }

    /// Takes bytes off the front.
    pub(super) fn take(&mut self, len: usize) {
        self.start += len;
    }

    /// All that has not been taken.
    pub(super) fn rest(mut self) -> impl Read {
        self.buffer.truncate(self.end);
        self.buffer.drain(..self.start);
        io::Cursor::new(self.buffer).chain(self.bytes)
    }

    fn read(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.buffer.len() {
            self.buffer.resize(self.end * 2, 0);
        }
        match self.bytes.read(&mut self.buffer[self.end..]) {
            Ok(0) => self.has_ended = true,
            Ok(len) => self.end += len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// How many bytes at the front of whole lines are lines without quotation marks, and without ends of lines that are none elsewhere.
pub(super) fn plain(lines: &[u8]) -> usize {
    let quoted = memchr::memchr(b'"', lines).unwrap_or(lines.len());
    let is_lone = |at: &usize| lines.get(at + 1) != Some(&b'\n');
    let odd = memchr::memchr_iter(b'\r', &lines[..quoted]).find(is_lone).unwrap_or(quoted);
    if odd == lines.len() { odd } else { memchr::memrchr(b'\n', &lines[..odd]).map_or(0, |end| end + 1) }
}

/// Where each cell ends: the places of delimiters and ends of lines. Eight bytes are looked at together, as Mycroft did (1987): a byte
/// that is zero after its difference from the wanted one is taken.
pub(super) fn ends(text: &[u8], delimiter: u8, ends: &mut Vec<u32>) {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let zeros = |word: u64| !(((word & LOW) + LOW) | word | LOW);
    let (delimiters, newlines) = (ONES * u64::from(delimiter), ONES * u64::from(b'\n'));
    ends.clear();
    let (words, rest) = text.as_chunks::<8>();
    let mut base = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let mut found = zeros(word ^ delimiters) | zeros(word ^ newlines);
        while found != 0 {
            ends.push(base + found.trailing_zeros() / 8);
            found &= found - 1;
        }
        base += 8;
    }
    ends.extend(rest.iter().zip(base..).filter(|(byte, _)| **byte == delimiter || **byte == b'\n').map(|(_, at)| at));
    if text.last().is_some_and(|last| *last != b'\n') {
        ends.push(base + u32::try_from(rest.len()).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_whole_lines_of_any_length() {
        let short = (0..4_000).map(|line| "x".repeat(line * 7 % 301) + "\n").collect::<String>();
        let text = short + &"y".repeat(300_000) + "\nend";
        let mut lines = Lines::new(text.as_bytes());
        let mut read = Vec::new();
        loop {
            let piece = lines.whole().unwrap();
            if piece.is_empty() {
                break;
            }
            assert!(piece.ends_with(b"\n") || piece == b"end");
            read.extend_from_slice(piece);
            let len = piece.len();
            lines.take(len);
        }
        assert!(read == text.as_bytes());
    }

    #[test]
    fn lines_are_plain_up_to_the_first_odd_one() {
        let cases =
            [("a\nb\n", 4), ("a\r\nb\r\n", 6), ("a\n\"b\"\nc\n", 2), ("a\nb\rc\n", 2), ("\"a", 0), ("a\nb\n\"", 4), ("a\nb\r", 2), ("", 0)];
        for (text, len) in cases {
            assert_eq!(plain(text.as_bytes()), len, "{text:?}");
        }
    }

    #[test]
    fn cells_end_where_they_do() {
        let mut found = Vec::new();
        for len in 0..100 {
            let text = (0..len).map(|at| [b'\t', b'\n', b'a', 0x89, 0x8a, 0xff, 8, 11][at * at * 7 % 11 % 8]).collect::<Vec<_>>();
            ends(&text, b'\t', &mut found);
            let mut expected = (0_u32..).zip(&text).filter(|(_, byte)| matches!(byte, b'\t' | b'\n')).map(|(at, _)| at).collect::<Vec<_>>();
            expected.extend(text.last().filter(|last| **last != b'\n').map(|_| u32::try_from(len).unwrap()));
            assert_eq!(found, expected);
        }
    }
}
