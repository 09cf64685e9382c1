//! `expect`, `forbid` and `warn`: what was claimed of the model, compared with what holds.

use std::sync::Arc;

use super::compare::without;
use super::error::RunError;
use super::run::MANY_ROWS;
use super::{AnswerKind, Answers, Model};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Error, Problem};
use crate::discard::discard_pieces;
use crate::engine::{Activity, sorted};
use crate::logic::{Expectation, Literal, Place, Prohibition, Query, QueryForm, Term};
use crate::syntax::ast::Severity;
use crate::value::{Value, ValueId};
use crate::vocabulary::{shipped, written_value};

/// An `expect` or `forbid` as it was written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The statement on one line.
    pub text: Arc<str>,
    /// The source that it stands in.
    pub file: Arc<str>,
    /// The line in which it begins, counted from 1.
    pub line: usize,
    /// Whether it stands in a vocabulary that comes with the program.
    pub is_shipped: bool,
}

impl Claim {
    pub(super) fn at(place: &Place) -> Self {
        let Place { source, span } = place;
        Self {
            text: crate::syntax::on_one_line(source.slice(*span)).into(),
            file: source.name().into(),
            line: source.line_and_column(span.start).0,
            is_shipped: shipped::find(source.name()).is_some_and(|own| own == **source),
        }
    }

    /// Whether this is the `forbid` that is violated.
    pub fn is_violated_by(&self, violation: &Violation) -> bool {
        self.file == violation.file && self.line == violation.line
    }
}

/// How an `expect` came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The statement as it was written, on one line.
    pub question: Arc<str>,
    /// The source that it stands in.
    pub file: Arc<str>,
    /// The line in which it begins, counted from 1.
    pub line: usize,
    /// Rows that were expected and are no answers.
    pub missing: Vec<Vec<Value>>,
    /// Answers that were not expected.
    pub unexpected: Vec<Vec<Value>>,
    /// What went wrong; nothing if the expectation is met.
    pub failure: Option<Problem>,
    /// What should be known about the answer.
    pub warnings: Vec<Problem>,
}

impl Check {
    /// Whether the expectation is met.
    pub fn holds(&self) -> bool {
        self.failure.is_none()
    }
}

/// Something that holds and must not, by a `forbid`, or that a `warn` is to tell of.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The sentence after `because`, with the names put in; else the condition.
    pub because: String,
    /// The facts that it rests on.
    pub facts: Vec<String>,
    /// The source of the `forbid` or `warn`.
    pub file: Arc<str>,
    /// Its line, counted from 1.
    pub line: usize,
    /// The violation as a problem that points there.
    pub problem: Problem,
}

impl Violation {
    /// Whether a `warn` tells this: nothing is wrong then.
    pub fn is_warning(&self) -> bool {
        self.problem.is_warning()
    }
}

/// The most violations of one `forbid` that are told one by one.
const MAX_VIOLATIONS: usize = 10;

/// The most cases of one `warn` that are told one by one.
const MAX_WARNINGS: usize = 3;

/// The most rows that a message lists.
const MAX_ROWS: usize = 10;

/// A case of a `forbid` or `warn`.
struct Case {
    /// What is said of it.
    because: String,
    row: Vec<u32>,
    /// The other members of its loop.
    same: Vec<Vec<u32>>,
}

impl Model {
    pub(super) fn check(&mut self, expectation: &Expectation, place: &Place) -> Result<Check, Problem> {
        let answers = self.answer(&expectation.query)?;
        let (missing, unexpected) = match &expectation.answers {
            None => (Vec::new(), Vec::new()),
            Some(expected) => {
                let (found, interrupt) = (rows(&answers), &self.database.interrupt);
                (without(expected, &found, interrupt), without(&found, expected, interrupt))
            }
        };
        let is_ordered = matches!(&expectation.query.form, QueryForm::Find(find) if !find.order.is_empty());
        let met = match &expectation.answers {
            None => answers.holds(),
            Some(expected) => missing.is_empty() && unexpected.is_empty() && (!is_ordered || *expected == *rows(&answers)),
        };
        let failure = (!met).then(|| {
            let problem = match &expectation.answers {
                None => not_so(&answers, place),
                Some(_) => self.otherwise(&answers, (&missing, &unexpected), place),
            };
            Problem::new(problem, place.source.clone())
        });
        let warnings = answers.warnings().to_vec();
        if answers.count() > MANY_ROWS as u64 {
            discard_pieces(answers);
        }
        let Claim { text: question, file, line, .. } = Claim::at(place);
        Ok(Check { question, file, line, missing, unexpected, failure, warnings })
    }

