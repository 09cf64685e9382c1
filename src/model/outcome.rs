//! What comes of a text: a [`Script`] that waits to be run, and what each of its statements did.

use std::sync::Arc;

use super::error::RunError;
use super::{Answers, Check, Claim};
use crate::diagnostics::{Problem, ProblemKind};
use crate::logic::{Action, Place, Step};

/// A text whose declarations and rules hold already, and whose other statements wait to be run, in order.
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) steps: std::collections::VecDeque<Step>,
    pub(super) warnings: Vec<Problem>,
    /// What has been told of scenarios, once for all that is asked in one.
    pub(super) told: Vec<Problem>,
    /// The model that loaded it: its numbers mean nothing to another one.
    pub(super) owner: Arc<()>,
}

impl Script {
    /// What is hardly meant in the text.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Takes out the next statement.
    pub(super) fn next(&mut self) -> Option<Step> {
        let Step { action: Action::StateEach(rows), place } = self.steps.front_mut()? else { return self.steps.pop_front() };
        let (fact, span) = rows.take()?;
        let step = Step { action: Action::State(vec![fact]), place: Place { source: place.source.clone(), span } };
        if rows.is_empty() {
            self.steps.pop_front();
        }
        Some(step)
    }

    /// How many statements wait.
    pub fn len(&self) -> usize {
        let statements = |step: &Step| if let Action::StateEach(rows) = &step.action { rows.len() } else { 1 };
        self.steps.iter().map(statements).sum()
    }

    /// The expectations among the statements that wait, in order.
    pub fn expectations(&self) -> impl Iterator<Item = Claim> {
        let expectations = self.steps.iter().filter(|step| step.action.expectation().is_some());
        expectations.map(|step| Claim::at(&step.place))
    }

    /// Drops the statements that change nothing in the model: questions, checks, exports.
    pub fn keep_changes(&mut self) {
        let changes = |step: &Step| match step.action {
            Action::State(_) | Action::StateEach(_) | Action::Forget(_) | Action::Import(_) | Action::AsOf(_) => true,
            Action::Ask(_)
            | Action::Describe(_)
            | Action::Explain(_)
            | Action::Remedy(_)
            | Action::Expect(_)
            | Action::Export(_)
            | Action::In(..)
            | Action::Compare(_) => false,
        };
        self.steps.retain(changes);
    }

    /// Whether all have been run.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// What running a statement did.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// Facts were stated; so many of them were new.
    Stated {
        /// Facts that were not stated before.
        new: usize,
        /// All of them.
        total: usize,
    },
    /// The rows of a file were stated as facts.
    Imported {
        /// Facts that were not stated before.
        new: usize,
        /// All of them.
        total: usize,
        /// Rows that did not fit and were passed over; none, unless the model is lenient.
        skipped: u64,
        /// What should be known about the rows that were passed over.
        warnings: Vec<Problem>,
    },
    /// So many facts were taken back.
    Forgot(usize),
    /// A question was answered.
    Answered(Answers),
    /// An expectation was checked; whether it is met, it says itself.
    Checked(Check),
    /// Answers were written to a file.
    Exported {
        /// The file, as the statement names it.
        path: Arc<str>,
        /// How many rows.
        rows: u64,
        /// What should be known about the answers.
        warnings: Vec<Problem>,
    },
    /// From here on only the facts of this day count, or all of them.
    Day(Option<jiff::civil::Date>),
}

impl Outcome {
    /// What should be known about an answer.
    pub(super) fn warnings_mut(&mut self) -> Option<&mut Vec<Problem>> {
        match self {
            Self::Answered(answers) => Some(&mut answers.warnings),
            Self::Checked(check) => Some(&mut check.warnings),
            Self::Stated { .. } | Self::Imported { .. } | Self::Forgot(_) | Self::Exported { .. } | Self::Day(_) => None,
        }
    }

    /// Drops what has been told of its scenario before.
    pub(super) fn without_told(&mut self, told: &mut Vec<Problem>) {
        let Some(warnings) = self.warnings_mut() else { return };
        let is_of_scenario =
            |problem: &Problem| matches!(problem.kind(), ProblemKind::Run(RunError::IdleForget { .. } | RunError::ForbiddenThere { .. }));
        warnings.retain(|warning| !told.contains(warning));
        told.extend(warnings.iter().filter(|warning| is_of_scenario(warning)).cloned());
    }

    /// What should be known about it: names that a question asks for in vain, rows that were passed over.
    pub fn warnings(&self) -> &[Problem] {
        match self {
            Self::Imported { warnings, .. } | Self::Exported { warnings, .. } => warnings,
            Self::Answered(answers) => answers.warnings(),
            Self::Checked(check) => &check.warnings,
            Self::Stated { .. } | Self::Forgot(_) | Self::Day(_) => &[],
        }
    }
}

/// What a text did, statement by statement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// One for each fact, `forget`, import and question, in order.
    pub outcomes: Vec<Outcome>,
    /// What is hardly meant.
    pub warnings: Vec<Problem>,
}
