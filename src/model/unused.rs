//! What of a whole program is of no use: verbs that nothing uses, and rules that can never conclude anything.
//!
//! Loaded scripts in, warnings out; for `srl check`, because whoever runs a program may tell the rest of it later. Knows which
//! relations have facts or rules, and nothing of values: a rule that finds no match among existing facts is none of its business.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::error::RunError;
use super::{Model, Script};
use crate::diagnostics::{Error, Problem, ProblemKind};
use crate::logic::{Action, Atom, Change, Literal, QueryForm, RelationId, Rule, Step};
use crate::resolve::error::ResolveError;
use crate::source::Span;
use crate::vocabulary::{Origin, Relation, shipped};

/// So many things are told of.
const MAX_UNUSED: usize = 100;

impl Model {
    /// What is hardly meant in scripts taken together: verbs that nothing uses, and rules that can never conclude anything. The
    /// scripts are loaded and have not been run. If they state nothing at all, they are made for others to include, and nothing
    /// is said of them.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// let text = "B provides hosting to C\nverb watcher:person watches thing:thing\n?x is busy if ?x watches something";
    /// let script = model.load(srl::Source::new("a.srl", text), &srl::NoFiles)?;
    /// assert_eq!(model.lint(&[script])?[0].code(), "W0303");
    /// # Ok::<(), srl::Error>(())
    /// ```
    ///
    /// # Errors
    /// If something interrupts it.
    pub fn lint(&self, scripts: &[Script]) -> Result<Vec<Problem>, Error> {
        let interrupt = &self.database.interrupt;
        let _at_work = interrupt.at_work();
        let scripts = || scripts.iter().filter(|script| Arc::ptr_eq(&script.owner, &self.identity));
        let steps = || scripts().flat_map(|script| &script.steps);
        let is_statement = |step: &Step| matches!(step.action, Action::State(_) | Action::StateEach(_) | Action::Import(_));
        if !steps().any(|step| is_statement(step) && !shipped::holds(&step.place.source)) {
            return Ok(Vec::new());
        }
        let told_of = scripts().flat_map(Script::told_of).collect::<FxHashSet<_>>();
        let mut stated = vec![false; self.vocabulary.len()];
        let mut used = stated.clone();
        for (id, Relation { place, .. }) in self.vocabulary.relations() {
            stated[id.index()] = self.database.stated(id).len() > 0 || told_of.contains(&(place.source.name(), place.span));
        }
        for step in interrupt.until(steps()) {
            let mark = if is_statement(step) { &mut stated } else { &mut used };
            relations_of(&step.action).into_iter().for_each(|relation| mark[relation.index()] = true);
            if let Action::In(world, _) = &step.action {
                let supposed = world.supposed.iter().flat_map(Change::relations);
                supposed.for_each(|relation| stated[relation.index()] = true);
            }
        }
        for scenario in interrupt.until(self.scenarios.iter()) {
            // What a scenario forgets is stated elsewhere, or else it is told of when it is asked.
            for relation in scenario.changes.iter().flat_map(Change::relations) {
                stated[relation.index()] = true;
            }
            for rule in &scenario.rules {
                crate::plan::relations(&rule.body).for_each(|relation| used[relation.index()] = true);
                // What it concludes there may be asked there, too.
                stated[rule.head.relation.index()] = true;
            }
        }
        for prohibition in &self.prohibitions {
            let relations = super::run::relations_of(&prohibition.query.alternatives);
            relations.into_iter().for_each(|relation| used[relation.index()] = true);
        }
        for rule in interrupt.until(self.rules[..self.told_rules].iter()) {
            let relations = crate::plan::relations(&rule.body).chain([rule.head.relation]);
            relations.for_each(|relation| used[relation.index()] = true);
        }
        let is_unused = |relation: RelationId| !stated[relation.index()] && !used[relation.index()];
        let mut problems = self.unused_verbs(is_unused);
        problems.extend(self.idle_rules(&stated));
        let possible = Possible::new(&self.rules, &stated);
        problems.extend(interrupt.until(steps()).filter_map(|step| self.unreachable(step, &possible)));
        if let Some(Step { place, .. }) = steps().next() {
            self.uninterrupted(&place.source, place.span)?;
        }
        let mut problems = Error::new(problems).into_problems();
        problems.truncate(MAX_UNUSED);
        Ok(problems)
    }

