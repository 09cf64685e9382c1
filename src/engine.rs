//! Plan + facts → facts. Everything is a dense number here; names and sentences are the business of others.
//!
//! [`Database`] holds a [`Table`] of stated and one of derived rows for each relation. [`evaluate`] fills the derived ones
//! stratum by stratum, semi-naively; [`naive`] does the same in the plainest way, and is the meaning that the other is tested
//! against.

mod adjacency;
mod arithmetic;
mod changes;
mod closed;
mod closure;
mod compute;
mod count;
mod course;
mod distinct;
pub(crate) mod error;
mod evaluate;
mod fold;
mod index;
mod interrupt;
mod join;
mod loops;
mod marks;
mod matches;
mod matrix;
mod naive;
mod rows;
mod sink;
mod table;

use std::ops::ControlFlow;

use jiff::civil::Date;

use crate::logic::{Atom, Expression, Fact, Operand, Query, RelationId, Rows, Rule, Term, VariableId};
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
use loops::Loops;
use sink::NewRows;
pub(crate) use table::Table;

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
    /// thousand more: a rule that counts on and on makes few facts of many values.
    pub max_facts: u64,
}

impl Limits {
    /// The most different values that may be computed for one question.
    fn max_values(self) -> u64 {
        self.max_facts / 10 + 1_000
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
    /// Of the rows that differ in this column only, the one with the least or greatest value counts.
    pub(crate) keeping: Option<(Extreme, usize)>,
    /// The columns for the first and the last day on which a fact is valid.
    pub(crate) validity: (Option<usize>, Option<usize>),
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
    /// Whether the derived rows of a stratum are complete.
    complete: Vec<bool>,
    pub(crate) interrupt: Interrupt,
    /// Where stated rows are noted that come or go, if they are.
    changes: Option<RowChanges>,
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

    /// Lets only the facts of a day count from here on; without one, all.
    pub(crate) fn set_day(&mut self, day: Option<Date>, dictionary: &Dictionary) {
        self.day = day;
        for relation in 0..self.shapes.len() {
            let shape = self.shapes[relation];
            if shape.validity == (None, None) {
                continue;
            }
            let rows = self.stated[relation].iter().chain(self.dormant[relation].iter()).map(<[u32]>::to_vec).collect::<Vec<_>>();
            self.stated[relation].clear();
            self.dormant[relation].clear();
            for row in rows {
                let table = if in_force(shape, &row, day, dictionary) { &mut self.stated } else { &mut self.dormant };
                table[relation].insert(&row);
            }
        }
        self.invalidate();
    }

    /// The day whose facts count; without one, all do.
    pub(crate) fn day(&self) -> Option<Date> {
        self.day
    }

    pub(crate) fn stated(&self, relation: RelationId) -> &Table {
        &self.stated[relation.index()]
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

    /// States facts, or after an interrupt none of them; gives how many were new.
    pub(crate) fn state(&mut self, facts: &[Fact], dictionary: &Dictionary) -> Result<usize, Interrupted> {
        facts.iter().try_for_each(|fact| self.list(fact.relation))?;
        let added = facts.iter().filter(|fact| self.state_row(fact.relation, &raw(&fact.values), dictionary)).count();
        if added > 0 {
            self.invalidate();
        }
        Ok(added)
    }

    /// States facts of one relation, or after an interrupt none of them; gives how many were new.
    pub(crate) fn state_rows(&mut self, relation: RelationId, rows: Rows, dictionary: &Dictionary) -> Result<usize, Interrupted> {
        let (number, width) = (relation.index(), self.shapes[relation.index()].width);
        let is_plain = self.day.is_none() && self.changes.is_none() && width > 0;
        let added = if is_plain && self.stated[number].len() == 0 {
            self.stated[number] = Table::of(width, rows.data, &self.interrupt).ok_or(Interrupted)?;
            self.stated[number].len()
        } else {
            self.list(relation)?;
            let before = (self.stated[number].len(), self.dormant[number].len(), self.changes.as_ref().map_or(0, RowChanges::len));
            let mut added = 0;
            for row in rows.data.chunks_exact(width.max(1)) {
                if self.interrupt.is_raised() {
                    self.stated[number].truncate(before.0);
                    self.dormant[number].truncate(before.1);
                    self.changes.iter_mut().for_each(|changes| changes.truncate(before.2, width));
                    return Err(Interrupted);
                }
                added += usize::from(self.state_row(relation, row, dictionary));
            }
            added
        };
        if added > 0 {
            self.invalidate();
        }
        Ok(added)
    }

    /// Gets ready for changes to what is stated of a relation, unless an interrupt comes.
    fn list(&mut self, relation: RelationId) -> Result<(), Interrupted> {
        let is_ready = self.stated[relation.index()].list() && self.dormant[relation.index()].list();
        if is_ready { Ok(()) } else { Err(Interrupted) }
    }

    /// States a fact; tells whether it was new.
    fn state_row(&mut self, relation: RelationId, row: &[u32], dictionary: &Dictionary) -> bool {
        let number = relation.index();
        let tables = if in_force(self.shapes[number], row, self.day, dictionary) { &mut self.stated } else { &mut self.dormant };
        let is_new = tables[number].insert(row);
        if let (true, Some(changes)) = (is_new, &mut self.changes) {
            changes.note(relation, true, row);
        }
        is_new
    }

    /// Takes the stated facts back that match a pattern, whether they are in force or not, or after an interrupt none of them; gives how
    /// many there were.
    pub(crate) fn forget(&mut self, pattern: &Atom) -> Result<usize, Interrupted> {
        self.list(pattern.relation)?;
        let mut forgotten = 0;
        for tables in [&mut self.stated, &mut self.dormant] {
            let table = &mut tables[pattern.relation.index()];
            let rows = table.iter().filter(|row| fits(pattern, row)).map(<[u32]>::to_vec).collect::<Vec<_>>();
            for row in &rows {
                table.remove(row);
                if let Some(changes) = &mut self.changes {
                    changes.note(pattern.relation, false, row);
                }
            }
            forgotten += rows.len();
        }
        if forgotten > 0 {
            self.invalidate();
        }
        Ok(forgotten)
    }

    /// Puts what is stated of kept relations where the best rows are found.
    fn seed(&mut self, stratum: &Stratum, dictionary: &Dictionary) {
        for &relation in &stratum.relations {
            if !self.is_kept(relation) {
                continue;
            }
            let rows = self.stated(relation).iter().map(<[u32]>::to_vec).collect::<Vec<_>>();
            for row in rows {
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

    /// Forgets what was derived: facts or rules have changed.
    pub(crate) fn invalidate(&mut self) {
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
        self.complete.resize(plan.strata.len(), false);
        self.begin_question();
        let needed = plan.needed(wanted);
        for &number in &needed {
            if !self.complete[number] {
                // What other questions have derived does not count.
                let relations = needed.iter().flat_map(|number| &plan.strata[*number].relations);
                let derived: u64 = relations.map(|relation| self.derived_len(*relation)).sum();
                let allowed = context.limits.max_facts.saturating_sub(derived);
                let stratum = &plan.strata[number];
                let result = match context.evaluator {
                    Evaluator::SemiNaive => evaluate::stratum(self, stratum, rules, allowed, dictionary, context),
                    Evaluator::Naive => naive::stratum(self, stratum, rules, allowed, dictionary, context),
                };
                if let Err(error) = result.and_then(|()| self.uninterrupted()) {
                    for relation in &stratum.relations {
                        self.derived[relation.index()].clear();
                        self.closures[relation.index()] = None;
                    }
                    return Err(error);
                }
                self.complete[number] = true;
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
        let additions = answer.begin();
        let none = Table::new(query.output.len());
        let mut sink = NewRows::new(&none, answer, additions, max.saturating_sub(known));
        let loops = Loops::new(&course, self, bounds);
        loops.run(0..loops.units(), &mut sink);
        let are_too_many = sink.are_too_many();
        let additions = sink.additions;
        answer.complete(additions);
        if are_too_many { Err(EngineError::TooManyFacts { max, head: None }) } else { Ok(true) }
    }

    /// What an inner loop has left undone after an interrupt must not be taken for complete.
    fn uninterrupted(&self) -> Result<(), EngineError> {
        if self.interrupt.is_raised() { Err(EngineError::Interrupted) } else { Ok(()) }
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

fn raw(values: &[ValueId]) -> Vec<u32> {
    values.iter().map(|value| value.0).collect()
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
