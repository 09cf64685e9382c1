//! What stands beside given values in the rows of a table: for the values of one or two columns, those of some others, one row after the
//! other in one piece of memory, earliest first.
//!
//! Takes rows in up to a number, so that a round of evaluation finds only what was known before it. Unlike an index it knows no row
//! numbers.

use super::Interrupt;
use super::rows::{PATIENCE, hash};
use crate::discard::{self, discard};
use crate::parted::Parted;

/// Lists get a place for each value that there could be if these are at most so many for every row.
const PLACES_PER_ROW: usize = 32;

/// Of a piece of memory: where the next one of the same list begins, how many words are taken, and how many there are.
const HEADER: usize = 3;

/// A list that grows gets pieces of at most so many rows.
const MAX_PIECE: usize = 1 << 10;

#[derive(Clone, Debug)]
pub(super) struct Adjacency {
    /// The columns whose values are given, in ascending order.
    pub(super) columns: Box<[usize]>,
    /// Those that stand in the lists.
    pub(super) rest: Box<[usize]>,
    lists: Lists,
    pieces: Vec<u32>,
    /// How many rows it has taken in.
    taken: usize,
}

/// Where the first and the last piece of a list begin, counted from 1.
type Ends = [u32; 2];

#[derive(Clone, Debug)]
enum Lists {
    /// By the value of one column.
    Placed(Vec<Ends>),
    /// By the values of one or two columns, 0 standing for the second of one.
    Hashed(Parted<([u32; 2], Ends)>),
}

impl Adjacency {
    /// `rest` are some columns, at least one.
    pub(super) fn new(columns: &[usize], rest: &[usize]) -> Self {
        let lists = if columns.len() == 1 { Lists::Placed(Vec::new()) } else { Lists::Hashed(Parted::default()) };
        Self { columns: columns.into(), rest: rest.into(), lists, pieces: Vec::new(), taken: 0 }
    }

    /// How many rows it has taken in.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Takes in the rows up to a number. What an interrupt leaves undone is begun anew.
    pub(super) fn complete(&mut self, data: &[u32], width: usize, to: usize, interrupt: &Interrupt) {
        if to <= self.taken {
            return;
        }
        if let (Lists::Placed(lists), &[column]) = (&mut self.lists, &*self.columns) {
            let mut max = 0;
            for some in data[self.taken * width..to * width].chunks(PATIENCE * width) {
                if interrupt.is_raised() {
                    return;
                }
                max = some.iter().skip(column).step_by(width).fold(max, |max, value| max.max(*value as usize));
            }
            if max >= lists.len() {
                if max < (to + 1).saturating_mul(PLACES_PER_ROW) {
                    lists.resize((max + 1).max(lists.len() * 2), [0; 2]);
                } else {
                    *self = Self { lists: Lists::Hashed(Parted::default()), ..Self::new(&self.columns, &self.rest) };
                }
            }
        }
        let is_whole = match &self.lists {
            Lists::Placed(lists) if to - self.taken >= lists.len() / 4 => self.take_many(data, width, to, interrupt),
            Lists::Placed(_) | Lists::Hashed(_) => self.take(data, width, to, interrupt),
        };
        if is_whole {
            self.taken = to;
        } else {
            let undone = std::mem::replace(self, Self::new(&self.columns, &self.rest));
            if undone.pieces.len() > discard::MANY {
                discard(undone);
            }
        }
    }

    /// Takes rows in one by one.
    fn take(&mut self, data: &[u32], width: usize, to: usize, interrupt: &Interrupt) -> bool {
        let Self { columns, rest, lists, pieces, taken } = self;
        for (number, row) in data[*taken * width..to * width].chunks_exact(width).enumerate() {
            if number.is_multiple_of(PATIENCE) && interrupt.is_raised() {
                return false;
            }
            let ends = match lists {
                Lists::Placed(lists) => &mut lists[row[columns[0]] as usize],
                Lists::Hashed(lists) => {
                    let key = [row[columns[0]], columns.get(1).map_or(0, |column| row[*column])];
                    let hash_of = |(own, _): &([u32; 2], Ends)| hash(own.iter().copied());
                    let (entry, _) = lists.entry(hash(key.into_iter()), |(own, _)| *own == key, hash_of, || (key, [0; 2]));
                    &mut entry.1
                }
            };
            let last = ends[1] as usize;
            let has_room = last > 0 && pieces[last] as usize + rest.len() <= pieces[last + 1] as usize;
            if !has_room {
                // Each piece is twice as long as the one before.
                let before = if last > 0 { pieces[last + 1] as usize } else { 0 };
                begin_piece(ends, pieces, (before * 2).clamp(rest.len(), MAX_PIECE * rest.len()));
            }
            append(ends[1] as usize, pieces, rest, row);
        }
        true
    }

