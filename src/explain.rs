//! Why a sentence holds, or why not: rebuilt from the finished relations when it is asked. Nothing is recorded for it before.
//!
//! [`graph`] holds the sentences that may lead to one another, [`premises`] makes them from the conditions of rules, [`search`] finds
//! the least deep proof among them, [`chain`] the shortest way where a relation is the closure of its direct pairs, and [`wording`] puts a
//! proof into sentences. Knows rules and rows; nothing of how a question is read or an answer is drawn.
#![expect(clippy::wildcard_enum_match_arm, reason = "of many sorts of steps one or two matter in each place")]

mod chain;
mod chains;
mod graph;
mod guided;
mod missing;
mod places;
mod premises;
mod proof;
mod reason;
mod search;
mod wording;

use std::ops::ControlFlow;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::engine::{Bounds, Database, EngineError, Join, Replaced};
use crate::logic::{Literal, Query, RelationId, Rule, VariableId};
use crate::plan::{Closure, Plan, Version};
use crate::source::Source;
use crate::value::{Dictionary, ValueId};
use crate::vocabulary::Vocabulary;
pub(crate) use chains::Along;
pub use chains::{Chain, Chains, Link};
pub use missing::{Attempt, Missing};
pub use places::StatedAt;
pub(crate) use places::{Noted, Places};
pub use proof::{Ground, Proof, Step};
pub(crate) use reason::Reason;
pub(crate) use wording::{denied, filled_in, said};

/// What reasons are looked for in.
pub(crate) struct Explainer<'m> {
    pub(crate) vocabulary: &'m Vocabulary,
    pub(crate) dictionary: &'m mut Dictionary,
    pub(crate) rules: &'m [Rule],
    /// From this one on rules say what slots and kinds say about kinds.
    pub(crate) told_rules: usize,
    pub(crate) plan: &'m Plan,
    pub(crate) database: &'m mut Database,
    pub(crate) places: &'m Places,
    /// How many more bindings may be looked at.
    pub(crate) left: usize,
    /// A pair that no chain may lead along.
    pub(crate) avoided: Option<(RelationId, [u32; 2])>,
    /// Where a kept value may follow from those that it has replaced.
    pub(crate) replaced: Option<Replaced>,
}

/// A value for each variable; [`ValueId::ABSENT`] for one that has none.
type Binding = Vec<ValueId>;

impl Explainer<'_> {
    /// The different bindings of the `wanted` variables under which conditions hold, at most so many.
    fn solutions(
        &mut self,
        literals: &[Literal],
        (variables, wanted): (usize, &[VariableId]),
        source: &Arc<Source>,
        bounds: Option<&Bounds>,
        most: usize,
    ) -> Result<Vec<Binding>, EngineError> {
        let body = crate::plan::body(literals, variables, wanted, None, |_| Version::Total);
        let all;
        let bounds = if let Some(bounds) = bounds {
            bounds
        } else {
            all = Bounds::all(self.database);
            &all
        };
        Join::prepare_few(&body, self.database, bounds)?;
        let join = Join { database: self.database, bounds, source };
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        let result = join.run(&body, self.dictionary, |binding, _| {
            let key: Box<[u32]> = wanted.iter().map(|variable| binding[variable.index()]).collect();
            if seen.insert(key) {
                found.push(binding.iter().map(|value| ValueId(*value)).collect());
            }
            if found.len() >= most { ControlFlow::Break(Ok(())) } else { ControlFlow::Continue(()) }
        });
        match result {
            Err(EngineError::Interrupted) => Err(EngineError::Interrupted),
            // What cannot be computed has been passed over before, or has stopped the evaluation.
            Ok(()) | Err(_) => Ok(found),
        }
    }

    /// The numbers of the rules that conclude sentences of a relation.
    fn rules_for(&self, relation: RelationId) -> Vec<usize> {
        (0..self.rules.len()).filter(|&index| self.rules[index].head.relation == relation).collect()
    }

    /// Looks at what the rules of a relation conclude it from: if what was replaced may matter, this counts within the stratum.
    fn within_stratum<T>(&mut self, relation: RelationId, look: impl FnOnce(&mut Self) -> T) -> T {
        self.swap_replaced(relation);
        let found = look(self);
        self.swap_replaced(relation);
        found
    }

    /// Lets what was replaced count from here on.
    fn count_replaced(&mut self) -> Result<(), EngineError> {
        if self.replaced.is_none() {
            // Maintenance takes out what was replaced.
            self.database.renew_rounds(self.plan, self.rules, self.dictionary)?;
            self.replaced = Some(Replaced::default());
        }
        Ok(())
    }

    fn swap_replaced(&mut self, relation: RelationId) {
        if let (Some(replaced), Some(stratum)) = (&mut self.replaced, self.plan.stratum(relation)) {
            self.database.swap_replaced(stratum, replaced);
        }
    }

    /// How a relation is the closure of its direct pairs, if it is.
    fn closure(&self, relation: RelationId) -> Option<Closure> {
        let closure = self.plan.stratum(relation)?.closure?;
        (closure.form.takes_stated() || self.database.stated(relation).len() == 0).then_some(closure)
    }

    fn interrupted(&self) -> Result<(), EngineError> {
        if self.database.interrupt.is_raised() { Err(EngineError::Interrupted) } else { Ok(()) }
    }

    /// Counts what has been looked at; false once it is too much.
    fn spend(&mut self, work: usize) -> bool {
        self.left = self.left.saturating_sub(work + 1);
        self.left > 0
    }
}

/// Every variable that conditions beside each other can give values to.
fn shown(literals: &[Literal]) -> Vec<VariableId> {
    let mut shown: Vec<VariableId> = literals.iter().flat_map(Literal::shown).collect();
    shown.sort_unstable();
    shown.dedup();
    shown
}

/// One binding with the values of another one where it has none.
fn merged(binding: &[ValueId], other: &[ValueId]) -> Binding {
    binding.iter().zip(other).map(|(own, other)| if *own == ValueId::ABSENT { *other } else { *own }).collect()
}

/// The alternatives of a question, with what is needed to look for them.
fn of_query(query: &Query) -> impl Iterator<Item = (&[Literal], usize)> {
    query.alternatives.iter().map(|literals| (literals.as_slice(), query.variables.len()))
}

/// The values of a rule's head variables where it concludes a row; nothing if it cannot.
fn bound_head(rule: &Rule, row: &[u32]) -> Option<Binding> {
    let mut binding = vec![ValueId::ABSENT; rule.variables.len()];
    for (term, &value) in rule.head.terms.iter().zip(row) {
        match *term {
            crate::logic::Term::Variable(variable) => {
                let known = &mut binding[variable.index()];
                if value == ValueId::ABSENT.0 || (*known != ValueId::ABSENT && known.0 != value) {
                    return None;
                }
                *known = ValueId(value);
            }
            crate::logic::Term::Value(expected) if expected.0 == value => {}
            crate::logic::Term::Value(_) | crate::logic::Term::Something | crate::logic::Term::Unmentioned => return None,
        }
    }
    Some(binding)
}
