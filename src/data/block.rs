//! Rows of a table of texts, some hundred at a time → the intake. What was met before is looked up for all of them together, column by
//! column; a row with something new, or with something wrong, is taken by itself.

use super::cell::Cell;
use super::error::DataError;
use super::intake::{Intake, Row};
use crate::source::Span;
use crate::value::ValueId;
use crate::value::remembered::UNKNOWN;

/// So many rows are taken together: all that is known of them stays in the nearest cache.
const ROWS: usize = 256;

/// Some rows of a text, in their order.
pub(super) struct Block<'b> {
    /// The number of each row and its line.
    rows: Vec<(u64, u64)>,
    /// Where the cells stand in the text, for each variable.
    cells: Vec<Vec<Span>>,
    /// What was found in each column that variables fill.
    found: Vec<Vec<u32>>,
    /// For each variable the number of its column in the file.
    places: &'b [usize],
    /// For each variable, what its column is called in the file.
    headings: &'b [String],
}

impl<'b> Block<'b> {
    pub(super) fn new(places: &'b [usize], headings: &'b [String]) -> Self {
        Self { rows: Vec::new(), cells: vec![Vec::new(); places.len()], found: Vec::new(), places, headings }
    }

    /// How many rows have been added and not been handed over.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds the row that begins somewhere in the text, and whose cells end where it is told, unless they are all empty. A full block is
    /// handed over at once.
    pub(super) fn add(
        &mut self,
        text: &str,
        start: usize,
        ends: &[u32],
        place: (u64, u64),
        intake: &mut Intake<'_>,
    ) -> Result<(), DataError> {
        let cell = |column: usize| {
            let from = column.checked_sub(1).map_or(start, |before| ends[before] as usize + 1);
            trimmed(text, from, ends[column] as usize)
        };
        let mut is_empty = true;
        for (cells, column) in self.cells.iter_mut().zip(self.places) {
            let own = cell(*column);
            is_empty &= own.is_empty();
            cells.push(own);
        }
        // Spreadsheets leave rows of empty cells at the end.
        if is_empty && (0..ends.len()).all(|column| cell(column).is_empty()) {
            self.cells.iter_mut().for_each(|cells| cells.truncate(self.rows.len()));
            return Ok(());
        }
        self.rows.push(place);
        if self.rows.len() == ROWS { self.give(text, intake) } else { Ok(()) }
    }

    /// Hands all rows over; an error ends the import.
    pub(super) fn give(&mut self, text: &str, intake: &mut Intake<'_>) -> Result<(), DataError> {
        self.found.resize_with(intake.filled.len(), Vec::new);
        for (&(_, variable, slot), found) in intake.filled.iter().zip(&mut self.found) {
            let cells = &self.cells[variable];
            intake.texts.of(slot.kind, intake.vocabulary).find_all(text, cells, intake.dictionary, found);
            if slot.optional {
                // An empty cell says nothing.
                cells.iter().zip(found).filter(|(cell, _)| cell.is_empty()).for_each(|(_, found)| *found = ValueId::ABSENT.0);
            }
        }
        for at in 0..self.rows.len() {
            let (number, line) = self.rows[at];
            let is_known = self.found.iter().all(|column| column[at] != UNKNOWN);
            if (is_known || self.learn(at, text, intake)) && intake.known(number, self.found.iter().map(|column| column[at])) {
                continue;
            }
            let cells = self.cells.iter().map(|cells| Cell::text(&text[cells[at].range()])).collect::<Vec<_>>();
            intake.row(&Row { number, line, cells: &cells, headings: self.headings })?;
        }
        self.rows.clear();
        self.cells.iter_mut().for_each(Vec::clear);
        Ok(())
    }

    /// Makes values of what a row has that is new; tells whether all of it fits.
    fn learn(&mut self, at: usize, text: &str, intake: &mut Intake<'_>) -> bool {
        let Intake { filled, texts, dictionary, vocabulary, .. } = intake;
        filled.iter().zip(&mut self.found).all(|((_, variable, slot), found)| {
            if found[at] == UNKNOWN
                && let Ok(value) = Cell::text(&text[self.cells[*variable][at].range()]).intern(slot, vocabulary, dictionary, texts)
            {
                found[at] = value.0;
            }
            found[at] != UNKNOWN
        })
    }
}

/// A part of a text without the spaces around it.
fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let bytes = text.as_bytes();
    let is_visible = |byte: u8| byte.is_ascii_graphic();
    if start == end || (is_visible(bytes[start]) && is_visible(bytes[end - 1])) {
        return Span::new(start, end);
    }
    let own = &text[start..end];
    let start = start + own.len() - own.trim_start().len();
    Span::new(start, start + own.trim().len())
}
