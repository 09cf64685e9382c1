//! `compare A with B in small models: QUESTION`: the smallest facts with which the rules of two scenarios answer a question otherwise.
//!
//! Models are sets of facts of the verbs that no rule concludes from others, over a few names; those with fewer facts come first. Of
//! models that are alike but for names one is enough: a name is used only if those before it are. Every model of a bounded size is
//! looked at (the small scope hypothesis: Jackson, Software Abstractions, 2006), so a difference that needs more than that is not
//! found, and the answer says how far the search went.

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::Model;
use crate::diagnostics::Problem;
use crate::logic::{Atom, Literal, Operand, Place, Query, RelationId, Rule, Term, World};
use crate::value::{Value, ValueId};
use crate::vocabulary::{Origin, SlotKind};

/// Models have at most so many facts.
const MAX_FACTS: usize = 4;

/// So many names of a kind are used beside those that rules and question mention.
const NAMES: usize = 3;

/// So many models of each number of facts are looked at.
const MAX_MODELS: usize = 6_000;

/// So many are answered in one scenario before they are in the other one.
const AT_ONCE: usize = 200;

/// How far the smallest model was looked for in which two scenarios differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SmallModels {
    /// The facts of the smallest one; nothing if none was found.
    pub facts: Option<Vec<String>>,
    /// How many were looked at.
    pub tried: usize,
    /// All with so many facts were, of so many names of each kind beside those that are mentioned, …
    pub all_up_to: usize,
    /// … and so many larger ones.
    pub larger: usize,
    /// How many names of each kind were used.
    pub names: usize,
}

/// A fact that a model may hold.
#[derive(Clone, Debug)]
pub(super) struct Possible {
    pub(super) relation: RelationId,
    pub(super) row: Vec<u32>,
    /// The new names in it, as their kinds and their numbers within these, in the order of its slots.
    new: Vec<(usize, usize)>,
}

/// What stands in for the things of one kind.
struct Names {
    sort: Option<Arc<str>>,
    /// Mentioned ones, then new ones.
    values: Vec<u32>,
    mentioned: usize,
}

/// A row, and the new names in it, each by its kind and number.
type NewRow = (Vec<u32>, Vec<(usize, usize)>);

impl Model {
    /// The smallest model, and how far it was looked for.
    pub(super) fn smallest_difference(
        &mut self,
        query: &Query,
        worlds: &[World; 2],
        place: &Place,
    ) -> Result<(SmallModels, Option<Vec<Possible>>), Problem> {
        let possible = self.possible_facts(query, worlds);
        let mut told = SmallModels { facts: None, tried: 0, all_up_to: 0, larger: 0, names: NAMES };
        for size in 0..=MAX_FACTS {
            let (models, is_whole) = models(&possible, size);
            for chunk in models.chunks(AT_ONCE) {
                let mut answers = Vec::with_capacity(2);
                for world in worlds {
                    answers.push(self.within(world, place, |model| model.answers_in(chunk, &possible, query))?.0);
                }
                told.tried += chunk.len();
                let differ = |(left, right): (&Option<Answer>, &Option<Answer>)| left.is_some() && right.is_some() && left != right;
                if let Some(found) = answers[0].iter().zip(&answers[1]).position(differ) {
                    let facts: Vec<Possible> = chunk[found].iter().map(|number| possible[*number].clone()).collect();
                    told.facts = Some(facts.iter().map(|fact| self.said_fact(fact)).collect());
                    return Ok((told, Some(facts)));
                }
            }
            if !is_whole {
                told.larger = models.len();
                break;
            }
            told.all_up_to = size;
        }
        Ok((told, None))
    }

    fn said_fact(&self, fact: &Possible) -> String {
        let values: Vec<ValueId> = fact.row.iter().map(|value| ValueId(*value)).collect();
        self.vocabulary.sentence(fact.relation, 0, &values, &self.dictionary)
    }

