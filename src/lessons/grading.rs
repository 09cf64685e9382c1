//! The results of a class → tables and reports: JSON (from which the others derive), CSV that spreadsheets cannot be tricked with,
//! Gradescope, and a page for the teacher on which equal misunderstandings stand together.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::{Direction, Exercise, Finding, Pack, Report, Verdict};

/// A whole exercise is worth so much: hundredths, so that nothing is rounded twice.
const FULL: u32 = 10_000;

/// What one learner has handed in.
#[derive(Clone, Debug)]
pub struct Graded {
    /// The name of the folder.
    pub student: String,
    /// For each exercise of the pack, in order.
    pub results: Vec<Work>,
}

/// What there is of one learner for one exercise.
#[derive(Clone, Debug)]
pub struct Work {
    /// What was handed in.
    pub handed: Handed,
    /// How many different files the learner has had checked, and how many hints were shown, if the learner's progress was handed in, too.
    /// It is the learner's own text: for a talk, not for marks.
    pub effort: Option<(u32, u32)>,
    /// What the teacher gives for it, whatever was computed.
    pub by_hand: Option<ByHand>,
}

/// A score that the teacher gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// Of 10,000.
    pub score: u32,
    /// Why.
    pub reason: String,
}

impl Work {
    /// What it is worth, of 10,000: what the teacher gives, else what the checks say.
    pub fn score(&self) -> u32 {
        self.by_hand.as_ref().map_or_else(|| self.handed.score(), |own| own.score)
    }
}

/// What was handed in for one exercise.
#[derive(Clone, Debug)]
pub enum Handed {
    /// No file.
    Missing,
    /// A file that could not be opened or is far too large, and why.
    Unusable(String),
    /// A file with its text.
    Judged(Box<Report>, String),
    /// The pack is at fault.
    PackFault(String),
}

impl Handed {
    /// The status in one or two words.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unusable(_) => Verdict::Unread.words(),
            Self::Judged(report, _) => report.verdict.words(),
            Self::PackFault(_) => "pack fault",
        }
    }

    /// The findings, if the file could be read.
    pub fn findings(&self) -> &[Finding] {
        if let Self::Judged(report, _) = self { &report.findings } else { &[] }
    }

    /// What it is worth by its checks, of 10,000. A file that is as it was at the start is worth nothing.
    pub fn score(&self) -> u32 {
        let Self::Judged(report, _) = self else { return 0 };
        if report.verdict == Verdict::Untouched || report.findings.is_empty() {
            return 0;
        }
        let (passed, total) = tally(&report.findings, |_| true);
        u32::try_from(passed).unwrap_or_default() * FULL / u32::try_from(total).unwrap_or(1).max(1)
    }
}

fn tally(findings: &[Finding], is_wanted: impl Fn(&Finding) -> bool) -> (usize, usize) {
    let wanted: Vec<_> = findings.iter().filter(|finding| is_wanted(finding)).collect();
    (wanted.iter().filter(|finding| finding.passes).count(), wanted.len())
}

/// What the learner is told of a check that does not pass; of a hidden one its title and the author's message alone.
fn message(finding: &Finding, report: &Report) -> String {
    let how = match finding.direction {
        Some(direction) if !finding.is_hidden => {
            format!("It finds {}. ", if direction == Direction::Both { "too much and too little" } else { direction.words() })
        }
        _ => String::new(),
    };
    format!("{how}{}", report.known.as_ref().map_or("", |(_, says)| says.as_str())).trim().to_owned()
}

fn signature(report: &Report) -> String {
    format!("{:016x}", report.signature)
}

