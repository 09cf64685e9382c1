//! What `keeping` allows in recursion: the value that is kept is passed on or made worse, and nothing else is done with it.
//!
//! Then a better value only ever leads to better values, so that worse ones can be dropped while the recursion runs, and the result
//! is the same (Zaniolo et al., Fixpoint semantics and optimization of recursive Datalog programs with aggregates, TPLP 17, 2017:
//! pre-mappable extrema).

use std::collections::{BTreeMap, BTreeSet};

use super::error::PlanError;
use super::strata::Stratum;
use crate::diagnostics::Problem;
use crate::logic::{Comparison, Expression, Literal, RelationId, Rule, Term, VariableId};
use crate::source::Span;
use crate::syntax::ast::{Comparator, Extreme, Operator};
use crate::vocabulary::Vocabulary;

/// What must hold of every conclusion of a recursive rule: the kept value is no better than the ones that it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) extreme: Extreme,
    pub(crate) premises: Vec<VariableId>,
    /// The column of the head.
    pub(crate) column: usize,
    /// By these the value is multiplied or divided: they must not be negative.
    pub(crate) factors: Vec<Expression>,
    pub(crate) span: Span,
}

/// On which values of a stratum those rest that are kept there. It decides how they follow a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Support {
    /// On kept ones: no conclusion is better than what it comes from, so a value that was replaced is not needed for a better one.
    #[default]
    Best,
    /// Perhaps on others, too: that there is a value may be enough for a better one.
    Any,
    /// It depends on values that were replaced whether a rule breaks its [`Guard`].
    Unsteady,
}

/// What a rule does with the kept values of its own stratum.
struct Flow {
    /// Variables that hold such a value, as they were found or computed from one.
    kept: BTreeMap<VariableId, Extreme>,
    /// Those that sentences find, from which each comes.
    sources: BTreeMap<VariableId, BTreeSet<VariableId>>,
    /// How many sentences read a relation that keeps a value.
    readings: usize,
    /// Those that a sentence finds.
    found: Vec<VariableId>,
    factors: Vec<Expression>,
    /// The comparisons, by position, that only compute one kept value from another.
    computing: Vec<usize>,
    /// A place where a kept value is not just passed on.
    misuse: Option<Span>,
}

/// The problems of the rules of a stratum.
pub(super) fn problems(stratum: &Stratum, rules: &[Rule], vocabulary: &Vocabulary) -> Vec<Problem> {
    let within = |relation: RelationId| stratum.relations.contains(&relation);
    let mut problems = Vec::new();
    for rule in stratum.rules.iter().map(|number| &rules[*number]) {
        if let Some(at) = flow(rule, within, vocabulary).and_then(|flow| misuse(rule, &flow, vocabulary)) {
            let head = vocabulary.relation(rule.head.relation);
            let verb = head.readings[rule.head.reading].verb();
            let at = if at == Span::default() { rule.text.place.span } else { at };
            problems.push(Problem::new(PlanError::KeptUsed { verb, within: String::new(), at }, rule.text.place.source.clone()));
        }
    }
    problems
}

/// What an evaluation has to watch when it applies a rule.
pub(super) fn guard(rule: &Rule, within: impl Fn(RelationId) -> bool, vocabulary: &Vocabulary) -> Option<Guard> {
    let flow = flow(rule, within, vocabulary)?;
    let (extreme, column) = vocabulary.relation(rule.head.relation).keeping?;
    let Term::Variable(result) = rule.head.terms[column] else { return None };
    let at = |literal: &Literal| match literal {
        Literal::Compares(comparison) => comparison.variables().any(|variable| variable == result).then_some(comparison.span),
        Literal::Holds(_) | Literal::Fails(..) | Literal::Matches(_) | Literal::Aggregates(_) | Literal::Every(_) => None,
    };
    flow.kept.contains_key(&result).then(|| Guard {
        extreme,
        premises: flow.found.into_iter().filter(|premise| flow.kept.get(premise) == Some(&extreme)).collect(),
        column,
        factors: flow.factors,
        span: rule.body.iter().find_map(at).unwrap_or(rule.text.place.span),
    })
}

/// On which values of a stratum those rest that are kept there.
pub(super) fn support(stratum: &Stratum, rules: &[Rule], vocabulary: &Vocabulary) -> Support {
    let within = |relation: RelationId| stratum.relations.contains(&relation);
    let of_rule = |rule: &Rule| {
        let Some(flow) = flow(rule, within, vocabulary) else { return Support::Best };
        let Some(guard) = guard(rule, within, vocabulary) else { return Support::Any };
        let sources = rule.head.terms[guard.column].variable().and_then(|result| flow.sources.get(&result));
        let passes_on = |premise: &VariableId| sources.is_some_and(|sources| sources.contains(premise));
        if !guard.factors.is_empty() || !guard.premises.iter().all(passes_on) {
            Support::Unsteady
        } else if guard.premises.len() < flow.readings {
            Support::Any
        } else {
            Support::Best
        }
    };
    stratum.rules.iter().map(|rule| of_rule(&rules[*rule])).max().unwrap_or_default()
}

