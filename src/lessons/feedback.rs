//! A report → words for the learner, by level: whether, in which direction, where, by which sentence, how elsewhere. What would be
//! right is never said; only what the file itself answers.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::judge::{Difference, Finding, Report, Verdict};
use super::pack::{Direction, Exercise, Kind};
use super::trial::Trial;
use crate::engine::Interrupt;
use crate::source::Source;
use crate::value::Value;
use crate::vocabulary::written_value;

/// So many rows of an answer are shown.
const MAX_ROWS: usize = 12;

/// After so many changed attempts there is a worked example.
const ATTEMPTS_BEFORE_SHAPE: u32 = 2;

/// Verdict and direction: a line or two for each check.
pub fn verdicts(exercise: &Exercise, report: &Report) -> String {
    let mut text = String::new();
    match report.verdict {
        Verdict::Untouched if report.findings.is_empty() => {
            return "NOT YET  SRL cannot read the file yet; what it says above is the next step.\n".to_owned();
        }
        Verdict::Untouched => return "NOT YET  The file is as it was at the start.\n".to_owned(),
        Verdict::Unread => return "NOT YET  SRL could not read the file; what it says above is the next step.\n".to_owned(),
        Verdict::Passed | Verdict::NotYet => {}
    }
    for finding in report.findings.iter().filter(|finding| !finding.is_hidden) {
        let word = if finding.passes { "PASS   " } else { "NOT YET" };
        let _ = writeln!(text, "{word}  {}", finding.title);
        if !finding.passes {
            let _ = writeln!(text, "         {}", direction(exercise, finding));
        }
    }
    let visible: Vec<_> = report.findings.iter().filter(|finding| !finding.is_hidden).collect();
    let passed = visible.iter().filter(|finding| finding.passes).count();
    let hidden = exercise.hidden_checks();
    let _ = match (passed == visible.len(), hidden) {
        (true, 0) if passed == 1 => writeln!(text, "The check passes."),
        (true, 0) => writeln!(text, "All {passed} checks pass."),
        (true, 1) => writeln!(text, "All visible checks pass ({passed}). A teacher who grades this runs 1 more."),
        (true, hidden) => writeln!(text, "All visible checks pass ({passed}). A teacher who grades this runs {hidden} more."),
        (false, _) => writeln!(text, "{passed} of {} checks pass.", visible.len()),
    };
    text
}

/// Too little or too much, in counts alone.
fn direction(exercise: &Exercise, finding: &Finding) -> String {
    let some = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    if let Some(Err(reason)) = finding.first.as_ref().map(|first| &first.answer) {
        return format!("No answer yet: {reason}.");
    }
    let kind = exercise.checks.iter().find(|check| check.id == finding.check).map(|check| &check.kind);
    match kind {
        Some(Kind::Same(_) | Kind::Question { .. }) => {}
        Some(Kind::Sorted) => {
            return match finding.missing.max(finding.unwanted) {
                1 => "1 item is not where it belongs yet, or missing.".to_owned(),
                several => format!("{several} items are not where they belong yet, or missing."),
            };
        }
        Some(Kind::Changes(most)) => {
            return format!("More than {} changed; `reset` brings the start back.", some(*most, "sentence"));
        }
        _ if finding.total == 1 => return "This is not so yet.".to_owned(),
        _ => return format!("{} of {} are so.", finding.agreed, finding.total),
    }
    let how = match finding.direction {
        Some(Direction::TooLittle) => "too little",
        Some(Direction::TooMuch) => "too much",
        Some(Direction::Both) => "too much in one place, and too little in another",
        None => "something else",
    };
    if finding.total > 1 {
        return format!("It finds {how}. It is right in {} of {}.", finding.agreed, some(finding.total, "small model"));
    }
    match (finding.unwanted, finding.missing) {
        (0, missing) => format!("{} missing.", if missing == 1 { "1 answer is".to_owned() } else { format!("{missing} answers are") }),
        (unwanted, 0) => format!("{} too many.", if unwanted == 1 { "1 answer is".to_owned() } else { format!("{unwanted} answers are") }),
        (unwanted, missing) => format!("{} too many, {missing} missing.", some(unwanted, "answer")),
    }
}

