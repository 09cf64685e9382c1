//! A file and an exercise → a [`Report`]: for each check whether it passes, and if not, where the answers differ and in which direction.

use super::pack::{Check, Direction, Exercise, Fingerprint, Kind, Wrong};
use super::program::Answer;
use super::seal::{self, Sealed};
use super::trial::{Case, Trial};
use super::worlds::World;
use crate::diagnostics::Problem;
use crate::engine::Interrupt;
use crate::source::Source;
use crate::value::Value;

/// How a file came out.
#[derive(Clone, Debug)]
pub struct Report {
    /// Altogether.
    pub verdict: Verdict,
    /// Check by check; none if the file could not be read.
    pub findings: Vec<Finding>,
    /// Why it could not be read; else what is hardly meant.
    pub problems: Vec<Problem>,
    /// What the file means, as far as the checks can tell: two files with the same one mean the same.
    pub signature: u64,
    /// The same, without the hidden checks.
    pub(super) visible: u64,
    /// The known mistake that the file makes: its name, where the key is there, and what is said to it.
    pub known: Option<(String, String)>,
}

/// How a file came out altogether.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All checks that were run pass.
    Passed,
    /// Some do not.
    NotYet,
    /// The file could not be read, or took too much.
    Unread,
    /// The file is as it was at the start.
    Untouched,
}

impl Verdict {
    /// In words: the form that machines read, too.
    pub fn words(self) -> &'static str {
        match self {
            Self::Passed => "pass",
            Self::NotYet => "not yet",
            Self::Unread => "could not read",
            Self::Untouched => "untouched",
        }
    }
}

/// How one check came out.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check's short name.
    pub check: String,
    /// What is so when it passes.
    pub title: String,
    /// Whether it stands in the key.
    pub is_hidden: bool,
    /// Whether it passes.
    pub passes: bool,
    /// In which way the answers differ.
    pub direction: Option<Direction>,
    /// In so many cases the answer is right.
    pub agreed: usize,
    /// All cases.
    pub total: usize,
    /// Rows too many, over all cases.
    pub unwanted: usize,
    /// Rows too few, over all cases.
    pub missing: usize,
    /// The first case that differs.
    pub first: Option<Difference>,
}

/// A case in which the answer is not right: what was asked where, and what the file answers. Never what would be right.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The facts.
    pub world: World,
    /// The model of the file, if it has several.
    pub model: Option<std::sync::Arc<str>>,
    /// The question, or what is looked at.
    pub question: String,
    /// The file's own answer; the reason if there is none.
    pub answer: Result<Vec<Vec<Value>>, String>,
    /// Those of its rows that are too many.
    pub unwanted: Vec<Vec<Value>>,
    /// How many are too few.
    pub missing: usize,
}

/// What is wrong with a pack so that nothing can be checked by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the exercise `{exercise}` cannot be checked: {message}")]
pub struct PackFault {
    /// The id of the exercise.
    pub exercise: String,
    /// What is the matter.
    pub message: String,
}

