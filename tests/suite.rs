//! Runs the cases in `tests/suite`: what a program prints and which problems it has, as `srl run` would say it.
//!
//! `tests/suite/README.md` tells how a case is written. `cargo test --test suite negation` runs one feature,
//! `UPDATE_EXPECT=1 cargo test --test suite` rewrites the expected texts.
#![expect(clippy::disallowed_methods, reason = "the library is given its files, and the test suite is who gives them")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path};
use std::rc::Rc;

use srl::{Evaluator, Files, Format, Model, Outcome, Problem, Source, Style};

const ROOT: &str = "tests/suite";
/// The line that a case holds if it is to be run with this option.
const LENIENT: &str = "# With --lenient.";
const BLESS: &str = "UPDATE_EXPECT=1 cargo test --test suite";

datatest_stable::harness! {
    { test = case, root = ROOT, pattern = r"^[^/]+/[^/]+\.srl$" },
    { test = tidiness, root = ROOT, pattern = r"^README\.md$" },
}

/// What is wrong with a case; the harness shows errors as `{:?}`, which is to be read by people here.
struct Faults(String);

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Faults {}

fn verdict(faults: &[String]) -> datatest_stable::Result<()> {
    if faults.is_empty() { Ok(()) } else { Err(Box::new(Faults(faults.join("\n")))) }
}

// ---- One case

fn case(path: &Path) -> datatest_stable::Result<()> {
    let name = name_in_suite(path);
    let text = fs::read_to_string(path)?;
    let feature = name.split('/').next().unwrap_or_default();
    if !Path::new(ROOT).join(feature).join("README.md").exists() {
        return Err(format!("{ROOT}/{feature}/README.md is missing: say in one paragraph what this feature means").into());
    }
    let run = Run::new(&name, &text, Evaluator::SemiNaive);
    let mut faults = Vec::new();
    // What is blessed must be what was intended, so the marks are looked at first.
    faults.extend(run.against_marks(&name, &text));
    if faults.is_empty() {
        faults.extend(against_file(path, "out", &run.out)?);
        faults.extend(against_file(path, "err", &run.err)?);
        if run.out.is_empty() && run.err.is_empty() {
            faults.push("this case says nothing: let it ask something, or have a problem".to_owned());
        }
    }
    // In whatever way facts are read, they say the same.
    let apart = Run::new(&name, &apart(&text), Evaluator::SemiNaive);
    faults.extend(difference("with each fact read by itself it answers otherwise", &run.out, &apart.out));
    faults.extend(difference("with each fact read by itself it has other problems", &run.err, &apart.err.replace(APART, "")));
    if !run.out.is_empty() {
        let naive = Run::new(&name, &text, Evaluator::Naive);
        faults.extend(difference("the naive evaluator answers otherwise", &run.out, &naive.out));
        for seed in 1..=3 {
            if let Some(shuffled) = shuffled(&text, seed) {
                let other = Run::new(&name, &shuffled, Evaluator::SemiNaive);
                let title = format!("with its rules in another order it answers otherwise; the order was\n\n{shuffled}\n");
                faults.extend(difference(&title, &without_witnesses(&run.out), &without_witnesses(&other.out)));
            }
        }
    }
    verdict(&faults)
}

/// `facts/lists.srl`, on every system.
fn name_in_suite(path: &Path) -> String {
    let inner = path.strip_prefix(ROOT).unwrap_or(path);
    let parts = inner.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.collect::<Vec<_>>().join("/")
}

/// What a program says.
struct Run {
    out: String,
    err: String,
    problems: Vec<Problem>,
    /// The programs that the case includes, with their texts.
    included: BTreeMap<String, String>,
}

