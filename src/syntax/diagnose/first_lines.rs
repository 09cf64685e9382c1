//! What somebody types who has never seen SRL: a greeting, an arrow, a query or a predicate of another language, a question with a
//! courtesy before it. Gives the sentence that says it, in the names that were typed, if the grammar reads it.

use super::phrasebook::{COURTESIES, GREETINGS, PLURALS};
use super::rewrite::with_article;
use super::{Diagnosis, repaired, shortened_line};
use crate::syntax::error::SyntaxError;
use crate::syntax::layout::{TokenKind, Tokens};
use crate::syntax::words::{self, everyday_verb, is_preposition, is_reserved, written};

pub(super) const BEGIN: &str = "begin with a fact, `B provides hosting to C`, then ask: `who relies on B?`";

impl Diagnosis<'_> {
    pub(super) fn first_line(&self) -> Option<SyntaxError> {
        self.greeting()
            .or_else(|| self.arrow())
            .or_else(|| self.query())
            .or_else(|| self.courtesy())
            .or_else(|| self.where_from())
            .or_else(|| self.verb_first())
            .or_else(|| self.number_before_property())
            .or_else(|| self.chained())
    }

    /// `hello`, `thanks!`
    fn greeting(&self) -> Option<SyntaxError> {
        let words = self.tokens.iter().filter(|token| token.kind == TokenKind::Word).count();
        let signs = (words..self.tokens.len()).all(|index| matches!(self.word(index), "!" | "." | "?" | ","));
        let greets = words <= 3 && signs && GREETINGS.contains(&self.first_word().as_str());
        (greets && !is_reserved(self.word(1))).then(|| self.unfinished_with(BEGIN.to_owned()))
    }

    /// `A -> B`, `A: hosting -> B`
    fn arrow(&self) -> Option<SyntaxError> {
        let is_sign = |index: usize| matches!(self.word(index), "-" | ">" | "=" | ":" | "→");
        let is_name = |index: usize| self.is_thing(index) && !self.is_variable(index);
        let end = self.end();
        let arrow = (1..end).find(|&index| matches!(self.word(index), ">" | "→"))?;
        if !(0..end).all(|index| is_sign(index) || is_name(index)) {
            return None;
        }
        let things: Vec<_> = (0..end).filter(|&index| is_name(index)).map(|index| self.word(index)).collect();
        let help = match things.as_slice() {
            [from, to] => {
                let (provides, relies) = (format!("{from} provides hosting to {to}"), format!("{from} relies on {to}"));
                format!("say in words what the arrow means: `{}`, or `{}`", repaired(&provides)?, repaired(&relies)?)
            }
            [from, service, to] => {
                format!("say it in a sentence: `{}`", shortened_line(&repaired(&format!("{from} provides {service} to {to}"))?))
            }
            _ => return None,
        };
        let first = (1..arrow).rev().take_while(|&index| matches!(self.word(index), "-" | "=")).last().unwrap_or(arrow);
        Some(self.blame(first..arrow + 1, help))
    }

    /// `SELECT … FROM provides`, `INSERT INTO provides VALUES (A, hosting, B)`
    pub(super) fn query(&self) -> Option<SyntaxError> {
        let find = |word: &str| (0..self.tokens.len()).find(|&index| self.word(index).eq_ignore_ascii_case(word));
        if self.phrase_at(0, "insert into").is_some() {
            let values = find("values").map_or(2, |values| values + 1);
            let said = self.applied(self.word(2), values);
            return Some(self.blame(
                0..2,
                match said {
                    Some(said) => format!("a sentence alone states a fact: `{}`", shortened_line(&said)),
                    None => "a sentence alone states a fact: `B provides hosting to C`".to_owned(),
                },
            ));
        }
        let from = find("from").filter(|_| self.first_word() == "select")?;
        // `select ?x from …` is mended as a question.
        if (1..from).any(|index| self.is_variable(index)) {
            return None;
        }
        let table = self.word(from + 1).to_lowercase();
        let question =
            if PLURALS.contains(&table.as_str()) { format!("which {table} are there?") } else { "who provides what to whom?".to_owned() };
        Some(self.blame(0..1, format!("there are no tables; ask in a sentence: `{question}`")))
    }

    /// `provides(B, hosting, C).`
    pub(super) fn predicate(&self) -> Option<SyntaxError> {
        let verb = if self.phrase_at(0, "? -").is_some() { 2 } else { 0 };
        let (name, bracket) = (self.tokens.get(verb)?, self.tokens.get(verb + 1)?);
        let is_applied = self.is_word(verb) && self.word(verb + 1) == "(" && name.end == bracket.start && self.is_thing(verb + 2);
        if !is_applied {
            return None;
        }
        let (said, mark) = (self.applied(self.word(verb), verb + 1), if verb > 0 { "?" } else { "" });
        let subject = if self.is_variable(verb + 2) { self.word(verb + 2) } else { "B" };
        let shape = || format!("{subject} {} …", self.word(verb).replace('_', " "));
        let is_one = self.word(verb + 3) == ")" && self.word(verb).starts_with(char::is_lowercase);
        let subject = match self.word(verb + 2) {
            free @ ("X" | "Y" | "Z" | "W") if verb > 0 => format!("?{}", free.to_lowercase()),
            word => word.to_owned(),
        };
        let said = said.or_else(|| is_one.then(|| format!("{subject} is {}", with_article(self.word(verb)))));
        let said = said.and_then(|said| repaired(&format!("{said}{mark}"))).map_or_else(shape, |said| shortened_line(&said));
        let help = format!("a sentence has no brackets, and begins with its subject: `{said}`");
        Some(self.blame(0..verb + 2, help))
    }

    /// A verb and what stands in the brackets after it, as a sentence; single capital letters of a question are variables.
    fn applied(&self, verb: &str, open: usize) -> Option<String> {
        let close = self.next_of(open, &[")"])?;
        let asks = self.word(0) == "?";
        let said = |index: usize| {
            let word = self.word(index).trim_matches('\'');
            let is_free = asks && matches!(word, "X" | "Y" | "Z" | "W");
            let word = if is_free { format!("?{}", word.to_lowercase()) } else { word.to_owned() };
            if word.starts_with(['?', '"']) { word } else { written(&word) }
        };
        let inside = self.text.get(self.tokens.get(open)?.end..self.tokens[close].start)?;
        let parts: Vec<_> = if inside.contains('\'') {
            inside.split(',').map(|part| written(part.trim().trim_matches('\''))).collect()
        } else {
            (open + 1..close).filter(|&index| self.word(index) != ",").map(said).collect()
        };
        let verb = verb.to_lowercase().replace('_', " ");
        let said = match (parts.as_slice(), everyday_verb(&verb), verb.split_once(' ')) {
            ([subject, object, other], Some((ours, preposition @ ("to" | "from"))), _) => {
                format!("{subject} {ours} {object} {preposition} {other}")
            }
            ([subject, other], Some((ours, "on")), _) => format!("{subject} {ours} on {other}"),
            ([subject, other], None, Some((_, last))) if is_preposition(last) => format!("{subject} {verb} {other}"),
            _ => return None,
        };
        if asks { Some(said) } else { repaired(&said) }
    }

    /// `show me who relies on B`, `please list all services`, `list everything`
    pub(super) fn courtesy(&self) -> Option<SyntaxError> {
        let mut from = 0;
        while let Some(range) = COURTESIES.iter().find_map(|phrase| self.phrase_at(from, phrase)) {
            from = range.end;
        }
        let end = self.end();
        if from == 0 || from >= end {
            return None;
        }
        let what = if matches!(self.word(from), "all" | "the" | "every" | "each") && from + 1 < end { from + 1 } else { from };
        let noun = self.word(what).to_lowercase();
        let question = if what + 1 == end && PLURALS.contains(&noun.as_str()) {
            format!("which {noun} are there?")
        } else if what + 1 == end && matches!(noun.as_str(), "everything" | "all" | "facts") {
            "who provides what to whom?".to_owned()
        } else if super::asks(&self.word(from).to_lowercase()) {
            format!("{}?", self.slice(from..end))
        } else {
            return None;
        };
        let question = repaired(&question)?;
        Some(self.blame(0..from, format!("a question asks by itself: `{}`", shortened_line(&question))))
    }

    /// `where does B get hosting from?`
    fn where_from(&self) -> Option<SyntaxError> {
        let end = self.end();
        let gets = |index: &usize| matches!(self.word(*index), "get" | "buy" | "receive" | "consume" | "purchase" | "obtain");
        let is_meant = self.first_word() == "where" && matches!(self.word(1), "does" | "do");
        let verb = (3..end).find(gets).filter(|_| is_meant)?;
        let close = if self.word(end - 1) == "from" { end - 1 } else { end };
        let question = repaired(&format!("who provides {} to {}?", self.slice(verb + 1..close), self.slice(2..verb)))?;
        Some(self.blame(0..1, format!("ask who it comes from: `{}`", shortened_line(&question))))
    }

    /// `provides CloudCo hosting StreamCo`
    fn verb_first(&self) -> Option<SyntaxError> {
        let (verb, preposition) = everyday_verb(&self.first_word())?;
        let end = self.end();
        let things: Vec<_> = (1..end).filter(|&index| self.word(index) != preposition).collect();
        if !things.iter().all(|&index| self.is_thing(index)) {
            return None;
        }
        let word = |number: usize| self.word(things[number]);
        let said = match (things.len(), preposition) {
            (3, "to" | "from") => format!("{} {verb} {} {preposition} {}", word(0), word(1), word(2)),
            (2, "on") => format!("{} {verb} on {}", word(0), word(1)),
            _ => return None,
        };
        let said = repaired(&said)?;
        Some(self.blame(0..1, format!("the subject comes first: `{}`", shortened_line(&said))))
    }

    /// `CloudCo provides hosting StreamCo`, `CloudCo gives StreamCo hosting`
    pub(super) fn preposition_left_out(&self) -> Option<String> {
        let (verb, preposition) = everyday_verb(self.word(1)).filter(|(_, preposition)| matches!(*preposition, "to" | "from"))?;
        if self.at != 3 || !self.is_thing(2) || !self.is_thing(3) {
            return None;
        }
        let is_capital = |index: usize| self.word(index).starts_with(char::is_uppercase);
        let (object, other) = if is_capital(2) && !is_capital(3) && preposition == "to" { (3, 2) } else { (2, 3) };
        let text = format!("{} {verb} {} {preposition} {}", self.word(0), self.word(object), self.word(other));
        let statement = repaired(&self.with(0, 4, &text))?;
        Some(format!("a preposition is missing: `{}`", shortened_line(&statement)))
    }

    /// `B has 50 employees`
    fn number_before_property(&self) -> Option<SyntaxError> {
        let has = (1..self.tokens.len()).find(|&index| matches!(self.word(index), "has" | "have"))?;
        let is_number =
            self.tokens.get(has + 1)?.kind == TokenKind::Word && self.word(has + 1).starts_with(|first: char| first.is_ascii_digit());
        if self.at != has + 1 || !is_number || !self.is_word(has + 2) || is_reserved(self.word(has + 2)) {
            return None;
        }
        let swapped = format!("{} {}", self.word(has + 2), self.word(has + 1));
        let statement = repaired(&self.with(has + 1, has + 3, &swapped))?;
        Some(self.blame(has + 1..has + 2, format!("the property comes before its value: `{}`", shortened_line(&statement))))
    }

    /// `A is part of B is part of C`
    fn chained(&self) -> Option<SyntaxError> {
        let begins = self.at.checked_sub(1).filter(|&before| before > 2 && self.is_thing(before))?;
        let joins = matches!(self.word(self.at), "is" | "are")
            || (self.word(self.at).ends_with('s') && everyday_verb(self.word(self.at)).is_some());
        if !joins || self.is_question() || words::is_statement_word(self.word(0)) {
            return None;
        }
        // After a comma the name belongs to the second one alone.
        let first = repaired(self.slice(0..if self.word(begins - 1) == "," { begins - 1 } else { self.at }))?;
        let second = repaired(self.slice(begins..self.tokens.len()))?;
        let is_whole = |statement: &str| Tokens::new(statement).count() > 2;
        (is_whole(&first) && is_whole(&second)).then(|| {
            let (first, second) = (shortened_line(&first), shortened_line(&second));
            self.blame(self.at..self.at + 1, format!("these are two statements, each on a line of its own: `{first}` and `{second}`"))
        })
    }
}
