//! Takes over what was loaded: vocabulary, rules, scenarios and what is forbidden, all of it or, where something is wrong, nothing. The statements
//! that are left are run by [`super::run`].

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Files, Model, Script, load, save, scenario, shape};
use crate::diagnostics::{Error, Problem, ProblemKind};
use crate::discard::discard_pieces;
use crate::engine::Activity;
use crate::logic::{Action, Atom, Literal, RelationId, Rule, RuleText, Scenario, ScenarioId, Step, Term};
use crate::resolve::error::ResolveError;
use crate::resolve::{self, Known, Resolved};
use crate::source::{Source, Span};
use crate::syntax::ast::StatementKind;
use crate::syntax::error::SyntaxError;
use crate::vocabulary::{SlotKind, Vocabulary};

/// Freeing the trees of a longer text takes milliseconds.
const LONG: usize = 1 << 20;

impl Model {
    pub(super) fn load_source(&mut self, source: &Arc<Source>, files: &dyn Files) -> Result<Script, Error> {
        let _at_work = self.database.interrupt.at_work();
        let mut loading = load::Loading::new(files, self.included.clone(), self.interrupt());
        let outer = self.database.turn_to(Activity::Parse);
        loading.source(source);
        if let Err(problem) = self.uninterrupted(source, Span::new(0, source.text().len())) {
            discard_pieces(loading.units);
            return Err(problem.into());
        }
        self.database.turn_to(outer);
        let starts_empty = loading.starts_with_none();
        if let (Some(place), false) = (&starts_empty, self.is_fresh) {
            loading.problems.push(Problem::new(ResolveError::LateUseNone { at: place.span }, source.clone()));
        }
        let load::Loading { units, included, problems: load_problems, .. } = loading;
        if starts_empty.is_some() && self.is_fresh {
            let mut empty = Self::without_vocabulary();
            empty.set_as(self);
            empty.set_day(self.database.day());
            empty.database.interrupt = self.interrupt();
            self.settle_costs();
            (empty.profile, empty.database.profile) = (std::mem::take(&mut self.profile), self.database.profile.take());
            let script = empty.install(&units, included, load_problems)?;
            let is_noted = self.noted.is_some();
            let old = std::mem::replace(self, empty);
            self.replaced = is_noted.then(|| Box::new(old));
            return Ok(script);
        }
        let installed = self.install(&units, included, load_problems);
        if source.text().len() > LONG {
            discard_pieces(units);
        }
        installed
    }

    /// Takes over declarations and rules, or nothing.
    fn install(&mut self, units: &[resolve::Unit], included: BTreeSet<String>, load_problems: Vec<Problem>) -> Result<Script, Error> {
        let outer = self.database.turn_to(Activity::Understand);
        let installed = self.understood(units, included, load_problems);
        self.database.turn_to(outer);
        installed
    }

    fn understood(&mut self, units: &[resolve::Unit], included: BTreeSet<String>, load_problems: Vec<Problem>) -> Result<Script, Error> {
        let told = &self.rules[..self.told_rules];
        let interrupt = self.database.interrupt.clone();
        let known = Known { rules: told, scenarios: &self.scenarios, names: &self.spellings, is_wanted: &|| !interrupt.is_raised() };
        let Resolved { vocabulary, rules, prohibitions, scenarios, steps, problems, names, uses } =
            resolve::resolve(units, self.vocabulary.clone(), known, &mut self.dictionary);
        if let Some(first) = units.first()
            && let Err(problem) = self.uninterrupted(&first.source, first.statement.span)
        {
            discard_pieces((rules, steps, names, uses));
            return Err(problem.into());
        }
        if uses.are_many() {
            discard_pieces(uses);
        }
        let failed = |problems: &[Problem]| problems.iter().any(|problem| !problem.is_warning());
        let is_unread = failed(&load_problems);
        let mut problems = [load_problems, problems].concat();
        problems.extend(steps.iter().filter_map(unknown_ending));
        // What could not be read may be just what states the word, or declares the scenario.
        let is_unfounded = |problem: &Problem| {
            let ProblemKind::Resolve(problem) = problem.kind() else { return false };
            matches!(problem, ResolveError::NeverStated { .. } | ResolveError::UnknownScenario { .. })
        };
        problems.retain(|problem| !is_unread || !is_unfounded(problem));
        if failed(&problems) && problems.len() > crate::syntax::MAX_PROBLEMS + 1 {
            problems = Error::new(problems).into_problems();
            let next = problems.drain(crate::syntax::MAX_PROBLEMS..).next();
            let place = next.map(|problem| (problem.labels().first().map_or(Span::default(), |label| label.span), problem));
            problems.extend(place.map(|(at, problem)| problem.beside(SyntaxError::TooMany { at })));
        }
        if failed(&problems) {
            return Err(Error::new(problems));
        }
        let scenarios = [self.scenarios.clone(), scenarios.into_iter().map(Arc::new).collect()].concat();
        let is_unchanged = rules.is_empty() && vocabulary.len() == self.vocabulary.len() && !units.iter().any(declares_kind);
        if is_unchanged {
            let loops = loops_in_scenarios(&scenarios, self.scenarios.len(), &self.rules, &self.vocabulary);
            if !loops.is_empty() {
                problems.extend(loops);
                return Err(Error::new(problems));
            }
        } else {
            let all = [told, &rules, &kind_rules(&vocabulary)].concat();
            let plan = crate::plan::plan(&all, &vocabulary);
            let loops = plan.as_ref().err().cloned().unwrap_or_else(|| loops_in_scenarios(&scenarios, 0, &all, &vocabulary));
            match plan {
                Ok(plan) if loops.is_empty() => {
                    self.settle_costs();
                    self.plan = plan;
                    self.too_many.clear();
                }
                _ => {
                    problems.extend(loops);
                    return Err(Error::new(problems));
                }
            }
            if let Some(before) = &mut self.noted {
                before.program(std::mem::take(&mut self.vocabulary), self.told_rules);
            }
            let old = std::mem::replace(&mut self.rules, all);
            let kinds = (&old[self.told_rules..], &self.rules[self.told_rules + rules.len()..]);
            // Nothing is stated as yet of what is new.
            let known = self.vocabulary.len();
            let changed = kinds_concluded_otherwise(kinds, |relation| relation.index() >= known);
            self.told_rules += rules.len();
            rules.iter().for_each(|rule| self.mention_rule(rule));
            self.database.grow(vocabulary.relations().map(|(_, relation)| shape(relation)));
            self.database.forget_derived(changed.into_iter().chain(rules.iter().map(|rule| rule.head.relation)), &self.plan);
            self.vocabulary = vocabulary;
        }
        self.scenarios = scenarios;
        self.prohibitions.extend(prohibitions);
        let known = self.spellings.extend(names);
        if let Some(before) = &mut self.noted {
            before.spellings(known);
            if included != self.included {
                before.included(&self.included);
            }
        }
        self.declarations.extend(units.iter().filter_map(save::Declaration::of));
        self.included = included;
        self.is_fresh = false;
        Ok(Script { steps: steps.into(), warnings: Error::new(problems).into_problems(), told: Vec::new(), owner: self.identity.clone() })
    }
}

