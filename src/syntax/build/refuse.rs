//! What the grammar lets through and SRL does not mean, each with a message that says what to write instead.

use pest::iterators::Pair;

use super::words::{one_line, shortened};
use super::{Builder, Built};
use crate::source::Span;
use crate::syntax::ast::{Condition, Sentence, Term, TermKind, Word};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;

impl Builder<'_> {
    pub(super) fn refuse_lists(condition: &Condition) -> Built<()> {
        let several = |terms: &[Term]| match terms {
            [first, .., last] => Some(first.span.to(last.span)),
            _ => None,
        };
        let list = sentences_of(condition).into_iter().find_map(|sentence| {
            several(&sentence.subject)
                .or_else(|| several(&sentence.object))
                .or_else(|| sentence.phrases.iter().find_map(|phrase| several(&phrase.terms)))
        });
        list.map_or(Ok(()), |at| Err(SyntaxError::MisplacedList { at }))
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
            help: "use a variable such as `?x` here; in several sentences it is the same thing each time".into(),
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
            _ => (format!("`{word}`"), "name what is meant; an optional phrase may be left out".into()),
        };
        SyntaxError::NotConstant { place: place.to_owned(), what, help, at: term.span }
    }

    pub(super) fn quantifier(&self, pair: &Pair<'_, Rule>) -> SyntaxError {
        let (written, word) = (pair.as_str().to_owned(), pair.as_str().to_lowercase());
        let at = self.span(pair);
        let position = (at.start - self.base) as usize;
        let with = |instead: &str| {
            let text = format!("{}{instead}{}", &self.text[..position], &self.text[position + written.len()..]);
            one_line(text.trim_end_matches(['.', '?']))
        };
        let is_question = self.text.trim_end().ends_with('?');
        let is_plain = !self.text.contains('?') && !one_line(self.text).contains(" if ");
        let someone = if word == "nobody" { "someone" } else { "something" };
        let help = match word.as_str() {
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
                format!("what is not stated does not hold; to test it, write `not {}` as a condition", with(someone))
            }
            "nobody" | "nothing" | "none" | "no" => format!("put `not` before the sentence, and `{someone}` here"),
            _ if is_plain => format!("to say it of all, write a rule: `{} if ?x is an organization`", with("?x")),
            _ => "a variable such as `?x` stands for all of them, one after the other".to_owned(),
        };
        SyntaxError::Quantifier { word: written, help, at }
    }

    pub(super) fn malformed(&self, pair: &Pair<'_, Rule>, problem: &str) -> SyntaxError {
        SyntaxError::Malformed {
            text: shortened(pair.as_str()),
            help: "a number is written `3`, `-2.5` or `99.95%`, a date `2026-01-31`; put a name in quotation marks".into(),
            at: self.span(pair),
            problem: problem.to_owned(),
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
