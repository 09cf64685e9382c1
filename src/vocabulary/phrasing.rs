//! Relations → words: a fact as a sentence, a verb as its declaration.

use std::fmt::Write as _;

use super::{Reading, Relation, Slot, SlotKind, Vocabulary};
use crate::logic::RelationId;
use crate::syntax::ast::{Extreme, Form};
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
        self.shape(reading, |slot| slot.name.to_string())
    }

    /// The reading with a text for each slot; what is optional comes last, in brackets.
    fn shape(&self, reading: &Reading, text: impl Fn(&Slot) -> String) -> String {
        let optional = |number: usize| self.slots[number].optional;
        let mut shape = reading.sentence(|number| (!optional(number)).then(|| text(&self.slots[number])));
        for (preposition, number) in reading.phrases.iter().filter(|(_, number)| optional(*number)) {
            let _ = write!(shape, " [{preposition} {}]", text(&self.slots[*number]));
        }
        shape
    }
}

impl Vocabulary {
    /// A fact as a sentence in one of its readings. Optional slots that are absent are left out.
    pub(crate) fn sentence(&self, relation: RelationId, reading: usize, values: &[ValueId], dictionary: &Dictionary) -> String {
        self.reading(relation, reading).sentence(|slot| dictionary.value(values[slot]).map(written_value))
    }

    /// A verb as it is declared, without its further readings: `seller:seller asks price:number keeping least price`.
    pub(crate) fn declaration(&self, relation: &Relation) -> String {
        let mut declaration = relation.shape(&relation.readings[0], |slot| match slot.kind {
            SlotKind::Any => slot.name.to_string(),
            SlotKind::Number => format!("{}:number", slot.name),
            SlotKind::Date => format!("{}:date", slot.name),
            SlotKind::Kind(kind) => format!("{}:{}", slot.name, written(self.kind_name(kind))),
        });
        if let Some((extreme, slot)) = relation.keeping {
            let extreme = match extreme {
                Extreme::Least => "least",
                Extreme::Greatest => "greatest",
            };
            let _ = write!(declaration, " keeping {extreme} {}", relation.slots[slot].name);
        }
        declaration
    }
}
