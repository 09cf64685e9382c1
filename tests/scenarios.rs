//! What holds of every scenario: what is asked in it is answered as by a program of its own, a comparison is the difference of two such
//! answers, and afterwards the model is what it was before.
#![expect(clippy::panic, reason = "that is how a test fails")]

mod random;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use random::{RELATIONS, cases, facts, model, program};
use srl::{AnswerKind, Evaluator, Model, Value};

/// A program, and two scenarios of which the second builds on the first.
#[derive(Clone, Debug)]
struct Case {
    rules: Vec<String>,
    facts: Vec<String>,
    first: Changes,
    second: Changes,
}

/// What a scenario holds.
#[derive(Clone, Debug)]
struct Changes {
    /// Facts and `forget`s, in order.
    lines: Vec<String>,
    rules: Vec<String>,
}

/// Facts to state, and patterns that forget some of what is stated.
fn changes(stated: Vec<String>, rules: &[String]) -> impl Strategy<Value = Changes> + use<> {
    let forgotten = proptest::collection::vec((any::<Index>(), any::<bool>()), 0..5);
    let local = if rules.is_empty() { Just(Vec::new()).boxed() } else { subsequence(rules.to_vec(), 0..=rules.len().min(2)).boxed() };
    (forgotten, facts(), local, any::<bool>()).prop_map(move |(forgotten, new, rules, has_rules)| {
        let pattern = |(index, is_wide): (Index, bool)| {
            let fact = index.get(&stated);
            let (subject, rest) = fact.split_once(' ').expect("a fact is a sentence");
            if is_wide { format!("forget something {rest}") } else { format!("forget {subject} {rest}") }
        };
        let mut lines: Vec<String> = forgotten.into_iter().map(pattern).collect();
        lines.extend(new.into_iter().take(6));
        Changes { lines, rules: if has_rules { rules } else { Vec::new() } }
    })
}

fn case() -> impl Strategy<Value = Case> {
    (program(), program()).prop_flat_map(|((rules, facts), (others, _))| {
        let first = changes(facts.clone(), &others);
        let second = changes(facts.clone(), &others);
        (Just(rules), Just(facts), first, second).prop_map(|(rules, facts, first, second)| Case { rules, facts, first, second })
    })
}

impl Case {
    /// The program with its scenarios.
    fn text(&self) -> String {
        let scenario =
            |name: &str, changes: &Changes| format!("scenario {name} {{\n{}\n{}\n}}\n", changes.lines.join("\n"), changes.rules.join("\n"));
        let mut text = format!("{}\n{}\n", self.rules.join("\n"), self.facts.join("\n"));
        text += &scenario("first", &self.first);
        text += &scenario("second extends first", &self.second);
        text
    }

    fn model(&self, evaluator: Evaluator) -> Option<Model> {
        model(evaluator, &[&[self.text()]]).ok()
    }

    /// A model that was told itself what so many scenarios change.
    fn told(&self, scenarios: usize) -> Option<Model> {
        let applied = [&self.first, &self.second];
        let rules = applied.iter().take(scenarios).flat_map(|changes| &changes.rules);
        let rules: Vec<String> = self.rules.iter().chain(rules).cloned().collect();
        let mut model = model(Evaluator::SemiNaive, &[&rules, &self.facts]).ok()?;
        for line in applied.iter().take(scenarios).flat_map(|changes| &changes.lines) {
            // Outside of a scenario it is an error to forget what is not stated.
            let told = model.tell(line);
            assert!(line.starts_with("forget") || told.is_ok(), "{line}: {told:?}");
        }
        Some(model)
    }
}

fn questions() -> Vec<String> {
    let of_two = RELATIONS.iter().map(|relation| format!("{}?", relation.sentence(&["?a", "?b"])));
    let others =
        ["?a spans ?b at ?n?", "?a bears ?b at ?n?", "?a joins ?b?", "?a is a gem?", "how many things are good?", "is Ada lonely?"];
    of_two.chain(others.map(str::to_owned)).collect()
}

type Rows = BTreeSet<Vec<String>>;

fn texts(row: &[Value]) -> Vec<String> {
    row.iter().map(ToString::to_string).collect()
}

