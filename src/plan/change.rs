//! What a row that comes or goes means for a rule: through which of its conditions it can change what the rule concludes, and how that is
//! found. Made of the rule when a row first changes, since most programs never change one.
//!
//! A condition that may hold now makes a rule conclude more: the whole rule is gone through from there (`gain`). One that may hold no more
//! may take conclusions away: sentences and comparisons of the rule tell which are in question (`loss`), and each of those has to be looked
//! at anew, whether something else concludes it (`check`). This is the delete and rederive of Gupta, Mumick and Subrahmanian (Maintaining
//! views incrementally, SIGMOD 1993), with conditions that hold others taken as changed wherever something in them is.

use std::sync::OnceLock;

use super::order::body_knowing;
use super::{Body, Column, MAX_CASES, Step, wanted};
use crate::logic::{Atom, Literal, Rule, Term, VariableId};

/// How changes reach one rule.
#[derive(Debug)]
pub(crate) struct RuleChanges {
    pub(crate) triggers: Vec<Trigger>,
    /// Whether a given row is concluded: the variables of the head have values.
    check: OnceLock<Body>,
    /// The same but for one column, whose value is found.
    check_but: OnceLock<Body>,
}

/// A sentence of a rule, a row of which may change what the rule concludes.
#[derive(Debug)]
pub(crate) struct Trigger {
    /// What the row must be like.
    pub(crate) atom: Atom,
    pub(crate) sense: Sense,
    /// The condition of the rule that it stands in.
    position: usize,
    /// The sentences and comparisons that hold beside it, inside that condition.
    around: Vec<Literal>,
    found: OnceLock<Consequences>,
}

/// What a row that matches does to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sense {
    /// The condition holds with it.
    Holds,
    /// The condition does not hold with it.
    Fails,
    /// The condition may hold or not, with it and without it.
    Either,
}

/// How to find what a row changes.
#[derive(Debug)]
pub(crate) struct Consequences {
    /// From the row to the variables that the condition shares with the rest of the rule; nothing if the row itself says them.
    pub(crate) around: Option<Body>,
    /// Those that have values after that.
    pub(crate) known: Vec<VariableId>,
    pub(crate) gain: Body,
    pub(crate) loss: Body,
    /// The columns of the conclusion that `loss` gives values.
    pub(crate) columns: Vec<usize>,
}

impl RuleChanges {
    pub(super) fn of(rule: &Rule) -> Self {
        let triggers = rule.body.iter().enumerate().flat_map(|(position, literal)| triggers(position, literal)).collect();
        Self { triggers, check: OnceLock::new(), check_but: OnceLock::new() }
    }

    /// What finds the values that the rule concludes in the column in which its relation keeps the best: the variables of all others have
    /// values.
    pub(crate) fn check_but(&self, rule: &Rule, column: usize) -> &Body {
        self.check_but.get_or_init(|| {
            let others = rule.head.terms.iter().enumerate().filter(|(own, _)| *own != column);
            let known: Vec<VariableId> = others.filter_map(|(_, term)| term.variable()).collect();
            body_knowing(&rule.body, rule.variables.len(), &known, &wanted(rule))
        })
    }

    pub(crate) fn check(&self, rule: &Rule) -> &Body {
        self.check.get_or_init(|| body_knowing(&rule.body, rule.variables.len(), &wanted(rule), &[]))
    }
}

impl Trigger {
    pub(crate) fn consequences(&self, rule: &Rule) -> &Consequences {
        self.found.get_or_init(|| self.find(rule))
    }

    fn find(&self, rule: &Rule) -> Consequences {
        let variables = rule.variables.len();
        let in_row: Vec<VariableId> = self.atom.variables().collect();
        let mut rest: Vec<Literal> = rule.body.clone();
        let (around, known) = match (&rule.body[self.position], self.sense) {
            (Literal::Aggregates(crate::logic::Aggregation { outer, .. }) | Literal::Every(crate::logic::Universal { outer, .. }), _) => {
                let around = body_knowing(&self.around, variables, &in_row, outer);
                let is_known = |variable: &&VariableId| in_row.contains(variable) || binds(&around, **variable);
                let known = outer.iter().filter(is_known).copied().collect();
                (Some(around), known)
            }
            (_, Sense::Holds) => {
                rest.remove(self.position);
                (None, in_row)
            }
            (_, Sense::Fails | Sense::Either) => (None, in_row),
        };
        let gain = body_knowing(&rest, variables, &known, &wanted(rule));
        rest.retain(is_plain);
        let loss = body_knowing(&rest, variables, &known, &wanted(rule));
        let has_value = |term: &Term| term.variable().is_none_or(|variable| known.contains(&variable) || binds(&loss, variable));
        let columns = (0..rule.head.terms.len()).filter(|column| has_value(&rule.head.terms[*column])).collect();
        Consequences { around, known, gain, loss, columns }
    }
}

