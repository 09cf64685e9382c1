//! Rules → plan: which relations are computed before which ([`strata`]), in which order a rule looks its conditions up ([`order`]),
//! which relations are closures ([`closure`]), and which rules serve a single question ([`magic`]).
//!
//! A plan speaks of relations and columns alone; it holds no fact and does not know how facts are stored.

mod change;
mod closure;
pub(crate) mod error;
mod keeping;
mod magic;
mod order;
mod strata;

use std::sync::OnceLock;

use crate::diagnostics::Problem;
use crate::logic::{Aggregation, Comparison, Expression, Literal, Operand, RelationId, Rule, Term, TextTest, Universal, VariableId};
use crate::vocabulary::Vocabulary;
pub(crate) use change::{RuleChanges, Sense, Trigger};
pub(crate) use closure::{Closure, ClosureForm};
pub(crate) use keeping::{Guard, Support};
pub(crate) use magic::{Magic, Way, magic};
pub(crate) use order::{body, body_from};

/// A rule whose `whenever` can be settled in more ways than this is looked at as a whole in each round: a plan for each way would take
/// too much memory.
const MAX_CASES: usize = 64;

/// How to compute every derived relation.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// In this order: a stratum needs only earlier ones and itself.
    pub(crate) strata: Vec<Stratum>,
    /// The stratum of a relation that rules derive.
    stratum_of: Vec<Option<usize>>,
}

/// Relations that are computed together, because each needs the others.
#[derive(Debug)]
pub(crate) struct Stratum {
    pub(crate) relations: Vec<RelationId>,
    pub(crate) rules: Vec<RulePlan>,
    /// The other relations that it reads, be they concluded by rules or only stated: rules may come and go.
    pub(crate) needs: Vec<RelationId>,
    /// It is one relation that is the closure of its direct pairs.
    pub(crate) closure: Option<Closure>,
    /// What the values rest on that are kept in it.
    pub(crate) support: Support,
}

/// How to evaluate one rule.
#[derive(Debug)]
pub(crate) struct RulePlan {
    /// The rule's number.
    pub(crate) rule: usize,
    /// Over everything: for the first round.
    pub(crate) full: Body,
    /// One for each condition on a relation of the same stratum, which then reads only what the last round added.
    pub(crate) deltas: Vec<Body>,
    /// What a recursive rule must not do to a value that is kept.
    pub(crate) guard: Option<Guard>,
    /// How rows that come and go change what it concludes, once one does.
    changes: OnceLock<RuleChanges>,
}

impl RulePlan {
    /// How rows that come and go change what the rule concludes.
    pub(crate) fn changes(&self, rules: &[Rule]) -> &RuleChanges {
        self.changes.get_or_init(|| RuleChanges::of(&rules[self.rule]))
    }
}

/// Conditions in the order in which they are looked up.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) steps: Vec<Step>,
    pub(crate) variables: usize,
    /// From this step on nothing binds what is wanted of the body: the first success is as good as all.
    pub(crate) decided: usize,
}

/// Which rows of a relation a step reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// Facts that were stated, nothing derived.
    Stated,
    /// Everything known before the last round.
    Old,
    /// What the last round added.
    Recent,
    /// Everything, and more may come in the next round.
    Growing,
    /// Everything.
    Total,
}

/// One step of a body, for given values of the variables that earlier steps have bound.
#[derive(Debug)]
pub(crate) enum Step {
    /// Goes on with each row that matches.
    Scan(Lookup),
    /// Goes on with each value of a variable that rows of two relations have: those of the relation with fewer are looked up in the other.
    Meet(Box<[Meeting; 2]>),
    /// Goes on if no row matches.
    Reject(Lookup),
    /// Goes on if the comparison holds.
    Compare(Comparison),
    /// Gives a variable its value.
    Bind { variable: VariableId, value: Expression },
    /// Goes on if a name looks as it is to.
    Match(TextTest),
    /// Goes on if what an aggregate makes of the solutions of `bodies` compares as it is to, or gives a variable this value.
    Aggregate { aggregation: Aggregation, bodies: Vec<Body>, binds: Option<VariableId> },
    /// Goes on if every solution of a `when` body has one of a `then` body, or if one has none.
    Every { universal: Universal, when: Vec<Body>, then: Vec<Body> },
}

