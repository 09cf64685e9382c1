//! What a question with given values asks of a closure whose direct pairs are not known: a search from the values along the rules that say
//! what holds directly, and nothing of others is derived.
//!
//! It is the top-down reading of a linear rule, as the magic sets of Bancilhon, Maier, Sagiv and Ullman (Magic sets and other strange
//! ways to implement logic programs, PODS 1986) compute it: the values that are asked for in turn are those that were found.
//! With one value given all is found that is at the other end ([`Database::search`]), with both the [`ways`] between them.

mod ways;

use super::course::{Course, Leg};
use super::error::EngineError;
use super::evaluate::too_many;
use super::join::Bounds;
use super::loops::{Loops, Sink, State};
use super::{Context, Database, Evaluator};
use crate::logic::{Atom, Literal, Operand, Query, RelationId, Rule, Term, VariableId};
use crate::plan::{self, Body, Plan, Stratum};
use crate::value::Dictionary;

/// What leads from a value to those it is directly linked with.
struct Link {
    body: Body,
    given: VariableId,
    found: VariableId,
}

impl Database {
    /// The values that a question asks for, if it asks for one end of the pairs of a closure that nothing is known of, and they can be
    /// searched for. The values are in the order in which they are found.
    pub(crate) fn search(
        &mut self,
        query: &Query,
        plan: &Plan,
        rules: &[Rule],
        dictionary: &mut Dictionary,
        context: Context,
    ) -> Result<Option<Vec<u32>>, EngineError> {
        let Some((relation, ends)) = ends(query) else { return Ok(None) };
        let (value, given) = match ends {
            [Term::Value(value), Term::Variable(open)] if *query.output == [open] => (value, 0),
            [Term::Variable(open), Term::Value(value)] if *query.output == [open] => (value, 1),
            _ => return Ok(None),
        };
        let Some((stratum, closure)) = self.unknown_closure(relation, plan, context) else { return Ok(None) };
        let Some(links) = links(stratum, closure.rule, rules, given) else { return Ok(None) };
        self.derive(stratum.needs.iter().copied(), plan, rules, dictionary, context)?;
        let bounds = Bounds::all(self);
        let Some(courses) = courses(&links, self, &bounds)? else { return Ok(None) };
        let asked = Asked { relation, given, value: value.0 };
        let known = self.searched.take();
        if let Some(known) = known
            && known.found.values.len() as u64 <= context.limits.max_facts
            && self.is_same((asked, &known), (stratum, closure, rules), dictionary.len())?
        {
            let values = known.found.values.clone();
            self.searched = Some(known);
            return Ok(Some(values));
        }
        let mut steps = Steps::new(&courses, self, &bounds);
        let mut found = Found::up_to(dictionary.len());
        let mut next = vec![value.0];
        while !next.is_empty() {
            next = steps.go_on(&next, &mut found)?;
            if found.values.len() as u64 > context.limits.max_facts {
                return Err(too_many(&rules[closure.rule], context));
            }
        }
        let values = found.values.clone();
        self.searched = Some(Searched { asked, found });
        Ok(Some(values))
    }

    /// Whether a search would find what another one has found: two values that reach each other reach the same, and are reached by the same. One of
    /// them was found from the other, and both are [searched from](ways) for a way back.
    fn is_same(
        &mut self,
        (asked, known): (Asked, &Searched),
        (stratum, closure, rules): (&Stratum, plan::Closure, &[Rule]),
        values: usize,
    ) -> Result<bool, EngineError> {
        let Asked { relation, given, value } = known.asked;
        if (relation, given) != (asked.relation, asked.given) || asked.value == value {
            return Ok(asked == known.asked);
        }
        if !known.found.has(asked.value) {
            return Ok(false);
        }
        let Some(links) = ways::links_of_both(stratum, closure.rule, rules) else { return Ok(false) };
        let (from, to) = if given == 0 { (asked.value, value) } else { (value, asked.value) };
        let found = self.search_from_both(&links, values, |search| Ok(search.meet(from, to)?.is_some()))?;
        Ok(found.unwrap_or_default())
    }

    /// How a relation is a closure of which nothing has been derived, if that can be searched.
    fn unknown_closure<'p>(&self, relation: RelationId, plan: &'p Plan, context: Context) -> Option<(&'p Stratum, plan::Closure)> {
        let stratum = plan.stratum(relation).filter(|stratum| !self.is_complete(stratum))?;
        let closure = self.closure_of(stratum)?;
        (context.evaluator == Evaluator::SemiNaive).then_some((stratum, closure))
    }
}

/// What was searched for: what is at the other end of pairs with a value in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    relation: RelationId,
    given: usize,
    value: u32,
}

