//! Answers as CSV and as Markdown.

use std::fmt::Write as _;

use super::text::{explanation, none, portrait_lines, remedy_lines, shown, verdict};
use super::{FIRST_LEVELS, IsWanted, comparison};
use crate::data::markdown::{self, escaped};
use crate::model::{AnswerKind, Answers};

/// Every answer is a table here: a verdict has the column `holds`, a count the column `count`.
pub(super) fn csv(answers: &Answers, is_wanted: IsWanted<'_>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let result = match answers.kind() {
        AnswerKind::Verdict { holds, .. } => writer.write_record(["holds"]).and_then(|()| writer.write_record([holds.to_string()])),
        AnswerKind::Count(count) => writer.write_record(["count"]).and_then(|()| writer.write_record([count.to_string()])),
        // One sentence a row, with what it is.
        AnswerKind::Description(portrait) => {
            let kinds = portrait.kinds.iter().map(|kind| ["kind", &**kind]);
            let stated = portrait.stated.iter().map(|sentence| ["stated", sentence.as_str()]);
            let derived = portrait.derived.iter().map(|sentence| ["derived", sentence.as_str()]);
            let mut rows = std::iter::once(["is", "what"]).chain(kinds).chain(stated).chain(derived);
            rows.try_for_each(|row| writer.write_record(row))
        }
        // One sentence a row, with the number of its set.
        AnswerKind::Remedies(remedies) => {
            let numbered = remedies.sets.iter().enumerate();
            let mut rows = numbered.flat_map(|(number, set)| set.iter().map(move |fact| [(number + 1).to_string(), fact.clone()]));
            writer.write_record(["set", "fact"]).and_then(|()| rows.try_for_each(|row| writer.write_record(row)))
        }
        AnswerKind::Comparison(comparison) => comparison::csv(comparison).try_for_each(|row| writer.write_record(row)),
        // The lines that tell it, without what only draws a tree.
        AnswerKind::Proof { .. } | AnswerKind::Way(_) | AnswerKind::Reasons { .. } | AnswerKind::Missing { .. } | AnswerKind::Chains(_) => {
            let lines = explanation(answers, FIRST_LEVELS, true);
            writer.write_record(["explanation"]).and_then(|()| lines.iter().try_for_each(|line| writer.write_record([line.trim()])))
        }
        AnswerKind::Table { columns, .. } => writer.write_record(columns.iter().map(|column| &**column)).and_then(|()| {
            let mut rows = answers.rows().take_while(|_| is_wanted());
            rows.try_for_each(|row| writer.write_record(row.iter().map(ToString::to_string)))
        }),
    };
    result.expect("rows of equal length are written into memory");
    String::from_utf8(writer.into_inner().expect("memory can be written")).expect("headings and values are UTF-8")
}

/// Lines and, where they are indented, lists below them, with the blank lines that a document needs around a list.
fn lists(lines: &[String], text: &mut String) {
    let mut is_listing = false;
    for line in lines {
        let item = line.strip_prefix("  ");
        if is_listing && item.is_none() {
            text.push('\n');
        }
        is_listing = item.is_some();
        let _ = match item {
            Some(item) => writeln!(text, "- {}", escaped(item)),
            None => writeln!(text, "{}\n", escaped(line)),
        };
    }
}

pub(super) fn markdown(answers: &Answers, quiet: bool, is_wanted: IsWanted<'_>) -> String {
    let mut text = if quiet { String::new() } else { format!("**{}**\n\n", escaped(answers.question())) };
    match answers.kind() {
        AnswerKind::Verdict { .. } => {
            let _ = writeln!(text, "{}", escaped(&verdict(answers)));
        }
        AnswerKind::Count(count) => {
            let _ = writeln!(text, "{count}");
        }
        AnswerKind::Description(portrait) => {
            lists(&portrait_lines(portrait, answers), &mut text);
        }
        AnswerKind::Remedies(remedies) => {
            lists(&remedy_lines(remedies, answers), &mut text);
        }
        AnswerKind::Comparison(comparison) => text += &comparison::markdown(comparison),
        AnswerKind::Proof { .. } | AnswerKind::Way(_) | AnswerKind::Reasons { .. } | AnswerKind::Missing { .. } | AnswerKind::Chains(_) => {
            let lines = explanation(answers, FIRST_LEVELS, false);
            let _ = writeln!(text, "```text\n{}\n```", lines.join("\n"));
        }
        AnswerKind::Table { rows, .. } if rows.is_empty() => {
            let _ = writeln!(text, "{}", none(answers));
        }
        AnswerKind::Table { columns, .. } => {
            text += &markdown::head(columns);
            answers.rows().take_while(|_| is_wanted()).for_each(|row| text += &markdown::row(row.iter().map(shown)));
        }
    }
    text
}
