//! How many answers a question has, where that is known without going through them: one sentence, all of whose values are asked for.

use super::closure::End;
use super::error::EngineError;
use super::{Context, Database, Evaluator};
use crate::logic::{Atom, Literal, Query, Term};
use crate::value::ValueId;

impl Database {
    /// The number of different bindings of a query's output; nothing if they have to be looked at. What it reads must have been derived.
    pub(crate) fn count(&mut self, query: &Query, context: Context) -> Result<Option<u64>, EngineError> {
        let ([literals], Evaluator::SemiNaive) = (query.alternatives.as_slice(), context.evaluator) else { return Ok(None) };
        let [Literal::Holds(atom)] = literals.as_slice() else { return Ok(None) };
        let mut variables = atom.variables().collect::<Vec<_>>();
        variables.sort_unstable();
        variables.dedup();
        let is_each_once = variables.len() == atom.variables().count();
        if !is_each_once || variables.is_empty() || variables.iter().any(|variable| !query.output.contains(variable)) {
            return Ok(None);
        }
        let count = if self.closure(atom.relation).is_some() && !atom.stated_only {
            self.count_pairs(atom)?
        } else if self.is_kept(atom.relation) {
            None
        } else {
            self.count_rows(atom)
        };
        self.uninterrupted()?;
        match count {
            Some(count) if count > context.limits.max_facts => Err(EngineError::TooManyFacts { max: context.limits.max_facts, head: None }),
            count => Ok(count),
        }
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
        let mut rows = stated.iter().chain((!atom.stated_only).then(|| derived.iter()).into_iter().flatten());
        let Some(first) = rows.clone().next() else { return Some(0) };
        let others = others.into_iter().map(|column| (column, first[column])).collect::<Vec<_>>();
        let is_alike = |row: &[u32]| {
            open.iter().all(|column| row[*column] != ValueId::ABSENT.0) && others.iter().all(|(column, value)| row[*column] == *value)
        };
        let count = stated.len() + if atom.stated_only { 0 } else { derived.len() };
        rows.all(|row| is_alike(row) && !self.interrupt.is_raised()).then_some(count as u64)
    }
}