/// What helps with the first open check, the gentlest first. All of it once the exercise is solved.
pub fn hints(exercise: &Exercise, file: &Source, report: &Report, attempts: u32, interrupt: &Interrupt) -> Vec<String> {
    let open = report.findings.iter().find(|finding| !finding.passes && !finding.is_hidden);
    let mut steps = Vec::new();
    if let Some(finding) = open {
        steps.extend(shown_first(exercise, report));
        match &report.known {
            Some((_, says)) => steps.push(says.clone()),
            // A prediction is said to be wrong; which, stands above.
            None if exercise.checks.iter().any(|check| check.id == finding.check && check.kind == Kind::Predicted) => {}
            None => steps.extend(finding.first.as_ref().and_then(|first| blame(exercise, file, first, interrupt))),
        }
    }
    let own = exercise.hints.iter().filter(|(check, _)| match (check, open) {
        (Some(check), Some(finding)) => *check == finding.check,
        _ => true,
    });
    steps.extend(own.map(|(_, text)| text.clone()));
    if !exercise.shape.is_empty() && (open.is_none() && report.verdict == Verdict::Passed || attempts >= ATTEMPTS_BEFORE_SHAPE) {
        steps.push(format!("The same thought in another subject:\n{}", indented(&exercise.shape)));
    }
    steps
}

/// The first case that differs of the first open check.
pub(super) fn shown_first(exercise: &Exercise, report: &Report) -> Option<String> {
    let finding = report.findings.iter().find(|finding| !finding.passes && !finding.is_hidden)?;
    finding.first.as_ref().map(|first| shown(exercise, finding, first))
}

/// The first case that differs, with the file's own answer.
fn shown(exercise: &Exercise, finding: &Finding, first: &Difference) -> String {
    let kind = exercise.checks.iter().find(|check| check.id == finding.check).map(|check| &check.kind);
    let own = first.model.as_ref().map_or(String::new(), |name| format!("In the model `{name}` of your file: "));
    match kind {
        Some(Kind::Same(_) | Kind::Question { .. } | Kind::Sorted) => {}
        Some(Kind::Predicted) => return format!("SRL answers something else than you expect of: {}", first.question),
        Some(Kind::Uses) => return format!("Your file does not say `{}` yet.", first.question),
        Some(Kind::Avoids) => return format!("Your file says `{}`; this exercise wants it without.", first.question),
        Some(Kind::Holds(_)) => {
            let claim = first.question.strip_prefix("expect ").unwrap_or(&first.question);
            let what = match claim.split_once(": ") {
                // Behind the colon stands what is right.
                Some((question, _)) => format!("This has another answer yet: {question}?"),
                None => format!("This is not so yet: {claim}"),
            };
            return format!("{own}{what}{}", world(first, "\nin this model:\n"));
        }
        _ => return format!("{own}This is not so yet: {}{}", first.question, world(first, "\nin this model:\n")),
    }
    let answer = match &first.answer {
        Ok(rows) if rows.is_empty() => "    No one and nothing.".to_owned(),
        Ok(rows) => indented(&listed(rows)),
        Err(reason) => indented(&format!("No answer: {reason}.")),
    };
    let question = first.question.trim();
    let shown = match &first.world.facts {
        None if exercise.given.trim().is_empty() => format!("With your sentences `{question}` is answered:\n{answer}"),
        None => format!("With the given sentences and yours `{question}` is answered:\n{answer}"),
        Some(facts) if facts.trim().is_empty() => format!("In a model without a single sentence, `{question}` is answered:\n{answer}"),
        Some(_) => format!(
            "Take this small model:\n{}With your rules `{question}` is answered:\n{answer}\nThat is not right yet.",
            world(first, "")
        ),
    };
    own + &shown
}

fn world(first: &Difference, before: &str) -> String {
    first.world.facts.as_ref().map_or(String::new(), |facts| format!("{before}{}\n", indented(facts.trim_end())))
}

