//! A solution → texts that differ from it by one small slip, as people make them. Those that still pass show a gap in the checks.

use super::program::{statements, without};
use crate::source::Span;
use crate::syntax::ast::{Condition, Question, Rule, Sentence, StatementKind, Term, TermKind};

/// The slip that is none where there is a `not` already.
const PUT_IN: &str = "a `not` put in";

/// So many are made of one text.
const MAX_MUTANTS: usize = 60;

/// Texts with one slip each, and which.
pub(super) fn mutants(text: &str) -> Vec<(String, String)> {
    let mut mutants = Vec::new();
    let mut add = |what: &str, changed: String| {
        if mutants.len() < MAX_MUTANTS && changed != text {
            mutants.push((what.to_owned(), changed));
        }
    };
    for (number, statement) in statements(text).iter().enumerate() {
        add("a sentence left out", without(text, |own, _| own == number));
        if let StatementKind::Fact(sentences) = &statement.kind {
            sentences.iter().for_each(|sentence| add("a sentence the other way round", turned(text, sentence)));
        } else if let StatementKind::Rule(Rule { body, .. }) | StatementKind::Question(Question { condition: body, .. }) = &statement.kind {
            conditions(text, body, &mut add);
        }
    }
    mutants
}

fn conditions(text: &str, condition: &Condition, add: &mut dyn FnMut(&str, String)) {
    match condition {
        Condition::Sentence(sentence) => {
            add("a condition the other way round", turned(text, sentence));
            let before = Span { start: sentence.span.start, end: sentence.span.start };
            add(PUT_IN, replaced(text, &[(before, "not ")]));
        }
        Condition::Comparison { .. } => {}
        Condition::Not { condition, span } => {
            add("a `not` left out", replaced(text, &[(*span, "")]));
            // With another `not` in front it would say the same as without.
            conditions(text, condition, &mut |what: &str, changed: String| {
                if what != PUT_IN {
                    add(what, changed);
                }
            });
        }
        Condition::Whenever { when, then, span } => {
            // Some case instead of every case.
            let between = Span { start: when.span().end, end: then.span().start };
            add("`every` taken for `some`", replaced(text, &[(*span, ""), (between, " and ")]));
            conditions(text, when, add);
            conditions(text, then, add);
        }
        Condition::And(parts) | Condition::Or(parts) => {
            for (number, part) in parts.iter().enumerate() {
                let span = match (number, parts.get(number + 1)) {
                    (0, Some(next)) => Span { start: part.span().start, end: next.span().start },
                    (0, None) => part.span(),
                    (number, _) => Span { start: parts[number - 1].span().end, end: part.span().end },
                };
                add("a condition left out", replaced(text, &[(span, "")]));
                conditions(text, part, add);
            }
        }
    }
}

/// A sentence with its first and its last name in each other's place.
fn turned(text: &str, sentence: &Sentence) -> String {
    let ends = sentence.phrases.last().and_then(|phrase| phrase.terms.last()).or(sentence.object.last());
    let (Some(first), Some(last)) = (sentence.subject.first(), ends) else { return text.to_owned() };
    let slice = |span: Span| &text[span.range()];
    // `who provides what to whom?` asks the same the other way round.
    let is_anybody = |term: &Term| matches!(term.kind, TermKind::Wh(_) | TermKind::Anything);
    if first.span.start < last.span.start && !(is_anybody(first) && is_anybody(last)) {
        replaced(text, &[(first.span, slice(last.span)), (last.span, slice(first.span))])
    } else {
        text.to_owned()
    }
}

/// The text with others in place of pieces, which are given in their order.
fn replaced(text: &str, pieces: &[(Span, &str)]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut end = 0;
    for (span, other) in pieces {
        result.push_str(text.get(end..span.range().start).unwrap_or_default());
        result.push_str(other);
        end = span.range().end;
    }
    result + text.get(end..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_the_slips_that_people_make() {
        let made = mutants("?x is free if ?x is a provider and not ?y provides something to ?x");
        let texts: Vec<_> = made.iter().map(|(_, text)| text.trim()).collect();
        assert!(texts.contains(&""), "{texts:?}");
        assert!(texts.contains(&"?x is free if not ?y provides something to ?x"), "{texts:?}");
        assert!(texts.contains(&"?x is free if ?x is a provider"), "{texts:?}");
        assert!(texts.contains(&"?x is free if ?x is a provider and not ?x provides something to ?y"), "{texts:?}");
        assert!(texts.iter().any(|text| text.ends_with("and  ?y provides something to ?x")), "{texts:?}");
        assert!(texts.contains(&"?x is free if not ?x is a provider and not ?y provides something to ?x"), "{texts:?}");
        assert!(!texts.iter().any(|text| text.contains("not not")), "{texts:?}");
    }

    #[test]
    fn a_fact_is_turned_round() {
        let made = mutants("B provides hosting to C\n");
        assert!(made.iter().any(|(_, text)| text == "C provides hosting to B\n"), "{made:?}");
    }
}
