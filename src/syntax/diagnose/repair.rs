//! Small repairs of names and words: a typing slip, quotation marks, a second statement on the line, a word too many.

use super::phrasebook::NO_NAMES;
use super::{Diagnosis, is_auxiliary, repaired, shortened_line};
use crate::diagnostics::suggest::nearest;
use crate::syntax::build::{self, shortened};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar;
use crate::syntax::layout::{TokenKind, Tokens};
use crate::syntax::words::{self, PREPOSITIONS, is_preposition, is_reserved};

impl Diagnosis<'_> {
    pub(super) fn misspelled_preposition(&self) -> Option<String> {
        let word = self.word(self.at);
        let is_one_slip = |near: &&str| self.is_word(self.at) && strsim::osa_distance(near, word) == 1;
        let near = nearest(word, PREPOSITIONS.iter().copied()).filter(is_one_slip)?;
        repaired(&self.with(self.at, self.at + 1, near)).map(|_| format!("did you mean `{near}`?"))
    }

    /// `expet A is a provider`
    pub(super) fn misspelled_statement(&self) -> Option<String> {
        const WORDS: &[&str] =
            &["kind", "verb", "use", "include", "import", "export", "forget", "rule", "find", "describe", "expect", "forbid"];
        let near = nearest(self.word(0), WORDS.iter().copied()).filter(|_| self.is_word(0))?;
        let statement = repaired(&self.with(0, 1, near))?;
        Some(format!("did you mean `{near}`? `{}`", shortened_line(&statement)))
    }

    /// `CloudCo provides to StreamCo hosting`: what stands alone at the end belongs after the verb.
    pub(super) fn object_at_the_end(&self) -> Option<String> {
        let end = self.tokens.len() - usize::from(self.word(self.tokens.len().saturating_sub(1)) == ".");
        let is_meant = self.at + 1 == end && self.at >= 3 && is_preposition(self.word(2)) && self.is_thing(self.at);
        let text = format!("{} {} {}", &self.text[..self.tokens.get(1)?.end], self.word(self.at), &self.text[self.tokens.get(2)?.start..]);
        let text = text.trim_end_matches('.').strip_suffix(self.word(self.at)).filter(|_| is_meant)?;
        let object = shortened_line(&repaired(text)?);
        // `falls under relationship management`: two words of one sort may be one name.
        Some(match self.name_of_several_words().filter(|_| self.at >= 4) {
            Some(name) => format!("{name}; or, if `{}` is the object, right after the verb: `{object}`", self.word(self.at)),
            None => format!("the object stands right after the verb: `{object}`"),
        })
    }

    /// The words on either side of the stop, joined.
    pub(super) fn name_of_several_words(&self) -> Option<String> {
        if (0..self.tokens.len()).any(|index| NO_NAMES.contains(&self.word(index).to_lowercase().as_str())) {
            return None;
        }
        let looks_like_verb = |index: usize| self.word(index).ends_with('s') && self.word(index).starts_with(char::is_lowercase);
        let is_capital = |index: usize| self.word(index).starts_with(char::is_uppercase);
        let joined = |from: usize, to: usize| {
            let are_words = to <= self.tokens.len() && (from..to).all(|index| self.is_word(index) && !is_reserved(self.word(index)));
            // A verb may end with `s` like the last word of a name, and names are capitalised throughout or not at all.
            let is_name =
                are_words && !(from..to - 1).any(looks_like_verb) && (from..to).all(|index| is_capital(index) == is_capital(from));
            let name = is_name.then(|| &self.text[self.tokens[from].start..self.tokens[to - 1].end])?;
            repaired(&self.with(from, to, &format!("\"{name}\"")))
        };
        // A subject of several words first, if what follows it then looks like a verb: `"Cloud Co" provides …`.
        let has_verb = |statement: &String| {
            let second = Tokens::new(statement).nth(1).map_or("", |token| &statement[token.start..token.end]);
            second.ends_with('s') || matches!(second, "are" | "have")
        };
        let first = if words::is_statement_word(&self.first_word()) { self.at + 1 } else { 2 };
        let subject = (first..=self.at).take_while(|to| !looks_like_verb(to - 1)).find_map(|to| joined(0, to).filter(has_verb));
        let near_stop = || {
            let ends = |from: usize| (self.at + 1..=self.at + 3).find_map(|to| joined(from, to));
            (self.at.saturating_sub(2)..self.at).rev().find_map(ends)
        };
        let statement = subject.or_else(near_stop)?;
        Some(format!("put a name of several words in quotation marks: `{}`", shortened_line(&statement)))
    }

    pub(super) fn quoted_verb(&self) -> Option<String> {
        let statement = self.replaced_near_stop(TokenKind::Quoted, |quoted| quoted.trim_matches('"').to_owned())?;
        Some(format!("a verb stands without quotation marks: `{}`", shortened_line(&statement)))
    }

    pub(super) fn unquoted_name(&self) -> Option<String> {
        let statement = self.replaced_near_stop(TokenKind::Word, |word| format!("\"{word}\""))?;
        Some(format!("put it in quotation marks: `{}`", shortened_line(&statement)))
    }

    /// The statement with the token at the stop, or the one before it, replaced, if that can be read.
    pub(super) fn replaced_near_stop(&self, kind: TokenKind, replace: impl Fn(&str) -> String) -> Option<String> {
        let near = [self.at, self.at.saturating_sub(1)]
            .into_iter()
            .filter(|&index| index > 0 && self.tokens[index].kind == kind && !is_auxiliary(self.word(index)));
        near.map(|index| self.with(index, index + 1, &replace(self.word(index)))).find_map(|statement| repaired(&statement))
    }

    pub(super) fn second_statement(&self) -> Option<String> {
        let is_verb = |index: usize| self.word(index).ends_with('s') || matches!(self.word(index), "are" | "have");
        let both_read = |split: &usize| {
            if !is_verb(split + 1) || is_verb(*split) || NO_NAMES.contains(&self.first_word().as_str()) {
                return false;
            }
            let split = self.tokens[*split].start;
            repaired(self.text[..split].trim_end_matches([',', ';', ' '])).is_some() && repaired(&self.text[split..]).is_some()
        };
        let near = (2.max(self.at.saturating_sub(3))..=self.at).filter(|split| split + 2 < self.tokens.len());
        if let Some(split) = near.rev().find(both_read) {
            return Some(format!("a statement ends with its line; begin a new line before `{}`", self.word(split)));
        }
        let stop = self.at.checked_sub(1).filter(|&before| self.word(before) == ".").unwrap_or(self.at);
        // A dot right before digits is a number without its zero.
        if self.tokens.get(stop + 1).is_some_and(|next| next.start == self.tokens[stop].end && self.word(stop) == ".") {
            return None;
        }
        let ends = matches!(self.word(stop), ";" | "." | "!") && grammar::parse(&self.text[..self.tokens[stop].start]).is_ok();
        let is_last = self.at + 1 >= self.tokens.len();
        ends.then(|| {
            if is_last {
                format!("leave `{}` out: a statement ends with its line", self.word(stop))
            } else {
                "a statement ends with its line; begin the next one on a new line".to_owned()
            }
        })
    }

    /// A word that changes nothing: an article, a repetition. Anything else may be what was meant.
    pub(super) fn superfluous_word(&self) -> Option<String> {
        let word = self.word(self.at);
        let before = self.at.checked_sub(1).map(|before| self.word(before))?;
        let is_article = |word: &str| matches!(word, "a" | "an" | "the");
        let is_idle = is_article(word) || matches!(word, "," | "!") || word == before;
        let statement = repaired(&self.with(self.at, self.at + 1, " ")).filter(|_| is_idle)?;
        Some(format!("leave `{}` out: `{}`", shortened(word), shortened_line(&statement)))
    }

    /// `provides the hosting to C`, `as a guest`: an article is a name where no verb stands before it.
    pub(super) fn idle_article(&self) -> Option<String> {
        let before = self.at.checked_sub(1).filter(|&before| matches!(self.word(before), "a" | "an" | "the"))?;
        let statement = repaired(&self.with(before, self.at, ""))?;
        Some(format!("an article stands after `is` or `has` only: `{}`", shortened_line(&statement)))
    }

    /// `mail is possibly down`: what is said of something is one word.
    pub(super) fn word_of_several_words(&self) -> Option<String> {
        let first = self.at.checked_sub(1).filter(|first| first.checked_sub(1).is_some_and(|be| matches!(self.word(be), "is" | "are")))?;
        let are_words = [first, self.at].into_iter().all(|index| self.is_word(index) && !is_reserved(self.word(index)));
        let joined = format!("{}-{}", self.word(first), self.word(self.at));
        let statement = repaired(&self.with(first, self.at + 1, &joined)).filter(|_| are_words)?;
        Some(format!("join the words behind `{}` with a hyphen: `{}`", self.word(first - 1), shortened_line(&statement)))
    }

    /// `doesn't`, `isn't`: the grammar knows `not` in full only.
    pub(super) fn contraction(&self) -> Option<SyntaxError> {
        let position = (0..self.tokens.len()).find(|&index| self.is_word(index) && self.word(index).ends_with("n't"))?;
        let word = self.word(position);
        let whole = format!("{} not", &word[..word.len() - 3]);
        let help = match repaired(&self.with(position, position + 1, &whole)) {
            Some(statement) => format!("write it in full: `{}`", shortened_line(&statement)),
            None => "write `not` in full: `does B not provide hosting to C?`, `B is not critical?`".to_owned(),
        };
        let (found, at) = (word.to_owned(), self.token_span(position));
        Some(SyntaxError::Unexpected { found, read: "a contraction is read as a name".to_owned(), help, at })
    }

    /// `no one is a provider`: the help for `nobody`.
    pub(super) fn no_one(&self) -> Option<SyntaxError> {
        let first = (0..self.tokens.len()).find(|&index| self.phrase_at(index, "no one").is_some())?;
        let word = if self.word(first) == "No" { "Nobody" } else { "nobody" };
        let text = self.with(first, first + 2, word);
        let Err(SyntaxError::Quantifier { help, .. }) = build::statement(grammar::parse(&text).ok()?, &text, 0) else { return None };
        let at = self.token_span(first).to(self.token_span(first + 1));
        Some(SyntaxError::Quantifier { word: "no one".to_owned(), help, at })
    }
}
