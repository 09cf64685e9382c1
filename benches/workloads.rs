//! Measures evaluation on made-up models: `cargo bench`. Each workload is run small by both evaluators, whose answers must be equal and
//! must be those of a plain count here, and then large by the fast one, on one thread and on two. Then it reads a million facts as sentences and
//! as a table, each beside what does the least that could be done with the same bytes.
//!
//! `cargo test --benches` and `cargo bench -- --test` only compare the small answers. Knows nothing of the library's inside.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark prints, reads the clock, and fails loudly"
)]

mod models;

use std::io::Read;
use std::time::{Duration, Instant};

use models::Workload;
use rustc_hash::FxHashMap;
use srl::{AnswerKind, Evaluator, Files, Model, Outcome, Source};

struct Tables<'w>(&'w [(&'static str, String)]);

impl Files for Tables<'_> {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, name: &str) -> std::io::Result<Box<dyn Read>> {
        let table = self.0.iter().find(|(own, _)| *own == name).ok_or(std::io::ErrorKind::NotFound)?;
        Ok(Box::new(std::io::Cursor::new(table.1.clone().into_bytes())))
    }
}

/// All workloads, small for both evaluators or large for the fast one.
fn workloads(is_large: bool) -> Vec<Workload> {
    let size = |small: usize, large: usize| if is_large { large } else { small };
    vec![
        models::closure_of_random(size(40, 3_000)),
        models::closure_of_chain(size(40, 5_000)),
        models::closure_of_tree(size(150, 160_000)),
        models::providers(size(40, 10_000)),
        models::one_provider(size(40, 50_000)),
        models::same_generation(if is_large { 10 } else { 4 }),
        models::mutual(size(600, 400_000)),
        models::triangles(size(150, 100_000)),
        models::points_to(size(24, 1_000)),
    ]
}

// ---- Running

fn run(workload: &Workload, evaluator: Evaluator, threads: usize) -> (usize, Duration) {
    let files = Tables(&workload.tables);
    let start = Instant::now();
    let mut model = Model::new();
    model.set_evaluator(evaluator);
    model.set_threads(threads);
    let mut script = model.load(Source::new("workload.srl", workload.program.clone()), &files).unwrap();
    let mut count = None;
    while let Some(outcome) = model.step(&mut script, &files) {
        if let Outcome::Answered(answers) = outcome.unwrap()
            && let AnswerKind::Table { rows, .. } = answers.kind()
        {
            count = rows[0][0].to_string().parse().ok();
        }
    }
    (count.unwrap(), start.elapsed())
}

fn check(workload: &Workload, count: usize) {
    if let Some(expected) = &workload.expected {
        assert_eq!(count, expected(), "{}", workload.name);
    }
}

/// A program of so many plain facts.
fn plain_facts(count: usize) -> String {
    let line = |number: usize| {
        let (provider, service, consumer) = (number * 7 % (count / 5 + 1), number % 1_000, number * 13 % (count / 5 + 1));
        match number % 4 {
            0 => format!("Org-{provider} provides service-{service} to Org-{consumer}\n"),
            1 => format!("Org-{provider} consumes service-{service} from Org-{consumer} under contract-{service} since 2024-01-31\n"),
            2 => format!("\"Organization {provider} Ltd\" provides \"service {service}\" to Org-{consumer}\n"),
            _ => format!("Org-{provider} relies on Org-{consumer}\n"),
        }
    };
    (0..count).map(line).collect()
}

/// How long plain facts take to be read and resolved, and how long to go through their words.
fn read_plain_facts(count: usize) -> (Duration, Duration) {
    let program = plain_facts(count);
    let start = Instant::now();
    let words = program.lines().flat_map(|line| line.split(' ')).filter(|word| !word.is_empty()).count();
    let scanned = start.elapsed();
    assert!(words > 3 * count);
    let start = Instant::now();
    let script = Model::new().load(Source::new("facts.srl", program), &Tables(&[])).unwrap();
    assert_eq!(script.len(), count);
    (start.elapsed(), scanned)
}

/// How long a table takes to be imported, and how long the csv crate takes to cut it up, with a number for each different text.
fn read_table(count: usize) -> (Duration, Duration) {
    let row = |number: usize| {
        format!("Org-{}\tservice-{}\tOrg-{}\n", number * 7 % (count / 5 + 1), number % 1_000, number * 13 % (count / 5 + 1))
    };
    let table = "provider\tservice\tconsumer\n".to_owned() + &(0..count).map(row).collect::<String>();
    let start = Instant::now();
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    let mut rows: Vec<[usize; 3]> = Vec::new();
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(table.as_bytes());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap() {
        rows.push([0, 1, 2].map(|column| {
            let next = numbers.len();
            numbers.get(&record[column]).copied().unwrap_or_else(|| *numbers.entry(record[column].to_owned()).or_insert(next))
        }));
    }
    let scanned = start.elapsed();
    assert_eq!(rows.len(), count);
    let tables = [("provides.tsv", table)];
    let program = "import \"provides.tsv\" as ?provider provides ?service to ?consumer";
    let mut model = Model::new();
    let mut script = model.load(Source::new("import.srl", program), &Tables(&tables)).unwrap();
    let start = Instant::now();
    let outcome = model.step(&mut script, &Tables(&tables)).unwrap().unwrap();
    assert!(matches!(outcome, Outcome::Imported { .. }));
    (start.elapsed(), scanned)
}

fn main() {
    let arguments = std::env::args().collect::<Vec<_>>();
    let is_measured = arguments.iter().any(|argument| argument == "--bench") && !arguments.iter().any(|argument| argument == "--test");
    let mut ratios = Vec::new();
    for workload in workloads(false) {
        let (count, fast) = run(&workload, Evaluator::SemiNaive, 1);
        let (naive_count, naive) = run(&workload, Evaluator::Naive, 1);
        check(&workload, count);
        assert_eq!(count, naive_count, "{}: the evaluators disagree", workload.name);
        assert!(count > 0, "{} counts nothing", workload.name);
        ratios.push(naive.as_secs_f64() / fast.as_secs_f64());
    }
    read_plain_facts(1_000);
    read_table(1_000);
    if !is_measured {
        return println!("{} workloads have the right answers", ratios.len());
    }
    println!("{:<36} {:>12} {:>9} {:>12} {:>26}", "workload", "answers", "seconds", "two threads", "small: times naive's speed");
    for (workload, ratio) in workloads(true).iter().zip(ratios) {
        let (count, one) = run(workload, Evaluator::SemiNaive, 1);
        check(workload, count);
        let (again, two) = run(workload, Evaluator::SemiNaive, 2);
        assert_eq!(count, again, "{}: two threads disagree with one", workload.name);
        println!("{:<36} {count:>12} {:>9.3} {:>12.3} {ratio:>26.1}", workload.name, one.as_secs_f64(), two.as_secs_f64());
    }
    let (read, scanned) = read_plain_facts(1_000_000);
    let ratio = read.as_secs_f64() / scanned.as_secs_f64();
    println!("a million plain facts: {:.3} seconds, {ratio:.0} times a bare scan of their words", read.as_secs_f64());
    let (read, scanned) = read_table(1_000_000);
    let ratio = read.as_secs_f64() / scanned.as_secs_f64();
    println!("a table of a million rows: {:.3} seconds, {ratio:.2} times what the csv crate and a hash map take", read.as_secs_f64());
}
