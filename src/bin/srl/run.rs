//! `srl run`, `srl ask`, `srl plan`, `srl check`: load scripts into one model, and answer.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use srl::session::{Bounds, Setup};
use srl::{Answers, Check, Limits, Model, Outcome, Problem, Script, Source, Violation};

use crate::Status;
use crate::args::Options;
use crate::console::{Console, Unwritable};
use crate::files::{self, Disk};
use crate::stop;
use crate::watch::Watch;

/// How far scripts are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything, and answers are printed.
    Run,
    /// Everything, and answers are not printed.
    Load,
    /// What changes the model; its own questions are not answered.
    State,
    /// Nothing is run.
    Check,
}

/// What a model begins with, as the options want it.
pub(crate) fn setup(options: &Options) -> Setup {
    let limits = options.max_facts.map_or_else(Limits::default, |max_facts| Limits { max_facts });
    let bounds = Bounds::new(options.max_time, options.max_memory);
    Setup {
        vocabulary: options.vocabulary.clone(),
        day: options.as_of,
        is_lenient: options.lenient,
        limits,
        threads: options.threads.into(),
        bounds,
        files: Vec::new(),
        clock: Some(clock),
    }
}

/// An empty model as the options want it; nothing if there is no vocabulary of the name that they give.
pub(crate) fn model(options: &Options) -> Option<Model> {
    setup(options).model()
}