    fn unused_verbs(&self, is_unused: impl Fn(RelationId) -> bool) -> Vec<Problem> {
        let declared = self.vocabulary.relations().filter(|(_, relation)| relation.origin == Origin::Declared);
        let unused = declared.filter(|(id, relation)| is_unused(*id) && !shipped::holds(&relation.place.source));
        let problem = |(_, relation): (_, &crate::vocabulary::Relation)| {
            let reading = &relation.readings[0];
            let problem =
                ResolveError::UnusedVerb { verb: reading.verb(), pattern: relation.pattern(reading), at: relation.place.first_line() };
            Problem::new(problem, relation.place.source.clone())
        };
        unused.map(problem).collect()
    }

    /// The rules that can never conclude anything; of rules that wait for each other only the first.
    fn idle_rules(&self, stated: &[bool]) -> Vec<Problem> {
        // A rule with `or` is several to the engine, and is idle if all of them are.
        let mut start = 0;
        let mut groups: Vec<Range<usize>> = Vec::new();
        for group in self.rules[..self.told_rules].chunk_by(|one, other| Arc::ptr_eq(&one.text, &other.text)) {
            if !shipped::holds(&group[0].text.place.source) {
                groups.push(start..start + group.len());
            }
            start += group.len();
        }
        // What holds nothing even if all rules of the program conclude something is what is missing; the rest follows from that.
        let mut at_best = Possible::new(&self.rules, stated);
        groups.iter().for_each(|group| at_best.suppose(self.rules[group.start].head.relation));
        let (lost, waiting): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.clone().all(|number| at_best.missing(number).is_some()));
        let mut possible = Possible::new(&self.rules, stated);
        let mut problems = Vec::new();
        for group in self.database.interrupt.until(lost.into_iter()) {
            problems.extend(at_best.missing(group.start).map(|atom| self.idle_rule(group.start, atom, false)));
            possible.suppose(self.rules[group.start].head.relation);
        }
        for group in self.database.interrupt.until(waiting.into_iter()) {
            if group.clone().all(|number| possible.missing(number).is_some()) {
                let atom = possible.missing(group.start);
                problems.extend(atom.map(|atom| self.idle_rule(group.start, atom, at_best.holds(atom))));
                possible.suppose(self.rules[group.start].head.relation);
            }
        }
        problems
    }

    /// An `expect` that nothing can ever meet.
    fn unreachable(&self, step: &Step, possible: &Possible<'_>) -> Option<Problem> {
        let expectation = step.action.expectation()?;
        if expectation.answers.as_ref().is_some_and(Vec::is_empty) {
            return None;
        }
        let alternatives = expectation.query.alternatives.iter();
        let missing = alternatives.map(|literals| positive(literals).find(|atom| !possible.holds(atom)));
        let missing = missing.collect::<Option<Vec<_>>>()?;
        let atom = missing.first()?;
        let relation = self.vocabulary.relation(atom.relation);
        let reading = &relation.readings[atom.reading];
        // Questions may count what is not there.
        if matches!(&expectation.query.form, QueryForm::Count) || matches!(&expectation.query.form, QueryForm::Find(_)) {
            return None;
        }
        let (verb, pattern) = (reading.verb(), relation.pattern(reading));
        let place = &step.place;
        Some(Problem::new(RunError::NeverMet { verb, pattern, at: place.first_line() }, place.source.clone()))
    }

    /// `lacks_start`: a rule of the program concludes what this one waits for, and waits for this one.
    fn idle_rule(&self, number: usize, atom: &Atom, lacks_start: bool) -> Problem {
        let relation = self.vocabulary.relation(atom.relation);
        let reading = &relation.readings[atom.reading];
        let verb = reading.verb();
        let pattern = relation.pattern(reading);
        let (reason, help) = if lacks_start {
            let reason = format!("nothing says that something `{verb}` to begin with");
            (reason, format!("state a first fact such as `{pattern}`, or write a rule that concludes it from something else"))
        } else {
            let reason = format!("nothing says that something `{verb}`");
            let help = match relation.origin {
                Origin::Kind => format!("say what is one, as in `{}`, or take the rule out", reading.sentence(|_| Some("Acme".to_owned()))),
                Origin::Declared | Origin::Head | Origin::Used | Origin::UsedInCondition => {
                    format!("state or import facts such as `{pattern}`, or take the rule out")
                }
            };
            (reason, help)
        };
        let place = &self.rules[number].text.place;
        Problem::new(ResolveError::IdleRule { reason, verb, help, at: place.first_line() }, place.source.clone())
    }
}

