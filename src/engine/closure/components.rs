//! The strongly connected components of a graph, each after all that it leads to.
//!
//! Tarjan's algorithm (Depth-first search and linear graph algorithms, SIAM J. Comput. 1, 1972), without recursion: paths may be long.

use super::super::Interrupt;
use super::super::error::EngineError;
use super::graph::Graph;

/// A node that has not been met.
const UNMET: u32 = u32::MAX;

/// The node was met, and its component is not complete: the other bits count how many were met before it.
const OPEN: u32 = 1 << 31;

/// A node on the way from where the search began.
struct Step {
    node: u32,
    /// How many of its edges have been followed.
    followed: usize,
    /// The earliest node still open that is known to be reached.
    earliest: u32,
}

/// What is told as components are found, each after all that it leads to.
pub(super) trait Found {
    /// Each of these nodes leads nowhere and is a component of its own; they have the next numbers.
    fn ends(&mut self, nodes: &[u32]);

    /// These nodes reach each other, or it is a single one; they have the next numbers, and here are the numbers of all nodes that have one.
    fn component(&mut self, members: &[u32], numbers: &[u32]) -> Result<(), EngineError>;
}

/// The members of each component, as they are told.
impl Found for Vec<Vec<u32>> {
    fn ends(&mut self, nodes: &[u32]) {
        self.extend(nodes.iter().map(|node| vec![*node]));
    }

    fn component(&mut self, members: &[u32], _: &[u32]) -> Result<(), EngineError> {
        self.push(members.to_vec());
        Ok(())
    }
}

/// A bit for each node: where they lie is close by, which cannot be said of the edges of many nodes.
struct Bits(Vec<u64>);

impl Bits {
    fn of(nodes: u32) -> Self {
        Self(vec![0; nodes as usize / 64 + 1])
    }

    #[inline]
    fn set(&mut self, node: u32) {
        self.0[node as usize / 64] |= 1 << (node % 64);
    }

    #[inline]
    fn get(&self, node: u32) -> bool {
        self.0[node as usize / 64] >> (node % 64) & 1 == 1
    }
}

/// So many edges are followed between two looks at the interrupt.
const EDGES: usize = 1 << 10;

/// Tells of all components. Gives the number of each node: its place in the order in which it was told.
///
/// The search begins where nothing leads to, so that what a node reaches in a tree has numbers side by side.
pub(super) fn number(graph: &Graph, interrupt: &Interrupt, found: &mut impl Found) -> Result<Vec<u32>, EngineError> {
    assert!(graph.len() < OPEN, "nodes are numbered with 31 bits");
    let (mut leads_on, mut is_led_to) = (Bits::of(graph.len()), Bits::of(graph.len()));
    for node in 0..graph.len() {
        for targets in graph.next(node).chunks(EDGES) {
            interrupt.check()?;
            leads_on.set(node);
            targets.iter().for_each(|target| is_led_to.set(*target));
        }
    }
    let mut numbers = vec![UNMET; graph.len() as usize];
    let (mut numbered, mut met) = (0, 0);
    let mut open = Vec::new();
    let mut ends = Vec::new();
    let mut path: Vec<Step> = Vec::new();
    for root in (0..graph.len()).filter(|node| !is_led_to.get(*node)).chain(0..graph.len()) {
        if numbers[root as usize] != UNMET {
            continue;
        }
        let mut entered = Some(root);
        while entered.is_some() || !path.is_empty() {
            if let Some(node) = entered.take() {
                numbers[node as usize] = OPEN | met;
                open.push(node);
                path.push(Step { node, followed: 0, earliest: met });
                met += 1;
                // None of these waits for another one: there is nothing behind them.
                for targets in graph.next(node).chunks(EDGES) {
                    interrupt.check()?;
                    for &next in targets {
                        if !leads_on.get(next) && numbers[next as usize] == UNMET {
                            numbers[next as usize] = numbered;
                            numbered += 1;
                            ends.push(next);
                        }
                    }
                    found.ends(&ends);
                    ends.clear();
                }
            }
            let Some(step) = path.last_mut() else { break };
            for &next in &graph.next(step.node)[step.followed..] {
                step.followed += 1;
                if step.followed % EDGES == 0 {
                    interrupt.check()?;
                }
                if !leads_on.get(next) {
                    continue;
                }
                let mark = numbers[next as usize];
                if mark == UNMET {
                    entered = Some(next);
                    break;
                } else if mark & OPEN != 0 {
                    step.earliest = step.earliest.min(mark & !OPEN);
                }
            }
            if entered.is_some() {
                continue;
            }
            let Some(Step { node, earliest, .. }) = path.pop() else { break };
            if let Some(before) = path.last_mut() {
                before.earliest = before.earliest.min(earliest);
            }
            if OPEN | earliest == numbers[node as usize] {
                let start = open.iter().rposition(|open| *open == node).unwrap_or_default();
                for (member, number) in open[start..].iter().zip(numbered..) {
                    numbers[*member as usize] = number;
                }
                numbered += u32::try_from(open.len() - start).unwrap_or_default();
                found.component(&open[start..], &numbers)?;
                open.truncate(start);
            }
        }
    }
    Ok(numbers)
}
