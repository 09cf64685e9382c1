//! A line of text → its shape: what of it the grammar looks at. Lines of one shape are read alike, so it is enough that the grammar reads
//! one of them.
//!
//! The grammar knows its own words, and of all other names, numbers and days only that they are some. So a shape is a list of those words
//! and, for anything else, of which of these it is. A line has none where any doubt is left: because of signs that no plain fact holds, or
//! of what its own content may make wrong (a day that does not exist, a name that is too long).

use super::ast::Part;
use super::layout;
use super::values::{date, number};
use super::words;
use crate::source::Span;
use crate::value::MAX_NAME_LEN;

/// The most tokens of a line that has a shape: one byte each.
const MAX_TOKENS: usize = 16;

/// The shape of a line: a byte for each of its tokens, the last one lowest, and zeros above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Shape(u128);

/// What a token may be beside a word of the grammar: those have larger numbers.
const NAME: u8 = 1;
const QUOTED: u8 = 2;
const NUMBER: u8 = 3;
const DATE: u8 = 4;
const STOP: u8 = 5;
const FIRST_WORD: u8 = 6;

/// Numbers of so few signs are kept exactly.
const SURE_NUMBER: usize = 20;

/// A line that may be a plain fact. One is read after the other into the same place.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) shape: Shape,
    tokens: [Span; MAX_TOKENS],
    len: usize,
    /// Where the next statement begins, or the end of the text.
    pub(super) end: usize,
}

impl Line {
    /// Its tokens; a full stop that ends it is one.
    pub(super) fn tokens(&self) -> &[Span] {
        &self.tokens[..self.len]
    }

    /// What the token of this number is, if it is no word of the grammar and no sign.
    pub(super) fn part(&self, token: usize) -> Option<Part> {
        match self.shape.0.to_le_bytes()[self.len - 1 - token] {
            NAME => Some(Part::Name),
            QUOTED => Some(Part::Quoted),
            NUMBER => Some(Part::Number),
            DATE => Some(Part::Date),
            _ => None,
        }
    }

    /// Reads the line that begins at a byte with its first token. False if it has no shape, or is no whole statement.
    pub(super) fn read(&mut self, text: &str, start: usize) -> bool {
        self.end_at(text, start).is_some_and(|end| {
            self.end = end;
            true
        })
    }

    fn end_at(&mut self, text: &str, start: usize) -> Option<usize> {
        (self.shape, self.len) = (Shape::default(), 0);
        let bytes = text.as_bytes();
        let mut at = start;
        loop {
            let (kind, end) = token(text, at)?;
            self.push(kind, at, end)?;
            at = end;
            if bytes.get(at) == Some(&b'.') {
                self.push(STOP, at, at + 1)?;
                at += 1;
            }
            let gap = at;
            while let Some(b' ' | b'\t') = bytes.get(at) {
                at += 1;
            }
            if gap == at || matches!(bytes.get(at), None | Some(b'\r' | b'\n' | b'#')) {
                return statement_end(text, at);
            }
        }
    }

    fn push(&mut self, kind: u8, start: usize, end: usize) -> Option<()> {
        *self.tokens.get_mut(self.len)? = Span::new(start, end);
        self.len += 1;
        self.shape.0 = self.shape.0 << 8 | u128::from(kind);
        Some(())
    }
}

/// What the token at a byte is, and its end; nothing if that is not sure.
#[inline]
fn token(text: &str, start: usize) -> Option<(u8, usize)> {
    let bytes = text.as_bytes();
    match *bytes.get(start)? {
        b'A'..=b'Z' | b'a'..=b'z' => word(text, start),
        b'"' => quoted(bytes, start),
        b'0'..=b'9' | b'-' => digits(text, start),
        0x80.. => {
            let end = letter(text, start, pest::unicode::XID_START)?;
            name(text, start, end)
        }
        _ => None,
    }
}

/// A bare word that begins with a letter of ASCII: a name, or a word of the grammar.
fn word(text: &str, start: usize) -> Option<(u8, usize)> {
    let bytes = &text.as_bytes()[start..];
    let letters = bytes.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(bytes.len());
    let (kind, end) = name(text, start, start + letters)?;
    if end > start + letters {
        return Some((kind, end));
    }
    match words::of_the_grammar(&text[start..end]) {
        Some(word) if bytes[0].is_ascii_lowercase() => Some((FIRST_WORD.checked_add(word)?, end)),
        // Some are keywords with a capital, too, where a statement begins.
        Some(_) => None,
        None => Some((kind, end)),
    }
}

