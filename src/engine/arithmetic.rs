//! Exact arithmetic on values: numbers of up to 28 digits, and days.
//!
//! `+`, `-` and `*` are exact or fail; `/` rounds half to even at 18 decimals, or after 28 digits if that is sooner. A day and a whole number make a day, two days a
//! number of days. Knows nothing of variables and facts.

use jiff::ToSpan as _;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::syntax::ast::Operator;
use crate::value::Value;

/// How many decimals a quotient has at most.
const DECIMALS: u32 = 18;

/// A quotient of so many digits takes no more decimals: 28 are kept.
const FULL: u128 = 10_u128.pow(27);

/// Why a computation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The operator does not work on values of these sorts.
    Sorts,
    /// The result has more digits than are kept, or is no day of the calendar.
    Overflow,
    DivisionByZero,
}

pub(crate) fn compute(operator: Operator, left: &Value, right: &Value) -> Result<Value, Trouble> {
    let number = |result: Option<Decimal>| result.map(Value::number).ok_or(Trouble::Overflow);
    match (operator, left, right) {
        (Operator::Add, Value::Number(left), Value::Number(right)) => number(add(*left, *right)),
        (Operator::Subtract, Value::Number(left), Value::Number(right)) => number(add(*left, -*right)),
        (Operator::Multiply, Value::Number(left), Value::Number(right)) => number(multiply(*left, *right)),
        (Operator::Divide, Value::Number(_), Value::Number(right)) if right.is_zero() => Err(Trouble::DivisionByZero),
        (Operator::Divide, Value::Number(left), Value::Number(right)) => number(divide(*left, *right)),
        (Operator::Add, Value::Date(day), Value::Number(days)) | (Operator::Add, Value::Number(days), Value::Date(day)) => {
            moved(*day, *days)
        }
        (Operator::Subtract, Value::Date(day), Value::Number(days)) => moved(*day, -*days),
        (Operator::Subtract, Value::Date(left), Value::Date(right)) => {
            let days = right.until(*left).map_err(|_| Trouble::Overflow)?.get_days();
            Ok(Value::number(days))
        }
        _ => Err(Trouble::Sorts),
    }
}

/// The day so many days later.
fn moved(day: Date, days: Decimal) -> Result<Value, Trouble> {
    if !days.is_integer() {
        return Err(Trouble::Sorts);
    }
    let days = i64::try_from(days).ok().filter(|days| days.abs() < 10_000_000).ok_or(Trouble::Overflow)?;
    let moved = day.checked_add(days.days()).ok().filter(|day| day.year() >= 0);
    moved.map(Value::Date).ok_or(Trouble::Overflow)
}

