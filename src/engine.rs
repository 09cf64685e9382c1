//! Plan + facts → facts. Everything is a dense number here; names and sentences are the business of others.
//!
//! [`Database`] holds a [`Table`] of stated and one of derived rows for each relation. [`evaluate`] fills the derived ones
//! stratum by stratum, semi-naively; [`naive`] does the same in the plainest way, and is the meaning that the other is tested
//! against. When facts come and go ([`stating`]), [`maintain`] lets what has been derived follow.

mod adjacency;
mod arithmetic;
mod changes;
mod closed;
mod closure;
mod compute;
mod count;
mod course;
mod demand;
mod distinct;
pub(crate) mod error;
mod evaluate;
mod few;
mod fold;
mod hashes;
mod index;
mod interrupt;
mod join;
mod loops;
mod magic;
mod maintain;
mod marks;
mod matches;
mod matrix;
mod naive;
mod net;
mod profile;
mod replaced;
mod rows;
mod sink;
mod sorting;
mod stating;
mod successors;
mod table;
mod threads;
mod update;
mod watch;

use std::ops::ControlFlow;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::logic::{Atom, Expression, Operand, Query, RelationId, Rule, Term, VariableId};
use crate::plan::{Body, Plan, Stratum, Version};
use crate::source::Span;
use crate::syntax::ast::Extreme;
use crate::value::{Dictionary, Value, ValueId};
pub(crate) use arithmetic::Trouble;
pub(crate) use changes::RowChanges;
pub(crate) use closed::Found;
use closure::Closure;
pub(crate) use compute::compare;
use course::Course;
pub(crate) use error::{EngineError, Fault, FaultKind, Origin};
pub(crate) use fold::Fold;
pub(crate) use interrupt::Interrupted;
pub use interrupt::{Cause, Interrupt};
use join::Bound;
pub(crate) use join::{Bounds, Join};
use loops::{Loops, Sink as _};
use maintain::Pending;
pub use profile::Clock;
pub(crate) use profile::{Activity, Cost, Profile};
pub(crate) use replaced::Replaced;
use sink::NewRows;
pub(crate) use sorting::sorted;
pub(crate) use table::Table;
pub(crate) use watch::Watch;

/// How derived facts are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evaluator {
    /// Each round joins only with what the last one added.
    #[default]
    SemiNaive,
    /// Each round computes everything anew: slow, and simple enough to be seen to be right.
    Naive,
}

/// What stops an evaluation that would take too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most facts that may be derived for one question. Of values that no fact mentions, rules may compute a tenth as many, and a
    /// thousand more, and a recursion that computes such values may go on for a two-hundredth as many rounds, but for a hundred thousand in
    /// any case: a rule that counts on and on makes few facts of many values.
    pub max_facts: u64,
}

impl Limits {
    /// The most different values that may be computed for one question.
    fn max_values(self) -> u64 {
        self.max_facts / 10 + 1_000
    }

    /// The most rounds of a recursion that computes values.
    fn max_rounds(self) -> u64 {
        (self.max_facts / 200).max(100_000)
    }
}

impl Default for Limits {
    fn default() -> Self {
        // About 10 GiB of pairs with their indexes: more than a model that was meant needs, less than a server has.
        Self { max_facts: 200_000_000 }
    }
}

/// What the engine must know of a relation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// How many columns it has.
    pub(crate) width: usize,
    /// Bit by bit, in which of the first 64 columns each row has a value.
    pub(crate) filled: u64,
    /// Of the rows that differ in this column only, the one with the least or greatest value counts.
    pub(crate) keeping: Option<(Extreme, usize)>,
    /// The columns for the first and the last day on which a fact is valid.
    pub(crate) validity: (Option<usize>, Option<usize>),
}

impl Shape {
    /// Whether each row has a value in a column.
    pub(crate) fn fills(&self, column: usize) -> bool {
        column < 64 && self.filled >> column & 1 == 1
    }
}

