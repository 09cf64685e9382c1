//! Runs a [`Course`]: loops over lists of dense numbers, one in the other, the last of which hands its whole list out at once. What
//! comes out goes into a [`Sink`]. No condition here can fail to have a value, so there are no faults.

mod finder;

use std::ops::{ControlFlow, Range};

use super::adjacency::{Adjacency, List};
use super::course::{Alike, Course, Leg, Start, column_of};
use super::join::bind;
use super::marks::Marks;
use super::successors::Successors;
use super::{Bounds, Database, Table, compute};
use crate::logic::{Operand, VariableId};
use crate::plan::Column;
use crate::value::ValueId;
use finder::{Finder, fit, list_fit};

/// How many results are handed out before somebody who interrupts is heard.
const RESULTS_PER_LOOK: usize = 1 << 12;

/// So many lists are looked up together where each of many values has one.
const LOOKED_UP: usize = 32;

/// So many values that lists give for neighbours are kept at a time, beside one list.
const MAX_ALIKE: usize = 1 << 16;

/// What takes results in.
pub(super) trait Sink {
    fn row(&mut self, row: &[u32]);

    /// As many rows as there are values, which stand in one column.
    fn rows(&mut self, row: &mut [u32], column: usize, values: &[u32]);

    /// Whether there may be more.
    fn takes_more(&self) -> bool;
}

/// Why loops end before they have seen everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// One success was enough.
    Enough,
    /// The sink takes no more, or somebody interrupts.
    Over,
}

type Flow = ControlFlow<Stop>;

/// A course with its lists and sets at hand.
#[derive(Debug)]
pub(super) struct Loops<'a> {
    database: &'a Database,
    legs: Vec<Ready<'a>>,
    begin: Begin<'a>,
    decided: usize,
    variables: usize,
    head: &'a [Operand],
}

#[derive(Debug)]
enum Begin<'a> {
    Plainly,
    Rows { tables: Vec<Part<'a>>, fit: Fit<'a>, alike_but: Option<Alike>, via: Option<Via<'a>> },
    Groups { keys: Vec<u32>, variable: usize, lists: Lists<'a>, fit: Vec<(usize, Column)> },
}

#[derive(Debug)]
enum Ready<'a> {
    Rows {
        tables: Vec<Part<'a>>,
        fit: Fit<'a>,
        is_negated: bool,
    },
    Lists {
        lists: Lists<'a>,
        key: [Operand; 2],
        fit: Vec<(usize, Column)>,
        is_negated: bool,
        last: Option<usize>,
    },
    /// `last` is the column of the result that the list fills.
    Marked {
        lists: Lists<'a>,
        seldom: Operand,
        often: Operand,
        often_at: usize,
        fit: Vec<(usize, Column)>,
        is_negated: bool,
    },
    Holds {
        known: Known<'a>,
        row: &'a [Operand],
        is_negated: bool,
    },
    Meet(Box<[Side<'a>; 2]>),
    Compare {
        left: Operand,
        right: Operand,
        is_equal: bool,
    },
}

/// Rows of a table.
type Part<'a> = (&'a Table, Range<usize>);

/// What a row must be, and which variables it gives values.
#[derive(Clone, Debug)]
struct Fit<'a> {
    key: Vec<(usize, Operand)>,
    columns: &'a [(usize, Column)],
}

/// Lists of stated and derived rows.
#[derive(Debug)]
struct Lists<'a> {
    sides: [Option<&'a Adjacency>; 2],
    /// How many columns they have.
    width: usize,
}

/// What leads from what neighbours differ in to results.
#[derive(Debug)]
enum Via<'a> {
    Lists(Lists<'a>),
    Successors(Successors),
}

impl<'a> Via<'a> {
    /// The lists are read so many times.
    fn of(lists: Lists<'a>, reads: usize) -> Self {
        let sides: Vec<&Adjacency> = lists.sides.iter().copied().flatten().collect();
        let packed = if lists.width == 1 { Successors::of(&sides, reads) } else { None };
        packed.map_or(Self::Lists(lists), Self::Successors)
    }
}

/// The rows that a relation had before the round.
#[derive(Debug)]
struct Known<'a> {
    whole: Vec<&'a Table>,
    growing: Option<&'a Table>,
}

/// A list that meets another one.
#[derive(Debug)]
struct Side<'a> {
    lists: Lists<'a>,
    key: [Operand; 2],
    variable: usize,
    known: Known<'a>,
    row: &'a [Operand],
}

