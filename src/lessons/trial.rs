//! A file and a check → cases: each question in each world with its answer. What would have been right is not known here.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::pack::{Check, Exercise, Kind, Place};
use super::program::{Answer, Program, is_fact, sentences, statements, without};
use super::worlds::{self, World};
use crate::diagnostics::Problem;
use crate::engine::Interrupt;
use crate::source::Source;
use crate::syntax::ast::{Expectation, StatementKind};
use crate::value::Value;

/// One question in one world.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) world: World,
    /// What is asked; for checks that ask nothing, what is looked at.
    pub(super) question: String,
    pub(super) answer: Answer,
}

/// Why a file has no cases: it cannot be read, or takes too much.
pub(super) type Unread = Vec<Problem>;

/// A file that is on trial: the learner's, a solution, a known mistake.
pub(super) struct Trial<'a> {
    exercise: &'a Exercise,
    source: Source,
    interrupt: Interrupt,
    given: Program,
    /// Without the given facts; made when it is first needed.
    elsewhere: Option<Program>,
}

fn given(exercise: &Exercise) -> Source {
    Source::new("given", Arc::clone(&exercise.given))
}

/// The given words and rules, without its facts.
fn words(exercise: &Exercise) -> Source {
    Source::new("given", without(&exercise.given, |_, kind| is_fact(kind)))
}

impl<'a> Trial<'a> {
    pub(super) fn new(exercise: &'a Exercise, source: Source, interrupt: &Interrupt) -> Result<Self, Unread> {
        let given = Program::new(&[given(exercise), source.clone()], interrupt)?;
        Ok(Self { exercise, source, interrupt: interrupt.clone(), given, elsewhere: None })
    }

    pub(super) fn warnings(&self) -> &[Problem] {
        &self.given.warnings
    }

    pub(super) fn text(&self) -> &str {
        self.source.text()
    }

    /// All cases of a check, in order.
    pub(super) fn cases(&mut self, check: &Check) -> Result<Vec<Case>, Unread> {
        let mut cases = Vec::new();
        self.each_case(check, |case| {
            cases.push(case);
            true
        })?;
        Ok(cases)
    }

    /// Hands over the cases of a check one by one, for as long as that is wanted.
    pub(super) fn each_case(&mut self, check: &Check, mut take: impl FnMut(Case) -> bool) -> Result<(), Unread> {
        let questions = || check.block.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        match &check.kind {
            Kind::Same(places) => self.asked(places, &questions(), take),
            Kind::Sorted => self.asked(&[Place::Given], &questions(), take),
            Kind::Question(number, places) => {
                if let Some(question) = questions_of(self.text()).get(number - 1) {
                    return self.asked(places, std::slice::from_ref(question), take);
                }
                let answer = Answer::Unknown(format!("your file has no question number {number} yet"));
                take(Case { answer, ..verdict("", false) });
                Ok(())
            }
            Kind::Holds(places) => self.held(places, &check.block, take),
            Kind::Predicted => {
                self.predicted(&check.block)?.into_iter().all(take);
                Ok(())
            }
            Kind::Catches(_) => {
                self.caught()?.into_iter().all(take);
                Ok(())
            }
            Kind::Explains | Kind::Enough => {
                self.needed(&check.block, check.kind == Kind::Explains)?.into_iter().all(take);
                Ok(())
            }
            Kind::Changes(most) => {
                let differing = changes(&self.exercise.start, self.text());
                take(verdict("how many sentences differ from the start", differing <= *most));
                Ok(())
            }
            Kind::Uses | Kind::Avoids => {
                let wanted = check.kind == Kind::Uses;
                questions().into_iter().map(|words| verdict(&words, holds_words(self.text(), &words) == wanted)).all(take);
                Ok(())
            }
            Kind::Reads => {
                take(verdict("whether it can be read", true));
                Ok(())
            }
        }
    }

    /// The worlds of a place.
    fn worlds(&self, place: &Place) -> Vec<World> {
        match place {
            Place::Given => vec![World { name: None, facts: None }],
            Place::Named(name) => vec![World { name: Some(name.clone()), facts: self.exercise.world(name).cloned() }],
            Place::Every { organizations, services } => worlds::every(*organizations, *services),
        }
    }

