//! The closure of a relation: which pairs follow from its direct ones by going on and on. Direct pairs go in; out come all that one
//! value reaches, or all that reach one, without the others, or everything at once.
//!
//! Everything at once is kept as one set for each strongly connected component ([`reach`]), not as rows. Knows nothing of rules.

mod change;
mod components;
mod graph;
mod intervals;
mod reach;

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::Interrupt;
use super::error::EngineError;
use crate::plan::ClosureForm;
use graph::{Graph, Nodes};
use reach::Reach;

/// All pairs of a relation that rules say is transitive.
#[derive(Debug)]
pub(crate) struct Closure {
    form: ClosureForm,
    nodes: Nodes,
    forward: Graph,
    /// The same edges the other way round, once they are wanted.
    backward: OnceLock<Graph>,
    from: Side,
    to: Side,
    /// How many pairs are direct.
    direct: u64,
    limit: u64,
    too_many: EngineError,
}

/// What is known of the pairs as seen from one of their ends.
#[derive(Debug, Default)]
struct Side {
    /// Everything, once it was asked for.
    all: Option<Reach>,
    /// What single values reach: for questions that name them.
    single: FxHashMap<u32, Vec<u32>>,
}

/// Which pairs a condition reads: those with given values, or with values that other conditions find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Given(u32),
    Found,
    Open,
}

impl Closure {
    /// Takes the direct pairs in the order in which they were found. More than `limit` pairs are `too_many`.
    pub(super) fn new(
        form: ClosureForm,
        pairs: impl Iterator<Item = (u32, u32)> + Clone,
        limit: u64,
        too_many: EngineError,
        interrupt: &Interrupt,
    ) -> Result<Self, EngineError> {
        let direct = pairs.clone().count() as u64;
        let nodes = Nodes::of(pairs.clone(), interrupt)?;
        let pairs = pairs.map(|(from, to)| (nodes.known(from), nodes.known(to)));
        let forward = Graph::new(nodes.len(), pairs, interrupt)?;
        let (backward, from, to) = (OnceLock::new(), Side::default(), Side::default());
        Ok(Self { form, nodes, forward, backward, from, to, direct, limit, too_many })
    }

    fn backward(&self) -> &Graph {
        self.backward.get_or_init(|| self.forward.reversed(&Interrupt::default()).expect("nothing interrupts it"))
    }

    /// Gets ready for reading the pairs with these ends.
    pub(super) fn prepare(&mut self, from: End, to: End, interrupt: &Interrupt) -> Result<(), EngineError> {
        let (is_first, end) = match (from, to) {
            (End::Found | End::Open, End::Given(_)) | (End::Open, End::Found) => (false, to),
            (End::Given(_), _) | (_, End::Open) | (End::Found, End::Found) => (true, from),
        };
        if let End::Given(value) = end {
            return self.prepare_few(&[value], is_first, interrupt);
        }
        let (limit, too_many) = (self.limit, self.too_many.clone());
        let (side, graph) = self.side(is_first, interrupt)?;
        if side.all.is_none() {
            side.all = Some(Reach::new(graph, limit, &too_many, interrupt)?);
        }
        Ok(())
    }

    /// Gets ready for reading the pairs that have one of these values at one end: at the first one, or at the other.
    pub(super) fn prepare_few(&mut self, values: &[u32], is_first: bool, interrupt: &Interrupt) -> Result<(), EngineError> {
        let nodes: Vec<u32> = values.iter().filter_map(|value| self.nodes.find(*value)).collect();
        let mut left = self.limit.saturating_sub(self.direct);
        let too_many = self.too_many.clone();
        let (side, graph) = self.side(is_first, interrupt)?;
        if side.all.is_some() {
            return Ok(());
        }
        let mut seen = Vec::new();
        for node in nodes {
            left = left.checked_sub(side.search(graph, node, &mut seen, interrupt)?).ok_or_else(|| too_many.clone())?;
        }
        Ok(())
    }

