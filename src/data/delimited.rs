//! CSV and TSV files → rows. The first line gives the columns their names.

use std::io::Read;

use csv::ReaderBuilder;

use super::block::{Block, ROWS};
use super::columns;
use super::error::DataError;
use super::intake::{BadRow, Intake};
use super::read::{BUFFER_LEN, Meter, Metered};

const HELP: &str = "every row has as many cells as the header; quotation marks inside a quoted cell are doubled";

/// Hands every row of a file to the intake, except those whose cells are all empty.
pub(super) fn read(bytes: impl Read, delimiter: u8, intake: &mut Intake<'_>) -> Result<(), DataError> {
    let meter = Meter::new();
    let bytes = Metered { bytes, meter: meter.clone() };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).buffer_capacity(BUFFER_LEN).from_reader(bytes);
    let header = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect::<Vec<_>>(),
        Err(error) => return Err(unreadable(intake, &error, 1)),
    };
    let places = columns::of_headers(intake.origin, &header)?;
    let headings = places.iter().map(|place| header[*place].clone()).collect::<Vec<_>>();
    let mut block = Block::new(&places, &headings);
    let mut number = 0;
    loop {
        meter.begin_row();
        let record = block.next();
        let read = reader.read_record(&mut record.text);
        if matches!(read, Ok(true)) {
            number += 1;
            record.number = number;
            if record.text.len() == header.len() {
                // Spreadsheets leave rows of empty cells at the end.
                block.len += usize::from(!record.text.iter().all(|cell| cell.trim().is_empty()));
                if block.len == ROWS {
                    block.give(intake)?;
                }
                continue;
            }
        }
        let problem = format!("line {} has {} cells, the header {}", record.line(), record.text.len(), header.len());
        // Whatever was wrong before comes first.
        block.give(intake)?;
        match read {
            Ok(true) => {
                intake.bad(BadRow { number, problem, help: HELP.to_owned(), is_malformed: true })?;
            }
            Ok(false) => return Ok(()),
            Err(error) => return Err(unreadable(intake, &error, reader.position().line())),
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the csv crate may add kinds")]
fn unreadable(intake: &Intake<'_>, error: &csv::Error, line: u64) -> DataError {
    let line = error.position().map_or(line, csv::Position::line);
    let shown = error.to_string();
    match error.kind() {
        csv::ErrorKind::Io(error) => intake.origin.unreadable(error, line),
        csv::ErrorKind::Utf8 { .. } => intake.origin.not_text(line),
        _ => intake.origin.malformed(format!("line {line}: {shown}"), HELP.to_owned()),
    }
}
