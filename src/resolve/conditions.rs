//! Conditions → alternatives of literals, and what must be bound where.
//!
//! `not` is pushed down to single sentences, then `or` is pulled up: a condition becomes a list of alternatives, each joined
//! by `and`. This keeps the meaning because all variables under `not` are bound outside it, and each `something` lives in its own
//! sentence. Variables are range-restricted as usual in Datalog with negation (Abiteboul, Hull, Vianu: Foundations of
//! Databases, 1995, chapter 15).

use std::collections::BTreeSet;

use super::error::ResolveError;
use super::sentence::{Scope, Use};
use super::{MAX_ALTERNATIVES, MAX_CONDITIONS, MAX_LEAVES, MAX_LITERALS, Resolver};
use crate::logic::{Aggregation, Atom, Comparison, Expression, Literal, Universal, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Comparator, Condition, Function, TermKind};
use crate::vocabulary::SlotKind;
use crate::vocabulary::inflection::{plural, with_article};

/// A literal, and whether it comes from under a `not`: then it binds no variable, whatever it says after `not` has been pushed
/// down.
#[derive(Clone, Debug)]
pub(super) struct Marked {
    pub(super) literal: Literal,
    under_not: bool,
}

impl Marked {
    pub(super) fn plain(literal: Literal) -> Self {
        Self { literal, under_not: false }
    }
}

/// The literals of one alternative.
pub(super) type Conjunction = Vec<Marked>;

/// An alternative without the marks, when all has been checked.
pub(super) fn literals(alternative: Conjunction) -> Vec<Literal> {
    alternative.into_iter().map(|marked| marked.literal).collect()
}

