//! Files of data that no folder should hold: endless ones, long ones, noise. Whatever is imported, the answer is facts or a problem.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::cell::Cell;
use std::io::{self, Cursor, Read};

use srl::{AnswerKind, Files, Model, Outcome, Problem, Source};

/// One file, under whatever name, that can be opened once.
struct OneFile(Cell<Option<Box<dyn Read>>>);

impl Files for OneFile {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, _name: &str) -> io::Result<Box<dyn Read>> {
        self.0.take().ok_or_else(|| io::Error::other("it was opened before"))
    }
}

fn import_into(model: &mut Model, path: &str, file: impl Read + 'static) -> Result<Outcome, Problem> {
    let files = OneFile(Cell::new(Some(Box::new(file))));
    let text = format!("import \"{path}\" as ?provider provides ?service to ?consumer");
    let mut script = model.load(Source::new("main.srl", text), &files).unwrap();
    model.step(&mut script, &files).unwrap()
}

fn import(path: &str, file: impl Read + 'static) -> Result<Outcome, Problem> {
    import_into(&mut Model::new(), path, file)
}

#[track_caller]
fn assert_code(outcome: Result<Outcome, Problem>, code: &str) -> String {
    let problem = outcome.unwrap_err();
    assert_eq!(problem.code(), code, "{problem:?}");
    problem.labels()[0].text.clone()
}

/// A start, then something for ever.
fn endless(start: &str, rest: &str) -> impl Read + 'static {
    struct Endless(Vec<u8>, usize);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            for byte in &mut *buffer {
                *byte = self.0[self.1 % self.0.len()];
                self.1 += 1;
            }
            Ok(buffer.len())
        }
    }
    Cursor::new(start.to_owned().into_bytes()).chain(Endless(rest.to_owned().into_bytes(), 0))
}

#[test]
fn endless_rows_are_refused() {
    let cases = [
        ("a.csv", "provider,service,consumer\nB,\"", "x"),
        ("a.csv", "provider,service,consumer\n", "\n"),
        ("a.csv", "", "provider,"),
        ("a.tsv", "provider\tservice\tconsumer\n", "x\t"),
        ("a.json", "[{\"provider\": \"B", "x"),
        ("a.json", "[{\"provider\": ", "["),
        ("a.json", "[{\"provider\": ", "{\"a\":"),
        ("a.json", "[{", "\"a\": 1, "),
        ("a.json", "[{\"provider\": ", "1"),
        ("a.json", "[", " \n"),
        ("a.json", "", "["),
        ("a.ndjson", "{\"provider\": \"B", "x"),
        ("a.jsonl", "", " "),
    ];
    for (path, start, rest) in cases {
        let label = assert_code(import(path, endless(start, rest)), "E0504");
        assert!(label.contains("is longer than 1048576 bytes"), "{path}: {label}");
    }
    // Nothing of this is worth being read on.
    assert_code(import("a.json", endless("[1, ", "{}, ")), "E0504");
    assert_code(import("a.ndjson", endless("1\n", "{}\n")), "E0504");
    assert_code(import("a.ndjson", endless("{\"provider\": 1, \"service\": 2, \"consumer\": []}\n", "{}\n")), "E0503");
    for path in ["a.csv.gz", "a.csv.zst"] {
        assert_code(import(path, io::repeat(0)), "E0504");
    }
}

