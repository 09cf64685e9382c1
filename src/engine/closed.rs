//! Single rows of a complete database: found for a sentence, whether there is a row for it or a closure holds it, and given a number
//! and a round where it is to be explained.

use super::closure::{Closure, End};
use super::error::EngineError;
use super::{Activity, Database, Interrupt, Table, fits};
use crate::logic::{Atom, RelationId, Term};
use crate::plan::{self, ClosureForm, Stratum};

/// A row that matches an atom.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) row: Vec<u32>,
    pub(crate) is_stated: bool,
}

impl Database {
    pub(super) fn closure(&self, relation: RelationId) -> Option<&Closure> {
        self.closures[relation.index()].as_ref()
    }

    /// How a stratum is computed as a closure, if it is, by the facts that there are.
    pub(crate) fn closure_of(&self, stratum: &Stratum) -> Option<plan::Closure> {
        let (&[relation], Some(closure)) = (stratum.relations.as_slice(), stratum.closure) else { return None };
        (closure.form.takes_stated() || self.stated(relation).len() == 0).then_some(closure)
    }

    /// Forgets what single questions have looked for in closures, so that no answer rests on those before it.
    pub(super) fn begin_question(&mut self) {
        for (closure, table) in self.closures.iter_mut().zip(&mut self.derived) {
            if let Some(closure) = closure {
                closure.forget_single();
                table.keep_first_round();
            }
        }
    }

    /// Gets ready for reading the pairs of a closure with these ends.
    pub(super) fn prepare_pairs(&mut self, relation: RelationId, from: End, to: End) -> Result<(), EngineError> {
        self.searching(relation, |closure, interrupt| closure.prepare(from, to, interrupt))
    }

    /// Searches a closure, if a relation is one, and notes what that costs.
    pub(super) fn searching(
        &mut self,
        relation: RelationId,
        search: impl FnOnce(&mut Closure, &Interrupt) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        if self.closure(relation).is_none() {
            return Ok(());
        }
        let outer = self.turn_to(Activity::Pairs(relation));
        let Some(closure) = &mut self.closures[relation.index()] else { return Ok(()) };
        let known = closure.found();
        search(closure, &self.interrupt)?;
        let new = closure.found().saturating_sub(known);
        self.note_cost(Activity::Pairs(relation), 1, new);
        self.turn_to(outer);
        Ok(())
    }

    /// How many rows follow, as far as they have been found.
    pub(super) fn derived_len(&self, relation: RelationId) -> u64 {
        let rows = self.derived(relation).len() as u64;
        self.closure(relation).and_then(Closure::len).map_or(rows, |len| len.max(rows))
    }

    /// Makes a relation, of which all is known that holds directly, the closure of that.
    pub(super) fn close(&mut self, relation: RelationId, form: ClosureForm, limit: u64, too_many: EngineError) -> Result<(), EngineError> {
        self.uninterrupted()?;
        let pairs = self.stated(relation).iter().chain(self.derived(relation).iter()).map(|row| (row[0], row[1]));
        let limit = limit.saturating_add(pairs.clone().count() as u64);
        self.closures[relation.index()] = Some(Closure::new(form, pairs, limit, too_many, &self.interrupt)?);
        Ok(())
    }

