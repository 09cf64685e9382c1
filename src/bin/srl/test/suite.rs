//! One script and its checks: runs it in a model of its own, and keeps what came out.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use srl::{Check, Claim, Model, Outcome, Problem, Script, Source};

use crate::Status;
use crate::args::Options;
use crate::console::{Console, Mark, Unwritable};
use crate::files::{self, Disk, Found};
use crate::stop;
use crate::watch::Watch;

/// A script, its checks and what else went wrong with it.
#[derive(Debug, Default)]
pub(super) struct Suite {
    /// The file, as problems name it.
    pub(super) name: String,
    pub(super) cases: Vec<Case>,
    /// Why the file cannot be read.
    pub(super) unreadable: Option<String>,
    /// What kept the script from being loaded or run to its end, and what is hardly meant in it; not the failures of its checks.
    problems: Vec<Problem>,
    pub(super) time: Duration,
}

/// A check and how it came out.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) claim: Claim,
    pub(super) finding: Finding,
    /// How long an expectation took; each `forbid` is looked at together with the others.
    pub(super) time: Option<Duration>,
}

#[derive(Debug)]
pub(super) enum Finding {
    Met,
    Failed(Vec<Problem>),
    /// Something else went wrong before.
    Unchecked,
}

impl Case {
    pub(super) fn failures(&self) -> &[Problem] {
        match &self.finding {
            Finding::Failed(problems) => problems,
            Finding::Met | Finding::Unchecked => &[],
        }
    }
}

impl Suite {
    pub(super) fn run(script: &Found, model: Model, options: &Options, console: &mut Console) -> Result<Self, Unwritable> {
        let start = Instant::now();
        let _watch = Watch::over(model.interrupt(), options);
        stop::over(model.interrupt());
        let mut run = Run { suite: Self::default(), model, options, console };
        run.script(script)?;
        let mut suite = run.suite;
        suite.time = start.elapsed();
        if suite.cases.is_empty() && !suite.has_error() {
            console.mark(Mark::None, &format!("{}  no checks", suite.name))?;
        }
        Ok(suite)
    }

    pub(super) fn has_error(&self) -> bool {
        self.unreadable.is_some() || self.errors().next().is_some()
    }

    pub(super) fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| !problem.is_warning())
    }

    pub(super) fn warnings(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.is_warning())
    }

    /// What kept the script from being read or run, in a line.
    pub(super) fn trouble(&self) -> Option<String> {
        if let Some(reason) = &self.unreadable {
            return Some(format!("cannot be read: {reason}"));
        }
        self.line_of(self.errors())
    }

    /// Errors in a line: the first one, and how many others there are.
    fn line_of<'a>(&self, mut errors: impl Iterator<Item = &'a Problem>) -> Option<String> {
        let first = errors.next()?;
        let line = first.line_and_column().0;
        let place = if first.source().name() == self.name { format!("line {line}") } else { format!("{}:{line}", first.source().name()) };
        let others = match errors.count() {
            0 => String::new(),
            1 => ", and another error".to_owned(),
            others => format!(", and {others} other errors"),
        };
        Some(format!("{} ({place}){others}", first.message()))
    }

    pub(super) fn status(&self) -> Status {
        let mut status = Status::Fine;
        if self.unreadable.is_some() {
            status.worsen(Status::Unreadable);
        }
        if self.cases.iter().any(|case| matches!(case.finding, Finding::Failed(_))) {
            status.worsen(Status::Failed);
        }
        for error in self.errors() {
            status.worsen(Status::of(error));
        }
        status
    }
}

/// A script that is being run.
struct Run<'a> {
    suite: Suite,
    model: Model,
    options: &'a Options,
    console: &'a mut Console,
}

