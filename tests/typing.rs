//! Help while a statement is being typed: completions, hints and classes of words for the cases in `tests/typing`, and what holds of every text.
//!
//! A case is a line of text, where `|` is the cursor and `⏎` a line end; what is expected of it stands below, indented.
//! `UPDATE_EXPECT=1 cargo test --test typing` writes it anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "a test reads the project's own files")]

mod tokens;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use srl::Model;
use srl::session::{Class, complete, highlight, hint, is_unfinished};
use tokens::TOKENS;

/// Of more candidates only the number is told.
const MAX_SHOWN: usize = 12;

fn model() -> Model {
    let mut model = Model::new();
    model.tell(&fs::read_to_string("tests/typing/model.srl").unwrap()).unwrap();
    model
}

/// Compares every case of a list with what comes out, or writes it.
fn against(list: &str, answer: impl Fn(&str) -> Vec<String>) {
    let path = format!("tests/typing/{list}.txt");
    let text = fs::read_to_string(&path).unwrap();
    let mut now = String::new();
    let mut cases = 0;
    for line in text.lines().filter(|line| !line.starts_with("    ")) {
        let _ = writeln!(now, "{line}");
        if !line.is_empty() && !line.starts_with("## ") {
            cases += 1;
            let answers = answer(&line.replace('⏎', "\n"));
            answers.iter().for_each(|answer| writeln!(now, "    {answer}").unwrap());
        }
    }
    assert!(cases > 10, "{path} holds no cases");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return fs::write(&path, &now).unwrap();
    }
    let mut pairs = text.lines().zip(now.lines());
    let different = pairs.find(|(old, new)| old != new);
    assert!(text == now, "{path} expects otherwise, first here (expected, found): {different:#?}\nIn full:\n{now}");
}

/// The folder of the cases, as a shell would list it.
fn files(begun: &str) -> Vec<String> {
    let files = ["contracts.csv", "data/", "suppliers.srl", "data/units.csv"].into_iter();
    let is_here = |rest: &str| !rest.is_empty() && !rest.trim_end_matches('/').contains('/');
    files.filter(|file| file.strip_prefix(begun).is_some_and(is_here)).map(str::to_owned).collect()
}

#[test]
fn completions() {
    let model = model();
    against("complete", |case| {
        let (before, after) = case.split_once('|').unwrap_or_else(|| panic!("{case} has no cursor"));
        let completions = complete(&model, &format!("{before}{after}"), before.len(), &files);
        let mut shown = Vec::new();
        for candidate in completions.candidates.iter().take(MAX_SHOWN) {
            let text = if candidate.text == candidate.display { String::new() } else { format!("   writes {}", candidate.text) };
            shown.push(format!("{}{text}", candidate.display));
        }
        let more = completions.candidates.len().saturating_sub(MAX_SHOWN);
        shown.extend((more > 0).then(|| format!("… and {more} more")));
        shown.extend(completions.candidates.is_empty().then(|| "(nothing)".to_owned()));
        shown
    });
}

#[test]
fn hints() {
    let model = model();
    against("hint", |case| {
        let text = case.strip_suffix('|').unwrap_or_else(|| panic!("{case} does not end with the cursor"));
        vec![hint(&model, text).map_or("(nothing)".to_owned(), |hint| format!("{text}‹{hint}›").replace('\n', "⏎"))]
    });
}

#[test]
fn classes() {
    let model = model();
    against("highlight", |case| {
        let pieces = highlight(&model, case);
        let piece = |class: Class, text: &str| format!("{}: {}", format!("{class:?}").to_lowercase(), text);
        vec![pieces.iter().map(|(span, class)| piece(*class, &case[span.range()])).collect::<Vec<_>>().join(" · ")]
    });
}

// ---- What holds of every text

