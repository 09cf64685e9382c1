//! Rows are taken out of a table: one by one, for which the last row comes in each time, so that the order of rows is lost; or many at
//! once, for which what stays is copied. Knows nothing of what the rows say.

use super::{Keeping, Rows, Table, hash_without};
use crate::discard::discard;
use crate::engine::Interrupt;
use crate::engine::rows::{PATIENCE, row_number};

/// So many rows are taken into indexes or out of them one by one; for more of them they are made anew.
const FEW_ROWS: usize = 1 << 10;

/// Freeing more rows than these takes milliseconds.
const MANY_ROWS: usize = 1 << 18;

/// So many rows are taken out one by one of a table that has this many times as many.
const SMALL_SHARE: usize = 64;

impl Table {
    /// Takes a row out, if it is there; tells whether it was. The last row takes its place, so the order of rows is lost, and with it what
    /// came in which round.
    pub(crate) fn remove(&mut self, row: &[u32]) -> bool {
        let Self { rows, data, width, .. } = self;
        rows.list(&|number: usize| &data[number * *width..][..*width]);
        if !self.contains(row) {
            return false;
        }
        self.number(&Interrupt::default());
        let Some(number) = self.find(&row.iter().copied()) else { return false };
        self.take_out(number);
        self.has_lost_rounds |= self.rounds.len() > 1;
        self.rounds.truncate(1);
        true
    }

    /// Whether so many rows are better taken out one by one than by copying those that stay.
    pub(in crate::engine) fn are_few(&self, rows: usize) -> bool {
        rows <= FEW_ROWS.max(self.len / SMALL_SHARE)
    }

    /// A table of the rows that stay when these leave, in their order, and of rows of another one that come, which it does not have; nothing
    /// after an interrupt.
    pub(in crate::engine) fn exchanged(
        &self,
        leaving: &[usize],
        (other, coming): (&Self, &[usize]),
        interrupt: &Interrupt,
    ) -> Option<Self> {
        let mut leaves = vec![false; self.len];
        leaving.iter().for_each(|number| leaves[*number] = true);
        let len = self.len - leaving.len() + coming.len();
        let mut data = Vec::with_capacity(len * self.width);
        let staying = (0..self.len).filter(|number| !leaves[*number]).map(|number| self.row(number));
        for (count, row) in staying.chain(coming.iter().map(|number| other.row(*number))).enumerate() {
            if count.is_multiple_of(PATIENCE) && interrupt.is_raised() {
                return None;
            }
            data.extend_from_slice(row);
        }
        Some(Self { data, len, rows: Rows::unlisted(len, interrupt), is_numbered: self.is_numbered, ..Self::new(self.width) })
    }

    /// Takes the rows out that a better one has replaced, so that [`Self::remove`] may be used where the best rows are kept. After an
    /// interrupt the table is as it was.
    pub(in crate::engine) fn leave_best(&mut self, interrupt: &Interrupt) {
        let Some(keeping) = self.keeping.as_ref().filter(|keeping| !keeping.replaced.is_empty()) else { return };
        let mut best = Self { rounds: self.rounds.iter().take(1).copied().collect(), ..Self::keeping(self.width, keeping.column) };
        best.has_lost_rounds = self.has_lost_rounds || self.rounds.len() > 1;
        interrupt.until(self.iter()).for_each(|row| best.keep(row));
        if !interrupt.is_raised() {
            *self = best;
        }
    }

    /// Takes the row of a number out, for which the last one comes.
    fn take_out(&mut self, number: usize) {
        let last = self.len - 1;
        self.unlist(number);
        self.unlink(number);
        self.set_best(number, None);
        if number != last {
            self.unlink(last);
            self.set_best(last, Some(number));
            let (start, end) = (number * self.width, last * self.width);
            self.data.copy_within(end..end + self.width, start);
            let Self { width, data, rows, .. } = self;
            let at = |number: usize| &data[number * *width..][..*width];
            rows.put(at(number), number, at);
        }
        self.data.truncate(last * self.width);
        self.len = last;
    }

    /// Takes a row out of all indexes and lists.
    fn unlist(&mut self, number: usize) {
        let Self { width, data, len, indexes, lists, members, .. } = self;
        // What has been left behind far is made anew when it is wanted.
        let is_close = |taken: usize| *len - taken <= FEW_ROWS;
        let never = Interrupt::default();
        indexes.retain_mut(|index| {
            let is_close = is_close(index.taken());
            if is_close {
                index.complete(data, *width, *len, &never);
                index.remove(number, data, *width);
            }
            is_close
        });
        lists.retain_mut(|list| {
            let is_close = is_close(list.taken());
            if is_close {
                list.complete(data, *width, *len, &never);
                list.remove(&data[number * *width..][..*width]);
            }
            is_close
        });
        *members = None;
    }

    /// Gives a row that counts another number, or takes it out of those that do.
    fn set_best(&mut self, number: usize, new: Option<usize>) {
        let Self { keeping: Some(Keeping { column, best, .. }), data, width, .. } = self else { return };
        let row = &data[number * *width..][..*width];
        if let Some(mut entry) = best.find_entry(hash_without(row, *column), |other| *other as usize == number) {
            match new {
                Some(new) => *entry.get_mut() = row_number(new),
                None => drop(entry.remove()),
            }
        }
    }

    pub(super) fn unlink(&mut self, number: usize) {
        let Self { width, data, rows, .. } = self;
        let at = |number: usize| &data[number * *width..][..*width];
        rows.remove(at(number), number, at);
    }

    pub(crate) fn clear(&mut self) {
        self.take();
    }

    /// The same without waiting until the memory of many rows is free.
    pub(in crate::engine) fn discard(&mut self) {
        let rows = self.take();
        if rows.len > MANY_ROWS {
            discard(rows);
        }
    }

    /// What is there; the table is empty then.
    pub(in crate::engine) fn take(&mut self) -> Self {
        let empty = match &self.keeping {
            Some(keeping) => Self::keeping(self.width, keeping.column),
            None => Self::new(self.width),
        };
        std::mem::replace(self, empty)
    }

    /// Takes out all that came after the first round.
    pub(crate) fn keep_first_round(&mut self) {
        let Some(&start) = self.rounds.get(1) else { return };
        self.truncate(start, &Interrupt::default());
        self.rounds.truncate(1);
    }

    /// Takes out all rows but the first ones, at once: of many it is found out again which are there when that is asked, unless an interrupt
    /// has come by then.
    pub(crate) fn truncate(&mut self, len: usize, interrupt: &Interrupt) {
        if self.len.saturating_sub(len) <= FEW_ROWS {
            return (len..self.len).rev().for_each(|number| self.take_out(number));
        }
        let rows = std::mem::replace(&mut self.rows, Rows::unlisted(len, interrupt));
        let others = (rows, std::mem::take(&mut self.indexes), std::mem::take(&mut self.lists), self.members.take());
        if self.len > MANY_ROWS {
            discard(others);
        }
        self.data.truncate(len * self.width);
        self.len = len;
    }
}
