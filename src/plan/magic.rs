//! Rewrites rules so that they conclude only what a question asks for: magic sets (Bancilhon, Maier, Sagiv and Ullman, Magic sets and other
//! strange ways to implement logic programs, PODS 1986; Beeri and Ramakrishnan, On the power of magic, J. Logic Programming 10, 1991).
//!
//! For each relation, and the columns in which a value is given, another relation holds the values that are asked for: the question's own, and
//! those that conditions before have found. Each rule gets a condition on it. What is read under `not`, in an aggregate or after
//! `whenever` is asked for in the same way, unless something would then have to be complete before itself; after that, such relations
//! are left whole. So are those that are asked for without a value, and closures, which are searched. Facts are not looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Plan;
use crate::logic::{Atom, Literal, Query, RelationId, Rule, RuleText, Term, VariableId};
use crate::syntax::ast::Form;
use crate::vocabulary::{Origin, Reading, Slot, Vocabulary};

/// A relation that is asked for in more ways than these is left whole.
const MAX_WAYS: usize = 4;

/// Rules for one question.
#[derive(Debug)]
pub(crate) struct Magic {
    pub(crate) rules: Vec<Rule>,
    /// For each of them the one that it was made of; nothing where that is the question.
    pub(crate) origins: Vec<Option<usize>>,
    pub(crate) plan: Plan,
    /// How many columns the relations have that hold what is asked for. They come after all others.
    pub(crate) widths: Vec<usize>,
    /// What the question itself asks for: values alone.
    pub(crate) seeds: Vec<(RelationId, Vec<Term>)>,
    /// What is asked for in parts.
    pub(crate) ways: Vec<Way>,
    /// These must be complete before.
    pub(crate) whole: Vec<RelationId>,
}

/// A relation, and the columns in which values are given.
pub(crate) type Way = (RelationId, Vec<usize>);

/// The rules for a question, if it asks for less than all of what some rules conclude. `is_complete` knows what has been derived, `is_closed`
/// which relations are closures.
pub(crate) fn magic(
    query: &Query,
    (plan, rules): (&Plan, &[Rule]),
    vocabulary: &Vocabulary,
    is_complete: impl Fn(RelationId) -> bool,
    is_closed: impl Fn(RelationId) -> bool,
) -> Option<Magic> {
    [true, false].into_iter().find_map(|goes_through| {
        let mut whole = BTreeSet::new();
        loop {
            let needed = plan.needed(whole.iter().copied());
            let is_derived = |relation: RelationId| {
                plan.stratum_of(relation).is_some_and(|number| needed.binary_search(&number).is_err()) && !is_complete(relation)
            };
            let mut rewriting = Rewriting {
                rules,
                vocabulary: vocabulary.clone(),
                is_derived: &is_derived,
                is_closed: &is_closed,
                goes_through,
                ways: BTreeMap::new(),
                left: Vec::new(),
                made: Vec::new(),
                seeds: Vec::new(),
                whole: BTreeSet::new(),
            };
            rewriting.all(query);
            let Rewriting { vocabulary: words, ways, made, seeds, whole: more, .. } = rewriting;
            if !more.is_empty() {
                // What is left whole is not asked for in parts as well.
                whole.extend(more);
                continue;
            }
            if ways.is_empty() {
                return None;
            }
            let (rules, origins): (Vec<Rule>, Vec<Option<usize>>) = made.into_iter().unzip();
            let plan = super::plan_beginning(&rules, &words, Some(0)).ok()?;
            let widths = words.relations().skip(vocabulary.len()).map(|(_, relation)| relation.slots.len()).collect();
            let (ways, whole) = (ways.into_keys().collect(), whole.into_iter().collect());
            return Some(Magic { rules, origins, plan, widths, seeds, ways, whole });
        }
    })
}

struct Rewriting<'a> {
    rules: &'a [Rule],
    /// With the relations that hold what is asked for.
    vocabulary: Vocabulary,
    is_derived: &'a dyn Fn(RelationId) -> bool,
    is_closed: &'a dyn Fn(RelationId) -> bool,
    /// Whether what must be complete is asked for in parts, too.
    goes_through: bool,
    ways: BTreeMap<Way, RelationId>,
    left: Vec<Way>,
    made: Vec<(Rule, Option<usize>)>,
    seeds: Vec<(RelationId, Vec<Term>)>,
    whole: BTreeSet<RelationId>,
}

/// Where conditions stand.
struct Speaker<'a> {
    variables: &'a Arc<[Arc<str>]>,
    text: &'a Arc<RuleText>,
    rule: Option<usize>,
}

/// Conditions that were looked at, and the variables that have values by then.
#[derive(Clone, Default)]
struct Known {
    sentences: Vec<Literal>,
    bound: BTreeSet<VariableId>,
}

impl Known {
    fn add(&mut self, atom: &Atom) {
        self.bound.extend(atom.variables());
        self.sentences.push(Literal::Holds(atom.clone()));
    }

    fn is_given(&self, term: Term) -> bool {
        match term {
            Term::Variable(variable) => self.bound.contains(&variable),
            Term::Value(_) => true,
            Term::Something | Term::Unmentioned => false,
        }
    }
}

