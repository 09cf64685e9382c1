//! `compare A with B`: what is answered, or holds, in one world and not in another one.
//!
//! Both worlds are asked one after the other, each with its changes made and taken back, and the rows of the answers are compared. Without a
//! question all that may differ is: the relations that the changes of either lead to.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::run::{MANY_ROWS, relations_of};
use super::scenario::Affected;
use super::small_models::{Possible, SmallModels};
use super::{AnswerKind, Answers, Model, Violation};
use crate::diagnostics::Problem;
use crate::discard::discard_pieces;
use crate::engine::{Interrupt, Table, sorted};
use crate::explain::said;
use crate::logic::{self, FindKind, Literal, Place, Query, QueryForm, RelationId, Term, VariableId, World};
use crate::value::{Value, ValueId};
use crate::vocabulary::Origin;

/// So many differences of one verb are told where everything is compared.
const MAX_TOLD: usize = 100;

/// How two worlds differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// What is compared: a scenario, or `base`, the model itself.
    pub left: Arc<str>,
    /// What it is compared with.
    pub right: Arc<str>,
    /// The headings of the rows. Where everything is compared there is one, `fact`, and each row is a sentence.
    pub columns: Vec<Arc<str>>,
    /// The differences, those of one verb together and in natural order.
    pub differences: Vec<Difference>,
    /// How many more there are, which are not told.
    pub left_out: usize,
    /// What is compared.
    pub extent: Extent,
    /// Where everything is compared, what is forbidden and holds in the right one alone.
    pub violated: Vec<String>,
    /// Where everything is compared, what is forbidden and holds in the left one alone.
    pub mended: Vec<String>,
    /// A question for the reason of the first difference.
    pub why: Option<String>,
    /// Where small models are compared in place of the one that is there: which one is, and how many were looked at.
    pub small_models: Option<SmallModels>,
}

/// What of two worlds is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All that holds.
    Everything,
    /// The rows that answer a question.
    Rows {
        /// How many rows are the same in both.
        same: u64,
    },
    /// A number, or `yes` and `no`.
    Value {
        /// The answer, if it is the same in both.
        same: Option<Value>,
    },
}

/// Something in which two worlds differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is so in the right one alone.
    Gained(Vec<Value>),
    /// It is so in the left one alone.
    Lost(Vec<Value>),
    /// It has one value in the left one, and another in the right one: one of the values that a verb keeps, or that was counted.
    Changed(Vec<Value>, Vec<Value>),
}

impl Comparison {
    /// The rows of the right one alone.
    pub fn gained(&self) -> impl Iterator<Item = &[Value]> {
        self.differences.iter().filter_map(|difference| if let Difference::Gained(row) = difference { Some(row.as_slice()) } else { None })
    }

    /// The rows of the left one alone.
    pub fn lost(&self) -> impl Iterator<Item = &[Value]> {
        self.differences.iter().filter_map(|difference| if let Difference::Lost(row) = difference { Some(row.as_slice()) } else { None })
    }

    /// The rows of which a value has changed: in the left one, and in the right one.
    pub fn changed(&self) -> impl Iterator<Item = (&[Value], &[Value])> {
        self.differences.iter().filter_map(|difference| match difference {
            Difference::Changed(left, right) => Some((left.as_slice(), right.as_slice())),
            Difference::Gained(_) | Difference::Lost(_) => None,
        })
    }
}

type Rows = Vec<Vec<Value>>;

/// What is answered in one world.
pub(super) struct Found {
    columns: Vec<Arc<str>>,
    pub(super) rows: Arc<Vec<Vec<Value>>>,
    /// In place of `rows`, where there may be many.
    pub(super) table: Option<Table>,
    unknown: Vec<Problem>,
}

