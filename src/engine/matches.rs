//! Rows that match an atom, within bounds: for what is looked up beside the evaluation, and must not take long.

use super::{Database, Found, fits};
use crate::logic::{Atom, RelationId, Term};

/// For a table that is larger than this no index is made.
const MAX_INDEXED: usize = 50_000;

impl Database {
    /// At most so many rows that match an atom, stated ones first, with an index for them as soon as that pays. Only the first `known` derived
    /// rows count, where that is given.
    pub(crate) fn rows_for(&mut self, atom: &Atom, most: usize, known: Option<usize>) -> Vec<Found> {
        let value = |(column, term): (usize, &Term)| if let Term::Value(value) = term { Some((column, value.0)) } else { None };
        let (columns, values): (Vec<usize>, Vec<u32>) = atom.terms.iter().enumerate().filter_map(value).unzip();
        let index = atom.relation.index();
        let is_kept = self.is_kept(atom.relation) && !atom.stated_only;
        let mut found: Vec<Found> = Vec::new();
        for is_stated in if atom.stated_only { &[true][..] } else { &[true, false] }.iter().copied() {
            let table = if is_stated { &mut self.stated[index] } else { &mut self.derived[index] };
            if !columns.is_empty() && columns.len() < table.width() && !(table.len() > MAX_INDEXED && table.may_look_through(&columns)) {
                table.index_for_few(&columns, &self.interrupt);
            }
            let (stated, derived) = (&self.stated[index], &self.derived[index]);
            let table = if is_stated { stated } else { derived };
            // Where the best is kept, what is stated stands among what is derived, too.
            let counts = |row: &[u32]| !is_kept || is_stated == stated.contains(row) && derived.contains(row);
            let bound = if is_stated { usize::MAX } else { known.unwrap_or(usize::MAX) };
            let numbers: Box<dyn Iterator<Item = usize>> = if columns.len() == table.width() {
                Box::new(table.find(&values.iter().copied()).into_iter())
            } else {
                match table.keyed(&columns, &values.iter().copied()) {
                    Some((matching, _)) => Box::new(matching),
                    None => Box::new(table.holding(&columns, &values, &self.interrupt)),
                }
            };
            let numbers = numbers.filter(|number| *number < bound && table.counts(*number));
            let rows = numbers.map(|number| table.row(number)).filter(|row| fits(atom, row) && counts(row));
            let room = most.saturating_sub(found.len());
            found.extend(rows.take(room).map(|row| Found { row: row.to_vec(), is_stated }));
        }
        let (stated, derived) = (&self.stated[index], &self.derived[index]);
        let closed = if known.is_none() { self.closed_rows(atom) } else { None };
        let closed = closed.into_iter().flatten().filter(|row| !stated.contains(row) && !derived.contains(row));
        let room = most.saturating_sub(found.len());
        found.extend(closed.take(room).map(|row| Found { row: row.to_vec(), is_stated: false }));
        found
    }

    /// Where direct pairs of a closure lead from a value, or where they come from; nothing for relations that are none.
    pub(crate) fn direct(&self, relation: RelationId, value: u32, is_forward: bool) -> Option<Vec<u32>> {
        self.closure(relation).map(|closure| closure.direct(value, is_forward).collect())
    }

    /// The rows that match an atom, stated ones first. `left` counts down the rows that are looked at; nothing if they are too
    /// many, or if finding them would take an index over too large a table.
    pub(crate) fn matches(&mut self, atom: &Atom, left: &mut usize) -> Option<Vec<Vec<u32>>> {
        let value = |(column, term): (usize, &Term)| if let Term::Value(value) = term { Some((column, value.0)) } else { None };
        let (columns, values): (Vec<usize>, Vec<u32>) = atom.terms.iter().enumerate().filter_map(value).unzip();
        let values = values.iter().copied();
        if let Some(closed) = self.closed_rows(atom) {
            let mut rows = Vec::new();
            for row in closed {
                *left = left.checked_sub(1)?;
                rows.push(row.to_vec());
            }
            return Some(rows);
        }
        let index = atom.relation.index();
        let is_kept = self.is_kept(atom.relation);
        let stated = (atom.stated_only || !is_kept).then_some(&mut self.stated[index]);
        let derived = (!atom.stated_only).then_some(&mut self.derived[index]);
        let mut rows = Vec::new();
        for table in [stated, derived].into_iter().flatten() {
            if columns.len() == table.width() {
                rows.extend(table.find(&values).map(|number| table.row(number).to_vec()));
                continue;
            }
            let all = if columns.is_empty() { 0..table.len() } else { 0..0 };
            if !columns.is_empty() {
                if table.len() > MAX_INDEXED && !table.has_index(&columns) {
                    return None;
                }
                table.index(&columns, &self.interrupt);
            }
            let keyed = table.matching(&columns, &values).into_iter().flatten();
            for number in all.chain(keyed) {
                *left = left.checked_sub(1)?;
                rows.extend((table.counts(number) && fits(atom, table.row(number))).then(|| table.row(number).to_vec()));
            }
        }
        Some(rows)
    }

    /// Makes the index that finds the rows which match an atom, however long that takes.
    pub(crate) fn index_for(&mut self, atom: &Atom) {
        let columns: Vec<usize> = (0..atom.terms.len()).filter(|column| matches!(atom.terms[*column], Term::Value(_))).collect();
        if !columns.is_empty() && columns.len() < atom.terms.len() && self.closed_rows(atom).is_none() {
            self.stated[atom.relation.index()].index(&columns, &self.interrupt);
            self.derived[atom.relation.index()].index(&columns, &self.interrupt);
        }
    }
}
