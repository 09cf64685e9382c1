//! Puts a program together: the text itself, the files that it includes and the vocabularies that it uses, each once, each in
//! the place where it is named.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::sync::Arc;

use super::Files;
use super::wanted::Wanted;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Error, Problem};
use crate::engine::Interrupt;
use crate::logic::Place;
use crate::resolve::Unit;
use crate::resolve::error::ResolveError;
use crate::source::{Source, Span};
use crate::syntax::ast::{StatementKind, Word};
use crate::syntax::error::SyntaxError;
use crate::vocabulary::shipped;

/// A program while it is put together.
pub(super) struct Loading<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) units: Vec<Unit>,
    pub(super) included: BTreeSet<String>,
    pub(super) problems: Vec<Problem>,
    /// The files that are being read, from the outermost inwards.
    pub(super) open: Vec<String>,
    /// Once it is raised, the rest is not read.
    pub(super) interrupt: Interrupt,
}

/// How a vocabulary is remembered among the files that have been read.
pub(super) fn vocabulary_key(name: &str) -> String {
    format!("use {name}")
}

impl<'a> Loading<'a> {
    /// Starts with what has been read before.
    pub(super) fn new(files: &'a dyn Files, included: BTreeSet<String>, interrupt: Interrupt) -> Self {
        Self { files, units: Vec::new(), included, problems: Vec::new(), open: Vec::new(), interrupt }
    }

    /// Reads a text and all that it includes.
    pub(super) fn source(&mut self, source: &Arc<Source>) {
        let name = self.files.locate("", source.name());
        self.open.push(name);
        let (program, problems) = crate::syntax::parse_while(source.text(), || !self.interrupt.is_raised());
        let own = problems.into_iter().map(|problem| Problem::new(problem, source.clone()));
        self.problems.extend(own);
        for (number, statement) in program.statements.into_iter().enumerate() {
            if super::pieces::is_divided(&statement) {
                self.scenario(source, statement);
                continue;
            }
            match &statement.kind {
                StatementKind::Include(path) => self.include(source, path),
                StatementKind::Use(Some(name)) => self.vocabulary(source, name),
                StatementKind::Use(None) if number > 0 || self.open.len() > 1 => {
                    self.problems.push(Problem::new(ResolveError::LateUseNone { at: statement.span }, source.clone()));
                }
                StatementKind::Use(None) => {
                    // Nothing is left of what was read before; files of this program are being read.
                    self.included.retain(|read| self.open.contains(read));
                    self.units.push(Unit { source: source.clone(), statement });
                }
                StatementKind::Kind { .. }
                | StatementKind::Verb(_)
                | StatementKind::Import { .. }
                | StatementKind::Fact(_)
                | StatementKind::Facts(_)
                | StatementKind::Forget(_)
                | StatementKind::Rule(_)
                | StatementKind::Question(_)
                | StatementKind::Describe(_)
                | StatementKind::Remedy(_)
                | StatementKind::Explain(_)
                | StatementKind::Expect(_)
                | StatementKind::Forbid(_)
                | StatementKind::Export { .. }
                | StatementKind::AsOf(_)
                | StatementKind::Scenario(_)
                | StatementKind::In { .. }
                | StatementKind::Suppose { .. }
                | StatementKind::Compare(_) => self.units.push(Unit { source: source.clone(), statement }),
            }
        }
        self.open.pop();
    }

    /// The place of the `use none` that the program begins with.
    pub(super) fn starts_with_none(&self) -> Option<Place> {
        let first = self.units.first()?;
        matches!(first.statement.kind, StatementKind::Use(None)).then(|| Place { source: first.source.clone(), span: first.statement.span })
    }

    fn include(&mut self, source: &Arc<Source>, path: &Word) {
        let Some(name) = self.located(source, path) else { return };
        if !self.included.insert(name.clone()) {
            return;
        }
        if let Some(file) = self.file(source, path, name) {
            self.source(&file);
        }
    }

    /// The name of a file that is included, unless it is being read already.
    pub(super) fn located(&mut self, source: &Arc<Source>, path: &Word) -> Option<String> {
        let name = self.files.locate(source.name(), &path.text);
        let Some(start) = self.open.iter().position(|open| *open == name) else { return Some(name) };
        let chain = self.open[start..].iter().chain([&name]).map(String::as_str).collect::<Vec<_>>().join(" → ");
        self.problems.push(Problem::new(ResolveError::IncludeCycle { chain, at: path.span }, source.clone()));
        None
    }

    /// What stands in a file that is included.
    pub(super) fn file(&mut self, source: &Arc<Source>, path: &Word, name: String) -> Option<Arc<Source>> {
        match self.read(&name) {
            Ok(text) => Some(Arc::new(Source::new(name, text))),
            Err(reason) => {
                let problem = ResolveError::MissingFile { path: path.text.to_string(), reason, at: path.span };
                self.problems.push(Problem::new(problem, source.clone()));
                None
            }
        }
    }

    fn read(&self, name: &str) -> Result<String, String> {
        let mut bytes = Vec::new();
        let file = self.files.open(name).map_err(|error| error.to_string())?;
        // One byte more shows that it is too large, also where it has no end.
        let mut file = Wanted { file, interrupt: self.interrupt.clone() }.take(Source::MAX_LEN as u64 + 1);
        file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() > Source::MAX_LEN {
            return Err("it is larger than 4 GiB".to_owned());
        }
        let text = String::from_utf8(bytes).map_err(|_| "it is not a text in UTF-8".to_owned())?;
        Ok(without_mark(&text).to_owned())
    }

    pub(super) fn vocabulary(&mut self, source: &Arc<Source>, name: &Word) {
        let Some(text) = shipped::find(&name.text) else {
            let names = shipped::names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let help = match nearest(&name.text, shipped::names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("these come with SRL: {names}; use `include \"file.srl\"` for your own"),
            };
            let problem = ResolveError::UnknownVocabulary { name: name.text.to_string(), help, at: name.span };
            return self.problems.push(Problem::new(problem, source.clone()));
        };
        if self.included.insert(vocabulary_key(&name.text)) {
            self.source(&Arc::new(text));
        }
    }
}

/// The text without the byte order mark that some editors put before it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

impl Source {
    /// A text as it was read from a file.
    ///
    /// # Errors
    /// If the bytes are not UTF-8, or more than [`Self::MAX_LEN`] of them.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Self, Error> {
        let problem =
            |line| Problem::new(SyntaxError::NotText { name: name.to_owned(), line, at: Span::default() }, Arc::new(Self::new(name, "")));
        match String::from_utf8(bytes) {
            Ok(text) if text.len() <= Self::MAX_LEN => Ok(Self::new(name, without_mark(&text))),
            Ok(_) => {
                Err(Problem::new(SyntaxError::TooLarge { name: name.to_owned(), at: Span::default() }, Arc::new(Self::new(name, "")))
                    .into())
            }
            Err(error) => {
                let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                Err(problem(String::from_utf8_lossy(valid).matches('\n').count() + 1).into())
            }
        }
    }
}
