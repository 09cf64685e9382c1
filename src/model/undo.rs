//! Taking back: what a text has changed, noted while it is told, and undone in proportion to the change.
//!
//! Between [`Model::begin`] and [`Model::finish`] every change is noted in a [`Change`]; [`Model::undo`] takes the latest one that is not
//! yet undone back. Values keep their numbers, also those that nothing mentions any more.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Model;
use super::install::{kind_rules, kinds_concluded_otherwise};
use crate::engine::RowChanges;
use crate::explain::Noted;
use crate::logic::RelationId;
use crate::resolve::KnownNames;
use crate::value::ValueId;
use crate::vocabulary::Vocabulary;

/// What a text changed.
#[derive(Debug)]
pub(crate) struct Change(Kind);

#[derive(Debug)]
enum Kind {
    /// Another model has taken the place of this one: after `use none`.
    Replaced(Box<Model>),
    Changed(Box<Before>),
}

/// What was there before, as far as it is another now.
#[derive(Debug)]
pub(super) struct Before {
    /// With the number of told rules, if words or rules were added.
    program: Option<(Vocabulary, usize)>,
    prohibitions: usize,
    declarations: usize,
    scenarios: usize,
    included: Option<BTreeSet<String>>,
    is_fresh: bool,
    day: Option<Date>,
    /// Values that nothing mentioned.
    unmentioned: Vec<ValueId>,
    /// What is now known of names, one after the other.
    spellings: Vec<KnownNames>,
    rows: RowChanges,
    places: Noted,
}

impl Before {
    /// Whether nothing is another than before, files that were read but said nothing included.
    fn is_empty(&self, model: &Model) -> bool {
        self.program.is_none()
            && self.rows.is_empty()
            && self.included.is_none()
            && self.prohibitions == model.prohibitions.len()
            && self.declarations == model.declarations.len()
            && self.scenarios == model.scenarios.len()
            && self.day == model.database.day()
    }

    pub(super) fn program(&mut self, vocabulary: Vocabulary, told_rules: usize) {
        self.program.get_or_insert((vocabulary, told_rules));
    }

    pub(super) fn included(&mut self, included: &BTreeSet<String>) {
        self.included.get_or_insert_with(|| included.clone());
    }

    pub(super) fn mentioned(&mut self, value: ValueId) {
        self.unmentioned.push(value);
    }

    pub(super) fn spellings(&mut self, known: KnownNames) {
        self.spellings.push(known);
    }
}

impl Change {
    /// A model that another one is about to replace.
    pub(crate) fn replacing(model: Model) -> Self {
        Self(Kind::Replaced(Box::new(model)))
    }
}

impl Model {
    /// Does something whose changes are taken back, whatever is being noted for somebody else.
    pub(crate) fn apart<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let (noted, replaced) = (self.noted.take(), self.replaced.take());
        let rows = self.database.pause_changes();
        self.begin();
        let result = work(self);
        if let Some(change) = self.finish() {
            self.undo(change);
        }
        (self.noted, self.replaced) = (noted, replaced);
        self.database.resume_changes(rows);
        result
    }

    /// Notes changes from here on.
    pub(crate) fn begin(&mut self) {
        self.replaced = None;
        self.noted = Some(Box::new(Before {
            program: None,
            prohibitions: self.prohibitions.len(),
            declarations: self.declarations.len(),
            scenarios: self.scenarios.len(),
            included: None,
            is_fresh: self.is_fresh,
            day: self.database.day(),
            unmentioned: Vec::new(),
            spellings: Vec::new(),
            rows: RowChanges::default(),
            places: self.places.noted(),
        }));
        self.database.note_changes();
    }

    /// What has changed since [`Self::begin`]; nothing if nothing has, or nothing was to be noted.
    pub(crate) fn finish(&mut self) -> Option<Change> {
        let rows = self.database.noted_changes();
        let noted = self.noted.take();
        if let Some(mut before) = self.replaced.take() {
            before.database.noted_changes();
            before.noted = None;
            return Some(Change(Kind::Replaced(before)));
        }
        let mut before = noted?;
        before.rows = rows;
        (!before.is_empty(self)).then_some(Change(Kind::Changed(before)))
    }

    /// Takes a change back. Those that came after it must have been taken back before.
    pub(crate) fn undo(&mut self, change: Change) {
        let before = match change.0 {
            Kind::Replaced(mut model) => {
                model.set_as(self);
                *self = *model;
                return self.database.invalidate();
            }
            Kind::Changed(before) => before,
        };
        self.database.undo(&before.rows, &self.dictionary);
        self.places.restore(before.places);
        if let Some((vocabulary, told_rules)) = before.program {
            self.settle_costs();
            let rules = [&self.rules[..told_rules], &kind_rules(&vocabulary)].concat();
            let old = std::mem::replace(&mut self.rules, rules);
            let kinds = (&old[self.told_rules..], &self.rules[told_rules..]);
            let known = vocabulary.len();
            let is_void = |relation: RelationId| relation.index() >= known && self.database.rests_on_none_of(relation);
            let mut changed = kinds_concluded_otherwise(kinds, is_void);
            changed.extend(old[told_rules..self.told_rules].iter().map(|rule| rule.head.relation));
            self.told_rules = told_rules;
            self.plan = crate::plan::plan(&self.rules, &vocabulary).expect("these rules had a plan before more were told");
            self.database.shrink(vocabulary.len());
            changed.retain(|relation| relation.index() < vocabulary.len());
            self.database.forget_derived(changed, &self.plan);
            self.vocabulary = vocabulary;
        }
        self.prohibitions.truncate(before.prohibitions);
        self.declarations.truncate(before.declarations);
        self.scenarios.truncate(before.scenarios);
        if let Some(included) = before.included {
            self.included = included;
        }
        self.is_fresh = before.is_fresh;
        for value in before.unmentioned {
            self.mentioned[value.0 as usize] = false;
        }
        before.spellings.into_iter().rev().for_each(|known| self.spellings.restore(known));
        if self.database.day() != before.day {
            self.set_day(before.day);
        }
    }
}