/// A file that could be neither read nor written, whatever is in it: its name tells no format.
fn unknown_ending(step: &Step) -> Option<Problem> {
    let checked = if let Action::Export(export) = &step.action {
        crate::data::check_export(&export.path, export.path_span)
    } else if let Action::Import(import) = &step.action {
        crate::data::check_import(&import.path, import.path_span)
    } else {
        return None;
    };
    let error = checked.err()?;
    Some(Problem::new(error, step.place.source.clone()))
}

fn declares_kind(unit: &resolve::Unit) -> bool {
    matches!(unit.statement.kind, StatementKind::Kind { .. })
}

/// What goes round in a loop that must not, in scenarios with rules of their own, from a number on.
fn loops_in_scenarios(scenarios: &[Arc<Scenario>], from: usize, rules: &[Rule], vocabulary: &Vocabulary) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut failed: Vec<Arc<Scenario>> = Vec::new();
    for number in (from..scenarios.len()).filter(|number| !scenarios[*number].rules.is_empty()) {
        let chain = scenario::chain(scenarios, u32::try_from(number).ok().map(ScenarioId));
        // What goes wrong in a scenario goes wrong in those that build on it.
        if chain.iter().any(|scenario| failed.iter().any(|failed| Arc::ptr_eq(failed, scenario))) {
            continue;
        }
        let own: Vec<Rule> = chain.iter().flat_map(|scenario| scenario.rules.iter().cloned()).collect();
        if let Err(loops) = crate::plan::plan(&[rules, &own].concat(), vocabulary) {
            let name = crate::syntax::words::written(&scenarios[number].name);
            let named = |problem: &Problem| {
                let ProblemKind::Plan(error) = problem.kind() else { return problem.clone() };
                problem.beside(error.clone().within(&name))
            };
            problems.extend(loops.iter().map(named));
            failed.push(scenarios[number].clone());
        }
    }
    problems
}

/// The kinds of which other rules speak than before, apart from those that read what is stated of a relation of which nothing is.
pub(super) fn kinds_concluded_otherwise((old, new): (&[Rule], &[Rule]), is_void: impl Fn(RelationId) -> bool) -> BTreeSet<RelationId> {
    let says = |rule: &Rule| {
        let [Literal::Holds(Atom { relation, terms, stated_only, .. })] = rule.body.as_slice() else { return None };
        let slot = terms.iter().position(|term| term.variable().is_some());
        (!(*stated_only && is_void(*relation))).then_some((rule.head.relation, *relation, slot))
    };
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.iter().filter_map(says).collect(), new.iter().filter_map(says).collect());
    old.symmetric_difference(&new).map(|(kind, ..)| *kind).collect()
}

/// What slots say about kinds: whatever fills a slot in a stated fact is of the slot's kind, and of that kind's parents.
pub(super) fn kind_rules(vocabulary: &Vocabulary) -> Vec<Rule> {
    let variable = Term::Variable(crate::logic::VariableId(0));
    let rule = |kind, place: &crate::logic::Place, body: Atom| Rule {
        head: Atom { relation: vocabulary.kind_relation(kind), reading: 0, terms: vec![variable], stated_only: false },
        body: vec![Literal::Holds(body)],
        variables: Arc::new(["it".into()]),
        text: Arc::new(RuleText { label: None, because: None, doc: None, place: place.clone() }),
    };
    let mut rules = Vec::new();
    for (id, relation) in vocabulary.relations() {
        for (number, slot) in relation.slots.iter().enumerate() {
            if let SlotKind::Kind(kind) = slot.kind
                && vocabulary.kind_relation(kind) != id
            {
                let mut terms = vec![Term::Unmentioned; relation.slots.len()];
                terms[number] = variable;
                rules.push(rule(kind, &relation.place, Atom { relation: id, reading: 0, terms, stated_only: true }));
            }
        }
    }
    for kind in vocabulary.kinds() {
        for &parent in vocabulary.kind_parents(kind) {
            let relation = vocabulary.kind_relation(kind);
            let place = &vocabulary.relation(relation).place;
            rules.push(rule(parent, place, Atom { relation, reading: 0, terms: vec![variable], stated_only: false }));
        }
    }
    rules
}
