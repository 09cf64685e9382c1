//! What has changed since somebody last looked, and whether conditions hold in a case in which they did not hold then: so that what must
//! never hold is looked for in proportion to what has changed.

use super::net::{Net, Nets};
use super::update::{Before, Update};
use super::{Activity, Context, Database};
use crate::logic::{RelationId, Rule};
use crate::plan::{Plan, Stratum};
use crate::value::Dictionary;

/// More changes than these are not noted: then everything is looked at.
const MAX_NOTED: usize = 1 << 12;

/// What has changed since somebody last looked.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// The relations that are looked at.
    reads: Vec<bool>,
    stated: Nets,
    derived: Nets,
    /// Of these it is not known what has changed.
    unknown: Vec<bool>,
}

impl Watch {
    /// Whether it is not known what has changed of a relation.
    pub(crate) fn is_unknown(&self, relation: RelationId) -> bool {
        self.unknown.get(relation.index()).copied().unwrap_or_default()
    }
}

impl Database {
    /// Notes what changes of these relations from here on.
    pub(crate) fn watch(&mut self, relations: impl IntoIterator<Item = RelationId>) {
        let mut watch = Watch { reads: vec![false; self.shapes.len()], ..Watch::default() };
        relations.into_iter().for_each(|relation| watch.reads[relation.index()] = true);
        self.watch = Some(watch);
    }

    /// What has changed since [`Self::watch`], if that was noted; from here on nothing is.
    pub(crate) fn watched(&mut self) -> Option<Watch> {
        self.watch.take()
    }

    /// Whether somebody wants to know what changes of a relation.
    pub(super) fn is_watched(&self, relation: RelationId) -> bool {
        self.watch.as_ref().is_some_and(|watch| watch.reads.get(relation.index()).copied().unwrap_or_default())
    }

    pub(super) fn watch_stated(&mut self, relation: RelationId, row: &[u32], is_added: bool) {
        if self.is_watched(relation)
            && let Some(watch) = &mut self.watch
        {
            watch.stated.note(relation, row, is_added);
            if watch.stated.of(relation) > MAX_NOTED {
                self.watch = None;
            }
        }
    }

    pub(super) fn watch_derived(&mut self, relation: RelationId, net: &Net) {
        if self.is_watched(relation)
            && let Some(watch) = &mut self.watch
        {
            net.iter().for_each(|(row, is_added)| watch.derived.note(relation, row, is_added));
            if watch.derived.of(relation) > MAX_NOTED {
                self.watch = None;
            }
        }
    }

    /// Notes that a stratum may hold anything now.
    pub(super) fn watch_nothing_of(&mut self, stratum: &Stratum) {
        if let Some(watch) = &mut self.watch {
            for relation in &stratum.relations {
                if watch.unknown.len() <= relation.index() {
                    watch.unknown.resize(relation.index() + 1, false);
                }
                watch.unknown[relation.index()] = true;
            }
        }
    }

    /// Whether conditions hold in a case in which they may not have held before what has changed. What they read must have been derived.
    pub(crate) fn holds_in_new_case(
        &mut self,
        conditions: (&Stratum, &[Rule]),
        watch: &Watch,
        plan: &Plan,
        dictionary: &mut Dictionary,
        context: Context,
    ) -> bool {
        let before = Before { stated: &watch.stated, derived: &watch.derived, is_derived: &plan.derives(self.shapes.len()) };
        let costs = self.costs();
        let found = Update::new(self, conditions, dictionary, context, before, u64::MAX).concludes_more();
        // Conditions have numbers of their own.
        self.take_costs_back(costs, |activity| if let Activity::Rule(_) = activity { Activity::Check } else { activity });
        self.ghosts.clear();
        // What cannot be computed, or has been interrupted, is told when everything is looked at.
        found.unwrap_or(true)
    }
}
