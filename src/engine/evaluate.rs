//! Semi-naive evaluation of a stratum (Bancilhon and Ramakrishnan, An amateur's introduction to recursive query processing
//! strategies, SIGMOD 1986): after a first round over everything, each rule joins only with what the last round added.

use std::ops::ControlFlow;

use super::error::EngineError;
use super::join::{Bounds, Join};
use super::{Context, Database, Table};
use crate::logic::{Rule, Term};
use crate::plan::{Body, Stratum};

/// Derives all rows of a stratum. Earlier strata must be complete.
pub(super) fn stratum(database: &mut Database, stratum: &Stratum, rules: &[Rule], context: &Context<'_>) -> Result<(), EngineError> {
    let mut bounds = Bounds::all(database);
    let mut allowed = context.limits.max_facts.saturating_sub(database.derived_len());
    let mut is_first = true;
    loop {
        let mut added = 0;
        stratum.relations.iter().for_each(|relation| database.derived[relation.index()].start_round());
        for plan in &stratum.rules {
            let bodies = if is_first { std::slice::from_ref(&plan.full) } else { plan.deltas.as_slice() };
            for body in bodies {
                added += apply(database, &rules[plan.rule], body, &bounds, &mut allowed, context)?;
            }
        }
        if added == 0 {
            return Ok(());
        }
        for relation in &stratum.relations {
            let (_, recent) = bounds.0[relation.index()];
            bounds.0[relation.index()] = (recent, database.derived(*relation).len());
        }
        is_first = false;
    }
}

/// Adds what a rule derives; gives the number of new rows.
fn apply(
    database: &mut Database, rule: &Rule, body: &Body, bounds: &Bounds, allowed: &mut u64, context: &Context<'_>,
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
pub(super) fn head_row(rule: &Rule, binding: &[u32], row: &mut [u32]) {
    for (column, term) in row.iter_mut().zip(&rule.head.terms) {
        *column = match term {
            Term::Variable(variable) => binding[variable.index()],
            Term::Value(value) => value.0,
            Term::Something | Term::Unmentioned => unreachable!("resolve gives every head column a variable or a value"),
        };
    }
}