impl Script {
    /// Where relations are declared of which it has been warned that nothing states them.
    fn told_of(&self) -> impl Iterator<Item = (&str, Span)> {
        self.warnings.iter().filter_map(|problem| {
            let ProblemKind::Resolve(ResolveError::NeverStated { at, .. }) = problem.kind() else { return None };
            Some((problem.source().name(), *at))
        })
    }
}

/// The relations that a step states or reads.
fn relations_of(action: &Action) -> Vec<RelationId> {
    match action {
        Action::State(facts) => facts.iter().map(|fact| fact.relation).collect(),
        Action::StateEach(rows) => rows.relations().collect(),
        Action::Import(import) => vec![import.pattern.relation],
        Action::Forget(pattern) => vec![pattern.relation],
        Action::Ask(query) => super::run::relations_of(&query.alternatives),
        Action::Explain(explanation) => super::run::relations_of(&explanation.query.alternatives),
        Action::Expect(expectation) => super::run::relations_of(&expectation.query.alternatives),
        Action::Export(export) => super::run::relations_of(&export.query.alternatives),
        Action::In(world, action) => {
            let supposed = world.supposed.iter().flat_map(Change::relations);
            supposed.chain(relations_of(action)).collect()
        }
        Action::Compare(comparison) => comparison.query.iter().flat_map(|query| super::run::relations_of(&query.alternatives)).collect(),
        Action::Describe(_) | Action::Remedy(_) | Action::AsOf(_) => Vec::new(),
    }
}

/// The sentences that must hold for a rule to conclude something.
fn positive(body: &[Literal]) -> impl Iterator<Item = &Atom> {
    body.iter().filter_map(|literal| if let Literal::Holds(atom) = literal { Some(atom) } else { None })
}

/// Which relations may hold anything: the least fixpoint of the rules by their positive conditions, in linear time (Dowling and
/// Gallier, Linear-time algorithms for testing the satisfiability of propositional Horn formulae, J. Logic Programming 1, 1984).
struct Possible<'a> {
    rules: &'a [Rule],
    stated: &'a [bool],
    holds: Vec<bool>,
    /// For each rule the number of its conditions that nothing fulfils so far.
    unfulfilled: Vec<usize>,
    /// For each relation the rules that have a condition on it, once for each condition.
    waiting: Vec<Vec<usize>>,
}

impl<'a> Possible<'a> {
    fn new(rules: &'a [Rule], stated: &'a [bool]) -> Self {
        let mut possible = Self {
            rules,
            stated,
            holds: vec![false; stated.len()],
            unfulfilled: vec![0; rules.len()],
            waiting: vec![Vec::new(); stated.len()],
        };
        for (number, rule) in rules.iter().enumerate() {
            for atom in positive(&rule.body).filter(|atom| !atom.stated_only || !stated[atom.relation.index()]) {
                possible.unfulfilled[number] += 1;
                if !atom.stated_only {
                    possible.waiting[atom.relation.index()].push(number);
                }
            }
        }
        let begin = |number: &usize| possible.unfulfilled[*number] == 0;
        let beginning = (0..rules.len()).filter(begin).collect::<Vec<_>>();
        beginning.into_iter().for_each(|number| possible.suppose(rules[number].head.relation));
        let stated = (0..).map(RelationId).zip(stated).filter(|(_, is_stated)| **is_stated);
        stated.for_each(|(relation, _)| possible.suppose(relation));
        possible
    }

    /// Adds that a relation holds something, and what follows from that.
    fn suppose(&mut self, relation: RelationId) {
        let mut left = vec![relation];
        while let Some(relation) = left.pop() {
            if std::mem::replace(&mut self.holds[relation.index()], true) {
                continue;
            }
            for &number in &self.waiting[relation.index()] {
                self.unfulfilled[number] -= 1;
                if self.unfulfilled[number] == 0 {
                    left.push(self.rules[number].head.relation);
                }
            }
        }
    }

    /// The first condition of a rule that nothing fulfils.
    fn missing(&self, number: usize) -> Option<&'a Atom> {
        positive(&self.rules[number].body).find(|atom| !self.holds(atom))
    }

    fn holds(&self, atom: &Atom) -> bool {
        if atom.stated_only { self.stated[atom.relation.index()] } else { self.holds[atom.relation.index()] }
    }
}
