//! The rows of one relation, in the order in which they came, with the indexes that plans ask for.

use std::hash::{BuildHasher, Hasher};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Different rows of equal width.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    width: usize,
    /// The rows one after the other.
    data: Vec<u32>,
    len: usize,
    /// Every row, by its hash.
    rows: HashTable<u32>,
    indexes: Vec<Index>,
    /// The length of the table at the start of each round that filled it.
    rounds: Vec<usize>,
    /// Where one row is kept of all that differ in one column only.
    keeping: Option<Keeping>,
}

/// The rows that count, of those that agree on all other columns.
#[derive(Clone, Debug)]
struct Keeping {
    column: usize,
    best: HashTable<u32>,
    /// The rows that a better one has replaced; they stay where they are, so that the numbers of the others stay.
    replaced: Vec<bool>,
}

/// The rows that agree on some columns, as chains from the earliest to the latest.
#[derive(Clone, Debug)]
struct Index {
    columns: Box<[usize]>,
    /// The first and the last row of each chain.
    ends: HashTable<(u32, u32)>,
    /// For each row the next one in its chain; itself if there is none.
    next: Vec<u32>,
}

fn hash(values: impl Iterator<Item = u32>) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    values.for_each(|value| hasher.write_u32(value));
    hasher.finish()
}

fn hash_without(row: &[u32], column: usize) -> u64 {
    hash(row.iter().enumerate().filter(|(own, _)| *own != column).map(|(_, value)| *value))
}

fn agree_without(one: &[u32], other: &[u32], column: usize) -> bool {
    one.iter().zip(other).enumerate().all(|(own, (one, other))| own == column || one == other)
}

