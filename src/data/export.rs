//! A table of values → a file, in the format that the ending of its path says. What is written can be imported again, except
//! Markdown, and gives the same values wherever the slots say which they are.

use std::io::{self, Write};
use std::sync::Arc;

use super::error::DataError;
use super::format::{self, Format, Shape};
use super::markdown;
use super::pack::Packer;
use crate::source::Span;
use crate::value::Value;

/// Writes rows under their headings to `file` and flushes it, once and at the very end: a [`crate::Files`] takes this for the sign
/// that the file is whole. After an error it is not flushed. `path` tells the format and stands in messages; `at` is its place.
pub(crate) fn export(path: &str, at: Span, columns: &[Arc<str>], rows: &[Vec<Value>], file: impl Write) -> Result<(), DataError> {
    let Format { shape, packing } = format_of(path, at)?;
    let mut packer = Packer::new(file, packing);
    let written = match shape {
        Shape::Delimited(sign) => write_delimited(sign, columns, rows, &mut packer),
        Shape::Array => write_array(columns, rows, &mut packer),
        Shape::Lines => write_lines(columns, rows, &mut packer),
        Shape::Markdown => write_markdown(columns, rows, &mut packer),
    };
    let finished = written.and_then(|()| packer.finish()).and_then(|mut file| file.flush());
    finished.map_err(|error| DataError::Unwritable { path: path.to_owned(), reason: error.to_string(), at })
}

/// Whether a path tells a format: to be asked before a file is made.
pub(crate) fn check_export(path: &str, at: Span) -> Result<(), DataError> {
    format_of(path, at).map(|_| ())
}

fn format_of(path: &str, at: Span) -> Result<Format, DataError> {
    let unknown = || DataError::UnknownExport { path: path.to_owned(), help: format::written_help(path), at };
    Format::of(path).ok_or_else(unknown)
}

fn write_delimited(sign: u8, columns: &[Arc<str>], rows: &[Vec<Value>], out: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().delimiter(sign).from_writer(out);
    writer.write_record(columns.iter().map(|column| &**column))?;
    for row in rows {
        writer.write_record(row.iter().map(ToString::to_string))?;
    }
    writer.flush()
}

fn write_array(columns: &[Arc<str>], rows: &[Vec<Value>], out: &mut impl Write) -> io::Result<()> {
    let keys = keys(columns)?;
    out.write_all(b"[")?;
    for (number, row) in rows.iter().enumerate() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        write_object(&keys, row, out)?;
    }
    out.write_all(if rows.is_empty() { b"]\n" } else { b"\n]\n" })
}

