//! Rows that a better one has replaced, where the least or greatest value is kept: while somebody looks for what rests on them, they count.
//!
//! A recursion may reach a better value by way of a worse one: `A spans B at 4`, from that `A follows B`, and from that
//! `A spans B at 3`. The worse one is a value of the program, too, and the best of all its values is kept; only the proof of the
//! better one cannot do without it.

use std::collections::BTreeMap;

use super::{Database, Table};
use crate::logic::RelationId;
use crate::plan::Stratum;

/// Tables in which every row counts, beside those of the database, for the strata that were looked at.
#[derive(Debug, Default)]
pub(crate) struct Replaced(BTreeMap<RelationId, Option<Table>>);

impl Database {
    /// Lets rows of a stratum count that were replaced; called once more, lets them count no more.
    pub(crate) fn swap_replaced(&mut self, stratum: &Stratum, replaced: &mut Replaced) {
        for &relation in &stratum.relations {
            let table = &mut self.derived[relation.index()];
            if let Some(other) = replaced.0.entry(relation).or_insert_with(|| table.with_replaced()) {
                std::mem::swap(table, other);
            }
        }
    }

    /// The value that is kept in place of a row's own, if a better one is.
    pub(crate) fn better(&self, relation: RelationId, row: &[u32]) -> Option<u32> {
        let (_, column) = self.shapes[relation.index()].keeping?;
        let table = self.derived(relation);
        let kept = table.row(table.rival(row)?)[column];
        (kept != row[column]).then_some(kept)
    }
}