impl Table {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, data: Vec::new(), len: 0, rows: HashTable::new(), indexes: Vec::new(), rounds: Vec::new(), keeping: None }
    }

    /// The different ones of these rows, which stand one after the other.
    pub(crate) fn of(width: usize, data: Vec<u32>) -> Self {
        let count = data.len() / width;
        let mut table = Self { data, rows: HashTable::with_capacity(count), ..Self::new(width) };
        let Self { data, rows, len, .. } = &mut table;
        for number in 0..count {
            // What has been kept stands before what has not been looked at.
            let (kept, row) = data.split_at(number * width);
            let row = &row[..width];
            let at = |number: u32| &kept[number as usize * width..(number as usize + 1) * width];
            let entry = rows.entry(hash(row.iter().copied()), |&other| at(other) == row, |&other| hash(at(other).iter().copied()));
            if let hashbrown::hash_table::Entry::Vacant(entry) = entry {
                entry.insert(u32::try_from(*len).expect("the limit on facts is below 2^32"));
                data.copy_within(number * width..(number + 1) * width, *len * width);
                *len += 1;
            }
        }
        data.truncate(*len * width);
        table
    }

    /// Adds rows that the table is known not to have.
    pub(crate) fn append(&mut self, new: &Self) {
        let Self { width, data, rows, len, .. } = self;
        data.extend_from_slice(&new.data);
        rows.reserve(new.len, |&number| hash(data[number as usize * *width..][..*width].iter().copied()));
        for number in *len..*len + new.len {
            let at = |number: usize| data[number * *width..][..*width].iter().copied();
            let short = u32::try_from(number).expect("the limit on facts is below 2^32");
            rows.insert_unique(hash(at(number)), short, |&number| hash(at(number as usize)));
        }
        *len += new.len;
    }

    /// A table in which [`Self::keep`] finds one row of all that differ in `column` only.
    pub(crate) fn keeping(width: usize, column: usize) -> Self {
        Self { keeping: Some(Keeping { column, best: HashTable::new(), replaced: Vec::new() }), ..Self::new(width) }
    }

    /// How many rows there are, those that a better one has replaced included.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn row(&self, number: usize) -> &[u32] {
        &self.data[number * self.width..(number + 1) * self.width]
    }

    /// Whether a row counts: no better one has replaced it.
    pub(crate) fn counts(&self, number: usize) -> bool {
        self.keeping.as_ref().is_none_or(|keeping| !keeping.replaced.get(number).copied().unwrap_or_default())
    }

    /// The numbers of the rows that count.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.len).filter(|number| self.counts(*number))
    }

    /// The rows that count.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u32]> + Clone {
        self.numbers().map(|number| self.row(number))
    }

    /// The row that counts and agrees with this one on all columns but the one in which the best is kept.
    pub(crate) fn rival(&self, row: &[u32]) -> Option<usize> {
        let Keeping { column, best, .. } = self.keeping.as_ref()?;
        best.find(hash_without(row, *column), |&number| agree_without(self.row(number as usize), row, *column))
            .map(|&number| number as usize)
    }

    /// Adds a row in place of the one that counted so far. The caller has looked that it is better.
    pub(crate) fn keep(&mut self, row: &[u32]) {
        let rival = self.rival(row);
        if let Some(rival) = rival {
            self.unlink(rival);
        }
        let number = self.len;
        self.insert(row);
        let Self { keeping: Some(Keeping { column, best, replaced }), data, width, .. } = self else { return };
        let (column, width) = (*column, *width);
        let row_at = |number: u32| &data[number as usize * width..(number as usize + 1) * width];
        let number = u32::try_from(number).expect("row numbers are 32 bits");
        let entry = best.entry(
            hash_without(row, column),
            |&other| agree_without(row_at(other), row, column),
            |&other| hash_without(row_at(other), column),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(mut entry) => {
                let old = *entry.get() as usize;
                if replaced.len() <= old {
                    replaced.resize(old + 1, false);
                }
                replaced[old] = true;
                *entry.get_mut() = number;
            }
            hashbrown::hash_table::Entry::Vacant(entry) => {
                entry.insert(number);
            }
        }
    }

    /// The number of the row with these values.
    pub(crate) fn find(&self, row: &(impl Iterator<Item = u32> + Clone)) -> Option<usize> {
        let found = self.rows.find(hash(row.clone()), |&number| self.row(number as usize).iter().copied().eq(row.clone()));
        found.map(|&number| number as usize)
    }

    pub(crate) fn contains(&self, row: &[u32]) -> bool {
        self.find(&row.iter().copied()).is_some()
    }

    /// Adds a row; tells whether it is new.
    pub(crate) fn insert(&mut self, row: &[u32]) -> bool {
        let Self { width, data, rows, len, .. } = self;
        let at = |number: u32| number as usize * *width..(number as usize + 1) * *width;
        let entry =
            rows.entry(hash(row.iter().copied()), |&number| data[at(number)] == *row, |&number| hash(data[at(number)].iter().copied()));
        match entry {
            hashbrown::hash_table::Entry::Occupied(_) => false,
            hashbrown::hash_table::Entry::Vacant(entry) => {
                entry.insert(u32::try_from(*len).expect("the limit on facts is below 2^32"));
                data.extend_from_slice(row);
                *len += 1;
                true
            }
        }
    }

    /// Takes a row out, if it is there. The last row takes its place, so indexes and rounds are lost.
    pub(crate) fn remove(&mut self, row: &[u32]) {
        let Some(number) = self.find(&row.iter().copied()) else { return };
        let last = self.len - 1;
        self.unlink(number);
        if number != last {
            self.unlink(last);
            let (start, end) = (number * self.width, last * self.width);
            self.data.copy_within(end..end + self.width, start);
            let moved = hash(self.row(number).iter().copied());
            let Self { width, data, rows, .. } = self;
            let number = u32::try_from(number).expect("row numbers are 32 bits");
            rows.insert_unique(moved, number, |&number| hash(data[number as usize * *width..][..*width].iter().copied()));
        }
        self.data.truncate(last * self.width);
        self.len = last;
        self.indexes.clear();
        self.rounds.clear();
    }

    fn unlink(&mut self, number: usize) {
        let hash = hash(self.row(number).iter().copied());
        if let Ok(entry) = self.rows.find_entry(hash, |&other| other as usize == number) {
            entry.remove();
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = match &self.keeping {
            Some(keeping) => Self::keeping(self.width, keeping.column),
            None => Self::new(self.width),
        };
    }

    // ---- Rounds

    pub(crate) fn start_round(&mut self) {
        self.rounds.push(self.len);
    }

    /// The length of the table before a round, counted from 1.
    pub(crate) fn len_before(&self, round: usize) -> usize {
        round.checked_sub(1).and_then(|round| self.rounds.get(round)).copied().unwrap_or_default()
    }

    /// In which round a row was added, counted from 1; 0 if no rounds were noted.
    pub(crate) fn round(&self, number: usize) -> usize {
        self.rounds.partition_point(|&start| start <= number)
    }

    // ---- Indexes

    /// Makes or completes the index over these columns (in ascending order, not all of them, at least one).
    pub(crate) fn index(&mut self, columns: &[usize]) {
        let Self { width, data, len, indexes, .. } = self;
        let position = indexes.iter().position(|index| *index.columns == *columns).unwrap_or_else(|| {
            indexes.push(Index { columns: columns.into(), ends: HashTable::new(), next: Vec::new() });
            indexes.len() - 1
        });
        let Index { columns, ends, next } = &mut indexes[position];
        let (width, columns) = (*width, &*columns);
        let key = |row: u32| columns.iter().map(move |column| row as usize * width + column);
        let hash_of = |row: u32| hash(key(row).map(|at| data[at]));
        for row in next.len()..*len {
            let row = u32::try_from(row).expect("row numbers are 32 bits");
            next.push(row);
            let same = |&(first, _): &(u32, u32)| key(row).zip(key(first)).all(|(one, other)| data[one] == data[other]);
            match ends.entry(hash_of(row), same, |&(first, _)| hash_of(first)) {
                hashbrown::hash_table::Entry::Occupied(mut entry) => {
                    let (_, last) = entry.get_mut();
                    next[*last as usize] = row;
                    *last = row;
                }
                hashbrown::hash_table::Entry::Vacant(entry) => {
                    entry.insert((row, row));
                }
            }
        }
    }

    /// The rows with these values in the columns of an index, earliest first; without such an index nothing.
    pub(crate) fn matching(&self, columns: &[usize], values: &(impl Iterator<Item = u32> + Clone)) -> Option<Matching<'_>> {
        let index = self.indexes.iter().find(|index| *index.columns == *columns)?;
        let key = |row: u32| index.columns.iter().map(move |column| self.data[row as usize * self.width + column]);
        let ends = index.ends.find(hash(values.clone()), |&(first, _)| key(first).eq(values.clone()));
        Some(Matching { following: &index.next, next: ends.map(|&(first, _)| first) })
    }
}

