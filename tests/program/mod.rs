//! Runs a program of this package through the library, as `srl run` does from the package's folder.
//!
//! Shared by the tests that run examples. The only place of theirs that opens files beside the expected texts.
#![expect(clippy::disallowed_methods, clippy::panic, reason = "a test opens files, and fails where something is wrong")]

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use srl::{Answers, Evaluator, Files, Format, Model, Outcome, Source, Style};

/// The files of this package, by their paths from its folder.
#[derive(Debug)]
struct Package;

impl Files for Package {
    fn locate(&self, from: &str, path: &str) -> String {
        assert!(!path.contains(".."), "an example keeps its files beside it: {path}");
        Path::new(from).with_file_name(path).display().to_string()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(io::BufReader::new(File::open(path(name))?)))
    }
}

/// Where a file of this package is.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// What a program answers.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// Answers and warnings, as a person gets them.
    pub(crate) text: String,
    /// The answers, in their order.
    pub(crate) answers: Vec<Answers>,
}

impl Run {
    /// The answer to a question that the program asks in exactly these words, and once.
    pub(crate) fn answer(&self, question: &str) -> &Answers {
        let mut found = self.answers.iter().filter(|answers| answers.question() == question);
        let answers = found.next().unwrap_or_else(|| panic!("the program does not ask `{question}`"));
        assert!(found.next().is_none(), "the program asks `{question}` twice");
        answers
    }

    /// The rows of that answer, each in one text with ` / ` between its values.
    pub(crate) fn rows(&self, question: &str) -> Vec<String> {
        let row = |row: srl::Row<'_>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / ");
        self.answer(question).rows().map(row).collect()
    }
}

/// Runs a program to its end. A problem that is no warning fails the test.
pub(crate) fn run(name: &str, evaluator: Evaluator) -> Run {
    let mut text = String::new();
    Package.open(name).and_then(|mut file| file.read_to_string(&mut text)).expect("the program can be read");
    let mut model = Model::new();
    model.set_evaluator(evaluator);
    let loaded = model.load(Source::new(name, text), &Package);
    let mut script = loaded.unwrap_or_else(|error| panic!("{}", rendered(error.problems())));
    let mut run = Run { text: rendered(script.warnings()), answers: Vec::new() };
    while let Some(outcome) = model.step(&mut script, &Package) {
        match outcome {
            Ok(Outcome::Answered(answers)) => {
                run.text += &Format::Text.answers(&answers, run.answers.is_empty(), false);
                run.text += &rendered(answers.warnings());
                run.answers.push(answers);
            }
            Ok(Outcome::Checked(check)) => {
                run.text += &rendered(&check.warnings);
                run.text += &rendered(check.failure.as_slice());
                assert!(check.holds(), "{}", rendered(check.failure.as_slice()));
            }
            Ok(_) => {}
            Err(problem) => panic!("{}", rendered(&[problem])),
        }
    }
    let violations = model.violations().unwrap_or_else(|error| panic!("{}", rendered(error.problems())));
    let violations = violations.into_iter().map(|violation| violation.problem).collect::<Vec<_>>();
    assert!(violations.is_empty(), "{}", rendered(&violations));
    run
}

fn rendered(problems: &[srl::Problem]) -> String {
    problems.iter().flat_map(|problem| [problem.render(Style::default()), "\n".to_owned()]).collect()
}
