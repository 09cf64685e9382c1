//! The shape of the code itself: file headers, which module may know which, and documents that name files that exist.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads the project's own files, and fails if it cannot")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules of the library each module may use. Data flows from left to right through the stages; see docs/architecture.md.
const MAY_USE: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("parted", &[]),
    ("discard", &[]),
    ("value", &["source", "parted"]),
    ("syntax", &["source", "value", "diagnostics"]),
    ("logic", &["source", "value", "syntax"]),
    ("vocabulary", &["source", "value", "syntax", "logic"]),
    ("resolve", &["source", "value", "syntax", "logic", "vocabulary", "diagnostics", "discard"]),
    ("plan", &["source", "syntax", "logic", "vocabulary", "diagnostics"]),
    ("engine", &["source", "parted", "discard", "value", "syntax", "logic", "plan"]),
    ("explain", &["source", "value", "syntax", "logic", "vocabulary", "plan", "engine"]),
    ("data", &["source", "value", "logic", "vocabulary", "diagnostics", "discard"]),
    ("diagnostics", &["source", "syntax", "resolve", "plan", "data", "model"]),
    (
        "model",
        &["source", "value", "syntax", "logic", "vocabulary", "resolve", "plan", "engine", "explain", "data", "diagnostics", "discard"],
    ),
    ("output", &["value", "engine", "explain", "diagnostics", "model", "data"]),
    ("lessons", &["source", "value", "syntax", "vocabulary", "engine", "diagnostics", "model"]),
    ("session", &["source", "value", "syntax", "logic", "vocabulary", "engine", "data", "diagnostics", "model", "output", "discard"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|own| own == ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn sources() -> Vec<(PathBuf, String)> {
    let folders = ["src", "tests", "examples", "benches"];
    let existing = folders.iter().map(|folder| root().join(folder)).filter(|folder| folder.is_dir());
    let files = existing.flat_map(|folder| files_below(&folder, "rs"));
    files.map(|file| (file.clone(), fs::read_to_string(file).unwrap())).collect()
}

#[test]
fn every_file_says_what_it_is_for() {
    for (file, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not begin with `//!` and a sentence", file.display());
    }
}

#[test]
fn nothing_is_left_undone() {
    let marks = ["TO", "FIX"].map(|start| format!("{start}{}", if start == "TO" { "DO" } else { "ME" }));
    for (file, text) in sources() {
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{} holds a {mark}", file.display());
        }
    }
}

#[test]
fn modules_use_only_what_they_may() {
    for file in files_below(&root().join("src"), "rs") {
        let path = file.strip_prefix(root().join("src")).unwrap();
        let first = path.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs");
        if module == "lib" || module == "bin" {
            continue;
        }
        let (_, allowed) =
            MAY_USE.iter().find(|(own, _)| *own == module).unwrap_or_else(|| panic!("the module {module} is not in the table"));
        let text = fs::read_to_string(&file).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        for used in code.split("crate::").skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()) {
            assert!(used == module || allowed.contains(&used), "{} uses {used}, which {module} must not know", file.display());
        }
    }
}

#[test]
fn only_the_grammar_knows_pest_and_only_the_command_does_io() {
    for file in files_below(&root().join("src"), "rs") {
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        assert!(name.starts_with("src/syntax") || !text.contains("pest::"), "{name} uses pest");
        // A model may have been allowed some, memory is given back by one, and limits wake up the thread of whoever watches over them.
        let may_have_threads = ["src/engine/threads.rs", "src/discard.rs", "src/session/bounds.rs"].contains(&name.as_str());
        let outside = ["std::fs", "std::env", "std::net", "std::thread", "std::time"];
        let does_io = outside.iter().find(|module| text.contains(**module) && !(may_have_threads && **module == "std::thread"));
        assert!(name.starts_with("src/bin/") || does_io.is_none(), "{name} uses {}", does_io.unwrap());
    }
}

#[test]
fn documents_name_only_files_that_exist() {
    let mut documents = vec![root().join("README.md"), root().join("CONTRIBUTING.md"), root().join("grammar/README.md")];
    documents.extend(files_below(&root().join("docs"), "md"));
    let mut checked = BTreeSet::new();
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for quoted in text.split('`').skip(1).step_by(2) {
            let looks_like_path = ["src/", "docs/", "tests/", "examples/", "grammar/"].iter().any(|start| quoted.starts_with(start));
            if looks_like_path && !quoted.contains(['<', '*', ' ', '…', '{']) {
                assert!(root().join(quoted).exists(), "{} names `{quoted}`, which does not exist", document.display());
                checked.insert(quoted.to_owned());
            }
        }
    }
    assert!(checked.len() > 10, "the documents name the files that they speak of");
}

#[test]
fn the_readme_shows_every_command_and_option() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for command in ["run", "ask", "plan", "check", "test", "fmt", "learn", "explain"] {
        assert!(readme.contains(&format!("srl {command}")), "README.md does not show `srl {command}`");
    }
    let options = [
        "--format",
        "--color",
        "--plain",
        "--quiet",
        "--as-of",
        "--vocabulary",
        "--keep-going",
        "--lenient",
        "--max-facts",
        "--junit",
        "--check",
        "--profile",
    ];
    for option in options {
        assert!(readme.contains(option), "README.md does not show `{option}`");
    }
}
