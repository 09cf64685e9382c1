//! A learner's file, told to a model together with what is given; and what the model answers, with the given facts or in other worlds.
//!
//! Nothing is read from files or written: `include`, `import` and `export` find none. Questions and checks of the file itself are passed
//! over, unless they are asked for.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::worlds;
use crate::diagnostics::Problem;
use crate::engine::{Interrupt, Limits};
use crate::model::{AnswerKind, Answers, Change, Difference, Model, NoFiles, Outcome, Script};
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

thread_local! {
    /// Models of the standard vocabulary to which nothing is told. Reading the vocabulary takes longer than most of what is asked.
    static FRESH: RefCell<Vec<Base>> = const { RefCell::new(Vec::new()) };
}

/// A model that is used again and again, and the sentences of small worlds as it has read them.
#[derive(Default)]
struct Base {
    model: Model,
    sentences: BTreeMap<String, Script>,
}

/// What is told, and how it went.
pub(super) struct Program {
    model: Model,
    sentences: BTreeMap<String, Script>,
    /// Questions that were understood once, with the number of words that there were.
    questions: BTreeMap<String, (usize, Script)>,
    /// What takes back all that was told.
    change: Option<Change>,
    /// What is hardly meant.
    pub(super) warnings: Vec<Problem>,
}

impl Program {
    /// Tells texts one after the other.
    pub(super) fn new(sources: &[Source], interrupt: &Interrupt) -> Result<Self, Vec<Problem>> {
        let Base { mut model, sentences } = FRESH.with(|fresh| fresh.borrow_mut().pop()).unwrap_or_default();
        model.set_limits(Limits { max_facts: MAX_FACTS });
        model.set_interrupt(interrupt);
        let mut program = Self { model, sentences, questions: BTreeMap::new(), change: None, warnings: Vec::new() };
        program.model.begin();
        let told = sources.iter().try_for_each(|source| {
            let warnings = program.tell(source.clone())?;
            program.warnings.extend(warnings);
            Ok(())
        });
        program.change = program.model.finish();
        told.map(|()| program)
    }

    /// Tells the facts of a world. Small worlds are made of a few sentences, which are read once.
    fn tell_world(&mut self, facts: &Arc<str>) -> Result<(), Vec<Problem>> {
        // In so small a model it costs less to derive what is asked than to follow what has changed since the world before.
        self.model.derive_anew();
        if !worlds::is_plain(facts) {
            return self.tell(Source::new("world", Arc::clone(facts))).map(drop);
        }
        for sentence in facts.lines() {
            if !self.sentences.contains_key(sentence) {
                let script = self.model.load_text(Source::new("world", sentence), &NoFiles);
                self.sentences.insert(sentence.to_owned(), script.map_err(|error| error.problems().to_vec())?);
            }
            self.run(self.sentences[sentence].clone())?;
        }
        Ok(())
    }

    fn run(&mut self, mut script: Script) -> Result<(), Vec<Problem>> {
        while let Some(outcome) = self.model.step(&mut script, &NoFiles) {
            outcome.map_err(|problem| vec![problem])?;
        }
        Ok(())
    }

