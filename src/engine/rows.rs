//! Which rows a table has: by their hash, or for many pairs of few values a bit for each pair that there could be.

use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;

use super::Interrupt;

/// Pairs get a bit each if that takes no more than so many bytes for every pair that there is: about what their hashes take.
const DENSE_BYTES: usize = 12;

/// Fewer pairs than these are not worth a look.
const MIN_DENSE: usize = 1 << 14;

/// After so many rows it is looked whether somebody still wants them.
pub(super) const PATIENCE: usize = 1 << 14;

/// A set of rows, which stand elsewhere one after the other: this holds their numbers, or only whether they are there.
#[derive(Clone, Debug)]
pub(super) enum Rows {
    Hashed(HashTable<u32>),
    Dense(Matrix),
    Unlisted(Unlisted),
}

/// Rows that came together and are known to be different: many of these are never looked for by their values.
#[derive(Clone, Debug)]
pub(super) struct Unlisted {
    len: usize,
    /// Their numbers, once one is looked for.
    rows: OnceLock<HashTable<u32>>,
    /// Once it is raised, what is found does not count any more.
    interrupt: Interrupt,
}

impl Unlisted {
    /// The numbers of the rows; nothing after an interrupt.
    pub(super) fn rows<'r>(&self, at: &impl Fn(usize) -> &'r [u32]) -> Option<&HashTable<u32>> {
        if self.rows.get().is_none() {
            let rows = hashed(self.len, at, || !self.interrupt.is_raised())?;
            return Some(self.rows.get_or_init(|| rows));
        }
        self.rows.get()
    }
}

/// A bit for each pair of values below `size`.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    size: usize,
    bits: Vec<u64>,
}

#[inline]
pub(super) fn hash(values: impl Iterator<Item = u32>) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    values.for_each(|value| hasher.write_u32(value));
    hasher.finish()
}

#[inline]
pub(super) fn hash_of(row: &[u32]) -> u64 {
    hash(row.iter().copied())
}

/// Whether two rows of equal width are the same. They are short: a loop is faster than comparing memory.
#[inline]
pub(super) fn is_same(one: &[u32], other: &[u32]) -> bool {
    one.iter().zip(other).all(|(one, other)| one == other)
}

impl Default for Rows {
    fn default() -> Self {
        Self::Hashed(HashTable::new())
    }
}

impl Rows {
    /// So many rows, all of them different, which stand where [`Unlisted::rows`] will be told.
    pub(super) fn unlisted(len: usize, interrupt: &Interrupt) -> Self {
        Self::Unlisted(Unlisted { len, rows: OnceLock::new(), interrupt: interrupt.clone() })
    }

