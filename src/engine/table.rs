//! The rows of one relation, in the order in which they came, with the indexes that plans ask for. How rows are added while
//! others are read is told in [`additions`], how they are taken out in [`removal`].

mod additions;
mod removal;

use rustc_hash::FxHashSet;

use super::adjacency::Adjacency;
use super::distinct::distinct;
use super::hashes::Hashes;
use super::index::{Index, Matching};
use super::rows::{PATIENCE, Rows, hash, hashed, is_same, row_number};
use super::{Interrupt, fits};
use crate::discard::discard;
use crate::logic::{Atom, Term};
use crate::parted::Parted;
use crate::value::ValueId;
pub(crate) use additions::Additions;

/// So often a table is looked through before an index is made for what is looked for.
const MAX_LOOKS: usize = 16;

/// In a table of more rows than these a few lookups get an index over one column.
const MAX_INDEXED_WHOLLY: usize = 1 << 20;

/// So many rows are looked at where it is guessed what all of them are like.
const SAMPLE: usize = 1 << 8;

/// Different rows of equal width.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    width: usize,
    /// The rows one after the other.
    data: Vec<u32>,
    len: usize,
    /// Which rows there are.
    rows: Rows,
    /// The numbers of rows are looked up by their values.
    is_numbered: bool,
    indexes: Vec<Index>,
    lists: Vec<Adjacency>,
    members: Option<Members>,
    /// How often it was looked through.
    looks: usize,
    /// Rows that come together differ in this column, mostly.
    varying: usize,
    /// The length of the table at the start of each round that filled it.
    rounds: Vec<usize>,
    /// Rows were taken out, so that it is not known any more which came in which round.
    has_lost_rounds: bool,
    /// Where one row is kept of all that differ in one column only.
    keeping: Option<Keeping>,
}

/// The rows that count, of those that agree on all other columns.
#[derive(Clone, Debug)]
struct Keeping {
    column: usize,
    best: Parted<u32>,
    /// The rows that a better one has replaced; they stay where they are, so that the numbers of the others stay.
    replaced: Vec<bool>,
}

fn hash_without(row: &[u32], column: usize) -> u64 {
    hash(row.iter().enumerate().filter(|(own, _)| *own != column).map(|(_, value)| *value))
}

fn agree_without(one: &[u32], other: &[u32], column: usize) -> bool {
    one.iter().zip(other).enumerate().all(|(own, (one, other))| own == column || one == other)
}