/// What goes along.
#[derive(Debug)]
pub(super) struct State {
    binding: Vec<u32>,
    /// A result, of which columns are filled in when there is one.
    row: Vec<u32>,
    /// All values of a variable in results that are alike but for it.
    alike: Vec<u32>,
    /// The column of the result that those fill.
    alike_column: usize,
    marks: Vec<Marks>,
    /// Room for the values of a row that is looked for.
    wanted: Vec<u32>,
    /// How much has been done, about: rows gone through and results.
    steps: u64,
}

impl<'a> Loops<'a> {
    /// What the course has prepared must be there.
    pub(super) fn new(course: &'a Course<'a>, database: &'a Database, bounds: &'a Bounds) -> Self {
        let finder = Finder { database, bounds, growing: course.growing };
        let begin = match (course.start, course.legs.first()) {
            (Start::Rows { alike_but }, Some(Leg::Rows { lookup, .. })) => {
                let tables = finder.tables(lookup);
                let rows = tables.iter().map(|(_, rows)| rows.len()).sum();
                let via = course.via.map(|lookup| Via::of(finder.lists(lookup, &lookup.key_columns), rows));
                Begin::Rows { tables, fit: fit(lookup), alike_but, via }
            }
            (Start::Groups { column }, Some(Leg::Rows { lookup, .. })) => {
                let lists = finder.lists(lookup, &[column]);
                let mut keys =
                    lists.sides.iter().flatten().flat_map(|side| side.keys()).filter(|key| *key != ValueId::ABSENT.0).collect::<Vec<_>>();
                keys.sort_unstable();
                keys.dedup();
                let own = lookup.columns.iter().find_map(|(own, what)| match what {
                    Column::Bind(variable) if *own == column => Some(variable.index()),
                    Column::Bind(_) | Column::Same(_) | Column::Present => None,
                });
                let variable = own.expect("rows are grouped by a column that binds a variable");
                Begin::Groups { keys, variable, lists, fit: list_fit(lookup, &[column], database) }
            }
            _ => Begin::Plainly,
        };
        let legs = course.legs.iter().enumerate().map(|(number, leg)| finder.ready(leg, number, course)).collect();
        Self { database, legs, begin, decided: course.decided, variables: course.variables, head: &course.head }
    }

    /// How much there is that can be gone through in parts.
    pub(super) fn units(&self) -> usize {
        match &self.begin {
            Begin::Plainly => 1,
            Begin::Rows { tables, .. } => tables.iter().map(|(_, rows)| rows.len()).sum(),
            Begin::Groups { keys, .. } => keys.len(),
        }
    }

    /// Whether somebody interrupts: then the results so far are not all.
    pub(super) fn is_interrupted(&self) -> bool {
        self.database.interrupt.is_raised()
    }

    /// What goes along, at its beginning.
    pub(super) fn state(&self) -> State {
        State {
            binding: vec![ValueId::ABSENT.0; self.variables],
            row: vec![ValueId::ABSENT.0; self.head.len()],
            alike: Vec::new(),
            alike_column: 0,
            marks: self.legs.iter().map(Ready::marks).collect(),
            wanted: Vec::new(),
            steps: 0,
        }
    }

    /// Gives the results for each of some values of a variable that is given to a sink. The course begins with no table, and its results with this
    /// variable.
    pub(super) fn run_from(&self, given: VariableId, values: &[u32], state: &mut State, sink: &mut impl Sink) {
        // Whatever stops it, as in [`Self::run_on`].
        let _ = match &self.legs[..] {
            [Ready::Lists { lists, key: [Operand::Variable(own), _], last: Some(1), .. }] if *own == given && state.row.len() == 2 => {
                self.lists_of(lists, values, state, sink)
            }
            _ => values.iter().try_for_each(|value| {
                state.binding[given.index()] = *value;
                self.go(0, state, sink)
            }),
        };
    }

