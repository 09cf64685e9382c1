//! How a body of plain sentences is run by tight loops ([`super::loops`]): each of its lookups gets the lists or sets that answer it
//! fastest for as many rows as there are now. A body with anything else in it has no course, and goes step by step ([`super::join`]).
//!
//! Nothing that is read here grows while the loops run: lists and sets hold what was known before the round.

use super::{Bounds, Database};
use crate::logic::{Expression, Operand, RelationId, VariableId};
use crate::plan::{Body, Column, Lookup, Meeting, Step, Version};
use crate::syntax::ast::Comparator;

/// Marks pay where the relation that is marked has at most so many rows for each that is gone through.
const MARKED_PER_ROW: usize = 8;

/// The way through a body.
#[derive(Debug)]
pub(super) struct Course<'p> {
    pub(super) legs: Vec<Leg<'p>>,
    pub(super) start: Start,
    /// Leads from what neighbours differ in to what the result is interested in. Nothing else knows of the one or the other, so it is
    /// gone through once for all neighbours.
    pub(super) via: Option<&'p Lookup>,
    /// From this leg on nothing binds what is wanted: the first success is as good as all.
    pub(super) decided: usize,
    pub(super) variables: usize,
    /// What each column of a result is.
    pub(super) head: Vec<Operand>,
    /// Of these relations only what was known before the round is read.
    pub(super) growing: &'p [RelationId],
}

/// How the first leg is gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// Like any other.
    Plainly,
    /// Row by row. Where neighbours differ in a column only that nothing but the result is interested in, they are one.
    Rows { alike_but: Option<Alike> },
    /// All rows with the same value in this column together.
    Groups { column: usize },
}

/// What neighbours differ in that are gone through as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Alike {
    /// Their column, and the variable that it binds.
    pub(super) column: usize,
    pub(super) variable: VariableId,
    /// The variable that results are interested in instead: [`Course::via`] binds it.
    pub(super) result: VariableId,
}

