//! What is being done, for whoever interrupts it, and what it costs: a stopwatch that is turned from one activity to the next. Its clock comes
//! from outside; without one nothing is measured.
//!
//! It is looked at when a rule begins and ends to be applied, be it to what a changed row leads to, never in a loop over the rows that a rule
//! finds.

use core::time::Duration;
use std::collections::BTreeMap;

use crate::logic::RelationId;

/// Tells the time since some moment. The library has no clock of its own.
pub type Clock = fn() -> Duration;

/// What is being done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Activity {
    /// Nothing that a model does: reading files, printing.
    #[default]
    Outside,
    /// Texts become sentences, and included files are read.
    Parse,
    /// Sentences become rules and steps.
    Understand,
    /// Facts are stated and forgotten.
    State,
    Import,
    /// Answers are found in what is derived, sorted and explained.
    Answer,
    /// Answers are written into a file.
    Write,
    /// What is expected and forbidden is looked at.
    Check,
    /// A rule is applied, by its number.
    Rule(usize),
    /// All pairs of a closure are found, or those that a name reaches.
    Pairs(RelationId),
}

/// What an activity has cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) time: Duration,
    /// In how many rounds a rule was applied, be it to what had changed.
    pub(crate) rounds: u64,
    /// How many new rows it gave, or put back after they were in question.
    pub(crate) rows: u64,
}

impl Cost {
    pub(crate) fn add(&mut self, other: Self) {
        self.time += other.time;
        self.rounds += other.rounds;
        self.rows += other.rows;
    }
}

#[derive(Debug)]
pub(crate) struct Profile {
    clock: Clock,
    since: Duration,
    costs: BTreeMap<Activity, Cost>,
}

impl Profile {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, since: clock(), costs: BTreeMap::new() }
    }

    /// An activity ends.
    fn end(&mut self, activity: Activity) {
        let time = (self.clock)();
        self.costs.entry(activity).or_default().time += time.saturating_sub(self.since);
        self.since = time;
    }
}

impl super::Database {
    /// Another activity begins; gives the one that ends. After an error it stays at what went wrong.
    pub(crate) fn turn_to(&mut self, activity: Activity) -> Activity {
        if let Some(profile) = &mut self.profile {
            profile.end(self.activity);
        }
        std::mem::replace(&mut self.activity, activity)
    }

    /// Adds what [`Self::costs`] gave before to what was done since, for which `name` says what others call it.
    pub(super) fn take_costs_back(&mut self, costs: BTreeMap<Activity, Cost>, name: impl Fn(Activity) -> Activity) {
        let since = self.costs();
        self.activity = name(self.activity);
        let Some(profile) = &mut self.profile else { return };
        profile.costs = costs;
        since.into_iter().for_each(|(activity, cost)| profile.costs.entry(name(activity)).or_default().add(cost));
    }

    /// What is being done.
    pub(crate) fn activity(&self) -> Activity {
        self.activity
    }

    /// What an activity has brought.
    pub(super) fn note_cost(&mut self, activity: Activity, rounds: u64, rows: u64) {
        if let Some(profile) = &mut self.profile {
            profile.costs.entry(activity).or_default().add(Cost { rounds, rows, ..Cost::default() });
        }
    }

    /// The costs so far, which are counted anew from here on; nothing if nobody wants to know.
    pub(crate) fn costs(&mut self) -> BTreeMap<Activity, Cost> {
        let Some(profile) = &mut self.profile else { return BTreeMap::new() };
        profile.end(self.activity);
        std::mem::take(&mut profile.costs)
    }
}
