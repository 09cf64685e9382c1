//! Every way from one name to another along the sentences of one verb, the shortest first.
//!
//! A way goes through no name twice; where it could, there is a loop, which is told once and not gone round. Only what holds directly is
//! a link: what a rule makes of several sentences of the verb itself is a chain, and no link of one.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Explainer, StatedAt, bound_head, shown};
use crate::engine::EngineError;
use crate::logic::{Atom, Literal, Term};
use crate::value::{Value, ValueId};

/// So many chains, and so many loops, are told.
const MAX_CHAINS: usize = 1_000;
const MAX_LOOPS: usize = 20;

/// So many beginnings of chains are kept in mind.
const MAX_BEGUN: usize = 100_000;

/// So many links are followed from one name.
const MAX_LINKS: usize = 10_000;

/// The ways along a verb.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chains {
    /// Each of them, the shortest first.
    pub chains: Vec<Chain>,
    /// The loops that were met on the way and not gone round.
    pub loops: Vec<Chain>,
    /// There may be more.
    pub is_cut: bool,
}

/// One way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chain {
    /// The names that it leads through, from the first to the last.
    pub names: Vec<Value>,
    /// The sentences between them.
    pub links: Vec<Link>,
}

/// One sentence of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// The sentence.
    pub says: String,
    /// Where it is stated, if it is.
    pub at: Option<StatedAt>,
}

/// The sentences that are followed, and between which of their columns.
#[derive(Clone, Debug)]
pub(crate) struct Along {
    /// With nothing in both columns.
    pub(crate) atom: Atom,
    pub(crate) columns: (usize, usize),
    pub(crate) from: Option<u32>,
    pub(crate) to: Option<u32>,
}

type Linked = FxHashMap<u32, Vec<u32>>;

