//! The results of `srl test` as JUnit XML, which continuous integration systems read: a suite for each file, a case for each check.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use srl::{Problem, Style};

use super::suite::{Case, Finding, Suite};

/// The whole report as a text.
pub(super) fn report(suites: &[Suite], time: Duration) -> Result<String, SerializeError> {
    let mut report = Report::new("srl");
    report.set_time(time).add_test_suites(suites.iter().map(test_suite));
    report.to_string()
}

fn test_suite(suite: &Suite) -> TestSuite {
    let mut test_suite = TestSuite::new(suite.name.as_str());
    test_suite.set_time(suite.time).add_test_cases(suite.cases.iter().map(|case| test_case(suite, case)));
    if let Some(trouble) = suite.trouble() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(trouble);
        if let Some(first) = suite.errors().next() {
            status.set_type(first.code()).set_description(drawn(suite.errors()));
        }
        let mut case = TestCase::new("the script runs", status);
        case.set_classname(suite.name.as_str());
        case.extra.insert("file".into(), suite.name.as_str().into());
        test_suite.add_test_case(case);
    }
    test_suite
}

fn test_case(suite: &Suite, case: &Case) -> TestCase {
    let status = match &case.finding {
        Finding::Met => TestCaseStatus::success(),
        Finding::Unchecked => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("not checked: the script could not be run to its end");
            status
        }
        Finding::Failed(problems) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(message(problems)).set_description(drawn(problems));
            if let Some(first) = problems.first() {
                status.set_type(first.code());
            }
            status
        }
    };
    let mut test_case = TestCase::new(format!("line {}: {}", case.claim.line, case.claim.text), status);
    test_case.set_classname(suite.name.as_str());
    test_case.time = case.time;
    test_case.extra.insert("file".into(), (*case.claim.file).into());
    test_case.extra.insert("line".into(), case.claim.line.to_string().into());
    test_case
}

/// What went wrong, in a line: some readers of reports show nothing else.
fn message(problems: &[Problem]) -> String {
    match problems {
        // The help of an expectation is the difference.
        [problem] => [Some(problem.message()), problem.help()].into_iter().flatten().collect::<Vec<_>>().join(": "),
        problems => problems.iter().map(Problem::message).collect::<Vec<_>>().join("; "),
    }
}

fn drawn<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> String {
    problems.into_iter().map(|problem| problem.render(Style::default())).collect::<Vec<_>>().join("\n")
}
