//! A set of rows of two or three columns, as bits: a line for the values of all columns but one, and in it a bit for each value of that
//! one. Takes less than a hash for each row where there are many rows of few values, and a run of rows on one line is added quickly.
//!
//! Knows only rows; whether bits are worth it is said by whoever makes one, as the bytes that may be spent on each row.

use super::rows::{PATIENCE, hash};
use crate::discard::{self, discard};
use crate::parted::Parted;

/// Values far greater than the number of rows would need too many places.
const PLACES_PER_ROW: usize = 16;

/// So many bytes are worth it for however few rows: those may become more.
const SMALL: usize = 1 << 24;

#[derive(Clone, Debug)]
pub(super) struct Matrix {
    /// The column whose values are bits; the others say which line.
    column: usize,
    lines: Lines,
    len: usize,
    /// The bit of each value, counted from 1; 0 where a value has none yet.
    places: Vec<u32>,
    values: usize,
    /// How many words a line has.
    words: usize,
    bits: Vec<u64>,
    bytes_per_row: usize,
}

/// The number of each line, counted from 1.
#[derive(Clone, Debug)]
enum Lines {
    Single(Vec<u32>),
    Paired(Parted<([u32; 2], u32)>),
}

/// The rows that have the same values in all columns but the one of bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'m> {
    places: &'m [u32],
    bits: &'m [u64],
}

impl Line<'_> {
    /// Whether the row with this value is there.
    #[inline]
    pub(super) fn has(&self, value: u32) -> bool {
        let place = self.places.get(value as usize).copied().unwrap_or_default() as usize;
        place.checked_sub(1).is_some_and(|place| self.bits.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1))
    }
}

/// There is no room for a row: bits would take too much, or nobody waits for it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sparse;

impl Matrix {
    /// An empty one for rows of so many columns.
    pub(super) fn new(width: usize, column: usize, bytes_per_row: usize) -> Self {
        let lines = if width == 2 { Lines::Single(Vec::new()) } else { Lines::Paired(Parted::default()) };
        Self { column, lines, len: 0, places: Vec::new(), values: 0, words: 1, bits: Vec::new(), bytes_per_row }
    }

    /// From here on so many bytes may be spent on each row.
    pub(super) fn with_bytes_per_row(self, bytes_per_row: usize) -> Self {
        Self { bytes_per_row, ..self }
    }

    /// The column whose values are bits.
    pub(super) fn column(&self) -> usize {
        self.column
    }

    fn key(&self, row: &[u32]) -> [u32; 2] {
        match (self.column, row) {
            (0, [_, one]) | (1, [one, _]) => [*one, 0],
            (0, [_, one, other]) | (1, [one, _, other]) | (2, [one, other, _]) => [*one, *other],
            _ => unreachable!("only tables of two or three columns have bits for their rows"),
        }
    }

    /// Whether a row is there.
    pub(super) fn contains(&self, row: &[u32]) -> bool {
        self.of(row).has(row[self.column])
    }

