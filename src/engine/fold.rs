//! What aggregates make of the values that they range over. Knows nothing of variables and facts.

use super::arithmetic::{Trouble, compute};
use crate::syntax::ast::{Function, Operator};
use crate::value::Value;

/// Takes in one value after the other.
#[derive(Clone, Debug)]
pub(crate) struct Fold {
    function: Function,
    count: u64,
    result: Option<Value>,
}

impl Fold {
    pub(crate) fn new(function: Function) -> Self {
        Self { function, count: 0, result: None }
    }

    /// Takes a value in; fails with the value that it does not go together with.
    pub(crate) fn add(&mut self, value: &Value) -> Result<(), (Trouble, Value)> {
        self.count += 1;
        let Some(known) = &self.result else {
            if matches!(self.function, Function::Sum | Function::Avg) && value.as_number().is_none() {
                return Err((Trouble::Sorts, value.clone()));
            }
            self.result = Some(value.clone());
            return Ok(());
        };
        let failed = |trouble| (trouble, known.clone());
        match self.function {
            Function::Count => {}
            Function::Sum | Function::Avg if value.as_number().is_none() => return Err(failed(Trouble::Sorts)),
            Function::Sum | Function::Avg => self.result = Some(compute(Operator::Add, known, value).map_err(failed)?),
            Function::Min | Function::Max => {
                let order = value.compare(known).ok_or_else(|| failed(Trouble::Sorts))?;
                if order == if self.function == Function::Min { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater } {
                    self.result = Some(value.clone());
                }
            }
        }
        Ok(())
    }

    /// The result; nothing if there is none, because there were no values.
    pub(crate) fn finish(self) -> Result<Option<Value>, (Trouble, Value)> {
        Ok(match (self.function, self.result) {
            (Function::Count, _) => Some(Value::number(self.count)),
            (Function::Sum, None) => Some(Value::number(0)),
            (Function::Avg, Some(sum)) => {
                Some(compute(Operator::Divide, &sum, &Value::number(self.count)).map_err(|trouble| (trouble, sum.clone()))?)
            }
            (_, result) => result,
        })
    }
}
