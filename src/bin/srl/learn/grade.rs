//! `srl learn grade`: checks what a class has handed in, hidden checks included, and writes the results in the forms that are used.
//!
//! Files of strangers: nothing they say reads or writes a file, links are not followed, size, time and memory are bounded, and what
//! they hold cannot control a terminal or a spreadsheet.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as JUnit, TestCase, TestCaseStatus, TestSuite};
use srl::lessons::grading::{self, Graded, Handed, Work};
use srl::lessons::{Exercise, Pack, Progress, Report, Verdict, judge};
use srl::{Interrupt, Source};

use super::folder;
use super::limits::Deadline;
use crate::Status;
use crate::args::{GradeOrder, Options};
use crate::console::{Console, Unwritable};
use crate::files;

/// So long may one file take, and so many mebibytes, unless `--max-time` and `--max-memory` say otherwise.
const MAX_TIME: Duration = Duration::from_secs(10);
const MAX_MEMORY: u32 = 512;

pub(super) fn grade(order: &GradeOrder, options: &Options, console: &mut Console) -> Result<Status, Unwritable> {
    let mut pack = match folder::pack(&order.key) {
        Ok(pack) => pack,
        Err(reason) => {
            console.complain(&reason);
            return Ok(Status::Wrong);
        }
    };
    // What is right is found out once, and not for each file.
    console.busy("each solution is run");
    pack.exercises.iter_mut().for_each(|exercise| exercise.seal(&Interrupt::default()));
    console.pause();
    let mut students = Vec::new();
    for path in &order.folders {
        match students_in(path) {
            Ok(found) => students.extend(found),
            Err(error) => {
                console.complain(&format!("cannot read `{}`: {error}", path.display()));
                return Ok(Status::Unreadable);
            }
        }
    }
    let mut graded = Vec::new();
    for (number, (student, path)) in students.iter().enumerate() {
        console.busy(&format!("{} of {}: {student}", number + 1, students.len()));
        let progress = progress(path, &pack);
        let work = |exercise: &Exercise| {
            let effort = progress.as_ref().map(|progress| progress.of(exercise)).map(|entry| (entry.attempts, entry.hints));
            Work { handed: handed(exercise, path, options), effort, by_hand: None }
        };
        graded.push(Graded { student: student.clone(), results: pack.exercises.iter().map(work).collect() });
    }
    console.pause();
    if let Some(table) = &order.overrides {
        let given = fs::read_to_string(table).map_err(|error| error.to_string());
        if let Err(reason) = given.and_then(|given| grading::override_by(&given, &pack, &mut graded)) {
            console.complain(&format!("cannot use `{}`: {reason}", table.display()));
            return Ok(Status::Unreadable);
        }
    }
    let mut status = if graded.iter().flat_map(|own| &own.results).any(|work| matches!(work.handed, Handed::PackFault(_))) {
        Status::Wrong
    } else {
        Status::Fine
    };
    match &order.out {
        None => console.print(&grading::class_report(&pack, &graded))?,
        Some(out) => match write_all(out, &pack, &graded) {
            Ok(names) => {
                console.print(&format!("{} learners are graded. Written in {}:\n", graded.len(), out.display()))?;
                for name in names {
                    console.print(&format!("  {name}\n"))?;
                }
            }
            Err(reason) => {
                console.complain(&reason);
                status.worsen(Status::Unreadable);
            }
        },
    }
    Ok(status)
}

/// The folders of learners: the folder itself, if files lie in it, else those below it.
fn students_in(path: &Path) -> std::io::Result<Vec<(String, PathBuf)>> {
    let name = |path: &Path| {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        name.chars().map(|character| if character.is_control() { '?' } else { character }).collect::<String>()
    };
    let mut folders = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if entry.file_type()?.is_file() && entry.path().extension().is_some_and(|ending| ending.eq_ignore_ascii_case("srl")) {
            let whole = fs::canonicalize(path)?;
            return Ok(vec![(name(&whole), path.to_owned())]);
        }
        if entry.file_type()?.is_dir() && !is_hidden {
            folders.push((name(&entry.path()), entry.path()));
        }
    }
    folders.sort();
    Ok(folders)
}

/// How far the learner was, if that was handed in, too: the file that `srl learn` keeps.
fn progress(folder: &Path, pack: &Pack) -> Option<Progress> {
    let path = folder.join(folder::PROGRESS);
    fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
    Some(Progress::read(folder::source(&path).ok()?.text(), pack))
}

