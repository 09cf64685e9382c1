//! [`Model`]: what has been told, and what follows from it. The one place where the stages meet.
//!
//! A text goes through `load` (syntax, includes, vocabulary, resolve, plan: all that can be seen without running it) and comes
//! out as a [`Script`], whose steps are then run one by one. If anything is wrong in a text, nothing of it is applied.

mod answer;
mod check;
mod compare;
mod demand;
mod describe;
pub(crate) mod error;
mod explain;
mod fault;

mod find;
mod formatting;
mod hints;
mod install;
#[cfg(test)]
mod interruption;
mod load;
mod near_miss;
mod outcome;
mod pieces;
mod portrait;
mod profile;
mod query_plan;
mod remedy;
mod run;
mod save;
mod scenario;
mod small_models;
mod topic;
mod undo;
mod unused;
pub(crate) mod wanted;
mod watch;
mod witness;
mod wording;
mod words;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::sync::Arc;

use crate::diagnostics::{Error, Problem};
use crate::engine::{Activity, Database, Evaluator, Interrupt, Limits, Shape};
use crate::explain::Places;
use crate::logic::{Operand, Place, Prohibition, RelationId, Rule, Scenario, ScenarioId, Step, Term};
use crate::plan::Plan;
pub(crate) use crate::resolve::BASE;
use crate::resolve::{self, Known, Resolved, Spellings};
use crate::source::{Source, Span};
use crate::syntax::error::SyntaxError;
use crate::value::{Dictionary, ValueId};
use crate::vocabulary::{Relation, Vocabulary, shipped};
pub use answer::{AnswerKind, Answers, Row};
pub use check::{Check, Claim, Violation};
pub use compare::{Comparison, Difference, Extent};
pub use describe::{RuleDescription, VerbDescription};
pub use formatting::format_unless;
pub use near_miss::Nearness;
pub use outcome::{Outcome, Script, Told};
pub use portrait::Portrait;
pub use profile::{Profile, RuleCost, StageCost};
pub use query_plan::{Method, Pass, PlanStep, PlannedRule, QueryPlan, Stage, StepKind};
pub use remedy::{Remedies, Wanted};
pub use scenario::ScenarioDescription;
pub use small_models::SmallModels;
pub(crate) use undo::Change;
pub(crate) use words::Budget;

/// Where the files come from that a program includes and imports. The library opens none by itself.
pub trait Files {
    /// The one name of the file that the source called `from` calls `path`: the same for every way to write it.
    fn locate(&self, from: &str, path: &str) -> String;

    /// Opens a file by a name that [`Self::locate`] gave.
    fn open(&self, name: &str) -> std::io::Result<Box<dyn Read>>;

    /// Makes a file under a name that [`Self::locate`] gave, or puts another one in its place. Everything is written to it first, and
    /// then it is flushed, once: only then the file is there. A file that is dropped before that has never been.
    ///
    /// Unless this is implemented, nothing is written.
    fn create(&self, _name: &str) -> std::io::Result<Box<dyn Write>> {
        Err(std::io::Error::new(std::io::ErrorKind::Unsupported, "this program writes no files"))
    }
}

/// No files at all: `include`, `import` and `export` are errors.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, _name: &str) -> std::io::Result<Box<dyn Read>> {
        Err(std::io::Error::new(std::io::ErrorKind::Unsupported, "this program was given no files"))
    }
}

/// In a model of fewer facts all that a question reads is derived, and stays for the next question.
const DEMAND_FROM: usize = 1 << 12;

