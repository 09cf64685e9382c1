//! The sentences and conditions that may lead to one another: each has alternatives, each alternative needs all of its premises.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Binding;
use crate::logic::{Atom, Literal, RelationId, VariableId};

/// The number of a node.
pub(super) type NodeId = usize;

/// What a node says.
#[derive(Clone, Debug)]
pub(super) enum Says {
    Sentence {
        relation: RelationId,
        reading: usize,
        row: Box<[u32]>,
    },
    /// That nothing matches.
    Absent(Atom),
    /// A condition that holds under a binding: a comparison, a text, an aggregate, a `whenever`. `total` counts what it looked at.
    Condition {
        literal: Literal,
        names: Arc<[Arc<str>]>,
        binding: Binding,
        total: usize,
    },
    /// One case of a `whenever`, or one input of an aggregate: the values of these variables.
    Case {
        variables: Vec<VariableId>,
        names: Arc<[Arc<str>]>,
        binding: Binding,
    },
    /// One of several sentences, each of which does: it says nothing itself.
    Any,
    /// All sentences of a question.
    Question,
}

/// How a node follows from its premises.
#[derive(Clone, Debug)]
pub(super) enum How {
    Rule {
        index: usize,
        binding: Binding,
    },
    /// A rule again and again, along a path.
    Chain {
        index: usize,
        times: usize,
    },
    /// It needs no rule: what it says is made of its premises.
    Parts,
}

#[derive(Clone, Debug)]
pub(super) struct Alternative {
    pub(super) how: How,
    pub(super) premises: Vec<NodeId>,
    /// How many of them nothing is known to prove.
    pub(super) open: usize,
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own about a node")]
pub(super) struct Node {
    pub(super) says: Says,
    pub(super) alternatives: Vec<Alternative>,
    /// It needs no reason: it is stated, absent, or computed.
    pub(super) is_leaf: bool,
    /// What leads to it is to be looked for.
    pub(super) waits: bool,
    pub(super) is_solved: bool,
    /// It is a leaf, or something holds it up that rests on leaves alone.
    pub(super) is_shallow: bool,
    /// How far it is from the root, in lines of the tree.
    pub(super) level: usize,
    pub(super) parents: Vec<(NodeId, usize)>,
    /// Of its least deep proof: how many levels, how many lines if nothing is shared, and which alternative.
    pub(super) depth: Option<usize>,
    pub(super) size: u64,
    pub(super) chosen: Option<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    facts: FxHashMap<(RelationId, bool, Box<[u32]>), NodeId>,
}

impl Graph {
    pub(super) fn add(&mut self, says: Says, is_leaf: bool, level: usize) -> NodeId {
        self.nodes.push(Node {
            says,
            alternatives: Vec::new(),
            is_leaf,
            waits: false,
            is_solved: is_leaf,
            is_shallow: is_leaf,
            level,
            parents: Vec::new(),
            depth: None,
            size: 1,
            chosen: None,
        });
        self.nodes.len() - 1
    }

    /// The node of a row. One that is known may come closer to the root.
    pub(super) fn fact(&mut self, atom: &Atom, row: &[u32], is_stated: bool, level: usize) -> NodeId {
        let key = (atom.relation, atom.stated_only, Box::from(row));
        if let Some(&known) = self.facts.get(&key) {
            self.nodes[known].level = self.nodes[known].level.min(level);
            return known;
        }
        let says = Says::Sentence { relation: atom.relation, reading: atom.reading, row: row.into() };
        let id = self.add(says, is_stated, level);
        self.nodes[id].waits = !is_stated;
        self.facts.insert(key, id);
        id
    }

    /// Adds a way in which a node follows, and tells those that wait for it.
    pub(super) fn add_alternative(&mut self, node: NodeId, how: How, premises: Vec<NodeId>) {
        let number = self.nodes[node].alternatives.len();
        let mut open = 0;
        let mut is_shallow = true;
        for &premise in &premises {
            let premise = &mut self.nodes[premise];
            open += usize::from(!premise.is_solved);
            is_shallow &= premise.is_leaf;
            if !premise.is_solved || !premise.is_leaf {
                premise.parents.push((node, number));
            }
        }
        self.nodes[node].alternatives.push(Alternative { how, premises, open });
        if open == 0 {
            self.nodes[node].is_shallow |= is_shallow && !matches!(self.nodes[node].says, Says::Any);
            self.solve(node);
        }
    }

