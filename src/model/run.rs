//! Runs the steps of a script, each whole or not at all.

use std::sync::Arc;

use super::error::RunError;
use super::wanted::Wanted;
use super::{Files, Model, Outcome, Script, Told};
use crate::data::Imported;
use crate::data::error::DataError;
use crate::diagnostics::{Error, Problem};
use crate::discard::{discard, discard_pieces};
use crate::engine::{Activity, Context, Interrupted};
use crate::explain::Reason;
use crate::logic::{Action, Atom, Export, Fact, Import, Literal, Place, Rows, Term, World};
use crate::value::ValueId;

/// So many rows of a file are looked at before it is asked whether somebody interrupts.
const ROWS_PER_LOOK: usize = 1 << 16;

/// Freeing more rows of answers takes milliseconds.
pub(super) const MANY_ROWS: usize = 1 << 16;

impl Model {
    /// Runs the next statement of a script; nothing if none is left. After an error the statement has changed nothing, and the
    /// script may go on.
    pub fn step(&mut self, script: &mut Script, files: &dyn Files) -> Option<Result<Outcome, Problem>> {
        let step = script.next()?;
        if !Arc::ptr_eq(&script.owner, &self.identity) {
            return Some(Err(Problem::new(RunError::ForeignScript { at: step.place.span }, step.place.source)));
        }
        let mut outcome = self.run(&step.action, &step.place, files);
        if let Ok(outcome) = &mut outcome {
            outcome.without_told(&mut script.told);
        }
        Some(outcome)
    }

    pub(super) fn run_all(&mut self, mut script: Script, files: &dyn Files) -> Result<Told, Error> {
        let mut told = Told { outcomes: Vec::with_capacity(script.len()), warnings: std::mem::take(&mut script.warnings) };
        while let Some(outcome) = self.step(&mut script, files) {
            told.outcomes.push(outcome?);
        }
        Ok(told)
    }

    pub(super) fn run(&mut self, action: &Action, place: &Place, files: &dyn Files) -> Result<Outcome, Problem> {
        let _at_work = self.database.interrupt.at_work();
        if let (Some(entered), true) = (self.entered, action.asks()) {
            let (supposed, action) = action.clone().supposed();
            return self.run_in(&World { scenario: Some(entered), is_named: true, supposed }, &action, place);
        }
        let outer = self.database.turn_to(match action {
            Action::State(_) | Action::StateEach(_) | Action::Forget(_) | Action::AsOf(_) => Activity::State,
            Action::Import(_) => Activity::Import,
            Action::Ask(_)
            | Action::Describe(_)
            | Action::Remedy(_)
            | Action::Explain(_)
            | Action::Export(_)
            | Action::In(..)
            | Action::Compare(_) => Activity::Answer,
            Action::Expect(_) => Activity::Check,
        });
        let mut outcome = self.carry_out(action, place, files);
        if matches!(outcome, Ok(Outcome::Answered(_) | Outcome::Checked(_)))
            && let Err(problem) = self.uninterrupted(&place.source, place.span)
        {
            // What was left out after an interrupt must not be taken for all there is.
            discard_pieces(std::mem::replace(&mut outcome, Err(problem)));
        }
        self.database.turn_to(outer);
        outcome
    }

    fn carry_out(&mut self, action: &Action, place: &Place, files: &dyn Files) -> Result<Outcome, Problem> {
        match action {
            Action::State(facts) => {
                let new = self.state(facts, place).map_err(|Interrupted| self.stopped(place))?;
                Ok(Outcome::Stated { new, total: facts.len() })
            }
            Action::StateEach(_) => unreachable!("a script gives these one by one"),
            Action::Forget(pattern) => self.forget(pattern, place).map(Outcome::Forgot),
            Action::Import(import) => {
                let Imported { facts, skipped, warning } = self.import(import, place, files)?;
                let warnings = warning.map(|warning| Problem::new(warning, place.source.clone())).into_iter().collect();
                let total = usize::try_from(facts.len).unwrap_or(usize::MAX);
                let new = self.state_rows(import, facts).map_err(|Interrupted| self.stopped(place))?;
                Ok(Outcome::Imported { new, total, skipped, warnings })
            }
            Action::Ask(query) => self.answer(query).map(Outcome::Answered),
            Action::Describe(description) => self.describe(description, place).map(Outcome::Answered),
            Action::Remedy(remedy) => self.remedy(remedy, place).map(Outcome::Answered),
            Action::Explain(explanation) => self.explain(explanation).map(Outcome::Answered),
            Action::Expect(expectation) => self.check(expectation, place).map(Outcome::Checked),
            Action::Export(export) => self.export(export, place, files),
            Action::AsOf(day) => {
                self.database.set_day(*day, &self.dictionary).map_err(|Interrupted| self.stopped(place))?;
                Ok(Outcome::Day(*day))
            }
            Action::In(world, action) => self.run_in(world, action, place),
            Action::Compare(comparison) => self.compare(comparison, place).map(Outcome::Answered),
        }
    }

