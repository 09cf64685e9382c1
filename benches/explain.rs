//! Measures explanations on made-up models that grow: `cargo bench --bench explain`. For each model it gives what asking an ordinary question
//! of the same sentence takes and what its reasons take, in the same run, and their ratio. Then the same for questions in scenarios, and
//! for comparisons.
//!
//! `cargo test --benches` only looks that small models are explained. Knows nothing of the library's inside.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a benchmark prints, reads the clock, and fails loudly"
)]

use std::fmt::Write as _;
use std::io::Read;
use std::time::{Duration, Instant};

use srl::{AnswerKind, Files, Model, Outcome, Source};

/// The one table that a model imports.
struct Table(String);

impl Files for Table {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, _name: &str) -> std::io::Result<Box<dyn Read>> {
        Ok(Box::new(std::io::Cursor::new(self.0.clone().into_bytes())))
    }
}

/// A supply network of so many facts: everybody has four suppliers among those before, the way to the first is as long as a logarithm.
fn network(facts: usize) -> (Model, usize) {
    let mut random = 11_u64;
    let mut table = String::from("provider,service,consumer\n");
    for number in 0..facts {
        let consumer = number / 4 + 1;
        // Knuth's MMIX generator: the same network in every run.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let provider = usize::try_from(random >> 33).unwrap() % consumer;
        let _ = writeln!(table, "o{provider},s{},o{consumer}", number % 4);
    }
    let mut model = Model::new();
    let program = "import \"network.csv\" as ?provider provides ?service to ?consumer\n\
        verb user:organization reaches supplier:organization at rank:number keeping least rank\n\
        ?a reaches o0 at 1 if o0 provides something to ?a\n\
        ?a reaches o0 at ?n + 1 if ?b reaches o0 at ?n and ?b provides something to ?a\n\
        o0 is down\n\
        ?c is at-risk if ?c relies on ?p and ?p is down\n\
        ?c is lost if ?c is a consumer and whenever ?p provides something to ?c then (?p is lost or ?p is down)\n";
    let files = Table(table);
    let mut script = model.load(Source::new("network.srl", program), &files).unwrap();
    while let Some(outcome) = model.step(&mut script, &files) {
        assert!(!matches!(outcome.unwrap(), Outcome::Answered(_)));
    }
    (model, facts / 4)
}

fn timed(model: &mut Model, question: &str) -> (AnswerKind, Duration) {
    let start = Instant::now();
    let answers = model.ask(question).unwrap();
    (answers.kind().clone(), start.elapsed())
}

fn main() {
    let has = |flag: &str| std::env::args().any(|argument| argument == flag);
    let is_measured = has("--bench") && !has("--test");
    let sizes: &[usize] = if is_measured { &[10_000, 100_000, 1_000_000] } else { &[400] };
    println!("{:>9}  {:<34} {:>10} {:>10} {:>7}", "facts", "sentence", "is it so", "why", "ratio");
    for &size in sizes {
        let (mut model, last) = network(size);
        let sentences = [
            (format!("o{last} relies on o0"), true),
            (format!("o{last} is at-risk"), true),
            (format!("o{last} is lost"), true),
            (format!("o0 relies on o{last}"), false),
            ("o0 is at-risk".to_owned(), false),
        ];
        for (sentence, holds) in sentences {
            // The first one derives what all need.
            timed(&mut model, &format!("{sentence}?"));
            let (verdict, plain) = timed(&mut model, &format!("{sentence}?"));
            assert!(matches!(verdict, AnswerKind::Verdict { holds: own, .. } if own == holds), "{sentence}");
            let (kind, first) = timed(&mut model, &format!("why {sentence}?"));
            assert_eq!(matches!(kind, AnswerKind::Proof { .. }), holds, "{sentence}");
            let (_, again) = timed(&mut model, &format!("why {sentence}?"));
            let why = first.min(again);
            println!(
                "{size:>9}  {sentence:<34} {:>7.2} ms {:>7.2} ms {:>7.1}  (the first time {:.2} ms)",
                plain.as_secs_f64() * 1e3,
                why.as_secs_f64() * 1e3,
                why.as_secs_f64() / plain.as_secs_f64().max(1e-9),
                first.as_secs_f64() * 1e3
            );
        }
    }
    println!("\n{:>9}  {:<34} {:>10} {:>10} {:>10}", "facts", "question", "base", "scenario", "compare");
    for &size in sizes {
        let (mut model, last) = network(size);
        model.tell("scenario less { forget something provides s0 to o1 }\nscenario more { elsewhere provides mail to o1 }").unwrap();
        for (scenario, question) in [
            ("more", format!("who does o{last} rely on?")),
            ("less", format!("does o{last} rely on o0?")),
            ("more", "who reaches o0 at 1?".to_owned()),
        ] {
            timed(&mut model, &question);
            let (base, plain) = timed(&mut model, &question);
            let (there, asked) = timed(&mut model, &format!("in {scenario}: {question}"));
            let (compared, both) = timed(&mut model, &format!("compare base with {scenario}: {question}"));
            let AnswerKind::Comparison(compared) = compared else { panic!("{question}: {compared:?}") };
            let rows = |kind: &AnswerKind| if let AnswerKind::Table { rows, .. } = kind { rows.to_vec() } else { Vec::new() };
            let gained: Vec<_> = rows(&there).into_iter().filter(|row| !rows(&base).contains(row)).collect();
            assert!(compared.gained().eq(gained.iter().map(Vec::as_slice)), "{question}");
            let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
            println!(
                "{size:>9}  {question:<34} {:>7.2} ms {:>7.2} ms {:>7.2} ms  (with `{scenario}`)",
                milliseconds(plain),
                milliseconds(asked),
                milliseconds(both)
            );
        }
    }
}
