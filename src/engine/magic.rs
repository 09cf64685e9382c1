//! Answers a question by rules that were made for it ([`crate::plan::Magic`]): they conclude what it asks for in tables of their own, which are
//! gone when it is answered.

use std::collections::BTreeMap;

use super::error::EngineError;
use super::profile::{Activity, Cost};
use super::{Context, Database, Shape, Table, evaluate};
use crate::logic::{Query, Term};
use crate::plan::{Magic, Stratum};
use crate::value::Dictionary;

/// What is to be as it was when the question is answered.
pub(crate) struct Begun<'m> {
    magic: &'m Magic,
    /// What was not derived before.
    own: Vec<&'m Stratum>,
    relations: usize,
    costs: BTreeMap<Activity, Cost>,
}

impl Database {
    /// Makes room for what rules conclude that were made for a question. Until [`Self::end_magic`] nothing else may be derived: what is asked
    /// for is taken for all there is.
    pub(crate) fn begin_magic<'m>(&mut self, magic: &'m Magic) -> Begun<'m> {
        let relations = self.shapes.len();
        let asked = magic.widths.iter().map(|width| Shape { width: *width, filled: 0, keeping: None, validity: (None, None) });
        self.grow(self.shapes.clone().into_iter().chain(asked));
        self.complete.resize(self.shapes.len(), false);
        let own = magic.plan.strata.iter().filter(|stratum| !self.is_complete(stratum)).collect();
        Begun { magic, own, relations, costs: self.costs() }
    }

    /// Takes everything away that they have concluded.
    pub(crate) fn end_magic(&mut self, Begun { magic, own, relations, costs }: Begun<'_>) {
        let activity = |activity: Activity| {
            let Activity::Rule(number) = activity else { return activity };
            magic.origins[number].map_or(Activity::Answer, Activity::Rule)
        };
        self.take_costs_back(costs, activity);
        own.into_iter().for_each(|stratum| self.drop_stratum(stratum));
        self.shrink(relations);
    }

    /// Every binding of the query's output under which one of its alternatives holds. What the rules need whole must have been derived, and
    /// [`Self::begin_magic`] been called; what was concluded stays until [`Self::end_magic`].
    pub(crate) fn solve_by_magic(
        &mut self,
        query: &Query,
        magic: &Magic,
        dictionary: &mut Dictionary,
        context: Context,
    ) -> Result<Table, EngineError> {
        for (relation, values) in &magic.seeds {
            let value = |term: &Term| if let Term::Value(value) = term { Some(value.0) } else { None };
            let row: Vec<u32> = values.iter().filter_map(value).collect();
            self.stated[relation.index()].insert(&row);
        }
        let mut derived = 0;
        for number in magic.plan.needed(query.alternatives.iter().flat_map(|literals| crate::plan::relations(literals))) {
            let stratum = &magic.plan.strata[number];
            if self.is_complete(stratum) {
                continue;
            }
            let allowed = context.limits.max_facts.saturating_sub(derived);
            evaluate::stratum(self, stratum, &magic.rules, allowed, dictionary, context)?;
            self.uninterrupted()?;
            self.set_complete(stratum, true);
            derived += stratum.relations.iter().map(|relation| self.derived_len(*relation)).sum::<u64>();
        }
        self.solve(query, dictionary, context)
    }
}