    /// What is known from one end, and the graph that is searched from there.
    fn side(&mut self, is_first: bool, interrupt: &Interrupt) -> Result<(&mut Side, &Graph), EngineError> {
        if is_first {
            return Ok((&mut self.from, &self.forward));
        }
        if self.backward.get().is_none() {
            self.backward = OnceLock::from(self.forward.reversed(interrupt)?);
        }
        Ok((&mut self.to, self.backward.get().expect("it has been made if it was not there")))
    }

    /// How many values have pairs.
    pub(super) fn nodes(&self) -> usize {
        self.nodes.len() as usize
    }

    /// Forgets what single values reach: another question begins.
    pub(super) fn forget_single(&mut self) {
        self.from.single.clear();
        self.to.single.clear();
    }

    /// How many pairs there are, if they have all been found.
    pub(super) fn len(&self) -> Option<u64> {
        [&self.from, &self.to].into_iter().find_map(|side| Some(side.all.as_ref()?.len()))
    }

    /// How many pairs have been found so far, the direct ones left out where all have.
    pub(super) fn found(&self) -> u64 {
        let sides = [&self.from, &self.to].into_iter();
        let single = sides.flat_map(|side| side.single.values()).map(|found| found.len() as u64);
        self.len().map_or_else(|| single.sum(), |len| len.saturating_sub(self.direct))
    }

    /// How many pairs have these ends, after [`Self::prepare`] for them; nothing if that has not been counted.
    pub(super) fn count(&self, from: End, to: End) -> Option<u64> {
        match (from, to) {
            (End::Given(from), End::Open) => self.nodes.find(from).map_or(Some(0), |node| self.from.count(node)),
            (End::Open, End::Given(to)) => self.nodes.find(to).map_or(Some(0), |node| self.to.count(node)),
            (End::Open, End::Open) => self.len(),
            (End::Given(_) | End::Found | End::Open, _) => None,
        }
    }

    /// Which values have a pair that begins with them.
    pub(super) fn sources(&self) -> impl Iterator<Item = u32> {
        let begins = |node: &u32| !self.forward.next(*node).is_empty();
        (0..self.nodes.len()).filter(begins).map(|node| self.nodes.value(node))
    }

    /// What a value reaches: in ascending order, but for values that came later.
    pub(super) fn reached(&self, from: u32) -> Values<'_> {
        let nodes = self.nodes.find(from).map_or(Cow::Borrowed(&[][..]), |node| self.nodes_from(node));
        Values { nodes, of: &self.nodes, next: 0 }
    }

    /// What reaches a value, in the same order.
    pub(super) fn reaching(&self, to: u32) -> Values<'_> {
        let nodes = self.nodes.find(to).map_or(Cow::Borrowed(&[][..]), |node| self.nodes_to(node));
        Values { nodes, of: &self.nodes, next: 0 }
    }

    // Only what nobody has prepared for is searched here: the conditions of an error message.

    fn nodes_from(&self, node: u32) -> Cow<'_, [u32]> {
        self.from.nodes(node).unwrap_or_else(|| Cow::Owned(self.forward.search(node, &Interrupt::default()).unwrap_or_default()))
    }

    fn nodes_to(&self, node: u32) -> Cow<'_, [u32]> {
        self.to.nodes(node).unwrap_or_else(|| Cow::Owned(self.backward().search(node, &Interrupt::default()).unwrap_or_default()))
    }

    /// The values that a direct pair links to a value, in the order of the pairs.
    pub(super) fn direct(&self, value: u32, is_forward: bool) -> impl Iterator<Item = u32> {
        let graph = if is_forward { &self.forward } else { self.backward() };
        let linked = self.nodes.find(value).map_or(&[][..], |node| graph.next(node));
        linked.iter().map(|node| self.nodes.value(*node))
    }

    pub(super) fn contains(&self, from: u32, to: u32) -> bool {
        let (Some(from), Some(to)) = (self.nodes.find(from), self.nodes.find(to)) else { return false };
        let known = self.from.contains(from, to).or_else(|| self.to.contains(to, from));
        known.unwrap_or_else(|| self.nodes_from(from).binary_search(&to).is_ok())
    }

    /// The pairs from which a rule concludes a pair step by step, the direct ones left out: each needs a direct one and the one
    /// before it.
    pub(super) fn steps(&self, from: u32, to: u32) -> Option<Vec<[u32; 2]>> {
        let (from, to) = (self.nodes.find(from)?, self.nodes.find(to)?);
        let goes_on = self.form == ClosureForm::GoesOn;
        let path = if goes_on { self.forward.first_path(from, to)? } else { self.forward.near_path(self.backward(), from, to)? };
        let value = |node: &u32| self.nodes.value(*node);
        let (first, last) = (value(path.first()?), value(path.last()?));
        Some(if goes_on {
            path.iter().skip(2).map(|node| [first, value(node)]).collect()
        } else {
            path.iter().rev().skip(2).map(|node| [value(node), last]).collect()
        })
    }
}

