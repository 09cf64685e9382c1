//! A pack with keys → the part of it that learners may have: no solutions, and what is right only as numbers ([`super::seal`]).

use std::fmt::Write as _;
use std::sync::Arc;

use super::judge::{judge, right};
use super::pack::{Exercise, Pack};
use super::read::{EXERCISE_ENDING, PACK_FILE};
use super::trial::Trial;
use super::{PackFault, seal};
use crate::engine::Interrupt;
use crate::source::Source;

impl Pack {
    /// The files of the learners' part; `text` gives those of the whole pack, as for [`Pack::read`].
    ///
    /// # Errors
    /// If a solution is missing or cannot be run.
    pub fn share(&self, mut text: impl FnMut(&str) -> Option<String>, interrupt: &Interrupt) -> Result<Vec<(String, String)>, PackFault> {
        let mut files = vec![(PACK_FILE.to_owned(), text(PACK_FILE).unwrap_or_default())];
        for exercise in &self.exercises {
            let name = format!("{}.{EXERCISE_ENDING}", exercise.file);
            let mut own = text(&name).unwrap_or_default();
            if !own.ends_with('\n') {
                own.push('\n');
            }
            own.push_str(&sealed(exercise, interrupt)?);
            files.push((name, own));
        }
        Ok(files)
    }
}

/// The sections that take the place of a key.
fn sealed(exercise: &Exercise, interrupt: &Interrupt) -> Result<String, PackFault> {
    let mut text = String::new();
    if exercise.solutions.is_empty() {
        // It has been shared before, or its checks need no solution.
        return Ok(text);
    }
    // Each solution is run once, and no mistake is compared with the others.
    let mut exercise = exercise.clone();
    exercise.seal(interrupt);
    let wrongs = std::mem::take(&mut exercise.wrongs);
    let exercise = &exercise;
    if exercise.hidden_checks() > 0 {
        let _ = write!(text, "\nHidden: {}\n", exercise.hidden_checks());
    }
    for check in exercise.checks.iter().filter(|check| !check.is_hidden) {
        if let Some(sealed) = right(exercise, check, interrupt)? {
            let _ = write!(text, "\nSealed {}:\n{}", check.id, seal::written(&sealed));
        }
    }
    let mut signatures = std::collections::BTreeSet::new();
    for wrong in wrongs.iter().filter(|wrong| !wrong.says.is_empty()) {
        let source = Source::new(wrong.name.as_str(), Arc::clone(&wrong.answer));
        let report = judge(exercise, &source, false, interrupt)?;
        let Some(open) = report.findings.iter().find(|finding| !finding.passes) else { continue };
        let check = exercise.checks.iter().find(|check| check.id == open.check);
        let cases = check.and_then(|check| Trial::new(exercise, source, interrupt).and_then(|mut trial| trial.cases(check)).ok());
        // By all that the learner sees of it; and for mistakes that are nearly this one, by the check that is open.
        let says = wrong.says.lines().fold(String::new(), |says, line| says + "| " + line + "\n");
        for signature in [Some(report.visible), cases.map(|cases| seal::signature(&open.check, &cases))].into_iter().flatten() {
            if signatures.insert(signature) {
                let _ = write!(text, "\nKnown {signature:016x}:\n{says}");
            }
        }
    }
    Ok(text)
}
