//! Queries → answers: evaluates what a question needs, and gives its bindings back as values.

use std::sync::Arc;

use jiff::civil::Date;

use super::error::RunError;
use super::find::found;
use super::near_miss::Nearness;
use super::portrait::Portrait;
use super::remedy::Remedies;
use super::run::relations_of;
use super::{Comparison, Model};
use crate::diagnostics::Problem;
use crate::discard::{discard, discard_pieces};
#[cfg(feature = "render")]
use crate::engine::Interrupt;
use crate::engine::{EngineError, Origin, Table, sorted};
use crate::explain::{Chains, Missing, Proof};
use crate::logic::{Place, Query, QueryForm};
use crate::value::{Value, ValueId};

/// The answer to a question.
///
/// Rows can be iterated, and read by position or heading; [`Self::holds`] is the short answer to any question.
#[derive(Clone, Debug)]
pub struct Answers {
    pub(super) question: Arc<str>,
    /// The statement that asks it.
    pub(super) place: Place,
    pub(super) kind: AnswerKind,
    pub(super) warnings: Vec<Problem>,
    pub(super) day: Option<Date>,
}

/// The sorts of answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnswerKind {
    /// Yes or no.
    Verdict {
        /// Whether it holds in this model.
        holds: bool,
        /// For a yes, the sentences that it rests on directly: stated facts, or what a rule concluded it from. For a no to a
        /// sentence with `not`, the fact that stands against it.
        witness: Vec<String>,
        /// Which rule that was, `by rule chain`, or what it says, `because …`; nothing if the witness itself is stated.
        by: Option<String>,
        /// For a no, something close that does hold.
        near_miss: Option<String>,
        /// How that comes close to what was asked.
        nearness: Option<Nearness>,
    },
    /// Different rows under headings.
    Table {
        /// The headings: slots, variables or what `find` asked for.
        columns: Vec<Arc<str>>,
        /// The rows, ordered as asked, otherwise naturally: numbers, dates, names. The clones of an answer share them.
        rows: Arc<Vec<Vec<Value>>>,
    },
    /// How many there are.
    Count(u64),
    /// What the model says of a name.
    Description(Portrait),
    /// What would make a sentence true, or would stop it.
    Remedies(Remedies),
    /// Why something holds.
    Proof {
        /// The proof.
        proof: Box<Proof>,
        /// It was asked why it does not hold.
        is_denied: bool,
    },
    /// The stated facts that lead to something, in the order of its proof.
    Way(Box<Proof>),
    /// The different last steps of all proofs.
    Reasons {
        /// One proof of one step for each.
        proofs: Vec<Proof>,
        /// How many more there are.
        left_out: usize,
    },
    /// Why something does not hold.
    Missing {
        /// What is missing for it.
        missing: Box<Missing>,
        /// Something close that does hold.
        near_miss: Option<String>,
        /// How that comes close to what was asked.
        nearness: Option<Nearness>,
    },
    /// The ways from one name to another.
    Chains(Box<Chains>),
    /// How two scenarios differ, or a scenario and the model itself.
    Comparison(Box<Comparison>),
}

impl PartialEq for Answers {
    fn eq(&self, other: &Self) -> bool {
        let is_same_place = self.file() == other.file() && self.line() == other.line();
        is_same_place
            && self.question == other.question
            && self.day == other.day
            && self.kind == other.kind
            && self.warnings == other.warnings
    }
}

impl Answers {
    /// The question as it was written, on one line.
    pub fn question(&self) -> &str {
        &self.question
    }

    /// The source that asks the question.
    pub fn file(&self) -> &str {
        self.place.source.name()
    }

    /// The line in which it begins, counted from 1.
    pub fn line(&self) -> usize {
        self.place.line()
    }

    /// The day whose facts alone count, as `as of` says; nothing if all facts do.
    pub fn day(&self) -> Option<Date> {
        self.day
    }

    /// The answer itself.
    pub fn kind(&self) -> &AnswerKind {
        &self.kind
    }

    /// What should be known about the answer: names that the model has never seen.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Yes to a yes/no question, at least one row, a count above zero, anything said of a name, a set of facts that would do, a difference.
    pub fn holds(&self) -> bool {
        match &self.kind {
            AnswerKind::Verdict { holds, .. } => *holds,
            AnswerKind::Table { rows, .. } => !rows.is_empty(),
            AnswerKind::Count(count) => *count > 0,
            AnswerKind::Description(portrait) => !portrait.is_empty(),
            AnswerKind::Remedies(remedies) => !remedies.sets.is_empty(),
            AnswerKind::Proof { .. } | AnswerKind::Way(_) | AnswerKind::Reasons { .. } => true,
            AnswerKind::Missing { .. } => false,
            AnswerKind::Chains(chains) => !chains.chains.is_empty(),
            AnswerKind::Comparison(comparison) => !comparison.differences.is_empty(),
        }
    }

