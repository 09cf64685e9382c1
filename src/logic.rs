//! Rules, facts and questions over numbered relations and columns: what all stages after [`crate::resolve`] speak.
//!
//! No text is left here except what messages and proofs show: names of variables, labels, places.

use std::sync::Arc;

use crate::source::{Source, Span};
use jiff::civil::Date;
use regex::Regex;

use crate::syntax::ast::{Comparator, Direction, Function, Operator};
use crate::value::{Value, ValueId};

/// The number of a relation in the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RelationId(pub(crate) u32);

impl RelationId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The number of a variable in its rule or question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct VariableId(pub(crate) u32);

impl VariableId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What stands in a column of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    /// Any value, the same at each occurrence.
    Variable(VariableId),
    /// This value. In a head [`ValueId::ABSENT`] for an optional slot that is left out.
    Value(ValueId),
    /// Any value: the word `something`.
    Something,
    /// Any value or none: a slot that was not mentioned.
    Unmentioned,
}

impl Term {
    pub(crate) fn variable(self) -> Option<VariableId> {
        match self {
            Self::Variable(variable) => Some(variable),
            Self::Value(_) | Self::Something | Self::Unmentioned => None,
        }
    }
}

/// A sentence: a relation with a term for each of its columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Atom {
    pub(crate) relation: RelationId,
    /// The reading that it was written in.
    pub(crate) reading: usize,
    pub(crate) terms: Vec<Term>,
    /// Counts stated facts only: what slots say about kinds.
    pub(crate) stated_only: bool,
}

impl Atom {
    /// The same with values in place of the variables that have one; [`ValueId::ABSENT`] stands for none.
    pub(crate) fn under(&self, binding: &[ValueId]) -> Self {
        let term = |term: &Term| match term {
            Term::Variable(variable) if binding[variable.index()] != ValueId::ABSENT => Term::Value(binding[variable.index()]),
            Term::Variable(_) | Term::Value(_) | Term::Something | Term::Unmentioned => *term,
        };
        Self { terms: self.terms.iter().map(term).collect(), ..self.clone() }
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = VariableId> {
        self.terms.iter().filter_map(|term| match term {
            Term::Variable(variable) => Some(*variable),
            Term::Value(_) | Term::Something | Term::Unmentioned => None,
        })
    }
}

/// A variable or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Variable(VariableId),
    Value(ValueId),
}

/// What has a value once its variables have one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    Operand(Operand),
    Computed { operator: Operator, left: Box<Expression>, right: Box<Expression>, span: Span },
}

impl Expression {
    pub(crate) fn variable(variable: VariableId) -> Self {
        Self::Operand(Operand::Variable(variable))
    }

    /// The variable that this is, if it is nothing else.
    pub(crate) fn as_variable(&self) -> Option<VariableId> {
        match self {
            Self::Operand(Operand::Variable(variable)) => Some(*variable),
            Self::Operand(Operand::Value(_)) | Self::Computed { .. } => None,
        }
    }

    fn under(&self, operand: &impl Fn(Operand) -> Operand) -> Self {
        match self {
            Self::Operand(own) => Self::Operand(operand(*own)),
            Self::Computed { operator, left, right, span } => {
                let (left, right) = (Box::new(left.under(operand)), Box::new(right.under(operand)));
                Self::Computed { operator: *operator, left, right, span: *span }
            }
        }
    }

    pub(crate) fn operands(&self) -> Vec<Operand> {
        match self {
            Self::Operand(operand) => vec![*operand],
            Self::Computed { left, right, .. } => [left.operands(), right.operands()].concat(),
        }
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = VariableId> + use<> {
        self.operands().into_iter().filter_map(|operand| match operand {
            Operand::Variable(variable) => Some(variable),
            Operand::Value(_) => None,
        })
    }
}

/// `?x >= 3`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison {
    pub(crate) left: Expression,
    pub(crate) comparator: Comparator,
    pub(crate) right: Expression,
    pub(crate) span: Span,
}

impl Comparison {
    pub(crate) fn variables(&self) -> impl Iterator<Item = VariableId> + use<> {
        self.left.variables().chain(self.right.variables())
    }
}