/// The rows of a relation whose key columns have given values.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub(crate) relation: RelationId,
    /// The reading in which the sentence was written: for those who show a plan.
    pub(crate) reading: usize,
    pub(crate) version: Version,
    /// The columns that must have given values, in ascending order.
    pub(crate) key_columns: Vec<usize>,
    /// Those values, column by column.
    pub(crate) key: Vec<Operand>,
    /// What else must hold of a row, and which variables it binds, by column.
    pub(crate) columns: Vec<(usize, Column)>,
}

/// How a relation is looked up where it meets another one.
#[derive(Debug)]
pub(crate) struct Meeting {
    /// Binds the variable.
    pub(crate) open: Lookup,
    /// The same where the variable has a value.
    pub(crate) check: Lookup,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    /// Binds the variable; fails if the slot is left out.
    Bind(VariableId),
    /// Must be what an earlier column of the same row bound.
    Same(VariableId),
    /// Must not be left out.
    Present,
}

/// Plans all rules; fails if some of them rest on their own negation.
pub(crate) fn plan(rules: &[Rule], vocabulary: &Vocabulary) -> Result<Plan, Vec<Problem>> {
    plan_beginning(rules, vocabulary, None)
}

/// The same for rules of which the sentence at a place is looked up first.
fn plan_beginning(rules: &[Rule], vocabulary: &Vocabulary, first: Option<usize>) -> Result<Plan, Vec<Problem>> {
    let order = strata::stratify(rules, vocabulary)?;
    let problems = order.iter().flat_map(|stratum| keeping::problems(stratum, rules, vocabulary)).collect::<Vec<_>>();
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut stratum_of = vec![None; vocabulary.len()];
    for (number, stratum) in order.iter().enumerate() {
        stratum.relations.iter().for_each(|relation| stratum_of[relation.index()] = Some(number));
    }
    let strata = order
        .into_iter()
        .enumerate()
        .map(|(number, stratum)| {
            let within = |relation: RelationId| stratum_of[relation.index()] == Some(number);
            let mut needs: Vec<_> =
                stratum.rules.iter().flat_map(|rule| relations(&rules[*rule].body)).filter(|relation| !within(*relation)).collect();
            needs.sort_unstable();
            needs.dedup();
            let closure = closure::closure(&stratum, rules, vocabulary);
            let support = keeping::support(&stratum, rules, vocabulary);
            let plan = |&number: &usize| {
                let rule = &rules[number];
                RulePlan { guard: keeping::guard(rule, within, vocabulary), ..rule_plan(number, rule, first, within) }
            };
            let rules = stratum.rules.iter().map(plan).collect();
            Stratum { relations: stratum.relations, rules, needs, closure, support }
        })
        .collect();
    Ok(Plan { strata, stratum_of })
}

impl Plan {
    /// The stratum that derives a relation.
    pub(crate) fn stratum(&self, relation: RelationId) -> Option<&Stratum> {
        self.strata.get(self.stratum_of(relation)?)
    }

    /// Of each of so many relations whether rules derive it.
    pub(crate) fn derives(&self, relations: usize) -> Vec<bool> {
        (0..relations).map(|relation| self.stratum_of.get(relation).copied().flatten().is_some()).collect()
    }

    /// The number of the stratum that derives a relation.
    pub(crate) fn stratum_of(&self, relation: RelationId) -> Option<usize> {
        self.stratum_of.get(relation.index()).copied().flatten()
    }

