//! The rows of one list, found by the value of one of their columns: a bit tells at once for nearly every value that it is not there.
//! Worth it where many values are looked for in the same list.

use crate::value::ValueId;

#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Whose list this is.
    key: Option<u32>,
    width: usize,
    /// The column by which rows are found.
    column: usize,
    /// The rows of the list, one after the other.
    rows: Vec<u32>,
    /// A bit for each value that is there.
    bits: Vec<u64>,
    /// The first row with each value that is there; of others whatever it was.
    first: Vec<u32>,
    /// The next row with the same value, counted from 1.
    next: Vec<u32>,
}

impl Marks {
    /// For lists of so many columns, whose rows are found by one of them.
    pub(super) fn new(width: usize, column: usize) -> Self {
        Self { width, column, ..Self::default() }
    }

    /// Takes a list in, unless it is the one that is there.
    pub(super) fn mark<'l, L: Iterator<Item = &'l [u32]>>(&mut self, key: u32, list: impl FnOnce() -> L) {
        if self.key.replace(key) == Some(key) {
            return;
        }
        for value in self.rows.iter().skip(self.column).step_by(self.width) {
            self.bits[*value as usize / 64] = 0;
        }
        self.rows.clear();
        list().for_each(|piece| self.rows.extend_from_slice(piece));
        let count = self.rows.len() / self.width;
        self.next.clear();
        self.next.resize(count, 0);
        for number in (0..count).rev() {
            let value = self.rows[number * self.width + self.column] as usize;
            if value / 64 >= self.bits.len() {
                let words = (value / 64 + 1).max(self.bits.len() * 2);
                self.bits.resize(words, 0);
                self.first.resize(words * 64, 0);
            }
            let (word, bit) = (&mut self.bits[value / 64], 1 << (value % 64));
            if *word & bit != 0 {
                self.next[number] = self.first[value];
            }
            *word |= bit;
            self.first[value] = u32::try_from(number + 1).unwrap_or(u32::MAX);
        }
    }

    /// Whether there is a row with a value.
    #[inline]
    pub(super) fn has(&self, value: u32) -> bool {
        self.bits.get(value as usize / 64).is_some_and(|word| word >> (value % 64) & 1 == 1) && value != ValueId::ABSENT.0
    }

    /// The number of the first row with a value.
    #[inline]
    pub(super) fn first(&self, value: u32) -> Option<usize> {
        self.has(value).then(|| self.first[value as usize] as usize - 1)
    }

    /// The number of the next row with the same value.
    pub(super) fn next(&self, number: usize) -> Option<usize> {
        (self.next[number] as usize).checked_sub(1)
    }

    pub(super) fn row(&self, number: usize) -> &[u32] {
        &self.rows[number * self.width..(number + 1) * self.width]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_of_the_list_is_found_and_no_other() {
        let mut marks = Marks::new(2, 1);
        let lists = [vec![7, 1, 8, 900, 9, 1, 5, 0], vec![3, 64], vec![]];
        for (key, list) in lists.iter().enumerate().chain(lists.iter().enumerate()) {
            marks.mark(u32::try_from(key).unwrap(), || list.chunks(4));
            for value in 0..1_000 {
                let mut found = Vec::new();
                let mut next = marks.first(value);
                while let Some(number) = next {
                    found.push(marks.row(number)[0]);
                    next = marks.next(number);
                }
                let expected = list.chunks(2).filter(|row| row[1] == value && value > 0).map(|row| row[0]).collect::<Vec<_>>();
                assert_eq!(found, expected);
            }
        }
    }
}
