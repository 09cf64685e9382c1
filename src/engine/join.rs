//! Runs the steps of one body over the rows that there are, and hands out each binding that satisfies them all.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use super::arithmetic::Trouble;
use super::closure::{Closure, End};
use super::error::{EngineError, Fault, FaultKind, Origin};
use super::{Database, Fold, Interrupt, Table, compute, few};
use crate::logic::{Aggregation, Operand, RelationId, Universal, VariableId};
use crate::plan::{Body, Column, Lookup, Meeting, Step, Version};
use crate::source::Source;
use crate::syntax::ast::Function;
use crate::value::{Dictionary, Value, ValueId};

/// Which derived rows of each relation are read, as lengths of its table. Later rows are not looked at.
#[derive(Clone, Debug)]
pub(crate) struct Bounds(pub(crate) Vec<Bound>);

/// The derived rows of one relation in the order in which they came: all up to `old`, the last round's up to `recent`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bound {
    pub(crate) old: usize,
    pub(crate) recent: usize,
    /// It is a closure, and all of its pairs are read, whether there are rows for them or not.
    pub(crate) is_closed: bool,
}

impl Bound {
    /// So many rows, all of them old.
    pub(crate) fn all(len: usize) -> Self {
        Self { old: len, recent: len, is_closed: false }
    }
}

impl Bounds {
    /// Everything that is there now is old.
    pub(crate) fn all(database: &Database) -> Self {
        let bound = |(table, closure): (&Table, &Option<Closure>)| Bound { is_closed: closure.is_some(), ..Bound::all(table.len()) };
        Self(database.derived.iter().zip(&database.closures).map(bound).collect())
    }

    /// Everything that is there, also what comes later.
    pub(super) fn none(database: &Database) -> Self {
        let bound = |closure: &Option<Closure>| Bound { is_closed: closure.is_some(), ..Bound::all(usize::MAX) };
        Self(database.closures.iter().map(bound).collect())
    }

    /// How many derived rows of a relation are looked at; nothing if there is no bound.
    pub(crate) fn known(&self, relation: RelationId) -> Option<usize> {
        let bound = self.bound(relation);
        (!bound.is_closed).then_some(bound.recent)
    }

    fn bound(&self, relation: RelationId) -> Bound {
        self.0.get(relation.index()).copied().unwrap_or_default()
    }

    pub(super) fn derived(&self, relation: RelationId, version: Version) -> Range<usize> {
        let Bound { old, recent, .. } = self.bound(relation);
        match version {
            Version::Stated => 0..0,
            Version::Old => 0..old,
            Version::Recent => old..recent,
            Version::Growing | Version::Total => 0..recent,
        }
    }
}

/// A database, ready to be read by bodies.
#[derive(Debug)]
pub(crate) struct Join<'a> {
    pub(crate) database: &'a Database,
    pub(crate) bounds: &'a Bounds,
    /// Where the bodies were written.
    pub(crate) source: &'a Arc<Source>,
}

/// Why a join ends before it has seen everything.
type Stop = ControlFlow<Result<(), EngineError>>;

/// What goes along from step to step.
struct State<'d> {
    /// A value for each variable; [`ValueId::ABSENT`] for one that has none, or whose value cannot be computed.
    binding: Vec<u32>,
    dictionary: &'d mut Dictionary,
}