impl Side {
    /// Finds what a node reaches, unless that is known; gives how many of these pairs are not direct.
    fn search(&mut self, graph: &Graph, node: u32, seen: &mut Vec<bool>, interrupt: &Interrupt) -> Result<u64, EngineError> {
        if self.single.contains_key(&node) {
            return Ok(0);
        }
        let found = graph.search_among(seen, node, interrupt)?;
        let indirect = found.len() - graph.next(node).len();
        self.single.insert(node, found);
        Ok(indirect as u64)
    }

    /// The nodes at the other end from one, if they are known.
    fn nodes(&self, node: u32) -> Option<Cow<'_, [u32]>> {
        match &self.all {
            Some(all) => Some(Cow::Owned(all.from(node))),
            None => self.single.get(&node).map(|found| Cow::Borrowed(found.as_slice())),
        }
    }

    /// How many nodes there are at the other end.
    fn count(&self, node: u32) -> Option<u64> {
        match &self.all {
            Some(all) => Some(all.count(node)),
            None => self.single.get(&node).map(|found| found.len() as u64),
        }
    }

    /// Whether a node is at the other end from one.
    fn contains(&self, node: u32, other: u32) -> Option<bool> {
        match &self.all {
            Some(all) => Some(all.contains(node, other)),
            None => self.single.get(&node).map(|found| found.binary_search(&other).is_ok()),
        }
    }
}

/// Values in the order of their nodes.
#[derive(Debug)]
pub(super) struct Values<'c> {
    nodes: Cow<'c, [u32]>,
    of: &'c Nodes,
    next: usize,
}

