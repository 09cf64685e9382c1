//! Semi-naive evaluation of a stratum (Bancilhon and Ramakrishnan, An amateur's introduction to recursive query processing
//! strategies, SIGMOD 1986): after a first round over everything, each rule joins only with what the last round added.

use std::ops::ControlFlow;

use super::course::Course;
use super::error::{EngineError, Fault, FaultKind, Origin};
use super::join::{Bounds, Join};
use super::loops::{Loops, Sink};
use super::sink::NewRows;
use super::{Activity, Context, Database, Table, compute, in_force, threads};
use crate::logic::{Operand, Rule, Term};
use crate::plan::{Body, Guard, RulePlan, Stratum};
use crate::syntax::ast::{Comparator, Extreme};
use crate::value::{Dictionary, Value, ValueId};

/// Derives all rows of a stratum, at most so many as are allowed. Earlier strata must be complete.
pub(super) fn stratum(
    database: &mut Database,
    stratum: &Stratum,
    rules: &[Rule],
    allowed: u64,
    dictionary: &mut Dictionary,
    context: Context,
) -> Result<(), EngineError> {
    database.seed(stratum, dictionary);
    let mut rounds = Rounds { stratum, rules, context, bounds: Bounds::all(database), allowed, known_values: dictionary.len() };
    if let Some(closure) = database.closure_of(stratum)
        && let [relation] = stratum.relations.as_slice()
    {
        // The other rules are not recursive: after one round what holds directly is complete.
        rounds.run(database, dictionary, |plan| if plan.rule == closure.rule { &[] } else { std::slice::from_ref(&plan.full) })?;
        let error = too_many(&rules[closure.rule], context);
        let before = database.turn_to(Activity::Pairs(*relation));
        database.close(*relation, closure.form, rounds.allowed, error)?;
        database.turn_to(before);
        return Ok(());
    }
    let mut added = rounds.run(database, dictionary, |plan| std::slice::from_ref(&plan.full))?;
    let max = context.limits.max_rounds();
    let mut count = 0;
    while added > 0 {
        database.uninterrupted()?;
        count += 1;
        // Without new values every recursion comes to an end.
        if count > max && dictionary.len() > rounds.known_values {
            let recursive = stratum.rules.iter().find(|plan| !plan.deltas.is_empty());
            let head = recursive.map_or((stratum.relations[0], 0), |plan| (rules[plan.rule].head.relation, rules[plan.rule].head.reading));
            return Err(EngineError::TooManyRounds { max, head });
        }
        added = rounds.run(database, dictionary, |plan| &plan.deltas)?;
    }
    Ok(())
}

/// The rounds of one stratum.
struct Rounds<'a> {
    stratum: &'a Stratum,
    rules: &'a [Rule],
    context: Context,
    bounds: Bounds,
    /// How many more facts may be derived.
    allowed: u64,
    /// How many values there were before.
    known_values: usize,
}

