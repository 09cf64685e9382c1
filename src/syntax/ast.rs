//! The syntax tree: what was written, with a [`Span`] on every node, nothing looked up.
//!
//! Whatever order the words stood in (`does B provide …?`, `B does not provide …`, `is both … and …`), a sentence has one
//! form here: subject, verb, object, phrases. Knows text and spans; not pest, verbs or slots.

use std::sync::Arc;

use jiff::civil::Date;

use crate::source::Span;
use crate::value::Value;

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: Arc<str>,
    pub(crate) span: Span,
}

/// What a source says, in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) statements: Vec<Statement>,
}

#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) span: Span,
    /// The `##` lines before it, joined by line ends.
    pub(crate) doc: Option<Arc<str>>,
    pub(crate) kind: StatementKind,
}

#[derive(Clone, Debug)]
pub(crate) enum StatementKind {
    Kind {
        name: Word,
        parent: Option<Word>,
    },
    Verb(VerbDeclaration),
    /// `use NAME`; without a name `use none`.
    Use(Option<Word>),
    Include(Word),
    Import {
        path: Word,
        pattern: Sentence,
    },
    /// One sentence; two after `is both … and …`.
    Fact(Vec<Sentence>),
    /// Many statements, each a plain fact.
    Facts(PlainFacts),
    Forget(Sentence),
    Rule(Rule),
    Question(Question),
    /// `describe Google`
    Describe(Word),
    Remedy(Remedy),
    /// `why does Student rely on Google?`
    Explain(Explanation),
    Expect(Expectation),
    Forbid(Prohibition),
    Export {
        path: Word,
        question: Question,
    },
    /// `as of 2026-01-31`; without a day `as of any day`.
    AsOf(Option<Date>),
    Scenario(Scenario),
    /// `in cloud-outage: who is down?`
    In {
        scenario: Word,
        /// A question, an `expect` or a `suppose`.
        statement: Box<Statement>,
    },
    /// `suppose forget B provides hosting to C: who is down?`
    Suppose {
        /// Facts and `forget`s.
        changes: Vec<Statement>,
        /// A question or an `expect`.
        statement: Box<Statement>,
    },
    Compare(Comparison),
}

impl StatementKind {
    /// Whether it is a question by itself, whatever its answer looks like.
    pub(crate) fn is_question(&self) -> bool {
        matches!(self, Self::Question(_) | Self::Describe(_) | Self::Explain(_) | Self::Remedy(_) | Self::Compare(_))
    }

    /// Whether it is one question, perhaps in a scenario.
    pub(crate) fn asks(&self) -> bool {
        self.innermost().is_question()
    }

    /// Whether it is a question for rows, perhaps in a scenario.
    pub(crate) fn asks_for_rows(&self) -> bool {
        matches!(self.innermost(), Self::Question(_) | Self::Compare(Comparison { question: Some(_), .. }))
    }

    /// What stands behind `in …:` and `suppose …:`.
    fn innermost(&self) -> &Self {
        if let Self::In { statement, .. } | Self::Suppose { statement, .. } = self { statement.kind.innermost() } else { self }
    }
}

impl Statement {
    /// The statement itself, and all that it holds.
    pub(crate) fn each<'s>(&'s self, visit: &mut impl FnMut(&'s Self)) {
        visit(self);
        match &self.kind {
            StatementKind::Scenario(scenario) => scenario.changes.iter().for_each(|change| change.each(visit)),
            StatementKind::In { statement, .. } => statement.each(visit),
            StatementKind::Suppose { changes, statement } => {
                changes.iter().for_each(|change| change.each(visit));
                statement.each(visit);
            }
            StatementKind::Kind { .. }
            | StatementKind::Verb(_)
            | StatementKind::Use(_)
            | StatementKind::Include(_)
            | StatementKind::Import { .. }
            | StatementKind::Fact(_)
            | StatementKind::Facts(_)
            | StatementKind::Forget(_)
            | StatementKind::Rule(_)
            | StatementKind::Question(_)
            | StatementKind::Describe(_)
            | StatementKind::Remedy(_)
            | StatementKind::Explain(_)
            | StatementKind::Expect(_)
            | StatementKind::Forbid(_)
            | StatementKind::Export { .. }
            | StatementKind::AsOf(_)
            | StatementKind::Compare(_) => {}
        }
    }
}

