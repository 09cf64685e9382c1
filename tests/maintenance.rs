//! What has been derived follows what is told and taken back: after each step of a random conversation a model answers what one answers that
//! is told all that is in force at once, in the plainest way or the usual one.
#![cfg(feature = "cli")]
#![expect(clippy::panic, reason = "that is how a test fails")]

mod random;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use random::{DECLARATIONS, NAMES, RELATIONS, cases, facts, program};
use srl::session::{Part, Session, Setup};
use srl::{AnswerKind, Evaluator, Ground, Model, NoFiles, Style};

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

/// Verbs that keep a value, beside those of all random programs.
const KEEPING: &str = "verb one:thing leases two:thing at rate:number [since start:date] [until end:date] keeping least rate\n\
    verb one:thing ranks at place:number keeping greatest place";

/// Rules that keep values: in recursions, of each other, of whether there is one, and read by `not`, aggregates and `whenever` above.
const KEPT: &[&str] = &[
    "?x spans ?y at 2 if ?x links ?y",
    "?x spans ?z at ?n + 1 if ?x spans ?y at ?n and ?y links ?z",
    "?x spans ?z at ?n + ?w if ?x spans ?y at ?n and ?y meets ?z and ?z weighs ?w",
    "?x spans ?z at ?n if ?x spans ?y at ?n and ?y meets ?z and not ?z is old",
    "?x spans ?z at ?n + ?m if ?x spans ?y at ?n and ?y spans ?z at ?m",
    "?x spans ?y at ?n * 2 if ?y spans ?x at ?n",
    "?x spans ?z at ?n if ?x spans ?y at ?n and ?y spans ?z at something",
    "?x spans ?y at ?w if ?x spans ?y at something and ?y weighs ?w",
    "?x spans ?y at 1 if ?x spans ?z at something and ?z meets ?y and ?y is red",
    "?x follows ?y if ?x spans ?y at something and ?y is red",
    "?x spans ?y at 3 if ?y follows ?x",
    "?x spans ?x at 1 if ?x is a thing and ?x is red and whenever ?x links ?u then ?u spans ?x at something",
    "?x bears ?y at ?w if ?x links ?y and ?y weighs ?w",
    "?x bears ?z at ?n - ?w if ?x bears ?y at ?n and ?y links ?z and ?z weighs ?w",
    "?x bears ?y at 1 if ?x bears something at something and ?x meets ?y",
    "?x spans ?y at ?n if ?x leases ?y at ?n",
    "?x leases ?z at ?n + 1 since ?d if ?x leases ?y at ?n since ?d and ?y links ?z",
    "?x leases ?z at ?n + ?w if ?x leases ?y at ?n and ?y meets ?z and ?z weighs ?w",
    "?x ranks at ?n if ?x bears something at ?n and ?x is old",
    "?x ranks at ?k - 1 if ?y ranks at ?k and ?x links ?y",
    "?x bears ?x at ?k if ?x ranks at ?k and ?x is red",
    "?x avoids ?y if ?x bears ?y at ?n and ?n > 1 and not ?x spans ?y at something",
    "?x is lonely if ?x is a thing and 2 <= count ?u where (?x spans ?u at ?n and ?n < 4)",
    "?x reaches ?y if ?x spans ?y at ?n and ?m = sum ?k where (?x spans something at ?k) and ?m > ?n * 2",
    "?x is good if ?x is a thing and whenever ?x spans ?y at ?n then ?n < 4",
];

const KEPT_QUESTIONS: &[&str] = &[
    "?a spans ?b at ?n?",
    "?a bears ?b at ?n?",
    "?a leases ?b at ?n?",
    "?a ranks at ?n?",
    "?a follows ?b?",
    "?a avoids ?b?",
    "?a is lonely?",
    "?a reaches ?b?",
    "?a is good?",
    "Ada spans ?b at ?n?",
    "find ?a, sum ?n where ?a spans ?b at ?n",
];