impl Table {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width,
            data: Vec::new(),
            len: 0,
            rows: Rows::default(),
            is_numbered: false,
            indexes: Vec::new(),
            lists: Vec::new(),
            members: None,
            looks: 0,
            varying: width.saturating_sub(1),
            rounds: Vec::new(),
            has_lost_rounds: false,
            keeping: None,
        }
    }

    /// The different ones of these rows, which stand one after the other; nothing after an interrupt.
    pub(crate) fn of(width: usize, mut data: Vec<u32>, interrupt: &Interrupt) -> Option<Self> {
        let Some(len) = distinct(&mut data, width, interrupt) else {
            discard(data);
            return None;
        };
        Some(Self { data, len, rows: Rows::unlisted(len, interrupt), ..Self::new(width) })
    }

    /// A table in which [`Self::keep`] finds one row of all that differ in `column` only.
    pub(crate) fn keeping(width: usize, column: usize) -> Self {
        Self { keeping: Some(Keeping { column, best: Parted::default(), replaced: Vec::new() }), is_numbered: true, ..Self::new(width) }
    }

    /// How many rows there are, those that a better one has replaced included.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    #[inline]
    pub(crate) fn row(&self, number: usize) -> &[u32] {
        &self.data[number * self.width..(number + 1) * self.width]
    }

    /// Whether a row counts: no better one has replaced it.
    #[inline]
    pub(crate) fn counts(&self, number: usize) -> bool {
        self.keeping.as_ref().is_none_or(|keeping| !keeping.replaced.get(number).copied().unwrap_or_default())
    }

    /// The numbers of the rows that count.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.len).filter(|number| self.counts(*number))
    }

    /// The numbers of the rows that count and have these values in these columns: all rows are looked at, or after an interrupt only some.
    pub(crate) fn holding(&self, columns: &[usize], values: &[u32], interrupt: &Interrupt) -> impl Iterator<Item = usize> {
        let has = move |row: &[u32]| columns.iter().zip(values).all(|(column, value)| row[*column] == *value);
        let rows = self.data.chunks_exact(self.width.max(1)).take(self.len);
        let numbered = rows.enumerate().take_while(|(number, _)| !(number.is_multiple_of(PATIENCE) && interrupt.is_raised()));
        numbered.filter(move |(_, row)| has(row)).map(|(number, _)| number).filter(|number| self.counts(*number))
    }

    /// The numbers of the rows that match a pattern, found by an index that is there if there is one; after an interrupt only some.
    pub(super) fn fitting(&mut self, pattern: &Atom, interrupt: &Interrupt) -> Vec<usize> {
        let value = |column: usize| if let Term::Value(value) = pattern.terms[column] { Some(value.0) } else { None };
        let given: Vec<usize> = (0..self.width).filter(|column| value(*column).is_some()).collect();
        if given.len() == self.width {
            let row = given.iter().filter_map(|column| value(*column));
            return self.find(&row).into_iter().collect();
        }
        let columns = self.index_within(&given);
        columns.iter().for_each(|columns| self.index(columns, interrupt));
        let matching = columns.and_then(|columns| {
            let values = columns.iter().filter_map(|column| value(*column));
            self.matching_if_indexed(&columns, &values)
        });
        let does_fit = |number: &usize| fits(pattern, self.row(*number));
        match matching {
            Some(matching) => matching.filter(does_fit).collect(),
            None => self.numbers().take_while(|_| !interrupt.is_raised()).filter(does_fit).collect(),
        }
    }

    /// Whether every row counts, and leaves nothing out; false as well after an interrupt.
    pub(super) fn is_filled(&self, interrupt: &Interrupt) -> bool {
        let is_filled = |values: &[u32]| !values.contains(&ValueId::ABSENT.0) && !interrupt.is_raised();
        self.keeping.is_none() && self.data.chunks(PATIENCE).all(is_filled)
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
        let number = row_number(number);
        let (best, is_new) = best.entry(
            hash_without(row, column),
            |&other| agree_without(row_at(other), row, column),
            |&other| hash_without(row_at(other), column),
            || number,
        );
        if !is_new {
            let old = *best as usize;
            if replaced.len() <= old {
                replaced.resize(old + 1, false);
            }
            replaced[old] = true;
            *best = number;
        }
    }

    /// The same rows, with the same numbers in the same rounds, in a table in which those that a better one has replaced count; nothing
    /// if there are none.
    pub(super) fn with_replaced(&self) -> Option<Self> {
        if !self.keeping.as_ref()?.replaced.contains(&true) {
            return None;
        }
        let (rounds, has_lost_rounds) = (self.rounds.clone(), self.has_lost_rounds);
        let mut all = Self { is_numbered: true, rounds, has_lost_rounds, ..Self::new(self.width) };
        self.data.chunks_exact(self.width).for_each(|row| {
            all.insert(row);
        });
        Some(all)
    }

    /// The number of the row with these values.
    pub(crate) fn find(&self, row: &(impl Iterator<Item = u32> + Clone)) -> Option<usize> {
        match &self.rows {
            Rows::Hashed(rows) => self.find_in(rows, row),
            Rows::Unlisted(rows) => self.find_in(rows.rows(&|number| self.row(number))?, row),
            Rows::Dense(_) => {
                let row = row.clone().collect::<Vec<_>>();
                self.contains(&row).then(|| (0..self.len).find(|number| is_same(self.row(*number), &row))).flatten()
            }
        }
    }

    fn find_in(&self, rows: &Hashes, row: &(impl Iterator<Item = u32> + Clone)) -> Option<usize> {
        rows.find(hash(row.clone()), |number| self.row(number).iter().copied().eq(row.clone()))
    }

    /// Gets ready for adding rows and taking them out; tells whether it is, or an interrupt came.
    pub(crate) fn list(&mut self) -> bool {
        let Self { rows, data, width, .. } = self;
        let at = |number: usize| &data[number * *width..][..*width];
        let is_ready = if let Rows::Unlisted(rows) = rows { rows.rows(&at).is_some() } else { true };
        if is_ready {
            rows.list(&at);
        }
        is_ready
    }

    /// Gets ready for finding the numbers of many rows, without which it may take long; tells whether it is, or an interrupt came.
    pub(crate) fn number(&mut self, interrupt: &Interrupt) -> bool {
        if let Rows::Dense(_) = self.rows {
            let Some(rows) = hashed(self.len, &|number| self.row(number), || !interrupt.is_raised()) else { return false };
            self.rows = Rows::Hashed(rows);
        }
        self.is_numbered = true;
        true
    }

    /// Whether it is known for each row that is there, but not quickly which number it has.
    pub(crate) fn knows_no_numbers(&self) -> bool {
        matches!(self.rows, Rows::Dense(_))
    }

    pub(crate) fn contains(&self, row: &[u32]) -> bool {
        self.len > 0 && self.rows.contains(row, |number| self.row(number))
    }

    /// Adds a row; tells whether it is new.
    pub(crate) fn insert(&mut self, row: &[u32]) -> bool {
        let Self { width, data, rows, len, is_numbered, varying, .. } = self;
        let at = |number: usize| &data[number * *width..][..*width];
        let is_new = if *is_numbered { rows.insert_hashed(row, *len, at) } else { rows.insert(row, *len, *varying, at, || true) };
        if is_new {
            data.extend_from_slice(row);
            *len += 1;
        }
        is_new
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

    /// Whether it is not known any more which row came in which round.
    pub(super) fn has_lost_rounds(&self) -> bool {
        self.has_lost_rounds
    }

    // ---- Indexes

    /// Makes or completes the lists of some columns by others, for the rows up to a number.
    pub(super) fn list_by(&mut self, columns: &[usize], rest: &[usize], to: usize, interrupt: &Interrupt) {
        let Self { width, data, lists, .. } = self;
        let position = lists.iter().position(|own| *own.columns == *columns && *own.rest == *rest).unwrap_or_else(|| {
            lists.push(Adjacency::new(columns, rest));
            lists.len() - 1
        });
        lists[position].complete(data, *width, to, interrupt);
    }

    /// The lists of some columns by others, if there are any.
    pub(super) fn lists(&self, columns: &[usize], rest: &[usize]) -> Option<&Adjacency> {
        self.lists.iter().find(|own| *own.columns == *columns && *own.rest == *rest)
    }

    /// Makes or completes the set of the rows up to a number; after an interrupt there is none.
    pub(super) fn remember(&mut self, to: usize, interrupt: &Interrupt) {
        let Self { width, data, members, varying, .. } = self;
        let Members { rows, taken } = members.get_or_insert_with(|| Members { rows: Rows::default(), taken: 0 });
        let at = |number: usize| &data[number * *width..][..*width];
        while *taken < to && !(taken.is_multiple_of(PATIENCE) && interrupt.is_raised()) {
            rows.insert(at(*taken), *taken, *varying, at, || !interrupt.is_raised());
            *taken += 1;
        }
        if interrupt.is_raised() {
            *members = None;
        }
    }

    /// Whether a row is among those that [`Self::remember`] has taken in.
    #[inline]
    pub(super) fn remembers(&self, row: &[u32]) -> bool {
        self.members.as_ref().is_some_and(|members| members.rows.contains(row, |number| self.row(number)))
    }

    /// How many rows all lists and sets have taken in at most.
    pub(super) fn listed(&self) -> usize {
        let taken = self.lists.iter().map(Adjacency::taken).chain(self.members.iter().map(|members| members.taken));
        taken.max().unwrap_or_default()
    }

    /// The columns of an index that finds rows by some of these columns.
    pub(super) fn index_within(&self, columns: &[usize]) -> Option<Vec<usize>> {
        Some(self.indexes_within(columns).max_by_key(|index| index.columns.len())?.columns.to_vec())
    }

    /// The indexes over some of these columns, and over no others.
    fn indexes_within(&self, columns: &[usize]) -> impl Iterator<Item = &Index> {
        self.indexes.iter().filter(|index| index.columns.iter().all(|column| columns.contains(column)))
    }

    /// Makes or completes the index over these columns (in ascending order, not all of them, at least one). After an interrupt it has only
    /// some of the rows.
    pub(crate) fn index(&mut self, columns: &[usize], interrupt: &Interrupt) {
        let Self { width, data, len, indexes, .. } = self;
        let position = indexes.iter().position(|index| *index.columns == *columns).unwrap_or_else(|| {
            indexes.push(Index::new(columns));
            indexes.len() - 1
        });
        indexes[position].complete(data, *width, *len, interrupt);
    }

    /// The same for a few lookups: in a very large table over one of the columns, since more of them would take seconds.
    pub(super) fn index_for_few(&mut self, columns: &[usize], interrupt: &Interrupt) {
        let known =
            if self.len > MAX_INDEXED_WHOLLY && !self.has_index(columns) { self.index_within(columns) } else { Some(columns.to_vec()) };
        let columns = known.unwrap_or_else(|| self.telling(columns).into_iter().collect());
        self.index(&columns, interrupt);
    }

    /// The column of these in which the most different values stand, as far as some rows tell that are spread over all.
    fn telling(&self, columns: &[usize]) -> Option<usize> {
        let rows = (0..self.len).step_by(self.len / SAMPLE + 1);
        let different = |column: usize| rows.clone().map(|number| self.row(number)[column]).collect::<FxHashSet<u32>>().len();
        columns.iter().copied().max_by_key(|column| different(*column))
    }

    /// Whether rows with values in these columns are to be found by looking through all of them once more, since there is no index yet.
    pub(crate) fn may_look_through(&mut self, columns: &[usize]) -> bool {
        let may = !self.has_index(columns) && self.looks < MAX_LOOKS;
        self.looks += usize::from(may);
        may
    }

    /// Whether an index over columns has been made, be it that rows have come since.
    pub(crate) fn has_index(&self, columns: &[usize]) -> bool {
        self.indexes.iter().any(|index| *index.columns == *columns)
    }

    /// Like [`Self::matching`], for whoever has not made the index: nothing if it does not know all rows, either.
    pub(crate) fn matching_if_indexed(&self, columns: &[usize], values: &(impl Iterator<Item = u32> + Clone)) -> Option<Matching<'_>> {
        let index = self.indexes.iter().find(|index| *index.columns == *columns)?;
        index.is_complete(self.len).then(|| index.matching(&self.data, self.width, values))
    }

    /// The rows with these values in these columns or, without such an index, with those of them that another one knows; with them, whether it is
    /// to be looked whether they have the others. Nothing if none of these knows all rows.
    pub(super) fn keyed(&self, columns: &[usize], values: &(impl Iterator<Item = u32> + Clone)) -> Option<(Matching<'_>, bool)> {
        if let Some(matching) = self.matching(columns, values) {
            return Some((matching, false));
        }
        let complete = self.indexes_within(columns).filter(|index| index.is_complete(self.len));
        let index = complete.max_by_key(|index| index.columns.len())?;
        let given = columns.iter().zip(values.clone()).filter(|(column, _)| index.columns.contains(column)).map(|(_, value)| value);
        Some((index.matching(&self.data, self.width, &given), true))
    }

    /// The rows with these values in the columns of an index; without such an index nothing.
    pub(crate) fn matching(&self, columns: &[usize], values: &(impl Iterator<Item = u32> + Clone)) -> Option<Matching<'_>> {
        let index = self.indexes.iter().find(|index| *index.columns == *columns)?;
        Some(index.matching(&self.data, self.width, values))
    }
}

