//! `srl learn`: exercises in a folder of the learner's own, and what a teacher does with packs of them.

mod author;
mod fit;
mod folder;
mod grade;
mod limits;
mod prompt;
mod watch;

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use srl::lessons::{Echo, Exercise, Standing, Verdict, feedback};
use srl::{Format, Interrupt, Problem};

use crate::Status;
use crate::args::{LearnAction, LearnOptions, Options};
use crate::console::{Console, Unwritable};
use folder::{Checked, Folder};
pub(crate) use prompt::course;

/// Where a learner reads what is said: at a terminal, or in a reply of the prompt.
trait Listener {
    fn print(&mut self, text: &str) -> Result<(), Unwritable>;
    fn problems(&mut self, problems: &[Problem]) -> Result<(), Unwritable>;
    fn complain(&mut self, reason: &str);
    fn flush(&mut self) -> Result<(), Unwritable>;
    /// How long the lines are that fit, if somebody reads at a terminal.
    fn width(&self) -> Option<usize> {
        std::io::stdout()
            .is_terminal()
            .then(|| terminal_size::terminal_size_of(std::io::stdout()))
            .flatten()
            .map(|(width, _)| width.0.into())
    }
}

impl Listener for Console {
    fn print(&mut self, text: &str) -> Result<(), Unwritable> {
        Self::print(self, text)
    }

    fn problems(&mut self, problems: &[Problem]) -> Result<(), Unwritable> {
        Self::problems(self, problems)
    }

    fn complain(&mut self, reason: &str) {
        Self::complain(self, reason);
    }

    fn flush(&mut self) -> Result<(), Unwritable> {
        Self::flush(self)
    }
}

/// The code of the problem that a verb is not known.
const UNKNOWN_VERB: &str = "E0201";

/// So many lines are shown of what was understood, and of the answer to a question of the learner's own.
const MAX_UNDERSTOOD: usize = 8;
const MAX_ANSWER: usize = 20;

/// The first lines of a text, indented.
fn shortened(text: &str, most: usize) -> String {
    let mut lines: Vec<_> = text.trim_end().lines().take(most).map(|line| format!("    {line}")).collect();
    let more = text.trim_end().lines().count() - lines.len();
    if more > 0 {
        lines.push(format!("    and {more} more lines"));
    }
    lines.join("\n") + "\n"
}

/// What a learner does, and how it went so far.
struct Learning<'a> {
    folder: &'a mut Folder,
    console: &'a mut dyn Listener,
    /// What stands before the name of a command, where the learner is: `srl learn `, `:` or nothing.
    before: &'static str,
}

pub(crate) fn learn(
    action: Option<&LearnAction>,
    options: &LearnOptions,
    general: &Options,
    console: &mut Console,
) -> Result<Status, Unwritable> {
    match action {
        Some(LearnAction::NewPack { folder }) => return author::new_pack(folder, console),
        Some(LearnAction::VerifyPack { folder }) => return author::verify_pack(folder, console),
        Some(LearnAction::BuildPack { folder, out }) => return author::build_pack(folder, out, console),
        Some(LearnAction::Grade(order)) => return grade::grade(order, general, console),
        _ => {}
    }
    let mut folder = match Folder::open(options.folder.as_deref(), options.pack.as_deref(), &mut |what| console.remark(what)) {
        Ok(folder) => folder,
        Err(reason) => {
            console.complain(&reason);
            return Ok(Status::Wrong);
        }
    };
    let before = if action.is_none() { "" } else { "srl learn " };
    let mut learning = Learning { folder: &mut folder, console, before };
    match action {
        None => watch::watch(&mut learning),
        Some(LearnAction::Next) => learning.next(),
        Some(LearnAction::Check { exercise }) => learning.on(exercise.as_deref(), Learning::check),
        Some(LearnAction::Hint { exercise }) => learning.on(exercise.as_deref(), Learning::hint),
        Some(LearnAction::Task { exercise }) => learning.on(exercise.as_deref(), Learning::task),
        Some(LearnAction::Reset { exercise }) => learning.on(exercise.as_deref(), Learning::reset),
        Some(LearnAction::List) => learning.list(),
        Some(LearnAction::Verify) => learning.verify(),
        // These need no folder, and were done before.
        Some(LearnAction::NewPack { .. } | LearnAction::VerifyPack { .. } | LearnAction::BuildPack { .. } | LearnAction::Grade(_)) => {
            Ok(Status::Fine)
        }
    }
}