#[derive(Debug)]
pub(super) enum Leg<'p> {
    /// All rows are looked at.
    Rows {
        lookup: &'p Lookup,
        is_negated: bool,
    },
    /// Rows with given values in one or two columns.
    Lists {
        lookup: &'p Lookup,
        is_negated: bool,
    },
    /// The same for two columns, of which one changes seldom: what stands beside it is marked.
    Marked {
        lookup: &'p Lookup,
        seldom: usize,
        is_negated: bool,
    },
    /// A row of which all values are given.
    Holds {
        lookup: &'p Lookup,
        is_negated: bool,
    },
    /// The values that two lists have.
    Meet([&'p Meeting; 2]),
    Compare {
        left: Operand,
        right: Operand,
        is_equal: bool,
    },
}

impl Database {
    /// Whether a body would be run by loops now. Rows of `growing` relations may come meanwhile.
    pub(crate) fn has_course(&self, body: &Body, growing: &[RelationId]) -> bool {
        Course::of(body, Vec::new(), self, &Bounds::all(self), growing).is_some()
    }
}

impl<'p> Course<'p> {
    /// The way through a body, if it has one. Of those that are `growing` rows may come while it is run.
    pub(super) fn of(body: &'p Body, head: Vec<Operand>, database: &Database, bounds: &Bounds, growing: &'p [RelationId]) -> Option<Self> {
        let lookups = || body.steps.iter().flat_map(lookups);
        let is_plain = |lookup: &Lookup| {
            let relation = lookup.relation;
            let reads_closure = lookup.version != Version::Stated && bounds.known(relation).is_none();
            let is_behind = bounds.known(relation).is_some_and(|known| database.derived(relation).listed() > known);
            let width = database.shapes[relation.index()].width;
            let keys = lookup.key_columns.len();
            !database.is_kept(relation) && !reads_closure && !is_behind && width > 0 && (keys <= 2 || keys == width)
        };
        if !lookups().all(is_plain) {
            return None;
        }
        let start = start(body, &head, database, bounds, growing);
        let via = if let Start::Rows { alike_but: Some(alike) } = start { way(body, alike) } else { None };
        let grouped = if let (Start::Groups { column }, Some(Step::Scan(lookup))) = (start, body.steps.first()) {
            bound_by(lookup, column)
        } else {
            None
        };
        let mut legs = Vec::with_capacity(body.steps.len() + 1);
        let mut decided = body.decided;
        for (number, step) in body.steps.iter().enumerate() {
            match step {
                Step::Scan(lookup) if via.is_some_and(|via| std::ptr::eq(via, lookup)) => decided -= usize::from(body.decided > number),
                Step::Scan(lookup) => legs.push(leg(lookup, grouped, false, database)),
                Step::Reject(lookup) => legs.push(leg(lookup, grouped, true, database)),
                Step::Meet(meetings) => {
                    let [one, other] = &**meetings;
                    let marks = |meeting: &&Meeting| grouped.is_some_and(|variable| seldom(&meeting.check, variable).is_some());
                    let marked = [other, one].into_iter().find(marks);
                    if marked.is_none() && [one, other].into_iter().all(|meeting| is_whole(&meeting.check, database)) {
                        legs.push(Leg::Meet([one, other]));
                        continue;
                    }
                    let (open, check) = if marked.is_some_and(|marked| std::ptr::eq(marked, one)) { (other, one) } else { (one, other) };
                    legs.push(leg(&open.open, None, false, database));
                    legs.push(leg(&check.check, grouped, false, database));
                    decided += usize::from(body.decided > number);
                }
                Step::Compare(comparison) => {
                    let (Expression::Operand(left), Expression::Operand(right)) = (&comparison.left, &comparison.right) else {
                        return None;
                    };
                    let is_equal = match comparison.comparator {
                        Comparator::Equal => true,
                        Comparator::NotEqual => false,
                        Comparator::Less | Comparator::LessOrEqual | Comparator::Greater | Comparator::GreaterOrEqual => return None,
                    };
                    legs.push(Leg::Compare { left: *left, right: *right, is_equal });
                }
                Step::Bind { .. } | Step::Match(_) | Step::Aggregate { .. } | Step::Every { .. } => return None,
            }
        }
        Some(Self { legs, start, via, decided, variables: body.variables, head, growing })
    }

    /// The column in which results differ that come together.
    pub(super) fn list_column(&self) -> Option<usize> {
        if let Start::Rows { alike_but: Some(alike) } = self.start {
            return column_of(&self.head, alike.result);
        }
        let Some(Leg::Lists { lookup, is_negated: false }) = self.legs.last() else { return None };
        lookup.columns.iter().find_map(|(_, what)| match what {
            Column::Bind(variable) => column_of(&self.head, *variable),
            Column::Same(_) | Column::Present => None,
        })
    }

    /// Whether no result comes twice: each is a whole row of one relation.
    pub(super) fn is_copy(&self, database: &Database) -> bool {
        let [Leg::Rows { lookup, is_negated: false }] = self.legs.as_slice() else { return false };
        let is_shown = |(_, what): &(usize, Column)| match what {
            Column::Bind(variable) => self.head.contains(&Operand::Variable(*variable)),
            Column::Same(_) => true,
            Column::Present => false,
        };
        let known = lookup.columns.len() + lookup.key_columns.len();
        self.via.is_none() && known == database.shapes[lookup.relation.index()].width && lookup.columns.iter().all(is_shown)
    }

    /// Makes the lists and sets that the legs need. An interrupt leaves some undone.
    pub(super) fn prepare(&self, database: &mut Database, bounds: &Bounds) {
        if let (Start::Groups { column }, Some(Leg::Rows { lookup, .. })) = (self.start, self.legs.first()) {
            list(lookup, &[column], database, bounds);
        }
        if let Some(lookup) = self.via {
            list(lookup, &lookup.key_columns, database, bounds);
        }
        for leg in &self.legs {
            match leg {
                Leg::Rows { .. } | Leg::Compare { .. } => {}
                Leg::Lists { lookup, .. } => list(lookup, &lookup.key_columns, database, bounds),
                Leg::Marked { lookup, seldom, .. } => list(lookup, &[lookup.key_columns[*seldom]], database, bounds),
                Leg::Holds { lookup, .. } => remember(lookup, database, bounds, self.growing),
                Leg::Meet(meetings) => meetings.iter().for_each(|meeting| {
                    list(&meeting.open, &meeting.open.key_columns, database, bounds);
                    remember(&meeting.check, database, bounds, self.growing);
                }),
            }
        }
    }
}

/// The column of a result that a variable fills alone.
pub(super) fn column_of(head: &[Operand], variable: VariableId) -> Option<usize> {
    let mut own = head.iter().enumerate().filter(|(_, operand)| **operand == Operand::Variable(variable)).map(|(column, _)| column);
    let column = own.next()?;
    own.next().is_none().then_some(column)
}

/// How many stated and derived rows a lookup may read.
pub(super) fn extent(lookup: &Lookup, database: &Database, bounds: &Bounds) -> [usize; 2] {
    let stated = if lookup.version == Version::Recent { 0 } else { database.stated(lookup.relation).len() };
    let derived = if lookup.version == Version::Stated { 0 } else { bounds.known(lookup.relation).unwrap_or_default() };
    [stated, derived]
}

fn lookups(step: &Step) -> impl Iterator<Item = &Lookup> {
    let (single, meetings) = match step {
        Step::Scan(lookup) | Step::Reject(lookup) => (Some(lookup), None),
        Step::Meet(meetings) => (None, Some(meetings)),
        Step::Compare(_) | Step::Bind { .. } | Step::Match(_) | Step::Aggregate { .. } | Step::Every { .. } => (None, None),
    };
    let pairs = meetings.into_iter().flat_map(|meetings| meetings.iter().flat_map(|meeting| [&meeting.open, &meeting.check]));
    single.into_iter().chain(pairs)
}

fn leg<'p>(lookup: &'p Lookup, grouped: Option<VariableId>, is_negated: bool, database: &Database) -> Leg<'p> {
    if lookup.key_columns.is_empty() || lookup.version == Version::Recent {
        return Leg::Rows { lookup, is_negated };
    }
    if let Some(seldom) = grouped.and_then(|variable| seldom(lookup, variable)) {
        return Leg::Marked { lookup, seldom, is_negated };
    }
    if is_whole(lookup, database) { Leg::Holds { lookup, is_negated } } else { Leg::Lists { lookup, is_negated } }
}