    /// Tells a text; how many of its facts were new is not of interest.
    fn tell(&mut self, source: Source) -> Result<Vec<Problem>, Vec<Problem>> {
        let mut script = self.model.load_text(source, &NoFiles).map_err(|error| error.problems().to_vec())?;
        let warnings = script.warnings().to_vec();
        script.keep_changes();
        self.run(script)?;
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
                program.tell_world(facts)?;
            }
            questions.iter().map(|question| program.answer(question)).collect()
        })
    }

    fn answer(&mut self, question: &str) -> Result<Answer, Vec<Problem>> {
        // What was understood once is understood in the same way, unless there are other words now.
        let words = self.model.known_words();
        if let Some((known, script)) = self.questions.get(question)
            && *known == words
            && let Some(Ok(Outcome::Answered(answers))) = self.model.step(&mut script.clone(), &NoFiles)
        {
            return Ok(Answer::Rows(rows(&answers)));
        }
        match self.model.ask(question) {
            Ok(answers) => {
                let source = Source::new("question", crate::syntax::with_question_mark(question));
                if let Ok(script) = self.model.load_text(source, &NoFiles)
                    && script.len() == 1
                    && self.model.known_words() == words
                {
                    self.questions.insert(question.to_owned(), (words, script));
                }
                Ok(Answer::Rows(rows(&answers)))
            }
            Err(error) if error.problems().iter().any(Problem::is_limit) => Err(error.problems().to_vec()),
            Err(error) => Ok(Answer::Unknown(error.problems().first().map(Problem::message).unwrap_or_default())),
        }
    }

    /// What the questions and expectations of a text are about, however they are said; the model stays as it is.
    pub(super) fn topics(&mut self, source: Source) -> Result<Vec<String>, Vec<Problem>> {
        self.apart(|program| {
            let script = program.model.load_text(source, &NoFiles).map_err(|error| error.problems().to_vec())?;
            Ok(script.topics())
        })
    }

    /// Runs a text with its checks; for each `expect` whether it holds.
    pub(super) fn expectations(&mut self, facts: Option<&Arc<str>>, source: Source) -> Result<Vec<bool>, Vec<Problem>> {
        self.apart(|program| {
            if let Some(facts) = facts {
                program.tell_world(facts)?;
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

    /// Tells a text as it stands, questions and all: what was understood of it, what it asks with the answers, and what is forbidden or warned
    /// of and holds all the same.
    pub(super) fn echo(&mut self, source: Source) -> (Vec<String>, Vec<Answers>, Vec<Problem>) {
        self.apart(|program| {
            let before: BTreeSet<_> = program.model.stated_sentences().collect();
            let rules = program.model.told_rules();
            let Ok(mut script) = program.model.load_text(source, &NoFiles) else { return Default::default() };
            let mut answers = Vec::new();
            while let Some(outcome) = program.model.step(&mut script, &NoFiles) {
                match outcome {
                    Ok(Outcome::Answered(own)) => answers.push(own),
                    Ok(_) => {}
                    Err(_) => break,
                }
            }
            let mut sentences: Vec<_> = program.model.stated_sentences().filter(|sentence| !before.contains(sentence)).collect();
            sentences.extend(program.model.rules_in_words(rules));
            let violations = program.model.violations().unwrap_or_default();
            (sentences, answers, violations.into_iter().map(|violation| violation.problem).collect())
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

impl Drop for Program {
    fn drop(&mut self) {
        let mut model = std::mem::replace(&mut self.model, Model::without_vocabulary());
        // What was stopped may have made the model large.
        if model.interrupt().is_raised() {
            return;
        }
        if let Some(change) = self.change.take() {
            model.undo(change);
        }
        let sentences = std::mem::take(&mut self.sentences);
        FRESH.with(|fresh| fresh.borrow_mut().push(Base { model, sentences }));
    }
}

/// An answer as rows, whatever it is.
fn rows(answers: &Answers) -> Vec<Vec<Value>> {
    let yes = || vec![vec![Value::name("yes")]];
    // An answer of a new kind is compared by all it says.
    #[expect(clippy::wildcard_enum_match_arm, reason = "explanations need no form of their own here")]
    match answers.kind() {
        AnswerKind::Verdict { holds, .. } => holds.then(yes).into_iter().flatten().collect(),
        AnswerKind::Table { rows, .. } => rows.to_vec(),
        AnswerKind::Count(count) => vec![vec![Value::number(*count)]],
        AnswerKind::Description(portrait) => {
            portrait.stated.iter().chain(&portrait.derived).map(|sentence| vec![Value::name(sentence)]).collect()
        }
        AnswerKind::Comparison(comparison) => comparison.differences.iter().map(difference).collect(),
        other => vec![vec![Value::name(&format!("{other:?}"))]],
    }
}

/// A row that says what has become of it.
fn difference(difference: &Difference) -> Vec<Value> {
    let (word, rows) = match difference {
        Difference::Gained(row) => ("gained", [row.as_slice(), &[]]),
        Difference::Lost(row) => ("lost", [row.as_slice(), &[]]),
        Difference::Changed(from, to) => ("changed", [from.as_slice(), to]),
    };
    std::iter::once(Value::name(word)).chain(rows.concat()).collect()
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