/// The number with this mantissa and scale, if it has no more digits than are kept.
fn exactly(mut mantissa: i128, mut scale: u32) -> Option<Decimal> {
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

fn add(left: Decimal, right: Decimal) -> Option<Decimal> {
    let (left, right) = (left.normalize(), right.normalize());
    let scale = left.scale().max(right.scale());
    let aligned = |number: Decimal| number.mantissa().checked_mul(10_i128.checked_pow(scale - number.scale())?);
    exactly(aligned(left)?.checked_add(aligned(right)?)?, scale)
}

fn multiply(left: Decimal, right: Decimal) -> Option<Decimal> {
    let (left, right) = (left.normalize(), right.normalize());
    exactly(left.mantissa().checked_mul(right.mantissa())?, left.scale() + right.scale())
}

/// Long division: digit by digit, so that nothing is rounded before the last one.
fn divide(left: Decimal, right: Decimal) -> Option<Decimal> {
    let (left, right) = (left.normalize(), right.normalize());
    let is_negative = left.is_sign_negative() != right.is_sign_negative();
    let (mut dividend, mut divisor) = (left.mantissa().unsigned_abs(), right.mantissa().unsigned_abs());
    // How many of the quotient's digits are decimals; below 0 they want zeros behind them.
    let mut scale = i64::from(left.scale()) - i64::from(right.scale());
    if let Ok(surplus @ 1..) = u32::try_from(scale - i64::from(DECIMALS)) {
        match 10_u128.checked_pow(surplus).and_then(|factor| divisor.checked_mul(factor)) {
            Some(larger) => divisor = larger,
            // Such a divisor is more than twice any dividend.
            None => return Some(Decimal::ZERO),
        }
        scale = i64::from(DECIMALS);
    }
    let mut quotient = dividend / divisor;
    dividend %= divisor;
    while scale < i64::from(DECIMALS) && (dividend > 0 || scale < 0) && (scale < 0 || quotient < FULL) {
        dividend = dividend.checked_mul(10)?;
        quotient = quotient.checked_mul(10)?.checked_add(dividend / divisor)?;
        dividend %= divisor;
        scale += 1;
    }
    let rest = divisor - dividend;
    if dividend > rest || (dividend == rest && quotient % 2 == 1) {
        quotient = quotient.checked_add(1)?;
    }
    let quotient = i128::try_from(quotient).ok()?;
    exactly(if is_negative { -quotient } else { quotient }, u32::try_from(scale).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Value {
        Value::number(Decimal::from_str_exact(text).unwrap())
    }

    fn result(left: &str, operator: Operator, right: &str) -> Result<Value, Trouble> {
        compute(operator, &number(left), &number(right))
    }

    #[test]
    fn sums_and_products_are_exact() {
        assert_eq!(result("0.1", Operator::Add, "0.2"), Ok(number("0.3")));
        assert_eq!(result("0.0000000000000000000000000001", Operator::Add, "1"), Ok(number("1.0000000000000000000000000001")));
        assert_eq!(result("10", Operator::Add, "0.0000000000000000000000000001"), Err(Trouble::Overflow));
        assert_eq!(result("99.95", Operator::Multiply, "99.95"), Ok(number("9990.0025")));
        assert_eq!(result("0.00000000000001", Operator::Multiply, "0.000000000000001"), Err(Trouble::Overflow));
        assert_eq!(result("79228162514264337593543950335", Operator::Add, "1"), Err(Trouble::Overflow));
    }

    #[test]
    fn quotients_round_half_to_even() {
        assert_eq!(result("1", Operator::Divide, "3"), Ok(number("0.333333333333333333")));
        assert_eq!(result("2", Operator::Divide, "3"), Ok(number("0.666666666666666667")));
        assert_eq!(result("-2", Operator::Divide, "3"), Ok(number("-0.666666666666666667")));
        assert_eq!(result("1", Operator::Divide, "8"), Ok(number("0.125")));
        assert_eq!(result("100000000000000", Operator::Divide, "3"), Ok(number("33333333333333.33333333333333")));
        assert_eq!(result("200000000000000", Operator::Divide, "3"), Ok(number("66666666666666.66666666666667")));
        assert_eq!(result("0.000000000000000001", Operator::Divide, "2"), Ok(number("0")));
        assert_eq!(result("0.000000000000000003", Operator::Divide, "2"), Ok(number("0.000000000000000002")));
        assert_eq!(result("0.0000000000000000000000000003", Operator::Divide, "2"), Ok(number("0")));
        assert_eq!(result("79228162514264337593543950335", Operator::Divide, "1"), Ok(number("79228162514264337593543950335")));
        assert_eq!(result("79228162514264337593543950335", Operator::Divide, "0.0000000000000000000000000001"), Err(Trouble::Overflow));
        assert_eq!(result("0.0000000000000000000000000001", Operator::Divide, "79228162514264337593543950335"), Ok(number("0")));
        assert_eq!(result("5", Operator::Divide, "0.0000000000000000000001"), Ok(number("50000000000000000000000")));
        assert_eq!(result("1", Operator::Divide, "0"), Err(Trouble::DivisionByZero));
    }

    #[test]
    fn days_move_and_are_counted() {
        let day = |text: &str| Value::Date(text.parse().unwrap());
        assert_eq!(compute(Operator::Add, &day("2024-02-28"), &number("2")), Ok(day("2024-03-01")));
        assert_eq!(compute(Operator::Subtract, &day("2024-03-01"), &day("2024-01-31")), Ok(number("30")));
        assert_eq!(compute(Operator::Add, &day("2024-02-28"), &number("0.5")), Err(Trouble::Sorts));
        assert_eq!(compute(Operator::Add, &day("9999-12-31"), &number("1")), Err(Trouble::Overflow));
        assert_eq!(compute(Operator::Add, &day("2024-02-28"), &day("2024-02-28")), Err(Trouble::Sorts));
    }
}