impl Rounds<'_> {
    /// One round of the bodies that are chosen of each rule; gives the number of new rows, which the next round finds recent.
    fn run<'p>(
        &mut self,
        database: &mut Database,
        dictionary: &mut Dictionary,
        bodies: impl Fn(&'p RulePlan) -> &'p [Body],
    ) -> Result<usize, EngineError>
    where
        Self: 'p,
    {
        let mut added = 0;
        self.stratum.relations.iter().for_each(|relation| database.derived[relation.index()].start_round());
        for plan in &self.stratum.rules {
            let (bodies, before) = (bodies(plan), added);
            if bodies.is_empty() {
                continue;
            }
            let outer = database.turn_to(Activity::Rule(plan.rule));
            for body in bodies {
                added += self.apply(database, dictionary, plan, body)?;
                database.uninterrupted()?;
            }
            database.turn_to(outer);
            database.note_cost(Activity::Rule(plan.rule), 1, (added - before) as u64);
        }
        for relation in &self.stratum.relations {
            let bound = &mut self.bounds.0[relation.index()];
            (bound.old, bound.recent) = (bound.recent, database.derived(*relation).len());
        }
        Ok(added)
    }

    /// Adds what a rule derives; gives the number of new rows.
    fn apply(&mut self, database: &mut Database, dictionary: &mut Dictionary, plan: &RulePlan, body: &Body) -> Result<usize, EngineError> {
        if Join::is_void(body, database) {
            return Ok(0);
        }
        let rule = &self.rules[plan.rule];
        let has_to_be_checked = plan.guard.is_some() || (database.day.is_some() && database.may_expire(rule.head.relation));
        if !has_to_be_checked && !database.is_kept(rule.head.relation) {
            let head = rule.head.terms.iter().copied().map(operand).collect();
            if let Some(course) = Course::of(body, head, database, &self.bounds, &self.stratum.relations) {
                return self.follow(&course, database, rule);
            }
        }
        Join::prepare(body, database, &self.bounds)?;
        for relation in &self.stratum.relations {
            // Only some of these rows are read, by their numbers.
            if Join::finds_rows_of(*relation, body, database) {
                database.derived[relation.index()].number(&database.interrupt);
            }
        }
        let relation = rule.head.relation;
        if database.is_kept(relation) || Join::finds_rows_of(relation, body, database) {
            self.collect(database, dictionary, plan, body)
        } else {
            self.add(database, dictionary, plan, body)
        }
    }

    /// Adds what the course of a rule gives.
    fn follow(&mut self, course: &Course<'_>, database: &mut Database, rule: &Rule) -> Result<usize, EngineError> {
        course.prepare(database, &self.bounds);
        database.uninterrupted()?;
        let relation = rule.head.relation;
        let is_copy = course.is_copy(database) && database.stated(relation).len() == 0;
        let table = &mut database.derived[relation.index()];
        if let Some(column) = course.list_column() {
            table.expect_lists(column);
        }
        let additions =
            if is_copy && table.len() == 0 { table.begin_different(&database.interrupt) } else { table.begin(&database.interrupt) };
        let loops = Loops::new(course, database, &self.bounds);
        let mut sink = NewRows::new(database.stated(relation), database.derived(relation), additions, self.allowed);
        // Where no row is looked for, one thread is as quick.
        threads::add(if is_copy { 1 } else { database.threads }, &loops, &mut sink);
        let are_too_many = !sink.takes_more();
        let additions = sink.additions;
        let added = additions.len();
        database.derived[relation.index()].complete(additions);
        self.allowed = self.allowed.saturating_sub(added as u64);
        if are_too_many { Err(too_many(rule, self.context)) } else { Ok(added) }
    }

    /// Adds each row as soon as it is found.
    fn add(&mut self, database: &mut Database, dictionary: &mut Dictionary, plan: &RulePlan, body: &Body) -> Result<usize, EngineError> {
        let rule = &self.rules[plan.rule];
        let relation = rule.head.relation;
        let mut additions = database.derived[relation.index()].begin(&database.interrupt);
        let (stated, derived) = (database.stated(relation), database.derived(relation));
        let (shape, day, allowed) = (database.shapes[relation.index()], database.day, self.allowed);
        let result = self.conclusions(database, dictionary, plan, body, |row, _, dictionary| {
            let is_new = in_force(shape, row, day, dictionary) && !stated.contains(row) && derived.add(&mut additions, row);
            Ok(!is_new || additions.len() as u64 <= allowed)
        });
        let added = additions.len();
        database.derived[relation.index()].complete(additions);
        self.allowed = self.allowed.saturating_sub(added as u64);
        result.map(|()| added)
    }

    /// Adds rows after all have been found: where the body looks for rows of its own relation, or a better row takes the place of another.
    fn collect(
        &mut self,
        database: &mut Database,
        dictionary: &mut Dictionary,
        plan: &RulePlan,
        body: &Body,
    ) -> Result<usize, EngineError> {
        let rule = &self.rules[plan.rule];
        let relation = rule.head.relation;
        // A table of its own, since rules find the same row again and again: a list of them could grow without end.
        let mut found = Table::new(rule.head.terms.len());
        let allowed = self.allowed;
        self.conclusions(database, dictionary, plan, body, |row, binding, dictionary| {
            let counts = database.would_count(relation, row, dictionary, rule.text.place.span);
            let is_new = counts.map_err(|fault| at_rule(fault, rule, plan.rule, binding))? && found.insert(row);
            Ok(!is_new || found.len() as u64 <= allowed)
        })?;
        let mut added = 0;
        for row in found.iter() {
            database.uninterrupted()?;
            let counted = database.keep(relation, row, dictionary, rule.text.place.span);
            added += usize::from(counted.map_err(|fault| at_rule(fault, rule, plan.rule, &[]))?);
        }
        self.allowed = self.allowed.saturating_sub(found.len() as u64);
        Ok(added)
    }

    /// Hands out each row that a rule concludes, until there are too many.
    fn conclusions(
        &self,
        database: &Database,
        dictionary: &mut Dictionary,
        plan: &RulePlan,
        body: &Body,
        mut take: impl FnMut(&[u32], &[u32], &Dictionary) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError> {
        let rule = &self.rules[plan.rule];
        let mut row = vec![0; rule.head.terms.len()];
        let (context, known_values) = (self.context, self.known_values);
        let join = Join { database, bounds: &self.bounds, source: &rule.text.place.source };
        let result = join.run(body, dictionary, |binding, dictionary| {
            head_row(rule, binding, &mut row);
            if let Some(error) = too_many_values(rule, known_values, dictionary, context) {
                return ControlFlow::Break(Err(error));
            }
            if let Some(guard) = &plan.guard
                && let Err(fault) = check(guard, binding, row[guard.column], dictionary)
            {
                return ControlFlow::Break(Err(at_rule(fault, rule, plan.rule, binding)));
            }
            match take(&row, binding, dictionary) {
                Ok(true) => ControlFlow::Continue(()),
                Ok(false) => ControlFlow::Break(Err(too_many(rule, context))),
                Err(error) => ControlFlow::Break(Err(error)),
            }
        });
        result.map_err(|error| named(error, plan.rule))
    }
}

