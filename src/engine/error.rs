//! What can stop an evaluation. In numbers: [`crate::model`] says it in the user's names.

use std::sync::Arc;

use crate::logic::RelationId;
use crate::source::{Source, Span};
use crate::value::ValueId;

/// Why an evaluation has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EngineError {
    /// More facts than [`super::Limits`] allows: derived by a rule with this head, or found for the question itself.
    TooManyFacts { max: u64, head: Option<(RelationId, usize)> },
    /// Values of different sorts were ordered.
    Incomparable { fault: Incomparable, source: Arc<Source> },
}

/// A comparison such as `hosting < 3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Incomparable {
    pub(crate) left: ValueId,
    pub(crate) right: ValueId,
    /// The comparison in the source of its rule or question.
    pub(crate) at: Span,
}