/// What takes in each binding at the end.
type Emit<'e> = &'e mut dyn FnMut(&mut State<'_>) -> Stop;

impl Join<'_> {
    /// Whether a body reads a relation without rows: then it finds nothing, whatever else there is.
    pub(crate) fn is_void(body: &Body, database: &Database) -> bool {
        let is_empty = |Lookup { relation, version, .. }: &Lookup| {
            database.stated(*relation).len() == 0 && (*version == Version::Stated || database.derived(*relation).len() == 0)
        };
        body.steps.iter().any(|step| match step {
            Step::Scan(lookup) => is_empty(lookup),
            Step::Meet(meetings) => meetings.iter().any(|meeting| is_empty(&meeting.open)),
            Step::Reject(_) | Step::Compare(_) | Step::Bind { .. } | Step::Match(_) | Step::Aggregate { .. } | Step::Every { .. } => false,
        })
    }

    /// Whether a body looks for single rows of a relation, of which it knows all values.
    pub(crate) fn finds_rows_of(relation: RelationId, body: &Body, database: &Database) -> bool {
        let within = |bodies: &[Body]| bodies.iter().any(|body| Self::finds_rows_of(relation, body, database));
        let finds = |lookup: &Lookup| lookup.relation == relation && lookup.key_columns.len() == database.derived(relation).width();
        body.steps.iter().any(|step| match step {
            Step::Scan(lookup) | Step::Reject(lookup) => finds(lookup),
            Step::Meet(meetings) => meetings.iter().any(|meeting| finds(&meeting.check)),
            Step::Compare(_) | Step::Bind { .. } | Step::Match(_) => false,
            Step::Aggregate { bodies, .. } => within(bodies),
            Step::Every { when, then, .. } => within(when) || within(then),
        })
    }

    /// The indexes that a body looks rows up with, and the closures that it reads: make them before it runs.
    pub(crate) fn prepare(body: &Body, database: &mut Database, bounds: &Bounds) -> Result<(), EngineError> {
        each_lookup(body, &mut Vec::new(), &mut |lookup, before| {
            search(lookup, before, database, bounds)?;
            index(lookup, database, Table::index)
        })
    }

    /// The same for whoever looks for a few rows.
    pub(crate) fn prepare_few(body: &Body, database: &mut Database, bounds: &Bounds) -> Result<(), EngineError> {
        each_lookup(body, &mut Vec::new(), &mut |lookup, before| {
            search(lookup, before, database, bounds)?;
            index(lookup, database, Table::index_for_few)
        })
    }

    /// The same without the closures, which are searched then: for few lookups.
    pub(super) fn index(body: &Body, database: &mut Database) -> Result<(), EngineError> {
        each_lookup(body, &mut Vec::new(), &mut |lookup, _| index(lookup, database, Table::index))
    }

    /// Gives every binding (a value for each variable) to `emit`, until that breaks.
    pub(crate) fn run(
        &self,
        body: &Body,
        dictionary: &mut Dictionary,
        emit: impl FnMut(&[u32], &mut Dictionary) -> Stop,
    ) -> Result<(), EngineError> {
        self.run_from(body, vec![ValueId::ABSENT.0; body.variables], dictionary, emit)
    }

    /// The same where the variables that the body knows have values.
    pub(super) fn run_from(
        &self,
        body: &Body,
        binding: Vec<u32>,
        dictionary: &mut Dictionary,
        mut emit: impl FnMut(&[u32], &mut Dictionary) -> Stop,
    ) -> Result<(), EngineError> {
        let mut state = State { binding, dictionary };
        match self.step(body, 0, &mut state, None, &mut |state| emit(&state.binding, state.dictionary)) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(result) => result,
        }
    }

    /// Runs the steps from `number` on. `fault` is a comparison or computation that cannot be made: an error, if all other
    /// conditions hold, so that it does not depend on the order of the steps whether there is one.
    fn step(&self, body: &Body, number: usize, state: &mut State<'_>, fault: Option<Fault>, emit: Emit<'_>) -> Stop {
        if self.database.interrupt.is_raised() {
            return interrupted();
        }
        if number != body.decided {
            return self.advance(body, number, state, fault, emit);
        }
        // One success is enough from here on.
        let mut emitted = ControlFlow::Continue(());
        let mut once = |state: &mut State<'_>| {
            emitted = emit(state);
            ControlFlow::Break(Ok(()))
        };
        match self.advance(body, number, state, fault, &mut once) {
            ControlFlow::Break(Err(error)) => ControlFlow::Break(Err(error)),
            ControlFlow::Break(Ok(())) | ControlFlow::Continue(()) => emitted,
        }
    }

    fn advance(&self, body: &Body, number: usize, state: &mut State<'_>, fault: Option<Fault>, emit: Emit<'_>) -> Stop {
        let Some(step) = body.steps.get(number) else {
            return match fault {
                None => emit(state),
                Some(fault) => {
                    let origin = Origin { rule: None, binding: state.binding.clone() };
                    ControlFlow::Break(Err(EngineError::Fault { fault, source: self.source.clone(), origin }))
                }
            };
        };
        let result = match step {
            // The last lookup hands its rows out itself.
            Step::Scan(lookup) if number + 1 == body.steps.len() && fault.is_none() => {
                return self.scan(lookup, state, false, &mut |state| {
                    if self.database.interrupt.is_raised() { interrupted() } else { emit(state) }
                });
            }
            Step::Scan(lookup) => {
                return self.scan(lookup, state, fault.is_some(), &mut |state| self.step(body, number + 1, state, fault, emit));
            }
            Step::Meet(meetings) => {
                let (open, check) = self.shorter(meetings, state);
                let is_faulty = fault.is_some();
                return self.scan(open, state, is_faulty, &mut |state| {
                    self.scan(check, state, is_faulty, &mut |state| self.step(body, number + 1, state, fault, emit))
                });
            }
            Step::Reject(lookup) => Ok(lookup.key.iter().any(|key| compute::operand(*key, &state.binding) == ValueId::ABSENT.0)
                || self.scan(lookup, state, false, &mut |_| ControlFlow::Break(Ok(()))).is_continue()),
            Step::Compare(comparison) => compute::comparison(comparison, &state.binding, state.dictionary),
            Step::Match(test) => compute::text(test, &state.binding, state.dictionary),
            Step::Bind { variable, value } => compute::expression(value, &state.binding, state.dictionary).map(|value| {
                state.binding[variable.index()] = value.unwrap_or(ValueId::ABSENT).0;
                true
            }),
            Step::Aggregate { aggregation, bodies, binds } => self.aggregate(aggregation, bodies, *binds, state),
            Step::Every { universal, when, then } => self.every(universal, when, then, state).map(|holds| holds == universal.holds),
        };
        match result {
            Ok(true) => self.step(body, number + 1, state, fault, emit),
            Ok(false) => ControlFlow::Continue(()),
            Err(new) => {
                // What could not be computed has no value.
                if let Step::Bind { variable, .. } | Step::Aggregate { binds: Some(variable), .. } = step {
                    state.binding[variable.index()] = ValueId::ABSENT.0;
                }
                self.step(body, number + 1, state, fault.or(Some(new)), emit)
            }
        }
    }

    /// Runs a body inside another one, from a binding in which only what is bound outside has a value.
    fn solutions(&self, body: &Body, binding: Vec<u32>, dictionary: &mut Dictionary, emit: Emit<'_>) -> Result<(), Fault> {
        let mut state = State { binding, dictionary };
        match self.step(body, 0, &mut state, None, emit) {
            ControlFlow::Break(Err(EngineError::Fault { fault, .. })) => Err(fault),
            // Only rules and questions as a whole have a limit, and look whether they were interrupted.
            ControlFlow::Continue(())
            | ControlFlow::Break(
                Ok(())
                | Err(
                    EngineError::TooManyFacts { .. }
                    | EngineError::TooManyValues { .. }
                    | EngineError::TooManyRounds { .. }
                    | EngineError::Interrupted,
                ),
            ) => Ok(()),
        }
    }

    /// Whether an aggregate compares as it is to; gives its value to a variable that has none yet.
    fn aggregate(
        &self,
        aggregation: &Aggregation,
        bodies: &[Body],
        binds: Option<VariableId>,
        state: &mut State<'_>,
    ) -> Result<bool, Fault> {
        if aggregation.outer.iter().any(|variable| state.binding[variable.index()] == ValueId::ABSENT.0) {
            return Ok(true);
        }
        let mut start = state.binding.clone();
        aggregation.local.iter().for_each(|variable| start[variable.index()] = ValueId::ABSENT.0);
        let mut seen = Table::new(aggregation.local.len());
        for body in bodies {
            self.solutions(body, start.clone(), state.dictionary, &mut |state| {
                seen.insert(&aggregation.local.iter().map(|variable| state.binding[variable.index()]).collect::<Vec<_>>());
                ControlFlow::Continue(())
            })?;
        }
        let bindings = seen.iter().map(|row| {
            aggregation.local.iter().zip(row).for_each(|(variable, value)| start[variable.index()] = *value);
            start.clone()
        });
        let Some(value) = folded(aggregation, bindings, state.dictionary, &self.database.interrupt)? else {
            return Ok(aggregation.holds_of_nothing);
        };
        if let Some(variable) = binds {
            state.binding[variable.index()] = value.0;
            return Ok(true);
        }
        let Some(left) = compute::expression(&aggregation.left, &state.binding, state.dictionary)? else { return Ok(true) };
        compute::compared(left, aggregation.comparator, value, aggregation.span, state.dictionary)
    }

    /// Whether each case is settled.
    fn every(&self, universal: &Universal, when: &[Body], then: &[Body], state: &mut State<'_>) -> Result<bool, Fault> {
        if universal.outer.iter().any(|variable| state.binding[variable.index()] == ValueId::ABSENT.0) {
            return Ok(universal.holds);
        }
        let mut start = vec![ValueId::ABSENT.0; state.binding.len()];
        universal.outer.iter().for_each(|variable| start[variable.index()] = state.binding[variable.index()]);
        let mut all = true;
        let mut fault = None;
        for body in when {
            self.solutions(body, start.clone(), state.dictionary, &mut |case| {
                let mut settled = false;
                for then in then {
                    let binding = case.binding.clone();
                    let found = self.solutions(then, binding, case.dictionary, &mut |_| {
                        settled = true;
                        ControlFlow::Break(Ok(()))
                    });
                    if let Err(found) = found {
                        fault.get_or_insert(found);
                    }
                }
                all &= settled;
                ControlFlow::Continue(())
            })?;
        }
        match fault {
            Some(fault) => Err(fault),
            None => Ok(all),
        }
    }

    /// Which of two relations that meet has fewer rows to go through, and how the other is looked up for each: both are gone through at
    /// once, until one ends.
    fn shorter<'m>(&self, [one, other]: &'m [Meeting; 2], state: &State<'_>) -> (&'m Lookup, &'m Lookup) {
        let is_closed = |meeting: &Meeting| self.database.closure(meeting.open.relation).is_some();
        let (mut first, mut second) = (self.rows(&one.open, state), self.rows(&other.open, state));
        if is_closed(one) || is_closed(other) {
            return (&one.open, &other.check);
        }
        loop {
            match (first.next(), second.next()) {
                (None, _) => return (&one.open, &other.check),
                (_, None) => return (&other.open, &one.check),
                (Some(_), Some(_)) => {}
            }
        }
    }

    /// The rows with the key of a lookup, whatever its version.
    fn rows<'r>(&'r self, lookup: &'r Lookup, state: &'r State<'_>) -> impl Iterator<Item = usize> + 'r {
        let values = lookup.key.iter().map(|operand| compute::operand(*operand, &state.binding));
        let tables = [self.database.stated(lookup.relation), self.database.derived(lookup.relation)];
        tables.into_iter().filter_map(move |table| Some(table.keyed(&lookup.key_columns, &values)?.0)).flatten()
    }

    fn scan(&self, lookup: &Lookup, state: &mut State<'_>, is_faulty: bool, found: &mut dyn FnMut(&mut State<'_>) -> Stop) -> Stop {
        let relation = lookup.relation;
        let scan = if is_faulty { scan_faulty } else { scan_table };
        if let Some(ghosts) = self.database.ghosts.get(relation.index()) {
            scan(ghosts, 0..ghosts.len(), lookup, state, found)?;
        }
        if lookup.version != Version::Stated
            && self.bounds.bound(relation).is_closed
            && let Some(closure) = self.database.closure(relation)
        {
            return scan_closure(closure, lookup, state, is_faulty, found);
        }
        if lookup.version == Version::Stated || (lookup.version != Version::Recent && !self.database.is_kept(relation)) {
            let stated = self.database.stated(relation);
            scan(stated, 0..stated.len(), lookup, state, found)?;
        }
        let (derived, rows) = (self.database.derived(relation), self.bounds.derived(relation, lookup.version));
        scan(derived, rows.start..rows.end.min(derived.len()), lookup, state, found)
    }
}