/// Everything, for programs.
pub fn json(pack: &Pack, graded: &[Graded]) -> String {
    let check = |finding: &Finding, report: &Report| {
        json!({
            "id": finding.check,
            "title": finding.title,
            "status": if finding.passes { "pass" } else { "not yet" },
            "category": finding.direction.map(Direction::words),
            "hidden": finding.is_hidden,
            "agreed": finding.agreed,
            "total": finding.total,
            "message": if finding.passes { String::new() } else { message(finding, report) },
        })
    };
    let exercise = |(exercise, work): (&Exercise, &Work)| {
        let mut object = json!({
            "id": exercise.id,
            "title": exercise.title,
            "status": work.handed.status(),
            "score_hundredths": work.score(),
            "max_hundredths": FULL,
        });
        if let Some((attempts, hints)) = work.effort {
            (object["attempts"], object["hints"]) = (json!(attempts), json!(hints));
        }
        if let Some(ByHand { reason, .. }) = &work.by_hand {
            object["by_hand"] = json!({ "reason": reason, "computed_hundredths": work.handed.score() });
        }
        match &work.handed {
            Handed::Judged(report, _) => {
                object["checks"] = report.findings.iter().map(|finding| check(finding, report)).collect();
                object["known_wrong"] = report.known.as_ref().map_or(Json::Null, |(name, _)| json!(name));
                object["signature"] = json!(signature(report));
                object["problems"] = report.problems.iter().map(|problem| json!(problem.to_string())).collect();
            }
            Handed::Unusable(reason) | Handed::PackFault(reason) => object["reason"] = json!(reason),
            Handed::Missing => {}
        }
        object
    };
    let student = |graded: &Graded| {
        let exercises: Vec<_> = pack.exercises.iter().zip(&graded.results).map(exercise).collect();
        json!({ "student": graded.student, "exercises": exercises })
    };
    let students: Vec<_> = graded.iter().map(student).collect();
    let whole = json!({
        "format": "srl-grades 1",
        "pack": { "name": pack.name, "version": pack.version },
        "tool": format!("srl {}", env!("CARGO_PKG_VERSION")),
        "students": students,
    });
    format!("{whole:#}\n")
}

/// Puts what the teacher gives by hand into the results: a table with the columns `student`, `exercise`, `score` of 100 and `reason`.
///
/// # Errors
/// The first line that names no learner or exercise there is, or no score.
pub fn override_by(table: &str, pack: &Pack, graded: &mut [Graded]) -> Result<(), String> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let headings = reader.headers().map_err(|error| error.to_string())?.clone();
    let place = |heading: &str| {
        headings.iter().position(|own| own == heading).ok_or_else(|| format!("there is no column `{heading}`: {OVERRIDES}"))
    };
    let (student, exercise, score, reason) = (place("student")?, place("exercise")?, place("score")?, place("reason")?);
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let (name, id) = (cell(student), cell(exercise));
        let wanted =
            graded.iter_mut().find(|own| own.student == name).ok_or_else(|| format!("line {line}: there is no learner `{name}`"))?;
        let number =
            pack.find(id).map(|exercise| pack.number(exercise)).ok_or_else(|| format!("line {line}: there is no exercise `{id}`"))?;
        let score = of_hundred(cell(score)).ok_or_else(|| format!("line {line}: `{}` is no score from 0 to 100", cell(score)))?;
        if let Some(work) = wanted.results.get_mut(number - 1) {
            work.by_hand = Some(ByHand { score, reason: cell(reason).to_owned() });
        }
    }
    Ok(())
}

/// What the table of what is given by hand looks like.
const OVERRIDES: &str = "its first line is `student,exercise,score,reason`";

/// `87.5` of a hundred, in hundredths.
fn of_hundred(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let part = (part.len() <= 2 && is_digits(whole) && is_digits(part)).then(|| format!("{part:0<2}"))?;
    let score = whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part.parse().ok()?)?;
    (score <= FULL).then_some(score)
}

/// A cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let begins = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r']);
    if begins { format!("'{text}") } else { text }
}