/// The rest of a name that reaches from `start` up to `end` at least.
fn name(text: &str, start: usize, mut end: usize) -> Option<(u8, usize)> {
    let bytes = text.as_bytes();
    let continued = |at: usize| match *bytes.get(at)? {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' => Some(at + 1),
        0x80.. => letter(text, at, pest::unicode::XID_CONTINUE),
        _ => None,
    };
    loop {
        if let Some(next) = continued(end) {
            end = next;
        } else if let Some(b'-' | b'.' | b'&' | b'\'') = bytes.get(end)
            && let Some(next) = continued(end + 1)
        {
            end = next;
        } else {
            return (end - start <= MAX_NAME_LEN).then_some((NAME, end));
        }
    }
}

/// The end of the character at a byte, if it is one of these.
fn letter(text: &str, at: usize, is_one: fn(char) -> bool) -> Option<usize> {
    text[at..].chars().next().filter(|character| is_one(*character)).map(|character| at + character.len_utf8())
}

/// A string without a backslash.
fn quoted(bytes: &[u8], start: usize) -> Option<(u8, usize)> {
    let len = memchr::memchr3(b'"', b'\\', b'\n', &bytes[start + 1..])?;
    let is_whole = bytes[start + 1 + len] == b'"';
    (is_whole && len > 0 && len + 2 <= MAX_NAME_LEN).then_some((QUOTED, start + len + 2))
}

/// A number, a day, or a name that begins with digits.
fn digits(text: &str, start: usize) -> Option<(u8, usize)> {
    let bytes = text.as_bytes();
    let after = |at: usize| bytes[at..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |len| at + len);
    let is_at = |at: usize, test: fn(&u8) -> bool| bytes.get(at).is_some_and(test);
    let first = start + usize::from(bytes[start] == b'-');
    let whole = after(first);
    if whole == first {
        return None;
    }
    if is_at(whole, |sign| *sign == b'-') {
        if first == start && is_at(whole + 1, u8::is_ascii_alphabetic) {
            return name(text, start, whole + 2);
        }
        let day = text.get(start..start + 10)?;
        let digits_alone = day.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
        return (digits_alone && is_ended(bytes, start + 10) && date(day).is_some()).then_some((DATE, start + 10));
    }
    if first == start && is_at(whole, u8::is_ascii_alphabetic) {
        return name(text, start, whole + 1);
    }
    let is_fraction = is_at(whole, |sign| *sign == b'.') && is_at(whole + 1, u8::is_ascii_digit);
    let end = if is_fraction { after(whole + 1) } else { whole };
    let end = end + usize::from(is_at(end, |sign| *sign == b'%'));
    let is_exact = || end - start <= SURE_NUMBER || number(&text[start..end]).is_some();
    (is_ended(bytes, end) && is_exact()).then_some((NUMBER, end))
}

/// Whether nothing follows a number or a day that would make it something else.
fn is_ended(bytes: &[u8], at: usize) -> bool {
    let is_space = |at: usize| matches!(bytes.get(at), None | Some(b' ' | b'\t' | b'\r' | b'\n'));
    is_space(at) || bytes[at] == b'.' && is_space(at + 1)
}

/// Where the statement after a line begins whose last token has ended, or the end of the text; nothing if the line may go on.
#[inline]
fn statement_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if let [b'\n', b'A'..=b'Z' | b'"' | b'0'..=b'9', ..] = bytes[at..] {
        return Some(at + 1);
    }
    let blank = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    // A `##` in this line belongs to no other one.
    let is_ended = match bytes[at + blank..] {
        [b'#', next, ..] => next != b'#',
        [b'\n' | b'#', ..] | [] => true,
        _ => false,
    };
    if !is_ended {
        return None;
    }
    let next = layout::next_token(text, at);
    let begin = &bytes[next..];
    let letters = begin.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let first = if begin.first() == Some(&b'[') { "[" } else { &text[next..next + letters] };
    // What stands behind `order` and `limit` is not looked at.
    let may_go_on = ["by", "1"].iter().any(|after| layout::carries_on(first, after));
    (!may_go_on).then_some(next)
}
