//! CSV and TSV files → rows. The first line gives the columns their names.
//!
//! Lines without quotation marks are cut up here, many together; from the first line on that has one the csv crate reads.

use std::io::Read;
use std::rc::Rc;

use csv::{ReaderBuilder, StringRecord};

use super::block::Block;
use super::columns;
use super::error::DataError;
use super::intake::{BadRow, Intake};
use super::lines::{self, Lines};
use super::read::{BUFFER_LEN, Meter, Metered};

const HELP: &str = "every row has as many cells as the header; quotation marks inside a quoted cell are doubled";

/// Hands every row of a file to the intake, except those whose cells are all empty.
pub(super) fn read(bytes: impl Read, delimiter: u8, intake: &mut Intake<'_>) -> Result<(), DataError> {
    let meter = Meter::new();
    let mut lines = Lines::new(Metered { bytes, meter: meter.clone() });
    let mut place = Place { number: 0, line: 1 };
    let header = loop {
        let whole = lines.whole().map_err(|error| intake.origin.unreadable(&error, place.line))?;
        let len = lines::plain(whole);
        let first = memchr::memchr(b'\n', &whole[..len]).map_or(len, |end| end + 1);
        if first == 0 {
            break None;
        }
        let mut header = StringRecord::new();
        let read = reader(delimiter).from_reader(&whole[..first]).read_record(&mut header);
        let has_header = read.map_err(|error| unreadable(intake, &error, (place.line, place.line)))?;
        lines.take(first);
        place.line += 1;
        if has_header {
            break Some(header);
        }
    };
    let Some(header) = header else {
        // There is none, or it has quotation marks.
        let mut reader = reader(delimiter).from_reader(lines.rest());
        let mut header = StringRecord::new();
        let read = reader.read_record(&mut header);
        read.map_err(|error| unreadable(intake, &error, (place.line, place.line)))?;
        let table = Columns::of(&header, intake)?;
        return quoted(reader, &table, place, &meter, intake);
    };
    let table = Columns::of(&header, intake)?;
    if plainly(&mut lines, delimiter, &table, &mut place, &meter, intake)? {
        return Ok(());
    }
    quoted(reader(delimiter).from_reader(lines.rest()), &table, place, &meter, intake)
}

fn reader(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true).has_headers(false).buffer_capacity(BUFFER_LEN);
    builder
}

/// How many rows there were, and the line that comes next.
#[derive(Clone, Copy)]
struct Place {
    number: u64,
    line: u64,
}

/// What the header says.
struct Columns {
    count: usize,
    /// For each variable the number of its column in the file, and what it is called there.
    places: Vec<usize>,
    headings: Vec<String>,
}

impl Columns {
    fn of(header: &StringRecord, intake: &Intake<'_>) -> Result<Self, DataError> {
        let header = header.iter().map(str::to_owned).collect::<Vec<_>>();
        let places = columns::of_headers(intake.origin, &header)?;
        let headings = places.iter().map(|place| header[*place].clone()).collect();
        Ok(Self { count: header.len(), places, headings })
    }

    /// A row that has another number of cells.
    fn misfit(&self, cells: usize, Place { number, line }: Place) -> BadRow {
        let problem = format!("line {line} has {cells} cells, the header {}", self.count);
        BadRow { number, problem, help: HELP.to_owned(), is_malformed: true }
    }
}

/// Reads up to the first line with a quotation mark; tells whether there was none.
fn plainly<R: Read>(
    lines: &mut Lines<R>,
    delimiter: u8,
    columns: &Columns,
    place: &mut Place,
    meter: &Rc<Meter>,
    intake: &mut Intake<'_>,
) -> Result<bool, DataError> {
    let mut block = Block::new(&columns.places, &columns.headings);
    let mut ends = Vec::new();
    loop {
        let whole = lines.whole().map_err(|error| intake.origin.unreadable(&error, place.line))?;
        let len = lines::plain(whole);
        if len == 0 {
            return Ok(whole.is_empty());
        }
        let (text, is_text) = match std::str::from_utf8(&whole[..len]) {
            Ok(text) => (text, true),
            Err(error) => {
                let valid = &whole[..error.valid_up_to()];
                let lines = memchr::memrchr(b'\n', valid).map_or(0, |end| end + 1);
                (std::str::from_utf8(&valid[..lines]).unwrap_or_default(), false)
            }
        };
        lines::ends(text.as_bytes(), delimiter, &mut ends);
        let before = place.number;
        rows(text, &ends, delimiter, columns, place, &mut block, intake)?;
        if !is_text {
            return Err(intake.origin.not_text(place.line));
        }
        if place.number > before {
            meter.begin_row();
        }
        lines.take(len);
    }
}

