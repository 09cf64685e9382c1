//! What it costs to load a program and to answer its questions: the engine's numbers in the words of rules.

use core::time::Duration;
use std::sync::Arc;

use super::Model;
use crate::engine::{Activity, Clock, Cost, Profile as Stopwatch};

/// What a model has cost since [`Model::set_clock`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// What was done, in the order in which it is done, and how long that took. The time of rules is their sum.
    pub phases: Vec<(&'static str, Duration)>,
    /// Every rule that was applied, the one that took longest first.
    pub rules: Vec<RuleCost>,
    /// The same for what is derived: rules that conclude the same, and those that need each other, are one.
    pub stages: Vec<StageCost>,
}

/// What one rule has cost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleCost {
    /// Its label; for the search of a verb that goes on and on, none.
    pub label: Option<Arc<str>>,
    /// Where it stands: `suppliers.srl, line 12`.
    pub place: String,
    /// What it says: `if ?p provides something to ?c, then ?c relies on ?p`.
    pub says: String,
    /// How often it was applied.
    pub rounds: u64,
    /// How many facts it derived that were not known before.
    pub facts: u64,
    /// How long that took.
    pub time: Duration,
}

/// What it has cost to derive some sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StageCost {
    /// They, in the words of the slots: `dependent relies on supplier`.
    pub concludes: Vec<String>,
    /// How many facts were derived that were not known before.
    pub facts: u64,
    /// How long that took.
    pub time: Duration,
}

type IsOfIt = fn(&Activity) -> bool;

const PHASES: [(&str, IsOfIt); 9] = [
    ("reading and writing files", |activity| matches!(activity, Activity::Outside)),
    ("reading sentences", |activity| matches!(activity, Activity::Parse)),
    ("understanding them", |activity| matches!(activity, Activity::Understand)),
    ("stating facts", |activity| matches!(activity, Activity::State)),
    ("importing data", |activity| matches!(activity, Activity::Import)),
    ("applying rules", |activity| matches!(activity, Activity::Rule(_) | Activity::Pairs(_))),
    ("finding answers", |activity| matches!(activity, Activity::Answer)),
    ("writing them", |activity| matches!(activity, Activity::Write)),
    ("finding what is expected or forbidden", |activity| matches!(activity, Activity::Check)),
];

impl Profile {
    /// How long everything took.
    pub fn total(&self) -> Duration {
        self.phases.iter().map(|(_, time)| *time).sum()
    }

    fn add_phase(&mut self, phase: &'static str, time: Duration) {
        if let Some((_, known)) = self.phases.iter_mut().find(|(own, _)| *own == phase) {
            *known += time;
        } else {
            let position = |phase: &str| PHASES.iter().position(|(own, _)| *own == phase);
            self.phases.push((phase, time));
            self.phases.sort_by_key(|(phase, _)| position(phase));
        }
    }

    fn add_rule(&mut self, new: RuleCost) {
        match self.rules.iter_mut().find(|own| own.place == new.place && own.says == new.says) {
            Some(known) => {
                known.rounds += new.rounds;
                known.facts += new.facts;
                known.time += new.time;
            }
            None => self.rules.push(new),
        }
    }

    fn add_stage(&mut self, concludes: Vec<String>, cost: Cost) {
        match self.stages.iter_mut().find(|own| own.concludes == concludes) {
            Some(known) => {
                known.facts += cost.rows;
                known.time += cost.time;
            }
            None => self.stages.push(StageCost { concludes, facts: cost.rows, time: cost.time }),
        }
    }
}

impl Model {
    /// Measures from here on what is done, by a clock that tells the time since some moment; without one no longer. Answers do not
    /// change, and rules are no slower for it.
    ///
    /// ```
    /// use core::time::Duration;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// /// Goes on by a thousandth of a second whenever it is looked at; a real one gives what has elapsed since an instant.
    /// fn clock() -> Duration {
    ///     static LOOKS: AtomicU64 = AtomicU64::new(0);
    ///     Duration::from_millis(LOOKS.fetch_add(1, Ordering::Relaxed))
    /// }
    ///
    /// let mut model = srl::Model::new();
    /// model.set_clock(Some(clock));
    /// model.tell("B provides hosting to C\n?x is vital if ?x provides something to something")?;
    /// model.ask("is B vital?")?;
    /// let profile = model.profile();
    /// let rule = profile.rules.iter().find(|rule| rule.says.ends_with("then ?x is vital")).unwrap();
    /// assert_eq!((rule.rounds, rule.facts), (1, 1));
    /// assert!(rule.time <= profile.total());
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn set_clock(&mut self, clock: Option<Clock>) {
        self.database.profile = clock.map(|clock| Box::new(Stopwatch::new(clock)));
        self.profile = Profile::default();
    }

    /// What was measured so far; empty without a clock.
    pub fn profile(&mut self) -> Profile {
        self.settle_costs();
        let mut profile = self.profile.clone();
        profile.rules.sort_by(|one, other| (other.time, other.rounds, &one.place).cmp(&(one.time, one.rounds, &other.place)));
        profile.stages.sort_by(|one, other| (other.time, &one.concludes).cmp(&(one.time, &other.concludes)));
        profile
    }

    /// Puts the numbers of rules, which are about to change, into words.
    pub(super) fn settle_costs(&mut self) {
        let costs = self.database.costs();
        for (activity, cost) in &costs {
            match activity {
                Activity::Rule(number) => self.add_rule_cost(*number, *cost),
                Activity::Pairs(relation) => {
                    let says = format!("all that follows for `{}`, by a search", self.pattern_of(*relation));
                    let Cost { time, rounds, rows: facts } = *cost;
                    self.profile.add_rule(RuleCost { label: None, place: String::new(), says, rounds, facts, time });
                    self.add_stage_cost(*relation, *cost);
                }
                Activity::Outside
                | Activity::Parse
                | Activity::Understand
                | Activity::State
                | Activity::Import
                | Activity::Answer
                | Activity::Write
                | Activity::Check => {}
            }
        }
        for (phase, is_of_it) in PHASES {
            let time: Duration = costs.iter().filter(|(activity, _)| is_of_it(activity)).map(|(_, cost)| cost.time).sum();
            if !time.is_zero() {
                self.profile.add_phase(phase, time);
            }
        }
    }

    fn add_rule_cost(&mut self, number: usize, cost: Cost) {
        let Some(rule) = self.rules.get(number) else { return };
        let (label, place, says, head) =
            (rule.text.label.clone(), rule.text.place.describe(), self.rule_in_words(number), rule.head.relation);
        self.profile.add_rule(RuleCost { label, place, says, rounds: cost.rounds, facts: cost.rows, time: cost.time });
        self.add_stage_cost(head, cost);
    }

    fn add_stage_cost(&mut self, relation: crate::logic::RelationId, cost: Cost) {
        let relations = self.plan.stratum(relation).map_or_else(|| vec![relation], |stratum| stratum.relations.clone());
        let concludes = relations.into_iter().map(|relation| self.pattern_of(relation)).collect();
        self.profile.add_stage(concludes, cost);
    }
}