/// Goes through all lookups of a body, also those inside its conditions, each with the lookups before it. These are left out where a
/// condition in between may have no value: then the rows of all are looked at.
fn each_lookup<'b>(
    body: &'b Body,
    before: &mut Vec<&'b Lookup>,
    visit: &mut impl FnMut(&Lookup, &[&Lookup]) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    for step in &body.steps {
        match step {
            Step::Scan(lookup) => {
                visit(lookup, before)?;
                before.push(lookup);
            }
            Step::Reject(lookup) => visit(lookup, before)?,
            Step::Meet(meetings) => {
                let lookups = || meetings.iter().flat_map(|Meeting { open, check }| [open, check]);
                lookups().try_for_each(|lookup| visit(lookup, before))?;
            }
            Step::Match(_) => {}
            Step::Compare(_) | Step::Bind { .. } => before.clear(),
            Step::Aggregate { bodies, .. } => {
                inner_lookups(bodies, before, visit)?;
                before.clear();
            }
            Step::Every { when, then, .. } => {
                inner_lookups(when, before, visit)?;
                inner_lookups(then, before, visit)?;
                before.clear();
            }
        }
    }
    Ok(())
}

fn inner_lookups<'b>(
    bodies: &'b [Body],
    before: &[&'b Lookup],
    visit: &mut impl FnMut(&Lookup, &[&Lookup]) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    bodies.iter().try_for_each(|body| each_lookup(body, &mut before.to_vec(), visit))
}

