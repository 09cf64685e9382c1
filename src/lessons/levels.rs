//! The ten levels of a course: which parts of the language belong to which. One grammar, gated: nothing means another thing at another
//! level, and a file outside of exercises has no gate.

use super::pack::Exercise;
use super::program::statements;
use crate::syntax::ast::{Condition, Form, Sentence, StatementKind, Term, TermKind, VerbWord, Wh};

/// Verbs of the standard vocabulary that need no words of ITIL beyond provider and consumer.
const PLAIN_VERBS: [&str; 4] = ["provide", "consume", "rely", "relie"];
const PLAIN_WORDS: [&str; 9] =
    ["provider", "consumer", "organization", "person", "service", "organizations", "providers", "consumers", "services"];

/// A part of the language, and the level from which it may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) level: u8,
    pub(super) what: &'static str,
}

impl Part {
    /// Whether it is a word that is not known at the first levels, which may be one that is misspelt.
    pub(super) fn is_word(self) -> bool {
        self == WORD
    }
}

const WORD: Part = part(4, "words beyond provider, consumer and person");

const fn part(level: u8, what: &'static str) -> Part {
    Part { level, what }
}

/// The parts of the language that a text uses, the highest first.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let statements = statements(text);
    let mut all = Vec::new();
    statements.iter().for_each(|statement| statement.each(&mut |held| all.push(held)));
    for statement in all {
        #[expect(clippy::wildcard_enum_match_arm, reason = "new statements are for the upper levels until they are put elsewhere")]
        match &statement.kind {
            StatementKind::Fact(sentences) => sentences.iter().for_each(|own| sentence(own, &mut parts)),
            StatementKind::Question(question) => {
                if question.find.is_some() {
                    parts.push(part(8, "`find`"));
                }
                condition(&question.condition, &mut parts);
            }
            // `expect not …` is how a no is predicted, from the beginning.
            StatementKind::Expect(expectation) => match &expectation.question.condition {
                Condition::Not { condition: denied, .. } => condition(denied, &mut parts),
                other => condition(other, &mut parts),
            },
            StatementKind::Rule(rule) => {
                parts.push(part(5, "a rule"));
                sentence(&rule.head, &mut parts);
                condition(&rule.body, &mut parts);
                if mentions(&rule.body, &rule.head.verb) {
                    parts.push(part(6, "a rule that uses the verb it concludes"));
                }
            }
            StatementKind::Verb(_) | StatementKind::Kind { .. } => parts.push(part(Exercise::DECLARES, "a declaration")),
            StatementKind::Forget(_) | StatementKind::AsOf(_) => parts.push(part(9, "taking facts back")),
            StatementKind::Describe(_) => parts.push(part(10, "`describe`")),
            StatementKind::Forbid(prohibition) => {
                parts.push(part(7, "`forbid` or `warn`"));
                condition(&prohibition.condition, &mut parts);
            }
            StatementKind::Use(_) => parts.push(part(4, "another vocabulary")),
            StatementKind::Explain(_) | StatementKind::Remedy(_) => parts.push(part(10, "asking for reasons")),
            StatementKind::Scenario(_) | StatementKind::In { .. } | StatementKind::Suppose { .. } => parts.push(part(9, "scenarios")),
            StatementKind::Compare(comparison) => {
                parts.push(part(9, "scenarios"));
                comparison.question.iter().for_each(|question| condition(&question.condition, &mut parts));
            }
            _ => parts.push(part(9, "a statement about files")),
        }
    }
    parts.sort_unstable();
    parts.dedup();
    parts.reverse();
    parts
}

fn sentence(sentence: &Sentence, parts: &mut Vec<Part>) {
    let word = sentence.verb.word.text.to_lowercase();
    let is_plain = match sentence.verb.form {
        Form::Acts => PLAIN_VERBS.iter().any(|verb| word.trim_end_matches('s') == *verb),
        Form::Is => PLAIN_WORDS.contains(&&*word),
        Form::Has => false,
    };
    if !is_plain {
        parts.push(WORD);
    }
    if sentence.subject.len() > 1 || sentence.object.len() > 1 {
        parts.push(part(3, "lists"));
    }
    sentence.terms().for_each(|own| term(own, parts));
}

fn term(own: &Term, parts: &mut Vec<Part>) {
    match &own.kind {
        TermKind::Variable(_) => parts.push(part(5, "variables")),
        TermKind::Computed(computation) => {
            parts.push(part(8, "computing"));
            term(&computation.left, parts);
            term(&computation.right, parts);
        }
        TermKind::Aggregate(aggregate) => {
            parts.push(part(8, "counting"));
            condition(&aggregate.condition, parts);
        }
        TermKind::Wh(Wh::HowMany(_)) => parts.push(part(8, "`how many`")),
        TermKind::Value(_) | TermKind::Anything | TermKind::Wh(_) => {}
    }
}

fn condition(own: &Condition, parts: &mut Vec<Part>) {
    match own {
        Condition::Sentence(own) => sentence(own, parts),
        Condition::Comparison { left, right, .. } => {
            parts.push(part(5, "comparing"));
            term(left, parts);
            term(right, parts);
        }
        Condition::Not { condition: inner, .. } => {
            parts.push(part(7, "`not`"));
            condition(inner, parts);
        }
        Condition::Whenever { when, then, .. } => {
            parts.push(part(7, "`whenever`"));
            condition(when, parts);
            condition(then, parts);
        }
        Condition::And(inner) | Condition::Or(inner) => inner.iter().for_each(|own| condition(own, parts)),
    }
}

fn mentions(own: &Condition, verb: &VerbWord) -> bool {
    let stem = |verb: &VerbWord| (verb.form, verb.word.text.trim_end_matches('s').to_owned());
    match own {
        Condition::Sentence(sentence) => stem(&sentence.verb) == stem(verb),
        Condition::Comparison { .. } => false,
        Condition::Not { condition, .. } => mentions(condition, verb),
        Condition::Whenever { when, then, .. } => mentions(when, verb) || mentions(then, verb),
        Condition::And(inner) | Condition::Or(inner) => inner.iter().any(|own| mentions(own, verb)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_its_level() {
        let level = |text: &str| parts(text).first().map_or(1, |part| part.level);
        assert_eq!(level("B provides hosting to C\nwho relies on B?\nD consumes x from C"), 1);
        assert_eq!(level("B provides hosting, mail to C"), 3);
        assert_eq!(level("Ann is a customer of hosting"), 4);
        assert_eq!(level("?x serves ?y if ?x provides something to ?y"), 5);
        assert_eq!(level("?x relies on ?z if ?x relies on ?y and ?y relies on ?z"), 6);
        assert_eq!(level("?x provides something to someone and not ?x is a consumer?"), 7);
        assert_eq!(level("how many organizations rely on B?"), 8);
        assert_eq!(level("scenario outage {\n  ?x is y if ?x is z\n}\nin outage: who relies on B?"), 9);
        assert_eq!(level("compare base with outage: who relies on B?"), 9);
        assert_eq!(level("in outage: describe B"), 10);
    }
}
