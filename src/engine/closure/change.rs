//! Keeps a closure up to date where a direct pair comes or goes: its graph in place, and the sets of what every component reaches where
//! they are there, of those components alone that lead to the pair. A pair that closes a loop makes one component of all on it; one that held
//! a component together leaves several.
//!
//! Where that takes about as long as making the sets anew, they are forgotten, and made anew when they are wanted.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::components;
use super::graph::Graph;
use super::intervals::{self, Interval};
use super::reach::{Reach, short};
use super::{Closure, Side};
use crate::engine::Interrupt;

/// So many nodes and intervals are always gone through, and as many as this share of all sets has.
const MIN_WORK: usize = 1 << 15;
const WORK_SHARE: usize = 2;

/// So many pairs, and nodes on the way to them, are looked at to find those that come or go with a direct one.
const MAX_PAIRS: usize = 1 << 16;

/// Sets get new places until so many are unused for each one that is used, counted in quarters.
const UNUSED_QUARTERS: usize = 2;

impl Closure {
    /// Adds a direct pair that is not there, or takes one out that is.
    pub(in crate::engine) fn change(&mut self, [from, to]: [u32; 2], is_added: bool, interrupt: &Interrupt) {
        let (from, to) = (self.nodes.node(from), self.nodes.node(to));
        let nodes = self.nodes.len();
        let is_followed = self.from.all.is_some() || self.to.all.is_some();
        if is_followed {
            self.backward();
        }
        let forward = Some((&mut self.forward, from, to));
        let backward = self.backward.get_mut().map(|graph| (graph, to, from));
        for (graph, from, to) in forward.into_iter().chain(backward) {
            graph.grow(nodes);
            if is_added { graph.add(from, to) } else { graph.remove(from, to) }
        }
        self.direct = if is_added { self.direct + 1 } else { self.direct.saturating_sub(1) };
        self.forget_single();
        if is_followed && let Some(backward) = self.backward.get() {
            let bounds = (self.limit, interrupt);
            self.from.follow([from, to], is_added, (&self.forward, backward), bounds);
            self.to.follow([to, from], is_added, (backward, &self.forward), bounds);
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
    /// Lets the sets follow a change of a graph, or forgets them. `before` has all edges the other way round.
    fn follow(&mut self, [from, to]: [u32; 2], is_added: bool, (graph, before): (&Graph, &Graph), (limit, interrupt): (u64, &Interrupt)) {
        let Some(all) = &mut self.all else { return };
        all.grow(graph.len());
        let mut work = Work { left: MIN_WORK.max(all.intervals.len() / WORK_SHARE), interrupt };
        let followed =
            if is_added { all.add_edge(from, to, before, &mut work) } else { all.remove_edge(from, to, (graph, before), &mut work) };
        if followed.is_none() || all.len() > limit {
            self.all = None;
        }
    }
}

/// How much may still be gone through.
struct Work<'a> {
    left: usize,
    interrupt: &'a Interrupt,
}

impl Work<'_> {
    /// Nothing if that is too much, or an interrupt has come.
    fn take(&mut self, amount: usize) -> Option<()> {
        self.left = self.left.checked_sub(amount)?;
        (!self.interrupt.is_raised()).then_some(())
    }
}

impl Reach {
    /// Follows an edge that has come; nothing if that takes too long.
    fn add_edge(&mut self, from: u32, to: u32, before: &Graph, work: &mut Work<'_>) -> Option<()> {
        if self.contains(from, to) {
            return Some(());
        }
        let gained = self.with(to);
        let mut updated = FxHashSet::default();
        let mut left = vec![from];
        if from != to && self.contains(to, from) {
            left = self.merge(from, to, &gained, before, work)?;
            updated.insert(self.component(from));
        }
        let mut seen: FxHashSet<u32> = left.iter().copied().collect();
        while let Some(node) = left.pop() {
            work.take(1)?;
            let component = self.component(node);
            if !updated.contains(&component) {
                let set = intervals::union(self.set(component), &gained);
                work.take(set.len())?;
                if set == self.set(component) {
                    // It has reached all of that before, and so have all that lead to it.
                    continue;
                }
                self.replace(component, &set);
                updated.insert(component);
            }
            left.extend(before.next(node).iter().filter(|before| seen.insert(**before)));
        }
        self.tidy_if_worth_it();
        Some(())
    }

