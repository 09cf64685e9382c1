//! Problems as the outside sees them: what every stage's errors have in common.
//!
//! The text, code, labels and help of a problem stand in the `error.rs` of its stage; the register of codes has a page for each, and
//! [`Problem::render`] (feature `render`) draws them.

pub(crate) mod codes;
#[cfg(feature = "render")]
pub(crate) mod render;
pub(crate) mod suggest;

use std::fmt;
use std::sync::Arc;

use miette::Diagnostic as _;

pub use crate::data::error::DataError;
pub use crate::model::error::RunError;
pub use crate::plan::error::PlanError;
pub use crate::resolve::error::ResolveError;
use crate::source::{Source, Span};
pub use crate::syntax::error::SyntaxError;

/// Something wrong with a program, or hardly meant, and the source that it stands in.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    kind: Box<ProblemKind>,
    source: Arc<Source>,
}

/// Everything that can be wrong, by the stage that notices it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The shape of a statement.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Syntax(#[from] SyntaxError),
    /// Names, verbs and single rules.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Resolve(#[from] ResolveError),
    /// Rules taken together.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Plan(#[from] PlanError),
    /// Running a statement.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Run(#[from] RunError),
    /// Imported data.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Data(#[from] DataError),
}

/// A marked piece of the source, and what is the matter there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What is the matter.
    pub text: String,
    /// Where.
    pub span: Span,
    /// Whether the problem lies here; other labels only help to understand it.
    pub is_primary: bool,
}

impl Problem {
    pub(crate) fn new(kind: impl Into<ProblemKind>, source: Arc<Source>) -> Self {
        Self { kind: Box::new(kind.into()), source }
    }

    /// Another problem in the same source.
    pub(crate) fn beside(&self, kind: impl Into<ProblemKind>) -> Self {
        Self::new(kind, self.source.clone())
    }

    /// What is wrong, as a value to match on.
    pub fn kind(&self) -> &ProblemKind {
        &self.kind
    }

    /// The text that the problem stands in.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The code, as in `E0201`; [`crate::explain`] has a page for it.
    pub fn code(&self) -> String {
        self.kind.code().map(|code| code.to_string()).unwrap_or_default()
    }

    /// Whether the program may run all the same.
    pub fn is_warning(&self) -> bool {
        self.kind.severity() == Some(miette::Severity::Warning)
    }

    /// Whether a limit was hit or somebody interrupted: the program may be right, and the machine, the limit or the patience too small.
    pub fn is_limit(&self) -> bool {
        use RunError::{Interrupted, OutOfMemory, OutOfTime, TooManyFacts, TooManyRounds, TooManyValues};
        let ProblemKind::Run(error) = &*self.kind else { return false };
        matches!(
            error,
            TooManyFacts { .. } | TooManyValues { .. } | TooManyRounds { .. } | Interrupted { .. } | OutOfTime { .. } | OutOfMemory { .. }
        )
    }

    /// Whether an output could not be written, whatever the program is.
    pub fn is_unwritten(&self) -> bool {
        matches!(&*self.kind, ProblemKind::Data(DataError::Unwritable { .. }))
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> String {
        self.kind.to_string()
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        self.kind.help().map(|help| help.to_string())
    }

    /// The marked places, the primary one first; all of them lie inside the source.
    pub fn labels(&self) -> Vec<Label> {
        let len = self.source.text().len();
        let label = |label: miette::LabeledSpan| {
            let start = label.offset().min(len);
            let span = Span::new(start, (start + label.len()).min(len));
            Label { text: label.label().unwrap_or_default().to_owned(), span, is_primary: label.primary() }
        };
        let mut labels: Vec<_> = self.kind.labels().into_iter().flatten().map(label).collect();
        labels.sort_by_key(|label| !label.is_primary);
        labels
    }

    /// Line and column of the primary label, both counted from 1, in characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        self.source.line_and_column(self.labels().first().map_or(0, |label| label.span.start))
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.source.name(), self.kind)
    }
}

/// One line: place, code and message.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_and_column();
        write!(f, "{}:{line}:{column}: {}: {}", self.source.name(), self.code(), self.message())
    }
}

/// What [`crate::Model`] returns where a program is wrong: one problem or more, and perhaps warnings beside them.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    problems: Vec<Problem>,
}

impl Error {
    /// Puts the problems into the order of their places; those of one source stay together.
    pub(crate) fn new(mut problems: Vec<Problem>) -> Self {
        let mut sources: Vec<Arc<Source>> = Vec::new();
        for problem in &problems {
            if !sources.iter().any(|source| Arc::ptr_eq(source, &problem.source)) {
                sources.push(problem.source.clone());
            }
        }
        problems.sort_by_key(|problem| {
            let source = sources.iter().position(|source| Arc::ptr_eq(source, &problem.source));
            (source, problem.labels().first().map_or(0, |label| label.span.start))
        });
        Self { problems }
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Everything that was noticed, errors and warnings, in the order of the text. Never empty.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

/// As it is displayed: this is what a program shows whose `main` returns the error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One line for each problem.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            let line_end = if number == 0 { "" } else { "\n" };
            write!(f, "{line_end}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
