//! What can be wrong with the shape of a statement: codes E01xx.

use miette::Diagnostic;
use thiserror::Error;

use crate::source::Span;

/// A statement that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum SyntaxError {
    /// Bytes that are not UTF-8.
    #[error("`{name}` is not a text in UTF-8")]
    #[diagnostic(code(E0101), help("save it as UTF-8; the first byte that does not fit stands in line {line}"))]
    NotText {
        /// The file.
        name: String,
        /// Its line with the first wrong byte, counted from 1.
        line: usize,
        /// The beginning: the text itself cannot be shown.
        #[label(primary, "not a text")]
        at: Span,
    },

    /// A file that is longer than any program.
    #[error("`{name}` is larger than 4 GiB")]
    #[diagnostic(code(E0101), help("put the facts into CSV files and `import` them"))]
    TooLarge {
        /// The file.
        name: String,
        /// The beginning: the text itself cannot be shown.
        #[label(primary, "too large")]
        at: Span,
    },

    /// Something that does not fit what was read so far.
    #[error("`{found}` does not fit here")]
    #[diagnostic(code(E0102))]
    Unexpected {
        /// The word or sign.
        found: String,
        /// What was read before it.
        read: String,
        /// A sentence that would work.
        #[help]
        help: String,
        /// Where it stands.
        #[label(primary, "{read}")]
        at: Span,
    },

    /// A statement that ends too early.
    #[error("this statement is not finished")]
    #[diagnostic(code(E0103))]
    Unfinished {
        /// What is missing.
        missing: String,
        /// A sentence that would work.
        #[help]
        help: String,
        /// Its last word.
        #[label(primary, "{missing}")]
        at: Span,
    },

    /// A quotation mark without its partner.
    #[error("a quotation mark is never closed")]
    #[diagnostic(code(E0104), help("close it on the same line; write a quotation mark inside a name as `\\\"`"))]
    OpenQuote {
        /// The mark.
        #[label(primary, "opened here")]
        quote: Span,
    },

    /// A bracket without its closing partner.
    #[error("a bracket `{sign}` is never closed")]
    #[diagnostic(code(E0105), help("add the closing bracket where its group ends"))]
    OpenBracket {
        /// The opening bracket.
        sign: char,
        /// Where it stands.
        #[label(primary, "opened here")]
        bracket: Span,
    },

    /// A closing bracket without an opening one.
    #[error("a bracket `{sign}` closes nothing")]
    #[diagnostic(code(E0105), help("take it out, or open the bracket where its group begins"))]
    StrayBracket {
        /// The closing bracket.
        sign: char,
        /// Where it stands.
        #[label(primary, "no bracket is open here")]
        bracket: Span,
    },

    /// A reserved word where a name belongs.
    #[error("`{word}` is a word of the language, not a name")]
    #[diagnostic(code(E0106), help("{help}"))]
    Reserved {
        /// The word.
        word: String,
        /// How to say it.
        help: String,
        /// Where it stands.
        #[label(primary, "a name belongs here")]
        at: Span,
    },

    /// A question without a question mark.
    #[error("a question ends with a question mark")]
    #[diagnostic(code(E0108), help("write `{question}?`"))]
    NoQuestionMark {
        /// The question.
        question: String,
        /// Its end.
        #[label(primary, "`?` is missing after this")]
        at: Span,
    },

    /// Digits that are neither a number nor a date.
    #[error("`{text}` is neither a number nor a date")]
    #[diagnostic(code(E0109), help("{help}"))]
    Malformed {
        /// The digits.
        text: String,
        /// How numbers and dates are written.
        help: String,
        /// Where they stand.
        #[label(primary, "{problem}")]
        at: Span,
        /// What is the matter with them.
        problem: String,
    },

    /// Brackets in brackets in brackets.
    #[error("brackets are nested more than {max} deep", max = crate::syntax::MAX_DEPTH)]
    #[diagnostic(code(E0110), help("give the inner conditions a rule of their own, and use its verb here"))]
    TooDeep {
        /// The first bracket that is too deep.
        #[label(primary, "one too many")]
        bracket: Span,
    },

    /// A statement that no one can have meant.
    #[error("a statement is longer than {max} bytes", max = crate::syntax::MAX_STATEMENT_LEN)]
    #[diagnostic(code(E0111), help("split it, or put its facts into a CSV file and `import` that"))]
    TooLong {
        /// Its first character.
        #[label(primary, "it begins here")]
        start: Span,
    },

    /// `A and B or C`.
    #[error("`and` and `or` stand side by side without brackets")]
    #[diagnostic(code(E0112), help("bracket what belongs together: `{help}`"))]
    MixedAndOr {
        /// One way to bracket them.
        help: String,
        /// The first connective.
        #[label("this joins one way")]
        first: Span,
        /// The first one that differs.
        #[label(primary, "and this another")]
        second: Span,
    },

    /// `everyone`, `nothing`: words that would invent a name.
    #[error("`{word}` cannot be said directly")]
    #[diagnostic(code(E0113), help("{help}"))]
    Quantifier {
        /// The word.
        word: String,
        /// How to say it.
        help: String,
        /// Where it stands.
        #[label(primary, "this is no name")]
        at: Span,
    },

    /// A variable or `something` where a value must be given.
    #[error("{place} cannot hold {what}")]
    #[diagnostic(code(E0114), help("{help}"))]
    NotConstant {
        /// What cannot hold it.
        place: String,
        /// The variable or word, in words.
        what: String,
        /// What was probably meant.
        help: String,
        /// Where it stands.
        #[label(primary, "a name, number or date belongs here")]
        at: Span,
    },

    /// A question word outside a question.
    #[error("`{word}` asks a question, and this is {place}")]
    #[diagnostic(code(E0115), help("{help}"))]
    MisplacedWh {
        /// The question word.
        word: String,
        /// Where it stands, in words.
        place: String,
        /// How to say it.
        help: String,
        /// Where it stands.
        #[label(primary, "a question word")]
        at: Span,
    },

    /// A list outside a fact.
    #[error("a list stands only in facts")]
    #[diagnostic(code(E0116), help("{help}"))]
    MisplacedList {
        /// How to say it.
        help: String,
        /// The list.
        #[label(primary, "a list of several")]
        at: Span,
    },

    /// `not` in a fact or a head, or twice.
    #[error("{what} cannot hold `not`")]
    #[diagnostic(code(E0117), help("{help}"))]
    MisplacedNot {
        /// What cannot hold it.
        what: String,
        /// How to say it.
        help: String,
        /// Where it stands.
        #[label(primary, "denied here")]
        at: Span,
    },

    /// Something joined or compared where one plain sentence belongs.
    #[error("{place} is one sentence")]
    #[diagnostic(code(E0118), help("{help}"))]
    NotOneSentence {
        /// What should be one sentence.
        place: String,
        /// How to say it.
        help: String,
        /// What is no plain sentence.
        #[label(primary, "this is more than one, or none")]
        at: Span,
    },

    /// A name that cannot be one.
    #[error("this name {problem}")]
    #[diagnostic(code(E0119), help("{help}"))]
    BadQuoted {
        /// What is the matter.
        problem: String,
        /// How to say it.
        help: String,
        /// The name.
        #[label(primary, "here")]
        at: Span,
    },

    /// A statement inside another one that does not hold such a statement.
    #[error("{what} does not belong into {place}")]
    #[diagnostic(code(E0122), help("{help}"))]
    NotHere {
        /// What it is.
        what: String,
        /// What it stands in.
        place: String,
        /// Where it belongs.
        help: String,
        /// The inner statement.
        #[label(primary, "this")]
        at: Span,
    },

    /// A computation that nobody wrote by hand.
    #[error("this computation has more than {max} operators")]
    #[diagnostic(code(E0121), help("compute a part of it in a comparison of its own: `?part = …`"))]
    TooMuchArithmetic {
        /// How many are read.
        max: usize,
        /// The computation.
        #[label(primary, "too long")]
        at: Span,
    },

    /// More problems than anybody reads.
    #[error("this text has more than {max} problems; the rest of them is not shown", max = crate::syntax::MAX_PROBLEMS)]
    #[diagnostic(code(E0120), help("mend the first ones; perhaps this is not a program at all"))]
    TooMany {
        /// Where reading stopped.
        #[label(primary, "stopped here")]
        at: Span,
    },
}