impl Model {
    pub(super) fn compare(&mut self, comparison: &logic::Compared, place: &Place) -> Result<Answers, Problem> {
        let logic::Compared { text, left, right, query, in_small_models } = comparison;
        let worlds = [left, right].map(|(_, scenario)| World { scenario: *scenario, is_named: true, supposed: Vec::new() });
        let mut told = Comparison {
            left: left.0.clone(),
            right: right.0.clone(),
            columns: vec!["fact".into()],
            differences: Vec::new(),
            left_out: 0,
            extent: Extent::Everything,
            violated: Vec::new(),
            mended: Vec::new(),
            why: None,
            small_models: None,
        };
        let warnings = match query {
            Some(query) if *in_small_models => self.compare_small_models(query, &worlds, &mut told, place)?,
            Some(query) => self.compare_answers(query, &worlds, None, &mut told, place)?,
            None => self.compare_facts(&worlds, &mut told, place)?,
        };
        Ok(Answers {
            question: text.clone(),
            place: place.clone(),
            kind: AnswerKind::Comparison(Box::new(told)),
            warnings,
            day: self.database.day(),
        })
    }

    // ---- The answers to a question

    fn compare_small_models(
        &mut self,
        query: &Query,
        worlds: &[World; 2],
        told: &mut Comparison,
        place: &Place,
    ) -> Result<Vec<Problem>, Problem> {
        let (small_models, facts) = self.smallest_difference(query, worlds, place)?;
        told.small_models = Some(small_models);
        if let Some(facts) = facts {
            self.compare_answers(query, worlds, Some(&facts), told, place)?;
            // It is so in that model, not in the one that is there.
            told.why = None;
        }
        Ok(Vec::new())
    }

    /// Compares what is answered; where nothing is stated but certain facts, if they are given.
    fn compare_answers(
        &mut self,
        query: &Query,
        worlds: &[World; 2],
        facts: Option<&[Possible]>,
        told: &mut Comparison,
        place: &Place,
    ) -> Result<Vec<Problem>, Problem> {
        let mut found = |world: &World| {
            self.within(world, place, |model| {
                facts.map_or(Ok(()), |facts| model.hold_only(facts, place))?;
                model.found(query)
            })
        };
        let ((left, mut warnings), (right, further)) = (found(&worlds[0])?, found(&worlds[1])?);
        warnings.extend(further.into_iter().filter(|warning| !warnings.contains(warning)).collect::<Vec<_>>());
        // A name is unknown if neither of the two knows it.
        let at = |warning: &Problem| warning.labels().first().map(|label| label.span);
        warnings.extend(right.unknown.into_iter().filter(|one| left.unknown.iter().any(|other| at(one) == at(other))));
        let kept = self.kept_columns(query);
        let interrupt = self.interrupt();
        let (lost, gained, same) = if let (Some(left), Some(right)) = (&left.table, &right.table) {
            let without = |table: &Table, other: &Table| {
                let rows = interrupt.until(table.iter()).filter(|row| !other.contains(row));
                rows.map(|row| self.values_of(row)).collect::<Vec<_>>()
            };
            let (lost, gained) = (without(left, right), without(right, left));
            let same = left.len() - lost.len();
            (lost, gained, same)
        } else {
            let (lost, gained) = (without(&left.rows, &right.rows, &interrupt), without(&right.rows, &left.rows, &interrupt));
            let same = left.rows.len() - lost.len();
            (lost, gained, same)
        };
        told.columns = left.columns;
        told.extent = match &query.form {
            QueryForm::Verdict | QueryForm::Count => {
                Extent::Value { same: left.rows.first().and_then(|row| row.first()).filter(|_| same > 0).cloned() }
            }
            QueryForm::Table { .. } | QueryForm::Find(_) => Extent::Rows { same: same as u64 },
        };
        told.differences = paired(lost, gained, &kept, &interrupt);
        told.why = told.differences.first().and_then(|difference| self.why_row(query, difference, told));
        Ok(warnings)
    }

