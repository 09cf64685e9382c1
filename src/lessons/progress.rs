//! How far a learner is: a plain text of one line for each exercise, which can be read, merged and mended by hand.
//!
//! Exercises are known by their ids, so the order of a pack may change. Lines that are not understood stay as they are.

use std::fmt::Write as _;

use super::pack::{Exercise, Fingerprint, Pack};

/// The first line begins so; the number is that of the form.
const HEADER: &str = "srl-progress 1";

/// How far a learner is in a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The exercise that the learner is at.
    at: Option<String>,
    entries: Vec<Entry>,
    /// Lines that say something else.
    others: Vec<String>,
}

/// What is known of one exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The exercise's id.
    pub exercise: String,
    /// Whether it was solved.
    pub is_done: bool,
    /// What was asked then: [`Exercise::fingerprint`].
    pub task: u64,
    /// So many different files were checked.
    pub attempts: u32,
    /// So many hints were shown.
    pub hints: u32,
    /// So many of them since the file was changed.
    pub step: u32,
    /// The file that was checked last.
    answer: u64,
}

/// Where an exercise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not solved.
    Open,
    /// Solved.
    Done,
    /// Solved, but what is asked has changed since.
    Changed,
}

impl Progress {
    /// Reads what [`Self::text`] has written, perhaps for an older version of the pack.
    pub fn read(text: &str, pack: &Pack) -> Self {
        let mut progress = Self::default();
        for line in text.lines().filter(|line| !line.starts_with("srl-progress") && !line.trim().is_empty()) {
            let mut words = line.split_whitespace();
            let (id, state) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let renamed = pack.exercises.iter().find(|exercise| exercise.formerly.iter().any(|former| former == id));
            let id = renamed.map_or(id, |exercise| &exercise.id);
            match state {
                "done" | "open" => {}
                now if id == "at" && words.next().is_none() => {
                    progress.at = Some(now.to_owned());
                    continue;
                }
                _ => {
                    progress.others.push(line.to_owned());
                    continue;
                }
            }
            let entry = progress.entry(id);
            entry.is_done |= state == "done";
            for (key, value) in words.filter_map(|word| word.split_once('=')) {
                let number = || value.parse().unwrap_or_default();
                match key {
                    "task" => entry.task = u64::from_str_radix(value, 16).unwrap_or_default(),
                    "answer" => entry.answer = u64::from_str_radix(value, 16).unwrap_or_default(),
                    "attempts" => entry.attempts = entry.attempts.max(number()),
                    "step" => entry.step = number(),
                    "hints" => entry.hints = entry.hints.max(number()),
                    _ => {}
                }
            }
        }
        progress
    }

    /// What is to be kept.
    pub fn text(&self, pack: &Pack) -> String {
        let mut text = format!("{HEADER}  pack {} {}\n", pack.name, pack.version);
        if let Some(at) = &self.at {
            let _ = writeln!(text, "at  {at}");
        }
        for Entry { exercise, is_done, task, attempts, hints, step, answer } in &self.entries {
            let state = if *is_done { "done" } else { "open" };
            let _ = writeln!(
                text,
                "{exercise}  {state}  task={task:016x}  attempts={attempts}  hints={hints}  step={step}  answer={answer:016x}"
            );
        }
        for line in &self.others {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    fn entry(&mut self, id: &str) -> &mut Entry {
        let position = self.entries.iter().position(|entry| entry.exercise == id).unwrap_or_else(|| {
            self.entries.push(Entry { exercise: id.to_owned(), ..Entry::default() });
            self.entries.len() - 1
        });
        &mut self.entries[position]
    }

    /// What is known of an exercise.
    pub fn of(&self, exercise: &Exercise) -> Entry {
        let entry = self.entries.iter().find(|entry| entry.exercise == exercise.id);
        entry.cloned().unwrap_or_else(|| Entry { exercise: exercise.id.clone(), ..Entry::default() })
    }

    /// Where an exercise stands.
    pub fn standing(&self, exercise: &Exercise) -> Standing {
        match self.of(exercise) {
            Entry { is_done: true, task, .. } if task != exercise.fingerprint() => Standing::Changed,
            Entry { is_done: true, .. } => Standing::Done,
            _ => Standing::Open,
        }
    }

    /// The exercise that the learner is at: the one that was gone to, else the first that is not solved.
    pub fn current<'p>(&self, pack: &'p Pack) -> Option<&'p Exercise> {
        let at = self.at.as_ref().and_then(|at| pack.exercises.iter().find(|exercise| exercise.id == *at));
        at.or_else(|| self.first_open(pack)).or(pack.exercises.last())
    }

