//! Which stated rows came and went, so that they can be taken back.

use super::rows::PATIENCE;
use super::{Database, Interrupt, in_force};
use crate::discard::{self, discard};
use crate::logic::RelationId;
use crate::value::Dictionary;

/// Rows that were stated or taken back, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowChanges {
    /// For each a relation and whether its row came, then the row: flat, since an import may state millions.
    entries: Vec<Entry>,
    rows: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    relation: RelationId,
    is_added: bool,
}

impl RowChanges {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How much has been noted.
    pub(super) fn noted(&self) -> (usize, usize) {
        (self.entries.len(), self.rows.len())
    }

    /// Forgets what was noted since.
    pub(super) fn restore(&mut self, (entries, rows): (usize, usize)) {
        if self.rows.len() - rows > discard::MANY {
            let kept = Self { entries: self.entries[..entries].to_vec(), rows: self.rows[..rows].to_vec() };
            return discard(std::mem::replace(self, kept));
        }
        self.entries.truncate(entries);
        self.rows.truncate(rows);
    }

    /// Notes that rows came, or after an interrupt none of them; tells whether it has.
    pub(super) fn note_all<'r>(&mut self, relation: RelationId, rows: impl Iterator<Item = &'r [u32]>, interrupt: &Interrupt) -> bool {
        let noted = self.noted();
        for (number, row) in rows.enumerate() {
            if number.is_multiple_of(PATIENCE) && interrupt.is_raised() {
                self.restore(noted);
                return false;
            }
            self.note(relation, true, row);
        }
        true
    }

    pub(super) fn note(&mut self, relation: RelationId, is_added: bool, row: &[u32]) {
        self.entries.push(Entry { relation, is_added });
        self.rows.extend_from_slice(row);
    }
}

impl Database {
    /// Notes each stated row that comes or goes from here on.
    pub(crate) fn note_changes(&mut self) {
        self.changes = Some(RowChanges::default());
    }

    /// Notes what comes and goes from here on apart from what was noted before, which is given back to be [resumed](Self::resume_changes).
    pub(crate) fn pause_changes(&mut self) -> Option<RowChanges> {
        self.changes.replace(RowChanges::default())
    }

    /// Goes on noting where [`Self::pause_changes`] left off.
    pub(crate) fn resume_changes(&mut self, noted: Option<RowChanges>) {
        self.changes = noted;
    }

    /// What has come and gone since [`Self::note_changes`]; from here on nothing is noted.
    pub(crate) fn noted_changes(&mut self) -> RowChanges {
        self.changes.take().unwrap_or_default()
    }

    /// Takes changes back, the latest first.
    pub(crate) fn undo(&mut self, changes: &RowChanges, dictionary: &Dictionary) {
        let mut end = changes.rows.len();
        for Entry { relation, is_added } in changes.entries.iter().rev() {
            let shape = self.shapes[relation.index()];
            let row = &changes.rows[end - shape.width..end];
            end -= shape.width;
            let is_in_force = in_force(shape, row, self.day, dictionary);
            let tables = if is_in_force { &mut self.stated } else { &mut self.dormant };
            let table = &mut tables[relation.index()];
            let is_changed = if *is_added { table.remove(row) } else { table.insert(row) };
            if is_changed && is_in_force {
                self.changed(*relation, row, !is_added);
            }
        }
    }

    /// Leaves room for so many relations alone; the rows of the others must have been taken back.
    pub(crate) fn shrink(&mut self, len: usize) {
        self.complete.truncate(len);
        self.forget_changes(len);
        self.shapes.truncate(len);
        self.stated.truncate(len);
        self.dormant.truncate(len);
        self.derived.truncate(len);
        self.closures.truncate(len);
    }
}
