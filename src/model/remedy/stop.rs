//! What would stop a sentence: sets of stated facts that, forgotten, leave it without a proof.
//!
//! A set that stops a sentence meets each of its proofs. So one proof is looked for, each fact that it rests on is taken away in turn, then a
//! proof of what is left, and so on, all sets of one size before the next (the hitting-set tree of Reiter, "A theory of diagnosis from first
//! principles", 1987). Where a proof rests on what is absent, or on how many there are, any fact behind that may matter: all of them are
//! taken away in turn as well.

use std::collections::{BTreeSet, VecDeque};

use super::super::Model;
use super::super::explain::MAX_PASSING_WORK;
use super::{MAX_SETS, Remedies, Stateable, Wanted};
use crate::diagnostics::Problem;
use crate::logic::{Atom, Place, RelationId};

/// So many facts behind a condition that is no plain sentence are taken away in turn; where there are more, those of the proof alone are.
const MAX_BEHIND: usize = 200;

/// The facts of which one must be among those that stop a sentence.
struct Suspects {
    facts: BTreeSet<Stateable>,
    /// Whether others may have to be looked at as well.
    is_cut: bool,
}

impl Model {
    /// The smallest sets of facts without which a sentence that holds would not hold, and whether the search was cut.
    pub(super) fn what_stops(&mut self, goal: &Atom, place: &Place) -> Result<(Vec<Vec<String>>, bool), Problem> {
        let mut stopping: Vec<BTreeSet<Stateable>> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting = VecDeque::from([BTreeSet::new()]);
        let (most_tried, mut tried, mut is_cut) = (self.most_tried(), 0, false);
        while let Some(removed) = waiting.pop_front() {
            if stopping.iter().any(|known| known.is_subset(&removed)) {
                continue;
            }
            if tried >= most_tried || stopping.len() >= MAX_SETS {
                is_cut = true;
                break;
            }
            tried += 1;
            let facts = removed.iter().cloned().collect::<Vec<_>>();
            let suspects = self.tried(Wanted::Stopped, &facts, place, |model| {
                model.derive(&[goal.relation], place)?;
                Ok(model.first_match(goal).map(|_| model.suspects(goal, place)))
            })?;
            let Some(suspects) = suspects else {
                stopping.push(removed);
                continue;
            };
            is_cut |= suspects.is_cut;
            if removed.len() >= Remedies::MAX_STOPPED {
                is_cut = true;
                continue;
            }
            for fact in suspects.facts {
                let mut more = removed.clone();
                if more.insert(fact) && seen.insert(more.clone()) {
                    waiting.push_back(more);
                }
            }
        }
        let sentences = |set: BTreeSet<Stateable>| {
            let mut sentences = set.iter().map(|fact| self.said(&fact.atom())).collect::<Vec<_>>();
            sentences.sort();
            sentences
        };
        let mut sets = stopping.into_iter().map(sentences).collect::<Vec<_>>();
        sets.sort_by(|one, other| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
        Ok((sets, is_cut))
    }

    /// The stated facts of one proof of a sentence that holds, with those behind whatever in it is more than a sentence.
    fn suspects(&mut self, goal: &Atom, place: &Place) -> Suspects {
        // Where no proof is found in time, nothing is known of what it would rest on.
        let Ok(Some(support)) = self.explainer(MAX_PASSING_WORK).support(goal, place) else {
            return Suspects { facts: BTreeSet::new(), is_cut: true };
        };
        let fact = |(relation, row): (RelationId, Box<[u32]>)| Stateable { relation, row: row.into() };
        // A better fact than one that is kept, or none at all, makes another one count.
        let kept: Vec<_> = self.behind(goal.relation).into_iter().filter(|relation| self.database.is_kept(*relation)).collect();
        let mut suspects = Suspects { facts: support.facts.into_iter().map(fact).collect(), is_cut: false };
        for relation in support.beyond.into_iter().chain(kept).collect::<BTreeSet<_>>() {
            self.add_behind(relation, &mut suspects);
        }
        suspects
    }

    /// Adds the stated facts that a relation rests on in any way.
    fn add_behind(&self, relation: RelationId, suspects: &mut Suspects) {
        let relations = self.behind(relation);
        let count: usize = relations.iter().map(|relation| self.database.all_stated(*relation).count()).sum();
        if count > MAX_BEHIND {
            suspects.is_cut = true;
            return;
        }
        for relation in relations {
            let rows = self.database.all_stated(relation).map(<[u32]>::to_vec);
            suspects.facts.extend(rows.map(|row| Stateable { relation, row }));
        }
    }
}
