//! A statement up to the cursor: which word is being typed, and what has been said before it.

use std::sync::Arc;

use super::unfinished::is_command;
use super::walk::Walk;
use crate::model::Model;
use crate::source::Span;
use crate::syntax::layout::{Token, TokenKind, Tokens, as_typed};
use crate::vocabulary::{Reading, Relation};

/// A statement up to the cursor.
pub(super) struct Typing<'a> {
    pub(super) model: &'a Model,
    pub(super) text: &'a str,
    /// The whole statement, beyond the cursor, too.
    pub(super) statement: &'a str,
    pub(super) walk: Walk<'a>,
    /// What has been typed of the word at the cursor, and where it begins.
    pub(super) begun: &'a str,
    pub(super) start: usize,
    pub(super) last: Option<Token>,
    /// The words before that, unless they stand inside a statement that holds this one.
    pub(super) head: Vec<&'a str>,
}

impl<'a> Typing<'a> {
    /// Nothing where nothing can be completed: in a comment, in a line for the prompt.
    pub(super) fn new(model: &'a Model, text: &'a str, at: usize) -> Option<Self> {
        if is_command(text) {
            return None;
        }
        let before = &text[..at];
        let last = as_typed(before).pop();
        let span = last.as_ref().map_or(Span::default(), |chunk| chunk.span);
        let rest = &before[span.end as usize..];
        let is_over = last.is_none_or(|chunk| chunk.open.is_none() && rest.contains('\n'));
        if rest.rsplit('\n').next().is_some_and(|line| line.contains('#')) || in_comment(before, span) {
            return None;
        }
        let outer = if is_over { at } else { span.start as usize };
        let from = crate::syntax::innermost(before, outer);
        let tokens = Tokens::new(&before[from..]).map(|token| Token { start: from + token.start, end: from + token.end, ..token });
        let mut tokens = tokens.filter(|token| token.kind != TokenKind::LineEnd).collect::<Vec<_>>();
        let touches = |token: &Token| token.end == at && !matches!(token.kind, TokenKind::Doc | TokenKind::Quoted);
        let is_begun = |token: &Token| touches(token) && (!matches!(token.kind, TokenKind::Sign(_)) || &text[token.start..at] == "?");
        let begun = tokens.last().copied().filter(is_begun);
        if begun.is_some() {
            tokens.pop();
        }
        let mut walk = Walk::new(model, text);
        for token in &tokens {
            walk.take(*token);
        }
        let head = if from == outer { tokens.iter().map(|token| &text[token.start..token.end]).collect() } else { Vec::new() };
        let start = begun.map_or(at, |token| token.start);
        let end = as_typed(&text[from..]).first().map_or(text.len(), |chunk| (from + chunk.span.end as usize).max(at));
        Some(Self { model, text, statement: &text[from..end], walk, begun: &text[start..at], start, last: tokens.last().copied(), head })
    }
}

/// Whether a text ends inside a comment within the statement at its end.
fn in_comment(text: &str, span: Span) -> bool {
    let line = text.rfind('\n').map_or(0, |end| end + 1).max(span.start as usize);
    let last = Tokens::new(&text[line..]).last();
    last.is_some_and(|token| token.kind == TokenKind::Doc) || text[line + last.map_or(0, |token| token.end)..].contains('#')
}

/// What a sentence still lacks: `service to consumer`; phrases that may be left out stand in square brackets.
pub(super) fn rest(relation: &Relation, reading: &Reading, filled: &[usize]) -> String {
    let is_left = |slot: &usize| !filled.contains(slot);
    let name = |slot: usize| relation.slots[slot].name.to_string();
    let phrase = |(preposition, slot): &(Arc<str>, usize)| {
        let phrase = format!("{preposition} {}", name(*slot));
        if relation.slots[*slot].optional { format!("[{phrase}]") } else { phrase }
    };
    let phrases = |optional: bool| {
        let own = reading.phrases.iter().filter(move |(_, slot)| relation.slots[*slot].optional == optional);
        own.filter(|(_, slot)| is_left(slot)).map(phrase).collect::<Vec<_>>()
    };
    let object = reading.object.filter(is_left).map(name);
    object.into_iter().chain(phrases(false)).chain(phrases(true)).collect::<Vec<_>>().join(" ")
}
