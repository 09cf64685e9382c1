//! What holds of every program: no text brings the library down, both evaluators agree, order does not matter.
#![expect(clippy::panic, reason = "that is how a test fails")]

mod random;
mod tokens;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use random::{NAMES, RELATIONS, cases, facts, model, program};
use srl::{Error, Evaluator, Model, Outcome, Problem, Style};
use tokens::TOKENS;

// ---- Any text at all

fn tokens() -> impl Strategy<Value = String> {
    let separator = select(&[" ", " ", " ", " ", "", "\n", "\t"][..]);
    vec((select(TOKENS), separator), 0..40).prop_map(|parts| parts.into_iter().fold(String::new(), |text, (token, gap)| text + token + gap))
}

/// A sentence that is right but for a few characters.
fn damaged() -> impl Strategy<Value = String> {
    let sentences = select(
        &[
            "B provides hosting to C under \"Gold SLA\" since 2024-01-01",
            "rule chain: ?c needs ?q if ?c needs ?p and (?p needs ?q or not ?q is late) because \"{?c}\"",
            "verb teacher:person teaches subject:subject [at school:school]\n  also subject is taught by teacher",
            "find ?p, count (?s, ?c) where ?p provides ?s to ?c order by ?p descending limit 10",
            "import \"a.csv\" as ?provider provides ?service to ?consumer",
            "who does Google provide hosting to?",
            "hosting has availability 99.95%\nwhat is the availability of hosting?",
        ][..],
    );
    (sentences, vec((any::<Index>(), any::<char>(), any::<bool>()), 1..4)).prop_map(|(sentence, changes)| {
        let mut characters = sentence.chars().collect::<Vec<_>>();
        for (at, character, replaces) in changes {
            let at = at.index(characters.len());
            if replaces {
                characters[at] = character;
            } else {
                characters.remove(at);
            }
            if characters.is_empty() {
                characters.push(character);
            }
        }
        characters.into_iter().collect()
    })
}

/// Tells a text, draws whatever is wrong with it, and makes sure that a text with a problem leaves the model alone.
fn survives(text: &str) {
    let mut model = Model::new();
    model.tell("Known provides hosting to Other").expect("a fact of the standard vocabulary");
    match model.tell(text) {
        Ok(told) => told.warnings.iter().for_each(draw),
        Err(error) => {
            error.problems().iter().for_each(draw);
            let _ = (error.to_string(), format!("{error:?}"));
        }
    }
    match model.ask(text) {
        Ok(answers) => answers.warnings().iter().for_each(draw),
        Err(error) => error.problems().iter().for_each(draw),
    }
    let checked = format!("Known provides hosting to Other\n{text}");
    if let Ok(script) = model.load(srl::Source::new("checked", checked), &srl::NoFiles) {
        model.lint(&[script]).expect("nothing interrupts it").iter().for_each(draw);
    }
}