/// The time since it was first looked at.
pub(crate) fn clock() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// A model and how things went so far.
pub(crate) struct Work<'a> {
    options: &'a Options,
    console: &'a mut Console,
    model: Model,
    _watch: Watch,
    /// Scripts that have been loaded and are not run.
    loaded: Vec<Script>,
    errors: usize,
    warnings: usize,
    status: Status,
    /// Violations that have been told: a later file need not tell them again.
    told: Vec<Violation>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(options: &'a Options, console: &'a mut Console, mut model: Model) -> Self {
        model.set_clock(options.profile.then_some(clock));
        let watch = Watch::over(model.interrupt(), options);
        stop::over(model.interrupt());
        Self { options, console, model, _watch: watch, errors: 0, warnings: 0, status: Status::Fine, told: Vec::new(), loaded: Vec::new() }
    }

    /// Takes scripts one after the other; a script that cannot be read or is wrong ends it, unless the rest is to be taken, too.
    pub(crate) fn scripts(&mut self, paths: &[PathBuf], extent: Extent) -> Result<(), Unwritable> {
        for path in paths {
            let goes_on = self.script(path, extent)?;
            if stop::is_stopped() || (!goes_on && extent != Extent::Check && !self.options.keep_going) {
                break;
            }
        }
        // What is wrong may be just what uses a word.
        if extent == Extent::Check && self.is_fine() {
            match self.model.lint(&self.loaded) {
                Ok(problems) => self.problems(&problems)?,
                Err(error) => self.problems(error.problems())?,
            }
        }
        Ok(())
    }

    /// Whether all went well.
    fn script(&mut self, path: &Path, extent: Extent) -> Result<bool, Unwritable> {
        let (name, bytes) = match files::read(path) {
            Ok(read) => read,
            Err(error) => {
                self.console.complain(&format!("cannot read `{}`: {error}", path.display()));
                self.status.worsen(Status::Unreadable);
                return Ok(false);
            }
        };
        if self.model.includes(&name) {
            return Ok(true);
        }
        let loaded = Source::from_bytes(&name, bytes).and_then(|source| self.model.load(source, &Disk));
        let mut script = match loaded {
            Ok(script) => script,
            Err(error) => {
                self.problems(error.problems())?;
                return Ok(false);
            }
        };
        self.problems(script.warnings())?;
        if extent == Extent::Check {
            self.loaded.push(script);
            return Ok(true);
        }
        if extent == Extent::State {
            script.keep_changes();
        }
        let mut all_well = true;
        loop {
            let start = Instant::now();
            let Some(outcome) = self.model.step(&mut script, &Disk) else { break };
            match outcome {
                Ok(Outcome::Answered(answers)) if extent == Extent::Run => {
                    if !self.answers(&answers, start.elapsed())? {
                        all_well = false;
                        if self.is_over() {
                            break;
                        }
                    }
                }
                Ok(Outcome::Checked(check)) => self.checked(&check)?,
                // What a script asks for itself is not printed here.
                Ok(Outcome::Answered(_)) => {}
                Ok(outcome) => self.problems(outcome.warnings())?,
                Err(problem) => {
                    self.problems(&[problem])?;
                    all_well = false;
                    if self.is_over() {
                        break;
                    }
                }
            }
        }
        if !stop::is_stopped() && extent != Extent::State && (all_well || self.options.keep_going) {
            all_well &= self.violations()?;
        }
        Ok(all_well)
    }

    /// After a problem: whether that is the end.
    fn is_over(&self) -> bool {
        stop::is_stopped() || !self.options.keep_going
    }

    /// Prints answers that took so long; tells whether all of them could be written.
    fn answers(&mut self, answers: &Answers, time: Duration) -> Result<bool, Unwritable> {
        if let Some(problem) = self.console.answers(answers, &self.model.interrupt())? {
            self.problems(&[problem])?;
            return Ok(false);
        }
        self.warnings += answers.warnings().len();
        self.console.took(answers.question(), time);
        Ok(true)
    }

    fn checked(&mut self, check: &Check) -> Result<(), Unwritable> {
        self.warnings += check.warnings.len();
        if !check.holds() {
            self.errors += 1;
            self.status.worsen(Status::Failed);
        }
        self.console.check(check)
    }

    /// Looks at what is forbidden or warned of; tells whether that could be done.
    fn violations(&mut self) -> Result<bool, Unwritable> {
        match self.model.violations() {
            Ok(violations) => {
                for violation in violations.iter().filter(|violation| !self.told.contains(violation)) {
                    if violation.is_warning() {
                        self.warnings += 1;
                    } else {
                        self.errors += 1;
                        self.status.worsen(Status::Failed);
                    }
                    self.console.violation(violation)?;
                }
                self.told = violations;
                Ok(true)
            }
            Err(error) => {
                self.problems(error.problems())?;
                Ok(false)
            }
        }
    }

    pub(crate) fn plan(&mut self, questions: &[String]) -> Result<(), Unwritable> {
        for question in questions {
            match self.model.plan_of(question) {
                Ok(plan) => self.console.plan(&plan)?,
                Err(error) => {
                    self.problems(error.problems())?;
                    if !self.options.keep_going {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn ask(&mut self, questions: &[String]) -> Result<(), Unwritable> {
        for question in questions {
            let start = Instant::now();
            match self.model.ask(question) {
                Ok(answers) => {
                    if !self.answers(&answers, start.elapsed())? && self.is_over() {
                        break;
                    }
                }
                Err(error) => {
                    self.problems(error.problems())?;
                    if self.is_over() {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn problems(&mut self, problems: &[Problem]) -> Result<(), Unwritable> {
        self.console.problems(problems)?;
        for problem in problems {
            if problem.is_warning() {
                self.warnings += 1;
            } else {
                self.errors += 1;
                self.status.worsen(Status::of(problem));
                // What comes next has its own time.
                if !stop::is_stopped() {
                    self.model.interrupt().clear();
                }
            }
        }
        Ok(())
    }

    /// Whether everything could be run, though perhaps not as expected.
    pub(crate) fn is_fine(&self) -> bool {
        self.status <= Status::Failed
    }

    pub(crate) fn finish(mut self) -> Status {
        self.console.summary(self.errors, self.warnings);
        if self.options.profile {
            self.console.profile(&self.model.profile());
        }
        // The program is about to end, and its memory goes at once with it.
        std::mem::forget(self.model);
        self.status
    }
}
