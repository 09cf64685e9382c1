//! The least deep proof of what a question says: what may lead there is looked for level by level, until nothing less deep can come.

use std::collections::BTreeMap;

use super::graph::{Graph, How, NodeId, Says};
use super::premises::Scope;
use super::{Explainer, bound_head, merged, of_query, shown};
use crate::engine::EngineError;
use crate::logic::{Literal, Query};
use crate::value::ValueId;

/// So many ways are looked at in which one sentence or question may hold.
const MAX_WAYS: usize = 100_000;

/// What has been found out about a question.
pub(super) struct Found {
    pub(super) graph: Graph,
    pub(super) root: NodeId,
    /// Nothing was left out: no proof is less deep.
    pub(super) is_shortest: bool,
}

impl Explainer<'_> {
    /// The proof of what `start` puts into a graph; nothing if it does not hold.
    pub(super) fn search(
        &mut self,
        start: &mut impl FnMut(&mut Self, &mut Graph) -> Result<Option<NodeId>, EngineError>,
    ) -> Result<Option<Found>, EngineError> {
        // At first what was replaced does not count; where nothing is proved without it, it does.
        for is_shortest in [true, false] {
            let mut graph = Graph::default();
            let Some(root) = start(self, &mut graph)? else { return Ok(None) };
            if !self.explore(&mut graph, root)? {
                break;
            }
            if graph.nodes[root].is_solved {
                graph.settle(|graph, node, one, other| self.comes_first(graph, node, one, other));
                return Ok(Some(Found { graph, root, is_shortest }));
            }
            self.count_replaced()?;
        }
        // Too much to look at: what the evaluation found first is a proof, too, as far as it goes.
        self.count_replaced()?;
        let mut graph = Graph::default();
        let Some(root) = start(self, &mut graph)? else { return Ok(None) };
        self.follow(&mut graph, root)?;
        Ok(Some(Found { graph, root, is_shortest: false }))
    }

    /// What a question says as one node.
    pub(super) fn root(&mut self, graph: &mut Graph, query: &Query) -> Result<Option<NodeId>, EngineError> {
        let source = &query.place.source;
        let scope = Scope { names: &query.variables, source, bounds: None };
        if let [literals] = query.alternatives.as_slice()
            && let [Literal::Holds(atom)] = literals.as_slice()
            && atom.variables().next().is_none()
        {
            // What holds is known; which row it is, and whether it is stated, is looked up.
            let body = crate::plan::body(literals, query.variables.len(), &[], None, |_| crate::plan::Version::Total);
            let bounds = crate::engine::Bounds::all(self.database);
            crate::engine::Join::prepare_few(&body, self.database, &bounds)?;
            let atom = atom.clone();
            let holds = !self.database.rows_for(&atom, 1, None).is_empty();
            return Ok(if holds { self.sentence(graph, &atom, scope, 0) } else { None });
        }
        let root = graph.add(Says::Question, false, 0);
        for (literals, variables) in of_query(query) {
            for way in self.solutions(literals, (variables, &shown(literals)), source, None, MAX_WAYS)? {
                self.spend(literals.len());
                if let Some(premises) = self.premises(graph, literals, &way, scope, 1)? {
                    graph.add_alternative(root, How::Parts, premises);
                }
            }
        }
        Ok((!graph.nodes[root].alternatives.is_empty()).then_some(root))
    }

    /// Looks for what leads to the root until its least deep proof must be among it; false if that is too much.
    pub(super) fn explore(&mut self, graph: &mut Graph, root: NodeId) -> Result<bool, EngineError> {
        let mut expanded = vec![false; graph.nodes.len()];
        let mut by_level: BTreeMap<usize, Vec<NodeId>> = BTreeMap::new();
        let mut seen = 0;
        let mut enough = None;
        // What nothing had a use for, with the number of those that could have.
        let mut aside: Vec<(NodeId, usize)> = Vec::new();
        loop {
            expanded.resize(graph.nodes.len(), false);
            for (id, node) in graph.nodes.iter().enumerate().skip(seen).filter(|(_, node)| node.waits) {
                by_level.entry(node.level).or_default().push(id);
            }
            seen = graph.nodes.len();
            if enough.is_none() && graph.nodes[root].is_solved {
                graph.settle(|_, _, _, _| false);
                enough = graph.nodes[root].depth;
            }
            let Some((level, nodes)) = by_level.pop_first() else { return Ok(true) };
            if enough.is_some_and(|depth| level >= depth) {
                return Ok(true);
            }
            for id in nodes {
                let at = graph.nodes[id].level;
                if expanded[id] || at > level {
                    continue;
                }
                // What rests on leaves in another way has no use for this.
                let is_of_use = |parent: &(NodeId, usize)| !graph.nodes[parent.0].is_shallow;
                if id != root && !graph.nodes[id].parents.iter().any(is_of_use) {
                    aside.push((id, graph.nodes[id].parents.len()));
                    continue;
                }
                expanded[id] = true;
                self.interrupted()?;
                self.expand(graph, id)?;
                if self.left == 0 {
                    return Ok(false);
                }
            }
            // Something else may have a use for it now.
            aside.retain(|(id, parents)| {
                let is_same = graph.nodes[*id].parents.len() == *parents;
                if !is_same {
                    by_level.entry(graph.nodes[*id].level).or_default().push(*id);
                }
                is_same
            });
            // Some have come closer to the root since they were put in line.
            let mut closer = Vec::new();
            for (level, nodes) in &mut by_level {
                nodes.retain(|id| {
                    let stays = graph.nodes[*id].level >= *level;
                    closer.extend((!stays).then_some(*id));
                    stays
                });
            }
            for id in closer {
                by_level.entry(graph.nodes[id].level).or_default().push(id);
            }
        }
    }

    /// Adds every way in which a sentence follows.
    pub(super) fn expand(&mut self, graph: &mut Graph, id: NodeId) -> Result<(), EngineError> {
        let Says::Sentence { relation, row, .. } = graph.nodes[id].says.clone() else { return Ok(()) };
        let closure = self.closure(relation);
        let mut is_direct = false;
        for index in self.rules_for(relation) {
            if closure.is_none_or(|closure| closure.rule != index) {
                is_direct |= self.within_stratum(relation, |own| own.instances(graph, id, index, &row))?;
            }
        }
        if let (Some(closure), false) = (closure, is_direct) {
            self.chain(graph, id, closure, [row[0], row[1]])?;
        }
        Ok(())
    }

    /// Adds every way in which one rule concludes a row; tells whether there is one.
    pub(super) fn instances(&mut self, graph: &mut Graph, id: NodeId, index: usize, row: &[u32]) -> Result<bool, EngineError> {
        let rules = self.rules;
        let rule = &rules[index];
        let Some(head) = bound_head(rule, row) else { return Ok(false) };
        let open: Vec<Literal> = rule.body.iter().map(|literal| literal.under(&head)).collect();
        let source = &rule.text.place.source;
        let ways = self.solutions(&open, (head.len(), &shown(&open)), source, None, MAX_WAYS)?;
        let mut is_found = false;
        for way in ways {
            if !self.spend(rule.body.len()) {
                return Ok(is_found);
            }
            let binding = merged(&head, &way);
            let level = graph.nodes[id].level + 1;
            let scope = Scope { names: &rule.variables, source, bounds: None };
            if let Some(premises) = self.premises(graph, &rule.body, &binding, scope, level)? {
                graph.add_alternative(id, How::Rule { index, binding }, premises);
                is_found = true;
            }
        }
        Ok(is_found)
    }

    /// Which of two alternatives comes first where they are equal otherwise: by the values in it, then by the order of the rules.
    pub(super) fn comes_first(&self, graph: &Graph, node: NodeId, one: usize, other: usize) -> bool {
        let key = |number: usize| {
            let alternative = &graph.nodes[node].alternatives[number];
            let (index, binding): (usize, &[ValueId]) = match &alternative.how {
                How::Rule { index, binding } => (*index, binding),
                How::Chain { index, .. } => (*index, &[]),
                How::Parts => (0, &[]),
            };
            let label = self.rules.get(index).and_then(|rule| rule.text.label.clone());
            let values: Vec<_> = binding.iter().map(|value| self.dictionary.value(*value).cloned()).collect();
            // A rule with a name before one without.
            (label.is_none(), label, values, index, number)
        };
        key(one) < key(other)
    }
}