    /// What a question answers in each of some models; nothing where it cannot be answered.
    fn answers_in(&mut self, models: &[Vec<usize>], possible: &[Possible], query: &Query) -> Result<Vec<Option<Answer>>, Problem> {
        self.hold_only(&[], &query.place)?;
        let mut answers = Vec::with_capacity(models.len());
        for model in models {
            let facts: Vec<Possible> = model.iter().map(|number| possible[*number].clone()).collect();
            self.state_possible(&facts, &query.place)?;
            answers.push(match self.found(query) {
                Ok(found) => Some(Answer::of(&found)),
                Err(problem) if problem.is_limit() => return Err(problem),
                Err(_) => None,
            });
            for fact in &facts {
                let pattern = Atom { relation: fact.relation, reading: 0, terms: values(&fact.row), stated_only: true };
                self.database.forget(&pattern).map_err(|_| self.stopped(&query.place))?;
            }
        }
        Ok(answers)
    }

    /// Lets nothing be stated but these facts.
    pub(super) fn hold_only(&mut self, facts: &[Possible], place: &Place) -> Result<(), Problem> {
        let stated: Vec<(RelationId, usize)> = self.vocabulary.relations().map(|(id, relation)| (id, relation.slots.len())).collect();
        for (relation, width) in stated {
            let pattern = Atom { relation, reading: 0, terms: vec![Term::Unmentioned; width], stated_only: true };
            self.database.forget(&pattern).map_err(|_| self.stopped(place))?;
        }
        self.state_possible(facts, place)
    }

    fn state_possible(&mut self, facts: &[Possible], place: &Place) -> Result<(), Problem> {
        let fact = |fact: &Possible| crate::logic::Fact {
            relation: fact.relation,
            reading: 0,
            values: fact.row.iter().map(|value| ValueId(*value)).collect(),
        };
        let facts: Vec<_> = facts.iter().map(fact).collect();
        self.database.state(&facts, &self.dictionary).map(|_| ()).map_err(|_| self.stopped(place))
    }

    // ---- What may be stated

    /// Every fact that may matter, those of the verbs nearest to the question first.
    fn possible_facts(&mut self, query: &Query, worlds: &[World; 2]) -> Vec<Possible> {
        let mut rules = self.rules[..self.told_rules].to_vec();
        rules.extend(worlds.iter().flat_map(|world| super::scenario::local_rules(&self.scenarios, world.scenario)));
        let mut near: Vec<RelationId> = query.alternatives.iter().flatten().flat_map(Literal::atoms).map(|atom| atom.relation).collect();
        let mut literals: Vec<&Literal> = query.alternatives.iter().flatten().collect();
        let mut next = 0;
        while let Some(relation) = near.get(next).copied() {
            next += 1;
            for rule in rules.iter().filter(|rule| rule.head.relation == relation) {
                literals.extend(&rule.body);
                near.extend(rule.body.iter().flat_map(Literal::atoms).map(|atom| atom.relation));
            }
            let mut seen = BTreeSet::new();
            near.retain(|relation| seen.insert(*relation));
        }
        // What follows from itself alone has to be stated all the same.
        let reads = |rule: &Rule, relation| rule.body.iter().flat_map(Literal::atoms).any(|atom| atom.relation == relation);
        let concludes = |rule: &Rule, relation| rule.head.relation == relation && !reads(rule, relation);
        let is_concluded = |relation: &RelationId| rules.iter().any(|rule| concludes(rule, *relation));
        near.retain(|relation| !is_concluded(relation));
        // A kind tells nothing that the slots of other verbs do not: it comes last.
        near.sort_by_key(|relation| self.vocabulary.relation(*relation).origin == Origin::Kind);
        let mentioned = mentioned(&literals);
        let mut names: Vec<Names> = Vec::new();
        let mut possible = Vec::new();
        for relation in near {
            let slots = self.vocabulary.relation(relation).slots.clone();
            let mut rows: Vec<NewRow> = vec![(Vec::new(), Vec::new())];
            for slot in &slots {
                let choices: Vec<(u32, Option<(usize, usize)>)> =
                    if slot.optional { vec![(ValueId::ABSENT.0, None)] } else { self.choices(slot.kind, &mentioned, &mut names) };
                let with = |(row, new): &NewRow, (value, name): &(u32, Option<(usize, usize)>)| {
                    ([row.as_slice(), &[*value]].concat(), new.iter().copied().chain(*name).collect())
                };
                rows = rows.iter().flat_map(|row| choices.iter().map(move |choice| with(row, choice))).collect();
            }
            possible.extend(rows.into_iter().map(|(row, new)| Possible { relation, row, new }));
        }
        possible
    }