    fn solve(&mut self, node: NodeId) {
        let mut left = vec![node];
        while let Some(node) = left.pop() {
            if std::mem::replace(&mut self.nodes[node].is_solved, true) {
                continue;
            }
            for number in 0..self.nodes[node].parents.len() {
                let (parent, alternative) = self.nodes[node].parents[number];
                // One that has been put aside waits for nothing.
                let Some(alternative) = self.nodes[parent].alternatives.get_mut(alternative) else { continue };
                alternative.open -= 1;
                if alternative.open == 0 {
                    left.push(parent);
                }
            }
        }
    }

    /// Finds for each solved node its least deep proof, and among those whose steps are all least deep the one with the fewest
    /// lines; `first` tells which of two alternatives of one node comes first if they are equal in that.
    pub(super) fn settle(&mut self, first: impl Fn(&Self, NodeId, usize, usize) -> bool) {
        for node in &mut self.nodes {
            (node.depth, node.size, node.chosen) = (None, 1, None);
        }
        let open = |alternative: &Alternative| alternative.premises.len();
        let mut left: Vec<Vec<usize>> = self.nodes.iter().map(|node| node.alternatives.iter().map(open).collect()).collect();
        // For each depth the nodes that may have it: those that say something, then those that are one of several.
        let mut waiting: Vec<[Vec<NodeId>; 2]> = vec![[Vec::new(), Vec::new()]];
        for (id, node) in self.nodes.iter().enumerate() {
            if node.is_leaf || node.alternatives.iter().any(|alternative| alternative.premises.is_empty()) {
                waiting[0][0].push(id);
            }
        }
        // Leaves have no list of those that wait for them.
        let mut parents: Vec<Vec<(NodeId, usize)>> = vec![Vec::new(); self.nodes.len()];
        for (id, node) in self.nodes.iter().enumerate() {
            for (number, alternative) in node.alternatives.iter().enumerate() {
                alternative.premises.iter().for_each(|&premise| parents[premise].push((id, number)));
            }
        }
        let mut depth = 0;
        while depth < waiting.len() {
            for phase in [0, 1] {
                while let Some(id) = waiting[depth][phase].pop() {
                    if self.nodes[id].depth.is_some() {
                        continue;
                    }
                    self.choose(id, depth, &left[id], &first);
                    for &(parent, number) in &parents[id] {
                        left[parent][number] -= 1;
                        if left[parent][number] == 0 && self.nodes[parent].depth.is_none() {
                            let is_any = matches!(self.nodes[parent].says, Says::Any);
                            let at = depth + usize::from(!is_any);
                            while waiting.len() <= at {
                                waiting.push([Vec::new(), Vec::new()]);
                            }
                            waiting[at][usize::from(is_any)].push(parent);
                        }
                    }
                }
            }
            depth += 1;
        }
    }

    /// Settles a node at a depth, by the alternative with the fewest lines.
    fn choose(&mut self, id: NodeId, depth: usize, left: &[usize], first: &impl Fn(&Self, NodeId, usize, usize) -> bool) {
        let node = &self.nodes[id];
        let is_any = matches!(node.says, Says::Any);
        let mut best: Option<(u64, usize)> = None;
        for (number, alternative) in node.alternatives.iter().enumerate().filter(|(number, _)| left[*number] == 0) {
            let deepest = alternative.premises.iter().filter_map(|premise| self.nodes[*premise].depth).max();
            let own = deepest.map_or(0, |deepest| deepest + usize::from(!is_any));
            if own != depth || node.is_leaf {
                continue;
            }
            let below = alternative.premises.iter().map(|premise| self.nodes[*premise].size).fold(0, u64::saturating_add);
            let size = below.saturating_add(u64::from(!is_any));
            let is_better = best.is_none_or(|(known, chosen)| size < known || (size == known && first(self, id, number, chosen)));
            if is_better {
                best = Some((size, number));
            }
        }
        let node = &mut self.nodes[id];
        node.depth = Some(depth);
        node.size = best.map_or(1, |(size, _)| size);
        node.chosen = best.map(|(_, number)| number);
    }
}
