//! A cell and the slot that it goes to → a value. Knows nothing of files.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::value::remembered::Remembered;
use crate::value::{Dictionary, MAX_NAME_LEN, Value, ValueId};
use crate::vocabulary::{Slot, SlotKind, Vocabulary};

/// What a file says in one place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// A text, which is what its slot takes it for; an empty one says nothing.
    Text(Cow<'a, str>),
    /// What the file itself calls a number, as it is written there.
    Number(&'a str),
    /// What no slot takes: `a list`.
    Unfit(&'static str),
    /// A column that the row has twice.
    Repeated,
}

impl<'a> Cell<'a> {
    pub(super) fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl Cell<'_> {
    pub(super) const EMPTY: Self = Cell::Text(Cow::Borrowed(""));

    /// The number of what the cell says in its slot, [`ValueId::ABSENT`] for an empty cell; or why it does not fit.
    pub(super) fn intern(
        &self,
        slot: &Slot,
        vocabulary: &Vocabulary,
        dictionary: &mut Dictionary,
        texts: &mut Texts,
    ) -> Result<ValueId, Misfit> {
        let value =
            |dictionary: &mut Dictionary| Ok(self.value(slot, vocabulary)?.map_or(ValueId::ABSENT, |value| dictionary.intern(&value)));
        match self {
            // An empty one fits some slots, and not others.
            Self::Text(text) if !text.trim().is_empty() => texts.of(slot.kind, vocabulary).value(text.trim(), dictionary, value),
            Self::Text(_) | Self::Number(_) | Self::Unfit(_) | Self::Repeated => value(dictionary),
        }
    }

    /// What the cell says in its slot, nothing for an empty cell; or why it does not fit.
    fn value(&self, slot: &Slot, vocabulary: &Vocabulary) -> Result<Option<Value>, Misfit> {
        match self {
            Self::Text(text) => text_value(text.trim(), slot, vocabulary),
            Self::Number(number) => number_value(number, slot, vocabulary).map(Some),
            Self::Unfit(what) => Err(Misfit { holds: (*what).to_owned(), wants: Some("a cell is a text, a number or `null`".to_owned()) }),
            Self::Repeated => Err(Misfit {
                holds: "more than once".to_owned(),
                wants: Some("an object has each key once; only letters and digits count, in either case".to_owned()),
            }),
        }
    }

    pub(super) fn is_repeated(&self) -> bool {
        *self == Cell::Repeated
    }
}

/// What texts stand for, by the sort of their slots.
#[derive(Debug)]
pub(super) struct Texts {
    numbers: Remembered,
    days: Remembered,
    names: Remembered,
    others: Remembered,
}

impl Texts {
    pub(super) fn new() -> Self {
        let (numbers, others) = (Remembered::with_numbers(), Remembered::with_numbers());
        Self { numbers, days: Remembered::default(), names: Remembered::default(), others }
    }

    /// What texts stand for in slots of this kind.
    pub(super) fn of(&mut self, kind: SlotKind, vocabulary: &Vocabulary) -> &mut Remembered {
        match kind {
            SlotKind::Number => &mut self.numbers,
            SlotKind::Date => &mut self.days,
            kind if vocabulary.holds_names(kind) => &mut self.names,
            SlotKind::Any | SlotKind::Kind(_) => &mut self.others,
        }
    }
}

/// Why a cell does not fit its slot.
#[derive(Debug)]
pub(super) struct Misfit {
    /// What it holds; nothing for an empty one.
    pub(super) holds: String,
    /// What would fit, if that is more than the kind of the slot.
    pub(super) wants: Option<String>,
}

impl Misfit {
    fn of(text: &str) -> Self {
        let wants = if text.contains(['\n', '\r']) {
            Some("a name stands on one line".to_owned())
        } else if text.len() > MAX_NAME_LEN {
            Some(format!("a name is at most {MAX_NAME_LEN} bytes long"))
        } else {
            None
        };
        let shown = if text.is_empty() { String::new() } else { format!("`{}`", text.chars().take(40).collect::<String>()) };
        Self { holds: shown, wants }
    }

    fn of_number(number: &str) -> Self {
        Self { wants: Some("a number has at most 28 digits".to_owned()), ..Self::of(number) }
    }
}

fn is_name(text: &str) -> bool {
    (1..=MAX_NAME_LEN).contains(&text.len()) && !text.bytes().any(|byte| matches!(byte, b'\n' | b'\r'))
}

fn text_value(text: &str, slot: &Slot, vocabulary: &Vocabulary) -> Result<Option<Value>, Misfit> {
    if text.is_empty() {
        return if slot.optional { Ok(None) } else { Err(Misfit::of(text)) };
    }
    if !is_name(text) {
        return Err(Misfit::of(text));
    }
    let day = || if text.len() == 10 && text.as_bytes()[4] == b'-' { text.parse().ok().map(Value::Date) } else { None };
    let value = match slot.kind {
        SlotKind::Number if !is_like_number(text) => return Err(Misfit::of(text)),
        SlotKind::Number => plain_number(text).ok_or_else(|| Misfit::of_number(text))?,
        SlotKind::Date => day().ok_or_else(|| Misfit::of(text))?,
        kind if vocabulary.holds_names(kind) => Value::name(text),
        SlotKind::Any | SlotKind::Kind(_) => {
            let is_whole = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit());
            let whole = if is_whole { plain_number(text) } else { None };
            whole.or_else(day).unwrap_or_else(|| Value::name(text))
        }
    };
    Ok(Some(value))
}

fn number_value(number: &str, slot: &Slot, vocabulary: &Vocabulary) -> Result<Value, Misfit> {
    match slot.kind {
        SlotKind::Date => Err(Misfit::of(number)),
        kind if vocabulary.holds_names(kind) && number.len() > MAX_NAME_LEN => Err(Misfit::of(number)),
        kind if vocabulary.holds_names(kind) => Ok(Value::name(number)),
        SlotKind::Number | SlotKind::Any | SlotKind::Kind(_) => exact_number(number).ok_or_else(|| Misfit::of_number(number)),
    }
}

/// As the grammar writes numbers, and nothing that other programs take for one. `--5` and `1.2.3` are not sorted out here.
fn is_like_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).strip_suffix('%').unwrap_or(text);
    digits.bytes().any(|byte| byte.is_ascii_digit()) && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// `-12.50`, `99.9%`: all of its digits, or nothing.
