//! Made-up models of the sorts that the benchmarks measure, the same ones in every run: the program, its tables, the same question for a
//! database, and the answer by a plain count. Knows nothing of the library.

#![allow(dead_code, reason = "each benchmark measures some of them")]
#![allow(clippy::allow_attributes, reason = "not every benchmark leaves one out")]
#![expect(clippy::unwrap_used, reason = "a benchmark fails loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A model and the question whose answer is a number.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) program: String,
    pub(crate) tables: Vec<(&'static str, String)>,
    /// The same question over the same tables, one view for each; nothing where SQL has no form for it.
    pub(crate) sql: Option<&'static str>,
    /// The number, counted without the library; nothing where it must do that evaluators or engines agree.
    pub(crate) expected: Option<Count>,
}

/// The same numbers in every run: Knuth's MMIX generator.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
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

type Count = Box<dyn Fn() -> usize>;

pub(crate) fn closure(name: &'static str, pairs: Pairs) -> Workload {
    let program = "use none\nverb from:node links to:node\nverb from:node reaches to:node\n\
        import \"links.tsv\" as ?from links ?to\n\
        ?x reaches ?y if ?x links ?y\n?x reaches ?z if ?x reaches ?y and ?y links ?z\n\
        find count (?x, ?y) where ?x reaches ?y\n";
    let sql = "with recursive reaches(x, y) as (select \"from\", \"to\" from links union \
        select x, \"to\" from reaches join links on y = \"from\") select count(*) from reaches";
    let tables = vec![("links.tsv", pair_table("from\tto", &pairs))];
    Workload { name, program: program.to_owned(), tables, sql: Some(sql), expected: Some(Box::new(move || reached(&pairs).values().sum())) }
}

pub(crate) fn closure_of_random(nodes: usize) -> Workload {
    closure("closure of a random graph", random_graph(nodes))
}

pub(crate) fn closure_of_chain(nodes: usize) -> Workload {
    closure("closure of a chain", (1..nodes).map(|node| (node - 1, node)).collect())
}

pub(crate) fn closure_of_tree(nodes: usize) -> Workload {
    closure("closure of a wide tree", (1..nodes).map(|node| ((node - 1) / 20, node)).collect())
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
    (pairs, table("provider\tservice\tconsumer", rows.iter().map(<[usize; 3]>::as_slice), party))
}

/// The names in a table of who provides what to whom.
fn party(column: usize, value: usize) -> String {
    if column == 1 { format!("service{value}") } else { format!("Party{value}") }
}

pub(crate) fn providers(parties: usize) -> Workload {
    let (pairs, text) = supply(parties);
    let program = "import \"provides.tsv\" as ?provider provides ?service to ?consumer\nfind count (?c, ?p) where ?c relies on ?p\n";
    let sql = "with recursive direct as (select distinct consumer, provider from provides), relies(c, p) as (select * from direct union \
        select c, provider from relies join direct on p = consumer) select count(*) from relies";
    Workload {
        name: "everybody's suppliers",
        program: program.to_owned(),
        tables: vec![("provides.tsv", text)],
        sql: Some(sql),
        expected: Some(Box::new(move || reached(&pairs).values().sum())),
    }
}

pub(crate) fn one_provider(parties: usize) -> Workload {
    let (pairs, text) = supply(parties);
    let program = "import \"provides.tsv\" as ?provider provides ?service to ?consumer\nfind count ?c where ?c relies on Party3\n";
    let sql = "with recursive direct as (select distinct consumer, provider from provides), relies(c) as (\
        select consumer from direct where provider = 'Party3' union select consumer from relies join direct on c = provider) \
        select count(*) from relies";
    let count = move || {
        let backwards = pairs.iter().map(|(consumer, provider)| (*provider, *consumer)).collect();
        reached(&backwards)[&3]
    };
    Workload {
        name: "who relies on one",
        program: program.to_owned(),
        tables: vec![("provides.tsv", text)],
        sql: Some(sql),
        expected: Some(Box::new(count)),
    }
}