/// What was found in a search, kept until anything changes.
#[derive(Debug)]
pub(super) struct Searched {
    asked: Asked,
    found: Found,
}

/// What a question asks of which pairs, if it asks for nothing else.
fn ends(query: &Query) -> Option<(RelationId, [Term; 2])> {
    let [literals] = query.alternatives.as_slice() else { return None };
    let [Literal::Holds(Atom { relation, terms, stated_only: false, .. })] = literals.as_slice() else { return None };
    let &[from, to] = terms.as_slice() else { return None };
    Some((*relation, [from, to]))
}

/// The links that the rules of a closure say, and at last the stated pairs; nothing if some of them cannot be gone along. `given` is the column of
/// the value from which it goes on.
fn links(stratum: &Stratum, recursive: usize, rules: &[Rule], given: usize) -> Option<Vec<Link>> {
    let link = |literals: &[Literal], variables: usize, ends: &[Term]| {
        let (Term::Variable(given), Term::Variable(found)) = (*ends.get(given)?, *ends.get(1 - given)?) else { return None };
        let body = plan::body_from(literals, variables, given);
        (given != found).then_some(Link { body, given, found })
    };
    let &[relation] = stratum.relations.as_slice() else { return None };
    let ends = [0, 1].map(|variable| Term::Variable(VariableId(variable)));
    let stated = Literal::Holds(Atom { relation, reading: 0, terms: ends.to_vec(), stated_only: true });
    let direct = stratum.rules.iter().map(|plan| &rules[plan.rule]).zip(&stratum.rules).filter(|(_, plan)| plan.rule != recursive);
    let links = direct.map(|(rule, _)| link(&rule.body, rule.variables.len(), &rule.head.terms));
    links.chain(std::iter::once(link(&[stated], 2, &ends))).collect()
}

/// How links are gone along, with all lists at hand; nothing if some of them would have to look through all rows for each value.
fn courses<'l>(links: &'l [Link], database: &mut Database, bounds: &Bounds) -> Result<Option<Vec<(Course<'l>, VariableId)>>, EngineError> {
    let course = |link: &'l Link| {
        let course = Course::of(&link.body, vec![Operand::Variable(link.found)], database, bounds, &[])?;
        (!course.legs.iter().any(|leg| matches!(leg, Leg::Rows { .. }))).then_some((course, link.given))
    };
    let courses: Option<Vec<_>> = links.iter().map(course).collect();
    courses.iter().flatten().for_each(|(course, _)| course.prepare(database, bounds));
    database.uninterrupted()?;
    Ok(courses)
}

/// All links, ready to be gone along.
struct Steps<'a> {
    database: &'a Database,
    links: Vec<(Loops<'a>, VariableId, State)>,
}

impl<'a> Steps<'a> {
    fn new(courses: &'a [(Course<'a>, VariableId)], database: &'a Database, bounds: &'a Bounds) -> Self {
        let link = |(course, given): &'a (Course<'a>, VariableId)| {
            let loops = Loops::new(course, database, bounds);
            let state = loops.state();
            (loops, *given, state)
        };
        Self { database, links: courses.iter().map(link).collect() }
    }

    /// One step from each of some values, along all links; gives what was not found before.
    fn go_on(&mut self, values: &[u32], found: &mut Found) -> Result<Vec<u32>, EngineError> {
        let known = found.values.len();
        for (loops, given, state) in &mut self.links {
            loops.run_from(*given, values, state, found);
        }
        self.database.uninterrupted()?;
        Ok(found.values[known..].to_vec())
    }
}

/// The different values that were found.
#[derive(Debug)]
struct Found {
    values: Vec<u32>,
    /// A bit for each value: so many fit where memory is quickest.
    seen: Vec<u64>,
}

impl Found {
    /// Of values up to a greatest one.
    fn up_to(greatest: usize) -> Self {
        Self { values: Vec::new(), seen: vec![0; greatest / 64 + 1] }
    }

    fn has(&self, value: u32) -> bool {
        self.seen.get(value as usize / 64).is_some_and(|word| word >> (value % 64) & 1 == 1)
    }

    #[inline]
    fn add(&mut self, value: u32) {
        let (word, bit) = (&mut self.seen[value as usize / 64], 1 << (value % 64));
        if *word & bit == 0 {
            *word |= bit;
            self.values.push(value);
        }
    }
}

impl Sink for Found {
    fn row(&mut self, row: &[u32]) {
        row.iter().for_each(|value| self.add(*value));
    }

    fn rows(&mut self, _row: &mut [u32], _column: usize, values: &[u32]) {
        values.iter().for_each(|value| self.add(*value));
    }

    fn takes_more(&self) -> bool {
        true
    }
}
