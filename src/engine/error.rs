//! What can stop an evaluation. In numbers: [`crate::model`] says it in the user's names.

use std::sync::Arc;

use super::Interrupted;
use super::arithmetic::Trouble;
use crate::logic::RelationId;
use crate::source::{Source, Span};
use crate::syntax::ast::Operator;
use crate::value::ValueId;

/// Why an evaluation has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EngineError {
    /// More facts than [`super::Limits`] allows: derived by a rule with this head, or found for the question itself.
    TooManyFacts { max: u64, head: Option<(RelationId, usize)> },
    /// More different values than [`super::Limits`] allows were computed by a rule with this head.
    TooManyValues { max: u64, head: (RelationId, usize) },
    /// A recursion of a rule with this head that computes values took more rounds than [`super::Limits`] allows.
    TooManyRounds { max: u64, head: (RelationId, usize) },
    /// [`super::Interrupt`] was raised.
    Interrupted,
    /// Values that cannot be compared or computed with.
    Fault { fault: Fault, source: Arc<Source>, origin: Origin },
}

impl From<Interrupted> for EngineError {
    fn from(Interrupted: Interrupted) -> Self {
        Self::Interrupted
    }
}

/// Which conditions an evaluation was at, and what their variables stood for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The number of a rule; of a question none.
    pub(crate) rule: Option<usize>,
    pub(crate) binding: Vec<u32>,
}

/// A comparison such as `hosting < 3`, a computation such as `3 / 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) left: ValueId,
    pub(crate) right: ValueId,
    /// The comparison or computation in the source of its rule or question.
    pub(crate) at: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// Values of different sorts were ordered.
    Order,
    /// A text was looked for in what is no name.
    Text,
    Arithmetic(Operator, Trouble),
    /// An aggregate over values that do not go together.
    Aggregate(Trouble),
    /// A recursive rule makes the value of a slot better that keeps the least or greatest.
    Kept,
}