/// The sentence of the file that makes an answer which should not be; where none is, which sentences to look at.
fn blame(exercise: &Exercise, file: &Source, first: &Difference, interrupt: &Interrupt) -> Option<String> {
    let trial = Trial::new(exercise, file.clone(), interrupt).ok()?;
    let trial = trial.part(first.model.as_deref());
    if let Some(row) = first.unwanted.first() {
        let answer = listed(std::slice::from_ref(row));
        return Some(match trial.blamed(&first.world, &first.question, row) {
            Some((line, sentence)) => {
                format!("The answer `{answer}` is one too many. It comes from line {line} of your file:\n{}", indented(&sentence))
            }
            None => format!("The answer `{answer}` is one too many. More than one of your sentences leads to it."),
        });
    }
    let rules = trial.rules(&first.question);
    Some(match rules.as_slice() {
        [] => "Something is missing. Go through the task word by word: which part of it has no sentence in your file yet?".to_owned(),
        [(line, rule)] => {
            format!("Something is missing. Your one rule is in line {line}; read it aloud for each name in that model:\n{}", indented(rule))
        }
        rules => {
            let lines = rules.iter().map(|(line, _)| line.to_string()).collect::<Vec<_>>().join(", ");
            format!("Something is missing that none of your rules (lines {lines}) finds. Read each aloud for every name in that model.")
        }
    })
}

fn listed(rows: &[Vec<Value>]) -> String {
    let row = |values: &Vec<Value>| values.iter().map(written_value).collect::<Vec<_>>().join(", ");
    let mut lines: Vec<_> = rows.iter().take(MAX_ROWS).map(row).collect();
    if rows.len() > MAX_ROWS {
        lines.push(format!("and {} more", rows.len() - MAX_ROWS));
    }
    lines.join("\n")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// The task as it is shown: number, title, what is to be done, what is given, and how it will be looked at.
pub fn task(exercise: &Exercise, number: usize, total: usize) -> String {
    let mut text = format!("{number} of {total}. {}\n\n{}\n", exercise.title, exercise.task);
    if !exercise.given.trim().is_empty() {
        let _ = write!(text, "\nGiven (it is there already, you need not write it):\n{}\n", indented(exercise.given.trim_end()));
    }
    for example in &exercise.examples {
        let title = if example.title.is_empty() { "For example" } else { &example.title };
        let answers: Vec<_> = example.expects.trim_end().lines().map(|line| line.strip_prefix("expect ").unwrap_or(line)).collect();
        let _ = write!(text, "\n{title}:\n{}\n", indented(&answers.join("\n")));
    }
    text.push_str("\nIt is done when:\n");
    for check in exercise.checks.iter().filter(|check| !check.is_hidden) {
        let _ = writeln!(text, "  - {}", check.title);
    }
    text
}

/// A note if a file that can be read uses what comes later in the course: nothing is wrong with that.
pub fn above_level(exercise: &Exercise, report: &Report, text: &str) -> Option<String> {
    if report.findings.is_empty() {
        return None;
    }
    let part = super::levels::parts(text).into_iter().next().filter(|part| part.level > exercise.level)?;
    Some(format!(
        "Note: your file uses {}. That is right SRL, and comes later (level {}); here level {} is enough.",
        part.what, part.level, exercise.level
    ))
}

/// What is said once it is solved: other right answers, and the author's last word.
pub fn afterwards(exercise: &Exercise, text: &str) -> String {
    let mut said = String::new();
    let plain = |text: &str| super::program::sentences(text).into_iter().map(|(_, sentence)| sentence).collect::<BTreeSet<_>>();
    let others: Vec<_> = exercise.solutions.iter().filter(|(_, solution)| plain(solution) != plain(text)).collect();
    if let Some((_, solution)) = others.first() {
        let _ = write!(said, "It can also be said like this:\n{}\n\n", indented(solution.trim_end()));
    }
    if !exercise.after.is_empty() {
        let _ = write!(said, "{}\n\n", exercise.after);
    }
    said
}