/// What has been told, and what follows from it.
///
/// ```
/// let mut model = srl::Model::new();
/// model.tell("B provides hosting to C\nA provides power to B")?;
/// let answers = model.ask("who does C rely on?")?;
/// let suppliers: Vec<String> = answers.rows().map(|row| row[0].to_string()).collect();
/// assert_eq!(suppliers, ["A", "B"]);
/// assert!(model.ask("is B both provider and consumer?")?.holds());
/// # Ok::<(), srl::Error>(())
/// ```
#[derive(Debug)]
pub struct Model {
    vocabulary: Vocabulary,
    dictionary: Dictionary,
    /// The rules that were told, in their order; after them what slots and kinds say about kinds.
    rules: Vec<Rule>,
    told_rules: usize,
    /// What must never hold, and what is warned of.
    prohibitions: Vec<Prohibition>,
    /// What was found of that the last time.
    looked: watch::Looked,
    scenarios: Vec<Arc<Scenario>>,
    /// The scenario that everything is asked in which does not name one.
    entered: Option<ScenarioId>,
    /// What was declared beside the vocabularies that are shipped: verbs, kinds, rules, and what is forbidden.
    declarations: Vec<save::Declaration>,
    plan: Plan,
    database: Database,
    /// Whether a fact or rule mentions a value, by its number.
    mentioned: Vec<bool>,
    /// How the names of hand-written facts are spelt.
    spellings: Spellings,
    /// Where facts were stated.
    places: Places,
    /// Files and vocabularies that have been read, which are not read again.
    included: BTreeSet<String>,
    /// Nothing has been told beside the standard vocabulary.
    is_fresh: bool,
    limits: Limits,
    evaluator: Evaluator,
    /// With so many facts it is worth it to derive for each question what it asks for alone.
    demand_from: usize,
    /// Relations of which so much follows that only parts are derived for a yes or a no.
    too_many: BTreeSet<RelationId>,
    /// Imports pass over rows that do not fit.
    is_lenient: bool,
    /// What makes this model another one than all others.
    identity: Arc<()>,
    /// What is needed to take back what is being told, if that is wanted.
    noted: Option<Box<undo::Before>>,
    /// What was measured so far.
    profile: Profile,
    /// The model that this one has replaced while changes were noted.
    replaced: Option<Box<Self>>,
}

impl Default for Model {
    fn default() -> Self {
        Self::new()
    }
}

impl Model {
    /// An empty model with the standard vocabulary, `itil`.
    pub fn new() -> Self {
        Self::with_vocabulary(shipped::STANDARD).expect("the standard vocabulary is shipped and has no problems: a test reads it")
    }

    /// An empty model with a shipped vocabulary beside the standard one. Nothing if there is none of this name; see
    /// [`Self::vocabularies`].
    pub fn with_vocabulary(name: &str) -> Option<Self> {
        let mut model = Self::without_vocabulary();
        for name in std::iter::once(shipped::STANDARD).chain((name != shipped::STANDARD).then_some(name)) {
            let script = model.load_source(&Arc::new(shipped::find(name)?), &NoFiles).ok()?;
            model.run_all(script, &NoFiles).ok()?;
            model.included.insert(load::vocabulary_key(name));
        }
        model.is_fresh = true;
        Some(model)
    }

    /// An empty model in which nothing is declared: what `use none` gives.
    pub fn without_vocabulary() -> Self {
        Self {
            vocabulary: Vocabulary::default(),
            dictionary: Dictionary::new(),
            rules: Vec::new(),
            told_rules: 0,
            prohibitions: Vec::new(),
            looked: watch::Looked::default(),
            scenarios: Vec::new(),
            entered: None,
            declarations: Vec::new(),
            plan: Plan::default(),
            database: Database::default(),
            mentioned: Vec::new(),
            spellings: Spellings::default(),
            places: Places::default(),
            included: BTreeSet::new(),
            is_fresh: true,
            limits: Limits::default(),
            evaluator: Evaluator::default(),
            demand_from: DEMAND_FROM,
            too_many: BTreeSet::new(),
            is_lenient: false,
            identity: Arc::new(()),
            noted: None,
            profile: Profile::default(),
            replaced: None,
        }
    }