    /// The bits of a row's line, whatever its value in the column of bits.
    pub(super) fn of(&self, row: &[u32]) -> Line<'_> {
        let key = self.key(row);
        let line = match &self.lines {
            Lines::Single(lines) => lines.get(key[0] as usize).copied().unwrap_or_default(),
            Lines::Paired(lines) => lines.find(hash(key.into_iter()), |(own, _)| *own == key).map_or(0, |(_, line)| *line),
        };
        let bits = (line as usize).checked_sub(1).map_or(&[][..], |line| &self.bits[line * self.words..][..self.words]);
        Line { places: &self.places, bits }
    }

    /// Adds a row, beside `count` others; tells whether it is new.
    #[inline]
    pub(super) fn insert(&mut self, row: &[u32], count: usize, is_wanted: impl Fn() -> bool) -> Result<bool, Sparse> {
        let line = self.line(row, count)?;
        self.set(line, row[self.column], count, is_wanted)
    }

    /// The line of a row, whatever its value in the column of bits.
    pub(super) fn line(&mut self, row: &[u32], count: usize) -> Result<usize, Sparse> {
        let key = self.key(row);
        let known = match &mut self.lines {
            Lines::Single(lines) => {
                make_room(lines, key[0], count)?;
                &mut lines[key[0] as usize]
            }
            Lines::Paired(lines) => {
                let hash_of = |(own, _): &([u32; 2], u32)| hash(own.iter().copied());
                let (entry, _) = lines.entry(hash(key.into_iter()), |(own, _)| *own == key, hash_of, || (key, 0));
                &mut entry.1
            }
        };
        if *known == 0 {
            if !affordable(self.len + 1, self.words, count, self.bytes_per_row) {
                return Err(Sparse);
            }
            self.len += 1;
            *known = u32::try_from(self.len).map_err(|_| Sparse)?;
            self.bits.resize(self.len * self.words, 0);
        }
        Ok(*known as usize - 1)
    }

    /// Adds the row with this value on a line, beside `count` others; tells whether it is new. When all lines have to become wider for it, it
    /// is asked now and then whether it is wanted.
    #[inline]
    pub(super) fn set(&mut self, line: usize, value: u32, count: usize, is_wanted: impl Fn() -> bool) -> Result<bool, Sparse> {
        let place = match self.places.get(value as usize) {
            Some(&place) if place > 0 => place as usize - 1,
            _ => self.place(value, count, is_wanted)?,
        };
        let (word, bit) = self.at(line, place);
        let word = &mut self.bits[word];
        let is_new = *word & bit == 0;
        *word |= bit;
        Ok(is_new)
    }

    /// Gives a value a bit.
    #[cold]
    fn place(&mut self, value: u32, count: usize, is_wanted: impl Fn() -> bool) -> Result<usize, Sparse> {
        make_room(&mut self.places, value, count)?;
        if self.values == self.words * 64 {
            let words = self.words * 2;
            if !affordable(self.len, words, count, self.bytes_per_row) {
                return Err(Sparse);
            }
            let wider = widened(&self.bits, self.words, words, is_wanted).ok_or(Sparse)?;
            let narrow = std::mem::replace(&mut self.bits, wider);
            if narrow.len() > discard::MANY {
                discard(narrow);
            }
            self.words = words;
        }
        self.values += 1;
        self.places[value as usize] = u32::try_from(self.values).map_err(|_| Sparse)?;
        Ok(self.values - 1)
    }

    pub(super) fn remove(&mut self, row: &[u32]) {
        // A row that is there has a line and a bit, for which nothing more is needed.
        if self.contains(row)
            && let Ok(line) = self.line(row, usize::MAX)
        {
            let (word, bit) = self.at(line, self.places[row[self.column] as usize] as usize - 1);
            self.bits[word] &= !bit;
        }
    }

    #[inline]
    fn at(&self, line: usize, place: usize) -> (usize, u64) {
        (line * self.words + place / 64, 1 << (place % 64))
    }
}

/// The bits of lines of so many words as those of wider lines; nothing if they are not wanted any more.
fn widened(bits: &[u64], words: usize, wide: usize, is_wanted: impl Fn() -> bool) -> Option<Vec<u64>> {
    // Pages of zeros that nothing is written to take no time.
    let mut all = vec![0; bits.len() / words * wide];
    let some = (PATIENCE / wide).max(1);
    for (wider, bits) in all.chunks_mut(some * wide).zip(bits.chunks(some * words)) {
        if !is_wanted() {
            discard(all);
            return None;
        }
        for (line, old) in wider.chunks_exact_mut(wide).zip(bits.chunks_exact(words)) {
            line[..words].copy_from_slice(old);
        }
    }
    Some(all)
}

/// Whether so many lines are worth it for so many rows.
fn affordable(lines: usize, words: usize, count: usize, bytes_per_row: usize) -> bool {
    lines.saturating_mul(words * 8) <= count.saturating_mul(bytes_per_row).max(SMALL)
}

fn make_room(numbers: &mut Vec<u32>, value: u32, count: usize) -> Result<(), Sparse> {
    let needed = value as usize + 1;
    if needed > numbers.len() {
        if needed > count.saturating_mul(PLACES_PER_ROW) {
            return Err(Sparse);
        }
        numbers.resize(needed.max(numbers.len() * 2), 0);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Nobody waits until all lines are wider.
    #[test]
    fn an_interrupt_ends_the_widening_of_lines() {
        let bits = vec![1; 8 * PATIENCE];
        let asked = Cell::new(0);
        let widened_while = |times: usize| {
            asked.set(0);
            widened(&bits, 1, 2, || {
                asked.set(asked.get() + 1);
                asked.get() <= times
            })
        };
        assert!(widened_while(usize::MAX).unwrap().chunks(2).all(|line| line == [1, 0]));
        assert_eq!(asked.get(), 16);
        assert_eq!((widened_while(3), asked.get()), (None, 4));
    }
}
