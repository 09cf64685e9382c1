//! The ending of a path → the format of the file. Opens nothing.

/// How the rows of a file are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Cells between commas, or whatever this byte is, below a line of headers.
    Delimited(u8),
    /// A JSON array of objects.
    Array,
    /// A JSON object a line.
    Lines,
    /// A table for a document, which is written and not read.
    Markdown,
}

/// What a file is packed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// What an ending says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) shape: Shape,
    pub(super) packing: Packing,
}

impl Format {
    /// The format of a file of this name; nothing if its ending says none. Capitals make no difference.
    pub(super) fn of(path: &str) -> Option<Self> {
        let (rest, last) = split(path)?;
        let packing = match last.as_str() {
            "gz" => Packing::Gzip,
            "zst" => Packing::Zstd,
            _ => Packing::Plain,
        };
        let ending = if packing == Packing::Plain { last } else { split(rest)?.1 };
        let shape = match ending.as_str() {
            "csv" => Shape::Delimited(b','),
            "tsv" => Shape::Delimited(b'\t'),
            "json" => Shape::Array,
            "ndjson" | "jsonl" => Shape::Lines,
            "md" => Shape::Markdown,
            _ => return None,
        };
        Some(Self { shape, packing })
    }

    /// As [`Self::of`], without what is only written.
    pub(super) fn read_from(path: &str) -> Option<Self> {
        Self::of(path).filter(|format| format.shape != Shape::Markdown)
    }
}

fn split(path: &str) -> Option<(&str, String)> {
    path.rsplit_once('.').map(|(rest, ending)| (rest, ending.to_ascii_lowercase()))
}

/// What helps with a path that [`Format::read_from`] does not know.
pub(super) fn read_help(path: &str) -> String {
    let packed = packed_help(path);
    format!(
        "{packed}it reads `.csv` (commas), `.tsv` (tabs), `.json` (a list of objects) and `.ndjson` or `.jsonl` (an object a line), \
         each also packed as `.gz` or `.zst`; other programs can save a table as one of them"
    )
}

/// What helps with a path that [`Format::of`] does not know.
pub(super) fn written_help(path: &str) -> String {
    let packed = packed_help(path);
    format!("{packed}it writes `.csv`, `.tsv`, `.json`, `.ndjson`, `.jsonl` and `.md`, each also packed as `.gz` or `.zst`")
}

/// `contracts.gz` does not say what is packed.
fn packed_help(path: &str) -> String {
    let is_bare = |rest: &str| !rest.rsplit(['/', '\\']).next().unwrap_or_default().contains('.');
    match split(path) {
        Some((rest, ending)) if matches!(ending.as_str(), "gz" | "zst") && is_bare(rest) => {
            format!("the ending before `.{ending}` tells what is packed, as in `table.csv.{ending}`; ")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_the_format() {
        let format = |shape, packing| Some(Format { shape, packing });
        assert_eq!(Format::of("a/b.csv"), format(Shape::Delimited(b','), Packing::Plain));
        assert_eq!(Format::of("B.TSV.GZ"), format(Shape::Delimited(b'\t'), Packing::Gzip));
        assert_eq!(Format::of("b.x.json.zst"), format(Shape::Array, Packing::Zstd));
        assert_eq!(Format::of("b.jsonl"), Format::of("b.ndjson"));
        assert_eq!(Format::of("b.md"), format(Shape::Markdown, Packing::Plain));
        for path in ["", "csv", "b.gz", "b.csv.gz.gz", "b.csv.", "b.xlsx", "a.csv/b", "b.parquet"] {
            assert_eq!(Format::of(path), None, "{path}");
        }
        assert_eq!(Format::read_from("b.md"), None);
    }

    #[test]
    fn a_packed_file_says_what_is_packed() {
        assert!(read_help("a.b/contracts.gz").starts_with("the ending before `.gz`"));
        assert!(written_help("contracts.zst").starts_with("the ending before `.zst`"));
        assert!(read_help("contracts.xlsx.gz").starts_with("it reads"));
    }
}
