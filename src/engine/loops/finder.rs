//! Finds the lists, sets and rows that the legs of a course read: what its preparation has made. Runs nothing.

use super::{Fit, Known, Lists, Part, Ready, Side};
use crate::engine::course::{Course, Leg, column_of, extent, rest};
use crate::engine::{Bounds, Database};
use crate::logic::{Operand, RelationId};
use crate::plan::{Column, Lookup, Meeting};
use crate::value::ValueId;

pub(super) fn fit(lookup: &Lookup) -> Fit<'_> {
    Fit { key: lookup.key_columns.iter().copied().zip(lookup.key.iter().copied()).collect(), columns: &lookup.columns }
}

/// The same for lists that are found by these columns.
pub(super) fn list_fit(lookup: &Lookup, given: &[usize], database: &Database) -> Vec<(usize, Column)> {
    let rest = rest(lookup, given, database);
    lookup.columns.iter().filter_map(|(column, what)| Some((place(*column, &rest)?, *what))).collect()
}

/// Where a column stands in lists.
fn place(column: usize, rest: &[usize]) -> Option<usize> {
    rest.iter().position(|own| *own == column)
}

/// The values that lists are found by.
fn key(lookup: &Lookup) -> [Operand; 2] {
    [lookup.key[0], lookup.key.get(1).copied().unwrap_or(Operand::Value(ValueId::ABSENT))]
}

/// Finds what the legs of a course read.
pub(super) struct Finder<'a> {
    pub(super) database: &'a Database,
    pub(super) bounds: &'a Bounds,
    pub(super) growing: &'a [RelationId],
}

impl<'a> Finder<'a> {
    pub(super) fn ready(&self, leg: &'a Leg<'a>, number: usize, course: &Course<'_>) -> Ready<'a> {
        match leg {
            Leg::Rows { lookup, is_negated } => Ready::Rows { tables: self.tables(lookup), fit: fit(lookup), is_negated: *is_negated },
            Leg::Lists { lookup, is_negated } => {
                let fit = list_fit(lookup, &lookup.key_columns, self.database);
                let lists = self.lists(lookup, &lookup.key_columns);
                let is_last = number + 1 == course.legs.len() && course.decided > number && !is_negated && lists.width == 1;
                let last = match fit[..] {
                    [(0, Column::Bind(variable))] if is_last => column_of(&course.head, variable),
                    _ => None,
                };
                Ready::Lists { lists, key: key(lookup), fit, is_negated: *is_negated, last }
            }
            Leg::Marked { lookup, seldom, is_negated } => {
                let given = lookup.key_columns[*seldom];
                let lists = self.lists(lookup, &[given]);
                let often = place(lookup.key_columns[1 - *seldom], &rest(lookup, &[given], self.database));
                Ready::Marked {
                    lists,
                    seldom: lookup.key[*seldom],
                    often: lookup.key[1 - *seldom],
                    often_at: often.expect("lists hold all that a lookup reads"),
                    fit: list_fit(lookup, &[given], self.database),
                    is_negated: *is_negated,
                }
            }
            Leg::Holds { lookup, is_negated } => Ready::Holds { known: self.known(lookup), row: &lookup.key, is_negated: *is_negated },
            Leg::Meet([one, other]) => Ready::Meet(Box::new([self.side(one), self.side(other)])),
            Leg::Compare { left, right, is_equal } => Ready::Compare { left: *left, right: *right, is_equal: *is_equal },
        }
    }

    pub(super) fn tables(&self, lookup: &Lookup) -> Vec<Part<'a>> {
        let [stated, _] = extent(lookup, self.database, self.bounds);
        let derived = self.bounds.derived(lookup.relation, lookup.version);
        let parts = [(self.database.stated(lookup.relation), 0..stated), (self.database.derived(lookup.relation), derived)];
        parts.into_iter().filter(|(_, rows)| !rows.is_empty()).collect()
    }

    pub(super) fn lists(&self, lookup: &Lookup, columns: &[usize]) -> Lists<'a> {
        let extent = extent(lookup, self.database, self.bounds);
        let tables = [self.database.stated(lookup.relation), self.database.derived(lookup.relation)];
        let rest = rest(lookup, columns, self.database);
        let side = |place: usize| tables[place].lists(columns, &rest).filter(|_| extent[place] > 0);
        // The first one is there if one is.
        let sides = match [side(0), side(1)] {
            [None, other] => [other, None],
            sides => sides,
        };
        Lists { sides, width: rest.len() }
    }

    fn known(&self, lookup: &Lookup) -> Known<'a> {
        let [stated, derived] = extent(lookup, self.database, self.bounds);
        let relation = lookup.relation;
        let grows = self.growing.contains(&relation);
        let whole = [(self.database.stated(relation), stated > 0), (self.database.derived(relation), derived > 0 && !grows)];
        Known {
            whole: whole.into_iter().filter(|(_, is_read)| *is_read).map(|(table, _)| table).collect(),
            growing: (derived > 0 && grows).then(|| self.database.derived(relation)),
        }
    }

    fn side(&self, meeting: &'a Meeting) -> Side<'a> {
        let open = &meeting.open;
        let lists = self.lists(open, &open.key_columns);
        let bound = open.columns.iter().find_map(|(_, what)| match what {
            Column::Bind(variable) => Some(variable.index()),
            Column::Same(_) | Column::Present => None,
        });
        let variable = bound.expect("lists meet in a variable");
        Side { lists, key: key(open), variable, known: self.known(&meeting.check), row: &meeting.check.key }
    }
}
