//! A file and a check → cases: each question in each world with its answer. What would have been right is not known here.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::pack::{Check, Exercise, Kind, Place, Within};
use super::parts;
use super::program::{Answer, Program, is_fact, sentences, statements, without};
use super::worlds::{self, World};
use crate::diagnostics::Problem;
use crate::engine::Interrupt;
use crate::source::Source;
use crate::syntax::ast::{Column, Expectation, Question, Statement, StatementKind};
use crate::value::Value;

/// One question in one world.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) world: World,
    /// The model of the file that is looked at, if it has several.
    pub(super) model: Option<Arc<str>>,
    /// What is asked; for checks that ask nothing, what is looked at.
    pub(super) question: String,
    pub(super) answer: Answer,
}

/// Why a file has no cases: it cannot be read, or takes too much.
pub(super) type Unread = Vec<Problem>;

/// A file that is on trial: the learner's, a solution, a known mistake.
pub(super) struct Trial<'a> {
    exercise: &'a Exercise,
    /// What the file, or this model of it, was at first.
    start: String,
    source: Source,
    interrupt: Interrupt,
    /// All of the file with what is given; of a file with several models made when it is first needed, as they need not fit together.
    given: Option<Program>,
    /// Without the given facts; made when it is first needed.
    elsewhere: Option<Program>,
    /// The models of the file, if lines divide it.
    models: Vec<(Arc<str>, Self)>,
    /// What is hardly meant in it.
    pub(super) warnings: Vec<Problem>,
}

pub(super) fn given(exercise: &Exercise) -> Source {
    Source::new("given", Arc::clone(&exercise.given))
}

/// The given words and rules, without its facts.
fn words(exercise: &Exercise) -> Source {
    Source::new("given", without(&exercise.given, |_, kind| is_fact(kind)))
}

impl<'a> Trial<'a> {
    /// Fails if the file, or a model of it, cannot be read.
    pub(super) fn new(exercise: &'a Exercise, source: Source, interrupt: &Interrupt) -> Result<Self, Unread> {
        let mut trial = Self::of(exercise, source, interrupt);
        trial.read()?;
        Ok(trial)
    }

    /// A file that is known to be readable: no more of it is told than a check asks for.
    pub(super) fn of(exercise: &'a Exercise, source: Source, interrupt: &Interrupt) -> Self {
        let models = parts::names(source.text()).into_iter().map(|name| {
            let own = Source::new(source.name(), parts::of(source.text(), &name).unwrap_or_default());
            let model = Self { start: parts::of(&exercise.start, &name).unwrap_or_default(), ..Self::of(exercise, own, interrupt) };
            (name.into(), model)
        });
        let models = models.collect();
        let (start, interrupt) = (exercise.start.clone(), interrupt.clone());
        Self { exercise, start, source, interrupt, given: None, elsewhere: None, models, warnings: Vec::new() }
    }

    /// Tells all of the file, or all of its models.
    fn read(&mut self) -> Result<(), Unread> {
        for (_, model) in &mut self.models {
            model.read()?;
            self.warnings.append(&mut model.warnings);
            // Most parts are not asked for again, and each that is kept takes a model of its own.
            model.given = None;
        }
        if self.models.is_empty() {
            self.warnings = self.whole()?.warnings.clone();
        }
        Ok(())
    }

    /// The whole file with what is given.
    fn whole(&mut self) -> Result<&mut Program, Unread> {
        match &mut self.given {
            Some(program) => Ok(program),
            none => Ok(none.insert(Program::new(&[given(self.exercise), self.source.clone()], &self.interrupt)?)),
        }
    }

    /// One of the models of the file, or all of it.
    pub(super) fn part(&self, model: Option<&str>) -> &Self {
        self.models.iter().find(|(name, _)| model == Some(name)).map_or(self, |(_, own)| own)
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
        let names = match &check.within {
            Within::File => return self.look(check, &mut take),
            Within::Model(name) => vec![name.clone()],
            Within::EachModel => parts::names(&self.start),
        };
        for name in names {
            let Some((name, model)) = self.models.iter_mut().find(|(own, _)| **own == *name) else {
                let reason = format!("your file has no line `# Model {name}` any more, and that line begins a part of it");
                take(Case { answer: Answer::Unknown(reason), ..verdict("", false) });
                return Ok(());
            };
            let (name, mut goes_on) = (Arc::clone(name), true);
            model.look(check, &mut |case| {
                goes_on = take(Case { model: Some(Arc::clone(&name)), ..case });
                goes_on
            })?;
            if !goes_on {
                break;
            }
        }
        Ok(())
    }

