//! What can be wrong with data that is imported or exported: codes E05xx and W05xx.

use miette::Diagnostic;
use thiserror::Error;

use crate::source::Span;

/// A file of data that could not be imported, and nothing of it has been stated; or one that could not be written.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum DataError {
    /// A file that cannot be opened or read.
    #[error("the file `{path}` cannot be read: {reason}")]
    #[diagnostic(code(E0501), help("paths are relative to the file with the `import`"))]
    Unreadable {
        /// Its path as written.
        path: String,
        /// What the system says.
        reason: String,
        /// The path.
        #[label(primary, "imported here")]
        at: Span,
    },

    /// A column that the file does not have.
    #[error("`{path}` has no column `{column}`")]
    #[diagnostic(code(E0502), help("{help}"))]
    MissingColumn {
        /// The file.
        path: String,
        /// The variable.
        column: String,
        /// The headers that it has.
        help: String,
        /// What was looked through: headers or keys.
        label: String,
        /// The variable.
        #[label(primary, "{label}")]
        at: Span,
    },

    /// A cell that does not fit its slot.
    #[error("row {row} of `{path}` cannot be imported")]
    #[diagnostic(code(E0503), help("{help}"))]
    BadCell {
        /// The file.
        path: String,
        /// The row, counted from 1 after the header.
        row: u64,
        /// What would fit.
        help: String,
        /// What is wrong: line, column and cell.
        problem: String,
        /// The import.
        #[label(primary, "{problem}")]
        at: Span,
    },

    /// A file that is not UTF-8.
    #[error("`{path}` is not a text in UTF-8")]
    #[diagnostic(code(E0504), help("save it as UTF-8; spreadsheets call this `CSV UTF-8`"))]
    NotText {
        /// The file.
        path: String,
        /// The first line that does not fit.
        problem: String,
        /// The import.
        #[label(primary, "{problem}")]
        at: Span,
    },

    /// A file that is no table.
    #[error("`{path}` is not a well-formed table")]
    #[diagnostic(code(E0504), help("{help}"))]
    Malformed {
        /// The file.
        path: String,
        /// What a file of its format looks like.
        help: String,
        /// Where and why.
        problem: String,
        /// The import.
        #[label(primary, "{problem}")]
        at: Span,
    },

    /// A format that is not read.
    #[error("files like `{path}` are not imported by this version")]
    #[diagnostic(code(E0505), help("{help}"))]
    UnknownFormat {
        /// What is read instead.
        help: String,
        /// The file.
        path: String,
        /// The path.
        #[label(primary, "its ending tells the format")]
        at: Span,
    },

    /// Two headers that are the same for a variable.
    #[error("`{path}` has two columns `{column}`")]
    #[diagnostic(code(E0506), help("rename one of them; only letters and digits count, in either case"))]
    RepeatedColumn {
        /// The file.
        path: String,
        /// The variable.
        column: String,
        /// The variable.
        #[label(primary, "both match this")]
        at: Span,
    },

    /// A format that is not written.
    #[error("files like `{path}` are not written by this version")]
    #[diagnostic(code(E0505), help("{help}"))]
    UnknownExport {
        /// The file.
        path: String,
        /// What is written instead.
        help: String,
        /// The path.
        #[label(primary, "its ending tells the format")]
        at: Span,
    },

    /// A file that cannot be made or written.
    #[error("the file `{path}` cannot be written: {reason}")]
    #[diagnostic(code(E0507), help("paths are relative to the file with the `export`; a folder must be there already"))]
    Unwritable {
        /// Its path as written.
        path: String,
        /// What the system says.
        reason: String,
        /// The path.
        #[label(primary, "to be written here")]
        at: Span,
    },

    /// Rows that did not fit, and were passed over as was wished.
    #[error("{} of `{path}` {} skipped", rows(*.count), if *.count == 1 { "was" } else { "were" })]
    #[diagnostic(code(W0501), severity(Warning), help("{help}"))]
    SkippedRows {
        /// The file.
        path: String,
        /// How many.
        count: u64,
        /// What would fit instead of the first one, and what became of the other rows.
        help: String,
        /// The first one: row, line, column and cell.
        problem: String,
        /// The import.
        #[label(primary, "{problem}")]
        at: Span,
    },
}

/// `1 row`, `2 rows`
pub(super) fn rows(count: u64) -> String {
    format!("{count} row{}", if count == 1 { "" } else { "s" })
}