/// Searches a closure for what a lookup reads, if it reads one.
fn search(lookup: &Lookup, before: &[&Lookup], database: &mut Database, bounds: &Bounds) -> Result<(), EngineError> {
    if lookup.version != Version::Stated && bounds.bound(lookup.relation).is_closed {
        match few::ends(lookup, before, database, bounds) {
            Some(few) => database.prepare_few(lookup.relation, &few)?,
            None => database.prepare_pairs(lookup.relation, end(lookup, 0), end(lookup, 1))?,
        }
    }
    Ok(())
}

fn index(lookup: &Lookup, database: &mut Database, make: impl Fn(&mut Table, &[usize], &Interrupt)) -> Result<(), EngineError> {
    let (columns, index) = (&lookup.key_columns, lookup.relation.index());
    if !columns.is_empty() && columns.len() < database.shapes[index].width {
        make(&mut database.stated[index], columns, &database.interrupt);
        if lookup.version != Version::Stated {
            make(&mut database.derived[index], columns, &database.interrupt);
        }
        if let Some(ghosts) = database.ghosts.get_mut(index) {
            make(ghosts, columns, &database.interrupt);
        }
        database.uninterrupted()?;
    }
    Ok(())
}

fn interrupted() -> Stop {
    ControlFlow::Break(Err(EngineError::Interrupted))
}

