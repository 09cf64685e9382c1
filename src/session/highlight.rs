//! What each piece of a text is, for its colour, and what in it is wrong already.
//!
//! Wrong is only what cannot become right by typing on: everything in a statement that is complete, and in the last one what stands before
//! the word that is being typed. A text that is too long to be looked at for each key is left plain.

use super::scenarios;
use super::unfinished::is_command;
use super::walk::{Stranger, Walk};
use crate::model::Model;
use crate::source::Span;
use crate::syntax::error::SyntaxError;
use crate::syntax::layout::{Chunk, Token, TokenKind, Tokens, as_typed};

/// What a piece of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// A word of the language: `find`, `if`, `who`, `to`.
    Keyword,
    /// A verb with all that belongs to it: `provides`, `is a member`.
    Verb,
    /// A kind, where a kind belongs: `which organizations`.
    Kind,
    /// A name that the model knows.
    Name,
    /// A name that the model does not know yet.
    NewName,
    /// `?x`
    Variable,
    /// `99.95%`
    Number,
    /// `2026-01-31`
    Date,
    /// A path, a reason, a text to compare with.
    Text,
    /// `# …`
    Comment,
    /// A line for the prompt itself: `:help`.
    Command,
    /// What cannot be right.
    Wrong,
}

/// Longer texts are left plain.
const MAX_LEN: usize = 1 << 16;

/// After so many statements that cannot be read the grammar is not asked any more.
const MAX_WRONG: usize = 50;

/// The pieces of a text that are something, in their order. They lie inside the text and do not overlap.
///
/// ```
/// use srl::session::{Class, highlight};
/// let mut model = srl::Model::new();
/// model.tell("B provides hosting to C")?;
/// let text = "B provides mail to";
/// let pieces: Vec<_> = highlight(&model, text).into_iter().map(|(span, class)| (&text[span.range()], class)).collect();
/// assert_eq!(pieces, [("B", Class::Name), ("provides", Class::Verb), ("mail", Class::NewName), ("to", Class::Keyword)]);
/// # Ok::<(), srl::Error>(())
/// ```
pub fn highlight(model: &Model, text: &str) -> Vec<(Span, Class)> {
    if text.len() > MAX_LEN {
        return Vec::new();
    }
    if is_command(text) {
        let command = text.trim();
        let start = text.len() - text.trim_start().len();
        return vec![(Span::new(start, start + command.len()), Class::Command)];
    }
    let mut pieces = comments(text);
    let (mut wrong, mut misplaced) = (Vec::new(), Vec::new());
    let mut strangers: Vec<Stranger<'_>> = Vec::new();
    let mut declared: Vec<&str> = Vec::new();
    let mut brings_words = false;
    let statements = as_typed(text);
    for (number, statement) in statements.iter().enumerate() {
        // Another one follows, and is more than the beginning of a line with which this one goes on: `order b`.
        let next = statements.get(number + 1);
        let is_complete = next.is_some_and(|next| number + 2 < statements.len() || tokens(text, next.span).count() > 2);
        let word = last_word(text, statement.span);
        let is_settled = |span: &Span| is_complete || span.end <= word;
        if wrong.len() < MAX_WRONG {
            wrong.extend(misfit(text, statement, is_complete).filter(is_settled));
        }
        for part in parts(text, statement.span, &mut |token, is_first| {
            if matches!(token.kind, TokenKind::Word | TokenKind::Quoted) {
                let class = scenarios::class(model, &text[token.start..token.end], is_first);
                pieces.push((Span::new(token.start, token.end), class));
            }
        }) {
            let mut walk = Walk::new(model, text);
            for token in tokens(text, part) {
                if let Some(class) = walk.take(token).filter(|class| *class != Class::Comment) {
                    let span = if class == Class::Number { with_signs(text, token) } else { Span::new(token.start, token.end) };
                    pieces.push((span, class));
                }
            }
            brings_words |= matches!(walk.led_by, "use" | "include");
            misplaced.extend(walk.misplaced.into_iter().filter(is_settled));
            strangers.extend(walk.strangers.into_iter().filter(|stranger| is_settled(&stranger.span)));
            declared.extend(walk.declares);
        }
    }
    // Otherwise a verb may be another one than the model knows, or be declared in a file.
    if !brings_words {
        wrong.extend(misplaced);
        let is_declared = |word: &str| declared.iter().any(|own| crate::vocabulary::inflection::are_forms_of_one(own, word));
        wrong.extend(strangers.into_iter().filter(|stranger| !is_declared(stranger.word)).map(|stranger| stranger.span));
    }
    mark(&mut pieces, &mut wrong);
    pieces
}

