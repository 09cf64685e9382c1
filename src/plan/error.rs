//! What can be wrong with rules taken together: code E0304.

use miette::Diagnostic;
use thiserror::Error;

use crate::source::Span;

/// Rules that no order of evaluation can satisfy.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum PlanError {
    /// A relation that holds where it does not.
    #[error("`{verb}` would rest on its own absence{within}")]
    #[diagnostic(
        code(E0304),
        help("the loop: {steps}; split the verb in two, so that what stands under `not` is known before it is asked")
    )]
    NegativeLoop {
        /// The verb.
        verb: String,
        /// ` in the scenario …`, if it is so there alone.
        within: String,
        /// The loop, each step a sentence.
        steps: String,
        /// The condition under `not`.
        #[label(primary, "this `not` closes a loop")]
        at: Span,
    },

    /// An aggregate or the cases of a `whenever` over what is still being derived.
    #[error("`{verb}` would rest on `{word}` of itself{within}")]
    #[diagnostic(
        code(E0318),
        help(
            "the loop: {steps}; split the verb in two, so that what `{word}` looks at is complete before: one verb for what it looks at, another one for what follows from that"
        )
    )]
    UnfinishedLoop {
        /// The verb.
        verb: String,
        /// ` in the scenario …`, if it is so there alone.
        within: String,
        /// The word: `count`, `whenever`.
        word: &'static str,
        /// The loop, each step a sentence.
        steps: String,
        /// The condition.
        #[label(primary, "this `{word}` closes a loop")]
        at: Span,
    },

    /// A kept value that recursion does more with than to pass it on.
    #[error("the value that is kept can only be passed on or added to while `{verb}` is being derived{within}")]
    #[diagnostic(
        code(E0319),
        help(
            "leave the value as it is here, as in `… at ?n + 1 if … at ?n`; to compare it or use it otherwise, write a rule that derives another verb from the finished ones"
        )
    )]
    KeptUsed {
        /// The verb.
        verb: String,
        /// ` in the scenario …`, if it is so there alone.
        within: String,
        /// The rule or condition.
        #[label(primary, "the kept value is used otherwise here")]
        at: Span,
    },
}

impl PlanError {
    /// The same with the name of the scenario in which it is so.
    pub(crate) fn within(mut self, scenario: &str) -> Self {
        let (Self::NegativeLoop { within, .. } | Self::UnfinishedLoop { within, .. } | Self::KeptUsed { within, .. }) = &mut self;
        *within = format!(" in the scenario `{scenario}`");
        self
    }
}
