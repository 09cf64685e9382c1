//! Answers a question by rules that were made for it ([`crate::plan::Magic`]): they conclude what it asks for in tables of their own, which are
//! gone when it is answered.

use super::error::EngineError;
use super::profile::Activity;
use super::{Context, Database, Shape, Table, evaluate};
use crate::logic::{Query, Term};
use crate::plan::Magic;
use crate::value::Dictionary;

impl Database {
    /// Every binding of the query's output under which one of its alternatives holds. What the rules need whole must have been derived.
    pub(crate) fn solve_by_magic(
        &mut self,
        query: &Query,
        magic: &Magic,
        dictionary: &mut Dictionary,
        context: Context,
    ) -> Result<Table, EngineError> {
        let relations = self.shapes.len();
        let asked = magic.widths.iter().map(|width| Shape { width: *width, keeping: None, validity: (None, None) });
        self.grow(self.shapes.clone().into_iter().chain(asked));
        self.complete.resize(self.shapes.len(), false);
        let own: Vec<_> = magic.plan.strata.iter().filter(|stratum| !self.is_complete(stratum)).collect();
        let costs = self.costs();
        let result = self.evaluate_magic(query, magic, dictionary, context);
        let activity = |activity: Activity| {
            let Activity::Rule(number) = activity else { return activity };
            magic.origins[number].map_or(Activity::Answer, Activity::Rule)
        };
        self.take_costs_back(costs, activity);
        own.into_iter().for_each(|stratum| self.drop_stratum(stratum));
        self.shrink(relations);
        result
    }

    fn evaluate_magic(
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
