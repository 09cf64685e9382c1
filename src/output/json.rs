//! Answers and problems as JSON, one object a line; the shapes are part of the language's contract.

mod explanation;
mod plan;

use serde::{Serialize, Serializer};

use super::IsWanted;
use crate::diagnostics::Problem;
use crate::model::{AnswerKind, Answers, Check, QueryPlan, Violation, Wanted};
use crate::value::Value;

#[derive(Serialize)]
struct SmallModels<'a> {
    facts: Option<&'a [String]>,
    tried: usize,
    all_up_to: usize,
    larger: usize,
    names: usize,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Answers {
        question: &'a str,
        file: &'a str,
        line: usize,
        columns: Vec<&'a str>,
        rows: Rows<'a>,
    },
    Verdict {
        question: &'a str,
        file: &'a str,
        line: usize,
        holds: bool,
        witness: &'a [String],
    },
    Count {
        question: &'a str,
        file: &'a str,
        line: usize,
        count: u64,
    },
    Description {
        question: &'a str,
        file: &'a str,
        line: usize,
        name: serde_json::Value,
        kinds: Vec<&'a str>,
        stated: &'a [String],
        derived: &'a [String],
        left_out: usize,
    },
    Remedies {
        question: &'a str,
        file: &'a str,
        line: usize,
        goal: &'a str,
        wanted: &'a str,
        holds: bool,
        sets: &'a [Vec<String>],
        complete: bool,
    },
    Proof {
        question: &'a str,
        file: &'a str,
        line: usize,
        holds: bool,
        proof: serde_json::Value,
        shortest: bool,
    },
    Chain {
        question: &'a str,
        file: &'a str,
        line: usize,
        holds: bool,
        facts: Vec<serde_json::Value>,
    },
    Reasons {
        question: &'a str,
        file: &'a str,
        line: usize,
        holds: bool,
        reasons: Vec<serde_json::Value>,
        left_out: usize,
    },
    Missing {
        question: &'a str,
        file: &'a str,
        line: usize,
        holds: bool,
        attempts: Vec<serde_json::Value>,
        left_out: usize,
        set_aside: Option<&'a str>,
        near: Option<&'a str>,
        cut: bool,
    },
    Chains {
        question: &'a str,
        file: &'a str,
        line: usize,
        chains: Vec<serde_json::Value>,
        loops: Vec<serde_json::Value>,
        cut: bool,
    },
    Comparison {
        question: &'a str,
        file: &'a str,
        line: usize,
        left: &'a str,
        right: &'a str,
        columns: Vec<&'a str>,
        gained: Vec<Vec<serde_json::Value>>,
        lost: Vec<Vec<serde_json::Value>>,
        changed: Vec<Changed>,
        left_out: usize,
        violated: &'a [String],
        mended: &'a [String],
        why: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        small_models: Option<SmallModels<'a>>,
    },
    Expectation {
        question: &'a str,
        file: &'a str,
        line: usize,
        holds: bool,
        missing: Vec<Vec<serde_json::Value>>,
        unexpected: Vec<Vec<serde_json::Value>>,
    },
    Violation {
        severity: &'a str,
        file: &'a str,
        line: usize,
        because: &'a str,
        facts: &'a [String],
    },
    Error(Diagnostic<'a>),
    Warning(Diagnostic<'a>),
}

/// The rows of a table for as long as they are wanted, which become JSON one by one.
struct Rows<'a> {
    rows: &'a [Vec<Value>],
    is_wanted: IsWanted<'a>,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().take_while(|_| (self.is_wanted)()).map(|own| row(own)))
    }
}

/// A row in both of what is compared.
#[derive(Serialize)]
struct Changed {
    from: Vec<serde_json::Value>,
    to: Vec<serde_json::Value>,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    code: String,
    message: String,
    help: Option<String>,
    file: &'a str,
    line: usize,
    column: usize,
    labels: Vec<Label>,
}