    /// What may stand in a slot, each with its kind and number if it is a new name.
    fn choices(&mut self, kind: SlotKind, mentioned: &[ValueId], names: &mut Vec<Names>) -> Vec<(u32, Option<(usize, usize)>)> {
        let fitting = |model: &Self| {
            let fits = |value: &&ValueId| model.dictionary.value(**value).is_some_and(|value| model.vocabulary.accepts(kind, value));
            mentioned.iter().filter(fits).map(|value| value.0).collect::<Vec<_>>()
        };
        if matches!(kind, SlotKind::Number | SlotKind::Date) {
            return self.measures(kind, &fitting(self)).into_iter().map(|value| (value, None)).collect();
        }
        let sort = self.sort(kind);
        let known = names.iter().position(|names| names.sort == sort);
        let number = known.unwrap_or_else(|| {
            let mut values = fitting(self);
            let is_name = |value: &u32| self.dictionary.value(ValueId(*value)).is_some_and(|value| value.as_name().is_some());
            values.retain(is_name);
            let count = values.len();
            values.extend((0..NAMES).map(|number| self.new_name(sort.as_deref(), number, mentioned)));
            names.push(Names { sort, values, mentioned: count });
            names.len() - 1
        });
        let Names { values, mentioned, .. } = &names[number];
        values.iter().enumerate().map(|(place, value)| (*value, place.checked_sub(*mentioned).map(|new| (number, new)))).collect()
    }

    /// The name of the most general kind that a slot is of.
    fn sort(&self, kind: SlotKind) -> Option<Arc<str>> {
        let SlotKind::Kind(mut kind) = kind else { return None };
        for _ in 0..self.vocabulary.kinds().count() {
            let Some(parent) = self.vocabulary.kind_parents(kind).first() else { break };
            kind = *parent;
        }
        Some(self.vocabulary.kind_name(kind).clone())
    }

    /// `A`, `B`, `C` for organizations and where there are no kinds; `service-1` for others.
    fn new_name(&mut self, sort: Option<&str>, number: usize, mentioned: &[ValueId]) -> u32 {
        let letters = ["A", "B", "C", "D", "E", "F", "G", "H"].map(Value::name);
        let is_free = |name: &&Value| self.dictionary.find(name).is_none_or(|known| !mentioned.contains(&known));
        let name = match sort {
            None | Some("organization" | "thing") => letters.iter().filter(is_free).nth(number).cloned(),
            Some(_) => None,
        };
        let name = name.unwrap_or_else(|| Value::name(&format!("{}-{}", sort.unwrap_or("other"), number + 1)));
        self.dictionary.intern(&name).0
    }

    /// The numbers or days that are mentioned, and those beside them: where something changes, it changes there.
    fn measures(&mut self, kind: SlotKind, mentioned: &[u32]) -> Vec<u32> {
        let mut values: BTreeSet<Value> = BTreeSet::new();
        for value in mentioned.iter().filter_map(|value| self.dictionary.value(ValueId(*value))) {
            if let Some(number) = value.as_number() {
                values.extend([number - Decimal::ONE, number, number + Decimal::ONE].map(Value::number));
            } else if let Some(day) = value.as_date() {
                values.extend([day.yesterday().ok(), Some(day), day.tomorrow().ok()].into_iter().flatten().map(Value::Date));
            }
        }
        if values.is_empty() {
            let day = jiff::civil::date(2026, 1, 1);
            values.extend(if kind == SlotKind::Date { vec![Value::Date(day)] } else { vec![Value::number(1), Value::number(2)] });
        }
        values.iter().map(|value| self.dictionary.intern(value).0).collect()
    }
}

