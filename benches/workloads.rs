//! Measures evaluation on made-up models: `cargo bench`. Each workload is run small by both evaluators, whose answers must be equal and
//! must be those of a plain count here, and then large by the fast one.
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

fn run(workload: &Workload, evaluator: Evaluator) -> (usize, Duration) {
    let files = Tables(&workload.tables);
    let start = Instant::now();
    let mut model = Model::new();
    model.set_evaluator(evaluator);
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

fn main() {
    let arguments = std::env::args().collect::<Vec<_>>();
    let is_measured = arguments.iter().any(|argument| argument == "--bench") && !arguments.iter().any(|argument| argument == "--test");
    let mut ratios = Vec::new();
    for workload in workloads(false) {
        let (count, fast) = run(&workload, Evaluator::SemiNaive);
        let (naive_count, naive) = run(&workload, Evaluator::Naive);
        check(&workload, count);
        assert_eq!(count, naive_count, "{}: the evaluators disagree", workload.name);
        assert!(count > 0, "{} counts nothing", workload.name);
        ratios.push(naive.as_secs_f64() / fast.as_secs_f64());
    }
    read_plain_facts(1_000);
    if !is_measured {
        return println!("{} workloads have the right answers", ratios.len());
    }
    println!("{:<36} {:>12} {:>9} {:>24}", "workload", "answers", "seconds", "small: times naive's speed");
    for (workload, ratio) in workloads(true).iter().zip(ratios) {
        let (count, time) = run(workload, Evaluator::SemiNaive);
        check(workload, count);
        println!("{:<36} {count:>12} {:>9.3} {ratio:>24.1}", workload.name, time.as_secs_f64());
    }
    let (read, scanned) = read_plain_facts(1_000_000);
    let ratio = read.as_secs_f64() / scanned.as_secs_f64();
    println!("a million plain facts: {:.3} seconds, {ratio:.0} times a bare scan of their words", read.as_secs_f64());
}
