//! What every node of a graph reaches: one set for each strongly connected component, since all its nodes reach the same.
//!
//! Nodes are numbered in the order in which their components are complete. In a tree, what a node reaches is then one interval, and
//! elsewhere it is few (Agrawal, Borgida and Jagadish, Efficient management of transitive relationships in large data and knowledge bases,
//! SIGMOD 1989).

use super::super::Interrupt;
use super::super::error::EngineError;
use super::components::{self, Found};
use super::graph::Graph;
use super::intervals::{self, Interval};

/// No component.
const NONE: u32 = u32::MAX;

/// What is gathered for a set is united when there is so much of it.
const GATHERED: usize = 1 << 16;

/// A set that has at least one in so many of all nodes is put in order by going over all nodes.
const DENSE: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Reach {
    /// The number of each node.
    numbers: Vec<u32>,
    /// The node of each number.
    nodes: Vec<u32>,
    /// The component of each number.
    components: Vec<u32>,
    /// The set of each component.
    spans: Vec<Span>,
    pub(super) intervals: Vec<Interval>,
    /// How many places of `intervals` belong to no set any more.
    pub(super) unused: usize,
    len: u64,
}

/// Where the set of a component is, and how many members the component has.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    len: u32,
    members: u32,
}

impl Span {
    fn range(self) -> std::ops::Range<usize> {
        self.start..self.start + self.len as usize
    }
}

impl Reach {
    /// More than `limit` pairs are `too_many`.
    pub(super) fn new(graph: &Graph, limit: u64, too_many: &EngineError, interrupt: &Interrupt) -> Result<Self, EngineError> {
        let room = graph.len() as usize;
        let (mut reach, mut gathered) = (Self::default(), Gathered::default());
        reach.nodes.reserve_exact(room);
        reach.components.reserve_exact(room);
        // There are as many components as nodes, or fewer.
        reach.spans.reserve_exact(room);
        gathered.taken.reserve_exact(room);
        let mut search = Search { reach, gathered, graph, limit, too_many, interrupt };
        let numbers = components::number(graph, interrupt, &mut search)?;
        search.reach.spans.shrink_to_fit();
        Ok(Self { numbers, ..search.reach })
    }

    fn push(&mut self, set: &[Interval], members: u32) {
        self.spans.push(Span { start: self.intervals.len(), len: short(set.len()), members });
        self.intervals.extend_from_slice(set);
        self.len += intervals::count(set) * u64::from(members);
    }

    /// There are so many nodes now: the new ones reach nothing.
    pub(super) fn grow(&mut self, nodes: u32) {
        for node in short(self.numbers.len())..nodes {
            self.numbers.push(short(self.nodes.len()));
            self.nodes.push(node);
            let own = self.new_component();
            self.components.push(own);
            self.set_members(own, 1);
        }
    }

    /// Another component, without members or anything that they reach.
    pub(super) fn new_component(&mut self) -> u32 {
        self.push(&[], 0);
        short(self.spans.len() - 1)
    }

    /// Says of a component that reaches nothing yet how many members it has.
    pub(super) fn set_members(&mut self, component: u32, members: usize) {
        self.spans[component as usize].members = short(members);
    }

    /// Puts a node into a component.
    pub(super) fn put(&mut self, node: u32, component: u32) {
        self.components[self.numbers[node as usize] as usize] = component;
    }

    /// Takes the set of a component away, and its members.
    pub(super) fn empty(&mut self, component: u32) {
        self.replace(component, &[]);
        self.set_members(component, 0);
    }

