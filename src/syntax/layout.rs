//! Cuts a text into statements: which line ends end a statement, and which do not (section 2 of the language).
//!
//! Works on a few kinds of tokens and never fails: what cannot be a statement (an open bracket, a quotation mark that is
//! never closed) comes out with its flaw, and the next statement begins on a later line. Linear in the length of the text.

use crate::source::Span;
use crate::syntax::error::SyntaxError;

/// How deep brackets may be nested; deeper ones would exhaust the stack of the stages that walk trees.
pub(crate) const MAX_DEPTH: usize = 32;

/// The longest statement in bytes. Picked so that a list of some 50,000 names fits, and a binary file does not.
pub(crate) const MAX_STATEMENT_LEN: usize = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A bare name, keyword, number or date.
    Word,
    /// `?x`
    Variable,
    /// A quoted name.
    Quoted,
    /// A quotation mark without its partner on the same line, up to the end of the line.
    OpenQuote,
    /// `## …`
    Doc,
    LineEnd,
    /// Any other character.
    Sign(char),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The tokens of a text; white space and comments are left out.
#[derive(Clone, Debug)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn starting_at(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        loop {
            let start = self.at;
            let line_end = || start + memchr_line_end(&bytes[start..]);
            let (kind, end) = match *bytes.get(start)? {
                b' ' | b'\t' | b'\r' => {
                    self.at += 1;
                    continue;
                }
                b'\n' => (TokenKind::LineEnd, start + 1),
                b'#' if bytes.get(start + 1) == Some(&b'#') => (TokenKind::Doc, line_end()),
                b'#' => {
                    self.at = line_end();
                    continue;
                }
                b'"' => quoted(bytes, start),
                b'?' if bytes.get(start + 1).is_some_and(|&byte| is_word_byte(byte) && !byte.is_ascii_digit()) => {
                    (TokenKind::Variable, word_end(bytes, start + 1))
                }
                byte if is_word_byte(byte) => (TokenKind::Word, word_end(bytes, start)),
                byte => (TokenKind::Sign(char::from(byte)), start + 1),
            };
            self.at = end;
            return Some(Token { kind, start, end });
        }
    }
}

fn memchr_line_end(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len())
}

/// Bytes beyond ASCII count as letters here; the grammar looks at them closely.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        let joins = matches!(byte, b'-' | b'.' | b'&' | b'\'') && bytes.get(at + 1).is_some_and(|&next| is_word_byte(next));
        if !is_word_byte(byte) && !joins {
            break;
        }
        at += 1;
    }
    at
}

fn quoted(bytes: &[u8], start: usize) -> (TokenKind, usize) {
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            Some(b'"') => return (TokenKind::Quoted, at + 1),
            Some(b'\\') if bytes.get(at + 1).is_some_and(|&byte| byte != b'\n') => at += 2,
            Some(b'\n') | None => return (TokenKind::OpenQuote, at),
            Some(_) => at += 1,
        }
    }
}

/// Where the first token from a byte on begins that is no line end, or the end of the text.
pub(super) fn next_token(text: &str, at: usize) -> usize {
    Tokens::starting_at(text, at).find(|token| token.kind != TokenKind::LineEnd).map_or(text.len(), |token| token.start)
}

/// Whether a line that begins with this word or sign, and then `next`, carries on the statement of the line before.
pub(super) fn carries_on(word: &str, next: &str) -> bool {
    match word {
        "if" | "and" | "or" | "then" | "because" | "also" | "keeping" | "where" | "[" => true,
        "order" => next == "by",
        "limit" => next.starts_with(|first: char| first.is_ascii_digit()),
        _ => false,
    }
}

/// Whether a line that ends with this word or sign goes on.
pub(super) fn leaves_open(word: &str) -> bool {
    matches!(word, "and" | "or" | "if" | "where" | "then" | "," | ":")
}

/// One statement's text, or what stands where one should.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) span: Span,
    /// The `##` lines before it.
    pub(crate) docs: Vec<Span>,
    /// Why it need not be read any further.
    pub(crate) flaw: Option<SyntaxError>,
    /// Where the text ends before the statement does: the first bracket that is still open, or the last word, after which a line goes on.
    pub(crate) open: Option<Token>,
}

impl Chunk {
    pub(crate) fn has_open_bracket(&self) -> bool {
        self.open.is_some_and(|open| matches!(open.kind, TokenKind::Sign('(' | '[' | '{')))
    }
}

/// The statements of a text that is being typed. In a file a bracket that is never closed costs one statement; here it may still be closed,
/// so everything after it belongs to its statement.
pub(crate) fn as_typed(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    for mut chunk in Chunks::new(text) {
        let is_open = chunk.has_open_bracket();
        if is_open {
            chunk.span.end = chunk.span.end.max(Span::new(0, text.trim_end().len()).end);
        }
        chunks.push(chunk);
        if is_open {
            break;
        }
    }
    chunks
}

/// The statements of a text, one after the other.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
}

