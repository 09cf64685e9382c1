//! Which rows a table has: by their hash, or for many rows of few values by a bit for each row that there could be ([`Matrix`]).

use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use rustc_hash::FxBuildHasher;

use super::Interrupt;
use super::hashes::Hashes;
use super::matrix::Matrix;
use crate::discard::{self, discard};

/// Rows get bits if those take no more bytes than this for each row: about what hashes take, and the rows themselves.
const DENSE_BYTES: usize = 12;

/// Bits stay as long as they take no more than this.
const STILL_DENSE_BYTES: usize = 24;

/// Fewer rows than these are not worth a look.
const MIN_DENSE: usize = 1 << 14;

/// After so many rows it is looked whether somebody still wants them.
pub(super) const PATIENCE: usize = 1 << 14;

/// The number of a row in a list of such numbers.
pub(super) fn row_number(number: usize) -> u32 {
    u32::try_from(number).expect("the limit on facts is below 2^32")
}

/// A set of rows, which stand elsewhere one after the other: this holds their numbers, or only whether they are there.
#[derive(Clone, Debug)]
pub(super) enum Rows {
    Hashed(Hashes),
    Dense(Matrix),
    Unlisted(Unlisted),
}

/// Rows that came together and are known to be different: many of these are never looked for by their values.
#[derive(Clone, Debug)]
pub(super) struct Unlisted {
    len: usize,
    /// Their numbers, once one is looked for.
    rows: OnceLock<Hashes>,
    /// Once it is raised, what is found does not count any more.
    interrupt: Interrupt,
}

impl Unlisted {
    /// The numbers of the rows; nothing after an interrupt.
    pub(super) fn rows<'r>(&self, at: &impl Fn(usize) -> &'r [u32]) -> Option<&Hashes> {
        if self.rows.get().is_none() {
            let rows = hashed(self.len, at, || !self.interrupt.is_raised())?;
            return Some(self.rows.get_or_init(|| rows));
        }
        self.rows.get()
    }
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
        Self::Hashed(Hashes::default())
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

    /// Notes a row that is to get this number, if it is new. `at` gives the rows that are there; if they get bits, then for the values of
    /// this column. Should they not be wanted any more when all of them are noted in another way, it is not known which there are.
    pub(super) fn insert<'r>(
        &mut self,
        row: &[u32],
        number: usize,
        column: usize,
        at: impl Fn(usize) -> &'r [u32],
        is_wanted: impl Fn() -> bool,
    ) -> bool {
        self.list(&at);
        self.densify(row.len(), number, column, &at, &is_wanted);
        if let Self::Dense(matrix) = self {
            if let Ok(is_new) = matrix.insert(row, number, &is_wanted) {
                return is_new;
            }
            self.replace(number, Self::Hashed(hashed(number, &at, is_wanted).unwrap_or_default()));
        }
        self.insert_hashed(row, number, at)
    }

    /// Gives so many rows bits before their hashes would take more room, if there are enough of them.
    fn densify<'r>(&mut self, width: usize, len: usize, column: usize, at: &impl Fn(usize) -> &'r [u32], is_wanted: &impl Fn() -> bool) {
        if let Self::Hashed(rows) = self
            && (2..=3).contains(&width)
            && len >= MIN_DENSE
            && rows.is_full()
            && let Some(matrix) = dense(width, len, column, at, is_wanted)
        {
            self.replace(len, Self::Dense(matrix));
        }
    }

    /// Notes so many rows in another way from here on.
    fn replace(&mut self, len: usize, other: Self) {
        let before = std::mem::replace(self, other);
        if len > discard::MANY {
            discard(before);
        }
    }

    /// The same for rows that may be replaced, and whose numbers are wanted.
    pub(super) fn insert_hashed<'r>(&mut self, row: &[u32], number: usize, at: impl Fn(usize) -> &'r [u32]) -> bool {
        self.list(&at);
        let Self::Hashed(rows) = self else { return false };
        rows.insert(hash_of(row), number, |other| is_same(at(other), row), |other| hash_of(at(other)))
    }

    /// Notes a row that is known not to be there, and has had a place.
    pub(super) fn put<'r>(&mut self, row: &[u32], number: usize, at: impl Fn(usize) -> &'r [u32]) {
        self.list(&at);
        match (self, row) {
            (Self::Hashed(rows), _) => rows.insert_new(hash_of(row), number, |other| hash_of(at(other))),
            (Self::Dense(matrix), _) => {
                // It has had a line and a bit.
                let _ = matrix.insert(row, usize::MAX, || true);
            }
            (Self::Unlisted(_), _) => {}
        }
    }

    /// Forgets a row.
    pub(super) fn remove<'r>(&mut self, row: &[u32], number: usize, at: impl Fn(usize) -> &'r [u32]) {
        self.list(&at);
        match (self, row) {
            (Self::Hashed(rows), _) => rows.remove(hash_of(row), number),
            (Self::Dense(matrix), _) => matrix.remove(row),
            (Self::Unlisted(_), _) => {}
        }
    }

    /// Whether a row is there.
    pub(super) fn contains<'r>(&self, row: &[u32], at: impl Fn(usize) -> &'r [u32]) -> bool {
        match (self, row) {
            (Self::Hashed(rows), _) => find(rows, row, at),
            (Self::Unlisted(rows), _) => rows.rows(&at).is_some_and(|rows| find(rows, row, at)),
            (Self::Dense(matrix), _) => matrix.contains(row),
        }
    }
}

fn find<'r>(rows: &Hashes, row: &[u32], at: impl Fn(usize) -> &'r [u32]) -> bool {
    rows.find(hash_of(row), |other| is_same(at(other), row)).is_some()
}

/// The numbers of so many rows by their hashes; nothing if they are not wanted any more.
pub(super) fn hashed<'r>(len: usize, at: &impl Fn(usize) -> &'r [u32], is_wanted: impl Fn() -> bool) -> Option<Hashes> {
    let mut rows = Hashes::for_rows(len);
    for number in 0..len {
        if number.is_multiple_of(PATIENCE) && !is_wanted() {
            return None;
        }
        rows.insert_new(hash_of(at(number)), number, |other| hash_of(at(other)));
    }
    Some(rows)
}

/// The bits of so many rows, if they are dense enough and still wanted.
fn dense<'r>(width: usize, len: usize, column: usize, at: &impl Fn(usize) -> &'r [u32], is_wanted: &impl Fn() -> bool) -> Option<Matrix> {
    // Most of what is not dense is found out before all rows are looked at: its lines come too fast.
    let mut matrix = Matrix::new(width, column, DENSE_BYTES);
    let is_noted = |number: usize, matrix: &mut Matrix| {
        (!number.is_multiple_of(PATIENCE) || is_wanted()) && matrix.insert(at(number), len, is_wanted).is_ok()
    };
    (0..len).all(|number| is_noted(number, &mut matrix)).then(|| matrix.with_bytes_per_row(STILL_DENSE_BYTES))
}
