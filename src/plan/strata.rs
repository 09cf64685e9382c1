//! Strata: relations that need each other are computed together, and after everything else that they need.
//!
//! Strongly connected components of the dependency graph by Tarjan (Depth-first search and linear graph algorithms, SIAM
//! J. Comput. 1, 1972), without recursion. They come out in the order in which they must be computed.

use super::error::PlanError;
use crate::diagnostics::Problem;
use crate::logic::{Atom, Literal, RelationId, Rule};
use crate::source::Span;
use crate::vocabulary::Vocabulary;

/// The relations and rules of one stratum.
pub(super) struct Stratum {
    pub(super) relations: Vec<RelationId>,
    pub(super) rules: Vec<usize>,
}

/// The strata of the relations that rules derive; fails if one of them is needed under `not` by itself.
pub(super) fn stratify(rules: &[Rule], vocabulary: &Vocabulary) -> Result<Vec<Stratum>, Vec<Problem>> {
    let mut rules_of: Vec<Vec<usize>> = vec![Vec::new(); vocabulary.len()];
    for (number, rule) in rules.iter().enumerate() {
        rules_of[rule.head.relation.index()].push(number);
    }
    let needs =
        |relation: usize| rules_of[relation].iter().flat_map(|rule| super::relations(&rules[*rule].body)).map(RelationId::index).collect();
    let components = components(rules_of.len(), needs);
    let mut component_of = vec![0; rules_of.len()];
    for (number, component) in components.iter().enumerate() {
        component.iter().for_each(|relation| component_of[*relation] = number);
    }
    let problems = loops(rules, vocabulary, &component_of);
    if !problems.is_empty() {
        return Err(problems);
    }
    let derived = components.into_iter().map(|component| {
        let mut rules: Vec<usize> = component.iter().flat_map(|relation| rules_of[*relation].iter().copied()).collect();
        rules.sort_unstable();
        let id = |relation| RelationId(u32::try_from(relation).expect("relation numbers are 32 bits"));
        Stratum { relations: component.into_iter().map(id).collect(), rules }
    });
    // Of what is stated for a slot that is kept, only the least or greatest counts: that is computed, too.
    let is_kept = |relation: &RelationId| vocabulary.relation(*relation).keeping.is_some();
    Ok(derived.filter(|stratum| !stratum.rules.is_empty() || stratum.relations.iter().any(is_kept)).collect())
}

/// Components in such an order that each needs only itself and earlier ones.
fn components(count: usize, needs: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut found = Vec::new();
    let mut number = vec![UNSEEN; count];
    let mut lowest = vec![0; count];
    let mut on_stack = vec![false; count];
    let mut stack = Vec::new();
    let mut visited = 0;
    for root in 0..count {
        if number[root] != UNSEEN {
            continue;
        }
        // A node, its successors, and how many of them have been looked at.
        let mut path: Vec<(usize, Vec<usize>, usize)> = Vec::new();
        let mut enter = Some(root);
        loop {
            if let Some(node) = enter.take() {
                number[node] = visited;
                lowest[node] = visited;
                visited += 1;
                stack.push(node);
                on_stack[node] = true;
                path.push((node, needs(node), 0));
            }
            let Some((node, successors, looked_at)) = path.last_mut() else { break };
            let node = *node;
            if let Some(&successor) = successors.get(*looked_at) {
                *looked_at += 1;
                if number[successor] == UNSEEN {
                    enter = Some(successor);
                } else if on_stack[successor] {
                    lowest[node] = lowest[node].min(number[successor]);
                }
                continue;
            }
            path.pop();
            if let Some((parent, ..)) = path.last() {
                lowest[*parent] = lowest[*parent].min(lowest[node]);
            }
            if lowest[node] == number[node] {
                let start =
                    stack.iter().rposition(|member| *member == node).expect("a node stays on the stack until its component is found");
                let component = stack.split_off(start);
                component.iter().for_each(|member| on_stack[*member] = false);
                found.push(component);
            }
        }
    }
    found
}

