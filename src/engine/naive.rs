//! The reference evaluator: every rule over every row, again and again, until nothing new comes. It is the meaning of a
//! program in the plainest form, and shares with the fast one neither the order of conditions nor indexes nor rounds.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::error::{EngineError, Fault, Origin};
use super::join::folded;
use super::{Activity, Context, Database, compute, evaluate};
use crate::logic::{Aggregation, Atom, Comparison, Literal, Rule, Term, Universal};
use crate::plan::Stratum;
use crate::source::Source;
use crate::syntax::ast::Comparator;
use crate::value::{Dictionary, ValueId};

/// A value for each variable; [`ValueId::ABSENT`] for one that has none.
pub(super) type Binding = Vec<u32>;

const NONE: u32 = ValueId::ABSENT.0;

/// Derives all rows of a stratum, at most so many as are allowed. Earlier strata must be complete.
pub(super) fn stratum(
    database: &mut Database,
    stratum: &Stratum,
    rules: &[Rule],
    mut allowed: u64,
    dictionary: &mut Dictionary,
    context: Context,
) -> Result<(), EngineError> {
    database.seed(stratum, dictionary);
    let known_values = dictionary.len();
    loop {
        database.uninterrupted()?;
        let mut found = Vec::new();
        for plan in &stratum.rules {
            let rule = &rules[plan.rule];
            if let Some(error) = evaluate::too_many_values(rule, known_values, dictionary, context) {
                return Err(error);
            }
            database.turn_to(Activity::Rule(plan.rule));
            let solutions = solutions(database, &rule.body, rule.variables.len(), &rule.text.place.source, dictionary);
            for binding in solutions.map_err(|error| evaluate::named(error, plan.rule))? {
                let column = |term: &Term| match term {
                    Term::Variable(variable) => binding[variable.index()],
                    Term::Value(value) => value.0,
                    Term::Something | Term::Unmentioned => unreachable!("resolve gives every head column a variable or a value"),
                };
                let row = rule.head.terms.iter().map(column).collect::<Vec<u32>>();
                if let Some(guard) = &plan.guard {
                    let checked = evaluate::check(guard, &binding, row[guard.column], dictionary);
                    checked.map_err(|fault| evaluate::at_rule(fault, rule, plan.rule, &binding))?;
                }
                found.push((plan.rule, row));
            }
        }
        stratum.relations.iter().for_each(|relation| database.derived[relation.index()].start_round());
        let mut changed = false;
        for (number, row) in found {
            let rule = &rules[number];
            let kept = database.keep(rule.head.relation, &row, dictionary, rule.text.place.span);
            if kept.map_err(|fault| evaluate::at_rule(fault, rule, number, &[]))? {
                allowed = allowed.checked_sub(1).ok_or_else(|| evaluate::too_many(rule, context))?;
                changed = true;
            }
        }
        if !changed {
            return Ok(());
        }
    }
}

/// Every binding that satisfies all conditions.
pub(super) fn solutions(
    database: &Database,
    body: &[Literal],
    variables: usize,
    source: &Arc<Source>,
    dictionary: &mut Dictionary,
) -> Result<Vec<Binding>, EngineError> {
    let found = Reference { database }.satisfying(body, vec![NONE; variables], dictionary);
    found.map_err(|(fault, binding)| EngineError::Fault { fault, source: source.clone(), origin: Origin { rule: None, binding } })
}

struct Reference<'a> {
    database: &'a Database,
}