    /// Hands out the lists of some values, each after its value. Many are looked up before the first of them is read, so that memory has the time to bring them.
    fn lists_of(&self, lists: &Lists<'a>, values: &[u32], state: &mut State, sink: &mut impl Sink) -> Flow {
        if lists.sides[0].is_none() {
            return ControlFlow::Continue(());
        }
        let mut found = Vec::with_capacity(LOOKED_UP.min(values.len()));
        for values in values.chunks(LOOKED_UP) {
            found.extend(values.iter().map(|value| (None, lists.of([*value, 0]))));
            found.iter_mut().for_each(|(first, others)| *first = others.next());
            for (value, (first, others)) in values.iter().zip(found.drain(..)) {
                state.row[0] = *value;
                first.into_iter().chain(others).try_for_each(|list| self.hand_out(list, 1, state, sink))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Gives the results of some units to a sink, until it takes no more. Gives how many steps that took, about.
    pub(super) fn run(&self, units: Range<usize>, sink: &mut impl Sink) -> u64 {
        self.run_on(units, &mut self.state(), sink)
    }

    /// The same with what has gone along before.
    pub(super) fn run_on(&self, units: Range<usize>, state: &mut State, sink: &mut impl Sink) -> u64 {
        let before = state.steps;
        // Whatever stops it: the sink knows whether there was too much, the database whether somebody interrupts.
        let _ = match &self.begin {
            Begin::Plainly => self.go(0, state, sink),
            Begin::Rows { tables, fit, alike_but, via } => {
                self.all_rows(tables, fit, alike_but.map(|alike| (alike, via.as_ref())), units, state, sink)
            }
            Begin::Groups { keys, variable, lists, fit } => keys[units].iter().try_for_each(|key| {
                state.binding[*variable] = *key;
                self.each(0, lists, [*key, 0], fit, state, sink)
            }),
        };
        // What a part leaves behind is of no use to the next one.
        state.alike.clear();
        state.steps - before
    }

    fn all_rows(
        &self,
        tables: &[Part<'_>],
        fit: &Fit<'_>,
        alike_but: Option<(Alike, Option<&Via<'_>>)>,
        mut units: Range<usize>,
        state: &mut State,
        sink: &mut impl Sink,
    ) -> Flow {
        for (table, rows) in tables {
            let own = rows.start + units.start.min(rows.len())..rows.start + units.end.min(rows.len());
            units = units.start.saturating_sub(rows.len())..units.end.saturating_sub(rows.len());
            match alike_but {
                Some((alike, via)) => self.alike_rows(table, own, fit, (alike, via), state, sink)?,
                None => {
                    for number in own {
                        self.look()?;
                        if fit.binds(table.row(number), &mut state.binding) {
                            self.go(1, state, sink)?;
                        }
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Goes through rows, of which neighbours are one if they differ only in a column that fills one of the result, be it by way of lists.
    fn alike_rows(
        &self,
        table: &Table,
        rows: Range<usize>,
        fit: &Fit<'_>,
        (Alike { column, result, .. }, via): (Alike, Option<&Via<'_>>),
        state: &mut State,
        sink: &mut impl Sink,
    ) -> Flow {
        state.alike_column = column_of(self.head, result).expect("only results are interested in what neighbours differ in");
        let is_there = |value: &u32| *value != ValueId::ABSENT.0;
        let mut next = rows.start;
        while next < rows.end {
            self.look()?;
            let first = table.row(next);
            let is_alike = |row: &[u32]| row.iter().zip(first).enumerate().all(|(own, (one, other))| own == column || one == other);
            next += 1;
            if !fit.binds(first, &mut state.binding) {
                continue;
            }
            state.alike.clear();
            let Some(via) = via else {
                if next < rows.end && is_alike(table.row(next)) {
                    state.alike.push(first[column]);
                    while next < rows.end && is_alike(table.row(next)) {
                        state.alike.extend(Some(table.row(next)[column]).filter(is_there));
                        next += 1;
                    }
                }
                self.go(1, state, sink)?;
                continue;
            };
            let mut value = first[column];
            loop {
                match via {
                    Via::Successors(successors) => state.alike.extend_from_slice(successors.of_value(value)),
                    // What a row leaves out leads nowhere.
                    Via::Lists(_) if value == ValueId::ABSENT.0 => {}
                    Via::Lists(lists) => lists.of([value, 0]).for_each(|piece| state.alike.extend(piece.iter().copied().filter(is_there))),
                }
                if state.alike.len() > MAX_ALIKE {
                    self.look()?;
                    self.go(1, state, sink)?;
                    state.alike.clear();
                }
                if next == rows.end || !is_alike(table.row(next)) {
                    break;
                }
                value = table.row(next)[column];
                next += 1;
            }
            if !state.alike.is_empty() {
                self.go(1, state, sink)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn go(&self, at: usize, state: &mut State, sink: &mut impl Sink) -> Flow {
        state.steps += 1;
        if at != self.decided || at == self.legs.len() {
            return self.advance(at, state, sink);
        }
        match self.advance(at, state, sink) {
            // One success is enough from here on.
            ControlFlow::Break(Stop::Enough) => ControlFlow::Continue(()),
            flow @ (ControlFlow::Continue(()) | ControlFlow::Break(Stop::Over)) => flow,
        }
    }

    fn advance(&self, at: usize, state: &mut State, sink: &mut impl Sink) -> Flow {
        let Some(leg) = self.legs.get(at) else { return self.emit(state, sink) };
        match leg {
            Ready::Lists { lists, key, last: Some(last), .. } if state.alike.is_empty() => self.last(lists, key, *last, state, sink),
            Ready::Lists { lists, key, fit, is_negated, .. } => {
                let key = key.map(|key| compute::operand(key, &state.binding));
                if *is_negated {
                    let is_there = lists.of(key).any(|list| list.chunks_exact(lists.width).any(|row| bind(row, fit, &mut state.binding)));
                    return if is_there { ControlFlow::Continue(()) } else { self.go(at + 1, state, sink) };
                }
                self.each(at, lists, key, fit, state, sink)
            }
            Ready::Rows { tables, fit, is_negated } => {
                let mut rows = tables.iter().flat_map(|(table, rows)| rows.clone().map(|number| table.row(number)));
                if *is_negated {
                    let is_there = rows.any(|row| fit.binds(row, &mut state.binding));
                    return if is_there { ControlFlow::Continue(()) } else { self.go(at + 1, state, sink) };
                }
                rows.try_for_each(|row| if fit.binds(row, &mut state.binding) { self.go(at + 1, state, sink) } else { self.look() })
            }
            Ready::Marked { lists, seldom, often, fit, is_negated, .. } => {
                let (seldom, often) = (compute::operand(*seldom, &state.binding), compute::operand(*often, &state.binding));
                // Taken out for as long as it is read, since later legs have marks of their own.
                let mut own = std::mem::take(&mut state.marks[at]);
                own.mark(seldom, || lists.of([seldom, 0]));
                let mut flow = ControlFlow::Continue(());
                let mut is_there = false;
                let mut next = own.first(often);
                while let Some(number) = next {
                    next = own.next(number);
                    if bind(own.row(number), fit, &mut state.binding) {
                        is_there = true;
                        if *is_negated {
                            break;
                        }
                        flow = self.go(at + 1, state, sink);
                        if flow.is_break() {
                            break;
                        }
                    }
                }
                state.marks[at] = own;
                if *is_negated && !is_there { self.go(at + 1, state, sink) } else { flow }
            }
            Ready::Holds { known, row, is_negated } => {
                if known.holds(row, state) == *is_negated {
                    return ControlFlow::Continue(());
                }
                self.go(at + 1, state, sink)
            }
            Ready::Meet(sides) => self.meet(at, sides, state, sink),
            Ready::Compare { left, right, is_equal } => {
                let is_same = compute::operand(*left, &state.binding) == compute::operand(*right, &state.binding);
                if is_same == *is_equal { self.go(at + 1, state, sink) } else { ControlFlow::Continue(()) }
            }
        }
    }

    /// Goes on with each row of a list that fits.
    fn each(&self, at: usize, lists: &Lists<'_>, key: [u32; 2], fit: &[(usize, Column)], state: &mut State, sink: &mut impl Sink) -> Flow {
        self.look()?;
        let sieve = self.sieve(at, fit, state);
        for list in lists.of(key) {
            state.steps += list.len() as u64;
            for row in list.chunks_exact(lists.width) {
                if sieve.is_some_and(|column| !state.marks[at + 1].has(row[column])) {
                    continue;
                }
                if bind(row, fit, &mut state.binding) {
                    self.go(at + 1, state, sink)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The column of a list whose values the next leg looks for among marks: nearly all of them in vain, so it is seen to at once.
    fn sieve(&self, at: usize, fit: &[(usize, Column)], state: &mut State) -> Option<usize> {
        let Some(Ready::Marked { lists, seldom, often: Operand::Variable(often), is_negated: false, .. }) = self.legs.get(at + 1) else {
            return None;
        };
        let column = fit.iter().find_map(|(column, what)| match what {
            Column::Bind(variable) if variable == often => Some(*column),
            Column::Bind(_) | Column::Same(_) | Column::Present => None,
        })?;
        let seldom = compute::operand(*seldom, &state.binding);
        state.marks[at + 1].mark(seldom, || lists.of([seldom, 0]));
        Some(column)
    }

    /// Hands out a whole list.
    fn last(&self, lists: &Lists<'_>, key: &[Operand; 2], last: usize, state: &mut State, sink: &mut impl Sink) -> Flow {
        let key = key.map(|key| compute::operand(key, &state.binding));
        let mut is_filled = false;
        for list in lists.of(key) {
            if !std::mem::replace(&mut is_filled, true) {
                self.fill(state);
            }
            self.hand_out(list, last, state, sink)?;
        }
        ControlFlow::Continue(())
    }

    /// Hands out the values of a list, in a column of a result of which all others are filled in.
    #[inline]
    fn hand_out(&self, list: &[u32], column: usize, state: &mut State, sink: &mut impl Sink) -> Flow {
        state.steps += list.len() as u64;
        for values in list.chunks(RESULTS_PER_LOOK) {
            self.look()?;
            if values.contains(&ValueId::ABSENT.0) {
                for value in values.iter().filter(|value| **value != ValueId::ABSENT.0) {
                    state.row[column] = *value;
                    sink.row(&state.row);
                    goes_on(sink)?;
                }
            } else {
                sink.rows(&mut state.row, column, values);
                goes_on(sink)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Goes through the shorter list, and looks for each of its values in the other one.
    fn meet(&self, at: usize, sides: &[Side<'_>; 2], state: &mut State, sink: &mut impl Sink) -> Flow {
        self.look()?;
        let key = |side: &Side<'_>| side.key.map(|key| compute::operand(key, &state.binding));
        let [one, other] = sides;
        let words = |side: &Side<'_>| side.lists.of(key(side)).map(<[u32]>::len).sum::<usize>();
        let (shorter, longer) = if words(one) <= words(other) { (one, other) } else { (other, one) };
        for list in shorter.lists.of(key(shorter)) {
            state.steps += list.len() as u64;
            for value in list.iter().filter(|value| **value != ValueId::ABSENT.0) {
                state.binding[shorter.variable] = *value;
                if longer.known.holds(longer.row, state) {
                    self.go(at + 1, state, sink)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn fill(&self, state: &mut State) {
        for (column, operand) in state.row.iter_mut().zip(self.head) {
            *column = compute::operand(*operand, &state.binding);
        }
    }

    fn emit(&self, state: &mut State, sink: &mut impl Sink) -> Flow {
        self.look()?;
        self.fill(state);
        if state.alike.is_empty() {
            sink.row(&state.row);
            goes_on(sink)?;
        } else {
            state.steps += state.alike.len() as u64;
            for values in state.alike.chunks(RESULTS_PER_LOOK) {
                self.look()?;
                sink.rows(&mut state.row, state.alike_column, values);
                goes_on(sink)?;
            }
        }
        if self.decided < self.legs.len() { ControlFlow::Break(Stop::Enough) } else { ControlFlow::Continue(()) }
    }

    #[inline]
    fn look(&self) -> Flow {
        if self.is_interrupted() { ControlFlow::Break(Stop::Over) } else { ControlFlow::Continue(()) }
    }
}

#[inline]
fn goes_on(sink: &impl Sink) -> Flow {
    if sink.takes_more() { ControlFlow::Continue(()) } else { ControlFlow::Break(Stop::Over) }
}

impl<'a> Lists<'a> {
    /// What stands beside a key.
    #[inline]
    fn of(&self, key: [u32; 2]) -> Chained<'a> {
        let [one, other] = self.sides.map(|side| side.map(|side| side.list(key)));
        Chained { list: one.unwrap_or_default(), other }
    }
}

/// The pieces of one list and another one.
#[derive(Debug, Default)]
struct Chained<'a> {
    list: List<'a>,
    other: Option<List<'a>>,
}

impl<'a> Iterator for Chained<'a> {
    type Item = &'a [u32];

    #[inline]
    fn next(&mut self) -> Option<&'a [u32]> {
        loop {
            if let Some(piece) = self.list.next() {
                return Some(piece);
            }
            self.list = self.other.take()?;
        }
    }
}

impl Known<'_> {
    fn holds(&self, row: &[Operand], state: &mut State) -> bool {
        let State { binding, wanted, .. } = state;
        wanted.clear();
        wanted.extend(row.iter().map(|operand| compute::operand(*operand, binding)));
        self.whole.iter().any(|table| table.contains(wanted)) || self.growing.is_some_and(|table| table.remembers(wanted))
    }
}

impl Fit<'_> {
    #[inline]
    fn binds(&self, row: &[u32], binding: &mut [u32]) -> bool {
        self.key.iter().all(|(column, key)| row[*column] == compute::operand(*key, binding)) && bind(row, self.columns, binding)
    }
}

impl Ready<'_> {
    fn marks(&self) -> Marks {
        match self {
            Self::Marked { lists, often_at, .. } => Marks::new(lists.width, *often_at),
            Self::Rows { .. } | Self::Lists { .. } | Self::Holds { .. } | Self::Meet(_) | Self::Compare { .. } => Marks::default(),
        }
    }
}
