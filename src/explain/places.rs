//! Where facts were stated: noted as they are stated, in a few bytes each, and looked through only when somebody asks.
//!
//! A fact is known by a hash of it, so nothing is kept twice; when it was stated more than once, the last place counts. Places of facts
//! that were forgotten stay and are never asked for.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::engine::Interrupt;
use crate::logic::RelationId;
use crate::value::ValueId;

/// So many facts are looked for one by one.
const FEW: usize = 4;

/// So many facts are looked at before it is asked whether somebody interrupts.
const PATIENCE: usize = 1 << 16;

/// Where a fact was stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedAt {
    /// The script, or the file of data.
    pub file: Arc<str>,
    /// The line of the script, or the row of the file without its header, counted from 1.
    pub number: u64,
    /// Whether it is a row of a file of data.
    pub is_row: bool,
}

/// `suppliers.srl, line 3`, `contracts.csv, row 7`
impl std::fmt::Display for StatedAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {} {}", self.file, if self.is_row { "row" } else { "line" }, self.number)
    }
}

/// A place, and the reading in which the fact was written there.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) at: StatedAt,
    pub(super) reading: usize,
}

/// Where every fact was stated.
#[derive(Debug, Default)]
pub(crate) struct Places {
    hashes: Vec<u64>,
    /// For facts of scripts: the line and the reading of each.
    lines: Vec<(u32, u32)>,
    parts: Vec<Part>,
}

/// Facts that were stated one after the other in one file.
#[derive(Debug)]
struct Part {
    file: Arc<str>,
    /// The number of its first fact, and of the first line or the first break that is its.
    first: usize,
    first_line: usize,
    /// Of a file of data: the reading of its rows, and from which fact on they are counted from which number.
    rows: Option<(usize, Vec<(u64, u64)>)>,
}

/// How much had been noted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Noted {
    facts: usize,
    lines: usize,
    parts: usize,
}

fn hash(relation: RelationId, row: impl Iterator<Item = u32>) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    hasher.write_u32(relation.0);
    row.for_each(|value| hasher.write_u32(value));
    hasher.finish()
}

impl Places {
    /// A fact that stands in a line of a script.
    pub(crate) fn note(&mut self, file: &str, line: usize, reading: usize, relation: RelationId, row: &[ValueId]) {
        if self.parts.last().is_none_or(|part| part.rows.is_some() || *part.file != *file) {
            self.parts.push(Part { file: file.into(), first: self.hashes.len(), first_line: self.lines.len(), rows: None });
        }
        self.hashes.push(hash(relation, row.iter().map(|value| value.0)));
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.lines.push((small(line), small(reading)));
    }

    /// The rows of a file of data, or after an interrupt some of them; `numbers` tells from which fact on they are counted from which number.
    pub(crate) fn note_rows(
        &mut self,
        file: &str,
        reading: usize,
        relation: RelationId,
        (width, data): (usize, &[u32]),
        numbers: Vec<(u64, u64)>,
        interrupt: &Interrupt,
    ) {
        let rows = Some((reading, numbers));
        self.parts.push(Part { file: file.into(), first: self.hashes.len(), first_line: self.lines.len(), rows });
        let width = width.max(1);
        self.hashes.reserve(data.len() / width);
        for rows in interrupt.until(data.chunks(width * PATIENCE)) {
            self.hashes.extend(rows.chunks_exact(width).map(|row| hash(relation, row.iter().copied())));
        }
    }

    pub(crate) fn noted(&self) -> Noted {
        Noted { facts: self.hashes.len(), lines: self.lines.len(), parts: self.parts.len() }
    }

    /// Forgets what was noted since.
    pub(crate) fn restore(&mut self, noted: Noted) {
        self.hashes.truncate(noted.facts);
        self.lines.truncate(noted.lines);
        self.parts.truncate(noted.parts);
    }