/// Lines and columns count from 1, columns in characters; the end is the place after the last character.
#[derive(Serialize)]
struct Label {
    text: String,
    primary: bool,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

pub(super) fn answers(answers: &Answers, is_wanted: IsWanted<'_>) -> String {
    let (question, file, line) = (answers.question(), answers.file(), answers.line());
    written(&match answers.kind() {
        AnswerKind::Verdict { holds, witness, .. } => Line::Verdict { question, file, line, holds: *holds, witness },
        AnswerKind::Description(portrait) => Line::Description {
            question,
            file,
            line,
            name: value(&portrait.name),
            kinds: portrait.kinds.iter().map(|kind| &**kind).collect(),
            stated: &portrait.stated,
            derived: &portrait.derived,
            left_out: portrait.left_out,
        },
        AnswerKind::Remedies(remedies) => Line::Remedies {
            question,
            file,
            line,
            goal: &remedies.goal,
            wanted: if remedies.wanted == Wanted::Made { "make" } else { "stop" },
            holds: remedies.is_so == (remedies.wanted == Wanted::Made),
            sets: &remedies.sets,
            complete: !remedies.is_cut,
        },
        AnswerKind::Proof { proof, .. } => {
            Line::Proof { question, file, line, holds: true, proof: explanation::proof(proof, question), shortest: proof.is_shortest }
        }
        AnswerKind::Way(proof) => Line::Chain { question, file, line, holds: true, facts: explanation::way(proof) },
        AnswerKind::Reasons { proofs, left_out } => {
            let reasons = proofs.iter().map(|proof| explanation::proof(proof, question)).collect();
            Line::Reasons { question, file, line, holds: true, reasons, left_out: *left_out }
        }
        AnswerKind::Missing { missing, near_miss, .. } => Line::Missing {
            question,
            file,
            line,
            holds: false,
            attempts: explanation::attempts(missing),
            left_out: missing.left_out,
            set_aside: missing.set_aside.as_deref(),
            near: near_miss.as_deref(),
            cut: missing.is_cut,
        },
        AnswerKind::Chains(all) => {
            let (chains, loops) = explanation::chains(all);
            Line::Chains { question, file, line, chains, loops, cut: all.is_cut }
        }
        AnswerKind::Comparison(comparison) => Line::Comparison {
            question,
            file,
            line,
            left: &comparison.left,
            right: &comparison.right,
            columns: comparison.columns.iter().map(|column| &**column).collect(),
            gained: comparison.gained().map(row).collect(),
            lost: comparison.lost().map(row).collect(),
            changed: comparison.changed().map(|(from, to)| Changed { from: row(from), to: row(to) }).collect(),
            left_out: comparison.left_out,
            violated: &comparison.violated,
            mended: &comparison.mended,
            why: comparison.why.as_deref(),
            small_models: comparison.small_models.as_ref().map(|told| SmallModels {
                facts: told.facts.as_deref(),
                tried: told.tried,
                all_up_to: told.all_up_to,
                larger: told.larger,
                names: told.names,
            }),
        },
        AnswerKind::Count(count) => Line::Count { question, file, line, count: *count },
        AnswerKind::Table { columns, rows } => {
            let columns = columns.iter().map(|column| &**column).collect();
            Line::Answers { question, file, line, columns, rows: Rows { rows, is_wanted } }
        }
    })
}

fn rows(rows: &[Vec<Value>]) -> Vec<Vec<serde_json::Value>> {
    rows.iter().map(|own| row(own)).collect()
}

fn row(row: &[Value]) -> Vec<serde_json::Value> {
    row.iter().map(value).collect()
}

pub(super) fn check(check: &Check) -> String {
    let (question, file, line, holds) = (&*check.question, &*check.file, check.line, check.holds());
    written(&Line::Expectation { question, file, line, holds, missing: rows(&check.missing), unexpected: rows(&check.unexpected) })
}

pub(super) fn violation(violation: &Violation) -> String {
    let Violation { because, facts, file, line, .. } = violation;
    let severity = if violation.is_warning() { "warning" } else { "error" };
    written(&Line::Violation { severity, file, line: *line, because, facts })
}

pub(super) fn plan(plan: &QueryPlan) -> String {
    format!("{}\n", plan::plan(plan))
}

pub(super) fn problem(problem: &Problem) -> String {
    let source = problem.source();
    let label = |label: crate::diagnostics::Label| {
        let (line, column) = source.line_and_column(label.span.start);
        let (end_line, end_column) = source.line_and_column(label.span.end);
        Label { text: label.text, primary: label.is_primary, line, column, end_line, end_column }
    };
    let (line, column) = problem.line_and_column();
    let diagnostic = Diagnostic {
        code: problem.code(),
        message: problem.message(),
        help: problem.help(),
        file: source.name(),
        line,
        column,
        labels: problem.labels().into_iter().map(label).collect(),
    };
    written(&if problem.is_warning() { Line::Warning(diagnostic) } else { Line::Error(diagnostic) })
}

fn written(line: &Line<'_>) -> String {
    let mut text = serde_json::to_string(line).expect("strings, numbers and lists can be written as JSON");
    text.push('\n');
    text
}

/// Names and dates as strings, numbers as numbers with all their digits.
pub(super) fn value(value: &Value) -> serde_json::Value {
    match value {
        Value::Number(number) => serde_json::Value::Number(serde_json::Number::from_string_unchecked(number.to_string())),
        Value::Date(_) | Value::Name(_) => serde_json::Value::String(value.to_string()),
    }
}
