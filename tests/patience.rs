//! How long somebody waits who interrupts: whatever takes long is interrupted at several moments of it, must then end, and leave the model as
//! it was.
//!
//! The test that runs always uses small models and lets nobody wait longer than seconds, so that a busy machine does not fail it: it finds
//! loops that look at no interrupt. `cargo test --release --test patience -- --ignored --nocapture` uses large ones, and prints how long it took.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails if what it prepares fails, looks at the clock, and prints what it measures"
)]

use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use srl::{Error, Evaluator, Files, Format, FormatError, Interrupt, Model, Outcome, Source};

/// Nobody waits longer in the small models.
const CEILING: Duration = Duration::from_secs(5);

/// One file under any name, and nothing of what is written is kept.
#[derive(Debug, Default)]
struct OneFile(Vec<u8>);

impl Files for OneFile {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, _name: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(Cursor::new(self.0.clone())))
    }

    fn create(&self, _name: &str) -> io::Result<Box<dyn Write>> {
        Ok(Box::new(io::sink()))
    }
}

/// What is interrupted.
struct Case {
    name: &'static str,
    /// What is told before.
    before: String,
    /// The statements or the question that take long.
    text: String,
    file: Vec<u8>,
    evaluator: Evaluator,
    /// How answers are written.
    format: Format,
}

fn case(name: &'static str, before: String, text: impl Into<String>) -> Case {
    Case { name, before, text: text.into(), file: Vec::new(), evaluator: Evaluator::SemiNaive, format: Format::Text }
}

/// Lines that a function makes of numbers.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{}", line(number));
        text
    })
}

/// Everything that may take long, each about as much work as is given.
fn cases(work: usize) -> Vec<Case> {
    // Numbers without order: multiples of a large prime.
    let scattered = |number: usize, among: usize| number * 7_919 % among;
    let root = work.isqrt();
    let providers = |count: usize| lines(count, |number| format!("a{number} provides s{} to b{number}", number % 7));
    let chain = |count: usize| lines(count, |number| format!("a{number} provides power to a{}", number + 1));
    let graph =
        lines(4 * root, |number| format!("a{} provides power to a{}", scattered(number, root), scattered(number * number + 3, root)));
    let table = |row: &dyn Fn(usize) -> String| lines(work, row);
    let rows = |number: usize| format!("a{},s{},b{number}", scattered(number, work), number % 9);
    let csv = format!("provider,service,consumer\n{}", table(&rows));
    let import = |ending: &str| format!("import \"rows.{ending}\" as ?provider provides ?service to ?consumer");
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(csv.as_bytes()).unwrap();
    let names = |letter: char| (0..root).map(|number| format!("{letter}{number}")).collect::<Vec<_>>().join(", ");
    let objects = table(&|number| format!("{{\"provider\": \"a{number}\", \"service\": \"power\", \"consumer\": \"b\"}}"));
    let from_file = |name, ending, file: Vec<u8>| Case { file, ..case(name, String::new(), import(ending)) };
    let far = "verb one reaches other in steps:number keeping least steps\n?a reaches ?b in 1 if ?a provides something to ?b\n\
               ?a reaches ?c in ?n + 1 if ?a reaches ?b in ?n and ?b provides something to ?c\n";
    let busy = "rule busy: ?a is busy if ?a is a provider and ?n = count ?b where (?b is a consumer) and ?n < 0\n";
    let kind = "?a is well-served if ?a is a provider and whenever ?b is a consumer then ?b is an organization\n";
    vec![
        case("facts are read", String::new(), providers(work)),
        case("facts of many sentences are read", String::new(), lines(work / 10, |number| format!("a{number} is v{number}"))),
        case("statements are read one by one", String::new(), lines(work / 10, |number| format!("does a{number} rely on b?"))),
        case("rules are read", String::new(), lines(work / 20, |number| format!("?x is v{number} if ?x is w{number}"))),
        case("a list is stated", String::new(), format!("{} provides power to {}", names('a'), names('b'))),
        from_file("a table is imported", "csv", csv.into_bytes()),
        from_file("a packed table is imported", "csv.gz", packed.finish().unwrap()),
        from_file("objects are imported", "ndjson", objects.into_bytes()),
        case(
            "a join finds nothing",
            providers(root),
            "?a is a provider and ?b is a provider and ?c is a provider and ?a > ?b and ?b > ?c and ?c > ?a?",
        ),
        case("all pairs are counted", graph.clone(), "find count ?x, count ?y where ?x relies on ?y"),
        case("all pairs are listed", chain(root), "who relies on whom?"),
        case("all pairs are listed in an order", chain(root), "find ?x, ?y where ?x relies on ?y order by ?y descending"),
        Case { format: Format::Json, ..case("all pairs are listed as JSON", chain(root), "who relies on whom?") },
        case("all pairs are exported", chain(root), "export \"out.csv\": who relies on whom?"),
        case("the least values are kept", format!("{far}{graph}"), "a0 reaches ?b in ?n?"),
        case("an aggregate counts", format!("{busy}{}", providers(root)), "who is busy?"),
        case("a whenever is checked", format!("{kind}{}", providers(root)), "who is well-served?"),
        case("much is forbidden", format!("forbid ?x relies on ?y\n{}", chain(root)), "a0 is a provider?"),
        case(
            "a day is chosen",
            lines(work / 2, |number| format!("a{number} provides power to b since 20{:02}-01-01", number % 40)),
            "as of 2026-01-01",
        ),
        case("facts are forgotten", providers(work / 2), "forget something provides something to something"),
        case("everything is described", chain(root), "describe a0"),
        case("a proof is looked for", chain(root), format!("why does a{root} rely on a0?")),
        case("chains are looked for", graph.clone(), "all chains for a1 relies on a2?"),
        case("reasons are looked for", graph.clone(), "all reasons for a1 relies on a2?"),
        case("what is missing is looked for", graph.clone(), "why not a1 relies on nobody?"),
        case("remedies are looked for", graph.clone(), "what would make nobody relies on a1?"),
        case("what holds it is looked for", graph.clone(), "what would stop a1 relies on a2?"),
        Case { evaluator: Evaluator::Naive, ..case("it is evaluated naively", chain(root / 8), "who relies on whom?") },
    ]
}