impl Run {
    fn new(name: &str, text: &str, evaluator: Evaluator) -> Self {
        let files = SuiteFiles { opened: RefCell::default(), written: Rc::default() };
        let mut run = Self { out: String::new(), err: String::new(), problems: Vec::new(), included: BTreeMap::new() };
        let mut model = Model::new();
        model.set_evaluator(evaluator);
        model.set_lenient(text.lines().any(|line| line == LENIENT));
        match model.load(Source::new(name, text), &files) {
            Err(error) => run.report(error.problems()),
            Ok(mut script) => {
                run.report(script.warnings());
                while let Some(outcome) = model.step(&mut script, &files) {
                    match outcome {
                        Ok(Outcome::Answered(answers)) => {
                            let is_first = run.out.is_empty();
                            run.out += &Format::Text.answers(&answers, is_first, false);
                            run.report(answers.warnings());
                        }
                        Ok(Outcome::Checked(check)) => {
                            let verdict = if check.holds() { "met" } else { "NOT MET" };
                            let _ = writeln!(run.out, "{}{verdict}: {}", if run.out.is_empty() { "" } else { "\n" }, check.question);
                            run.report(&check.warnings);
                            run.report(check.failure.as_slice());
                        }
                        Ok(outcome) => {
                            if let Outcome::Exported { path, .. } = &outcome {
                                let is_first = run.out.is_empty();
                                let _ = write!(run.out, "{}written to {path}\n{}", if is_first { "" } else { "\n" }, files.written.take());
                            }
                            run.report(outcome.warnings());
                        }
                        Err(problem) => {
                            run.report(&[problem]);
                            break;
                        }
                    }
                }
                match model.violations() {
                    Ok(violations) => violations.iter().for_each(|violation| run.report(std::slice::from_ref(&violation.problem))),
                    Err(error) => run.report(error.problems()),
                }
            }
        }
        run.included = files.opened.into_inner();
        run
    }

    fn report(&mut self, problems: &[Problem]) {
        for problem in problems {
            let separator = if self.err.is_empty() { "" } else { "\n" };
            let _ = write!(self.err, "{separator}{}", problem.render(Style { width: 80, color: false, plain: false }));
        }
        self.problems.extend_from_slice(problems);
    }

    /// Compares places and codes of the problems with the marks `#~ E0201` in the case and the files that it includes.
    fn against_marks(&self, name: &str, text: &str) -> Vec<String> {
        let mut expected = BTreeSet::new();
        for (name, text) in self.included.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain([(name, text)]) {
            for (number, line) in text.lines().enumerate() {
                let codes = line.rsplit_once("#~").map_or("", |(_, codes)| codes).split_whitespace();
                expected.extend(codes.map(|code| (name.to_owned(), number + 1, code.to_owned())));
            }
        }
        // What points into a vocabulary that ships with the program is marked on the first line of the case.
        let is_here = |problem: &Problem| problem.source().name() == name || self.included.contains_key(problem.source().name());
        let place = |problem: &Problem| {
            let (file, line) = if is_here(problem) { (problem.source().name(), problem.line_and_column().0) } else { (name, 1) };
            (file.to_owned(), line, problem.code())
        };
        let reported = self.problems.iter().map(place).collect::<BTreeSet<_>>();
        let missing =
            expected.difference(&reported).map(|(name, line, code)| format!("{name}:{line}: marked with {code}, and not reported"));
        let unmarked =
            reported.difference(&expected).map(|(name, line, code)| format!("{name}:{line}: {code} is reported, and not marked"));
        let mut faults = missing.chain(unmarked).collect::<Vec<_>>();
        if !faults.is_empty() {
            faults.push(format!("what was reported:\n{}", self.err));
        }
        faults
    }
}

/// Compares with the file beside the case, or rewrites it.
fn against_file(case: &Path, ending: &str, text: &str) -> Result<Vec<String>, io::Error> {
    let path = case.with_extension(ending);
    let shown = path.display();
    let expected = if path.exists() { Some(fs::read_to_string(&path)?) } else { None };
    if expected.as_deref().unwrap_or_default() == text && (expected.is_some() || text.is_empty()) {
        return Ok(if expected.is_some_and(|text| text.is_empty()) { vec![format!("{shown} is empty: remove it")] } else { Vec::new() });
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        if std::env::var_os("CI").is_some() {
            return Ok(vec![format!("{shown} is out of date, and nothing is rewritten where CI is set")]);
        }
        if text.is_empty() {
            fs::remove_file(&path)?;
        } else {
            fs::write(&path, text)?;
        }
        return Ok(Vec::new());
    }
    Ok(match expected {
        Some(expected) => difference(&format!("{shown} says something else"), &expected, text),
        None => vec![format!("{shown} is missing; make it with `{BLESS}`, and read it:\n{text}")],
    })
}

