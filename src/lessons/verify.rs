//! Whether a pack is right, as far as that can be seen without its learners: twelve looks at each exercise.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use super::judge::passes;
use super::pack::{Check, Exercise, Kind, Pack, Place, Within, Wrong};
use super::program::sentences;
use super::read::{EXERCISE_ENDING, KEY_ENDING, PACK_FILE};
use super::trial::Trial;
use super::{Fault, Report, Verdict, feedback, judge, levels, mutants};
use crate::diagnostics::Problem;
use crate::engine::Interrupt;
use crate::source::Source;

const MAX_ID: usize = 32;
const MAX_TASK_WORDS: usize = 120;
const MAX_SENTENCE_WORDS: usize = 25;
const BANNED: [&str; 7] = ["just", "simply", "obviously", "easy", "easily", "trivial", "trivially"];
const HIGHEST_LEVEL: u8 = 10;

/// What was found in a pack.
#[derive(Clone, Debug, Default)]
pub struct Verification {
    /// What must be mended.
    pub faults: Vec<Fault>,
    /// What the author should look at.
    pub remarks: Vec<Fault>,
    /// What the pack touches of the lesson, the misconceptions and the questions, as text.
    pub coverage: String,
}

/// Looks at a whole pack, keys included.
pub fn verify(pack: &Pack, interrupt: &Interrupt) -> Verification {
    Verification::of(pack, (0..pack.exercises.len()).map(|number| verify_exercise(pack, number, interrupt)))
}

impl Verification {
    /// What was found in a whole pack, if this was found in its exercises: a caller may look at several at a time.
    pub fn of(pack: &Pack, exercises: impl IntoIterator<Item = Self>) -> Self {
        let mut found = Self { coverage: coverage(pack), ..Self::default() };
        for own in exercises {
            found.faults.extend(own.faults);
            found.remarks.extend(own.remarks);
        }
        if pack.exercises.is_empty() {
            let help = "there is no exercise: list their files below `Exercises:` or `Stage \"Title\":`";
            found.faults.push(Fault::new(PACK_FILE, 0, help));
        }
        found
    }
}

/// Looks at one exercise of a pack, by its place, counted from 0.
pub fn verify_exercise(pack: &Pack, number: usize, interrupt: &Interrupt) -> Verification {
    let mut exercise = pack.exercises[number].clone();
    exercise.seal(interrupt);
    let exercise = &exercise;
    let mut found = Verification::default();
    let mut looks = Looks { exercise, interrupt, found: &mut found };
    looks.names(&pack.exercises[..number].iter().map(|before| before.id.clone()).collect());
    looks.levels();
    looks.prose();
    looks.start();
    if looks.solutions() {
        looks.wrongs();
        looks.examples();
        looks.mutants();
        looks.leaks();
    }
    found
}

struct Looks<'a> {
    exercise: &'a Exercise,
    interrupt: &'a Interrupt,
    found: &'a mut Verification,
}

