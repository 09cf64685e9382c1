//! What would make a sentence true: sets of facts that, stated, give it a proof.
//!
//! The sentence is taken apart by the rules that could conclude it (abduction; Kakas, Kowalski and Toni, "Abductive logic programming", 1992):
//! a condition holds already, follows from a rule in turn, or is taken for granted, if it is one that is stated and not concluded. What is
//! taken for granted is a set; sets of one fact are looked for first, then of two. Conditions that are more than a sentence are met as far as
//! that is simple, and left to the trial of the whole set otherwise.

use std::collections::BTreeMap;
use std::rc::Rc;

use rust_decimal::Decimal;

use super::super::Model;
use super::state::{Above, Candidate, Frame, Goal, Level, Slot, State, is_case_of};
use super::{MAX_SETS, Remedies, Stateable, Wanted};
use crate::diagnostics::Problem;
use crate::logic::{Aggregation, Atom, Literal, Place, RelationId, Rule, Term, Universal};
use crate::syntax::ast::{Comparator, Function, Severity};
use crate::value::{Value, ValueId};

/// How many rules one after the other may be looked through.
const MAX_DEPTH: usize = 8;

/// When so many more rules one after the other bring no other set, no more are looked through.
const MAX_FRUITLESS: usize = 2;

/// So many conditions are looked at for each size of sets.
const MAX_STEPS: usize = 10_000;

/// So many rows are read for one condition.
const MAX_ROWS: usize = 2_000;

/// So many sets that might do are collected before they are tried.
const MAX_CANDIDATES: usize = 2_000;

/// One search for sets of at most so many facts, through at most so many rules.
struct Search<'m> {
    model: &'m mut Model,
    facts: usize,
    depth: usize,
    steps: usize,
    /// Sets that might do, with the number of conditions met on the shortest way there.
    candidates: BTreeMap<Candidate, usize>,
    /// Whether the bounds of the work were met.
    is_cut: bool,
    /// Whether deeper ways were left out.
    is_shallow: bool,
}

impl Model {
    /// The smallest sets of facts with which a sentence that does not hold would hold, and whether the search was cut.
    pub(super) fn what_makes(&mut self, goal: &Atom, place: &Place) -> Result<(Vec<Vec<String>>, bool), Problem> {
        let behind = self.behind(goal.relation);
        self.derive(&behind, place)?;
        let before = self.violated()?;
        let (most_tried, mut is_cut) = (self.most_tried(), false);
        for facts in 1..=Remedies::MAX_MADE {
            let (candidates, cut) = self.candidates(goal, facts);
            is_cut |= cut;
            let mut working: Vec<&Candidate> = Vec::new();
            for (tried, candidate) in candidates.iter().enumerate() {
                if tried >= most_tried || working.len() >= MAX_SETS {
                    is_cut = true;
                    break;
                }
                if working.iter().any(|general| is_case_of(candidate, general)) {
                    continue;
                }
                let Some(rows) = self.filled(candidate) else { continue };
                let works = self.tried(Wanted::Made, &rows, place, |model| {
                    model.derive(&[goal.relation], place)?;
                    Ok(model.first_match(goal).is_some() && model.violated()?.iter().all(|violation| before.contains(violation)))
                })?;
                if works {
                    working.push(candidate);
                }
            }
            let sets = working.into_iter().map(|candidate| self.said_of(candidate)).collect::<Vec<_>>();
            if !sets.is_empty() {
                return Ok((sets, is_cut));
            }
        }
        Ok((Vec::new(), is_cut))
    }

    /// What holds by now and must not.
    fn violated(&mut self) -> Result<Vec<(std::sync::Arc<str>, usize, String)>, Problem> {
        let mut violated = Vec::new();
        for number in 0..self.prohibitions.len() {
            if self.prohibitions[number].severity == Severity::Error {
                let prohibition = self.prohibitions[number].clone();
                let violations = self.violations_of(&prohibition)?;
                violated.extend(violations.into_iter().map(|violation| (violation.file, violation.line, violation.because)));
            }
        }
        Ok(violated)
    }

