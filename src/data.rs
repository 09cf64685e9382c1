//! Tables in: rows of a CSV or TSV file → facts. Reads from an [`std::io::Read`], never from a path.

pub(crate) mod error;

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use crate::logic::{Fact, Import, Term};
use crate::source::Span;
use crate::value::{Dictionary, Value, ValueId, composed};
use crate::vocabulary::{Reading, Slot, SlotKind, Vocabulary};
use error::DataError;
use rust_decimal::Decimal;

/// The facts that the rows of a table state, in their order. `at` is the place of the import.
pub(crate) fn import(
    import: &Import,
    table: impl Read,
    at: Span,
    vocabulary: &Vocabulary,
    dictionary: &mut Dictionary,
) -> Result<Vec<Fact>, DataError> {
    let path = import.path.to_string();
    let delimiter = delimiter(&import.path).ok_or(DataError::UnknownFormat { path, at: import.path_span })?;
    let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(table);
    let header = reader.headers().map_err(|error| unreadable(import, at, &error))?.clone();
    let columns =
        import.variables.iter().map(|(variable, span)| column(import, &header, variable, *span)).collect::<Result<Vec<_>, _>>()?;
    let relation = vocabulary.relation(import.pattern.relation);
    let reading = &relation.readings[import.pattern.reading];
    let mut facts = Vec::new();
    let mut record = StringRecord::new();
    let mut row = 0;
    while reader.read_record(&mut record).map_err(|error| unreadable(import, at, &error))? {
        row += 1;
        // Spreadsheets leave rows of empty cells at the end.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let value = |(term, slot): (&Term, &Slot)| match term {
            Term::Value(value) => Ok(*value),
            Term::Variable(variable) => {
                let column = columns[variable.index()];
                let cell = record.get(column).unwrap_or_default().trim();
                match cell_value(cell, slot, vocabulary) {
                    Some(value) => Ok(value.map_or(ValueId::ABSENT, |value| dictionary.intern(&value))),
                    None => Err(bad_cell(import, at, &record, &header[column], cell, vocabulary, reading, slot, row)),
                }
            }
            Term::Something | Term::Unmentioned => Ok(ValueId::ABSENT),
        };
        let values = import.pattern.terms.iter().zip(&relation.slots).map(value).collect::<Result<_, _>>()?;
        facts.push(Fact { relation: import.pattern.relation, values });
    }
    Ok(facts)
}

fn delimiter(path: &str) -> Option<u8> {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase())?;
    match ending.as_str() {
        "csv" => Some(b','),
        "tsv" => Some(b'\t'),
        _ => None,
    }
}