/// So many relationships between a twentieth of that number of parties.
pub(crate) fn mutual(rows: usize) -> Workload {
    let (parties, mut random, mut seen) = (rows / 20, Random(3), BTreeSet::new());
    while seen.len() < rows {
        let row = [random.below(parties), random.below(6), random.below(parties)];
        if row[0] != row[2] {
            seen.insert(row);
        }
    }
    let text = table("provider\tservice\tconsumer", seen.iter().map(<[usize; 3]>::as_slice), party);
    let count = move || {
        let mut services: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        seen.iter().for_each(|[provider, service, consumer]| services.entry((*provider, *consumer)).or_default().push(*service));
        let both = |((one, other), own): (&(usize, usize), &Vec<usize>)| {
            let back = services.get(&(*other, *one)).into_iter().flatten();
            back.map(|service| own.iter().filter(|own| *own != service).count()).sum::<usize>()
        };
        services.iter().map(both).sum()
    };
    let program = "import \"provides.tsv\" as ?provider provides ?service to ?consumer\n\
        find count (?a, ?s, ?b, ?t) where ?a provides ?s to ?b and ?b provides ?t to ?a and ?s != ?t\n";
    let sql = "select count(*) from provides one join provides other on one.provider = other.consumer \
        and one.consumer = other.provider and one.service <> other.service";
    Workload {
        name: "provider and consumer of each other",
        program: program.to_owned(),
        tables: vec![("provides.tsv", text)],
        sql: Some(sql),
        expected: Some(Box::new(count)),
    }
}

pub(crate) fn triangles(nodes: usize) -> Workload {
    let pairs = random_graph(nodes);
    let tables = vec![("links.tsv", pair_table("from\tto", &pairs))];
    let count = move || {
        let closes = |(a, b): &(usize, usize)| pairs.range((*b, 0)..(b + 1, 0)).filter(|(_, c)| pairs.contains(&(*c, *a))).count();
        pairs.iter().map(closes).sum()
    };
    let program = "use none\nverb from:node links to:node\nimport \"links.tsv\" as ?from links ?to\n\
        find count (?a, ?b, ?c) where ?a links ?b and ?b links ?c and ?c links ?a\n";
    let sql = "select count(*) from links a join links b on a.\"to\" = b.\"from\" \
        join links c on b.\"to\" = c.\"from\" and c.\"to\" = a.\"from\"";
    Workload { name: "triangles", program: program.to_owned(), tables, sql: Some(sql), expected: Some(Box::new(count)) }
}

/// Nodes at the same depth of a binary tree.
pub(crate) fn same_generation(depth: u32) -> Workload {
    let pairs = (1..2_usize.pow(depth + 1) - 1).map(|child| ((child - 1) / 2, child)).collect();
    let program = "use none\nverb parent:node bears child:node\nverb one:node matches other:node\n\
        import \"parents.tsv\" as ?parent bears ?child\n\
        ?a matches ?b if ?p bears ?a and ?p bears ?b and ?a != ?b\n\
        ?a matches ?b if ?p bears ?a and ?q bears ?b and ?p matches ?q\n\
        find count (?a, ?b) where ?a matches ?b\n";
    let sql = "with recursive matches(a, b) as (\
        select p.child, q.child from parents p join parents q using (parent) where p.child <> q.child union \
        select p.child, q.child from matches join parents p on p.parent = a join parents q on q.parent = b) select count(*) from matches";
    Workload {
        name: "same generation",
        program: program.to_owned(),
        tables: vec![("parents.tsv", pair_table("parent\tchild", &pairs))],
        sql: Some(sql),
        expected: Some(Box::new(move || (1..=depth).map(|depth| 2_usize.pow(depth)).map(|nodes| nodes * (nodes - 1)).sum())),
    }
}

/// What the variables of a program may point to.
pub(crate) fn points_to(variables: usize) -> Workload {
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
    Workload { name: "points-to analysis", program: program.to_owned(), tables, sql: None, expected: None }
}

/// So many relationships, read and counted.
pub(crate) fn rows(rows: usize) -> Workload {
    let (parties, mut random) = (rows / 10, Random(5));
    // Each provider has so many services, so that no row comes twice.
    let numbers = (0..rows).map(|row| [row % parties, row / parties, random.below(parties)]).collect::<Vec<_>>();
    let text = table("provider\tservice\tconsumer", numbers.iter().map(<[usize; 3]>::as_slice), party);
    let program =
        "import \"provides.tsv\" as ?provider provides ?service to ?consumer\nfind count (?p, ?s, ?c) where ?p provides ?s to ?c\n";
    Workload {
        name: "relationships from a file",
        program: program.to_owned(),
        tables: vec![("provides.tsv", text)],
        sql: Some("select count(*) from provides"),
        expected: Some(Box::new(move || rows)),
    }
}

/// As many relationships, each a sentence of the program.
pub(crate) fn sentences(rows: usize) -> Workload {
    let (parties, mut random, mut program) = (rows / 10, Random(6), String::new());
    for row in 0..rows {
        writeln!(program, "Party{} provides service{} to Party{}", row % parties, row / parties, random.below(parties)).unwrap();
    }
    program.push_str("find count (?p, ?s, ?c) where ?p provides ?s to ?c\n");
    Workload { name: "relationships as sentences", program, tables: Vec::new(), sql: None, expected: Some(Box::new(move || rows)) }
}
