//! Why something does not hold: for each rule that could have concluded it, how far the rule got and what it lacks, nearest first.
//!
//! For each rule as few conditions as possible are passed over until all others hold together: first one of them, then two, and so on.
//! No more than so many rows are looked at; an answer that was cut off says so.

use std::sync::Arc;

use super::{Binding, Explainer, Ground, shown};
use crate::engine::EngineError;
use crate::logic::{Atom, Comparison, Expression, Literal, Query, Rule, Term, VariableId};
use crate::syntax::ast::Comparator;
use crate::value::ValueId;

/// So many rules are told of, and so many ways for each.
const MAX_ATTEMPTS: usize = 6;
const MAX_WAYS: usize = 3;

/// So many rows are looked at for one condition.
const MAX_ROWS: usize = 1_000;

/// Why a sentence does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missing {
    /// The sentences that were asked about and do not hold.
    pub says: Vec<String>,
    /// What the rules that could have concluded them lack, nearest first.
    pub attempts: Vec<Attempt>,
    /// How many more rules could have.
    pub left_out: usize,
    /// A stated fact that does not count: on the day that counts it is not in force, or a better one is kept.
    pub set_aside: Option<String>,
    /// Not everything was looked at.
    pub is_cut: bool,
}

/// How far one rule got.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The rule.
    pub by: Ground,
    /// The conditions that hold.
    pub holds: Vec<String>,
    /// The first condition that does not.
    pub failed: String,
    /// Everything that would have to hold beside: sentences with `?x` where a name is open, and other conditions.
    pub missing: Vec<String>,
    /// Conditions that nobody can look at before.
    pub unknown: Vec<String>,
}

/// A binding under which all conditions hold but some.
struct Way {
    binding: Binding,
    missing: Vec<usize>,
    unknown: Vec<usize>,
}

/// A rule with what may be passed over.
struct Search<'r> {
    rule: &'r Rule,
    allowed: usize,
    ways: Vec<Way>,
}