/// The statement itself, or, if it holds others, those that hold none; `outside` gets the words before and between them.
fn parts(text: &str, span: Span, outside: &mut impl FnMut(Token, bool)) -> Vec<Span> {
    let Some(held) = crate::syntax::held(text, span) else { return vec![span] };
    let is_held = |token: &Token| held.iter().any(|part| part.range().contains(&token.start));
    let mut is_first = true;
    for token in tokens(text, span).filter(|token| !is_held(token)) {
        outside(token, std::mem::take(&mut is_first));
    }
    held.into_iter().flat_map(|part| parts(text, part, outside)).collect()
}

fn tokens(text: &str, span: Span) -> impl Iterator<Item = Token> {
    let base = span.start as usize;
    Tokens::new(&text[span.range()]).map(move |token| Token { start: base + token.start, end: base + token.end, ..token })
}

/// A number with its minus and its per cent.
fn with_signs(text: &str, token: Token) -> Span {
    let before = text[..token.start].strip_suffix('-').filter(|before| !before.ends_with(|sign: char| sign.is_alphanumeric()));
    Span::new(before.map_or(token.start, str::len), token.end + usize::from(text[token.end..].starts_with('%')))
}

/// Where the word begins that is being typed; `calls-` may become `calls-for`.
fn last_word(text: &str, span: Span) -> u32 {
    let statement = &text[span.range()];
    let start = statement.rfind(|sign: char| !(sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.' | '&' | '\'')));
    start.map_or(span.start, |start| Span::new(start, start).start + span.start)
}

/// The comments: what is no token and no white space.
fn comments(text: &str) -> Vec<(Span, Class)> {
    let mut comments = Vec::new();
    let mut last = 0;
    let end = Token { kind: TokenKind::LineEnd, start: text.len(), end: text.len() };
    for token in Tokens::new(text).chain([end]) {
        let between = &text[last..token.start];
        if let Some(start) = between.find('#') {
            comments.push((Span::new(last + start, last + between.trim_end().len()), Class::Comment));
        }
        if token.kind == TokenKind::Doc {
            comments.push((Span::new(token.start, token.end), Class::Comment));
        }
        last = token.end;
    }
    comments
}

/// The word or sign at which a statement stops to be one, however it goes on.
fn misfit(text: &str, statement: &Chunk, is_complete: bool) -> Option<Span> {
    match &statement.flaw {
        Some(SyntaxError::OpenQuote { quote }) => {
            let end = text[quote.start as usize..].find('\n').map(|end| quote.start as usize + end)?;
            return Some(Span::new(quote.start as usize, end));
        }
        Some(SyntaxError::StrayBracket { bracket, .. } | SyntaxError::TooDeep { bracket }) => return Some(*bracket),
        None => {}
        // An open bracket may be closed further on.
        Some(_) => return None,
    }
    let stop = statement.span.start as usize + crate::syntax::misfit(&text[statement.span.range()])?;
    let words = tokens(text, statement.span).filter(|token| !matches!(token.kind, TokenKind::LineEnd | TokenKind::Doc));
    let mut words = words.collect::<Vec<_>>();
    let at = words.iter().position(|token| token.end > stop).unwrap_or(words.len() - 1);
    // A word that is read together with the next one: `how many`, `as of`.
    if !is_complete && at + 2 >= words.len() {
        return None;
    }
    let token = words.swap_remove(at);
    Some(Span::new(token.start, token.end))
}

/// Puts the pieces in order, and lets what is wrong stand in place of what it would be.
fn mark(pieces: &mut Vec<(Span, Class)>, wrong: &mut Vec<Span>) {
    wrong.sort_unstable();
    wrong.dedup();
    let touches = |span: &Span| {
        let next = wrong.partition_point(|wrong| wrong.end <= span.start);
        wrong.get(next).is_some_and(|wrong| wrong.start < span.end)
    };
    pieces.retain(|(span, _)| !touches(span));
    let mut end = 0;
    for span in wrong {
        if span.start >= end {
            pieces.push((*span, Class::Wrong));
            end = span.end;
        }
    }
    pieces.sort_unstable();
}
