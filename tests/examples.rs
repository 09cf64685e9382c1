//! Runs every program under `examples/` that has its expected text (`.out`) beside it, by both evaluators.
//!
//! A program that is neither checked in this way nor included by another fails, so that no example is left to itself.
//! `UPDATE_EXPECT=1 cargo test --test examples` writes the expected texts anew; look at the difference before committing it.
//! The answers of the lesson are held against a key that was worked out by hand: no rewriting of texts can change that. The
//! programs of `examples/questions` carry theirs as `expect`; these are counted here.
#![cfg(feature = "render")]
#![expect(clippy::disallowed_methods, reason = "a test opens files")]

mod program;

use std::collections::BTreeSet;
use std::env::var_os;
use std::fs;
use std::path::Path;

use program::{path, run};
use srl::{AnswerKind, Answers, Evaluator};

/// The programs under a folder of this package, by their paths from its folder, in order.
fn programs(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(path(folder)).expect("the folder can be listed");
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.expect("the folder can be listed");
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            found.extend(programs(&name));
        } else if entry.path().extension().is_some_and(|extension| extension == "srl") {
            found.push(name);
        }
    }
    found.sort();
    found
}

/// Where the expected text of a program stands.
fn expected(program: &str) -> String {
    Path::new(program).with_extension("out").display().to_string()
}

fn is_checked(program: &str) -> bool {
    path(&expected(program)).exists()
}

/// Fails with the first line that differs.
fn assert_same(text: &str, expected: &str, what: &str) {
    for (number, (line, expected)) in (1..).zip(text.lines().zip(expected.lines())) {
        assert_eq!(line, expected, "line {number} of the answers of {what}");
    }
    assert_eq!(text.lines().count(), expected.lines().count(), "the lines of the answers of {what}");
    assert_eq!(text, expected, "the line ends of the answers of {what}");
}

#[test]
fn every_program_is_checked_or_included() {
    let programs = programs("examples");
    let mut included = BTreeSet::new();
    for program in &programs {
        let text = fs::read_to_string(path(program)).unwrap();
        let files = text.lines().filter_map(|line| line.trim_start().strip_prefix("include \"")?.split('"').next());
        included.extend(files.map(|file| Path::new(program).with_file_name(file).display().to_string()));
    }
    for program in programs {
        let out = expected(&program);
        assert!(is_checked(&program) || included.contains(&program), "{program} is included nowhere and has no {out}");
    }
}

#[test]
fn every_program_answers_what_is_expected() {
    let rewrites = var_os("UPDATE_EXPECT").is_some();
    assert!(!(rewrites && var_os("CI").is_some()), "expected texts are not rewritten where nobody looks at them");
    let programs: Vec<String> = programs("examples").into_iter().filter(|program| is_checked(program)).collect();
    assert!(programs.len() >= 3, "few examples were found: {programs:?}");
    for program in programs {
        let text = run(&program, Evaluator::SemiNaive).text;
        let out = path(&expected(&program));
        if rewrites {
            fs::write(&out, &text).unwrap();
        }
        let expected = fs::read_to_string(&out).unwrap();
        assert_same(&text, &expected, &format!("{program}: UPDATE_EXPECT=1 takes this over"));
        assert_same(&run(&program, Evaluator::Naive).text, &expected, &format!("{program}, evaluated naively"));
    }
}

// ---- The lesson

#[test]
fn the_checklist_has_every_point_and_checks_it() {
    let text = fs::read_to_string(path("examples/lesson/checklist.srl")).unwrap();
    let mut numbers = BTreeSet::new();
    for point in text.split("\n# L").skip(1) {
        let heading = point.lines().next().unwrap_or_default();
        assert!(point.contains("\nexpect "), "nothing checks L{heading}");
        // `01 …`, `05, L06 …`
        let points = heading.split_whitespace().map_while(|word| word.trim_matches(['L', ',']).parse::<usize>().ok());
        numbers.extend(points);
    }
    assert_eq!(numbers, (1..=41).collect(), "every point has its place");
}

// ---- The key of the lesson

/// A question of the lesson and the right answer to it in both readings.
struct Key {
    question: &'static str,
    /// What a member consumes does not count for the organization: `lesson.srl`.
    base: &'static [&'static str],
    /// It does: `members-count.srl`.
    counting: &'static [&'static str],
}