/// What an aggregate makes of the bindings that satisfy its condition: all of them different.
pub(super) fn folded(
    aggregation: &Aggregation,
    bindings: impl Iterator<Item = Vec<u32>>,
    dictionary: &mut Dictionary,
    interrupt: &Interrupt,
) -> Result<Option<ValueId>, Fault> {
    let mut fold = Fold::new(aggregation.function);
    let mut counted = Table::new(aggregation.of.len());
    let fault = |value: &Value, (trouble, other): (Trouble, Value), dictionary: &mut Dictionary| Fault {
        kind: FaultKind::Aggregate(trouble),
        left: dictionary.intern(&other),
        right: dictionary.intern(value),
        at: aggregation.span,
    };
    // After an interrupt nobody asks for the result.
    for binding in bindings.take_while(|_| !interrupt.is_raised()) {
        if aggregation.function == Function::Count {
            let counts = aggregation.of.iter().map(|of| compute::expression(of, &binding, dictionary));
            let counts = counts.map(|value| Ok(value?.unwrap_or(ValueId::ABSENT).0)).collect::<Result<Vec<_>, Fault>>()?;
            if !counted.insert(&counts) {
                continue;
            }
        }
        let Some(of) = aggregation.of.first() else { continue };
        let Some(value) = compute::value(of, &binding, dictionary)? else { continue };
        fold.add(&value).map_err(|error| fault(&value, error, dictionary))?;
    }
    let result = fold.finish().map_err(|(trouble, sum)| fault(&sum.clone(), (trouble, sum), dictionary))?;
    Ok(result.map(|value| dictionary.intern(&value)))
}