/// Whether a condition is no denial, and holds no others.
fn is_plain(literal: &Literal) -> bool {
    matches!(literal, Literal::Holds(_) | Literal::Compares(_) | Literal::Matches(_))
}

/// Whether a body gives a variable a value.
fn binds(body: &Body, variable: VariableId) -> bool {
    let is_bound = |columns: &[(usize, Column)]| columns.iter().any(|(_, column)| matches!(column, Column::Bind(own) if *own == variable));
    body.steps.iter().any(|step| match step {
        Step::Scan(lookup) => is_bound(&lookup.columns),
        Step::Meet(meetings) => is_bound(&meetings[0].open.columns),
        Step::Bind { variable: own, .. } => *own == variable,
        Step::Aggregate { binds, .. } => *binds == Some(variable),
        Step::Reject(_) | Step::Compare(_) | Step::Match(_) | Step::Every { .. } => false,
    })
}

fn triggers(position: usize, literal: &Literal) -> Vec<Trigger> {
    let trigger = |atom: &Atom, sense, around| Trigger { atom: atom.clone(), sense, position, around, found: OnceLock::new() };
    match literal {
        Literal::Holds(atom) => vec![trigger(atom, Sense::Holds, Vec::new())],
        Literal::Fails(atom, _) => vec![trigger(atom, Sense::Fails, Vec::new())],
        Literal::Compares(_) | Literal::Matches(_) => Vec::new(),
        Literal::Aggregates(_) | Literal::Every(_) => {
            let mut left = MAX_CASES;
            if let Some(found) = inside(literal, &mut left) {
                return found.into_iter().map(|(atom, around)| trigger(&atom, Sense::Either, around)).collect();
            }
            // Too many ways: any row of these relations may change whatever the rule concludes.
            let any = |atom: &Atom| Atom { terms: vec![Term::Unmentioned; atom.terms.len()], ..atom.clone() };
            literal.atoms().into_iter().map(|atom| trigger(&any(atom), Sense::Either, Vec::new())).collect()
        }
    }
}

/// Each sentence inside a condition, with the plain conditions that hold beside it wherever it matters; nothing if that can be in too many
/// ways.
fn inside(literal: &Literal, left: &mut usize) -> Option<Vec<(Atom, Vec<Literal>)>> {
    let mut found = Vec::new();
    match literal {
        Literal::Holds(atom) | Literal::Fails(atom, _) => found.push((atom.clone(), Vec::new())),
        Literal::Compares(_) | Literal::Matches(_) => {}
        Literal::Aggregates(aggregation) => {
            for literals in &aggregation.alternatives {
                found.extend(beside(literals, left)?);
            }
        }
        Literal::Every(universal) => {
            for when in &universal.when {
                found.extend(beside(when, left)?);
                for then in &universal.then {
                    let plain = when.iter().filter(|literal| is_plain(literal)).cloned();
                    let plain: Vec<Literal> = plain.collect();
                    found.extend(beside(then, left)?.into_iter().map(|(atom, around)| (atom, [around, plain.clone()].concat())));
                }
            }
        }
    }
    *left = left.checked_sub(found.len())?;
    Some(found)
}

/// Each sentence of conditions that are joined by `and`, with the others.
fn beside(literals: &[Literal], left: &mut usize) -> Option<Vec<(Atom, Vec<Literal>)>> {
    let mut found = Vec::new();
    for (position, literal) in literals.iter().enumerate() {
        let others = || literals.iter().enumerate().filter(|(other, literal)| *other != position && is_plain(literal));
        let others: Vec<Literal> = others().map(|(_, literal)| literal.clone()).collect();
        found.extend(inside(literal, left)?.into_iter().map(|(atom, around)| (atom, [around, others.clone()].concat())));
    }
    Some(found)
}
