//! Runs the steps of one body over the rows that there are, and hands out each binding that satisfies them all.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use super::error::{EngineError, Incomparable};
use super::{Database, Table};
use crate::logic::{Comparison, Operand, RelationId};
use crate::plan::{Body, Column, Lookup, Step, Version};
use crate::source::Source;
use crate::syntax::ast::Comparator;
use crate::value::{Dictionary, ValueId};

/// Which derived rows of each relation are read, as lengths of its table. Later rows are not looked at.
#[derive(Clone, Debug)]
pub(crate) struct Bounds(pub(crate) Vec<Bound>);

/// The derived rows of one relation in the order in which they came: first `direct`, all up to `old`, the last round's up to
/// `recent`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bound {
    pub(crate) direct: usize,
    pub(crate) old: usize,
    pub(crate) recent: usize,
}

impl Bound {
    /// So many rows, all of them old.
    pub(crate) fn all(len: usize) -> Self {
        Self { direct: len, old: len, recent: len }
    }
}

impl Bounds {
    /// Everything that is there now is old.
    pub(crate) fn all(database: &Database) -> Self {
        Self(database.derived.iter().map(|table| Bound::all(table.len())).collect())
    }

    /// How many derived rows of a relation are looked at.
    pub(crate) fn known(&self, relation: RelationId) -> usize {
        self.derived(relation, Version::Total).end
    }

    fn derived(&self, relation: RelationId, version: Version) -> Range<usize> {
        let Bound { direct, old, recent } = self.0.get(relation.index()).copied().unwrap_or_default();
        match version {
            Version::Stated => 0..0,
            Version::Direct => 0..direct,
            Version::Old => 0..old,
            Version::Recent => old..recent,
            Version::Total => 0..recent,
        }
    }
}

/// A body, ready to run.
#[derive(Debug)]
pub(crate) struct Join<'a> {
    pub(crate) body: &'a Body,
    pub(crate) database: &'a Database,
    pub(crate) bounds: &'a Bounds,
    pub(crate) dictionary: &'a Dictionary,
    /// Where the body was written.
    pub(crate) source: &'a Arc<Source>,
}

/// Why a join ends before it has seen everything.
type Stop = ControlFlow<Result<(), EngineError>>;

impl Join<'_> {
    /// The indexes that a body looks rows up with: make them before it runs.
    pub(crate) fn prepare(body: &Body, database: &mut Database) {
        for step in &body.steps {
            let (Step::Scan(lookup) | Step::Reject(lookup)) = step else { continue };
            let width = database.stated(lookup.relation).width();
            let columns = &lookup.key_columns;
            if !columns.is_empty() && columns.len() < width {
                let index = lookup.relation.index();
                database.stated[index].index(columns);
                if lookup.version != Version::Stated {
                    database.derived[index].index(columns);
                }
            }
        }
    }

    /// Gives every binding (a value for each variable) to `emit`, until that breaks.
    pub(crate) fn run(&self, mut emit: impl FnMut(&[u32]) -> Stop) -> Result<(), EngineError> {
        let mut binding = vec![ValueId::ABSENT.0; self.body.variables];
        match self.step(0, &mut binding, None, &mut emit) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(result) => result,
        }
    }

    /// Runs the steps from `number` on. `fault` is a comparison of two different sorts that stands: an error, if all other
    /// conditions hold, so that it does not depend on the order of the steps whether there is one.
    fn step(&self, number: usize, binding: &mut Vec<u32>, fault: Option<Incomparable>, emit: &mut dyn FnMut(&[u32]) -> Stop) -> Stop {
        if number != self.body.decided {
            return self.advance(number, binding, fault, emit);
        }
        // One success is enough from here on.
        let mut emitted = ControlFlow::Continue(());
        let mut once = |binding: &[u32]| {
            emitted = emit(binding);
            ControlFlow::Break(Ok(()))
        };
        match self.advance(number, binding, fault, &mut once) {
            ControlFlow::Break(Err(error)) => ControlFlow::Break(Err(error)),
            ControlFlow::Break(Ok(())) | ControlFlow::Continue(()) => emitted,
        }
    }

    fn advance(&self, number: usize, binding: &mut Vec<u32>, fault: Option<Incomparable>, emit: &mut dyn FnMut(&[u32]) -> Stop) -> Stop {
        let Some(step) = self.body.steps.get(number) else {
            return match fault {
                None => emit(binding),
                Some(fault) => ControlFlow::Break(Err(EngineError::Incomparable { fault, source: self.source.clone() })),
            };
        };
        match step {
            Step::Scan(lookup) => self.scan(lookup, binding, &mut |binding| self.step(number + 1, binding, fault, emit)),
            Step::Reject(lookup) => {
                let found = self.scan(lookup, binding, &mut |_| ControlFlow::Break(Ok(())));
                if found.is_break() { ControlFlow::Continue(()) } else { self.step(number + 1, binding, fault, emit) }
            }
            Step::Compare(comparison) => match self.compare(comparison, binding) {
                Ok(true) => self.step(number + 1, binding, fault, emit),
                Ok(false) => ControlFlow::Continue(()),
                Err(new) => self.step(number + 1, binding, fault.or(Some(new)), emit),
            },
            Step::Bind { variable, value } => {
                binding[variable.index()] = resolve(*value, binding);
                self.step(number + 1, binding, fault, emit)
            }
        }
    }

    fn scan(&self, lookup: &Lookup, binding: &mut Vec<u32>, found: &mut dyn FnMut(&mut Vec<u32>) -> Stop) -> Stop {
        let relation = lookup.relation;
        if lookup.version != Version::Recent {
            let stated = self.database.stated(relation);
            scan_table(stated, 0..stated.len(), lookup, binding, found)?;
        }
        let rows = self.bounds.derived(relation, lookup.version);
        scan_table(self.database.derived(relation), rows, lookup, binding, found)
    }

    fn compare(&self, comparison: &Comparison, binding: &[u32]) -> Result<bool, Incomparable> {
        let (left, right) = (resolve(comparison.left, binding), resolve(comparison.right, binding));
        compare(self.dictionary, ValueId(left), comparison.comparator, ValueId(right)).ok_or(Incomparable {
            left: ValueId(left),
            right: ValueId(right),
            at: comparison.span,
        })
    }
}

