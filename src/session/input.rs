//! Looks at what was typed: what a file name stands for, what was meant as a question, what a beginner may want to know next.

use super::commands;
use super::reply::{Part, Reply};
use crate::diagnostics::{Problem, ProblemKind, ResolveError, RunError, SyntaxError};
use crate::syntax;
use crate::syntax::ast::{Statement, StatementKind};

/// The path, if the text is one `include` and nothing else.
pub(super) fn included_alone(text: &str) -> Option<String> {
    let (program, problems) = syntax::parse(text);
    let [Statement { kind: StatementKind::Include(path), .. }] = program.statements.as_slice() else { return None };
    problems.is_empty().then(|| path.text.to_string())
}

/// The text as a question, if it is a question but for its question mark.
pub(super) fn question_without_mark(reply: &Reply, text: &str) -> Option<String> {
    let mut errors = reply.errors();
    let (Some(error), None) = (errors.next(), errors.next()) else { return None };
    let is_one = match error.kind() {
        ProblemKind::Syntax(SyntaxError::NoQuestionMark { .. }) => true,
        // Written large and without its mark it was read as a sentence about something called `Does`.
        ProblemKind::Syntax(_) | ProblemKind::Resolve(_) => {
            let first = text.split_whitespace().next().unwrap_or_default();
            QUESTION_VERBS.contains(&first) && syntax::only_asks(&syntax::with_question_mark(text))
        }
        ProblemKind::Plan(_) | ProblemKind::Run(_) | ProblemKind::Data(_) => false,
    };
    let is_alone = syntax::statements(text).count() == 1;
    (is_one && is_alone && !syntax::ends_with_question_mark(text)).then(|| syntax::with_question_mark(text))
}

/// Verbs that a question begins with, as at the beginning of an English sentence.
const QUESTION_VERBS: &[&str] = &["Does", "Is"];

/// Whether a warning holds only if nothing more is told.
pub(super) fn is_premature(problem: &Problem) -> bool {
    matches!(problem.kind(), ProblemKind::Resolve(ResolveError::NeverStated { .. }))
}

/// What may help after an input that could not be read.
pub(super) fn advice(text: &str, reply: &Reply, failures: usize) -> Option<String> {
    if !reply.is_failed() {
        return None;
    }
    if let Some(command) = commands::meant(text).filter(|_| reply.is_unread()) {
        return Some(format!("commands begin with a colon: `:{command}`"));
    }
    if reply.errors().any(|problem| {
        matches!(
            problem.kind(),
            ProblemKind::Run(RunError::TooManyFacts { .. } | RunError::TooManyValues { .. } | RunError::TooManyRounds { .. })
        )
    }) {
        return Some("here `:limits max-facts NUMBER` allows more".to_owned());
    }
    (failures > 0 && failures.is_multiple_of(3)).then(|| "`?` shows what can be said here, with examples".to_owned())
}

impl Part {
    /// Whether it says that a name does not occur.
    pub(super) fn is_unknown_name(&self) -> bool {
        matches!(self, Self::Problem(problem) if matches!(problem.kind(), ProblemKind::Run(RunError::UnknownName { .. })))
    }
}

impl Reply {
    /// Whether something was asked, and nothing of it holds.
    pub(super) fn answers_nothing(&self) -> bool {
        let mut answers = self.parts.iter().filter_map(|part| if let Part::Answers(answers, _) = part { Some(answers) } else { None });
        let is_asked = self.parts.iter().any(|part| matches!(part, Part::Answers(..)));
        is_asked && answers.all(|answers| !answers.holds())
    }

    /// Whether the input was not understood, and nothing came of it.
    pub(super) fn is_unread(&self) -> bool {
        self.is_failed() && !self.parts.iter().any(|part| matches!(part, Part::Answers(..)))
    }
}