fn scan_table(
    table: &Table,
    rows: Range<usize>,
    lookup: &Lookup,
    state: &mut State<'_>,
    found: &mut dyn FnMut(&mut State<'_>) -> Stop,
) -> Stop {
    if rows.is_empty() {
        return ControlFlow::Continue(());
    }
    let columns = &lookup.key_columns;
    if columns.is_empty() {
        return rows.into_iter().try_for_each(|number| visit(table, number, lookup, state, found));
    }
    let binding = &state.binding;
    let values = lookup.key.iter().map(|operand| compute::operand(*operand, binding));
    if columns.len() == table.width() {
        if rows == (0..table.len()) && table.knows_no_numbers() {
            let is_there = table.contains(&values.collect::<Vec<_>>());
            return if is_there { found(state) } else { ControlFlow::Continue(()) };
        }
        let row = table.find(&values).filter(|number| rows.contains(number));
        return row.map_or(ControlFlow::Continue(()), |number| visit(table, number, lookup, state, found));
    }
    let (matching, is_partial) = table.keyed(columns, &values).expect("`Join::prepare` has made an index for every lookup");
    if is_partial || !matching.is_ordered() {
        let key: Vec<u32> = values.collect();
        let fits = |number: usize| !is_partial || columns.iter().zip(&key).all(|(column, value)| table.row(number)[*column] == *value);
        let mut known = matching.filter(|number| rows.contains(number) && fits(*number));
        return known.try_for_each(|number| visit(table, number, lookup, state, found));
    }
    // Chains run from the earliest row to the latest, and what is looked up by key is nearly always all that was known before.
    let mut known = matching.skip_while(|number| *number < rows.start).take_while(|number| *number < rows.end);
    known.try_for_each(|number| visit(table, number, lookup, state, found))
}

/// The same where a variable of the key may have no value, because it could not be computed: then the row gives it one.
fn scan_faulty(
    table: &Table,
    rows: Range<usize>,
    lookup: &Lookup,
    state: &mut State<'_>,
    found: &mut dyn FnMut(&mut State<'_>) -> Stop,
) -> Stop {
    rows.into_iter().filter(|number| table.counts(*number)).try_for_each(|number| try_row(table.row(number), lookup, state, found))
}

fn try_row(row: &[u32], lookup: &Lookup, state: &mut State<'_>, found: &mut dyn FnMut(&mut State<'_>) -> Stop) -> Stop {
    let before = state.binding.clone();
    let fits = lookup.key_columns.iter().zip(&lookup.key).all(|(column, key)| match key {
        Operand::Variable(variable) if state.binding[variable.index()] == ValueId::ABSENT.0 => {
            state.binding[variable.index()] = row[*column];
            row[*column] != ValueId::ABSENT.0
        }
        Operand::Variable(_) | Operand::Value(_) => compute::operand(*key, &state.binding) == row[*column],
    });
    if fits && bind(row, &lookup.columns, &mut state.binding) {
        found(state)?;
    }
    state.binding = before;
    ControlFlow::Continue(())
}

/// The same for the pairs of a closure.
fn scan_closure(
    closure: &Closure,
    lookup: &Lookup,
    state: &mut State<'_>,
    is_faulty: bool,
    found: &mut dyn FnMut(&mut State<'_>) -> Stop,
) -> Stop {
    let all = || closure.sources().flat_map(|from| closure.reached(from).map(move |to| [from, to]));
    if is_faulty {
        return all().try_for_each(|pair| try_row(&pair, lookup, state, found));
    }
    let key = |column: usize| {
        let place = lookup.key_columns.iter().position(|own| *own == column)?;
        Some(compute::operand(lookup.key[place], &state.binding))
    };
    let ends = (key(0), key(1));
    let mut visit =
        |pair: [u32; 2]| if bind(&pair, &lookup.columns, &mut state.binding) { found(state) } else { ControlFlow::Continue(()) };
    match ends {
        (Some(from), Some(to)) if closure.contains(from, to) => visit([from, to]),
        (Some(_), Some(_)) => ControlFlow::Continue(()),
        (Some(from), None) => closure.reached(from).try_for_each(|to| visit([from, to])),
        (None, Some(to)) => closure.reaching(to).try_for_each(|from| visit([from, to])),
        (None, None) => all().try_for_each(visit),
    }
}

/// Where the value of a column comes from.
pub(super) fn end(lookup: &Lookup, column: usize) -> End {
    match lookup.key_columns.iter().position(|own| *own == column).map(|place| lookup.key[place]) {
        Some(Operand::Value(value)) => End::Given(value.0),
        Some(Operand::Variable(_)) => End::Found,
        None => End::Open,
    }
}

#[inline]
fn visit(table: &Table, number: usize, lookup: &Lookup, state: &mut State<'_>, found: &mut dyn FnMut(&mut State<'_>) -> Stop) -> Stop {
    if table.counts(number) && bind(table.row(number), &lookup.columns, &mut state.binding) {
        found(state)
    } else {
        ControlFlow::Continue(())
    }
}

/// Whether the rest of a row fits; binds its variables.
#[inline]
pub(super) fn bind(row: &[u32], columns: &[(usize, Column)], binding: &mut [u32]) -> bool {
    columns.iter().all(|(column, what)| {
        let value = row[*column];
        match what {
            Column::Bind(variable) => {
                binding[variable.index()] = value;
                value != ValueId::ABSENT.0
            }
            Column::Same(variable) => binding[variable.index()] == value,
            Column::Present => value != ValueId::ABSENT.0,
        }
    })
}