/// Takes the rows of some lines, whose cells end where it is told.
fn rows(
    text: &str,
    ends: &[u32],
    delimiter: u8,
    columns: &Columns,
    place: &mut Place,
    block: &mut Block<'_>,
    intake: &mut Intake<'_>,
) -> Result<(), DataError> {
    let bytes = text.as_bytes();
    let is_inner = |end: &u32| bytes.get(*end as usize) == Some(&delimiter);
    let mut start = 0;
    let mut left = ends;
    while !left.is_empty() {
        let usual = left.split_at_checked(columns.count).filter(|(own, _)| {
            let (last, inner) = own.split_last().expect("a header has cells");
            inner.iter().all(is_inner) && !is_inner(last)
        });
        let (own, others) =
            usual.unwrap_or_else(|| left.split_at(left.iter().position(|end| !is_inner(end)).map_or(left.len(), |at| at + 1)));
        let end = own.last().map_or(start, |end| *end as usize);
        if own.len() > 1 || !matches!(bytes[start..end], [] | [b'\r']) {
            place.number += 1;
            if own.len() == columns.count {
                block.add(text, start, own, (place.number, place.line), intake)?;
            } else {
                // Whatever was wrong before comes first.
                block.give(text, intake)?;
                intake.bad(columns.misfit(own.len(), *place))?;
            }
        }
        place.line += 1;
        start = end + 1;
        left = others;
    }
    block.give(text, intake)
}

/// Reads on with quotation marks.
fn quoted<R: Read>(
    mut reader: csv::Reader<R>,
    columns: &Columns,
    mut place: Place,
    meter: &Rc<Meter>,
    intake: &mut Intake<'_>,
) -> Result<(), DataError> {
    let first = place.line;
    let mut block = Block::new(&columns.places, &columns.headings);
    let mut record = StringRecord::new();
    // The cells of the rows in the block, one after the other.
    let mut text = String::new();
    let mut ends = Vec::new();
    loop {
        meter.begin_row();
        let read = reader.read_record(&mut record);
        if matches!(read, Ok(true)) {
            place.number += 1;
            place.line = first - 1 + record.position().map_or(1, csv::Position::line);
            if record.len() == columns.count {
                let start = text.len();
                ends.clear();
                for cell in &record {
                    text.push_str(cell);
                    ends.push(u32::try_from(text.len()).expect("a block of rows of bounded length is short"));
                    text.push('\t');
                }
                let before = block.len();
                block.add(&text, start, &ends, (place.number, place.line), intake)?;
                // Rows that were handed over or passed over are not needed any more.
                match block.len() {
                    0 => text.clear(),
                    len if len == before => text.truncate(start),
                    _ => {}
                }
                continue;
            }
        }
        // Whatever was wrong before comes first.
        block.give(&text, intake)?;
        text.clear();
        match read {
            Ok(true) => intake.bad(columns.misfit(record.len(), place))?,
            Ok(false) => return Ok(()),
            Err(error) => return Err(unreadable(intake, &error, (first, reader.position().line() + first - 1))),
        }
    }
}

/// What the csv crate cannot read, which began in the line `first`; now it is in `line`.
#[expect(clippy::wildcard_enum_match_arm, reason = "the csv crate may add kinds")]
fn unreadable(intake: &Intake<'_>, error: &csv::Error, (first, line): (u64, u64)) -> DataError {
    let line = error.position().map_or(line, |position| position.line() + first - 1);
    match error.kind() {
        csv::ErrorKind::Io(error) => intake.origin.unreadable(error, line),
        csv::ErrorKind::Utf8 { .. } => intake.origin.not_text(line),
        _ => intake.origin.malformed(format!("line {line}: {error}"), HELP.to_owned()),
    }
}