    /// Sets of so many facts that might make a sentence true, likeliest first, and whether there may be more.
    fn candidates(&mut self, goal: &Atom, facts: usize) -> (Vec<Candidate>, bool) {
        let mut search = Search { model: self, facts, depth: 0, steps: 0, candidates: BTreeMap::new(), is_cut: false, is_shallow: true };
        let (mut known, mut since) = (0, 0);
        while search.is_shallow && !search.is_cut && since < MAX_FRUITLESS {
            search.depth += 1;
            search.is_shallow = false;
            let mut state = State::default();
            let frame = Frame { variables: goal.terms.iter().map(|_| state.open()).collect() };
            let slots = frame.slots(goal, &mut state);
            state.goals.push(Goal {
                relation: goal.relation,
                slots,
                stated_only: goal.stated_only,
                depth: 0,
                only_known: false,
                above: None,
            });
            search.advance(state);
            since = if search.candidates.len() > known || known == 0 && search.depth < MAX_DEPTH { 0 } else { since + 1 };
            known = search.candidates.len();
        }
        let is_cut = search.is_cut || (known == 0 && search.is_shallow);
        let mut candidates: Vec<_> = search.candidates.into_iter().filter(|(set, _)| set.len() == facts).collect();
        let opens = |set: &Candidate| set.iter().flat_map(|(_, slots)| slots).filter(|slot| matches!(slot, Slot::Open(_))).count();
        candidates.sort_by_cached_key(|(set, steps)| (*steps, std::cmp::Reverse(opens(set)), self.said_of(set)));
        (candidates.into_iter().map(|(set, _)| set).collect(), is_cut)
    }

    /// The rows of a set, with names that nothing has where anything will do; nothing if a number or day is left open.
    fn filled(&mut self, set: &Candidate) -> Option<Vec<Stateable>> {
        let mut facts = Vec::new();
        for (relation, slots) in set {
            let mut row = Vec::new();
            for (column, slot) in slots.iter().enumerate() {
                row.push(match slot {
                    Slot::Value(value) => value.0,
                    Slot::Free => ValueId::ABSENT.0,
                    Slot::Open(number) => {
                        let kind = self.vocabulary.relation(*relation).slots[column].kind;
                        let name = Value::name(&format!("something {}", number + 1));
                        if !self.vocabulary.accepts(kind, &name) {
                            return None;
                        }
                        self.dictionary.intern(&name).0
                    }
                });
            }
            facts.push(Stateable { relation: *relation, row });
        }
        Some(facts)
    }

    /// A set in sentences; what is open in one place is `something`, in several a variable.
    fn said_of(&self, set: &Candidate) -> Vec<String> {
        let opens = set.iter().flat_map(|(_, slots)| slots);
        let count = |number: usize| opens.clone().filter(|slot| **slot == Slot::Open(number)).count();
        let sentence = |(relation, slots): &(RelationId, Vec<Slot>)| {
            self.vocabulary.reading(*relation, 0).sentence(|column| match slots[column] {
                Slot::Value(value) => self.dictionary.value(value).map(crate::vocabulary::written_value),
                Slot::Open(number) if count(number) > 1 => Some(format!("?{}", letter(number))),
                Slot::Open(_) => Some("something".to_owned()),
                Slot::Free => None,
            })
        };
        let mut sentences = set.iter().map(sentence).collect::<Vec<_>>();
        sentences.sort();
        sentences
    }
}

/// `x`, `y`, `z`, then `x3`.
fn letter(number: usize) -> String {
    ["x", "y", "z"].get(number).map_or_else(|| format!("x{number}"), |letter| (*letter).to_owned())
}

