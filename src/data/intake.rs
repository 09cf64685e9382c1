//! Rows → facts, in the sentence of an import. A row that does not fit ends the import, or is passed over and counted.

use jiff::civil::Date;

use super::Origin;
use super::cell::{Cell, Misfit, Texts};
use super::error::{DataError, rows};
use crate::discard::{self, discard};
use crate::logic::{Import, Rows, Term};
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
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) dictionary: &'a mut Dictionary,
    pub(super) texts: Texts,
    is_lenient: bool,
    /// The columns of the relation that variables fill: column, variable and slot.
    pub(super) filled: Vec<(usize, usize, &'a Slot)>,
    /// What stands in the other columns of every row.
    constant: Vec<u32>,
    /// The columns whose days say when a fact is valid, if a row may say it.
    validity: (Option<usize>, Option<usize>),
    /// The rows of the relation, one after the other.
    rows: Vec<u32>,
    len: u64,
    /// From which fact on they stand in which rows, and the row that comes next.
    numbers: Vec<(u64, u64)>,
    next: u64,
    skipped: u64,
    first_skipped: Option<BadRow>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(origin: Origin<'a>, is_lenient: bool, vocabulary: &'a Vocabulary, dictionary: &'a mut Dictionary) -> Self {
        let Origin { import: Import { pattern, .. }, .. } = origin;
        let relation = vocabulary.relation(pattern.relation);
        let slots = pattern.terms.iter().zip(&relation.slots).enumerate();
        let filled = slots.filter_map(|(column, (term, slot))| Some((column, term.variable()?.index(), slot)));
        let constant = |term: &Term| match term {
            Term::Value(value) => value.0,
            Term::Variable(_) | Term::Something | Term::Unmentioned => ValueId::ABSENT.0,
        };
        let constant = pattern.terms.iter().map(constant).collect::<Vec<_>>();
        let filled: Vec<(usize, usize, &Slot)> = filled.collect();
        let is_said = |slot: &usize| constant[*slot] != ValueId::ABSENT.0 || filled.iter().any(|(column, ..)| column == slot);
        let (since, until) = relation.validity();
        let validity = (since.filter(is_said), until.filter(is_said));
        Self {
            origin,
            vocabulary,
            dictionary,
            texts: Texts::new(),
            is_lenient,
            filled,
            constant,
            validity,
            rows: Vec::new(),
            len: 0,
            numbers: Vec::new(),
            next: 0,
            skipped: 0,
            first_skipped: None,
        }
    }

    /// States a row; an error ends the import.
    pub(super) fn row(&mut self, row: &Row<'_>) -> Result<(), DataError> {
        let start = self.rows.len();
        match self.fact(row) {
            Ok(()) => {
                self.count(row.number);
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
        (Rows { data: self.rows, len: self.len, numbers: self.numbers }, self.skipped, warning)
    }

    /// Forgets everything; whoever reads why does not wait until the memory is free.
    pub(super) fn discard(self) {
        if self.rows.len() > discard::MANY {
            discard((self.rows, self.numbers, self.texts));
        }
    }

    /// Adds a value for each column.
    fn fact(&mut self, row: &Row<'_>) -> Result<(), BadRow> {
        let start = self.rows.len();
        self.rows.extend_from_slice(&self.constant);
        for number in 0..self.filled.len() {
            let (column, variable, slot) = self.filled[number];
            match row.cells[variable].intern(slot, self.vocabulary, self.dictionary, &mut self.texts) {
                Ok(value) => self.rows[start + column] = value.0,
                Err(misfit) => return Err(self.bad_cell(row, misfit, variable, slot)),
            }
        }
        match self.ends_too_early(&self.rows[start..]) {
            Some((first, last)) => Err(BadRow {
                number: row.number,
                problem: format!("line {} says since {first} and until {last}, which is earlier", row.line),
                help: "`since` names the first day and `until` the last".to_owned(),
                is_malformed: false,
            }),
            None => Ok(()),
        }
    }

    /// States the row of this number, which has these values where variables fill it; or tells that it is no fact.
    #[inline]
    pub(super) fn known(&mut self, number: u64, values: impl Iterator<Item = u32>) -> bool {
        let start = self.rows.len();
        self.rows.extend_from_slice(&self.constant);
        let row = &mut self.rows[start..];
        self.filled.iter().zip(values).for_each(|((column, ..), value)| row[*column] = value);
        let is_fact = self.ends_too_early(&self.rows[start..]).is_none();
        if is_fact {
            self.count(number);
        } else {
            self.rows.truncate(start);
        }
        is_fact
    }

    /// Counts the fact that was added last, which stands in the row of this number.
    fn count(&mut self, number: u64) {
        if number != self.next {
            self.numbers.push((self.len, number));
        }
        self.next = number + 1;
        self.len += 1;
    }

    /// The days of a fact that ends before it begins: it is none.
    fn ends_too_early(&self, values: &[u32]) -> Option<(Date, Date)> {
        let (Some(since), Some(until)) = self.validity else { return None };
        let day = |slot: usize| self.dictionary.value(ValueId(values[slot])).and_then(Value::as_date);
        let (first, last) = (day(since)?, day(until)?);
        (first > last).then_some((first, last))
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