/// The rows up to a number, as a set: while rows are added, those of the round are not among them.
#[derive(Clone, Debug)]
struct Members {
    rows: Rows,
    taken: usize,
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
        table.index(&[0], &Interrupt::default());
        assert_eq!(table.matching(&[0], &[1].into_iter()).unwrap().collect::<Vec<_>>(), [0, 1]);
        table.insert(&[1, 4]);
        table.index(&[0], &Interrupt::default());
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

    /// Rows come and go, many and few: a table holds what a set holds, in whatever way it remembers.
    #[test]
    fn many_pairs_of_few_values_are_remembered_as_well() {
        let mut random = 5_u64;
        let mut pair = |bound: u64| {
            // Knuth's MMIX generator: the same pairs in every run.
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            [(random >> 33) % bound, (random >> 13) % bound].map(|value| u32::try_from(value).unwrap())
        };
        let (mut table, mut set) = (Table::new(2), std::collections::BTreeSet::new());
        for bound in [300, 310, 100_000] {
            for _ in 0..100_000 {
                let row = pair(bound);
                assert_eq!(table.insert(&row), set.insert(row));
            }
            // Until a row goes, for which it must be known where it stands.
            assert_eq!(table.knows_no_numbers(), bound == 300);
            for _ in 0..50 {
                let row = pair(bound);
                table.remove(&row);
                set.remove(&row);
                assert!(!table.contains(&row));
            }
            let mut additions = table.begin(&Interrupt::default());
            for _ in 0..10_000 {
                let row = pair(bound);
                assert_eq!(table.add(&mut additions, &row), set.insert(row));
            }
            table.complete(additions);
            assert!(!table.knows_no_numbers());
            for _ in 0..50 {
                let row = pair(bound);
                assert_eq!(table.find(&row.into_iter()).map(|number| table.row(number) == row), set.contains(&row).then_some(true));
            }
            assert_eq!(table.len(), set.len());
            table.index(&[1], &Interrupt::default());
            let [_, value] = pair(bound);
            assert_eq!(table.matching(&[1], &[value].into_iter()).unwrap().count(), set.iter().filter(|row| row[1] == value).count());
        }
        assert!(table.number(&Interrupt::default()));
        assert!(set.iter().all(|row| table.contains(row)));
    }

