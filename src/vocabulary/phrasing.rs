//! Relations → words: a fact as a sentence, a verb as its declaration.

use std::fmt::Write as _;

use super::{Reading, Relation, Vocabulary};
use crate::logic::RelationId;
use crate::syntax::ast::Form;
use crate::syntax::words::written;
use crate::value::{Dictionary, Value, ValueId};

/// A value as it must be written in a statement.
pub(crate) fn written_value(value: &Value) -> String {
    match value {
        Value::Name(name) => written(name),
        Value::Number(_) | Value::Date(_) => value.to_string(),
    }
}

impl Reading {
    /// `provides`, `is a provider`, `has availability`
    pub(crate) fn verb(&self) -> String {
        let words = self.article.iter().chain([&self.word]).map(|word| &**word).collect::<Vec<_>>().join(" ");
        match self.form {
            Form::Acts => words,
            Form::Is => format!("is {words}"),
            Form::Has => format!("has {words}"),
        }
    }

    /// A sentence with a text for each slot that is to be said.
    pub(crate) fn sentence(&self, mut slot: impl FnMut(usize) -> Option<String>) -> String {
        let mut sentence = slot(self.subject).unwrap_or_else(|| "something".to_owned());
        let _ = write!(sentence, " {}", self.verb());
        if let Some(object) = self.object.and_then(&mut slot) {
            let _ = write!(sentence, " {object}");
        }
        for (preposition, number) in &self.phrases {
            if let Some(text) = slot(*number) {
                let _ = write!(sentence, " {preposition} {text}");
            }
        }
        sentence
    }
}

impl Relation {
    /// The reading with its slots in the place of names: `provider provides service to consumer [under agreement]`.
    pub(crate) fn pattern(&self, reading: &Reading) -> String {
        let optional = |number: usize| self.slots[number].optional;
        let mut pattern = reading.sentence(|number| (!optional(number)).then(|| self.slots[number].name.to_string()));
        for (preposition, number) in reading.phrases.iter().filter(|(_, number)| optional(*number)) {
            let _ = write!(pattern, " [{preposition} {}]", self.slots[*number].name);
        }
        pattern
    }
}

impl Vocabulary {
    /// A fact as a sentence in one of its readings. Optional slots that are absent are left out.
    pub(crate) fn sentence(&self, relation: RelationId, reading: usize, values: &[ValueId], dictionary: &Dictionary) -> String {
        self.reading(relation, reading).sentence(|slot| dictionary.value(values[slot]).map(written_value))
    }
}
