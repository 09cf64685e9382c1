//! What takes in the results of loops: new rows are added to a table, which may be read at the same time, up to a limit.

use super::Table;
use super::loops::Sink;
use super::table::Additions;

/// Adds the rows that are neither stated nor there.
#[derive(Debug)]
pub(super) struct NewRows<'a> {
    stated: Option<&'a Table>,
    table: &'a Table,
    pub(super) additions: Additions,
    allowed: u64,
}

impl<'a> NewRows<'a> {
    /// `additions` have begun in this table. More than `allowed` are too many.
    pub(super) fn new(stated: &'a Table, table: &'a Table, additions: Additions, allowed: u64) -> Self {
        Self { stated: (stated.len() > 0).then_some(stated), table, additions, allowed }
    }

    pub(super) fn width(&self) -> usize {
        self.table.width().max(1)
    }

    /// Whether a row is stated or there.
    #[inline]
    pub(super) fn knows(&self, row: &[u32]) -> bool {
        self.stated.is_some_and(|stated| stated.contains(row)) || self.table.has(&self.additions, row)
    }

    /// Copies those rows that it does not know, of as many as there are values, which stand in one column.
    pub(super) fn gather(&self, row: &mut [u32], column: usize, values: &[u32], unknown: &mut Vec<u32>) {
        let line = if self.stated.is_none() { self.additions.line(row, column) } else { None };
        for &value in values {
            row[column] = value;
            let is_known = line.as_ref().map_or_else(|| self.knows(row), |line| line.has(value));
            if !is_known {
                unknown.extend_from_slice(row);
            }
        }
    }

    /// Adds rows that stand one after the other; gives whether there may be more.
    pub(super) fn add_all(&mut self, rows: &[u32]) -> bool {
        rows.chunks_exact(self.width()).all(|row| {
            self.row(row);
            self.takes_more()
        })
    }
}

impl Sink for NewRows<'_> {
    #[inline]
    fn row(&mut self, row: &[u32]) {
        if self.stated.is_none_or(|stated| !stated.contains(row)) {
            self.table.add(&mut self.additions, row);
        }
    }

    fn rows(&mut self, row: &mut [u32], column: usize, values: &[u32]) {
        self.table.add_list(&mut self.additions, row, column, values, self.stated);
    }

    #[inline]
    fn takes_more(&self) -> bool {
        self.additions.len() as u64 <= self.allowed
    }
}
