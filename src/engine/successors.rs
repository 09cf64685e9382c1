//! What stands beside each value of one column, packed as tightly as can be: for lists that are read far more often than they have rows.
//!
//! Made of lists ([`super::adjacency`]) for one round; what is added to those later it does not know.

use super::adjacency::Adjacency;
use crate::value::ValueId;

/// Values far greater than the number of rows would need too many places.
const PLACES_PER_ROW: usize = 32;

#[derive(Debug)]
pub(super) struct Successors {
    /// Where the values begin that stand beside each one; one more at the end.
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Successors {
    /// Of lists with one value in each row, by one column. What a row leaves out is left out here. Nothing if it is not worth it: lists are
    /// read less often than `reads` times.
    pub(super) fn of(lists: &[&Adjacency], reads: usize) -> Option<Self> {
        let rows: usize = lists.iter().map(|list| list.taken()).sum();
        if rows > reads {
            return None;
        }
        let last = lists.iter().flat_map(|list| list.keys()).filter(|key| *key != ValueId::ABSENT.0).max();
        let places = last.map_or(0, |last| last as usize + 1);
        if places > rows.saturating_mul(PLACES_PER_ROW) {
            return None;
        }
        let mut successors = Self { starts: Vec::with_capacity(places + 1), values: Vec::with_capacity(rows) };
        for key in (0..).take(places) {
            successors.begin();
            let pieces = lists.iter().flat_map(|list| list.list([key, 0]));
            successors.values.extend(pieces.flatten().filter(|value| **value != ValueId::ABSENT.0));
        }
        successors.begin();
        Some(successors)
    }

    fn begin(&mut self) {
        self.starts.push(u32::try_from(self.values.len()).expect("the limit on facts is below 2^32"));
    }

    /// What stands beside a value.
    #[inline]
    pub(super) fn of_value(&self, value: u32) -> &[u32] {
        match self.starts.get(value as usize..) {
            Some([start, end, ..]) => &self.values[*start as usize..*end as usize],
            _ => &[],
        }
    }
}
