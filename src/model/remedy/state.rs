//! One way through the search for facts that would make a sentence true: what is still open, what is looked for, and what was taken for
//! granted. Knows variables of rules, not the model.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::logic::{Atom, Comparison, Expression, Literal, Operand, RelationId, Term};
use crate::syntax::ast::Comparator;
use crate::value::ValueId;

/// What stands in a column while it may still be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Value(ValueId),
    /// Anything, the same wherever it has this number.
    Open(usize),
    /// Anything or nothing: it was not mentioned.
    Free,
}

/// A sentence that is to hold.
#[derive(Clone, Debug)]
pub(super) struct Goal {
    pub(super) relation: RelationId,
    pub(super) slots: Vec<Slot>,
    /// Only stated facts count.
    pub(super) stated_only: bool,
    /// How many rules lie between this and what was asked.
    pub(super) depth: usize,
    /// Nothing is to be made up for it.
    pub(super) only_known: bool,
    /// What follows from it, up to what was asked.
    pub(super) above: Option<Rc<Above>>,
}

/// A sentence that a goal is looked for the sake of.
#[derive(Debug)]
pub(super) struct Above {
    pub(super) relation: RelationId,
    pub(super) slots: Vec<Slot>,
    pub(super) next: Option<Rc<Above>>,
}

/// Facts that might do, some of their slots open.
pub(super) type Candidate = Vec<(RelationId, Vec<Slot>)>;

/// Whether a set says the same as another one, or more: where that is open, anything stands in its place.
pub(super) fn is_case_of(special: &Candidate, general: &Candidate) -> bool {
    let mut open: BTreeMap<usize, Slot> = BTreeMap::new();
    let mut is_case = |(special, general): (&Slot, &Slot)| match general {
        Slot::Value(_) => special == general,
        Slot::Open(number) => *special != Slot::Free && *open.entry(*number).or_insert(*special) == *special,
        Slot::Free => true,
    };
    special.len() == general.len()
        && special
            .iter()
            .zip(general)
            .all(|(special, general)| special.0 == general.0 && special.1.iter().zip(&general.1).all(&mut is_case))
}

/// What is known on one way through the search.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// What the open slots have been found to be; they may stand for one another.
    pub(super) bound: Vec<Option<Slot>>,
    pub(super) goals: Vec<Goal>,
    pub(super) comparisons: Vec<(Slot, Comparator, Slot)>,
    pub(super) taken: Candidate,
    /// What conditions speak of that are left to the trial.
    pub(super) pinned: Vec<Slot>,
    /// How many conditions have been met.
    pub(super) steps: usize,
}

impl State {
    pub(super) fn open(&mut self) -> Slot {
        self.bound.push(None);
        Slot::Open(self.bound.len() - 1)
    }

    /// What a slot is by now.
    pub(super) fn known(&self, slot: Slot) -> Slot {
        let mut slot = slot;
        while let Slot::Open(number) = slot {
            match self.bound[number] {
                Some(next) => slot = next,
                None => break,
            }
        }
        slot
    }

    /// Lets two slots be the same; tells whether they can be.
    pub(super) fn unify(&mut self, one: Slot, other: Slot) -> bool {
        match (self.known(one), self.known(other)) {
            (Slot::Free, _) | (_, Slot::Free) => true,
            (Slot::Value(one), Slot::Value(other)) => one == other,
            // Nothing is no value.
            (Slot::Open(_), Slot::Value(ValueId::ABSENT)) | (Slot::Value(ValueId::ABSENT), Slot::Open(_)) => false,
            (Slot::Open(one), Slot::Open(other)) if one == other => true,
            (Slot::Open(number), known) | (known, Slot::Open(number)) => {
                self.bound[number] = Some(known);
                true
            }
        }
    }

    /// Whether something open stands in no other condition and in nothing that is taken for granted.
    pub(super) fn is_private(&self, slot: Slot) -> bool {
        let goals = self.goals.iter().flat_map(|goal| &goal.slots);
        let taken = self.taken.iter().flat_map(|(_, slots)| slots);
        let compared = self.comparisons.iter().flat_map(|(left, _, right)| [left, right]);
        !goals.chain(taken).chain(compared).chain(&self.pinned).any(|other| self.known(*other) == slot)
    }

    pub(super) fn unify_all(&mut self, ones: &[Slot], others: &[Slot]) -> bool {
        ones.iter().zip(others).all(|(one, other)| self.unify(*one, *other))
    }
}

/// Where the conditions of a rule stand, as [`Goal`] says it of each.
#[derive(Clone, Debug)]
pub(super) struct Level {
    pub(super) depth: usize,
    pub(super) only_known: bool,
    pub(super) above: Option<Rc<Above>>,
}

/// The variables of a rule that is looked through, as slots.
pub(super) struct Frame {
    pub(super) variables: Vec<Slot>,
}

impl Frame {
    pub(super) fn slot(&self, term: Term, state: &mut State) -> Slot {
        match term {
            Term::Variable(variable) => self.variables[variable.index()],
            Term::Value(value) => Slot::Value(value),
            Term::Something => state.open(),
            Term::Unmentioned => Slot::Free,
        }
    }

    pub(super) fn slots(&self, atom: &Atom, state: &mut State) -> Vec<Slot> {
        atom.terms.iter().map(|term| self.slot(*term, state)).collect()
    }

    pub(super) fn operand(&self, expression: &Expression) -> Option<Slot> {
        match expression {
            Expression::Operand(Operand::Variable(variable)) => Some(self.variables[variable.index()]),
            Expression::Operand(Operand::Value(value)) => Some(Slot::Value(*value)),
            Expression::Computed { .. } => None,
        }
    }
}

impl State {
    pub(super) fn pin(&mut self, frame: &Frame, literal: &Literal) {
        let operands = literal.operands().into_iter().filter_map(|operand| match operand {
            Operand::Variable(variable) => Some(variable),
            Operand::Value(_) => None,
        });
        let variables = literal.atoms().into_iter().flat_map(Atom::variables).chain(operands);
        self.pinned.extend(variables.map(|variable| frame.variables[variable.index()]));
    }

    pub(super) fn ask(&mut self, frame: &Frame, atom: &Atom, level: &Level) {
        let slots = frame.slots(atom, self);
        let Level { depth, only_known, above } = level.clone();
        self.goals.push(Goal { relation: atom.relation, slots, stated_only: atom.stated_only, depth, only_known, above });
    }

    /// Tells whether a comparison can hold.
    pub(super) fn compare(&mut self, frame: &Frame, comparison: &Comparison) -> bool {
        // What is computed, the trial will tell.
        let (Some(left), Some(right)) = (frame.operand(&comparison.left), frame.operand(&comparison.right)) else {
            self.pinned.extend(comparison.variables().map(|variable| frame.variables[variable.index()]));
            return true;
        };
        if comparison.comparator == Comparator::Equal {
            return self.unify(left, right);
        }
        self.comparisons.push((left, comparison.comparator, right));
        true
    }
}