impl Looks<'_> {
    fn file(&self, is_key: bool) -> String {
        format!("{}.{}", self.exercise.file, if is_key { KEY_ENDING } else { EXERCISE_ENDING })
    }

    fn fault(&mut self, is_key: bool, message: impl Into<String>) {
        let file = self.file(is_key);
        self.found.faults.push(Fault::new(&file, 0, message));
    }

    fn remark(&mut self, is_key: bool, message: impl Into<String>) {
        let file = self.file(is_key);
        self.found.remarks.push(Fault::new(&file, 0, message));
    }

    fn judge(&mut self, name: &str, text: &Arc<str>) -> Option<Report> {
        match judge(self.exercise, &Source::new(name, Arc::clone(text)), true, self.interrupt) {
            Ok(report) => Some(report),
            Err(fault) => {
                self.fault(true, fault.message);
                None
            }
        }
    }

    /// 1: ids that can stay, and an order that can be gone.
    fn names(&mut self, before: &BTreeSet<String>) {
        let exercise = self.exercise;
        let is_name = |id: &str| {
            let mut bytes = id.bytes();
            (1..=MAX_ID).contains(&id.len()) && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if !is_name(&exercise.id) {
            self.fault(false, format!("the id `{}` is to be of a-z, 0-9 and `-`, {MAX_ID} at most", exercise.id));
        }
        if before.contains(&exercise.id) {
            self.fault(false, format!("the id `{}` is that of another exercise, too", exercise.id));
        }
        for need in exercise.needs.iter().filter(|need| !before.contains(*need)) {
            self.fault(false, format!("it needs `{need}`, which does not come before it"));
        }
        let mut checks = BTreeSet::new();
        for check in exercise.checks.iter().filter(|check| !checks.insert(&check.id)) {
            self.fault(check.is_hidden, format!("two checks are called `{}`", check.id));
        }
        if !(1..=HIGHEST_LEVEL).contains(&exercise.level) {
            self.fault(false, "the levels are 1 to 10");
        }
    }

    /// 2: nothing is used before its level.
    fn levels(&mut self) {
        let exercise = self.exercise;
        let mut texts: Vec<(&str, &str)> = vec![("the start", &exercise.start), ("what is given", &exercise.given)];
        texts.extend(exercise.solutions.iter().map(|(name, text)| (name.as_str(), &**text)));
        texts.extend(exercise.examples.iter().map(|example| ("an example", example.expects.as_str())));
        let reads = exercise.checks.iter().any(|check| check.kind == Kind::Reads);
        for (what, text) in texts {
            // What cannot be read has words that belong to no level.
            let is_meant = |part: &&levels::Part| part.level > exercise.level && !(reads && what == "the start" && part.is_word());
            if let Some(part) = levels::parts(text).iter().find(is_meant) {
                self.fault(false, format!("{what} uses {}, which is of level {}; this is level {}", part.what, part.level, exercise.level));
            }
        }
    }

    /// 3: as it ships it does not pass, and is known as untouched.
    fn start(&mut self) {
        let exercise = self.exercise;
        let Some(report) = self.judge("start", &Arc::from(exercise.start.as_str())) else { return };
        if report.verdict != Verdict::Untouched {
            self.fault(false, "the start is not known as untouched");
        }
        if !report.findings.is_empty() && report.findings.iter().all(|finding| finding.passes) {
            self.fault(false, "the start passes all checks: nothing is left to do");
        }
        let reads = exercise.checks.iter().any(|check| check.kind == Kind::Reads);
        if report.findings.is_empty() && !reads {
            self.fault(false, "the start cannot be read; if that is meant, add a check `reads`");
        }
    }

    /// 4 and 11: every solution passes all checks, each time alike. Whether there is one that can be judged.
    fn solutions(&mut self) -> bool {
        let exercise = self.exercise;
        let before = self.found.faults.len();
        if exercise.solutions.is_empty() {
            self.fault(true, "there is no `Solution`");
        }
        let is_rule = exercise.checks.iter().any(|check| check.kind.places().iter().any(|place| matches!(place, Place::Every { .. })));
        if is_rule && exercise.solutions.len() < 2 {
            self.fault(true, "an exercise on rules wants two solutions that are written in different ways");
        }
        for (name, text) in &exercise.solutions {
            let Some(report) = self.judge(name, text) else { return false };
            let failed: Vec<_> = report.findings.iter().filter(|finding| !finding.passes).map(|finding| finding.check.clone()).collect();
            if report.verdict != Verdict::Passed {
                let problem = report.problems.iter().find(|problem| !problem.is_warning()).map(Problem::to_string).unwrap_or_default();
                self.fault(true, format!("the solution `{name}` does not pass {}{problem}", failed.join(", ")));
            }
            if self.judge(name, text).is_some_and(|again| again.signature != report.signature) {
                self.fault(true, format!("the solution `{name}` gives another result each time"));
            }
        }
        self.found.faults.len() == before
    }

    /// 5 and 6: every known mistake fails what it is said to fail, and every check finds one.
    fn wrongs(&mut self) {
        let exercise = self.exercise;
        let mut failed_alone = BTreeSet::new();
        let mut failed_at_all = BTreeSet::new();
        for wrong in &exercise.wrongs {
            let name = &wrong.name;
            let Some(report) = self.judge(name, &wrong.answer) else { continue };
            if report.verdict == Verdict::Unread {
                let problem = report.problems.first().map(Problem::to_string).unwrap_or_default();
                self.fault(true, format!("`Wrong {name}` cannot be read: {problem}"));
                continue;
            }
            let failed: Vec<_> = report.findings.iter().filter(|finding| !finding.passes).collect();
            let said: BTreeSet<_> = wrong.fails.iter().map(|(id, _)| id.as_str()).collect();
            let really: BTreeSet<_> = failed.iter().map(|finding| finding.check.as_str()).collect();
            if said != really {
                let list = |ids: &BTreeSet<&str>| {
                    if ids.is_empty() { "none".to_owned() } else { ids.iter().copied().collect::<Vec<_>>().join(", ") }
                };
                self.fault(true, format!("`Wrong {name}` is said to fail {}, and fails {}", list(&said), list(&really)));
            }
            // What is said in brackets holds for this check and those before it that say nothing.
            for (id, direction) in &wrong.fails {
                let actual = failed.iter().find(|finding| finding.check == *id).and_then(|finding| finding.direction);
                if let (Some(said), Some(actual)) = (direction, actual)
                    && *said != actual
                {
                    self.fault(true, format!("`Wrong {name}` finds {} in `{id}`, not {}", actual.words(), said.words()));
                }
            }
            if wrong.says.is_empty() {
                self.fault(true, format!("`Wrong {name}` has no `Says:` below it"));
            } else if report.known.as_ref().is_some_and(|(known, _)| known != name) {
                let other = report.known.map(|(known, _)| known).unwrap_or_default();
                self.fault(true, format!("`Wrong {name}` answers like `{other}`, so what it says is never heard"));
            }
            if let [only] = failed.as_slice() {
                failed_alone.insert(only.check.clone());
            }
            failed_at_all.extend(failed.iter().map(|finding| finding.check.clone()));
        }
        // A file that cannot be read has no other checks, so no `Wrong` is one.
        let is_open = |check: &&Check| check.kind != Kind::Reads && !failed_at_all.contains(&check.id);
        for Check { id, is_hidden, .. } in exercise.checks.iter().filter(is_open) {
            self.remark(*is_hidden, format!("no `Wrong` fails the check `{id}`: is it needed?"));
        }
        if exercise.wrongs.is_empty() {
            self.fault(true, "there is no `Wrong` with what is said to whoever makes that mistake");
        }
        if exercise.checks.len() > 1 && failed_alone.is_empty() {
            self.remark(true, "no `Wrong` fails one check alone: perhaps one check is enough");
        }
    }

    /// 8: what was worked by hand is so with every solution, and not with some mistake.
    fn examples(&mut self) {
        let exercise = self.exercise;
        if exercise.examples.is_empty() {
            // Where examples themselves are asked for, one would be the answer.
            if exercise.checks.iter().any(|check| matches!(check.kind, Kind::Catches(_))) {
                return;
            }
            self.fault(false, "there is no `Example` with an answer that was worked by hand");
            return;
        }
        let expects: Arc<str> = exercise.examples.iter().map(|example| example.expects.as_str()).collect::<String>().into();
        let check = Check {
            id: "example".to_owned(),
            title: String::new(),
            kind: Kind::Holds(vec![Place::Given]),
            within: Within::File,
            block: expects.to_string(),
            is_hidden: false,
        };
        let interrupt = self.interrupt;
        let failing = |name: &str, text: &Arc<str>| -> Vec<String> {
            let source = Source::new(name, Arc::clone(text));
            let cases = Trial::new(exercise, source, interrupt).and_then(|mut trial| trial.cases(&check)).unwrap_or_default();
            let is_no = |case: &&super::trial::Case| case.answer == super::program::Answer::Rows(Vec::new());
            cases.iter().filter(is_no).map(|case| case.question.clone()).collect()
        };
        for (name, text) in &exercise.solutions {
            for expect in failing(name, text) {
                self.fault(false, format!("the example `{expect}` is not so with the solution `{name}`"));
            }
        }
        let asks = |check: &Check| matches!(check.kind, Kind::Same(_) | Kind::Holds(_) | Kind::Sorted);
        let tells = exercise.wrongs.iter().any(|wrong| !failing(&wrong.name, &wrong.answer).is_empty());
        if !tells && exercise.checks.iter().any(asks) {
            self.remark(false, "no example tells the solution from a `Wrong`");
        }
    }

    /// 7: a small slip in a solution fails some check.
    fn mutants(&mut self) {
        let exercise = self.exercise;
        for (name, text) in &exercise.solutions {
            for (what, mutant) in mutants::mutants(text) {
                if passes(exercise, &Source::new("slip", mutant.as_str()), self.interrupt) {
                    let shown = sentences(&mutant).into_iter().map(|(_, sentence)| sentence).collect::<Vec<_>>().join(" / ");
                    let apart = match self.told_apart(text, &mutant) {
                        Some((facts, question)) => format!("`{question}` tells it apart in the model {facts}: name that with `World`"),
                        None => "no small model was found that tells it apart".to_owned(),
                    };
                    self.remark(true, format!("the solution `{name}` with {what} passes, too: {shown}; {apart}"));
                }
            }
        }
    }

    /// The first small world in which a text answers otherwise than a solution, and which question of the checks.
    fn told_apart(&self, solution: &Arc<str>, mutant: &str) -> Option<(String, String)> {
        let cases = |text: Arc<str>, check: &Check| {
            Trial::new(self.exercise, Source::new("slip", text), self.interrupt).and_then(|mut trial| trial.cases(check)).ok()
        };
        let with_every = |check: &Check, organizations: usize, services: usize| {
            let places = vec![Place::Every { organizations, services, with: None }];
            let kind = match &check.kind {
                Kind::Same(_) => Kind::Same(places),
                Kind::Question { number, is_ordered, .. } => Kind::Question { number: *number, is_ordered: *is_ordered, places },
                Kind::Holds(_) => Kind::Holds(places),
                Kind::Predicted
                | Kind::Sorted
                | Kind::Catches(_)
                | Kind::Smallest(_)
                | Kind::Explains
                | Kind::Enough
                | Kind::Changes(_)
                | Kind::Uses
                | Kind::Avoids
                | Kind::Reads => return None,
            };
            Some(Check { kind, ..check.clone() })
        };
        let bounds = [(4, 1), (3, 2)];
        let checks = self.exercise.checks.iter().flat_map(|check| bounds.iter().filter_map(move |(o, s)| with_every(check, *o, *s)));
        checks.into_iter().find_map(|check| {
            let (right, other) = (cases(Arc::clone(solution), &check)?, cases(mutant.into(), &check)?);
            let (case, _) = right.iter().zip(&other).find(|(one, other)| one.answer != other.answer)?;
            let facts = case.world.facts.as_deref().unwrap_or_default().trim_end().replace('\n', ", ");
            Some((format!("`{facts}`"), case.question.clone()))
        })
    }

    /// 9: no hint, no message and nothing that is shown for a `Wrong` holds a sentence of a solution.
    fn leaks(&mut self) {
        let exercise = self.exercise;
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let given: Vec<_> = sentences(&exercise.start).into_iter().chain(sentences(&exercise.given)).map(|(_, own)| plain(&own)).collect();
        let solutions = exercise.solutions.iter().flat_map(|(_, text)| sentences(text)).map(|(_, own)| plain(&own));
        let secret = solutions.filter(|own| !given.contains(own) && own.split(' ').count() > 2);
        let secret: Vec<_> = secret.map(|own| own.trim_end_matches('?').to_owned()).collect();
        let mut texts: Vec<(String, bool, &str)> = Vec::new();
        let shown = |wrong: &Wrong| {
            let file = Source::new(wrong.name.as_str(), Arc::clone(&wrong.answer));
            let report = judge(exercise, &file, false, self.interrupt).ok()?;
            let own: Vec<_> = sentences(&wrong.answer).into_iter().map(|(_, own)| plain(&own).trim_end_matches('?').to_owned()).collect();
            let shown = plain(&feedback::shown_first(exercise, &report)?);
            secret.iter().find(|sentence| shown.contains(*sentence) && !own.contains(sentence)).cloned()
        };
        for wrong in &exercise.wrongs {
            if let Some(sentence) = shown(wrong) {
                let message = format!(
                    "the first hint for `Wrong {}` gives a sentence of a solution away: `{sentence}`; ask for it with `same answers`",
                    wrong.name
                );
                self.fault(false, message);
            }
        }
        texts.extend(exercise.hints.iter().map(|(_, text)| ("a hint".to_owned(), false, text.as_str())));
        texts.extend(exercise.examples.iter().map(|example| ("an example".to_owned(), false, example.expects.as_str())));
        texts.push(("the shape".to_owned(), false, &exercise.shape));
        texts.push(("the task".to_owned(), false, &exercise.task));
        texts.extend(exercise.wrongs.iter().map(|wrong| (format!("what `Wrong {}` says", wrong.name), true, wrong.says.as_str())));
        for (what, is_key, text) in texts {
            if let Some(sentence) = secret.iter().find(|sentence| plain(text).contains(*sentence)) {
                self.fault(is_key, format!("{what} gives a sentence of a solution away: `{sentence}`"));
            }
        }
    }

    /// 10: the task is short, in short sentences, and nobody is told that it is easy.
    fn prose(&mut self) {
        let exercise = self.exercise;
        let words = exercise.task.split_whitespace().count();
        if words > MAX_TASK_WORDS {
            self.fault(false, format!("the task has {words} words; {MAX_TASK_WORDS} are the most"));
        }
        let mut texts: Vec<(bool, &str)> = vec![(false, &exercise.task), (false, &exercise.after)];
        texts.extend(exercise.hints.iter().map(|(_, text)| (false, text.as_str())));
        texts.extend(exercise.wrongs.iter().map(|wrong| (true, wrong.says.as_str())));
        for (is_key, text) in texts {
            // Pictures and programs are indented, and are no prose.
            let prose = text.lines().map(|line| if line.starts_with("   ") { ". " } else { line }).collect::<Vec<_>>().join(" ");
            for sentence in prose.split_inclusive(['.', '?', '!', ':', ';']) {
                let words = sentence.split_whitespace().count();
                if words > MAX_SENTENCE_WORDS {
                    self.fault(is_key, format!("a sentence has {words} words; {MAX_SENTENCE_WORDS} are the most: `{}`", sentence.trim()));
                }
            }
            let is_banned = |word: &str| BANNED.contains(&word.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase().as_str());
            if let Some(word) = prose.split_whitespace().find(|word| is_banned(word)) {
                self.fault(is_key, format!("`{word}` makes those feel small who do not see it yet: leave it out"));
            }
        }
    }
}

/// 12: what the pack touches, and what of the lesson and the misconceptions it does not.
fn coverage(pack: &Pack) -> String {
    const LESSON: u32 = 41;
    const MISCONCEPTIONS: u32 = 23;
    let covered: BTreeSet<&str> = pack.exercises.iter().flat_map(|exercise| &exercise.covers).map(String::as_str).collect();
    let mut text = String::new();
    for (what, letter, count, width) in [("the lesson", 'L', LESSON, 2), ("the misconceptions", 'M', MISCONCEPTIONS, 0)] {
        let all = (1..=count).map(|number| format!("{letter}{number:0width$}"));
        let (touched, not): (Vec<_>, Vec<_>) = all.partition(|id| covered.contains(id.as_str()));
        let _ = writeln!(
            text,
            "Of {what} {} of {count} are touched.{}",
            touched.len(),
            // A pack on another subject need not be told of all of them.
            if not.is_empty() || not.len() > touched.len() { String::new() } else { format!(" Not: {}.", not.join(" ")) }
        );
    }
    let others: Vec<_> = covered.iter().filter(|id| !id.starts_with(['L', 'M'])).copied().collect();
    if !others.is_empty() {
        let _ = writeln!(text, "Questions: {}.", others.join(" "));
    }
    text
}