impl Reference<'_> {
    /// Every extension of a binding that satisfies all conditions: first the sentences as they are written, then what gives a variable
    /// its value, then all tests. A condition that cannot be computed is an error only where all others hold.
    fn satisfying(&self, body: &[Literal], start: Binding, dictionary: &mut Dictionary) -> Result<Vec<Binding>, (Fault, Binding)> {
        let mut bindings = vec![start];
        for literal in body {
            if let Literal::Holds(atom) = literal {
                // What is left out after an interrupt, nobody asks for.
                let wanted = bindings.iter().take_while(|_| !self.database.interrupt.is_raised());
                bindings = wanted.flat_map(|binding| self.matches(atom, binding)).collect();
            }
        }
        let mut satisfied = Vec::new();
        for mut binding in bindings.into_iter().take_while(|_| !self.database.interrupt.is_raised()) {
            let mut fault = self.bind(body, &mut binding, dictionary);
            let mut all = true;
            for literal in body {
                match self.test(literal, &binding, dictionary) {
                    Ok(holds) => all &= holds,
                    Err(new) => fault = fault.or(Some(new)),
                }
            }
            match fault {
                _ if !all => {}
                None => satisfied.push(binding),
                Some(fault) => return Err((fault, binding)),
            }
        }
        Ok(satisfied)
    }

    /// The binding extended by each row that the atom matches.
    fn matches(&self, atom: &Atom, binding: &Binding) -> Vec<Binding> {
        let only_stated = atom.stated_only;
        let stated = self.database.stated(atom.relation).iter().filter(|_| only_stated || !self.database.is_kept(atom.relation));
        let derived = self.database.derived(atom.relation).iter().filter(|_| !only_stated);
        stated.chain(derived).filter_map(|row| extend(atom, row, binding)).collect()
    }

    /// Gives values to the variables that `=` and aggregates stand for; gives the first fault.
    fn bind(&self, body: &[Literal], binding: &mut Binding, dictionary: &mut Dictionary) -> Option<Fault> {
        let mut fault = None;
        let mut failed = BTreeSet::new();
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for (number, literal) in body.iter().enumerate().filter(|(number, _)| !failed.contains(number)).collect::<Vec<_>>() {
                let (new, value) = match literal {
                    Literal::Compares(Comparison { left, comparator: Comparator::Equal, right, .. }) => {
                        let is_open =
                            |side: &crate::logic::Expression| side.as_variable().is_some_and(|variable| binding[variable.index()] == NONE);
                        match (is_open(left), is_open(right)) {
                            (true, false) => (left.as_variable(), compute::expression(right, binding, dictionary)),
                            (false, true) => (right.as_variable(), compute::expression(left, binding, dictionary)),
                            _ => continue,
                        }
                    }
                    Literal::Aggregates(aggregation) if aggregation.comparator == Comparator::Equal => {
                        let open = aggregation.left.as_variable().filter(|variable| binding[variable.index()] == NONE);
                        if open.is_none() || is_open(&aggregation.outer, binding) {
                            continue;
                        }
                        (open, self.fold(aggregation, binding, dictionary))
                    }
                    Literal::Holds(_)
                    | Literal::Fails(..)
                    | Literal::Compares(_)
                    | Literal::Matches(_)
                    | Literal::Aggregates(_)
                    | Literal::Every(_) => continue,
                };
                match (new, value) {
                    (Some(variable), Ok(Some(value))) => {
                        binding[variable.index()] = value.0;
                        changed = true;
                    }
                    (_, Err(new)) => {
                        fault = fault.or(Some(new));
                        failed.insert(number);
                    }
                    _ => {}
                }
            }
        }
        fault
    }

    /// Whether a condition holds; one that rests on a variable without value does.
    fn test(&self, literal: &Literal, binding: &Binding, dictionary: &mut Dictionary) -> Result<bool, Fault> {
        match literal {
            Literal::Holds(_) => Ok(true),
            Literal::Fails(atom, _) => {
                let is_open = is_open(&atom.variables().collect::<Vec<_>>(), binding);
                Ok(is_open || self.matches(atom, binding).is_empty())
            }
            Literal::Compares(comparison) => compute::comparison(comparison, binding, dictionary),
            Literal::Matches(test) => compute::text(test, binding, dictionary),
            Literal::Aggregates(aggregation) if is_open(&aggregation.outer, binding) => Ok(true),
            Literal::Aggregates(aggregation) => {
                let Some(value) = self.fold(aggregation, binding, dictionary)? else { return Ok(aggregation.holds_of_nothing) };
                let Some(left) = compute::expression(&aggregation.left, binding, dictionary)? else { return Ok(true) };
                compute::compared(left, aggregation.comparator, value, aggregation.span, dictionary)
            }
            Literal::Every(universal) if is_open(&universal.outer, binding) => Ok(true),
            Literal::Every(universal) => self.every(universal, binding, dictionary).map(|holds| holds == universal.holds),
        }
    }

    fn fold(&self, aggregation: &Aggregation, binding: &Binding, dictionary: &mut Dictionary) -> Result<Option<ValueId>, Fault> {
        let mut start = binding.clone();
        aggregation.local.iter().for_each(|variable| start[variable.index()] = NONE);
        let mut different = BTreeSet::new();
        for literals in &aggregation.alternatives {
            for binding in self.satisfying(literals, start.clone(), dictionary).map_err(|(fault, _)| fault)? {
                let mut row = start.clone();
                aggregation.local.iter().for_each(|variable| row[variable.index()] = binding[variable.index()]);
                different.insert(row);
            }
        }
        folded(aggregation, different.into_iter(), dictionary, &self.database.interrupt)
    }

    fn every(&self, universal: &Universal, binding: &Binding, dictionary: &mut Dictionary) -> Result<bool, Fault> {
        let mut start = vec![NONE; binding.len()];
        universal.outer.iter().for_each(|variable| start[variable.index()] = binding[variable.index()]);
        let mut all = true;
        for when in &universal.when {
            for case in self.satisfying(when, start.clone(), dictionary).map_err(|(fault, _)| fault)? {
                let mut settled = false;
                for then in &universal.then {
                    settled |= !self.satisfying(then, case.clone(), dictionary).map_err(|(fault, _)| fault)?.is_empty();
                }
                all &= settled;
            }
        }
        Ok(all)
    }
}

fn is_open(variables: &[crate::logic::VariableId], binding: &Binding) -> bool {
    variables.iter().any(|variable| binding[variable.index()] == NONE)
}

fn extend(atom: &Atom, row: &[u32], binding: &Binding) -> Option<Binding> {
    let mut extended = binding.clone();
    for (term, &value) in atom.terms.iter().zip(row) {
        let fits = match term {
            Term::Variable(variable) => {
                let known = &mut extended[variable.index()];
                if *known == NONE {
                    *known = value;
                }
                value != NONE && *known == value
            }
            Term::Value(expected) => expected.0 == value,
            Term::Something => value != NONE,
            Term::Unmentioned => true,
        };
        if !fits {
            return None;
        }
    }
    Some(extended)
}
