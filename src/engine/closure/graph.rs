//! Pairs as a graph: for each node the ones that it leads to, in the order of the pairs. Searches along them.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::super::Interrupt;
use super::super::error::EngineError;

/// The values that occur, each with the number of its node. At first they are in ascending order; new ones come behind.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// The least value.
    first: u32,
    known: Known,
}

#[derive(Debug)]
enum Known {
    /// So many values, one after the other from the least on.
    All(u32),
    Some {
        values: Vec<u32>,
        /// For each value from the least on one more than its node, or 0.
        numbers: Vec<u32>,
    },
}

impl Default for Known {
    fn default() -> Self {
        Self::All(0)
    }
}

impl Nodes {
    pub(super) fn of(pairs: impl Iterator<Item = (u32, u32)> + Clone, interrupt: &Interrupt) -> Result<Self, EngineError> {
        let (mut first, mut last) = (u32::MAX, 0);
        for (from, to) in pairs.clone() {
            interrupt.check()?;
            (first, last) = (first.min(from).min(to), last.max(from).max(to));
        }
        if first > last {
            return Ok(Self::default());
        }
        let mut occurs = vec![0_u64; (last - first) as usize / 64 + 1];
        for (from, to) in pairs {
            interrupt.check()?;
            for value in [from - first, to - first] {
                occurs[value as usize / 64] |= 1 << (value % 64);
            }
        }
        let count = occurs.iter().map(|word| word.count_ones()).sum::<u32>();
        if count == last - first + 1 {
            return Ok(Self { first, known: Known::All(count) });
        }
        // Pages of zeros that nothing is written to take no memory.
        let mut numbers = vec![0; (last - first) as usize + 1];
        let mut values = Vec::with_capacity(count as usize);
        for (word, base) in occurs.into_iter().zip((0..).step_by(64)) {
            interrupt.check()?;
            for place in (0..64).filter(|bit| word >> bit & 1 == 1).map(|bit| base + bit) {
                values.push(first + place);
                numbers[place as usize] = length(&values);
            }
        }
        Ok(Self { first, known: Known::Some { values, numbers } })
    }

    pub(super) fn len(&self) -> u32 {
        match &self.known {
            Known::All(count) => *count,
            Known::Some { values, .. } => length(values),
        }
    }

    #[inline]
    pub(super) fn value(&self, node: u32) -> u32 {
        match &self.known {
            Known::All(_) => self.first + node,
            Known::Some { values, .. } => values[node as usize],
        }
    }

    #[inline]
    pub(super) fn find(&self, value: u32) -> Option<u32> {
        let place = value.checked_sub(self.first)?;
        match &self.known {
            Known::All(count) => (place < *count).then_some(place),
            Known::Some { numbers, .. } => numbers.get(place as usize)?.checked_sub(1),
        }
    }

    /// The node of a value, which gets one if it has none.
    pub(super) fn node(&mut self, value: u32) -> u32 {
        if let Some(node) = self.find(value) {
            return node;
        }
        if self.len() == 0 {
            self.first = value;
        }
        if let Known::All(count) = self.known {
            if value == self.first + count {
                self.known = Known::All(count + 1);
                return count;
            }
            self.known = Known::Some { values: (self.first..self.first + count).collect(), numbers: (1..=count).collect() };
        }
        let Known::Some { values, numbers } = &mut self.known else { unreachable!("numbers have just been given") };
        if value < self.first {
            let mut wider = vec![0; (self.first - value) as usize];
            wider.append(numbers);
            (self.first, *numbers) = (value, wider);
        }
        let place = (value - self.first) as usize;
        if place >= numbers.len() {
            numbers.resize(place + 1, 0);
        }
        values.push(value);
        numbers[place] = length(values);
        length(values) - 1
    }

    /// The node of a value that occurs.
    #[inline]
    pub(super) fn known(&self, value: u32) -> u32 {
        match &self.known {
            Known::All(_) => value - self.first,
            Known::Some { numbers, .. } => numbers[(value - self.first) as usize] - 1,
        }
    }
}

fn length(values: &[u32]) -> u32 {
    u32::try_from(values.len()).expect("values are numbered with 32 bits")
}

#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: u32,
    /// Where the edges of each node begin; one more at the end.
    starts: Vec<u32>,
    targets: Vec<u32>,
    /// Where the edges lead of nodes that others have now.
    changed: FxHashMap<u32, Vec<u32>>,
}

impl Graph {
    pub(super) fn new(nodes: u32, edges: impl Iterator<Item = (u32, u32)> + Clone, interrupt: &Interrupt) -> Result<Self, EngineError> {
        let mut starts = vec![0_u32; nodes as usize + 1];
        for (from, _) in edges.clone() {
            interrupt.check()?;
            starts[from as usize + 1] += 1;
        }
        for node in 1..starts.len() {
            starts[node] += starts[node - 1];
        }
        let mut free = starts.clone();
        let mut targets = vec![0; starts.last().copied().unwrap_or_default() as usize];
        for (from, to) in edges {
            interrupt.check()?;
            let place = &mut free[from as usize];
            targets[*place as usize] = to;
            *place += 1;
        }
        Ok(Self { nodes, starts, targets, changed: FxHashMap::default() })
    }