    /// How many pairs there are.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    pub(super) fn number(&self, node: u32) -> u32 {
        self.numbers[node as usize]
    }

    pub(super) fn component(&self, node: u32) -> u32 {
        self.components[self.number(node) as usize]
    }

    pub(super) fn members(&self, component: u32) -> u32 {
        self.spans[component as usize].members
    }

    /// The numbers of what the nodes of a component reach.
    pub(super) fn set(&self, component: u32) -> &[Interval] {
        &self.intervals[self.spans[component as usize].range()]
    }

    pub(super) fn contains(&self, from: u32, to: u32) -> bool {
        intervals::contains(self.set(self.component(from)), self.number(to))
    }

    /// How many nodes a node reaches.
    pub(super) fn count(&self, node: u32) -> u64 {
        intervals::count(self.set(self.component(node)))
    }

    /// What a node reaches, in ascending order.
    pub(super) fn from(&self, node: u32) -> Vec<u32> {
        let set = self.set(self.component(node));
        let mut nodes: Vec<u32> = set.iter().flat_map(|[start, end]| &self.nodes[*start as usize..*end as usize]).copied().collect();
        if nodes.len() > self.nodes.len() / DENSE {
            let mut is_reached = vec![false; self.nodes.len()];
            nodes.iter().for_each(|node| is_reached[*node as usize] = true);
            nodes.clear();
            nodes.extend((0..).zip(is_reached).filter(|(_, is_reached)| *is_reached).map(|(node, _)| node));
        } else {
            nodes.sort_unstable();
        }
        nodes
    }

    /// Gives a component another set.
    pub(super) fn replace(&mut self, component: u32, set: &[Interval]) {
        let Span { start, len, members } = self.spans[component as usize];
        let new = short(set.len());
        self.len = self.len - intervals::count(self.set(component)) * u64::from(members) + intervals::count(set) * u64::from(members);
        let start = if new <= len {
            self.intervals[start..start + set.len()].copy_from_slice(set);
            self.unused += (len - new) as usize;
            start
        } else {
            self.unused += len as usize;
            let start = self.intervals.len();
            self.intervals.extend_from_slice(set);
            start
        };
        self.spans[component as usize] = Span { start, len: new, members };
    }

    /// Takes the unused places out.
    pub(super) fn tidy(&mut self) {
        let mut used = Vec::with_capacity(self.intervals.len() - self.unused);
        for span in &mut self.spans {
            let start = used.len();
            used.extend_from_slice(&self.intervals[span.range()]);
            span.start = start;
        }
        (self.intervals, self.unused) = (used, 0);
    }
}

/// A search through the whole graph, with what it has found so far.
struct Search<'g> {
    reach: Reach,
    gathered: Gathered,
    graph: &'g Graph,
    limit: u64,
    too_many: &'g EngineError,
    interrupt: &'g Interrupt,
}

impl Found for Search<'_> {
    fn ends(&mut self, nodes: &[u32]) {
        let Self { reach, gathered, .. } = self;
        let first = short(reach.spans.len());
        reach.nodes.extend_from_slice(nodes);
        reach.components.extend((first..).take(nodes.len()));
        reach.spans.resize(reach.spans.len() + nodes.len(), Span { start: reach.intervals.len(), len: 0, members: 1 });
        gathered.taken.resize(reach.spans.len(), NONE);
    }

    fn component(&mut self, members: &[u32], numbers: &[u32]) -> Result<(), EngineError> {
        let Self { reach, gathered, graph, limit, too_many, interrupt } = self;
        gathered.begin(short(reach.spans.len()));
        reach.nodes.extend_from_slice(members);
        reach.components.resize(reach.nodes.len(), gathered.component);
        for next in members.iter().flat_map(|member| graph.next(*member)) {
            interrupt.check()?;
            gathered.add(numbers[*next as usize], reach);
        }
        intervals::unite(&mut gathered.intervals);
        reach.push(&gathered.intervals, short(members.len()));
        if reach.len > *limit { Err((*too_many).clone()) } else { Ok(()) }
    }
}

/// What a component reaches, as its edges are followed.
#[derive(Debug, Default)]
struct Gathered {
    component: u32,
    intervals: Vec<Interval>,
    /// For each component the last one for which its set was taken.
    taken: Vec<u32>,
    /// When to unite what there is.
    room: usize,
}

impl Gathered {
    fn begin(&mut self, component: u32) {
        self.component = component;
        self.intervals.clear();
        self.taken.push(NONE);
        self.room = GATHERED;
    }

    /// Adds a node, and what it reaches where that is known.
    #[inline]
    fn add(&mut self, number: u32, reach: &Reach) {
        let further = reach.components[number as usize];
        if further != self.component && std::mem::replace(&mut self.taken[further as usize], self.component) != self.component {
            for interval in reach.set(further) {
                intervals::push(&mut self.intervals, *interval);
            }
        }
        intervals::push(&mut self.intervals, [number, number + 1]);
        if self.intervals.len() > self.room {
            intervals::unite(&mut self.intervals);
            self.room = GATHERED.max(self.intervals.len() * 2);
        }
    }
}

pub(super) fn short(number: usize) -> u32 {
    u32::try_from(number).expect("nodes are numbered with 32 bits")
}
