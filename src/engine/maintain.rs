//! Keeps what has been derived up to date: facts that are stated and taken back are noted, and before the next question the strata that
//! rest on them follow, one after the other, each telling the next ones what has changed of its own rows ([`super::update`]).
//!
//! A stratum that cannot follow cheaply, and that the question does not need, is dropped with all that rests on it, and derived when it is
//! wanted. So is whatever an interrupt, a limit or a fault leaves half done: the next question is right in any case.

use super::error::EngineError;
use super::evaluate;
use super::net::{Net, Nets};
use super::update::{Before, Update};
use super::{Activity, Context, Database, Evaluator, Limits, Table};
use crate::logic::{RelationId, Rule};
use crate::plan::{Plan, Stratum, Support};
use crate::value::Dictionary;

/// So many changes are followed whatever the size of the model; of more, all is derived anew unless they are at most one in so many facts.
const MAX_CHANGES: usize = 1 << 6;
const FACTS_PER_CHANGE: usize = 16;

/// What has changed since the derived rows were complete.
#[derive(Debug, Default)]
pub(super) struct Pending {
    stated: Nets,
    /// Other facts are in force, and so are other conclusions.
    is_other_day: bool,
}

impl Database {
    /// Notes that a stated row has come into force or is no more.
    pub(super) fn changed(&mut self, relation: RelationId, row: &[u32], is_added: bool) {
        self.watch_stated(relation, row, is_added);
        self.searched.clear();
        if !self.complete.is_empty() {
            self.pending.stated.note(relation, row, is_added);
            self.bound_changes();
        }
    }

    /// Notes that so much is stated otherwise than before that nothing follows one by one.
    pub(super) fn changed_much(&mut self) {
        self.invalidate();
        self.watch = None;
    }

    /// Notes that another day counts.
    pub(super) fn changed_day(&mut self) {
        self.searched.clear();
        self.pending.is_other_day = !self.complete.is_empty();
    }

    /// Whether nothing that has been derived rests on what is stated of a relation.
    pub(crate) fn rests_on_none_of(&self, relation: RelationId) -> bool {
        self.complete.is_empty() || (self.stated(relation).len() == 0 && self.pending.stated.get(relation).is_none())
    }

    /// Forgets what has changed of relations that are no more.
    pub(super) fn forget_changes(&mut self, relations: usize) {
        self.searched.clear();
        self.pending.stated.truncate(relations);
        self.watch = None;
    }

    /// Derives all anew where so much has changed that this takes less time than to follow.
    fn bound_changes(&mut self) {
        let changes = self.pending.stated.len();
        if changes > MAX_CHANGES && changes > self.stated.iter().map(Table::len).sum::<usize>() / FACTS_PER_CHANGE {
            self.invalidate();
        }
    }

    /// Whether what a stratum derives is there.
    pub(crate) fn is_complete(&self, stratum: &Stratum) -> bool {
        stratum.relations.iter().all(|relation| self.complete.get(relation.index()).copied().unwrap_or_default())
    }

    pub(super) fn set_complete(&mut self, stratum: &Stratum, is_complete: bool) {
        stratum.relations.iter().for_each(|relation| self.complete[relation.index()] = is_complete);
    }

    /// Forgets what a stratum derives.
    pub(super) fn drop_stratum(&mut self, stratum: &Stratum) {
        for relation in &stratum.relations {
            self.derived[relation.index()].discard();
            self.closures[relation.index()] = None;
        }
        self.set_complete(stratum, false);
    }

    /// Forgets what these relations hold, whose rules are others now, and all that rests on them: also where no rule concludes them any more.
    pub(crate) fn forget_derived(&mut self, changed: impl IntoIterator<Item = RelationId>, plan: &Plan) {
        self.searched.clear();
        if self.complete.is_empty() {
            return;
        }
        self.complete.resize(self.shapes.len(), false);
        let mut is_changed = vec![false; self.shapes.len()];
        changed.into_iter().for_each(|relation| is_changed[relation.index()] = true);
        for relation in (0..is_changed.len()).filter(|relation| is_changed[*relation]) {
            self.derived[relation].clear();
            self.closures[relation] = None;
            self.complete[relation] = false;
        }
        for stratum in &plan.strata {
            if stratum.relations.iter().chain(&stratum.needs).any(|relation| is_changed[relation.index()]) {
                stratum.relations.iter().for_each(|relation| is_changed[relation.index()] = true);
                self.drop_stratum(stratum);
            }
        }
    }