impl Run<'_> {
    fn script(&mut self, script: &Found) -> Result<(), Unwritable> {
        let (Ok(path) | Err((path, _))) = script;
        self.suite.name = files::name(path);
        let read = match script {
            Ok(path) => files::read(path).map_err(|error| error.to_string()),
            Err((_, error)) => Err(error.to_string()),
        };
        let bytes = match read {
            Ok((_, bytes)) => bytes,
            Err(reason) => return self.unreadable(reason),
        };
        let loaded = Source::from_bytes(&self.suite.name, bytes).and_then(|source| self.model.load(source, &Disk));
        match loaded {
            Ok(script) => {
                self.suite.problems.extend_from_slice(script.warnings());
                let went_well = self.expectations(script)?;
                self.prohibitions(!stop::is_stopped() && (went_well || self.options.keep_going))
            }
            Err(error) => self.errors(error.problems()),
        }
    }

    /// Runs the statements; tells whether all could be run.
    fn expectations(&mut self, mut script: Script) -> Result<bool, Unwritable> {
        let mut waiting: VecDeque<Claim> = script.expectations().collect();
        let mut all_well = true;
        loop {
            let start = Instant::now();
            let Some(outcome) = self.model.step(&mut script, &Disk) else { break };
            match outcome {
                Ok(Outcome::Checked(check)) => {
                    let claim = waiting.pop_front();
                    self.checked(check, claim, start.elapsed())?;
                }
                // What a script asks for itself is not printed here.
                Ok(Outcome::Answered(_)) => {}
                Ok(outcome) => self.suite.problems.extend_from_slice(outcome.warnings()),
                Err(problem) => {
                    self.errors(&[problem])?;
                    // What comes next has its own time.
                    if !stop::is_stopped() {
                        self.model.interrupt().clear();
                    }
                    all_well = false;
                    let goes_on = self.options.keep_going && !stop::is_stopped();
                    let left = if goes_on { script.expectations().count() } else { 0 };
                    for claim in waiting.drain(..waiting.len().saturating_sub(left)).collect::<Vec<_>>() {
                        self.case(claim, Finding::Unchecked, None)?;
                    }
                    if !goes_on {
                        break;
                    }
                }
            }
        }
        Ok(all_well)
    }

    fn checked(&mut self, check: Check, claim: Option<Claim>, time: Duration) -> Result<(), Unwritable> {
        self.console.check_object(&check)?;
        self.suite.problems.extend(check.warnings);
        let finding = check.failure.map_or(Finding::Met, |failure| Finding::Failed(vec![failure]));
        // Every expectation has waited.
        claim.map_or(Ok(()), |claim| self.case(claim, finding, Some(time)))
    }

    /// Looks at what is forbidden or warned of, if it makes sense: not after half of the script.
    fn prohibitions(&mut self, makes_sense: bool) -> Result<(), Unwritable> {
        let claims = self.model.prohibitions().collect::<Vec<_>>();
        let violations = if makes_sense {
            match self.model.violations() {
                Ok(violations) => Some(violations),
                Err(error) => {
                    self.errors(error.problems())?;
                    None
                }
            }
        } else {
            None
        };
        // A warning is no check: nothing fails by it.
        for warning in violations.iter().flatten().filter(|violation| violation.is_warning()) {
            self.console.violation_object(warning)?;
            self.suite.problems.push(warning.problem.clone());
        }
        for claim in claims {
            let own = violations.iter().flatten().filter(|violation| claim.is_violated_by(violation)).collect::<Vec<_>>();
            for violation in &own {
                self.console.violation_object(violation)?;
            }
            let finding = match own.as_slice() {
                // Nobody who uses a vocabulary wrote these.
                [] if claim.is_shipped => continue,
                [] if violations.is_none() => Finding::Unchecked,
                [] => Finding::Met,
                own => Finding::Failed(own.iter().map(|violation| violation.problem.clone()).collect()),
            };
            self.case(claim, finding, None)?;
        }
        Ok(())
    }

    fn unreadable(&mut self, reason: String) -> Result<(), Unwritable> {
        self.suite.unreadable = Some(reason);
        self.error(self.suite.trouble())
    }

    fn errors(&mut self, problems: &[Problem]) -> Result<(), Unwritable> {
        self.suite.problems.extend_from_slice(problems);
        self.error(self.suite.line_of(problems.iter().filter(|problem| !problem.is_warning())))
    }

    fn error(&mut self, trouble: Option<String>) -> Result<(), Unwritable> {
        trouble.map_or(Ok(()), |trouble| self.console.mark(Mark::Error, &format!("{}  {trouble}", self.suite.name)))
    }

    fn case(&mut self, claim: Claim, finding: Finding, time: Option<Duration>) -> Result<(), Unwritable> {
        let mark = match finding {
            Finding::Met => Mark::Pass,
            Finding::Failed(_) => Mark::Fail,
            Finding::Unchecked => Mark::Skip,
        };
        self.console.mark(mark, &format!("{}:{}  {}", claim.file, claim.line, shortened(&claim.text)))?;
        self.suite.cases.push(Case { claim, finding, time });
        Ok(())
    }
}

/// More characters of a statement are not shown.
const MAX_SHOWN: usize = 100;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
