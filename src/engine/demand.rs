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
        let known = self.searched.get(&(relation, given));
        let mut steps = Steps::new(&courses, self, &bounds);
        let mut found = Found::from(value.0, dictionary.len());
        let mut next = vec![value.0];
        let mut led_to_known = false;
        while !next.is_empty() {
            // What an earlier search has found need not be searched for from where links lead to its start.
            if let Some(known) = known.filter(|known| !led_to_known && next.iter().any(|value| known.is_led_back_from(*value))) {
                led_to_known = true;
                next = found.take_all(known, &next);
            }
            next = steps.go_on(&next, &mut found)?;
            if found.values.len() as u64 > context.limits.max_facts {
                return Err(too_many(&rules[closure.rule], context));
            }
        }
        // What was found with the help of an earlier search says less of what leads back than that one does.
        if led_to_known || known.is_some_and(|known| known.values.len() >= found.values.len()) {
            return Ok(Some(found.values));
        }
        let values = found.values.clone();
        self.searched.insert((relation, given), found);
        Ok(Some(values))
    }

    /// How a relation is a closure of which nothing has been derived, if that can be searched.
    fn unknown_closure<'p>(&self, relation: RelationId, plan: &'p Plan, context: Context) -> Option<(&'p Stratum, plan::Closure)> {
        let stratum = plan.stratum(relation).filter(|stratum| !self.is_complete(stratum))?;
        let closure = self.closure_of(stratum)?;
        (context.evaluator == Evaluator::SemiNaive).then_some((stratum, closure))
    }
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
        let course = Course::of(&link.body, [link.given, link.found].map(Operand::Variable).to_vec(), database, bounds, &[])?;
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

/// What was found from a value.
#[derive(Debug)]
pub(super) struct Found {
    start: u32,
    /// The different values, and the start among them if it is led back to.
    values: Vec<u32>,
    /// For each value a bit that says whether it was found, and beside it one that is set only where links lead on to the start: so many fit
    /// where memory is quickest.
    bits: Vec<[u64; 2]>,
}

impl Found {
    /// Nothing yet, of values up to a greatest one.
    fn from(start: u32, greatest: usize) -> Self {
        let mut found = Self { start, values: Vec::new(), bits: vec![[0; 2]; greatest / 64 + 1] };
        found.bits[start as usize / 64][1] = 1 << (start % 64);
        found
    }

    fn has(&self, value: u32) -> bool {
        self.bits.get(value as usize / 64).is_some_and(|[found, _]| found >> (value % 64) & 1 == 1)
    }

    fn is_led_back_from(&self, value: u32) -> bool {
        self.bits.get(value as usize / 64).is_some_and(|[_, back]| back >> (value % 64) & 1 == 1)
    }

    /// Takes what was found from a value to which this search has got, too; gives those of some values from which there may be more.
    fn take_all(&mut self, known: &Self, next: &[u32]) -> Vec<u32> {
        if self.start == known.start || known.has(self.start) {
            self.values.clone_from(&known.values);
            return Vec::new();
        }
        self.add(known.start);
        known.values.iter().for_each(|value| self.add(*value));
        next.iter().copied().filter(|value| *value != known.start && !known.has(*value)).collect()
    }

    #[inline]
    fn add(&mut self, value: u32) {
        let (bits, bit) = (&mut self.bits[value as usize / 64], 1 << (value % 64));
        if bits[0] & bit == 0 {
            bits[0] |= bit;
            self.values.push(value);
        }
    }
}

impl Sink for Found {
    fn row(&mut self, row: &[u32]) {
        self.rows(&mut [row[0], 0], 1, &row[1..]);
    }

    fn rows(&mut self, row: &mut [u32], _column: usize, values: &[u32]) {
        let mut leads_back = 0;
        for value in values {
            self.add(*value);
            leads_back |= self.bits[*value as usize / 64][1] >> (value % 64) & 1;
        }
        self.bits[row[0] as usize / 64][1] |= leads_back << (row[0] % 64);
    }

    fn takes_more(&self) -> bool {
        true
    }
}
