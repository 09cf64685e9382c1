//! Tables in and out: rows of a CSV, TSV or JSON file → facts, and answers → such a file. Reads from [`Read`] and writes to
//! [`std::io::Write`], never to a path; the path's ending only tells the format.

mod block;
mod cell;
mod columns;
mod delimited;
pub(crate) mod error;
mod export;
mod format;
mod intake;
mod json;
mod lines;
pub(crate) mod markdown;
mod pack;
mod read;

use std::io::{self, Read};

use crate::logic::{Import, Rows};
use crate::source::Span;
use crate::value::Dictionary;
use crate::vocabulary::Vocabulary;
use error::DataError;
use format::{Format, Shape};
use intake::Intake;
use read::{Fault, MAX_ROW_LEN};

pub(crate) use export::{check_export, export};

/// What an import gives.
#[derive(Debug)]
pub(crate) struct Imported {
    /// What the rows state, in their order.
    pub(crate) facts: Rows,
    /// How many rows were passed over.
    pub(crate) skipped: u64,
    /// What is to be said about them.
    pub(crate) warning: Option<DataError>,
}

/// The facts that the rows of a file state. `at` is the place of the import. A bad row is an error, or is passed over and
/// counted if this `is_lenient`.
pub(crate) fn import(
    import: &Import,
    file: Box<dyn Read>,
    at: Span,
    is_lenient: bool,
    vocabulary: &Vocabulary,
    dictionary: &mut Dictionary,
) -> Result<Imported, DataError> {
    let origin = Origin { import, at };
    let Format { shape, packing } = format_of(&import.path, import.path_span)?;
    let bytes = read::unpacked(file, packing);
    let mut intake = Intake::new(origin, is_lenient, vocabulary, dictionary);
    let read = match shape {
        Shape::Delimited(sign) => delimited::read(bytes, sign, &mut intake),
        Shape::Array => json::read_array(bytes, &mut intake),
        Shape::Lines => json::read_lines(bytes, &mut intake),
        Shape::Markdown => Err(unknown(&import.path, import.path_span)),
    };
    if let Err(error) = read {
        intake.discard();
        return Err(error);
    }
    let (facts, skipped, warning) = intake.finish();
    Ok(Imported { facts, skipped, warning })
}

/// Whether a path tells a format that is read: to be asked before anything runs.
pub(crate) fn check_import(path: &str, at: Span) -> Result<(), DataError> {
    format_of(path, at).map(|_| ())
}

fn format_of(path: &str, at: Span) -> Result<Format, DataError> {
    Format::read_from(path).ok_or_else(|| unknown(path, at))
}

fn unknown(path: &str, at: Span) -> DataError {
    DataError::UnknownFormat { path: path.to_owned(), help: format::read_help(path), at }
}

/// The import that a file is read for: what every message about the file names.
#[derive(Clone, Copy, Debug)]
struct Origin<'a> {
    import: &'a Import,
    at: Span,
}

impl Origin<'_> {
    fn path(self) -> String {
        self.import.path.to_string()
    }

    fn malformed(self, problem: String, help: String) -> DataError {
        DataError::Malformed { path: self.path(), help, problem, at: self.at }
    }

    fn not_text(self, line: u64) -> DataError {
        DataError::NotText { path: self.path(), problem: format!("line {line} is not UTF-8"), at: self.at }
    }

    /// Reading came to its end in this line.
    fn unreadable(self, error: &io::Error, line: u64) -> DataError {
        match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(Fault::LongRow) => {
                let problem = format!("a row in line {line} is longer than {MAX_ROW_LEN} bytes");
                self.malformed(problem, "look for a quotation mark or a bracket that is never closed".to_owned())
            }
            Some(fault @ Fault::Expands) => {
                self.malformed(fault.to_string(), "unpack it and look into it; if it is right, import what was unpacked".to_owned())
            }
            Some(fault @ Fault::Damaged { .. }) => {
                self.malformed(fault.to_string(), "get or pack it again, or import the file that was packed".to_owned())
            }
            None => DataError::Unreadable { path: self.path(), reason: error.to_string(), at: self.import.path_span },
        }
    }
}