    /// Other answers were expected.
    fn otherwise(&self, answers: &Answers, (missing, unexpected): Difference<'_>, place: &Place) -> RunError {
        let mut parts = Vec::new();
        if let AnswerKind::Count(count) = answers.kind() {
            parts.push(format!("the answer is {count}"));
        } else {
            if !missing.is_empty() {
                parts.push(format!("missing: {}", listed(missing)));
            }
            if !unexpected.is_empty() {
                parts.push(format!("unexpected: {}", listed(unexpected)));
            }
            if parts.is_empty() {
                parts.push(format!("the order is {}", listed(&rows(answers))));
            }
        }
        let unknown = missing.iter().flatten().filter_map(Value::as_name).find(|name| {
            let id = self.dictionary.find(&Value::name(name));
            id.is_none_or(|id| !self.is_mentioned(id))
        });
        if let Some(unknown) = unknown {
            let known = self.dictionary.values().filter(|(id, _)| self.is_mentioned(*id)).filter_map(|(_, value)| value.as_name());
            let hint = nearest(unknown, known).map_or(String::new(), |near| format!(": did you mean `{near}`?"));
            parts.push(format!("`{unknown}` does not occur in this model{hint}"));
        }
        let problem = format!("`{}` has other answers", answers.question().trim_end_matches('?'));
        RunError::Unmet { problem, help: parts.join("; "), at: place.span }
    }

    /// Every `forbid` that has been told, but no `warn`, whether it is violated or not, in the order of [`Self::violations`]; those of the vocabularies
    /// among them.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// model.tell("forbid ?x relies on ?x")?;
    /// let own: Vec<_> = model.prohibitions().filter(|claim| !claim.is_shipped).map(|claim| claim.text.to_string()).collect();
    /// assert_eq!(own, ["forbid ?x relies on ?x"]);
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn prohibitions(&self) -> impl Iterator<Item = Claim> {
        let forbids = self.prohibitions.iter().filter(|prohibition| prohibition.severity == Severity::Error);
        forbids.map(|prohibition| Claim::at(&prohibition.query.place))
    }

    /// What holds and must not, by every `forbid` that has been told, at most ten cases of each; and, marked as
    /// [warnings](Violation::is_warning), what each `warn` is to tell of, at most three cases.
    ///
    /// # Errors
    /// If a limit or a computation that cannot be made stops the evaluation.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// model.tell("forbid ?x relies on Google because \"{?x} needs another supplier\"\nGoogle provides mail to Dion")?;
    /// let violations = model.violations()?;
    /// assert_eq!(violations[0].because, "Dion needs another supplier");
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn violations(&mut self) -> Result<Vec<Violation>, Error> {
        let outer = self.database.turn_to(Activity::Check);
        let violations = self.all_violations();
        self.database.turn_to(outer);
        violations
    }

    fn all_violations(&mut self) -> Result<Vec<Violation>, Error> {
        let mut violations = Vec::new();
        let may_be_violated = {
            let _at_work = self.database.interrupt.at_work();
            self.may_be_violated()
        };
        let mut is_clean = Vec::with_capacity(may_be_violated.len());
        for (number, may_be_violated) in may_be_violated.into_iter().enumerate() {
            let _at_work = self.database.interrupt.at_work();
            let known = violations.len();
            if may_be_violated {
                let prohibition = self.prohibitions[number].clone();
                violations.extend(self.violations_of(&prohibition)?);
            }
            is_clean.push(violations.len() == known);
        }
        self.has_looked(&is_clean);
        Ok(violations)
    }

