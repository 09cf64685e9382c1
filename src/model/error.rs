//! What can go wrong while a program runs: codes E04xx, and the lint W0401.

use miette::Diagnostic;
use thiserror::Error;

use crate::engine::Cause;
use crate::source::Span;

/// A statement that could not be carried out. It has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum RunError {
    /// More facts than the limit.
    #[error("{what} holds more than {max} facts")]
    #[diagnostic(code(E0401), help("ask for less, or allow more with `--max-facts`"))]
    TooManyFacts {
        /// What was being computed.
        what: String,
        /// The limit.
        max: u64,
        /// The question.
        #[label(primary, "needed for this")]
        at: Span,
    },

    /// A rule that computes on and on.
    #[error("what follows for `{what}` computes more than {max} different values, and may never end")]
    #[diagnostic(
        code(E0409),
        help(
            "say in the rule where it stops, as in `… and ?n < 100`; to let it compute more, `--max-facts` takes ten times the number of values"
        )
    )]
    TooManyValues {
        /// What was being derived.
        what: String,
        /// The limit.
        max: u64,
        /// The question.
        #[label(primary, "needed for this")]
        at: Span,
    },

    /// A rule that rests on itself and computes, on and on.
    #[error("what follows for `{what}` computes further values in more than {max} rounds, and may never end")]
    #[diagnostic(
        code(E0409),
        help(
            "say in the rule where it stops, as in `… and ?n < 100`; to let it go on, `--max-facts` takes two hundred times the number of rounds"
        )
    )]
    TooManyRounds {
        /// What was being derived.
        what: String,
        /// The limit.
        max: u64,
        /// The question.
        #[label(primary, "needed for this")]
        at: Span,
    },

    /// Somebody stopped it.
    #[error("this was interrupted")]
    #[diagnostic(code(E0410), help("{doing}; nothing has changed: ask for less, or let it take its time"))]
    Interrupted {
        /// What was being done, as a sentence.
        doing: String,
        /// The statement.
        #[label(primary, "stopped while this was computed")]
        at: Span,
    },

    /// A watch stopped it: it took too long.
    #[error("this took longer than {limit}")]
    #[diagnostic(code(E0411), help("{doing}; ask for less, or allow more with `--max-time`"))]
    OutOfTime {
        /// What was being done, as a sentence.
        doing: String,
        /// The limit: `2.5 s`.
        limit: String,
        /// The statement.
        #[label(primary, "stopped while this was computed")]
        at: Span,
    },

    /// A watch stopped it: it took too much memory.
    #[error("this needs more than {limit} of memory")]
    #[diagnostic(code(E0412), help("{doing}; ask for less, or allow more with `--max-memory`"))]
    OutOfMemory {
        /// What was being done, as a sentence.
        doing: String,
        /// The limit: `512 MiB`.
        limit: String,
        /// The statement.
        #[label(primary, "stopped while this was computed")]
        at: Span,
    },

    /// Values of different sorts that cannot be ordered.
    #[error("{left} cannot be compared with {right}: {left_sort} and {right_sort} have no order")]
    #[diagnostic(
        code(E0402),
        help(
            "compare numbers with numbers, dates with dates, names with names; a quoted number is a name. A cell such as `99.95%` is a number where its slot is declared so: `verb service:service has availability value:number`"
        )
    )]
    Incomparable {
        /// The left value.
        left: String,
        /// Its sort, with its article.
        left_sort: String,
        /// The right value.
        right: String,
        /// Its sort, with its article.
        right_sort: String,
        /// The comparison.
        #[label(primary, "compared here")]
        at: Span,
    },

    /// A text condition on what is no name.
    #[error("{value} is {sort}, and only names have a text")]
    #[diagnostic(code(E0405), help("ask for text in names alone; a quoted number is a name"))]
    NoText {
        /// The value.
        value: String,
        /// Its sort, with its article.
        sort: String,
        /// The condition.
        #[label(primary, "looked at as a text here")]
        at: Span,
    },

    /// A computation without a result.
    #[error("{problem}")]
    #[diagnostic(code(E0406), help("{help}"))]
    Arithmetic {
        /// What cannot be computed.
        problem: String,
        /// What to do, and the rule and the facts at fault.
        help: String,
        /// The computation.
        #[label(primary, "computed here")]
        at: Span,
    },

    /// An aggregate without a result.
    #[error("{problem}")]
    #[diagnostic(code(E0407), help("{help}"))]
    Aggregate {
        /// What does not go together.
        problem: String,
        /// What to do, and the rule and the facts at fault.
        help: String,
        /// The aggregate.
        #[label(primary, "aggregated here")]
        at: Span,
    },

    /// A recursion that makes a kept value better.
    #[error("a step of the recursion makes the value that is kept better: from {from} to {to}")]
    #[diagnostic(code(E0408), help("{help}"))]
    KeptImproves {
        /// The value before.
        from: String,
        /// The value after, or a negative factor.
        to: String,
        /// What to do, and the rule and the facts at fault.
        help: String,
        /// The computation.
        #[label(primary, "computed here")]
        at: Span,
    },

    /// An expectation that is not met.
    #[error("{problem}")]
    #[diagnostic(code(E0603), help("{help}"))]
    Unmet {
        /// What is not as expected.
        problem: String,
        /// How it is instead.
        help: String,
        /// The expectation.
        #[label(primary, "expected here")]
        at: Span,
    },

    /// Something that holds and must not.
    #[error("forbidden: {because}")]
    #[diagnostic(code(E0604), help("{help}"))]
    Violated {
        /// Why it must not hold.
        because: String,
        /// The facts at fault.
        help: String,
        /// The `forbid`.
        #[label(primary, "forbidden here")]
        at: Span,
    },

    /// Something that holds and is warned of.
    #[error("{because}")]
    #[diagnostic(code(W0602), severity(Warning), help("{help}"))]
    Warned {
        /// What is to be known of it.
        because: String,
        /// The facts that it rests on.
        help: String,
        /// The `warn`.
        #[label(primary, "warned of here")]
        at: Span,
    },

    /// `forget` of what was not stated.
    #[error("nothing like this was stated")]
    #[diagnostic(code(E0403), help("{help}"))]
    NothingToForget {
        /// Why it holds all the same, or what is stated instead.
        help: String,
        /// The pattern.
        #[label(primary, "{label}")]
        at: Span,
        /// What is the matter with the pattern.
        label: String,
    },

    /// A `forget` of a scenario, or of what is supposed, that changes nothing.
    #[error("this `forget` changes nothing")]
    #[diagnostic(code(W0404), severity(Warning), help("{help}"))]
    IdleForget {
        /// Why it holds all the same, or what is stated instead.
        help: String,
        /// The pattern.
        #[label(primary, "{label}")]
        at: Span,
        /// What is the matter with the pattern.
        label: String,
    },

    /// Something that must not hold, and does in a scenario.
    #[error("forbidden in {scenario}: {because}")]
    #[diagnostic(code(W0603), severity(Warning), help("{help}"))]
    ForbiddenThere {
        /// The scenario.
        scenario: String,
        /// Why it must not hold.
        because: String,
        /// The facts at fault.
        help: String,
        /// The `forbid`.
        #[label(primary, "forbidden here")]
        at: Span,
    },

    /// A script that another model has loaded.
    #[error("this script was loaded by another model")]
    #[diagnostic(code(E0404), help("run a script with the model that has loaded it"))]
    ForeignScript {
        /// The statement.
        #[label(primary, "not run")]
        at: Span,
    },

    /// A `limit` in the middle of rows that are equal in order.
    #[error("the limit cuts off rows that are equal in order to the last one shown")]
    #[diagnostic(code(W0403), severity(Warning), help("raise the limit to see them, or name one more column after `order by`"))]
    TieCut {
        /// The question.
        #[label(primary, "not all of equal rank are shown")]
        at: Span,
    },

    /// An `expect` that no program like this can meet.
    #[error("this expectation can never be met: nothing says that something `{verb}`")]
    #[diagnostic(code(W0601), severity(Warning), help("state or import facts such as `{pattern}`, or expect the opposite: `expect not …`"))]
    NeverMet {
        /// The verb that nothing states or concludes.
        verb: String,
        /// How it is said.
        pattern: String,
        /// The expectation.
        #[label(primary, "waits for `{verb}` in vain")]
        at: Span,
    },

    /// A name in a slot that holds another kind of things, in a question that has no answer.
    #[error("`{name}` is {found}, and the {slot} of `{verb}` is {expected}")]
    #[diagnostic(code(W0402), severity(Warning), help("{help}"))]
    OtherKind {
        /// The name.
        name: String,
        /// What it is in this model, with its article.
        found: String,
        /// The slot.
        slot: String,
        /// What the slot holds, with its article.
        expected: String,
        /// The verb.
        verb: String,
        /// How it is said.
        help: String,
        /// Where the name stands.
        #[label(primary, "{found}, where {expected} is asked for")]
        at: Span,
    },

    /// A name in a question that no fact and no rule mentions.
    #[error("`{name}` does not occur in this model")]
    #[diagnostic(code(W0401), severity(Warning), help("{help}"))]
    UnknownName {
        /// The name.
        name: String,
        /// The nearest known one.
        help: String,
        /// Where it stands.
        #[label(primary, "no fact mentions this")]
        at: Span,
    },
}

impl RunError {
    /// What has stopped a statement from outside, and what was being done then.
    pub(crate) fn stopped(cause: Option<Cause>, doing: String, at: Span) -> Self {
        match cause {
            Some(Cause::Time(milliseconds)) => Self::OutOfTime { doing, limit: format!("{} s", f64::from(milliseconds) / 1_000.0), at },
            Some(Cause::Memory(mebibytes)) => Self::OutOfMemory { doing, limit: format!("{mebibytes} MiB"), at },
            Some(Cause::Request) | None => Self::Interrupted { doing, at },
        }
    }
}