impl Rewriting<'_> {
    fn all(&mut self, query: &Query) {
        let text = Arc::new(RuleText { label: None, because: None, doc: None, place: query.place.clone() });
        let speaker = Speaker { variables: &query.variables, text: &text, rule: None };
        query.alternatives.iter().for_each(|literals| {
            self.conditions(literals, Known::default(), &speaker);
        });
        while let Some((relation, columns)) = self.left.pop() {
            let asked = self.ways[&(relation, columns.clone())];
            for (number, rule) in self.rules.iter().enumerate().filter(|(_, rule)| rule.head.relation == relation) {
                let terms: Vec<Term> = columns.iter().map(|column| rule.head.terms[*column]).collect();
                let mut known = Known::default();
                known.add(&Atom { relation: asked, reading: 0, terms, stated_only: false });
                let body = [known.sentences.as_slice(), &rule.body].concat();
                self.made.push((Rule { body, ..rule.clone() }, Some(number)));
                self.conditions(&rule.body, known, &Speaker { variables: &rule.variables, text: &rule.text, rule: Some(number) });
            }
        }
    }

    /// Asks for what conditions read; gives what is known where all sentences among them hold.
    fn conditions(&mut self, literals: &[Literal], mut known: Known, speaker: &Speaker<'_>) -> Known {
        let atom = |literal: &'_ Literal| if let Literal::Holds(atom) = literal { Some(atom.clone()) } else { None };
        let mut left: Vec<Atom> = literals.iter().filter_map(atom).collect();
        while let Some(place) = self.next(&left, &known) {
            let atom = left.remove(place);
            self.ask(&atom, &known, speaker);
            known.add(&atom);
        }
        for literal in literals {
            match literal {
                Literal::Holds(_) | Literal::Compares(_) | Literal::Matches(_) => {}
                _ if !self.goes_through => {
                    let read = literal.atoms().into_iter().filter(|atom| !atom.stated_only && (self.is_derived)(atom.relation));
                    self.whole.extend(read.map(|atom| atom.relation).collect::<Vec<_>>());
                }
                Literal::Fails(atom, _) => self.ask(atom, &known, speaker),
                Literal::Aggregates(aggregation) => aggregation.alternatives.iter().for_each(|literals| {
                    self.conditions(literals, known.clone(), speaker);
                }),
                Literal::Every(universal) => {
                    for when in &universal.when {
                        let case = self.conditions(when, known.clone(), speaker);
                        universal.then.iter().for_each(|then| {
                            self.conditions(then, case.clone(), speaker);
                        });
                    }
                }
            }
        }
        known
    }

    /// The sentence with the most values given; of equal ones one that nothing has to be derived for, then the first.
    fn next(&self, left: &[Atom], known: &Known) -> Option<usize> {
        let cost = |atom: &Atom| {
            let given = atom.terms.iter().filter(|term| known.is_given(**term)).count();
            (std::cmp::Reverse(given), !atom.stated_only && (self.is_derived)(atom.relation))
        };
        (0..left.len()).min_by_key(|place| (cost(&left[*place]), *place))
    }

    /// Asks for the rows that a sentence reads, once others hold.
    fn ask(&mut self, atom: &Atom, known: &Known, speaker: &Speaker<'_>) {
        let relation = atom.relation;
        if atom.stated_only || !(self.is_derived)(relation) {
            return;
        }
        let kept = self.vocabulary.relation(relation).keeping.map(|(_, column)| column);
        let columns: Vec<usize> =
            (0..atom.terms.len()).filter(|column| Some(*column) != kept && known.is_given(atom.terms[*column])).collect();
        let ways = self.ways.keys().filter(|(own, _)| *own == relation).count();
        let is_new = !self.ways.contains_key(&(relation, columns.clone()));
        if columns.is_empty() || (self.is_closed)(relation) || (is_new && ways == MAX_WAYS) {
            self.whole.insert(relation);
            return;
        }
        let terms: Vec<Term> = columns.iter().map(|column| atom.terms[*column]).collect();
        let asked = self.way(relation, columns);
        if known.sentences.is_empty() {
            self.seeds.push((asked, terms));
            return;
        }
        let head = Atom { relation: asked, reading: 0, terms, stated_only: false };
        // It is asked for because it is asked for.
        if !known.sentences.iter().any(|literal| matches!(literal, Literal::Holds(atom) if *atom == head)) {
            let (variables, text) = (speaker.variables.clone(), speaker.text.clone());
            self.made.push((Rule { head, body: known.sentences.clone(), variables, text }, speaker.rule));
        }
    }

    /// The relation that holds what is asked for in a way.
    fn way(&mut self, relation: RelationId, columns: Vec<usize>) -> RelationId {
        if let Some(&asked) = self.ways.get(&(relation, columns.clone())) {
            return asked;
        }
        let of = self.vocabulary.relation(relation);
        let (slots, place) = (columns.iter().map(|column| of.slots[*column].clone()).collect::<Vec<Slot>>(), of.place.clone());
        let asked = self.vocabulary.add_relation(slots, Origin::Head, place);
        let word = format!("asked for ({})", self.vocabulary.len()).into();
        self.vocabulary.add_reading(asked, Reading { form: Form::Is, article: None, word, subject: 0, object: None, phrases: Vec::new() });
        self.ways.insert((relation, columns.clone()), asked);
        self.left.push((relation, columns));
        asked
    }
}
