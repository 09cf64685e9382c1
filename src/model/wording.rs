//! Rules as they were understood: sentences with every slot in the words of its verb, so that a reader sees what was taken for what.

use super::Model;
use crate::logic::{Atom, Literal, Rule, Term};
use crate::vocabulary::written_value;

impl Model {
    /// What the rules that were told from number `from` on say: `if ?p provides something to ?c, then ?c relies on ?p`. A rule with `or`
    /// says several such things.
    pub(crate) fn rules_in_words(&self, from: usize) -> Vec<String> {
        self.rules[from..self.told_rules].iter().map(|rule| self.in_words(rule)).collect()
    }

    /// How many rules were told, a rule with `or` counted as often as it has alternatives.
    pub(crate) fn told_rules(&self) -> usize {
        self.told_rules
    }

    /// How many times something was forbidden or warned of.
    pub(crate) fn told_prohibitions(&self) -> usize {
        self.prohibitions.len()
    }

    /// What one rule says.
    pub(super) fn in_words(&self, rule: &Rule) -> String {
        let source = &rule.text.place.source;
        // What a slot of the head computes stands there already.
        let is_computed = |literal: &&Literal| {
            let Literal::Compares(comparison) = literal else { return false };
            comparison.left.as_variable().is_some_and(|variable| written_variable(&rule.variables[variable.index()]).is_none())
        };
        let condition = |literal: &Literal| match literal {
            Literal::Holds(atom) => self.with_variables(atom, rule),
            Literal::Fails(atom, _) => format!("not {}", self.with_variables(atom, rule)),
            Literal::Compares(comparison) => source.slice(comparison.span).to_owned(),
            Literal::Matches(test) => source.slice(test.span).to_owned(),
            Literal::Aggregates(aggregation) => source.slice(aggregation.span).to_owned(),
            Literal::Every(universal) => universal.text.to_string(),
        };
        let mut conditions = rule.body.iter().filter(|literal| !is_computed(literal)).map(condition).collect::<Vec<_>>();
        conditions.dedup();
        let conditions = crate::syntax::on_one_line(&conditions.join(" and "));
        format!("if {conditions}, then {}", self.with_variables(&rule.head, rule))
    }

    /// What one rule says, also one that a slot or a kind implies: `what fills agreement of provider provides … is an agreement`.
    pub(super) fn rule_in_words(&self, number: usize) -> String {
        let rule = &self.rules[number];
        let [Literal::Holds(atom)] = rule.body.as_slice() else { return self.in_words(rule) };
        let slot = atom.terms.iter().position(|term| matches!(term, Term::Variable(_)));
        let (Some(slot), true, true) = (slot, atom.stated_only, number >= self.told_rules) else { return self.in_words(rule) };
        let relation = self.vocabulary.relation(atom.relation);
        let kind = self.vocabulary.reading(rule.head.relation, rule.head.reading).verb();
        format!("what fills `{}` of `{}` {kind}", relation.slots[slot].name, relation.pattern(&relation.readings[0]))
    }

    fn with_variables(&self, atom: &Atom, rule: &Rule) -> String {
        self.vocabulary.reading(atom.relation, atom.reading).sentence(|slot| match atom.terms[slot] {
            Term::Variable(variable) => Some(shown_variable(&rule.variables[variable.index()])),
            Term::Value(value) => self.dictionary.value(value).map(written_value),
            Term::Something => Some("something".to_owned()),
            Term::Unmentioned => None,
        })
    }
}

/// A variable as it is written; nothing for what a slot of a head computes, which is no variable to its author.
fn written_variable(name: &str) -> Option<String> {
    let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-'));
    is_name.then(|| format!("?{name}"))
}

/// A variable as it is written, or what is computed in its place.
pub(super) fn shown_variable(name: &str) -> String {
    written_variable(name).unwrap_or_else(|| name.to_owned())
}