    /// Gets ready for changes: from here on each row is found by its values.
    pub(super) fn list<'r>(&mut self, at: &impl Fn(usize) -> &'r [u32]) {
        if let Self::Unlisted(Unlisted { len, rows, .. }) = self {
            let rows = rows.take().or_else(|| hashed(*len, at, || true));
            *self = Self::Hashed(rows.unwrap_or_default());
        }
    }

    /// Notes a row that is to get this number, if it is new. `at` gives the rows that are there.
    pub(super) fn insert<'r>(&mut self, row: &[u32], number: usize, at: impl Fn(usize) -> &'r [u32]) -> bool {
        self.list(&at);
        if let (Self::Hashed(rows), [_, _]) = (&*self, row)
            && number >= MIN_DENSE
            && number == rows.capacity()
            && let Some(matrix) = Matrix::of(number, row, &at)
        {
            *self = Self::Dense(matrix);
        }
        if let (Self::Dense(matrix), &[one, other]) = (&mut *self, row) {
            if let Some(is_new) = matrix.insert(one, other) {
                return is_new;
            }
            // A value is beyond all that had a place.
            *self = match Matrix::of(number, row, &at) {
                Some(matrix) => Self::Dense(matrix),
                None => Self::Hashed(hashed(number, &at, || true).unwrap_or_default()),
            };
            return self.insert(row, number, at);
        }
        self.insert_hashed(row, number, at)
    }

    /// The same for rows that may be replaced, and whose numbers are wanted.
    pub(super) fn insert_hashed<'r>(&mut self, row: &[u32], number: usize, at: impl Fn(usize) -> &'r [u32]) -> bool {
        self.list(&at);
        let Self::Hashed(rows) = self else { return false };
        let entry = rows.entry(hash_of(row), |&other| is_same(at(other as usize), row), |&other| hash_of(at(other as usize)));
        match entry {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(short(number));
                true
            }
        }
    }

    /// Notes a row that is known not to be there, and has had a place.
    pub(super) fn put<'r>(&mut self, row: &[u32], number: usize, at: impl Fn(usize) -> &'r [u32]) {
        self.list(&at);
        match (self, row) {
            (Self::Hashed(rows), _) => {
                rows.insert_unique(hash_of(row), short(number), |&other| hash_of(at(other as usize)));
            }
            (Self::Dense(matrix), &[one, other]) => {
                matrix.insert(one, other);
            }
            (Self::Dense(_) | Self::Unlisted(_), _) => {}
        }
    }

    /// Forgets a row.
    pub(super) fn remove<'r>(&mut self, row: &[u32], number: usize, at: impl Fn(usize) -> &'r [u32]) {
        self.list(&at);
        match (self, row) {
            (Self::Hashed(rows), _) => {
                if let Ok(entry) = rows.find_entry(hash_of(row), |&other| other as usize == number) {
                    entry.remove();
                }
            }
            (Self::Dense(matrix), &[one, other]) => matrix.remove(one, other),
            (Self::Dense(_) | Self::Unlisted(_), _) => {}
        }
    }

    /// Whether a row is there.
    pub(super) fn contains<'r>(&self, row: &[u32], at: impl Fn(usize) -> &'r [u32]) -> bool {
        match (self, row) {
            (Self::Hashed(rows), _) => find(rows, row, at),
            (Self::Unlisted(rows), _) => rows.rows(&at).is_some_and(|rows| find(rows, row, at)),
            (Self::Dense(matrix), &[one, other]) => matrix.contains(one, other),
            (Self::Dense(_), _) => false,
        }
    }
}

fn find<'r>(rows: &HashTable<u32>, row: &[u32], at: impl Fn(usize) -> &'r [u32]) -> bool {
    rows.find(hash_of(row), |&other| is_same(at(other as usize), row)).is_some()
}

/// The numbers of so many rows by their hashes; nothing if they are not wanted any more.
pub(super) fn hashed<'r>(len: usize, at: &impl Fn(usize) -> &'r [u32], is_wanted: impl Fn() -> bool) -> Option<HashTable<u32>> {
    let mut rows = HashTable::with_capacity(len + 1);
    for number in 0..len {
        if number.is_multiple_of(PATIENCE) && !is_wanted() {
            return None;
        }
        rows.insert_unique(hash_of(at(number)), short(number), |&other| hash_of(at(other as usize)));
    }
    Some(rows)
}

fn short(number: usize) -> u32 {
    u32::try_from(number).expect("the limit on facts is below 2^32")
}

impl Matrix {
    /// The bits of so many pairs, and room for one more, if they are dense enough.
    fn of<'r>(len: usize, new: &[u32], at: &impl Fn(usize) -> &'r [u32]) -> Option<Self> {
        let max = (0..len).flat_map(at).copied().chain(new.iter().copied()).max()? as usize;
        let size = (max + 1).next_multiple_of(64);
        if size.checked_mul(size)? / 8 > len * DENSE_BYTES {
            return None;
        }
        let mut matrix = Self { size, bits: vec![0; size * size / 64] };
        for number in 0..len {
            let row = at(number);
            matrix.insert(row[0], row[1]);
        }
        Some(matrix)
    }

    fn place(&self, one: u32, other: u32) -> Option<(usize, u64)> {
        let (one, other) = (one as usize, other as usize);
        (one < self.size && other < self.size).then(|| ((one * self.size + other) / 64, 1 << (other % 64)))
    }

    /// Whether a pair is new; nothing if there is no place for it.
    fn insert(&mut self, one: u32, other: u32) -> Option<bool> {
        let (word, bit) = self.place(one, other)?;
        let is_new = self.bits[word] & bit == 0;
        self.bits[word] |= bit;
        Some(is_new)
    }

    fn remove(&mut self, one: u32, other: u32) {
        if let Some((word, bit)) = self.place(one, other) {
            self.bits[word] &= !bit;
        }
    }

    fn contains(&self, one: u32, other: u32) -> bool {
        self.place(one, other).is_some_and(|(word, bit)| self.bits[word] & bit != 0)
    }
}