impl Explainer<'_> {
    /// What is missing for what a question says. It has been found not to hold.
    pub(crate) fn missing(&mut self, query: &Query) -> Result<Missing, EngineError> {
        let mut missing = Missing::default();
        let mut attempts = Vec::new();
        for literal in query.alternatives.iter().flatten() {
            let blank = vec![ValueId::ABSENT; query.variables.len()];
            let holds = !self.solutions(std::slice::from_ref(literal), (blank.len(), &[]), &query.place.source, None, 1)?.is_empty();
            if holds {
                continue;
            }
            missing.says.push(self.condition(literal, &query.variables, &blank));
            if let Literal::Holds(atom) = literal {
                missing.set_aside = missing.set_aside.or(self.set_aside(atom));
                for index in self.rules_for(atom.relation) {
                    if let Some(attempt) = self.attempt(atom, index)? {
                        attempts.push(attempt);
                    }
                }
            }
        }
        attempts.sort_by_key(|(key, _)| *key);
        missing.left_out = attempts.len().saturating_sub(MAX_ATTEMPTS);
        missing.attempts = attempts.into_iter().take(MAX_ATTEMPTS).flat_map(|(_, ways)| ways).collect();
        missing.is_cut = self.left == 0;
        Ok(missing)
    }

    /// What is kept instead, or a stated fact that would do and does not count.
    fn set_aside(&mut self, atom: &Atom) -> Option<String> {
        if let Some((_, column)) = self.vocabulary.relation(atom.relation).keeping {
            let mut open = atom.clone();
            open.terms[column] = Term::Something;
            let kept = self.database.rows_for(&open, 1, None).pop()?;
            return Some(format!("{}, which is kept instead", self.fact(atom.relation, atom.reading, &kept.row)));
        }
        let row = self.database.all_stated(atom.relation).find(|row| crate::engine::fits(atom, row))?;
        let says = self.fact(atom.relation, atom.reading, row);
        let is_in_force = self.database.stated(atom.relation).contains(row);
        Some(match self.database.day() {
            Some(day) if !is_in_force => format!("{says}, which is not in force on {day}"),
            _ => return None,
        })
    }

    /// The ways in which one rule comes closest to what an atom says, with what orders it among others.
    #[expect(clippy::type_complexity, reason = "what orders attempts is used in one place")]
    fn attempt(&mut self, atom: &Atom, index: usize) -> Result<Option<((usize, usize, bool, bool, usize), Vec<Attempt>)>, EngineError> {
        let rules = self.rules;
        let rule = &rules[index];
        let Some(head) = bound_pattern(rule, atom) else { return Ok(None) };
        let mut search = Search { rule, allowed: 1, ways: Vec::new() };
        while search.ways.is_empty() && search.allowed <= rule.body.len() && self.left > 0 {
            let mut left = (0..rule.body.len()).collect();
            self.try_conditions(&mut search, &mut left, head.clone(), &mut Vec::new())?;
            search.allowed += 1;
        }
        let Some(first) = search.ways.first() else { return Ok(None) };
        let open = |way: &Way| way.missing.iter().flat_map(|number| open_variables(&rule.body[*number], &way.binding)).count();
        let is_recursive = crate::plan::relations(&rule.body).any(|relation| relation == atom.relation);
        let key = (first.missing.len(), open(first), is_recursive, index >= self.told_rules, index);
        let said = |number: &usize, way: &Way| self.condition(&rule.body[*number], &rule.variables, &way.binding);
        let wanted = |number: &usize, way: &Way| match &rule.body[*number] {
            Literal::Fails(atom, _) => {
                let atom = atom.under(&way.binding);
                format!("not {}", super::wording::said(self.vocabulary, self.dictionary, &atom, Some(&rule.variables)))
            }
            _ => said(number, way),
        };
        let attempts = search.ways.iter().map(|way| {
            let is_held = |number: &usize| !way.missing.contains(number) && !way.unknown.contains(number);
            let mut missing = way.missing.clone();
            missing.sort_unstable();
            Attempt {
                by: self.by_rule(index, None, 1),
                holds: (0..rule.body.len()).filter(is_held).map(|number| said(&number, way)).collect(),
                failed: missing.first().map(|number| wanted(number, way)).unwrap_or_default(),
                missing: missing.iter().map(|number| wanted(number, way)).collect(),
                unknown: way.unknown.iter().map(|number| said(number, way)).collect(),
            }
        });
        let mut attempts: Vec<Attempt> = attempts.collect();
        attempts.dedup();
        Ok(Some((key, attempts)))
    }

    /// Goes on with the condition of which most is known: with each row that it matches, and without it, if it may be passed over.
    fn try_conditions(
        &mut self,
        search: &mut Search<'_>,
        left: &mut Vec<usize>,
        binding: Binding,
        missing: &mut Vec<usize>,
    ) -> Result<(), EngineError> {
        if search.ways.len() >= MAX_WAYS || !self.spend(1) {
            return Ok(());
        }
        self.interrupted()?;
        let Some(place) = best_known(search.rule, left, &binding) else {
            // What stands on something unknown cannot be looked at.
            if missing.len() == search.allowed {
                search.ways.push(Way { binding, missing: missing.clone(), unknown: left.clone() });
            }
            return Ok(());
        };
        let number = left.remove(place);
        let literal = &search.rule.body[number];
        if let Literal::Holds(atom) = literal {
            let open = atom.under(&binding);
            let mut rows = self.database.rows_for(&open, MAX_ROWS, None);
            self.spend(rows.len());
            rows.sort_by(|one, other| self.naturally(&one.row).cmp(self.naturally(&other.row)));
            let mut tried: Vec<Binding> = Vec::new();
            for found in rows {
                let mut extended = binding.clone();
                for (term, value) in atom.terms.iter().zip(&found.row) {
                    if let Term::Variable(variable) = term {
                        extended[variable.index()] = ValueId(*value);
                    }
                }
                if tried.last() != Some(&extended) {
                    tried.push(extended.clone());
                    self.try_conditions(search, left, extended, missing)?;
                }
            }
        } else {
            let open = literal.under(&binding);
            let source = &search.rule.text.place.source;
            let way =
                self.solutions(std::slice::from_ref(&open), (binding.len(), &shown(std::slice::from_ref(&open))), source, None, 1)?.pop();
            if let Some(way) = way {
                self.try_conditions(search, left, super::merged(&binding, &way), missing)?;
                left.insert(place, number);
                // What can be seen to hold is nowhere missing.
                return Ok(());
            }
        }
        if missing.len() < search.allowed {
            missing.push(number);
            self.try_conditions(search, left, binding, missing)?;
            missing.pop();
        }
        left.insert(place, number);
        Ok(())
    }
}

