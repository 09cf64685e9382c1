//! A proof without a search: of each sentence the first rule that could conclude it in the round in which it was derived, from what was
//! known before. It needs no more than what it shows, so it serves where a search would take too long.

use std::collections::VecDeque;

use super::graph::{Graph, How, NodeId, Says};
use super::premises::Scope;
use super::{Explainer, bound_head, merged, shown};
use crate::engine::EngineError;
use crate::logic::{Literal, RelationId};

/// So many sentences are explained; more are not shown.
const MAX_SENTENCES: usize = 2_000;

impl Explainer<'_> {
    /// Explains the root and what it rests on, nearest first.
    pub(super) fn follow(&mut self, graph: &mut Graph, root: NodeId) -> Result<(), EngineError> {
        self.database.renew_rounds(self.plan, self.rules, self.dictionary)?;
        let mut explained = 0;
        let mut queue = VecDeque::from([root]);
        let mut seen = vec![false; graph.nodes.len()];
        while let Some(id) = queue.pop_front() {
            if std::mem::replace(&mut seen[id], true) {
                continue;
            }
            if graph.nodes[id].waits && explained < MAX_SENTENCES {
                explained += 1;
                self.interrupted()?;
                self.first_way(graph, id)?;
            }
            seen.resize(graph.nodes.len(), false);
            let node = &mut graph.nodes[id];
            node.chosen = (!node.alternatives.is_empty()).then_some(0);
            queue.extend(node.alternatives.first().into_iter().flat_map(|alternative| alternative.premises.iter().copied()));
        }
        Ok(())
    }

    fn first_way(&mut self, graph: &mut Graph, id: NodeId) -> Result<(), EngineError> {
        let Says::Sentence { relation, row, .. } = graph.nodes[id].says.clone() else { return Ok(()) };
        if self.closure(relation).is_some() {
            return self.expand(graph, id);
        }
        self.within_stratum(relation, |own| own.first_rule(graph, id, relation, &row))
    }

    fn first_rule(&mut self, graph: &mut Graph, id: NodeId, relation: RelationId, row: &[u32]) -> Result<(), EngineError> {
        let Some(number) = self.database.derived_number(relation, row) else { return Ok(()) };
        let round = self.database.derived(relation).round(number);
        let bounds = self.database.before_round(round, relation, self.plan);
        let rules = self.rules;
        for index in self.rules_for(relation) {
            let rule = &rules[index];
            let Some(head) = bound_head(rule, row) else { continue };
            let open: Vec<Literal> = rule.body.iter().map(|literal| literal.under(&head)).collect();
            let source = &rule.text.place.source;
            let Some(way) = self.solutions(&open, (head.len(), &shown(&open)), source, Some(&bounds), 1)?.pop() else { continue };
            let binding = merged(&head, &way);
            let scope = Scope { names: &rule.variables, source, bounds: Some(&bounds) };
            if let Some(premises) = self.premises(graph, &rule.body, &binding, scope, 0)? {
                graph.add_alternative(id, How::Rule { index, binding }, premises);
                return Ok(());
            }
        }
        Ok(())
    }
}