/// Nothing if the texts are equal.
fn difference(title: &str, expected: &str, found: &str) -> Vec<String> {
    if expected == found {
        return Vec::new();
    }
    let (expected_lines, found_lines) = (expected.lines().collect::<Vec<_>>(), found.lines().collect::<Vec<_>>());
    let same = expected_lines.iter().zip(&found_lines).take_while(|(one, other)| one == other).count();
    let line = |lines: &[&str]| lines.get(same).map_or("(the end)".to_owned(), |line| format!("`{line}`"));
    let first = format!("first in line {}: expected {}, found {}", same + 1, line(&expected_lines), line(&found_lines));
    vec![format!("{title}\n{first}\n--- expected\n{expected}--- found\n{found}")]
}

/// Other rules may be the first to derive a fact, so only the yes itself is compared.
fn without_witnesses(out: &str) -> String {
    // Explanations name rules and lines, which are others in another order.
    let mut explains = false;
    let line = |line: &str| {
        if !line.starts_with(' ') {
            // In a scenario the question comes after a colon.
            let asked = line.rsplit(": ").next().unwrap_or_default().to_lowercase();
            explains = ["why ", "all ", "how does ", "how is "].iter().any(|start| asked.starts_with(start));
        }
        match () {
            () if explains && line.starts_with(' ') => String::new(),
            () if line.starts_with("  Yes") => "  Yes\n".to_owned(),
            () => format!("{line}\n"),
        }
    };
    out.lines().map(line).collect()
}

// ---- Files of a case

/// The files below `tests/suite`; a case can name those below its own folder.
struct SuiteFiles {
    opened: RefCell<BTreeMap<String, String>>,
    /// What the last `export` has written: cases write into their `.out`, never into a file.
    written: Rc<RefCell<String>>,
}

/// A file that is kept as text, once it is flushed.
struct Written {
    bytes: Vec<u8>,
    text: Rc<RefCell<String>>,
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let packed = std::mem::take(&mut self.bytes);
        let shown = String::from_utf8(packed).unwrap_or_else(|error| format!("({} bytes that are no text)\n", error.as_bytes().len()));
        self.text.replace(shown);
        Ok(())
    }
}

impl Files for SuiteFiles {
    fn locate(&self, from: &str, path: &str) -> String {
        let folder = Path::new(from).parent().unwrap_or(Path::new(""));
        let mut parts: Vec<String> = Vec::new();
        for part in folder.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                    parts.pop();
                }
                Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => {
                    parts.push(part.as_os_str().to_string_lossy().into_owned());
                }
            }
        }
        parts.join("/")
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let is_below = name.split('/').nth(1) == Some("files");
        // What a system says about a missing file differs from one to the next.
        let bytes = if is_below { fs::read(Path::new(ROOT).join(name)).ok() } else { None };
        let bytes = bytes.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no such file"))?;
        if Path::new(name).extension().is_some_and(|ending| ending == "srl") {
            self.opened.borrow_mut().insert(name.to_owned(), String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(Box::new(io::Cursor::new(bytes)))
    }

    fn create(&self, _name: &str) -> io::Result<Box<dyn Write>> {
        Ok(Box::new(Written { bytes: Vec::new(), text: self.written.clone() }))
    }
}

// ---- Facts read by themselves

/// What stands behind a statement of one line, so that it is not read together with others of its sort.
const APART: &str = " ##";

/// The program with each fact to be read by itself.
fn apart(text: &str) -> String {
    let is_whole = |block: &str| block.lines().count() == 1 && !block.contains('#') && !block.trim().is_empty();
    let mark = |block: String| if is_whole(&block) { format!("{}{APART}\n", block.trim_end_matches(['\r', '\n'])) } else { block };
    blocks(text).into_iter().map(mark).collect()
}

// ---- Rules in another order

/// The program with its rules in another order; nothing if that order is the same.
fn shuffled(text: &str, seed: u64) -> Option<String> {
    let blocks = blocks(text);
    let rules = blocks.iter().filter(|block| is_rule(block)).collect::<Vec<_>>();
    let mut order = (0..rules.len()).collect::<Vec<_>>();
    let mut random = seed;
    for last in (1..order.len()).rev() {
        // Knuth's MMIX generator; its high bits are the random ones.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(last, usize::try_from(random >> 33).unwrap_or_default() % (last + 1));
    }
    if order.is_sorted() {
        return None;
    }
    let mut next = order.into_iter();
    let place = |block: &String| if is_rule(block) { next.next().map_or(String::new(), |rule| rules[rule].clone()) } else { block.clone() };
    Some(blocks.iter().map(place).collect())
}

