//! Runs the SRL that stands in the documentation, and checks that the pages of the error codes are complete.
//!
//! What a fenced block is, its first line says:
//!
//! - `srl` is a program. It is told to a fresh model and must give exactly the problems that it marks: `#~ E0201` at the end
//!   of a line says that the primary label of an E0201 begins on that line. Warnings count, and several codes may be marked on
//!   one line. As everywhere, the first error while running ends the program.
//! - `srl,max-facts=2` is a program under that limit, `srl,lenient` one whose imports pass over bad rows, `srl,interrupted`,
//!   `srl,out-of-time` and `srl,out-of-memory` ones that are stopped when they run; `srl,check` is checked, as by
//!   `srl check`; `srl,ignore` is not run.
//! - `csv contracts.csv` (any language, then a name) is a file of that name for the programs below it on the page. Given once
//!   more, it replaces the first one. A program itself is called `main.srl`. Files may hold marks, too.
//! - Any other language is no business of this test.
//!
//! A page of an error code begins with `# CODE: title`. Its first program gives that code, its last one gives no problem.
//! Where no page can hold a program that gives the code, [`made_programs`] makes one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::io::{Cursor, Error, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use srl::{Cause, Files, Limits, Model, Outcome, Problem, Source};

/// What a program is called among the files of its page.
const MAIN: &str = "main.srl";

const MARK: &str = "#~";

// ---- Pages and their blocks ----------------------------------------------------------------------------------------

#[derive(Debug)]
struct Page {
    name: String,
    text: String,
}

/// A fenced block as it was found.
#[derive(Debug)]
struct Block {
    info: String,
    /// The line of its opening fence, counted from 1.
    line: usize,
    text: String,
}

/// A block that is run.
#[derive(Debug)]
struct Program {
    line: usize,
    text: String,
    options: Options,
    files: BTreeMap<String, String>,
}

/// What its first line says beside `srl`.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    max_facts: Option<u64>,
    is_lenient: bool,
    interrupt: Option<Cause>,
    is_checked: bool,
}

impl Page {
    fn read(path: &Path) -> Self {
        let name = path.strip_prefix(root()).unwrap_or(path).display().to_string();
        Self { name, text: read(path) }
    }

    /// The code that its file is named after.
    fn code(&self) -> &str {
        self.name.rsplit('/').next().and_then(|file| file.strip_suffix(".md")).unwrap_or_default()
    }

    fn blocks(&self) -> Result<Vec<Block>, String> {
        let mut blocks = Vec::new();
        let mut lines = (1..).zip(self.text.lines());
        while let Some((line, opening)) = lines.next() {
            let marks = opening.trim_start();
            let indent = opening.len() - marks.len();
            let fence: String = marks.chars().take_while(|mark| *mark == '`').collect();
            if fence.len() < 3 {
                continue;
            }
            let info = marks[fence.len()..].trim().to_owned();
            let mut text = String::new();
            loop {
                let Some((_, inner)) = lines.next() else {
                    return Err(format!("{}:{line}: this block is never closed", self.name));
                };
                if inner.trim() == fence {
                    break;
                }
                text.push_str(inner.get(indent..).unwrap_or_default());
                text.push('\n');
            }
            blocks.push(Block { info, line, text });
        }
        Ok(blocks)
    }

    /// Its programs, each with the files that stand above it.
    fn programs(&self) -> Result<Vec<Program>, String> {
        let mut files = BTreeMap::new();
        let mut programs = Vec::new();
        for Block { info, line, text } in self.blocks()? {
            if let Some((_, file)) = info.split_once(' ') {
                files.insert(file.trim().to_owned(), text);
                continue;
            }
            let mut attributes = info.split(',');
            if attributes.next() != Some("srl") {
                continue;
            }
            let (mut options, mut ignored) = (Options::default(), false);
            for attribute in attributes {
                match (attribute, attribute.strip_prefix("max-facts=").and_then(|number| number.parse().ok())) {
                    ("ignore", _) => ignored = true,
                    ("lenient", _) => options.is_lenient = true,
                    ("interrupted", _) => options.interrupt = Some(Cause::Request),
                    ("out-of-time", _) => options.interrupt = Some(Cause::Time(2_000)),
                    ("out-of-memory", _) => options.interrupt = Some(Cause::Memory(512)),
                    ("check", _) => options.is_checked = true,
                    (_, Some(number)) => options.max_facts = Some(number),
                    _ => return Err(format!("{}:{line}: a program cannot be tagged `{attribute}`", self.name)),
                }
            }
            if !ignored {
                programs.push(Program { line, text, options, files: files.clone() });
            }
        }
        Ok(programs)
    }

