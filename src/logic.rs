//! Rules, facts and questions over numbered relations and columns: what all stages after [`crate::resolve`] speak.
//!
//! No text is left here except what messages and proofs show: names of variables, labels, places.

mod condition;

use std::sync::Arc;

use jiff::civil::Date;

use crate::source::{Source, Span};
use crate::syntax::ast::{Direction, ExplanationForm, Function, Severity, Wanted};
use crate::value::{Value, ValueId};
pub(crate) use condition::{Aggregation, Comparison, Expression, Literal, Operand, TextRelation, TextTest, Universal};

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
        self.terms.iter().filter_map(|term| term.variable())
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

    /// The line in which it begins, counted from 1.
    pub(crate) fn line(&self) -> usize {
        self.source.line_and_column(self.span.start).0
    }

    /// `suppliers.srl, line 12`
    pub(crate) fn describe(&self) -> String {
        format!("{}, line {}", self.source.name(), self.line())
    }
}

/// A fact to state: a value for each column, [`ValueId::ABSENT`] for an optional slot that is left out.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) relation: RelationId,
    /// The reading that it was written in.
    pub(crate) reading: usize,
    pub(crate) values: Box<[ValueId]>,
}

/// Facts of one relation, flat: files state millions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    /// The values of each fact one after the other, numbers of the dictionary as in [`Fact`].
    pub(crate) data: Vec<u32>,
    pub(crate) len: u64,
    /// From which fact on they stand in the rows from which number on, both in ascending order.
    pub(crate) numbers: Vec<(u64, u64)>,
}

/// Facts of one statement each, flat as [`Rows`] are.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlainRows {
    facts: Vec<PlainRow>,
    values: Vec<ValueId>,
    /// How many have been taken out.
    taken: usize,
}

/// A fact and where it was written.
#[derive(Clone, Copy, Debug)]
struct PlainRow {
    relation: RelationId,
    reading: u32,
    span: Span,
    /// The end of its values; they begin where those of the fact before end.
    end: u32,
}

impl PlainRows {
    /// Adds a fact in a reading.
    pub(crate) fn push(&mut self, (relation, reading): (RelationId, usize), span: Span, row: &[ValueId]) {
        let small = |number: usize| u32::try_from(number).expect("less than the bytes of a source");
        self.values.extend_from_slice(row);
        self.facts.push(PlainRow { relation, reading: small(reading), span, end: small(self.values.len()) });
    }

    /// The next fact.
    pub(crate) fn take(&mut self) -> Option<(Fact, Span)> {
        let &PlainRow { relation, reading, span, end } = self.facts.get(self.taken)?;
        let start = self.taken.checked_sub(1).map_or(0, |before| self.facts[before].end);
        self.taken += 1;
        let values = self.values[start as usize..end as usize].into();
        Some((Fact { relation, reading: reading as usize, values }, span))
    }

    /// The relation of each fact that is left.
    pub(crate) fn relations(&self) -> impl Iterator<Item = RelationId> {
        self.facts[self.taken..].iter().map(|fact| fact.relation)
    }

