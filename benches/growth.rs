//! How time and memory grow with a model: `cargo bench --bench growth` runs each workload of [`models`] in four sizes by `srl run`, and by
//! `DuckDB` beside it, and prints the table of docs/performance.md; with `-- --write` the table there is replaced.
//!
//! The sizes are 1, 2, 4 and 8 times the smallest. What is measured is the whole process by GNU `time`: seconds of the processor, and the
//! peak of its memory. `DuckDB` is run by the `python3` of the path, where that has it: else its columns stay empty. With `--test` only the
//! counts of small models are compared.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark prints, reads files, and fails loudly"
)]

mod models;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use models::Workload;

/// A workload by its size, which must be in proportion to the facts that are read.
struct Growing {
    make: fn(usize) -> Workload,
    /// The smallest size that is measured.
    from: usize,
    /// The size where only the answer is compared.
    small: usize,
    /// It states facts and derives nothing of them: what each takes is told, too.
    is_of_facts_alone: bool,
}

const fn growing(make: fn(usize) -> Workload, from: usize, small: usize) -> Growing {
    Growing { make, from, small, is_of_facts_alone: false }
}

const fn of_facts(make: fn(usize) -> Workload, from: usize, small: usize) -> Growing {
    Growing { make, from, small, is_of_facts_alone: true }
}

const WORKLOADS: &[Growing] = &[
    growing(models::closure_of_random, 750, 20),
    growing(models::closure_of_chain, 625, 20),
    growing(models::closure_of_tree, 420_000, 50),
    growing(models::providers, 12_500, 30),
    growing(models::one_provider, 12_500, 30),
    growing(same_generation, 1_024, 16),
    growing(models::mutual, 625_000, 200),
    growing(models::triangles, 25_000, 60),
    growing(models::points_to, 250, 24),
    of_facts(models::rows, 1_250_000, 100),
    of_facts(models::sentences, 125_000, 100),
];

const FACTORS: [usize; 4] = [1, 2, 4, 8];

const PAGE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- growth: written by `cargo bench --bench growth -- --write` -->\n";
const END: &str = "<!-- end of growth -->";

/// The binary tree with at most so many nodes.
fn same_generation(nodes: usize) -> Workload {
    models::same_generation(nodes.ilog2() - 1)
}

/// How many facts a workload states, in tables and as sentences.
fn facts(workload: &Workload) -> usize {
    let lines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
    let in_tables: usize = workload.tables.iter().map(|(_, text)| lines(text) - 1).sum();
    if in_tables > 0 { in_tables } else { lines(&workload.program) }
}

/// What a process took.
#[derive(Clone, Copy)]
struct Cost {
    /// Of the processor, for the program and for the system.
    seconds: f64,
    megabytes: f64,
}

fn main() {
    let has = |flag: &str| std::env::args().any(|argument| argument == flag);
    if !has("--bench") || has("--test") {
        for growing in WORKLOADS {
            let workload = (growing.make)(growing.small);
            let folder = written(&workload);
            let (count, _) = measured(&mut srl(folder.path()));
            assert_eq!(count, workload.expected.as_ref().map_or(count, |expected| expected()), "{}", workload.name);
        }
        return println!("{} workloads have the right answers", WORKLOADS.len());
    }
    let has_database = Command::new("python3").args(["-c", "import duckdb"]).status().is_ok_and(|status| status.success());
    let mut table = format!(
        "| workload | size | facts | answers | s | MB | {} |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        "DuckDB, s | MB | times as fast"
    );
    let mut for_each_fact = String::new();
    for growing in WORKLOADS {
        let mut smaller: Option<(usize, Cost)> = None;
        for factor in FACTORS {
            let workload = (growing.make)(growing.from * factor);
            let (line, own) = row(&workload, factor, has_database);
            print!("{line}");
            table.push_str(&line);
            let facts = facts(&workload);
            if let (Some((half, cost)), 8, true) = (smaller, factor, growing.is_of_facts_alone) {
                let bytes = (own.megabytes - cost.megabytes) * 1024.0 * 1024.0 / f64::from(u32::try_from(facts - half).unwrap());
                writeln!(for_each_fact, "- {}: {bytes:.0} bytes for each further fact", workload.name).unwrap();
            }
            smaller = Some((facts, own));
        }
    }
    let commands = "Each line: `/usr/bin/time -f '%U %S %M'` of `srl run --format csv --max-facts 1000000000 workload.srl` and of\n\
        `python3 benches/database.py FOLDER QUERY`, once, one after the other; `s` is the sum of `%U` and `%S`.";
    table = format!("{table}\n{commands}\n\nMemory, by the two largest sizes:\n\n{for_each_fact}");
    print!("{for_each_fact}");
    if has("--write") {
        let page = fs::read_to_string(PAGE).unwrap();
        let (before, rest) = page.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        fs::write(PAGE, format!("{before}{BEGIN}\n{table}\n{END}{after}")).unwrap();
    }
}

/// A line of the table, and what the workload has cost here.
fn row(workload: &Workload, factor: usize, has_database: bool) -> (String, Cost) {
    let folder = written(workload);
    let (count, own) = measured(&mut srl(folder.path()));
    let mut row = String::new();
    let (name, facts) = (workload.name, facts(workload));
    write!(row, "| {name} | {factor}× | {facts} | {count} | {:.2} | {:.0} |", own.seconds, own.megabytes).unwrap();
    match workload.sql.filter(|_| has_database) {
        Some(sql) => {
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/database.py");
            let (other_count, other) = measured(Command::new("python3").arg(script).arg(folder.path()).arg(sql));
            assert_eq!(count, other_count, "{}: the database counts otherwise", workload.name);
            let ratio = other.seconds / own.seconds.max(0.01);
            writeln!(row, " {:.2} | {:.0} | {ratio:.1} |", other.seconds, other.megabytes).unwrap();
        }
        None => row.push_str(" | | |\n"),
    }
    (row, own)
}

/// A folder with the program and its tables.
fn written(workload: &Workload) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("workload.srl"), &workload.program).unwrap();
    for (name, text) in &workload.tables {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn srl(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_srl"));
    command.args(["run", "--format", "csv", "--max-facts", "1000000000"]).arg(folder.join("workload.srl"));
    command
}

/// Runs a command that prints one number, and gives that with what it took.
fn measured(command: &mut Command) -> (usize, Cost) {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%U %S %M", "-o"]).arg(report.path()).arg(command.get_program()).args(command.get_args());
    let output = timed.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let count = text.lines().rev().find_map(|line| line.trim().parse().ok());
    assert!(count.is_some(), "{command:?} gives no number but {text}{}", String::from_utf8_lossy(&output.stderr));
    let report = fs::read_to_string(report.path()).unwrap();
    let figures = report.lines().last().unwrap().split(' ').map(|figure| figure.parse::<f64>().unwrap()).collect::<Vec<_>>();
    (count.unwrap(), Cost { seconds: figures[0] + figures[1], megabytes: figures[2] / 1024.0 })
}