/// Checks a file.
///
/// # Errors
/// If the pack is at fault, not the file.
pub fn judge(exercise: &Exercise, file: &Source, with_hidden: bool, interrupt: &Interrupt) -> Result<Report, PackFault> {
    let unread = |problems: Vec<Problem>| {
        let mut print = Fingerprint::default();
        problems.iter().for_each(|problem| print.add(&problem.code()));
        Report { verdict: Verdict::Unread, findings: Vec::new(), problems, signature: print.0, visible: print.0, known: None }
    };
    let is_untouched = exercise.is_untouched(file.text());
    let mut trial = match Trial::new(exercise, file.clone(), interrupt) {
        Ok(trial) => trial,
        // A start that cannot be read is there for its messages.
        Err(problems) if is_untouched => return Ok(Report { verdict: Verdict::Untouched, ..unread(problems) }),
        Err(problems) => return Ok(unread(problems)),
    };
    let mut findings = Vec::new();
    let mut print = Fingerprint::default();
    // What all checks say that the learner sees, and the cases of the first that does not pass.
    let mut visible = Fingerprint::default();
    let mut open = None;
    let checks: Vec<_> = exercise.checks.iter().filter(|check| with_hidden || !check.is_hidden).collect();
    // The solution is run to its end before the file is: it leaves its models to it.
    for (check, sealed) in checks.iter().zip(rights(exercise, &checks, interrupt)?) {
        let cases = match trial.cases(check) {
            Ok(cases) => cases,
            Err(problems) => return Ok(unread(problems)),
        };
        let signature = format!("{:016x}", seal::signature(&check.id, &cases));
        print.add(&signature);
        if !check.is_hidden {
            visible.add(&signature);
        }
        let finding = compare(check, &cases, sealed.as_ref());
        if !finding.passes && open.is_none() {
            open = Some((*check, cases));
        }
        findings.push(finding);
    }
    let verdict = match open {
        _ if is_untouched => Verdict::Untouched,
        None => Verdict::Passed,
        Some(_) => Verdict::NotYet,
    };
    let known = if let Some(open) = &open { known(exercise, &mut trial, open, visible.0, interrupt) } else { None };
    Ok(Report { verdict, findings, problems: trial.warnings, signature: print.0, visible: visible.0, known })
}

/// What is right; nothing for checks that do not ask what a solution answers.
pub(super) fn right(exercise: &Exercise, check: &Check, interrupt: &Interrupt) -> Result<Option<Sealed>, PackFault> {
    rights(exercise, &[check], interrupt).map(|mut rights| rights.pop().flatten())
}

/// What is right in each of several checks: one run of the solution.
fn rights(exercise: &Exercise, checks: &[&Check], interrupt: &Interrupt) -> Result<Vec<Option<Sealed>>, PackFault> {
    let mut solution = None;
    checks.iter().map(|check| right_with(exercise, check, &mut solution, interrupt)).collect()
}

fn right_with<'e>(
    exercise: &'e Exercise,
    check: &Check,
    solution: &mut Option<Trial<'e>>,
    interrupt: &Interrupt,
) -> Result<Option<Sealed>, PackFault> {
    if !matches!(check.kind, Kind::Same(_) | Kind::Question { .. } | Kind::Sorted) {
        return Ok(None);
    }
    if let Some((_, sealed)) = exercise.sealed.iter().find(|(id, _)| *id == check.id) {
        return Ok(Some(sealed.clone()));
    }
    let fault = |message: String| PackFault { exercise: exercise.id.clone(), message };
    let (name, text) = exercise.solutions.first().ok_or_else(|| fault("it has no solution, and no `Sealed` answers".to_owned()))?;
    let source = Source::new(name.as_str(), std::sync::Arc::clone(text));
    let stopped = |problems: Vec<Problem>| {
        let problem = problems.first().map(Problem::to_string).unwrap_or_default();
        fault(format!("its solution `{name}` cannot be run: {problem}"))
    };
    let trial = match solution {
        Some(trial) => trial,
        none => none.insert(Trial::new(exercise, source, interrupt).map_err(stopped)?),
    };
    let cases = trial.cases(check).map_err(stopped)?;
    if let Some(case) = cases.iter().find(|case| matches!(case.answer, Answer::Unknown(_))) {
        return Err(fault(format!("its solution `{name}` does not answer `{}`", case.question)));
    }
    Ok(Some(seal::seal(&check.id, &cases)))
}