    /// The same edges the other way round.
    pub(super) fn reversed(&self, interrupt: &Interrupt) -> Result<Self, EngineError> {
        let edges = (0..self.nodes).flat_map(|from| self.next(from).iter().map(move |to| (*to, from)));
        Self::new(self.nodes, edges, interrupt)
    }

    pub(super) fn len(&self) -> u32 {
        self.nodes
    }

    /// Where edges from a node lead.
    #[inline]
    pub(super) fn next(&self, node: u32) -> &[u32] {
        if !self.changed.is_empty()
            && let Some(targets) = self.changed.get(&node)
        {
            return targets;
        }
        &self.targets[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// There are so many nodes now.
    pub(super) fn grow(&mut self, nodes: u32) {
        self.nodes = nodes;
        let end = self.starts.last().copied().unwrap_or_default();
        self.starts.resize(nodes as usize + 1, end);
    }

    /// Adds an edge that is not there.
    pub(super) fn add(&mut self, from: u32, to: u32) {
        self.own(from).push(to);
    }

    /// Takes an edge out.
    pub(super) fn remove(&mut self, from: u32, to: u32) {
        self.own(from).retain(|other| *other != to);
    }

    fn own(&mut self, node: u32) -> &mut Vec<u32> {
        let known = if self.changed.contains_key(&node) { Vec::new() } else { self.next(node).to_vec() };
        self.changed.entry(node).or_insert(known)
    }

    /// Every node that is reached in one step or more, in ascending order.
    pub(super) fn search(&self, from: u32, interrupt: &Interrupt) -> Result<Vec<u32>, EngineError> {
        self.search_among(&mut Vec::new(), from, interrupt)
    }

    /// The same with room for a mark on each node; none is left behind.
    pub(super) fn search_among(&self, seen: &mut Vec<bool>, from: u32, interrupt: &Interrupt) -> Result<Vec<u32>, EngineError> {
        seen.resize(self.len() as usize, false);
        let mut found = Vec::new();
        let mut left = vec![from];
        while let Some(node) = left.pop() {
            interrupt.check()?;
            for &next in self.next(node) {
                if !std::mem::replace(&mut seen[next as usize], true) {
                    found.push(next);
                    left.push(next);
                }
            }
        }
        found.iter().for_each(|node| seen[*node as usize] = false);
        found.sort_unstable();
        Ok(found)
    }

    /// A shortest path that is found first where each node's edges are followed in their order, level by level.
    pub(super) fn first_path(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        let mut before = vec![None; self.len() as usize];
        let mut left = VecDeque::from([from]);
        while let Some(node) = left.pop_front() {
            for &next in self.next(node) {
                if before[next as usize].is_none() {
                    before[next as usize] = Some(node);
                    left.push_back(next);
                }
            }
            if before[to as usize].is_some() {
                break;
            }
        }
        let mut path = vec![to];
        let mut node = before[to as usize]?;
        while node != from {
            path.push(node);
            node = before[node as usize]?;
        }
        path.push(from);
        path.reverse();
        Some(path)
    }

    /// The shortest path that takes the earliest edge at each node. `backward` has the same edges the other way round.
    pub(super) fn near_path(&self, backward: &Self, from: u32, to: u32) -> Option<Vec<u32>> {
        let mut steps = vec![None; self.len() as usize];
        steps[to as usize] = Some(0_u32);
        let mut left = VecDeque::from([to]);
        while let Some(node) = left.pop_front() {
            let further = steps[node as usize].map(|steps| steps + 1);
            for &next in backward.next(node) {
                if steps[next as usize].is_none() {
                    steps[next as usize] = further;
                    left.push_back(next);
                }
            }
        }
        let mut path = vec![from];
        let mut node = from;
        loop {
            // The first of those that are nearest.
            node = *self.next(node).iter().filter(|next| steps[**next as usize].is_some()).min_by_key(|next| steps[**next as usize])?;
            path.push(node);
            if node == to {
                return Some(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupt_ends_numbering_and_counting() {
        let raised = Interrupt::default();
        raised.raise();
        assert!(matches!(Nodes::of([(1, 2)].into_iter(), &raised), Err(EngineError::Interrupted)));
        assert!(matches!(Graph::new(2, [(0, 1)].into_iter(), &raised), Err(EngineError::Interrupted)));
    }

    #[test]
    fn values_are_numbered_in_ascending_order_and_new_ones_behind_them() {
        for (pairs, expected) in [(vec![(5, 2), (2, 5)], vec![2, 5]), (vec![(4, 6), (5, 4)], vec![4, 5, 6]), (vec![], vec![])] {
            let mut nodes = Nodes::of(pairs.into_iter(), &Interrupt::default()).unwrap();
            let mut values: Vec<u32> = (0..nodes.len()).map(|node| nodes.value(node)).collect();
            assert_eq!(values, expected);
            for new in [7, 3, 9, 7] {
                let node = nodes.node(new);
                if !values.contains(&new) {
                    assert_eq!(node as usize, values.len());
                    values.push(new);
                }
            }
            assert!(values.iter().zip(0..).all(|(value, node)| nodes.find(*value) == Some(node) && nodes.known(*value) == node));
            assert!((0..nodes.len()).map(|node| nodes.value(node)).eq(values.iter().copied()));
            assert_eq!(nodes.find(20), None);
        }
    }
}
