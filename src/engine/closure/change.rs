//! Keeps a closure up to date where a direct pair comes or goes: its graph in place, and the lists of what every component reaches where
//! they are there, of those components alone that lead to the pair.
//!
//! What would make one component of two, or two of one, is not followed: then the lists are made anew when they are wanted.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::graph::Graph;
use super::reach::{Reach, Span};
use super::{Closure, Side};

/// More nodes than these are not gone through: making the lists anew does not take much longer.
const MAX_NODES: usize = 1 << 15;

/// So many pairs, and nodes on the way to them, are looked at to find those that come or go with a direct one.
const MAX_PAIRS: usize = 1 << 16;

/// Lists get new places until so many are unused for each one that is used, counted in quarters.
const UNUSED_QUARTERS: usize = 2;

impl Closure {
    /// Adds a direct pair that is not there, or takes one out that is.
    pub(in crate::engine) fn change(&mut self, [from, to]: [u32; 2], is_added: bool) {
        let (from, to) = (self.nodes.node(from), self.nodes.node(to));
        let nodes = self.nodes.len();
        for (side, from, to) in [(&mut self.forward, from, to), (&mut self.backward, to, from)] {
            side.single.clear();
            side.graph.grow(nodes);
            if is_added { side.graph.add(from, to) } else { side.graph.remove(from, to) }
        }
        self.direct = if is_added { self.direct + 1 } else { self.direct.saturating_sub(1) };
        let limit = self.limit;
        let (forward, backward) = (&mut self.forward, &mut self.backward);
        forward.follow([from, to], is_added, &backward.graph, limit);
        backward.follow([to, from], is_added, &forward.graph, limit);
    }

