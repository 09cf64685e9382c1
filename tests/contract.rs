//! `tests/contract.md` lists what the language promises: no promise is without a test, and every test that is named there exists.

#![expect(clippy::disallowed_methods, reason = "a test reads the project's own files")]

use std::fs;
use std::path::Path;

/// A promise with the names of the tests below it.
struct Promise<'a> {
    line: usize,
    tests: Vec<&'a str>,
}

/// The items of a list; what stands in backticks after an arrow are the tests of the item above.
fn promises(list: &str) -> Vec<Promise<'_>> {
    let mut promises: Vec<Promise<'_>> = Vec::new();
    for (line, text) in (1..).zip(list.lines()) {
        if text.starts_with("- ") {
            promises.push(Promise { line, tests: Vec::new() });
        } else if let (Some(names), Some(promise)) = (text.strip_prefix("  → "), promises.last_mut()) {
            promise.tests.extend(names.split('`').skip(1).step_by(2));
        }
    }
    promises
}

/// What is wrong with the promises of a list.
fn complaints(list: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for promise in promises(list) {
        let line = promise.line;
        if promise.tests.is_empty() {
            complaints.push(format!("{line}: this promise is without a test"));
        }
        complaints.extend(promise.tests.iter().filter(|test| !exists(test)).map(|test| format!("{line}: there is no test `{test}`")));
    }
    complaints
}

fn exists(test: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
    if let Some((list, sentence)) = test.split_once(": ") {
        return read(&format!("tests/{list}.txt")).lines().any(|line| line == sentence);
    }
    if let Some((file, function)) = test.split_once("::") {
        let path = if file.starts_with("src/") { file.to_owned() } else { format!("tests/{file}.rs") };
        let source = read(&path);
        let mut lines = source.lines().map(str::trim_start);
        return lines
            .any(|line| line.strip_prefix("fn ").and_then(|line| line.strip_prefix(function)).is_some_and(|rest| rest.starts_with('(')));
    }
    let ending = if test.starts_with("suite/") { "srl" } else { "trycmd" };
    root.join(format!("tests/{test}.{ending}")).exists()
}

#[test]
fn every_promise_has_tests_that_exist() {
    let list = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract.md")).expect("the list is a text");
    // What stands above the first heading of the second level tells how the list is written.
    let from = list.find("\n## ").expect("the list has sections");
    let before = list[..from].lines().count();
    let list = format!("{}{}", "\n".repeat(before), &list[from..]);
    assert!(promises(&list).len() > 200, "few promises were found: {}", promises(&list).len());
    let complaints = complaints(&list);
    assert!(complaints.is_empty(), "\ntests/contract.md:{}", complaints.join("\ntests/contract.md:"));
}

#[test]
fn promises_without_tests_are_complained_of() {
    let fine = "- A.\n  → `suite/layout/comments` `cli/run` `sentences/no: hello`\n- B\n  goes on.\n  → `contract::exists` `src/value.rs::equal_values_share_a_number`\n";
    assert_eq!(complaints(fine), Vec::<String>::new());
    assert_eq!(complaints("- A.\n- B.\n  → `cli/run`\n"), ["1: this promise is without a test"]);
    let missing = ["suite/layout/comment", "cli/runs", "sentences/no: hell", "contract::exist", "src/nowhere.rs::exists", "sentences::fn"];
    for test in missing {
        assert_eq!(complaints(&format!("- A.\n  → `{test}`\n")), [format!("1: there is no test `{test}`")]);
    }
}