/// Whether a file passes every check, hidden ones, too; looks no further than where it does not.
pub(super) fn passes(exercise: &Exercise, file: &Source, interrupt: &Interrupt) -> bool {
    let Ok(mut trial) = Trial::new(exercise, file.clone(), interrupt) else { return false };
    exercise.checks.iter().all(|check| {
        let Ok(sealed) = right(exercise, check, interrupt) else { return false };
        // The best order of columns is known only from all cases, and how many mistakes are caught, too.
        if matches!(check.kind, Kind::Question { .. } | Kind::Catches(_)) {
            return trial.cases(check).is_ok_and(|cases| compare(check, &cases, sealed.as_ref()).passes);
        }
        let (mut number, mut agrees) = (0, true);
        let asked = trial.each_case(check, |case| {
            let yes = || vec![seal::row(&check.id, number, &[Value::name("yes")])];
            let right = sealed.as_ref().map_or_else(yes, |sealed| sealed.get(number).cloned().unwrap_or_default());
            let (unwanted, missing) = difference(check, number, &case, &right, None);
            agrees = unwanted.is_empty() && missing == 0 && matches!(case.answer, Answer::Rows(_));
            number += 1;
            agrees
        });
        asked.is_ok() && agrees
    })
}

impl Exercise {
    /// Finds out what is right once, for all files that are checked from now on. Where it cannot be found out, each of them tells why.
    pub fn seal(&mut self, interrupt: &Interrupt) {
        let sealed = {
            let mut solution = None;
            let right = |check: &Check| Some((check.id.clone(), right_with(self, check, &mut solution, interrupt).ok()??));
            self.checks.iter().filter_map(right).collect()
        };
        self.sealed = sealed;
    }

    /// Whether a file says what it said at the start.
    pub fn is_untouched(&self, text: &str) -> bool {
        same_lines(&self.start, text)
    }
}

/// Whether two texts have the same lines, but for comments and blank ones.
fn same_lines(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|text| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(str::to_owned).collect::<Vec<_>>()
    });
    one == other
}

/// Compares the cases of a file with what is right.
pub(super) fn compare(check: &Check, cases: &[Case], sealed: Option<&Sealed>) -> Finding {
    let order = match (&check.kind, sealed) {
        (Kind::Question { .. }, Some(sealed)) => best_order(check, cases, sealed),
        _ => None,
    };
    let mut finding = Finding {
        check: check.id.clone(),
        title: check.title.clone(),
        is_hidden: check.is_hidden,
        passes: true,
        direction: None,
        agreed: 0,
        total: sealed.map_or(cases.len(), Vec::len),
        unwanted: 0,
        missing: 0,
        first: None,
    };
    for (number, case) in cases.iter().enumerate() {
        let right = match sealed {
            Some(sealed) => sealed.get(number).cloned().unwrap_or_default(),
            None => vec![seal::row(&check.id, number, &[Value::name("yes")])],
        };
        let (unwanted, missing) = difference(check, number, case, &right, order.as_deref());
        if unwanted.is_empty() && missing == 0 && matches!(case.answer, Answer::Rows(_)) {
            finding.agreed += 1;
            continue;
        }
        finding.unwanted += unwanted.len();
        finding.missing += missing;
        finding.first.get_or_insert_with(|| Difference {
            world: case.world.clone(),
            model: case.model.clone(),
            question: case.question.clone(),
            answer: match &case.answer {
                Answer::Rows(rows) => Ok(rows.clone()),
                Answer::Unknown(reason) => Err(reason.clone()),
            },
            unwanted,
            missing,
        });
    }
    finding.direction = match (finding.unwanted, finding.missing) {
        // A prediction is right, wrong or not there.
        (0, 0) => None,
        _ if check.kind == Kind::Predicted => None,
        (_, 0) => Some(Direction::TooMuch),
        (0, _) => Some(Direction::TooLittle),
        _ => Some(Direction::Both),
    };
    finding.passes = finding.agreed == finding.total;
    if let Kind::Catches(least) = check.kind {
        let right_holds = cases.first().is_some_and(|case| case.answer != Answer::Rows(Vec::new()));
        finding.passes = right_holds && finding.agreed > least;
    }
    finding
}

