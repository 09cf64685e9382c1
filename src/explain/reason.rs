//! A reason in one step: the last step of a proof. And the stated facts at the end of all its steps.

use super::graph::{Graph, How, NodeId, Says};
use super::premises::Scope;
use super::search::Found;
use super::wording::{meant, premises_of};
use super::{Explainer, Ground, Proof};
use crate::engine::EngineError;
use crate::logic::{Atom, Literal, Place, Query, RelationId};
use crate::plan::ClosureForm;
use crate::value::ValueId;

/// So many different last steps are told.
const MAX_REASONS: usize = 100;

/// What a sentence rests on directly.
#[derive(Debug, Default)]
pub(crate) struct Reason {
    pub(crate) premises: Vec<String>,
    /// `by rule chain`, `by the rule in a.srl, line 3`, `because …`; empty if the premises are stated themselves.
    pub(crate) by: String,
}

impl Reason {
    pub(crate) fn by_rule(&self) -> Option<String> {
        (!self.by.is_empty()).then(|| self.by.clone())
    }
}

/// What a proof rests on.
#[derive(Debug, Default)]
pub(crate) struct Support {
    /// The stated facts at its ends.
    pub(crate) facts: Vec<(RelationId, Box<[u32]>)>,
    /// The relations of which it matters what is absent, how much there is, or that each case is as it should be.
    pub(crate) beyond: Vec<RelationId>,
}

