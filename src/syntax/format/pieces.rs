//! A statement's text → its pieces: what is written without a space inside, and the comments before each.
//!
//! A piece is a word, a name, a number with its sign, a slot with its kind, a comparator, a bracket. Decides which quotation marks
//! and full stops are dropped; where lines end is none of its business.

use std::borrow::Cow;

use crate::syntax::layout::{Token, TokenKind, Tokens, leaves_open};
use crate::syntax::words::written;

/// A comment inside a statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment<'a> {
    /// With its `#`.
    pub(super) text: &'a str,
    /// Whether nothing else stands on its line.
    pub(super) own_line: bool,
}

#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: Cow<'a, str>,
    /// What stands between the piece before and this one.
    pub(super) comments: Vec<Comment<'a>>,
    /// Whether no space stands before it.
    pub(super) tight: bool,
    /// Whether it must stay on another line than the piece before, because side by side they would be read as one.
    pub(super) apart: bool,
}

impl<'a> Piece<'a> {
    pub(super) fn comments(&self) -> impl Iterator<Item = &'a str> {
        self.comments.iter().map(|comment| comment.text)
    }

    fn ends_with(&self, end: &str) -> bool {
        self.text.ends_with(end)
    }
}

/// What happens to quotation marks that a name does not need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    Drop,
    Keep,
}

/// The pieces of a statement, and whether any quotation marks were dropped.
pub(super) fn pieces(text: &str, quotes: Quotes) -> (Vec<Piece<'_>>, bool) {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut dropped = false;
    let mut comments = Vec::new();
    let mut own_line = false;
    let (mut end_of_last, mut end_of_piece) = (0, 0);
    for token in Tokens::new(text) {
        // The layout skips comments with one `#`: they stand before a line end, or nowhere.
        let gap = &text[end_of_last..token.start];
        let comment = if token.kind == TokenKind::Doc { Some(&text[token.start..token.end]) } else { gap.find('#').map(|at| &gap[at..]) };
        comments.extend(comment.map(|comment| Comment { text: comment.trim_end(), own_line }));
        end_of_last = token.end;
        if matches!(token.kind, TokenKind::LineEnd | TokenKind::Doc) {
            own_line |= token.kind == TokenKind::LineEnd;
            continue;
        }
        let mut written = Cow::Borrowed(&text[token.start..token.end]);
        if let (TokenKind::Quoted, Quotes::Drop, false) = (token.kind, quotes, holds_text(&pieces))
            && let Some(bare) = bare(&text[token.start..token.end])
        {
            written = Cow::Borrowed(bare);
            dropped = true;
        }
        if token.start == end_of_piece && joins(&pieces, token) {
            if let Some(last) = pieces.last_mut() {
                last.text.to_mut().push_str(&written);
            }
        } else {
            let before = pieces.last().map_or("", |piece| &*piece.text);
            let tight = matches!(before, "(" | "[") || matches!(&*written, "," | ":" | "?" | ")" | "]" | ".");
            let apart = own_line && stick_together(before, token.kind, &written);
            pieces.push(Piece { text: written, comments: std::mem::take(&mut comments), tight, apart });
        }
        own_line = false;
        end_of_piece = token.end;
    }
    drop_full_stop(&mut pieces);
    (pieces, dropped)
}

/// A full stop at the end says nothing, but after a word that would carry the line on: a slot may be called `where`.
fn drop_full_stop(pieces: &mut Vec<Piece<'_>>) {
    if let [.., last, stop] = pieces.as_slice()
        && stop.text == "."
        && stop.comments.is_empty()
        && !leaves_open(&last.text)
    {
        pieces.pop();
    }
}

/// Whether a token that follows without a space belongs to the last piece.
fn joins(pieces: &[Piece<'_>], token: Token) -> bool {
    let Some(last) = pieces.last() else { return false };
    // Elsewhere a colon stands after a label or a question.
    let declares = matches!(&*pieces[0].text, "verb" | "Verb");
    match token.kind {
        TokenKind::Sign('=') => matches!(&*last.text, "<" | ">" | "!"),
        TokenKind::Sign('%') => true,
        TokenKind::Sign(':') => declares,
        TokenKind::Word => last.text == "-" || declares && last.ends_with(":"),
        TokenKind::Quoted => declares && last.ends_with(":"),
        TokenKind::Sign(_) | TokenKind::Variable | TokenKind::OpenQuote | TokenKind::Doc | TokenKind::LineEnd => false,
    }
}

/// Whether what stands in quotation marks after these pieces is no name: a path, or the words of a proof.
fn holds_text(pieces: &[Piece<'_>]) -> bool {
    match pieces {
        [first] => matches!(&*first.text, "include" | "Include" | "import" | "Import" | "export" | "Export"),
        [.., last] => last.text == "because",
        [] => false,
    }
}

/// A name without quotation marks that it does not need anywhere.
fn bare(quoted: &str) -> Option<&str> {
    /// Names that are words of the language in some places.
    const NOT_EVERYWHERE: &[&str] =
        &["a", "an", "the", "order", "limit", "any", "count", "sum", "min", "max", "avg", "find", "descending", "ascending"];
    let name = quoted.strip_prefix('"')?.strip_suffix('"')?;
    (!name.contains('\\') && !NOT_EVERYWHERE.contains(&name) && written(name) == name).then_some(name)
}

/// Words that mean something else where only a space stands between them: `a provider`, `order by`.
fn stick_together(before: &str, kind: TokenKind, word: &str) -> bool {
    let is_number = || word.starts_with(|first: char| first.is_ascii_digit());
    kind == TokenKind::Word
        && match before {
            "a" | "an" | "the" => true,
            "order" => word == "by",
            "limit" => is_number(),
            _ => false,
        }
}