/// The text cut between statements: each piece is a statement with all its lines, or a line that holds none.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let (mut depth, mut is_open, mut pending) = (0_i32, false, String::new());
    let mut is_statement = false;
    for line in text.split_inclusive('\n') {
        let code = code(line);
        let first = code.split_whitespace().next().unwrap_or_default();
        let begins_open = matches!(first, "if" | "and" | "or" | "then" | "because" | "also" | "keeping" | "where" | "limit")
            || code.starts_with("order by")
            || first.starts_with('[');
        if code.is_empty() {
            pending.push_str(line);
            continue;
        }
        if is_statement && (depth > 0 || is_open || begins_open) {
            if let Some(last) = blocks.last_mut() {
                last.push_str(&std::mem::take(&mut pending));
                last.push_str(line);
            }
        } else {
            blocks.extend(std::mem::take(&mut pending).split_inclusive('\n').map(str::to_owned));
            blocks.push(line.to_owned());
        }
        is_statement = true;
        depth +=
            code.chars().map(|sign| i32::from(matches!(sign, '(' | '[' | '{')) - i32::from(matches!(sign, ')' | ']' | '}'))).sum::<i32>();
        let last = code.split_whitespace().next_back().unwrap_or_default();
        is_open = matches!(last, "and" | "or" | "if" | "where" | "then") || code.ends_with([',', ':']);
    }
    blocks.push(pending);
    // A last rule without a line end would run into whatever is put behind it.
    if let Some(block) = blocks.iter_mut().rev().find(|block| !block.is_empty() && !block.ends_with('\n')) {
        block.push('\n');
    }
    blocks
}

/// A line without its comment, quoted names blanked.
fn code(line: &str) -> String {
    let mut code = String::new();
    let (mut in_quotes, mut is_escaped) = (false, false);
    for character in line.chars() {
        match character {
            '"' if !is_escaped => {
                in_quotes = !in_quotes;
                code.push('"');
            }
            '#' if !in_quotes => break,
            _ if in_quotes => is_escaped = character == '\\' && !is_escaped,
            other => code.push(other),
        }
    }
    code.trim().to_owned()
}

fn is_rule(block: &str) -> bool {
    let words = block.lines().map(code).collect::<Vec<_>>().join(" ");
    let mut words = words.split_whitespace();
    let starts = words.next().is_some_and(|first| !["find", "forget", "scenario"].contains(&first));
    starts && words.any(|word| word == "if" || word == "if(")
}

// ---- The folder

/// Every file belongs to a case, and every feature says what it means.
fn tidiness(_: &Path) -> datatest_stable::Result<()> {
    let mut faults = Vec::new();
    for entry in entries(Path::new(ROOT))? {
        let name = name_in_suite(&entry);
        if !entry.is_dir() {
            if name != "README.md" {
                faults.push(format!("{ROOT}/{name}: a case lies in the folder of its feature"));
            }
            continue;
        }
        let files = entries(&entry)?;
        let readme = fs::read_to_string(entry.join("README.md")).unwrap_or_default();
        if readme.trim().is_empty() {
            faults.push(format!("{ROOT}/{name}/README.md is missing: say in one paragraph what this feature means"));
        }
        if !files.iter().any(|file| file.extension().is_some_and(|ending| ending == "srl")) {
            faults.push(format!("{ROOT}/{name} has no case"));
        }
        for file in files {
            let ending = file.extension().unwrap_or_default().to_string_lossy().into_owned();
            let is_known = match ending.as_str() {
                "srl" => true,
                "out" | "err" => file.with_extension("srl").exists(),
                "md" => file.ends_with("README.md"),
                "" => file.is_dir() && file.ends_with("files"),
                _ => false,
            };
            if !is_known {
                faults.push(format!("{}: no case has this", file.display()));
            }
        }
    }
    verdict(&faults)
}

fn entries(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}
