//! Semi-naive evaluation of a stratum (Bancilhon and Ramakrishnan, An amateur's introduction to recursive query processing
//! strategies, SIGMOD 1986): after a first round over everything, each rule joins only with what the last round added.

use std::ops::ControlFlow;

use super::error::EngineError;
use super::join::{Bounds, Join};
use super::{Context, Database, Table};
use crate::logic::{Rule, Term};
use crate::plan::{Body, RulePlan, Stratum};

/// Derives all rows of a stratum, at most so many as are allowed. Earlier strata must be complete.
pub(super) fn stratum(
    database: &mut Database,
    stratum: &Stratum,
    rules: &[Rule],
    allowed: u64,
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let mut rounds = Rounds { stratum, rules, context, bounds: Bounds::all(database), allowed };
    let mut added = rounds.run(database, |plan| if plan.is_closure { &[] } else { std::slice::from_ref(&plan.full) })?;
    if stratum.rules.iter().any(|plan| plan.is_closure) {
        stratum.relations.iter().for_each(|relation| rounds.bounds.0[relation.index()].direct = database.derived(*relation).len());
        added = rounds.run(database, |plan| if plan.is_closure { std::slice::from_ref(&plan.full) } else { &[] })?;
    }
    while added > 0 {
        added = rounds.run(database, |plan| &plan.deltas)?;
    }
    Ok(())
}

/// The rounds of one stratum.
struct Rounds<'a> {
    stratum: &'a Stratum,
    rules: &'a [Rule],
    context: &'a Context<'a>,
    bounds: Bounds,
    /// How many more facts may be derived.
    allowed: u64,
}

impl Rounds<'_> {
    /// One round of the bodies that are chosen of each rule; gives the number of new rows, which the next round finds recent.
    fn run<'p>(&mut self, database: &mut Database, bodies: impl Fn(&'p RulePlan) -> &'p [Body]) -> Result<usize, EngineError>
    where
        Self: 'p,
    {
        let mut added = 0;
        self.stratum.relations.iter().for_each(|relation| database.derived[relation.index()].start_round());
        for plan in &self.stratum.rules {
            for body in bodies(plan) {
                added += apply(database, &self.rules[plan.rule], body, &self.bounds, &mut self.allowed, self.context)?;
            }
        }
        for relation in &self.stratum.relations {
            let bound = &mut self.bounds.0[relation.index()];
            (bound.old, bound.recent) = (bound.recent, database.derived(*relation).len());
        }
        Ok(added)
    }
}

/// Adds what a rule derives; gives the number of new rows.
fn apply(
    database: &mut Database,
    rule: &Rule,
    body: &Body,
    bounds: &Bounds,
    allowed: &mut u64,
    context: &Context<'_>,
) -> Result<usize, EngineError> {
    Join::prepare(body, database);
    let relation = rule.head.relation;
    // A table of its own, since rules find the same row again and again: a list of them could grow without end.
    let mut found = Table::new(rule.head.terms.len());
    let mut row = vec![0; rule.head.terms.len()];
    let join = Join { body, database, bounds, dictionary: context.dictionary, source: &rule.text.place.source };
    join.run(|binding| {
        head_row(rule, binding, &mut row);
        if !database.contains(relation, &row) && found.insert(&row) && found.len() as u64 > *allowed {
            return ControlFlow::Break(Err(too_many(rule, context)));
        }
        ControlFlow::Continue(())
    })?;
    let table = &mut database.derived[relation.index()];
    found.iter().for_each(|row| {
        table.insert(row);
    });
    *allowed -= found.len() as u64;
    Ok(found.len())
}

pub(super) fn too_many(rule: &Rule, context: &Context<'_>) -> EngineError {
    EngineError::TooManyFacts { max: context.limits.max_facts, head: Some((rule.head.relation, rule.head.reading)) }
}

/// The row that a rule concludes from a binding.
fn head_row(rule: &Rule, binding: &[u32], row: &mut [u32]) {
    for (column, term) in row.iter_mut().zip(&rule.head.terms) {
        *column = match term {
            Term::Variable(variable) => binding[variable.index()],
            Term::Value(value) => value.0,
            Term::Something | Term::Unmentioned => unreachable!("resolve gives every head column a variable or a value"),
        };
    }
}