fn open_variables(literal: &Literal, binding: &[ValueId]) -> Vec<VariableId> {
    literal.shown().into_iter().filter(|variable| binding[variable.index()] == ValueId::ABSENT).collect()
}

/// The values of a rule's head variables where it would conclude what an atom says; nothing if it never does.
fn bound_pattern(rule: &Rule, atom: &Atom) -> Option<Binding> {
    let mut binding = vec![ValueId::ABSENT; rule.variables.len()];
    for (head, term) in rule.head.terms.iter().zip(&atom.terms) {
        match (head, term) {
            (Term::Variable(variable), Term::Value(value)) => {
                let known = &mut binding[variable.index()];
                if *value == ValueId::ABSENT || *known != ValueId::ABSENT && known != value {
                    return None;
                }
                *known = *value;
            }
            (Term::Value(own), Term::Value(value)) if own != value => return None,
            (Term::Value(own), Term::Something | Term::Variable(_)) if *own == ValueId::ABSENT => return None,
            _ => {}
        }
    }
    Some(binding)
}

impl Attempt {
    /// The rule's name, or its place.
    pub fn rule(&self) -> Arc<str> {
        match &self.by {
            Ground::Rule { label: Some(label), .. } => label.clone(),
            Ground::Rule { file, line, .. } => format!("{file}, line {line}").into(),
            Ground::Slot(slot) => format!("as {slot}").into(),
            _ => "kinds".into(),
        }
    }
}

/// The place of the condition to look at next: one that can be tested, else the sentence of which most is known; nothing if all that
/// are left rest on something unknown.
fn best_known(rule: &Rule, left: &[usize], binding: &[ValueId]) -> Option<usize> {
    let is_bound = |variable: &VariableId| binding[variable.index()] != ValueId::ABSENT;
    let all = |expression: &Expression| expression.variables().all(|variable| is_bound(&variable));
    let gives = |expression: &Expression| expression.as_variable().is_some_and(|variable| !is_bound(&variable));
    let is_ready = |literal: &Literal| match literal {
        Literal::Holds(_) => false,
        Literal::Fails(atom, _) => atom.variables().all(|variable| is_bound(&variable)),
        Literal::Compares(Comparison { left, comparator, right, .. }) => {
            all(left) && all(right) || *comparator == Comparator::Equal && (gives(left) && all(right) || gives(right) && all(left))
        }
        Literal::Matches(_) => open_variables(literal, binding).is_empty(),
        Literal::Aggregates(aggregation) => {
            let is_given = aggregation.comparator == Comparator::Equal && gives(&aggregation.left);
            aggregation.outer.iter().all(is_bound) && (all(&aggregation.left) || is_given)
        }
        Literal::Every(universal) => universal.outer.iter().all(is_bound),
    };
    if let Some(ready) = left.iter().position(|number| is_ready(&rule.body[*number])) {
        return Some(ready);
    }
    let known = |atom: &Atom| {
        let is_known = |term: &&Term| match term {
            Term::Value(_) => true,
            Term::Variable(variable) => is_bound(variable),
            Term::Something | Term::Unmentioned => false,
        };
        atom.terms.iter().filter(is_known).count()
    };
    let sentences = left.iter().enumerate().filter_map(|(place, number)| match &rule.body[*number] {
        Literal::Holds(atom) => Some((known(atom), std::cmp::Reverse(place), place)),
        _ => None,
    });
    sentences.max().map(|(_, _, place)| place)
}
