//! The conditions of a rule under a binding → the nodes that it needs.

use std::sync::Arc;

use super::graph::{Graph, How, NodeId, Says};
use super::{Binding, Explainer, merged, shown};
use crate::engine::{Bounds, EngineError};
use crate::logic::{Aggregation, Atom, Literal, Term, Universal, VariableId};
use crate::source::Source;
use crate::syntax::ast::Function;
use crate::value::{Value, ValueId};

/// So many rows are looked at where a sentence says `something`.
const MAX_CHOICES: usize = 1_000;

/// So many inputs of an aggregate are shown with what they rest on.
const MAX_INPUTS: usize = 10;

/// So many inputs of an aggregate are looked at for the first ones in natural order.
const MAX_COUNTED: usize = 100_000;

/// What conditions need to be read: the names of their variables, where they were written, and what was known when they held.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) names: &'s Arc<[Arc<str>]>,
    pub(super) source: &'s Arc<Source>,
    pub(super) bounds: Option<&'s Bounds>,
}

impl Explainer<'_> {
    /// The premises of conditions that hold under a binding; `level` is that of the premises.
    pub(super) fn premises(
        &mut self,
        graph: &mut Graph,
        body: &[Literal],
        binding: &[ValueId],
        scope: Scope<'_>,
        level: usize,
    ) -> Result<Option<Vec<NodeId>>, EngineError> {
        let mut premises = Vec::with_capacity(body.len());
        for literal in body {
            let premise = match literal {
                Literal::Holds(atom) => self.sentence(graph, &atom.under(binding), scope, level),
                Literal::Fails(atom, _) => Some(graph.add(Says::Absent(atom.under(binding)), true, level)),
                Literal::Compares(_) | Literal::Matches(_) => Some(condition(graph, literal, binding, scope, 0, level)),
                Literal::Aggregates(aggregation) => Some(self.aggregate(graph, literal, aggregation, binding, scope, level)?),
                Literal::Every(universal) => self.every(graph, literal, universal, binding, scope, level)?,
            };
            let Some(premise) = premise else { return Ok(None) };
            premises.push(premise);
        }
        Ok(Some(premises))
    }

    /// A sentence that holds, or any of those that an open one stands for.
    pub(super) fn sentence(&mut self, graph: &mut Graph, atom: &Atom, scope: Scope<'_>, level: usize) -> Option<NodeId> {
        let value = |term: &Term| if let Term::Value(value) = term { Some(value.0) } else { None };
        if let Some(row) = atom.terms.iter().map(value).collect::<Option<Vec<u32>>>() {
            let is_kept = self.database.is_kept(atom.relation) && !atom.stated_only;
            let is_stated =
                self.database.stated(atom.relation).contains(&row) && (!is_kept || self.database.derived(atom.relation).contains(&row));
            return Some(graph.fact(atom, &row, is_stated, level));
        }
        let known = scope.bounds.and_then(|bounds| if atom.stated_only { Some(0) } else { bounds.known(atom.relation) });
        let mut rows = self.database.rows_for(atom, MAX_CHOICES, known);
        self.spend(rows.len());
        if rows.first().is_some_and(|first| first.is_stated) {
            rows.retain(|found| found.is_stated);
        }
        rows.sort_by(|one, other| self.naturally(&one.row).cmp(self.naturally(&other.row)));
        let first = rows.first()?;
        if first.is_stated || rows.len() == 1 || scope.bounds.is_some() {
            return Some(graph.fact(atom, &first.row, first.is_stated, level));
        }
        let any = graph.add(Says::Any, false, level);
        for found in rows {
            let fact = graph.fact(atom, &found.row, found.is_stated, level);
            graph.add_alternative(any, How::Parts, vec![fact]);
        }
        Some(any)
    }

    pub(super) fn naturally<'a>(&'a self, row: &'a [u32]) -> impl Iterator<Item = Option<&'a Value>> {
        row.iter().map(|value| self.dictionary.value(ValueId(*value)))
    }

    // ---- Aggregates

    fn aggregate(
        &mut self,
        graph: &mut Graph,
        literal: &Literal,
        aggregation: &Aggregation,
        binding: &[ValueId],
        scope: Scope<'_>,
        level: usize,
    ) -> Result<NodeId, EngineError> {
        let counted: Vec<VariableId> = aggregation.of.iter().flat_map(crate::logic::Expression::variables).collect();
        // What is counted twice counts once; everything else ranges over all bindings.
        let wanted = if aggregation.function == Function::Count { &counted } else { &aggregation.local };
        let mut inputs: Vec<(Binding, usize)> = Vec::new();
        for (number, literals) in aggregation.alternatives.iter().enumerate() {
            let open: Vec<Literal> = literals.iter().map(|literal| literal.under(binding)).collect();
            let found = self.solutions(&open, (binding.len(), wanted), scope.source, scope.bounds, MAX_COUNTED)?;
            inputs.extend(found.into_iter().map(|found| (merged(binding, &found), number)));
        }
        let values = |input: &Binding| wanted.iter().map(|variable| input[variable.index()]).collect::<Vec<_>>();
        let natural = |input: &Binding| values(input).iter().map(|value| self.dictionary.value(*value).cloned()).collect::<Vec<_>>();
        inputs.sort_by_cached_key(|(input, _)| natural(input));
        inputs.dedup_by(|(one, _), (other, _)| values(one) == values(other));
        if aggregation.function == Function::Max {
            inputs.reverse();
        }
        self.spend(inputs.len());
        let total = inputs.len();
        let node = condition(graph, literal, binding, scope, total, level);
        (graph.nodes[node].is_leaf, graph.nodes[node].is_solved, graph.nodes[node].is_shallow) = (false, false, false);
        let mut parts = Vec::new();
        for (input, number) in inputs.into_iter().take(MAX_INPUTS) {
            // The values of the other variables are those of one way to have this input.
            let variables = shown_values(wanted, binding);
            let case = graph.add(Says::Case { variables, names: scope.names.clone(), binding: input.clone() }, false, level + 1);
            let all = &aggregation.alternatives[number];
            let open: Vec<Literal> = all.iter().map(|literal| literal.under(&input)).collect();
            let way = self.solutions(&open, (input.len(), &shown(&open)), scope.source, scope.bounds, 1)?.pop();
            let input = way.map_or(input.clone(), |way| merged(&input, &way));
            if let Some(premises) = self.premises(graph, all, &input, scope, level + 2)? {
                graph.add_alternative(case, How::Parts, premises);
                parts.push(case);
            }
        }
        graph.add_alternative(node, How::Parts, parts);
        Ok(node)
    }

    // ---- whenever

    fn every(
        &mut self,
        graph: &mut Graph,
        literal: &Literal,
        universal: &Universal,
        binding: &[ValueId],
        scope: Scope<'_>,
        level: usize,
    ) -> Result<Option<NodeId>, EngineError> {
        // What is bound outside has its value inside; everything else is found there.
        let mut start = vec![ValueId::ABSENT; binding.len()];
        universal.outer.iter().for_each(|variable| start[variable.index()] = binding[variable.index()]);
        let mut cases: Vec<(Binding, usize)> = Vec::new();
        for (number, when) in universal.when.iter().enumerate() {
            let open: Vec<Literal> = when.iter().map(|literal| literal.under(&start)).collect();
            let found = self.solutions(&open, (binding.len(), &shown(&open)), scope.source, scope.bounds, usize::MAX)?;
            cases.extend(found.into_iter().map(|found| (merged(&start, &found), number)));
        }
        let natural = |case: &Binding| case.iter().map(|value| self.dictionary.value(*value).cloned()).collect::<Vec<_>>();
        cases.sort_by_cached_key(|(case, _)| natural(case));
        cases.dedup_by(|(one, _), (other, _)| one == other);
        self.spend(cases.len());
        let node = condition(graph, literal, binding, scope, cases.len(), level);
        (graph.nodes[node].is_leaf, graph.nodes[node].is_solved, graph.nodes[node].is_shallow) = (false, false, false);
        let mut parts = Vec::new();
        for (case, number) in cases {
            let when = &universal.when[number];
            let variables: Vec<VariableId> = shown(when);
            let says = Says::Case { variables: shown_values(&variables, &start), names: scope.names.clone(), binding: case.clone() };
            let part = graph.add(says, false, level + 1);
            let mut settled = false;
            for then in &universal.then {
                let open: Vec<Literal> = then.iter().map(|literal| literal.under(&case)).collect();
                let ways = self.solutions(&open, (case.len(), &shown(&open)), scope.source, scope.bounds, MAX_CHOICES)?;
                for way in ways {
                    settled = true;
                    if universal.holds {
                        let both = [when.as_slice(), then].concat();
                        if let Some(premises) = self.premises(graph, &both, &merged(&case, &way), scope, level + 2)? {
                            graph.add_alternative(part, How::Parts, premises);
                        }
                    }
                }
            }
            if universal.holds {
                parts.push(part);
            } else if !settled && let Some(mut premises) = self.premises(graph, when, &case, scope, level + 2)? {
                for then in universal.then.iter().flatten() {
                    let absent = match then {
                        Literal::Holds(atom) => graph.add(Says::Absent(atom.under(&case)), true, level + 2),
                        other => condition(graph, other, &case, scope, 0, level + 2),
                    };
                    premises.push(absent);
                }
                graph.add_alternative(part, How::Parts, premises);
                // One case that is not so is enough.
                graph.add_alternative(node, How::Parts, vec![part]);
            }
        }
        if universal.holds {
            graph.add_alternative(node, How::Parts, parts);
        }
        Ok(Some(node))
    }
}

/// The variables that were not bound before.
fn shown_values(variables: &[VariableId], before: &[ValueId]) -> Vec<VariableId> {
    variables.iter().copied().filter(|variable| before[variable.index()] == ValueId::ABSENT).collect()
}

/// A condition that speaks for itself.
fn condition(graph: &mut Graph, literal: &Literal, binding: &[ValueId], scope: Scope<'_>, total: usize, level: usize) -> NodeId {
    let says = Says::Condition { literal: literal.clone(), names: scope.names.clone(), binding: binding.to_vec(), total };
    graph.add(says, true, level)
}
