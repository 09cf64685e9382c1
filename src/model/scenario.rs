//! Scenarios: what is asked in one is asked of the model with its changes made, which are taken back when it has been answered.
//!
//! A scenario is nothing but its changes: they are made each time, on what the model holds then, so whatever has changed in between shows
//! through. There is no second way to hold or to derive facts. Knows nothing of how a change is taken back ([`super::undo`]).

use std::sync::Arc;

use super::error::RunError;
use super::{Model, Outcome, Violation};
use crate::diagnostics::Problem;
use crate::engine::Interrupted;
use crate::logic::{Action, Atom, Change, Literal, Place, RelationId, Rule, Scenario, ScenarioId, World};
use crate::syntax::ast::Severity;
use crate::syntax::on_one_line;

/// A scenario and those that it builds on, the outermost first.
pub(super) fn chain(scenarios: &[Arc<Scenario>], id: Option<ScenarioId>) -> Vec<Arc<Scenario>> {
    let mut chain = Vec::new();
    let mut next = id;
    while let Some(scenario) = next.and_then(|id| scenarios.get(id.index())) {
        chain.push(scenario.clone());
        next = scenario.parent;
    }
    chain.reverse();
    chain
}

/// The rules that hold in a scenario alone.
pub(super) fn local_rules(scenarios: &[Arc<Scenario>], id: Option<ScenarioId>) -> Vec<Rule> {
    chain(scenarios, id).iter().flat_map(|scenario| scenario.rules.iter().cloned()).collect()
}

/// A scenario as somebody may want to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScenarioDescription {
    /// What it is called.
    pub name: Arc<str>,
    /// The scenario that it builds on; nothing if that is the model itself.
    pub parent: Option<Arc<str>>,
    /// The `##` lines before it.
    pub doc: Option<Arc<str>>,
    /// The files that it includes, then its own changes and rules as they were written, each on one line.
    pub changes: Vec<String>,
    /// The source that declares it.
    pub file: Arc<str>,
    /// The line in which it begins, counted from 1.
    pub line: usize,
}

impl Model {
    /// The scenarios that have been declared, in order.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// model.tell("scenario outage {\n  forget B provides hosting to someone\n}\nB provides hosting to C")?;
    /// let outage = &model.scenarios()[0];
    /// assert_eq!((&*outage.name, outage.changes[0].as_str()), ("outage", "forget B provides hosting to someone"));
    /// assert!(!model.ask("in outage: does C rely on B?")?.holds());
    /// assert!(model.ask("does C rely on B?")?.holds());
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn scenarios(&self) -> Vec<ScenarioDescription> {
        let described = |scenario: &Arc<Scenario>| {
            let Place { source, span } = &scenario.place;
            let mut places: Vec<&Place> = scenario.changes.iter().map(Change::place).collect();
            places.extend(scenario.rules.iter().map(|rule| &rule.text.place));
            let (mut own, others): (Vec<&Place>, Vec<&Place>) = places.into_iter().partition(|place| Arc::ptr_eq(&place.source, source));
            own.sort_by_key(|place| place.span);
            own.dedup_by_key(|place| place.span);
            let mut files: Vec<&str> = others.iter().map(|place| place.source.name()).collect();
            files.dedup();
            let included = files.into_iter().map(|name| format!("include \"{name}\""));
            ScenarioDescription {
                name: scenario.name.clone(),
                parent: scenario.parent.and_then(|parent| self.scenarios.get(parent.index())).map(|parent| parent.name.clone()),
                doc: scenario.doc.clone(),
                changes: included.chain(own.iter().map(|place| on_one_line(place.source.slice(place.span)))).collect(),
                file: source.name().into(),
                line: source.line_and_column(span.start).0,
            }
        };
        self.scenarios.iter().map(described).collect()
    }