/// Follows the kept values of a stratum through a rule; nothing if it reads none.
fn flow(rule: &Rule, within: impl Fn(RelationId) -> bool, vocabulary: &Vocabulary) -> Option<Flow> {
    let kept_column = |relation: RelationId| vocabulary.relation(relation).keeping.filter(|_| within(relation));
    let mut flow = Flow {
        kept: BTreeMap::new(),
        sources: BTreeMap::new(),
        readings: 0,
        found: Vec::new(),
        factors: Vec::new(),
        computing: Vec::new(),
        misuse: None,
    };
    for literal in &rule.body {
        for atom in literal.atoms() {
            let Some((extreme, column)) = kept_column(atom.relation).filter(|_| !atom.stated_only) else { continue };
            flow.readings += 1;
            match (atom.terms[column], literal) {
                (Term::Variable(variable), Literal::Holds(_)) => {
                    flow.found.push(variable);
                    flow.sources.insert(variable, BTreeSet::from([variable]));
                    if flow.kept.insert(variable, extreme).is_some() {
                        flow.misuse = Some(Span::default());
                    }
                }
                (Term::Something | Term::Unmentioned, _) => {}
                (Term::Variable(_) | Term::Value(_), Literal::Every(universal)) => flow.misuse = Some(universal.span),
                (Term::Variable(_) | Term::Value(_), _) => flow.misuse = Some(Span::default()),
            }
        }
    }
    if flow.readings == 0 {
        return None;
    }
    let in_sentences: BTreeSet<_> =
        rule.body.iter().flat_map(Literal::atoms).flat_map(|atom| atom.variables().collect::<Vec<_>>()).collect();
    loop {
        let before = flow.computing.len();
        for (position, literal) in
            rule.body.iter().enumerate().filter(|(position, _)| !flow.computing.contains(position)).collect::<Vec<_>>()
        {
            let Literal::Compares(Comparison { left, comparator: Comparator::Equal, right, .. }) = literal else { continue };
            for (new, from) in [(left, right), (right, left)] {
                let Some(variable) = new.as_variable().filter(|variable| !in_sentences.contains(variable)) else { continue };
                let mut extremes = from.variables().filter_map(|variable| flow.kept.get(&variable).copied());
                let Some(extreme) = extremes.next().filter(|first| extremes.all(|other| other == *first)) else { continue };
                let mut factors = Vec::new();
                if !flow.kept.contains_key(&variable) && is_monotone(from, &flow.kept, &mut factors) {
                    let sources = from.variables().filter_map(|variable| flow.sources.get(&variable)).flatten().copied().collect();
                    flow.sources.insert(variable, sources);
                    flow.kept.insert(variable, extreme);
                    flow.factors.extend(factors);
                    flow.computing.push(position);
                    break;
                }
            }
        }
        if flow.computing.len() == before {
            return Some(flow);
        }
    }
}

/// Whether a greater kept value makes the whole greater, too, as long as the factors are not negative.
fn is_monotone(expression: &Expression, kept: &BTreeMap<VariableId, Extreme>, factors: &mut Vec<Expression>) -> bool {
    let Expression::Computed { operator, left, right, .. } = expression else { return true };
    let is_free = |side: &Expression| !side.variables().any(|variable| kept.contains_key(&variable));
    if is_free(expression) {
        return true;
    }
    match operator {
        Operator::Add => is_monotone(left, kept, factors) && is_monotone(right, kept, factors),
        Operator::Subtract => is_free(right) && is_monotone(left, kept, factors),
        Operator::Multiply => {
            factors.extend([(**left).clone(), (**right).clone()]);
            is_monotone(left, kept, factors) && is_monotone(right, kept, factors)
        }
        Operator::Divide => {
            factors.extend([(**left).clone(), (**right).clone()]);
            is_free(right) && is_monotone(left, kept, factors)
        }
    }
}

/// Where a kept value is used otherwise than to be passed on.
fn misuse(rule: &Rule, flow: &Flow, vocabulary: &Vocabulary) -> Option<Span> {
    if flow.misuse.is_some() {
        return flow.misuse;
    }
    let is_kept = |variable: &VariableId| flow.kept.contains_key(variable);
    for (position, literal) in rule.body.iter().enumerate() {
        let occurrences = literal.variables().iter().filter(|variable| is_kept(variable)).count();
        let (allowed, at) = match literal {
            Literal::Holds(_) => (1, Span::default()),
            Literal::Compares(comparison) if flow.computing.contains(&position) => (usize::MAX, comparison.span),
            Literal::Fails(_, at) => (0, *at),
            Literal::Compares(comparison) => (0, comparison.span),
            Literal::Matches(test) => (0, test.span),
            Literal::Aggregates(aggregation) => (0, aggregation.span),
            Literal::Every(universal) => (0, universal.span),
        };
        let elsewhere = matches!(literal, Literal::Holds(atom) if atom.variables().any(|variable| is_kept(&variable) && !flow.found.contains(&variable)));
        if occurrences > allowed || elsewhere {
            return Some(at);
        }
    }
    // One variable in the kept slot of one sentence and in a plain slot of another compares the two.
    let plain = rule.body.iter().any(|literal| match literal {
        Literal::Holds(atom) => atom.terms.iter().enumerate().any(|(column, term)| {
            let is_kept_column = vocabulary.relation(atom.relation).keeping.is_some_and(|(_, kept)| kept == column);
            matches!(term, Term::Variable(variable) if is_kept(variable)) && !is_kept_column
        }),
        Literal::Fails(..) | Literal::Compares(_) | Literal::Matches(_) | Literal::Aggregates(_) | Literal::Every(_) => false,
    });
    let head = vocabulary.relation(rule.head.relation).keeping;
    let leaks = rule.head.terms.iter().enumerate().any(|(column, term)| {
        let fits = |extreme: &Extreme| head.is_some_and(|(own, kept)| kept == column && own == *extreme);
        matches!(term, Term::Variable(variable) if flow.kept.get(variable).is_some_and(|extreme| !fits(extreme)))
    });
    (plain || leaks).then(Span::default)
}
