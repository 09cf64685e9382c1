//! Single rows and bindings that hold, for what answers and messages say of them.

use std::ops::ControlFlow;

use super::Model;
use crate::engine::{Bounds, Found, Join};
use crate::logic::{Atom, Literal, Query, Rule};
use crate::plan::Version;
use crate::value::ValueId;

impl Model {
    /// The first binding under which literals of a question hold.
    pub(super) fn binding_of(&mut self, literals: &[Literal], query: &Query) -> Option<Vec<ValueId>> {
        let is_sentence = |literal: &Literal| matches!(literal, Literal::Holds(atom) if atom.variables().next().is_none());
        if literals.iter().all(is_sentence) {
            // One look through a table takes less than an index for it.
            let holds = literals.iter().flat_map(Literal::atoms).all(|atom| self.first_match(atom).is_some());
            return holds.then(|| vec![ValueId::ABSENT; query.variables.len()]);
        }
        let body = crate::plan::body(literals, query.variables.len(), &[], None, |_| Version::Total);
        let bounds = Bounds::all(&self.database);
        Join::prepare_few(&body, &mut self.database, &bounds).ok()?;
        let join = Join { database: &self.database, bounds: &bounds, source: &query.place.source };
        let mut found = None;
        // What cannot be computed has stopped the evaluation before.
        let result = join.run(&body, &mut self.dictionary, |binding, _| {
            found = Some(binding.iter().map(|value| ValueId(*value)).collect());
            ControlFlow::Break(Ok(()))
        });
        result.ok().and(found)
    }

    /// The bindings under which conditions of a rule hold, at most so many.
    pub(super) fn bindings_of(&mut self, literals: &[Literal], rule: &Rule, most: usize) -> Vec<Vec<ValueId>> {
        let wanted = literals.iter().flat_map(Literal::atoms).flat_map(Atom::variables).collect::<Vec<_>>();
        let body = crate::plan::body(literals, rule.variables.len(), &wanted, None, |_| Version::Total);
        let bounds = Bounds::all(&self.database);
        let mut found = Vec::new();
        if Join::prepare_few(&body, &mut self.database, &bounds).is_ok() {
            let join = Join { database: &self.database, bounds: &bounds, source: &rule.text.place.source };
            // What cannot be computed is found by nobody.
            let _ = join.run(&body, &mut self.dictionary, |binding, _| {
                found.push(binding.iter().map(|value| ValueId(*value)).collect());
                if found.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(Ok(())) }
            });
        }
        found
    }

    /// The first row that matches an atom without variables.
    pub(super) fn first_match(&self, atom: &Atom) -> Option<Found> {
        self.database.first_match(atom, None)
    }

    /// A sentence that conditions had found when they could not go on; nothing where not all of it was known.
    pub(super) fn found_fact(&self, literal: &Literal, binding: &[u32]) -> Option<String> {
        let Literal::Holds(atom) = literal else { return None };
        let binding = binding.iter().map(|value| ValueId(*value)).collect::<Vec<_>>();
        if atom.variables().any(|variable| binding.get(variable.index()).is_none_or(|value| *value == ValueId::ABSENT)) {
            return None;
        }
        let atom = atom.under(&binding);
        let found = self.first_match(&atom)?;
        Some(self.sentence(&atom, &found.row))
    }

    /// For a single denied sentence: the fact that stands against it.
    pub(super) fn contradiction(&self, query: &Query) -> Option<String> {
        let [literals] = query.alternatives.as_slice() else { return None };
        let [Literal::Fails(atom, _)] = literals.as_slice() else { return None };
        let found = self.first_match(atom)?;
        Some(self.sentence(atom, &found.row))
    }
}
