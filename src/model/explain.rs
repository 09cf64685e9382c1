//! `why`, `how does`, `all reasons`, `all chains`: derives what a sentence needs and asks [`crate::explain`] for what stands behind it.

use super::run::relations_of;
use super::{AnswerKind, Answers, Model};
use crate::diagnostics::Problem;
use crate::engine::EngineError;
use crate::explain::{Along, Explainer, Reason};
use crate::logic::{self, Atom, Literal, Place, Query, Term};
use crate::syntax::ast::ExplanationForm;
use crate::value::ValueId;

/// So many bindings and rows are looked at for one explanation.
const MAX_WORK: usize = 1_000_000;

/// So many for the reason that an ordinary answer gives.
pub(super) const MAX_PASSING_WORK: usize = 5_000;

impl Model {
    pub(super) fn explainer(&mut self, left: usize) -> Explainer<'_> {
        Explainer {
            vocabulary: &self.vocabulary,
            dictionary: &mut self.dictionary,
            rules: &self.rules,
            told_rules: self.told_rules,
            plan: &self.plan,
            database: &mut self.database,
            places: &self.places,
            left,
            avoided: None,
            replaced: None,
        }
    }

    pub(super) fn explain(&mut self, explanation: &logic::Explanation) -> Result<Answers, Problem> {
        let query = &explanation.query;
        let place = &query.place;
        let explained = if let Some(explained) = self.explained_of_part(explanation)? {
            explained
        } else {
            self.derive(&relations_of(&query.alternatives), place)?;
            self.explained(explanation)
        };
        let explained = explained.map_err(|error| self.problem(error, place))?;
        let mut warnings = self.unknown_names(&query.names, &place.source);
        if matches!(explained, AnswerKind::Missing { .. }) {
            warnings.extend(self.names_of_other_kinds(query)?);
        }
        Ok(Answers { question: query.text.clone(), place: place.clone(), kind: explained, warnings, day: self.database.day() })
    }

    /// The explanation of what holds, for which only a part was derived of what the question reads. What is missing, and chains through others, may
    /// be found among all alone.
    fn explained_of_part(&mut self, explanation: &logic::Explanation) -> Result<Option<Result<AnswerKind, EngineError>>, Problem> {
        if explanation.form == ExplanationForm::Chains {
            return Ok(None);
        }
        let one_way = explanation.form != ExplanationForm::Reasons;
        self.in_part(&explanation.query, one_way, |model, table| (table.len() > 0).then(|| model.explained(explanation)))
    }

    fn explained(&mut self, explanation: &logic::Explanation) -> Result<AnswerKind, EngineError> {
        let query = &explanation.query;
        let mut explainer = self.explainer(MAX_WORK);
        Ok(match explanation.form {
            ExplanationForm::Why | ExplanationForm::How => match explainer.proof(query)? {
                Some(proof) if explanation.form == ExplanationForm::How => AnswerKind::Way(Box::new(proof)),
                Some(proof) => AnswerKind::Proof { proof: Box::new(proof), is_denied: explanation.is_denied },
                None => return self.missing(query),
            },
            ExplanationForm::Reasons => match explainer.reasons(query)? {
                Some((proofs, left_out)) => AnswerKind::Reasons { proofs, left_out },
                None => return self.missing(query),
            },
            ExplanationForm::Chains => match self.along(query) {
                Some(along) => AnswerKind::Chains(Box::new(self.explainer(MAX_WORK).chains(&along)?)),
                None => AnswerKind::Chains(Box::default()),
            },
        })
    }

    fn missing(&mut self, query: &Query) -> Result<AnswerKind, EngineError> {
        let missing = Box::new(self.explainer(MAX_WORK).missing(query)?);
        let (nearness, near_miss) = self.near_miss(query).unzip();
        Ok(AnswerKind::Missing { missing, near_miss, nearness })
    }

    /// What links the names of a sentence: the first two places that hold the same sort of things.
    fn along(&self, query: &Query) -> Option<Along> {
        let [literals] = query.alternatives.as_slice() else { return None };
        let [Literal::Holds(atom)] = literals.as_slice() else { return None };
        let slots = &self.vocabulary.relation(atom.relation).slots;
        let reading = self.vocabulary.reading(atom.relation, atom.reading);
        let said = [reading.subject].into_iter().chain(reading.object).chain(reading.phrases.iter().map(|(_, slot)| *slot));
        let said: Vec<usize> = said.filter(|slot| atom.terms[*slot] != Term::Unmentioned).collect();
        let later = |(number, one): (usize, &usize)| said[number + 1..].iter().map(|other| (*one, *other)).collect::<Vec<_>>();
        let pairs: Vec<(usize, usize)> = said.iter().enumerate().flat_map(later).collect();
        let is_alike = |(one, other): &&(usize, usize)| slots[*one].kind == slots[*other].kind;
        let columns = *pairs.iter().find(is_alike).or(pairs.first())?;
        let value = |slot: usize| if let Term::Value(value) = atom.terms[slot] { Some(value.0) } else { None };
        let (from, to) = (value(columns.0), value(columns.1));
        let mut open = atom.clone();
        (open.terms[columns.0], open.terms[columns.1]) = (Term::Something, Term::Something);
        Some(Along { atom: open, columns, from, to })
    }

    // ---- Reasons that other answers give

    /// What the answer yes rests on. The query has been found to hold.
    pub(super) fn witness(&mut self, query: &Query) -> Reason {
        self.explainer(MAX_PASSING_WORK).witness(query).unwrap_or_default()
    }

    /// What a row rests on directly that follows from a rule.
    pub(super) fn reason(&mut self, atom: &Atom, row: &[u32], place: &Place) -> Reason {
        let terms = row.iter().map(|value| Term::Value(ValueId(*value))).collect();
        let atom = Atom { terms, ..atom.clone() };
        self.explainer(MAX_PASSING_WORK).reason(&atom, place).unwrap_or_default()
    }

    /// The stated facts that a sentence rests on, through all rules.
    pub(super) fn stated_behind(&mut self, atom: &Atom, place: &Place) -> Vec<String> {
        self.explainer(MAX_PASSING_WORK).stated_behind(atom, place).unwrap_or_default()
    }

    /// An atom as a sentence, with `something` where it says nothing.
    pub(super) fn said(&self, atom: &Atom) -> String {
        crate::explain::said(&self.vocabulary, &self.dictionary, atom, None)
    }

    /// That an atom does not hold, as a sentence.
    pub(super) fn denied(&self, atom: &Atom) -> String {
        crate::explain::denied(&self.vocabulary, &self.dictionary, atom)
    }

    /// A `because` text with values where variables stand.
    pub(super) fn filled_in(&self, because: &str, value: impl Fn(&str) -> Option<ValueId>) -> String {
        crate::explain::filled_in(because, &self.dictionary, value)
    }
}