    /// The names of the vocabularies that come with the program.
    pub fn vocabularies() -> impl Iterator<Item = &'static str> {
        shipped::names()
    }

    /// Bounds what a question may compute.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Lets rules and counts run on so many threads, where that is of use; answers are the same, in the same order. Without it one thread does
    /// everything, the caller's own; 0 says the same as 1.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// model.set_threads(2);
    /// model.tell("B provides hosting to C")?;
    /// assert!(model.ask("does C rely on B?")?.holds());
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn set_threads(&mut self, threads: usize) {
        self.database.threads = threads;
    }

    /// Takes over the settings of another model: they are none of what was told.
    fn set_as(&mut self, other: &Self) {
        (self.limits, self.evaluator, self.is_lenient) = (other.limits, other.evaluator, other.is_lenient);
        (self.demand_from, self.database.threads) = (other.demand_from, other.database.threads);
    }

    /// What stops this model's computations from outside.
    pub fn interrupt(&self) -> Interrupt {
        self.database.interrupt.clone()
    }

    /// Lets another model's interrupt stop this one, too.
    pub(crate) fn set_interrupt(&mut self, interrupt: &Interrupt) {
        self.database.interrupt = interrupt.clone();
    }

    /// Forgets what was derived: it is derived anew when it is asked for.
    pub(crate) fn derive_anew(&mut self) {
        self.database.invalidate();
    }

    /// Chooses how derived facts are computed; the answers are the same.
    pub fn set_evaluator(&mut self, evaluator: Evaluator) {
        self.evaluator = evaluator;
        self.database.invalidate();
    }

    /// From how many facts on only what a question asks for is derived; from none on, also where all would soon be. The answers are the same:
    /// for tests of that.
    #[doc(hidden)]
    pub fn set_demand_from(&mut self, facts: usize) {
        self.demand_from = facts;
    }

    /// Chooses what becomes of a row that does not fit, in a file that is imported. A lenient model passes it over, counts it, and
    /// says so in [`Outcome::Imported`]; otherwise, and at the start, it is an error, and nothing of the file is stated.
    pub fn set_lenient(&mut self, is_lenient: bool) {
        self.is_lenient = is_lenient;
    }

    /// Tells statements: facts, rules, declarations, `forget`, questions.
    ///
    /// # Errors
    /// All problems that can be seen without running the text, and then nothing of it is applied; or what went wrong when a
    /// statement ran, and then the statements before it hold.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// let error = model.tell("B provdes hosting to C").unwrap_err();
    /// assert_eq!(error.problems()[0].code(), "E0201");
    /// assert_eq!(error.problems()[0].help().unwrap(), "did you mean `provides`?");
    /// ```
    pub fn tell(&mut self, text: &str) -> Result<Told, Error> {
        let script = self.load(Source::new("told", text), &NoFiles)?;
        self.run_all(script, &NoFiles)
    }

    /// Asks one question; its question mark may be left out. The model stays as it is.
    ///
    /// # Errors
    /// If the text is not exactly one question, if it has problems, or if a limit stops its evaluation.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// model.tell("hosting has availability 99.95%")?;
    /// let answers = model.ask("what is the availability of hosting?")?;
    /// assert_eq!(answers.rows().next().unwrap().get("value").unwrap().to_string(), "0.9995");
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn ask(&mut self, question: &str) -> Result<Answers, Error> {
        let _at_work = self.database.interrupt.at_work();
        if let Some(answers) = self.ask_with_new_words(question)? {
            return Ok(answers);
        }
        let (Step { action, place }, warnings) = self.asked(question)?;
        let Outcome::Answered(mut answers) = self.run(&action, &place, &NoFiles)? else { return Err(not_one_question(&place.source)) };
        answers.warnings.splice(0..0, warnings);
        Ok(answers)
    }

    /// The answer to a question that supposes something in words which nothing has declared: they are declared for as long as it is answered.
    /// Nothing for other questions.
    fn ask_with_new_words(&mut self, question: &str) -> Result<Option<Answers>, Error> {
        if !crate::syntax::words_of(question).any(|word| word.eq_ignore_ascii_case("suppose")) {
            return Ok(None);
        }
        let known = self.vocabulary.len();
        self.apart(|model| {
            let source = Source::new("question", crate::syntax::with_question_mark(question.trim()));
            // Whatever is wrong with it is told where it is read as a question.
            let Ok(script) = model.load_text(source, &NoFiles) else { return Ok(None) };
            if model.vocabulary.len() == known {
                return Ok(None);
            }
            let Told { mut outcomes, warnings } = model.run_all(script, &NoFiles)?;
            let Some(Outcome::Answered(mut answers)) = outcomes.pop() else { return Ok(None) };
            answers.warnings.splice(0..0, warnings);
            Ok(Some(answers))
        })
    }

    /// What a text asks, with what is to be known about it.
    fn asked(&mut self, question: &str) -> Result<(Step, Vec<Problem>), Error> {
        let source = Arc::new(Source::new("question", question.trim()));
        if let Some(asked) = self.read_question(&source)? {
            return Ok(asked);
        }
        if let Some(problem) = crate::syntax::no_question(source.text()) {
            return Err(Problem::new(problem, source).into());
        }
        // Without its question mark a question may be read as a fact, so it is tried first as it stands.
        let source = Arc::new(Source::new("question", crate::syntax::with_question_mark(source.text())));
        self.read_question(&source)?.ok_or_else(|| not_one_question(&source))
    }

    /// The step of a text that is one question; nothing if it is something else.
    fn read_question(&mut self, source: &Arc<Source>) -> Result<Option<(Step, Vec<Problem>)>, Error> {
        let mut loaded = load::Loading::new(&NoFiles, BTreeSet::new(), self.interrupt());
        let outer = self.database.turn_to(Activity::Parse);
        loaded.source(source);
        self.uninterrupted(source, Span::new(0, source.text().len()))?;
        self.database.turn_to(outer);
        if !crate::syntax::ends_with_question_mark(source.text()) && !loaded.problems.is_empty() {
            return Ok(None);
        }
        let is_question = matches!(loaded.units.as_slice(), [unit] if unit.statement.kind.asks());
        if !is_question && loaded.problems.is_empty() {
            return Ok(None);
        }
        let known = Known { rules: &self.rules, scenarios: &self.scenarios, names: &self.spellings, is_wanted: &|| true };
        let outer = self.database.turn_to(Activity::Understand);
        let Resolved { mut steps, problems, vocabulary, .. } =
            resolve::resolve(&loaded.units, self.vocabulary.clone(), known, &mut self.dictionary);
        self.database.turn_to(outer);
        let problems = [loaded.problems, problems].concat();
        if problems.iter().any(|problem| !problem.is_warning()) {
            return Err(Error::new(problems));
        }
        if vocabulary.len() > self.vocabulary.len() {
            // What is supposed has words that are not there before it is asked.
            return Ok(None);
        }
        Ok(steps.pop().map(|step| (step, problems)))
    }

    /// Reads a text and, if nothing in it is wrong, takes over its declarations and rules. Its other statements wait in the
    /// script for [`Self::step`].
    ///
    /// # Errors
    /// All problems that can be seen without running the text; then nothing has changed.
    pub fn load(&mut self, source: Source, files: &dyn Files) -> Result<Script, Error> {
        let name = files.locate("", source.name());
        let script = self.load_source(&Arc::new(source), files)?;
        if let Some(before) = &mut self.noted {
            before.included(&self.included);
        }
        self.included.insert(name);
        Ok(script)
    }

    /// Like [`Self::load`], for a text that is no file: what is loaded later under its name is another text.
    pub(crate) fn load_text(&mut self, source: Source, files: &dyn Files) -> Result<Script, Error> {
        self.load_source(&Arc::new(source), files)
    }

    /// Whether a file has been read, by the name that [`Files::locate`] gives it.
    pub fn includes(&self, name: &str) -> bool {
        self.included.contains(name)
    }

    /// What was left out after an interrupt must not be taken for all there is.
    fn uninterrupted(&self, source: &Arc<Source>, span: Span) -> Result<(), Problem> {
        let place = Place { source: source.clone(), span };
        if self.database.interrupt.is_raised() { Err(self.stopped(&place)) } else { Ok(()) }
    }

    fn mention(&mut self, value: ValueId) {
        let index = value.0 as usize;
        if self.mentioned.len() <= index {
            self.mentioned.resize(index + 1, false);
        }
        let known = std::mem::replace(&mut self.mentioned[index], true);
        if let (false, Some(before)) = (known, &mut self.noted) {
            before.mentioned(value);
        }
    }

    fn mention_rule(&mut self, rule: &Rule) {
        self.mention_terms(&rule.head.terms);
        for literal in &rule.body {
            literal.atoms().into_iter().for_each(|atom| self.mention_terms(&atom.terms));
            for operand in literal.operands() {
                if let Operand::Value(value) = operand {
                    self.mention(value);
                }
            }
        }
    }

    fn mention_terms(&mut self, terms: &[Term]) {
        for term in terms {
            if let Term::Value(value) = term {
                self.mention(*value);
            }
        }
    }

    fn is_mentioned(&self, value: ValueId) -> bool {
        self.mentioned.get(value.0 as usize).copied().unwrap_or_default()
    }
}

fn shape(relation: &Relation) -> Shape {
    let filled =
        relation.slots.iter().take(64).enumerate().filter(|(_, slot)| !slot.optional).fold(0, |bits, (column, _)| bits | 1 << column);
    Shape { width: relation.slots.len(), filled, keeping: relation.keeping, validity: relation.validity() }
}

fn not_one_question(source: &Arc<Source>) -> Error {
    let last = source.text().char_indices().next_back().map_or(0, |(at, _)| at);
    let end = Span::new(last, source.text().len());
    if source.text().trim_matches(['?', '.', ' ']).is_empty() {
        let help = "ask in one sentence: `who provides hosting to C?`".to_owned();
        let problem = SyntaxError::Unfinished { missing: "nothing is asked".to_owned(), help, at: end };
        return Problem::new(problem, source.clone()).into();
    }
    let question = source.text().trim_end_matches('?').to_owned();
    Problem::new(SyntaxError::NoQuestionMark { question, at: end }, source.clone()).into()
}