/// The rows of all relations.
#[derive(Debug, Default)]
pub(crate) struct Database {
    shapes: Vec<Shape>,
    /// What is stated and in force.
    stated: Vec<Table>,
    /// What is stated and not in force on the day that counts.
    dormant: Vec<Table>,
    /// Only facts of this day count; without one, all.
    day: Option<Date>,
    /// Where the best row is kept, what is stated stands here, too, and only here it is looked for.
    derived: Vec<Table>,
    /// What follows beside that for relations that are closures: all their pairs.
    closures: Vec<Option<Closure>>,
    /// Whether the derived rows of a relation are complete, but for what is pending; empty if nothing is derived.
    complete: Vec<bool>,
    /// What has changed since.
    pending: Pending,
    /// What has changed since somebody last looked, if that is noted.
    watch: Option<Watch>,
    /// What was found at the other end of pairs with a value in a column of a closure that is not known, as long as nothing has changed.
    searched: FxHashMap<(RelationId, usize), demand::Found>,
    /// Rows that held before a change, while it is found out what rested on them.
    ghosts: Vec<Table>,
    pub(crate) interrupt: Interrupt,
    /// So many threads may work on one rule or question; 0 is one, too.
    pub(crate) threads: usize,
    /// Where stated rows are noted that come or go, if they are.
    changes: Option<RowChanges>,
    activity: Activity,
    /// What things cost, if anybody wants to know.
    pub(crate) profile: Option<Box<Profile>>,
}

impl Database {
    /// Makes room for relations of these widths; those that are there stay.
    pub(crate) fn grow(&mut self, shapes: impl Iterator<Item = Shape>) {
        for shape in shapes.skip(self.shapes.len()) {
            self.stated.push(Table::new(shape.width));
            self.dormant.push(Table::new(shape.width));
            let derived = shape.keeping.map_or_else(|| Table::new(shape.width), |(_, column)| Table::keeping(shape.width, column));
            self.derived.push(derived);
            self.closures.push(None);
            self.shapes.push(shape);
        }
    }

    /// Whether only the best rows of a relation count.
    pub(crate) fn is_kept(&self, relation: RelationId) -> bool {
        self.shapes[relation.index()].keeping.is_some()
    }

    /// Whether facts of a relation may be in force on some days only.
    fn may_expire(&self, relation: RelationId) -> bool {
        self.shapes[relation.index()].validity != (None, None)
    }

    /// The day whose facts count; without one, all do.
    pub(crate) fn day(&self) -> Option<Date> {
        self.day
    }

    pub(crate) fn stated(&self, relation: RelationId) -> &Table {
        &self.stated[relation.index()]
    }

    /// How many facts are stated and in force.
    pub(crate) fn stated_rows(&self) -> usize {
        self.stated.iter().map(Table::len).sum()
    }

    /// The stated rows of a relation, whether they are in force or not.
    pub(crate) fn all_stated(&self, relation: RelationId) -> impl Iterator<Item = &[u32]> {
        self.stated[relation.index()].iter().chain(self.dormant[relation.index()].iter())
    }

    pub(crate) fn derived(&self, relation: RelationId) -> &Table {
        &self.derived[relation.index()]
    }

    /// Whether a fact is stated or has been derived.
    pub(crate) fn contains(&self, relation: RelationId, row: &[u32]) -> bool {
        if let (Some(closure), &[from, to]) = (self.closure(relation), row) {
            return closure.contains(from, to);
        }
        (!self.is_kept(relation) && self.stated(relation).contains(row)) || self.derived(relation).contains(row)
    }

    /// Puts what is stated of kept relations where the best rows are found.
    fn seed(&mut self, stratum: &Stratum, dictionary: &Dictionary) {
        for &relation in &stratum.relations {
            if !self.is_kept(relation) {
                continue;
            }
            let rows = self.stated(relation).iter().map(<[u32]>::to_vec).collect::<Vec<_>>();
            for row in rows {
                if self.interrupt.is_raised() {
                    return;
                }
                // What is stated fits the kind of its slot, so it can be ordered.
                let _ = self.keep(relation, &row, dictionary, Span::default());
            }
        }
    }