fn draw(problem: &Problem) {
    let text = problem.source().text();
    let labels = problem.labels();
    assert!(labels.first().is_some_and(|label| label.is_primary), "no primary label: {problem}");
    for label in labels {
        assert!(text.get(label.span.range()).is_some(), "a label at {:?} of {} bytes: {problem}", label.span, text.len());
    }
    let (line, column) = problem.line_and_column();
    assert!(line >= 1 && column >= 1 && line <= text.lines().count() + 1);
    assert!(problem.help().is_some_and(|help| !help.is_empty()), "no help: {problem}");
    for (width, plain) in [(80, false), (20, false), (80, true)] {
        let drawn = problem.render(Style { width, color: false, plain });
        assert!(drawn.ends_with('\n'));
        assert!(!drawn.contains(|character: char| character.is_control() && !matches!(character, '\n' | '\t' | '\r')), "{drawn:?}");
    }
    let _ = problem.render(Style { color: true, ..Style::default() });
    let _ = srl::Format::problem(problem);
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn any_tokens_are_survived(text in tokens()) {
        survives(&text);
    }

    #[test]
    fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..200)) {
        survives(&String::from_utf8_lossy(&bytes));
        match srl::Source::from_bytes("bytes", bytes) {
            Ok(source) => prop_assert_eq!(source.name(), "bytes"),
            Err(error) => error.problems().iter().for_each(draw),
        }
    }

    #[test]
    fn damaged_sentences_are_survived(text in damaged()) {
        survives(&text);
    }

    /// What can be seen to be wrong without running it changes nothing.
    #[test]
    fn a_wrong_text_changes_nothing(text in tokens()) {
        let wrong = format!("New provides storage to Other\n?x pities ?y if ?y provides something to ?x\nB provdes x to C\n{text}");
        let mut model = Model::new();
        model.tell("Known provides hosting to Other").expect("a fact of the standard vocabulary");
        prop_assert!(model.tell(&wrong).is_err());
        let rows = model.ask("who provides what to whom?").expect("a question").rows().map(|row| format!("{:?}", &row[..])).collect::<Vec<_>>();
        prop_assert_eq!(rows, ["[\"Known\", \"hosting\", \"Other\"]"]);
        prop_assert!(model.ask("who pities whom?").is_err());
    }
}

// ---- Random programs

/// All that a model holds, and a few counts and verdicts.
fn everything(model: &mut Model) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    for relation in RELATIONS {
        let answers = model.ask(&format!("{}?", relation.sentence(&["?a", "?b"])))?;
        lines.extend(answers.rows().map(|row| format!("{} {:?}", relation.verb, &row[..])));
        let verdict = model.ask(&format!("{}?", relation.sentence(&["Ada", "Ben"])))?;
        lines.push(format!("{} {}", relation.verb, verdict.holds()));
    }
    for question in [
        "find ?a, count ?b where ?a reaches ?b",
        "?a is a thing and not ?a is good?",
        "?a avoids ?b or (?a links ?b and ?a != ?b)?",
        "?a spans ?b at ?n?",
        "Ada spans ?b at ?n?",
        "?a spans Ben at ?n and ?n < 4?",
        "?a bears ?b at ?n?",
        "find ?a, count ?b, sum ?w, max ?w where ?a spans ?b at ?n and ?b weighs ?w order by sum ?w descending limit 4",
        "?a is a thing and whenever ?a links ?u then ?a spans ?u at something?",
        "?a joins ?b via ?c?",
        "?a joins ?b and not ?a joins ?b via something?",
        "?a joins something until ?d?",
        "?a plans ?b by ?c on ?d?",
        "find ?a, min ?d, count ?b where ?a plans ?b on ?d",
        "find ?a, avg ?n, sum ?n where ?a scores ?n",
    ] {
        lines.extend(model.ask(question)?.rows().map(|row| format!("{question} {:?}", &row[..])));
    }
    Ok(lines)
}

/// Questions with a name in them, so that only a part of what they read is wanted.
fn about(model: &mut Model, name: &str) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    for relation in RELATIONS {
        for sentence in [relation.sentence(&[name, "?b"]), relation.sentence(&["?b", name])] {
            let answers = model.ask(&format!("{sentence} and ?b is a thing?"))?;
            lines.extend(answers.rows().map(|row| format!("{sentence} {:?}", &row[..])));
        }
    }
    for question in [
        "NAME spans ?b at ?n?",
        "?a spans NAME at ?n and ?n < 4?",
        "?a bears ?b at ?n and NAME reaches ?a?",
        "find count ?b where NAME avoids ?b",
        "find ?b, count ?c, sum ?w where NAME reaches ?b and ?b reaches ?c and ?c weighs ?w",
        "NAME links ?a and not ?a is good and not ?a reaches NAME?",
        "NAME links ?a and whenever ?a reaches ?u then ?u spans NAME at something?",
        "?a joins NAME via ?c and (?a is good or ?c is lonely)?",
        "?a plans NAME by ?c on ?d and not ?c follows NAME?",
        "NAME meets ?a and 1 < count ?x where (?a reaches ?x and not ?x is lonely)?",
    ] {
        lines.extend(model.ask(&question.replace("NAME", name))?.rows().map(|row| format!("{question} {:?}", &row[..])));
    }
    Ok(lines)
}

