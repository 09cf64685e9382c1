//! Rows of a table of texts, some hundred at a time → the intake. What was met before is looked up for all of them together, column by
//! column; a row with something new, or with something wrong, is taken by itself.

use std::borrow::Cow;

use csv::StringRecord;

use super::cell::Cell;
use super::error::DataError;
use super::intake::{Intake, Row};
use crate::value::ValueId;

/// So many rows are taken together: all that is known of them stays in the nearest cache.
pub(super) const ROWS: usize = 256;

/// Some rows of a file, in their order.
pub(super) struct Block<'b> {
    /// Room for rows, of which the first `len` are there.
    records: Vec<Record>,
    pub(super) len: usize,
    /// What was found in each column that variables fill.
    found: Vec<Vec<Option<ValueId>>>,
    /// For each variable the number of its column in the file.
    places: &'b [usize],
    /// For each variable, what its column is called in the file.
    headings: &'b [String],
}

#[derive(Default)]
pub(super) struct Record {
    pub(super) text: StringRecord,
    /// Counted from 1, without the header.
    pub(super) number: u64,
}

impl Record {
    /// The line in which it begins, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.text.position().map_or(0, csv::Position::line)
    }
}

impl<'b> Block<'b> {
    pub(super) fn new(places: &'b [usize], headings: &'b [String]) -> Self {
        Self { records: Vec::new(), len: 0, found: Vec::new(), places, headings }
    }

    /// The row after the last one, which a file may be read into.
    pub(super) fn next(&mut self) -> &mut Record {
        if self.records.len() == self.len {
            self.records.push(Record::default());
        }
        &mut self.records[self.len]
    }

    /// Hands all rows over; an error ends the import.
    pub(super) fn give(&mut self, intake: &mut Intake<'_>) -> Result<(), DataError> {
        let records = &self.records[..std::mem::take(&mut self.len)];
        self.found.resize_with(intake.filled.len(), Vec::new);
        for (&(_, variable, slot), found) in intake.filled.iter().zip(&mut self.found) {
            let texts = records.iter().map(|record| record.text[self.places[variable]].trim());
            intake.texts.of(slot.kind, intake.vocabulary).find_all(texts.clone(), intake.dictionary, found);
            if slot.optional {
                // An empty cell says nothing.
                texts.zip(found).filter(|(text, _)| text.is_empty()).for_each(|(_, found)| *found = Some(ValueId::ABSENT));
            }
        }
        for (number, record) in records.iter().enumerate() {
            let is_known = self.found.iter().all(|column| column[number].is_some());
            if is_known && intake.known(self.found.iter().filter_map(|column| column[number])) {
                continue;
            }
            let cells = self.places.iter().map(|place| Cell::Text(Cow::Borrowed(&record.text[*place]))).collect::<Vec<_>>();
            intake.row(&Row { number: record.number, line: record.line(), cells: &cells, headings: self.headings })?;
        }
        Ok(())
    }
}