impl Search<'_> {
    /// Meets one more condition in every way that there is.
    fn advance(&mut self, state: State) {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.candidates.len() >= MAX_CANDIDATES || self.model.database.interrupt.is_raised() {
            self.is_cut = true;
            return;
        }
        if !self.comparisons_hold(&state) {
            return;
        }
        let opens = |goal: &Goal| goal.slots.iter().filter(|slot| !matches!(state.known(**slot), Slot::Value(_))).count();
        let Some(next) = (0..state.goals.len()).min_by_key(|number| opens(&state.goals[*number])) else {
            return self.finish(state);
        };
        let mut rest = state;
        let goal = rest.goals.swap_remove(next);
        rest.steps += 1;
        if self.meet_by_facts(&rest, &goal) {
            return;
        }
        for number in 0..rest.taken.len() {
            let mut state = rest.clone();
            let (relation, slots) = state.taken[number].clone();
            if relation == goal.relation && state.unify_all(&slots, &goal.slots) {
                self.advance(state);
            }
        }
        if rest.taken.len() < self.facts && !goal.only_known && self.may_be_stated(goal.relation) {
            let mut state = rest.clone();
            state.taken.push((goal.relation, goal.slots.clone()));
            self.advance(state);
        }
        if !goal.stated_only {
            self.meet_by_rules(&rest, &goal);
        }
    }

    /// Meets a condition by what is known; tells whether that is all there is to it, because nothing in it is open.
    fn meet_by_facts(&mut self, rest: &State, goal: &Goal) -> bool {
        let term = |slot: &Slot| match rest.known(*slot) {
            Slot::Value(value) => Term::Value(value),
            Slot::Open(_) => Term::Something,
            Slot::Free => Term::Unmentioned,
        };
        let terms = goal.slots.iter().map(term).collect::<Vec<_>>();
        let atom = Atom { relation: goal.relation, reading: 0, terms, stated_only: goal.stated_only };
        let is_open = atom.terms.contains(&Term::Something);
        if !is_open {
            let holds = self.model.first_match(&atom).is_some();
            if holds {
                self.advance(rest.clone());
            }
            return holds;
        }
        self.model.database.index_for(&atom);
        let Some(rows) = self.model.database.matches(&atom, &mut { MAX_ROWS }) else {
            self.is_cut = true;
            return false;
        };
        // Whoever it is, it holds already, and nothing else is said of them.
        let is_private = |slot: &Slot| !matches!(rest.known(*slot), Slot::Open(_)) || rest.is_private(rest.known(*slot));
        let is_settled = !rows.is_empty() && goal.slots.iter().all(is_private);
        for row in rows.into_iter().take(if is_settled { 1 } else { usize::MAX }) {
            let mut state = rest.clone();
            let values = row.iter().map(|value| Slot::Value(ValueId(*value))).collect::<Vec<_>>();
            if state.unify_all(&goal.slots, &values) {
                self.advance(state);
            }
        }
        is_settled
    }

    /// Meets a condition by the rules that conclude it.
    fn meet_by_rules(&mut self, rest: &State, goal: &Goal) {
        let slots = goal.slots.iter().map(|slot| rest.known(*slot)).collect::<Vec<_>>();
        let mut above = &goal.above;
        while let Some(known) = above {
            // What rests on itself rests on nothing.
            if known.relation == goal.relation && known.slots.iter().zip(&slots).all(|(one, other)| rest.known(*one) == *other) {
                return;
            }
            above = &known.next;
        }
        let above = Some(Rc::new(Above { relation: goal.relation, slots, next: goal.above.clone() }));
        for number in 0..self.model.rules.len() {
            if self.model.rules[number].head.relation != goal.relation {
                continue;
            }
            if goal.depth >= self.depth {
                self.is_shallow = true;
                return;
            }
            let rule = self.model.rules[number].clone();
            let mut state = rest.clone();
            let frame = Frame { variables: rule.variables.iter().map(|_| state.open()).collect() };
            let head = frame.slots(&rule.head, &mut state);
            if !state.unify_all(&head, &goal.slots) {
                continue;
            }
            // That something is of a kind follows from any sentence about it: none is made up for that.
            let only_known = goal.only_known || number >= self.model.told_rules;
            let level = Level { depth: goal.depth + 1, only_known, above: above.clone() };
            let mut states = vec![state];
            for literal in &rule.body {
                states = states.into_iter().flat_map(|state| self.with(state, &frame, literal, &rule, &level)).collect();
            }
            states.into_iter().for_each(|state| self.advance(state));
        }
    }

    /// The ways to go on with one more condition to be met.
    fn with(&mut self, mut state: State, frame: &Frame, literal: &Literal, rule: &Rule, level: &Level) -> Vec<State> {
        match literal {
            Literal::Holds(atom) => state.ask(frame, atom, level),
            Literal::Compares(comparison) => {
                if !state.compare(frame, comparison) {
                    return Vec::new();
                }
            }
            // Whether nothing says it, and how a name looks, the trial will tell.
            Literal::Fails(..) | Literal::Matches(_) => state.pin(frame, literal),
            Literal::Aggregates(aggregation) => {
                state.pin(frame, literal);
                return self.with_more(&state, frame, aggregation, rule, level);
            }
            Literal::Every(universal) => {
                state.pin(frame, literal);
                return self.with_cases(state, frame, universal, rule, level);
            }
        }
        vec![state]
    }

    /// So that there are more of them to be counted: so many new ones as facts may still be taken.
    fn with_more(&mut self, state: &State, frame: &Frame, aggregation: &Aggregation, rule: &Rule, level: &Level) -> Vec<State> {
        let mut states = vec![state.clone()];
        if aggregation.function != Function::Count {
            return states;
        }
        for _ in state.taken.len()..self.facts {
            let mut more = Vec::new();
            for literals in &aggregation.alternatives {
                let mut state = states.last().unwrap_or(state).clone();
                let mut inner = Frame { variables: frame.variables.clone() };
                for variable in &aggregation.local {
                    let new = state.open();
                    inner.variables[variable.index()] = new;
                    // It counts only if it is none of those that are there.
                    state.pinned.push(new);
                }
                let mut ways = vec![state];
                for literal in literals {
                    ways = ways.into_iter().flat_map(|state| self.with(state, &inner, literal, rule, level)).collect();
                }
                more.extend(ways);
            }
            states.extend(more);
        }
        states
    }

    /// So that each case of a `whenever` is as it says.
    fn with_cases(&mut self, state: State, frame: &Frame, universal: &Universal, rule: &Rule, level: &Level) -> Vec<State> {
        let mut binding = vec![ValueId::ABSENT; rule.variables.len()];
        for variable in &universal.outer {
            let Slot::Value(value) = state.known(frame.variables[variable.index()]) else { return vec![state] };
            binding[variable.index()] = value;
        }
        if !universal.holds {
            return vec![state];
        }
        self.steps += 10;
        let mut failing = Vec::new();
        for literals in &universal.when {
            let literals = literals.iter().map(|literal| literal.under(&binding)).collect::<Vec<_>>();
            for case in self.model.bindings_of(&literals, rule, MAX_CANDIDATES) {
                let case: Vec<_> =
                    case.iter().zip(&binding).map(|(inner, outer)| if *inner == ValueId::ABSENT { *outer } else { *inner }).collect();
                let settled = |then: &Vec<Literal>| then.iter().map(|literal| literal.under(&case)).collect::<Vec<_>>();
                let holds = universal.then.iter().any(|then| !self.model.bindings_of(&settled(then), rule, 1).is_empty());
                if !holds {
                    failing.push(case);
                }
            }
        }
        if failing.len() > self.facts * 4 {
            return Vec::new();
        }
        let mut states = Vec::new();
        for then in &universal.then {
            let mut ways = vec![state.clone()];
            for case in &failing {
                for literal in then {
                    ways = ways
                        .into_iter()
                        .flat_map(|mut state| {
                            let slot = |value: &ValueId, state: &mut State| {
                                if *value == ValueId::ABSENT { state.open() } else { Slot::Value(*value) }
                            };
                            let variables = case.iter().map(|value| slot(value, &mut state)).collect();
                            self.with(state, &Frame { variables }, literal, rule, level)
                        })
                        .collect();
                }
            }
            states.extend(ways);
        }
        states
    }

    /// Whether a fact of a relation can be taken for granted: it is stated, at least in this model, and not only concluded.
    fn may_be_stated(&self, relation: RelationId) -> bool {
        let is_concluded = self.model.rules[..self.model.told_rules].iter().any(|rule| rule.head.relation == relation);
        !is_concluded || self.model.database.all_stated(relation).next().is_some()
    }

    fn comparisons_hold(&self, state: &State) -> bool {
        state.comparisons.iter().all(|(left, comparator, right)| match (state.known(*left), state.known(*right)) {
            (Slot::Value(left), Slot::Value(right)) => {
                crate::engine::compare(&self.model.dictionary, left, *comparator, right).unwrap_or_default()
            }
            _ => true,
        })
    }

    /// All conditions are met: what was taken for granted is a set that might do.
    fn finish(&mut self, mut state: State) {
        for (left, comparator, right) in state.comparisons.clone() {
            let (open, bound, comparator) = match (state.known(left), state.known(right)) {
                (open @ Slot::Open(_), Slot::Value(bound)) => (open, bound, comparator),
                (Slot::Value(bound), open @ Slot::Open(_)) => (open, bound, comparator.flipped()),
                _ => continue,
            };
            if let Some(value) = self.fitting(comparator, bound) {
                state.unify(open, Slot::Value(value));
            }
        }
        if state.taken.is_empty() || !self.comparisons_hold(&state) {
            return;
        }
        let mut set: Candidate =
            state.taken.iter().map(|(relation, slots)| (*relation, slots.iter().map(|slot| state.known(*slot)).collect())).collect();
        for (relation, slots) in &mut set {
            // What the rules leave open, and a fact may leave out, is left out.
            for (slot, own) in slots.iter_mut().zip(&self.model.vocabulary.relation(*relation).slots) {
                if *slot == Slot::Free && !own.optional {
                    *slot = state.open();
                }
            }
        }
        set.sort();
        set.dedup();
        let mut numbers: Vec<Slot> = Vec::new();
        for slot in set.iter_mut().flat_map(|(_, slots)| slots) {
            if matches!(slot, Slot::Open(_)) {
                let number = numbers.iter().position(|known| known == slot).unwrap_or_else(|| {
                    numbers.push(*slot);
                    numbers.len() - 1
                });
                *slot = Slot::Open(number);
            }
        }
        let steps = self.candidates.entry(set).or_insert(state.steps);
        *steps = state.steps.min(*steps);
    }

    /// A value that compares so with another one.
    fn fitting(&mut self, comparator: Comparator, bound: ValueId) -> Option<ValueId> {
        let step = match comparator {
            Comparator::Equal | Comparator::LessOrEqual | Comparator::GreaterOrEqual => return Some(bound),
            Comparator::Less => -1,
            Comparator::Greater => 1,
            Comparator::NotEqual => return None,
        };
        let value = match self.model.dictionary.value(bound)? {
            Value::Number(number) => Value::number(number.checked_add(Decimal::new(step, number.scale()))?),
            Value::Date(day) => Value::Date(day.checked_add(jiff::Span::new().days(step)).ok()?),
            Value::Name(_) => return None,
        };
        Some(self.model.dictionary.intern(&value))
    }
}
