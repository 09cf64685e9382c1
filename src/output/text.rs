//! Answers in words and tables.

use std::fmt::Write as _;

use super::{IsWanted, grid};
use crate::diagnostics::render::printable;
use crate::model::{AnswerKind, Answers, Nearness, Portrait, Remedies, Row, Wanted};
use crate::value::Value;

/// The question, then the answer indented below it.
pub(super) fn answers(answers: &Answers, levels: usize, quiet: bool, plain: bool, is_wanted: IsWanted<'_>) -> String {
    let indent = if quiet { "" } else { "  " };
    let mut text = if quiet { String::new() } else { format!("{}\n", printable(answers.question())) };
    match answers.kind() {
        AnswerKind::Verdict { .. } => {
            let _ = writeln!(text, "{indent}{}", verdict(answers));
        }
        AnswerKind::Count(count) => {
            let _ = writeln!(text, "{indent}{count}");
        }
        AnswerKind::Description(portrait) => portrait_lines(portrait, answers).iter().for_each(|line| {
            let _ = writeln!(text, "{indent}{line}");
        }),
        AnswerKind::Remedies(remedies) => remedy_lines(remedies, answers).iter().for_each(|line| {
            let _ = writeln!(text, "{indent}{line}");
        }),
        AnswerKind::Comparison(comparison) => super::comparison::lines(comparison, plain).iter().for_each(|line| {
            let _ = writeln!(text, "{indent}{line}");
        }),
        AnswerKind::Proof { .. } | AnswerKind::Way(_) | AnswerKind::Reasons { .. } | AnswerKind::Missing { .. } | AnswerKind::Chains(_) => {
            explanation(answers, levels, plain).iter().for_each(|line| {
                let _ = writeln!(text, "{indent}{line}");
            });
        }
        AnswerKind::Table { rows, .. } if rows.is_empty() => {
            let _ = writeln!(text, "{indent}{}", none(answers));
        }
        AnswerKind::Table { .. } => {
            if plain {
                answers.rows().take_while(|_| is_wanted()).for_each(|row| {
                    let _ = writeln!(text, "{indent}{}", words(row, answers));
                });
            } else {
                table(answers, indent, is_wanted, &mut text);
            }
            if !quiet {
                let _ = writeln!(text, "{indent}{}", tally(answers.count()));
            }
        }
    }
    text
}

/// The lines of an explanation; so many levels of a proof.
pub(super) fn explanation(answers: &Answers, levels: usize, plain: bool) -> Vec<String> {
    let day = as_of(answers);
    let mut lines = Vec::new();
    match answers.kind() {
        AnswerKind::Proof { proof, is_denied } => {
            lines.extend(is_denied.then(|| format!("It does hold in this model{day}:")));
            lines.extend((!is_denied && !day.is_empty()).then(|| format!("As of {}:", day.trim_start_matches(" as of "))));
            let (told, is_cut) = super::proof::proof(proof, levels, plain);
            lines.extend(told);
            lines.extend(is_cut.then(|| "There is more below `…`: ask `why` of it, or `:more` at the prompt.".to_owned()));
        }
        AnswerKind::Way(proof) => lines.extend(super::proof::way(proof)),
        AnswerKind::Reasons { proofs, left_out } => lines.extend(super::proof::reasons(proofs, *left_out, plain)),
        AnswerKind::Missing { missing, near_miss, nearness } => {
            lines.push(printable(&not_there(&day, near_miss.as_deref(), *nearness)));
            lines.extend(super::proof::missing(missing, plain));
        }
        AnswerKind::Chains(chains) if chains.chains.is_empty() && chains.loops.is_empty() => lines.push(none(answers)),
        AnswerKind::Chains(chains) => lines.extend(super::proof::chains(chains, plain)),
        AnswerKind::Verdict { .. }
        | AnswerKind::Table { .. }
        | AnswerKind::Count(_)
        | AnswerKind::Description(_)
        | AnswerKind::Remedies(_)
        | AnswerKind::Comparison(_) => {}
    }
    lines
}

/// `No, not in this model. The other way round it holds: …`
fn not_there(day: &str, near_miss: Option<&str>, nearness: Option<Nearness>) -> String {
    match near_miss.zip(nearness) {
        Some((near, nearness)) => format!("No, not in this model{day}. {}: {near}.", close(nearness)),
        None => format!("No, not in this model{day}."),
    }
}

/// The lines of a portrait; sentences are indented below what they are.
pub(super) fn portrait_lines(portrait: &Portrait, answers: &Answers) -> Vec<String> {
    let name = shown(&portrait.name);
    if portrait.is_empty() {
        return vec![format!("Nothing, in this model{}.", as_of(answers))];
    }
    let mut lines = Vec::new();
    if !portrait.kinds.is_empty() {
        lines.push(printable(&format!("{name} is {}.", portrait.kinds_in_words())));
    }
    for (heading, sentences) in [("Stated:", &portrait.stated), ("Follows:", &portrait.derived)] {
        if !sentences.is_empty() {
            lines.push(heading.to_owned());
            lines.extend(sentences.iter().map(|sentence| format!("  {}", printable(sentence))));
        }
    }
    if portrait.left_out > 0 {
        lines.push(format!("… and {} more.", portrait.left_out));
    }
    lines
}