/// What must be complete before a condition can be looked at: each sentence that it reads in this way, with the words for it.
fn complete_before(literal: &Literal) -> Vec<(&Atom, &'static str, Span)> {
    fn all<'l>(literals: &'l [Vec<Literal>], word: &'static str, at: Span) -> Vec<(&'l Atom, &'static str, Span)> {
        literals.iter().flatten().flat_map(Literal::atoms).map(|atom| (atom, word, at)).collect()
    }
    match literal {
        Literal::Holds(_) | Literal::Compares(_) | Literal::Matches(_) => Vec::new(),
        Literal::Fails(atom, at) => vec![(atom, "not", *at)],
        Literal::Aggregates(aggregation) => all(&aggregation.alternatives, aggregation.function.word(), aggregation.span),
        Literal::Every(universal) if universal.holds => {
            let mut needed = all(&universal.when, "whenever", universal.span);
            needed.extend(universal.then.iter().flatten().flat_map(complete_before));
            needed
        }
        Literal::Every(universal) => [all(&universal.when, "not", universal.span), all(&universal.then, "not", universal.span)].concat(),
    }
}

/// A problem for each component in which something must be complete before itself: the first one.
fn loops(rules: &[Rule], vocabulary: &Vocabulary, component_of: &[usize]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut told = std::collections::BTreeSet::new();
    for rule in rules {
        let head = rule.head.relation;
        for (atom, word, at) in rule.body.iter().flat_map(complete_before) {
            if atom.stated_only || component_of[atom.relation.index()] != component_of[head.index()] {
                continue;
            }
            if !told.insert(component_of[head.index()]) {
                continue;
            }
            let sentence = |relation: RelationId, reading: usize| {
                let relation = vocabulary.relation(relation);
                relation.pattern(&relation.readings[reading])
            };
            let place = rule.text.place.describe();
            let first =
                format!("`{}` rests on {word} `{}` ({place})", sentence(head, rule.head.reading), sentence(atom.relation, atom.reading));
            let mut steps = vec![first];
            steps.extend(way_back(rules, atom.relation, head, component_of).into_iter().map(|(rule, atom)| {
                let head = &rule.head;
                let place = rule.text.place.describe();
                format!("`{}` rests on `{}` ({place})", sentence(head.relation, head.reading), sentence(atom.relation, atom.reading))
            }));
            let verb = vocabulary.reading(head, rule.head.reading).verb();
            let steps = steps.join(", and ");
            let problem = match word {
                "not" => PlanError::NegativeLoop { verb, within: String::new(), steps, at },
                _ => PlanError::UnfinishedLoop { verb, within: String::new(), word, steps, at },
            };
            problems.push(Problem::new(problem, rule.text.place.source.clone()));
        }
    }
    problems
}

/// The shortest chain of rules (with the condition that leads on) by which `from` rests on `to`; empty if they are the same.
fn way_back<'r>(rules: &'r [Rule], from: RelationId, to: RelationId, component_of: &[usize]) -> Vec<(&'r Rule, &'r Atom)> {
    let mut reached_by: Vec<Option<(&Rule, &Atom)>> = vec![None; component_of.len()];
    let mut queue = std::collections::VecDeque::from([from]);
    while let Some(relation) = queue.pop_front() {
        if relation == to {
            break;
        }
        for rule in rules.iter().filter(|rule| rule.head.relation == relation) {
            for atom in rule.body.iter().flat_map(Literal::atoms) {
                let next = atom.relation.index();
                if !atom.stated_only
                    && component_of[next] == component_of[to.index()]
                    && reached_by[next].is_none()
                    && atom.relation != from
                {
                    reached_by[next] = Some((rule, atom));
                    queue.push_back(atom.relation);
                }
            }
        }
    }
    let mut chain = Vec::new();
    let mut at = to;
    while at != from {
        let Some(step) = reached_by[at.index()] else { break };
        chain.push(step);
        at = step.0.head.relation;
    }
    chain.reverse();
    chain
}