    /// The first exercise after the current one that is not solved; if there is none, the first of all.
    pub fn next<'p>(&self, pack: &'p Pack) -> Option<&'p Exercise> {
        let current = self.current(pack).map_or(0, |exercise| pack.number(exercise));
        let is_open = |exercise: &&Exercise| self.standing(exercise) != Standing::Done;
        pack.exercises.iter().skip(current).find(is_open).or_else(|| self.first_open(pack))
    }

    fn first_open<'p>(&self, pack: &'p Pack) -> Option<&'p Exercise> {
        pack.exercises.iter().find(|exercise| self.standing(exercise) != Standing::Done)
    }

    /// Goes to an exercise.
    pub fn go_to(&mut self, exercise: &Exercise) {
        self.at = Some(exercise.id.clone());
    }

    /// Notes that a file was checked.
    pub fn checked(&mut self, exercise: &Exercise, file: &str, passed: bool) {
        let mut print = Fingerprint::default();
        print.add(file);
        let entry = self.entry(&exercise.id);
        if entry.answer != print.0 {
            entry.attempts += 1;
            entry.step = 0;
            entry.answer = print.0;
        }
        if passed {
            (entry.is_done, entry.task) = (true, exercise.fingerprint());
        }
    }

    /// Notes that a hint was shown.
    pub fn hinted(&mut self, exercise: &Exercise) {
        let entry = self.entry(&exercise.id);
        entry.hints += 1;
        entry.step += 1;
    }

    /// Notes that an exercise is begun again. What was solved stays solved.
    pub fn begun_again(&mut self, exercise: &Exercise) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.exercise == exercise.id) {
            (entry.step, entry.answer) = (0, 0);
        }
    }

    /// How many exercises of a pack are solved.
    pub fn done(&self, pack: &Pack) -> usize {
        pack.exercises.iter().filter(|exercise| self.standing(exercise) == Standing::Done).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(ids: &[&str]) -> Pack {
        let exercise = |id: &&str| Exercise { id: (*id).to_owned(), task: format!("do {id}"), ..Exercise::default() };
        Pack { name: "p".into(), version: "1".into(), exercises: ids.iter().map(exercise).collect(), ..Pack::default() }
    }

    #[test]
    fn progress_survives_another_order_and_strange_lines() {
        let old = pack(&["a", "b", "c"]);
        let mut progress = Progress::default();
        progress.checked(&old.exercises[0], "x", false);
        progress.checked(&old.exercises[0], "x", false);
        progress.checked(&old.exercises[0], "y", true);
        let text = progress.text(&old) + "a note of mine\n";
        let mut new = pack(&["c", "a", "d"]);
        let read = Progress::read(&text, &new);
        assert_eq!(read.of(&new.exercises[1]).attempts, 2);
        assert_eq!((read.standing(&new.exercises[1]), read.done(&new)), (Standing::Done, 1));
        assert!(read.text(&new).contains("a note of mine"));
        assert_eq!(read.current(&new).unwrap().id, "c");
        new.exercises[1].task = "do another thing".into();
        assert_eq!(read.standing(&new.exercises[1]), Standing::Changed);
    }

    #[test]
    fn an_exercise_may_get_another_name() {
        let old = pack(&["a"]);
        let mut progress = Progress::default();
        progress.checked(&old.exercises[0], "x", true);
        let mut new = pack(&["b"]);
        new.exercises[0].formerly = vec!["a".into()];
        assert!(Progress::read(&progress.text(&old), &new).of(&new.exercises[0]).is_done);
    }
}
