//! What differs where of the rows that agree in all columns but one only the best is kept: what is stated stands among what is derived, a
//! better row takes the place of its rival, and for a row that is lost the best of those is looked for that may take its place.
//!
//! A better value only ever leads to better ones (see [`crate::plan`]), so what followed from the rival need not be taken out first: it has
//! rivals itself in what follows from the better one. What is lost rests on the best rows where [`Support`] says so; elsewhere a row that a
//! better one has replaced may be what all rests on in the end, even the better one, and it is not there any more. There every row is in
//! question for which a rule concludes less than before, whatever its value: what is left then follows without any of them.

use super::{Candidate, OwnRow, Update, conclude, matched};
use crate::engine::error::EngineError;
use crate::engine::evaluate::{at_rule, check};
use crate::engine::is_better;
use crate::engine::net::Net;
use crate::logic::{RelationId, Rule, Term};
use crate::plan::{RulePlan, Support};
use crate::source::Span;
use crate::value::{Dictionary, ValueId};

impl Update<'_> {
    /// Notes what was stated of a relation and may be what its best rows rest on, and what is stated now.
    pub(super) fn begin_kept(
        &mut self,
        relation: RelationId,
        gone: &mut Vec<OwnRow>,
        stated: &mut Vec<Candidate>,
    ) -> Result<(), EngineError> {
        self.database.derived[relation.index()].leave_best(&self.database.interrupt);
        self.database.uninterrupted()?;
        let table = self.database.derived(relation);
        for (row, is_added) in self.before.stated.get(relation).into_iter().flat_map(Net::iter) {
            if is_added {
                stated.push(Candidate { row: (relation, row.to_vec()), rule: None });
            } else if let Some(best) = table.rival(row).map(|number| table.row(number))
                && (best == row || self.stratum.support != Support::Best)
            {
                gone.push((relation, best.to_vec()));
            }
        }
        Ok(())
    }

    /// Of the columns of a relation by which rows are in question those that count.
    pub(super) fn columns_in_question(&self, relation: RelationId, columns: &[usize]) -> Vec<usize> {
        let kept = self.database.shapes[relation.index()].keeping.filter(|_| self.stratum.support != Support::Best);
        columns.iter().copied().filter(|column| kept.is_none_or(|(_, kept)| kept != *column)).collect()
    }

    /// Finds the row that may take the place of one that is lost.
    pub(super) fn successor(&mut self, relation: RelationId, row: &[u32], found: &mut Vec<Candidate>) -> Result<(), EngineError> {
        let Some((extreme, column)) = self.database.shapes[relation.index()].keeping else { return Ok(()) };
        let first = found.len();
        let mut propose = |row: &[u32], rule: Option<usize>, dictionary: &Dictionary| {
            let value = |row: &[u32]| ValueId(row[column]);
            let candidate = Candidate { row: (relation, row.to_vec()), rule };
            match found[first..].last_mut().map(|best| (is_better(extreme, value(row), value(&best.row.1), dictionary), best)) {
                Some((Some(true), best)) => *best = candidate,
                Some((Some(false), _)) => {}
                // What cannot be ordered is told when it is added.
                Some((None, _)) | None => found.push(candidate),
            }
        };
        let given: Vec<usize> = (0..row.len()).filter(|own| *own != column).collect();
        let stated = &mut self.database.stated[relation.index()];
        if given.is_empty() {
            stated.iter().for_each(|row| propose(row, None, self.dictionary));
        } else {
            stated.index(&given, &self.database.interrupt);
            self.database.uninterrupted()?;
            let stated = self.database.stated(relation);
            let values = given.iter().map(|own| row[*own]);
            let matching = stated.matching(&given, &values).into_iter().flatten();
            matching.for_each(|number| propose(stated.row(number), None, self.dictionary));
        }
        for plan in self.plans() {
            let rule = &self.rules[plan.rule];
            if rule.head.relation != relation {
                continue;
            }
            let terms = rule.head.terms.iter().enumerate();
            // Whatever value a rule concludes there.
            let open: Vec<Term> = terms.map(|(own, term)| if own == column { Term::Unmentioned } else { *term }).collect();
            let Some(binding) = matched(&open, row, rule.variables.len()) else { continue };
            let body = plan.changes(self.rules).check_but(rule, column);
            let mut head = vec![0; row.len()];
            self.run(plan, body, binding, |binding, dictionary| {
                conclude(rule, binding, &mut head);
                propose(&head, Some(plan.rule), dictionary);
                Ok(true)
            })?;
        }
        Ok(())
    }

    /// Adds a row that is better than what is there, in the place of its rival; tells whether it is.
    pub(super) fn add_best(&mut self, relation: RelationId, row: &[u32]) -> Result<bool, EngineError> {
        let counts = self.database.would_count(relation, row, self.dictionary, Span::default());
        let rule = self.stratum.rules.iter().find(|plan| self.rules[plan.rule].head.relation == relation);
        let counts = match (counts, rule) {
            (Ok(counts), _) => counts,
            (Err(fault), Some(plan)) => return Err(at_rule(fault, &self.rules[plan.rule], plan.rule, &[])),
            // What is stated fits the kind of its slot, so it can be ordered.
            (Err(_), None) => false,
        };
        if counts {
            let table = &mut self.database.derived[relation.index()];
            if let Some(rival) = table.rival(row) {
                let rival = table.row(rival).to_vec();
                table.remove(&rival);
                self.net.note(relation, &rival, false);
            }
            self.database.derived[relation.index()].keep(row);
        }
        Ok(counts)
    }
}

/// An error if a rule makes a kept value better than those that it comes from.
pub(super) fn guarded(plan: &RulePlan, rule: &Rule, binding: &[u32], head: &[u32], dictionary: &mut Dictionary) -> Result<(), EngineError> {
    let Some(guard) = &plan.guard else { return Ok(()) };
    check(guard, binding, head[guard.column], dictionary).map_err(|fault| at_rule(fault, rule, plan.rule, binding))
}