    /// The strata that must be computed before these relations can be read, in order.
    pub(crate) fn needed(&self, relations: impl IntoIterator<Item = RelationId>) -> Vec<usize> {
        let mut needed = vec![false; self.strata.len()];
        let mut left: Vec<usize> = relations.into_iter().filter_map(|relation| self.stratum_of(relation)).collect();
        while let Some(number) = left.pop() {
            if !std::mem::replace(&mut needed[number], true) {
                left.extend(self.strata[number].needs.iter().filter_map(|relation| self.stratum_of(*relation)));
            }
        }
        (0..needed.len()).filter(|number| needed[*number]).collect()
    }
}

/// Rules that are never evaluated as a whole, but of which it is asked whether they conclude more than before.
pub(crate) fn watched(rules: &[Rule]) -> Stratum {
    let rules = (0..rules.len()).map(|number| rule_plan(number, &rules[number], None, |_| false)).collect();
    Stratum { relations: Vec::new(), rules, needs: Vec::new(), closure: None, support: Support::Best }
}

/// The relations that conditions read, apart from those of which only stated facts count.
pub(crate) fn relations(body: &[Literal]) -> impl Iterator<Item = RelationId> {
    body.iter().flat_map(Literal::atoms).filter(|atom| !atom.stated_only).map(|atom| atom.relation)
}

fn rule_plan(number: usize, rule: &Rule, first: Option<usize>, within: impl Fn(RelationId) -> bool) -> RulePlan {
    let is_recursive = |literal: &Literal| matches!(literal, Literal::Holds(atom) if !atom.stated_only && within(atom.relation));
    let recursive = (0..rule.body.len()).filter(|position| is_recursive(&rule.body[*position])).collect::<Vec<_>>();
    let variables = rule.variables.len();
    let version = |position: usize, delta: Option<usize>| match delta {
        Some(delta) if recursive.contains(&position) => match position.cmp(&delta) {
            std::cmp::Ordering::Less => Version::Old,
            std::cmp::Ordering::Equal => Version::Recent,
            std::cmp::Ordering::Greater => Version::Growing,
        },
        _ => Version::Total,
    };
    let wanted = wanted(rule);
    let full = body(&rule.body, variables, &wanted, first, |position| version(position, None));
    let sentences =
        recursive.iter().map(|&delta| body(&rule.body, variables, &wanted, Some(delta), |position| version(position, Some(delta))));
    let mut deltas: Vec<_> = sentences.collect();
    let cases: Vec<_> = rule.body.iter().flat_map(|literal| new_cases(literal, &within)).collect();
    if cases.len() > MAX_CASES {
        deltas.push(body(&rule.body, variables, &wanted, None, |_| Version::Total));
    } else {
        deltas.extend(cases.iter().map(|case| {
            let literals = [case.as_slice(), &rule.body].concat();
            body(&literals, variables, &wanted, Some(0), |position| if position == 0 { Version::Recent } else { Version::Total })
        }));
    }
    RulePlan { rule: number, full, deltas, guard: None, changes: OnceLock::new() }
}

/// How a sentence after `then` that is new can make a `whenever` hold: the sentence itself, and the cases that it settles, from the
/// innermost `whenever` outwards.
fn new_cases(literal: &Literal, within: &impl Fn(RelationId) -> bool) -> Vec<Vec<Literal>> {
    let Literal::Every(universal) = literal else { return Vec::new() };
    let is_recursive = |literal: &Literal| matches!(literal, Literal::Holds(atom) if !atom.stated_only && within(atom.relation));
    let new = universal
        .then
        .iter()
        .flatten()
        .flat_map(|literal| if is_recursive(literal) { vec![vec![literal.clone()]] } else { new_cases(literal, within) });
    new.flat_map(|new| universal.when.iter().map(move |case| [new.as_slice(), case].concat())).collect()
}

/// The variables whose values a rule concludes something of.
fn wanted(rule: &Rule) -> Vec<VariableId> {
    rule.head.variables().collect()
}

/// What a column must be, if its term says so.
pub(crate) fn operand(term: Term) -> Option<Operand> {
    match term {
        Term::Variable(variable) => Some(Operand::Variable(variable)),
        Term::Value(value) => Some(Operand::Value(value)),
        Term::Something | Term::Unmentioned => None,
    }
}