impl Explainer<'_> {
    /// Every chain from the one end to the other. Where only one end is given, every chain that goes on as long as it can.
    pub(crate) fn chains(&mut self, along: &Along) -> Result<Chains, EngineError> {
        let mut chains = Chains::default();
        let is_forward = along.from.is_some();
        let (Some(start), end) = (if is_forward { (along.from, along.to) } else { (along.to, None) }) else { return Ok(chains) };
        let mut cache = Linked::default();
        let Some(distances) = self.distances(along, end)? else {
            return Ok(Chains { is_cut: true, ..chains });
        };
        // How far it is to the end at least; nothing if it cannot be reached.
        let left = |value: u32| end.map_or(Some(0), |_| distances.get(&value).copied());
        let mut heap = BinaryHeap::new();
        heap.push(Reverse((0, vec![start])));
        let mut loops = BTreeSet::new();
        let (mut paths, mut begun) = (Vec::new(), 0);
        while let Some(Reverse((_, path))) = heap.pop() {
            self.interrupted()?;
            let at = *path.last().expect("a path begins somewhere");
            if path.len() > 1 && end == Some(at) {
                paths.push(path);
                if paths.len() >= MAX_CHAINS {
                    chains.is_cut = true;
                    break;
                }
                continue;
            }
            let mut goes_on = false;
            for next in self.linked(along, at, is_forward, &mut cache)? {
                let Some(rest) = left(next) else { continue };
                if let (Some(seen), false) = (path.iter().position(|value| *value == next), end == Some(next)) {
                    loops.insert(turned(&path[seen..]));
                    continue;
                }
                goes_on = true;
                begun += 1;
                let longer: Vec<u32> = path.iter().copied().chain([next]).collect();
                heap.push(Reverse((longer.len() + rest, longer)));
            }
            if end.is_none() && !goes_on && path.len() > 1 {
                paths.push(path);
            }
            if begun > MAX_BEGUN {
                chains.is_cut = true;
                break;
            }
        }
        for path in &mut paths {
            if !is_forward {
                path.reverse();
            }
        }
        let named = |path: &Vec<u32>| path.iter().map(|value| self.dictionary.value(ValueId(*value)).cloned()).collect::<Vec<_>>();
        paths.sort_by_cached_key(|path| (path.len(), named(path)));
        let mut loops: Vec<Vec<u32>> = loops.into_iter().collect();
        if !is_forward {
            loops.iter_mut().for_each(|path| path.reverse());
        }
        for path in &mut loops {
            let first = path.iter().enumerate().min_by_key(|(_, value)| self.dictionary.value(ValueId(**value)).cloned());
            let first = first.map_or(0, |(place, _)| place);
            path.rotate_left(first);
            path.push(path[0]);
        }
        loops.sort_by_cached_key(|path| (path.len(), named(path)));
        chains.is_cut |= loops.len() > MAX_LOOPS;
        loops.truncate(MAX_LOOPS);
        chains.chains = paths.iter().map(|path| self.told_chain(along, path)).collect();
        chains.loops = loops.iter().map(|path| self.told_chain(along, path)).collect();
        Ok(chains)
    }

    /// How far it is from each name to the end; nothing if that is too much to look at.
    fn distances(&mut self, along: &Along, end: Option<u32>) -> Result<Option<FxHashMap<u32, usize>>, EngineError> {
        let mut distances = FxHashMap::default();
        let mut cache = Linked::default();
        let mut layer: Vec<u32> = end.into_iter().collect();
        let mut distance = 0;
        let mut seen: FxHashSet<u32> = layer.iter().copied().collect();
        while !layer.is_empty() {
            let mut before = Vec::new();
            for value in layer {
                distances.insert(value, distance);
                self.interrupted()?;
                for next in self.linked(along, value, false, &mut cache)? {
                    if seen.insert(next) {
                        before.push(next);
                    }
                }
                if !self.spend(1) {
                    return Ok(None);
                }
            }
            layer = before;
            distance += 1;
        }
        Ok(Some(distances))
    }

    /// The names that a link leads to.
    fn linked(&mut self, along: &Along, value: u32, is_forward: bool, cache: &mut Linked) -> Result<Vec<u32>, EngineError> {
        if let Some(known) = cache.get(&value) {
            return Ok(known.clone());
        }
        let (from, to) = if is_forward { along.columns } else { (along.columns.1, along.columns.0) };
        let relation = along.atom.relation;
        let mut found: Vec<u32> = if self.closure(relation).is_some() {
            self.next(relation, value, is_forward != (along.columns.0 > along.columns.1))?
        } else {
            let mut atom = along.atom.clone();
            (atom.terms[from], atom.terms[to]) = (Term::Value(ValueId(value)), Term::Something);
            let rows = self.database.rows_for(&atom, MAX_LINKS, None);
            self.spend(rows.len());
            let mut found = Vec::new();
            for row in rows {
                if row.is_stated || self.is_direct(relation, &row.row)? {
                    found.push(row.row[to]);
                }
            }
            found
        };
        found.sort_unstable();
        found.dedup();
        cache.insert(value, found.clone());
        Ok(found)
    }

    /// Whether a rule concludes a row that does not look at the same verb.
    fn is_direct(&mut self, relation: crate::logic::RelationId, row: &[u32]) -> Result<bool, EngineError> {
        let rules = self.rules;
        for index in self.rules_for(relation) {
            let rule = &rules[index];
            if crate::plan::relations(&rule.body).any(|other| other == relation) {
                continue;
            }
            let Some(head) = bound_head(rule, row) else { continue };
            let open: Vec<Literal> = rule.body.iter().map(|literal| literal.under(&head)).collect();
            if !self.solutions(&open, (head.len(), &shown(&open)), &rule.text.place.source, None, 1)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn told_chain(&mut self, along: &Along, path: &[u32]) -> Chain {
        let mut links = Vec::with_capacity(path.len() - 1);
        for pair in path.windows(2) {
            let mut atom = along.atom.clone();
            (atom.terms[along.columns.0], atom.terms[along.columns.1]) = (Term::Value(ValueId(pair[0])), Term::Value(ValueId(pair[1])));
            let mut rows = self.database.rows_for(&atom, MAX_LINKS, None);
            if rows.iter().any(|found| found.is_stated) {
                rows.retain(|found| found.is_stated);
            }
            rows.sort_by(|one, other| self.naturally(&one.row).cmp(self.naturally(&other.row)));
            let Some(found) = rows.first() else { continue };
            let place = self.places.find(std::iter::once((atom.relation, found.row.as_slice())), &self.database.interrupt).pop().flatten();
            let at = place.filter(|_| found.is_stated);
            let reading = at.as_ref().map_or(atom.reading, |written| written.reading);
            links.push(Link { says: self.fact(atom.relation, reading, &found.row), at: at.map(|written| written.at) });
        }
        let names = path.iter().filter_map(|value| self.dictionary.value(ValueId(*value)).cloned()).collect();
        Chain { names, links }
    }
}

/// A loop, begun with its least number, so that it is the same wherever it was entered.
fn turned(path: &[u32]) -> Vec<u32> {
    let least = path.iter().enumerate().min_by_key(|(_, value)| **value).map_or(0, |(place, _)| place);
    let mut turned = path.to_vec();
    turned.rotate_left(least);
    turned
}
