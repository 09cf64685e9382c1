//! A set of rows of two or three columns, as bits: a line for the values of all columns but one, and in it a bit for each value of that
//! one. Takes less than a hash for each row where there are many rows of few values, and a run of rows on one line is added quickly.
//!
//! Knows only rows; whether bits are worth it is said by whoever makes one, as the bytes that may be spent on each row.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::rows::hash;

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
    Paired(HashTable<([u32; 2], u32)>),
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

/// There is no room for a row: bits would take too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sparse;

impl Matrix {
    /// An empty one for rows of so many columns.
    pub(super) fn new(width: usize, column: usize, bytes_per_row: usize) -> Self {
        let lines = if width == 2 { Lines::Single(Vec::new()) } else { Lines::Paired(HashTable::new()) };
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
    pub(super) fn insert(&mut self, row: &[u32], count: usize) -> Result<bool, Sparse> {
        let line = self.line(row, count)?;
        self.set(line, row[self.column], count)
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
                match lines.entry(hash(key.into_iter()), |(own, _)| *own == key, |(own, _)| hash(own.iter().copied())) {
                    Entry::Occupied(entry) => &mut entry.into_mut().1,
                    Entry::Vacant(entry) => &mut entry.insert((key, 0)).into_mut().1,
                }
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

    /// Adds the row with this value on a line, beside `count` others; tells whether it is new.
    #[inline]
    pub(super) fn set(&mut self, line: usize, value: u32, count: usize) -> Result<bool, Sparse> {
        let place = match self.places.get(value as usize) {
            Some(&place) if place > 0 => place as usize - 1,
            _ => self.place(value, count)?,
        };
        let (word, bit) = self.at(line, place);
        let word = &mut self.bits[word];
        let is_new = *word & bit == 0;
        *word |= bit;
        Ok(is_new)
    }

    /// Gives a value a bit.
    #[cold]
    fn place(&mut self, value: u32, count: usize) -> Result<usize, Sparse> {
        make_room(&mut self.places, value, count)?;
        if self.values == self.words * 64 {
            let words = self.words * 2;
            if !affordable(self.len, words, count, self.bytes_per_row) {
                return Err(Sparse);
            }
            let mut wider = vec![0; self.len * words];
            for (line, old) in wider.chunks_exact_mut(words).zip(self.bits.chunks_exact(self.words)) {
                line[..self.words].copy_from_slice(old);
            }
            (self.words, self.bits) = (words, wider);
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
