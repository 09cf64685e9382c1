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

    fn in_words(&self, rule: &Rule) -> String {
        let source = &rule.text.place.source;
        let condition = |literal: &Literal| match literal {
            Literal::Holds(atom) => self.with_variables(atom, rule),
            Literal::Fails(atom, _) => format!("not {}", self.with_variables(atom, rule)),
            Literal::Compares(comparison) => source.slice(comparison.span).to_owned(),
            Literal::Matches(test) => source.slice(test.span).to_owned(),
            Literal::Aggregates(aggregation) => source.slice(aggregation.span).to_owned(),
            Literal::Every(universal) => universal.text.to_string(),
        };
        let mut conditions = rule.body.iter().map(condition).collect::<Vec<_>>();
        conditions.dedup();
        let conditions = crate::syntax::on_one_line(&conditions.join(" and "));
        format!("if {conditions}, then {}", self.with_variables(&rule.head, rule))
    }

    fn with_variables(&self, atom: &Atom, rule: &Rule) -> String {
        self.vocabulary.reading(atom.relation, atom.reading).sentence(|slot| match atom.terms[slot] {
            Term::Variable(variable) => Some(format!("?{}", rule.variables[variable.index()])),
            Term::Value(value) => self.dictionary.value(value).map(written_value),
            Term::Something => Some("something".to_owned()),
            Term::Unmentioned => None,
        })
    }
}