/// Whether all values of a row are given.
fn is_whole(lookup: &Lookup, database: &Database) -> bool {
    lookup.key_columns.len() == database.shapes[lookup.relation.index()].width
}

/// Where in the key of a lookup by two different variables one of them stands.
fn seldom(lookup: &Lookup, variable: VariableId) -> Option<usize> {
    let [Operand::Variable(one), Operand::Variable(other)] = lookup.key[..] else { return None };
    match (one == variable, other == variable) {
        (true, false) => Some(0),
        (false, true) => Some(1),
        _ => None,
    }
}

/// The variable that a lookup binds to a column.
fn bound_by(lookup: &Lookup, column: usize) -> Option<VariableId> {
    lookup.columns.iter().find_map(|(own, what)| match what {
        Column::Bind(variable) if *own == column => Some(*variable),
        Column::Bind(_) | Column::Same(_) | Column::Present => None,
    })
}

fn start(body: &Body, head: &[Operand], database: &Database, bounds: &Bounds, growing: &[RelationId]) -> Start {
    let Some((Step::Scan(first), others)) = body.steps.split_first() else { return Start::Plainly };
    if !first.key_columns.is_empty() && first.version != Version::Recent {
        return Start::Plainly;
    }
    let rows: usize = extent(first, database, bounds).iter().sum();
    let has_marks = |variable: VariableId| {
        others.iter().flat_map(lookups).any(|lookup| {
            let marked: usize = extent(lookup, database, bounds).iter().sum();
            // Once all pairs have bits, there is nothing faster.
            let has_bits = lookup.columns.is_empty() && has_bits(lookup, database);
            seldom(lookup, variable).is_some() && marked <= rows.saturating_mul(MARKED_PER_ROW) && !has_bits
        })
    };
    let is_whole = first.version == Version::Total && !growing.contains(&first.relation);
    let columns = 0..database.shapes[first.relation.index()].width;
    let grouped = columns.clone().find(|column| bound_by(first, *column).is_some_and(has_marks));
    if let (true, true, Some(column)) = (is_whole, columns.len() > 1, grouped) {
        return Start::Groups { column };
    }
    let alone = |column: usize| {
        let variable = bound_by(first, column)?;
        let uses = uses(body, variable);
        if column_of(head, variable).is_some() {
            return (uses == 1).then_some(Alike { column, variable, result: variable });
        }
        // One more sentence may know it that leads to the result and to nothing else.
        let result = others.iter().find_map(|step| if let Step::Scan(lookup) = step { led_to(lookup, variable) } else { None })?;
        let is_alone = uses == 2 && self::uses(body, result) == 1 && column_of(head, result).is_some();
        (is_alone && !head.contains(&Operand::Variable(variable))).then_some(Alike { column, variable, result })
    };
    Start::Rows { alike_but: columns.rev().find_map(alone) }
}

