//! What has changed in the end: rows that came and rows that went, those that did both left out.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::Table;
use crate::logic::RelationId;

/// The rows of one relation that came (true) or went (false).
#[derive(Clone, Debug, Default)]
pub(super) struct Net {
    rows: IndexMap<Box<[u32]>, bool, FxBuildHasher>,
}

impl Net {
    /// Notes a row that came or went.
    pub(super) fn note(&mut self, row: &[u32], is_added: bool) {
        if self.rows.get(row).is_some_and(|known| *known != is_added) {
            self.rows.swap_remove(row);
        } else {
            self.rows.insert(row.into(), is_added);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a row came or went, if it did.
    pub(super) fn get(&self, row: &[u32]) -> Option<bool> {
        self.rows.get(row).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u32], bool)> {
        self.rows.iter().map(|(row, is_added)| (&**row, *is_added))
    }

    /// Adds the rows that went to a table.
    pub(super) fn gone(&self, table: &mut Table) {
        self.iter().filter(|(_, is_added)| !is_added).for_each(|(row, _)| {
            table.insert(row);
        });
    }
}

/// What has changed of each relation.
#[derive(Clone, Debug, Default)]
pub(super) struct Nets(BTreeMap<RelationId, Net>);

impl Nets {
    pub(super) fn note(&mut self, relation: RelationId, row: &[u32], is_added: bool) {
        self.0.entry(relation).or_default().note(row, is_added);
    }

    pub(super) fn insert(&mut self, relation: RelationId, net: Net) {
        self.0.insert(relation, net);
    }

    /// How many rows of a relation have changed.
    pub(super) fn of(&self, relation: RelationId) -> usize {
        self.0.get(&relation).map_or(0, Net::len)
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(super) fn get(&self, relation: RelationId) -> Option<&Net> {
        self.0.get(&relation).filter(|net| !net.is_empty())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (RelationId, &Net)> {
        self.0.iter().map(|(relation, net)| (*relation, net))
    }

    /// Forgets all but so many relations.
    pub(super) fn truncate(&mut self, relations: usize) {
        self.0.retain(|relation, _| relation.index() < relations);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.values().all(Net::is_empty)
    }

    /// How many rows have changed.
    pub(super) fn len(&self) -> usize {
        self.0.values().map(Net::len).sum()
    }
}