fn kept_facts() -> impl Strategy<Value = String> {
    let name = || select(NAMES);
    let pair = |verb| (name(), name()).prop_map(move |(one, two)| format!("{one} {verb} {two}"));
    let valued = |verb| (name(), name(), 1..6_u8).prop_map(move |(one, two, value)| format!("{one} {verb} {two} at {value}"));
    let day = proptest::option::of(select(&["since 2024-03-01", "until 2024-03-01", "since 2024-05-02"][..]));
    prop_oneof![
        6 => pair("links"),
        3 => pair("meets"),
        1 => name().prop_map(|name| format!("{name} is red")),
        1 => name().prop_map(|name| format!("{name} is old")),
        2 => (name(), 0..4_u8).prop_map(|(name, weight)| format!("{name} weighs {weight}")),
        2 => valued("spans"),
        1 => valued("bears"),
        1 => (name(), 1..5_u8).prop_map(|(name, place)| format!("{name} ranks at {place}")),
        2 => (valued("leases"), day).prop_map(|(fact, day)| day.map_or_else(|| fact.clone(), |day| format!("{fact} {day}"))),
    ]
}

fn kept_steps() -> impl Strategy<Value = Vec<(Step, Vec<Index>)>> {
    let step = prop_oneof![
        8 => kept_facts().prop_map(Step::Tell),
        1 => vec(kept_facts(), 2..6).prop_map(Step::TellAll),
        10 => any::<Index>().prop_map(Step::Forget),
        1 => select(&["?x links ?y", "?x weighs ?w", "?x spans ?y at ?n", "?x leases Ben at ?n"][..]).prop_map(Step::ForgetAll),
        1 => select(KEPT).prop_map(|rule| Step::Rule(rule.to_owned())),
        1 => select(&["as of 2024-05-01", "as of 2024-01-01", "as of any day"][..]).prop_map(Step::Day),
        2 => (1..3_usize).prop_map(Step::Undo),
    ];
    vec((step, vec(any::<Index>(), 0..4)), 1..16)
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

/// Whether a proof is whole, and how deep it is if none is less deep; nothing if there is none.
fn proved(kind: &AnswerKind) -> Option<(bool, Option<usize>)> {
    let AnswerKind::Proof { proof, .. } = kind else { return None };
    let is_whole = proof.steps.iter().all(|step| step.ground != Ground::Cut);
    Some((is_whole, proof.is_shortest.then(|| proof.depth())))
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

    /// Where the least or greatest value is kept, it is what it would be if all were derived anew; and whatever holds has a proof.
    #[test]
    fn what_is_kept_follows(
        rules in proptest::sample::subsequence(KEPT, 1..KEPT.len()),
        facts in vec(kept_facts(), 4..24),
        steps in kept_steps(),
    ) {
        let mut session = begun(&[DECLARATIONS.to_owned(), KEEPING.to_owned(), rules.join("\n"), facts.join("\n")]);
        let mut told = facts;
        for question in KEPT_QUESTIONS {
            asked(&mut session, question);
        }
        for (number, (step, wanted)) in steps.into_iter().enumerate() {
            let Some(input) = input(step, &mut told) else { continue };
            session.enter(&input, &NoFiles);
            let mut other = fresh(&session, if number % 2 == 0 { Evaluator::Naive } else { Evaluator::SemiNaive });
            for question in wanted.into_iter().map(|index| KEPT_QUESTIONS[index.index(KEPT_QUESTIONS.len())]) {
                let (own, expected) = (asked(&mut session, question), asked_plainly(&mut other, question));
                prop_assert_eq!(own, expected, "{} after {}\nin\n{}", question, input, session.model().to_script());
            }
        }
        let mut other = fresh(&session, Evaluator::Naive);
        for question in KEPT_QUESTIONS {
            let (own, expected) = (asked(&mut session, question), asked_plainly(&mut other, question));
            prop_assert_eq!(own, expected, "{} in the end\nin\n{}", question, session.model().to_script());
        }
        for name in NAMES {
            let question = format!("why Ada spans {name} at something?");
            let parts = session.enter(&question, &NoFiles).parts;
            let own = parts.into_iter().find_map(|part| if let Part::Answers(answers, _) = part { Some(proved(answers.kind())) } else { None });
            let expected = other.ask(&question).ok().map(|answers| proved(answers.kind()));
            prop_assert_eq!(own, expected, "{}\nin\n{}", question, session.model().to_script());
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