impl Resolver<'_> {
    /// The alternatives of a condition; `None` after a problem.
    pub(super) fn conditions(&mut self, condition: &Condition, scope: &mut Scope) -> Option<Vec<Conjunction>> {
        if leaves(condition) > MAX_LEAVES {
            self.report(ResolveError::TooManyConditions { at: condition.span() });
            return None;
        }
        let alternatives = self.alternatives(condition, Polarity::AFFIRMED, scope)?;
        match alternatives.map(|mut alternatives| {
            alternatives.iter_mut().for_each(|alternative| super::nested::close(alternative, &BTreeSet::new()));
            alternatives
        }) {
            Ok(alternatives) if alternatives.iter().any(|alternative| alternative.len() > MAX_CONDITIONS) => {
                self.report(ResolveError::TooManyConditions { at: condition.span() });
                None
            }
            Ok(alternatives) => Some(alternatives),
            Err(TooMany) => {
                self.report(ResolveError::TooManyAlternatives { at: condition.span() });
                None
            }
        }
    }

    /// Every part is looked at even after a problem in another, so that all problems are told at once.
    pub(super) fn alternatives(
        &mut self,
        condition: &Condition,
        polarity: Polarity,
        scope: &mut Scope,
    ) -> Option<Result<Vec<Conjunction>, TooMany>> {
        let Polarity { holds, under_not } = polarity;
        let alone = |literal| Some(Ok(vec![vec![Marked { literal, under_not }]]));
        match condition {
            Condition::Sentence(sentence) => {
                if let Some(test) = self.text_test(sentence, holds, scope) {
                    return alone(Literal::Matches(test?));
                }
                let atom = self.atom(sentence, scope, Use::Condition)?;
                // What is computed for a slot has its value whether or not the sentence holds.
                let mut literals: Conjunction = scope.take_computed().map(Literal::Compares).map(Marked::plain).collect();
                let literal = if holds { Literal::Holds(atom) } else { Literal::Fails(atom, sentence.span) };
                literals.push(Marked { literal, under_not });
                Some(Ok(vec![literals]))
            }
            Condition::Comparison { left, comparator, right, span } => {
                let comparator = if holds { *comparator } else { comparator.negated() };
                if let TermKind::Aggregate(aggregate) = &right.kind {
                    let left = self.expression(left, scope);
                    let aggregation = self.aggregation((left?, comparator, *span), aggregate, holds, right.span, scope)?;
                    return Some(aggregation.map(|literal| vec![vec![Marked { literal, under_not }]]));
                }
                let (left, right) = (self.expression(left, scope), self.expression(right, scope));
                alone(Literal::Compares(Comparison { left: left?, comparator, right: right?, span: *span }))
            }
            Condition::Whenever { when, then, span } => {
                let universal = self.universal(when, then, holds, *span, scope)?;
                Some(universal.map(|literal| vec![vec![Marked { literal, under_not }]]))
            }
            Condition::Not { condition, .. } if matches!(**condition, Condition::And(_) | Condition::Or(_)) && !under_not => {
                scope.note_negated(condition.span());
                self.alternatives(condition, Polarity { holds: !holds, under_not: true }, scope)
            }
            Condition::Not { condition, .. } => self.alternatives(condition, Polarity { holds: !holds, under_not: true }, scope),
            Condition::And(parts) | Condition::Or(parts) => {
                let parts = parts.iter().map(|part| self.alternatives(part, polarity, scope)).collect::<Vec<_>>();
                let parts = parts.into_iter().collect::<Option<Result<Vec<_>, _>>>()?;
                let multiply = matches!(condition, Condition::And(_)) == holds;
                Some(parts.and_then(|parts| if multiply { joined(parts) } else { within_bounds(parts.concat()) }))
            }
        }
    }

    /// The variables under `not`, in comparisons and inside aggregates that nothing binds: a problem has been reported for each.
    pub(super) fn unsafe_variables(&mut self, alternatives: &[Conjunction], scope: &Scope) -> BTreeSet<VariableId> {
        let mut told = BTreeSet::new();
        for alternative in alternatives {
            let bound = bound(alternative);
            let literals = alternative.iter().map(|Marked { literal, under_not }| (literal, *under_not));
            self.unsafe_in(literals, &bound, scope, &mut told);
        }
        told
    }

    /// The same for the literals of one alternative of which these variables are bound.
    fn unsafe_in<'l>(
        &mut self,
        literals: impl Iterator<Item = (&'l Literal, bool)>,
        bound: &BTreeSet<VariableId>,
        scope: &Scope,
        told: &mut BTreeSet<VariableId>,
    ) {
        for (literal, under_not) in literals {
            let (variables, at): (Vec<_>, Span) = match literal {
                Literal::Holds(atom) if under_not => (atom.variables().collect(), scope.place_of(atom)),
                Literal::Holds(_) => continue,
                Literal::Fails(atom, span) => (atom.variables().collect(), *span),
                Literal::Compares(comparison) => (comparison.variables().collect(), comparison.span),
                Literal::Matches(test) => (literal.shown(), test.span),
                Literal::Aggregates(aggregation) => {
                    self.unsafe_in_aggregate(aggregation, bound, scope, told);
                    (aggregation.left.variables().chain(aggregation.outer.iter().copied()).collect(), aggregation.span)
                }
                Literal::Every(universal) => {
                    self.unsafe_in_universal(universal, bound, scope, told);
                    (universal.outer.clone(), universal.span)
                }
            };
            for variable in variables.into_iter().filter(|variable| !bound.contains(variable)) {
                if told.insert(variable) {
                    let problem = self.unbound(variable, scope, at, under_not || matches!(literal, Literal::Fails(..)));
                    self.report(problem);
                }
            }
        }
    }

    fn unsafe_in_aggregate(
        &mut self,
        aggregation: &Aggregation,
        bound: &BTreeSet<VariableId>,
        scope: &Scope,
        told: &mut BTreeSet<VariableId>,
    ) {
        for literals in &aggregation.alternatives {
            let inside = bound_in(literals, bound);
            self.unsafe_in(literals.iter().map(|literal| (literal, false)), &inside, scope, told);
            for variable in aggregation.of.iter().flat_map(Expression::variables).filter(|variable| !inside.contains(variable)) {
                if told.insert(variable) {
                    let name = scope.get(variable).name.to_string();
                    let function = aggregation.function.word();
                    self.report(ResolveError::UnboundInAggregate { variable: name, function, at: aggregation.span });
                }
            }
        }
    }

    fn unsafe_in_universal(&mut self, universal: &Universal, bound: &BTreeSet<VariableId>, scope: &Scope, told: &mut BTreeSet<VariableId>) {
        for when in &universal.when {
            let cases = bound_in(when, bound);
            self.unsafe_in(when.iter().map(|literal| (literal, false)), &cases, scope, told);
            for then in &universal.then {
                self.unsafe_in(then.iter().map(|literal| (literal, false)), &bound_in(then, &cases), scope, told);
                let unknown = then.iter().flat_map(Literal::shown).find(|variable| !cases.contains(variable));
                if let Some(variable) = unknown.filter(|variable| told.insert(*variable)) {
                    let name = scope.get(variable).name.to_string();
                    self.report(ResolveError::UnboundInThen { variable: name, at: universal.span });
                }
            }
        }
    }

    fn unbound(&self, variable: VariableId, scope: &Scope, at: Span, in_negation: bool) -> ResolveError {
        let used = scope.get(variable);
        let name = used.name.to_string();
        if in_negation {
            let kind = self.example_kind(used.kind);
            let help = self
                .own_of_negation(&name, &kind, at, scope)
                .unwrap_or_else(|| format!("say first which ones are looked at, as in `?{name} is {kind} and not …`"));
            let help = if used.is_question_word { self.asked_of_a_kind(used.kind, at) } else { help };
            ResolveError::UnboundInNegation { variable: name, help, at }
        } else {
            ResolveError::UnboundInComparison { variable: format!("?{name}"), at }
        }
    }

    /// The help for `who does not provide hosting to C?`
    fn asked_of_a_kind(&self, kind: SlotKind, at: Span) -> String {
        let kind = match kind {
            SlotKind::Kind(id) => self.vocabulary.kind_name(id),
            SlotKind::Any | SlotKind::Number | SlotKind::Date => "organization",
        };
        let question = crate::syntax::on_one_line(self.source.slice(at));
        let (first, rest) = question.split_once(' ').unwrap_or((&question, ""));
        let rest = match rest.split_once(' ') {
            Some(("does", rest)) if rest.starts_with("not ") => format!("do {rest}"),
            Some(("is", rest)) => format!("are {rest}"),
            _ => rest.to_owned(),
        };
        let which = format!("which {}", plural(kind));
        match first.to_lowercase().as_str() {
            "who" | "whom" | "what" => format!("`not` alone lists nothing; ask of a kind: `{which} {rest}?`"),
            _ => format!("`not` alone lists nothing; ask of a kind: `{which} are not …?`"),
        }
    }

    /// The help for a variable that its statement mentions under one `not` only.
    fn own_of_negation(&self, name: &str, kind: &str, at: Span, scope: &Scope) -> Option<String> {
        let group =
            scope.negated().iter().filter(|group| group.start <= at.start && at.end <= group.end).min_by_key(|group| group.range().len());
        let (is_alone, group) = (group.is_none(), group.copied().unwrap_or(at));
        let (text, whole) = (self.source.slice(group), self.source.text());
        let (start, end) = (group.start as usize, group.end as usize);
        let line =
            whole.get(..start)?.rfind('\n').map_or(0, |end| end + 1)..whole.get(end..)?.find('\n').map_or(whole.len(), |next| end + next);
        if mentions(whole.get(line.start..start)?, name) + mentions(whole.get(end..line.end)?, name) > 0 {
            return None;
        }
        Some(if mentions(text, name) > 1 {
            format!("to say that there is no such `?{name}`, count them: `0 = count ?{name} where ({})`", crate::syntax::on_one_line(text))
        } else if !is_alone {
            format!(
                "write `something` for `?{name}`, if any at all is meant; or say first which ones are looked at, as in `?{name} is {kind} and not …`"
            )
        } else {
            let any = text.replace(&format!("?{name}"), "something");
            format!(
                "write `something` for any at all, `not {any}`; or say first which ones are looked at, as in `?{name} is {kind} and not …`"
            )
        })
    }

    pub(super) fn example_kind(&self, kind: SlotKind) -> String {
        match kind {
            SlotKind::Kind(id) => with_article(self.vocabulary.kind_name(id)),
            SlotKind::Any | SlotKind::Number | SlotKind::Date => "an organization".to_owned(),
        }
    }

    /// Whether each alternative binds every variable of the head; otherwise problems, but for those that were `told` of.
    pub(super) fn binds_head(
        &mut self,
        rule: &ast::Rule,
        head: &Atom,
        alternatives: &[Conjunction],
        scope: &Scope,
        mut told: BTreeSet<VariableId>,
    ) -> bool {
        let before = told.len();
        for alternative in alternatives {
            let bound = bound(alternative);
            for variable in head.variables().filter(|variable| !bound.contains(variable)) {
                if told.insert(variable) {
                    let used = scope.get(variable);
                    let help = format!("add a condition that finds it, such as `?{} is {}`", used.name, self.example_kind(used.kind));
                    let body = rule.body.span();
                    let elsewhere = alternatives.iter().any(|other| self::bound(other).contains(&variable));
                    let not_found = if elsewhere { "one side of `or` does not find it" } else { "no condition here finds it" }.to_owned();
                    self.report(ResolveError::UnboundInHead { variable: used.name.to_string(), help, at: used.span, body, not_found });
                }
            }
        }
        told.len() == before
    }
}

