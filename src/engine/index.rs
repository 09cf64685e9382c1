//! The rows of a table that agree on some columns, as chains from the earliest to the latest. A row is taken out in place: then the last one
//! of the table takes its number, and its chain is in no order any more.

use super::Interrupt;
use super::rows::{PATIENCE, hash, row_number};
use crate::parted::Parted;

/// Chains get a place for each value that there could be if these are at most so many for every row.
const PLACES_PER_ROW: usize = 32;

#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) columns: Box<[usize]>,
    ends: Ends,
    /// For each row the next one in its chain; itself if there is none.
    next: Vec<u32>,
    /// The same for the one before, once a row has been taken out.
    before: Option<Vec<u32>>,
    /// Chains run from the earliest row to the latest: until a row has taken the number of another one.
    is_ordered: bool,
}

/// The first and the last row of each chain.
#[derive(Clone, Debug)]
enum Ends {
    /// By the value of a single column: the first row and one, and the last row.
    Placed(Vec<[u32; 2]>),
    /// By the values of two columns, which stand in the table itself.
    Paired(Parted<([u32; 2], [u32; 2])>),
    Hashed(Parted<[u32; 2]>),
}

impl Index {
    pub(super) fn new(columns: &[usize]) -> Self {
        let ends = match columns.len() {
            1 => Ends::Placed(Vec::new()),
            2 => Ends::Paired(Parted::default()),
            _ => Ends::Hashed(Parted::default()),
        };
        Self { columns: columns.into(), ends, next: Vec::new(), before: None, is_ordered: true }
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
                *self = Self { ends: Ends::Hashed(Parted::default()), ..Self::new(&self.columns) };
            }
        }
        let known = self.next.len();
        let Self { columns, ends, next, before, .. } = self;
        let key = |row: u32| columns.iter().map(move |column| row as usize * width + column);
        let hash_of = |row: u32| hash(key(row).map(|at| data[at]));
        next.reserve(len - next.len());
        for row in known..len {
            if row.is_multiple_of(PATIENCE) && interrupt.is_raised() {
                break;
            }
            let row = row_number(row);
            next.push(row);
            before.iter_mut().for_each(|before| before.push(row));
            match ends {
                Ends::Placed(ends) => {
                    let [first, last] = &mut ends[data[row as usize * width + columns[0]] as usize];
                    if *first == 0 {
                        *first = row + 1;
                    } else {
                        follow(*last, row, next, before);
                    }
                    *last = row;
                }
                Ends::Paired(ends) => {
                    let pair = [0, 1].map(|place| data[row as usize * width + columns[place]]);
                    let hash_of = |(other, _): &([u32; 2], [u32; 2])| hash(other.iter().copied());
                    let ((_, [_, last]), is_new) =
                        ends.entry(hash(pair.into_iter()), |(other, _)| *other == pair, hash_of, || (pair, [row; 2]));
                    if !is_new {
                        follow(*last, row, next, before);
                        *last = row;
                    }
                }
                Ends::Hashed(ends) => {
                    let same = |&[first, _]: &[u32; 2]| key(row).zip(key(first)).all(|(one, other)| data[one] == data[other]);
                    let ([_, last], is_new) = ends.entry(hash_of(row), same, |&[first, _]| hash_of(first), || [row; 2]);
                    if !is_new {
                        follow(*last, row, next, before);
                        *last = row;
                    }
                }
            }
        }
    }

    /// Forgets a row whose place the last one takes. All rows must be known, and still stand where they stood.
    pub(super) fn remove(&mut self, number: usize, data: &[u32], width: usize) {
        let last = self.next.len() - 1;
        self.unlink(row_number(number), data, width);
        if number != last {
            self.renumber(row_number(last), row_number(number), data, width);
            self.is_ordered = false;
        }
        self.next.truncate(last);
        self.before.iter_mut().for_each(|before| before.truncate(last));
    }

    fn before(&mut self) -> &mut Vec<u32> {
        let next = &self.next;
        self.before.get_or_insert_with(|| {
            let mut before: Vec<u32> = (0..next.len()).map(row_number).collect();
            // A row without a next one stands for itself there, and is set right by the one before it, if there is one.
            for (row, next) in next.iter().enumerate().filter(|(row, next)| *row != **next as usize) {
                before[*next as usize] = row_number(row);
            }
            before
        })
    }

    /// Takes a row out of its chain.
    fn unlink(&mut self, row: u32, data: &[u32], width: usize) {
        let before = self.before()[row as usize];
        let next = self.next[row as usize];
        let (is_first, is_last) = (before == row, next == row);
        match (is_first, is_last) {
            (true, true) => self.set_ends(row, data, width, None),
            (true, false) => {
                self.before()[next as usize] = next;
                self.set_ends(row, data, width, Some((Some(next), None)));
            }
            (false, true) => {
                self.next[before as usize] = before;
                self.set_ends(row, data, width, Some((None, Some(before))));
            }
            (false, false) => {
                self.next[before as usize] = next;
                self.before()[next as usize] = before;
            }
        }
    }

    /// Gives a row another number, which none has.
    fn renumber(&mut self, row: u32, number: u32, data: &[u32], width: usize) {
        let before = self.before()[row as usize];
        let next = self.next[row as usize];
        let (is_first, is_last) = (before == row, next == row);
        if is_first || is_last {
            self.set_ends(row, data, width, Some((is_first.then_some(number), is_last.then_some(number))));
        }
        self.next[number as usize] = if is_last { number } else { next };
        self.before()[number as usize] = if is_first { number } else { before };
        if !is_first {
            self.next[before as usize] = number;
        }
        if !is_last {
            self.before()[next as usize] = number;
        }
    }

    /// Sets the first or the last row of the chain that a row is in, or forgets the chain.
    fn set_ends(&mut self, row: u32, data: &[u32], width: usize, ends: Option<(Option<u32>, Option<u32>)>) {
        let columns = &self.columns;
        let key = |row: u32| columns.iter().map(move |column| data[row as usize * width + column]);
        let set = |[first, last]: &mut [u32; 2], shift: u32| {
            let Some((new_first, new_last)) = ends else { return };
            *first = new_first.map_or(*first, |new| new + shift);
            *last = new_last.unwrap_or(*last);
        };
        match &mut self.ends {
            Ends::Placed(places) => {
                let place = &mut places[data[row as usize * width + columns[0]] as usize];
                if ends.is_none() { *place = [0; 2] } else { set(place, 1) }
            }
            Ends::Paired(pairs) => match pairs.find_entry(hash(key(row)), |(pair, _)| pair.iter().copied().eq(key(row))) {
                Some(entry) if ends.is_none() => drop(entry.remove()),
                Some(mut entry) => set(&mut entry.get_mut().1, 0),
                None => {}
            },
            Ends::Hashed(chains) => match chains.find_entry(hash(key(row)), |&[first, _]| key(first).eq(key(row))) {
                Some(entry) if ends.is_none() => drop(entry.remove()),
                Some(mut entry) => set(entry.get_mut(), 0),
                None => {}
            },
        }
    }

    /// How many rows it has taken in.
    pub(super) fn taken(&self) -> usize {
        self.next.len()
    }

    /// Whether it knows all rows of a table with so many.
    pub(super) fn is_complete(&self, len: usize) -> bool {
        self.next.len() == len
    }

    /// The rows with these values, as a chain.
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
                ends.find(hash(values.clone()), |&[first, _]| key(first).eq(values.clone())).map(|&[first, _]| first)
            }
        };
        Matching { following: &self.next, next: first, is_ordered: self.is_ordered }
    }
}

/// Puts a row behind the last one of a chain.
#[inline]
fn follow(last: u32, row: u32, next: &mut [u32], before: &mut Option<Vec<u32>>) {
    next[last as usize] = row;
    if let Some(before) = before {
        before[row as usize] = last;
    }
}

/// Row numbers, in ascending order as long as no row has taken the place of another one.
#[derive(Debug)]
pub(crate) struct Matching<'t> {
    following: &'t [u32],
    next: Option<u32>,
    is_ordered: bool,
}

impl Matching<'_> {
    /// Whether they come in ascending order.
    pub(crate) fn is_ordered(&self) -> bool {
        self.is_ordered
    }
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
