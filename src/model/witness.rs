//! Why a sentence holds, one step deep: the stated fact itself, or the sentences from which a rule concluded it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::Model;
use crate::engine::{Bounds, Found, Join};
use crate::logic::{Atom, Comparison, Expression, Literal, Operand, Query, RelationId, Rule, Term, VariableId};
use crate::plan::Version;
use crate::source::Span;
use crate::syntax::ast::Comparator;
use crate::value::ValueId;
use crate::vocabulary::written_value;

/// So many stated facts behind a sentence are looked for.
const MAX_STATED: usize = 100;

/// What a sentence rests on directly.
#[derive(Debug, Default)]
pub(super) struct Reason {
    pub(super) premises: Vec<String>,
    /// `by rule chain`, `by the rule in a.srl, line 3`, `because …`; empty if the premises are stated themselves.
    pub(super) by: String,
}

impl Reason {
    pub(super) fn by_rule(&self) -> Option<String> {
        (!self.by.is_empty()).then(|| self.by.clone())
    }
}

impl Model {
    /// What the answer yes rests on. The query has been found to hold.
    pub(super) fn witness(&mut self, query: &Query) -> Reason {
        let holds = |model: &mut Self, literals: &[Literal]| literals.iter().all(|literal| model.holds(literal, query));
        let holding = query.alternatives.iter().find(|literals| holds(self, literals));
        let mut reason = Reason::default();
        for literal in holding.into_iter().flatten() {
            match literal {
                Literal::Holds(atom) => {
                    let Some(found) = self.first_match(atom) else { continue };
                    let derived = if found.is_stated { None } else { self.reason(atom.relation, &found.row) };
                    match derived {
                        // The rule is named only where it speaks for the whole answer.
                        Some(derived) if query.alternatives.len() == 1 && query.alternatives[0].len() == 1 => return derived,
                        Some(derived) => reason.premises.extend(derived.premises),
                        None => {
                            reason.premises.push(self.sentence(atom, &found.row));
                        }
                    }
                }
                Literal::Fails(atom, _) => reason.premises.push(self.denied(atom)),
                Literal::Compares(_) | Literal::Matches(_) | Literal::Aggregates(_) | Literal::Every(_) => {}
            }
        }
        reason
    }

    /// Whether a literal of a question holds, all of whose variables have been given values.
    fn holds(&mut self, literal: &Literal, query: &Query) -> bool {
        match literal {
            Literal::Holds(atom) => self.first_match(atom).is_some(),
            Literal::Fails(atom, _) => self.first_match(atom).is_none(),
            Literal::Compares(_) | Literal::Matches(_) | Literal::Aggregates(_) | Literal::Every(_) => {
                self.binding_of(std::slice::from_ref(literal), query).is_some()
            }
        }
    }

    /// The first binding under which literals of a question hold.
    pub(super) fn binding_of(&mut self, literals: &[Literal], query: &Query) -> Option<Vec<ValueId>> {
        let is_sentence = |literal: &Literal| matches!(literal, Literal::Holds(atom) if atom.variables().next().is_none());
        if literals.iter().all(is_sentence) {
            // One look through a table takes less than an index for it.
            let holds = literals.iter().flat_map(Literal::atoms).all(|atom| self.first_match(atom).is_some());
            return holds.then(|| vec![ValueId::ABSENT; query.variables.len()]);
        }
        let body = crate::plan::body(literals, query.variables.len(), &[], None, |_| Version::Total);
        let bounds = Bounds::all(&self.database);
        Join::prepare(&body, &mut self.database, &bounds).ok()?;
        let join = Join { database: &self.database, bounds: &bounds, source: &query.place.source };
        let mut found = None;
        // What cannot be computed has stopped the evaluation before.
        let result = join.run(&body, &mut self.dictionary, |binding, _| {
            found = Some(binding.iter().map(|value| ValueId(*value)).collect());
            ControlFlow::Break(Ok(()))
        });
        result.ok().and(found)
    }

