//! `srl test`: runs scripts for their checks, each in a model of its own, and says how they came out, as test runners do.

mod junit;
mod suite;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use srl::{Files, Problem};

use crate::args::{Options, OutputFormat};
use crate::console::{Console, Unwritable};
use crate::files::{self, Disk, Found};
use crate::{Status, run};
use suite::{Case, Finding, Suite};

pub(crate) fn test(paths: &[PathBuf], junit: Option<&Path>, options: &Options, console: &mut Console) -> Result<Status, Unwritable> {
    if let Some(complaint) = complaint(junit, options) {
        console.complain(&complaint);
        return Ok(Status::Wrong);
    }
    let start = Instant::now();
    let scripts = scripts(paths);
    let mut suites = Vec::with_capacity(scripts.len());
    for (number, script) in scripts.iter().enumerate() {
        let Some(model) = run::model(options) else { return Ok(crate::no_vocabulary(options, console)) };
        if let Ok(path) = script {
            console.busy(&format!("{} of {}: {}", number + 1, scripts.len(), path.display()));
        }
        suites.push(Suite::run(script, model, options, console)?);
        if crate::stop::is_stopped() {
            break;
        }
    }
    console.pause();
    let warnings = details(&suites, options, console)?;
    let mut status = suites.iter().map(Suite::status).max().unwrap_or(Status::Fine);
    let time = start.elapsed();
    if let Some(path) = junit
        && let Err(reason) = write_junit(path, &suites, time)
    {
        console.complain(&format!("cannot write `{}`: {reason}", path.display()));
        status.worsen(Status::Unreadable);
    }
    let summary = Summary::of(&suites, warnings, time);
    console.print(&if options.format == OutputFormat::Json { summary.object() } else { summary.sentence(paths) })?;
    Ok(status)
}

/// What is wrong with the command line.
fn complaint(junit: Option<&Path>, options: &Options) -> Option<String> {
    if matches!(options.format, OutputFormat::Csv | OutputFormat::Markdown) {
        return Some("`srl test` reports with `--format text` or `--format json` only".to_owned());
    }
    let path = junit?;
    // Who forgets to name the report must not lose a script for it.
    let is_script = path == Path::new("-") || path.extension().is_some_and(|ending| ending == "srl");
    is_script
        .then(|| format!("`--junit` wants the name of the file to write, such as `results.xml`; `{}` stands for a script", path.display()))
}

/// The scripts that are named, and those in folders, each once.
fn scripts(paths: &[PathBuf]) -> Vec<Found> {
    let mut names = std::collections::BTreeSet::new();
    let mut is_new = |found: &Found| found.as_ref().map_or(true, |path| names.insert(files::name(path)));
    paths.iter().flat_map(|path| files::scripts(path)).filter(|found| is_new(found)).collect()
}

/// What went wrong, as problems; tells how many warnings there are.
fn details(suites: &[Suite], options: &Options, console: &mut Console) -> Result<usize, Unwritable> {
    let is_fine = suites.iter().all(|suite| suite.status() == Status::Fine);
    let separate = |console: &mut Console| if options.format == OutputFormat::Text { console.print("\n") } else { Ok(()) };
    if !suites.is_empty() && (!options.quiet || !is_fine) {
        separate(console)?;
    }
    let (mut told, mut warnings) = (Vec::new(), 0);
    for suite in suites {
        let mut problems = untold(suite.errors(), &mut told);
        problems.extend(suite.cases.iter().flat_map(Case::failures).cloned());
        let hints = untold(suite.warnings(), &mut told);
        warnings += hints.len();
        problems.extend(hints);
        console.problems(&problems)?;
    }
    for suite in suites {
        if let Some(reason) = &suite.unreadable {
            console.complain(&format!("cannot read `{}`: {reason}", suite.name));
        }
    }
    if suites.iter().any(|suite| suite.unreadable.is_some()) {
        separate(console)?;
    }
    Ok(warnings)
}

/// The problems that have not been told yet: those of a file that several ones include come up in each of them.
fn untold<'a>(problems: impl Iterator<Item = &'a Problem>, told: &mut Vec<Problem>) -> Vec<Problem> {
    let before = told.len();
    for problem in problems {
        if !told.contains(problem) {
            told.push(problem.clone());
        }
    }
    told[before..].to_vec()
}

/// Writes the report, whole or not at all.
fn write_junit(path: &Path, suites: &[Suite], time: Duration) -> Result<(), String> {
    let report = junit::report(suites, time).map_err(|error| error.to_string())?;
    let mut file = Disk.create(&files::name(path)).map_err(|error| error.to_string())?;
    file.write_all(report.as_bytes()).and_then(|()| file.flush()).map_err(|error| error.to_string())
}

/// How many of what.
#[derive(Debug, Default)]
struct Summary {
    files: usize,
    passed: usize,
    failed: usize,
    /// Checks that something else kept from being checked.
    unchecked: usize,
    /// Files that could not be read, loaded or run to their end.
    errors: usize,
    warnings: usize,
    time: Duration,
}

impl Summary {
    fn of(suites: &[Suite], warnings: usize, time: Duration) -> Self {
        let count =
            |wanted: fn(&Finding) -> bool| suites.iter().flat_map(|suite| &suite.cases).filter(|case| wanted(&case.finding)).count();
        Self {
            files: suites.len(),
            passed: count(|finding| matches!(finding, Finding::Met)),
            failed: count(|finding| matches!(finding, Finding::Failed(_))),
            unchecked: count(|finding| matches!(finding, Finding::Unchecked)),
            errors: suites.iter().filter(|suite| suite.has_error()).count(),
            warnings,
            time,
        }
    }

    fn checks(&self) -> usize {
        self.passed + self.failed + self.unchecked
    }

    fn sentence(&self, paths: &[PathBuf]) -> String {
        let checks = match self.checks() {
            0 => "no checks".to_owned(),
            1 if self.passed == 1 => "1 check: passed".to_owned(),
            checks if checks == self.passed => format!("{checks} checks: all passed"),
            checks => {
                let counts = [(self.passed, "passed"), (self.failed, "failed"), (self.unchecked, "not checked")];
                let counts = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
                format!("{}: {}", some(checks, "check"), counts.collect::<Vec<_>>().join(", "))
            }
        };
        let mut parts = vec![format!("{}, {checks}", some(self.files, "file"))];
        if self.errors > 0 {
            parts.push(format!("{} with errors", some(self.errors, "file")));
        }
        if self.warnings > 0 {
            parts.push(some(self.warnings, "warning"));
        }
        let mut sentence = format!("{} ({:.2} s)\n", parts.join("; "), self.time.as_secs_f64());
        if self.files == 0 {
            let paths = paths.iter().map(|path| format!("`{}`", path.display())).collect::<Vec<_>>().join(", ");
            sentence = format!("{sentence}There is no `.srl` file in {paths}, so nothing was tested.\n");
        } else if self.checks() == 0 && self.errors == 0 {
            sentence += "Nothing was tested: no statement begins with `expect` or `forbid`.\n";
        }
        sentence
    }

    fn object(&self) -> String {
        let milliseconds = u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX);
        let object = serde_json::json!({
            "type": "summary",
            "files": self.files,
            "checks": self.checks(),
            "passed": self.passed,
            "failed": self.failed,
            "unchecked": self.unchecked,
            "errors": self.errors,
            "warnings": self.warnings,
            "milliseconds": milliseconds,
        });
        format!("{object}\n")
    }
}

fn some(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