/// Whether a comparison holds; nothing if the two cannot be ordered.
pub(crate) fn compare(dictionary: &Dictionary, left: ValueId, comparator: Comparator, right: ValueId) -> Option<bool> {
    let order = || dictionary.value(left)?.compare(dictionary.value(right)?);
    Some(match comparator {
        Comparator::Equal => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => order()?.is_lt(),
        Comparator::LessOrEqual => order()?.is_le(),
        Comparator::Greater => order()?.is_gt(),
        Comparator::GreaterOrEqual => order()?.is_ge(),
    })
}

fn resolve(operand: Operand, binding: &[u32]) -> u32 {
    match operand {
        Operand::Variable(variable) => binding[variable.index()],
        Operand::Value(value) => value.0,
    }
}

fn scan_table(
    table: &Table,
    rows: Range<usize>,
    lookup: &Lookup,
    binding: &mut Vec<u32>,
    found: &mut dyn FnMut(&mut Vec<u32>) -> Stop,
) -> Stop {
    if rows.is_empty() {
        return ControlFlow::Continue(());
    }
    let columns = &lookup.key_columns;
    if columns.is_empty() {
        return rows.into_iter().try_for_each(|number| visit(table, number, lookup, binding, found));
    }
    let values = lookup.key.iter().map(|operand| resolve(*operand, binding));
    if columns.len() == table.width() {
        let row = table.find(&values).filter(|number| rows.contains(number));
        return row.map_or(ControlFlow::Continue(()), |number| visit(table, number, lookup, binding, found));
    }
    // Chains run from the earliest row to the latest, and what is looked up by key is nearly always all that was known before.
    let matching = table.matching(columns, &values).expect("`Join::prepare` has made an index for every lookup");
    let mut known = matching.skip_while(|number| *number < rows.start).take_while(|number| *number < rows.end);
    known.try_for_each(|number| visit(table, number, lookup, binding, found))
}

fn visit(table: &Table, number: usize, lookup: &Lookup, binding: &mut Vec<u32>, found: &mut dyn FnMut(&mut Vec<u32>) -> Stop) -> Stop {
    if bind(table.row(number), lookup, binding) { found(binding) } else { ControlFlow::Continue(()) }
}

/// Whether the rest of a row fits; binds its variables.
fn bind(row: &[u32], lookup: &Lookup, binding: &mut [u32]) -> bool {
    lookup.columns.iter().all(|(column, what)| {
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
