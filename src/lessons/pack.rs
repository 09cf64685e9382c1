//! What a pack of exercises is made of. Values only; [`super::read`] makes them from text.

use std::fmt;
use std::sync::Arc;

/// Something wrong with a pack: its author's business, never the learner's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file of the pack.
    pub file: String,
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong, and what to write.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, message } = self;
        if *line == 0 { write!(f, "{file}: {message}") } else { write!(f, "{file}:{line}: {message}") }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    pub(super) fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, message: message.into() }
    }
}

/// Exercises in their order.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    /// Its short name, `service-relationships`.
    pub name: String,
    /// Its version, `1.0`.
    pub version: String,
    /// Its title for people.
    pub title: String,
    /// The language of its texts, `en`.
    pub language: String,
    /// The licence of its texts.
    pub licence: String,
    /// What the learner reads before the first exercise.
    pub welcome: String,
    /// The titles of the stages, each with the number of exercises before it.
    pub stages: Vec<(String, usize)>,
    /// The exercises, in order.
    pub exercises: Vec<Exercise>,
}

impl Pack {
    /// An exercise by its id, by the name of its file or by its number.
    pub fn find(&self, name: &str) -> Option<&Exercise> {
        let name = name.trim_end_matches(".srl");
        let by_number = || self.exercises.get(name.parse::<usize>().ok()?.checked_sub(1)?);
        self.exercises.iter().find(|exercise| exercise.id == name || exercise.file == name).or_else(by_number)
    }

    /// The number of an exercise, counted from 1.
    pub fn number(&self, exercise: &Exercise) -> usize {
        self.exercises.iter().position(|own| own.id == exercise.id).map_or(0, |position| position + 1)
    }

    /// The stage that an exercise stands in.
    pub fn stage(&self, exercise: &Exercise) -> Option<&str> {
        let before = self.number(exercise).saturating_sub(1);
        self.stages.iter().rfind(|(_, start)| *start <= before).map(|(title, _)| title.as_str())
    }
}

/// One thing to do, and how it is checked.
#[derive(Clone, Debug, Default)]
pub struct Exercise {
    /// The name of its file without ending, `03-three-links`.
    pub file: String,
    /// What it is called everywhere else, `three-links`; it never changes.
    pub id: String,
    /// What it was called before.
    pub formerly: Vec<String>,
    /// Its title for people.
    pub title: String,
    /// The level of the language that it may use, 1 to 10.
    pub level: u8,
    /// What it teaches, in a few words.
    pub teaches: String,
    /// The ids of the exercises that come before.
    pub needs: Vec<String>,
    /// How long it takes somebody who knows.
    pub minutes: u32,
    /// What of the lesson, the misconceptions and the questions it touches: `L02`, `M12`.
    pub covers: Vec<String>,
    /// What is to be done.
    pub task: String,
    /// What is there before the learner writes: facts, verbs, rules.
    pub given: Arc<str>,
    /// What the learner's file holds at first.
    pub start: String,
    /// Answers worked by hand: checks that hold with every solution.
    pub examples: Vec<Example>,
    /// Other facts than the given ones, by name.
    pub worlds: Vec<(String, Arc<str>)>,
    /// How it is checked; the hidden checks last.
    pub checks: Vec<Check>,
    /// What helps, in order; each for one check or for all.
    pub hints: Vec<(Option<String>, String)>,
    /// A worked example in another subject.
    pub shape: String,
    /// What is said when it is solved.
    pub after: String,
    /// Rules that are right, for exercises in which the learner's checks are what is checked.
    pub right: Arc<str>,
    /// Rules that are not, by name: the learner's checks are to find them out.
    pub broken: Vec<(String, Arc<str>)>,
    /// What is right, check by check, where the key is not there: hashes of the rows in place of the rows.
    pub sealed: Vec<(String, Vec<Vec<u32>>)>,
    /// How many hidden checks the key has, where it is not there.
    pub hidden: usize,
    /// Signatures of known mistakes with what is said to them, where the key is not there.
    pub known: Vec<(u64, String)>,
    /// Right answers, by name. Only in the key.
    pub solutions: Vec<(String, Arc<str>)>,
    /// Known mistakes. Only in the key.
    pub wrongs: Vec<Wrong>,
}

