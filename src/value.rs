//! Values (names, numbers, dates) and the [`Dictionary`] that gives each a dense number.
//!
//! The engine computes with the numbers alone and never sees a value, except to compare two.

pub(crate) mod remembered;

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use unicode_normalization::UnicodeNormalization;

use crate::parted::Parted;

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

/// Whole numbers up to this one have places of their own in a dictionary.
const MAX_PLACED: u32 = 1 << 22;

/// Which place a value has: most numbers are small and whole.
fn place(value: &Value) -> Option<u32> {
    let number = value.as_number()?;
    let number = if number.scale() == 0 { number } else { number.normalize() };
    let whole = if number.scale() == 0 { number.mantissa().try_into().ok() } else { None };
    whole.filter(|number| is_small(*number))
}

/// Equal values have equal hashes; most numbers are whole, and need not be brought into one form first.
fn hash(value: &Value) -> Hash {
    Hash::of(match value {
        Value::Name(name) => FxBuildHasher.hash_one(name),
        Value::Number(number) if number.scale() == 0 => FxBuildHasher.hash_one(number.mantissa()),
        Value::Number(number) => match number.normalize() {
            number if number.scale() == 0 => FxBuildHasher.hash_one(number.mantissa()),
            number => FxBuildHasher.hash_one(number),
        },
        Value::Date(day) => FxBuildHasher.hash_one(day),
    })
}

/// A hash as it stands in the table, so that the table grows without a look at the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hash(u32);

impl Hash {
    #[expect(clippy::cast_possible_truncation, reason = "of a hash any part will do")]
    fn of(hash: u64) -> Self {
        Self(hash as u32)
    }

    /// What the table takes: it looks at the highest and the lowest bits.
    fn spread(self) -> u64 {
        u64::from(self.0) << 32 | u64::from(self.0)
    }
}

/// Whether a whole number is found without a hash.
#[inline]
pub(crate) fn is_small(number: u32) -> bool {
    number <= MAX_PLACED
}

fn next_id(values: &[Value]) -> u32 {
    u32::try_from(values.len() + 1).expect("fewer than 2^32 different values fit into memory")
}

/// Values by number and numbers by value. Numbers are given in the order of first use, without gaps, and stay.
#[derive(Clone, Debug)]
pub(crate) struct Dictionary {
    /// Number `n` stands for `values[n - 1]`; 0 is [`ValueId::ABSENT`].
    values: Vec<Value>,
    /// The numbers of small whole numbers; 0 where there is none.
    placed: Vec<u32>,
    /// The numbers of all other values.
    ids: Parted<(Hash, u32)>,
}

impl Dictionary {
    pub(crate) fn new() -> Self {
        Self { values: Vec::new(), placed: Vec::new(), ids: Parted::default() }
    }

    /// The number of a value, given now if it has none.
    pub(crate) fn intern(&mut self, value: &Value) -> ValueId {
        if let Some(place) = place(value) {
            return self.intern_small(place);
        }
        let (values, hash) = (&mut self.values, hash(value));
        let is_same = |&(other, id): &(Hash, u32)| other == hash && values[id as usize - 1] == *value;
        let (&mut (_, id), is_new) = self.ids.entry(hash.spread(), is_same, |(hash, _)| hash.spread(), || (hash, next_id(values)));
        if is_new {
            values.push(value.clone());
        }
        ValueId(id)
    }

    /// The number of a whole number that [`is_small`], given now if it has none.
    pub(crate) fn intern_small(&mut self, number: u32) -> ValueId {
        let place = number as usize;
        if place >= self.placed.len() {
            // Pages of zeros that nothing is written to take no memory.
            let mut larger = vec![0; (place + 1).next_power_of_two()];
            larger[..self.placed.len()].copy_from_slice(&self.placed);
            self.placed = larger;
        }
        if self.placed[place] == 0 {
            self.placed[place] = next_id(&self.values);
            self.values.push(Value::Number(number.into()));
        }
        ValueId(self.placed[place])
    }

    /// The number of a whole number that [`is_small`], if it has one.
    #[inline]
    pub(crate) fn find_small(&self, number: u32) -> Option<ValueId> {
        self.placed.get(number as usize).filter(|id| **id != 0).map(|id| ValueId(*id))
    }

    /// The number of a name in composed form, given now if it has none.
    pub(crate) fn intern_name(&mut self, name: &str) -> ValueId {
        let hash = Hash::of(FxBuildHasher.hash_one(name));
        match self.ids.find(hash.spread(), |&(other, id)| other == hash && self.is_name(ValueId(id), name)) {
            Some(&(_, id)) => ValueId(id),
            None => self.intern(&Value::Name(name.into())),
        }
    }

    /// The number of a value that has one.
    pub(crate) fn find(&self, value: &Value) -> Option<ValueId> {
        if let Some(place) = place(value) {
            return self.find_small(place);
        }
        let hash = hash(value);
        let found = self.ids.find(hash.spread(), |&(other, id)| other == hash && self.values[id as usize - 1] == *value);
        found.map(|&(_, id)| ValueId(id))
    }

    /// Whether a number stands for the name that is written like this.
    pub(crate) fn is_name(&self, id: ValueId, text: &str) -> bool {
        self.value(id).and_then(Value::as_name) == Some(text)
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
    fn many_values_are_found() {
        let mut dictionary = Dictionary::new();
        let name = |number: usize| format!("N{number}");
        let count = 400_000;
        (0..count).for_each(|number| assert_eq!(dictionary.intern_name(&name(number)).0 as usize, number + 1));
        assert_eq!(dictionary.len(), count);
        for number in (0..count).step_by(997) {
            assert_eq!(dictionary.intern_name(&name(number)).0 as usize, number + 1);
            assert_eq!(dictionary.find(&Value::name(&name(number))).map(|id| id.0 as usize), Some(number + 1));
        }
        assert_eq!(dictionary.find(&Value::name(&name(count))), None);
    }

    #[test]
    fn equal_values_share_a_number() {
        let mut dictionary = Dictionary::new();
        let three = dictionary.intern(&Value::number(3));
        let name = dictionary.intern(&Value::name("3"));
        assert_ne!(three, name);
        assert_eq!(dictionary.intern(&Value::number(Decimal::new(300, 2))), three);
        assert_eq!(dictionary.value(name), Some(&Value::name("3")));
        assert_eq!(dictionary.find_small(3), Some(three));
        for number in [Decimal::ZERO, Decimal::new(-1, 0), Decimal::new(25, 1), MAX_PLACED.into(), Decimal::from(MAX_PLACED) + Decimal::ONE]
        {
            assert_eq!(dictionary.find(&Value::Number(number)), None);
            let id = dictionary.intern(&Value::Number(number));
            assert_eq!(dictionary.value(id), Some(&Value::number(number)));
            assert_eq!(dictionary.intern(&Value::number(number)), id);
            assert_eq!(dictionary.find(&Value::Number(number)), Some(id));
        }
        assert_eq!(dictionary.value(ValueId::ABSENT), None);
    }
}