/// Programs without a mistake, as far as their own tests say.
fn right_programs() -> Vec<(PathBuf, String)> {
    let mut folders = vec![PathBuf::from("tests/suite"), PathBuf::from("examples"), PathBuf::from("src/vocabulary")];
    let mut programs = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_program = path.extension().is_some_and(|ending| ending == "srl");
            if path.is_dir() {
                folders.push(path);
            } else if is_program && !path.with_extension("err").exists() && !path.to_string_lossy().contains("includes/") {
                programs.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    programs.sort();
    programs
}

fn wrong(model: &Model, text: &str) -> Vec<String> {
    let wrong = highlight(model, text).into_iter().filter(|(_, class)| *class == Class::Wrong);
    wrong.map(|(span, _)| text[span.range()].to_owned()).collect()
}

/// The statements of a program, each alone: as many lines as belong together.
fn typed_one_by_one(program: &str) -> Vec<String> {
    let mut statements: Vec<String> = Vec::new();
    for line in program.lines() {
        let first = line.split_whitespace().next().unwrap_or_default();
        let carries_on = ["if", "and", "or", "then", "because", "also", "keeping", "where", "order", "limit", "[", "#"].contains(&first);
        let goes_on =
            carries_on || line.is_empty() || line.starts_with([' ', ')']) || statements.last().is_some_and(|last| is_unfinished(last));
        match statements.last_mut().filter(|_| goes_on) {
            Some(last) => *last = format!("{last}\n{line}"),
            None => statements.push(line.to_owned()),
        }
    }
    statements
}

/// Nothing that is right in the end is ever called wrong on the way.
#[test]
fn what_is_unfinished_is_not_wrong() {
    let mut faults = Vec::new();
    let programs = right_programs();
    assert!(programs.len() > 100);
    for (number, (path, program)) in programs.into_iter().enumerate() {
        let whole = PLAIN.with(|model| wrong(model, &program));
        if !whole.is_empty() {
            faults.push(format!("{}: {whole:?} in the whole", path.display()));
        }
        // At the prompt the declarations have been told before. Every third program will do: this takes its time.
        let mut model = Model::new();
        if number % 3 > 0 || model.tell(&program).is_err() {
            continue;
        }
        for statement in typed_one_by_one(&program).into_iter().filter(|statement| statement.len() < 500) {
            // A word as its first letter, and as a whole.
            let bytes = statement.as_bytes();
            let is_end = |at: &usize| {
                let (before, next) = (bytes[at - 1], bytes.get(*at).copied().unwrap_or(b' '));
                !before.is_ascii_whitespace() && (next.is_ascii_whitespace() || *at < 2 || bytes[at - 2].is_ascii_whitespace())
            };
            let ends = (1..=bytes.len()).filter(|at| statement.is_char_boundary(*at)).filter(is_end);
            let found = ends.map(|end| &statement[..end]).find_map(|begun| Some((begun, wrong(&model, begun).pop()?)));
            faults.extend(found.map(|(begun, word)| format!("{}: `{word}` in {begun:?}", path.display())));
        }
    }
    assert!(faults.is_empty(), "{} of them\n{}", faults.len(), faults.join("\n"));
}

fn survives(model: &Model, text: &str, at: usize) {
    let at = text.floor_char_boundary(at);
    let completions = complete(model, text, at, &files);
    assert!(completions.start <= at && text.is_char_boundary(completions.start), "{completions:?}");
    hint(model, text);
    is_unfinished(text);
    let mut end = 0;
    for (span, _) in highlight(model, text) {
        let range = span.range();
        assert!(end <= range.start && range.start < range.end && text.get(range.clone()).is_some(), "{range:?} after {end}");
        end = range.end;
    }
}

thread_local! {
    static MODEL: Model = model();
    static PLAIN: Model = Model::new();
}

proptest! {
    #[test]
    fn any_tokens_are_survived(words in vec((select(TOKENS), any::<bool>()), 0..30), cursor in any::<Index>()) {
        let text = words.into_iter().fold(String::new(), |text, (word, spaced)| text + word + if spaced { " " } else { "" });
        MODEL.with(|model| survives(model, &text, cursor.index(text.len() + 1)));
    }

    #[test]
    fn any_text_is_survived(text in any::<String>(), cursor in any::<Index>()) {
        MODEL.with(|model| survives(model, &text, cursor.index(text.len() + 1)));
    }
}

/// Every prefix of every program, with the cursor at its end.
#[test]
fn the_cases_are_survived_everywhere() {
    let model = model();
    for list in ["complete", "hint", "highlight"] {
        let text = fs::read_to_string(Path::new("tests/typing").join(format!("{list}.txt"))).unwrap();
        for line in text.lines().filter(|line| !line.starts_with("    ")) {
            let line = line.replace('⏎', "\n");
            line.char_indices().for_each(|(at, _)| survives(&model, &line, at));
        }
    }
}
