//! Names of several words without quotation marks, when there is more than one in a sentence: the verb and the prepositions tell
//! where each of them begins and ends. Takes the tokens of a statement, gives the help; knows no vocabulary.

use std::ops::Range;

use super::phrasebook::NO_NAMES;
use super::{Diagnosis, repaired, shortened_line};
use crate::syntax::layout::TokenKind;
use crate::syntax::words::{self, is_preposition, is_reserved};

/// A sentence with its names in quotation marks, as far as it is made.
#[derive(Default)]
struct Quoted {
    text: String,
    names: Vec<String>,
}

impl Diagnosis<'_> {
    /// `Cloud Co provides hosting to Stream Co`
    pub(super) fn names_of_several_words(&self) -> Option<String> {
        let (quoted, statement) = self.verbs().into_iter().find_map(|verb| {
            let quoted = self.quoted_around(verb)?;
            let statement = repaired(&quoted.text)?;
            Some((quoted, statement))
        })?;
        let statement = shortened_line(&statement);
        match quoted.names.as_slice() {
            [] => None,
            [_] => Some(format!("put a name of several words in quotation marks: `{statement}`")),
            [first @ .., last] => {
                let first = first.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                Some(format!("{first} and `{last}` look like one name each; put them in quotation marks: `{statement}`"))
            }
        }
    }

    /// The word after which the subject begins: a question or a statement that goes on with a sentence.
    fn subject_start(&self) -> usize {
        usize::from(matches!(
            self.first_word().as_str(),
            "does" | "do" | "is" | "are" | "describe" | "forget" | "forbid" | "warn" | "expect"
        ))
    }

    /// Which tokens may be the verb; those that are known to be one first. None of them is part of a name.
    fn verbs(&self) -> Vec<Range<usize>> {
        let (start, end) = (self.subject_start(), self.end());
        match self.first_word().as_str() {
            "describe" => return std::iter::once(1..1).collect(),
            "is" | "are" => return Vec::new(),
            _ => {}
        }
        if let Some(be) = (start + 1..end).find(|&index| matches!(self.word(index), "is" | "are" | "has" | "have")) {
            let word = be + 1 + usize::from(is_article(self.word(be + 1)));
            return std::iter::once(be..(word + 1).min(end)).collect();
        }
        let close = (start..end).find(|&index| is_preposition(self.word(index))).unwrap_or(end);
        let asks = matches!(self.first_word().as_str(), "does" | "do");
        let is_known = |index: &usize| words::everyday_verb(self.word(*index)).is_some_and(|_| asks || self.word(*index).ends_with('s'));
        let may_be = |index: &usize| {
            let word = self.word(*index);
            self.is_word(*index) && !is_reserved(word) && word.starts_with(char::is_lowercase) && (asks || word.ends_with('s'))
        };
        let all = start + 1..close;
        let others = all.clone().filter(|index| may_be(index) && !is_known(index));
        all.clone().filter(is_known).chain(others).map(|verb| verb..verb + 1).collect()
    }

    /// The statement around this verb, with what are several words in one place in quotation marks.
    fn quoted_around(&self, verb: Range<usize>) -> Option<Quoted> {
        let (start, end) = (self.subject_start(), self.end());
        let mut quoted = Quoted { text: self.slice(0..start).to_owned(), names: Vec::new() };
        self.quote(start..verb.start, &mut quoted)?;
        let mut from = verb.end;
        self.copy(verb, &mut quoted);
        while from < end {
            let close = (from..end).find(|&index| is_preposition(self.word(index))).unwrap_or(end);
            self.quote(from..close, &mut quoted)?;
            self.copy(close..(close + 1).min(end), &mut quoted);
            from = close + 1;
        }
        quoted.text.push_str(self.slice(end..self.tokens.len()));
        Some(quoted)
    }

    fn copy(&self, range: Range<usize>, quoted: &mut Quoted) {
        let is_first = quoted.text.is_empty() || range.is_empty();
        quoted.text.push_str(if is_first { "" } else { " " });
        quoted.text.push_str(self.slice(range));
    }

    /// Adds what stands in one place of the sentence: names with commas between them.
    fn quote(&self, place: Range<usize>, quoted: &mut Quoted) -> Option<()> {
        // `the bank`: an article is no part of a name.
        let mut from = place.start + usize::from(place.len() > 1 && is_article(&self.word(place.start).to_lowercase()));
        while from < place.end {
            let to = (from..place.end).find(|&index| self.word(index) == ",").unwrap_or(place.end);
            let asks = from == 0 && super::asks(&self.first_word());
            if to == from + 1 || asks {
                self.copy(from..to, quoted);
            } else {
                let name = self.name(from..to)?;
                quoted.text.push_str(if quoted.text.is_empty() { "" } else { " " });
                quoted.text.push_str(&words::written(name));
                quoted.names.push(name.to_owned());
            }
            if to < place.end {
                quoted.text.push(',');
            }
            from = to + 1;
        }
        Some(())
    }

    /// Words that may be one name: capitalised throughout or not at all.
    fn name(&self, range: Range<usize>) -> Option<&str> {
        let is_capital = |index: usize| self.word(index).starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit());
        let is_known_verb = |index: usize| self.word(index).ends_with('s') && words::everyday_verb(self.word(index)).is_some();
        let fits = |index: usize| {
            self.tokens[index].kind == TokenKind::Word
                && !is_reserved(self.word(index))
                && !is_known_verb(index)
                && !NO_NAMES.contains(&self.word(index).to_lowercase().as_str())
                && is_capital(index) == is_capital(range.start)
        };
        (!range.is_empty() && range.clone().all(fits)).then(|| self.slice(range))
    }
}

fn is_article(word: &str) -> bool {
    matches!(word, "a" | "an" | "the")
}