    /// Takes rows in with one piece for all those of a list, of just the length that it needs.
    fn take_many(&mut self, data: &[u32], width: usize, to: usize, interrupt: &Interrupt) -> bool {
        let Self { columns, rest, lists, pieces, taken } = self;
        let (Lists::Placed(lists), &[column]) = (lists, &**columns) else { return false };
        let new = &data[*taken * width..to * width];
        // How many rows each list gets, and then where its next one goes.
        let mut counts = vec![0_u32; lists.len()];
        for some in new.chunks(PATIENCE * width) {
            if interrupt.is_raised() {
                return false;
            }
            some.chunks_exact(width).for_each(|row| counts[row[column] as usize] += 1);
        }
        pieces.reserve((to - *taken) * rest.len() + counts.iter().filter(|count| **count > 0).count() * HEADER);
        for (ends, count) in lists.iter_mut().zip(&mut counts).filter(|(_, count)| **count > 0) {
            if interrupt.is_raised() {
                return false;
            }
            let words = *count as usize * rest.len();
            begin_piece(ends, pieces, words);
            pieces[ends[1] as usize] = short(words);
            *count = short(pieces.len() - words);
        }
        for some in new.chunks(PATIENCE * width) {
            if interrupt.is_raised() {
                return false;
            }
            for row in some.chunks_exact(width) {
                let next = &mut counts[row[column] as usize];
                write(&mut pieces[*next as usize..], rest, row);
                *next += short(rest.len());
            }
        }
        true
    }

    /// Takes a row out that has been taken in.
    pub(super) fn remove(&mut self, row: &[u32]) {
        let Self { columns, rest, lists, pieces, taken } = self;
        let key = [row[columns[0]], columns.get(1).map_or(0, |column| row[*column])];
        let ends = match lists {
            Lists::Placed(lists) => lists.get(key[0] as usize).copied(),
            Lists::Hashed(lists) => lists.find(hash(key.into_iter()), |(own, _)| *own == key).map(|(_, ends)| *ends),
        };
        *taken -= 1;
        let mut next = if rest.is_empty() { 0 } else { ends.map_or(0, |[first, _]| first) as usize };
        while next > 0 {
            let (header, words) = pieces[next - 1..].split_at_mut(HEADER);
            let words = &mut words[..header[1] as usize];
            let is_row = |own: &[u32]| own.iter().zip(rest.iter()).all(|(value, column)| *value == row[*column]);
            if let Some(place) = words.chunks_exact(rest.len()).position(is_row) {
                words.copy_within((place + 1) * rest.len().., place * rest.len());
                header[1] -= short(rest.len());
                return;
            }
            next = header[0] as usize;
        }
    }

    /// What stands beside these values; the second one is 0 where only one is given.
    #[inline]
    pub(super) fn list(&self, key: [u32; 2]) -> List<'_> {
        let ends = match &self.lists {
            Lists::Placed(lists) => lists.get(key[0] as usize).copied(),
            Lists::Hashed(lists) => lists.find(hash(key.into_iter()), |(own, _)| *own == key).map(|(_, ends)| *ends),
        };
        List { pieces: &self.pieces, next: ends.map_or(0, |[first, _]| first) as usize }
    }

    /// The single values that have a list, in no order.
    pub(super) fn keys(&self) -> Vec<u32> {
        match &self.lists {
            Lists::Placed(lists) => {
                let has_list = |(value, ends): (usize, &Ends)| (ends[0] > 0).then_some(u32::try_from(value).unwrap_or_default());
                lists.iter().enumerate().filter_map(has_list).collect()
            }
            Lists::Hashed(lists) => lists.iter().map(|(key, _)| key[0]).collect(),
        }
    }
}