/// Some of what a model holds on a day; afterwards all facts count again.
fn on_a_day(model: &mut Model) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    model.tell("as of 2024-05-01")?;
    for question in ["?a joins ?b?", "?a is a gem?", "?a is a thing?", "?a plans ?b on ?d?", "?a reaches ?b?", "?a avoids ?b?"] {
        lines.extend(model.ask(question)?.rows().map(|row| format!("{question} {:?}", &row[..])));
    }
    model.tell("as of any day")?;
    Ok(lines)
}

/// Whether a fact counts on that day, read from its words.
fn is_of_the_day(fact: &str) -> bool {
    let after = |word: &str| fact.split_once(word).and_then(|(_, rest)| rest.get(..10));
    after(" since ").is_none_or(|since| since <= "2024-05-01") && after(" until ").is_none_or(|until| "2024-05-01" <= until)
}

/// The program in question, for the message of a failure.
fn shown<T>(result: Result<T, Error>, program: &(Vec<String>, Vec<String>)) -> T {
    result.unwrap_or_else(|error| panic!("{error}\nin\n{}\n{}", program.0.join("\n"), program.1.join("\n")))
}

/// Random programs for each property: as many as some seconds allow.
const CASES: u32 = 400;

fn answers(evaluator: Evaluator, program: &(Vec<String>, Vec<String>)) -> Vec<String> {
    let mut model = shown(model(evaluator, &[&program.0, &program.1]), program);
    shown(everything(&mut model), program)
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn the_evaluators_agree(program in program()) {
        prop_assert_eq!(answers(Evaluator::SemiNaive, &program), answers(Evaluator::Naive, &program));
    }

    /// On a day a model holds what one holds that is told only the facts of that day.
    #[test]
    fn other_days_make_no_difference(program in program()) {
        let mut model = shown(model(Evaluator::SemiNaive, &[&program.0, &program.1]), &program);
        let before = shown(everything(&mut model), &program);
        let that_day = program.1.iter().filter(|fact| is_of_the_day(fact)).cloned().collect::<Vec<_>>();
        let mut other = shown(self::model(Evaluator::Naive, &[&program.0, &that_day]), &program);
        prop_assert_eq!(shown(on_a_day(&mut model), &program), shown(on_a_day(&mut other), &program));
        prop_assert_eq!(shown(everything(&mut model), &program), before);
    }

    #[test]
    fn order_makes_no_difference((program, other) in program().prop_flat_map(|program| {
        let other = (Just(program.0.clone()).prop_shuffle(), Just(program.1.clone()).prop_shuffle());
        (Just(program), other)
    })) {
        prop_assert_eq!(answers(Evaluator::SemiNaive, &program), answers(Evaluator::SemiNaive, &other));
    }

    /// Formatting keeps what a program means.
    #[test]
    fn a_formatted_program_answers_the_same(program in program()) {
        let text = program.0.iter().chain(&program.1).fold(String::new(), |text, line| text + line + "\n");
        let formatted = srl::format(&srl::Source::new("program.srl", text)).expect("a program that can be read can be formatted");
        let mut model = shown(model(Evaluator::SemiNaive, &[&[formatted]]), &program);
        prop_assert_eq!(shown(everything(&mut model), &program), answers(Evaluator::SemiNaive, &program));
    }

    /// A model that is asked after every fact holds in the end what one holds that is told all at once.
    #[test]
    fn one_by_one_or_all_at_once(program in program()) {
        let mut growing = shown(model(Evaluator::SemiNaive, &[]), &program);
        for line in program.1.iter().chain(&program.0) {
            shown(growing.tell(line), &program);
            // Derives everything, so that the next fact has to undo it.
            shown(growing.ask("?a avoids ?b or ?a reaches ?b or (?a is lonely and ?b is good)?"), &program);
        }
        prop_assert_eq!(shown(everything(&mut growing), &program), answers(Evaluator::SemiNaive, &program));
    }

    #[test]
    fn forgetting_takes_back_what_was_stated(program in program(), more in facts()) {
        let mut model = shown(model(Evaluator::SemiNaive, &[&program.0, &program.1]), &program);
        let before = shown(everything(&mut model), &program);
        // To forget a sentence without its optional phrases would take back those that have them.
        let says_all = |fact: &String| !fact.contains(" join") || [" via ", " since ", " until "].iter().all(|word| fact.contains(word));
        let mut new = Vec::new();
        for fact in more.into_iter().filter(says_all) {
            let told = shown(model.tell(&fact), &program);
            if let [Outcome::Stated { new: 1, .. }] = told.outcomes.as_slice() {
                new.push(fact);
            }
        }
        shown(everything(&mut model), &program);
        for fact in &new {
            shown(model.tell(&format!("forget {fact}")), &program);
        }
        prop_assert_eq!(shown(everything(&mut model), &program), before);
    }

    /// A yes of either evaluator has a witness, and never rests on itself.
    #[test]
    fn a_derived_yes_has_a_witness(program in program()) {
        for evaluator in [Evaluator::SemiNaive, Evaluator::Naive] {
            let mut model = shown(model(evaluator, &[&program.0, &program.1]), &program);
            // Of what kind something is rests on a fact in other words.
            for relation in RELATIONS.iter().filter(|relation| relation.verb != "is a gem") {
                let sentence = relation.sentence(&["Ada", "Ben"]);
                let answers = shown(model.ask(&format!("{sentence}?")), &program);
                if let srl::AnswerKind::Verdict { holds: true, witness, by, .. } = answers.kind() {
                    prop_assert!(by.is_some() || witness == std::slice::from_ref(&sentence), "{:?}", answers);
                    prop_assert!(by.is_none() || !witness.contains(&sentence), "{:?}", answers);
                }
            }
        }
    }
}