    /// How many are left.
    pub(crate) fn len(&self) -> usize {
        self.facts.len() - self.taken
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
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

impl FindForm {
    /// Whether it asks for nothing but the number of all bindings, which have so many values each.
    pub(crate) fn counts_all(&self, width: usize) -> bool {
        let [FindColumn { kind: FindKind::Count(places), .. }] = self.columns.as_slice() else { return false };
        self.limit.is_none() && (0..width).all(|place| places.contains(&place))
    }
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

/// What must never hold, or is told of where it holds.
#[derive(Clone, Debug)]
pub(crate) struct Prohibition {
    pub(crate) severity: Severity,
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

/// A sentence that is to hold, or to hold no more.
#[derive(Clone, Debug)]
pub(crate) struct Remedy {
    pub(crate) wanted: Wanted,
    /// The sentence; its variables stand for anything.
    pub(crate) goal: Atom,
    /// The question as it was written.
    pub(crate) text: Arc<str>,
    /// The names that it mentions, and where.
    pub(crate) names: Vec<(ValueId, Span)>,
}

/// A sentence of which the reasons are asked.
#[derive(Clone, Debug)]
pub(crate) struct Explanation {
    pub(crate) form: ExplanationForm,
    /// The sentence, without the `not` of `why not`; what it asks for as a question does not count.
    pub(crate) query: Query,
    pub(crate) is_denied: bool,
}

/// The number of a scenario in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ScenarioId(pub(crate) u32);

impl ScenarioId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A change that holds for what is asked in a scenario, and where it was written.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    State(Vec<Fact>, Place),
    Forget(Atom, Place),
}

impl Change {
    pub(crate) fn place(&self) -> &Place {
        match self {
            Self::State(_, place) | Self::Forget(_, place) => place,
        }
    }

    /// The relations that are stated otherwise by it.
    pub(crate) fn relations(&self) -> Vec<RelationId> {
        match self {
            Self::State(facts, _) => facts.iter().map(|fact| fact.relation).collect(),
            Self::Forget(pattern, _) => vec![pattern.relation],
        }
    }
}

/// Changes that hold for what is asked in it.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: Arc<str>,
    /// The scenario that it builds on; without one it builds on the model itself.
    pub(crate) parent: Option<ScenarioId>,
    pub(crate) place: Place,
    pub(crate) doc: Option<Arc<str>>,
    /// In the order in which they are made.
    pub(crate) changes: Vec<Change>,
    /// The rules that hold in it alone.
    pub(crate) rules: Vec<Rule>,
}

/// On top of what something is asked: the model itself, or a scenario, and what is supposed beside.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) scenario: Option<ScenarioId>,
    /// Whether it was named; otherwise it is that which was entered, if any was.
    pub(crate) is_named: bool,
    /// In the order in which they are made.
    pub(crate) supposed: Vec<Change>,
}

/// Two worlds of which the answers to a question are compared, or all that holds.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    /// The comparison as it was written.
    pub(crate) text: Arc<str>,
    /// The names that were written, and the scenarios; none for the model itself.
    pub(crate) left: (Arc<str>, Option<ScenarioId>),
    pub(crate) right: (Arc<str>, Option<ScenarioId>),
    pub(crate) query: Option<Query>,
    /// Whether it is asked in all small models, in place of the one that is there.
    pub(crate) in_small_models: bool,
}

/// Something that happens when a script runs.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    State(Vec<Fact>),
    /// Each fact is a statement.
    StateEach(PlainRows),
    Forget(Atom),
    Import(Import),
    Ask(Query),
    Describe(Description),
    Remedy(Remedy),
    Explain(Explanation),
    Expect(Expectation),
    Export(Export),
    /// Only the facts of this day count from here on; without a day all of them.
    AsOf(Option<Date>),
    /// Something is asked or expected on top of changes that hold for that alone.
    In(World, Box<Action>),
    Compare(Compared),
}

impl Action {
    /// Whether it asks or expects something of a world that it does not name.
    pub(crate) fn asks(&self) -> bool {
        match self {
            Self::Ask(_) | Self::Describe(_) | Self::Remedy(_) | Self::Explain(_) | Self::Expect(_) => true,
            Self::In(world, _) => !world.is_named,
            Self::State(_)
            | Self::StateEach(_)
            | Self::Forget(_)
            | Self::Import(_)
            | Self::Export(_)
            | Self::AsOf(_)
            | Self::Compare(_) => false,
        }
    }

    /// What it supposes, and what it then does.
    pub(crate) fn supposed(self) -> (Vec<Change>, Box<Self>) {
        if let Self::In(world, action) = self { (world.supposed, action) } else { (Vec::new(), Box::new(self)) }
    }

    /// What it expects, here or in a scenario.
    pub(crate) fn expectation(&self) -> Option<&Expectation> {
        match self {
            Self::Expect(expectation) => Some(expectation),
            Self::In(_, action) => action.expectation(),
            Self::State(_)
            | Self::StateEach(_)
            | Self::Forget(_)
            | Self::Import(_)
            | Self::Ask(_)
            | Self::Describe(_)
            | Self::Remedy(_)
            | Self::Explain(_)
            | Self::Export(_)
            | Self::AsOf(_)
            | Self::Compare(_) => None,
        }
    }
}

/// An action and where it was written.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) action: Action,
    pub(crate) place: Place,
}