    /// The bindings under which conditions of a rule hold, at most so many.
    pub(super) fn bindings_of(&mut self, literals: &[Literal], rule: &Rule, most: usize) -> Vec<Vec<ValueId>> {
        let wanted = literals.iter().flat_map(Literal::atoms).flat_map(Atom::variables).collect::<Vec<_>>();
        let body = crate::plan::body(literals, rule.variables.len(), &wanted, None, |_| Version::Total);
        let bounds = Bounds::all(&self.database);
        let mut found = Vec::new();
        if Join::prepare(&body, &mut self.database, &bounds).is_ok() {
            let join = Join { database: &self.database, bounds: &bounds, source: &rule.text.place.source };
            // What cannot be computed is found by nobody.
            let _ = join.run(&body, &mut self.dictionary, |binding, _| {
                found.push(binding.iter().map(|value| ValueId(*value)).collect());
                if found.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(Ok(())) }
            });
        }
        found
    }

    /// The first row that matches an atom without variables.
    pub(super) fn first_match(&self, atom: &Atom) -> Option<Found> {
        self.database.first_match(atom, None)
    }

    /// An atom as a sentence, with `something` where it says nothing.
    pub(super) fn said(&self, atom: &Atom) -> String {
        let reading = self.vocabulary.reading(atom.relation, atom.reading);
        reading.sentence(|slot| match atom.terms[slot] {
            Term::Value(value) => self.dictionary.value(value).map(crate::vocabulary::written_value),
            Term::Something | Term::Variable(_) => Some("something".to_owned()),
            Term::Unmentioned => None,
        })
    }

    /// That an atom does not hold, as a sentence.
    pub(super) fn denied(&self, atom: &Atom) -> String {
        format!("nothing in this model says that {}", self.said(atom))
    }

    /// The premises of a derived row: of the first rule that could conclude it in the round in which it was derived, so that no
    /// premise rests on the row itself.
    pub(super) fn reason(&mut self, relation: RelationId, row: &[u32]) -> Option<Reason> {
        let (index, binding, bounds) = self.concluded(relation, row)?;
        let rule = &self.rules[index];
        let premises = rule.body.iter().filter_map(|literal| self.premise(rule, literal, &binding, &bounds)).collect();
        Some(Reason { premises, by: self.by(rule, &binding, index >= self.told_rules) })
    }

    /// The first rule that could conclude a derived row in its round, with a binding, and what was there before.
    pub(super) fn concluded(&mut self, relation: RelationId, row: &[u32]) -> Option<(usize, Vec<ValueId>, Bounds)> {
        let number = self.database.derived_number(relation, row)?;
        let round = self.database.derived(relation).round(number);
        let bounds = self.database.before_round(round, relation, &self.plan);
        let mut concluding =
            (0..self.rules.len()).filter(|&index| self.rules[index].head.relation == relation).collect::<Vec<_>>().into_iter();
        let (index, binding) = concluding.find_map(|index| Some((index, self.premises(index, row, &bounds)?)))?;
        Some((index, binding, bounds))
    }

    /// The stated facts that a sentence rests on, through all rules. What was concluded from more than single facts (by an aggregate, by
    /// `whenever`), or from what is absent alone, stands for itself.
    pub(super) fn stated_behind(&mut self, atom: &Atom) -> Vec<String> {
        let mut left: Vec<_> = self.first_match(atom).map(|found| (atom.clone(), found)).into_iter().collect();
        let mut seen = BTreeSet::new();
        let mut facts = Vec::new();
        while let Some((atom, found)) = left.pop() {
            if !seen.insert((atom.relation.index(), found.row.clone())) || facts.len() >= MAX_STATED {
                continue;
            }
            match if found.is_stated { None } else { self.facts_before(atom.relation, &found.row) } {
                Some(premises) => left.extend(premises.into_iter().rev()),
                None => facts.push(self.sentence(&atom, &found.row)),
            }
        }
        facts
    }

    /// The rows from which a rule concluded a row, if it was from these and what is absent.
    fn facts_before(&mut self, relation: RelationId, row: &[u32]) -> Option<Vec<(Atom, Found)>> {
        let (index, binding, bounds) = self.concluded(relation, row)?;
        let fact = |literal: &Literal| match literal {
            Literal::Holds(atom) => {
                let atom = atom.under(&binding);
                let known = if atom.stated_only { Some(0) } else { bounds.known(atom.relation) };
                let found = self.database.first_match(&atom, known)?;
                Some(Some((atom, found)))
            }
            Literal::Compares(_) | Literal::Matches(_) | Literal::Fails(..) => Some(None),
            Literal::Aggregates(_) | Literal::Every(_) => None,
        };
        let facts: Option<Vec<_>> = self.rules[index].body.iter().map(fact).collect();
        let facts: Vec<_> = facts?.into_iter().flatten().collect();
        (!facts.is_empty()).then_some(facts)
    }

    /// A binding under which a rule concludes a row from what was there before its round.
    fn premises(&mut self, index: usize, row: &[u32], bounds: &Bounds) -> Option<Vec<ValueId>> {
        let rule = &self.rules[index];
        let mut literals = rule.body.clone();
        for (term, value) in rule.head.terms.iter().zip(row) {
            match term {
                Term::Variable(variable) => literals.push(Literal::Compares(Comparison {
                    left: Expression::variable(*variable),
                    comparator: Comparator::Equal,
                    right: Expression::Operand(Operand::Value(ValueId(*value))),
                    span: Span::default(),
                })),
                Term::Value(expected) if expected.0 == *value => {}
                Term::Value(_) | Term::Something | Term::Unmentioned => return None,
            }
        }
        let body = crate::plan::body(&literals, rule.variables.len(), &[], None, |_| Version::Total);
        Join::prepare(&body, &mut self.database, bounds).ok()?;
        let source = &self.rules[index].text.place.source;
        let join = Join { database: &self.database, bounds, source };
        let mut found = None;
        let result = join.run(&body, &mut self.dictionary, |binding, _| {
            found = Some(binding.iter().map(|value| ValueId(*value)).collect());
            ControlFlow::Break(Ok(()))
        });
        // The evaluation has passed over these rows before without an error.
        result.ok().and(found)
    }

    /// How a rule is named where it speaks: by what its `because` says, else by its label, else by its place.
    fn by(&self, rule: &Rule, binding: &[ValueId], is_kind_rule: bool) -> String {
        if let Some(because) = &rule.text.because {
            let value = |name: &str| {
                let variable = rule.variables.iter().position(|own| **own == *name)?;
                Some(binding[variable])
            };
            return format!("because {}", self.filled_in(because, value));
        }
        match &rule.text.label {
            _ if is_kind_rule => String::new(),
            Some(label) => format!("by rule {label}"),
            None => format!("by the rule in {}", rule.text.place.describe()),
        }
    }

    /// A `because` text with values where variables stand.
    pub(super) fn filled_in(&self, because: &str, value: impl Fn(&str) -> Option<ValueId>) -> String {
        let mut text = String::new();
        let mut rest = because;
        while let Some((before, after)) = rest.split_once("{?") {
            let Some((name, after)) = after.split_once('}') else { break };
            let value = value(name).and_then(|value| self.dictionary.value(value));
            text += before;
            // What stands in backticks is to be written so, with the quotation marks that a name needs.
            let is_quoted = text.matches('`').count() % 2 == 1;
            text += &value.map_or(String::new(), if is_quoted { written_value } else { ToString::to_string });
            rest = after;
        }
        text + rest
    }

    /// A condition as a sentence under a binding; comparisons say nothing new.
    fn premise(&self, rule: &Rule, literal: &Literal, binding: &[ValueId], bounds: &Bounds) -> Option<String> {
        match literal {
            Literal::Compares(_) | Literal::Matches(_) => None,
            Literal::Fails(atom, _) => Some(self.denied(&atom.under(binding))),
            Literal::Holds(atom) => {
                let atom = atom.under(binding);
                let known = if atom.stated_only { Some(0) } else { bounds.known(atom.relation) };
                let found = self.database.first_match(&atom, known)?;
                Some(self.sentence(&atom, &found.row))
            }
            Literal::Aggregates(aggregation) => {
                let text = self.with_values(&aggregation.text, rule, &aggregation.outer, binding);
                let left = aggregation.left.as_variable().and_then(|left| self.dictionary.value(binding[left.index()]));
                Some(left.map_or(text.clone(), |left| format!("{} = {text}", crate::vocabulary::written_value(left))))
            }
            Literal::Every(universal) => Some(self.with_values(&universal.text, rule, &universal.outer, binding)),
        }
    }

    /// A condition as it was written, with values in place of these variables.
    fn with_values(&self, text: &str, rule: &Rule, variables: &[VariableId], binding: &[ValueId]) -> String {
        let mut text = crate::syntax::on_one_line(text);
        // Longer names first, so that no name is cut by one that it begins with.
        let mut variables = variables.to_vec();
        variables.sort_by_key(|variable| std::cmp::Reverse(rule.variables[variable.index()].len()));
        for variable in variables {
            if let Some(value) = self.dictionary.value(binding[variable.index()]) {
                text = text.replace(&format!("?{}", rule.variables[variable.index()]), &crate::vocabulary::written_value(value));
            }
        }
        text
    }

    /// A sentence that conditions had found when they could not go on; nothing where not all of it was known.
    pub(super) fn found_fact(&self, literal: &Literal, binding: &[u32]) -> Option<String> {
        let Literal::Holds(atom) = literal else { return None };
        let binding = binding.iter().map(|value| ValueId(*value)).collect::<Vec<_>>();
        if atom.variables().any(|variable| binding.get(variable.index()).is_none_or(|value| *value == ValueId::ABSENT)) {
            return None;
        }
        let atom = atom.under(&binding);
        let found = self.first_match(&atom)?;
        Some(self.sentence(&atom, &found.row))
    }

    /// For a single denied sentence: the fact that stands against it.
    pub(super) fn contradiction(&self, query: &Query) -> Option<String> {
        let [literals] = query.alternatives.as_slice() else { return None };
        let [Literal::Fails(atom, _)] = literals.as_slice() else { return None };
        let found = self.first_match(atom)?;
        Some(self.sentence(atom, &found.row))
    }
}
