//! Measures how quickly what has been derived follows a fact that is stated or taken back: `cargo bench --bench maintenance`. Everybody's
//! direct and indirect suppliers are known, or in how many steps at least they are reached; one relationship comes or goes; then the same
//! question is asked again. Beside that stands what it takes to derive everything anew, in the same run.
//!
//! `cargo test --benches` only compares answers, on a small model. `-- FILE` takes a table of providers, services and consumers in place of
//! the made-up ones, and asks for suppliers alone. Knows nothing of the library's inside.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark prints, reads the clock and a file, and fails loudly"
)]

mod models;

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

use models::Random;
use srl::{Evaluator, Files, Model, Source};

/// What is derived of the relationships, and asked for.
#[derive(Clone, Copy)]
struct Subject {
    name: &'static str,
    /// Beside those of the standard vocabulary.
    rules: &'static str,
    /// Asked after each change.
    question: &'static str,
    /// Asked now and then, and compared with what another model says.
    whole: &'static str,
}

const SUPPLIERS: Subject = Subject {
    name: "direct and indirect suppliers",
    rules: "",
    question: "find count (?c, ?p) where ?c relies on ?p",
    whole: "find count (?c, ?p) where ?c relies on ?p",
};

/// Each change is asked for of one name only: adding the steps of all takes longer than to follow.
const STEPS: Subject = Subject {
    name: "in how many steps at least",
    rules: "verb user:organization reaches-out to supplier:organization in steps:number keeping least steps\n\
        ?c reaches-out to ?p in 1 if ?p provides something to ?c\n\
        ?c reaches-out to ?q in ?n + 1 if ?c reaches-out to ?p in ?n and ?q provides something to ?p\n",
    question: "find sum ?n where Party3 reaches-out to ?p in ?n",
    whole: "find sum ?n where ?c reaches-out to ?p in ?n",
};

/// One table, whatever its name.
struct Table(String);

impl Files for Table {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, _name: &str) -> std::io::Result<Box<dyn Read>> {
        Ok(Box::new(Cursor::new(self.0.clone().into_bytes())))
    }
}

/// A model of who provides what to whom, and its relationships.
fn begun(subject: Subject, text: &str) -> (Model, Vec<[String; 3]>) {
    let rows = text.lines().skip(1).map(|line| {
        let mut cells = line.split('\t').map(str::to_owned);
        [(); 3].map(|()| cells.next().unwrap())
    });
    let rows = rows.collect();
    let mut model = Model::new();
    let program = format!("{}import \"provides.tsv\" as ?provider provides ?service to ?consumer", subject.rules);
    let files = Table(text.to_owned());
    let mut script = model.load(Source::new("workload.srl", program), &files).unwrap();
    while let Some(outcome) = model.step(&mut script, &files) {
        outcome.unwrap();
    }
    (model, rows)
}

fn count(model: &mut Model, question: &str) -> String {
    let answers = model.ask(question).unwrap();
    answers.rows().next().unwrap()[0].to_string()
}

/// The answer of everything derived anew, and how long that took.
fn anew(model: &mut Model, question: &str) -> (String, Duration) {
    // Choosing how to derive forgets what has been derived.
    model.set_evaluator(Evaluator::SemiNaive);
    let start = Instant::now();
    (count(model, question), start.elapsed())
}

/// What a statement and the question after it took.
#[derive(Default)]
struct Times {
    told: Vec<Duration>,
    asked: Vec<Duration>,
    both: Vec<Duration>,
    /// What the question takes when nothing has changed.
    again: Vec<Duration>,
}

impl Times {
    fn take(&mut self, subject: Subject, model: &mut Model, statement: &str) {
        let start = Instant::now();
        model.tell(statement).unwrap();
        let told = start.elapsed();
        let asking = Instant::now();
        count(model, subject.question);
        let asked = asking.elapsed();
        let asking_again = Instant::now();
        count(model, subject.question);
        self.again.push(asking_again.elapsed());
        self.told.push(told);
        self.asked.push(asked);
        self.both.push(told + asked);
    }