/// Row numbers in ascending order.
#[derive(Debug)]
pub(crate) struct Matching<'t> {
    following: &'t [u32],
    next: Option<u32>,
}

impl Iterator for Matching<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let row = self.next?;
        let following = self.following[row as usize];
        self.next = (following != row).then_some(following);
        Some(row as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_and_go() {
        let mut table = Table::new(2);
        for row in [[1, 2], [1, 3], [2, 3], [1, 2]] {
            table.insert(&row);
        }
        assert_eq!(table.len(), 3);
        table.index(&[0]);
        assert_eq!(table.matching(&[0], &[1].into_iter()).unwrap().collect::<Vec<_>>(), [0, 1]);
        table.insert(&[1, 4]);
        table.index(&[0]);
        assert_eq!(table.matching(&[0], &[1].into_iter()).unwrap().collect::<Vec<_>>(), [0, 1, 3]);
        table.remove(&[1, 2]);
        assert!(!table.contains(&[1, 2]) && table.contains(&[1, 4]) && table.contains(&[2, 3]));
        assert_eq!(table.iter().count(), 3);
    }

    #[test]
    fn a_relation_without_columns_has_at_most_one_row() {
        let mut table = Table::new(0);
        assert!(table.insert(&[]));
        assert!(!table.insert(&[]));
        assert_eq!(table.len(), 1);
    }
}