    /// What a question finds in the world at hand.
    pub(super) fn found(&mut self, query: &Query) -> Result<Found, Problem> {
        let unknown = self.unknown_names(&query.names, &query.place.source);
        let mut found = Found { columns: Vec::new(), rows: Arc::default(), table: None, unknown };
        match &query.form {
            QueryForm::Table { columns } => {
                found.columns.clone_from(columns);
                found.table = Some(self.solve(query)?);
            }
            QueryForm::Verdict => {
                let holds = self.solve(query)?.len() > 0;
                found.columns = vec!["holds".into()];
                found.rows = Arc::new(vec![vec![Value::name(if holds { "yes" } else { "no" })]]);
            }
            QueryForm::Count | QueryForm::Find(_) => {
                (found.columns, found.rows) = self.answer(query)?.kind().counted_table();
            }
        }
        Ok(found)
    }

    /// The columns of an answer whose values belong to what the other columns say: a verb keeps one of them, or they were counted.
    fn kept_columns(&self, query: &Query) -> Vec<usize> {
        let is_kept = |variable: VariableId| {
            let literals = query.alternatives.iter().flatten();
            let atoms = literals.filter_map(|literal| if let Literal::Holds(atom) = literal { Some(atom) } else { None });
            let mut places = atoms.flat_map(|atom| {
                let kept = self.vocabulary.relation(atom.relation).keeping.map(|(_, slot)| slot);
                let at = atom.terms.iter().enumerate().filter(|(_, term)| **term == Term::Variable(variable));
                at.map(move |(slot, _)| Some(slot) == kept).collect::<Vec<_>>()
            });
            places.next().is_some_and(|first| first && places.all(|place| place))
        };
        match &query.form {
            QueryForm::Verdict | QueryForm::Count => vec![0],
            QueryForm::Table { .. } => (0..query.output.len()).filter(|column| is_kept(query.output[*column])).collect(),
            QueryForm::Find(find) => {
                let is_value = |kind: &FindKind| match kind {
                    FindKind::Plain(place) => is_kept(query.output[*place]),
                    FindKind::Count(_) | FindKind::Fold(..) => true,
                };
                (0..find.columns.len()).filter(|column| is_value(&find.columns[*column].kind)).collect()
            }
        }
    }

    /// A question for the reason of a difference, if the rows are those of one sentence.
    fn why_row(&self, query: &Query, difference: &Difference, told: &Comparison) -> Option<String> {
        let ([literals], QueryForm::Table { .. } | QueryForm::Verdict) = (query.alternatives.as_slice(), &query.form) else { return None };
        let [Literal::Holds(atom), others @ ..] = literals.as_slice() else { return None };
        // `which organizations` asks for a kind beside.
        let is_kind =
            |literal: &Literal| matches!(literal, Literal::Holds(atom) if self.vocabulary.relation(atom.relation).origin == Origin::Kind);
        if !others.iter().all(is_kind) {
            return None;
        }
        let (row, is_there) = match difference {
            Difference::Gained(row) | Difference::Changed(_, row) => (row, true),
            Difference::Lost(row) => (row, false),
        };
        let mut binding = vec![ValueId::ABSENT; query.variables.len()];
        for (variable, value) in query.output.iter().zip(row) {
            binding[variable.index()] = self.dictionary.find(value)?;
        }
        let is_there = if matches!(query.form, QueryForm::Verdict) { row.first()?.as_name()? == "yes" } else { is_there };
        Some(why(&told.right, is_there, &said(&self.vocabulary, &self.dictionary, &atom.under(&binding), None)))
    }

    // ---- Everything