fn plain_number(text: &str) -> Option<Value> {
    let Some(number) = text.strip_suffix('%') else { return Decimal::from_str_exact(text).ok().map(Value::number) };
    let mut number = Decimal::from_str_exact(number).ok()?;
    number.set_scale(number.scale() + 2).ok()?;
    Some(Value::number(number))
}

/// A number as JSON writes it, `1.25e-3`: all of its digits, or nothing.
fn exact_number(text: &str) -> Option<Value> {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let mut number = Decimal::from_str_exact(digits).ok()?.normalize();
    if number.is_zero() {
        return Some(Value::number(number));
    }
    let exponent: i32 = exponent.parse().ok()?;
    let scale = i32::try_from(number.scale()).ok()?.checked_sub(exponent)?;
    number.set_scale(u32::try_from(scale.max(0)).ok()?).ok()?;
    for _ in scale..0 {
        number = number.checked_mul(Decimal::TEN)?;
    }
    Some(Value::number(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_all_their_digits_or_are_none() {
        let shown = |text| exact_number(text).map(|value| value.to_string());
        let cases = [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0e5", "0"),
            ("0e99999999999", "0"),
            ("0.1", "0.1"),
            ("12345678901234567890.12345678", "12345678901234567890.12345678"),
            ("1.250e2", "125"),
            ("1.25E+1", "12.5"),
            ("1.25e-3", "0.00125"),
            ("-3e0", "-3"),
            ("1e28", "10000000000000000000000000000"),
            ("1e-28", "0.0000000000000000000000000001"),
        ];
        for (text, number) in cases {
            assert_eq!(shown(text).as_deref(), Some(number), "{text}");
        }
        for text in ["1e29", "1e-29", "1e400", "1e99999999999", "-1e-2147483648", "0.12345678901234567890123456789", "1e2147483647"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn percent_signs_stand_at_the_end() {
        assert_eq!(plain_number("99.95%").map(|value| value.to_string()).as_deref(), Some("0.9995"));
        for text in ["%", "-", "5%5", "%5", "", "1e3", "+5", "1_000"] {
            assert!(!is_like_number(text) || plain_number(text).is_none(), "{text}");
        }
    }
}