/// Begins a piece of so many words at the end of a list.
fn begin_piece(ends: &mut Ends, pieces: &mut Vec<u32>, words: usize) {
    let start = short(pieces.len() + 1);
    if ends[1] > 0 {
        pieces[ends[1] as usize - 1] = start;
    } else {
        ends[0] = start;
    }
    ends[1] = start;
    pieces.extend([0, 0, short(words)]);
    pieces.resize(pieces.len() + words, 0);
}

#[inline]
fn append(piece: usize, pieces: &mut [u32], rest: &[usize], row: &[u32]) {
    let at = piece - 1 + HEADER + pieces[piece] as usize;
    write(&mut pieces[at..], rest, row);
    pieces[piece] += short(rest.len());
}

#[inline]
fn write(place: &mut [u32], rest: &[usize], row: &[u32]) {
    place.iter_mut().zip(rest).for_each(|(word, column)| *word = row[*column]);
}

fn short(number: usize) -> u32 {
    u32::try_from(number).expect("the limit on facts leaves their lists below 2^32 words")
}

/// The pieces of a list, each some rows of the columns that are not given.
#[derive(Clone, Debug, Default)]
pub(super) struct List<'a> {
    pieces: &'a [u32],
    next: usize,
}

impl<'a> Iterator for List<'a> {
    type Item = &'a [u32];

    #[inline]
    fn next(&mut self) -> Option<&'a [u32]> {
        let at = self.next.checked_sub(1)?;
        let (header, words) = self.pieces[at..].split_at(HEADER);
        self.next = header[0] as usize;
        Some(&words[..header[1] as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows taken in at once and bit by bit, by values near and far: lists hold what the rows hold, in their order.
    #[test]
    fn lists_hold_what_rows_do() {
        let mut random = 3_u64;
        let mut value = |bound: u64| {
            // Knuth's MMIX generator: the same rows in every run.
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from((random >> 33) % bound).unwrap()
        };
        for (bound, step) in [(30, 1), (30, 700), (3_000, 10), (4_000_000_000, 13)] {
            let rows = (0..2_000).map(|_| [value(bound), value(20), value(bound)]).collect::<Vec<_>>();
            let data = rows.concat();
            for columns in [&[0][..], &[1], &[0, 1], &[1, 2]] {
                let rest = (0..3).filter(|column| !columns.contains(column)).skip(columns.len() % 2).collect::<Vec<_>>();
                let mut lists = Adjacency::new(columns, &rest);
                let key = |row: &[u32]| [row[columns[0]], columns.get(1).map_or(0, |column| row[*column])];
                let mut to = 0;
                while to < rows.len() {
                    to = (to + step).min(rows.len());
                    lists.complete(&data, 3, to, &Interrupt::default());
                    assert_eq!(lists.taken(), to);
                }
                for row in rows.iter().step_by(37) {
                    let expected = rows.iter().filter(|other| key(*other) == key(row));
                    let expected = expected.flat_map(|other| lists.rest.iter().map(|column| other[*column])).collect::<Vec<_>>();
                    assert_eq!(lists.list(key(row)).flatten().copied().collect::<Vec<_>>(), expected);
                }
                assert_eq!(lists.list([4_100_000_000, 4_100_000_000]).count(), 0);
            }
        }
    }

    #[test]
    fn an_interrupt_leaves_nothing_half_done() {
        let interrupt = Interrupt::default();
        interrupt.raise();
        let mut lists = Adjacency::new(&[0], &[1]);
        lists.complete(&[1, 2, 1, 3], 2, 2, &interrupt);
        assert_eq!((lists.taken(), lists.list([1, 0]).count()), (0, 0));
        interrupt.clear();
        lists.complete(&[1, 2, 1, 3], 2, 2, &interrupt);
        assert_eq!(lists.list([1, 0]).flatten().copied().collect::<Vec<_>>(), [2, 3]);
    }
}