impl Explainer<'_> {
    /// The proof of what a question says; nothing if it does not hold.
    pub(crate) fn proof(&mut self, query: &Query) -> Result<Option<Proof>, EngineError> {
        let found = self.search(&mut |own, graph| own.root(graph, query))?;
        found.map(|found| self.worded(&found, usize::MAX)).transpose()
    }

    /// What a yes rests on.
    pub(crate) fn witness(&mut self, query: &Query) -> Result<Reason, EngineError> {
        let found = self.search(&mut |own, graph| own.root(graph, query))?;
        Ok(found.map(|found| self.last_step(&found)).unwrap_or_default())
    }

    /// What a sentence rests on that holds.
    pub(crate) fn reason(&mut self, atom: &Atom, place: &Place) -> Result<Reason, EngineError> {
        let found = self.search_sentence(atom, place)?;
        Ok(found.map(|found| self.last_step(&found)).unwrap_or_default())
    }

    /// The stated facts that a sentence rests on, in the order in which its proof tells them; itself where there are none.
    pub(crate) fn stated_behind(&mut self, atom: &Atom, place: &Place) -> Result<Vec<String>, EngineError> {
        let Some(found) = self.search_sentence(atom, place)? else { return Ok(Vec::new()) };
        let proof = self.worded(&found, usize::MAX)?;
        let is_plain = |step: &super::Step| !matches!(step.ground, Ground::Aggregate(_) | Ground::Every(_));
        // What was concluded from more than single facts stands for itself.
        let mut facts = Vec::new();
        let mut left = proof.roots.clone();
        let mut seen = vec![false; proof.steps.len()];
        while let Some(number) = left.pop() {
            let step = &proof.steps[number];
            if std::mem::replace(&mut seen[number], true) {
                continue;
            }
            let from = || step.from.iter().map(|from| &proof.steps[*from]);
            let rests = from().all(is_plain) && from().any(|step| !matches!(step.ground, Ground::Absent | Ground::Evident));
            match step.ground {
                Ground::Absent | Ground::Evident => {}
                _ if rests => left.extend(step.from.iter().rev()),
                _ => facts.push(step.says.clone()),
            }
        }
        Ok(facts)
    }

    /// What one proof of a sentence rests on that holds.
    pub(crate) fn support(&mut self, atom: &Atom, place: &Place) -> Result<Option<Support>, EngineError> {
        let Some(Found { graph, root, .. }) = self.search_sentence(atom, place)? else { return Ok(None) };
        let mut support = Support::default();
        let mut seen = vec![false; graph.nodes.len()];
        let mut left = vec![root];
        while let Some(id) = left.pop() {
            if std::mem::replace(&mut seen[id], true) {
                continue;
            }
            match &graph.nodes[id].says {
                Says::Sentence { relation, row, .. } if graph.nodes[id].is_leaf => support.facts.push((*relation, row.clone())),
                Says::Absent(atom) => support.beyond.push(atom.relation),
                Says::Condition { literal, .. } => support.beyond.extend(literal.atoms().into_iter().map(|atom| atom.relation)),
                Says::Sentence { .. } | Says::Case { .. } | Says::Any | Says::Question => {}
            }
            left.extend(premises_of(&graph, id));
        }
        Ok(Some(support))
    }

    fn search_sentence(&mut self, atom: &Atom, place: &Place) -> Result<Option<Found>, EngineError> {
        let names = std::sync::Arc::from([]);
        let mut root = |own: &mut Self, graph: &mut Graph| {
            Ok(own.sentence(graph, atom, Scope { names: &names, source: &place.source, bounds: None }, 0))
        };
        self.search(&mut root)
    }

    /// The sentences of the last step of a proof. The rule is named only where it speaks for all of them.
    fn last_step(&mut self, found: &Found) -> Reason {
        let Found { graph, root, .. } = found;
        if !matches!(graph.nodes[*root].says, Says::Question) {
            return self.step_of(graph, *root);
        }
        let parts: Vec<NodeId> = premises_of(graph, *root).into_iter().map(|part| meant(graph, part)).collect();
        if let [only] = parts[..]
            && matches!(graph.nodes[only].says, Says::Sentence { .. })
        {
            return self.step_of(graph, only);
        }
        let mut premises = Vec::new();
        for part in parts {
            match graph.nodes[part].says {
                Says::Sentence { .. } => premises.extend(self.step_of(graph, part).premises),
                Says::Absent(_) => premises.push(self.says(graph, part, None)),
                Says::Condition { .. } | Says::Case { .. } | Says::Any | Says::Question => {}
            }
        }
        Reason { premises, by: String::new() }
    }

    fn step_of(&mut self, graph: &Graph, id: NodeId) -> Reason {
        let id = meant(graph, id);
        let node = &graph.nodes[id];
        let Some(alternative) = node.chosen.and_then(|chosen| node.alternatives.get(chosen)) else {
            return Reason { premises: vec![self.says(graph, id, None)], by: String::new() };
        };
        let (index, binding) = match &alternative.how {
            How::Rule { index, binding } => (*index, Some(binding.as_slice())),
            How::Chain { index, .. } => return self.last_of_chain(graph, id, *index),
            How::Parts => return Reason::default(),
        };
        let says = |premise: &NodeId| {
            let premise = meant(graph, *premise);
            let tells = !matches!(&graph.nodes[premise].says, Says::Condition { literal: Literal::Compares(_) | Literal::Matches(_), .. });
            tells.then(|| self.says(graph, premise, None))
        };
        let premises = alternative.premises.iter().filter_map(says).collect();
        let by = match self.by_rule(index, binding, 1) {
            Ground::Rule { because: Some(because), .. } => format!("because {because}"),
            Ground::Rule { label: Some(label), .. } => format!("by rule {label}"),
            Ground::Rule { .. } => format!("by the rule in {}", self.rules[index].text.place.describe()),
            _ => String::new(),
        };
        Reason { premises, by }
    }

    /// The last of the steps that lead along a chain: from one link and all the others.
    fn last_of_chain(&self, graph: &Graph, id: NodeId, index: usize) -> Reason {
        let rule = &self.rules[index];
        let premises = premises_of(graph, id);
        let row = |id: NodeId| match &graph.nodes[meant(graph, id)].says {
            Says::Sentence { relation, row, .. } if row.len() == 2 && *relation == rule.head.relation => Some((row[0], row[1])),
            _ => None,
        };
        let Says::Sentence { relation, row: own, .. } = &graph.nodes[id].says else { return Reason::default() };
        let (Some(first), Some(&last)) = (premises.first(), premises.last()) else { return Reason::default() };
        let form = self.closure(*relation).map(|closure| closure.form);
        let reading = match rule.body.first() {
            Some(Literal::Holds(atom)) if atom.relation == *relation => atom.reading,
            _ => rule.head.reading,
        };
        let says = |id: NodeId| self.says(graph, meant(graph, id), None);
        let (from, to) = (own[0], own[1]);
        let told = if premises.len() == 2 {
            vec![says(*first), says(last)]
        } else if form == Some(ClosureForm::Joins) {
            let middle = row(*first).map_or(from, |(_, middle)| middle);
            vec![says(*first), self.fact(*relation, reading, &[middle, to])]
        } else {
            let middle = middle(graph, &premises, form);
            let fact = |row: [u32; 2]| self.fact(*relation, reading, &row);
            match (form, middle) {
                (Some(ClosureForm::GoesOn), Some(middle)) => vec![fact([from, middle]), says(last)],
                (_, Some(middle)) => vec![says(*first), fact([middle, to])],
                (_, None) => premises.iter().map(|premise| says(*premise)).collect(),
            }
        };
        let value = |variable: &str| {
            let place = rule.variables.iter().position(|own| **own == *variable)?;
            let term = rule.head.terms.iter().position(|term| term.variable().is_some_and(|own| own.index() == place))?;
            own.get(term).map(|value| ValueId(*value))
        };
        let is_known = |because: &str| crate::logic::placeholders(because).all(|name| value(name).is_some());
        let by = match (&rule.text.because, &rule.text.label) {
            (Some(because), _) if is_known(because) => format!("because {}", super::filled_in(because, self.dictionary, value)),
            (_, Some(label)) => format!("by rule {label}"),
            _ => format!("by the rule in {}", rule.text.place.describe()),
        };
        Reason { premises: told, by }
    }

    // ---- Every reason

    /// The different last steps of all proofs of a sentence, each with what it rests on directly; and how many are not told.
    pub(crate) fn reasons(&mut self, query: &Query) -> Result<Option<(Vec<Proof>, usize)>, EngineError> {
        let mut graph = Graph::default();
        let Some(root) = self.root(&mut graph, query)? else { return Ok(None) };
        let goal = meant_open(&graph, root);
        let Says::Sentence { relation, row, .. } = graph.nodes[goal].says.clone() else {
            // Several sentences have no last step in common.
            return Ok(self.proof(query)?.map(|proof| (vec![proof], 0)));
        };
        let mut reasons = Vec::new();
        if graph.nodes[goal].is_leaf {
            reasons.push(self.worded(&Found { graph, root: goal, is_shortest: true }, 1)?);
        }
        let mut steps = self.last_steps(query, relation, &row)?;
        if steps.0.is_empty() && reasons.is_empty() {
            // Nothing leads there but what was replaced since.
            self.count_replaced()?;
            steps = self.last_steps(query, relation, &row)?;
        }
        reasons.extend(steps.0);
        Ok(Some((reasons, steps.1)))
    }

    /// A proof for each way in which a rule concludes what a question says, nearest first; and how many are not told.
    fn last_steps(&mut self, query: &Query, relation: RelationId, row: &[u32]) -> Result<(Vec<Proof>, usize), EngineError> {
        let mut graph = Graph::default();
        let Some(root) = self.root(&mut graph, query)? else { return Ok((Vec::new(), 0)) };
        let goal = meant_open(&graph, root);
        // What leads to it must not rest on it.
        let node = &mut graph.nodes[goal];
        (node.is_leaf, node.is_solved, node.is_shallow, node.waits) = (false, false, false, false);
        self.avoided = (row.len() == 2).then(|| (relation, [row[0], row[1]]));
        for index in self.rules_for(relation) {
            self.within_stratum(relation, |own| own.instances(&mut graph, goal, index, row))?;
        }
        let alternatives = std::mem::take(&mut graph.nodes[goal].alternatives);
        let (mut left_out, mut is_told) = (0, 0);
        let mut proofs: Vec<(usize, Proof)> = Vec::new();
        for alternative in alternatives {
            if alternative.premises.contains(&goal) {
                continue;
            }
            if is_told >= MAX_REASONS {
                left_out += 1;
                continue;
            }
            let step = graph.add(Says::Question, false, 0);
            graph.add_alternative(step, How::Parts, alternative.premises.clone());
            graph.nodes[goal].is_solved = false;
            if !self.explore(&mut graph, step)? || !graph.nodes[step].is_solved {
                continue;
            }
            graph.settle(|graph, node, one, other| self.comes_first(graph, node, one, other));
            is_told += 1;
            graph.nodes[goal].alternatives = vec![alternative];
            graph.nodes[goal].chosen = Some(0);
            let depth = graph.nodes[step].depth.unwrap_or_default();
            let found = Found { graph: std::mem::take(&mut graph), root: goal, is_shortest: true };
            let proof = self.worded(&found, 1)?;
            graph = found.graph;
            graph.nodes[goal].alternatives.clear();
            graph.nodes[goal].chosen = None;
            proofs.push((depth, proof));
        }
        self.avoided = None;
        let key = |(depth, proof): &(usize, Proof)| {
            let says = proof.steps.iter().map(|step| step.says.clone()).collect::<Vec<_>>();
            (*depth, proof.steps.len(), says)
        };
        proofs.sort_by_cached_key(key);
        let mut proofs: Vec<Proof> = proofs.into_iter().map(|(_, proof)| proof).collect();
        proofs.dedup();
        Ok((proofs, left_out))
    }
}

/// The sentence that is asked about; of several that would do, the first.
fn meant_open(graph: &Graph, root: NodeId) -> NodeId {
    let first = |id: NodeId| graph.nodes[id].alternatives.first().and_then(|alternative| alternative.premises.first().copied());
    let mut id = root;
    while let (Says::Any | Says::Question, Some(next)) = (&graph.nodes[id].says, first(id)) {
        if matches!(graph.nodes[id].says, Says::Question) && graph.nodes[id].alternatives[0].premises.len() > 1 {
            break;
        }
        id = next;
    }
    id
}

/// Where the one sentence of another verb is linked with the rest of its chain.
fn middle(graph: &Graph, premises: &[NodeId], form: Option<ClosureForm>) -> Option<u32> {
    let row = |id: NodeId| match &graph.nodes[meant(graph, id)].says {
        Says::Sentence { row, .. } => Some(row.clone()),
        _ => None,
    };
    // What two neighbours share.
    let pair = if form == Some(ClosureForm::GoesOn) { [premises.len() - 2, premises.len() - 1] } else { [0, 1] };
    let (one, other) = (row(premises[pair[0]])?, row(premises[pair[1]])?);
    one.iter().find(|value| **value != ValueId::ABSENT.0 && other.contains(value)).copied()
}