    /// The program that speaks of a world.
    fn program(&mut self, world: &World) -> Result<&mut Program, Unread> {
        if world.facts.is_none() {
            return Ok(&mut self.given);
        }
        match &mut self.elsewhere {
            Some(program) => Ok(program),
            none => Ok(none.insert(Program::new(&[words(self.exercise), self.source.clone()], &self.interrupt)?)),
        }
    }

    fn asked(&mut self, places: &[Place], questions: &[String], mut take: impl FnMut(Case) -> bool) -> Result<(), Unread> {
        for world in places.iter().flat_map(|place| self.worlds(place)).collect::<Vec<_>>() {
            let answers = self.program(&world)?.answers(world.facts.as_ref(), questions)?;
            for (question, answer) in questions.iter().zip(answers) {
                if !take(Case { world: world.clone(), question: question.clone(), answer }) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Expectations of the pack.
    fn held(&mut self, places: &[Place], expects: &str, mut take: impl FnMut(Case) -> bool) -> Result<(), Unread> {
        let claims = expectations(expects);
        for world in places.iter().flat_map(|place| self.worlds(place)).collect::<Vec<_>>() {
            let held = self.program(&world)?.expectations(world.facts.as_ref(), Source::new("check", expects));
            // What the pack expects may speak of verbs that the file does not know yet.
            let held = held.or_else(|problems| if problems.iter().any(Problem::is_limit) { Err(problems) } else { Ok(Vec::new()) })?;
            for (number, (text, _)) in claims.iter().enumerate() {
                let mut case = verdict(text, held.get(number).copied().unwrap_or_default());
                case.world = world.clone();
                if !take(case) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// For each thing that is to be predicted, whether the file has it, and it holds.
    fn predicted(&mut self, block: &str) -> Result<Vec<Case>, Unread> {
        let held = self.given.expectations(None, self.source.clone())?;
        let own: Vec<_> = expectations(self.source.text()).into_iter().map(|(_, key)| key).zip(held).collect();
        // What is asked stands in the check, else in the start.
        let mut keys: Vec<String> = match block.trim() {
            "" => expectations(&self.exercise.start).into_iter().map(|(_, key)| key).collect(),
            questions => questions.lines().map(topic).collect(),
        };
        keys.dedup();
        let case = |key: String| match own.iter().filter(|(own, _)| *own == key).map(|(_, holds)| *holds).reduce(|a, b| a && b) {
            Some(holds) => verdict(&key, holds),
            None => Case { answer: Answer::Unknown(format!("nothing is predicted yet for: {key}")), ..verdict(&key, false) },
        };
        Ok(keys.into_iter().map(case).collect())
    }

    /// Whether the learner's checks hold with the right rules, and which of the broken ones they find out.
    fn caught(&mut self) -> Result<Vec<Case>, Unread> {
        let own = without(self.source.text(), |_, kind| matches!(kind, StatementKind::Rule(_)));
        let all_hold = |rules: &Arc<str>| -> Result<bool, Unread> {
            let mut program = Program::new(&[given(self.exercise), Source::new("rules", Arc::clone(rules))], &self.interrupt)?;
            let held = program.expectations(None, Source::new(self.source.name(), own.as_str()))?;
            Ok(!held.is_empty() && held.iter().all(|holds| *holds))
        };
        let mut cases = vec![verdict("your answers hold with the right rule", all_hold(&self.exercise.right)?)];
        for (name, rules) in &self.exercise.broken {
            cases.push(verdict(name, !all_hold(rules)?));
        }
        Ok(cases)
    }

    /// Whether the file's facts are enough, and each of them needed.
    fn needed(&mut self, expects: &str, from_given: bool) -> Result<Vec<Case>, Unread> {
        let text = self.source.text();
        let mut cases = Vec::new();
        let base = if from_given { words(self.exercise) } else { given(self.exercise) };
        if from_given {
            let mut program = Program::new(&[given(self.exercise)], &self.interrupt)?;
            cases.push(verdict("every sentence is one of the given ones", program.new_facts(self.source.clone())? == 0));
        }
        let holds = |text: String| -> Result<bool, Unread> {
            let mut program = Program::new(&[base.clone(), Source::new(self.source.name(), text)], &self.interrupt)?;
            Ok(program.expectations(None, Source::new("check", expects)).is_ok_and(|held| held.iter().all(|holds| *holds)))
        };
        cases.push(verdict("these sentences are enough", holds(text.to_owned())?));
        for (number, statement) in statements(text).iter().enumerate().filter(|(_, statement)| is_fact(&statement.kind)) {
            let sentence = crate::syntax::on_one_line(&text[statement.span.range()]);
            let is_needed = !holds(without(text, |own, _| own == number))?;
            cases.push(verdict(&format!("`{sentence}` is needed for it"), is_needed));
        }
        Ok(cases)
    }

    /// The lines of the sentences without which an answer would not be there: of the first one alone.
    pub(super) fn blamed(&self, world: &World, question: &str, row: &[Value]) -> Option<(usize, String)> {
        let text = self.source.text();
        let base = if world.facts.is_some() { words(self.exercise) } else { given(self.exercise) };
        statements(text).iter().enumerate().find_map(|(number, statement)| {
            if !is_fact(&statement.kind) && !matches!(statement.kind, StatementKind::Rule(_)) {
                return None;
            }
            let rest = without(text, |own, _| own == number);
            let mut program = Program::new(&[base.clone(), Source::new(self.source.name(), rest)], &self.interrupt).ok()?;
            let answers = program.answers(world.facts.as_ref(), std::slice::from_ref(&question.to_owned())).ok()?;
            let is_gone = answers.iter().all(|answer| !matches!(answer, Answer::Rows(rows) if rows.iter().any(|own| own == row)));
            let line = self.source.line_and_column(statement.span.start).0;
            is_gone.then(|| (line, crate::syntax::on_one_line(&text[statement.span.range()])))
        })
    }

    /// The lines of the file's own rules.
    pub(super) fn rules(&self) -> Vec<(usize, String)> {
        let rules = statements(self.text()).into_iter().filter(|statement| matches!(statement.kind, StatementKind::Rule(_)));
        let line = |start| self.source.line_and_column(start).0;
        rules.map(|rule| (line(rule.span.start), crate::syntax::on_one_line(&self.text()[rule.span.range()]))).collect()
    }
}

/// Something that is looked at and is so, or is not.
fn verdict(what: &str, holds: bool) -> Case {
    let rows = if holds { vec![vec![Value::name("yes")]] } else { Vec::new() };
    Case { world: World { name: None, facts: None }, question: what.to_owned(), answer: Answer::Rows(rows) }
}

/// The questions that a text asks itself.
fn questions_of(text: &str) -> Vec<String> {
    let asks = |kind: &StatementKind| matches!(kind, StatementKind::Question(_));
    statements(text).iter().filter(|statement| asks(&statement.kind)).map(|statement| text[statement.span.range()].to_owned()).collect()
}

/// The expectations of a text as they are written, each with what it is about, whether it is expected or not.
pub(super) fn expectations(text: &str) -> Vec<(String, String)> {
    let about = |expectation: &Expectation| topic(&expectation.question.text);
    let expectation = |kind: &StatementKind| if let StatementKind::Expect(expectation) = kind { Some(about(expectation)) } else { None };
    let read = statements(text);
    let read = read.iter().filter_map(|statement| Some((statement.span, expectation(&statement.kind)?)));
    read.map(|(span, about)| (crate::syntax::on_one_line(&text[span.range()]), about)).collect()
}

/// What a question is about, whether a yes or a no is expected.
fn topic(question: &str) -> String {
    let words = question.trim().trim_end_matches('?').split_whitespace().filter(|word| *word != "not");
    words.collect::<Vec<_>>().join(" ")
}

/// How many sentences of one text are not in the other.
fn changes(before: &str, after: &str) -> usize {
    let [before, after] = [before, after].map(|text| sentences(text).into_iter().map(|(_, sentence)| sentence).collect::<BTreeSet<_>>());
    before.difference(&after).count().max(after.difference(&before).count())
}

/// Whether words stand in a text one after the other, outside of comments.
fn holds_words(text: &str, words: &str) -> bool {
    let words: Vec<_> = words.split_whitespace().collect();
    let own: Vec<_> = crate::syntax::words_of(text).collect();
    own.windows(words.len().max(1)).any(|own| own == words)
}