    pub(super) fn violations_of(&mut self, prohibition: &Prohibition) -> Result<Vec<Violation>, Problem> {
        let table = self.solve(&prohibition.query)?;
        let value = |value: &u32| self.dictionary.value(ValueId(*value));
        let in_order = |one: &Vec<u32>, other: &Vec<u32>| one.iter().map(value).cmp(other.iter().map(value));
        let interrupt = self.database.interrupt.clone();
        let rows = sorted(table.iter().map(<[u32]>::to_vec).collect(), in_order, &interrupt);
        let mut rows = std::collections::VecDeque::from(rows);
        let mut cases: Vec<Case> = Vec::new();
        let mut same_sentence = 0;
        let most = if prohibition.severity == Severity::Error { MAX_VIOLATIONS } else { MAX_WARNINGS };
        while cases.len() < most
            && let Some(row) = rows.pop_front()
        {
            let because = self.told_of(prohibition, &row);
            let same = match prohibition.severity {
                Severity::Error => {
                    let (same, others) = rows
                        .into_iter()
                        .partition::<Vec<_>, _>(|other| !interrupt.is_raised() && self.is_one_loop(&prohibition.query, &row, other));
                    rows = others.into();
                    same
                }
                // Whoever is not stopped by it reads a sentence once.
                Severity::Warning if cases.iter().any(|case| case.because == because) => {
                    same_sentence += 1;
                    continue;
                }
                Severity::Warning => Vec::new(),
            };
            cases.push(Case { because, row, same });
        }
        let (shown, left_out) = (cases.len(), rows.len() + same_sentence);
        let violation = |(number, case)| self.violation(prohibition, case, if number + 1 == shown { left_out } else { 0 });
        let violations = interrupt.until(cases.into_iter().enumerate()).map(violation).collect();
        self.uninterrupted(&prohibition.query.place.source, prohibition.query.place.span)?;
        Ok(violations)
    }

    /// For a `forbid` such as `?x belongs to ?x`: whether two things are members of one loop, which is told of once.
    fn is_one_loop(&self, query: &Query, one: &[u32], other: &[u32]) -> bool {
        let ([literals], &[variable], &[one], &[other]) = (query.alternatives.as_slice(), query.output.as_slice(), one, other) else {
            return false;
        };
        let [Literal::Holds(atom)] = literals.as_slice() else { return false };
        let places: Vec<_> = (0..atom.terms.len()).filter(|&slot| atom.terms[slot] == Term::Variable(variable)).collect();
        let &[from, to] = places.as_slice() else { return false };
        let found = |first: u32, second: u32| {
            let mut atom = atom.clone();
            atom.terms[from] = Term::Value(ValueId(first));
            atom.terms[to] = Term::Value(ValueId(second));
            self.first_match(&atom)
        };
        // Who is stated to be one with itself is a loop of its own.
        let is_derived = |value: u32| found(value, value).is_some_and(|found| !found.is_stated);
        found(one, other).is_some() && found(other, one).is_some() && is_derived(one) && is_derived(other)
    }

    /// The sentence after `because` for a case.
    fn told_of(&self, prohibition: &Prohibition, row: &[u32]) -> String {
        let Prohibition { severity, query, because } = prohibition;
        match (because, severity) {
            (Some(because), _) => self.filled_in(because, |name| {
                let output = query.output.iter().position(|variable| *query.variables[variable.index()] == *name)?;
                Some(ValueId(row[output]))
            }),
            (None, Severity::Error) => format!("`{}` is forbidden", query.text),
            (None, Severity::Warning) => format!("`{}` holds", query.text),
        }
    }

    fn violation(&mut self, prohibition: &Prohibition, case: Case, left_out: usize) -> Violation {
        let Case { because, row, same } = case;
        let Prohibition { severity, query, .. } = prohibition;
        let facts = self.facts_of(query, &row);
        let place = &query.place;
        let word = if *severity == Severity::Error { "forbid" } else { "warn" };
        let mut help = match facts.as_slice() {
            [] => format!("take back what leads to this, or the `{word}`"),
            facts => {
                let more = if facts.len() > MAX_ROWS { format!(" and {} more", facts.len() - MAX_ROWS) } else { String::new() };
                format!("it rests on `{}`{more}", facts[..facts.len().min(MAX_ROWS)].join("`, `"))
            }
        };
        if !same.is_empty() {
            let value = |row: &Vec<u32>| row.iter().filter_map(|value| self.dictionary.value(ValueId(*value)).cloned()).collect();
            let members: Vec<Vec<Value>> = same.iter().map(value).collect();
            help = format!("{help}; in the same loop: {}", listed(&members));
        }
        if shipped::holds(&query.place.source) {
            let says = if *severity == Severity::Error { "forbids" } else { "warns of" };
            help = format!("{help}; the vocabulary `{}` {says} this", query.place.source.name());
        }
        match left_out {
            0 => {}
            1 => help += "; 1 more case of this is not shown",
            _ => help = format!("{help}; {left_out} more cases of this are not shown"),
        }
        let (told, at) = (because.clone(), place.span);
        let problem = match severity {
            Severity::Error => RunError::Violated { because: told, help, at },
            Severity::Warning => RunError::Warned { because: told, help, at },
        };
        let problem = Problem::new(problem, place.source.clone());
        let line = place.source.line_and_column(place.span.start).0;
        Violation { because, facts, file: place.source.name().into(), line, problem }
    }

