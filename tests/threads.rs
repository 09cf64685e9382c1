//! Two threads and more give the answers of one, in the same order, with the same reasons.

#![expect(clippy::unwrap_used, reason = "that is how a test fails")]

use srl::{AnswerKind, Limits, Model};

const PROGRAM: &str = "\
use none
verb from:node feeds to:node
verb node:node rests
verb one:node matches other:node
verb from:node meets to:node
verb from:node passes to:node
verb from:node skips to:node
?x meets ?z if ?x feeds ?y and ?y feeds ?z
?x matches ?y if ?p feeds ?x and ?p feeds ?y and ?x != ?y
?x matches ?y if ?p feeds ?x and ?q feeds ?y and ?p matches ?q
?x passes ?y if ?x meets ?y and not ?y rests
?x passes ?z if ?x passes ?y and ?y feeds ?z and ?z rests
?x skips ?y if ?x passes ?y and ?y matches ?x
";

/// Each node is fed by one before it, and many by a second one.
fn facts(nodes: u64, random: &mut impl FnMut(u64) -> u64) -> String {
    let mut lines = Vec::new();
    for node in 1..nodes {
        for _ in 0..=random(2) {
            lines.push(format!("N{} feeds N{node}", random(node).max(node / 3)));
        }
        if random(3) == 0 {
            lines.push(format!("N{node} rests"));
        }
    }
    lines.join("\n")
}

fn model(threads: usize, texts: [&str; 2]) -> Model {
    let mut model = Model::new();
    model.set_threads(threads);
    texts.iter().for_each(|text| {
        model.tell(text).unwrap();
    });
    model
}

/// All that a question is answered with.
fn answer(model: &mut Model, question: &str) -> String {
    format!("{:?}", model.ask(question).unwrap().kind())
}

#[test]
fn answers_are_those_of_one_thread() {
    let mut state = 3_u64;
    let mut random = |bound: u64| {
        // Knuth's MMIX generator: the same models in every run.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let facts = facts(1_050, &mut random);
    let [mut one, mut several] = [1, 3].map(|threads| model(threads, [PROGRAM, &facts]));
    for question in [
        "find ?x, ?y where ?x meets ?y",
        "find ?x, ?y where ?x matches ?y",
        "find ?x, ?y where ?x passes ?y",
        "find ?x, ?y where ?x skips ?y",
        "find count (?x, ?y, ?z) where ?x feeds ?y and ?y matches ?z and not ?z rests",
        "find count (?x, ?y, ?z) where ?x feeds ?y and ?y feeds ?z and ?x feeds ?z",
    ] {
        assert_eq!(answer(&mut several, question), answer(&mut one, question), "{question}");
    }
    assert!(matches!(one.ask("find ?x, ?y where ?x skips ?y").unwrap().kind(), AnswerKind::Table { rows, .. } if rows.len() > 10));
    // Which reason is told depends on the order in which facts were derived.
    for node in 40..43 {
        let why = format!("why N{} passes N{node}?", random(9));
        assert_eq!(answer(&mut several, &why), answer(&mut one, &why), "{why}");
    }
}

#[test]
fn a_limit_holds_for_all_threads_together() {
    let mut random = |bound: u64| 7 % bound;
    let facts = facts(2_000, &mut random);
    let error = |threads: usize| {
        let mut model = model(threads, [PROGRAM, &facts]);
        model.set_limits(Limits { max_facts: 100 });
        let error = model.ask("find count (?x, ?y) where ?x matches ?y").unwrap_err();
        error.problems().iter().map(|problem| format!("{} {problem}", problem.code())).collect::<Vec<_>>()
    };
    assert_eq!(error(1), error(2));
    assert!(error(2)[0].starts_with("E04"), "{:?}", error(2));
}
