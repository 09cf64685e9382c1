//! A learner's file, told to a model together with what is given; and what the model answers, with the given facts or in other worlds.
//!
//! Nothing is read from files or written: `include`, `import` and `export` find none. Questions and checks of the file itself are passed
//! over, unless they are asked for.

use std::sync::Arc;

use crate::diagnostics::Problem;
use crate::engine::{Interrupt, Limits};
use crate::model::{AnswerKind, Answers, Model, NoFiles, Outcome};
use crate::source::Source;
use crate::syntax::ast::{Statement, StatementKind};
use crate::value::Value;

/// More than any exercise needs; whoever derives more has a rule that runs away, on every machine alike.
const MAX_FACTS: u64 = 200_000;

/// An answer in a form that can be compared: a yes is one row, a no is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Rows(Vec<Vec<Value>>),
    /// It cannot be asked yet, and why.
    Unknown(String),
}

/// What is told, and how it went.
pub(super) struct Program {
    model: Model,
    /// What is hardly meant.
    pub(super) warnings: Vec<Problem>,
}

impl Program {
    /// Tells texts one after the other.
    pub(super) fn new(sources: &[Source], interrupt: &Interrupt) -> Result<Self, Vec<Problem>> {
        let mut model = Model::new();
        model.set_limits(Limits { max_facts: MAX_FACTS });
        model.set_interrupt(interrupt);
        let mut program = Self { model, warnings: Vec::new() };
        for source in sources {
            let warnings = program.tell(source.clone())?;
            program.warnings.extend(warnings);
        }
        Ok(program)
    }

    /// Tells a text; how many of its facts were new is not of interest.
    fn tell(&mut self, source: Source) -> Result<Vec<Problem>, Vec<Problem>> {
        let mut script = self.model.load_text(source, &NoFiles).map_err(|error| error.problems().to_vec())?;
        let warnings = script.warnings().to_vec();
        script.keep_changes();
        while let Some(outcome) = self.model.step(&mut script, &NoFiles) {
            outcome.map_err(|problem| vec![problem])?;
        }
        Ok(warnings)
    }

    /// How many facts of a text are not stated yet; the model stays as it is.
    pub(super) fn new_facts(&mut self, source: Source) -> Result<usize, Vec<Problem>> {
        self.apart(|program| {
            let mut script = program.model.load_text(source, &NoFiles).map_err(|error| error.problems().to_vec())?;
            script.keep_changes();
            let mut new_facts = 0;
            while let Some(outcome) = program.model.step(&mut script, &NoFiles) {
                if let Outcome::Stated { new, .. } = outcome.map_err(|problem| vec![problem])? {
                    new_facts += new;
                }
            }
            Ok(new_facts)
        })
    }

    /// Answers questions, with further facts or without.
    ///
    /// Fails only if a limit is hit, or the facts cannot be told.
    pub(super) fn answers(&mut self, facts: Option<&Arc<str>>, questions: &[String]) -> Result<Vec<Answer>, Vec<Problem>> {
        self.apart(|program| {
            if let Some(facts) = facts {
                program.tell(Source::new("world", Arc::clone(facts)))?;
            }
            questions.iter().map(|question| program.answer(question)).collect()
        })
    }

    fn answer(&mut self, question: &str) -> Result<Answer, Vec<Problem>> {
        match self.model.ask(question) {
            Ok(answers) => Ok(Answer::Rows(rows(&answers))),
            Err(error) if error.problems().iter().any(Problem::is_limit) => Err(error.problems().to_vec()),
            Err(error) => Ok(Answer::Unknown(error.problems().first().map(Problem::message).unwrap_or_default())),
        }
    }

    /// Runs a text with its checks; for each `expect` whether it holds.
    pub(super) fn expectations(&mut self, facts: Option<&Arc<str>>, source: Source) -> Result<Vec<bool>, Vec<Problem>> {
        self.apart(|program| {
            if let Some(facts) = facts {
                program.tell(Source::new("world", Arc::clone(facts)))?;
            }
            let mut script = program.model.load_text(source, &NoFiles).map_err(|error| error.problems().to_vec())?;
            let mut held = Vec::new();
            while let Some(outcome) = program.model.step(&mut script, &NoFiles) {
                match outcome {
                    Ok(Outcome::Checked(check)) => held.push(check.holds()),
                    Ok(_) => {}
                    Err(problem) => return Err(vec![problem]),
                }
            }
            Ok(held)
        })
    }

    /// Does something whose changes are taken back.
    fn apart<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.model.begin();
        let result = work(self);
        if let Some(change) = self.model.finish() {
            self.model.undo(change);
        }
        result
    }
}

/// An answer as rows, whatever it is.
fn rows(answers: &Answers) -> Vec<Vec<Value>> {
    let yes = || vec![vec![Value::name("yes")]];
    // An answer of a new kind is compared by all it says.
    #[expect(clippy::wildcard_enum_match_arm, reason = "explanations and comparisons need no form of their own here")]
    match answers.kind() {
        AnswerKind::Verdict { holds, .. } => holds.then(yes).into_iter().flatten().collect(),
        AnswerKind::Table { rows, .. } => rows.clone(),
        AnswerKind::Count(count) => vec![vec![Value::number(*count)]],
        AnswerKind::Description(portrait) => {
            portrait.stated.iter().chain(&portrait.derived).map(|sentence| vec![Value::name(sentence)]).collect()
        }
        other => vec![vec![Value::name(&format!("{other:?}"))]],
    }
}

/// The statements of a text that can be read.
pub(super) fn statements(text: &str) -> Vec<Statement> {
    crate::syntax::parse(text).0.statements
}

/// The text with blanks where statements stood that are not wanted, so that all others keep their places.
pub(super) fn without(text: &str, is_unwanted: impl Fn(usize, &StatementKind) -> bool) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (number, statement) in statements(text).iter().enumerate().filter(|(number, statement)| is_unwanted(*number, &statement.kind)) {
        debug_assert!(number < bytes.len());
        bytes[statement.span.range()].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Whether a statement says what a world says: facts, and what takes them back.
pub(super) fn is_fact(kind: &StatementKind) -> bool {
    matches!(kind, StatementKind::Fact(_) | StatementKind::Forget(_) | StatementKind::Import { .. } | StatementKind::AsOf(_))
}

/// Each statement on one line, with where it begins; comments are left out.
pub(super) fn sentences(text: &str) -> Vec<(usize, String)> {
    let span = |statement: &Statement| statement.span.range();
    statements(text).iter().map(|statement| (span(statement).start, sentence(&text[span(statement)]))).collect()
}

fn sentence(text: &str) -> String {
    crate::syntax::on_one_line(text).trim_end_matches('.').trim_end().to_owned()
}