    #[test]
    fn an_index_serves_values_far_apart() {
        let mut table = Table::new(3);
        for row in [[1, 7, 3], [4_000_000_000, 7, 3], [1, 8, 3], [5, 7, 4]] {
            table.insert(&row);
            [&[0][..], &[0, 1], &[1, 2]].into_iter().for_each(|columns| table.index(columns, &Interrupt::default()));
        }
        let rows = |columns: &[usize], values: &[u32]| table.matching(columns, &values.iter().copied()).unwrap().collect::<Vec<_>>();
        assert_eq!(rows(&[0], &[1]), [0, 2]);
        assert_eq!(rows(&[0], &[4_000_000_000]), [1]);
        assert_eq!(rows(&[0], &[2]), [0; 0]);
        assert_eq!(rows(&[0, 1], &[1, 8]), [2]);
        assert_eq!(rows(&[1, 2], &[7, 3]), [0, 1]);
    }

    #[test]
    fn an_index_over_one_column_serves_for_more() {
        let mut table = Table::new(3);
        (0..1_000).for_each(|row| {
            table.insert(&[row % 5, row % 100, row]);
        });
        assert_eq!(table.telling(&[0, 1]), Some(1));
        let keyed = |table: &Table, columns: &[usize], values: &[u32]| {
            let (rows, is_partial) = table.keyed(columns, &values.iter().copied())?;
            Some((rows.map(|number| table.row(number)[2]).collect::<Vec<_>>(), is_partial))
        };
        assert_eq!(keyed(&table, &[0, 1], &[2, 7]), None);
        table.index(&[1], &Interrupt::default());
        let rows = (0..10).map(|hundred| 100 * hundred + 7).collect::<Vec<_>>();
        assert_eq!(keyed(&table, &[0, 1], &[2, 7]), Some((rows.clone(), true)));
        assert_eq!(keyed(&table, &[0, 1], &[3, 7]), Some((rows, true)));
        // An index that does not know all rows tells nothing of them.
        table.insert(&[3, 7, 1_000]);
        assert_eq!(keyed(&table, &[0, 1], &[3, 7]), None);
        table.index(&[0, 1], &Interrupt::default());
        assert_eq!(keyed(&table, &[0, 1], &[3, 7]), Some((vec![1_000], false)));
    }

