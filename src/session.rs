//! The prompt without a terminal: a line goes in, a [`Reply`] comes out.
//!
//! A [`Session`] holds a model and what was told to it, input by input, so that each input can be taken back, saved, or written to a
//! [`Journal`]. It opens no file by itself, knows no clock, and never prints: the command `srl repl` puts a terminal around it.

mod bounds;
mod commands;
mod complete;
mod course;
mod echo;
mod gather;
mod highlight;
mod hint;
mod input;
mod journal;
#[cfg(feature = "render")]
mod pages;
mod recall;
mod replacing;
mod reply;
mod scenarios;
mod typing;
mod unfinished;
mod walk;

use std::io;

use jiff::civil::Date;

use crate::diagnostics::Problem;
use crate::engine::{Clock, Interrupt, Limits};
use crate::model::{Answers, Change, Files, Model, Violation};
use crate::output::Format;
use crate::source::{Source, Span};
pub use bounds::{Bounds, mebibytes, seconds};
pub use commands::CommandDescription;
pub use complete::{Candidate, Completions, complete};
pub use course::{Course, CourseCommand};
pub use highlight::{Class, highlight};
pub use hint::hint;
pub use journal::{Input, Journal, journaled};
#[cfg(feature = "render")]
pub use pages::Screen;
use replacing::Replacing;
pub use reply::{Part, Reply};
pub use unfinished::{is_unfinished, missing};

/// What a model begins with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// A vocabulary beside the standard one, or `none` for neither.
    pub vocabulary: String,
    /// Only the facts of this day count.
    pub day: Option<Date>,
    /// Imports pass over rows that do not fit.
    pub is_lenient: bool,
    /// What bounds a question.
    pub limits: Limits,
    /// So many threads may work on it.
    pub threads: usize,
    /// What bounds it in time and memory, if somebody watches over that.
    pub bounds: Bounds,
    /// Files that have been read first, by their paths.
    pub files: Vec<String>,
    /// What `:time rules` measures by; without one it says nothing.
    pub clock: Option<Clock>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            vocabulary: "itil".to_owned(),
            day: None,
            is_lenient: false,
            limits: Limits::default(),
            threads: 1,
            bounds: Bounds::default(),
            files: Vec::new(),
            clock: None,
        }
    }
}

impl Setup {
    /// A model that begins so; nothing if there is no vocabulary of this name.
    pub fn model(&self) -> Option<Model> {
        let mut model = if self.vocabulary == "none" { Model::without_vocabulary() } else { Model::with_vocabulary(&self.vocabulary)? };
        model.set_lenient(self.is_lenient);
        model.set_day(self.day);
        model.set_limits(self.limits);
        model.set_threads(self.threads);
        Some(model)
    }
}

/// What is said of the time that inputs take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timing {
    Off,
    /// How long each took.
    Inputs,
    /// Also what each rule cost that was applied for it.
    Rules,
}

/// An input that has changed the model.
#[derive(Debug)]
struct Entry {
    /// What tells it again; nothing if it took back everything that was told before.
    text: Option<String>,
    /// Where in the journal it stands.
    start: u64,
    /// What takes it back.
    change: Change,
    /// What had been told when everything was taken back.
    before: Vec<Entry>,
}

/// Why a file cannot be used; `missing` says it where nothing is there.
fn reason(error: &io::Error, missing: &str) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        return missing.to_owned();
    }
    let text = error.to_string();
    text.split_once(" (os error ").map_or(text.as_str(), |(text, _)| text).to_owned()
}

