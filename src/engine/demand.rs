//! What a question with a given value asks of a closure whose direct pairs are not known: a search from the value along the rules that say
//! what holds directly, and nothing of others is derived.
//!
//! It is the top-down reading of a linear rule, as the magic sets of Bancilhon, Maier, Sagiv and Ullman (Magic sets and other strange
//! ways to implement logic programs, PODS 1986) compute it: the values that are asked for in turn are those that were found.

use super::course::{Course, Leg};
use super::error::EngineError;
use super::evaluate::too_many;
use super::join::Bounds;
use super::loops::{Loops, Sink};
use super::{Context, Database, Evaluator};
use crate::logic::{Atom, Literal, Operand, Query, RelationId, Rule, Term, VariableId};
use crate::plan::{Body, Plan, Stratum};
use crate::value::{Dictionary, ValueId};

/// A question about one end of the pairs of a relation.
#[derive(Clone, Copy)]
struct Demand {
    relation: RelationId,
    /// The value that is given, and in which column.
    value: ValueId,
    given: usize,
}

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
        let Some(demand) = Demand::of(query).filter(|_| context.evaluator == Evaluator::SemiNaive) else { return Ok(None) };
        let Some(stratum) = plan.stratum(demand.relation).filter(|_| self.is_unknown(demand.relation, plan)) else { return Ok(None) };
        let Some(closure) = stratum.closure else { return Ok(None) };
        if !closure.form.takes_stated() && self.stated(demand.relation).len() > 0 {
            return Ok(None);
        }
        let Some(links) = links(stratum, closure.rule, rules, demand) else { return Ok(None) };
        self.derive(stratum.needs.iter().copied(), plan, rules, dictionary, context)?;
        let bounds = Bounds::all(self);
        let mut courses = Vec::new();
        for link in &links {
            let Some(course) = Course::of(&link.body, vec![Operand::Variable(link.found)], self, &bounds, &[]) else { return Ok(None) };
            if course.legs.iter().any(|leg| matches!(leg, Leg::Rows { .. })) {
                // Each value would have to be looked for among all rows.
                return Ok(None);
            }
            courses.push((course, link.given));
        }
        courses.iter().for_each(|(course, _)| course.prepare(self, &bounds));
        self.uninterrupted()?;
        let loops = courses.iter().map(|(course, given)| (Loops::new(course, self, &bounds), *given)).collect::<Vec<_>>();
        let mut states = loops.iter().map(|(loops, _)| loops.state()).collect::<Vec<_>>();
        let mut sink = Found { values: Vec::new(), seen: vec![false; dictionary.len() + 1] };
        let mut next = 0;
        let mut value = demand.value.0;
        loop {
            for ((loops, given), state) in loops.iter().zip(&mut states) {
                loops.run_from(*given, value, state, &mut sink);
            }
            self.uninterrupted()?;
            if sink.values.len() as u64 > context.limits.max_facts {
                return Err(too_many(&rules[closure.rule], context));
            }
            let Some(&found) = sink.values.get(next) else { return Ok(Some(sink.values)) };
            value = found;
            next += 1;
        }
    }

    /// Whether nothing has been derived yet of a relation that rules conclude.
    fn is_unknown(&self, relation: RelationId, plan: &Plan) -> bool {
        plan.stratum(relation).is_some_and(|stratum| !self.is_complete(stratum))
    }
}

impl Demand {
    fn of(query: &Query) -> Option<Self> {
        let ([literals], &[output]) = (query.alternatives.as_slice(), query.output.as_slice()) else { return None };
        let [Literal::Holds(Atom { relation, terms, stated_only: false, .. })] = literals.as_slice() else { return None };
        let (value, given) = match terms[..] {
            [Term::Value(value), Term::Variable(open)] if open == output => (value, 0),
            [Term::Variable(open), Term::Value(value)] if open == output => (value, 1),
            _ => return None,
        };
        Some(Self { relation: *relation, value, given })
    }
}

/// The links that the rules of a closure say, and the stated pairs; nothing if some of them cannot be gone along.
fn links(stratum: &Stratum, recursive: usize, rules: &[Rule], demand: Demand) -> Option<Vec<Link>> {
    let link = |literals: &[Literal], variables: usize, ends: &[Term]| {
        let &[from, to] = ends else { return None };
        let (given, found) = if demand.given == 0 { (from, to) } else { (to, from) };
        let (Term::Variable(given), Term::Variable(found)) = (given, found) else { return None };
        let body = crate::plan::body_from(literals, variables, given);
        (given != found).then_some(Link { body, given, found })
    };
    let ends = [0, 1].map(|variable| Term::Variable(VariableId(variable)));
    let stated = Literal::Holds(Atom { relation: demand.relation, reading: 0, terms: ends.to_vec(), stated_only: true });
    let direct = stratum.rules.iter().map(|plan| &rules[plan.rule]).zip(&stratum.rules).filter(|(_, plan)| plan.rule != recursive);
    let links = direct.map(|(rule, _)| link(&rule.body, rule.variables.len(), &rule.head.terms));
    links.chain(std::iter::once(link(&[stated], 2, &ends))).collect()
}

/// The different values that were found.
struct Found {
    values: Vec<u32>,
    seen: Vec<bool>,
}

impl Found {
    fn add(&mut self, value: u32) {
        if !std::mem::replace(&mut self.seen[value as usize], true) {
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
