//! Plain English that the grammar does not read: `B's customers`, `B is providing hosting to C`, `B will provide …`, `are there any
//! consumers?`, `what if B fails?`, `at 99.9% availability`. Gives the sentence that says it, in the names that were typed, if the grammar
//! reads it; knows no vocabulary.

use super::{Diagnosis, repaired, shortened_line};
use crate::syntax::error::SyntaxError;
use crate::syntax::layout::TokenKind;
use crate::syntax::words::{EVERYDAY_VERBS, base_of, everyday_verb, is_preposition, is_reserved, written};

use super::phrasebook::{MODALS, PLURALS};

/// What breaks down, in words of everyday.
const FAILS: &[&str] = &["fails", "fail", "breaks", "stops", "crashes", "disappears", "goes", "is", "dies"];

impl Diagnosis<'_> {
    pub(super) fn plain_english(&self) -> Option<SyntaxError> {
        self.asked_of_the_program()
            .or_else(|| self.shortened_is())
            .or_else(|| self.shouted())
            .or_else(|| self.going_on())
            .or_else(|| self.will())
            .or_else(|| self.is_for_does())
            .or_else(|| self.are_there())
            .or_else(|| self.what_if())
            .or_else(|| self.whereabouts())
            .or_else(|| self.else_who())
            .or_else(|| self.how_many_has())
            .or_else(|| self.how_much())
            .or_else(|| self.of_somebody())
            .or_else(|| self.service_provider())
            .or_else(|| self.quality())
            .or_else(|| self.name_with_sign())
            .or_else(|| self.assigned())
            .or_else(|| self.sum_alone())
            .or_else(|| self.rule_of_one())
    }

    /// A problem with these tokens and the statement to write instead.
    fn instead(&self, blamed: std::ops::Range<usize>, why: &str, text: &str) -> Option<SyntaxError> {
        let statement = repaired(text)?;
        Some(self.blame(blamed, format!("{why}: `{}`", shortened_line(&statement))))
    }

    /// `what can I do`, `how do I start?`
    fn asked_of_the_program(&self) -> Option<SyntaxError> {
        let asks = matches!(self.first_word().as_str(), "what" | "how" | "where" | "can" | "could" | "who");
        let speaks_of = |index: usize| matches!(self.word(index).to_lowercase().as_str(), "i" | "you" | "we" | "this" | "it");
        let is_short = self.end() <= 6 && (1..self.end()).any(speaks_of);
        (asks && is_short).then(|| self.blame(0..1, super::first_lines::BEGIN.to_owned()))
    }

    /// `what's the price of hosting?`, `who's B?`
    fn shortened_is(&self) -> Option<SyntaxError> {
        let word = ["what", "who", "where", "which"].into_iter().find(|word| self.first_word() == format!("{word}'s"))?;
        let text = self.with(0, 1, &format!("{word} is"));
        let help = match repaired(&text).or_else(|| repaired(&format!("{}?", text.trim_end_matches('?')))) {
            Some(statement) => format!("write it in full: `{}`", shortened_line(&statement)),
            None => format!("write `{word} is` in full, and a name of several words in quotation marks: `{word} is \"Cloud Co\"?`"),
        };
        Some(self.blame(0..1, help))
    }

    /// `B PROVIDES hosting TO C`
    fn shouted(&self) -> Option<SyntaxError> {
        let is_large = |word: &str| word.len() > 1 && word.chars().all(char::is_uppercase);
        let is_ours = |word: &str| is_reserved(word) || is_preposition(word) || everyday_verb(word).is_some();
        let is_meant = |index: &usize| is_large(self.word(*index)) && is_ours(&self.word(*index).to_lowercase());
        let shouted: Vec<_> = (0..self.tokens.len()).filter(is_meant).collect();
        let mut text = self.text.to_owned();
        for &index in &shouted {
            let token = self.tokens[index];
            text.replace_range(token.start..token.end, &self.word(index).to_lowercase());
        }
        let first = *shouted.first()?;
        self.instead(first..first + 1, "write the words of the language in small letters", &text)
    }

    /// `B is providing hosting to C`
    fn going_on(&self) -> Option<SyntaxError> {
        let is = (1..self.end()).find(|&index| matches!(self.word(index), "is" | "are"))?;
        let (verb, _, _) = EVERYDAY_VERBS.iter().find(|(verb, _, _)| is_gerund(self.word(is + 1), &base_of(verb)))?;
        self.instead(is..is + 2, "say it without `is`", &self.with(is, is + 2, verb))
    }

    /// `B will provide hosting to C`
    fn will(&self) -> Option<SyntaxError> {
        let modal = (1..self.end()).find(|&index| MODALS.contains(&self.word(index)))?;
        let verb = modal + 1;
        let third_person = match self.word(verb) {
            "be" => "is".to_owned(),
            "have" => "has".to_owned(),
            "" | "not" => return None,
            verb if verb.ends_with('y') && !verb.ends_with(['a', 'e', 'o', 'u']) => format!("{}ies", &verb[..verb.len() - 1]),
            verb if verb.ends_with('s') => format!("{verb}es"),
            verb => format!("{verb}s"),
        };
        self.instead(modal..modal + 1, "say what is so", &self.with(modal, verb + 1, &third_person))
    }

    /// `is B provide hosting?`, `are B rely on C?`
    fn is_for_does(&self) -> Option<SyntaxError> {
        let is_meant = matches!(self.first_word().as_str(), "is" | "are") && self.is_thing(1) && everyday_verb(self.word(2)).is_some();
        let text = self.with(0, 1, "does");
        self.instead(0..1, "write `does`", &text).filter(|_| is_meant)
    }

    /// `are there any consumers?`, `is there a provider?`
    fn are_there(&self) -> Option<SyntaxError> {
        let begins = matches!(self.first_word().as_str(), "is" | "are") && self.word(1) == "there";
        let noun = 2 + usize::from(matches!(self.word(2), "any" | "a" | "an" | "some" | "no"));
        let word = self.word(noun).to_lowercase();
        let plural = PLURALS.iter().find(|plural| **plural == word || plural.strip_suffix('s') == Some(&word))?;
        let is_meant = begins && noun + 1 == self.end();
        self.instead(0..2, "ask", &format!("which {plural} are there?")).filter(|_| is_meant)
    }

    /// `what if B fails?`, `who is affected if B fails?`, `if B fails who is down?`
    pub(super) fn what_if(&self) -> Option<SyntaxError> {
        let asks = super::asks(&self.first_word()) || self.is_question();
        let joint = (0..self.tokens.len()).find(|&index| matches!(self.word(index).to_lowercase().as_str(), "if" | "when"))?;
        let is_meant = asks && self.is_thing(joint + 1) && !self.is_variable(joint + 1) && FAILS.contains(&self.word(joint + 2));
        let text = format!("who relies on {}?", self.word(joint + 1));
        self.instead(joint..joint + 1, "ask who depends on it", &text).filter(|_| is_meant)
    }

    /// `where is B?`, `what about B?`
    fn whereabouts(&self) -> Option<SyntaxError> {
        let is_meant = matches!((self.first_word().as_str(), self.word(1)), ("where", "is" | "are") | ("what" | "how", "about"));
        let text = format!("describe {}", self.slice(2..self.end()));
        self.instead(0..2, "ask what is known of it", &text).filter(|_| is_meant)
    }

    /// `who else provides mail to C?`
    fn else_who(&self) -> Option<SyntaxError> {
        let is_meant = super::asks(&self.first_word()) && self.word(1) == "else";
        self.instead(1..2, "leave `else` out; the answer names all", &self.without(1..2)).filter(|_| is_meant)
    }

    /// `how many consumers does B have?`
    fn how_many_has(&self) -> Option<SyntaxError> {
        let is_meant = self.first_word() == "how" && self.word(1) == "many" && matches!(self.word(3), "does" | "do");
        let has = (5..self.end()).find(|&index| self.word(index) == "have").filter(|&has| is_meant && has + 1 == self.end())?;
        let name = self.slice(4..has);
        let text = match self.word(2) {
            "consumers" | "customers" | "clients" | "users" => format!("how many organizations rely on {name}?"),
            "providers" | "suppliers" | "vendors" => format!("how many organizations does {name} rely on?"),
            noun => format!("how many {noun} does {name} provide?"),
        };
        self.instead(has..has + 1, "ask", &text)
    }

    /// `how much does hosting cost?`
    fn how_much(&self) -> Option<SyntaxError> {
        let is_meant = self.first_word() == "how" && self.word(1) == "much" && matches!(self.word(2), "does" | "do");
        let end = self.end();
        let property = self.tokens.get(end.checked_sub(1)?).filter(|_| is_meant && end > 4)?;
        let property = &self.text[property.start..property.end];
        self.instead(0..2, "ask for the property", &format!("what is the {property} of {}?", self.slice(3..end - 1)))
    }

    /// `who are B's customers?`, `C is B's customer`, `who uses B's hosting?`
    pub(super) fn of_somebody(&self) -> Option<SyntaxError> {
        let index = (1..self.end()).find(|&index| self.is_word(index) && self.word(index).ends_with("'s"))?;
        let owner = self.word(index).trim_end_matches("'s");
        let noun = self.word(index + 1);
        let is_last = index + 2 == self.end();
        let asks = super::asks(&self.first_word());
        let text = match (noun.trim_end_matches('s'), self.word(index - 1)) {
            ("customer" | "consumer" | "client" | "user", "is" | "are") if asks => format!("who relies on {owner}?"),
            ("provider" | "supplier" | "vendor", "is" | "are") if asks => format!("who does {owner} rely on?"),
            ("service", "is" | "are") if asks => format!("what does {owner} provide?"),
            ("customer" | "consumer" | "client" | "user", "is" | "are") => format!("{} relies on {owner}", self.slice(0..index - 1)),
            ("provider" | "supplier" | "vendor", "is" | "are") => format!("{owner} relies on {}", self.slice(0..index - 1)),
            (property, "is") if asks => format!("what is the {property} of {owner}?"),
            (_, verb) => {
                let (ours, preposition) = everyday_verb(verb)?;
                let other = if preposition == "to" { "of" } else { preposition };
                let mark = if asks { "?" } else { "" };
                format!("{} {ours} {noun} {other} {owner}{mark}", self.slice(0..index - 1))
            }
        };
        self.instead(index..index + 1, "say whose it is by a verb and a preposition", &text).filter(|_| is_last)
    }

    /// `B is a service provider`
    fn service_provider(&self) -> Option<SyntaxError> {
        let index = (2..self.end()).find(|&index| self.word(index) == "service" && self.is_word(index + 1))?;
        let is_role = PLURALS.iter().any(|role| role.trim_end_matches('s') == self.word(index + 1).trim_end_matches('s'));
        let text = self.without(index..index + 1);
        self.instead(index..index + 1, "leave `service` out", &text).filter(|_| is_role)
    }

    /// `B provides hosting to C at 99.9% availability`: a property of the service is a sentence of its own.
    fn quality(&self) -> Option<SyntaxError> {
        let is_number = |index: usize| self.word(index).starts_with(|first: char| first.is_ascii_digit());
        let close = (3..self.end()).find(|&index| matches!(self.word(index), "at" | "with"))?;
        let after = close + 1 + usize::from(matches!(self.word(close + 1), "a" | "an"));
        let percent = |index: usize| usize::from(self.word(index + 1) == "%");
        let (property, value) = if is_number(after) {
            (after + 1 + percent(after), after..after + 1 + percent(after))
        } else {
            (after, after + 1..after + 2 + percent(after + 1))
        };
        let is_meant =
            self.is_word(property) && is_number(value.start) && property.max(value.end - 1) + 1 == self.end() && self.is_thing(2);
        let fact = repaired(self.slice(0..close)).filter(|_| is_meant && !self.text.contains('?'))?;
        let own = repaired(&format!("{} has {} {}", self.word(2), self.word(property), self.slice(value)))?;
        Some(self.blame(close..close + 1, format!("these are two statements, each on a line of its own: `{fact}` and `{own}`")))
    }

    /// `A & B provides hosting to C`, `B provides 24/7 support to C`
    fn name_with_sign(&self) -> Option<SyntaxError> {
        let is_sign = |index: &usize| matches!(self.word(*index), "&" | "/" | "+");
        let sign = (self.at.saturating_sub(2)..=self.at).find(is_sign).filter(|&sign| sign > 0)?;
        let is_part =
            |index: usize| self.tokens.get(index).is_some_and(|token| token.kind == TokenKind::Word) && !is_reserved(self.word(index));
        let quoted = |range: std::ops::Range<usize>| {
            let fits = is_part(sign - 1) && (sign + 1..range.end).all(is_part);
            repaired(&self.with(range.start, range.end, &written(self.slice(range.clone())))).filter(|_| fits)
        };
        let statement = quoted(sign - 1..sign + 2).or_else(|| quoted(sign - 1..sign + 3)).filter(|_| !self.text.contains('?'))?;
        Some(self.blame(sign..sign + 1, format!("put such a name in quotation marks: `{}`", shortened_line(&statement))))
    }

    /// `let x = 5`
    fn assigned(&self) -> Option<SyntaxError> {
        let is_meant = matches!(self.first_word().as_str(), "let" | "set" | "var" | "const" | "def" | "define") && self.word(2) == "=";
        let text = format!("{} has value {}", self.word(1), self.slice(3..self.end()));
        self.instead(2..3, "nothing is assigned; a property is stated with `has`", &text).filter(|_| is_meant)
    }

    /// `2 + 2`
    fn sum_alone(&self) -> Option<SyntaxError> {
        let fits = |index: usize| {
            let word = self.word(index);
            word.starts_with(|first: char| first.is_ascii_digit()) || matches!(word, "+" | "-" | "*" | "/" | "(" | ")" | "%")
        };
        let end = (0..self.tokens.len()).find(|&index| matches!(self.word(index), "=" | "?")).unwrap_or(self.tokens.len());
        let is_meant = end > 2 && (0..end).all(fits);
        self.instead(0..end, "a computation is asked with a variable", &format!("?x = {}?", self.slice(0..end))).filter(|_| is_meant)
    }

    /// `a customer is vip if it has 10 orders`
    fn rule_of_one(&self) -> Option<SyntaxError> {
        let joint = self.next_of(3, &["if"])?;
        let is_meant = matches!(self.first_word().as_str(), "a" | "an") && self.is_word(1) && !is_reserved(self.word(1));
        let text = format!("?x {} if ?x is {}", self.slice(2..joint), self.slice(0..2).to_lowercase());
        self.instead(0..2, "in a rule a variable stands for anyone", &text).filter(|_| is_meant)
    }
}

/// Whether a word is the `-ing` form of a verb: `providing`, `getting`, `relying`.
fn is_gerund(word: &str, base: &str) -> bool {
    let Some(stem) = word.strip_suffix("ing").filter(|stem| !stem.is_empty()) else { return false };
    let doubled =
        || stem.chars().next_back().is_some_and(|last| base.strip_suffix(last).is_some() && stem.strip_suffix(last) == Some(base));
    stem == base || base.strip_suffix('e') == Some(stem) || doubled()
}
