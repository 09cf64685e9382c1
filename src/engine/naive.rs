//! The reference evaluator: every rule over every row, again and again, until nothing new comes. It is the meaning of a
//! program in the plainest form, and shares with the fast one neither the order of conditions nor indexes nor rounds.

use std::sync::Arc;

use super::error::{EngineError, Incomparable};
use super::join::compare;
use super::{Context, Database};
use crate::logic::{Atom, Comparison, Literal, Operand, Rule, Term};
use crate::plan::Stratum;
use crate::source::Source;
use crate::syntax::ast::Comparator;
use crate::value::ValueId;

/// A value for each variable that has one.
pub(super) type Binding = Vec<Option<u32>>;

/// Derives all rows of a stratum, at most so many as are allowed. Earlier strata must be complete.
pub(super) fn stratum(
    database: &mut Database,
    stratum: &Stratum,
    rules: &[Rule],
    mut allowed: u64,
    context: &Context<'_>,
) -> Result<(), EngineError> {
    loop {
        let mut found = Vec::new();
        for plan in &stratum.rules {
            let rule = &rules[plan.rule];
            for binding in solutions(database, &rule.body, rule.variables.len(), &rule.text.place.source, context)? {
                let column = |term: &Term| match term {
                    Term::Variable(variable) => binding[variable.index()].expect("resolve makes sure that conditions bind the head"),
                    Term::Value(value) => value.0,
                    Term::Something | Term::Unmentioned => unreachable!("resolve gives every head column a variable or a value"),
                };
                found.push((rule, rule.head.terms.iter().map(column).collect::<Vec<u32>>()));
            }
        }
        stratum.relations.iter().for_each(|relation| database.derived[relation.index()].start_round());
        let mut changed = false;
        for (rule, row) in found {
            if !database.contains(rule.head.relation, &row) {
                database.derived[rule.head.relation.index()].insert(&row);
                allowed = allowed.checked_sub(1).ok_or_else(|| super::evaluate::too_many(rule, context))?;
                changed = true;
            }
        }
        if !changed {
            return Ok(());
        }
    }
}

/// Every binding that satisfies all conditions: first the sentences as they are written, then `=` that gives a variable its
/// value, then all tests.
pub(super) fn solutions(
    database: &Database,
    body: &[Literal],
    variables: usize,
    source: &Arc<Source>,
    context: &Context<'_>,
) -> Result<Vec<Binding>, EngineError> {
    let mut bindings: Vec<Binding> = vec![vec![None; variables]];
    for literal in body {
        if let Literal::Holds(atom) = literal {
            bindings = bindings.iter().flat_map(|binding| matches(database, atom, binding)).collect();
        }
    }
    bindings.iter_mut().for_each(|binding| bind_equals(body, binding));
    let mut satisfied = Vec::new();
    for binding in bindings {
        let fails = |literal: &Literal| matches!(literal, Literal::Fails(atom, _) if !matches(database, atom, &binding).is_empty());
        if body.iter().any(fails) {
            continue;
        }
        let comparisons =
            body.iter().filter_map(|literal| if let Literal::Compares(comparison) = literal { Some(comparison) } else { None });
        let results = comparisons.map(|comparison| holds(comparison, &binding, context)).collect::<Vec<_>>();
        if results.contains(&Ok(false)) {
            continue;
        }
        if let Some(Err(fault)) = results.into_iter().find(Result::is_err) {
            return Err(EngineError::Incomparable { fault, source: source.clone() });
        }
        satisfied.push(binding);
    }
    Ok(satisfied)
}

/// The binding extended by each row that the atom matches.
fn matches(database: &Database, atom: &Atom, binding: &Binding) -> Vec<Binding> {
    let stated = database.stated(atom.relation).iter();
    let derived = database.derived(atom.relation).iter().filter(|_| !atom.stated_only);
    stated.chain(derived).filter_map(|row| extend(atom, row, binding)).collect()
}

fn extend(atom: &Atom, row: &[u32], binding: &Binding) -> Option<Binding> {
    let mut extended = binding.clone();
    for (term, &value) in atom.terms.iter().zip(row) {
        let fits = match term {
            Term::Variable(variable) => value != ValueId::ABSENT.0 && *extended[variable.index()].get_or_insert(value) == value,
            Term::Value(expected) => expected.0 == value,
            Term::Something => value != ValueId::ABSENT.0,
            Term::Unmentioned => true,
        };
        if !fits {
            return None;
        }
    }
    Some(extended)
}

fn bind_equals(body: &[Literal], binding: &mut Binding) {
    let mut changed = true;
    while std::mem::take(&mut changed) {
        for literal in body {
            let Literal::Compares(Comparison { left, comparator: Comparator::Equal, right, .. }) = literal else { continue };
            for (known, new) in [(left, right), (right, left)] {
                if let (Some(value), Operand::Variable(variable)) = (value(*known, binding), new)
                    && binding[variable.index()].is_none()
                {
                    binding[variable.index()] = Some(value);
                    changed = true;
                }
            }
        }
    }
}

fn value(operand: Operand, binding: &Binding) -> Option<u32> {
    match operand {
        Operand::Variable(variable) => binding[variable.index()],
        Operand::Value(value) => Some(value.0),
    }
}

fn holds(comparison: &Comparison, binding: &Binding, context: &Context<'_>) -> Result<bool, Incomparable> {
    let side = |operand| ValueId(value(operand, binding).expect("resolve makes sure that compared variables are bound"));
    let (left, right) = (side(comparison.left), side(comparison.right));
    compare(context.dictionary, left, comparison.comparator, right).ok_or(Incomparable { left, right, at: comparison.span })
}
