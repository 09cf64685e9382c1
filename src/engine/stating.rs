//! What is stated: facts come and go, and another day lets others count. All of them or, after an interrupt, none. Each change is noted for
//! what has been derived ([`super::maintain`]), and for whoever may want to take it back ([`super::changes`]).

use jiff::civil::Date;

use super::{Database, Interrupted, RowChanges, Table, in_force};
use crate::discard::{self, discard};
use crate::logic::{Atom, Fact, RelationId, Rows};
use crate::value::{Dictionary, ValueId};

/// So many facts are stated before somebody who interrupts is heard.
const STATED_PER_LOOK: usize = 1 << 10;

/// What has been derived follows an import of fewer rows one by one.
const SMALL_IMPORT: u64 = 1 << 10;

impl Database {
    /// Lets only the facts of a day count from here on; without one, all. After an interrupt everything is as it was.
    pub(crate) fn set_day(&mut self, day: Option<Date>, dictionary: &Dictionary) -> Result<(), Interrupted> {
        let mut moves = Vec::new();
        for number in 0..self.shapes.len() {
            let shape = self.shapes[number];
            if shape.validity == (None, None) {
                continue;
            }
            let other = |table: &Table, is_wanted: bool| {
                let numbers = self.interrupt.until(table.numbers());
                numbers.filter(|number| in_force(shape, table.row(*number), day, dictionary) == is_wanted).collect::<Vec<_>>()
            };
            let (stated, dormant) = (&self.stated[number], &self.dormant[number]);
            let (ends, begins) = (other(stated, false), other(dormant, true));
            self.interrupt.check()?;
            moves.push((
                relation_of(number),
                if stated.are_few(ends.len()) && dormant.are_few(begins.len()) {
                    let rows = |table: &Table, numbers: &[usize]| numbers.iter().map(|number| table.row(*number).to_vec()).collect();
                    Moved::Rows { ends: rows(stated, &ends), begins: rows(dormant, &begins) }
                } else {
                    Moved::Tables(Box::new([
                        stated.exchanged(&ends, (dormant, &begins), &self.interrupt).ok_or(Interrupted)?,
                        dormant.exchanged(&begins, (stated, &ends), &self.interrupt).ok_or(Interrupted)?,
                    ]))
                },
            ));
        }
        for (relation, _) in &moves {
            self.list(*relation)?;
        }
        self.day = day;
        for (relation, moved) in moves {
            let number = relation.index();
            match moved {
                Moved::Tables(tables) => {
                    [self.stated[number], self.dormant[number]] = *tables;
                    self.changed_much();
                }
                Moved::Rows { ends, begins } => {
                    for (rows, is_added) in [(ends, false), (begins, true)] {
                        for row in rows {
                            let (stated, dormant) = (&mut self.stated[number], &mut self.dormant[number]);
                            let (from, to) = if is_added { (dormant, stated) } else { (stated, dormant) };
                            from.remove(&row);
                            to.insert(&row);
                            self.changed(relation, &row, is_added);
                        }
                    }
                }
            }
        }
        self.changed_day();
        Ok(())
    }

    /// States facts, or after an interrupt none of them; gives how many were new.
    pub(crate) fn state(&mut self, facts: &[Fact], dictionary: &Dictionary) -> Result<usize, Interrupted> {
        let mut concerned: Vec<RelationId> = facts.iter().map(|fact| fact.relation).collect();
        concerned.sort_unstable();
        concerned.dedup();
        let rows = facts.iter().map(|fact| (fact.relation, raw(&fact.values)));
        self.state_each(&concerned, rows, dictionary)
    }

    /// States facts of one relation, or after an interrupt none of them; gives how many were new.
    pub(crate) fn state_rows(&mut self, relation: RelationId, rows: Rows, dictionary: &Dictionary) -> Result<usize, Interrupted> {
        self.interrupt.check()?;
        let (number, width) = (relation.index(), self.shapes[relation.index()].width);
        let is_small = !self.complete.is_empty() && rows.len < SMALL_IMPORT;
        let is_plain = self.day.is_none() && width > 0 && !is_small;
        if is_plain && self.stated[number].len() == 0 {
            let table = Table::of(width, rows.data, &self.interrupt).ok_or(Interrupted)?;
            if !self.changes.as_mut().is_none_or(|changes| changes.note_all(relation, table.iter(), &self.interrupt)) {
                discard(table);
                return Err(Interrupted);
            }
            self.stated[number] = table;
            self.changed_much();
            return Ok(self.stated[number].len());
        }
        let each = rows.data.chunks_exact(width.max(1)).map(|row| (relation, row));
        let stated = self.state_each(&[relation], each, dictionary);
        if rows.data.len() > discard::MANY {
            discard(rows);
        }
        stated
    }

