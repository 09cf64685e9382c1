//! What has been derived follows what is told and taken back: after each step of a random conversation a model answers what one answers that
//! is told all that is in force at once, in the plainest way or the usual one.
#![cfg(feature = "cli")]
#![expect(clippy::panic, reason = "that is how a test fails")]

mod random;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use random::{DECLARATIONS, RELATIONS, cases, facts, program};
use srl::session::{Part, Session, Setup};
use srl::{AnswerKind, Evaluator, Model, NoFiles, Style};

/// Questions beside those about each relation.
const QUESTIONS: &[&str] = &[
    "find ?a, count ?b where ?a reaches ?b",
    "?a is a thing and not ?a is good?",
    "?a avoids ?b or (?a links ?b and ?a != ?b)?",
    "?a spans ?b at ?n?",
    "?a bears ?b at ?n?",
    "find ?a, count ?b, sum ?w, max ?w where ?a spans ?b at ?n and ?b weighs ?w order by sum ?w descending limit 4",
    "?a is a thing and whenever ?a links ?u then ?a spans ?u at something?",
    "?a joins ?b via ?c?",
    "?a joins something until ?d?",
    "?a plans ?b by ?c on ?d?",
    "find ?a, avg ?n, sum ?n where ?a scores ?n",
    "?a is a gem?",
    "how many things are there?",
    "Ada reaches ?b?",
    "?a reaches Ben?",
];

/// What must never hold, in all sorts of conditions.
const FORBIDDEN: &[&str] = &[
    "forbid ?x links ?x",
    "forbid ?x reaches ?x and not ?x is red because \"{?x} comes back\"",
    "forbid ?x is old and 2 <= count ?u where (?x links ?u) because \"{?x} has too many\"",
    "forbid ?x is red and whenever ?x links ?u then ?u is good because \"{?x} is too good\"",
    "forbid ?x spans ?y at ?n and ?n > 3 because \"{?x} to {?y} is too long\"",
    "warn ?x avoids ?y and ?y is a gem because \"{?x} avoids a gem\"",
];

fn question(index: Index) -> String {
    let number = index.index(RELATIONS.len() + QUESTIONS.len());
    match RELATIONS.get(number) {
        Some(relation) => format!("{}?", relation.sentence(&["?a", "?b"])),
        None => QUESTIONS[number - RELATIONS.len()].to_owned(),
    }
}

fn questions() -> impl Iterator<Item = String> {
    let of_relations = RELATIONS.iter().map(|relation| format!("{}?", relation.sentence(&["?a", "?b"])));
    of_relations.chain(QUESTIONS.iter().map(|question| (*question).to_owned()))
}