    /// How many rows or sentences, or what was counted; 1 or 0 for yes or no.
    pub fn count(&self) -> u64 {
        match &self.kind {
            AnswerKind::Verdict { holds, .. } => u64::from(*holds),
            AnswerKind::Table { rows, .. } => rows.len() as u64,
            AnswerKind::Count(count) => *count,
            AnswerKind::Remedies(remedies) => remedies.sets.len() as u64,
            AnswerKind::Proof { .. } => 1,
            AnswerKind::Way(proof) => proof.stated().count() as u64,
            AnswerKind::Reasons { proofs, left_out } => (proofs.len() + left_out) as u64,
            AnswerKind::Missing { .. } => 0,
            AnswerKind::Chains(chains) => chains.chains.len() as u64,
            AnswerKind::Comparison(comparison) => (comparison.differences.len() + comparison.left_out) as u64,
            AnswerKind::Description(portrait) => (portrait.stated.len() + portrait.derived.len() + portrait.left_out) as u64,
        }
    }

    /// The answer with its first rows alone, if it has more.
    #[cfg(feature = "render")]
    pub(crate) fn first(&self, most: usize) -> Option<Self> {
        let AnswerKind::Table { columns, rows } = &self.kind else { return None };
        let kind = || AnswerKind::Table { columns: columns.clone(), rows: Arc::new(rows[..most].to_vec()) };
        (rows.len() > most).then(|| Self {
            question: self.question.clone(),
            place: self.place.clone(),
            kind: kind(),
            warnings: Vec::new(),
            day: self.day,
        })
    }

    /// The problem that they were not all written, since something has stopped it.
    #[cfg(feature = "render")]
    pub(crate) fn unwritten(&self, interrupt: &Interrupt) -> Problem {
        let doing = "the answer was being written".to_owned();
        Problem::new(RunError::stopped(interrupt.cause(), doing, self.place.first_line()), self.place.source.clone())
    }

    /// Whether it is a proof with more levels than these.
    pub(crate) fn is_deeper_than(&self, levels: usize) -> bool {
        matches!(&self.kind, AnswerKind::Proof { proof, .. } if proof.depth() > levels)
    }

    /// The headings of a table; none for other answers.
    pub fn columns(&self) -> &[Arc<str>] {
        self.kind.table().0
    }

    /// The rows of a table; none for other answers.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let (columns, rows) = self.kind.table();
        rows.iter().map(move |values| Row { columns, values })
    }
}

impl AnswerKind {
    /// The headings and rows of a table; none for other answers.
    fn table(&self) -> (&[Arc<str>], &[Vec<Value>]) {
        if let Self::Table { columns, rows } = self { (columns, rows) } else { (&[], &[]) }
    }

    /// The same, where a number is a table of one row.
    pub(super) fn counted_table(&self) -> (Vec<Arc<str>>, Arc<Vec<Vec<Value>>>) {
        match self {
            Self::Count(count) => (vec!["count".into()], Arc::new(vec![vec![Value::number(*count)]])),
            Self::Table { columns, rows } => (columns.clone(), rows.clone()),
            Self::Verdict { .. }
            | Self::Description(_)
            | Self::Remedies(_)
            | Self::Proof { .. }
            | Self::Way(_)
            | Self::Reasons { .. }
            | Self::Missing { .. }
            | Self::Chains(_)
            | Self::Comparison(_) => (Vec::new(), Arc::default()),
        }
    }
}

/// One row of a table: a slice of values, which can be read by heading, too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    columns: &'a [Arc<str>],
    values: &'a [Value],
}

impl<'a> Row<'a> {
    /// The value under a heading; nothing if there is no such column.
    pub fn get(&self, column: &str) -> Option<&'a Value> {
        let position = self.columns.iter().position(|own| &**own == column)?;
        self.values.get(position)
    }
}

impl std::ops::Deref for Row<'_> {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        self.values
    }
}

impl Model {
    /// The bindings that a question asks for.
    pub(super) fn solve(&mut self, query: &Query) -> Result<Table, Problem> {
        if let Some(table) = self.demanded(query)? {
            return Ok(table);
        }
        self.derive(&relations_of(&query.alternatives), &query.place)?;
        let context = self.context();
        self.database.solve(query, &mut self.dictionary, context).map_err(|error| self.problem(error, &query.place))
    }

    /// The values that a question asks for, if they can be searched for without deriving what it reads. What a yes or a no rests on is
    /// found among what is derived.
    fn searched(&mut self, query: &Query) -> Result<Option<Vec<u32>>, Problem> {
        if matches!(query.form, QueryForm::Verdict) {
            return Ok(None);
        }
        let context = self.context();
        let found = self.database.search(query, &self.plan, &self.rules, &mut self.dictionary, context);
        found.map_err(|error| self.problem(error, &query.place))
    }