    fn title_complaint(&self) -> Option<String> {
        let code = self.code();
        let first = self.text.lines().next().unwrap_or_default();
        let title = first.strip_prefix(&format!("# {code}: ")).unwrap_or_default();
        let fine = !title.is_empty() && title == title.trim() && !title.ends_with('.');
        (!fine).then(|| format!("{}:1: expected `# {code}: title`, without a full stop; found `{first}`", self.name))
    }

    /// What is wrong with the programs of a page; of the page of a code, if `code` is given.
    fn complaints(&self, code: Option<&str>) -> Vec<String> {
        let programs = match self.programs() {
            Ok(programs) => programs,
            Err(complaint) => return vec![complaint],
        };
        let mut complaints: Vec<String> = programs.iter().filter_map(|program| program.complaint(&self.name)).collect();
        if let Some(code) = code {
            let is_made = code == OF_THE_LIBRARY || made_programs().iter().any(|(own, _)| *own == code);
            complaints.extend(self.shape_complaint(code, &programs, is_made));
        }
        complaints
    }

    /// On the page of a code, one program shows the problem and a later one how to mend it.
    fn shape_complaint(&self, code: &str, programs: &[Program], is_made: bool) -> Option<String> {
        let gives = |program: &Program| program.expected().is_ok_and(|marks| marks.iter().any(|mark| mark.code == code));
        let name = &self.name;
        match programs {
            [] => Some(format!("{name}: expected programs, found none")),
            [first, .., last] if !is_made => {
                if !gives(first) {
                    return Some(format!("{name}:{}: expected {code} to be marked in the first program", first.line));
                }
                let marks_any = last.expected().is_ok_and(|marks| !marks.is_empty());
                marks_any.then(|| format!("{name}:{}: expected the last program to be the mended one, without marks", last.line))
            }
            [only] if !is_made => Some(format!("{name}:{}: expected two programs, one that gives {code} and the mended one", only.line)),
            _ => programs
                .iter()
                .find(|program| gives(program))
                .map(|program| format!("{name}:{}: this program gives {code}, so `made_programs` need not make one", program.line)),
        }
    }
}

// ---- Running a program ---------------------------------------------------------------------------------------------

/// A problem of this code at this line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    file: String,
    line: usize,
    code: String,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in line {} of {}", self.code, self.line, self.file)
    }
}

impl Program {
    /// The marks of the program and of its files.
    fn expected(&self) -> Result<Vec<Mark>, String> {
        let texts = self.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain([(MAIN, self.text.as_str())]);
        let mut marks = Vec::new();
        for (file, text) in texts {
            for (line, content) in (1..).zip(text.lines()) {
                let Some((_, codes)) = content.rsplit_once(MARK) else { continue };
                let codes: Vec<&str> = codes.split_whitespace().collect();
                if let Some(unknown) = codes.iter().find(|code| srl::explain(code).is_none()) {
                    return Err(format!("line {line} of {file} marks `{unknown}`, which is no code"));
                }
                if codes.is_empty() {
                    return Err(format!("line {line} of {file} has a mark without a code"));
                }
                marks.extend(codes.into_iter().map(|code| Mark { file: file.to_owned(), line, code: code.to_owned() }));
            }
        }
        marks.sort();
        Ok(marks)
    }

    fn problems(&self) -> Vec<Problem> {
        let source = Source::new(MAIN, self.text.as_str());
        if self.options.is_checked { check(source, &self.files) } else { run(source, &self.files, self.options) }
    }

    fn complaint(&self, page: &str) -> Option<String> {
        let expected = match self.expected() {
            Ok(expected) => expected,
            Err(complaint) => return Some(format!("{page}:{}: {complaint}", self.line)),
        };
        let problems = self.problems();
        let mark =
            |problem: &Problem| Mark { file: problem.source().name().to_owned(), line: problem.line_and_column().0, code: problem.code() };
        let mut found: Vec<Mark> = problems.iter().map(mark).collect();
        found.sort();
        if expected == found {
            return None;
        }
        let mut complaint = format!("{page}:{}: the program gives other problems than it marks\n  expected:", self.line);
        let lines = |marks: &[Mark]| marks.iter().map(|mark| format!("\n    {mark}")).collect::<Vec<_>>().concat();
        let listed = |marks: &[Mark]| if marks.is_empty() { "\n    no problem".to_owned() } else { lines(marks) };
        complaint.push_str(&listed(&expected));
        complaint.push_str("\n  found:");
        complaint.push_str(&listed(&found));
        for problem in &problems {
            let _ = write!(complaint, "\n  {problem}");
        }
        Some(complaint)
    }
}

