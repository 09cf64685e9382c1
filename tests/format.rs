//! `srl::format`: cases in `tests/format`, every program of this repository, and random texts that nothing may get lost in.
//!
//! A case is `NAME.srl` with its layout beside it in `NAME.formatted`; `UPDATE_EXPECT=1 cargo test --test format` writes the latter.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::panic, reason = "that is how a test fails")]
#![expect(clippy::disallowed_methods, reason = "a test reads the project's own files")]

use std::fs;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use srl::{FormatError, Source};

fn format(text: &str) -> Result<String, FormatError> {
    srl::format(&Source::new("text", text))
}

/// Formats a text and makes sure of what holds for every text; nothing comes back for one that cannot be read.
fn checked(text: &str) -> Option<String> {
    match format(text) {
        Ok(formatted) => {
            assert_eq!(format(&formatted).as_ref(), Ok(&formatted), "formatted again it changes");
            assert!(formatted.lines().all(|line| line == line.trim_end()), "white space at the end of a line: {formatted:?}");
            assert!(formatted.is_empty() || formatted.ends_with('\n') && !formatted.ends_with("\n\n"), "{formatted:?}");
            assert!(!formatted.contains("\n\n\n") && !formatted.starts_with('\n'), "{formatted:?}");
            assert_eq!(text.matches('#').count(), formatted.matches('#').count(), "a comment got lost:\n{text}\n->\n{formatted}");
            Some(formatted)
        }
        Err(FormatError::Unreadable(error)) => {
            assert!(!error.problems().is_empty());
            None
        }
        Err(error) => panic!("{error}:\n{text:?}"),
    }
}

fn programs_below(folder: &str) -> Vec<PathBuf> {
    let mut programs = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}")) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            programs.extend(programs_below(&path.to_string_lossy()));
        } else if path.extension().is_some_and(|ending| ending == "srl") {
            programs.push(path);
        }
    }
    programs.sort();
    programs
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn cases() {
    let updates = std::env::var_os("UPDATE_EXPECT").is_some();
    let programs = programs_below("tests/format");
    assert!(programs.len() > 5);
    for path in programs {
        let expected = path.with_extension("formatted");
        let formatted = checked(&text_of(&path)).unwrap_or_else(|| panic!("{} cannot be read", path.display()));
        if updates {
            fs::write(&expected, &formatted).unwrap();
        }
        assert!(formatted == text_of(&expected), "{} is formatted otherwise:\n{formatted}", path.display());
    }
}

/// `cargo run -- fmt examples` makes it so.
#[test]
fn the_examples_are_formatted() {
    for path in programs_below("examples") {
        let text = text_of(&path);
        let formatted = checked(&text).unwrap_or_else(|| panic!("{} cannot be read", path.display()));
        assert!(formatted == text, "{} is not formatted: run `srl fmt` on it", path.display());
    }
}

#[test]
fn the_vocabularies_keep_their_meaning() {
    for path in programs_below("src/vocabulary") {
        checked(&text_of(&path)).unwrap_or_else(|| panic!("{} cannot be read", path.display()));
    }
}

/// Its first program becomes the second, and whatever else is shown is formatted.
#[test]
fn the_page_about_the_layout_is_right() {
    let page = text_of(Path::new("docs/formatting.md"));
    let blocks =
        |fence: &str| page.split(fence).skip(1).map(|rest| checked(rest.split_once("```").unwrap().0).unwrap()).collect::<Vec<_>>();
    let (examples, before) = (blocks("```srl\n"), blocks("```srl,ignore\n"));
    assert_eq!(before, examples[..1]);
    assert!(examples.iter().all(|example| page.contains(&format!("```srl\n{example}```"))), "{examples:#?}");
}

#[test]
fn every_program_of_the_tests_keeps_its_meaning() {
    let formatted = programs_below("tests/suite").iter().filter_map(|path| checked(&text_of(path))).count();
    assert!(formatted > 50, "{formatted} of them can be read");
}

#[test]
fn every_sentence_keeps_its_meaning() {
    for list in ["yes", "no"] {
        for case in text_of(Path::new(&format!("tests/sentences/{list}.txt"))).lines().skip(1) {
            let formatted = checked(&case.replace('⏎', "\n"));
            assert!(list != "yes" || formatted.is_some(), "{case} cannot be read");
        }
    }
}

#[test]
fn a_text_that_cannot_be_read_comes_back_with_its_problems() {
    let Err(FormatError::Unreadable(error)) = format("A  provides x to B\nA provides (\nB provides x to C and\n") else { panic!() };
    assert_eq!(error.problems().iter().map(srl::Problem::code).collect::<Vec<_>>(), ["E0105", "E0103"]);
}

#[test]
fn long_texts_take_linear_time() {
    let facts = (0..1_000).map(|number| format!("A{number}  provides \"x\" to B # {number}")).collect::<Vec<_>>();
    checked(&facts.join("\n")).unwrap();
    let list = (0..20_000).map(|number| format!("x{number}")).collect::<Vec<_>>().join(",");
    checked(&format!("A provides {list} to B")).unwrap();
    let conditions = (0..2_000).map(|number| format!("(?x is a{number} or (?x is b and not ?x is c))")).collect::<Vec<_>>();
    checked(&format!("?x is y if {}", conditions.join(" and "))).unwrap();
}

/// Spaces after its commas would make this statement longer than any may be.
#[test]
fn a_statement_that_would_become_too_long_stays_as_it_is() {
    let name = "x".repeat(9_000);
    let names = vec![name.as_str(); 116].join(",");
    let fact = format!("A provides {names},{} to B", "y".repeat((1 << 20) - names.len() - 20));
    assert_eq!(format(&fact), Ok(format!("{fact}\n")));
}

// ---- Random texts

