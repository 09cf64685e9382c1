//! The shortest way along the direct pairs of a relation that is their closure.
//!
//! Both ends are searched from at once, level by level, the smaller side first, so that a model of millions of pairs is not gone
//! through for a way of five. Of several ways that are equally short it is the one whose names come first in natural order.

use rustc_hash::{FxHashMap, FxHashSet};

use super::graph::{Graph, How, NodeId};
use super::premises::Scope;
use super::{Explainer, shown};
use crate::engine::EngineError;
use crate::logic::{Atom, Literal, RelationId, Term};
use crate::plan::{Closure, ClosureForm};
use crate::value::ValueId;

/// The values at each distance from an end.
struct Side {
    layers: Vec<Vec<u32>>,
    seen: FxHashSet<u32>,
}

impl Explainer<'_> {
    /// Adds the chain of direct pairs from which a pair of a closure follows.
    pub(super) fn chain(&mut self, graph: &mut Graph, id: NodeId, closure: Closure, [from, to]: [u32; 2]) -> Result<(), EngineError> {
        let rules = self.rules;
        let rule = &rules[closure.rule];
        let Some(path) = self.shortest_path(rule.head.relation, from, to)? else { return Ok(()) };
        let level = graph.nodes[id].level + 1;
        let scope = Scope { names: &rule.variables, source: &rule.text.place.source, bounds: None };
        let Some((own, other)) = links(rule) else { return Ok(()) };
        let last = path.len() - 2;
        let mut premises = Vec::with_capacity(path.len() - 1);
        for (number, link) in path.windows(2).enumerate() {
            let is_own = match closure.form {
                ClosureForm::Joins => true,
                ClosureForm::GoesOn => number == 0,
                ClosureForm::StartsWith => number == last,
            };
            let atom = if is_own {
                Atom { terms: link.iter().map(|value| Term::Value(ValueId(*value))).collect(), ..own.clone() }
            } else {
                let mut binding = vec![ValueId::ABSENT; rule.variables.len()];
                let ends = match closure.form {
                    ClosureForm::StartsWith => [rule.head.terms[0], own.terms[0]],
                    ClosureForm::Joins | ClosureForm::GoesOn => [own.terms[1], rule.head.terms[1]],
                };
                for (end, value) in ends.iter().zip(link) {
                    if let Term::Variable(variable) = end {
                        binding[variable.index()] = ValueId(*value);
                    }
                }
                other.under(&binding)
            };
            self.spend(1);
            match self.sentence(graph, &atom, scope, level) {
                Some(premise) => premises.push(premise),
                None => return Ok(()),
            }
        }
        graph.add_alternative(id, How::Chain { index: closure.rule, times: last }, premises);
        Ok(())
    }

    /// The shortest way of one direct pair or more.
    pub(super) fn shortest_path(&mut self, relation: RelationId, from: u32, to: u32) -> Result<Option<Vec<u32>>, EngineError> {
        let first = self.next(relation, from, true)?;
        let mut forward = Side { seen: first.iter().copied().collect(), layers: vec![first] };
        let mut backward = Side { seen: std::iter::once(to).collect(), layers: vec![vec![to]] };
        while !forward.layers.last().is_some_and(|layer| layer.iter().any(|value| backward.seen.contains(value))) {
            let width = |side: &Side| side.layers.last().map_or(0, Vec::len);
            if width(&forward) == 0 || width(&backward) == 0 {
                return Ok(None);
            }
            let is_forward = width(&forward) <= width(&backward);
            let side = if is_forward { &mut forward } else { &mut backward };
            let mut layer = Vec::new();
            for value in side.layers.last().cloned().unwrap_or_default() {
                self.interrupted()?;
                for next in self.next(relation, value, is_forward)? {
                    if side.seen.insert(next) {
                        layer.push(next);
                    }
                }
            }
            side.layers.push(layer);
        }
        self.along(relation, from, &forward, &backward).map(Some)
    }

    /// The first one in natural order of the ways on which both sides have met.
    fn along(&mut self, relation: RelationId, from: u32, forward: &Side, backward: &Side) -> Result<Vec<u32>, EngineError> {
        let distances = |side: &Side| {
            let layers = side.layers.iter().enumerate();
            layers.flat_map(|(distance, layer)| layer.iter().map(move |value| (*value, distance))).collect::<FxHashMap<u32, usize>>()
        };
        let behind = distances(backward);
        // From where they met back to the beginning: what lies on a shortest way.
        let meeting = forward.layers.last().into_iter().flatten().copied();
        let nearest = meeting.clone().filter_map(|value| behind.get(&value)).min().copied().unwrap_or_default();
        let mut good: FxHashSet<u32> = meeting.filter(|value| behind.get(value) == Some(&nearest)).collect();
        let mut stages = vec![good.clone()];
        for layer in forward.layers.iter().rev().skip(1) {
            let mut before = FxHashSet::default();
            for &value in layer {
                if self.next(relation, value, true)?.iter().any(|next| good.contains(next)) {
                    before.insert(value);
                }
            }
            good = before;
            stages.push(good.clone());
        }
        stages.reverse();
        let mut path = vec![from];
        for number in 0..stages.len() + nearest {
            let at = *path.last().expect("it begins with a value");
            let left = (stages.len() + nearest).saturating_sub(number + 1);
            let fits = |next: &u32| stages.get(number).map_or_else(|| behind.get(next) == Some(&left), |stage| stage.contains(next));
            let next = self.next(relation, at, true)?.into_iter().filter(fits);
            let next = next.min_by(|one, other| self.dictionary.value(ValueId(*one)).cmp(&self.dictionary.value(ValueId(*other))));
            path.extend(next);
        }
        Ok(path)
    }

    /// What a direct pair leads to from a value, or back to it.
    pub(super) fn next(&mut self, relation: RelationId, value: u32, is_forward: bool) -> Result<Vec<u32>, EngineError> {
        let mut found = self.directly(relation, value, is_forward)?;
        if let Some((avoided, [from, to])) = self.avoided
            && avoided == relation
        {
            let (own, other) = if is_forward { (from, to) } else { (to, from) };
            found.retain(|next| value != own || *next != other);
        }
        Ok(found)
    }

    fn directly(&mut self, relation: RelationId, value: u32, is_forward: bool) -> Result<Vec<u32>, EngineError> {
        if let Some(direct) = self.database.direct(relation, value, is_forward) {
            return Ok(direct);
        }
        let (own, other) = if is_forward { (0, 1) } else { (1, 0) };
        let mut terms = vec![Term::Unmentioned; 2];
        terms[own] = Term::Value(ValueId(value));
        let stated = Atom { relation, reading: 0, terms, stated_only: true };
        let mut found: Vec<u32> = self.database.rows_for(&stated, usize::MAX, None).iter().map(|found| found.row[other]).collect();
        let rules = self.rules;
        let closure = self.closure(relation);
        for index in self.rules_for(relation) {
            let rule = &rules[index];
            if closure.is_some_and(|closure| closure.rule == index) {
                continue;
            }
            let mut head = vec![ValueId::ABSENT; rule.variables.len()];
            match rule.head.terms[own] {
                Term::Variable(variable) => head[variable.index()] = ValueId(value),
                Term::Value(expected) if expected.0 == value => {}
                Term::Value(_) | Term::Something | Term::Unmentioned => continue,
            }
            let open: Vec<Literal> = rule.body.iter().map(|literal| literal.under(&head)).collect();
            match rule.head.terms[other] {
                Term::Variable(variable) if head[variable.index()] == ValueId::ABSENT => {
                    let ways = self.solutions(&open, (head.len(), &[variable]), &rule.text.place.source, None, usize::MAX)?;
                    found.extend(ways.iter().map(|way| way[variable.index()].0));
                }
                end => {
                    let is_so = !self.solutions(&open, (head.len(), &shown(&open)), &rule.text.place.source, None, 1)?.is_empty();
                    let value = if let Term::Value(end) = end { end.0 } else { value };
                    found.extend(is_so.then_some(value));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

/// The condition of a recursive rule that is about its own relation, and the other one.
fn links(rule: &crate::logic::Rule) -> Option<(&Atom, &Atom)> {
    let [Literal::Holds(one), Literal::Holds(other)] = rule.body.as_slice() else { return None };
    let is_own = |atom: &Atom| atom.relation == rule.head.relation && !atom.stated_only;
    Some(if is_own(one) { (one, other) } else { (other, one) })
}
