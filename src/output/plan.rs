//! The plan of a question in words: what is derived in which order, and how, for people who know such plans from databases and for those who
//! do not.

use std::fmt::Write as _;

use crate::diagnostics::render::printable;
use crate::model::{Method, Pass, PlanStep, PlannedRule, QueryPlan, Stage, StepKind};

/// Of what slots and kinds imply so many sentences are shown; they all are of one form.
const MAX_IMPLIED: usize = 3;

/// Lines that are indented by what they belong to.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.0, "{:1$}{2}", "", depth * 2, printable(line));
    }
}

pub(super) fn plan(plan: &QueryPlan) -> String {
    let mut lines = Lines::default();
    lines.add(0, &plan.question);
    if plan.stages.is_empty() {
        lines.add(1, "Nothing has to be derived: it asks for stated facts alone.");
    } else {
        lines.add(1, "Derived before, in this order:");
    }
    for (number, stage) in (1..).zip(&plan.stages) {
        add_stage(number, stage, &mut lines);
    }
    match plan.answer.as_slice() {
        [] => {}
        [pass] => {
            lines.add(1, &format!("Then the answers{}:", loops(pass)));
            add_steps(pass, 2, &mut lines);
        }
        passes => {
            for (number, pass) in (1..).zip(passes) {
                lines.add(1, &format!("Then the answers of alternative {number}{}:", loops(pass)));
                add_steps(pass, 2, &mut lines);
            }
        }
    }
    if let Some(then) = plan.then {
        lines.add(1, &format!("Then {then}."));
    }
    let mut unneeded = quoted(&plan.unneeded);
    if plan.unneeded_shipped > 0 {
        let more = if unneeded.is_empty() { "" } else { " more" };
        unneeded.push(format!("{}{more} of kinds and of the vocabularies that come with SRL", plan.unneeded_shipped));
    }
    if !unneeded.is_empty() {
        lines.add(1, &format!("Not needed: {}.", joined(&unneeded)));
    }
    lines.0
}

fn quoted(sentences: &[String]) -> Vec<String> {
    sentences.iter().map(|sentence| format!("`{sentence}`")).collect()
}

/// `a, b and c`
fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn add_stage(number: usize, stage: &Stage, lines: &mut Lines) {
    let ready = if stage.is_ready { ", which has been derived already" } else { "" };
    let together = if stage.concludes.len() > 1 { ", together: each needs the others" } else { "" };
    lines.add(1, &format!("{number}. {}{together}{ready}", joined(&quoted(&stage.concludes))));
    match stage.method {
        Method::Once => {}
        Method::Rounds => lines.add(2, "in rounds, until one adds nothing: each joins with what the last one added"),
        Method::Search => match &stage.demand {
            Some(demand) => lines.add(2, &format!("by a search in the graph of its direct pairs, only for {}", joined(&quoted(demand)))),
            None => lines.add(2, "by a search in the graph of its direct pairs, for all: one list for each loop of it"),
        },
    }
    if let (Method::Once | Method::Rounds, Some(demand)) = (stage.method, &stage.demand) {
        lines.add(2, &format!("only for {}: each rule begins with what is asked for", joined(&quoted(demand))));
    }
    if let Some(keeps) = &stage.keeps {
        lines.add(2, &format!("of rows that differ in it alone, only the one with {keeps} stays"));
    }
    let (implied, written): (Vec<&PlannedRule>, Vec<&PlannedRule>) = stage.rules.iter().partition(|rule| rule.is_implied);
    written.into_iter().for_each(|rule| add_rule(rule, lines));
    if !implied.is_empty() {
        for rule in implied.iter().take(MAX_IMPLIED) {
            lines.add(2, &rule.says);
        }
        let left_out = implied.len().saturating_sub(MAX_IMPLIED);
        if left_out > 0 {
            lines.add(2, &format!("and {left_out} more such slots and kinds"));
        }
    }
}

fn add_rule(rule: &PlannedRule, lines: &mut Lines) {
    let name = rule.label.as_ref().map_or_else(|| "the rule".to_owned(), |label| format!("rule {label}"));
    let (loops, note) = match &rule.first {
        Some(pass) => (loops(pass), ""),
        None => ("", ": by it the search goes on"),
    };
    lines.add(2, &format!("{name} ({}){loops}{note}", rule.place));
    lines.add(3, &rule.says);
    if let Some(pass) = &rule.first {
        add_steps(pass, 3, lines);
    }
    for (number, pass) in (1..).zip(&rule.later) {
        let each = if rule.later.len() == 1 { "in each later round".to_owned() } else { format!("in each later round, {number}") };
        lines.add(3, &format!("{each}{}:", self::loops(pass)));
        add_steps(pass, 4, lines);
    }
}

fn loops(pass: &Pass) -> &'static str {
    if pass.in_loops { ", in loops over lists" } else { "" }
}

fn add_steps(pass: &Pass, depth: usize, lines: &mut Lines) {
    for step in &pass.steps {
        let note = if step.first_suffices && needs_rows(step) { "; one is enough from here" } else { "" };
        lines.add(depth, &format!("- {}{note}", in_words(step)));
        for pass in &step.inner {
            lines.add(depth + 1, if step.kind == StepKind::Every { "for each case:" } else { "over:" });
            add_steps(pass, depth + 2, lines);
        }
        for pass in &step.then {
            lines.add(depth + 1, "there must be:");
            add_steps(pass, depth + 2, lines);
        }
    }
}

fn needs_rows(step: &PlanStep) -> bool {
    matches!(step.kind, StepKind::All | StepKind::Stated | StepKind::New | StepKind::Index | StepKind::Reached | StepKind::Meet)
}

fn in_words(step: &PlanStep) -> String {
    let says = format!("`{}`", step.says);
    let by = joined(&quoted(&step.by));
    match step.kind {
        StepKind::All => format!("go through all of {says}"),
        StepKind::Stated => format!("go through all that is stated of {says}"),
        StepKind::New if step.by.is_empty() => format!("go through what is new of {says}"),
        StepKind::New => format!("go through what is new of {says}, with {by}"),
        StepKind::Index => format!("find {says} by {by}"),
        StepKind::Holds => format!("look whether {says} holds"),
        StepKind::Search => format!("search {says} from {by}"),
        StepKind::Reached => format!("take {says} from the list for {by}"),
        StepKind::Meet => match &step.other {
            Some(other) => format!(
                "meet: find {says} by {by}, and `{}` by {}; the side with fewer is gone through, and looked up in the other",
                other.says,
                joined(&quoted(&other.by))
            ),
            None => format!("find {says} by {by}"),
        },
        StepKind::Absent => format!("go on where {says} does not hold"),
        StepKind::Test => format!("test {says}"),
        StepKind::Let => format!("compute {says}"),
        StepKind::Aggregate | StepKind::Every => format!("look at {says}"),
    }
}