    fn compare_facts(&mut self, worlds: &[World; 2], told: &mut Comparison, place: &Place) -> Result<Vec<Problem>, Problem> {
        let affected = self.affected(&[&worlds[0], &worlds[1]]);
        let is_said = |id: &RelationId| affected.all[id.index()] && self.vocabulary.relation(*id).origin != Origin::Kind;
        let mut relations: Vec<RelationId> = self.vocabulary.relations().map(|(id, _)| id).filter(is_said).collect();
        // What is stated otherwise comes before what follows from that.
        relations.sort_by_key(|relation| !affected.stated[relation.index()]);
        let (left, mut warnings) = self.within(&worlds[0], place, |model| model.all_of(&relations, &affected, place))?;
        let (right, further) = self.within(&worlds[1], place, |model| model.all_of(&relations, &affected, place))?;
        warnings.extend(further.into_iter().filter(|warning| !warnings.contains(warning)).collect::<Vec<_>>());
        compare_forbidden(&left.1, &right.1, told);
        let interrupt = self.interrupt();
        for ((relation, left), right) in relations.iter().zip(left.0).zip(right.0) {
            let without = |table: &Table, other: &Table| -> Vec<Vec<u32>> {
                interrupt.until(table.iter()).filter(|row| !other.contains(row)).map(<[u32]>::to_vec).collect()
            };
            let (lost, gained) = (without(&left, &right), without(&right, &left));
            let known = told.differences.len();
            self.tell_differences(*relation, lost, gained, told);
            // What is stated there needs no reason; what follows from it does.
            if let (None, Some(first), false) = (&told.why, told.differences.get(known), affected.stated[relation.index()]) {
                let (row, is_there) = match first {
                    Difference::Gained(row) | Difference::Changed(_, row) => (row, true),
                    Difference::Lost(row) => (row, false),
                };
                told.why = row.first().and_then(Value::as_name).map(|sentence| why(&told.right, is_there, sentence));
            }
        }
        Ok(warnings)
    }

    /// Every row of some relations in the world at hand, and what is forbidden there.
    fn all_of(&mut self, relations: &[RelationId], affected: &Affected, place: &Place) -> Result<(Vec<Table>, Vec<Violation>), Problem> {
        self.derive(relations, place)?;
        let mut tables = Vec::with_capacity(relations.len());
        for relation in relations {
            tables.push(self.every_row(*relation, place)?);
        }
        Ok((tables, self.forbidden(affected)))
    }

    fn every_row(&mut self, relation: RelationId, place: &Place) -> Result<Table, Problem> {
        if let Some(table) = self.database.every_row(relation) {
            return Ok(table);
        }
        // The pairs of a closure have no rows.
        let variables: Vec<VariableId> = (0..2).map(VariableId).collect();
        let terms = variables.iter().map(|variable| Term::Variable(*variable)).collect();
        let atom = logic::Atom { relation, reading: 0, terms, stated_only: false };
        let query = Query {
            text: "".into(),
            alternatives: vec![vec![Literal::Holds(atom)]],
            variables: variables.iter().map(|variable| variable.0.to_string().into()).collect(),
            output: variables,
            form: QueryForm::Table { columns: Vec::new() },
            names: Vec::new(),
            place: place.clone(),
        };
        debug_assert_eq!(relations_of(&query.alternatives), [relation]);
        self.solve(&query)
    }

    /// The differences of one relation as sentences.
    fn tell_differences(&self, relation: RelationId, lost: Vec<Vec<u32>>, gained: Vec<Vec<u32>>, told: &mut Comparison) {
        let kept: Vec<usize> = self.vocabulary.relation(relation).keeping.map(|(_, slot)| slot).into_iter().collect();
        let interrupt = &self.database.interrupt;
        // An optional slot that is left out comes before every value.
        let value = |value: &u32| self.dictionary.value(ValueId(*value));
        let in_order = |one: &Vec<u32>, other: &Vec<u32>| one.iter().map(value).cmp(other.iter().map(value));
        let (lost, gained) = (sorted(lost, in_order, interrupt), sorted(gained, in_order, interrupt));
        // Of rows that differ only in what the verb keeps, there is one.
        let key = |row: &[u32]| -> Vec<u32> { (0..row.len()).filter(|slot| !kept.contains(slot)).map(|slot| row[slot]).collect() };
        let mut others = FxHashMap::default();
        if !kept.is_empty() {
            others.reserve(gained.len());
            others.extend(interrupt.until(gained.iter()).map(|row| (key(row), row)));
        }
        let mut all: Vec<[Option<&Vec<u32>>; 2]> = Vec::new();
        for row in interrupt.until(lost.iter()) {
            all.push([Some(row), if kept.is_empty() { None } else { others.remove(&key(row)) }]);
        }
        let is_left = |row: &&Vec<u32>| kept.is_empty() || others.contains_key(&key(row));
        all.extend(interrupt.until(gained.iter()).filter(is_left).map(|row| [None, Some(row)]));
        told.left_out += all.len().saturating_sub(MAX_TOLD);
        let sentence = |row: &Vec<u32>| {
            let values: Vec<ValueId> = row.iter().map(|value| ValueId(*value)).collect();
            vec![Value::name(&self.vocabulary.sentence(relation, 0, &values, &self.dictionary))]
        };
        told.differences.extend(all.into_iter().take(MAX_TOLD).filter_map(|rows| match rows {
            [Some(lost), Some(gained)] => Some(Difference::Changed(sentence(lost), sentence(gained))),
            [Some(lost), None] => Some(Difference::Lost(sentence(lost))),
            [None, Some(gained)] => Some(Difference::Gained(sentence(gained))),
            [None, None] => None,
        }));
        if lost.len() + gained.len() > MANY_ROWS {
            discard_pieces((lost, gained));
        }
    }

