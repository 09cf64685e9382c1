//! How many answers a question has: for one sentence, all of whose values are asked for, without going through them, and without keeping
//! them where plain sentences give each of them once.

use super::closure::End;
use super::course::Course;
use super::error::EngineError;
use super::join::{Bounds, Join};
use super::loops::Loops;
use super::{Context, Database, Evaluator, threads};
use crate::logic::{Atom, Literal, Operand, Query, Term};
use crate::plan::Version;
use crate::value::{Dictionary, ValueId};

impl Database {
    /// The number of different bindings of a query's output. What it reads must have been derived.
    pub(crate) fn count(&mut self, query: &Query, dictionary: &mut Dictionary, context: Context) -> Result<u64, EngineError> {
        let counted = match (query.alternatives.as_slice(), context.evaluator) {
            ([literals], Evaluator::SemiNaive) => match literals.as_slice() {
                [Literal::Holds(atom)] => self.count_of(atom, query)?,
                literals => self.count_each(literals, query, context)?,
            },
            (_, Evaluator::SemiNaive | Evaluator::Naive) => None,
        };
        self.uninterrupted()?;
        let Some(count) = counted else { return Ok(self.solve(query, dictionary, context)?.len() as u64) };
        if count > context.limits.max_facts {
            return Err(EngineError::TooManyFacts { max: context.limits.max_facts, head: None });
        }
        Ok(count)
    }

    /// How many rows match an atom, if they need not be looked at.
    fn count_of(&mut self, atom: &Atom, query: &Query) -> Result<Option<u64>, EngineError> {
        let mut variables = atom.variables().collect::<Vec<_>>();
        variables.sort_unstable();
        variables.dedup();
        let is_each_once = variables.len() == atom.variables().count();
        if !is_each_once || variables.is_empty() || variables.iter().any(|variable| !query.output.contains(variable)) {
            return Ok(None);
        }
        if self.closure(atom.relation).is_some() && !atom.stated_only {
            return self.count_pairs(atom);
        }
        Ok(if self.is_kept(atom.relation) { None } else { self.count_rows(atom) })
    }

    /// How many bindings satisfy sentences, if each of their values is asked for, so that none comes twice.
    fn count_each(&mut self, literals: &[Literal], query: &Query, context: Context) -> Result<Option<u64>, EngineError> {
        let is_asked = |term: &Term| match term {
            Term::Value(_) => true,
            Term::Variable(variable) => query.output.contains(variable),
            Term::Something | Term::Unmentioned => false,
        };
        let is_each_once = literals.iter().all(|literal| match literal {
            Literal::Holds(atom) => atom.terms.iter().all(is_asked),
            Literal::Fails(..) | Literal::Compares(_) => true,
            Literal::Matches(_) | Literal::Aggregates(_) | Literal::Every(_) => false,
        });
        if !is_each_once || query.output.is_empty() {
            return Ok(None);
        }
        let body = crate::plan::body(literals, query.variables.len(), &query.output, None, |_| Version::Total);
        if Join::is_void(&body, self) {
            return Ok(Some(0));
        }
        let bounds = Bounds::all(self);
        let head = query.output.iter().map(|variable| Operand::Variable(*variable)).collect();
        let Some(course) = Course::of(&body, head, self, &bounds, &[]) else { return Ok(None) };
        course.prepare(self, &bounds);
        self.uninterrupted()?;
        let loops = Loops::new(&course, self, &bounds);
        Ok(Some(threads::count(self.threads, &loops, context.limits.max_facts)))
    }

    fn count_pairs(&mut self, atom: &Atom) -> Result<Option<u64>, EngineError> {
        let end = |term: &Term| match term {
            Term::Value(value) => Some(End::Given(value.0)),
            Term::Variable(_) => Some(End::Open),
            Term::Something | Term::Unmentioned => None,
        };
        let &[from, to] = atom.terms.as_slice() else { return Ok(None) };
        let (Some(from), Some(to)) = (end(&from), end(&to)) else { return Ok(None) };
        self.prepare_pairs(atom.relation, from, to)?;
        Ok(self.closure(atom.relation).and_then(|closure| closure.count(from, to)))
    }

    /// The number of rows, if they differ in what is asked for: all other columns hold the same in every row.
    fn count_rows(&self, atom: &Atom) -> Option<u64> {
        let mut open = Vec::new();
        let mut others = Vec::new();
        for (column, term) in atom.terms.iter().enumerate() {
            match term {
                Term::Variable(_) => open.push(column),
                Term::Unmentioned => others.push(column),
                Term::Value(_) | Term::Something => return None,
            }
        }
        let (stated, derived) = (self.stated(atom.relation), self.derived(atom.relation));
        let count = stated.len() + if atom.stated_only { 0 } else { derived.len() };
        if others.is_empty() && stated.is_filled(&self.interrupt) && (atom.stated_only || derived.is_filled(&self.interrupt)) {
            return Some(count as u64);
        }
        let mut rows = stated.iter().chain((!atom.stated_only).then(|| derived.iter()).into_iter().flatten());
        let Some(first) = rows.clone().next() else { return Some(0) };
        let others = others.into_iter().map(|column| (column, first[column])).collect::<Vec<_>>();
        let is_alike = |row: &[u32]| {
            open.iter().all(|column| row[*column] != ValueId::ABSENT.0) && others.iter().all(|(column, value)| row[*column] == *value)
        };
        rows.all(|row| is_alike(row) && !self.interrupt.is_raised()).then_some(count as u64)
    }
}
