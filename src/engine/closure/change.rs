//! Keeps a closure up to date where a direct pair comes or goes: its graph in place, and the sets of what every component reaches where
//! they are there, of those components alone that lead to the pair.
//!
//! What would make one component of two, or two of one, is not followed: then the sets are made anew when they are wanted.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::graph::Graph;
use super::intervals::{self, Interval};
use super::reach::Reach;
use super::{Closure, Side};

/// More nodes than these are not gone through: making the sets anew does not take much longer.
const MAX_NODES: usize = 1 << 15;

/// So many pairs, and nodes on the way to them, are looked at to find those that come or go with a direct one.
const MAX_PAIRS: usize = 1 << 16;

/// Sets get new places until so many are unused for each one that is used, counted in quarters.
const UNUSED_QUARTERS: usize = 2;

impl Closure {
    /// Adds a direct pair that is not there, or takes one out that is.
    pub(in crate::engine) fn change(&mut self, [from, to]: [u32; 2], is_added: bool) {
        let (from, to) = (self.nodes.node(from), self.nodes.node(to));
        let nodes = self.nodes.len();
        let is_followed = self.from.all.is_some() || self.to.all.is_some();
        if is_followed {
            self.backward();
        }
        for (graph, from, to) in
            [Some((&mut self.forward, from, to)), self.backward.get_mut().map(|graph| (graph, to, from))].into_iter().flatten()
        {
            graph.grow(nodes);
            if is_added { graph.add(from, to) } else { graph.remove(from, to) }
        }
        self.direct = if is_added { self.direct + 1 } else { self.direct.saturating_sub(1) };
        self.forget_single();
        if is_followed && let Some(backward) = self.backward.get() {
            self.from.follow([from, to], is_added, &self.forward, backward, self.limit);
            self.to.follow([to, from], is_added, backward, &self.forward, self.limit);
        }
    }

    /// The pairs that follow only with a direct one that is not there; nothing if they are too many to look at.
    pub(in crate::engine) fn through(&self, [from, to]: [u32; 2]) -> Option<Vec<[u32; 2]>> {
        let mut left = MAX_PAIRS;
        let around = |graph: &Graph, value: u32, left: &mut usize| {
            let Some(node) = self.nodes.find(value) else { return Some(IndexSet::default()) };
            found(graph, node, left)
        };
        let mut sources: Vec<u32> = around(self.backward(), from, &mut left)?.into_iter().map(|node| self.nodes.value(node)).collect();
        let mut targets: Vec<u32> = around(&self.forward, to, &mut left)?.into_iter().map(|node| self.nodes.value(node)).collect();
        for (ends, own) in [(&mut sources, from), (&mut targets, to)] {
            if !ends.contains(&own) {
                ends.push(own);
            }
        }
        let mut pairs = Vec::new();
        for source in sources {
            let known = around(&self.forward, source, &mut left)?;
            left = left.checked_sub(targets.len())?;
            let is_new = |target: &&u32| self.nodes.find(**target).is_none_or(|node| !known.contains(&node));
            pairs.extend(targets.iter().filter(is_new).map(|target| [source, *target]));
        }
        Some(pairs)
    }
}

/// What a node reaches; nothing if that is too much.
fn found(graph: &Graph, from: u32, left: &mut usize) -> Option<IndexSet<u32, FxBuildHasher>> {
    let mut seen: IndexSet<u32, FxBuildHasher> = graph.next(from).iter().copied().collect();
    let mut looked_at = 0;
    while let Some(&node) = seen.get_index(looked_at) {
        looked_at += 1;
        *left = left.checked_sub(1)?;
        seen.extend(graph.next(node));
    }
    Some(seen)
}

impl Side {
    /// Lets the sets follow a change of the graph, or forgets them. `before` has all edges the other way round.
    fn follow(&mut self, [from, to]: [u32; 2], is_added: bool, graph: &Graph, before: &Graph, limit: u64) {
        let Some(all) = &mut self.all else { return };
        all.grow(graph.len());
        let is_followed = if is_added { all.add_edge(from, to, before) } else { all.remove_edge(from, to, graph, before) };
        if !is_followed || all.len() > limit {
            self.all = None;
        }
    }
}

