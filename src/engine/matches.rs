//! Rows that match an atom, within bounds: for what is looked up beside the evaluation, and must not take long.

use super::{Database, fits};
use crate::logic::{Atom, Term};

/// For a table that is larger than this no index is made.
const MAX_INDEXED: usize = 50_000;

impl Database {
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
