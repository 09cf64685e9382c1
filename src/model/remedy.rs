//! What would make a sentence true, and what would stop it: the smallest sets of facts to state or to forget.
//!
//! A sentence in, sets of sentences out. [`make`] and [`stop`] look for sets; here each is tried: its changes are made, the sentence is asked,
//! and the changes are taken back. What is not found to work is never told. Both searches are bounded and say where they were cut.

mod make;
mod state;
mod stop;

use super::{AnswerKind, Answers, Model};
use crate::diagnostics::Problem;
use crate::logic::{Atom, Fact, Literal, Place, RelationId, Remedy};
pub use crate::syntax::ast::Wanted;
use crate::value::ValueId;

/// What would make a sentence true, or would stop it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedies {
    /// The sentence.
    pub goal: String,
    /// Which way it is to be changed.
    pub wanted: Wanted,
    /// Whether nothing has to be changed for that.
    pub is_so: bool,
    /// The sets, smallest first; each of them does it alone. Those that make a sentence true have one size. From a set that stops it
    /// nothing can be left out.
    pub sets: Vec<Vec<String>>,
    /// Whether there may be more sets, or any: the search was stopped by its bounds.
    pub is_cut: bool,
}

impl Remedies {
    /// The most facts in a set that makes a sentence true.
    pub const MAX_MADE: usize = 3;
    /// The most facts in a set that stops a sentence.
    pub const MAX_STOPPED: usize = 4;
}

/// So many sets are told.
const MAX_SETS: usize = 20;

/// So many sets are tried at most; each asks the sentence once more, which in a large model may look at every fact. A few are tried in any.
const MAX_TRIED: usize = 500;
const MIN_TRIED: usize = 20;
const FACTS_TIMES_TRIED: usize = 5_000_000;

/// A stated fact, or one that could be: its relation, the reading it is said in, and its row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stateable {
    relation: RelationId,
    row: Vec<u32>,
}

impl Model {
    /// How many sets are tried.
    fn most_tried(&self) -> usize {
        (FACTS_TIMES_TRIED / self.database.stated_rows().max(1)).clamp(MIN_TRIED, MAX_TRIED)
    }

    pub(super) fn remedy(&mut self, remedy: &Remedy, place: &Place) -> Result<Answers, Problem> {
        let remedies = self.remedies(&remedy.goal, remedy.wanted, place)?;
        Ok(Answers {
            question: remedy.text.clone(),
            place: place.clone(),
            kind: AnswerKind::Remedies(remedies),
            warnings: self.unknown_names(&remedy.names, &place.source),
            day: self.database.day(),
        })
    }

    /// The smallest sets of changes that bring a sentence into the wanted state. Its variables and `something` stand for anything.
    fn remedies(&mut self, goal: &Atom, wanted: Wanted, place: &Place) -> Result<Remedies, Problem> {
        self.derive(&[goal.relation], place)?;
        let is_so = self.first_match(goal).is_some() == (wanted == Wanted::Made);
        let said = self.said(goal);
        if is_so {
            return Ok(Remedies { goal: said, wanted, is_so, sets: Vec::new(), is_cut: false });
        }
        let (sets, is_cut) = match wanted {
            Wanted::Made => self.what_makes(goal, place)?,
            Wanted::Stopped => self.what_stops(goal, place)?,
        };
        Ok(Remedies { goal: said, wanted, is_so, sets, is_cut })
    }

    /// What a test finds while these facts are stated or forgotten; afterwards everything is as it was before.
    fn tried<T>(
        &mut self,
        wanted: Wanted,
        facts: &[Stateable],
        place: &Place,
        test: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        // What is noted for whoever asks is none of what is only tried.
        let noted = self.database.pause_changes();
        let done = facts.iter().try_for_each(|fact| match wanted {
            Wanted::Made => {
                let values = fact.row.iter().map(|value| ValueId(*value)).collect();
                self.database.state(&[Fact { relation: fact.relation, reading: 0, values }], &self.dictionary).map(|_| ())
            }
            Wanted::Stopped => self.database.forget(&fact.atom()).map(|_| ()),
        });
        let result = match done {
            Ok(()) => test(self),
            Err(_) => Err(self.stopped(place)),
        };
        let changes = self.database.noted_changes();
        self.database.undo(&changes, &self.dictionary);
        self.database.resume_changes(noted);
        result
    }

    /// The relations that a relation is concluded from, itself included.
    fn behind(&self, relation: RelationId) -> Vec<RelationId> {
        let mut found = vec![relation];
        let mut next = 0;
        while let Some(relation) = found.get(next).copied() {
            next += 1;
            for rule in self.rules.iter().filter(|rule| rule.head.relation == relation) {
                for atom in rule.body.iter().flat_map(Literal::atoms) {
                    if !found.contains(&atom.relation) {
                        found.push(atom.relation);
                    }
                }
            }
        }
        found
    }
}

impl Stateable {
    fn atom(&self) -> Atom {
        let terms = self.row.iter().map(|value| crate::logic::Term::Value(ValueId(*value))).collect();
        Atom { relation: self.relation, reading: 0, terms, stated_only: true }
    }
}