    /// The stated facts that a case of a question rests on.
    fn facts_of(&mut self, query: &Query, row: &[u32]) -> Vec<String> {
        let mut binding = vec![ValueId::ABSENT; query.variables.len()];
        query.output.iter().zip(row).for_each(|(variable, value)| binding[variable.index()] = ValueId(*value));
        let under = |literals: &[Literal], binding: &[ValueId]| literals.iter().map(|literal| literal.under(binding)).collect::<Vec<_>>();
        let found = query.alternatives.iter().find_map(|literals| {
            let literals = under(literals, &binding);
            let is_sentence = |literal: &Literal| matches!(literal, Literal::Holds(atom) if atom.variables().next().is_none());
            if query.alternatives.len() == 1 && literals.iter().all(is_sentence) {
                return Some(literals);
            }
            // What the alternative finds beside the case must be the same in all its sentences.
            let binding = self.binding_of(&literals, query)?;
            Some(under(&literals, &binding))
        });
        let mut facts = Vec::new();
        for literal in found.unwrap_or_default() {
            let behind = match &literal {
                Literal::Holds(atom) => self.stated_behind(atom, &query.place),
                Literal::Fails(atom, _) => vec![self.denied(atom)],
                Literal::Compares(_) | Literal::Matches(_) | Literal::Aggregates(_) | Literal::Every(_) => Vec::new(),
            };
            behind.into_iter().for_each(|fact| {
                if !facts.contains(&fact) {
                    facts.push(fact);
                }
            });
        }
        facts
    }
}

/// A yes was expected.
fn not_so(answers: &Answers, place: &Place) -> RunError {
    let said = answers.question().trim_end_matches('?');
    let help = match answers.kind() {
        AnswerKind::Verdict { witness, .. } if !witness.is_empty() => format!("against it stands `{}`", witness.join("`, `")),
        AnswerKind::Verdict { near_miss: Some(near), .. } => format!("what does hold: `{near}`"),
        AnswerKind::Verdict { .. }
        | AnswerKind::Table { .. }
        | AnswerKind::Count(_)
        | AnswerKind::Description(_)
        | AnswerKind::Proof { .. }
        | AnswerKind::Way(_)
        | AnswerKind::Reasons { .. }
        | AnswerKind::Missing { .. }
        | AnswerKind::Chains(_)
        | AnswerKind::Remedies(_)
        | AnswerKind::Comparison(_) => {
            let day = answers.day().map_or(String::new(), |day| format!(" as of {day}"));
            format!("nothing in this model says so{day}; state what is missing, or expect the opposite: `expect not …`")
        }
    };
    RunError::Unmet { problem: format!("`{said}` does not hold in this model"), help, at: place.span }
}

/// Missing and unexpected rows.
type Difference<'a> = (&'a [Vec<Value>], &'a [Vec<Value>]);

fn rows(answers: &Answers) -> Arc<Vec<Vec<Value>>> {
    answers.kind().counted_table().1
}

/// `StreamCo, Dion`, `(A, power), (B, hosting)`
fn listed(rows: &[Vec<Value>]) -> String {
    let one = |row: &Vec<Value>| match row.as_slice() {
        [value] => written_value(value),
        values => format!("({})", values.iter().map(written_value).collect::<Vec<_>>().join(", ")),
    };
    let mut shown = rows.iter().take(MAX_ROWS).map(one).collect::<Vec<_>>();
    if rows.len() > MAX_ROWS {
        shown.push(format!("and {} more", rows.len() - MAX_ROWS));
    }
    shown.join(", ")
}