/// A conversation with a model.
///
/// ```
/// use srl::session::{Session, Setup};
/// use srl::{NoFiles, Style};
///
/// let mut session = Session::new(Setup::default()).expect("the standard vocabulary is there");
/// let said = |session: &mut Session, line: &str| session.enter(line, &NoFiles).render(Style::default());
/// assert_eq!(said(&mut session, "B provides hosting to C"), "+ 1 fact\n");
/// assert_eq!(said(&mut session, "does C rely on B?"), "Yes, by rule direct: B provides hosting to C.\n");
/// assert_eq!(said(&mut session, ":undo"), "taken back: B provides hosting to C\n");
/// ```
#[derive(Debug)]
pub struct Session {
    setup: Setup,
    model: Model,
    interrupt: Interrupt,
    entries: Vec<Entry>,
    /// What was taken back and can be told again, the latest last.
    undone: Vec<Option<String>>,
    journal: Option<Box<dyn Journal>>,
    course: Option<Box<dyn Course>>,
    /// The exercise whose task was shown last.
    exercise: Option<String>,
    /// The number of the input that comes next.
    number: usize,
    /// The tables that were answered, by the number of their input.
    answers: Vec<(usize, Answers)>,
    /// The latest proof that was not shown whole, and how many levels of it were.
    cut: Option<(Box<Answers>, usize)>,
    /// What is known to be against a `forbid`.
    violations: Vec<Violation>,
    format: Format,
    timing: Timing,
    /// What did not fit the screen.
    rest: String,
    /// How many inputs were taken up or taken back, and how many when the model was saved.
    changes: usize,
    saved: usize,
    /// Whether the user has been told that leaving loses something.
    is_warned: bool,
    replacing: Replacing,
    /// How many inputs in a row could not be read.
    failures: usize,
    /// What is told was told before: only what it changes is wanted.
    is_retelling: bool,
    /// The scenario that is asked in.
    scenario: Option<std::sync::Arc<str>>,
}

impl Session {
    /// A conversation that begins; nothing if there is no vocabulary of the name in `setup`.
    pub fn new(setup: Setup) -> Option<Self> {
        let model = setup.model()?;
        Some(Self {
            interrupt: model.interrupt(),
            setup,
            model,
            entries: Vec::new(),
            undone: Vec::new(),
            journal: None,
            course: None,
            exercise: None,
            number: 1,
            answers: Vec::new(),
            violations: Vec::new(),
            format: Format::Text,
            timing: Timing::Off,
            rest: String::new(),
            cut: None,
            changes: 0,
            saved: 0,
            is_warned: false,
            replacing: Replacing::default(),
            failures: 0,
            is_retelling: false,
            scenario: None,
        })
    }

    /// What stops a computation of this session from outside. It is cleared when an input is entered.
    pub fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// The number of the input that comes next, counted from 1. A table that it answers is `answer-NUMBER` from then on.
    pub fn number(&self) -> usize {
        self.number
    }

    /// How answers are written.
    pub fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    /// Whether each input is to be followed by how long it took.
    pub fn set_timed(&mut self, is_timed: bool) {
        self.timing = if is_timed { Timing::Inputs } else { Timing::Off };
    }

    /// Whether the user wants to know how long each input took.
    pub fn is_timed(&self) -> bool {
        self.timing != Timing::Off
    }

    /// The model that is talked of.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What may stand at byte `at` of a text: commands, words, names, and `files` for paths, each of which begins as it is given.
    pub fn complete(&self, text: &str, at: usize, files: &dyn Fn(&str) -> Vec<String>) -> Completions {
        match text[..text.floor_char_boundary(at)].strip_prefix(':') {
            Some(begun) => self.complete_command(begun, files),
            None => self.with_answers(text, at, complete(&self.model, text, at, files)),
        }
    }

    /// What may follow a text, to be shown after the cursor.
    pub fn hint(&self, text: &str) -> Option<String> {
        if let Some(missing) = text.strip_suffix('\n').and_then(missing) {
            return Some(format!("    {missing}; an empty line ends it"));
        }
        text.strip_prefix(':').map_or_else(|| hint(&self.model, text), commands::hint)
    }

    /// What the words of a text are, in order; what lies between has no class.
    pub fn highlight(&self, text: &str) -> Vec<(Span, Class)> {
        highlight(&self.model, text)
    }

    /// Reads a file with which the session begins: it is no input, and cannot be taken back.
    pub fn load_first(&mut self, path: &str, files: &dyn Files) -> Reply {
        let mut reply = self.load(path, files);
        reply.format = self.format;
        // What it forbids and holds all the same is wrong in the model, not in reading it.
        if self.model.includes(&files.locate("", path)) {
            self.setup.files.push(path.to_owned());
        }
        self.entries.clear();
        self.changes = 0;
        reply
    }

    /// A session that begins as this one did.
    fn begin_again(&self, files: &dyn Files) -> Result<Self, Reply> {
        let setup = Setup { files: Vec::new(), ..self.setup.clone() };
        let mut session = Self::new(setup).ok_or_else(|| Reply::complaint("the vocabulary is gone"))?;
        session.number = self.number;
        session.interrupt = self.interrupt.clone();
        session.model.set_interrupt(&self.interrupt);
        session.is_retelling = true;
        for path in &self.setup.files {
            let reply = session.load_first(path, files);
            if !session.model.includes(&files.locate("", path)) {
                return Err(reply);
            }
        }
        session.is_retelling = false;
        Ok(session)
    }