/// An answer, to be compared.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    rows: Vec<Vec<Value>>,
    table: BTreeSet<Vec<u32>>,
}

impl Answer {
    fn of(found: &super::compare::Found) -> Self {
        Self { rows: found.rows.to_vec(), table: found.table.iter().flat_map(crate::engine::Table::iter).map(<[u32]>::to_vec).collect() }
    }
}

fn values(row: &[u32]) -> Vec<Term> {
    row.iter().map(|value| Term::Value(ValueId(*value))).collect()
}

/// The values that conditions mention, each once.
fn mentioned(literals: &[&Literal]) -> Vec<ValueId> {
    let mut found = Vec::new();
    for literal in literals {
        let terms = literal.atoms().into_iter().flat_map(|atom| &atom.terms);
        found.extend(terms.filter_map(|term| if let Term::Value(value) = term { Some(*value) } else { None }));
        found.extend(
            literal.operands().into_iter().filter_map(|operand| if let Operand::Value(value) = operand { Some(value) } else { None }),
        );
    }
    let mut seen = BTreeSet::new();
    found.retain(|value| *value != ValueId::ABSENT && seen.insert(*value));
    found
}

/// The sets of so many facts, as their numbers: those of the first facts before those that need later ones; and whether they are all.
fn models(possible: &[Possible], size: usize) -> (Vec<Vec<usize>>, bool) {
    let mut found = Vec::new();
    let Some(others) = size.checked_sub(1) else { return (vec![Vec::new()], true) };
    for last in others..possible.len() {
        if !choose(possible, last, others, &mut vec![last], &mut found) {
            return (found, false);
        }
    }
    (found, true)
}

/// Adds every set of `left` facts before `end` to those that are chosen, of which the last comes first; false if they are too many.
fn choose(possible: &[Possible], end: usize, left: usize, chosen: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) -> bool {
    let Some(left) = left.checked_sub(1) else {
        let facts: Vec<usize> = chosen.iter().rev().copied().collect();
        if is_first_of_its_kind(possible, &facts) {
            if found.len() == MAX_MODELS {
                return false;
            }
            found.push(facts);
        }
        return true;
    };
    for next in left..end {
        chosen.push(next);
        let goes_on = choose(possible, next, left, chosen, found);
        chosen.pop();
        if !goes_on {
            return false;
        }
    }
    true
}

/// Whether each new name comes after those before it: of models that are alike but for names one at least is so, namely the one whose facts
/// come first.
fn is_first_of_its_kind(possible: &[Possible], facts: &[usize]) -> bool {
    let mut used: Vec<usize> = Vec::new();
    facts.iter().flat_map(|fact| &possible[*fact].new).all(|&(kind, number)| {
        if used.len() <= kind {
            used.resize(kind + 1, 0);
        }
        let is_next = number <= used[kind];
        used[kind] = used[kind].max(number + 1);
        is_next
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_models_that_are_alike_one_is_enough() {
        let pair = |from: usize, to: usize| Possible { relation: RelationId(0), row: Vec::new(), new: vec![(0, from), (0, to)] };
        let possible: Vec<Possible> = (0..3).flat_map(|from| (0..3).map(move |to| pair(from, to))).collect();
        let edges = |facts: &[usize]| -> BTreeSet<(usize, usize)> { facts.iter().map(|fact| (fact / 3, fact % 3)).collect() };
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        for size in 0..=4 {
            let (found, is_whole) = models(&possible, size);
            assert!(is_whole);
            let found: BTreeSet<_> = found.iter().map(|facts| edges(facts)).collect();
            // Every graph is like one of those that were found.
            for number in (0..1_usize << 9).filter(|number| number.count_ones() as usize == size) {
                let graph = edges(&(0..9).filter(|edge| number >> edge & 1 == 1).collect::<Vec<_>>());
                let image = |order: &[usize; 3]| graph.iter().map(|(from, to)| (order[*from], order[*to])).collect::<BTreeSet<_>>();
                assert!(orders.iter().any(|order| found.contains(&image(order))), "{graph:?}");
            }
        }
    }
}