    /// How many of the facts were new.
    pub(super) fn state(&mut self, facts: &[Fact], place: &Place) -> Result<usize, Interrupted> {
        let noted = self.places.noted();
        let line = place.source.line_and_column(place.span.start).0;
        for fact in facts {
            self.places.note(place.source.name(), line, fact.reading, fact.relation, &fact.values);
        }
        let new = self.database.state(facts, &self.dictionary).inspect_err(|_| self.places.restore(noted))?;
        facts.iter().flat_map(|fact| &fact.values).for_each(|value| self.mention(*value));
        Ok(new)
    }

    /// How many of the rows were new.
    fn state_rows(&mut self, import: &Import, mut rows: Rows) -> Result<usize, Interrupted> {
        let Atom { relation, reading, .. } = import.pattern;
        let width = self.vocabulary.relation(relation).slots.len();
        let interrupt = self.interrupt();
        let mentioned = self.mentioned_by(&rows, &import.pattern);
        let noted = self.places.noted();
        let numbers = std::mem::take(&mut rows.numbers);
        self.places.note_rows(&import.path, reading, relation, (width, &rows.data), numbers, &interrupt);
        let stated = if interrupt.is_raised() {
            discard(rows);
            Err(Interrupted)
        } else {
            self.database.state_rows(relation, rows, &self.dictionary)
        };
        let new = stated.inspect_err(|_| self.places.restore(noted))?;
        mentioned.into_iter().for_each(|value| self.mention(value));
        Ok(new)
    }

    /// The values of rows of a pattern that nothing has mentioned before; after an interrupt only some of them.
    fn mentioned_by(&self, rows: &Rows, pattern: &Atom) -> Vec<ValueId> {
        let mut known = self.mentioned.clone();
        known.resize(self.dictionary.len() + 1, false);
        known[ValueId::ABSENT.0 as usize] = true;
        // In all other columns each row has what the first one has.
        let open = (0..pattern.terms.len()).filter(|column| pattern.terms[*column].variable().is_some()).collect::<Vec<_>>();
        let width = pattern.terms.len().max(1);
        let mut new = Vec::new();
        let mut see = |value: u32| {
            if !std::mem::replace(&mut known[value as usize], true) {
                new.push(ValueId(value));
            }
        };
        rows.data.iter().take(width).for_each(|value| see(*value));
        for rows in self.database.interrupt.until(rows.data.chunks(width * ROWS_PER_LOOK)) {
            rows.chunks_exact(width).for_each(|row| open.iter().for_each(|column| see(row[*column])));
        }
        new
    }

    fn import(&mut self, import: &Import, place: &Place, files: &dyn Files) -> Result<Imported, Problem> {
        let name = files.locate(place.source.name(), &import.path);
        let interrupt = self.interrupt();
        let file = files.open(&name).map_err(|error| {
            let (path, reason) = (import.path.to_string(), error.to_string());
            Problem::new(DataError::Unreadable { path, reason, at: import.path_span }, place.source.clone())
        })?;
        let file = Box::new(Wanted { file, interrupt: interrupt.clone() });
        let imported = crate::data::import(import, file, place.span, self.is_lenient, &self.vocabulary, &mut self.dictionary);
        imported.map_err(|error| {
            let is_unwanted = interrupt.is_raised();
            if is_unwanted { self.stopped(place) } else { Problem::new(error, place.source.clone()) }
        })
    }

    /// Lets only the facts count that are valid on a day, both `since` and `until` included; without a day all of them.
    pub fn set_day(&mut self, day: Option<jiff::civil::Date>) {
        // Who chooses a day so cannot be told that it was not chosen.
        let interrupt = std::mem::take(&mut self.database.interrupt);
        let chosen = self.database.set_day(day, &self.dictionary);
        debug_assert!(chosen.is_ok(), "nobody knows of this interrupt");
        self.database.interrupt = interrupt;
    }