    /// The number that a question asks for, if it is that of all its bindings.
    fn counted(&mut self, query: &Query) -> Result<Option<u64>, Problem> {
        let asks = match &query.form {
            QueryForm::Count => true,
            QueryForm::Find(find) => find.counts_all(query.output.len()),
            QueryForm::Verdict | QueryForm::Table { .. } => false,
        };
        if !asks {
            return Ok(None);
        }
        if let Some(values) = self.searched(query)? {
            return Ok(Some(values.len() as u64));
        }
        if let Some(table) = self.demanded(query)? {
            return Ok(Some(table.len() as u64));
        }
        self.derive(&relations_of(&query.alternatives), &query.place)?;
        let context = self.context();
        let counted = self.database.count(query, &mut self.dictionary, context);
        counted.map(Some).map_err(|error| self.problem(error, &query.place))
    }

    pub(super) fn answer(&mut self, query: &Query) -> Result<Answers, Problem> {
        let (kind, cuts_tie) = match self.verdict_of_part(query)? {
            Some(verdict) => (verdict, false),
            None => self.answered(query)?,
        };
        let source = &query.place.source;
        let mut warnings = self.unknown_names(&query.names, source);
        if cuts_tie {
            warnings.push(Problem::new(RunError::TieCut { at: query.place.span }, source.clone()));
        }
        let is_empty = matches!(&kind, AnswerKind::Verdict { holds: false, .. } | AnswerKind::Count(0))
            || matches!(&kind, AnswerKind::Table { rows, .. } if rows.is_empty());
        if is_empty {
            warnings.extend(self.names_of_other_kinds(query)?);
        }
        // What was left out after an interrupt must not be taken for all there is.
        if let Err(problem) = self.uninterrupted(source, query.place.span) {
            discard_pieces(kind);
            return Err(problem);
        }
        Ok(Answers { question: query.text.clone(), place: query.place.clone(), kind, warnings, day: self.database.day() })
    }

    /// What a yes rests on, and what is close to a no.
    fn verdict(&mut self, query: &Query, holds: bool) -> AnswerKind {
        if holds {
            let reason = self.witness(query);
            return AnswerKind::Verdict { holds: true, by: reason.by_rule(), witness: reason.premises, near_miss: None, nearness: None };
        }
        let witness = self.contradiction(query).into_iter().collect();
        let (nearness, near_miss) = self.near_miss(query).unzip();
        AnswerKind::Verdict { holds: false, witness, by: None, near_miss, nearness }
    }

    /// A yes or a no for which only a part was derived of what the question reads.
    fn verdict_of_part(&mut self, query: &Query) -> Result<Option<AnswerKind>, Problem> {
        if !matches!(query.form, QueryForm::Verdict) {
            return Ok(None);
        }
        self.in_part(query, true, |model, table| Some(model.verdict(query, table.len() > 0)))
    }

    /// The answer, and whether its last row is one of several that are equal in order.
    fn answered(&mut self, query: &Query) -> Result<(AnswerKind, bool), Problem> {
        let counted = self.counted(query)?;
        let table = match counted {
            Some(_) => Table::new(query.output.len()),
            None => match self.searched(query)? {
                Some(values) => values.iter().fold(Table::new(1), |mut table, value| {
                    table.insert(&[*value]);
                    table
                }),
                None => self.solve(query)?,
            },
        };
        let mut is_tied = false;
        let kind = match &query.form {
            QueryForm::Verdict => self.verdict(query, table.len() > 0),
            QueryForm::Count => AnswerKind::Count(counted.unwrap_or(table.len() as u64)),
            QueryForm::Table { columns } => {
                let rows = sorted(self.values(&table), Ord::cmp, &self.database.interrupt);
                AnswerKind::Table { columns: columns.clone(), rows: Arc::new(rows) }
            }
            QueryForm::Find(find) => {
                let counted = counted.map(|count| (vec![vec![Value::number(count)]], false));
                let found = || found(find, &table, query.place.span, &mut self.dictionary, &self.database.interrupt);
                let (rows, cuts_tie) = counted.map_or_else(found, Ok).map_err(|fault| {
                    let (source, origin) = (query.place.source.clone(), Origin::default());
                    self.problem(EngineError::Fault { fault, source, origin }, &query.place)
                })?;
                is_tied = cuts_tie;
                let columns = find.columns.iter().map(|column| column.heading.clone()).collect();
                AnswerKind::Table { columns, rows: Arc::new(rows) }
            }
        };
        if self.database.interrupt.is_raised() {
            discard(table);
        }
        Ok((kind, is_tied))
    }

    fn values(&self, table: &Table) -> Vec<Vec<Value>> {
        let value = |id: &u32| self.dictionary.value(ValueId(*id)).expect("variables hold values").clone();
        let rows = table.iter().take_while(|_| !self.database.interrupt.is_raised());
        rows.map(|row| row.iter().map(value).collect()).collect()
    }
}