fn table(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        // Writing to memory does not fail.
        let _ = writer.write_record(row.iter().map(|text| cell(text)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn hundredths(score: u32) -> String {
    format!("{}.{:02}", score / 100, score % 100)
}

/// A row for each learner and exercise.
pub fn csv_long(pack: &Pack, graded: &[Graded]) -> String {
    let heading = "student,exercise,title,status,score,max,checks_passed,checks_total,hidden_passed,hidden_total,attempts,hints,\
        first_open_check,category,known_wrong,signature,by_hand";
    let row = |graded: &Graded, exercise: &Exercise, work: &Work| {
        let handed = &work.handed;
        let effort = |which: fn((u32, u32)) -> u32| work.effort.map_or(String::new(), |effort| which(effort).to_string());
        let (passed, total) = tally(handed.findings(), |finding| !finding.is_hidden);
        let (hidden_passed, hidden_total) = tally(handed.findings(), |finding| finding.is_hidden);
        let open = handed.findings().iter().find(|finding| !finding.passes);
        let report = if let Handed::Judged(report, _) = handed { Some(report) } else { None };
        vec![
            graded.student.clone(),
            exercise.id.clone(),
            exercise.title.clone(),
            handed.status().to_owned(),
            hundredths(work.score()),
            hundredths(FULL),
            passed.to_string(),
            total.to_string(),
            hidden_passed.to_string(),
            hidden_total.to_string(),
            effort(|(attempts, _)| attempts),
            effort(|(_, hints)| hints),
            open.map_or(String::new(), |finding| finding.check.clone()),
            open.and_then(|finding| finding.direction).map_or("", Direction::words).to_owned(),
            report.and_then(|report| report.known.as_ref()).map_or(String::new(), |(name, _)| name.clone()),
            report.map_or(String::new(), |report| signature(report)),
            work.by_hand.as_ref().map_or(String::new(), |own| own.reason.clone()),
        ]
    };
    let heading = std::iter::once(heading.split(',').map(str::to_owned).collect());
    let rows = graded.iter().flat_map(|own| pack.exercises.iter().zip(&own.results).map(move |(exercise, work)| row(own, exercise, work)));
    table(heading.chain(rows))
}

/// A row for each learner, a column for each exercise.
pub fn csv_wide(pack: &Pack, graded: &[Graded]) -> String {
    let heading = ["student"].into_iter().chain(pack.exercises.iter().map(|exercise| exercise.id.as_str())).chain(["total"]);
    let row = |own: &Graded| {
        let scores: Vec<_> = own.results.iter().map(Work::score).collect();
        let total = scores.iter().sum::<u32>();
        let scores = scores.iter().map(|score| hundredths(*score));
        std::iter::once(own.student.clone()).chain(scores).chain([hundredths(total)]).collect()
    };
    table(std::iter::once(heading.map(str::to_owned).collect()).chain(graded.iter().map(row)))
}

/// The results of one learner as Gradescope reads them.
pub fn gradescope(pack: &Pack, graded: &Graded) -> String {
    let points = |score: u32| f64::from(score) / 100.0;
    let mut tests = Vec::new();
    for (number, (exercise, work)) in pack.exercises.iter().zip(&graded.results).enumerate() {
        if let Some(ByHand { score, reason }) = &work.by_hand {
            tests.push(json!({
                "name": exercise.title,
                "number": format!("{}", number + 1),
                "score": points(*score),
                "max_score": points(FULL),
                "output": reason,
                "visibility": "visible",
            }));
            continue;
        }
        let test = |part: usize, name: String, passes: bool, of: u32, output: String, visibility: &str| {
            json!({
                "name": name,
                "number": format!("{}.{}", number + 1, part + 1),
                "score": points(if passes { of } else { 0 }),
                "max_score": points(of),
                "status": if passes { "passed" } else { "failed" },
                "output": output,
                "visibility": visibility,
            })
        };
        match &work.handed {
            Handed::Judged(report, _) if !report.findings.is_empty() && report.verdict != Verdict::Untouched => {
                let share = FULL / u32::try_from(report.findings.len()).unwrap_or(1).max(1);
                tests.extend(report.findings.iter().enumerate().map(|(part, finding)| {
                    let visibility = if finding.is_hidden { "after_due_date" } else { "visible" };
                    let name = format!("{}: {}", exercise.title, finding.title);
                    test(
                        part,
                        name,
                        finding.passes,
                        share,
                        if finding.passes { String::new() } else { message(finding, report) },
                        visibility,
                    )
                }));
            }
            Handed::Judged(report, _) => {
                let problems = report.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
                tests.push(test(0, exercise.title.clone(), false, FULL, format!("{}\n{problems}", work.handed.status()), "visible"));
            }
            Handed::Missing | Handed::Unusable(_) => {
                tests.push(test(0, exercise.title.clone(), false, FULL, work.handed.status().to_owned(), "visible"));
            }
            Handed::PackFault(reason) => {
                tests.push(test(
                    0,
                    exercise.title.clone(),
                    false,
                    FULL,
                    "This exercise cannot be checked: ask your teacher.".to_owned(),
                    "visible",
                ));
                tests.push(test(1, "pack fault".to_owned(), false, 0, reason.clone(), "hidden"));
            }
        }
    }
    format!("{:#}\n", json!({ "tests": tests }))
}

/// A page for the teacher: for each exercise who is where, and which answers mean the same, with an example.
pub fn class_report(pack: &Pack, graded: &[Graded]) -> String {
    let mut text = format!("# {}: {} learners\n", pack.title, graded.len());
    let most = graded.iter().map(|own| own.student.chars().count()).max().unwrap_or_default();
    let best = FULL * u32::try_from(pack.exercises.len()).unwrap_or_default();
    for (number, own) in graded.iter().enumerate() {
        let solved = own.results.iter().filter(|work| work.score() == FULL).count();
        let begun = own.results.iter().filter(|work| !matches!(work.handed.status(), "missing" | "untouched")).count();
        let score = hundredths(own.results.iter().map(Work::score).sum());
        let before = if number == 0 { "\n" } else { "" };
        let _ = writeln!(
            text,
            "{before}    {:most$}  {solved} solved, {begun} begun of {}; {score} of {}",
            own.student,
            own.results.len(),
            hundredths(best)
        );
    }
    for (number, exercise) in pack.exercises.iter().enumerate() {
        let works: Vec<_> = graded.iter().filter_map(|own| Some((own.student.as_str(), own.results.get(number)?))).collect();
        let handed: Vec<_> = works.iter().map(|(student, work)| (*student, &work.handed)).collect();
        let count = |status: &str| handed.iter().filter(|(_, handed)| handed.status() == status).count();
        let _ = write!(text, "\n## {}. {}\n\n", number + 1, exercise.title);
        let statuses = ["pass", "not yet", "could not read", "untouched", "missing", "pack fault"];
        let statuses = statuses.iter().map(|status| (status, count(status))).filter(|(_, count)| *count > 0);
        let _ = writeln!(text, "{}.", statuses.map(|(status, count)| format!("{count} {status}")).collect::<Vec<_>>().join(", "));
        let efforts: Vec<_> = works.iter().filter_map(|(_, work)| work.effort).collect();
        if !efforts.is_empty() {
            let (attempts, hints) = efforts.iter().fold((0, 0), |(attempts, hints), own| (attempts + own.0, hints + own.1));
            let _ = writeln!(text, "{attempts} attempts and {hints} hints, of {} who handed their progress in.", efforts.len());
        }
        for (student, ByHand { score, reason }) in works.iter().filter_map(|(student, work)| Some((student, work.by_hand.as_ref()?))) {
            let _ = writeln!(text, "By hand for {student}: {}, {reason}", hundredths(*score));
        }
        let mut groups: BTreeMap<u64, Vec<(&str, &Report, &str)>> = BTreeMap::new();
        for (student, handed) in &handed {
            if let Handed::Judged(report, file) = handed
                && matches!(report.verdict, Verdict::NotYet | Verdict::Unread)
            {
                groups.entry(report.signature).or_default().push((student, report, file));
            }
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        for group in groups {
            let (_, report, file) = group[0];
            let name = match (&report.known, report.problems.first()) {
                (Some((name, _)), _) => name.clone(),
                (None, Some(problem)) if report.verdict == Verdict::Unread => {
                    format!("could not read: {} {}", problem.code(), problem.message())
                }
                _ => "not a known mistake".to_owned(),
            };
            let students = group.iter().map(|(student, ..)| *student).collect::<Vec<_>>().join(", ");
            let _ = write!(text, "\n{} with the same meaning – {name}: {students}\n\n", group.len());
            let lines = file.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.trim_start().starts_with('#'));
            lines.take(12).for_each(|line| {
                let _ = writeln!(text, "    {line}");
            });
        }
    }
    text.chars().filter(|character| !character.is_control() || *character == '\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for begin in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1"] {
            assert!(cell(begin).starts_with('\''), "{begin}");
        }
        assert_eq!(cell("Ann \u{1b}[2J"), "Ann  [2J");
        let score = |text| of_hundred(text).map(hundredths).unwrap_or_default();
        assert_eq!(
            ["100", "87.5", "0", "3.25", "100.01", "-1", "1.234", "", "x", "1e2"].map(score),
            ["100.00", "87.50", "0.00", "3.25", "", "", "", "", "", ""]
        );
        assert_eq!(table([vec!["a,b".to_owned(), "\"".to_owned()]]), "\"a,b\",\"\"\"\"\r\n");
    }
}