    /// Makes one component of all that `to` reaches and that reach `from`, which reach each other now, and gives its members.
    fn merge(&mut self, from: u32, to: u32, gained: &[Interval], before: &Graph, work: &mut Work<'_>) -> Option<Vec<u32>> {
        let mut members: IndexSet<u32, FxBuildHasher> = IndexSet::from_iter([from]);
        let mut looked_at = 0;
        while let Some(&node) = members.get_index(looked_at) {
            looked_at += 1;
            work.take(1 + before.next(node).len())?;
            members.extend(before.next(node).iter().filter(|node| **node == to || self.contains(to, **node)));
        }
        let own = self.component(from);
        for &node in &members {
            self.empty(self.component(node));
            self.put(node, own);
        }
        self.set_members(own, members.len());
        self.replace(own, gained);
        Some(members.into_iter().collect())
    }

    /// Follows an edge that has gone; nothing if that takes too long. What a component no longer reaches is known from those that it leads to: it is
    /// what one of them has lost and none still reaches.
    fn remove_edge(&mut self, from: u32, to: u32, (graph, before): (&Graph, &Graph), work: &mut Work<'_>) -> Option<()> {
        let own = self.component(from);
        let mut lost = Lost::default();
        if own == self.component(to) && (from != to || self.members(own) > 1) {
            if self.within(own, from, graph, work)?.contains(&to) {
                // There is another way.
                return Some(());
            }
            let known = self.set(own).to_vec();
            for part in self.split(own, to, graph, work)? {
                let component = self.component(part[0]);
                let set = self.of_next(component, &part, graph, work)?;
                self.replace(component, &set);
                lost.tell(part.iter(), &intervals::difference(&known, &set), before, self, work)?;
            }
        } else {
            lost.of(from, &self.with(to), self);
        }
        while let Some(((.., component), (node, candidates))) = lost.0.pop_first() {
            let mut members = self.within(component, node, graph, work)?;
            members.insert(node);
            let gone = self.reached_no_more(component, &members, &candidates, graph, work)?;
            if gone.is_empty() {
                continue;
            }
            let set = intervals::difference(self.set(component), &gone);
            work.take(set.len())?;
            self.replace(component, &set);
            lost.tell(members.iter(), &gone, before, self, work)?;
        }
        self.tidy_if_worth_it();
        Some(())
    }

    /// What a component reaches of some nodes, and nothing that it leads to does any more.
    fn reached_no_more(
        &self,
        component: u32,
        members: &IndexSet<u32, FxBuildHasher>,
        candidates: &[Interval],
        graph: &Graph,
        work: &mut Work<'_>,
    ) -> Option<Vec<Interval>> {
        let mut gone = intervals::common(candidates, self.set(component));
        for next in members.iter().flat_map(|member| graph.next(*member)) {
            if gone.is_empty() {
                break;
            }
            work.take(gone.len())?;
            let number = self.number(*next);
            gone = intervals::difference(&gone, &[[number, number + 1]]);
            if self.component(*next) != component {
                gone = intervals::difference(&gone, self.set(self.component(*next)));
            }
        }
        Some(gone)
    }

    /// What the members of a component reach, by what those reach that they lead to.
    fn of_next(&self, component: u32, members: &[u32], graph: &Graph, work: &mut Work<'_>) -> Option<Vec<Interval>> {
        let mut set = Vec::new();
        let mut taken = FxHashSet::default();
        for next in members.iter().flat_map(|member| graph.next(*member)) {
            let further = self.component(*next);
            if further != component && taken.insert(further) {
                work.take(self.set(further).len())?;
                set.extend_from_slice(self.set(further));
            }
            set.push([self.number(*next), self.number(*next) + 1]);
        }
        intervals::unite(&mut set);
        Some(set)
    }

