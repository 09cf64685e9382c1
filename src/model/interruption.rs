//! Statements and questions that are interrupted at each place where they can be: whatever is stopped has changed nothing, and later answers
//! are those of a model that was told the same and never stopped. Tests alone.

use std::io::{self, Cursor, Read};

use super::{Files, Model};
use crate::diagnostics::Error;
use crate::source::Source;

/// What is derived in all ways: closures, other recursion, negation, aggregates, `whenever`, `keeping`, days.
const PROGRAM: &str = "verb one:thing links two:thing [since start:date]\nverb one:thing reaches two:thing\nverb one:thing meets two:thing\n\
    verb one:thing spans two:thing at length:number keeping least length\n\
    ?a reaches ?b if ?a links ?b\n?a reaches ?c if ?a reaches ?b and ?b links ?c\n\
    ?a meets ?b if ?a links ?b and ?b links ?a\n?a meets ?c if ?a meets ?b and ?b reaches ?c and not ?c is odd\n\
    ?a spans ?b at 1 if ?a links ?b\n?a spans ?c at ?n + 1 if ?a spans ?b at ?n and ?b links ?c\n\
    ?a is odd if ?a links ?a\n?a is busy if ?a links something and 2 <= count ?b where (?a links ?b)\n\
    ?a is calm if ?a is busy and whenever ?a links ?b then ?b is busy\n";

const FACTS: &str = "N1 links N2\nN2 links N3\nN3 links N1\nN3 links N4\nN4 links N5 since 2024-03-01\nN5 links N6\nN5 links N7\nN7 links N5\n\
    N2 links N6\nN8 links N8\nN6 links N9 since 2025-01-01\nN9 spans N1 at 4\n";

const QUESTIONS: &[&str] = &[
    "?a links ?b?",
    "?a reaches ?b?",
    "?a meets ?b?",
    "?a spans ?b at ?n?",
    "who is odd?",
    "who is busy?",
    "who is calm?",
    "N1 reaches ?b?",
];

/// One table of many rows.
struct Rows;

impl Files for Rows {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, _name: &str) -> io::Result<Box<dyn Read>> {
        let rows = (0..2_500).map(|row| format!("R{row},R{},20{}-01-01\n", row / 2, 10 + row % 30));
        Ok(Box::new(Cursor::new(format!("one,two,start\n{}", rows.collect::<String>()))))
    }
}

const IMPORT: &str = "import \"rows.csv\" as ?one links ?two since ?start";

fn run(model: &mut Model, text: &str) -> Result<(), Error> {
    let mut script = model.load(Source::new("told", text), &Rows)?;
    while let Some(outcome) = model.step(&mut script, &Rows) {
        outcome?;
    }
    Ok(())
}

fn begun(texts: &[&str]) -> Model {
    let mut model = Model::without_vocabulary();
    texts.iter().for_each(|text| run(&mut model, text).unwrap());
    model
}

fn answers(model: &mut Model, questions: &[&str]) -> Result<Vec<String>, Error> {
    questions.iter().map(|question| model.ask(question).map(|answers| format!("{:?}", answers.kind()))).collect()
}

/// Interrupts a statement, or the question after it, at every place at first, later at fewer; gives how often.
fn interrupted_everywhere(before: &[&str], statement: &str, questions: &[&str]) -> u32 {
    let mut model = begun(before);
    let untold = model.to_script();
    run(&mut model, statement).unwrap();
    let told = model.to_script();
    let expected = [answers(&mut begun(&[&untold]), questions), answers(&mut begun(&[&told]), questions)].map(Result::unwrap);
    let (mut looks, mut times) = (0, 0);
    loop {
        let mut model = begun(before);
        // All that the questions need has been derived, and has to follow.
        answers(&mut model, questions).unwrap();
        let interrupt = model.interrupt();
        interrupt.raise_after(looks);
        let stated = run(&mut model, statement);
        let asked = stated.as_ref().ok().map(|()| answers(&mut model, questions));
        let was_raised = interrupt.is_raised();
        interrupt.clear();
        let is_told = stated.is_ok();
        assert_eq!(model.to_script(), if is_told { told.as_str() } else { &untold }, "{statement}, after {looks} looks");
        for error in stated.err().into_iter().chain(asked.and_then(Result::err)) {
            assert_eq!(error.problems()[0].code(), "E0410", "{statement}, after {looks} looks");
        }
        assert_eq!(answers(&mut model, questions).unwrap(), expected[usize::from(is_told)], "{statement}, after {looks} looks");
        if !was_raised {
            return times;
        }
        times += 1;
        looks += 1 + looks / 25;
    }
}

#[test]
fn a_change_is_followed_or_was_never_made() {
    let statements = [
        "N6 links N1",
        "N1 links N10, N11, N12",
        "forget N3 links N4",
        "forget N3 links N1",
        "forget N8 links N8",
        "forget N5 links something",
        "N9 spans N1 at 2",
        "forget N9 spans N1 at 4",
        "as of 2024-06-01",
    ];
    for statement in statements {
        let times = interrupted_everywhere(&[PROGRAM, FACTS], statement, QUESTIONS);
        assert!(times > 50, "{statement} was stopped {times} times");
    }
}

#[test]
fn many_rows_come_and_go_together() {
    let questions = ["find count (?a, ?b) where ?a links ?b", "N1 links ?b?"];
    let many = &[PROGRAM, FACTS, IMPORT];
    for (before, statement) in
        [(&many[..2], IMPORT), (many, "forget something links something"), (many, "as of 2025-06-01"), (many, "forget R7 links something")]
    {
        let times = interrupted_everywhere(before, statement, &questions);
        assert!(times > 10, "{statement} was stopped {times} times");
    }
}

/// Comparing many rows is stopped between them: none of what comes before looks so often whether somebody interrupts.
#[test]
fn whoever_compares_many_rows_is_heard() {
    let verb = "verb one:thing links two:thing [since start:date]";
    let without = "scenario empty {\n    forget something links something\n}";
    for (question, looks) in [
        ("compare base with empty: ?a links ?b?", 6_000),
        ("compare base with empty: find ?a, ?b where ?a links ?b", 12_000),
        ("compare base with empty", 6_000),
        ("expect ?a links ?b: (R1, R0)", 6_000),
    ] {
        let mut model = begun(&[verb, IMPORT, without]);
        let expected = run(&mut model, question).map_err(|error| error.problems()[0].code());
        let interrupt = model.interrupt();
        interrupt.raise_after(looks);
        let stopped = run(&mut model, question);
        assert!(interrupt.is_raised(), "{question}");
        assert_eq!(stopped.unwrap_err().problems()[0].code(), "E0410", "{question}");
        interrupt.clear();
        assert_eq!(run(&mut model, question).map_err(|error| error.problems()[0].code()), expected, "{question}");
    }
}

#[test]
fn whoever_stops_the_writing_of_a_model_gets_nothing() {
    let model = begun(&[PROGRAM, FACTS]);
    let asked = std::cell::Cell::new(0);
    let script = model.script_while(|| {
        asked.set(asked.get() + 1);
        asked.get() < 5
    });
    assert_eq!((script, asked.get()), (None, 5));
    assert_eq!(model.script_while(|| true), Some(model.to_script()));
}