    /// Where these facts were stated last: many of them in one pass. After an interrupt some are not found.
    pub(super) fn find<'f>(&self, facts: impl Iterator<Item = (RelationId, &'f [u32])>, interrupt: &Interrupt) -> Vec<Option<Written>> {
        let wanted: Vec<u64> = facts.map(|(relation, row)| hash(relation, row.iter().copied())).collect();
        if wanted.len() <= FEW {
            // Comparing takes less than hashing.
            let last = |wanted: &u64| {
                let mut parts = interrupt.until(self.hashes.rchunks(PATIENCE).scan(self.hashes.len(), |end, part| {
                    *end -= part.len();
                    Some((*end, part))
                }));
                parts.find_map(|(first, part)| Some(first + part.iter().rposition(|hash| hash == wanted)?))
            };
            return wanted.iter().map(|wanted| self.place(last(wanted)?)).collect();
        }
        let mut found: FxHashMap<u64, Option<usize>> = wanted.iter().map(|hash| (*hash, None)).collect();
        for (first, part) in interrupt.until((0..).step_by(PATIENCE).zip(self.hashes.chunks(PATIENCE))) {
            for (number, hash) in (first..).zip(part) {
                if let Some(place) = found.get_mut(hash) {
                    *place = Some(number);
                }
            }
        }
        wanted.iter().map(|hash| found.get(hash).copied().flatten().and_then(|number| self.place(number))).collect()
    }

    fn place(&self, number: usize) -> Option<Written> {
        let part = &self.parts[self.parts.partition_point(|part| part.first <= number).checked_sub(1)?];
        let within = number - part.first;
        let at = |number: u64, is_row| StatedAt { file: part.file.clone(), number, is_row };
        Some(match &part.rows {
            None => {
                let (line, reading) = self.lines[part.first_line + within];
                Written { at: at(u64::from(line), false), reading: reading as usize }
            }
            Some((reading, numbers)) => {
                let within = within as u64;
                let (first, row) = *numbers.get(numbers.partition_point(|(first, _)| *first <= within).checked_sub(1)?)?;
                Written { at: at(row + within - first, true), reading: *reading }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_place_of_a_fact_is_found() {
        let mut places = Places::default();
        let relation = RelationId(7);
        let say = |places: &Places, row: &[u32]| {
            let found = places.find(std::iter::once((relation, row)), &Interrupt::default()).pop().flatten();
            found.map(|written| format!("{} as {}", written.at, written.reading))
        };
        let row = |values: [u32; 2]| values.map(ValueId);
        places.note("a.srl", 3, 0, relation, &row([1, 2]));
        places.note("a.srl", 4, 1, relation, &row([2, 3]));
        let noted = places.noted();
        places.note_rows("d.csv", 2, relation, (2, &[5, 6, 1, 2, 7, 8]), vec![(0, 1), (2, 9)], &Interrupt::default());
        places.note("a.srl", 9, 0, relation, &row([5, 6]));
        assert_eq!(say(&places, &[2, 3]).unwrap(), "a.srl, line 4 as 1");
        assert_eq!(say(&places, &[1, 2]).unwrap(), "d.csv, row 2 as 2");
        assert_eq!(say(&places, &[7, 8]).unwrap(), "d.csv, row 9 as 2");
        assert_eq!(say(&places, &[5, 6]).unwrap(), "a.srl, line 9 as 0");
        assert_eq!(say(&places, &[6, 5]), None);
        let many = [[1, 2], [2, 3], [5, 6], [7, 8], [6, 5]];
        let found = places.find(many.iter().map(|row| (relation, &row[..])), &Interrupt::default());
        let numbers = found.iter().map(|found| found.as_ref().map(|written| written.at.number)).collect::<Vec<_>>();
        assert_eq!(numbers, [Some(2), Some(4), Some(9), Some(9), None]);
        let interrupt = Interrupt::default();
        interrupt.raise();
        for count in [1, many.len()] {
            let found = places.find(many[..count].iter().map(|row| (relation, &row[..])), &interrupt);
            assert!(found.len() == count && found.iter().all(Option::is_none));
        }
        places.restore(noted);
        assert_eq!(say(&places, &[1, 2]).unwrap(), "a.srl, line 3 as 0");
        assert_eq!(say(&places, &[5, 6]), None);
    }
}
