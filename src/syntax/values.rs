//! Numbers and days as they are written → their values.

use rust_decimal::Decimal;

use crate::value::Value;

/// `99.95%`; nothing if it has more digits than are kept exactly.
pub(crate) fn number(text: &str) -> Option<Value> {
    let (digits, percent) = text.strip_suffix('%').map_or((text, false), |digits| (digits, true));
    let mut number = Decimal::from_str_exact(digits).ok()?;
    if percent {
        number.set_scale(number.scale() + 2).ok()?;
    }
    Some(Value::number(number))
}

/// `2026-01-31`; nothing if there is no such day.
pub(crate) fn date(text: &str) -> Option<Value> {
    text.parse().map(Value::Date).ok()
}