/// How often a text mentions a variable.
fn mentions(text: &str, variable: &str) -> usize {
    crate::syntax::variables(text).filter(|written| &written[1..] == variable).count()
}

/// How many sentences and comparisons there are.
fn leaves(condition: &Condition) -> usize {
    match condition {
        Condition::Sentence(_) => 1,
        Condition::Comparison { right, .. } => match &right.kind {
            TermKind::Aggregate(aggregate) => 1 + leaves(&aggregate.condition),
            TermKind::Value(_) | TermKind::Variable(_) | TermKind::Anything | TermKind::Wh(_) | TermKind::Computed(_) => 1,
        },
        Condition::Not { condition, .. } => leaves(condition),
        Condition::Whenever { when, then, .. } => 1 + leaves(when) + leaves(then),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().map(leaves).sum(),
    }
}

/// Whether a condition is to hold or not, and whether a `not` stands anywhere above it.
#[derive(Clone, Copy)]
pub(super) struct Polarity {
    holds: bool,
    under_not: bool,
}

impl Polarity {
    /// It is to hold, and no `not` stands above it.
    pub(super) const AFFIRMED: Self = Self { holds: true, under_not: false };
}

/// The condition has more alternatives than [`MAX_ALTERNATIVES`].
pub(super) struct TooMany;