/// What would make a sentence true, or stop it: a line for each set of facts, indented below what is to be done with them.
pub(super) fn remedy_lines(remedies: &Remedies, answers: &Answers) -> Vec<String> {
    let makes = remedies.wanted == Wanted::Made;
    let day = as_of(answers);
    if remedies.is_so {
        let goal = printable(&remedies.goal);
        return vec![if makes {
            format!("Nothing has to: {goal} already.")
        } else {
            format!("Nothing has to: that {goal} does not hold, in this model{day}.")
        }];
    }
    let sizes = remedies.sets.iter().map(Vec::len);
    let (action, single) = if makes { ("stating", "would make it so") } else { ("forgetting", "would stop it") };
    let head = match (remedies.sets.as_slice(), sizes.max()) {
        ([], _) if makes => format!("Nothing that was found{day}: no set of up to {} facts makes it so.", Remedies::MAX_MADE),
        ([], _) => format!("Nothing that was found{day}: it rests on no set of up to {} facts.", Remedies::MAX_STOPPED),
        ([_], Some(1)) => format!("This fact alone, {action} it, {single}{day}:"),
        ([_], _) => format!("These facts together, {action} them all, {single}{day}:"),
        (_, Some(1)) => format!("Each of these facts, {action} it, {single}{day}:"),
        _ => format!("Each of these lines, {action} all of it, {single}{day}:"),
    };
    let line = |set: &Vec<String>| format!("  {}", printable(&set.join(", and ")));
    let cut = remedies.is_cut.then(|| "… there may be more: the search was stopped.".to_owned());
    std::iter::once(head).chain(remedies.sets.iter().map(line)).chain(cut).collect()
}

/// `None, in this model.`
pub(super) fn none(answers: &Answers) -> String {
    format!("None, in this model{}.", as_of(answers))
}

/// ` as of 2026-01-31`, where only the facts of a day count.
fn as_of(answers: &Answers) -> String {
    answers.day().map_or(String::new(), |day| format!(" as of {day}"))
}

/// `Yes: …`, `No, not in this model.`
pub(super) fn verdict(answers: &Answers) -> String {
    let AnswerKind::Verdict { holds, witness, by, near_miss, nearness } = answers.kind() else { return String::new() };
    let day = as_of(answers);
    let text = match (holds, by) {
        (true, _) if witness.is_empty() => "Yes.".to_owned(),
        (true, None) => format!("Yes: {}.", witness.join(", and ")),
        (true, Some(rule)) => format!("Yes, {rule}: {}.", witness.join(", and ")),
        (false, _) if !witness.is_empty() => format!("No: {}.", witness.join(", and ")),
        (false, _) => not_there(&day, near_miss.as_deref(), *nearness),
    };
    printable(&text)
}

/// What comes before a sentence that does hold.
fn close(nearness: Nearness) -> &'static str {
    match nearness {
        Nearness::Reversed => "The other way round it holds",
        Nearness::OtherSpelling => "With another spelling it holds",
        Nearness::ThroughOthers => "They are linked only through others",
        Nearness::MemberOrPart => "For a member or part it holds",
        Nearness::UncountedMember => "For a member or part it holds, which would count with `use members-count`",
    }
}

fn tally(count: u64) -> String {
    format!("({count} {})", if count == 1 { "answer" } else { "answers" })
}

/// `provider B, service hosting`
fn words(row: Row<'_>, answers: &Answers) -> String {
    let cells = answers.columns().iter().zip(row.iter());
    match answers.columns() {
        [_] => cells.map(|(_, value)| shown(value)).collect(),
        _ => cells.map(|(column, value)| format!("{} {}", printable(column), shown(value))).collect::<Vec<_>>().join(", "),
    }
}

fn table(answers: &Answers, indent: &str, is_wanted: IsWanted<'_>, text: &mut String) {
    let headings: Vec<_> = answers.columns().iter().map(|column| printable(column)).collect();
    let rows = || answers.rows().take_while(|_| is_wanted());
    let is_number = |column: usize| rows().all(|row| matches!(row[column], Value::Number(_)));
    grid::draw(
        &headings,
        || rows().map(|row| row.iter().map(shown).collect()),
        is_number,
        |line| {
            let _ = writeln!(text, "{indent}{line}");
        },
    );
}

/// A value on one line.
pub(super) fn shown(value: &Value) -> String {
    printable(&value.to_string())
}
