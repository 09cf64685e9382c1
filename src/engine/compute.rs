//! Expressions and tests over the values of one binding.
//!
//! A variable without a value (because what it stands for cannot be computed) makes a test pass and an expression have no value: its
//! fault is told only if all other conditions hold, so that it does not depend on their order.

use super::arithmetic::compute;
use super::error::{Fault, FaultKind};
use crate::logic::{Comparison, Expression, Operand, TextRelation, TextTest};
use crate::source::Span;
use crate::syntax::ast::Comparator;
use crate::value::{Dictionary, Value, ValueId};

/// The value of an operand; [`ValueId::ABSENT`] if its variable has none.
#[inline]
pub(super) fn operand(operand: Operand, binding: &[u32]) -> u32 {
    match operand {
        Operand::Variable(variable) => binding[variable.index()],
        Operand::Value(value) => value.0,
    }
}

/// The value of an expression, nothing if a variable of it has none.
pub(super) fn expression(expression: &Expression, binding: &[u32], dictionary: &mut Dictionary) -> Result<Option<ValueId>, Fault> {
    if let Expression::Operand(operand) = expression {
        return Ok(present(self::operand(*operand, binding)));
    }
    Ok(value(expression, binding, dictionary)?.map(|value| dictionary.intern(&value)))
}

/// The same as a value that need not have a number.
pub(super) fn value(expression: &Expression, binding: &[u32], dictionary: &mut Dictionary) -> Result<Option<Value>, Fault> {
    match expression {
        Expression::Operand(operand) => Ok(present(self::operand(*operand, binding)).and_then(|id| dictionary.value(id)).cloned()),
        Expression::Computed { operator, left, right, span } => {
            let (left, right) = (value(left, binding, dictionary)?, value(right, binding, dictionary)?);
            let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
            match compute(*operator, &left, &right) {
                Ok(result) => Ok(Some(result)),
                Err(trouble) => {
                    let (left, right) = (dictionary.intern(&left), dictionary.intern(&right));
                    Err(Fault { kind: FaultKind::Arithmetic(*operator, trouble), left, right, at: *span })
                }
            }
        }
    }
}

fn present(value: u32) -> Option<ValueId> {
    (value != ValueId::ABSENT.0).then_some(ValueId(value))
}

/// Whether a comparison holds.
pub(super) fn comparison(comparison: &Comparison, binding: &[u32], dictionary: &mut Dictionary) -> Result<bool, Fault> {
    let left = expression(&comparison.left, binding, dictionary)?;
    let right = expression(&comparison.right, binding, dictionary)?;
    let (Some(left), Some(right)) = (left, right) else { return Ok(true) };
    compared(left, comparison.comparator, right, comparison.span, dictionary)
}

pub(super) fn compared(left: ValueId, comparator: Comparator, right: ValueId, at: Span, dictionary: &Dictionary) -> Result<bool, Fault> {
    compare(dictionary, left, comparator, right).ok_or(Fault { kind: FaultKind::Order, left, right, at })
}

/// Whether a comparison holds; nothing if the two cannot be ordered.
pub(crate) fn compare(dictionary: &Dictionary, left: ValueId, comparator: Comparator, right: ValueId) -> Option<bool> {
    let order = || dictionary.value(left)?.compare(dictionary.value(right)?);
    Some(match comparator {
        Comparator::Equal => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => order()?.is_lt(),
        Comparator::LessOrEqual => order()?.is_le(),
        Comparator::Greater => order()?.is_gt(),
        Comparator::GreaterOrEqual => order()?.is_ge(),
    })
}

/// Whether a text test holds.
pub(super) fn text(test: &TextTest, binding: &[u32], dictionary: &Dictionary) -> Result<bool, Fault> {
    let other = match &test.relation {
        TextRelation::Contains(other) | TextRelation::Begins(other) | TextRelation::Ends(other) => Some(operand(*other, binding)),
        TextRelation::Matches(_) => None,
    };
    let subject = operand(test.subject, binding);
    if [Some(subject), other].contains(&Some(ValueId::ABSENT.0)) {
        return Ok(true);
    }
    let name = |value: u32| dictionary.value(ValueId(value)).and_then(Value::as_name);
    let fault = || Fault { kind: FaultKind::Text, left: ValueId(subject), right: ValueId(other.unwrap_or(subject)), at: test.span };
    let subject = name(subject).ok_or_else(fault)?;
    let other = |_: &Operand| other.and_then(name).ok_or_else(fault);
    let holds = match &test.relation {
        TextRelation::Contains(part) => subject.contains(other(part)?),
        TextRelation::Begins(part) => subject.starts_with(other(part)?),
        TextRelation::Ends(part) => subject.ends_with(other(part)?),
        TextRelation::Matches(pattern) => pattern.is_match(subject),
    };
    Ok(holds == test.holds)
}
