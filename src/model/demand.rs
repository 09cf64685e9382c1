//! Questions that name something in a model that is not small: only a part of what they read is derived for them, the part that leads to
//! their answers. Says when, and lets somebody look at that part before it is gone.

use super::Model;
use super::run::relations_of;
use crate::diagnostics::Problem;
use crate::engine::{Context, EngineError, Evaluator, Limits, Table};
use crate::logic::{Query, QueryForm, RelationId};
use crate::plan::{Magic, Way};

/// Before only a part is derived for a yes or a no, it is tried whether all of it is soon derived: as many facts as are stated, or so many. What
/// comes close to a no is found among all, and the next question is answered at once.
const SOON: usize = 1 << 18;

impl Model {
    /// The bindings that a question asks for, if only a part of what it reads has to be derived for them. What a yes or a no rests on is told of
    /// [that part](Self::in_part).
    pub(super) fn demanded(&mut self, query: &Query) -> Result<Option<Table>, Problem> {
        if matches!(query.form, QueryForm::Verdict) {
            return Ok(None);
        }
        let Some(magic) = self.demands(query)? else { return Ok(None) };
        self.solved_by(&magic, query, |_, table| Some(table))
    }

    /// The same for who asks whether something holds, or why: `work` gets the bindings while what leads to them is there. Nothing if all of what
    /// the question reads is soon derived, or if `work` has no use for a part of it. It must derive nothing. With `one_way`, one shortest proof is
    /// enough for it.
    pub(super) fn in_part<T>(
        &mut self,
        query: &Query,
        one_way: bool,
        work: impl FnOnce(&mut Self, Table) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        if !self.may_demand() {
            return Ok(None);
        }
        if one_way && let Some(relation) = self.begin_ways(query)? {
            let context = self.context();
            let table = self.database.solve(query, &mut self.dictionary, context);
            let result = table.map(|table| work(self, table)).map_err(|error| self.problem(error, &query.place));
            self.database.end_ways(relation, &self.plan);
            return result;
        }
        let Some(magic) = self.demands(query)? else { return Ok(None) };
        if self.is_soon_derived(query)? {
            return Ok(None);
        }
        self.solved_by(&magic, query, work)
    }

    /// Lets a closure that is not soon derived hold what lies between the two values that a question names: gives which one.
    fn begin_ways(&mut self, query: &Query) -> Result<Option<RelationId>, Problem> {
        // Its direct pairs are about as many as the facts.
        if self.demand_from > 0 && self.database.stated_rows() <= SOON {
            return Ok(None);
        }
        let context = self.context();
        match self.database.begin_ways(query, &self.plan, &self.rules, &mut self.dictionary, context) {
            Err(error @ EngineError::Interrupted) => Err(self.problem(error, &query.place)),
            // What goes wrong is told as for everybody who asks for all.
            found => Ok(found.unwrap_or_default()),
        }
    }

    /// What `work` makes of the bindings that rules find which were made for a question, while what they have concluded is there.
    fn solved_by<T>(
        &mut self,
        magic: &Magic,
        query: &Query,
        work: impl FnOnce(&mut Self, Table) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        self.derive(&magic.whole, &query.place)?;
        let context = self.context();
        let begun = self.database.begin_magic(magic);
        let result = match self.database.solve_by_magic(query, magic, &mut self.dictionary, context) {
            Ok(table) => Ok(work(self, table)),
            Err(error @ EngineError::Interrupted) => Err(self.problem(error, &query.place)),
            // What goes wrong is told as for everybody who asks for all.
            Err(_) => Ok(None),
        };
        self.database.end_magic(begun);
        result
    }

    /// Derives all that a question reads, unless it becomes too much; tells whether it did not. What is known to be too much is not tried
    /// again until there are other rules.
    pub(super) fn is_soon_derived(&mut self, query: &Query) -> Result<bool, Problem> {
        let relations = relations_of(&query.alternatives);
        // Who lets every model be taken for a large one wants to see parts.
        if self.demand_from == 0 || relations.iter().any(|relation| self.too_many.contains(relation)) {
            return Ok(false);
        }
        let soon = SOON.max(self.database.stated_rows()) as u64;
        let limits = Limits { max_facts: self.limits.max_facts.min(soon) };
        let activity = self.database.activity();
        let context = Context { limits, evaluator: self.evaluator };
        match self.database.derive(relations.iter().copied(), &self.plan, &self.rules, &mut self.dictionary, context) {
            Ok(()) | Err(EngineError::Fault { .. }) => Ok(true),
            Err(error @ EngineError::Interrupted) => Err(self.problem(error, &query.place)),
            Err(EngineError::TooManyFacts { .. } | EngineError::TooManyValues { .. } | EngineError::TooManyRounds { .. }) => {
                // What stopped it is of no interest to anybody.
                self.database.turn_to(activity);
                self.too_many.extend(relations);
                Ok(false)
            }
        }
    }

    /// The rules for a question that is answered from a part.
    fn demands(&mut self, query: &Query) -> Result<Option<Magic>, Problem> {
        if !self.may_demand() {
            return Ok(None);
        }
        // What has changed must be followed before it is known what is complete.
        self.derive(&[], &query.place)?;
        Ok(self.magic(query))
    }

    fn may_demand(&self) -> bool {
        let is_small = self.database.stated_rows() < self.demand_from;
        !is_small && self.evaluator == Evaluator::SemiNaive
    }

    /// What is derived in part alone for a question, and by which slots. For a yes or a no it is first tried to derive all.
    pub(super) fn demand_of(&self, query: &Query) -> Vec<Way> {
        let may_demand = self.may_demand() && !matches!(query.form, QueryForm::Verdict);
        if may_demand { self.magic(query).map(|magic| magic.ways).unwrap_or_default() } else { Vec::new() }
    }

    /// Rules that conclude what a question asks for alone.
    fn magic(&self, query: &Query) -> Option<Magic> {
        let stratum = |relation| self.plan.stratum(relation);
        let is_complete = |relation| stratum(relation).is_some_and(|stratum| self.database.is_complete(stratum));
        if relations_of(&query.alternatives).into_iter().all(|relation| stratum(relation).is_none() || is_complete(relation)) {
            // All of it is there; many questions are asked of a model that does not change.
            return None;
        }
        let is_closed = |relation| stratum(relation).is_some_and(|stratum| self.database.closure_of(stratum).is_some());
        crate::plan::magic(query, (&self.plan, &self.rules), &self.vocabulary, is_complete, is_closed)
    }
}