    /// Whether a row would count beside those that are there: it is new, and better than its rival where only the best is kept.
    fn would_count(&self, relation: RelationId, row: &[u32], dictionary: &Dictionary, at: Span) -> Result<bool, Fault> {
        let shape = self.shapes[relation.index()];
        if !in_force(shape, row, self.day, dictionary) {
            return Ok(false);
        }
        let Some((extreme, column)) = shape.keeping else { return Ok(!self.contains(relation, row)) };
        let table = self.derived(relation);
        let Some(rival) = table.rival(row) else { return Ok(true) };
        let (left, right) = (ValueId(row[column]), ValueId(table.row(rival)[column]));
        is_better(extreme, left, right, dictionary).ok_or(Fault { kind: FaultKind::Order, left, right, at })
    }

    /// Adds a row that a rule has derived, if it counts; tells whether it did.
    fn keep(&mut self, relation: RelationId, row: &[u32], dictionary: &Dictionary, at: Span) -> Result<bool, Fault> {
        let counts = self.would_count(relation, row, dictionary, at)?;
        if counts {
            let table = &mut self.derived[relation.index()];
            if self.shapes[relation.index()].keeping.is_some() {
                table.keep(row);
            } else {
                table.insert(row);
            }
        }
        Ok(counts)
    }

    /// Forgets what was derived.
    pub(crate) fn invalidate(&mut self) {
        self.pending = Pending::default();
        self.searched.clear();
        if !self.complete.is_empty() {
            self.complete.clear();
            self.derived.iter_mut().for_each(Table::clear);
            self.closures.fill_with(|| None);
        }
    }

    /// Derives what these relations hold.
    pub(crate) fn derive(
        &mut self,
        wanted: impl IntoIterator<Item = RelationId>,
        plan: &Plan,
        rules: &[Rule],
        dictionary: &mut Dictionary,
        context: Context,
    ) -> Result<(), EngineError> {
        self.complete.resize(self.shapes.len(), false);
        self.begin_question();
        let needed = plan.needed(wanted);
        self.maintain((plan, rules), &needed, dictionary, context)?;
        for &number in &needed {
            let stratum = &plan.strata[number];
            if !self.is_complete(stratum) {
                // What other questions have derived does not count.
                let relations = needed.iter().flat_map(|number| &plan.strata[*number].relations);
                let derived: u64 = relations.map(|relation| self.derived_len(*relation)).sum();
                let allowed = context.limits.max_facts.saturating_sub(derived);
                let result = match context.evaluator {
                    Evaluator::SemiNaive => evaluate::stratum(self, stratum, rules, allowed, dictionary, context),
                    Evaluator::Naive => naive::stratum(self, stratum, rules, allowed, dictionary, context),
                };
                if let Err(error) = result.and_then(|()| self.uninterrupted()) {
                    self.drop_stratum(stratum);
                    return Err(error);
                }
                self.set_complete(stratum, true);
                self.watch_nothing_of(stratum);
            }
        }
        Ok(())
    }

    /// Every binding of the query's output under which one of its alternatives holds. What it reads must have been derived.
    pub(crate) fn solve(&mut self, query: &Query, dictionary: &mut Dictionary, context: Context) -> Result<Table, EngineError> {
        let mut answer = Table::new(query.output.len());
        let source = &query.place.source;
        for literals in &query.alternatives {
            match context.evaluator {
                Evaluator::SemiNaive => {
                    let body = crate::plan::body(literals, query.variables.len(), &query.output, None, |_| Version::Total);
                    if Join::is_void(&body, self) {
                        continue;
                    }
                    let bounds = Bounds::all(self);
                    if !query.output.is_empty() && self.follow(&body, query, &bounds, &mut answer, context)? {
                        continue;
                    }
                    Join::prepare(&body, self, &bounds)?;
                    let join = Join { database: self, bounds: &bounds, source };
                    let mut row = vec![0; query.output.len()];
                    join.run(&body, dictionary, |binding, _| {
                        row.iter_mut().zip(&query.output).for_each(|(column, variable)| *column = binding[variable.index()]);
                        answer.insert(&row);
                        if answer.len() as u64 > context.limits.max_facts {
                            return ControlFlow::Break(Err(EngineError::TooManyFacts { max: context.limits.max_facts, head: None }));
                        }
                        // One binding settles a question that asks for no values.
                        if query.output.is_empty() { ControlFlow::Break(Ok(())) } else { ControlFlow::Continue(()) }
                    })?;
                }
                Evaluator::Naive => {
                    for binding in naive::solutions(self, literals, query.variables.len(), source, dictionary)? {
                        let value = |variable: &VariableId| binding[variable.index()];
                        answer.insert(&query.output.iter().map(value).collect::<Vec<_>>());
                    }
                }
            }
        }
        self.uninterrupted()?;
        Ok(answer)
    }