pub(super) fn within_bounds(alternatives: Vec<Conjunction>) -> Result<Vec<Conjunction>, TooMany> {
    if alternatives.len() <= MAX_ALTERNATIVES && size(&alternatives) <= MAX_LITERALS { Ok(alternatives) } else { Err(TooMany) }
}

/// How many literals there are, those inside of others included: each is copied whenever the one around it is.
fn size(alternatives: &[Conjunction]) -> usize {
    fn of(literal: &Literal) -> usize {
        1 + literal.inner().map(of).sum::<usize>()
    }
    alternatives.iter().flatten().map(|marked| of(&marked.literal)).sum()
}

/// Every combination of one alternative from each part.
fn joined(parts: Vec<Vec<Conjunction>>) -> Result<Vec<Conjunction>, TooMany> {
    let mut combinations = vec![Conjunction::new()];
    let mut literals = 0;
    for part in parts {
        literals = literals * part.len() + size(&part) * combinations.len();
        if combinations.len() * part.len() > MAX_ALTERNATIVES || literals > MAX_LITERALS {
            return Err(TooMany);
        }
        if let [only] = part.as_slice() {
            combinations.iter_mut().for_each(|combination| combination.extend_from_slice(only));
            continue;
        }
        combinations = combinations.iter().flat_map(|before| part.iter().map(|after| [before.as_slice(), after].concat())).collect();
    }
    Ok(combinations)
}