#[test]
fn what_is_deeply_nested_is_one_cell() {
    let nested = format!("[{{\"x\": {}{}}}]", "[".repeat(400_000), "]".repeat(400_000));
    assert_code(import("a.json", Cursor::new(nested.clone())), "E0502");
    assert_code(import("a.json", Cursor::new(nested.replace("\"x\"", "\"service\""))), "E0502");
    let rows = format!("{{\"provider\": 1, \"service\": 2, \"consumer\": {}{}}}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let label = assert_code(import("a.ndjson", Cursor::new(rows)), "E0504");
    assert!(label.contains("line 1"), "{label}");
}

#[test]
fn many_rows_are_no_trouble() {
    let rows = || (0..50_000).map(|row| (format!("B{}", row % 100), format!("C{row}")));
    let csv = rows().map(|(one, other)| format!("{one},hosting,{other}\n"));
    let csv = ["provider,service,consumer\n".to_owned()].into_iter().chain(csv).collect::<String>();
    let lines = rows().map(|(one, other)| format!("{{\"provider\":\"{one}\",\"service\":\"hosting\",\"consumer\":\"{other}\"}}"));
    let lines = lines.collect::<Vec<_>>();
    let mut model = Model::new();
    let total = |outcome: Result<Outcome, Problem>| {
        let Outcome::Imported { new, total, skipped: 0, .. } = outcome.unwrap() else { panic!("every row fits") };
        (new, total)
    };
    assert_eq!(total(import_into(&mut model, "a.csv", Cursor::new(csv))), (50_000, 50_000));
    // The same rows in another format are the same facts.
    assert_eq!(total(import_into(&mut model, "a.ndjson", Cursor::new(lines.join("\n")))), (0, 50_000));
    assert_eq!(total(import_into(&mut model, "a.json", Cursor::new(format!("[{}]", lines.join(",\n"))))), (0, 50_000));
}

/// Lines without quotation marks are read in another way than those after the first one that has some.
#[test]
fn quotation_marks_and_ends_of_lines_change_nothing() {
    let names = ["B", "Größe", "a name of some length", "exactly12byt", "exactly13byte", "x", "7", "Élan", "naïve"];
    let rows = (0..3_000).map(|row: usize| match row % 50 {
        7 => " , ,".to_owned(),
        11 => String::new(),
        _ => format!("{}{}, {} ,C{}", names[row % names.len()], row * 7 % 40, ["hosting", "power"][row % 2], row * row % 1_777),
    });
    let rows = rows.collect::<Vec<_>>();
    let file = |end: &str, quoted_from: usize| {
        let row = |(number, row): (usize, &String)| match row.rsplit_once(',') {
            Some((start, last)) if number >= quoted_from => [start, ",\"", last, "\"", end].concat(),
            _ => [row.as_str(), end].concat(),
        };
        ["provider,service,consumer", end].into_iter().map(str::to_owned).chain(rows.iter().enumerate().map(row)).collect::<String>()
    };
    let read = |text: String| {
        let mut model = Model::new();
        let outcome = import_into(&mut model, "a.csv", Cursor::new(text)).unwrap();
        let answers = model.ask("find ?p, ?s, ?c where ?p provides ?s to ?c").unwrap();
        let facts = answers.rows().map(|row| row.to_vec()).collect::<Vec<_>>();
        let mut places = Vec::new();
        for row in facts.iter().step_by(97) {
            let question = format!("why \"{}\" provides {} to {}?", row[0], row[1], row[2]);
            let AnswerKind::Proof { proof, .. } = model.ask(&question).unwrap().kind().clone() else { panic!("{question}") };
            places.extend(proof.stated().map(|step| format!("{:?}", step.ground)));
        }
        assert!(places.len() > 10 && places.iter().all(|place| place.contains("a.csv")), "{places:?}");
        let Outcome::Imported { new, total, .. } = outcome else { panic!("{outcome:?}") };
        (new, total, facts, places)
    };
    let plain = read(file("\n", usize::MAX));
    for (end, quoted_from) in [("\r\n", usize::MAX), ("\n", 0), ("\n", 1_234), ("\r\n", 2_000), ("\r", usize::MAX), ("\n", 2_999)] {
        assert!(read(file(end, quoted_from)) == plain, "{end:?}, {quoted_from}");
    }
    assert!(read(file("\n", usize::MAX).trim_end().to_owned()) == plain);
}

#[test]
fn a_file_that_breaks_off_is_unreadable() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let cases = [
        ("a.csv", "provider,service,consumer\nB,hosting,C\n"),
        ("a.json", "[{\"provider\": \"B\","),
        ("a.ndjson", "{\"provider\": \"B\"}\n"),
        ("a.json", ""),
        ("a.csv.gz", ""),
        ("a.json.zst", ""),
    ];
    for (path, start) in cases {
        let problem = import(path, Cursor::new(start).chain(Broken)).unwrap_err();
        assert_eq!(problem.message(), format!("the file `{path}` cannot be read: the disk is gone"));
    }
}

#[test]
fn lenient_models_count_what_they_pass_over() {
    let mut model = Model::new();
    model.set_lenient(true);
    let rows = "provider,service,consumer\nB,hosting,C\nB,,C\nB,power,C\n,power,C\n";
    let outcome = import_into(&mut model, "a.csv", Cursor::new(rows)).unwrap();
    let [warning] = outcome.warnings() else { panic!("{outcome:?}") };
    assert_eq!((warning.code().as_str(), warning.is_warning()), ("W0501", true));
    assert_eq!(warning.message(), "2 rows of `a.csv` were skipped");
    assert!(matches!(outcome, Outcome::Imported { new: 2, total: 2, skipped: 2, .. }), "{outcome:?}");
}

#[test]
fn noise_is_no_table() {
    let signs = b"{}[]\",:\\\n\r\t 019.eE+-nulltruefalse\xc3\xa9\xffproviderserviceconsumer";
    // Knuth's MMIX generator: the same bytes in every run.
    let mut random = 1_u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap()
    };
    let starts = ["", "[", "[{\"provider\":", "{\"provider\":", "provider,service,consumer\n", "provider\tservice\tconsumer\n"];
    for number in 0..400 {
        let mut bytes = starts[number % starts.len()].as_bytes().to_vec();
        bytes.extend((0..next() % 200).map(|_| signs[next() % signs.len()]));
        for path in ["a.csv", "a.tsv", "a.json", "a.ndjson", "a.csv.gz", "a.json.zst"] {
            for is_lenient in [false, true] {
                let mut model = Model::without_vocabulary();
                model.set_lenient(is_lenient);
                model.tell("verb provider provides service to consumer").unwrap();
                if let Err(problem) = import_into(&mut model, path, Cursor::new(bytes.clone())) {
                    assert!(problem.code().starts_with("E050"), "{problem:?}");
                }
            }
        }
    }
}
