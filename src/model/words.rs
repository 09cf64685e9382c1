//! The words of a model as somebody who types needs them: what is declared, which names are known, and which were seen in a slot.
//!
//! Looks at stated facts only, and at a bounded number of them, the latest and the earliest: nothing is derived while somebody types.

use std::cell::Cell;

use super::Model;
use crate::logic::RelationId;
use crate::value::{Value, ValueId};
use crate::vocabulary::{KindId, SlotKind, Vocabulary};

/// How many rows and names may still be looked at.
#[derive(Debug)]
pub(crate) struct Budget(Cell<usize>);

impl Budget {
    pub(crate) fn new(most: usize) -> Self {
        Self(Cell::new(most))
    }

    /// Numbers below `end`, as many as may still be looked at: first the highest, which were just added, from the top down; then the lowest.
    fn numbers(&self, end: usize) -> impl Iterator<Item = usize> + use<> {
        let count = end.min(self.0.get());
        self.0.set(self.0.get() - count);
        let latest = count.div_ceil(2);
        (end - latest..end).rev().chain(0..count - latest)
    }
}

impl Model {
    /// What is declared.
    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The number of a name that a fact or rule mentions.
    pub(crate) fn known_name(&self, name: &str) -> Option<ValueId> {
        self.dictionary.find(&Value::name(name)).filter(|id| self.is_mentioned(*id))
    }

    /// The names that facts and rules mention, the latest first.
    pub(crate) fn known_names(&self, budget: &Budget) -> impl Iterator<Item = &str> {
        let ids = budget.numbers(self.dictionary.len()).filter_map(|number| u32::try_from(number + 1).ok());
        ids.map(ValueId).filter(|id| self.is_mentioned(*id)).filter_map(|id| self.dictionary.value(id)?.as_name())
    }

    /// The different names in a slot of the stated facts, the latest first.
    pub(crate) fn names_in_slot(&self, relation: RelationId, slot: usize, budget: &Budget) -> impl Iterator<Item = &str> {
        let mut is_seen = vec![false; self.dictionary.len() + 1];
        let is_new = move |id: &ValueId| !std::mem::replace(&mut is_seen[id.0 as usize], true);
        self.column(relation, slot, budget).filter(is_new).filter_map(|id| self.dictionary.value(id)?.as_name())
    }

    fn column(&self, relation: RelationId, slot: usize, budget: &Budget) -> impl Iterator<Item = ValueId> {
        let table = self.database.stated(relation);
        let rows = budget.numbers(table.len()).filter(|row| table.counts(*row));
        rows.map(move |row| ValueId(table.row(row)[slot]))
    }

    /// The slots that things of this kind fill, the kind itself (`… is an organization`) among them.
    pub(crate) fn slots_of_kind(&self, kind: KindId) -> impl Iterator<Item = (RelationId, usize)> {
        let fits = move |slot: SlotKind| matches!(slot, SlotKind::Kind(own) if self.vocabulary.is_within(own, kind));
        let is_kind = move |relation: RelationId| {
            let mut kinds = self.vocabulary.kinds().filter(|own| self.vocabulary.is_within(*own, kind));
            kinds.any(|own| self.vocabulary.kind_relation(own) == relation)
        };
        self.vocabulary.relations().flat_map(move |(id, relation)| {
            let slots = relation.slots.iter().enumerate();
            slots.filter(move |(_, slot)| fits(slot.kind) || is_kind(id)).map(move |(number, _)| (id, number))
        })
    }

    /// The kinds of the slots in which a name was seen.
    pub(crate) fn kinds_seen(&self, name: ValueId, budget: &Budget) -> Vec<KindId> {
        let mut kinds = Vec::new();
        for (id, relation) in self.vocabulary.relations() {
            for (number, slot) in relation.slots.iter().enumerate() {
                let SlotKind::Kind(kind) = slot.kind else { continue };
                if !kinds.contains(&kind) && self.column(id, number, budget).any(|value| value == name) {
                    kinds.push(kind);
                }
            }
        }
        kinds
    }
}