    fn values_of(&self, row: &[u32]) -> Vec<Value> {
        row.iter().filter_map(|value| self.dictionary.value(ValueId(*value)).cloned()).collect()
    }
}

/// `in outage: why not Dion relies on Google?`
fn why(world: &str, is_there: bool, sentence: &str) -> String {
    format!("in {}: why {}{sentence}?", crate::syntax::words::written(world), if is_there { "" } else { "not " })
}

/// The rows that are not among others; after an interrupt only some of them, or too many.
pub(super) fn without(rows: &[Vec<Value>], others: &[Vec<Value>], interrupt: &Interrupt) -> Rows {
    // With room for all from the beginning: nobody waits until those that are there are in other places.
    let mut known = FxHashSet::with_capacity_and_hasher(others.len(), FxBuildHasher);
    known.extend(interrupt.until(others.iter()));
    interrupt.until(rows.iter()).filter(|row| !known.contains(row)).cloned().collect()
}

/// Lost and gained rows in natural order; two rows that differ in kept columns alone are one that has changed. Nothing after an interrupt.
fn paired(lost: Rows, gained: Rows, kept: &[usize], interrupt: &Interrupt) -> Vec<Difference> {
    let key = |row: &[Value]| -> Vec<Value> {
        row.iter().enumerate().filter(|(column, _)| !kept.contains(column)).map(|(_, value)| value.clone()).collect()
    };
    let mut all: BTreeMap<Vec<Value>, (Rows, Rows)> = BTreeMap::new();
    let (mut lost, mut gained) = (lost.into_iter(), gained.into_iter());
    interrupt.until(lost.by_ref()).for_each(|row| all.entry(key(&row)).or_default().0.push(row));
    interrupt.until(gained.by_ref()).for_each(|row| all.entry(key(&row)).or_default().1.push(row));
    let mut differences = Vec::new();
    let mut all = all.into_iter();
    for (_, (lost, gained)) in interrupt.until(all.by_ref()) {
        if let ([left], [right], false) = (lost.as_slice(), gained.as_slice(), kept.is_empty()) {
            differences.push(Difference::Changed(left.clone(), right.clone()));
            continue;
        }
        differences.extend(sorted(lost, Ord::cmp, interrupt).into_iter().map(Difference::Lost));
        differences.extend(sorted(gained, Ord::cmp, interrupt).into_iter().map(Difference::Gained));
    }
    if interrupt.is_raised() {
        discard_pieces((lost, gained, all, differences));
        return Vec::new();
    }
    differences
}

/// What is forbidden and holds in one of two worlds alone.
fn compare_forbidden(left: &[Violation], right: &[Violation], told: &mut Comparison) {
    let alone = |own: &[Violation], others: &[Violation]| -> Vec<String> {
        own.iter().filter(|violation| !others.contains(violation)).map(|violation| violation.because.clone()).collect()
    };
    (told.violated, told.mended) = (alone(right, left), alone(left, right));
}
