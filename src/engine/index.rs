//! The rows of a table that agree on some columns, as chains from the earliest to the latest.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::Interrupt;
use super::rows::{PATIENCE, hash};

/// Chains get a place for each value that there could be if these are at most so many for every row.
const PLACES_PER_ROW: usize = 32;

#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) columns: Box<[usize]>,
    ends: Ends,
    /// For each row the next one in its chain; itself if there is none.
    next: Vec<u32>,
}

/// The first and the last row of each chain.
#[derive(Clone, Debug)]
enum Ends {
    /// By the value of a single column: the first row and one, and the last row.
    Placed(Vec<[u32; 2]>),
    /// By the values of two columns, which stand in the table itself.
    Paired(HashTable<([u32; 2], [u32; 2])>),
    Hashed(HashTable<(u32, u32)>),
}

impl Index {
    pub(super) fn new(columns: &[usize]) -> Self {
        let ends = match columns.len() {
            1 => Ends::Placed(Vec::new()),
            2 => Ends::Paired(HashTable::new()),
            _ => Ends::Hashed(HashTable::new()),
        };
        Self { columns: columns.into(), ends, next: Vec::new() }
    }

    /// Takes in the rows that have come since the last time, or the first of them if an interrupt comes.
    pub(super) fn complete(&mut self, data: &[u32], width: usize, len: usize, interrupt: &Interrupt) {
        if let (Ends::Placed(ends), &[column]) = (&mut self.ends, &*self.columns) {
            let max = (self.next.len()..len).map(|row| data[row * width + column]).max().unwrap_or_default() as usize;
            if max < (len + 1).saturating_mul(PLACES_PER_ROW) {
                if max >= ends.len() {
                    // Pages of zeros that nothing is written to take no memory.
                    let mut larger = vec![[0; 2]; (max + 1).max(ends.len() * 2)];
                    larger[..ends.len()].copy_from_slice(ends);
                    *ends = larger;
                }
            } else {
                self.ends = Ends::Hashed(HashTable::new());
                self.next.clear();
            }
        }
        let Self { columns, ends, next } = self;
        let key = |row: u32| columns.iter().map(move |column| row as usize * width + column);
        let hash_of = |row: u32| hash(key(row).map(|at| data[at]));
        next.reserve(len - next.len());
        for row in next.len()..len {
            if row.is_multiple_of(PATIENCE) && interrupt.is_raised() {
                return;
            }
            let row = u32::try_from(row).expect("row numbers are 32 bits");
            next.push(row);
            match ends {
                Ends::Placed(ends) => {
                    let [first, last] = &mut ends[data[row as usize * width + columns[0]] as usize];
                    if *first == 0 {
                        *first = row + 1;
                    } else {
                        next[*last as usize] = row;
                    }
                    *last = row;
                }
                Ends::Paired(ends) => {
                    let pair = [0, 1].map(|place| data[row as usize * width + columns[place]]);
                    match ends.entry(hash(pair.into_iter()), |(other, _)| *other == pair, |(other, _)| hash(other.iter().copied())) {
                        Entry::Occupied(mut entry) => {
                            let (_, [_, last]) = entry.get_mut();
                            next[*last as usize] = row;
                            *last = row;
                        }
                        Entry::Vacant(entry) => {
                            entry.insert((pair, [row; 2]));
                        }
                    }
                }
                Ends::Hashed(ends) => {
                    let same = |&(first, _): &(u32, u32)| key(row).zip(key(first)).all(|(one, other)| data[one] == data[other]);
                    match ends.entry(hash_of(row), same, |&(first, _)| hash_of(first)) {
                        Entry::Occupied(mut entry) => {
                            let (_, last) = entry.get_mut();
                            next[*last as usize] = row;
                            *last = row;
                        }
                        Entry::Vacant(entry) => {
                            entry.insert((row, row));
                        }
                    }
                }
            }
        }
    }

    /// Whether it knows all rows of a table with so many.
    pub(super) fn is_complete(&self, len: usize) -> bool {
        self.next.len() == len
    }

    /// The rows with these values, earliest first.
    #[inline]
    pub(super) fn matching<'i>(&'i self, data: &[u32], width: usize, values: &(impl Iterator<Item = u32> + Clone)) -> Matching<'i> {
        let first = match &self.ends {
            Ends::Placed(ends) => {
                let value = values.clone().next();
                value.and_then(|value| ends.get(value as usize)?[0].checked_sub(1))
            }
            Ends::Paired(ends) => {
                let found = ends.find(hash(values.clone()), |(pair, _)| pair.iter().copied().eq(values.clone()));
                found.map(|(_, [first, _])| *first)
            }
            Ends::Hashed(ends) => {
                let key = |row: u32| self.columns.iter().map(move |column| data[row as usize * width + column]);
                ends.find(hash(values.clone()), |&(first, _)| key(first).eq(values.clone())).map(|&(first, _)| first)
            }
        };
        Matching { following: &self.next, next: first }
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

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let row = self.next?;
        let following = self.following[row as usize];
        self.next = (following != row).then_some(following);
        Some(row as usize)
    }
}