    /// Adds the answers that a body gives, if it has a course; tells whether it has.
    fn follow(&mut self, body: &Body, query: &Query, bounds: &Bounds, answer: &mut Table, context: Context) -> Result<bool, EngineError> {
        let head = query.output.iter().map(|variable| Operand::Variable(*variable)).collect();
        let Some(course) = Course::of(body, head, self, bounds, &[]) else { return Ok(false) };
        course.prepare(self, bounds);
        self.uninterrupted()?;
        let max = context.limits.max_facts;
        let known = answer.len() as u64;
        let additions = answer.begin(&self.interrupt);
        let none = Table::new(query.output.len());
        let mut sink = NewRows::new(&none, answer, additions, max.saturating_sub(known));
        let loops = Loops::new(&course, self, bounds);
        threads::add(self.threads, &loops, &mut sink);
        let are_too_many = !sink.takes_more();
        let additions = sink.additions;
        answer.complete(additions);
        if are_too_many { Err(EngineError::TooManyFacts { max, head: None }) } else { Ok(true) }
    }

    /// What an inner loop has left undone after an interrupt must not be taken for complete.
    fn uninterrupted(&self) -> Result<(), EngineError> {
        Ok(self.interrupt.check()?)
    }

    /// What was known before a round of the stratum that a relation belongs to.
    pub(crate) fn before_round(&self, round: usize, relation: RelationId, plan: &Plan) -> Bounds {
        let mut bounds = Bounds::all(self);
        for &member in plan.stratum(relation).map_or(&[][..], |stratum| &stratum.relations) {
            let known = self.derived(member).len_before(round);
            bounds.0[member.index()] = Bound::all(known);
        }
        bounds
    }
}

/// What an evaluation is given beside plan and facts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) limits: Limits,
    pub(crate) evaluator: Evaluator,
}

/// The value of an expression whose variables are places in `row`; nothing if one of them has none.
pub(crate) fn value_of(expression: &Expression, row: &[u32], dictionary: &mut Dictionary) -> Result<Option<Value>, Fault> {
    compute::value(expression, row, dictionary)
}

/// Whether one value is to be kept in place of another one; nothing if they cannot be ordered.
fn is_better(extreme: Extreme, new: ValueId, known: ValueId, dictionary: &Dictionary) -> Option<bool> {
    let order = dictionary.value(new)?.compare(dictionary.value(known)?)?;
    Some(match extreme {
        Extreme::Least => order.is_lt(),
        Extreme::Greatest => order.is_gt(),
    })
}

/// Whether a fact counts on a day; both the first and the last day of its validity do.
fn in_force(shape: Shape, row: &[u32], day: Option<Date>, dictionary: &Dictionary) -> bool {
    let Some(day) = day else { return true };
    let date = |column: Option<usize>| dictionary.value(ValueId(row[column?])).and_then(Value::as_date);
    let (since, until) = shape.validity;
    date(since).is_none_or(|since| since <= day) && date(until).is_none_or(|until| day <= until)
}

/// Whether a row matches an atom by itself: a variable is any value, the same at each occurrence.
pub(crate) fn fits(pattern: &Atom, row: &[u32]) -> bool {
    let mut bound: Vec<(VariableId, u32)> = Vec::new();
    pattern.terms.iter().zip(row).all(|(term, &value)| match term {
        Term::Value(expected) => expected.0 == value,
        Term::Something => value != ValueId::ABSENT.0,
        Term::Unmentioned => true,
        Term::Variable(variable) => {
            let known = bound.iter().find(|(other, _)| other == variable).map(|(_, value)| *value);
            bound.push((*variable, value));
            value != ValueId::ABSENT.0 && known.is_none_or(|known| known == value)
        }
    })
}
