//! What the grammar lets through and SRL does not mean, each with a message that says what to write instead.

use pest::iterators::Pair;

use super::words::{one_line, shortened};
use super::{Builder, Built};
use crate::source::Span;
use crate::syntax::ast::{Condition, Form, Sentence, Term, TermKind, Word};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;
use crate::syntax::layout::Tokens;
use crate::syntax::words::is_preposition;

impl Builder<'_> {
    pub(super) fn refuse_lists(&self, condition: &Condition) -> Built<()> {
        let several = |sentence: &Sentence, terms: &[Term]| match terms {
            [first, .., last] => {
                let at = first.span.to(last.span);
                Some(SyntaxError::MisplacedList { help: self.once_for_each(sentence, terms, at), at })
            }
            _ => None,
        };
        let list = sentences_of(condition).into_iter().find_map(|sentence| {
            several(sentence, &sentence.subject)
                .or_else(|| several(sentence, &sentence.object))
                .or_else(|| sentence.phrases.iter().find_map(|phrase| several(sentence, &phrase.terms)))
        });
        list.map_or(Ok(()), Err)
    }

    /// `?x relies on B, C` → `?x relies on B or ?x relies on C`
    fn once_for_each(&self, sentence: &Sentence, terms: &[Term], list: Span) -> String {
        let later = &self.text[(list.end - self.base) as usize..];
        if self.text.to_lowercase().starts_with("forget") || one_line(later).split(' ').any(|word| word == "if") {
            return "write a statement for each of them".to_owned();
        }
        let whole = |term: &Term| {
            let (before, after) = (Span { end: list.start, ..sentence.span }, Span { start: list.end, ..sentence.span });
            one_line(&format!("{}{}{}", self.text_at(before), self.text_at(term.span), self.text_at(after)))
        };
        let is_one_of = &*sentence.verb.word.text == "one" && list.end == sentence.span.end;
        let subject = sentence.subject.first().filter(|_| is_one_of).map(|term| self.text_at(term.span).to_owned());
        let each = terms.iter().take(3).map(|term| match &subject {
            Some(subject) => format!("{subject} = {}", self.text_at(term.span)),
            None => whole(term),
        });
        let joined = each.collect::<Vec<_>>().join(" or ");
        let asks = sentence.terms().any(|term| matches!(term.kind, TermKind::Wh(_)));
        if asks || joined.len() > 120 {
            return "say it once for each of them, joined by `and` or `or`; variables take the place of question words".to_owned();
        }
        format!("say it once for each of them, joined by `and` or `or`: `{joined}`")
    }

    pub(super) fn refuse_wh(&self, condition: &Condition, place: &str) -> Built<()> {
        first_wh(condition).map_or(Ok(()), |term| Err(self.misplaced_wh(term, place)))
    }

    pub(super) fn refuse_terms(&self, sentence: &Sentence, place: &str, refused: impl Fn(&TermKind) -> bool) -> Built<()> {
        sentence.terms().find(|term| refused(&term.kind)).map_or(Ok(()), |term| Err(self.not_constant(place, term)))
    }

    pub(super) fn misplaced_wh(&self, term: &Term, place: &str) -> SyntaxError {
        SyntaxError::MisplacedWh {
            word: self.text_at(term.span).to_owned(),
            place: place.to_owned(),
            help: "use a variable such as `?x` here; in several sentences it is the same thing each time".to_owned(),
            at: term.span,
        }
    }

    /// `who is a provider and a consumer?`, `who provides x and who relies on y?`
    pub(super) fn several_asked(&self, condition: &Condition, term: &Term) -> SyntaxError {
        let generic = self.misplaced_wh(term, "a question of several sentences");
        let question = self.statement_text();
        let starts = question.get(..3).is_some_and(|first| first.eq_ignore_ascii_case("who"));
        let (Condition::And(parts) | Condition::Or(parts), true) = (condition, starts) else { return generic };
        let article = |part: &Condition| match part {
            Condition::Sentence(sentence) => match sentence.subject.as_slice() {
                [subject] if matches!(self.text_at(subject.span), "a" | "an" | "the") => Some((subject.span, sentence.verb.span)),
                _ => None,
            },
            _ => None,
        };
        let help = match (condition, parts.as_slice()) {
            (Condition::And(_), [Condition::Sentence(first), second]) if first.verb.form == Form::Is && article(second).is_some() => {
                let other = article(second).map_or("", |(_, verb)| self.text_at(verb));
                format!("write `who is both {} and {other}?`", first.verb.word.text)
            }
            (_, [_, second]) => {
                let denied = match second {
                    Condition::Not { condition, .. } => Some(&**condition),
                    _ => None,
                };
                let Some((subject, _)) = article(denied.unwrap_or(second)) else { return generic };
                let at = (subject.start - self.base) as usize;
                format!("use a variable, and repeat it: `?x {}`", one_line(&format!("{}?x is {}", &self.text[3..at], &self.text[at..])))
            }
            _ => return generic,
        };
        SyntaxError::MisplacedWh {
            word: self.text_at(term.span).to_owned(),
            place: "a question of several sentences".into(),
            help,
            at: term.span,
        }
    }

    pub(super) fn not_constant(&self, place: &str, term: &Term) -> SyntaxError {
        let word = self.text_at(term.span);
        let (what, help) = match &term.kind {
            TermKind::Variable(_) if place == "a fact" => (
                format!("the variable `{word}`"),
                format!("to ask, end with a question mark: `{}?`; to derive it, add `if …`", self.statement_text()),
            ),
            TermKind::Variable(_) => (format!("the variable `{word}`"), "name what is meant".into()),
            TermKind::Computed(_) | TermKind::Aggregate(_) => {
                (format!("the computation `{word}`"), "write the value itself; a rule can compute one: `… if …`".into())
            }
            _ if place == "the head of a rule" => {
                (format!("`{word}`"), "use a variable that the conditions bind, so that it is known which one".into())
            }
            _ => (format!("`{word}`"), self.named(place, term)),
        };
        SyntaxError::NotConstant { place: place.to_owned(), what, help, at: term.span }
    }

    /// How to say it where `something` stands for no one in particular.
    fn named(&self, place: &str, term: &Term) -> String {
        if place != "a fact" {
            return "name what is meant; an optional phrase may be left out".to_owned();
        }
        let at = (term.span.start - self.base) as usize;
        let statement = self.statement_text();
        let mut named = self.text.trim_end_matches('.').to_owned();
        for token in Tokens::new(self.text).collect::<Vec<_>>().into_iter().rev() {
            match self.text[token.start..token.end].to_lowercase().as_str() {
                "something" | "anything" | "_" => named.replace_range(token.start..token.end, "hosting"),
                "someone" | "somebody" | "anyone" | "anybody" => named.replace_range(token.start..token.end, "Acme"),
                _ => {}
            }
        }
        let is_in_phrase = self.text[..at].split_whitespace().next_back().is_some_and(is_preposition);
        let or_nothing = if is_in_phrase { " or leave an optional phrase out," } else { "" };
        format!("put a name in its place, as in `{}`,{or_nothing} or ask: `{statement}?`", one_line(&named))
    }

    pub(super) fn quantifier(&self, pair: &Pair<'_, Rule>) -> SyntaxError {
        let at = self.span(pair);
        let position = (at.start - self.base) as usize;
        let no_one = self.text.get(position..position + "no one".len()).filter(|words| words.eq_ignore_ascii_case("no one"));
        let written = no_one.unwrap_or_else(|| pair.as_str()).to_owned();
        let word = if no_one.is_some() { "nobody".to_owned() } else { written.to_lowercase() };
        let with = |instead: &str| {
            let text = format!("{}{instead}{}", &self.text[..position], &self.text[position + written.len()..]);
            let line = one_line(text.trim_end_matches(['.', '?']));
            ["expect not ", "expect ", "forbid ", "warn "].iter().find_map(|first| line.strip_prefix(first)).unwrap_or(&line).to_owned()
        };
        let is_question = self.text.trim_end().ends_with('?');
        let is_plain = !self.text.contains('?') && !one_line(self.text).contains(" if ");
        let someone = if word == "nobody" { "someone" } else { "something" };
        let expected = self.text.get("expect".len()..).filter(|_| self.text.to_lowercase().starts_with("expect ")).map(str::trim_start);
        let help = match word.as_str() {
            "nobody" | "nothing" if expected.is_some_and(|rest| rest.starts_with(&*written)) => {
                let asked = if word == "nobody" { "who" } else { "what" };
                format!("expect no answers: `expect {}: nobody`", with(asked))
            }
            "there" => "ask `does someone provide hosting?`, or `which services are there?`".to_owned(),
            _ if word.ends_with("self") || word.ends_with("selves") => "use a variable twice: `?x relies on ?x?`".to_owned(),
            "nobody" | "nothing" if is_question && position == 0 => {
                let who = if word == "nobody" { "who" } else { "what" };
                format!("ask `{}?`: the answer is `None` if {word} does", with(who))
            }
            "nobody" | "nothing" | "none" | "no" if is_question => {
                "ask with `not` of a kind, as in `which organizations do not rely on someone?`".to_owned()
            }
            "nobody" | "nothing" | "none" | "no" if is_plain => {
                format!("what is not stated does not hold; to have it checked, write `expect not {}`", with(someone))
            }
            "nobody" | "nothing" | "none" | "no" => format!("put `not` before the sentence, and `{someone}` here"),
            _ if is_plain => format!("to say it of all, write a rule: `{} if ?x is an organization`", with("?x")),
            _ => "a variable such as `?x` stands for all of them, one after the other".to_owned(),
        };
        SyntaxError::Quantifier { word: written, help, at }
    }

    /// `B.rank = 3`, `B = late`
    pub(super) fn equated(&self, left: &Term, right: &Term, at: Span) -> SyntaxError {
        let (left, right) = (self.text_at(left.span), self.text_at(right.span));
        let is_word = right.starts_with(char::is_alphabetic) && !right.contains(' ');
        let help = match left.split_once('.').or_else(|| left.split_once(' ')) {
            Some((owner, property)) if !left.starts_with(['?', '"']) => {
                format!("a property is stated with `has`: `{owner} has {property} {right}`")
            }
            _ if left.starts_with('?') => format!("to ask, end with a question mark: `{left} = {right}?`"),
            _ if is_word => format!("a fact is a sentence: `{left} is {right}`, or `{left} has … {right}`"),
            _ => format!("a fact is a sentence: `{left} has … {right}`"),
        };
        SyntaxError::NotOneSentence { place: "a fact".to_owned(), help, at }
    }

    pub(super) fn malformed(&self, pair: &Pair<'_, Rule>, problem: &str) -> SyntaxError {
        SyntaxError::Malformed {
            text: shortened(pair.as_str()),
            help: as_date(pair.as_str()).map_or_else(
                || "a number is written `3`, `-2.5` or `99.95%`, a date `2026-01-31`; put a name in quotation marks".to_owned(),
                |date| format!("write year, month and day: `{date}`"),
            ),
            at: self.span(pair),
            problem: problem.to_owned(),
        }
    }

    /// `expect describe B`, `export "b.csv": describe B`
    pub(super) fn describe_has_no_rows(&self, pair: &Pair<'_, Rule>) -> SyntaxError {
        let name = pair.clone().into_inner().nth(1).map_or("B", |name| name.as_str().trim_end());
        let first = self.text[..(self.span(pair).start - self.base) as usize].trim_end();
        let answers = if first.ends_with(':') { "?" } else { ": C, D" };
        SyntaxError::Unexpected {
            found: "describe".to_owned(),
            read: format!("this shows everything about {name}, and has no rows"),
            help: format!("ask a question that has rows: `{first} who relies on {name}{answers}`"),
            at: self.span(pair),
        }
    }

    pub(super) fn unexpected(&self, pair: &Pair<'_, Rule>, help: &str) -> SyntaxError {
        SyntaxError::Unexpected {
            found: pair.as_str().split_whitespace().next().unwrap_or_default().to_owned(),
            read: "a sentence stands before this".into(),
            help: help.to_owned(),
            at: self.span(pair),
        }
    }

    pub(super) fn text_at(&self, span: Span) -> &str {
        &self.text[(span.start - self.base) as usize..(span.end - self.base) as usize]
    }

    pub(super) fn statement_text(&self) -> String {
        one_line(self.text.trim_end_matches('.'))
    }
}

