//! Values (names, numbers, dates) and the [`Dictionary`] that gives each a dense number.
//!
//! The engine computes with the numbers alone and never sees a value, except to compare two.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use hashbrown::HashTable;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use unicode_normalization::UnicodeNormalization;

/// The longest name that is read, in bytes. Longer ones are mistakes (a missing quotation mark, a binary file).
pub(crate) const MAX_NAME_LEN: usize = 10_000;

/// One thing that a fact can speak of.
///
/// Values are ordered as answers are: numbers, then dates, then names (by code points).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Value {
    /// An exact number. `3`, `3.0` and `300%` are the same one.
    Number(Decimal),
    /// A calendar day.
    Date(Date),
    /// The name of an organization, a service or anything else; case-sensitive, in Unicode's composed form (NFC).
    Name(Arc<str>),
}

impl Value {
    /// The name `text`, brought into composed form.
    ///
    /// ```
    /// assert_eq!(srl::Value::name("Cafe\u{301}"), srl::Value::name("Café"));
    /// ```
    pub fn name(text: &str) -> Self {
        Self::Name(composed(text))
    }

    /// A number; `Decimal` takes every integer type by `into`.
    pub fn number(number: impl Into<Decimal>) -> Self {
        Self::Number(number.into().normalize())
    }

    /// The name's text, if this is a name.
    pub fn as_name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Number(_) | Self::Date(_) => None,
        }
    }

    /// The number, if this is one.
    pub fn as_number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Name(_) | Self::Date(_) => None,
        }
    }

    /// The day, if this is a date.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(*date),
            Self::Name(_) | Self::Number(_) => None,
        }
    }

    /// What sort of value this is, with its article: for messages.
    pub(crate) fn sort(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Date(_) => "a date",
            Self::Name(_) => "a name",
        }
    }

    /// Less, equal or greater; nothing between values of different sorts, which cannot be ordered.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::Name(a), Self::Name(b)) => Some(a.cmp(b)),
            (Self::Number(_) | Self::Date(_) | Self::Name(_), _) => None,
        }
    }
}

/// The text itself: a name without quotation marks.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Name(name) => write!(f, "{name:?}"),
        }
    }
}

/// A text in composed form (NFC).
pub(crate) fn composed(text: &str) -> Arc<str> {
    if text.is_ascii() { text.into() } else { text.nfc().collect::<String>().into() }
}

/// The number of a value in a [`Dictionary`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ValueId(pub(crate) u32);

impl ValueId {
    /// What stands in an optional slot that a fact leaves out. It is no value: no variable ever holds it.
    pub(crate) const ABSENT: Self = Self(0);
}

/// Equal values have equal hashes; most numbers are whole, and need not be brought into one form first.
fn hash(value: &Value) -> u64 {
    match value {
        Value::Name(name) => FxBuildHasher.hash_one(name),
        Value::Number(number) if number.scale() == 0 => FxBuildHasher.hash_one(number.mantissa()),
        Value::Number(number) => match number.normalize() {
            number if number.scale() == 0 => FxBuildHasher.hash_one(number.mantissa()),
            number => FxBuildHasher.hash_one(number),
        },
        Value::Date(day) => FxBuildHasher.hash_one(day),
    }
}

/// Values by number and numbers by value. Numbers are given in the order of first use, without gaps, and stay.
#[derive(Clone, Debug)]
pub(crate) struct Dictionary {
    /// Number `n` stands for `values[n - 1]`; 0 is [`ValueId::ABSENT`].
    values: Vec<Value>,
    ids: HashTable<u32>,
}

impl Dictionary {
    pub(crate) fn new() -> Self {
        Self { values: Vec::new(), ids: HashTable::new() }
    }

    /// The number of a value, given now if it has none.
    pub(crate) fn intern(&mut self, value: &Value) -> ValueId {
        let values = &mut self.values;
        let entry = self.ids.entry(hash(value), |&id| values[id as usize - 1] == *value, |&id| hash(&values[id as usize - 1]));
        ValueId(match entry {
            hashbrown::hash_table::Entry::Occupied(entry) => *entry.get(),
            hashbrown::hash_table::Entry::Vacant(entry) => {
                let id = u32::try_from(values.len() + 1).expect("fewer than 2^32 different values fit into memory");
                entry.insert(id);
                values.push(value.clone());
                id
            }
        })
    }

    /// The number of a value that has one.
    pub(crate) fn find(&self, value: &Value) -> Option<ValueId> {
        let found = self.ids.find(hash(value), |&id| self.values[id as usize - 1] == *value);
        found.map(|&id| ValueId(id))
    }

    /// The value of a number; of [`ValueId::ABSENT`] none.
    pub(crate) fn value(&self, id: ValueId) -> Option<&Value> {
        self.values.get((id.0 as usize).wrapping_sub(1))
    }

    /// How many values there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Every value, in the order of first use.
    pub(crate) fn values(&self) -> impl Iterator<Item = (ValueId, &Value)> {
        self.values.iter().zip(1..).map(|(value, id)| (ValueId(id), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_number() {
        let mut dictionary = Dictionary::new();
        let three = dictionary.intern(&Value::number(3));
        let name = dictionary.intern(&Value::name("3"));
        assert_ne!(three, name);
        assert_eq!(dictionary.intern(&Value::number(Decimal::new(300, 2))), three);
        assert_eq!(dictionary.value(name), Some(&Value::name("3")));
        assert_eq!(dictionary.value(ValueId::ABSENT), None);
    }
}
