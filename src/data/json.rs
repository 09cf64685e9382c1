//! JSON files → rows: an array of objects, or an object a line. The keys are the columns, and each object may have others.
//!
//! Only one object is held at a time, as the text that it is in the file, so numbers come out with all their digits.

use std::borrow::Cow;
use std::fmt;
use std::io::{BufReader, Read};
use std::rc::Rc;

use serde::de::{Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cell::Cell;
use super::columns::Keys;
use super::error::DataError;
use super::intake::{BadRow, Intake, Row};
use super::read::{BUFFER_LEN, Meter, Metered, read_line, without_mark};

const ARRAY_HELP: &str =
    "such a file is a list of objects: `[{\"provider\": \"B\", \"consumer\": \"C\"}, …]`; with an object a line its name ends in `.ndjson`";

const LINES_HELP: &str =
    "such a file has an object a line: `{\"provider\": \"B\", \"consumer\": \"C\"}`; a list of objects ends in `.json`";

/// Hands every object of an array to the intake.
pub(super) fn read_array(bytes: Box<dyn Read>, intake: &mut Intake<'_>) -> Result<(), DataError> {
    let origin = intake.origin;
    let meter = Meter::new();
    let bytes = without_mark(bytes).map_err(|error| origin.unreadable(&error, 1))?;
    let bytes = Metered { bytes: BufReader::with_capacity(BUFFER_LEN, bytes), meter: meter.clone() };
    let mut objects = Objects { keys: Keys::new(origin), intake, number: 0, failure: None, is_over: false };
    let mut deserializer = serde_json::Deserializer::from_reader(bytes);
    let elements = Elements { objects: &mut objects, meter: meter.clone() };
    let read = deserializer.deserialize_seq(elements).and_then(|()| deserializer.end());
    match read {
        // What ended it is known better than by the words of the parser.
        Err(_) if objects.failure.is_some() => objects.failure.map_or(Ok(()), Err),
        Err(error) if error.is_io() => Err(origin.unreadable(&error.into(), meter.line())),
        Err(error) if error.is_syntax() && said(&error).starts_with("invalid unicode") => Err(origin.not_text(error.line() as u64)),
        Err(error) if error.is_eof() => {
            Err(origin.malformed(format!("line {}: the file ends before its list does", error.line().max(1)), ARRAY_HELP.to_owned()))
        }
        Err(error) if error.is_data() => Err(origin.malformed("this is no list".to_owned(), ARRAY_HELP.to_owned())),
        Err(error) => {
            let problem = format!("line {}, character {}: {}", error.line(), error.column(), said(&error));
            Err(origin.malformed(problem, ARRAY_HELP.to_owned()))
        }
        Ok(()) => objects.finish(),
    }
}

/// Hands the object of every line to the intake.
pub(super) fn read_lines(bytes: Box<dyn Read>, intake: &mut Intake<'_>) -> Result<(), DataError> {
    let origin = intake.origin;
    let bytes = without_mark(bytes).map_err(|error| origin.unreadable(&error, 1))?;
    let mut bytes = BufReader::with_capacity(BUFFER_LEN, bytes);
    let mut objects = Objects { keys: Keys::new(origin), intake, number: 0, failure: None, is_over: false };
    let mut text = Vec::new();
    for line in 1.. {
        read_line(&mut bytes, &mut text).map_err(|error| origin.unreadable(&error, line))?;
        if text.is_empty() || objects.is_over {
            break;
        }
        let text = std::str::from_utf8(&text).map_err(|_| origin.not_text(line))?.trim_ascii();
        if text.is_empty() {
            continue;
        }
        match serde_json::from_str::<&RawValue>(text) {
            Ok(_) => objects.take(text, line, LINES_HELP),
            Err(error) => {
                let what = if error.is_eof() { "it ends too early".to_owned() } else { said(&error) };
                objects.number += 1;
                objects.broken(format!("line {line}, character {}: {what}", error.column()), LINES_HELP);
            }
        }
    }
    objects.finish()
}

/// What an error says, without the place.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or_else(|| text.clone(), |(said, _)| said.to_owned())
}

/// Takes the objects one after the other.
struct Objects<'o, 'a> {
    intake: &'o mut Intake<'a>,
    keys: Keys<'a>,
    number: u64,
    /// What ends the import. It goes on for keys that were not met so far: a variable that no object has as its key says more
    /// than an empty cell.
    failure: Option<DataError>,
    /// No further object is needed.
    is_over: bool,
}

