//! Plan + facts → facts. Everything is a dense number here; names and sentences are the business of others.
//!
//! [`Database`] holds a [`Table`] of stated and one of derived rows for each relation. [`evaluate`] fills the derived ones
//! stratum by stratum, semi-naively; [`naive`] does the same in the plainest way, and is the meaning that the other is tested
//! against.

pub(crate) mod error;
mod evaluate;
mod join;
mod naive;
mod table;

use std::ops::ControlFlow;

use crate::logic::{Atom, Fact, Query, RelationId, Rule, Term, VariableId};
use crate::plan::{Plan, Version};
use crate::value::{Dictionary, ValueId};
pub(crate) use error::EngineError;
use join::Bound;
pub(crate) use join::{Bounds, Join, compare};
pub(crate) use table::Table;

/// How derived facts are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evaluator {
    /// Each round joins only with what the last one added.
    #[default]
    SemiNaive,
    /// Each round computes everything anew: slow, and simple enough to be seen to be right.
    Naive,
}

/// What stops an evaluation that would take too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most facts that may be derived for one question.
    pub max_facts: u64,
}

impl Default for Limits {
    fn default() -> Self {
        // About 10 GiB of pairs with their indexes: more than a model that was meant needs, less than a server has.
        Self { max_facts: 200_000_000 }
    }
}

/// The rows of all relations.
#[derive(Debug, Default)]
pub(crate) struct Database {
    stated: Vec<Table>,
    derived: Vec<Table>,
    /// Whether the derived rows of a stratum are complete.
    complete: Vec<bool>,
}

impl Database {
    /// Makes room for relations of these widths; those that are there stay.
    pub(crate) fn grow(&mut self, widths: impl Iterator<Item = usize>) {
        for width in widths.skip(self.stated.len()) {
            self.stated.push(Table::new(width));
            self.derived.push(Table::new(width));
        }
    }

    pub(crate) fn stated(&self, relation: RelationId) -> &Table {
        &self.stated[relation.index()]
    }

    pub(crate) fn derived(&self, relation: RelationId) -> &Table {
        &self.derived[relation.index()]
    }

    /// Whether a fact is stated or has been derived.
    pub(crate) fn contains(&self, relation: RelationId, row: &[u32]) -> bool {
        self.stated(relation).contains(row) || self.derived(relation).contains(row)
    }

    /// States facts; gives how many were new.
    pub(crate) fn state(&mut self, facts: &[Fact]) -> usize {
        let added = facts.iter().filter(|fact| self.stated[fact.relation.index()].insert(&raw(&fact.values))).count();
        if added > 0 {
            self.invalidate();
        }
        added
    }

    /// Takes stated facts back.
    pub(crate) fn forget(&mut self, relation: RelationId, rows: &[Vec<u32>]) {
        rows.iter().for_each(|row| self.stated[relation.index()].remove(row));
        self.invalidate();
    }

    /// Forgets what was derived: facts or rules have changed.
    pub(crate) fn invalidate(&mut self) {
        if !self.complete.is_empty() {
            self.complete.clear();
            self.derived.iter_mut().for_each(Table::clear);
        }
    }

    /// Derives what these relations hold.
    pub(crate) fn derive(
        &mut self,
        wanted: impl IntoIterator<Item = RelationId>,
        plan: &Plan,
        rules: &[Rule],
        context: &Context<'_>,
    ) -> Result<(), EngineError> {
        self.complete.resize(plan.strata.len(), false);
        let needed = plan.needed(wanted);
        for &number in &needed {
            if !self.complete[number] {
                // What other questions have derived does not count.
                let relations = needed.iter().flat_map(|number| &plan.strata[*number].relations);
                let derived: u64 = relations.map(|relation| self.derived(*relation).len() as u64).sum();
                let allowed = context.limits.max_facts.saturating_sub(derived);
                let stratum = &plan.strata[number];
                let result = match context.evaluator {
                    Evaluator::SemiNaive => evaluate::stratum(self, stratum, rules, allowed, context),
                    Evaluator::Naive => naive::stratum(self, stratum, rules, allowed, context),
                };
                if let Err(error) = result {
                    stratum.relations.iter().for_each(|relation| self.derived[relation.index()].clear());
                    return Err(error);
                }
                self.complete[number] = true;
            }
        }
        Ok(())
    }