fn write_lines(columns: &[Arc<str>], rows: &[Vec<Value>], out: &mut impl Write) -> io::Result<()> {
    let keys = keys(columns)?;
    for row in rows {
        write_object(&keys, row, out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// The headings as JSON.
fn keys(columns: &[Arc<str>]) -> io::Result<Vec<String>> {
    columns.iter().map(|column| Ok(serde_json::to_string(&**column)?)).collect()
}

/// Names and dates as texts, numbers as numbers with all their digits.
fn write_object(keys: &[String], row: &[Value], out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"{")?;
    for (number, (key, value)) in keys.iter().zip(row).enumerate() {
        write!(out, "{}{key}: ", if number == 0 { "" } else { ", " })?;
        match value {
            Value::Number(number) => write!(out, "{number}")?,
            Value::Date(date) => write!(out, "\"{date}\"")?,
            Value::Name(name) => serde_json::to_writer(&mut *out, &**name)?,
        }
    }
    out.write_all(b"}")
}

fn write_markdown(columns: &[Arc<str>], rows: &[Vec<Value>], out: &mut impl Write) -> io::Result<()> {
    out.write_all(markdown::head(columns).as_bytes())?;
    rows.iter().try_for_each(|row| out.write_all(markdown::row(row.iter()).as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;
    use crate::data::read::unpacked;

    /// A file that keeps what was written to it, and how often it was flushed.
    #[derive(Default)]
    struct Kept {
        bytes: Vec<u8>,
        flushed: usize,
        /// It is full after so many bytes.
        room: Option<usize>,
    }

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.room.is_some_and(|room| self.bytes.len() + bytes.len() > room) {
                return Err(io::Error::other("the disk is full"));
            }
            assert_eq!(self.flushed, 0, "nothing is written behind the end");
            self.bytes.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            self.flushed += 1;
            Ok(())
        }
    }

    fn columns(names: &[&str]) -> Vec<Arc<str>> {
        names.iter().map(|name| (*name).into()).collect()
    }

    fn table() -> (Vec<Arc<str>>, Vec<Vec<Value>>) {
        let number = |text: &str| Value::number(rust_decimal::Decimal::from_str_exact(text).unwrap());
        let rows = vec![
            vec![Value::name("a \"b\", c\t|"), number("-0.1000"), Value::Date("2024-02-29".parse().unwrap())],
            vec![Value::name("Café_*"), number("12345678901234567890.12345678"), Value::Date("0001-01-01".parse().unwrap())],
            vec![Value::name("\\"), number("3"), Value::Date("9999-12-31".parse().unwrap())],
        ];
        (columns(&["name", "count c", "\"day\""]), rows)
    }

    fn written(path: &str, columns: &[Arc<str>], rows: &[Vec<Value>]) -> Vec<u8> {
        let mut file = Kept::default();
        export(path, Span::default(), columns, rows, &mut file).unwrap();
        assert_eq!(file.flushed, 1, "{path}");
        file.bytes
    }

    #[test]
    fn every_format_says_the_same() {
        let (columns, rows) = table();
        let text = |path| String::from_utf8(written(path, &columns, &rows)).unwrap();
        assert_eq!(
            text("a.csv"),
            "name,count c,\"\"\"day\"\"\"\n\"a \"\"b\"\", c\t|\",-0.1,2024-02-29\nCafé_*,12345678901234567890.12345678,0001-01-01\n\\,3,9999-12-31\n"
        );
        assert!(text("a.tsv").starts_with("name\tcount c\t\"\"\"day\"\"\"\n\"a \"\"b\"\", c\t|\"\t-0.1\t2024-02-29\n"));
        let lines = "{\"name\": \"a \\\"b\\\", c\\t|\", \"count c\": -0.1, \"\\\"day\\\"\": \"2024-02-29\"}\n\
             {\"name\": \"Café_*\", \"count c\": 12345678901234567890.12345678, \"\\\"day\\\"\": \"0001-01-01\"}\n\
             {\"name\": \"\\\\\", \"count c\": 3, \"\\\"day\\\"\": \"9999-12-31\"}\n";
        assert_eq!(text("a.ndjson"), lines);
        assert_eq!(text("a.jsonl"), lines);
        assert_eq!(text("a.json"), format!("[\n{}\n]\n", lines.trim_end().replace('\n', ",\n")));
        assert_eq!(
            text("a.md"),
            "| name | count c | \"day\" |\n| --- | --- | --- |\n| a \"b\", c \\| | -0.1 | 2024-02-29 |\n\
             | Café\\_\\* | 12345678901234567890.12345678 | 0001-01-01 |\n| \\\\ | 3 | 9999-12-31 |\n"
        );
    }

    #[test]
    fn no_rows_are_a_table_too() {
        let columns = columns(&["a"]);
        let text = |path| String::from_utf8(written(path, &columns, &[])).unwrap();
        assert_eq!(text("a.csv"), "a\n");
        assert_eq!(text("a.json"), "[]\n");
        assert_eq!(text("a.ndjson"), "");
        assert_eq!(text("a.md"), "| a |\n| --- |\n");
    }

    #[test]
    fn packed_files_hold_what_plain_ones_do() {
        let columns = columns(&["a", "b"]);
        let row = |number: u32| vec![Value::name(&format!("B{}", number % 1000)), Value::number(number * 7919)];
        // Enough for several frames.
        let rows = (0..400_000).map(row).collect::<Vec<_>>();
        for rows in [&rows[..], &rows[..1], &[]] {
            let plain = written("a.csv", &columns, rows);
            for path in ["a.csv.gz", "a.csv.zst"] {
                let packed = written(path, &columns, rows);
                assert!(rows.len() < 2 || packed.len() < plain.len(), "{path}");
                let mut bytes = Vec::new();
                unpacked(Box::new(Cursor::new(packed)), Format::of(path).unwrap().packing).read_to_end(&mut bytes).unwrap();
                assert!(bytes == plain, "{path}");
            }
        }
    }

    #[test]
    fn a_file_that_is_not_whole_is_not_flushed() {
        let (columns, rows) = table();
        for path in ["a.csv", "a.tsv", "a.json", "a.ndjson", "a.md", "a.csv.gz", "a.json.zst"] {
            let whole = written(path, &columns, &rows).len();
            for room in [0, 1, whole / 2, whole - 1] {
                let mut file = Kept { room: Some(room), ..Kept::default() };
                let error = export(path, Span::default(), &columns, &rows, &mut file).unwrap_err();
                assert_eq!(error.to_string(), format!("the file `{path}` cannot be written: the disk is full"));
                assert_eq!(file.flushed, 0, "{path}");
            }
        }
    }

    #[test]
    fn the_ending_tells_the_format() {
        for path in ["a", "a.txt", "a.gz", "a.csv.bz2"] {
            let mut file = Kept::default();
            let error = export(path, Span::default(), &[], &[], &mut file).unwrap_err();
            assert_eq!(error.to_string(), format!("files like `{path}` are not written by this version"));
            assert_eq!((file.bytes.len(), file.flushed), (0, 0));
        }
    }
}