impl Learning<'_> {
    /// Says something; what comes from a file cannot control the terminal.
    fn say(&mut self, text: &str) -> Result<(), Unwritable> {
        let text: String =
            text.chars().map(|character| if character.is_control() && character != '\n' { '?' } else { character }).collect();
        let text = if let Some(width) = self.console.width() { fit::fitted(&text, width) } else { text };
        self.console.print(&text)?;
        if text.ends_with('\n') { Ok(()) } else { self.console.print("\n") }
    }

    /// Does something with the exercise that is named, or the current one; it is current from then on.
    fn on(
        &mut self,
        name: Option<&str>,
        action: impl FnOnce(&mut Self, &Exercise) -> Result<Result<Status, String>, Unwritable>,
    ) -> Result<Status, Unwritable> {
        let exercise = match self.folder.exercise(name) {
            Ok(exercise) => exercise,
            Err(reason) => return Ok(self.complain(&reason)),
        };
        // Once it is solved, one is still there until one goes on.
        self.folder.progress.go_to(&exercise);
        Ok(match action(self, &exercise)?.and_then(|status| self.folder.save().map(|()| status)) {
            Ok(status) => status,
            Err(reason) => self.complain(&reason),
        })
    }

    fn complain(&mut self, reason: &str) -> Status {
        self.console.complain(reason);
        Status::Wrong
    }

    fn task(&mut self, exercise: &Exercise) -> Result<Result<Status, String>, Unwritable> {
        let file = match self.folder.begin(exercise) {
            Ok(file) => file,
            Err(reason) => return Ok(Err(reason)),
        };
        let (number, total) = (self.folder.pack.number(exercise), self.folder.pack.exercises.len());
        let stage = self.folder.pack.stage(exercise).map_or(String::new(), |stage| format!("{stage}\n\n"));
        self.say(&format!("{stage}{}\nYour file: {}\n", feedback::task(exercise, number, total), file.display()))?;
        Ok(Ok(Status::Fine))
    }

    fn next(&mut self) -> Result<Status, Unwritable> {
        let Some(next) = self.folder.progress.next(&self.folder.pack).cloned() else {
            let total = self.folder.pack.exercises.len();
            self.say(&format!("All {total} exercises are done. `{}list` shows them.\n", self.before))?;
            return Ok(Status::Fine);
        };
        self.folder.progress.go_to(&next);
        self.on(None, Learning::task)
    }

    fn check(&mut self, exercise: &Exercise) -> Result<Result<Status, String>, Unwritable> {
        match self.folder.check(exercise) {
            Ok(checked) => self.tell(exercise, &checked).map(Ok),
            Err(reason) => Ok(Err(reason)),
        }
    }

    /// How a file came out: the verdict, its direction, and what can be done next.
    fn tell(&mut self, exercise: &Exercise, checked: &Checked) -> Result<Status, Unwritable> {
        let Checked { report, source, with_told } = checked;
        let number = self.folder.pack.number(exercise);
        if *with_told {
            self.say(&format!("What you said here is checked, as {} is as it was at the start.\n", source.name()))?;
        }
        self.console.problems(&report.problems)?;
        self.say(&format!("{number}. {}\n{}", exercise.title, feedback::verdicts(exercise, report)))?;
        self.echo(exercise, checked)?;
        if let Some(note) = feedback::above_level(exercise, report, source.text()) {
            self.say(&note)?;
        }
        let done = self.folder.progress.done(&self.folder.pack);
        let total = self.folder.pack.exercises.len();
        Ok(match report.verdict {
            Verdict::Passed => {
                let after = feedback::afterwards(exercise, source.text());
                self.say(&format!("\n{after}{done} of {total} exercises are done. Go on with `{}next`.\n", self.before))?;
                Status::Fine
            }
            Verdict::Unread => {
                let is_early = exercise.level < Exercise::DECLARES && report.problems.iter().any(|problem| problem.code() == UNKNOWN_VERB);
                if is_early {
                    self.say("Words of your own come later in this course; here those of the task are enough.\n")?;
                }
                self.say(&format!("`{}hint` helps.\n", self.before))?;
                Status::Wrong
            }
            Verdict::Untouched => {
                self.say(&format!("`{}task` shows what to do.\n", self.before))?;
                Status::Failed
            }
            Verdict::NotYet => {
                self.say(&format!("`{}hint` helps.\n", self.before))?;
                Status::Failed
            }
        })
    }

    /// What SRL understood, and its answers to the questions in the file.
    fn echo(&mut self, exercise: &Exercise, Checked { report, source, .. }: &Checked) -> Result<(), Unwritable> {
        if !matches!(report.verdict, Verdict::Passed | Verdict::NotYet) {
            return Ok(());
        }
        let interrupt = Interrupt::default();
        let _deadline = folder::deadline(&interrupt);
        for Echo { model, sentences, answers, problems } in srl::lessons::echo(exercise, source, &interrupt) {
            let part = model.map_or(String::new(), |name| format!(" of `{name}`"));
            if !sentences.is_empty() {
                self.say(&format!("\nSRL understood{part}:\n{}", shortened(&sentences.join("\n"), MAX_UNDERSTOOD)))?;
            }
            self.console.problems(&problems)?;
            for answer in &answers {
                let text = Format::Plain.answers(answer, true, false);
                self.say(&format!("\nYour question{part}:\n{}", shortened(&text, MAX_ANSWER)))?;
            }
        }
        Ok(())
    }

    fn hint(&mut self, exercise: &Exercise) -> Result<Result<Status, String>, Unwritable> {
        let Checked { report, source, .. } = match self.folder.check(exercise) {
            Ok(checked) => checked,
            Err(reason) => return Ok(Err(reason)),
        };
        let entry = self.folder.progress.of(exercise);
        if report.verdict == Verdict::Unread {
            self.console.problems(&report.problems)?;
        }
        let hints = feedback::hints(exercise, &source, &report, entry.attempts, &Interrupt::default());
        if hints.is_empty() {
            self.say(&format!("There is no hint for this. `{}task` shows the task once more.\n", self.before))?;
            return Ok(Ok(Status::Fine));
        }
        if report.verdict == Verdict::Passed {
            self.say(&hints.join("\n\n"))?;
            return Ok(Ok(Status::Fine));
        }
        let step = usize::try_from(entry.step).unwrap_or_default().min(hints.len() - 1);
        self.folder.progress.hinted(exercise);
        self.say(&hints[step])?;
        match hints.len() - step {
            1 => self.say("\nThis is the last hint for the file as it is.\n")?,
            2 => self.say("\nThe next hint is the last one.\n")?,
            _ => {}
        }
        Ok(Ok(Status::Fine))
    }

    fn reset(&mut self, exercise: &Exercise) -> Result<Result<Status, String>, Unwritable> {
        match self.folder.reset(exercise) {
            Ok((path, old)) => {
                let kept = old.map_or(String::new(), |old| format!(" What was there is in {}.", old.display()));
                self.say(&format!("{} is as it was at the start.{kept}\n", path.display()))?;
                Ok(Ok(Status::Fine))
            }
            Err(reason) => Ok(Err(reason)),
        }
    }

    fn list(&mut self) -> Result<Status, Unwritable> {
        let Folder { pack, progress, .. } = &*self.folder;
        let current = progress.current(pack).map(|exercise| exercise.id.clone());
        let mut text = format!("{}\n", pack.title);
        let mut stage = None;
        for (number, exercise) in pack.exercises.iter().enumerate() {
            if pack.stage(exercise) != stage {
                stage = pack.stage(exercise);
                let _ = write!(text, "\n{}\n", stage.unwrap_or_default());
            }
            let standing = match progress.standing(exercise) {
                Standing::Open => "open   ",
                Standing::Done => "done   ",
                Standing::Changed => "changed",
            };
            let here = if current.as_ref() == Some(&exercise.id) { "  (you are here)" } else { "" };
            let _ = writeln!(text, "  {standing}  {:>2}. {}{here}", number + 1, exercise.title);
        }
        if pack.exercises.iter().any(|exercise| progress.standing(exercise) == Standing::Changed) {
            text += "\n`changed`: what is asked there has changed since you solved it.\n";
        }
        let _ = write!(text, "\n{} of {} are done.\n", progress.done(pack), pack.exercises.len());
        self.say(&text)?;
        Ok(Status::Fine)
    }

    /// Checks every file once more.
    fn verify(&mut self) -> Result<Status, Unwritable> {
        let mut passed = 0;
        let exercises = self.folder.pack.exercises.clone();
        for (number, exercise) in exercises.iter().enumerate() {
            let verdict = if self.folder.file(exercise).exists() {
                match self.folder.check(exercise) {
                    Ok(checked) => checked.report.verdict,
                    Err(reason) => return Ok(self.complain(&reason)),
                }
            } else {
                Verdict::Untouched
            };
            passed += usize::from(verdict == Verdict::Passed);
            let word = if verdict == Verdict::Passed { "PASS   " } else { "NOT YET" };
            let more = match verdict {
                Verdict::Unread => " (could not be read)",
                Verdict::Untouched => " (not begun)",
                Verdict::Passed | Verdict::NotYet => "",
            };
            self.say(&format!("{word}  {:>2}. {}{more}\n", number + 1, exercise.title))?;
        }
        self.say(&format!("{passed} of {} pass.\n", exercises.len()))?;
        Ok(if passed == exercises.len() { Status::Fine } else { Status::Failed })
    }
}