/// Everything that is noticed in a program, up to the first error.
fn run(source: Source, files: &BTreeMap<String, String>, options: Options) -> Vec<Problem> {
    let files = Folder(files);
    let mut model = Model::new();
    model.set_lenient(options.is_lenient);
    if let Some(max_facts) = options.max_facts {
        model.set_limits(Limits { max_facts });
    }
    let mut script = match model.load(source, &files) {
        Ok(script) => script,
        Err(error) => return error.problems().to_vec(),
    };
    if let Some(cause) = options.interrupt {
        model.interrupt().stop(cause);
    }
    let mut problems = script.warnings().to_vec();
    while let Some(outcome) = model.step(&mut script, &files) {
        match outcome {
            Ok(Outcome::Checked(check)) => {
                problems.extend_from_slice(&check.warnings);
                problems.extend(check.failure);
            }
            Ok(outcome) => problems.extend_from_slice(outcome.warnings()),
            Err(problem) => {
                problems.push(problem);
                return problems;
            }
        }
    }
    match model.violations() {
        Ok(violations) => problems.extend(violations.into_iter().map(|violation| violation.problem)),
        Err(error) => problems.extend_from_slice(error.problems()),
    }
    problems
}

/// Everything that is noticed in a program without running it.
fn check(source: Source, files: &BTreeMap<String, String>) -> Vec<Problem> {
    let mut model = Model::new();
    match model.load(source, &Folder(files)) {
        Ok(script) => [script.warnings().to_vec(), model.lint(&[script]).expect("nothing interrupts it")].concat(),
        Err(error) => error.problems().to_vec(),
    }
}

/// The files of a page, all in one folder.
struct Folder<'a>(&'a BTreeMap<String, String>);

impl Files for Folder<'_> {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, name: &str) -> std::io::Result<Box<dyn Read>> {
        match self.0.get(name) {
            Some(text) => Ok(Box::new(Cursor::new(text.clone().into_bytes()))),
            None => Err(Error::new(ErrorKind::NotFound, "there is no such file")),
        }
    }

    fn create(&self, name: &str) -> std::io::Result<Box<dyn Write>> {
        if name.contains('/') { Err(Error::new(ErrorKind::NotFound, "there is no such folder")) } else { Ok(Box::new(std::io::sink())) }
    }
}

// ---- Programs that no page can hold --------------------------------------------------------------------------------

/// For each code that a page only describes, the bytes of a program that gives it.
fn made_programs() -> Vec<(&'static str, Vec<u8>)> {
    let names = |count: usize| (0..count).map(|number| format!("n{number}")).collect::<Vec<_>>().join(", ");
    let conditions = (0..300).map(|number| format!("?x relies on c{number}")).collect::<Vec<_>>().join(" and ");
    vec![
        // é as Windows and old editors write it.
        ("E0101", b"TrainCo provides caf\xe9 to Dee\n".to_vec()),
        ("E0111", format!("CloudCo provides hosting to {}\n", names(200_000)).into_bytes()),
        ("E0120", "1;CloudCo;hosting;StreamCo\n".repeat(150).into_bytes()),
        ("E0217", format!("{} provides {} to {}\n", names(101), names(100), names(100)).into_bytes()),
        ("E0310", format!("?x is busy if {conditions}\n").into_bytes()),
    ]
}

/// The code that only a Rust program can be given.
const OF_THE_LIBRARY: &str = "E0404";

#[test]
fn a_script_runs_with_its_own_model_only() {
    let (mut one, mut other) = (Model::new(), Model::new());
    let mut script = one.load(Source::new(MAIN, "B provides hosting to C"), &srl::NoFiles).expect("the program has no problems");
    let problem = other.step(&mut script, &srl::NoFiles).expect("the script has a step").expect_err("another model has loaded it");
    assert_eq!(problem.code(), OF_THE_LIBRARY);
    assert!(!other.ask("who provides hosting to C?").expect("this is a question").holds());
}

fn codes_of_bytes(bytes: Vec<u8>) -> BTreeSet<String> {
    let problems = match Source::from_bytes(MAIN, bytes) {
        Ok(source) => run(source, &BTreeMap::new(), Options::default()),
        Err(error) => error.problems().to_vec(),
    };
    problems.iter().map(Problem::code).collect()
}

// ---- The project's own files ---------------------------------------------------------------------------------------

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "the library does no I/O, but its pages are files")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the project's own files are texts")
}

/// The files below a folder whose names end so, in order; none if there is no such folder.
fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder of the project can be listed").path()).collect();
    paths.sort();
    let below = |path: PathBuf| if path.is_dir() { files_below(&path, ending) } else { vec![path] };
    paths.into_iter().flat_map(below).filter(|path| path.to_string_lossy().ends_with(ending)).collect()
}