    /// States rows of these relations, or after an interrupt none of them; gives how many were new.
    fn state_each<R: AsRef<[u32]>>(
        &mut self,
        concerned: &[RelationId],
        rows: impl Iterator<Item = (RelationId, R)>,
        dictionary: &Dictionary,
    ) -> Result<usize, Interrupted> {
        concerned.iter().try_for_each(|relation| self.list(*relation))?;
        let len = |relation: &RelationId| (*relation, self.stated(*relation).len(), self.dormant[relation.index()].len());
        let before: Vec<_> = concerned.iter().map(len).collect();
        let noted = self.changes.as_ref().map(RowChanges::noted);
        let mut added = 0;
        for (number, (relation, row)) in rows.enumerate() {
            // A few facts are stated faster than anybody waits.
            if number % STATED_PER_LOOK == STATED_PER_LOOK - 1 && self.interrupt.is_raised() {
                for (relation, stated, dormant) in before {
                    self.stated[relation.index()].truncate(stated, &self.interrupt);
                    self.dormant[relation.index()].truncate(dormant, &self.interrupt);
                }
                self.changes.iter_mut().zip(noted).for_each(|(changes, noted)| changes.restore(noted));
                if added > 0 {
                    self.changed_much();
                }
                return Err(Interrupted);
            }
            added += usize::from(self.state_row(relation, row.as_ref(), dictionary));
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
        let is_in_force = in_force(self.shapes[number], row, self.day, dictionary);
        let tables = if is_in_force { &mut self.stated } else { &mut self.dormant };
        let is_new = tables[number].insert(row);
        if let (true, Some(changes)) = (is_new, &mut self.changes) {
            changes.note(relation, true, row);
        }
        if is_new && is_in_force {
            self.changed(relation, row, true);
        }
        is_new
    }

    /// Takes the stated facts back that match a pattern, whether they are in force or not, or after an interrupt none of them; gives how
    /// many there were.
    pub(crate) fn forget(&mut self, pattern: &Atom) -> Result<usize, Interrupted> {
        let (relation, index) = (pattern.relation, pattern.relation.index());
        self.list(relation)?;
        let stated = self.stated[index].fitting(pattern, &self.interrupt);
        let dormant = self.dormant[index].fitting(pattern, &self.interrupt);
        self.interrupt.check()?;
        let forgotten = stated.len() + dormant.len();
        let parts = [(&mut self.stated[index], &stated), (&mut self.dormant[index], &dormant)];
        if parts.iter().all(|(table, numbers)| table.are_few(numbers.len())) {
            let is_ready = parts.into_iter().all(|(table, numbers)| numbers.is_empty() || table.number(&self.interrupt));
            if !is_ready {
                return Err(Interrupted);
            }
            for (numbers, is_in_force) in [(stated, true), (dormant, false)] {
                let tables = if is_in_force { &self.stated } else { &self.dormant };
                let rows: Vec<_> = numbers.iter().map(|number| tables[index].row(*number).to_vec()).collect();
                for row in rows {
                    let tables = if is_in_force { &mut self.stated } else { &mut self.dormant };
                    tables[index].remove(&row);
                    if let Some(changes) = &mut self.changes {
                        changes.note(relation, false, &row);
                    }
                    if is_in_force {
                        self.changed(relation, &row, false);
                    }
                }
            }
            return Ok(forgotten);
        }
        let nothing = Table::new(self.shapes[index].width);
        let without = |table: &Table, numbers: &[usize]| table.exchanged(numbers, (&nothing, &[]), &self.interrupt).ok_or(Interrupted);
        let rests = (without(&self.stated[index], &stated)?, without(&self.dormant[index], &dormant)?);
        if let Some(changes) = &mut self.changes {
            let noted = changes.noted();
            for (table, numbers) in [(&self.stated[index], &stated), (&self.dormant[index], &dormant)] {
                self.interrupt.until(numbers.iter()).for_each(|number| changes.note(relation, false, table.row(*number)));
            }
            if let Err(interrupted) = self.interrupt.check() {
                changes.restore(noted);
                return Err(interrupted);
            }
        }
        (self.stated[index], self.dormant[index]) = rests;
        self.changed_much();
        Ok(forgotten)
    }
}

/// What another day changes of a relation.
enum Moved {
    /// Rows that come out of force, and into it.
    Rows { ends: Vec<Vec<u32>>, begins: Vec<Vec<u32>> },
    /// What is in force then, and what is not.
    Tables(Box<[Table; 2]>),
}

fn relation_of(number: usize) -> RelationId {
    RelationId(u32::try_from(number).expect("relation numbers are 32 bits"))
}

fn raw(values: &[ValueId]) -> Vec<u32> {
    values.iter().map(|value| value.0).collect()
}
