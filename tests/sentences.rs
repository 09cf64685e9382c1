//! Sentences that are read and sentences that are refused: the lists in `tests/sentences`.
#![expect(clippy::disallowed_methods, reason = "the library is given its files, and the tests are who gives them")]
#![expect(clippy::panic, reason = "that is how a test fails")]

use srl::{Model, Problem};

/// The cases of a list, one a line; `⏎` stands for a line end.
fn cases(list: &str) -> Vec<String> {
    let path = format!("tests/sentences/{list}.txt");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let cases = text.lines().enumerate().filter(|(number, line)| *number > 0 && !is_heading(line));
    cases.map(|(_, line)| line.replace('⏎', "\n")).collect()
}

/// `# Facts.`: a heading inside a list. The comments that are cases begin with a small letter.
fn is_heading(line: &str) -> bool {
    line.strip_prefix("# ").is_some_and(|heading| heading.starts_with(char::is_uppercase) && heading.ends_with('.'))
}

/// What telling a text to a new model complains about; errors only.
fn errors(text: &str) -> Vec<Problem> {
    let problems = match Model::new().tell(text) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().to_vec(),
    };
    problems.into_iter().filter(|problem| !problem.is_warning()).collect()
}

fn fail(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn sentences_that_are_read() {
    let mut faults = Vec::new();
    for case in cases("yes") {
        let refused = errors(&case).into_iter().filter(|problem| problem.code().starts_with("E01"));
        faults.extend(refused.map(|problem| format!("{case}\n    {problem}")));
    }
    fail(&faults);
}

#[test]
fn sentences_that_are_refused() {
    let mut faults = Vec::new();
    for case in cases("no") {
        let errors = errors(&case);
        if errors.is_empty() {
            faults.push(format!("{case}\n    is not refused"));
        }
        for problem in errors {
            if problem.help().is_none_or(|help| help.trim().is_empty()) {
                faults.push(format!("{case}\n    without help: {problem}"));
            }
            faults.extend(bad_labels(&problem).map(|label| format!("{case}\n    {label}: {problem}")));
        }
    }
    fail(&faults);
}

/// The words that the reference calls reserved: no fact takes them bare, and every fact takes them in quotation marks.
#[test]
fn reserved_words_are_names_only_in_quotation_marks() {
    let prepositions = "to from of for on in at by with under via as about into through towards since until over against within before \
                        after per";
    let others = "is are has have does do if and or not then whenever where because both also keeping who whom what which why how _ \
                  someone something anyone anything nobody nothing none no each every everyone everybody everything itself themselves";
    let words = prepositions.split_whitespace().chain(others.split_whitespace()).collect::<Vec<_>>();
    let bare = words.iter().map(|word| format!("Maple provides {word} to Oak\n")).collect::<Vec<_>>().concat();
    let refused = errors(&bare).iter().map(|problem| problem.line_and_column().0).collect::<std::collections::BTreeSet<_>>();
    let taken = bare.lines().zip(1..).filter(|(_, number)| !refused.contains(number));
    fail(&taken.map(|(fact, _)| format!("{fact}\n    is not refused")).collect::<Vec<_>>());
    let quoted = words.iter().map(|word| format!("\"{word}\" provides \"{word}\" to \"{word}\"\n")).collect::<Vec<_>>().concat();
    fail(&errors(&quoted).iter().map(ToString::to_string).collect::<Vec<_>>());
}

/// No case stands in two lists, or twice in one.
#[test]
fn every_case_stands_once() {
    let mut all = ["yes", "no"].iter().flat_map(|list| cases(list)).filter(|case| !case.trim().is_empty()).collect::<Vec<_>>();
    all.sort();
    let twice = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect::<Vec<_>>();
    fail(&twice);
}

/// Labels that lie outside the text, cut a character, or are missing.
fn bad_labels(problem: &Problem) -> impl Iterator<Item = String> {
    let labels = problem.labels();
    let text = problem.source().text();
    let is_primary = labels.first().is_some_and(|label| label.is_primary);
    let missing = (!is_primary).then(|| "no primary label".to_owned());
    let outside = labels.into_iter().filter(|label| text.get(label.span.range()).is_none_or(|marked| marked.trim().is_empty()));
    missing.into_iter().chain(outside.map(|label| format!("a label at {:?}, which marks nothing", label.span)).collect::<Vec<_>>())
}