    /// Takes one input: statements, or a command that begins with `:`. What it changes, it changes whole or not at all.
    pub fn enter(&mut self, text: &str, files: &dyn Files) -> Reply {
        self.interrupt.clear();
        let text = text.trim();
        if text.is_empty() {
            return Reply::default();
        }
        if self.timing == Timing::Rules {
            self.model.set_clock(self.setup.clock);
        }
        self.go_on_in_scenario();
        let mut reply = match commands::of(text) {
            Some((command, arguments)) => self.command(&command, &arguments, files),
            None => self.statements(text, files),
        };
        if self.timing == Timing::Rules {
            let profile = self.model.profile();
            reply.parts.extend((!profile.rules.is_empty()).then(|| Part::Profile(Box::new(profile))));
        }
        reply.format = self.format;
        self.number += 1;
        self.is_warned &= reply.ends || reply.asks_again;
        reply
    }

    /// Reads a file as if its text were entered, and answers its questions.
    pub fn load(&mut self, path: &str, files: &dyn Files) -> Reply {
        let name = files.locate("", path);
        if self.model.includes(&name) {
            return Reply::note(format!("`{path}` has been loaded; `:reload` reads all files again"));
        }
        if self.is_journal(&name) {
            return Reply::complaint(format!("`{path}` is the journal of this prompt: all that stands in it has been told"));
        }
        let mut bytes = Vec::new();
        let read = files.open(&name).and_then(|mut file| std::io::Read::read_to_end(&mut file, &mut bytes));
        if let Err(error) = read {
            return Reply::complaint(format!("cannot read `{path}`: {}", reason(&error, "there is no such file")));
        }
        match Source::from_bytes(&name, bytes) {
            Ok(source) => self.tell(source, &journal::include(path), files, true),
            Err(error) => Reply::problems(error.problems()),
        }
    }

    /// Takes up what a journal holds, and writes to it from here on.
    ///
    /// # Errors
    /// What cannot be told again; then nothing is written to the journal.
    pub fn resume(&mut self, inputs: &[Input], journal: Box<dyn Journal>, files: &dyn Files) -> Result<(), Reply> {
        for input in inputs {
            let known = self.entries.len();
            let reply = self.again(&input.text, files);
            self.entries[known..].iter_mut().for_each(|entry| entry.start = input.start);
            if reply.is_failed() {
                return Err(reply);
            }
            self.number += 1;
        }
        (self.journal, self.saved) = (Some(journal), self.changes);
        Ok(())
    }

    /// Whether the session may end: not if something would be lost that the user has not been warned of. The reply says so.
    pub fn leave(&mut self) -> Reply {
        let unsaved = self.changes != self.saved && !self.entries.is_empty() && self.journal.is_none();
        if unsaved && !std::mem::replace(&mut self.is_warned, true) {
            let since = if self.saved == 0 { "here" } else { "since `:save`" };
            let text = format!("what was told {since} would be lost: `:save FILE` keeps the model; leave once more to go without");
            return Reply { asks_again: true, ..Reply::note(text) };
        }
        Reply { ends: true, ..Reply::default() }
    }

    // ---- Statements

    fn statements(&mut self, text: &str, files: &dyn Files) -> Reply {
        if let Some(path) = input::included_alone(text) {
            return self.load(&path, files);
        }
        if let Some(reply) = self.refuse_in_scenario(text).or_else(|| self.ask_with_answers(text, files)) {
            return reply;
        }
        let mut reply = self.tell(self.source(text), text, files, false);
        if let Some(question) = input::question_without_mark(&reply, text) {
            reply = self.statements(&question, files);
            reply.parts.insert(0, Part::Note(format!("read as a question: {question}")));
            return reply;
        }
        self.failures = if reply.is_unread() { self.failures + 1 } else { 0 };
        if reply.answers_nothing() && !self.is_told() {
            // Where nothing is known, no name is misspelt.
            reply.parts.retain(|part| !part.is_unknown_name());
            reply.parts.push(Part::Note("nothing is stated yet; begin with a fact, such as `B provides hosting to C`".to_owned()));
        }
        match input::advice(text, &reply, self.failures) {
            // Hardly a sentence: what is wrong with it as one is of no interest.
            Some(advice) if (text.split_whitespace().count() <= 2 || text.starts_with("srl ")) && commands::meant(text).is_some() => {
                Reply::complaint(advice)
            }
            advice => {
                reply.parts.extend(advice.map(Part::Note));
                reply
            }
        }
    }