/// Rows too many, and how many are too few.
fn difference(check: &Check, number: usize, case: &Case, right: &[u32], order: Option<&[usize]>) -> (Vec<Vec<Value>>, usize) {
    let Answer::Rows(rows) = &case.answer else { return (Vec::new(), right.len()) };
    let number_of = |values: &Vec<Value>| match order {
        Some(order) if order.len() == values.len() => seal::row(&check.id, number, order.iter().map(|place| &values[*place])),
        _ => seal::row(&check.id, number, values),
    };
    let own: Vec<_> = rows.iter().map(|values| (number_of(values), values)).collect();
    let unwanted: Vec<_> = own.iter().filter(|(row, _)| !right.contains(row)).map(|(_, values)| (*values).clone()).collect();
    (unwanted, right.iter().filter(|row| !own.iter().any(|(own, _)| own == *row)).count())
}

/// The order of columns in which a question's answers agree best: which one they stand in is free.
fn best_order(check: &Check, cases: &[Case], sealed: &Sealed) -> Option<Vec<usize>> {
    const MAX_COLUMNS: usize = 5;
    let width = |case: &Case| if let Answer::Rows(rows) = &case.answer { rows.first().map(Vec::len) } else { None };
    let width = cases.iter().find_map(width).filter(|width| (2..=MAX_COLUMNS).contains(width))?;
    let differing = |order: &Vec<usize>| {
        let differs = |(number, case): (usize, &Case)| {
            let right = sealed.get(number).map_or(&[][..], Vec::as_slice);
            difference(check, number, case, right, Some(order)) != (Vec::new(), 0)
        };
        cases.iter().enumerate().filter(|case| differs(*case)).count()
    };
    super::worlds::orders(width).into_iter().min_by_key(differing)
}

/// The known mistake that answers all visible checks in the same way; else one that answers the open check so.
fn known(
    exercise: &Exercise,
    trial: &mut Trial<'_>,
    (check, cases): &(&Check, Vec<Case>),
    visible: u64,
    interrupt: &Interrupt,
) -> Option<(String, String)> {
    let listed = |signature: u64| exercise.known.iter().find(|(own, _)| *own == signature);
    if let Some((_, says)) = listed(visible).or_else(|| listed(seal::signature(&check.id, cases))) {
        return Some((String::new(), says.clone()));
    }
    let answers_so = |other: &mut Trial<'_>, check: &Check, cases: &[Case]| {
        let (mut number, mut is_same) = (0, true);
        let told = other.each_case(check, |case| {
            is_same = cases.get(number).is_some_and(|own| own.answer == case.answer);
            number += 1;
            is_same
        });
        told.is_ok() && is_same && number == cases.len()
    };
    let fails = |wrong: &&Wrong| wrong.fails.iter().any(|(id, _)| *id == check.id);
    let on_trial = |wrong: &'_ Wrong| {
        let source = Source::new(wrong.name.as_str(), std::sync::Arc::clone(&wrong.answer));
        Trial::of(exercise, source, interrupt)
    };
    // One after the other: each that answers otherwise leaves its model to the next.
    let mut alike: Vec<_> = exercise
        .wrongs
        .iter()
        .filter(fails)
        .map(|wrong| (wrong, on_trial(wrong)))
        .filter_map(|(wrong, mut other)| answers_so(&mut other, check, cases).then_some((wrong, other)))
        .collect();
    let mut others = exercise.checks.iter().filter(|other| !other.is_hidden && other.id != check.id);
    let mut first = alike.iter().map(|(wrong, _)| *wrong).next();
    while alike.len() > 1
        && let Some(other) = others.next()
        && let Ok(cases) = trial.cases(other)
    {
        alike.retain_mut(|(_, wrong)| answers_so(wrong, other, &cases));
        first = alike.iter().map(|(wrong, _)| *wrong).next().or(first);
    }
    first.map(|wrong| (wrong.name.clone(), wrong.says.clone()))
}