    fn export(&mut self, export: &Export, place: &Place, files: &dyn Files) -> Result<Outcome, Problem> {
        let answers = self.answer(&export.query)?;
        let (columns, rows) = answers.kind().counted_table();
        let (path, at) = (&*export.path, export.path_span);
        self.database.turn_to(Activity::Write);
        let name = files.locate(place.source.name(), path);
        let file = files.create(&name).map_err(|error| DataError::Unwritable { path: path.to_owned(), reason: error.to_string(), at });
        let interrupt = self.interrupt();
        let written = file.and_then(|file| crate::data::export(path, at, &columns, &rows, Wanted { file, interrupt: interrupt.clone() }));
        let exported = Outcome::Exported { path: export.path.clone(), rows: rows.len() as u64, warnings: answers.warnings().to_vec() };
        if rows.len() > MANY_ROWS {
            discard_pieces((answers, rows));
        }
        let stopped = |error| if interrupt.is_raised() { self.stopped(place) } else { Problem::new(error, place.source.clone()) };
        written.map(|()| exported).map_err(stopped)
    }

    fn forget(&mut self, pattern: &Atom, place: &Place) -> Result<usize, Problem> {
        match self.database.forget(pattern).map_err(|Interrupted| self.stopped(place))? {
            0 => {
                let (label, help) = self.nothing_to_forget(pattern, place)?;
                self.uninterrupted(&place.source, place.span)?;
                Err(Problem::new(RunError::NothingToForget { help, at: place.span, label }, place.source.clone()))
            }
            forgotten => Ok(forgotten),
        }
    }

    /// Why nothing that fits a pattern is stated, and what to do.
    pub(super) fn nothing_to_forget(&mut self, pattern: &Atom, place: &Place) -> Result<(String, String), Problem> {
        self.derive(&[pattern.relation], place)?;
        Ok(if let Some(found) = self.first_match(pattern) {
            let sentence = self.sentence(pattern, &found.row);
            let reason = self.reason(pattern, &found.row, place);
            let help = match reason {
                Reason { premises, .. } if premises.is_empty() => {
                    format!("`{sentence}` follows from a rule; forget a fact that it rests on")
                }
                Reason { by, premises } if by.is_empty() => {
                    format!("`{sentence}` follows from `{}`: forget that", premises.join("`, `"))
                }
                Reason { by, premises } => {
                    format!("`{sentence}` follows {by}, from `{}`: forget a fact behind that", premises.join("`, `"))
                }
            };
            ("this is not stated, it follows".to_owned(), help)
        } else {
            let unknown = pattern.terms.iter().find_map(|term| match term {
                Term::Value(value) if !self.is_mentioned(*value) => self.dictionary.value(*value),
                Term::Value(_) | Term::Variable(_) | Term::Something | Term::Unmentioned => None,
            });
            let help = match unknown {
                Some(name) => format!("`{name}` does not occur in this model: {}", self.did_you_mean(&name.to_string())),
                None => format!("ask what is stated: `{}?`", self.as_question(pattern)),
            };
            ("no stated fact fits this".to_owned(), help)
        })
    }

    /// A pattern with everything but its subject asked for.
    fn as_question(&self, pattern: &Atom) -> String {
        let reading = self.vocabulary.reading(pattern.relation, pattern.reading);
        let slots = &self.vocabulary.relation(pattern.relation).slots;
        reading.sentence(|slot| match pattern.terms[slot] {
            Term::Value(value) if slot == reading.subject => self.dictionary.value(value).map(crate::vocabulary::written_value),
            Term::Value(_) | Term::Variable(_) | Term::Something => Some("what".to_owned()),
            Term::Unmentioned => (!slots[slot].optional).then(|| "what".to_owned()),
        })
    }

    /// What bounds an evaluation, and how it goes.
    pub(super) fn context(&self) -> Context {
        Context { limits: self.limits, evaluator: self.evaluator }
    }

    /// Derives relations for the statement at `place`.
    pub(super) fn derive(&mut self, relations: &[crate::logic::RelationId], place: &Place) -> Result<(), Problem> {
        let context = self.context();
        let derived = self.database.derive(relations.iter().copied(), &self.plan, &self.rules, &mut self.dictionary, context);
        derived.map_err(|error| self.problem(error, place))
    }

    /// A fact in the reading of an atom.
    pub(super) fn sentence(&self, atom: &Atom, row: &[u32]) -> String {
        let values = row.iter().map(|value| ValueId(*value)).collect::<Vec<_>>();
        self.vocabulary.sentence(atom.relation, atom.reading, &values, &self.dictionary)
    }
}

/// The relations that a question reads.
pub(super) fn relations_of(alternatives: &[Vec<Literal>]) -> Vec<crate::logic::RelationId> {
    alternatives.iter().flat_map(|literals| crate::plan::relations(literals)).collect()
}
