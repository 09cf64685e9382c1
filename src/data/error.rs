//! What can be wrong with imported data: codes E05xx.

use miette::Diagnostic;
use thiserror::Error;

use crate::source::Span;

/// A file of data that could not be imported. Nothing of it has been stated.
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
        /// The variable.
        #[label(primary, "no header matches this")]
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
    #[diagnostic(code(E0504), help("every row has as many cells as the header; quotation marks inside a quoted cell are doubled"))]
    Malformed {
        /// The file.
        path: String,
        /// Where and why.
        problem: String,
        /// The import.
        #[label(primary, "{problem}")]
        at: Span,
    },

    /// A format that is not read.
    #[error("files like `{path}` are not imported by this version")]
    #[diagnostic(code(E0505), help("it reads tables with a header: `.csv` (commas) and `.tsv` (tabs)"))]
    UnknownFormat {
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
}