impl Case {
    fn model(&self) -> Model {
        let mut model = Model::new();
        model.set_evaluator(self.evaluator);
        model.tell(&self.before).unwrap();
        model
    }

    fn run(&self, model: &mut Model) -> Result<(), Error> {
        let files = OneFile(self.file.clone());
        let mut script = model.load(Source::new("main", self.text.as_str()), &files)?;
        while let Some(outcome) = model.step(&mut script, &files) {
            if let Outcome::Answered(answers) = outcome? {
                self.format.answers_unless(&model.interrupt(), &answers, true, false)?;
            }
        }
        model.violations().map(|_| ())
    }

    /// How long it takes, and the longest that somebody waits who interrupts it at one of so many moments.
    fn waits(&self, moments: u32) -> (Duration, Duration) {
        let mut model = self.model();
        let start = Instant::now();
        let uninterrupted = self.run(&mut model);
        if let Err(error) = uninterrupted {
            // What is expected is beside the point here.
            assert!(error.problems().iter().all(|problem| !problem.is_limit()), "{}: {error}", self.name);
        }
        let takes = start.elapsed();
        let longest = (0..moments).map(|moment| {
            let mut model = self.model();
            let interrupt = model.interrupt();
            let waiting = thread::spawn(move || raise(&interrupt, takes * (2 * moment + 1) / (2 * moments)));
            let result = self.run(&mut model);
            let ended = Instant::now();
            let raised = waiting.join().unwrap();
            let is_interrupted = result.is_err_and(|error| error.problems().iter().any(|problem| problem.code() == "E0410"));
            // It may have been over before.
            if is_interrupted { ended.saturating_duration_since(raised) } else { Duration::ZERO }
        });
        let longest = longest.max().unwrap_or_default();
        println!(
            "{:40} {:8.3} s, interrupted {moments} times: waited {:7.1} ms at most",
            self.name,
            takes.as_secs_f64(),
            longest.as_secs_f64() * 1e3
        );
        (takes, longest)
    }
}

fn raise(interrupt: &Interrupt, after: Duration) -> Instant {
    thread::sleep(after);
    let now = Instant::now();
    interrupt.raise();
    now
}

#[test]
fn whoever_interrupts_does_not_wait() {
    for case in cases(3_000) {
        let (_, longest) = case.waits(2);
        assert!(longest < CEILING, "{}: {longest:?}", case.name);
    }
}

/// Formatting needs no model, and hears an interrupt all the same.
#[test]
fn whoever_formats_does_not_wait() {
    let source = Source::new("main", lines(20_000, |number| format!("a{number}  provides power to  b")));
    let interrupt = Interrupt::default();
    let begins = interrupt.clone();
    let raising = thread::spawn(move || {
        while begins.work().is_none() {
            thread::yield_now();
        }
        raise(&begins, Duration::ZERO)
    });
    let stopped = srl::format_unless(&interrupt, &source);
    let waited = raising.join().unwrap().elapsed();
    assert!(waited < CEILING, "{waited:?}");
    assert!(matches!(stopped, Err(FormatError::Stopped(error)) if error.problems()[0].code() == "E0410"));
}

#[test]
#[ignore = "takes minutes, and is worth it in a release build alone"]
fn whoever_interrupts_does_not_wait_on_large_models() {
    let mut waits = cases(4_000_000).iter().map(|case| (case.waits(12).1, case.name)).collect::<Vec<_>>();
    waits.sort_unstable();
    println!("longest: {:?}", &waits[waits.len() - 5..]);
}

#[test]
fn what_is_interrupted_has_changed_nothing() {
    for case in cases(3_000) {
        let model = case.model();
        let before = model.to_script();
        for step in 1..3 {
            let mut model = case.model();
            let interrupt = model.interrupt();
            let raising = thread::spawn(move || raise(&interrupt, Duration::from_millis(step * step)));
            let files = OneFile(case.file.clone());
            let Ok(mut script) = model.load(Source::new("main", case.text.as_str()), &files) else { continue };
            let outcome = model.step(&mut script, &files);
            raising.join().unwrap();
            model.interrupt().clear();
            if outcome.is_some_and(|outcome| outcome.is_err_and(|problem| problem.code() == "E0410")) {
                assert_eq!(model.to_script(), before, "{}", case.name);
            }
        }
    }
}