    /// Whether anything was told so far.
    fn is_told(&self) -> bool {
        !self.entries.is_empty() || !self.setup.files.is_empty()
    }

    fn source(&self, text: &str) -> Source {
        Source::new(format!("input {}", self.number), text)
    }

    /// Tells a text; `again` is what tells it another time.
    fn tell(&mut self, source: Source, again: &str, files: &dyn Files, is_file: bool) -> Reply {
        let before = echo::Extent::of(&self.model);
        self.model.begin();
        let mut reply = Reply::default();
        let run = self.run(source, files, is_file, &mut reply);
        let change = self.model.finish();
        if run.is_err() {
            if let Some(change) = change {
                self.model.undo(change);
                reply.parts.push(Part::Note("nothing of this input was kept".to_owned()));
            }
            return reply;
        }
        let notes = echo::declared(&self.model, &before, is_file);
        reply.parts.splice(0..0, notes.into_iter().map(Part::Note));
        let Some(change) = change else { return reply };
        let start = match self.write_down(again) {
            Ok(start) => start,
            Err(error) => {
                self.model.undo(change);
                return Reply::complaint(format!("the journal could not be written, so this does not hold: {error}"));
            }
        };
        self.entries.push(Entry { text: Some(again.to_owned()), start, change, before: Vec::new() });
        self.changes += 1;
        if !self.is_retelling {
            self.undone.clear();
            self.check(&mut reply);
        }
        reply
    }

    /// Runs a text; on failure the reply says what is wrong.
    fn run(&mut self, source: Source, files: &dyn Files, is_file: bool, reply: &mut Reply) -> Result<(), ()> {
        let loaded = if is_file { self.model.load(source, files) } else { self.model.load_text(source, files) };
        let mut script = loaded.map_err(|error| reply.problems_of(error.problems()))?;
        if self.is_retelling {
            script.keep_changes();
        }
        // What nothing says yet may be said in the next input; that the word is new has been told.
        let is_premature = |problem: &&Problem| !is_file && input::is_premature(problem);
        reply.problems_of(script.warnings().iter().filter(|problem| !is_premature(problem)));
        let mut changed = echo::Changed::default();
        while let Some(outcome) = self.model.step(&mut script, files) {
            match outcome {
                Ok(outcome) => {
                    self.remember(&outcome);
                    changed.add(outcome, self.number, reply);
                }
                Err(problem) => {
                    changed.flush(reply);
                    reply.problems_of(&[problem]);
                    return Err(());
                }
            }
        }
        changed.flush(reply);
        Ok(())
    }

    /// Tells again what was told before, without its answers.
    fn again(&mut self, text: &str, files: &dyn Files) -> Reply {
        self.is_retelling = true;
        let mut reply = match input::included_alone(text) {
            Some(path) => self.load(&path, files),
            None => self.tell(self.source(text), text, files, false),
        };
        self.is_retelling = false;
        reply.parts.retain(Part::is_error);
        reply
    }

    /// What has come to be forbidden by a change.
    fn check(&mut self, reply: &mut Reply) {
        match self.model.violations() {
            Ok(violations) => {
                let new = violations.iter().filter(|violation| !self.violations.contains(violation));
                reply.parts.extend(new.map(|violation| Part::Problem(violation.problem.clone())));
                let is_mended = |violation: &&Violation| !violation.is_warning() && !violations.contains(violation);
                let mended = self.violations.iter().filter(is_mended).count();
                if mended > 0 {
                    reply.parts.push(Part::Note(format!("no longer so: {} of what is forbidden", echo::some(mended, "case"))));
                }
                self.violations = violations;
            }
            // The input holds, and is none of what was stopped.
            Err(_) if self.interrupt.is_raised() => {
                reply
                    .parts
                    .push(Part::Note("stopped before all was looked for that is forbidden; the next change looks for it".to_owned()));
            }
            Err(error) => reply.problems_of(error.problems()),
        }
    }
}