impl<'a> Chunks<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, tokens: Tokens::new(text) }
    }

    /// The byte from which on the next statement is looked for.
    pub(super) fn at(&self) -> usize {
        self.tokens.at
    }

    /// Goes on behind statements that somebody else has read.
    pub(super) fn skip_to(&mut self, at: usize) {
        self.tokens = Tokens::starting_at(self.text, at);
    }

    fn word(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    /// The token that carries the statement on after a line end, if the next line begins with one.
    fn continuation(&self) -> Option<Tokens<'a>> {
        let mut ahead = self.tokens.clone();
        loop {
            let before = ahead.clone();
            let token = ahead.next()?;
            if token.kind != TokenKind::LineEnd {
                let next = ahead.next().map_or("", |next| self.word(next));
                return carries_on(self.word(token), next).then_some(before);
            }
        }
    }

    /// Where to go on after a statement whose bracket at `open` is never closed: the first line end after which a line
    /// is blank or not indented.
    fn after_open_bracket(&self, open: usize) -> usize {
        let mut at = open;
        while let Some(line_end) = self.text[at..].find('\n') {
            at += line_end + 1;
            let indented = self.text[at..].starts_with([' ', '\t']);
            if !indented || self.text[at..].trim_start_matches([' ', '\t', '\r']).starts_with('\n') {
                return at - 1;
            }
        }
        self.text.len()
    }
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let mut docs = Vec::new();
        let first = loop {
            let token = self.tokens.next()?;
            match token.kind {
                TokenKind::LineEnd => {}
                TokenKind::Doc => docs.push(Span::new(token.start, token.end)),
                TokenKind::Word | TokenKind::Variable | TokenKind::Quoted | TokenKind::OpenQuote | TokenKind::Sign(_) => break token,
            }
        };
        let mut flaw = None;
        let mut open = None;
        let mut open_brackets: Vec<Token> = Vec::new();
        let mut last = first;
        let mut token = first;
        loop {
            match token.kind {
                TokenKind::OpenQuote => {
                    flaw.get_or_insert(SyntaxError::OpenQuote { quote: Span::new(token.start, token.start + 1) });
                }
                TokenKind::Sign('(' | '[' | '{') => {
                    open_brackets.push(token);
                    if open_brackets.len() == MAX_DEPTH + 1 {
                        flaw.get_or_insert(SyntaxError::TooDeep { bracket: Span::new(token.start, token.end) });
                    }
                }
                // A scenario ends with its bracket, whatever its last change has left open.
                TokenKind::Sign('}') if open_brackets.iter().any(|open| open.kind == TokenKind::Sign('{')) => {
                    while let Some(Token { kind: TokenKind::Sign(sign @ ('(' | '[')), start, end }) = open_brackets.pop() {
                        flaw.get_or_insert(SyntaxError::OpenBracket { sign, bracket: Span::new(start, end) });
                    }
                }
                TokenKind::Sign(sign @ (')' | ']' | '}')) if open_brackets.pop().is_none() => {
                    flaw.get_or_insert(SyntaxError::StrayBracket { sign, bracket: Span::new(token.start, token.end) });
                }
                TokenKind::LineEnd if open_brackets.is_empty() && !leaves_open(self.word(last)) => match self.continuation() {
                    Some(continuation) => self.tokens = continuation,
                    None => break,
                },
                TokenKind::Word | TokenKind::Variable | TokenKind::Quoted | TokenKind::Sign(_) | TokenKind::Doc | TokenKind::LineEnd => {}
            }
            if !matches!(token.kind, TokenKind::LineEnd | TokenKind::Doc) {
                last = token;
            }
            if last.end - first.start > MAX_STATEMENT_LEN {
                flaw = Some(SyntaxError::TooLong { start: Span::new(first.start, first.start + 1) });
            }
            let Some(next) = self.tokens.next().filter(|_| last.end - first.start <= MAX_STATEMENT_LEN) else {
                open = open_brackets.first().copied().or_else(|| leaves_open(self.word(last)).then_some(last));
                if let Some(&Token { start: open, .. }) = open_brackets.first() {
                    let end = self.after_open_bracket(open);
                    self.tokens = Tokens::starting_at(self.text, end);
                    let sign = char::from(self.text.as_bytes()[open]);
                    flaw.get_or_insert(SyntaxError::OpenBracket { sign, bracket: Span::new(open, open + 1) });
                    last.end = self.text[..end].trim_end().len().max(open + 1);
                } else if flaw.is_some() && last.end - first.start > MAX_STATEMENT_LEN {
                    let end = last.end + memchr_line_end(&self.text.as_bytes()[last.end..]);
                    self.tokens = Tokens::starting_at(self.text, end);
                }
                break;
            };
            token = next;
        }
        Some(Chunk { span: Span::new(first.start, last.end), docs, flaw, open })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<&str> {
        Chunks::new(text).map(|chunk| &text[chunk.span.range()]).collect()
    }

    #[test]
    fn lines_go_on_where_they_must() {
        assert_eq!(statements("A helps B\nC helps D # why\n\n# x\n"), ["A helps B", "C helps D"]);
        assert_eq!(statements("?x is y\n\n  if ?x is z\nA helps B,\n  C"), ["?x is y\n\n  if ?x is z", "A helps B,\n  C"]);
        assert_eq!(statements("?x is y if (\n?x is z\n)\nA helps B"), ["?x is y if (\n?x is z\n)", "A helps B"]);
        assert_eq!(statements("find ?x where ?x is y\norder by ?x\nlimit 3\nlimit helps B").len(), 2);
    }

    #[test]
    fn an_open_bracket_costs_one_statement() {
        let text = "?x is y if (?x is z\nA helps B\n";
        assert_eq!(statements(text), ["?x is y if (?x is z", "A helps B"]);
        assert!(matches!(Chunks::new(text).next().unwrap().flaw, Some(SyntaxError::OpenBracket { .. })));
    }

    #[test]
    fn blank_lines_and_open_brackets_take_linear_time() {
        assert_eq!(statements(&format!("A helps B{}\nif C helps D", "\n".repeat(200_000))).len(), 1);
        assert_eq!(Chunks::new(&"(".repeat(100_000)).count(), 1);
        assert_eq!(Chunks::new(&"a".repeat(10_000_000)).count(), 1);
    }
}