    /// Lets what has been derived follow what has changed. An error other than an interrupt only drops what it concerns.
    pub(super) fn maintain(
        &mut self,
        (plan, rules): (&Plan, &[Rule]),
        needed: &[usize],
        dictionary: &mut Dictionary,
        context: Context,
    ) -> Result<(), EngineError> {
        let Pending { stated, is_other_day } = std::mem::take(&mut self.pending);
        if stated.is_empty() && !is_other_day {
            return Ok(());
        }
        if context.evaluator == Evaluator::Naive {
            self.invalidate();
            self.complete.resize(self.shapes.len(), false);
            return Ok(());
        }
        let is_derived = plan.derives(self.shapes.len());
        let mut derived = Nets::default();
        // Of these it is not known what has changed.
        let mut is_unknown = vec![false; self.shapes.len()];
        let mut result = Ok(());
        let outer = self.activity();
        for (number, stratum) in plan.strata.iter().enumerate() {
            if !self.is_complete(stratum) {
                continue;
            }
            let drops = result.is_err() || stratum.needs.iter().any(|relation| is_unknown[relation.index()]);
            let followed = if drops {
                Ok(None)
            } else {
                let is_read = plan.strata[number + 1..].iter().any(|other| {
                    let reads = || other.needs.iter().any(|relation| stratum.relations.contains(relation));
                    self.is_complete(other) && reads()
                }) || stratum.relations.iter().any(|relation| self.is_watched(*relation));
                let before = Before { stated: &stated, derived: &derived, is_derived: &is_derived };
                let wanted = Wanted { is_needed: needed.binary_search(&number).is_ok(), is_read, is_other_day };
                self.follow_stratum((stratum, rules), before, wanted, dictionary, context)
            };
            match followed {
                Err(EngineError::Interrupted) => result = Err(EngineError::Interrupted),
                // What went wrong is found out once more if the question needs it.
                Err(_) => drop(self.turn_to(outer)),
                Ok(_) => {}
            }
            if let Ok(Some(nets)) = followed {
                nets.iter().for_each(|(relation, net)| self.watch_derived(relation, net));
                derived.extend(nets);
            } else {
                self.ghosts.clear();
                self.drop_stratum(stratum);
                stratum.relations.iter().for_each(|relation| is_unknown[relation.index()] = true);
            }
        }
        result
    }

    /// Lets one stratum follow; nothing if it is to be dropped.
    fn follow_stratum(
        &mut self,
        (stratum, rules): (&Stratum, &[Rule]),
        before: Before<'_>,
        wanted: Wanted,
        dictionary: &mut Dictionary,
        context: Context,
    ) -> Result<Option<Nets>, EngineError> {
        let others_hold = wanted.is_other_day && stratum.relations.iter().any(|relation| self.may_expire(*relation));
        let relations = stratum.relations.iter().map(|relation| self.derived_len(*relation)).sum::<u64>();
        let allowed = context.limits.max_facts.saturating_sub(relations);
        let closes = |database: &Self| {
            let &[relation] = stratum.relations.as_slice() else { return false };
            stratum.closure.is_some_and(|closure| closure.form.takes_stated() || database.stated(relation).len() == 0)
        };
        let is_closed = stratum.relations.iter().any(|relation| self.closure(*relation).is_some());
        let is_other_sort = closes(self) != is_closed;
        let mut update = Update::new(self, (stratum, rules), dictionary, context, before, allowed);
        if !others_hold && !update.is_concerned() {
            return Ok(Some(Nets::default()));
        }
        let nets = if others_hold || stratum.support == Support::Unsteady || is_other_sort { None } else { update.follow()? };
        let is_anew = nets.is_none();
        let nets = match nets {
            Some(nets) => nets,
            None if wanted.is_needed => update.anew()?,
            None => return Ok(None),
        };
        match stratum.relations.as_slice() {
            &[relation] if closes(self) => {
                let outer = self.turn_to(Activity::Pairs(relation));
                let nets = self.follow_pairs(relation, &nets, is_anew, wanted.is_read);
                self.note_cost(Activity::Pairs(relation), 1, 0);
                self.turn_to(outer);
                Ok(nets)
            }
            _ if is_closed && wanted.is_read => Ok(None),
            _ => Ok(Some(nets)),
        }
    }

    /// Lets a closure follow its direct pairs, and gives what has changed of all pairs, if that is wanted; nothing if that is not known.
    fn follow_pairs(&mut self, relation: RelationId, direct: &Nets, is_anew: bool, is_read: bool) -> Option<Nets> {
        let mut all = Net::default();
        if is_anew {
            return (!is_read).then(Nets::default);
        }
        let closure = self.closures[relation.index()].as_mut()?;
        let mut is_known = true;
        for (row, is_added) in direct.get(relation).into_iter().flat_map(Net::iter) {
            let &[from, to] = row else { return None };
            let mut through = |closure: &super::Closure| {
                if is_read && is_known {
                    match closure.through([from, to]) {
                        Some(pairs) => pairs.iter().for_each(|pair| all.note(pair, is_added)),
                        None => is_known = false,
                    }
                }
            };
            if is_added {
                through(closure);
            }
            closure.change([from, to], is_added, &self.interrupt);
            if !is_added {
                through(closure);
            }
        }
        let mut nets = Nets::default();
        nets.insert(relation, all);
        is_known.then_some(nets)
    }

    /// Finds out anew in which rounds rows are derived, where that has been lost: what there is stays the same.
    pub(crate) fn renew_rounds(&mut self, plan: &Plan, rules: &[Rule], dictionary: &mut Dictionary) -> Result<(), EngineError> {
        let context = Context { limits: Limits { max_facts: u64::MAX }, evaluator: Evaluator::SemiNaive };
        for stratum in &plan.strata {
            let has_lost = |relation: &RelationId| self.derived(*relation).has_lost_rounds();
            if !self.is_complete(stratum) || !stratum.relations.iter().any(has_lost) {
                continue;
            }
            let before = stratum.relations.iter().map(|relation| self.derived[relation.index()].take()).collect::<Vec<_>>();
            if let Err(error) = evaluate::stratum(self, stratum, rules, u64::MAX, dictionary, context) {
                stratum.relations.iter().zip(before).for_each(|(relation, table)| self.derived[relation.index()] = table);
                return Err(error);
            }
        }
        Ok(())
    }
}

/// What is wanted of a stratum.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    /// A question reads it.
    is_needed: bool,
    /// What rests on it is complete.
    is_read: bool,
    is_other_day: bool,
}
