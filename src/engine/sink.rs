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

    pub(super) fn are_too_many(&self) -> bool {
        self.additions.len() as u64 > self.allowed
    }
}

impl Sink for NewRows<'_> {
    #[inline]
    fn row(&mut self, row: &[u32]) -> bool {
        if self.stated.is_none_or(|stated| !stated.contains(row)) {
            self.table.add(&mut self.additions, row);
        }
        !self.are_too_many()
    }

    fn rows(&mut self, row: &mut [u32], column: usize, values: &[u32]) -> bool {
        self.table.add_list(&mut self.additions, row, column, values, self.stated);
        !self.are_too_many()
    }
}