/// The variables that sentences bind, directly or through `=`.
pub(super) fn bound(alternative: &[Marked]) -> BTreeSet<VariableId> {
    bound_by(&alternative.iter().filter(|marked| !marked.under_not).map(|marked| &marked.literal), BTreeSet::new())
}

/// The same inside an aggregate or `whenever`, where the variables outside are bound already.
fn bound_in(literals: &[Literal], outside: &BTreeSet<VariableId>) -> BTreeSet<VariableId> {
    bound_by(&literals.iter(), outside.clone())
}

fn bound_by<'l>(literals: &(impl Iterator<Item = &'l Literal> + Clone), mut bound: BTreeSet<VariableId>) -> BTreeSet<VariableId> {
    for literal in literals.clone() {
        if let Literal::Holds(atom) = literal {
            bound.extend(atom.variables());
        }
    }
    loop {
        let before = bound.len();
        for literal in literals.clone() {
            match literal {
                Literal::Compares(Comparison { left, comparator: Comparator::Equal, right, .. }) => {
                    for (known, new) in [(left, right), (right, left)] {
                        if let (true, Some(variable)) = (known.variables().all(|variable| bound.contains(&variable)), new.as_variable()) {
                            bound.insert(variable);
                        }
                    }
                }
                Literal::Aggregates(Aggregation { left, comparator: Comparator::Equal, outer, .. }) => {
                    if let (true, Some(variable)) = (outer.iter().all(|variable| bound.contains(variable)), left.as_variable()) {
                        bound.insert(variable);
                    }
                }
                Literal::Holds(_)
                | Literal::Fails(..)
                | Literal::Compares(_)
                | Literal::Matches(_)
                | Literal::Aggregates(_)
                | Literal::Every(_) => {}
            }
        }
        if bound.len() == before {
            return bound;
        }
    }
}

/// The variables of an alternative that stand for what is computed and for nothing that a sentence finds: numbers or days, never names.
pub(super) fn computed(alternative: &[Marked]) -> BTreeSet<VariableId> {
    let found = |variable: &VariableId| {
        alternative.iter().any(|marked| matches!(&marked.literal, Literal::Holds(atom) if atom.variables().any(|own| own == *variable)))
    };
    let result = |marked: &Marked| match &marked.literal {
        Literal::Compares(Comparison { left, comparator: Comparator::Equal, right, .. }) => match (left, right) {
            (Expression::Computed { .. }, other) | (other, Expression::Computed { .. }) => other.as_variable(),
            _ => None,
        },
        Literal::Aggregates(Aggregation { left, comparator: Comparator::Equal, function, .. }) => {
            left.as_variable().filter(|_| matches!(function, Function::Count | Function::Sum | Function::Avg))
        }
        Literal::Holds(_)
        | Literal::Fails(..)
        | Literal::Compares(_)
        | Literal::Matches(_)
        | Literal::Aggregates(_)
        | Literal::Every(_) => None,
    };
    alternative.iter().filter(|marked| !marked.under_not).filter_map(result).filter(|variable| !found(variable)).collect()
}

/// The variables whose different values a sum or average tells apart: `something` in their place would mean something else.
pub(super) fn added_up(literal: &Literal) -> Vec<VariableId> {
    let mut found: Vec<VariableId> = literal.inner().flat_map(added_up).collect();
    if let Literal::Aggregates(Aggregation { function: Function::Sum | Function::Avg, local, .. }) = literal {
        found.extend(local);
    }
    found
}