/// What is done to a model between questions.
#[derive(Clone, Debug)]
enum Step {
    Tell(String),
    /// Several facts at once.
    TellAll(Vec<String>),
    /// One of the facts that have been told.
    Forget(Index),
    /// All of one relation.
    ForgetAll(&'static str),
    Rule(String),
    Day(&'static str),
    Undo(usize),
    Word(usize),
}

fn steps() -> impl Strategy<Value = Vec<(Step, Vec<Index>)>> {
    let fact = facts().prop_map(|mut facts| facts.swap_remove(0));
    let rule = program().prop_filter_map("has rules", |(mut rules, _)| rules.pop());
    let step = prop_oneof![
        6 => fact.prop_map(Step::Tell),
        1 => facts().prop_map(Step::TellAll),
        8 => any::<Index>().prop_map(Step::Forget),
        1 => select(&["?x links ?y", "?x is red", "?x reaches ?y", "?x weighs ?w", "?x spans ?y at ?n"][..]).prop_map(Step::ForgetAll),
        1 => rule.prop_map(Step::Rule),
        1 => select(&["as of 2024-05-01", "as of 2024-01-01", "as of any day"][..]).prop_map(Step::Day),
        2 => (1..3_usize).prop_map(Step::Undo),
        1 => (0..5_usize).prop_map(Step::Word),
    ];
    vec((step, vec(any::<Index>(), 0..5)), 1..14)
}

fn input(step: Step, told: &mut Vec<String>) -> Option<String> {
    Some(match step {
        Step::Tell(fact) => {
            told.push(fact.clone());
            fact
        }
        Step::TellAll(facts) => {
            told.extend(facts.iter().cloned());
            facts.join("\n")
        }
        Step::Forget(_) if told.is_empty() => return None,
        Step::Forget(index) => format!("forget {}", told.swap_remove(index.index(told.len()))),
        Step::ForgetAll(pattern) => format!("forget {pattern}"),
        Step::Rule(rule) => rule,
        Step::Day(day) => day.to_owned(),
        Step::Undo(times) => format!(":undo {times}"),
        Step::Word(number) => format!("Ada is new-{number}"),
    })
}

/// The answer of a session to a question, or the code of what is wrong first.
fn asked(session: &mut Session, question: &str) -> Vec<String> {
    let part = |part: Part| match part {
        Part::Answers(answers, _) => Some(match answers.kind() {
            AnswerKind::Table { rows, .. } => format!("{rows:?}"),
            kind @ (AnswerKind::Verdict { .. } | AnswerKind::Count(_) | _) => format!("{kind:?}"),
        }),
        Part::Problem(problem) if !problem.is_warning() => Some(problem.code()),
        Part::Problem(_) | Part::Note(_) | Part::Complaint(_) | Part::Check(_) | Part::Text(_) | _ => None,
    };
    session.enter(question, &NoFiles).parts.into_iter().filter_map(part).take(1).collect()
}

fn asked_plainly(model: &mut Model, question: &str) -> Vec<String> {
    match model.ask(question) {
        Ok(answers) => vec![match answers.kind() {
            AnswerKind::Table { rows, .. } => format!("{rows:?}"),
            kind @ (AnswerKind::Verdict { .. } | AnswerKind::Count(_) | _) => format!("{kind:?}"),
        }],
        Err(error) => vec![error.problems()[0].code()],
    }
}

/// A model that is told at once what is in force in a session.
fn fresh(session: &Session, evaluator: Evaluator) -> Model {
    let script = session.model().to_script();
    let mut model = Model::without_vocabulary();
    model.set_evaluator(evaluator);
    model.tell(&script).unwrap_or_else(|error| panic!("{error}\nin\n{script}"));
    model
}

fn begun(texts: &[String]) -> Session {
    let setup = Setup { vocabulary: "none".to_owned(), ..Setup::default() };
    let mut session = Session::new(setup).expect("no vocabulary is needed");
    for text in texts {
        let reply = session.enter(text, &NoFiles);
        assert!(!reply.is_failed(), "{}\nin\n{text}", reply.render(Style::default()));
    }
    session
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 400, ..cases(24) })]

    #[test]
    fn what_is_derived_follows(program in program(), steps in steps()) {
        let mut session = begun(&[DECLARATIONS.to_owned(), program.0.join("\n"), program.1.join("\n")]);
        let mut told = program.1.clone();
        // Everything is derived before the first change.
        for question in questions() {
            asked(&mut session, &question);
        }
        for (number, (step, wanted)) in steps.into_iter().enumerate() {
            let Some(input) = input(step, &mut told) else { continue };
            session.enter(&input, &NoFiles);
            let mut other = fresh(&session, if number % 2 == 0 { Evaluator::Naive } else { Evaluator::SemiNaive });
            for question in wanted.into_iter().map(question) {
                let (own, expected) = (asked(&mut session, &question), asked_plainly(&mut other, &question));
                prop_assert_eq!(own, expected, "{} after {}\nin\n{}", question, input, session.model().to_script());
            }
        }
        let mut other = fresh(&session, Evaluator::Naive);
        for question in questions() {
            let (own, expected) = (asked(&mut session, &question), asked_plainly(&mut other, &question));
            prop_assert_eq!(own, expected, "{} in the end\nin\n{}", question, session.model().to_script());
        }
    }

    /// Facts that come one by one make a model what it is when they come at once.
    #[test]
    fn a_model_follows_what_is_added(program in program(), more in facts()) {
        let made = |evaluator, parts: &[&[String]]| random::model(evaluator, parts).unwrap_or_else(|error| panic!("{error}"));
        let mut model = made(Evaluator::SemiNaive, &[&program.0, &program.1]);
        for fact in &more {
            questions().for_each(|question| drop(asked_plainly(&mut model, &question)));
            model.tell(fact).unwrap_or_else(|error| panic!("{error}"));
        }
        let mut other = made(Evaluator::Naive, &[&program.0, &program.1, &more]);
        for question in questions() {
            prop_assert_eq!(asked_plainly(&mut model, &question), asked_plainly(&mut other, &question), "{}", question);
        }
    }

    /// What must never hold is found after each change as in a model that is told all at once.
    #[test]
    fn what_is_forbidden_is_found(program in program(), steps in vec((any::<bool>(), any::<Index>(), any::<Index>()), 1..10), more in facts()) {
        let found = |model: &mut Model| match model.violations() {
            Ok(violations) => violations.into_iter().map(|violation| violation.because).collect::<Vec<_>>(),
            Err(error) => vec![error.problems()[0].code()],
        };
        let forbidden = FORBIDDEN.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let made = |facts: &[String]| {
            random::model(Evaluator::SemiNaive, &[&program.0, &forbidden, facts]).unwrap_or_else(|error| panic!("{error}"))
        };
        let mut model = made(&program.1);
        found(&mut model);
        for (is_told, one, other) in steps {
            let fact = if is_told { &more[one.index(more.len())] } else { &program.1[other.index(program.1.len())] };
            // What is not stated cannot be taken back.
            let _ = model.tell(&if is_told { fact.clone() } else { format!("forget {fact}") });
            let script = model.to_script();
            let mut other = Model::without_vocabulary();
            other.tell(&script).unwrap_or_else(|error| panic!("{error}"));
            prop_assert_eq!(found(&mut model), found(&mut other), "after {}\nin\n{}", fact, script);
        }
    }
}
