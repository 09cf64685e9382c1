//! What conditions compute and what conditions hold others: arithmetic, text, aggregates, `whenever` → logic.
//!
//! A variable inside an aggregate or a `whenever` is the same as outside if it stands outside, too; else it is local. Which it is
//! can be told only when all conditions beside it are known, so [`close`] works it out for a finished alternative.

use std::collections::BTreeSet;
use std::sync::Arc;

use regex::RegexBuilder;

use super::conditions::{Conjunction, Marked, Polarity, TooMany, literals};
use super::error::ResolveError;
use super::sentence::Scope;
use super::{MAX_CONDITIONS, Resolver};
use crate::logic::{Aggregation, Expression, Literal, Operand, TextRelation, TextTest, Universal, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Comparator, Condition, Form, Sentence, Term, TermKind};
use crate::value::Value;
use crate::vocabulary::SlotKind;

/// The most memory that one compiled pattern may take, in bytes.
const MAX_PATTERN: usize = 1 << 20;

impl Resolver<'_> {
    /// What a term is computed from; `None` after a problem.
    pub(super) fn expression(&mut self, term: &Term, scope: &mut Scope) -> Option<Expression> {
        match &term.kind {
            TermKind::Value(value) => Some(Expression::Operand(Operand::Value(self.dictionary.intern(value)))),
            TermKind::Variable(name) => Some(Expression::variable(scope.variable(name, term.span, SlotKind::Any))),
            TermKind::Computed(computation) => {
                let (left, right) = (self.expression(&computation.left, scope), self.expression(&computation.right, scope));
                let (left, right) = (Box::new(left?), Box::new(right?));
                Some(Expression::Computed { operator: computation.operator, left, right, span: term.span })
            }
            TermKind::Anything | TermKind::Wh(_) | TermKind::Aggregate(_) => {
                self.report(ResolveError::UnboundInComparison { variable: self.source.slice(term.span).to_owned(), at: term.span });
                None
            }
        }
    }

    fn inside(&mut self, condition: &Condition, scope: &mut Scope) -> Option<Result<Vec<Vec<Literal>>, TooMany>> {
        let alternatives = self.alternatives(condition, Polarity::AFFIRMED, scope)?;
        let is_long = |alternatives: &Vec<Conjunction>| alternatives.iter().any(|alternative| alternative.len() > MAX_CONDITIONS);
        if alternatives.as_ref().is_ok_and(is_long) {
            self.report(ResolveError::TooManyConditions { at: condition.span() });
            return None;
        }
        Some(alternatives.map(|alternatives| alternatives.into_iter().map(literals).collect()))
    }

    /// `left comparator aggregate`
    pub(super) fn aggregation(
        &mut self,
        (left, comparator, span): (Expression, Comparator, Span),
        aggregate: &ast::Aggregate,
        holds: bool,
        aggregate_span: Span,
        scope: &mut Scope,
    ) -> Option<Result<Literal, TooMany>> {
        let of = aggregate.of.iter().map(|term| self.expression(term, scope)).collect::<Option<Vec<_>>>();
        let alternatives = match self.inside(&aggregate.condition, scope)? {
            Ok(alternatives) => alternatives,
            Err(too_many) => return Some(Err(too_many)),
        };
        let text = self.source.slice(aggregate_span).into();
        let (function, of) = (aggregate.function, of?);
        let (outer, local, holds_of_nothing) = (Vec::new(), Vec::new(), !holds);
        let aggregation = Aggregation { left, comparator, function, of, alternatives, outer, local, holds_of_nothing, text, span };
        Some(Ok(Literal::Aggregates(aggregation)))
    }

    /// `whenever when then then`
    pub(super) fn universal(
        &mut self,
        when: &Condition,
        then: &Condition,
        holds: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Option<Result<Literal, TooMany>> {
        let text: Arc<str> = self.source.slice(span.to(then.span())).into();
        let (when, then) = (self.inside(when, scope), self.inside(then, scope));
        Some(match (when?, then?) {
            (Ok(when), Ok(then)) => Ok(Literal::Every(Universal { when, then, outer: Vec::new(), holds, text, span })),
            (Err(too_many), _) | (_, Err(too_many)) => Err(too_many),
        })
    }

    /// `?x contains "east"`, `?x begins with "east"`, unless the words are a verb's; the inner `None` after a problem.
    #[expect(clippy::option_option, reason = "not a text condition, or one with a problem")]
    pub(super) fn text_test(&mut self, sentence: &Sentence, holds: bool, scope: &mut Scope) -> Option<Option<TextTest>> {
        if !self.is_text_test(sentence) {
            return None;
        }
        let (word, other) = text_condition(sentence)?;
        let [subject] = sentence.subject.as_slice() else { return None };
        Some(self.text_relation(word, subject, other, scope).map(|(subject, relation)| TextTest {
            subject,
            relation,
            holds,
            span: sentence.span,
        }))
    }

    /// Whether a sentence asks how a name looks: by its shape, unless its words are a declared verb's.
    pub(super) fn is_text_test(&self, sentence: &Sentence) -> bool {
        text_condition(sentence).is_some() && self.vocabulary.find(Form::Acts, &sentence.verb.word.text).is_none()
    }

    fn text_relation(&mut self, word: &str, subject: &Term, other: &Term, scope: &mut Scope) -> Option<(Operand, TextRelation)> {
        let mut operand = |resolver: &mut Self, term: &Term| match resolver.expression(term, scope)? {
            Expression::Operand(operand) => Some(operand),
            Expression::Computed { span, .. } => {
                let help = "write a variable or a name on both sides of a text condition".to_owned();
                resolver.report(ResolveError::BadText { help, at: span });
                None
            }
        };
        let subject = operand(self, subject);
        if word == "matches" {
            return self.pattern(other).and_then(|pattern| Some((subject?, TextRelation::Matches(pattern))));
        }
        if let TermKind::Value(Value::Number(_) | Value::Date(_)) = &other.kind {
            let help = format!("put the text in quotation marks: `\"{}\"`", self.source.slice(other.span));
            self.report(ResolveError::BadText { help, at: other.span });
            return None;
        }
        let other = operand(self, other)?;
        let relation = match word {
            "contains" => TextRelation::Contains(other),
            "begins" => TextRelation::Begins(other),
            _ => TextRelation::Ends(other),
        };
        Some((subject?, relation))
    }

    fn pattern(&mut self, term: &Term) -> Option<regex::Regex> {
        let help = match &term.kind {
            TermKind::Value(Value::Name(pattern)) => match RegexBuilder::new(pattern).size_limit(MAX_PATTERN).build() {
                Ok(pattern) => return Some(pattern),
                Err(regex::Error::CompiledTooBig(_)) => "it is too large; write a shorter one".to_owned(),
                Err(error) => {
                    let reason = error.to_string();
                    let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                    format!("as a pattern it cannot be read: {reason}; write `\\\\` for a backslash")
                }
            },
            TermKind::Value(_)
            | TermKind::Variable(_)
            | TermKind::Anything
            | TermKind::Wh(_)
            | TermKind::Computed(_)
            | TermKind::Aggregate(_) => "write a pattern in quotation marks: `?x matches \"^eu-.*\"`".to_owned(),
        };
        self.report(ResolveError::BadText { help, at: term.span });
        None
    }
}