/// `?x contains "east"`
#[derive(Clone, Debug)]
pub(crate) struct TextTest {
    pub(crate) subject: Operand,
    pub(crate) relation: TextRelation,
    /// Whether it is to be so, or not to be so.
    pub(crate) holds: bool,
    pub(crate) span: Span,
}

/// How a name is to look.
#[derive(Clone, Debug)]
pub(crate) enum TextRelation {
    Contains(Operand),
    Begins(Operand),
    Ends(Operand),
    Matches(Regex),
}

impl TextTest {
    pub(crate) fn operands(&self) -> impl Iterator<Item = Operand> {
        let other = match &self.relation {
            TextRelation::Contains(other) | TextRelation::Begins(other) | TextRelation::Ends(other) => Some(*other),
            TextRelation::Matches(_) => None,
        };
        std::iter::once(self.subject).chain(other)
    }
}

/// `left comparator function of where alternatives`: `?n = count ?c where (?p provides something to ?c)`.
#[derive(Clone, Debug)]
pub(crate) struct Aggregation {
    pub(crate) left: Expression,
    pub(crate) comparator: Comparator,
    pub(crate) function: Function,
    /// What is counted, or the one value that is added up or compared.
    pub(crate) of: Vec<Expression>,
    pub(crate) alternatives: Vec<Vec<Literal>>,
    /// The variables inside that occur outside, too: they must be bound before.
    pub(crate) outer: Vec<VariableId>,
    /// The other ones: the function ranges over their different bindings.
    pub(crate) local: Vec<VariableId>,
    /// Whether the condition holds where there is no least, greatest or average, because there is nothing.
    pub(crate) holds_of_nothing: bool,
    /// The function and its condition as they were written.
    pub(crate) text: Arc<str>,
    pub(crate) span: Span,
}

/// `whenever when then then`: every binding of the variables that occur in `when` only and satisfies one alternative of it satisfies one
/// of `then`.
#[derive(Clone, Debug)]
pub(crate) struct Universal {
    pub(crate) when: Vec<Vec<Literal>>,
    pub(crate) then: Vec<Vec<Literal>>,
    /// The variables inside that occur outside, too: they must be bound before.
    pub(crate) outer: Vec<VariableId>,
    /// Whether it is to be so, or not to be so.
    pub(crate) holds: bool,
    /// As it was written.
    pub(crate) text: Arc<str>,
    pub(crate) span: Span,
}

/// One condition.
#[derive(Clone, Debug)]
pub(crate) enum Literal {
    Holds(Atom),
    Fails(Atom, Span),
    Compares(Comparison),
    Matches(TextTest),
    Aggregates(Aggregation),
    Every(Universal),
}

impl Literal {
    /// The conditions inside this one.
    pub(crate) fn inner(&self) -> impl Iterator<Item = &Literal> {
        let (one, other): (&[Vec<Literal>], &[Vec<Literal>]) = match self {
            Self::Holds(_) | Self::Fails(..) | Self::Compares(_) | Self::Matches(_) => (&[], &[]),
            Self::Aggregates(aggregation) => (&aggregation.alternatives, &[]),
            Self::Every(universal) => (&universal.when, &universal.then),
        };
        one.iter().chain(other).flatten()
    }