    #[test]
    fn an_index_is_interrupted_and_goes_on() {
        let mut table = Table::new(2);
        (0..100).for_each(|row| {
            table.insert(&[row, row % 2]);
        });
        let interrupt = Interrupt::default();
        interrupt.raise();
        table.index(&[1], &interrupt);
        assert!(!table.indexes[0].is_complete(100));
        interrupt.clear();
        table.index(&[1], &interrupt);
        assert_eq!(table.matching(&[1], &[0].into_iter()).map(Iterator::count), Some(50));
    }

    #[test]
    fn rows_of_a_file_are_found_and_changed_like_others() {
        let data = (0..3_000).flat_map(|row| [row % 1_000, 7, row % 500]).collect();
        let mut table = Table::of(3, data, &Interrupt::default()).expect("nothing interrupts it");
        assert_eq!(table.len(), 1_000);
        assert!(table.contains(&[501, 7, 1]) && !table.contains(&[501, 7, 2]));
        assert_eq!(table.find(&[999, 7, 499].into_iter()), Some(999));
        assert!(table.list() && !table.insert(&[501, 7, 1]) && table.insert(&[501, 7, 2]));
        table.remove(&[0, 7, 0]);
        table.truncate(900, &Interrupt::default());
        assert_eq!((table.len(), table.contains(&[0, 7, 0]), table.contains(&[501, 7, 2])), (900, false, true));
    }
}