    /// The pairs that follow only with a direct one that is not there; nothing if they are too many to look at.
    pub(in crate::engine) fn through(&self, [from, to]: [u32; 2]) -> Option<Vec<[u32; 2]>> {
        let mut left = MAX_PAIRS;
        let around = |graph: &Graph, value: u32, left: &mut usize| {
            let Some(node) = self.nodes.find(value) else { return Some(IndexSet::default()) };
            found(graph, node, left)
        };
        let mut sources: Vec<u32> = around(&self.backward.graph, from, &mut left)?.into_iter().map(|node| self.nodes.value(node)).collect();
        let mut targets: Vec<u32> = around(&self.forward.graph, to, &mut left)?.into_iter().map(|node| self.nodes.value(node)).collect();
        for (ends, own) in [(&mut sources, from), (&mut targets, to)] {
            if !ends.contains(&own) {
                ends.push(own);
            }
        }
        let mut pairs = Vec::new();
        for source in sources {
            let known = around(&self.forward.graph, source, &mut left)?;
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
    /// Lets the lists follow a change of the graph, or forgets them. `before` has all edges the other way round.
    fn follow(&mut self, [from, to]: [u32; 2], is_added: bool, before: &Graph, limit: u64) {
        let Some(all) = &mut self.all else { return };
        all.grow(self.graph.len());
        let is_followed = if is_added { all.add_edge(from, to, before) } else { all.remove_edge(from, to, &self.graph, before) };
        if !is_followed || all.len > limit {
            self.all = None;
        }
    }
}

impl Reach {
    /// There are so many nodes now: the new ones reach nothing.
    fn grow(&mut self, nodes: u32) {
        while self.component.len() < nodes as usize {
            self.component.push(u32::try_from(self.spans.len()).expect("there are no more components than nodes"));
            self.spans.push(Span { start: self.lists.len(), len: 0, members: 1 });
        }
    }

    fn has(&self, from: u32, to: u32) -> bool {
        self.from(from).binary_search(&to).is_ok()
    }

    /// Follows an edge that has come; false if that cannot be done in place.
    fn add_edge(&mut self, from: u32, to: u32, before: &Graph) -> bool {
        if self.has(from, to) {
            return true;
        }
        if from != to && self.has(to, from) {
            // Components become one.
            return false;
        }
        let mut gained = self.from(to).to_vec();
        if let Err(place) = gained.binary_search(&to) {
            gained.insert(place, to);
        }
        let mut updated = FxHashSet::default();
        let mut seen = FxHashSet::from_iter([from]);
        let mut left = vec![from];
        while let Some(node) = left.pop() {
            let component = self.component[node as usize];
            if !updated.contains(&component) {
                if self.has(node, to) {
                    // It has reached all of that before, and so have all that lead to it.
                    continue;
                }
                let list = union(self.from(node), &gained);
                self.replace(component, &list);
                updated.insert(component);
            }
            left.extend(before.next(node).iter().filter(|before| seen.insert(**before)));
            if seen.len() > MAX_NODES {
                return false;
            }
        }
        true
    }

    /// Follows an edge that has gone; false if that cannot be done in place.
    fn remove_edge(&mut self, from: u32, to: u32, graph: &Graph, before: &Graph) -> bool {
        let own = self.component[from as usize];
        if own == self.component[to as usize] && (from != to || self.spans[own as usize].members > 1) {
            // It may have been what holds the component together.
            return false;
        }
        let Some(order) = self.leading_to(from, before) else { return false };
        let mut changed = FxHashSet::default();
        for (component, members) in order {
            let next = || members.iter().flat_map(|member| graph.next(*member));
            let is_concerned = component == own || next().any(|next| changed.contains(&self.component[*next as usize]));
            if !is_concerned {
                continue;
            }
            let mut list: Vec<u32> = next().copied().collect();
            list.sort_unstable();
            list.dedup();
            let mut merged = FxHashSet::default();
            for next in list.clone() {
                let further = self.component[next as usize];
                if further != component && merged.insert(further) {
                    list = union(&list, self.from(next));
                }
            }
            if list != self.from(members[0]) {
                self.replace(component, &list);
                changed.insert(component);
            }
        }
        true
    }

    /// The components that lead to a node, its own first, each after those that it leads to, with their members; nothing if there are too many.
    fn leading_to(&self, to: u32, before: &Graph) -> Option<Vec<(u32, Vec<u32>)>> {
        let mut components: IndexMap<u32, Vec<u32>, FxBuildHasher> = IndexMap::default();
        let mut seen = FxHashSet::from_iter([to]);
        let mut left = vec![to];
        while let Some(node) = left.pop() {
            components.entry(self.component[node as usize]).or_default().push(node);
            left.extend(before.next(node).iter().filter(|before| seen.insert(**before)));
            if seen.len() > MAX_NODES {
                return None;
            }
        }
        // Depth first, each after all that lead to it; then the other way round.
        let leading: FxHashMap<u32, Vec<u32>> = components
            .iter()
            .map(|(component, members)| {
                let before = members.iter().flat_map(|member| before.next(*member)).map(|node| self.component[*node as usize]);
                (*component, before.filter(|before| before != component).collect())
            })
            .collect();
        let own = self.component[to as usize];
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

    /// Gives a component another list.
    fn replace(&mut self, component: u32, list: &[u32]) {
        let Span { start, len, members } = self.spans[component as usize];
        let new = u32::try_from(list.len()).expect("nodes are numbered with 32 bits");
        self.len = self.len - u64::from(len) * u64::from(members) + u64::from(new) * u64::from(members);
        let start = if new <= len {
            self.lists[start..start + list.len()].copy_from_slice(list);
            self.unused += (len - new) as usize;
            start
        } else {
            self.unused += len as usize;
            let start = self.lists.len();
            self.lists.extend_from_slice(list);
            start
        };
        self.spans[component as usize] = Span { start, len: new, members };
        if self.unused > (self.lists.len() - self.unused) / 4 * UNUSED_QUARTERS + MAX_NODES {
            self.tidy();
        }
    }

    /// Takes the unused places out.
    fn tidy(&mut self) {
        let mut lists = Vec::with_capacity(self.lists.len() - self.unused);
        for span in &mut self.spans {
            let start = lists.len();
            lists.extend_from_slice(&self.lists[span.range()]);
            span.start = start;
        }
        (self.lists, self.unused) = (lists, 0);
    }
}

/// What is in one of two lists in ascending order, or in both.
fn union(one: &[u32], other: &[u32]) -> Vec<u32> {
    let mut union = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one, other);
    while let (Some(first), Some(second)) = (one.first(), other.first()) {
        union.push(*first.min(second));
        let (is_first, is_second) = (first <= second, second <= first);
        one = &one[usize::from(is_first)..];
        other = &other[usize::from(is_second)..];
    }
    union.extend_from_slice(one);
    union.extend_from_slice(other);
    union
}