impl Objects<'_, '_> {
    /// Takes the text of a JSON value that begins in `line`.
    fn take(&mut self, text: &str, line: u64, help: &str) {
        self.number += 1;
        if let Some(what) = not_an_object(text) {
            return self.broken(format!("line {line} holds {what}, not an object"), help);
        }
        let object = match serde_json::Deserializer::from_str(text).deserialize_map(Entries(&mut self.keys)) {
            Ok(object) => object,
            Err(error) => return self.broken(format!("line {line}: {}", said(&error)), help),
        };
        if object.are_all_empty || self.failure.is_some() {
            self.is_over = self.failure.is_some() && self.keys.are_all_met();
            return;
        }
        let variables = 0..self.intake.origin.import.variables.len();
        let cells = variables.map(|variable| object.cells[self.keys.place(variable)].clone()).collect::<Vec<_>>();
        let taken = self.intake.row(&Row { number: self.number, line, cells: &cells, headings: self.keys.headings() });
        self.failure = taken.err();
        self.is_over = self.failure.is_some() && self.keys.are_all_met();
    }

    /// Takes something that is no object.
    fn broken(&mut self, problem: String, help: &str) {
        if self.failure.is_none() {
            let bad = BadRow { number: self.number, problem, help: help.to_owned(), is_malformed: true };
            self.failure = self.intake.bad(bad).err();
        }
        self.is_over = self.failure.is_some();
    }

    fn finish(self) -> Result<(), DataError> {
        if !matches!(self.failure, Some(DataError::Malformed { .. })) {
            self.keys.finish()?;
        }
        self.failure.map_or(Ok(()), Err)
    }
}

fn not_an_object(text: &str) -> Option<&'static str> {
    match text.as_bytes().first() {
        Some(b'{') => None,
        Some(b'[') => Some("a list"),
        Some(b'"') => Some("a text"),
        Some(b't' | b'f') => Some("true or false"),
        Some(b'n') => Some("`null`"),
        _ => Some("a number"),
    }
}

/// Visits an array, object by object.
struct Elements<'e, 'o, 'a> {
    objects: &'e mut Objects<'o, 'a>,
    meter: Rc<Meter>,
}

impl<'de> Visitor<'de> for Elements<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<Box<RawValue>>()? {
            let text = element.get();
            let lines = text.bytes().filter(|byte| *byte == b'\n').count() as u64;
            self.objects.take(text, self.meter.line() - lines, ARRAY_HELP);
            if self.objects.is_over {
                return Err(A::Error::custom("the import is over"));
            }
            self.meter.begin_row();
        }
        Ok(())
    }
}

/// Visits an object, and keeps the cells that are wanted.
struct Entries<'k, 'a>(&'k mut Keys<'a>);

/// What an object says.
struct Object<'t> {
    /// For each column that is wanted.
    cells: Vec<Cell<'t>>,
    /// Also those that are not wanted.
    are_all_empty: bool,
}

impl<'t> Visitor<'t> for Entries<'_, '_> {
    type Value = Object<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut entries: A) -> Result<Object<'t>, A::Error> {
        let mut cells = vec![None; self.0.len()];
        let mut are_all_empty = true;
        while let Some((key, value)) = entries.next_entry::<String, &RawValue>()? {
            let cell = cell(value.get());
            are_all_empty &= matches!(&cell, Cell::Text(text) if text.trim().is_empty());
            if let Some(place) = self.0.find(&key) {
                cells[place] = Some(if cells[place].is_some() { Cell::Repeated } else { cell });
            }
        }
        Ok(Object { cells: cells.into_iter().map(|cell| cell.unwrap_or(Cell::EMPTY)).collect(), are_all_empty })
    }
}

/// A JSON value as a cell.
fn cell(text: &str) -> Cell<'_> {
    match text.as_bytes().first() {
        Some(b'n') => Cell::EMPTY,
        Some(b'"') if !text.contains('\\') => Cell::Text(Cow::Borrowed(text.trim_matches('"'))),
        Some(b'"') => serde_json::from_str(text).map_or(Cell::Unfit("half a character"), |text| Cell::Text(Cow::Owned(text))),
        Some(b'[') => Cell::Unfit("a list"),
        Some(b'{') => Cell::Unfit("an object"),
        Some(b't') => Cell::Unfit("`true`"),
        Some(b'f') => Cell::Unfit("`false`"),
        _ => Cell::Number(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cells() {
        let text = |text: &str| Cell::Text(Cow::Owned(text.to_owned()));
        let cases = [
            ("\"\"", text("")),
            ("\" a b \"", text(" a b ")),
            ("\"\\u00e9\\n\\\"\"", text("\u{e9}\n\"")),
            ("\"\\ud83d\\ude00\"", text("\u{1f600}")),
            ("\"\\ud83d\"", Cell::Unfit("half a character")),
            ("null", Cell::EMPTY),
            ("-1.50e3", Cell::Number("-1.50e3")),
            ("true", Cell::Unfit("`true`")),
            ("[1]", Cell::Unfit("a list")),
            ("{}", Cell::Unfit("an object")),
        ];
        for (written, expected) in cases {
            assert_eq!(cell(written), expected, "{written}");
        }
    }
}
