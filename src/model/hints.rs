//! What should be known about an answer: names that the model has never seen, and names in slots of another kind.

use std::sync::Arc;

use super::Model;
use super::error::RunError;
use crate::diagnostics::Problem;
use crate::diagnostics::suggest::nearest;
use crate::logic::{Atom, Literal, Query, Term};
use crate::source::{Source, Span};
use crate::value::{Value, ValueId};
use crate::vocabulary::inflection::with_article;
use crate::vocabulary::{KindId, SlotKind};

impl Model {
    /// A warning for each name in a question that nothing mentions.
    pub(super) fn unknown_names(&self, names: &[(ValueId, Span)], source: &Arc<Source>) -> Vec<Problem> {
        let unknown = names.iter().filter(|(name, _)| !self.is_mentioned(*name));
        let problem = |&(name, at): &(ValueId, Span)| {
            let name = self.dictionary.value(name)?.to_string();
            let help = self.did_you_mean(&name);
            Some(Problem::new(RunError::UnknownName { name, help, at }, source.clone()))
        };
        unknown.filter_map(problem).collect()
    }

    pub(super) fn did_you_mean(&self, name: &str) -> String {
        let known = self.dictionary.values().filter(|(id, _)| self.is_mentioned(*id)).filter_map(|(_, value)| value.as_name());
        match nearest(name, known) {
            Some(near) => format!("did you mean `{}`?", crate::vocabulary::written_value(&Value::name(near))),
            None => "check the spelling; upper and lower case make a difference".to_owned(),
        }
    }

    /// For a question without answers: a warning for each name that is known as something else than what its slot holds, as
    /// `C` in `is D a consumer of C?`, where `of` leads to a service.
    pub(super) fn names_of_other_kinds(&mut self, query: &Query) -> Result<Vec<Problem>, Problem> {
        // What has no names mistakes none: nothing need be derived for it.
        if query.names.is_empty() {
            return Ok(Vec::new());
        }
        let kinds: Vec<KindId> = self.vocabulary.kinds().collect();
        let relations: Vec<_> = kinds.iter().map(|kind| self.vocabulary.kind_relation(*kind)).collect();
        self.derive(&relations, &query.place)?;
        let mut problems = Vec::new();
        for literal in query.alternatives.iter().flatten() {
            let Literal::Holds(atom) = literal else { continue };
            // To ask of what kind something is mistakes no kind.
            if relations.contains(&atom.relation) {
                continue;
            }
            for (slot, term) in atom.terms.iter().enumerate() {
                let (Term::Value(value), SlotKind::Kind(expected)) = (*term, self.vocabulary.relation(atom.relation).slots[slot].kind)
                else {
                    continue;
                };
                let is = |kind: KindId| self.database.contains(self.vocabulary.kind_relation(kind), &[value.0]);
                let place = query.names.iter().find(|(name, _)| *name == value).map(|(_, place)| *place);
                let (Some(at), false, Some(&found)) = (place, is(expected), kinds.iter().find(|kind| is(**kind))) else { continue };
                let problem = self.other_kind(atom, slot, (value, at), expected, found);
                problems.extend(problem.map(|problem| Problem::new(problem, query.place.source.clone())));
            }
        }
        Ok(problems)
    }

    fn other_kind(&self, atom: &Atom, slot: usize, (value, at): (ValueId, Span), expected: KindId, found: KindId) -> Option<RunError> {
        let relation = self.vocabulary.relation(atom.relation);
        let reading = &relation.readings[atom.reading];
        let name = crate::vocabulary::written_value(self.dictionary.value(value)?);
        // Another phrase of the same reading that takes what the name is.
        let fits = |(_, other): &&(Arc<str>, usize)| {
            let kind = relation.slots[*other].kind;
            *other != slot && matches!(kind, SlotKind::Kind(kind) if self.vocabulary.is_within(found, kind))
        };
        let help = match reading.phrases.iter().find(fits) {
            Some((preposition, _)) => format!("did you mean `{preposition} {name}`? It is said like this: `{}`", relation.pattern(reading)),
            None => format!("it is said like this: `{}`", relation.pattern(reading)),
        };
        Some(RunError::OtherKind {
            name,
            found: with_article(self.vocabulary.kind_name(found)),
            slot: relation.slots[slot].name.to_string(),
            expected: with_article(self.vocabulary.kind_name(expected)),
            verb: reading.verb(),
            help,
            at,
        })
    }
}