    /// The same with values in place of the variables that have one; [`ValueId::ABSENT`] stands for none.
    pub(crate) fn under(&self, binding: &[ValueId]) -> Self {
        let operand = |operand: Operand| match operand {
            Operand::Variable(variable) if binding[variable.index()] != ValueId::ABSENT => Operand::Value(binding[variable.index()]),
            Operand::Variable(_) | Operand::Value(_) => operand,
        };
        let all = |alternatives: &[Vec<Self>]| {
            alternatives.iter().map(|literals| literals.iter().map(|literal| literal.under(binding)).collect()).collect::<Vec<Vec<_>>>()
        };
        let open = |variables: &[VariableId]| {
            variables.iter().copied().filter(|variable| binding[variable.index()] == ValueId::ABSENT).collect::<Vec<_>>()
        };
        match self {
            Self::Holds(atom) => Self::Holds(atom.under(binding)),
            Self::Fails(atom, span) => Self::Fails(atom.under(binding), *span),
            Self::Compares(comparison) => Self::Compares(Comparison {
                left: comparison.left.under(&operand),
                right: comparison.right.under(&operand),
                ..comparison.clone()
            }),
            Self::Matches(test) => {
                let relation = match &test.relation {
                    TextRelation::Contains(other) => TextRelation::Contains(operand(*other)),
                    TextRelation::Begins(other) => TextRelation::Begins(operand(*other)),
                    TextRelation::Ends(other) => TextRelation::Ends(operand(*other)),
                    TextRelation::Matches(pattern) => TextRelation::Matches(pattern.clone()),
                };
                Self::Matches(TextTest { subject: operand(test.subject), relation, ..test.clone() })
            }
            Self::Aggregates(aggregation) => Self::Aggregates(Aggregation {
                left: aggregation.left.under(&operand),
                of: aggregation.of.iter().map(|of| of.under(&operand)).collect(),
                alternatives: all(&aggregation.alternatives),
                outer: open(&aggregation.outer),
                ..aggregation.clone()
            }),
            Self::Every(universal) => Self::Every(Universal {
                when: all(&universal.when),
                then: all(&universal.then),
                outer: open(&universal.outer),
                ..universal.clone()
            }),
        }
    }

    /// Every sentence in it, at any depth.
    pub(crate) fn atoms(&self) -> Vec<&Atom> {
        match self {
            Self::Holds(atom) | Self::Fails(atom, _) => vec![atom],
            Self::Compares(_) | Self::Matches(_) | Self::Aggregates(_) | Self::Every(_) => self.inner().flat_map(Self::atoms).collect(),
        }
    }

    /// Every operand that stands outside of sentences, at any depth.
    pub(crate) fn operands(&self) -> Vec<Operand> {
        let mut operands: Vec<Operand> = match self {
            Self::Holds(_) | Self::Fails(..) | Self::Every(_) => Vec::new(),
            Self::Compares(comparison) => [comparison.left.operands(), comparison.right.operands()].concat(),
            Self::Matches(test) => test.operands().collect(),
            Self::Aggregates(aggregation) => {
                std::iter::once(&aggregation.left).chain(&aggregation.of).flat_map(Expression::operands).collect()
            }
        };
        operands.extend(self.inner().flat_map(Self::operands));
        operands
    }

    /// The variables that it shows to the conditions beside it: those of a sentence or comparison, and what an aggregate is compared
    /// with.
    pub(crate) fn shown(&self) -> Vec<VariableId> {
        match self {
            Self::Holds(atom) | Self::Fails(atom, _) => atom.variables().collect(),
            Self::Compares(comparison) => comparison.variables().collect(),
            Self::Matches(test) => test.operands().filter_map(variable_of).collect(),
            Self::Aggregates(aggregation) => aggregation.left.variables().collect(),
            Self::Every(_) => Vec::new(),
        }
    }

    /// Every variable in it, at any depth.
    pub(crate) fn variables(&self) -> Vec<VariableId> {
        let in_atoms = self.atoms().into_iter().flat_map(Atom::variables);
        in_atoms.chain(self.operands().into_iter().filter_map(variable_of)).collect()
    }
}

fn variable_of(operand: Operand) -> Option<VariableId> {
    match operand {
        Operand::Variable(variable) => Some(variable),
        Operand::Value(_) => None,
    }
}

/// `head if body`, where the body is joined by `and`. A rule with `or` becomes several of these with one [`RuleText`].
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) head: Atom,
    pub(crate) body: Vec<Literal>,
    /// The names of its variables, by number.
    pub(crate) variables: Arc<[Arc<str>]>,
    pub(crate) text: Arc<RuleText>,
}

/// What a rule is called and where it stands.
#[derive(Debug)]
pub(crate) struct RuleText {
    pub(crate) label: Option<Arc<str>>,
    /// What the rule says in a proof, with `{?x}` where a variable's value goes.
    pub(crate) because: Option<Arc<str>>,
    /// The `##` lines before it.
    pub(crate) doc: Option<Arc<str>>,
    pub(crate) place: Place,
}

