//! What every node of a graph reaches: one list for each strongly connected component, since all its nodes reach the same.
//!
//! Components are found by Tarjan's algorithm (Depth-first search and linear graph algorithms, SIAM J. Comput. 1, 1972), which comes to
//! a component only after all that it leads to: its list is made of theirs.

use super::super::Interrupt;
use super::super::error::EngineError;
use super::graph::Graph;

const NONE: u32 = u32::MAX;

/// A list that has at least one in so many of all nodes is put in order by going over all nodes.
const DENSE: usize = 16;

#[derive(Debug)]
pub(super) struct Reach {
    /// The component of each node.
    pub(super) component: Vec<u32>,
    /// The list of each component, and how many members it has.
    pub(super) spans: Vec<Span>,
    /// Nodes, in ascending order in each list.
    pub(super) lists: Vec<u32>,
    /// How many places of `lists` belong to no list any more.
    pub(super) unused: usize,
    pub(super) len: u64,
}

/// Where the list of a component is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) len: u32,
    pub(super) members: u32,
}

impl Span {
    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.start..self.start + self.len as usize
    }
}

impl Reach {
    pub(super) fn new(graph: &Graph, limit: u64, too_many: &EngineError, interrupt: &Interrupt) -> Result<Self, EngineError> {
        let nodes = graph.len() as usize;
        let mut reach = Self { component: vec![NONE; nodes], spans: Vec::new(), lists: Vec::new(), unused: 0, len: 0 };
        // For each node the last component whose list it was put on.
        let mut listed = vec![NONE; nodes];
        let mut visit = Visit { order: vec![0; nodes], lowest: vec![0; nodes], count: 0, open: Vec::new(), path: Vec::new() };
        for root in 0..graph.len() {
            if visit.order[root as usize] == 0 {
                visit.from(graph, root, |members| reach.add(graph, members, &mut listed, limit, too_many, interrupt))?;
            }
        }
        Ok(reach)
    }

    /// Adds the list of a component, all whose further components have theirs.
    fn add(
        &mut self,
        graph: &Graph,
        members: &[u32],
        listed: &mut [u32],
        limit: u64,
        too_many: &EngineError,
        interrupt: &Interrupt,
    ) -> Result<(), EngineError> {
        let own = short(self.spans.len());
        members.iter().for_each(|member| self.component[*member as usize] = own);
        let start = self.lists.len();
        for &member in members {
            for &next in graph.next(member) {
                if interrupt.is_raised() {
                    return Err(EngineError::Interrupted);
                }
                if listed[next as usize] == own {
                    continue;
                }
                listed[next as usize] = own;
                self.lists.push(next);
                let further = self.component[next as usize];
                if further != own {
                    for place in self.spans[further as usize].range() {
                        let node = self.lists[place];
                        if std::mem::replace(&mut listed[node as usize], own) != own {
                            self.lists.push(node);
                        }
                    }
                }
            }
        }
        let count = self.lists.len() - start;
        self.len += count as u64 * members.len() as u64;
        if self.len > limit {
            return Err(too_many.clone());
        }
        if count * DENSE > listed.len() {
            self.lists.truncate(start);
            self.lists.extend((0..graph.len()).filter(|node| listed[*node as usize] == own));
        } else {
            self.lists[start..].sort_unstable();
        }
        self.spans.push(Span { start, len: short(self.lists.len() - start), members: short(members.len()) });
        Ok(())
    }

    /// How many pairs there are.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// What a node reaches, in ascending order.
    pub(super) fn from(&self, node: u32) -> &[u32] {
        let component = self.component[node as usize] as usize;
        &self.lists[self.spans[component].range()]
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).expect("nodes are numbered with 32 bits")
}

/// Tarjan's algorithm, without recursion: paths may be long.
struct Visit {
    /// When each node was met, counted from 1; [`NONE`] once its component is complete.
    order: Vec<u32>,
    /// The earliest node still open that is known to be reached.
    lowest: Vec<u32>,
    count: u32,
    /// The nodes whose component is not complete.
    open: Vec<u32>,
    /// The nodes on the way from the root, and how many edges of each have been followed.
    path: Vec<(u32, usize)>,
}

impl Visit {
    fn from(&mut self, graph: &Graph, root: u32, mut component: impl FnMut(&[u32]) -> Result<(), EngineError>) -> Result<(), EngineError> {
        self.meet(root);
        while let Some((node, followed)) = self.path.last_mut() {
            let node = *node;
            if let Some(&next) = graph.next(node).get(*followed) {
                *followed += 1;
                match self.order[next as usize] {
                    0 => self.meet(next),
                    NONE => {}
                    order => self.lowest[node as usize] = self.lowest[node as usize].min(order),
                }
                continue;
            }
            self.path.pop();
            let lowest = self.lowest[node as usize];
            if let Some((before, _)) = self.path.last() {
                let before = &mut self.lowest[*before as usize];
                *before = lowest.min(*before);
            }
            if lowest == self.order[node as usize] {
                let start = self.open.iter().rposition(|open| *open == node).unwrap_or_default();
                component(&self.open[start..])?;
                self.open.drain(start..).for_each(|member| self.order[member as usize] = NONE);
            }
        }
        Ok(())
    }

    fn meet(&mut self, node: u32) {
        self.count += 1;
        self.order[node as usize] = self.count;
        self.lowest[node as usize] = self.count;
        self.open.push(node);
        self.path.push((node, 0));
    }
}
