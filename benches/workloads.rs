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

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read;
use std::time::{Duration, Instant};

use srl::{AnswerKind, Evaluator, Files, Model, Outcome, Source};

/// A model and the question whose answer is a number.
struct Workload {
    name: &'static str,
    program: String,
    tables: Vec<(&'static str, String)>,
    /// The number, counted without the library; nothing where both evaluators have to do.
    expected: Option<usize>,
}

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

/// The same numbers in every run: Knuth's MMIX generator.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound as u64).unwrap()
    }
}

type Pairs = BTreeSet<(usize, usize)>;

fn table<'r>(header: &str, rows: impl Iterator<Item = &'r [usize]>, name: impl Fn(usize, usize) -> String) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, value)| name(column, *value)).collect::<Vec<_>>();
        writeln!(text, "{}", cells.join("\t")).unwrap();
    }
    text
}

fn pair_table(header: &str, pairs: &Pairs) -> String {
    let rows = pairs.iter().map(|(one, other)| [*one, *other]).collect::<Vec<_>>();
    table(header, rows.iter().map(<[usize; 2]>::as_slice), |_, value| value.to_string())
}

/// How many nodes each node reaches.
fn reached(pairs: &Pairs) -> BTreeMap<usize, usize> {
    let mut next: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    pairs.iter().for_each(|(from, to)| next.entry(*from).or_default().push(*to));
    let search = |from: &usize| {
        let (mut seen, mut left) = (BTreeSet::new(), vec![*from]);
        while let Some(node) = left.pop() {
            left.extend(next.get(&node).into_iter().flatten().copied().filter(|node| seen.insert(*node)));
        }
        (*from, seen.len())
    };
    next.keys().map(search).collect()
}

// ---- Workloads

fn closure(name: &'static str, pairs: &Pairs) -> Workload {
    let program = "use none\nverb from:node links to:node\nverb from:node reaches to:node\n\
        import \"links.tsv\" as ?from links ?to\n\
        ?x reaches ?y if ?x links ?y\n?x reaches ?z if ?x reaches ?y and ?y links ?z\n\
        find count (?x, ?y) where ?x reaches ?y\n";
    let expected = Some(reached(pairs).values().sum());
    Workload { name, program: program.to_owned(), tables: vec![("links.tsv", pair_table("from\tto", pairs))], expected }
}

fn random_graph(nodes: usize) -> Pairs {
    let mut random = Random(1);
    (0..nodes * 3).map(|_| (random.below(nodes), random.below(nodes))).collect()
}

/// Everybody buys from two or three who were there before, mostly from few, in one service or two.
fn supply(parties: usize) -> (Pairs, String) {
    let mut random = Random(2);
    let (mut rows, mut pairs) = (Vec::new(), Pairs::new());
    for consumer in 5..parties {
        for _ in 0..2 + random.below(2) {
            let provider = random.below(consumer).min(random.below(consumer));
            pairs.insert((consumer, provider));
            rows.extend((0..=random.below(2)).map(|service| [provider, service, consumer]));
        }
    }
    let name = |column: usize, value: usize| if column == 1 { format!("service{value}") } else { format!("Party{value}") };
    (pairs, table("provider\tservice\tconsumer", rows.iter().map(<[usize; 3]>::as_slice), name))
}

fn providers(size: usize) -> Workload {
    let (pairs, text) = supply(size);
    let program = "import \"provides.tsv\" as ?provider provides ?service to ?consumer\nfind count (?c, ?p) where ?c relies on ?p\n";
    let expected = Some(reached(&pairs).values().sum());
    Workload { name: "everybody's suppliers", program: program.to_owned(), tables: vec![("provides.tsv", text)], expected }
}

fn one_provider(size: usize) -> Workload {
    let (pairs, text) = supply(size);
    let program = "import \"provides.tsv\" as ?provider provides ?service to ?consumer\nfind count ?c where ?c relies on Party3\n";
    let backwards = pairs.iter().map(|(consumer, provider)| (*provider, *consumer)).collect();
    let expected = reached(&backwards).get(&3).copied();
    Workload { name: "who relies on one", program: program.to_owned(), tables: vec![("provides.tsv", text)], expected }
}

fn mutual(size: usize) -> Workload {
    let (mut random, mut rows) = (Random(3), BTreeSet::new());
    while rows.len() < size * 20 {
        let row = [random.below(size), random.below(6), random.below(size)];
        if row[0] != row[2] {
            rows.insert(row);
        }
    }
    let mut services: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    rows.iter().for_each(|[provider, service, consumer]| services.entry((*provider, *consumer)).or_default().push(*service));
    let both = |((one, other), own): (&(usize, usize), &Vec<usize>)| {
        let back = services.get(&(*other, *one)).into_iter().flatten();
        back.map(|service| own.iter().filter(|own| *own != service).count()).sum::<usize>()
    };
    let expected = Some(services.iter().map(both).sum());
    let name = |column: usize, value: usize| if column == 1 { format!("service{value}") } else { format!("Party{value}") };
    let text = table("provider\tservice\tconsumer", rows.iter().map(<[usize; 3]>::as_slice), name);
    let program = "import \"provides.tsv\" as ?provider provides ?service to ?consumer\n\
        find count (?a, ?s, ?b, ?t) where ?a provides ?s to ?b and ?b provides ?t to ?a and ?s != ?t\n";
    Workload { name: "provider and consumer of each other", program: program.to_owned(), tables: vec![("provides.tsv", text)], expected }
}