/// The verb and the text of a text condition, by the sentence's shape alone.
fn text_condition(sentence: &Sentence) -> Option<(&'static str, &Term)> {
    let word = match &*sentence.verb.word.text {
        "contains" | "contain" => "contains",
        "matches" | "match" => "matches",
        "begins" | "begin" => "begins",
        "ends" | "end" => "ends",
        _ => return None,
    };
    let with = matches!(word, "begins" | "ends");
    match (sentence.verb.form, sentence.object.as_slice(), sentence.phrases.as_slice()) {
        (Form::Acts, [other], []) if !with => Some((word, other)),
        (Form::Acts, [], [phrase]) if with && &*phrase.preposition.text == "with" => match phrase.terms.as_slice() {
            [other] => Some((word, other)),
            _ => None,
        },
        _ => None,
    }
}

/// Works out which variables inside aggregates and `whenever` are bound outside. `outside` are the variables around the alternative.
pub(super) fn close(alternative: &mut Conjunction, outside: &BTreeSet<VariableId>) {
    close_all(alternative.iter_mut().map(|Marked { literal, .. }| literal), outside);
}

fn close_all<'l>(literals: impl Iterator<Item = &'l mut Literal>, outside: &BTreeSet<VariableId>) {
    let literals = literals.collect::<Vec<_>>();
    let mut shown = outside.clone();
    shown.extend(literals.iter().flat_map(|literal| literal.shown()));
    for literal in literals {
        let mut inside: BTreeSet<_> = literal.inner().flat_map(Literal::variables).collect();
        match literal {
            Literal::Holds(_) | Literal::Fails(..) | Literal::Compares(_) | Literal::Matches(_) => {}
            Literal::Aggregates(aggregation) => {
                inside.extend(aggregation.of.iter().flat_map(Expression::variables));
                aggregation.outer = inside.into_iter().filter(|variable| shown.contains(variable)).collect();
                let local: BTreeSet<_> = aggregation.alternatives.iter().flatten().flat_map(Literal::shown).collect();
                aggregation.local = local.into_iter().filter(|variable| !shown.contains(variable)).collect();
                aggregation.alternatives.iter_mut().for_each(|literals| close_all(literals.iter_mut(), &shown));
            }
            Literal::Every(universal) => {
                universal.outer = inside.into_iter().filter(|variable| shown.contains(variable)).collect();
                universal.when.iter_mut().for_each(|literals| close_all(literals.iter_mut(), &shown));
                let mut known = shown.clone();
                known.extend(universal.when.iter().flatten().flat_map(Literal::shown));
                universal.then.iter_mut().for_each(|literals| close_all(literals.iter_mut(), &known));
            }
        }
    }
}
