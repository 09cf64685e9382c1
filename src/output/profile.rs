//! What it cost to run a program: times by what was done, and rules by the time that they took. In words for people, as JSON for programs.

use core::time::Duration;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::diagnostics::render::printable;
use crate::model::{Profile, RuleCost, StageCost};

/// So many rules and so many sentences are shown to people, and the sum of all others.
const MAX_SHOWN: usize = 15;

pub(super) fn profile(profile: &Profile) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "What took how long, {} in all:", seconds(profile.total()));
    for (phase, time) in &profile.phases {
        let _ = writeln!(text, "  {:>10}  {phase}", seconds(*time));
    }
    if profile.rules.is_empty() {
        return text;
    }
    let _ = writeln!(text, "Rules, by the time that they took:\n  {:>10}  {:>7}  {:>12}", "", "rounds", "new facts");
    for rule in profile.rules.iter().take(MAX_SHOWN) {
        let _ = writeln!(text, "{}  {}", figures(rule.time, Some(rule.rounds), rule.facts), printable(&named(rule)));
    }
    let others = &profile.rules[profile.rules.len().min(MAX_SHOWN)..];
    if !others.is_empty() {
        let time = others.iter().map(|rule| rule.time).sum();
        let facts = others.iter().map(|rule| rule.facts).sum();
        let _ = writeln!(text, "{}  {} more", figures(time, None, facts), others.len());
    }
    let _ = writeln!(text, "What they derive:\n  {:>10}  {:>7}  {:>12}", "", "", "new facts");
    for stage in profile.stages.iter().take(MAX_SHOWN) {
        let concludes = stage.concludes.iter().map(|concludes| format!("`{concludes}`")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "{}  {}", figures(stage.time, None, stage.facts), printable(&concludes));
    }
    let others = &profile.stages[profile.stages.len().min(MAX_SHOWN)..];
    if !others.is_empty() {
        let time = others.iter().map(|stage| stage.time).sum();
        let facts = others.iter().map(|stage| stage.facts).sum();
        let _ = writeln!(text, "{}  {} more", figures(time, None, facts), others.len());
    }
    text
}

/// `chain (suppliers.srl, line 3): if …`
fn named(rule: &RuleCost) -> String {
    match (&rule.label, rule.place.is_empty()) {
        (Some(label), _) => format!("{label} ({}): {}", rule.place, rule.says),
        (None, false) => format!("{}: {}", rule.place, rule.says),
        (None, true) => rule.says.clone(),
    }
}

fn figures(time: Duration, rounds: Option<u64>, facts: u64) -> String {
    let rounds = rounds.map_or_else(String::new, |rounds| rounds.to_string());
    format!("  {:>10}  {rounds:>7}  {facts:>12}", seconds(time))
}

fn seconds(time: Duration) -> String {
    format!("{:.4} s", time.as_secs_f64())
}

pub(super) fn json(profile: &Profile) -> String {
    let phases = profile.phases.iter().map(|(phase, time)| json!({ "phase": phase, "seconds": time.as_secs_f64() }));
    let rule = |rule: &RuleCost| {
        json!({
            "rule": rule.label.as_deref(),
            "place": rule.place,
            "says": rule.says,
            "rounds": rule.rounds,
            "facts": rule.facts,
            "seconds": rule.time.as_secs_f64(),
        })
    };
    let stage = |stage: &StageCost| json!({ "concludes": stage.concludes, "facts": stage.facts, "seconds": stage.time.as_secs_f64() });
    let value = json!({
        "type": "profile",
        "seconds": profile.total().as_secs_f64(),
        "phases": phases.collect::<Vec<Value>>(),
        "rules": profile.rules.iter().map(rule).collect::<Vec<_>>(),
        "stages": profile.stages.iter().map(stage).collect::<Vec<_>>(),
    });
    format!("{value}\n")
}