    fn print(&mut self, name: &str) {
        let part = |part: &str, times: &mut Vec<Duration>| {
            times.sort_unstable();
            let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
            println!("{:<36} {:>12.4} {:>12.4} {:>12.4}", format!("{name}: {part}"), at(50), at(99), at(100));
        };
        part("the statement", &mut self.told);
        part("the question after it", &mut self.asked);
        part("both", &mut self.both);
        part("the question once more", &mut self.again);
    }
}

/// States and takes back relationships in turn, each time asking the same; gives how long that took.
fn run(subject: Subject, text: &str, changes: usize) -> [Times; 2] {
    let (mut model, rows) = begun(subject, text);
    count(&mut model, subject.whole);
    let mut random = Random(7);
    // A table may say something twice.
    let mut known: BTreeSet<[String; 3]> = rows.into_iter().collect();
    let mut rows: Vec<[String; 3]> = known.iter().cloned().collect();
    let [mut inserted, mut forgotten] = [Times::default(), Times::default()];
    for change in 0..changes {
        let (provider, consumer) = (random.below(rows.len()), random.below(rows.len()));
        let new = [rows[provider][0].clone(), format!("service{}", random.below(12)), rows[consumer][2].clone()];
        if new[0] == new[2] || !known.insert(new.clone()) {
            continue;
        }
        let sentence = |[provider, service, consumer]: &[String; 3]| format!("{provider} provides {service} to {consumer}");
        inserted.take(subject, &mut model, &sentence(&new));
        rows.push(new);
        let old = rows.swap_remove(random.below(rows.len()));
        known.remove(&old);
        forgotten.take(subject, &mut model, &format!("forget {}", sentence(&old)));
        if change % (changes / 10).max(1) == 0 {
            // Another model that is told the same.
            let rest = rows.iter().fold("provider\tservice\tconsumer\n".to_owned(), |text, row| text + &row.join("\t") + "\n");
            let answer = count(&mut model, subject.whole);
            assert_eq!(answer, count(&mut begun(subject, &rest).0, subject.whole), "after {old:?}");
        }
    }
    let answer = count(&mut model, subject.whole);
    assert_eq!(answer, anew(&mut model, subject.whole).0);
    [inserted, forgotten]
}

fn main() {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let is_measured = arguments.iter().any(|argument| argument == "--bench") && !arguments.iter().any(|argument| argument == "--test");
    for subject in [SUPPLIERS, STEPS] {
        run(subject, &models::providers(60).tables[0].1, 60);
    }
    if !is_measured {
        return println!("what is derived has followed each change");
    }
    if let Some(file) = arguments.iter().find(|argument| !argument.starts_with("--")) {
        return measure(SUPPLIERS, &std::fs::read_to_string(file).unwrap());
    }
    for (subject, parties) in [(SUPPLIERS, 112_000), (STEPS, 4_000)] {
        measure(subject, &models::providers(parties).tables[0].1);
    }
}

fn measure(subject: Subject, text: &str) {
    let (mut model, rows) = begun(subject, text);
    let first = count(&mut model, subject.whole);
    let mut times = (0..5).map(|_| anew(&mut model, subject.whole).1.as_secs_f64() * 1e3).collect::<Vec<_>>();
    times.sort_by(f64::total_cmp);
    println!("{}: {} relationships, {first} in all; milliseconds\n", subject.name, rows.len());
    println!("{:<36} {:>12} {:>12} {:>12}", "", "median", "99 in 100", "longest");
    println!("{:<36} {:>12.4} {:>12} {:>12.4}", "everything anew", times[2], "", times[4]);
    let [mut inserted, mut forgotten] = run(subject, text, 1_000);
    inserted.print("one comes");
    forgotten.print("one goes");
    println!();
}