impl Reach {
    /// Follows an edge that has come; false if that cannot be done in place.
    fn add_edge(&mut self, from: u32, to: u32, before: &Graph) -> bool {
        if self.contains(from, to) {
            return true;
        }
        if from != to && self.contains(to, from) {
            // Components become one.
            return false;
        }
        let gained = self.with(to);
        let mut updated = FxHashSet::default();
        let mut seen = FxHashSet::from_iter([from]);
        let mut left = vec![from];
        while let Some(node) = left.pop() {
            let component = self.component(node);
            if !updated.contains(&component) {
                if self.contains(node, to) {
                    // It has reached all of that before, and so have all that lead to it.
                    continue;
                }
                let set = intervals::union(self.set(component), &gained);
                self.replace(component, &set);
                updated.insert(component);
            }
            left.extend(before.next(node).iter().filter(|before| seen.insert(**before)));
            if seen.len() > MAX_NODES {
                return false;
            }
        }
        self.tidy_if_worth_it();
        true
    }

    /// Follows an edge that has gone; false if that cannot be done in place.
    fn remove_edge(&mut self, from: u32, to: u32, graph: &Graph, before: &Graph) -> bool {
        let own = self.component(from);
        if own == self.component(to) && (from != to || self.members(own) > 1) {
            // It may have been what holds the component together.
            return false;
        }
        let Some(order) = self.leading_to(from, before) else { return false };
        let mut changed = FxHashSet::default();
        for (component, members) in order {
            let next = || members.iter().flat_map(|member| graph.next(*member));
            let is_concerned = component == own || next().any(|next| changed.contains(&self.component(*next)));
            if !is_concerned {
                continue;
            }
            let mut set = Vec::new();
            let mut taken = FxHashSet::default();
            for next in next() {
                let further = self.component(*next);
                if further != component && taken.insert(further) {
                    set.extend_from_slice(self.set(further));
                }
                set.push([self.number(*next), self.number(*next) + 1]);
            }
            intervals::unite(&mut set);
            if set != self.set(component) {
                self.replace(component, &set);
                changed.insert(component);
            }
        }
        self.tidy_if_worth_it();
        true
    }

    /// A node and what it reaches.
    fn with(&self, node: u32) -> Vec<Interval> {
        let number = self.number(node);
        intervals::union(self.set(self.component(node)), &[[number, number + 1]])
    }

    fn tidy_if_worth_it(&mut self) {
        if self.unused > (self.intervals.len() - self.unused) / 4 * UNUSED_QUARTERS + MAX_NODES {
            self.tidy();
        }
    }

    /// The components that lead to a node, its own first, each after those that it leads to, with their members; nothing if there are too many.
    fn leading_to(&self, to: u32, before: &Graph) -> Option<Vec<(u32, Vec<u32>)>> {
        let mut components: IndexMap<u32, Vec<u32>, FxBuildHasher> = IndexMap::default();
        let mut seen = FxHashSet::from_iter([to]);
        let mut left = vec![to];
        while let Some(node) = left.pop() {
            components.entry(self.component(node)).or_default().push(node);
            left.extend(before.next(node).iter().filter(|before| seen.insert(**before)));
            if seen.len() > MAX_NODES {
                return None;
            }
        }
        // Depth first, each after all that lead to it; then the other way round.
        let leading: FxHashMap<u32, Vec<u32>> = components
            .iter()
            .map(|(component, members)| {
                let before = members.iter().flat_map(|member| before.next(*member)).map(|node| self.component(*node));
                (*component, before.filter(|before| before != component).collect())
            })
            .collect();
        let own = self.component(to);
        let mut order = Vec::with_capacity(components.len());
        let mut met = FxHashSet::from_iter([own]);
        let mut path = vec![(own, 0)];
        while let Some((component, followed)) = path.last_mut() {
            if let Some(&next) = leading.get(component).and_then(|leading| leading.get(*followed)) {
                *followed += 1;
                if met.insert(next) {
                    path.push((next, 0));
                }
            } else {
                order.push(*component);
                path.pop();
            }
        }
        order.reverse();
        Some(order.into_iter().filter_map(|component| Some((component, components.swap_remove(&component)?))).collect())
    }
}