pub(super) fn at_rule(fault: Fault, rule: &Rule, number: usize, binding: &[u32]) -> EngineError {
    let origin = Origin { rule: Some(number), binding: binding.to_vec() };
    EngineError::Fault { fault, source: rule.text.place.source.clone(), origin }
}

/// An error of a rule's conditions.
pub(super) fn named(error: EngineError, number: usize) -> EngineError {
    match error {
        EngineError::Fault { fault, source, origin } => {
            EngineError::Fault { fault, source, origin: Origin { rule: Some(number), ..origin } }
        }
        error @ (EngineError::TooManyFacts { .. }
        | EngineError::TooManyValues { .. }
        | EngineError::TooManyRounds { .. }
        | EngineError::Interrupted) => error,
    }
}

pub(super) fn too_many(rule: &Rule, context: Context) -> EngineError {
    EngineError::TooManyFacts { max: context.limits.max_facts, head: Some((rule.head.relation, rule.head.reading)) }
}

/// An error if a rule has computed more values than are allowed beside those that were known before.
pub(super) fn too_many_values(rule: &Rule, known: usize, dictionary: &Dictionary, context: Context) -> Option<EngineError> {
    let max = context.limits.max_values();
    let computed = dictionary.len().saturating_sub(known) as u64;
    (computed > max).then(|| EngineError::TooManyValues { max, head: (rule.head.relation, rule.head.reading) })
}

/// The row that a rule concludes from a binding.
fn head_row(rule: &Rule, binding: &[u32], row: &mut [u32]) {
    for (column, term) in row.iter_mut().zip(&rule.head.terms) {
        *column = compute::operand(operand(*term), binding);
    }
}

fn operand(term: Term) -> Operand {
    crate::plan::operand(term).expect("resolve gives every head column a variable or a value")
}

/// Whether a recursive rule only makes a kept value worse.
pub(super) fn check(guard: &Guard, binding: &[u32], result: u32, dictionary: &mut Dictionary) -> Result<(), Fault> {
    let result = ValueId(result);
    let comparator = if guard.extreme == Extreme::Least { Comparator::GreaterOrEqual } else { Comparator::LessOrEqual };
    for premise in &guard.premises {
        let premise = ValueId(binding[premise.index()]);
        if !compute::compared(result, comparator, premise, guard.span, dictionary)? {
            return Err(Fault { kind: FaultKind::Kept, left: premise, right: result, at: guard.span });
        }
    }
    for factor in &guard.factors {
        let negative = compute::value(factor, binding, dictionary)?
            .and_then(|factor| factor.as_number().filter(|number| number.is_sign_negative() && !number.is_zero()));
        if let Some(factor) = negative {
            let right = dictionary.intern(&Value::number(factor));
            return Err(Fault { kind: FaultKind::Kept, left: result, right, at: guard.span });
        }
    }
    Ok(())
}