    /// Asks everything that does not name a scenario in this one from here on; without a name in none. Tells whether there is one.
    pub(crate) fn enter(&mut self, name: Option<&str>) -> bool {
        let number = name.and_then(|name| self.scenarios.iter().position(|scenario| *scenario.name == *name));
        self.entered = number.and_then(|number| u32::try_from(number).ok()).map(ScenarioId);
        self.entered.is_some() == name.is_some()
    }

    /// Whether there is a scenario of this name.
    pub(crate) fn has_scenario(&self, name: &str) -> bool {
        self.scenarios.iter().any(|scenario| *scenario.name == *name)
    }

    /// Runs what is asked or expected in a world.
    pub(super) fn run_in(&mut self, world: &World, action: &Action, place: &Place) -> Result<Outcome, Problem> {
        // Inside, nothing else is entered.
        let entered = self.entered.take();
        let affected = self.affected(&[world]);
        let found = self.within(world, place, |model| Ok((model.run(action, place, &super::NoFiles)?, model.forbidden(&affected))));
        self.entered = entered;
        let ((mut outcome, forbidden), mut warnings) = found?;
        warnings.extend(self.newly_forbidden(&forbidden, &affected, world, place));
        if let Outcome::Answered(answers) = &mut outcome {
            answers.question = on_one_line(place.source.slice(place.span)).into();
            answers.place = place.clone();
        }
        if let Some(known) = outcome.warnings_mut() {
            known.splice(0..0, warnings);
        }
        Ok(outcome)
    }