/// An answer as rows; nothing if it cannot be answered.
fn rows(model: &mut Model, question: &str) -> Option<Rows> {
    let answers = model.ask(question).ok()?;
    let alone = |text: &str| BTreeSet::from([vec![text.to_owned()]]);
    if let AnswerKind::Verdict { holds, .. } = answers.kind() {
        return Some(alone(if *holds { "yes" } else { "no" }));
    }
    if let AnswerKind::Count(count) = answers.kind() {
        return Some(alone(&count.to_string()));
    }
    Some(answers.rows().map(|row| texts(&row)).collect())
}

/// What is stated and declared, in any order.
fn said(model: &Model) -> BTreeSet<String> {
    model.to_script().lines().map(str::to_owned).collect()
}

/// What is gained and lost by a comparison.
fn difference(model: &mut Model, comparison: &str) -> Option<(Rows, Rows)> {
    let answers = model.ask(comparison).ok()?;
    let AnswerKind::Comparison(compared) = answers.kind() else { panic!("{comparison}: {answers:?}") };
    let mut gained: Rows = compared.gained().map(texts).collect();
    let mut lost: Rows = compared.lost().map(texts).collect();
    for (from, to) in compared.changed() {
        lost.insert(texts(from));
        gained.insert(texts(to));
    }
    Some((gained, lost))
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn a_scenario_answers_as_a_program_of_its_own(case in case()) {
        for evaluator in [Evaluator::SemiNaive, Evaluator::Naive] {
            let Some(mut model) = case.model(evaluator) else { return Ok(()) };
            for (scenarios, name) in [(1, "first"), (2, "second"), (0, "base")] {
                let Some(mut told) = case.told(scenarios) else { continue };
                for question in questions() {
                    let there = rows(&mut model, &format!("in {name}: {question}"));
                    prop_assert_eq!(there, rows(&mut told, &question), "in {}: {}\n{}", name, question, case.text());
                }
            }
        }
    }

    #[test]
    fn a_comparison_is_the_difference_of_two_programs(case in case()) {
        let Some(mut model) = case.model(Evaluator::SemiNaive) else { return Ok(()) };
        let (Some(mut first), Some(mut second)) = (case.told(1), case.told(2)) else { return Ok(()) };
        for question in questions() {
            let (Some(left), Some(right)) = (rows(&mut first, &question), rows(&mut second, &question)) else { continue };
            let gained = right.difference(&left).cloned().collect();
            let lost = left.difference(&right).cloned().collect();
            let compared = difference(&mut model, &format!("compare first with second: {question}"));
            prop_assert_eq!(compared, Some((gained, lost)), "{}\n{}", question, case.text());
        }
    }

    #[test]
    fn questions_leave_the_model_as_it_was(case in case()) {
        let Some(mut model) = case.model(Evaluator::SemiNaive) else { return Ok(()) };
        let before = said(&model);
        let answers: Vec<_> = questions().iter().map(|question| rows(&mut model, question)).collect();
        for question in [
            "in first: why is Ada good?",
            "in second: what would make Ada lonely?",
            "in first: what would stop Ada from being good?",
            "in second: describe Ada",
            "in first: suppose Ada links Ben and forget Ben links something: is Ada good?",
            "suppose Zoe is shiny: who is shiny?",
            "compare base with second",
            "compare second with first: ?a links ?b?",
        ] {
            let _ = model.ask(question);
        }
        prop_assert_eq!(said(&model), before, "{}", case.text());
        let after: Vec<_> = questions().iter().map(|question| rows(&mut model, question)).collect();
        prop_assert_eq!(after, answers, "{}", case.text());
    }

    /// What everything is compared by is what single questions find.
    #[test]
    fn comparing_everything_finds_what_questions_find(case in case()) {
        let Some(mut model) = case.model(Evaluator::SemiNaive) else { return Ok(()) };
        let Some((gained, lost)) = difference(&mut model, "compare base with second") else { return Ok(()) };
        // What is of a kind follows from what fills the slots, and is not told.
        for relation in RELATIONS.iter().filter(|relation| relation.verb != "is a gem") {
            let question = format!("compare base with second: {}?", relation.sentence(&["?a", "?b"]));
            let Some((more, less)) = difference(&mut model, &question) else { continue };
            for (rows, facts) in [(more, &gained), (less, &lost)] {
                for row in rows {
                    let terms: Vec<&str> = row.iter().map(String::as_str).collect();
                    let fact = vec![relation.sentence(&terms)];
                    prop_assert!(facts.contains(&fact), "{:?} is not among {:?}\n{}", fact, facts, case.text());
                }
            }
        }
    }
}