impl Iterator for Values<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let node = self.nodes.get(self.next)?;
        self.next += 1;
        Some(self.of.value(*node))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.nodes.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Values<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn closure(form: ClosureForm, pairs: &[(u32, u32)]) -> Closure {
        Closure::new(form, pairs.iter().copied(), 1000, EngineError::Interrupted, &Interrupt::default()).unwrap()
    }

    /// Adds pairs until nothing new comes.
    fn plainly(pairs: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let mut all = pairs.to_vec();
        loop {
            let more = all.iter().flat_map(|one| pairs.iter().filter(|other| other.0 == one.1).map(|other| (one.0, other.1)));
            let known = all.len();
            all = all.iter().copied().chain(more.collect::<Vec<_>>()).collect();
            all.sort_unstable();
            all.dedup();
            if all.len() == known {
                return all;
            }
        }
    }

    #[test]
    fn it_is_what_going_on_and_on_gives() {
        let mut random = 7_u64;
        for round in 0..300 {
            let mut pairs = Vec::new();
            for _ in 0..round % 40 {
                // Knuth's MMIX generator: the same graphs in every run.
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                pairs.push((u32::from(random.to_be_bytes()[0]) % 20 + 3, u32::from(random.to_be_bytes()[1]) % 20 + 3));
            }
            pairs.sort_unstable();
            pairs.dedup();
            let expected = plainly(&pairs);
            let lazy = closure(ClosureForm::Joins, &pairs);
            let mut ready = closure(ClosureForm::Joins, &pairs);
            ready.prepare(End::Open, End::Open, &Interrupt::default()).unwrap();
            ready.prepare(End::Open, End::Found, &Interrupt::default()).unwrap();
            assert_eq!(ready.len(), Some(expected.len() as u64));
            for closure in [&lazy, &ready] {
                let all = closure.sources().flat_map(|from| closure.reached(from).map(move |to| (from, to)));
                assert_eq!(all.collect::<Vec<_>>(), expected);
                for value in 0..30 {
                    assert!(closure.reaching(value).eq(expected.iter().filter(|pair| pair.1 == value).map(|pair| pair.0)));
                    assert_eq!(closure.contains(5, value), expected.contains(&(5, value)));
                }
            }
            for form in [ClosureForm::Joins, ClosureForm::GoesOn, ClosureForm::StartsWith] {
                let closure = closure(form, &pairs);
                for &(from, to) in &expected {
                    let mut known = pairs.clone();
                    for [one, other] in closure.steps(from, to).unwrap() {
                        let follows = |middle: u32| match form {
                            ClosureForm::GoesOn => known.contains(&(one, middle)) && pairs.contains(&(middle, other)),
                            ClosureForm::Joins | ClosureForm::StartsWith => {
                                pairs.contains(&(one, middle)) && known.contains(&(middle, other))
                            }
                        };
                        assert!((0..30).any(follows));
                        known.push((one, other));
                    }
                    assert!(known.contains(&(from, to)));
                }
            }
        }
    }

    /// Pairs come and go, one after the other: the closure is what it would be if it were made of them, whether its lists are there or not.
    #[test]
    fn it_follows_its_direct_pairs() {
        let mut random = 11_u64;
        let mut below = |bound: u64| {
            // Knuth's MMIX generator: the same changes in every run.
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from((random >> 33) % bound).unwrap()
        };
        for round in 0..60 {
            let values = 4 + round % 20;
            let mut pairs: Vec<(u32, u32)> = Vec::new();
            let mut closure = closure(ClosureForm::Joins, &[]);
            for _ in 0..60 {
                let pair = (below(values) + 3, below(values) + 3);
                // Mostly without loops, so that lists can be followed.
                let pair = if below(8) > 0 { (pair.0.min(pair.1), pair.0.max(pair.1)) } else { pair };
                let known = pairs.iter().position(|other| *other == pair);
                let before = plainly(&pairs);
                if known.is_none() {
                    let mut through = closure.through([pair.0, pair.1]).unwrap();
                    through.sort_unstable();
                    pairs.push(pair);
                    let new = plainly(&pairs).into_iter().filter(|pair| !before.contains(pair)).map(|(from, to)| [from, to]);
                    assert_eq!(through, new.collect::<Vec<_>>());
                } else if let Some(known) = known {
                    pairs.remove(known);
                }
                closure.change([pair.0, pair.1], known.is_none(), &Interrupt::default());
                let expected = plainly(&pairs);
                if below(4) == 0 {
                    closure.prepare(End::Open, End::Open, &Interrupt::default()).unwrap();
                    closure.prepare(End::Open, End::Found, &Interrupt::default()).unwrap();
                }
                assert!(closure.len().is_none_or(|len| len == expected.len() as u64), "{pairs:?}");
                let mut all = closure.sources().flat_map(|from| closure.reached(from).map(move |to| (from, to))).collect::<Vec<_>>();
                all.sort_unstable();
                assert_eq!(all, expected);
                for value in 0..30 {
                    let mut reaching = closure.reaching(value).collect::<Vec<_>>();
                    reaching.sort_unstable();
                    assert!(reaching.into_iter().eq(expected.iter().filter(|pair| pair.1 == value).map(|pair| pair.0)));
                    assert_eq!(closure.contains(5, value), expected.contains(&(5, value)));
                }
            }
        }
    }

    #[test]
    fn it_ends_at_its_limit() {
        let chain = (1..100).map(|value| (value, value + 1)).collect::<Vec<_>>();
        let mut closure = closure(ClosureForm::Joins, &chain);
        assert_eq!(closure.prepare(End::Open, End::Open, &Interrupt::default()), Err(EngineError::Interrupted));
        closure.prepare(End::Given(1), End::Open, &Interrupt::default()).unwrap();
        assert_eq!(closure.reached(1).len(), 99);
    }
}