fn error_pages() -> Vec<Page> {
    files_below(&root().join("docs/errors"), ".md").iter().map(|path| Page::read(path)).collect()
}

/// README.md and everything below docs/ that is not the page of a code.
fn other_pages() -> Vec<Page> {
    let errors = root().join("docs/errors");
    let mut paths = vec![root().join("README.md")];
    paths.extend(files_below(&root().join("docs"), ".md").into_iter().filter(|path| !path.starts_with(&errors)));
    paths.iter().filter(|path| path.exists()).map(|path| Page::read(path)).collect()
}

/// The codes that a Rust file gives to its errors: `code(E0201)`.
fn codes_given(text: &str) -> BTreeSet<String> {
    let code = |rest: &str| rest.split_once(')').map(|(code, _)| code.to_owned());
    let is_code = |code: &String| code.starts_with(['E', 'W']) && code.len() == 5 && code[1..].bytes().all(|byte| byte.is_ascii_digit());
    text.split("code(").skip(1).filter_map(code).filter(is_code).collect()
}

/// Each Rust file of the project with the codes that it gives.
fn codes_by_file() -> Vec<(String, BTreeSet<String>)> {
    let source = root().join("src");
    let given = |path: &PathBuf| (path.strip_prefix(&source).unwrap_or(path).display().to_string(), codes_given(&read(path)));
    files_below(&source, ".rs").iter().map(given).collect()
}

#[track_caller]
fn assert_no_complaints(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n\n"));
}

// ---- Tests ---------------------------------------------------------------------------------------------------------

#[test]
fn every_page_begins_with_its_code_and_a_title() {
    let complaints: Vec<String> = error_pages().iter().filter_map(Page::title_complaint).collect();
    assert_no_complaints(&complaints);
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let pages: BTreeSet<String> = error_pages().iter().map(|page| page.code().to_owned()).collect();
    let codes: BTreeSet<String> = srl::codes().map(str::to_owned).collect();
    let without_page = codes.difference(&pages).map(|code| format!("docs/errors/{code}.md: expected a page, found none"));
    let without_code = pages
        .difference(&codes)
        .map(|code| format!("docs/errors/{code}.md: expected {code} in src/diagnostics/codes.rs, found no such code"));
    assert_no_complaints(&without_page.chain(without_code).collect::<Vec<_>>());
}

#[test]
fn every_code_is_registered_and_given_in_one_file_only() {
    let registered: BTreeSet<String> = srl::codes().map(str::to_owned).collect();
    let mut givers: BTreeMap<String, Vec<String>> = registered.iter().map(|code| (code.clone(), Vec::new())).collect();
    for (file, codes) in codes_by_file() {
        for code in codes {
            givers.entry(code).or_default().push(file.clone());
        }
    }
    let mut complaints = Vec::new();
    for (code, files) in &givers {
        if !registered.contains(code) {
            complaints.push(format!("src/{} gives {code}, which src/diagnostics/codes.rs does not list", files.join(", src/")));
        }
        match files.as_slice() {
            [] => complaints.push(format!("src/diagnostics/codes.rs lists {code}, and no error has it")),
            [_] => {}
            several => complaints.push(format!("{code} is given in {} files: src/{}", several.len(), several.join(", src/"))),
        }
    }
    assert_no_complaints(&complaints);
}

#[test]
fn pages_of_codes_show_the_problem_and_how_to_mend_it() {
    let complaints: Vec<String> = error_pages().iter().flat_map(|page| page.complaints(Some(page.code()))).collect();
    assert_no_complaints(&complaints);
}

#[test]
fn codes_that_no_page_can_show_are_given_by_made_programs() {
    let mut complaints = Vec::new();
    for (code, bytes) in made_programs() {
        let found = codes_of_bytes(bytes);
        if !found.contains(code) {
            complaints.push(format!("the made program for {code}: expected {code}, found {found:?}"));
        }
    }
    assert_no_complaints(&complaints);
}

#[test]
fn programs_in_the_readme_and_the_docs_run() {
    let complaints: Vec<String> = other_pages().iter().flat_map(|page| page.complaints(None)).collect();
    assert_no_complaints(&complaints);
}

// ---- Tests of the tests --------------------------------------------------------------------------------------------

fn page(text: &str) -> Page {
    Page { name: "docs/errors/E0201.md".to_owned(), text: text.to_owned() }
}