/// The variables that a proof sentence names: `x` and `y` of `{?x} serves {?y}`.
pub(crate) fn placeholders(because: &str) -> impl Iterator<Item = &str> {
    because.split("{?").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A piece of a source.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) source: Arc<Source>,
    pub(crate) span: Span,
}

impl Place {
    /// The place without its further lines.
    pub(crate) fn first_line(&self) -> Span {
        let line = self.source.slice(self.span).lines().next().unwrap_or_default().trim_end();
        Span::new(self.span.range().start, self.span.range().start + line.len())
    }

    /// `suppliers.srl, line 12`
    pub(crate) fn describe(&self) -> String {
        format!("{}, line {}", self.source.name(), self.source.line_and_column(self.span.start).0)
    }
}

/// A fact to state: a value for each column, [`ValueId::ABSENT`] for an optional slot that is left out.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) relation: RelationId,
    pub(crate) values: Box<[ValueId]>,
}

/// A question: the bindings of `output` under which one of `alternatives` holds.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) text: Arc<str>,
    pub(crate) alternatives: Vec<Vec<Literal>>,
    pub(crate) variables: Arc<[Arc<str>]>,
    pub(crate) output: Vec<VariableId>,
    pub(crate) form: QueryForm,
    /// The names that the question mentions, and where.
    pub(crate) names: Vec<(ValueId, Span)>,
    pub(crate) place: Place,
}

/// What sort of answer a question asks for.
#[derive(Clone, Debug)]
pub(crate) enum QueryForm {
    /// Yes or no.
    Verdict,
    /// The bindings themselves, under these headings.
    Table { columns: Vec<Arc<str>> },
    /// How many bindings there are.
    Count,
    /// Chosen columns, counted, sorted and cut off as asked.
    Find(FindForm),
}

/// What `find` makes of the bindings.
#[derive(Clone, Debug)]
pub(crate) struct FindForm {
    pub(crate) columns: Vec<FindColumn>,
    /// Column numbers, the first counts most.
    pub(crate) order: Vec<(usize, Direction)>,
    pub(crate) limit: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct FindColumn {
    pub(crate) heading: Arc<str>,
    pub(crate) kind: FindKind,
}

/// What a column of `find` shows. Variables stand for their places in [`Query::output`].
#[derive(Clone, Debug)]
pub(crate) enum FindKind {
    /// A value itself; the columns of this sort together make the groups.
    Plain(usize),
    /// How many different combinations of these a group has.
    Count(Vec<usize>),
    /// What a function makes of a value, over the different bindings of a group.
    Fold(Function, Expression),
}

/// A file of data, each row of which states a fact.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    pub(crate) path: Arc<str>,
    pub(crate) path_span: Span,
    pub(crate) pattern: Atom,
    /// The names of the pattern's variables: the columns that are looked for.
    pub(crate) variables: Vec<(Arc<str>, Span)>,
}

/// What a question is expected to answer.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    pub(crate) query: Query,
    /// Exactly these rows; nothing where a yes is expected.
    pub(crate) answers: Option<Vec<Vec<Value>>>,
}

/// What must never hold.
#[derive(Clone, Debug)]
pub(crate) struct Prohibition {
    /// Its bindings, where it holds.
    pub(crate) query: Query,
    /// What is wrong then, with `{?x}` where a variable's value goes.
    pub(crate) because: Option<Arc<str>>,
}

/// A question whose answers go into a file.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    pub(crate) path: Arc<str>,
    pub(crate) path_span: Span,
    pub(crate) query: Query,
}

/// A name of which everything is asked.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    pub(crate) text: Arc<str>,
    pub(crate) name: ValueId,
    pub(crate) name_span: Span,
}

/// Something that happens when a script runs.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    State(Vec<Fact>),
    Forget(Atom),
    Import(Import),
    Ask(Query),
    Describe(Description),
    Expect(Expectation),
    Export(Export),
    /// Only the facts of this day count from here on; without a day all of them.
    AsOf(Option<Date>),
}

/// An action and where it was written.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) action: Action,
    pub(crate) place: Place,
}