    /// The cases of a check that looks at all of this file, or at one model of it.
    fn look(&mut self, check: &Check, mut take: &mut dyn FnMut(Case) -> bool) -> Result<(), Unread> {
        let questions = || check.block.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        match &check.kind {
            Kind::Same(places) => self.asked(places, &questions(), false, take),
            Kind::Sorted => self.asked(&[Place::Given], &questions(), false, take),
            Kind::Question { number, is_ordered, places } => {
                if let Some(question) = questions_of(self.text()).get(number - 1) {
                    return self.asked(places, std::slice::from_ref(question), *is_ordered, take);
                }
                let answer = Answer::Unknown(format!("your file has no question number {number} yet"));
                take(Case { answer, ..verdict("", false) });
                Ok(())
            }
            Kind::Holds(places) => self.held(places, &check.block, take),
            Kind::Predicted => {
                self.predicted(&check.block)?.into_iter().all(&mut take);
                Ok(())
            }
            Kind::Catches(_) => {
                self.caught()?.into_iter().all(&mut take);
                Ok(())
            }
            Kind::Smallest(places) => {
                self.smallest(places, &questions())?.into_iter().all(&mut take);
                Ok(())
            }
            Kind::Explains | Kind::Enough => {
                self.needed(&check.block, check.kind == Kind::Explains)?.into_iter().all(&mut take);
                Ok(())
            }
            Kind::Changes(most) => {
                let differing = changes(&self.start, self.text());
                take(verdict("how many sentences differ from the start", differing <= *most));
                Ok(())
            }
            Kind::Uses | Kind::Avoids => {
                let wanted = check.kind == Kind::Uses;
                questions().into_iter().map(|words| verdict(&words, holds_words(self.text(), &words) == wanted)).all(&mut take);
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
            Place::Every { organizations, services, with } => {
                let mut worlds = worlds::every(*organizations, *services);
                if let Some(further) = with.as_ref().and_then(|name| self.exercise.world(name)) {
                    let joined = |facts: &Arc<str>| -> Arc<str> { format!("{facts}{further}").into() };
                    worlds.iter_mut().for_each(|world| world.facts = world.facts.as_ref().map(joined));
                }
                worlds
            }
        }
    }

    /// The program that speaks of a world.
    fn program(&mut self, world: &World) -> Result<&mut Program, Unread> {
        if world.facts.is_none() {
            return self.whole();
        }
        match &mut self.elsewhere {
            Some(program) => Ok(program),
            none => Ok(none.insert(Program::new(&[words(self.exercise), self.source.clone()], &self.interrupt)?)),
        }
    }

    /// The answers to questions; if the order of their rows counts, that is another case for each.
    fn asked(
        &mut self,
        places: &[Place],
        questions: &[String],
        is_ordered: bool,
        mut take: impl FnMut(Case) -> bool,
    ) -> Result<(), Unread> {
        for world in places.iter().flat_map(|place| self.worlds(place)).collect::<Vec<_>>() {
            let answers = self.program(&world)?.answers(world.facts.as_ref(), questions)?;
            for (question, answer) in questions.iter().zip(answers) {
                let order = is_ordered.then(|| order_of(question, &answer));
                let case = |question: String, answer| Case { world: world.clone(), model: None, question, answer };
                if !take(case(question.clone(), answer))
                    || order.is_some_and(|order| !take(case(format!("in which order does it answer: {question}"), order)))
                {
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
        let written = expectations(self.text());
        let source = self.source.clone();
        // What is asked stands in the check, else in the start.
        let wanted: Vec<(String, String)> = match block.trim() {
            "" => expectations(&self.start),
            questions => questions.lines().map(str::trim).map(|line| (crate::syntax::with_question_mark(line), about(line))).collect(),
        };
        // A prediction counts where it stands: the file is told once, from its beginning.
        let held = Program::new(&[given(self.exercise)], &self.interrupt)?.expectations(None, source)?;
        let program = self.whole()?;
        // A sentence may be said in another reading than the one that was asked about.
        let mut topics = |texts: &[(String, String)]| {
            let text: String = texts
                .iter()
                .flat_map(|(text, _)| {
                    [
                        text.as_str(),
                        "
",
                    ]
                })
                .collect();
            let found = program.topics(Source::new("predictions", text)).unwrap_or_default();
            if found.len() == texts.len() { found } else { texts.iter().map(|(_, words)| words.clone()).collect() }
        };
        let (own, mut wanted): (Vec<_>, Vec<_>) = (topics(&written), topics(&wanted).into_iter().zip(wanted.clone()).collect());
        wanted.dedup_by(|one, other| one.0 == other.0);
        let case = |(topic, (_, words)): (String, (String, String))| {
            let own = own.iter().zip(&written).zip(&held).filter(|((own, _), _)| **own == topic);
            let (mut is_said, mut mistaken) = (false, Vec::new());
            for ((_, (text, _)), holds) in own {
                is_said = true;
                if !holds {
                    mistaken.push(vec![Value::name(text)]);
                }
            }
            match (is_said, mistaken.is_empty()) {
                (true, true) => verdict(&words, true),
                // Which mistake it is counts: there may be something to say to it.
                (true, false) => Case { answer: Answer::Rows(mistaken), ..verdict(&words, false) },
                (false, _) => Case { answer: Answer::Unknown(format!("nothing is predicted yet for: {words}")), ..verdict(&words, false) },
            }
        };
        Ok(wanted.into_iter().map(case).collect())
    }

    /// Whether the learner's checks hold with the right rules, and which of the broken ones they find out: each by the model that has its
    /// name, if the file has models.
    fn caught(&mut self) -> Result<Vec<Case>, Unread> {
        let program = |rules: &Arc<str>| Program::new(&[given(self.exercise), Source::new("rules", Arc::clone(rules))], &self.interrupt);
        let all_hold = |own: &Self, program: &mut Program| -> Result<bool, Unread> {
            let text = without(own.text(), |_, kind| matches!(kind, StatementKind::Rule(_)));
            let held = program.expectations(None, Source::new(own.source.name(), text))?;
            Ok(!held.is_empty() && held.iter().all(|holds| *holds))
        };
        let mut right = program(&self.exercise.right)?;
        let mut all_right = true;
        let mut cases = Vec::new();
        for (name, rules) in &self.exercise.broken {
            let own = self.part(Some(name));
            // A model that is still empty says nothing wrong.
            let is_said = !expectations(own.text()).is_empty();
            let is_right = is_said && all_hold(own, &mut right)?;
            all_right &= is_right || !is_said && !self.models.is_empty();
            cases.push(verdict(&format!("the rule `{name}` is found out"), is_right && !all_hold(own, &mut program(rules)?)?));
        }
        cases.insert(0, verdict("your answers hold with the right rule", all_right));
        Ok(cases)
    }

    /// For each broken rule whether no world has fewer facts than the model of its name, and yet another answer with it than with the right
    /// rules.
    fn smallest(&mut self, places: &[Place], questions: &[String]) -> Result<Vec<Case>, Unread> {
        let mut worlds: Vec<_> = places.iter().flat_map(|place| self.worlds(place)).collect();
        let size = |world: &World| world.facts.as_ref().map_or(0, |facts| facts.lines().count());
        worlds.sort_by_key(size);
        let program = |rules: &Arc<str>| Program::new(&[words(self.exercise), Source::new("rules", Arc::clone(rules))], &self.interrupt);
        let mut right = program(&self.exercise.right)?;
        // What is right in each world that was looked at so far.
        let mut answered: Vec<Vec<Answer>> = Vec::new();
        let mut cases = Vec::new();
        for (name, rules) in &self.exercise.broken {
            let mut broken = program(rules)?;
            let mut least = None;
            for (number, world) in worlds.iter().enumerate() {
                let facts = world.facts.as_ref();
                if number == answered.len() {
                    answered.push(right.answers(facts, questions)?);
                }
                if answered[number] != broken.answers(facts, questions)? {
                    least = Some(size(world));
                    break;
                }
            }
            let own = self.part(Some(name));
            let facts = Program::new(&[words(self.exercise)], &self.interrupt)?.new_facts(own.source.clone())?;
            let is_least = least.is_some_and(|least| facts <= least) && !expectations(own.text()).is_empty();
            cases.push(verdict(&format!("no smaller model shows that the rule `{name}` is wrong"), is_least));
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

    /// The sentence that an unwanted answer comes from, with its line: without it the answer would not be there. Of several such sentences it
    /// is the one that the fewest of the other answers need, too.
    pub(super) fn blamed(&self, world: &World, question: &str, row: &[Value]) -> Option<(usize, String)> {
        let text = self.source.text();
        let base = if world.facts.is_some() { words(self.exercise) } else { given(self.exercise) };
        let mut found: Option<(usize, (usize, String))> = None;
        for (number, statement) in statements(text).iter().enumerate() {
            if !is_fact(&statement.kind) && !matches!(statement.kind, StatementKind::Rule(_) | StatementKind::Scenario(_)) {
                continue;
            }
            let rest = Source::new(self.source.name(), without(text, |own, _| own == number));
            let program = Program::new(&[base.clone(), rest], &self.interrupt);
            let answers = program.and_then(|mut program| program.answers(world.facts.as_ref(), &[question.to_owned()]));
            let Ok([Answer::Rows(rows)]) = answers.as_deref() else { continue };
            if !rows.iter().any(|own| own == row) && found.as_ref().is_none_or(|(kept, _)| rows.len() > *kept) {
                let line = self.source.line_and_column(statement.span.start).0;
                found = Some((rows.len(), (line, crate::syntax::on_one_line(&text[statement.span.range()]))));
            }
        }
        found.map(|(_, sentence)| sentence)
    }

    /// The lines of the file's own rules: of those that conclude what a question asks, if there are any.
    pub(super) fn rules(&self, question: &str) -> Vec<(usize, String)> {
        let line = |start| self.source.line_and_column(start).0;
        let asked: Vec<_> = crate::syntax::words_of(question).map(|word| word.trim_end_matches('s').to_owned()).collect();
        let (mut rules, mut others) = (Vec::new(), Vec::new());
        for statement in statements(self.text()) {
            let StatementKind::Rule(rule) = &statement.kind else { continue };
            let verb = rule.head.verb.word.text.trim_end_matches('s');
            let is_asked = asked.iter().any(|word| word == verb);
            let shown = (line(statement.span.start), crate::syntax::on_one_line(&self.text()[statement.span.range()]));
            if is_asked { rules.push(shown) } else { others.push(shown) }
        }
        if rules.is_empty() { others } else { rules }
    }
}

/// Something that is looked at and is so, or is not.
fn verdict(what: &str, holds: bool) -> Case {
    let rows = if holds { vec![vec![Value::name("yes")]] } else { Vec::new() };
    Case { world: World { name: None, facts: None }, model: None, question: what.to_owned(), answer: Answer::Rows(rows) }
}

/// The questions that a text asks itself.
fn questions_of(text: &str) -> Vec<String> {
    statements(text)
        .iter()
        .filter(|statement| statement.kind.asks_for_rows())
        .map(|statement| text[statement.span.range()].to_owned())
        .collect()
}

/// The expectations of a text as they are written, each with what it is about, whether it is expected or not.
pub(super) fn expectations(text: &str) -> Vec<(String, String)> {
    let read = statements(text);
    let read = read.iter().filter_map(|statement| Some((statement.span, expected_of(text, statement)?)));
    read.map(|(span, about)| (crate::syntax::on_one_line(&text[span.range()]), about)).collect()
}

/// What a statement expects something of, in a scenario after what stands before it; nothing if it expects nothing.
fn expected_of(text: &str, statement: &Statement) -> Option<String> {
    let mut held = statement;
    while let StatementKind::In { statement, .. } | StatementKind::Suppose { statement, .. } = &held.kind {
        held = statement;
    }
    let StatementKind::Expect(Expectation { question, .. }) = &held.kind else { return None };
    let before = crate::syntax::on_one_line(&text[statement.span.range().start..held.span.range().start]);
    Some(format!("{before} {}", about(&question.text)).trim_start().to_owned())
}

/// In what order the rows of an answer stand: their values in the column that the question says `order by` of.
fn order_of(question: &str, answer: &Answer) -> Answer {
    let Answer::Rows(rows) = answer else { return answer.clone() };
    let column = statements(question).into_iter().find_map(|statement| {
        let StatementKind::Question(Question { find: Some(find), .. }) = statement.kind else { return None };
        let (ordered, _) = find.order.first()?;
        let words = |column: &Column| crate::syntax::on_one_line(&question[column.span.range()]);
        find.columns.iter().position(|column| words(column) == words(ordered))
    });
    let Some(column) = column else { return Answer::Unknown("your question does not say `order by` yet".to_owned()) };
    let keys = rows.iter().filter_map(|row| row.get(column)).map(crate::vocabulary::written_value);
    Answer::Rows(vec![vec![Value::name(&keys.collect::<Vec<_>>().join(", "))]])
}

/// What a question is about in its own words, whether a yes or a no is expected.
fn about(question: &str) -> String {
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