/// Headers and variables without what makes no difference between them.
fn folded(name: &str) -> String {
    composed(name).chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn column(import: &Import, header: &StringRecord, variable: &str, at: Span) -> Result<usize, DataError> {
    let wanted = folded(variable);
    let mut matching = (0..header.len()).filter(|column| folded(&header[*column]) == wanted);
    let (path, column) = (import.path.to_string(), variable.to_owned());
    match (matching.next(), matching.next()) {
        (Some(column), None) => Ok(column),
        (Some(_), Some(_)) => Err(DataError::RepeatedColumn { path, column, at }),
        (None, _) => {
            let variables = header.iter().map(as_variable).collect::<Vec<_>>();
            let near = crate::diagnostics::suggest::nearest(variable, variables.iter().map(String::as_str));
            let other_separator = [';', '\t', '|'].into_iter().find(|sign| header.len() == 1 && header[0].contains(*sign));
            if let Some(sign) = other_separator {
                let help = format!("its cells are separated by `{}`: save it with commas, or with tabs as `.tsv`", sign.escape_default());
                return Err(DataError::MissingColumn { path, column, help, at });
            }
            if header.iter().all(|header| header.trim().is_empty()) {
                let help = "the file is empty: its first line gives the columns their names".to_owned();
                return Err(DataError::MissingColumn { path, column, help, at });
            }
            let columns = variables.iter().map(|variable| format!("`?{variable}`")).collect::<Vec<_>>().join(", ");
            let help = near
                .map_or_else(|| format!("its columns are {columns}"), |near| format!("did you mean `?{near}`? Its columns are {columns}"));
            Err(DataError::MissingColumn { path, column, help, at })
        }
    }
}

/// A header as a variable is written: `Vendor Name` → `Vendor-Name`.
fn as_variable(header: &str) -> String {
    let words = header.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// What a cell says in its slot; the outer `None` for a cell that does not fit, the inner one for an empty cell.
#[expect(clippy::option_option, reason = "an empty cell is a value of its own here: nothing")]
fn cell_value(cell: &str, slot: &Slot, vocabulary: &Vocabulary) -> Option<Option<Value>> {
    if cell.is_empty() {
        return slot.optional.then_some(None);
    }
    if cell.len() > crate::value::MAX_NAME_LEN || cell.contains(['\n', '\r']) {
        return None;
    }
    // As the grammar writes them, and nothing that other programs take for a number or a day.
    let is_number = cell.strip_prefix('-').unwrap_or(cell).bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'%'));
    let day = || (cell.len() == 10 && cell.as_bytes()[4] == b'-').then(|| cell.parse().ok().map(Value::Date)).flatten();
    let number = || Decimal::from_str_exact(cell.strip_suffix('%').unwrap_or(cell)).ok();
    let percent =
        |mut number: Decimal| if cell.ends_with('%') { number.set_scale(number.scale() + 2).ok().map(|()| number) } else { Some(number) };
    match slot.kind {
        SlotKind::Number => is_number.then(number).flatten().and_then(percent).map(|number| Some(Value::number(number))),
        SlotKind::Date => day().map(Some),
        kind if vocabulary.holds_names(kind) => Some(Some(Value::name(cell))),
        SlotKind::Any | SlotKind::Kind(_) => {
            let is_whole = cell.strip_prefix('-').unwrap_or(cell).bytes().all(|byte| byte.is_ascii_digit());
            let whole = is_whole.then(number).flatten().map(Value::number);
            Some(Some(whole.or_else(day).unwrap_or_else(|| Value::name(cell))))
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "everything that the message names")]
fn bad_cell(
    import: &Import,
    at: Span,
    record: &StringRecord,
    header: &str,
    cell: &str,
    vocabulary: &Vocabulary,
    reading: &Reading,
    slot: &Slot,
    row: u64,
) -> DataError {
    let line = record.position().map_or(0, csv::Position::line);
    let shown = if cell.is_empty() { "is empty".to_owned() } else { format!("holds `{}`", cell.chars().take(40).collect::<String>()) };
    let expected = if cell.is_empty() {
        format!("the {} of `{}` may not be left out", slot.name, reading.verb())
    } else if slot.kind == SlotKind::Date {
        format!("the {} of `{}` is a date, such as `2026-02-01`", slot.name, reading.verb())
    } else if cell.contains(['\n', '\r']) {
        "a name stands on one line".to_owned()
    } else if cell.len() > crate::value::MAX_NAME_LEN {
        format!("a name is at most {} bytes long", crate::value::MAX_NAME_LEN)
    } else {
        format!("the {} of `{}` is {}", slot.name, reading.verb(), vocabulary.describe_kind(slot.kind))
    };
    DataError::BadCell {
        path: import.path.to_string(),
        row,
        help: format!("{expected}; mend the file and import it again: nothing of it was stated"),
        problem: format!("line {line}, column `{header}` {shown}"),
        at,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the csv crate may add kinds")]
fn unreadable(import: &Import, at: Span, error: &csv::Error) -> DataError {
    let path = import.path.to_string();
    let line = error.position().map_or(0, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Io(error) => DataError::Unreadable { path, reason: error.to_string(), at: import.path_span },
        csv::ErrorKind::Utf8 { .. } => DataError::NotText { path, problem: format!("line {line} is not UTF-8"), at },
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            DataError::Malformed { path, problem: format!("line {line} has {len} cells, the header {expected_len}"), at }
        }
        _ => DataError::Malformed { path, problem: format!("line {line}: {error}"), at },
    }
}
