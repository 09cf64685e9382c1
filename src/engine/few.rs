//! Where the sentences before leave few values for one end of the pairs of a closure: `?p is down and ?c relies on ?p`. It is searched
//! from each of them, as from a value that is given, and nothing is found out of the others.

use super::closure::End;
use super::error::EngineError;
use super::join::end;
use super::{Bounds, Database, Table};
use crate::logic::{Operand, RelationId, VariableId};
use crate::plan::{Column, Lookup, Version};
use crate::value::ValueId;

/// Few are at most one for so many nodes of the graph: searches share nothing, finding everything at once does.
const NODES_PER_VALUE: usize = 32;

/// The values that one end of a closure's pairs can have.
#[derive(Debug)]
pub(super) struct Few {
    values: Vec<u32>,
    /// They begin the pairs.
    is_first: bool,
}

/// The end of a lookup in a closure for which the lookups before it leave the fewest values; nothing if they are many.
pub(super) fn ends(lookup: &Lookup, before: &[&Lookup], database: &Database, bounds: &Bounds) -> Option<Few> {
    let ends = [end(lookup, 0), end(lookup, 1)];
    if ends.iter().any(|end| matches!(end, End::Given(_))) {
        return None;
    }
    let most = database.closure(lookup.relation)?.nodes() / NODES_PER_VALUE;
    let few = |column: usize| {
        let place = lookup.key_columns.iter().position(|own| *own == column)?;
        let Operand::Variable(variable) = lookup.key[place] else { return None };
        let values = before.iter().find_map(|earlier| values(earlier, variable, database, bounds, most))?;
        Some(Few { values, is_first: column == 0 })
    };
    [few(0), few(1)].into_iter().flatten().min_by_key(|few| few.values.len())
}

/// The different values that a lookup can give a variable; nothing if it does not, or gives more than so many.
fn values(lookup: &Lookup, variable: VariableId, database: &Database, bounds: &Bounds, most: usize) -> Option<Vec<u32>> {
    let is_own = |(_, what): &&(usize, Column)| matches!(what, Column::Bind(own) if *own == variable);
    let (column, _) = *lookup.columns.iter().find(is_own)?;
    let relation = lookup.relation;
    let is_closed = lookup.version != Version::Stated && bounds.known(relation).is_none();
    if is_closed || !database.ghosts.is_empty() {
        return None;
    }
    let known = bounds.derived(relation, lookup.version);
    let reads_stated = lookup.version == Version::Stated || (lookup.version != Version::Recent && !database.is_kept(relation));
    let given = |operand: &Operand| if let Operand::Value(value) = operand { Some(value.0) } else { None };
    let key: Option<Vec<u32>> = lookup.key.iter().map(given).collect();
    let mut found = Vec::new();
    for (table, rows) in [(database.stated(relation), 0..if reads_stated { usize::MAX } else { 0 }), (database.derived(relation), known)] {
        let rows = rows.start..rows.end.min(table.len());
        let numbers = numbers(table, lookup, key.as_deref());
        match numbers {
            Some(numbers) => {
                found.extend(numbers.filter(|number| rows.contains(number)).take(most + 1).map(|number| table.row(number)[column]));
            }
            None if rows.len() <= most => found.extend(rows.map(|number| table.row(number)[column])),
            None => return None,
        }
        if found.len() > most {
            return None;
        }
    }
    found.retain(|value| *value != ValueId::ABSENT.0);
    found.sort_unstable();
    found.dedup();
    Some(found)
}

/// The rows of a table with the values that a lookup gives, if it gives some and there is an index for them.
fn numbers<'t>(table: &'t Table, lookup: &Lookup, key: Option<&'t [u32]>) -> Option<impl Iterator<Item = usize> + 't> {
    let key = key.filter(|key| !key.is_empty() && key.len() < table.width())?;
    table.matching_if_indexed(&lookup.key_columns, &key.iter().copied())
}

impl Database {
    /// Gets ready for reading the pairs of a closure that have one of a few values at one end.
    pub(super) fn prepare_few(&mut self, relation: RelationId, few: &Few) -> Result<(), EngineError> {
        self.searching(relation, |closure, interrupt| closure.prepare_few(&few.values, few.is_first, interrupt))
    }
}
