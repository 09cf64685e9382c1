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

/// Hands out the nodes of each component as soon as it is complete, with the numbers of all that are complete: each node's place in that
/// order. Gives the numbers of all nodes.
pub(super) fn number(
    graph: &Graph,
    interrupt: &Interrupt,
    mut complete: impl FnMut(&[u32], &[u32]) -> Result<(), EngineError>,
) -> Result<Vec<u32>, EngineError> {
    assert!(graph.len() < OPEN, "nodes are numbered with 31 bits");
    let mut numbers = vec![UNMET; graph.len() as usize];
    // A bit for each node: where they lie is close by, which cannot be said of the edges of many nodes.
    let mut leads_on = vec![0_u64; graph.len() as usize / 64 + 1];
    for node in (0..graph.len()).filter(|node| !graph.next(*node).is_empty()) {
        leads_on[node as usize / 64] |= 1 << (node % 64);
    }
    let (mut numbered, mut met) = (0, 0);
    let mut open = Vec::new();
    let mut path: Vec<Step> = Vec::new();
    for root in 0..graph.len() {
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
            }
            let Some(step) = path.last_mut() else { break };
            for &next in &graph.next(step.node)[step.followed..] {
                if interrupt.is_raised() {
                    return Err(EngineError::Interrupted);
                }
                step.followed += 1;
                let mark = numbers[next as usize];
                if mark == UNMET {
                    if leads_on[next as usize / 64] >> (next % 64) & 1 == 1 {
                        entered = Some(next);
                        break;
                    }
                    numbers[next as usize] = numbered;
                    numbered += 1;
                    complete(&[next], &numbers)?;
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
                complete(&open[start..], &numbers)?;
                open.truncate(start);
            }
        }
    }
    Ok(numbers)
}
