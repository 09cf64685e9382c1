//! `describe`: everything that the model says of one name.

use std::sync::Arc;

use super::{AnswerKind, Answers};

use super::Model;
use crate::diagnostics::Problem;
use crate::logic::{self, Place, RelationId};
use crate::value::{Value, ValueId};
use crate::vocabulary::Origin;
use crate::vocabulary::inflection::with_article;

/// What a model says of a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Portrait {
    /// What is described.
    pub name: Value,
    /// The kinds that it is of: `organization`.
    pub kinds: Vec<Arc<str>>,
    /// The stated facts that mention it.
    pub stated: Vec<String>,
    /// What follows of it: at most [`Portrait::MAX_OF_A_VERB`] sentences of each verb.
    pub derived: Vec<String>,
    /// How many sentences were left out.
    pub left_out: usize,
}

impl Portrait {
    /// The most sentences that are given for one verb.
    pub const MAX_OF_A_VERB: usize = 20;

    /// Whether nothing is said of the name.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.stated.is_empty() && self.derived.is_empty()
    }

    /// What the name is: `an organization and a role`.
    pub fn kinds_in_words(&self) -> String {
        self.kinds.iter().map(|kind| with_article(kind)).collect::<Vec<_>>().join(" and ")
    }
}

impl Model {
    pub(super) fn describe(&mut self, description: &logic::Description, place: &Place) -> Result<Answers, Problem> {
        let warnings = self.unknown_names(&[(description.name, description.name_span)], &place.source);
        let kind = AnswerKind::Description(self.portrait(description.name, place)?);
        let (question, place, day) = (description.text.clone(), place.clone(), self.database.day());
        Ok(Answers { question, place, kind, warnings, day })
    }

    fn portrait(&mut self, name: ValueId, place: &Place) -> Result<Portrait, Problem> {
        let relations: Vec<RelationId> = self.vocabulary.relations().map(|(id, _)| id).collect();
        self.derive(&relations, place)?;
        let is = |kind: &crate::vocabulary::KindId| self.database.contains(self.vocabulary.kind_relation(*kind), &[name.0]);
        let kinds = self.vocabulary.kinds().filter(is).map(|kind| self.vocabulary.kind_name(kind).clone()).collect();
        let mut portrait = Portrait {
            name: self.dictionary.value(name).cloned().unwrap_or_else(|| Value::name("")),
            kinds,
            stated: Vec::new(),
            derived: Vec::new(),
            left_out: 0,
        };
        for relation in relations {
            if self.vocabulary.relation(relation).origin == Origin::Kind {
                continue;
            }
            let (stated, derived) = (self.database.stated(relation), self.database.derived_about(relation, name.0));
            let mentions = |row: &&[u32]| row.contains(&name.0);
            let is_new = |row: &&[u32]| !stated.contains(row);
            // Where one value is kept, what is stated beside it does not hold.
            let holds = |row: &&[u32]| mentions(row) && self.database.contains(relation, row);
            let (stated, left_out) = self.sentences_about(relation, name, stated.iter().filter(holds));
            portrait.stated.extend(stated);
            portrait.left_out += left_out;
            let (derived, left_out) = self.sentences_about(relation, name, derived.iter().map(Vec::as_slice).filter(is_new));
            portrait.derived.extend(derived);
            portrait.left_out += left_out;
        }
        Ok(portrait)
    }

    /// Rows as sentences, in the reading that begins with the name where there is one; and how many there are beside them.
    fn sentences_about<'r>(&self, relation: RelationId, name: ValueId, rows: impl Iterator<Item = &'r [u32]>) -> (Vec<String>, usize) {
        let readings = &self.vocabulary.relation(relation).readings;
        let mut sentences: Vec<String> = Vec::new();
        // The same ones are left out, whichever were derived first.
        let mut rows = rows.collect::<Vec<_>>();
        rows.sort_by_cached_key(|row| row.iter().map(|value| self.dictionary.value(ValueId(*value)).cloned()).collect::<Vec<_>>());
        let left_out = rows.len().saturating_sub(Portrait::MAX_OF_A_VERB);
        for row in rows.into_iter().take(Portrait::MAX_OF_A_VERB) {
            let values = row.iter().map(|value| ValueId(*value)).collect::<Vec<_>>();
            let reading = readings.iter().position(|reading| values[reading.subject] == name).unwrap_or_default();
            sentences.push(self.vocabulary.sentence(relation, reading, &values, &self.dictionary));
        }
        sentences.sort();
        (sentences, left_out)
    }
}