    /// A node and what it reaches.
    fn with(&self, node: u32) -> Vec<Interval> {
        let number = self.number(node);
        intervals::union(self.set(self.component(node)), &[[number, number + 1]])
    }

    fn tidy_if_worth_it(&mut self) {
        if self.unused > (self.intervals.len() - self.unused) / 4 * UNUSED_QUARTERS + MIN_WORK {
            self.tidy();
        }
    }

    /// What a node reaches without leaving its component.
    fn within(&self, component: u32, from: u32, graph: &Graph, work: &mut Work<'_>) -> Option<IndexSet<u32, FxBuildHasher>> {
        let next = |node: u32| graph.next(node).iter().copied().filter(|next| self.component(*next) == component);
        let mut found: IndexSet<u32, FxBuildHasher> = next(from).collect();
        let mut looked_at = 0;
        while let Some(&node) = found.get_index(looked_at) {
            looked_at += 1;
            work.take(1 + graph.next(node).len())?;
            found.extend(next(node));
        }
        Some(found)
    }

    /// Makes components of those members of one that still reach each other after an edge to one of them has gone, and gives them, each after all
    /// that it leads to. Their sets are empty.
    fn split(&mut self, component: u32, to: u32, graph: &Graph, work: &mut Work<'_>) -> Option<Vec<Vec<u32>>> {
        // Nobody needed the edge to get on from its end, so all members are found from there.
        let mut members = self.within(component, to, graph, work)?;
        members.insert(to);
        let place = |node: &u32| members.get_index_of(node).map(short);
        let edges = (0..).zip(&members).flat_map(|(number, node)| graph.next(*node).iter().filter_map(place).map(move |to| (number, to)));
        let inner = Graph::new(short(members.len()), edges, work.interrupt).ok()?;
        let mut parts = Vec::new();
        components::number(&inner, work.interrupt, &mut parts).ok()?;
        self.empty(component);
        for (number, part) in parts.iter_mut().enumerate() {
            let own = if number == 0 { component } else { self.new_component() };
            self.set_members(own, part.len());
            for place in part {
                *place = members[*place as usize];
                self.put(*place, own);
            }
        }
        Some(parts)
    }
}

/// What components may have lost, each with one of its members.
///
/// The one that reaches least comes first, and of those that reach the same the one on a loop: whatever reaches it reaches no less, and its members
/// besides. So each comes after all that it leads to.
#[derive(Default)]
struct Lost(BTreeMap<(u64, bool, u32), (u32, Vec<Interval>)>);

impl Lost {
    /// The component of a node may have lost something.
    fn of(&mut self, node: u32, lost: &[Interval], reach: &Reach) {
        let place = (reach.count(node), !reach.contains(node, node), reach.component(node));
        let (_, known) = self.0.entry(place).or_insert_with(|| (node, Vec::new()));
        *known = intervals::union(known, lost);
    }

    /// What the members of a component have lost, those may have lost that lead to it; nothing if they are too many.
    fn tell<'m>(
        &mut self,
        members: impl Iterator<Item = &'m u32>,
        lost: &[Interval],
        before: &Graph,
        reach: &Reach,
        work: &mut Work<'_>,
    ) -> Option<()> {
        if lost.is_empty() {
            return Some(());
        }
        let mut told = FxHashSet::default();
        for member in members {
            work.take(1 + before.next(*member).len())?;
            told.insert(reach.component(*member));
            for node in before.next(*member) {
                let component = reach.component(*node);
                if told.insert(component) {
                    work.take(reach.set(component).len() + lost.len())?;
                    self.of(*node, lost, reach);
                }
            }
        }
        Some(())
    }
}
