//! Rewrites of a whole statement: each proposes texts, and the first that the language reads is the help.
//!
//! What is written wrongly in two places is mended one place after the other: a rewrite after which reading gets further is
//! taken, and the rest is rewritten in turn.

use std::ops::Range;

use super::phrasebook::{COMPARATORS, HINTS, IDLE, MODALS, PHRASES, Place};
use super::{Diagnosis, repaired, shortened_line, tokens};
use crate::source::Span;
use crate::syntax::build::{one_line, shortened};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar;
use crate::syntax::layout::TokenKind;

/// So many places in one statement are mended after the first.
const MAX_STEPS: usize = 3;

/// So many rewrites with which reading gets further are followed at each of them.
const MAX_BRANCHES: usize = 3;

/// A statement that may have been meant.
#[derive(Clone, Debug)]
pub(super) struct Rewrite {
    /// The tokens that are to blame.
    pub(super) blamed: Range<usize>,
    /// What is to be done; the statement follows.
    pub(super) why: String,
    pub(super) text: String,
}

impl Rewrite {
    pub(super) fn new(blamed: Range<usize>, why: impl Into<String>, text: String) -> Self {
        Self { blamed, why: why.into(), text }
    }
}

impl Diagnosis<'_> {
    pub(super) fn rewritten(&self) -> Option<SyntaxError> {
        if let Some(start) = self.line_of_its_own() {
            return diagnosed(&self.text[start..], self.base + Span::new(0, start).end, |line: &Diagnosis<'_>| {
                line.two_facts().or_else(|| line.first_line()).or_else(|| line.rewritten())
            });
        }
        self.two_facts().or_else(|| {
            let (rewrite, statement) = self.rewrite(MAX_STEPS)?;
            let help = format!("{}: `{}`", rewrite.why, shortened_line(&statement));
            let is_unfinished = self.at >= self.tokens.len() && rewrite.blamed.end >= self.tokens.len();
            Some(if is_unfinished { self.unfinished_with(help) } else { self.blame(rewrite.blamed, help) })
        })
    }

    /// Where a line begins that `if` or `where` joins to a statement which can be read without it: `B is late` and then `if …`.
    fn line_of_its_own(&self) -> Option<usize> {
        let begins_line = |index: usize| self.text[self.tokens[index - 1].end..self.tokens[index].start].contains('\n');
        let joins = |index: &usize| matches!(self.word(*index), "if" | "where" | "then" | "or" | "and") && begins_line(*index);
        let first = (1..self.tokens.len().min(self.at + 1)).find(joins)?;
        let start = self.tokens[first].start;
        repaired(&self.text[..start]).map(|_| start)
    }

    /// A problem with these tokens.
    pub(super) fn blame(&self, tokens: Range<usize>, help: String) -> SyntaxError {
        let last = self.tokens.len().saturating_sub(1);
        let (first, last) = (tokens.start.min(last), tokens.end.saturating_sub(1).clamp(tokens.start.min(last), last));
        let at = self.token_span(first).to(self.token_span(last));
        SyntaxError::Unexpected { found: shortened(&one_line(self.slice(first..last + 1))), read: self.read_before(first), help, at }
    }

    fn rewrite(&self, steps: usize) -> Option<(Rewrite, String)> {
        if self.text.len() > super::MAX_REPAIRED_LEN {
            return None;
        }
        let mut tried = 0;
        let mut partial = None;
        for rewrite in self.rewrites() {
            if let Some(statement) = repaired(&rewrite.text) {
                return Some((rewrite, statement));
            }
            if partial.is_none() && steps > 0 && tried < MAX_BRANCHES && self.reads_further(&rewrite.text) {
                tried += 1;
                partial = diagnosed(&rewrite.text, 0, |next| next.rewrite(steps - 1)).map(|(_, statement)| (rewrite, statement));
            }
        }
        partial
    }

    /// Whether less is left to read of this text than of the statement.
    fn reads_further(&self, text: &str) -> bool {
        let own_stop = self.tokens.get(self.at).map_or(self.text.len(), |token| token.start);
        grammar::parse(text).is_err_and(|stop| text.len().saturating_sub(stop) < self.text.len() - own_stop)
    }

    /// What may have been meant; the likeliest first.
    fn rewrites(&self) -> Vec<Rewrite> {
        let mut all = self.check_rewrites();
        all.extend(self.value_rewrites());
        all.extend(self.rule_rewrites());
        all.extend(self.question_rewrites());
        all.extend(self.foreign_phrases());
        all.extend(self.idle_words());
        all
    }

    /// Words of other languages in the place of ours.
    fn foreign_phrases(&self) -> impl Iterator<Item = Rewrite> {
        PHRASES.iter().flat_map(move |(theirs, ours, place)| {
            self.places(theirs, *place).map(move |found| {
                let text = self.with(found.start, found.end, &format!(" {ours} "));
                Rewrite::new(found, format!("write `{ours}` for `{}`", theirs.replace("= =", "==").replace(' ', joint(theirs))), text)
            })
        })
    }

    /// Words that say nothing.
    fn idle_words(&self) -> impl Iterator<Item = Rewrite> {
        IDLE.iter().flat_map(move |(theirs, why, place)| {
            // `+=` means something else than `=`.
            let is_whole = |found: &Range<usize>| {
                *theirs != "=" || found.start.checked_sub(1).is_some_and(|before| !matches!(self.word(before), "+" | "-" | "*"))
            };
            self.places(theirs, *place).filter(is_whole).map(move |found| {
                let text = self.without(found.clone());
                Rewrite::new(found, *why, text)
            })
        })
    }

    /// What to do instead, where no sentence can be found.
    pub(super) fn hint(&self) -> Option<String> {
        if matches!(self.first_word().as_str(), "verb" | "also" | "kind") {
            return None;
        }
        let modal =
            self.places_of(MODALS).next().map(|_| "say what is so: `B provides hosting to C`, or what follows with `if`".to_owned());
        let hint = || HINTS.iter().find(|(theirs, _)| self.places(theirs, Place::Anywhere).next().is_some());
        modal.or_else(|| hint().map(|(_, hint)| (*hint).to_owned()))
    }

    fn places_of<'w>(&'w self, words: &'w [&str]) -> impl Iterator<Item = Range<usize>> + 'w {
        words.iter().flat_map(move |word| self.places(word, Place::Anywhere))
    }

    /// Where a phrase stands, near the place where reading stopped.
    fn places(&self, phrase: &str, place: Place) -> impl Iterator<Item = Range<usize>> + use<> {
        let count = phrase.split(' ').count();
        let starts = match place {
            Place::Beginning => 0..1,
            Place::Anywhere => self.at.saturating_sub(count + 2)..self.at + 2,
        };
        let found: Vec<_> = starts.rev().filter_map(|from| self.phrase_at(from, phrase)).collect();
        found.into_iter()
    }

    /// The tokens from here on, if they are this phrase; signs of one phrase stand side by side.
    pub(super) fn phrase_at(&self, from: usize, phrase: &str) -> Option<Range<usize>> {
        let to = from + phrase.split(' ').count();
        let is_same = phrase.split(' ').enumerate().all(|(number, word)| self.word(from + number).eq_ignore_ascii_case(word));
        let is_sign = |index: usize| self.tokens.get(index).is_some_and(|token| matches!(token.kind, TokenKind::Sign(_)));
        let are_joined = |index: usize| !(is_sign(index) && is_sign(index + 1)) || self.tokens[index].end == self.tokens[index + 1].start;
        (is_same && to <= self.tokens.len() && (from..to.saturating_sub(1)).all(are_joined)).then_some(from..to)
    }

    /// The comparison that begins here, and its sign: `is more than`, `>=`.
    pub(super) fn comparator_at(&self, from: usize) -> Option<(Range<usize>, &'static str)> {
        let first = if matches!(self.word(from), "is" | "are") { from + 1 } else { from };
        let found = COMPARATORS.iter().find_map(|(theirs, ours)| Some((self.phrase_at(first, theirs)?, *ours)));
        found.map(|(range, sign)| (from..range.end, sign))
    }

    // ---- Places in the text

    /// The text of some tokens.
    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        match (self.tokens.get(range.start), range.end.checked_sub(1).and_then(|last| self.tokens.get(last))) {
            (Some(first), Some(last)) if first.start < last.end => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// The text without some tokens, and without a space before the mark at its end.
    pub(super) fn without(&self, range: Range<usize>) -> String {
        let before = range.start.checked_sub(1).map_or("", |last| &self.text[..self.tokens[last].end]);
        let after = self.tokens.get(range.end).map_or("", |token| &self.text[token.start..]);
        let space =
            if before.is_empty() || matches!(after.trim_end(), "" | "?" | "?.") || after.starts_with([',', ')']) { "" } else { " " };
        format!("{before}{space}{after}")
    }

    /// The tokens without the marks that end the statement.
    pub(super) fn end(&self) -> usize {
        let ends = |index: &usize| !matches!(self.word(*index), "?" | ".");
        (0..self.tokens.len()).rev().find(ends).map_or(0, |last| last + 1)
    }

    /// The first of these words from here on, outside of brackets.
    pub(super) fn next_of(&self, from: usize, words: &[&str]) -> Option<usize> {
        let mut depth = 0_usize;
        (from..self.tokens.len()).find(|&index| {
            match self.word(index) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && words.contains(&self.word(index))
        })
    }

    /// Where the sentence begins that the token stands in.
    pub(super) fn sentence_start(&self, index: usize) -> usize {
        let begins_next = |word: &str| {
            matches!(
                word,
                "if" | "and"
                    | "or"
                    | "not"
                    | "where"
                    | "then"
                    | "whenever"
                    | "("
                    | ":"
                    | "expect"
                    | "forbid"
                    | "warn"
                    | "export"
                    | "forget"
            )
        };
        let denies_verb =
            |before: usize| self.word(before) == "not" && before > 0 && matches!(self.word(before - 1), "is" | "are" | "does" | "do");
        let begins = |before: &usize| begins_next(&self.word(*before).to_lowercase()) && !denies_verb(*before);
        (0..index).rev().find(begins).map_or(0, |before| before + 1)
    }

    pub(super) fn is_variable(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == TokenKind::Variable)
    }

    /// Whether a name or a variable stands here.
    pub(super) fn is_thing(&self, index: usize) -> bool {
        let is_name = || self.is_word(index) && !super::is_reserved(self.word(index));
        self.is_variable(index) || is_name() || self.tokens.get(index).is_some_and(|token| token.kind == TokenKind::Quoted)
    }

    pub(super) fn is_question(&self) -> bool {
        self.text.trim_end().ends_with('?')
    }
}

/// Looks at another text as at a statement that does not fit where reading stops.
fn diagnosed<T>(text: &str, base: u32, look: impl FnOnce(&Diagnosis<'_>) -> Option<T>) -> Option<T> {
    let stop = grammar::parse(text).err().unwrap_or(text.len());
    let tokens = tokens(text);
    let at = tokens.iter().position(|token| token.end > stop).unwrap_or(tokens.len());
    look(&Diagnosis { text, base, tokens: &tokens, at })
}

/// How the tokens of a phrase are shown: signs side by side, words apart.
fn joint(phrase: &str) -> &'static str {
    if phrase.chars().any(char::is_alphabetic) { " " } else { "" }
}

/// A noun in the singular, as far as its spelling tells.
pub(super) fn singular(noun: &str) -> String {
    match noun.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => noun.strip_suffix('s').filter(|stem| !stem.ends_with('s')).unwrap_or(noun).to_owned(),
    }
}

/// `an organization`, `a provider`
pub(super) fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} {noun}")
}