    /// Every binding of the query's output under which one of its alternatives holds. What it reads must have been derived.
    pub(crate) fn solve(&mut self, query: &Query, context: &Context<'_>) -> Result<Table, EngineError> {
        let mut answer = Table::new(query.output.len());
        let source = &query.place.source;
        for literals in &query.alternatives {
            match context.evaluator {
                Evaluator::SemiNaive => {
                    let body = crate::plan::body(literals, query.variables.len(), &query.output, None, |_| Version::Total);
                    Join::prepare(&body, self);
                    let bounds = Bounds::all(self);
                    let join = Join { body: &body, database: self, bounds: &bounds, dictionary: context.dictionary, source };
                    let mut row = vec![0; query.output.len()];
                    join.run(|binding| {
                        row.iter_mut().zip(&query.output).for_each(|(column, variable)| *column = binding[variable.index()]);
                        answer.insert(&row);
                        if answer.len() as u64 > context.limits.max_facts {
                            return ControlFlow::Break(Err(EngineError::TooManyFacts { max: context.limits.max_facts, head: None }));
                        }
                        // One binding settles a question that asks for no values.
                        if query.output.is_empty() { ControlFlow::Break(Ok(())) } else { ControlFlow::Continue(()) }
                    })?;
                }
                Evaluator::Naive => {
                    for binding in naive::solutions(self, literals, query.variables.len(), source, context)? {
                        let value =
                            |variable: &VariableId| binding[variable.index()].expect("resolve makes sure that conditions bind the output");
                        answer.insert(&query.output.iter().map(value).collect::<Vec<_>>());
                    }
                }
            }
        }
        Ok(answer)
    }

    /// The first row that matches an atom, stated or among the first `known` derived ones: its number, and whether it is stated.
    /// Quick if a join has made the index for it.
    pub(crate) fn first_match(&self, atom: &Atom, known: usize) -> Option<(usize, bool)> {
        let value = |(column, term): (usize, &Term)| if let Term::Value(value) = term { Some((column, value.0)) } else { None };
        let (columns, values): (Vec<usize>, Vec<u32>) = atom.terms.iter().enumerate().filter_map(value).unzip();
        let first = |table: &Table, known: usize| {
            if columns.len() == table.width() {
                return table.find(&values.iter().copied()).filter(|number| *number < known);
            }
            match table.matching(&columns, &values.iter().copied()) {
                Some(mut matching) => matching.find(|number| fits(atom, table.row(*number))).filter(|number| *number < known),
                None => (0..known).find(|number| fits(atom, table.row(*number))),
            }
        };
        let stated = self.stated(atom.relation);
        let in_stated = first(stated, stated.len()).map(|number| (number, true));
        in_stated.or_else(|| first(self.derived(atom.relation), known).map(|number| (number, false)))
    }

    /// What was known before a round of the stratum that a relation belongs to.
    pub(crate) fn before_round(&self, round: usize, relation: RelationId, plan: &Plan) -> Bounds {
        let mut bounds = Bounds::all(self);
        for &member in plan.stratum(relation).map_or(&[][..], |stratum| &stratum.relations) {
            let known = self.derived(member).len_before(round);
            bounds.0[member.index()] = Bound::all(known);
        }
        bounds
    }
}

/// What an evaluation is given beside plan and facts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) limits: Limits,
    pub(crate) evaluator: Evaluator,
}

fn raw(values: &[ValueId]) -> Vec<u32> {
    values.iter().map(|value| value.0).collect()
}

/// Whether a row matches an atom by itself: a variable is any value, the same at each occurrence.
pub(crate) fn fits(pattern: &Atom, row: &[u32]) -> bool {
    let mut bound: Vec<(VariableId, u32)> = Vec::new();
    pattern.terms.iter().zip(row).all(|(term, &value)| match term {
        Term::Value(expected) => expected.0 == value,
        Term::Something => value != ValueId::ABSENT.0,
        Term::Unmentioned => true,
        Term::Variable(variable) => {
            let known = bound.iter().find(|(other, _)| other == variable).map(|(_, value)| *value);
            bound.push((*variable, value));
            value != ValueId::ABSENT.0 && known.is_none_or(|known| known == value)
        }
    })
}
