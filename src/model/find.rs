//! `find`: bindings → groups, what is counted and folded of each, sorted and cut off.

use std::cmp::Ordering;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::discard::discard_pieces;
use crate::engine::{Fault, FaultKind, Fold, Interrupt, Table, sorted, value_of};
use crate::logic::{FindForm, FindKind};
use crate::source::Span;
use crate::syntax::ast::Direction;
use crate::value::{Dictionary, Value, ValueId};

/// What a column has taken in of a group.
enum Taken {
    Plain(u32),
    Counted(FxHashSet<Vec<u32>>),
    Folded(Fold),
}

/// The rows that `find` asks for, of all different bindings, and whether its limit cuts off rows that are equal in order to the last one.
/// `at` is the question.
/// After an interrupt some are left out.
pub(super) fn found(
    find: &FindForm,
    bindings: &Table,
    at: Span,
    dictionary: &mut Dictionary,
    interrupt: &Interrupt,
) -> Result<(Vec<Vec<Value>>, bool), Fault> {
    let plain = || find.columns.iter().filter_map(|column| if let FindKind::Plain(place) = column.kind { Some(place) } else { None });
    let start = |binding: &[u32]| {
        let taken = |kind: &FindKind| match kind {
            FindKind::Plain(place) => Taken::Plain(binding[*place]),
            FindKind::Count(_) => Taken::Counted(FxHashSet::default()),
            FindKind::Fold(function, _) => Taken::Folded(Fold::new(*function)),
        };
        find.columns.iter().map(|column| taken(&column.kind)).collect::<Vec<_>>()
    };
    let mut groups: IndexMap<Vec<u32>, Vec<Taken>, FxBuildHasher> = IndexMap::default();
    if plain().next().is_none() {
        // Without a group there is one count, and it may be 0.
        groups.insert(Vec::new(), start(&[]));
    }
    for binding in bindings.iter().take_while(|_| !interrupt.is_raised()) {
        let group = groups.entry(plain().map(|place| binding[place]).collect()).or_insert_with(|| start(binding));
        for (column, taken) in find.columns.iter().zip(group) {
            match (&column.kind, taken) {
                (FindKind::Count(places), Taken::Counted(counted)) => {
                    counted.insert(places.iter().map(|place| binding[*place]).collect());
                }
                (FindKind::Fold(_, expression), Taken::Folded(fold)) => {
                    let Some(value) = value_of(expression, binding, dictionary)? else { continue };
                    fold.add(&value).map_err(|(trouble, other)| Fault {
                        kind: FaultKind::Aggregate(trouble),
                        left: dictionary.intern(&other),
                        right: dictionary.intern(&value),
                        at,
                    })?;
                }
                _ => {}
            }
        }
    }
    let mut rows = Vec::with_capacity(groups.len());
    let mut groups = groups.into_values();
    for group in interrupt.until(groups.by_ref()) {
        // Of nothing there is no least, greatest or average.
        if let Some(row) = group.into_iter().map(|taken| value(taken, at, dictionary)).collect::<Result<Option<Vec<_>>, Fault>>()? {
            rows.push(row);
        }
    }
    if interrupt.is_raised() {
        discard_pieces(groups);
    }
    let in_order = |one: &Vec<Value>, other: &Vec<Value>| {
        let by_order = find.order.iter().map(|(column, direction)| match direction {
            Direction::Ascending => one[*column].cmp(&other[*column]),
            Direction::Descending => other[*column].cmp(&one[*column]),
        });
        // Ties are put into natural order, so that a limit always cuts off the same rows.
        by_order.fold(Ordering::Equal, Ordering::then).then_with(|| one.cmp(other))
    };
    let mut rows = sorted(rows, in_order, interrupt);
    let limit = find.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let cuts_tie = !find.order.is_empty()
        && limit > 0
        && rows.get(limit).is_some_and(|next| find.order.iter().all(|(column, _)| next[*column] == rows[limit - 1][*column]));
    rows.truncate(limit);
    Ok((rows, cuts_tie))
}

fn value(taken: Taken, at: Span, dictionary: &mut Dictionary) -> Result<Option<Value>, Fault> {
    match taken {
        Taken::Plain(id) => Ok(dictionary.value(ValueId(id)).cloned()),
        Taken::Counted(counted) => Ok(Some(Value::number(counted.len()))),
        Taken::Folded(fold) => fold.finish().map_err(|(trouble, sum)| {
            let id = dictionary.intern(&sum);
            Fault { kind: FaultKind::Aggregate(trouble), left: id, right: id, at }
        }),
    }
}
