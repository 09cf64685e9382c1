//! `scenario`, `in`, `suppose`, `compare`: names of scenarios to their numbers, and what they hold to steps and rules.
//!
//! A scenario is declared for the whole program, wherever in it it stands. What it holds is resolved as it would be outside of it; only
//! where it goes is different.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::error::ResolveError;
use super::{Resolver, Unit};
use crate::diagnostics::suggest::nearest;
use crate::logic::{Action, Change, Compared, Place, Scenario, ScenarioId, Step, World};
use crate::source::Span;
use crate::syntax::ast::{self, Portion, StatementKind, Word};

/// What the model itself is called where a scenario may stand.
pub(crate) const BASE: &str = "base";

/// The scenarios of this program, by name: their numbers, and where they are declared.
pub(super) type Declared = IndexMap<Arc<str>, (ScenarioId, Place), FxBuildHasher>;

impl Resolver<'_> {
    /// The first pass: which scenarios there are, and that the rules of each have different labels.
    pub(super) fn declare_scenarios(&mut self, units: &[Unit]) {
        for unit in units {
            self.source = unit.source.clone();
            if let StatementKind::Rule(rule) = &unit.statement.kind {
                self.label(rule, BASE);
            }
            let StatementKind::Scenario(scenario) = &unit.statement.kind else { continue };
            if scenario.portion != Portion::Later {
                self.declare_scenario(&scenario.name);
            }
            for change in &scenario.changes {
                if let StatementKind::Rule(rule) = &change.kind {
                    self.label(rule, &scenario.name.text);
                }
            }
        }
        let mut told = Vec::new();
        for unit in units {
            let StatementKind::Scenario(scenario) = &unit.statement.kind else { continue };
            self.source = unit.source.clone();
            self.refuse_loop(units, scenario, &mut told);
        }
    }

    fn declare_scenario(&mut self, name: &Word) {
        let known = self.known_scenarios.iter().find(|known| known.name == name.text).map(|known| &known.place);
        let first = known.or(self.scenarios.get(&name.text).map(|(_, place)| place)).map(Place::describe);
        let written = crate::syntax::words::written(&name.text);
        if &*name.text == BASE {
            let help = "`base` is the model itself; choose another name".to_owned();
            return self.report(ResolveError::RepeatedScenario { name: written, help, at: name.span });
        }
        if let Some(place) = first {
            let help = format!("it stands in {place}; choose another name, or build on it: `scenario other extends {written} {{ … }}`");
            return self.report(ResolveError::RepeatedScenario { name: written, help, at: name.span });
        }
        let number = self.known_scenarios.len() + self.scenarios.len();
        let id = ScenarioId(u32::try_from(number).expect("fewer scenarios than bytes of their sources"));
        let place = self.place(name.span);
        self.scenarios.insert(name.text.clone(), (id, place));
    }

    /// A scenario that builds on itself in the end; of each loop one is told of.
    fn refuse_loop(&mut self, units: &[Unit], scenario: &ast::Scenario, told: &mut Vec<Arc<str>>) {
        let parent_of = |name: &str| {
            units.iter().find_map(|unit| {
                let StatementKind::Scenario(scenario) = &unit.statement.kind else { return None };
                scenario.parent.as_ref().filter(|_| *scenario.name.text == *name)
            })
        };
        let mut chain = vec![scenario.name.text.clone()];
        let Some(first) = &scenario.parent else { return };
        let mut next = Some(first);
        while let Some(parent) = next {
            chain.push(parent.text.clone());
            if told.contains(&parent.text) {
                return;
            }
            if parent.text == scenario.name.text {
                told.extend(chain.iter().cloned());
                let chain = chain.iter().map(|name| crate::syntax::words::written(name)).collect::<Vec<_>>().join(" → ");
                return self.report(ResolveError::ScenarioLoop { chain, at: scenario.name.span.to(first.span) });
            }
            if chain.len() > units.len() {
                // It ends in a loop that another scenario is told of.
                return;
            }
            next = parent_of(&parent.text);
        }
    }

    /// The scenario that a name stands for, `None` for the model itself; nothing after a problem.
    #[expect(clippy::option_option, reason = "the model itself is no scenario, or there was a problem")]
    pub(super) fn world(&mut self, name: &Word) -> Option<Option<ScenarioId>> {
        if &*name.text == BASE {
            return Some(None);
        }
        let known = self.known_scenarios.iter().position(|known| known.name == name.text);
        let known = known.and_then(|number| u32::try_from(number).ok()).map(ScenarioId);
        if let Some(id) = known.or(self.scenarios.get(&name.text).map(|(id, _)| *id)) {
            return Some(Some(id));
        }
        let names = || self.known_scenarios.iter().map(|known| &*known.name).chain(self.scenarios.keys().map(|name| &**name));
        let written = crate::syntax::words::written;
        let help = match nearest(&name.text, names().chain([BASE])) {
            Some(near) => format!("did you mean `{}`?", written(near)),
            None if names().next().is_none() => format!("declare it: `scenario {} {{ … }}`", written(&name.text)),
            None => format!("there are `{}`", names().take(10).map(written).collect::<Vec<_>>().join("`, `")),
        };
        self.report(ResolveError::UnknownScenario { name: written(&name.text), help, at: name.span });
        None
    }

    pub(super) fn scenario(&mut self, scenario: &ast::Scenario, statement: &ast::Statement) {
        let rules = std::mem::take(&mut self.rules);
        let changes = self.changes(&scenario.changes);
        let rules = std::mem::replace(&mut self.rules, rules);
        if scenario.portion == Portion::Later {
            // After a problem with its first part there is none.
            if let Some(told) = self.told_scenarios.iter_mut().rfind(|told| told.name == scenario.name.text) {
                told.changes.extend(changes);
                told.rules.extend(rules);
            }
            return;
        }
        let parent = scenario.parent.as_ref().map_or(Some(None), |parent| self.world(parent));
        let Some(parent) = parent else { return };
        let (name, place) = (scenario.name.text.clone(), self.place(statement.span));
        self.told_scenarios.push(Scenario { name, parent, place, doc: statement.doc.clone(), changes, rules });
    }

    pub(super) fn within(&mut self, scenario: &Word, held: &ast::Statement, span: Span) {
        let world = self.world(scenario);
        let step = self.steps_of(std::slice::from_ref(held)).pop();
        let (Some(scenario), Some(step)) = (world, step) else { return };
        let (supposed, action) = step.action.supposed();
        self.step(Action::In(World { scenario, is_named: true, supposed }, action), span);
    }

    pub(super) fn suppose(&mut self, changes: &[ast::Statement], held: &ast::Statement, span: Span) {
        let supposed = self.changes(changes);
        let Some(step) = self.steps_of(std::slice::from_ref(held)).pop() else { return };
        self.step(Action::In(World { supposed, ..World::default() }, Box::new(step.action)), span);
    }

    pub(super) fn comparison(&mut self, comparison: &ast::Comparison, span: Span) {
        let (left, right) = (self.world(&comparison.left), self.world(&comparison.right));
        let query = match &comparison.question {
            None if comparison.in_small_models => {
                let problem = "small models are compared by a question".to_owned();
                let label = "what is asked in them?".to_owned();
                let help =
                    "ask for what the rules conclude, as in `compare one with other in small models: who relies on whom?`".to_owned();
                return self.report(ResolveError::NoRows { problem, help, label, at: span });
            }
            None => None,
            Some(question) => {
                if let Some(name) = self.asks_for_description(&question.condition) {
                    let name = self.source.slice(name.span).to_owned();
                    let label = format!("`what is {name}` shows everything about {name}, and has no rows");
                    let help = format!("compare what has rows: `who relies on {name}?`; or leave the question out to compare everything");
                    let problem = "a description cannot be compared".to_owned();
                    return self.report(ResolveError::NoRows { problem, help, label, at: question.condition.span() });
                }
                let Some(query) = self.question(question, question.condition.span()) else { return };
                Some(query)
            }
        };
        let (Some(left), Some(right)) = (left, right) else { return };
        let (left, right) = ((comparison.left.text.clone(), left), (comparison.right.text.clone(), right));
        let text = crate::syntax::on_one_line(self.source.slice(span)).into();
        self.step(Action::Compare(Compared { text, left, right, query, in_small_models: comparison.in_small_models }), span);
    }

    fn changes(&mut self, held: &[ast::Statement]) -> Vec<Change> {
        #[expect(clippy::wildcard_enum_match_arm, reason = "a scenario holds no other steps")]
        let change = |step: Step| match step.action {
            Action::State(facts) => Some(Change::State(facts, step.place)),
            Action::Forget(pattern) => Some(Change::Forget(pattern, step.place)),
            _ => None,
        };
        self.steps_of(held).into_iter().filter_map(change).collect()
    }

    /// What statements do that stand inside another one.
    fn steps_of(&mut self, held: &[ast::Statement]) -> Vec<Step> {
        let steps = std::mem::take(&mut self.steps);
        held.iter().for_each(|statement| self.statement(statement));
        std::mem::replace(&mut self.steps, steps)
    }
}
