//! `srl learn` alone: shows the task, and checks whenever the file is saved. Line by line, nothing is redrawn: words are typed as they
//! are, and the file is looked at twice a second, which works on every file system.

use std::io::{BufRead as _, IsTerminal as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use srl::lessons::{Standing, Verdict, feedback};

use super::Learning;
use crate::Status;
use crate::console::Unwritable;

const EVERY: Duration = Duration::from_millis(500);

/// A file that has not changed for so long has been written.
const SETTLED: Duration = Duration::from_millis(100);

const WORDS: &str = "\nChange the file in any editor; it is checked when you save it. You can also type here:\n  \
    task  hint  next  check  list  reset  quit";

pub(super) fn watch(learning: &mut Learning<'_>) -> Result<Status, Unwritable> {
    if learning.folder.is_new {
        let welcome = learning.folder.pack.welcome.clone();
        learning.say(&format!("{}\n\n{welcome}\n\n", learning.folder.pack.title))?;
    }
    // Who comes back goes on with what is not solved yet.
    if let Ok(exercise) = learning.folder.exercise(None)
        && learning.folder.progress.standing(&exercise) == Standing::Done
        && let Some(next) = learning.folder.progress.next(&learning.folder.pack).cloned()
    {
        learning.folder.progress.go_to(&next);
    }
    // What is saved as soon as the task is read is to be noticed. If the file cannot be made, the task says so.
    let mut seen = match learning.folder.exercise(None) {
        Ok(exercise) => learning.folder.begin(&exercise).ok().and_then(|_| text(learning)),
        Err(_) => None,
    };
    let mut status = learning.on(None, Learning::task)?;
    if status != Status::Fine {
        return Ok(status);
    }
    learning.say(WORDS)?;
    let words = words();
    let mut last = String::new();
    loop {
        learning.console.flush()?;
        match words.recv_timeout(EVERY) {
            Ok(word) => {
                let before = text(learning);
                let Some(next) = obey(learning, &word)? else { return Ok(status) };
                status = next;
                let after = text(learning);
                let is_same = before.as_ref().map(|(path, _)| path) == after.as_ref().map(|(path, _)| path);
                match word.trim_start_matches([' ', ':']).to_lowercase().chars().next() {
                    // The word itself has put another file there, or checked the one that was there.
                    Some('r') => seen = after,
                    _ if !is_same => seen = after,
                    Some('c') => seen = before,
                    // Whatever was saved in between is still to be checked.
                    _ => {}
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                let now = text(learning);
                if now != seen && is_written(learning, now.as_ref()) {
                    seen = now;
                    status = saved(learning, &mut last)?.unwrap_or(status);
                }
            }
            // Nobody types any more. At a terminal that is how one leaves.
            Err(RecvTimeoutError::Disconnected) => return Ok(status),
        }
    }
}

/// The lines that are typed.
fn words() -> Receiver<String> {
    let (sender, words) = mpsc::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    words
}

/// The name and text of the current file.
fn text(learning: &Learning<'_>) -> Option<(std::path::PathBuf, Vec<u8>)> {
    let exercise = learning.folder.exercise(None).ok()?;
    let path = learning.folder.file(&exercise);
    // Some editors take the file away for a moment: then it has not been saved yet.
    let bytes =
        std::fs::metadata(&path).ok().filter(|file| file.len() <= super::folder::MAX_FILE).and_then(|_| std::fs::read(&path).ok())?;
    Some((path, bytes))
}

/// Whether an editor has written all of a file: it stays as it is. One that is empty may be one that is about to be written.
fn is_written(learning: &Learning<'_>, now: Option<&(std::path::PathBuf, Vec<u8>)>) -> bool {
    let is_empty = now.is_none_or(|(_, bytes)| bytes.trim_ascii().is_empty());
    std::thread::sleep(if is_empty { EVERY } else { SETTLED });
    text(learning).as_ref() == now
}

/// Checks a file that was saved, and tells only what is new.
fn saved(learning: &mut Learning<'_>, last: &mut String) -> Result<Option<Status>, Unwritable> {
    let Ok(exercise) = learning.folder.exercise(None) else { return Ok(None) };
    let checked = match learning.folder.check(&exercise) {
        Ok(checked) => checked,
        Err(reason) => {
            learning.console.complain(&reason);
            return Ok(Some(Status::Wrong));
        }
    };
    let verdicts = feedback::verdicts(&exercise, &checked.report);
    if verdicts == *last && checked.report.verdict != Verdict::Unread {
        learning.say("\nSaved: as before.\n")?;
        learning.echo(&exercise, &checked)?;
        return Ok(None);
    }
    *last = verdicts;
    learning.say("\nSaved.\n")?;
    learning.tell(&exercise, &checked).map(Some)
}

/// Does what a word says; nothing if it is to leave.
fn obey(learning: &mut Learning<'_>, line: &str) -> Result<Option<Status>, Unwritable> {
    let line = line.trim().trim_start_matches(':');
    let (word, name) = line.split_once(char::is_whitespace).map_or((line, None), |(word, name)| (word, Some(name.trim())));
    let word = word.to_lowercase();
    Ok(Some(match word.as_str() {
        "" => Status::Fine,
        "n" | "next" => learning.next()?,
        "h" | "hint" | "why" => learning.on(name, Learning::hint)?,
        "t" | "task" => learning.on(name, Learning::task)?,
        "c" | "check" => learning.on(name, Learning::check)?,
        "l" | "list" => learning.list()?,
        "r" | "reset" => learning.on(name, Learning::reset)?,
        "verify" => learning.verify()?,
        "q" | "quit" | "exit" | "bye" => return Ok(None),
        _ => {
            let how = if std::io::stdin().is_terminal() { "Sentences belong into the file. " } else { "" };
            learning.say(&format!("{how}{WORDS}"))?;
            Status::Fine
        }
    }))
}