/// `scenario cloud-outage extends winter { … }`
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: Word,
    /// The scenario that it builds on.
    pub(crate) parent: Option<Word>,
    /// Facts, `forget`s and rules; as it is read also `include`s, in place of which there are parts once the files have been read.
    pub(crate) changes: Vec<Statement>,
    pub(crate) portion: Portion,
}

/// How much of a scenario this is. What its files hold are parts of it: each stands in a source of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Portion {
    Whole,
    First,
    Later,
}

/// `compare base with cloud-outage: who relies on Google?`
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) left: Word,
    pub(crate) right: Word,
    /// Without one everything is compared.
    pub(crate) question: Option<Question>,
    /// `compare one with other in small models: …`
    pub(crate) in_small_models: bool,
}

/// `verb provider:organization provides service:service … also …`
#[derive(Clone, Debug)]
pub(crate) struct VerbDeclaration {
    pub(crate) slots: Vec<Slot>,
    pub(crate) reading: Reading,
    pub(crate) keeping: Option<(Extreme, Word)>,
    pub(crate) also: Vec<Reading>,
}

/// Which one of the facts that differ in one slot is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extreme {
    Least,
    Greatest,
}

#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) name: Word,
    pub(crate) kind: Option<Word>,
    pub(crate) optional: bool,
}

/// One way to say a relation, in the names of its slots.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) subject: Word,
    pub(crate) verb: VerbWord,
    pub(crate) object: Option<Word>,
    /// Preposition and slot.
    pub(crate) phrases: Vec<(Word, Word)>,
    pub(crate) span: Span,
}

/// How a verb is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Form {
    /// `provides`
    Acts,
    /// `is provider`
    Is,
    /// `has availability`
    Has,
}

/// The verb as written, without `is`, `has` and articles: `provides`, `provide`, `member`, `availability`.
#[derive(Clone, Debug)]
pub(crate) struct VerbWord {
    pub(crate) form: Form,
    pub(crate) word: Word,
    /// Everything that belongs to it: `is a member`.
    pub(crate) span: Span,
}

/// `subject verb [object] [preposition object]…`. Every place holds at least one term; more of them only in facts.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    pub(crate) subject: Vec<Term>,
    pub(crate) verb: VerbWord,
    pub(crate) object: Vec<Term>,
    pub(crate) phrases: Vec<Phrase>,
    pub(crate) span: Span,
}

/// Statements that follow each other, each a sentence of single values, without their trees: there may be millions.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlainFacts {
    /// The forms of facts that a text has.
    pub(crate) frames: Arc<Vec<Frame>>,
    /// For each fact the number of its form.
    pub(crate) forms: Vec<u8>,
    /// Where the values and the verb of each fact stand, from left to right.
    pub(crate) words: Vec<Span>,
}

impl PlainFacts {
    /// Each fact: the number of its form, and where its values and its verb stand.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &[Span])> + Clone {
        let mut words = self.words.as_slice();
        self.forms.iter().filter_map(move |form| {
            let form = usize::from(*form);
            let (own, rest) = words.split_at_checked(self.frames[form].words().count())?;
            words = rest;
            Some((form, own))
        })
    }
}

/// What the sentence of a plain fact consists of, from left to right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Frame {
    pub(crate) parts: Vec<Part>,
    pub(crate) has_full_stop: bool,
}

impl Frame {
    /// The values and the verb.
    pub(crate) fn words(&self) -> impl Iterator<Item = Part> + Clone {
        self.parts.iter().copied().filter(|part| !matches!(part, Part::Preposition(_)))
    }

    /// The whole statement whose values and verb stand here: a plain fact begins and ends with one of them.
    pub(crate) fn span(&self, words: &[Span]) -> Span {
        let [first, .., last] = words else { return Span::default() };
        Span { start: first.start, end: last.end + u32::from(self.has_full_stop) }
    }
}

/// What a piece of a plain fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    /// The word that tells what is said, with `is` or `has` before it or alone.
    Verb(Form),
    Preposition(&'static str),
    /// A bare name.
    Name,
    /// A name in quotation marks, nothing inside them escaped.
    Quoted,
    Number,
    Date,
}

impl Sentence {
    /// Every term, from left to right.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &Term> {
        self.subject.iter().chain(&self.object).chain(self.phrases.iter().flat_map(|phrase| &phrase.terms))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    pub(crate) preposition: Word,
    pub(crate) terms: Vec<Term>,
}

#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) kind: TermKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum TermKind {
    Value(Value),
    /// Its name, without the question mark.
    Variable(Arc<str>),
    /// `something`, `_`
    Anything,
    Wh(Wh),
    /// `?n + 1`
    Computed(Box<Computation>),
    /// `count ?c where …`, on the right side of a comparison.
    Aggregate(Box<Aggregate>),
}