#[test]
fn pages_that_are_wrong_are_complained_of() {
    let mended = "```srl\nB provides hosting to C\n```\n";
    let wrong = "```srl\nB provdes hosting to C    #~ E0201\n```\n";
    assert_eq!(page(&format!("{wrong}{mended}")).complaints(Some("E0201")), Vec::<String>::new());

    let cases = [
        (format!("{wrong}{mended}").replace("#~ E0201", ""), "expected E0201 to be marked"),
        (format!("{wrong}{mended}").replace("#~ E0201", ""), "expected:\n    no problem"),
        (format!("{wrong}{mended}").replace("#~ E0201", "#~ E0202"), "E0201 in line 1 of main.srl"),
        (format!("{wrong}{mended}").replace("#~ E0201", "#~ E0201 E0201"), "other problems than it marks"),
        (format!("{wrong}{mended}").replace("#~ E0201", "\n#~ E0201"), "E0201 in line 2 of main.srl"),
        (format!("{wrong}{mended}").replace("#~ E0201", "#~ E9999"), "`E9999`, which is no code"),
        (format!("{wrong}{mended}").replace("#~ E0201", "#~"), "a mark without a code"),
        (format!("{mended}{wrong}"), "expected E0201 to be marked in the first program"),
        (format!("{wrong}{wrong}"), "to be the mended one"),
        (wrong.to_owned(), "expected two programs"),
        (String::new(), "found none"),
        (format!("{wrong}{}", mended.replace("to C", "to C\n?x is good if ?x provides ?s to C")), "W0301 in line 2"),
        (format!("{wrong}{}", mended.replace("to C", "to C\nwho relies on Z?")), "W0401 in line 2"),
        (format!("{wrong}```srl\nB provides hosting to C"), "never closed"),
        (mended.replace("srl", "srl,ingore"), "tagged `ingore`"),
    ];
    for (text, expected) in cases {
        let complaints = page(&text).complaints(Some("E0201")).join("\n");
        assert!(complaints.contains(expected), "expected `{expected}` for\n{text}\nfound: {complaints}");
    }
    // A code that a program can show needs no made program.
    let complaint = page(wrong).shape_complaint("E0201", &page(wrong).programs().unwrap(), true).unwrap();
    assert!(complaint.contains("need not make one"), "{complaint}");
}

#[test]
fn titles_that_are_wrong_are_complained_of() {
    assert_eq!(page("# E0201: the verb is not declared\n").title_complaint(), None);
    for text in ["", "# E0201\n", "# E0201: \n", "# E0202: a title\n", "## E0201: a title\n", "# E0201: a title.\n"] {
        assert!(page(text).title_complaint().is_some(), "{text:?}");
    }
}

#[test]
fn files_limits_and_ignored_blocks_are_minded() {
    let import = "```srl\nimport \"a.csv\" as ?who provides ?what to ?whom\n```\n";
    let file = |cell: &str| format!("```csv a.csv\nwho,what,whom\nB,hosting,{cell}\n```\n");
    let complaints = |text: String| page(&text).complaints(None).join("\n");
    assert_eq!(complaints(format!("{}{import}", file("C"))), "");
    assert!(complaints(format!("{import}{}", file("C"))).contains("E0501"), "a file holds only below");
    assert!(complaints(format!("{}{}{import}", file("C"), file(""))).contains("E0503"), "a later file replaces an earlier one");

    let limited = "```srl,max-facts=1\nB provides hosting to C\nA provides power to B\nwho relies on whom?\n```\n";
    assert!(complaints(limited.to_owned()).contains("E0401"));
    assert_eq!(complaints(limited.replace("=1", "=1000")), "");
    assert_eq!(complaints(limited.replace("max-facts=1", "ignore")), "");
    assert_eq!(complaints(limited.replace("max-facts=1", "check")), "", "what is checked is not run");

    let indented = "- a list\n\n  ````srl\n  B provdes hosting to C    #~ E0201\n  ````\n";
    assert_eq!(complaints(indented.to_owned()), "");
    assert!(complaints(indented.replace("#~ E0201", "")).contains("E0201"));

    let included = "```srl b.srl\nB provdes hosting to C    #~ E0201\n```\n```srl\ninclude \"b.srl\"\n```\n";
    assert_eq!(complaints(included.to_owned()), "");
    assert!(complaints(included.replace("#~ E0201", "")).contains("E0201 in line 1 of b.srl"));
}

#[test]
fn codes_are_found_in_rust() {
    let text = "#[diagnostic(code(E0201), help(\"x\"))] fn code(&self) {} #[diagnostic(code(W0301), severity(Warning))] code(E123)";
    assert_eq!(codes_given(text), BTreeSet::from(["E0201".to_owned(), "W0301".to_owned()]));
}