    /// The first row that matches an atom, stated or among the first `known` derived ones; without a bound, in all that holds. Quick if a
    /// join has made the index for it.
    pub(crate) fn first_match(&self, atom: &Atom, known: Option<usize>) -> Option<Found> {
        let value = |(column, term): (usize, &Term)| if let Term::Value(value) = term { Some((column, value.0)) } else { None };
        let (columns, values): (Vec<usize>, Vec<u32>) = atom.terms.iter().enumerate().filter_map(value).unzip();
        let bound = known.unwrap_or(usize::MAX);
        let first = |table: &Table, known: usize| {
            if columns.len() == table.width() {
                return table.find(&values.iter().copied()).filter(|number| *number < known);
            }
            let fits = |number: &usize| fits(atom, table.row(*number));
            if let Some(matching) = table.matching_if_indexed(&columns, &values.iter().copied()) {
                return matching.filter(|number| *number < known && table.counts(*number)).find(fits);
            }
            table.holding(&columns, &values, &self.interrupt).take_while(|number| *number < known).find(fits)
        };
        let (stated, derived) = (self.stated(atom.relation), self.derived(atom.relation));
        if self.is_kept(atom.relation) && !atom.stated_only {
            let row = derived.row(first(derived, bound)?).to_vec();
            return Some(Found { is_stated: stated.contains(&row), row });
        }
        let in_stated = first(stated, stated.len()).map(|number| Found { row: stated.row(number).to_vec(), is_stated: true });
        let derived = || first(derived, bound).map(|number| Found { row: derived.row(number).to_vec(), is_stated: false });
        let closed = || {
            let row = self.closed_rows(atom).filter(|_| known.is_none())?.next()?;
            Some(Found { row: row.to_vec(), is_stated: false })
        };
        in_stated.or_else(derived).or_else(closed)
    }

    /// The pairs of a closure that match an atom; nothing for other relations.
    pub(super) fn closed_rows<'d>(&'d self, atom: &'d Atom) -> Option<Box<dyn Iterator<Item = [u32; 2]> + 'd>> {
        let (closure, &[from, to]) = (self.closure(atom.relation).filter(|_| !atom.stated_only)?, atom.terms.as_slice()) else {
            return None;
        };
        let rows: Box<dyn Iterator<Item = [u32; 2]>> = match (from, to) {
            (Term::Value(from), Term::Value(to)) => Box::new(closure.contains(from.0, to.0).then_some([from.0, to.0]).into_iter()),
            (Term::Value(from), _) => Box::new(closure.reached(from.0).map(move |to| [from.0, to])),
            (_, Term::Value(to)) => Box::new(closure.reaching(to.0).map(move |from| [from, to.0])),
            _ => Box::new(closure.sources().flat_map(|from| closure.reached(from).map(move |to| [from, to]))),
        };
        Some(Box::new(rows.filter(|row| fits(atom, row))))
    }

    /// Every row of a relation that is stated or has been derived; nothing for a closure, whose pairs have none.
    pub(crate) fn every_row(&self, relation: RelationId) -> Option<Table> {
        if self.closure(relation).is_some() {
            return None;
        }
        let mut table = Table::new(self.derived(relation).width());
        let stated = self.stated(relation).iter().take(if self.is_kept(relation) { 0 } else { usize::MAX });
        stated.chain(self.derived(relation).iter()).for_each(|row| {
            table.insert(row);
        });
        Some(table)
    }

    /// The number of a derived row. For a pair of a closure, rows are added for it and for the pairs from which it follows, each in a round
    /// of its own.
    pub(crate) fn derived_number(&mut self, relation: RelationId, row: &[u32]) -> Option<usize> {
        let known = self.derived(relation).find(&row.iter().copied());
        let (None, Some(closure), &[from, to]) = (known, self.closure(relation), row) else { return known };
        for step in closure.steps(from, to)? {
            if !self.stated(relation).contains(&step) && !self.derived(relation).contains(&step) {
                let table = &mut self.derived[relation.index()];
                table.start_round();
                table.insert(&step);
            }
        }
        self.derived(relation).find(&row.iter().copied())
    }

    /// The derived rows that a value is in.
    pub(crate) fn derived_about(&self, relation: RelationId, value: u32) -> Vec<Vec<u32>> {
        let Some(closure) = self.closure(relation) else {
            return self.derived(relation).iter().filter(|row| row.contains(&value)).map(<[u32]>::to_vec).collect();
        };
        let reached = closure.reached(value).map(|to| vec![value, to]);
        reached.chain(closure.reaching(value).filter(|from| *from != value).map(|from| vec![from, value])).collect()
    }
}