impl Exercise {
    /// The level from which verbs may be declared.
    pub const DECLARES: u8 = 5;

    /// A number that changes if what is asked or checked does.
    pub fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint::default();
        print.add(&self.task);
        print.add(&self.given);
        for check in self.checks.iter().filter(|check| !check.is_hidden) {
            print.add(&check.id);
            print.add(&check.block);
        }
        print.0
    }

    /// How many checks are run by the teacher alone.
    pub fn hidden_checks(&self) -> usize {
        self.hidden.max(self.checks.iter().filter(|check| check.is_hidden).count())
    }

    pub(super) fn world(&self, name: &str) -> Option<&Arc<str>> {
        self.worlds.iter().find(|(own, _)| own == name).map(|(_, facts)| facts)
    }
}

/// Answers worked by hand.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// Statements `expect …`.
    pub expects: String,
}

/// One thing that is looked at.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its short name.
    pub id: String,
    /// What is so when it passes.
    pub title: String,
    /// How it looks.
    pub kind: Kind,
    /// At what.
    pub within: Within,
    /// The questions, expectations or words that it looks at.
    pub block: String,
    /// Whether it stands in the key, and is run by the teacher alone.
    pub is_hidden: bool,
}

/// The part of a file that a check looks at. Lines `# Model NAME` divide a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Within {
    /// All of it.
    #[default]
    File,
    /// This model of several, and what stands before the first.
    Model(String),
    /// Each of the models that the start has, one by one.
    EachModel,
}

/// The ways to check; all but three look at what the model answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The pack's questions have the same answers as with the solution.
    Same(Vec<Place>),
    /// The learner's question with this number has the same answers as the solution's.
    Question {
        /// Counted from 1.
        number: usize,
        /// Whether the rows stand in the same order, too, as far as `order by` says it.
        is_ordered: bool,
        /// Where it is asked.
        places: Vec<Place>,
    },
    /// What is to be predicted is expected in the learner's file, and holds.
    Predicted,
    /// The answers are one line for each item, in the right group.
    Sorted,
    /// Expectations of the pack hold.
    Holds(Vec<Place>),
    /// The learner's checks hold with every solution, and fail with at least so many of the wrong answers.
    Catches(usize),
    /// For each wrong rule, no smaller model than the learner's shows that it is wrong.
    Smallest(Vec<Place>),
    /// The learner's facts are given ones, are enough for the pack's expectations, and none can be left out.
    Explains,
    /// With the given facts the learner's are enough for the pack's expectations, and none can be left out.
    Enough,
    /// At most so many sentences differ from the start.
    Changes(usize),
    /// The file holds these words.
    Uses,
    /// The file does not hold these words.
    Avoids,
    /// The file can be read.
    Reads,
}

/// The facts on which a check looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Those that are given.
    Given,
    /// Those of a world with a name.
    Named(String),
    /// All that so many organizations and services allow.
    Every {
        /// The most organizations.
        organizations: usize,
        /// The most services.
        services: usize,
        /// The world whose facts stand in each of them.
        with: Option<String>,
    },
}

/// A mistake that people make.
#[derive(Clone, Debug, Default)]
pub struct Wrong {
    /// Its short name.
    pub name: String,
    /// A file that makes it.
    pub answer: Arc<str>,
    /// The checks that it fails, each perhaps with how.
    pub fails: Vec<(String, Option<Direction>)>,
    /// What is said to whoever makes it.
    pub says: String,
}

/// In which way answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Answers are missing.
    TooLittle,
    /// There are answers that should not be.
    TooMuch,
    /// Both.
    Both,
}

impl Direction {
    /// As packs write it.
    pub fn words(self) -> &'static str {
        match self {
            Self::TooLittle => "too little",
            Self::TooMuch => "too much",
            Self::Both => "both",
        }
    }
}

/// FNV-1a: stable over versions and machines, which the standard hashes are not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fingerprint(pub(super) u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    /// Takes a text in, with a border after it.
    pub(super) fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