    /// What is found in a world, and what should be known of its changes; afterwards the model is as it was before.
    pub(super) fn within<T>(
        &mut self,
        world: &World,
        place: &Place,
        ask: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<(T, Vec<Problem>), Problem> {
        let chain = chain(&self.scenarios, world.scenario);
        let rules = local_rules(&self.scenarios, world.scenario);
        self.apart(|model| {
            model.with_rules(&rules, |model| {
                let changes = chain.iter().flat_map(|scenario| &scenario.changes).chain(&world.supposed);
                let mut warnings = Vec::new();
                for change in changes {
                    warnings.extend(model.change(change, place)?);
                }
                Ok((ask(model)?, warnings))
            })
        })
    }

    /// Makes one change of a scenario; a warning if it is none.
    fn change(&mut self, change: &Change, place: &Place) -> Result<Option<Problem>, Problem> {
        let (pattern, own) = match change {
            Change::State(facts, own) => {
                self.state(facts, own).map_err(|Interrupted| self.stopped(place))?;
                return Ok(None);
            }
            Change::Forget(pattern, own) => (pattern, own),
        };
        if self.database.forget(pattern).map_err(|Interrupted| self.stopped(place))? > 0 {
            return Ok(None);
        }
        let (label, help) = self.nothing_to_forget(pattern, own)?;
        Ok(Some(Problem::new(RunError::IdleForget { help, at: own.span, label }, own.source.clone())))
    }

    /// Does something while more rules hold.
    fn with_rules<T>(&mut self, more: &[Rule], work: impl FnOnce(&mut Self) -> Result<T, Problem>) -> Result<T, Problem> {
        if more.is_empty() {
            return work(self);
        }
        let rules = self.rules_with(more);
        // These rules had a plan when the scenario or the latest rule was told.
        let plan = crate::plan::plan(&rules, &self.vocabulary).map_err(|mut loops| loops.swap_remove(0))?;
        let told_rules = self.told_rules + more.len();
        let before = (
            std::mem::replace(&mut self.rules, rules),
            std::mem::replace(&mut self.plan, plan),
            std::mem::replace(&mut self.told_rules, told_rules),
        );
        more.iter().for_each(|rule| self.mention_rule(rule));
        let concluded = || more.iter().map(|rule| rule.head.relation);
        self.database.forget_derived(concluded(), &self.plan);
        let result = work(self);
        (self.rules, self.plan, self.told_rules) = before;
        self.database.forget_derived(concluded(), &self.plan);
        result
    }

    /// All rules and more of them, in the order that they have.
    pub(super) fn rules_with(&self, more: &[Rule]) -> Vec<Rule> {
        let (told, of_kinds) = self.rules.split_at(self.told_rules);
        [told, more, of_kinds].concat()
    }

    /// What a world changes: the relations that are stated otherwise or concluded by rules of its own, and all that may follow from them.
    pub(super) fn affected(&self, worlds: &[&World]) -> Affected {
        let mut affected = Affected { stated: vec![false; self.vocabulary.len()], all: Vec::new() };
        let mut left = Vec::new();
        let mut rules = Vec::new();
        for world in worlds {
            let chain = chain(&self.scenarios, world.scenario);
            let changes = chain.iter().flat_map(|scenario| &scenario.changes).chain(&world.supposed);
            left.extend(changes.flat_map(Change::relations));
            rules.extend(chain.iter().flat_map(|scenario| scenario.rules.iter().cloned()));
        }
        left.iter().for_each(|relation: &RelationId| affected.stated[relation.index()] = true);
        left.extend(rules.iter().map(|rule| rule.head.relation));
        let mut waiting: Vec<Vec<RelationId>> = vec![Vec::new(); self.vocabulary.len()];
        for rule in self.rules.iter().chain(&rules) {
            // What fills a slot is of its kind by what is stated alone.
            let reads = |atom: &&Atom| !atom.stated_only || affected.stated[atom.relation.index()];
            for atom in rule.body.iter().flat_map(Literal::atoms).filter(reads) {
                waiting[atom.relation.index()].push(rule.head.relation);
            }
        }
        affected.all = vec![false; self.vocabulary.len()];
        while let Some(relation) = left.pop() {
            if !std::mem::replace(&mut affected.all[relation.index()], true) {
                left.extend(&waiting[relation.index()]);
            }
        }
        affected
    }

    /// Of what is forbidden and holds in a world that which does not hold in the model itself.
    fn newly_forbidden(&mut self, there: &[Violation], affected: &Affected, world: &World, place: &Place) -> Vec<Problem> {
        if there.is_empty() {
            return Vec::new();
        }
        let here = self.forbidden(affected);
        let name = world.scenario.and_then(|scenario| self.scenarios.get(scenario.index())).map(|scenario| &scenario.name);
        let problem = |violation: &Violation| {
            let (because, at) = (violation.because.clone(), violation.problem.labels().first().map_or(place.span, |label| label.span));
            let scenario = name.map_or("what is supposed".to_owned(), |name| format!("`{}`", crate::syntax::words::written(name)));
            let help = violation.problem.help().unwrap_or_default();
            violation.problem.beside(RunError::ForbiddenThere { scenario, because, help, at })
        };
        there.iter().filter(|violation| !here.contains(violation)).map(problem).collect()
    }

    /// What holds and must not, by each `forbid` that speaks of something affected. One that cannot be evaluated says nothing: the question
    /// has been answered.
    pub(super) fn forbidden(&mut self, affected: &Affected) -> Vec<Violation> {
        let mut found = Vec::new();
        for number in 0..self.prohibitions.len() {
            let prohibition = &self.prohibitions[number];
            let speaks = |literals: &Vec<Literal>| crate::plan::relations(literals).any(|relation| affected.all[relation.index()]);
            if prohibition.severity == Severity::Error && prohibition.query.alternatives.iter().any(speaks) {
                let prohibition = prohibition.clone();
                // Where all that it reads is not too much, nothing is asked for in parts: it names nobody.
                let _ = self.is_soon_derived(&prohibition.query);
                found.extend(self.violations_of(&prohibition).unwrap_or_default());
            }
        }
        found
    }
}

/// What a world may change, by relation.
pub(super) struct Affected {
    /// What is stated there and not here, or here and not there.
    pub(super) stated: Vec<bool>,
    /// All that, and what may follow from it.
    pub(super) all: Vec<bool>,
}