/// What a learner has handed in for an exercise: a file with its name or id, in capitals or not.
fn handed(exercise: &Exercise, folder: &Path, options: &Options) -> Handed {
    let wanted = [format!("{}.srl", exercise.file), format!("{}.srl", exercise.id)].map(|name| name.to_lowercase());
    let mut found: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            // The number in front may have been another one.
            let plain = name.trim_start_matches(|character: char| character.is_ascii_digit()).trim_start_matches('-');
            wanted.iter().any(|wanted| *wanted == name || *wanted == plain)
        })
        .collect();
    found.sort_by_key(fs::DirEntry::file_name);
    let Some(entry) = found.first() else { return Handed::Missing };
    if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
        return Handed::Unusable("it is not an ordinary file".to_owned());
    }
    let source = match folder::source(&entry.path()) {
        Ok(source) => source,
        Err(reason) => return Handed::Unusable(reason),
    };
    let interrupt = Interrupt::default();
    let time = options.max_time.map_or(MAX_TIME, |milliseconds| Duration::from_millis(milliseconds.into()));
    let _deadline = Deadline::start(interrupt.clone(), time, options.max_memory.unwrap_or(MAX_MEMORY));
    match judge(exercise, &Source::new(format!("{}.srl", exercise.file), source.text()), true, &interrupt) {
        Ok(report) => Handed::Judged(Box::new(report), source.text().to_owned()),
        // What was stopped is the file's doing, also where a solution was looked at just then.
        Err(_) if interrupt.is_raised() => Handed::Unusable("it took too long".to_owned()),
        Err(fault) => Handed::PackFault(fault.to_string()),
    }
}

/// Writes everything; tells what.
fn write_all(out: &Path, pack: &Pack, graded: &[Graded]) -> Result<Vec<String>, String> {
    let junit = junit(pack, graded).to_string().map_err(|error| error.to_string())?;
    let mut texts = vec![
        ("results.json".to_owned(), grading::json(pack, graded)),
        ("results.csv".to_owned(), grading::csv_long(pack, graded)),
        ("results-wide.csv".to_owned(), grading::csv_wide(pack, graded)),
        ("results.xml".to_owned(), junit),
        ("class.md".to_owned(), grading::class_report(pack, graded)),
    ];
    texts.extend(graded.iter().map(|own| (format!("gradescope/{}.json", own.student), grading::gradescope(pack, own))));
    let failed = |path: &Path, error: std::io::Error| format!("cannot write `{}`: {error}", path.display());
    fs::create_dir_all(out.join("gradescope")).map_err(|error| failed(out, error))?;
    for (name, text) in &texts {
        files::write(&out.join(name), text).map_err(|error| failed(&out.join(name), error))?;
    }
    Ok(texts.into_iter().map(|(name, _)| name).collect())
}

/// A suite for each learner, a case for each check.
fn junit(pack: &Pack, graded: &[Graded]) -> JUnit {
    let mut report = JUnit::new(format!("srl learn {}", pack.name));
    for own in graded {
        let mut suite = TestSuite::new(own.student.as_str());
        for (exercise, work) in pack.exercises.iter().zip(&own.results) {
            let class = format!("{}.{}", own.student, exercise.id);
            let mut add = |name: &str, status: TestCaseStatus| {
                let mut case = TestCase::new(name, status);
                case.set_classname(class.as_str());
                suite.add_test_case(case);
            };
            if let Some(own) = &work.by_hand {
                let name = format!("by hand: {}.{:02} of 100, {}", own.score / 100, own.score % 100, own.reason);
                add(&name, TestCaseStatus::success());
                continue;
            }
            match &work.handed {
                Handed::Judged(report, _) => judged(report, &mut add),
                Handed::Missing => add("the file", TestCaseStatus::skipped()),
                Handed::Unusable(reason) | Handed::PackFault(reason) => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                    status.set_message(reason.as_str());
                    add("the file", status);
                }
            }
        }
        report.add_test_suite(suite);
    }
    report
}

fn judged(report: &Report, add: &mut impl FnMut(&str, TestCaseStatus)) {
    if report.verdict == Verdict::Untouched {
        return add("the file", TestCaseStatus::skipped());
    }
    if report.findings.is_empty() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(report.problems.first().map(ToString::to_string).unwrap_or_default());
        return add("the file can be read", status);
    }
    for finding in &report.findings {
        let status = if finding.passes {
            TestCaseStatus::success()
        } else {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(finding.direction.map_or("not yet", srl::lessons::Direction::words));
            status.set_message(report.known.as_ref().map_or("not yet", |(_, says)| says.as_str()));
            status
        };
        add(&finding.check, status);
    }
}
