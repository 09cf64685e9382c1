//! What can be wrong with rules taken together: code E0304.

use miette::Diagnostic;
use thiserror::Error;

use crate::source::Span;

/// Rules that no order of evaluation can satisfy.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum PlanError {
    /// A relation that holds where it does not.
    #[error("`{verb}` would rest on its own absence")]
    #[diagnostic(
        code(E0304),
        help("the loop: {steps}; split the verb in two, so that what stands under `not` is known before it is asked")
    )]
    NegativeLoop {
        /// The verb.
        verb: String,
        /// The loop, each step a sentence.
        steps: String,
        /// The condition under `not`.
        #[label(primary, "this `not` closes a loop")]
        at: Span,
    },
}