/// The lookup between what neighbours differ in and what the result is interested in, if they are not the same.
fn way(body: &Body, Alike { variable, result, .. }: Alike) -> Option<&Lookup> {
    let scans = body.steps.iter().skip(1).filter_map(|step| if let Step::Scan(lookup) = step { Some(lookup) } else { None });
    scans.into_iter().find(|lookup| variable != result && led_to(lookup, variable) == Some(result))
}

/// The only variable that a lookup gives values, if it is found by another one alone and does nothing else.
fn led_to(lookup: &Lookup, variable: VariableId) -> Option<VariableId> {
    match (lookup.key.as_slice(), lookup.columns.as_slice(), lookup.version) {
        (_, _, Version::Recent) => None,
        ([Operand::Variable(own)], [(_, Column::Bind(result))], _) if *own == variable => Some(*result),
        _ => None,
    }
}

/// How often a body speaks of a variable.
fn uses(body: &Body, variable: VariableId) -> usize {
    let is_own = |operand: &&Operand| **operand == Operand::Variable(variable);
    let in_columns = |columns: &[(usize, Column)]| {
        columns.iter().filter(|(_, what)| matches!(what, Column::Bind(own) | Column::Same(own) if *own == variable)).count()
    };
    let in_step = |step: &Step| match step {
        Step::Compare(comparison) => {
            [&comparison.left, &comparison.right].into_iter().flat_map(Expression::variables).filter(|own| *own == variable).count()
        }
        Step::Scan(_) | Step::Meet(_) | Step::Reject(_) => {
            lookups(step).map(|lookup| lookup.key.iter().filter(is_own).count() + in_columns(&lookup.columns)).sum()
        }
        // No body that has one of these runs in loops.
        Step::Bind { .. } | Step::Match(_) | Step::Aggregate { .. } | Step::Every { .. } => 0,
    };
    body.steps.iter().map(in_step).sum()
}

/// Whether a relation has a bit for each of its rows.
fn has_bits(lookup: &Lookup, database: &Database) -> bool {
    let tables = [database.stated(lookup.relation), database.derived(lookup.relation)];
    tables.iter().all(|table| table.len() == 0 || table.knows_no_numbers())
}

/// What stands in lists that are found by the given columns: all that a lookup reads beside them, and at least one.
pub(super) fn rest(lookup: &Lookup, given: &[usize], database: &Database) -> Vec<usize> {
    let shape = &database.shapes[lookup.relation.index()];
    // Nobody needs to look whether there is a value where there always is one.
    let is_read = |(column, what): &&(usize, Column)| !(matches!(what, Column::Present) && shape.fills(*column));
    let read = lookup.columns.iter().filter(is_read).map(|(column, _)| *column).chain(lookup.key_columns.iter().copied());
    let mut rest = read.filter(|column| !given.contains(column)).collect::<Vec<_>>();
    rest.sort_unstable();
    rest.dedup();
    if rest.is_empty() {
        // Fewer columns are given than there are.
        rest.extend((0..=given.len()).find(|column| !given.contains(column)));
    }
    rest
}

fn list(lookup: &Lookup, columns: &[usize], database: &mut Database, bounds: &Bounds) {
    let [stated, derived] = extent(lookup, database, bounds);
    let rest = rest(lookup, columns, database);
    let relation = lookup.relation.index();
    for (tables, rows) in [(&mut database.stated, stated), (&mut database.derived, derived)] {
        if rows > 0 {
            tables[relation].list_by(columns, &rest, rows, &database.interrupt);
        }
    }
}

/// A relation that grows is asked for the rows that it had before the round.
fn remember(lookup: &Lookup, database: &mut Database, bounds: &Bounds, growing: &[RelationId]) {
    let [_, derived] = extent(lookup, database, bounds);
    if derived > 0 && growing.contains(&lookup.relation) {
        database.derived[lookup.relation.index()].remember(derived, &database.interrupt);
    }
}
