//! Measures how quickly what has been derived follows a fact that is stated or taken back: `cargo bench --bench maintenance`. Everybody's
//! direct and indirect suppliers are known; one relationship comes or goes; then the same question is asked again. Beside that stands what
//! it takes to derive everything anew, in the same run.
//!
//! `cargo test --benches` only compares answers, on a small model. `-- FILE` takes a table of providers, services and consumers in place of
//! the made-up one. Knows nothing of the library's inside.

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

const QUESTION: &str = "find count (?c, ?p) where ?c relies on ?p";

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
fn begun(text: &str) -> (Model, Vec<[String; 3]>) {
    let rows = text.lines().skip(1).map(|line| {
        let mut cells = line.split('\t').map(str::to_owned);
        [(); 3].map(|()| cells.next().unwrap())
    });
    let rows = rows.collect();
    let mut model = Model::new();
    let program = "import \"provides.tsv\" as ?provider provides ?service to ?consumer";
    let files = Table(text.to_owned());
    let mut script = model.load(Source::new("workload.srl", program), &files).unwrap();
    while let Some(outcome) = model.step(&mut script, &files) {
        outcome.unwrap();
    }
    (model, rows)
}

fn count(model: &mut Model) -> String {
    let answers = model.ask(QUESTION).unwrap();
    answers.rows().next().unwrap()[0].to_string()
}

/// The answer of everything derived anew, and how long that took.
fn anew(model: &mut Model) -> (String, Duration) {
    // Choosing how to derive forgets what has been derived.
    model.set_evaluator(Evaluator::SemiNaive);
    let start = Instant::now();
    (count(model), start.elapsed())
}

/// What a statement and the question after it took.
#[derive(Default)]
struct Times {
    told: Vec<Duration>,
    asked: Vec<Duration>,
    both: Vec<Duration>,
}

impl Times {
    fn take(&mut self, model: &mut Model, statement: &str) -> String {
        let start = Instant::now();
        model.tell(statement).unwrap();
        let told = start.elapsed();
        let asking = Instant::now();
        let answer = count(model);
        let asked = asking.elapsed();
        self.told.push(told);
        self.asked.push(asked);
        self.both.push(told + asked);
        answer
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
    }
}

/// States and takes back relationships in turn, each time asking for the number of all pairs; gives how long that took.
fn run(text: &str, changes: usize) -> [Times; 2] {
    let (mut model, rows) = begun(text);
    count(&mut model);
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
        inserted.take(&mut model, &sentence(&new));
        rows.push(new);
        let old = rows.swap_remove(random.below(rows.len()));
        known.remove(&old);
        let answer = forgotten.take(&mut model, &format!("forget {}", sentence(&old)));
        if change % (changes / 10).max(1) == 0 {
            // Another model that is told the same.
            let rest = rows.iter().fold("provider\tservice\tconsumer\n".to_owned(), |text, row| text + &row.join("\t") + "\n");
            assert_eq!(answer, count(&mut begun(&rest).0), "after {old:?}");
        }
    }
    let (expected, _) = anew(&mut model);
    assert_eq!(count(&mut model), expected);
    [inserted, forgotten]
}

fn main() {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let is_measured = arguments.iter().any(|argument| argument == "--bench") && !arguments.iter().any(|argument| argument == "--test");
    run(&models::providers(60).tables[0].1, 60);
    if !is_measured {
        return println!("what is derived has followed each change");
    }
    let file = arguments.iter().find(|argument| !argument.starts_with("--"));
    let text = file.map_or_else(|| models::providers(112_000).tables.swap_remove(0).1, |file| std::fs::read_to_string(file).unwrap());
    let (mut model, rows) = begun(&text);
    let first = count(&mut model);
    let mut times = (0..5).map(|_| anew(&mut model).1.as_secs_f64() * 1e3).collect::<Vec<_>>();
    times.sort_by(f64::total_cmp);
    println!("{} relationships, {first} pairs; milliseconds\n", rows.len());
    println!("{:<36} {:>12} {:>12} {:>12}", "", "median", "99 in 100", "longest");
    println!("{:<36} {:>12.4} {:>12} {:>12.4}", "everything anew", times[2], "", times[4]);
    let [mut inserted, mut forgotten] = run(&text, 1_000);
    inserted.print("one comes");
    forgotten.print("one goes");
}
