//! Conditions: what stands in the body of a rule or a question. Sentences, comparisons, texts, and those that hold conditions
//! themselves. Terms and numbers are those of [`super`]; nothing here is evaluated.

use std::sync::Arc;

use regex::Regex;

use super::{Atom, VariableId};
use crate::source::Span;
use crate::syntax::ast::{Comparator, Function, Operator};
use crate::value::ValueId;

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
        self.operands().into_iter().filter_map(variable_of)
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
