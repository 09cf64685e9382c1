//! Rows are added to a table while those that were there before are read, and taken over together at the end. Knows nothing of who reads
//! them.

use super::{Rows, Table};
use crate::discard::{self, discard};
use crate::engine::Interrupt;
use crate::engine::matrix::{Line, Sparse};
use crate::engine::rows::PATIENCE;

/// Rows that are added to a table while it is read.
#[derive(Debug)]
pub(crate) struct Additions {
    rows: Rows,
    data: Vec<u32>,
    len: usize,
    /// They are known to be so.
    are_different: bool,
    /// Once it is raised, nobody wants them any more.
    interrupt: Interrupt,
}

impl Additions {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Where it is known of rows that differ in one column only whether they are there, or have been added, if there is such a place.
    pub(in crate::engine) fn line(&self, row: &[u32], column: usize) -> Option<Line<'_>> {
        match &self.rows {
            Rows::Dense(matrix) if matrix.column() == column => Some(matrix.of(row)),
            Rows::Dense(_) | Rows::Hashed(_) | Rows::Unlisted(_) => None,
        }
    }
}

impl Table {
    /// Begins to add rows while those that are there are read. Until [`Self::complete`], no row is found by its values.
    pub(crate) fn begin(&mut self, interrupt: &Interrupt) -> Additions {
        Additions { rows: std::mem::take(&mut self.rows), data: Vec::new(), len: 0, are_different: false, interrupt: interrupt.clone() }
    }

    /// The same for rows of which it is known that no two are the same; the table is empty. Nothing is noted of them until one is looked for.
    pub(in crate::engine) fn begin_different(&mut self, interrupt: &Interrupt) -> Additions {
        Additions { are_different: true, ..self.begin(interrupt) }
    }

    /// Adds a row; tells whether it is new.
    pub(crate) fn add(&self, additions: &mut Additions, row: &[u32]) -> bool {
        let Additions { rows, data, len, are_different, interrupt } = additions;
        if *are_different {
            data.extend_from_slice(row);
            *len += 1;
            return true;
        }
        let at = |number: usize| self.row_with(data, number);
        let number = self.len + *len;
        let is_wanted = || !interrupt.is_raised();
        let is_new =
            if self.is_numbered { rows.insert_hashed(row, number, at) } else { rows.insert(row, number, self.varying, at, is_wanted) };
        if is_new {
            data.extend_from_slice(row);
            *len += 1;
        }
        is_new
    }

    /// Whether a row is there, or among the additions.
    pub(in crate::engine) fn has(&self, additions: &Additions, row: &[u32]) -> bool {
        additions.rows.contains(row, |number| self.row_with(&additions.data, number))
    }

    /// A row by its number, be it one of those that are added.
    #[inline]
    fn row_with<'r>(&'r self, added: &'r [u32], number: usize) -> &'r [u32] {
        let Some(number) = number.checked_sub(self.len) else { return self.row(number) };
        &added[number * self.width..][..self.width]
    }

    /// Says in which column rows differ that are added by [`Self::add_list`].
    pub(in crate::engine) fn expect_lists(&mut self, column: usize) {
        if self.len == 0 {
            self.varying = column;
        }
    }

    /// Adds rows that differ in one column only, and are not in `stated`.
    pub(in crate::engine) fn add_list(
        &self,
        additions: &mut Additions,
        row: &mut [u32],
        column: usize,
        values: &[u32],
        stated: Option<&Self>,
    ) {
        let mut left = values;
        if let (None, Rows::Dense(matrix)) = (stated, &mut additions.rows)
            && matrix.column() == column
            && let Ok(line) = matrix.line(row, self.len + additions.len)
        {
            while let Some((&value, rest)) = left.split_first() {
                match matrix.set(line, value, self.len + additions.len, || !additions.interrupt.is_raised()) {
                    Ok(true) => {
                        row[column] = value;
                        extend(&mut additions.data, row);
                        additions.len += 1;
                    }
                    Ok(false) => {}
                    Err(Sparse) => break,
                }
                left = rest;
            }
        }
        for &value in left {
            row[column] = value;
            if stated.is_none_or(|stated| !stated.contains(row)) {
                self.add(additions, row);
            }
        }
    }

    /// Takes the added rows over. After an interrupt the table is empty, and whoever has begun has to see to it that nobody takes it for
    /// complete.
    pub(crate) fn complete(&mut self, additions: Additions) {
        let Additions { rows, data, len, are_different, interrupt } = additions;
        self.rows = if are_different { Rows::unlisted(len, &interrupt) } else { rows };
        if self.data.is_empty() {
            self.data = data;
        } else {
            self.data.reserve(data.len());
            for piece in data.chunks(PATIENCE) {
                if interrupt.is_raised() {
                    break;
                }
                self.data.extend_from_slice(piece);
            }
            if data.len() > discard::MANY {
                discard(data);
            }
        }
        self.len += len;
        if interrupt.is_raised() {
            self.len = self.data.len() / self.width.max(1);
            self.discard();
        }
    }
}

/// Adds a short row; its length is known when this is compiled, where it is usual.
#[inline]
fn extend(data: &mut Vec<u32>, row: &[u32]) {
    match *row {
        [one, other] => data.extend_from_slice(&[one, other]),
        [one, other, third] => data.extend_from_slice(&[one, other, third]),
        _ => data.extend_from_slice(row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is added is copied in pieces, and an interrupt is heard between them.
    #[test]
    fn an_interrupt_ends_the_adding_of_many_rows() {
        let interrupt = Interrupt::default();
        let mut table = Table::new(2);
        table.insert(&[0, 0]);
        let mut additions = table.begin(&interrupt);
        let count = u32::try_from(4 * PATIENCE).unwrap();
        (1..=count).for_each(|row| assert!(table.add(&mut additions, &[row, row])));
        interrupt.raise_after(2);
        table.complete(additions);
        assert_eq!((table.len(), table.iter().count(), table.contains(&[0, 0])), (0, 0, false));
        interrupt.clear();
        assert!(table.insert(&[1, 1]) && table.contains(&[1, 1]));
    }
}