fn triangles(size: usize) -> Workload {
    let pairs = random_graph(size);
    let closes = |(a, b): &(usize, usize)| pairs.range((*b, 0)..(b + 1, 0)).filter(|(_, c)| pairs.contains(&(*c, *a))).count();
    let expected = Some(pairs.iter().map(closes).sum());
    let program = "use none\nverb from:node links to:node\nimport \"links.tsv\" as ?from links ?to\n\
        find count (?a, ?b, ?c) where ?a links ?b and ?b links ?c and ?c links ?a\n";
    Workload { name: "triangles", program: program.to_owned(), tables: vec![("links.tsv", pair_table("from\tto", &pairs))], expected }
}

/// Nodes at the same depth of a binary tree.
fn same_generation(depth: u32) -> Workload {
    let pairs = (1..2_usize.pow(depth + 1) - 1).map(|child| ((child - 1) / 2, child)).collect();
    let expected = Some((1..=depth).map(|depth| 2_usize.pow(depth)).map(|nodes| nodes * (nodes - 1)).sum());
    let program = "use none\nverb parent:node bears child:node\nverb one:node matches other:node\n\
        import \"parents.tsv\" as ?parent bears ?child\n\
        ?a matches ?b if ?p bears ?a and ?p bears ?b and ?a != ?b\n\
        ?a matches ?b if ?p bears ?a and ?q bears ?b and ?p matches ?q\n\
        find count (?a, ?b) where ?a matches ?b\n";
    Workload {
        name: "same generation",
        program: program.to_owned(),
        tables: vec![("parents.tsv", pair_table("parent\tchild", &pairs))],
        expected,
    }
}

/// What the variables of a program may point to.
fn points_to(variables: usize) -> Workload {
    let mut random = Random(4);
    let mut rows = |count: usize, bounds: &[usize]| {
        let row = |_| bounds.iter().map(|bound| random.below(*bound)).collect::<Vec<_>>();
        (0..count).map(row).collect::<Vec<_>>()
    };
    let plain = |header: &str, rows: &[Vec<usize>]| table(header, rows.iter().map(Vec::as_slice), |_, value| value.to_string());
    let tables = vec![
        ("creates.tsv", plain("variable\tobject", &rows(variables / 4, &[variables, variables / 4]))),
        ("copies.tsv", plain("variable\tsource", &rows(variables, &[variables, variables]))),
        ("loads.tsv", plain("variable\tbase\tfield", &rows(variables / 4, &[variables, variables, 20]))),
        ("stores.tsv", plain("base\tfield\tvariable", &rows(variables / 6, &[variables, 20, variables]))),
    ];
    let program = "use none\nverb variable:var creates object:obj\nverb variable:var copies source:var\n\
        verb variable:var loads base:var via field:field\nverb base:var stores variable:var via field:field\n\
        verb variable:var holds object:obj\nverb object:obj keeps value:obj in field:field\n\
        import \"creates.tsv\" as ?variable creates ?object\nimport \"copies.tsv\" as ?variable copies ?source\n\
        import \"loads.tsv\" as ?variable loads ?base via ?field\nimport \"stores.tsv\" as ?base stores ?variable via ?field\n\
        ?v holds ?o if ?v creates ?o\n?v holds ?o if ?v copies ?w and ?w holds ?o\n\
        ?o keeps ?p in ?f if ?v stores ?w via ?f and ?v holds ?o and ?w holds ?p\n\
        ?v holds ?p if ?v loads ?w via ?f and ?w holds ?o and ?o keeps ?p in ?f\n\
        find count (?v, ?o) where ?v holds ?o\n";
    Workload { name: "points-to analysis", program: program.to_owned(), tables, expected: None }
}

/// All workloads, small for both evaluators or large for the fast one.
fn workloads(is_large: bool) -> Vec<Workload> {
    let size = |small: usize, large: usize| if is_large { large } else { small };
    let chain = (1..size(40, 5_000)).map(|node| (node - 1, node)).collect();
    let tree = (1..size(150, 160_000)).map(|node| ((node - 1) / 20, node)).collect();
    vec![
        closure("closure of a random graph", &random_graph(size(40, 3_000))),
        closure("closure of a chain", &chain),
        closure("closure of a tree", &tree),
        providers(size(40, 10_000)),
        one_provider(size(40, 50_000)),
        same_generation(if is_large { 10 } else { 4 }),
        mutual(size(30, 20_000)),
        triangles(size(150, 100_000)),
        points_to(size(24, 1_000)),
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
    assert!(workload.expected.is_none_or(|expected| expected == count), "{}: {count}, not {:?}", workload.name, workload.expected);
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
    if !is_measured {
        return println!("{} workloads have the right answers", ratios.len());
    }
    println!("{:<36} {:>12} {:>9} {:>24}", "workload", "answers", "seconds", "small: times naive's speed");
    for (workload, ratio) in workloads(true).iter().zip(ratios) {
        let (count, time) = run(workload, Evaluator::SemiNaive);
        check(workload, count);
        println!("{:<36} {count:>12} {:>9.3} {ratio:>24.1}", workload.name, time.as_secs_f64());
    }
}
