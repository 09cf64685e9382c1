//! Two threads and more give the answers of one, in the same order, with the same reasons.

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
    let of = |node: u64| {
        let feeds: String = (0..=random(2)).map(|_| format!("N{} feeds N{node}\n", random(node).max(node / 3))).collect();
        if random(3) == 0 { format!("{feeds}N{node} rests\n") } else { feeds }
    };
    (1..nodes).map(of).collect()
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
    for nodes in [1_050] {
        let facts = facts(nodes, &mut random);
        let mut one = model(1, [PROGRAM, &facts]);
        let questions = [
            "find ?x, ?y where ?x meets ?y",
            "find ?x, ?y where ?x matches ?y",
            "find ?x, ?y where ?x passes ?y",
            "find ?x, ?y where ?x skips ?y",
            "find count (?x, ?y, ?z) where ?x feeds ?y and ?y matches ?z and not ?z rests",
            "find count (?x, ?y, ?z) where ?x feeds ?y and ?y feeds ?z and ?x feeds ?z",
        ];
        let expected = questions.map(|question| answer(&mut one, question));
        assert!(matches!(one.ask("find ?x, ?y where ?x skips ?y").unwrap().kind(), AnswerKind::Table { rows, .. } if rows.len() > 10));
        for threads in [3] {
            let mut several = model(threads, [PROGRAM, &facts]);
            for (question, expected) in questions.iter().zip(&expected) {
                assert_eq!(answer(&mut several, question), *expected, "{question}");
            }
            // Which reason is told depends on the order in which facts were derived.
            for node in 0..3 {
                let why = format!("why N{} passes N{}?", random(9), 40 + node);
                assert_eq!(answer(&mut several, &why), answer(&mut one, &why), "{why}");
            }
        }
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