/// `left operator right`
#[derive(Clone, Debug)]
pub(crate) struct Computation {
    pub(crate) operator: Operator,
    pub(crate) left: Term,
    pub(crate) right: Term,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// `count (?s, ?c) where condition`
#[derive(Clone, Debug)]
pub(crate) struct Aggregate {
    pub(crate) function: Function,
    /// What is counted, or the one value that is added up or compared.
    pub(crate) of: Vec<Term>,
    pub(crate) condition: Condition,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Count,
    Sum,
    Min,
    Max,
    Avg,
}

impl Function {
    /// As it is written.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Avg => "avg",
        }
    }
}

/// A question word.
#[derive(Clone, Debug)]
pub(crate) enum Wh {
    /// `who`, `whom`, `what`
    Any,
    /// `which organizations`
    Which(Word),
    /// `how many organizations`
    HowMany(Word),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    /// What says the same with its sides exchanged.
    pub(crate) fn flipped(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// What holds when this does not.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Greater => Self::LessOrEqual,
            Self::LessOrEqual => Self::Greater,
        }
    }
}

/// What stands after `if`, after `where` or before a question mark.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Sentence(Sentence),
    Comparison {
        left: Term,
        comparator: Comparator,
        right: Term,
        span: Span,
    },
    Not {
        condition: Box<Condition>,
        span: Span,
    },
    /// `whenever when then then`; `span` is the word `whenever`.
    Whenever {
        when: Box<Condition>,
        then: Box<Condition>,
        span: Span,
    },
    And(Vec<Condition>),
    Or(Vec<Condition>),
}

impl Condition {
    /// From its first word to its last.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Sentence(sentence) => sentence.span,
            Self::Comparison { span, .. } => *span,
            Self::Not { condition, span } => span.to(condition.span()),
            Self::Whenever { then, span, .. } => span.to(then.span()),
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::span).reduce(Span::to).unwrap_or_default(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) label: Option<Word>,
    pub(crate) head: Sentence,
    pub(crate) body: Condition,
    /// The proof sentence, with `{?x}` where a variable's value goes.
    pub(crate) because: Option<Word>,
}

#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The question as it was written.
    pub(crate) text: Arc<str>,
    pub(crate) condition: Condition,
    /// What `find` asks for; nothing for a question without `find`.
    pub(crate) find: Option<Find>,
}

#[derive(Clone, Debug)]
pub(crate) struct Find {
    pub(crate) columns: Vec<Column>,
    pub(crate) order: Vec<(Column, Direction)>,
    pub(crate) limit: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) kind: ColumnKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum ColumnKind {
    Variable(Word),
    /// `count (?s, ?c)`, `sum ?cost`
    Aggregate(Function, Vec<Term>),
}

/// `what would make Student rely on Google?`
#[derive(Clone, Debug)]
pub(crate) struct Remedy {
    pub(crate) wanted: Wanted,
    /// The sentence, whose verb may stand in any of its forms.
    pub(crate) question: Question,
}

/// Which way a sentence is to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// It is to hold: facts are to be stated.
    Made,
    /// It is to hold no more: facts are to be forgotten.
    Stopped,
}

/// A question for what stands behind a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Explanation {
    pub(crate) form: ExplanationForm,
    /// The sentence, without the `not` of `why not`.
    pub(crate) question: Question,
    /// It was asked why it is not so.
    pub(crate) is_denied: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExplanationForm {
    /// `why …?`: a shortest proof, or what is missing for one.
    Why,
    /// `how does …?`: the stated facts that lead there.
    How,
    /// `all reasons for …?`: the last step of every proof.
    Reasons,
    /// `all chains for …?`: every way from one name to the other.
    Chains,
}

/// `expect who relies on Google: StreamCo, Dion`
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    pub(crate) question: Question,
    /// Exactly these rows; nothing where a yes is expected.
    pub(crate) answers: Option<Vec<Vec<Term>>>,
}

/// How bad it is if what a statement looks for holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// `forbid`
    Error,
    /// `warn`
    Warning,
}

/// `forbid condition because "…"`, `warn condition because "…"`
#[derive(Clone, Debug)]
pub(crate) struct Prohibition {
    pub(crate) severity: Severity,
    pub(crate) condition: Condition,
    /// The condition with the brackets around it.
    pub(crate) condition_span: Span,
    pub(crate) because: Option<Word>,
}