/// The date that somebody may have meant by `31.12.2025` or `2025-1-5`.
fn as_date(text: &str) -> Option<String> {
    let parts: Vec<_> = text.split(['.', '-']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (year, month, day) = if text.contains('.') { (third, second, first) } else { (first, second, third) };
    let (month, day) = (month.parse::<u8>().ok()?, day.parse::<u8>().ok()?);
    let date = format!("{year}-{month:02}-{day:02}");
    (year.len() == 4 && date != text && date.parse::<jiff::civil::Date>().is_ok()).then_some(date)
}

/// `a and b or c` with brackets around the run that `inner` joins: `a and (b or c)`.
pub(super) fn bracketed(text: &str, inner: &str) -> String {
    let text = one_line(text);
    match text.split_once(&format!(" {inner} ")) {
        Some((before, after)) if text.len() <= 120 => {
            let outer = if inner == "or" { " and " } else { " or " };
            let start = before.rfind(outer).map_or(0, |at| at + outer.len());
            let end = after.find(outer).unwrap_or(after.len());
            format!("{}({} {inner} {}){}", &before[..start], &before[start..], &after[..end], &after[end..])
        }
        _ => format!("… and (… {inner} …)"),
    }
}

pub(super) fn not_one_sentence(condition: &Condition, place: &str) -> SyntaxError {
    let help = match condition {
        Condition::Comparison { .. } => "a comparison stands after `if` or `where`, or in a question",
        Condition::Not { .. } => "say it without `not`",
        _ if place == "the head of a rule" => "write a rule for each sentence that follows",
        Condition::Whenever { .. } if place == "a fact" => {
            "a rule begins with what follows from it, `?p is late if ?p provides something to ?x`; a question ends with `?`"
        }
        Condition::Or(_) => "a fact says what is so: write the sentence that holds",
        Condition::Whenever { .. } => "`whenever … then …` is a condition: it stands after `if`",
        Condition::Sentence(_) | Condition::And(_) => "write each sentence on a line of its own",
    };
    SyntaxError::NotOneSentence { place: place.to_owned(), help: help.to_owned(), at: condition.span() }
}

pub(super) fn open_preposition(preposition: &Word) -> SyntaxError {
    SyntaxError::Unfinished {
        missing: format!("a name should follow `{}`", preposition.text),
        help: format!("put a name after `{}`, or begin the question with `who` or `what`", preposition.text),
        at: preposition.span,
    }
}

pub(super) fn sentences_of(condition: &Condition) -> Vec<&Sentence> {
    match condition {
        Condition::Sentence(sentence) => vec![sentence],
        Condition::Comparison { right, .. } => match &right.kind {
            TermKind::Aggregate(aggregate) => sentences_of(&aggregate.condition),
            TermKind::Value(_) | TermKind::Variable(_) | TermKind::Anything | TermKind::Wh(_) | TermKind::Computed(_) => Vec::new(),
        },
        Condition::Not { condition, .. } => sentences_of(condition),
        Condition::Whenever { when, then, .. } => [sentences_of(when), sentences_of(then)].concat(),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().flat_map(sentences_of).collect(),
    }
}

pub(super) fn terms_of(condition: &Condition) -> Vec<&Term> {
    match condition {
        Condition::Sentence(sentence) => sentence.terms().flat_map(parts_of).collect(),
        Condition::Comparison { left, right, .. } => [parts_of(left), parts_of(right)].concat(),
        Condition::Not { condition, .. } => terms_of(condition),
        Condition::Whenever { when, then, .. } => [terms_of(when), terms_of(then)].concat(),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().flat_map(terms_of).collect(),
    }
}

/// The terms that a term is computed from; itself, if it is not computed.
fn parts_of(term: &Term) -> Vec<&Term> {
    match &term.kind {
        TermKind::Computed(computation) => [parts_of(&computation.left), parts_of(&computation.right)].concat(),
        TermKind::Aggregate(aggregate) => {
            let of = aggregate.of.iter().flat_map(parts_of);
            of.chain(terms_of(&aggregate.condition)).collect()
        }
        TermKind::Value(_) | TermKind::Variable(_) | TermKind::Anything | TermKind::Wh(_) => vec![term],
    }
}

pub(super) fn first_wh(condition: &Condition) -> Option<&Term> {
    terms_of(condition).into_iter().find(|term| matches!(term.kind, TermKind::Wh(_)))
}