/// Statements with a space between all words; `~` is a space inside of one.
const STATEMENTS: &[&str] = &[
    "B provides \"hosting\" , storage to C , \"D~E\" under \"Gold~SLA\" since 2024-01-01 .",
    "rule \"chain\" : ?c needs ?q if ?c needs ?p and ( ?p needs ?q or not ( ?q is late ) ) because \"{?c}~\\\"~and\"",
    "verb teacher:person teaches subject:subject [ at school:\"school\" ] [ since a:date ] keeping least a also subject is taught by teacher",
    "find ?p , count ( ?s , ?c ) where ?p provides ?s to ?c and ?p is a provider order~by ?p descending , ?c limit 10 ?",
    "find ?p , sum ?c * 2 where ?p charges ?c and ?n = count ?x where ( ?x is y and ?x is z ) limit 3",
    "?x is down if ?x is z and whenever ?p provides ?x and ?p is y then ( ?p is down or ?p relies on \"gone\" ) and ?n + 1 >= -2 - ( 3 * ?m ) / 99.95%",
    "import \"a.csv\" as ?provider provides ?service to ?consumer since ?day",
    "who does \"Google\" provide hosting to ?",
    "Is A both provider and consumer ?",
    "expect who provides what : ( A , power ) , ( \"B\" , hosting )",
    "forbid ?x provides something to ?x or ?x is z because \"two~sides\"",
    "export \"out.csv\" : find ?x where ?x is late and ?x has the availability ?a",
    "kind press is a machine",
];

/// What may stand between two words. Line ends do only where the statement goes on.
const GAPS: &[&str] = &[" ", " ", " ", " ", "   ", "\t", "", "\n", "\n\n", "\r\n", " # why\n", "\n # so \n\n", " ## d\n", "\n## e\n"];

fn fits(gap: &str, before: &str, after: &str) -> bool {
    let is_open = matches!(before, "and" | "or" | "if" | "where" | "then" | "," | ":" | "(");
    let goes_on =
        matches!(after, "and" | "or" | "if" | "where" | "then" | "because" | "also" | "keeping" | "[" | "order by" | "limit" | ")");
    // A minus has white space on both sides.
    let is_sign = |word: &str| word.len() == 1 && !word.chars().all(char::is_alphanumeric);
    match gap {
        "" => (is_sign(before) || is_sign(after)) && before != "-" && after != "-",
        "\n## e\n" => is_open,
        gap => !gap.contains('\n') || is_open || goes_on,
    }
}

/// Statements with anything between their words and behind them.
fn spread() -> impl Strategy<Value = String> {
    let statement = (select(STATEMENTS), vec(select(GAPS), 60)).prop_map(|(statement, gaps)| {
        let words = statement.split(' ').map(|word| word.replace('~', " ")).collect::<Vec<_>>();
        let mut text = words[0].clone();
        for (pair, gap) in words.windows(2).zip(gaps) {
            text += if fits(gap, &pair[0], &pair[1]) { gap } else { " " };
            text += &pair[1];
        }
        text
    });
    let behind = select(&["\n", "\n\n\n", " # behind\n", "\r\n", " ## behind \n", "\n# a\n\n#b\n", "\n  ## doc\n"][..]);
    vec((statement, behind), 0..4).prop_map(|statements| statements.into_iter().map(|(statement, behind)| statement + behind).collect())
}

/// Words and signs in any order.
fn tokens() -> impl Strategy<Value = String> {
    const TOKENS: &[&str] = &[
        "B",
        "C",
        "\"C\"",
        "\"a b\"",
        "\"order\"",
        "\"a\"",
        "?x",
        "?y",
        "?",
        "a",
        "the",
        "order",
        "by",
        "limit",
        "3",
        "-2",
        "- 2",
        "99%",
        "is",
        "has",
        "does",
        "not",
        "both",
        "and",
        "and",
        "or",
        "if",
        "if",
        "then",
        "whenever",
        "where",
        "because",
        "also",
        "keeping",
        "least",
        "to",
        "of",
        "provides",
        "who",
        "how",
        "many",
        "find",
        "count",
        "verb",
        "a:b",
        "expect",
        "forget",
        "rule",
        "x:",
        "use",
        "none",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        ":",
        "=",
        "<=",
        "+",
        "*",
        "%",
        "#",
        "##",
        "\"",
        "\n",
        "\r\n",
        "\t",
        "ü",
        "e\u{301}",
        "\u{85}",
        "\u{feff}",
    ];
    let separator = select(&[" ", " ", " ", "", "\n", "\t"][..]);
    vec((select(TOKENS), separator), 0..12).prop_map(|parts| parts.into_iter().fold(String::new(), |text, (token, gap)| text + token + gap))
}

/// A few characters of a text replaced or taken out.
fn damaged(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let characters = prop_oneof![any::<char>(), select(&['\n', ' ', '#', '"', '.', ',', '?', '-', '(', ')', 'a', '\r', '\t'][..])];
    (text, vec((any::<Index>(), characters, any::<bool>()), 0..3)).prop_map(|(text, changes)| {
        let mut characters = text.chars().collect::<Vec<_>>();
        for (at, character, replaces) in changes {
            if characters.is_empty() {
                continue;
            }
            let at = at.index(characters.len());
            if replaces {
                characters[at] = character;
            } else {
                characters.remove(at);
            }
        }
        characters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn spread_statements_keep_their_meaning(text in spread()) {
        prop_assert!(checked(&text).is_some(), "{text} cannot be read");
    }

    #[test]
    fn damaged_statements_keep_their_meaning(text in damaged(spread())) {
        checked(&text);
    }

    #[test]
    fn any_tokens_are_survived(text in tokens()) {
        checked(&text);
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        checked(&text);
    }
}
