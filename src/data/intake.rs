//! Rows → facts, in the sentence of an import. A row that does not fit ends the import, or is passed over and counted.

use super::Origin;
use super::cell::{Cell, Misfit, Texts};
use super::error::{DataError, rows};
use crate::logic::{Rows, Term};
use crate::value::{Dictionary, Value, ValueId};
use crate::vocabulary::{Slot, SlotKind, Vocabulary};

/// A row of a file.
pub(super) struct Row<'r> {
    /// Counted from 1, without the header.
    pub(super) number: u64,
    /// The line in which it begins, counted from 1.
    pub(super) line: u64,
    /// For each variable, what the row says there.
    pub(super) cells: &'r [Cell<'r>],
    /// For each variable, what its column is called in the file.
    pub(super) headings: &'r [String],
}

/// A row that states nothing, and why.
pub(super) struct BadRow {
    pub(super) number: u64,
    /// What is wrong and where: line, column and cell.
    pub(super) problem: String,
    /// What would be right.
    pub(super) help: String,
    /// It is no row at all, not just one that does not fit.
    pub(super) is_malformed: bool,
}

/// Takes rows, gives facts.
pub(super) struct Intake<'a> {
    pub(super) origin: Origin<'a>,
    vocabulary: &'a Vocabulary,
    dictionary: &'a mut Dictionary,
    texts: Texts,
    is_lenient: bool,
    /// The columns whose days say when a fact is valid.
    validity: (Option<usize>, Option<usize>),
    /// The rows of the relation, one after the other.
    rows: Vec<u32>,
    len: u64,
    skipped: u64,
    first_skipped: Option<BadRow>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(origin: Origin<'a>, is_lenient: bool, vocabulary: &'a Vocabulary, dictionary: &'a mut Dictionary) -> Self {
        let validity = vocabulary.relation(origin.import.pattern.relation).validity();
        Self {
            origin,
            vocabulary,
            dictionary,
            texts: Texts::default(),
            is_lenient,
            validity,
            rows: Vec::new(),
            len: 0,
            skipped: 0,
            first_skipped: None,
        }
    }

    /// States a row; an error ends the import.
    pub(super) fn row(&mut self, row: &Row<'_>) -> Result<(), DataError> {
        let start = self.rows.len();
        match self.fact(row) {
            Ok(()) => {
                self.len += 1;
                Ok(())
            }
            Err(bad) => {
                self.rows.truncate(start);
                self.bad(bad)
            }
        }
    }

    /// Passes a row over, or ends the import.
    pub(super) fn bad(&mut self, bad: BadRow) -> Result<(), DataError> {
        if self.is_lenient {
            self.skipped += 1;
            self.first_skipped.get_or_insert(bad);
            return Ok(());
        }
        let BadRow { number, problem, help, is_malformed } = bad;
        if is_malformed {
            return Err(self.origin.malformed(problem, help));
        }
        let help = format!("{help}; mend the file and import it again: nothing of it was stated");
        Err(DataError::BadCell { path: self.origin.path(), row: number, help, problem, at: self.origin.at })
    }

    /// The facts, how many rows were passed over, and the warning about them.
    pub(super) fn finish(self) -> (Rows, u64, Option<DataError>) {
        let warning = self.first_skipped.map(|BadRow { number, problem, help, .. }| {
            let others = match self.len {
                0 => "no row was imported".to_owned(),
                1 => "the other row was imported".to_owned(),
                len => format!("the other {} were imported", rows(len)),
            };
            DataError::SkippedRows {
                path: self.origin.path(),
                count: self.skipped,
                help: format!("{help}; {others}"),
                problem: if self.skipped == 1 {
                    format!("row {number}: {problem}")
                } else {
                    format!("the first is row {number}: {problem}")
                },
                at: self.origin.at,
            }
        });
        (Rows { data: self.rows, len: self.len }, self.skipped, warning)
    }

    /// Adds a value for each column.
    fn fact(&mut self, row: &Row<'_>) -> Result<(), BadRow> {
        let (pattern, start) = (&self.origin.import.pattern, self.rows.len());
        let slots = &self.vocabulary.relation(pattern.relation).slots;
        for (term, slot) in pattern.terms.iter().zip(slots) {
            let value = match term {
                Term::Value(value) => *value,
                Term::Variable(variable) => {
                    match row.cells[variable.index()].intern(slot, self.vocabulary, self.dictionary, &mut self.texts) {
                        Ok(value) => value,
                        Err(misfit) => return Err(self.bad_cell(row, misfit, variable.index(), slot)),
                    }
                }
                Term::Something | Term::Unmentioned => ValueId::ABSENT,
            };
            self.rows.push(value.0);
        }
        self.holds_some_day(row, &self.rows[start..])
    }

    /// A fact that ends before it begins is none.
    fn holds_some_day(&self, row: &Row<'_>, values: &[u32]) -> Result<(), BadRow> {
        let (Some(since), Some(until)) = self.validity else { return Ok(()) };
        let day = |slot: usize| self.dictionary.value(ValueId(values[slot])).and_then(Value::as_date);
        match (day(since), day(until)) {
            (Some(first), Some(last)) if first > last => Err(BadRow {
                number: row.number,
                problem: format!("line {} says since {first} and until {last}, which is earlier", row.line),
                help: "`since` names the first day and `until` the last".to_owned(),
                is_malformed: false,
            }),
            _ => Ok(()),
        }
    }

    fn bad_cell(&self, row: &Row<'_>, misfit: Misfit, variable: usize, slot: &Slot) -> BadRow {
        let pattern = &self.origin.import.pattern;
        let verb = self.vocabulary.reading(pattern.relation, pattern.reading).verb();
        let (line, heading) = (row.line, &row.headings[variable]);
        let problem = if row.cells[variable].is_repeated() {
            format!("line {line} has the column `{heading}` more than once")
        } else if misfit.holds.is_empty() {
            format!("line {line}, column `{heading}` is empty")
        } else {
            format!("line {line}, column `{heading}` holds {}", misfit.holds)
        };
        let help = misfit.wants.unwrap_or_else(|| {
            if misfit.holds.is_empty() {
                format!("the {} of `{verb}` may not be left out", slot.name)
            } else if slot.kind == SlotKind::Date {
                format!("the {} of `{verb}` is a date, such as `2026-02-01`", slot.name)
            } else {
                format!("the {} of `{verb}` is {}", slot.name, self.vocabulary.describe_kind(slot.kind))
            }
        });
        BadRow { number: row.number, problem, help, is_malformed: false }
    }
}