/// Whether a sentence holds, and if it does, what it rests on, in one step and in all. Which values a better one has replaced depends on the order
/// in which they come: nothing is said of proofs that rest on those.
fn verdict(model: &mut Model, sentence: &str, program: &(Vec<String>, Vec<String>)) -> Option<String> {
    let [answers, why] = [format!("{sentence}?"), format!("why {sentence}?")].map(|question| shown(model.ask(&question), program));
    let told = answers.holds().then(|| format!("{:?} {:?}", answers.kind(), why.kind()))?;
    Some(if told.contains("replaced_by: Some") { "yes".to_owned() } else { told })
}

proptest! {
    // Each asks some dozens of questions of two models, five times.
    #![proptest_config(cases(CASES / 8))]

    /// What a question asks for alone is what it is where everything is derived, as facts come and go.
    #[test]
    fn what_is_asked_for_is_enough((program, more) in (program(), facts())) {
        let mut whole = shown(model(Evaluator::Naive, &[&program.0, &program.1]), &program);
        let mut other = shown(model(Evaluator::SemiNaive, &[&program.0, &program.1]), &program);
        let mut asked = shown(model(Evaluator::SemiNaive, &[&program.0, &program.1]), &program);
        asked.set_demand_from(0);
        for (fact, name) in [None].into_iter().chain(more.iter().map(Some)).zip(NAMES) {
            if let Some(fact) = fact {
                shown(whole.tell(fact), &program);
                shown(asked.tell(fact), &program);
                shown(other.tell(fact), &program);
            }
            for relation in RELATIONS {
                let sentence = relation.sentence(&[name, "Ben"]);
                prop_assert_eq!(verdict(&mut asked, &sentence, &program), verdict(&mut other, &sentence, &program), "{}\n{:?}", sentence, program);
            }
            prop_assert_eq!(shown(about(&mut asked, name), &program), shown(about(&mut whole, name), &program));
        }
        prop_assert_eq!(shown(everything(&mut asked), &program), shown(everything(&mut whole), &program));
    }
}