/// The same in both readings.
const fn same(question: &'static str, answer: &'static [&'static str]) -> Key {
    Key { question, base: answer, counting: answer }
}

const NOBODY: &[&str] = &[];

/// Worked out by hand from the four services of `chain.srl` and the two memberships, not by running anything.
const KEYS: &[Key] = &[
    same("who is a provider?", &["CloudCo", "StreamCo", "TrainCo"]),
    Key {
        question: "who is a consumer?",
        base: &["Dee", "Maya", "StreamCo", "TrainCo"],
        counting: &["CloudCo", "Dee", "IT Systems", "Maya", "StreamCo", "TrainCo"],
    },
    Key { question: "who is both provider and consumer?", base: &["StreamCo", "TrainCo"], counting: &["CloudCo", "StreamCo", "TrainCo"] },
    Key { question: "find ?x where ?x is a provider and not ?x is a consumer", base: &["CloudCo"], counting: NOBODY },
    Key {
        question: "find ?x where ?x is a consumer and not ?x is a provider",
        base: &["Dee", "Maya"],
        counting: &["Dee", "IT Systems", "Maya"],
    },
    Key {
        question: "find ?x where ?x is an organization and not ?x is a provider and not ?x is a consumer",
        base: &["IT Systems"],
        counting: NOBODY,
    },
    same("who provides something to Dee?", &["TrainCo"]),
    same("who does Dee rely on?", &["CloudCo", "StreamCo", "TrainCo"]),
    same("who does Maya rely on?", &["CloudCo", "StreamCo", "TrainCo"]),
    // Somebody at CloudCo relies on CloudCo's own service, whichever reading.
    same("does Maya rely on CloudCo?", &["yes"]),
    same("does Maya belong to CloudCo?", &["yes"]),
    Key { question: "who does CloudCo rely on?", base: NOBODY, counting: &["CloudCo", "StreamCo", "TrainCo"] },
    Key {
        question: "who relies on CloudCo?",
        base: &["Dee", "Maya", "StreamCo", "TrainCo"],
        counting: &["CloudCo", "Dee", "IT Systems", "Maya", "StreamCo", "TrainCo"],
    },
    Key { question: "find ?x where ?x relies on ?x", base: NOBODY, counting: &["CloudCo", "StreamCo", "TrainCo"] },
    same("does CloudCo provide something to Dee?", &["no"]),
    same("does Dee rely on CloudCo?", &["yes"]),
    same("find ?teller, ?told where ?teller tells ?told", &["CloudCo / StreamCo", "StreamCo / TrainCo", "TrainCo / Dee", "TrainCo / Maya"]),
    Key {
        question: "TrainCo plays what in what towards whom?",
        base: &["consumer / video streaming / StreamCo", "provider / training / Dee", "provider / training / Maya"],
        counting: &[
            "consumer / video streaming / StreamCo",
            "provider / training / CloudCo",
            "provider / training / Dee",
            "provider / training / IT Systems",
            "provider / training / Maya",
        ],
    },
    Key { question: "is CloudCo a consumer?", base: &["no"], counting: &["yes"] },
    Key { question: "find ?x where ?x belongs to CloudCo and ?x is a consumer", base: &["Maya"], counting: &["IT Systems", "Maya"] },
    same("what does OtherCo provide?", NOBODY),
];

#[test]
fn the_lesson_agrees_with_its_key() {
    for evaluator in [Evaluator::SemiNaive, Evaluator::Naive] {
        let base = run("examples/lesson/lesson.srl", evaluator);
        let counting = run("examples/lesson/members-count.srl", evaluator);
        for key in KEYS {
            for (run, right) in [(&base, key.base), (&counting, key.counting)] {
                let answer = if let AnswerKind::Verdict { holds, .. } = run.answer(key.question).kind() {
                    vec![if *holds { "yes" } else { "no" }.to_owned()]
                } else {
                    run.rows(key.question)
                };
                assert_eq!(answer, right, "{}", key.question);
            }
        }
        let keys: Vec<&str> = KEYS.iter().map(|key| key.question).collect();
        for run in [&base, &counting] {
            let asked: Vec<&str> = run.answers.iter().map(Answers::question).collect();
            assert_eq!(asked, keys, "a program of the lesson asks exactly what the key answers");
        }
    }
}

// ---- The hundred questions

const QUESTIONS: &str = "examples/questions";

/// How many times each program of `examples/questions` says `expect`, so that none gets lost. A line between two of them keeps
/// changes to one apart from those to the next.
const EXPECTS: &[(&str, usize)] = &[
    // Reading one relationship
    ("b1-one-relationship.srl", 18),
    // Roles
    ("b2-roles.srl", 20),
    // Activities and offerings
    ("b3-activities.srl", 13),
    // Chains
    ("b4-chains.srl", 27),
    // Negation and assumptions
    ("b5-negation.srl", 15),
    // Value and quality
    ("b6-value.srl", 35),
    // The service manager
    ("b7-service-manager.srl", 16),
    // Keeping services running
    ("b8-outages.srl", 18),
    // Risks of suppliers
    ("b9-vendor-risk.srl", 24),
    // The shape of the enterprise
    ("b10-architect.srl", 12),
];

fn is_warning(line: &str) -> bool {
    line.strip_prefix('W').is_some_and(|code| code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()))
}

#[test]
fn the_expectations_of_all_questions_are_counted() {
    let counted: BTreeSet<String> = EXPECTS.iter().map(|(program, _)| format!("{QUESTIONS}/{program}")).collect();
    assert_eq!(BTreeSet::from_iter(programs(QUESTIONS)), counted);
}

#[test]
fn every_question_is_answered_as_it_expects_and_without_a_warning() {
    for (program, expects) in EXPECTS {
        let program = format!("{QUESTIONS}/{program}");
        let text = fs::read_to_string(path(&program)).unwrap();
        let said = text.lines().filter(|line| line.starts_with("expect ")).count();
        assert_eq!(said, *expects, "the expectations in {program}");
        for evaluator in [Evaluator::SemiNaive, Evaluator::Naive] {
            // An expectation that is not met ends the run with a panic.
            let text = run(&program, evaluator).text;
            assert!(!text.lines().any(is_warning), "{program} gives a warning ({evaluator:?}):\n{text}");
        }
    }
}
