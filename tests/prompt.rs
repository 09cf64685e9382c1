//! Transcripts of conversations at the prompt, in `tests/prompt`: what a session says to each input, without a terminal.
//!
//! `srl 3> ` begins an input, `    ...> ` each further line of it; below stands what is said. Before the conversation stands in one paragraph of
//! `#` lines what it shows. `== file NAME` begins a file of the test's own, `== screen 10` makes the screen so many lines high.
//! Blocks of the language `prompt` in the documentation are conversations, too. `UPDATE_EXPECT=1 cargo test --test prompt` rewrites what is said.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads the project's own files, and fails if it cannot")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use srl::session::{Screen, Session, Setup};
use srl::{Files, Style};

const FIRST: &str = "srl ";
const NEXT: &str = "    ...> ";

/// Files in memory; those that are written can be read again.
#[derive(Clone, Debug, Default)]
struct Memory(Rc<RefCell<BTreeMap<String, Vec<u8>>>>);

struct Draft(Memory, String, Vec<u8>);

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.2.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.0.borrow_mut().insert(self.1.clone(), self.2.clone());
        Ok(())
    }
}

impl Files for Memory {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let found = self.0.borrow().get(name).cloned();
        found
            .map(|bytes| Box::new(Cursor::new(bytes)) as Box<dyn Read>)
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such file"))
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Write>> {
        Ok(Box::new(Draft(self.clone(), name.to_owned(), Vec::new())))
    }
}

/// The input in a line of a transcript, without its prompt.
fn typed(line: &str) -> Option<&str> {
    let (number, input) = line.strip_prefix(FIRST)?.split_once('>')?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| input.strip_prefix(' ').unwrap_or(input))
}

/// The transcript with what is said now.
fn replayed(transcript: &str) -> String {
    let files = Memory::default();
    let mut session = Session::new(Setup::default()).unwrap();
    let mut out = String::new();
    let mut screen = None;
    let mut lines = transcript.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("== file ") {
            let mut text = String::new();
            let _ = writeln!(out, "{line}");
            while let Some(own) = lines.next_if(|line| !line.starts_with("==") && typed(line).is_none()) {
                let _ = writeln!(text, "{own}");
            }
            out.push_str(&text);
            files.0.borrow_mut().insert(name.to_owned(), format!("{}\n", text.trim_end()).into_bytes());
        } else if let Some(height) = line.strip_prefix("== screen ") {
            screen = Some(Screen { width: 100, height: height.parse().unwrap() });
            let _ = writeln!(out, "{line}");
        } else if let Some(first) = typed(line) {
            let mut input = first.to_owned();
            let prompt = format!("{FIRST}{}> ", session.number());
            let _ = writeln!(out, "{}", format!("{prompt}{first}").trim_end());
            while let Some(next) = lines.next_if(|line| line.starts_with(NEXT.trim_end())) {
                let _ = writeln!(out, "{next}");
                let _ = write!(input, "\n{}", next.strip_prefix(NEXT).unwrap_or_default());
            }
            // What was said before is said anew.
            while lines.next_if(|line| typed(line).is_none() && !line.starts_with("==")).is_some() {}
            let reply = session.enter(&input, &files);
            let text = session.page(&reply.render(Style::default()), screen);
            text.lines().for_each(|line| {
                let _ = writeln!(out, "{}", line.trim_end());
            });
            if reply.ends {
                out.push_str("== the end\n");
                while lines.next_if(|line| line.starts_with("== the end")).is_some() {}
                break;
            }
            if typed(lines.peek().copied().unwrap_or_default()).is_some() || lines.peek().is_some_and(|line| line.starts_with("==")) {
                out.push('\n');
            }
        } else {
            let _ = writeln!(out, "{line}");
        }
    }
    for line in lines {
        let _ = writeln!(out, "{line}");
    }
    out
}

/// Compares a text with what it would be now, or takes that over.
fn compare(path: &Path, text: &str, now: &str) -> Result<(), String> {
    if now == text {
        return Ok(());
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, now).unwrap();
        return Ok(());
    }
    let first = now.lines().zip(text.lines()).position(|(now, then)| now != then).unwrap_or_default();
    let line = |text: &str| text.lines().nth(first).unwrap_or_default().to_owned();
    Err(format!("{}:{}: now `{}`, was `{}`", path.display(), first + 1, line(now), line(text)))
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|own| own == ending)).collect();
    files.sort();
    files
}

fn all_same(found: impl Iterator<Item = Result<(), String>>) {
    let wrong: Vec<_> = found.filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}\nUPDATE_EXPECT=1 cargo test --test prompt takes over what is said now", wrong.join("\n"));
}

#[test]
fn transcripts() {
    let transcripts = files("tests/prompt", "txt");
    assert!(transcripts.len() >= 5, "the transcripts are gone");
    all_same(transcripts.iter().map(|path| {
        let transcript = fs::read_to_string(path).unwrap();
        assert!(transcript.starts_with("# "), "{}: say first what this shows", path.display());
        compare(path, &transcript, &replayed(&transcript))
    }));
}

#[test]
fn conversations_in_the_documentation() {
    let mut count = 0;
    let documents = files("docs", "md").into_iter().chain([PathBuf::from("README.md")]);
    all_same(documents.map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let mut now = String::new();
        let mut rest = text.as_str();
        while let Some((before, block)) = rest.split_once("```prompt\n") {
            let (conversation, after) = block.split_once("```").unwrap();
            count += 1;
            let _ = write!(now, "{before}```prompt\n{}\n```", replayed(conversation).trim_end());
            rest = after;
        }
        now.push_str(rest);
        compare(&path, &text, &now)
    }));
    assert!(count >= 5, "the conversations are gone");
}

/// Goes on by a thousandth of a second whenever it is looked at.
fn clock() -> Duration {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    Duration::from_millis(LOOKS.fetch_add(1, Ordering::Relaxed))
}

#[test]
fn what_rules_cost_is_told_of_each_input() {
    let mut session = Session::new(Setup { clock: Some(clock), ..Setup::default() }).unwrap();
    let mut say = |input: &str| session.enter(input, &Memory::default()).render(Style::default());
    say("A provides power to B\nB provides light to C\n?x is dim if ?x provides light to something");
    assert!(!say("is B dim?").contains("rounds"));
    say(":time rules");
    say("rule vital: ?x is vital if ?x provides something to something");
    let said = say("is B vital?");
    assert!(said.starts_with("Yes"), "{said}");
    assert!(said.contains("\nRules, by the time that they took:\n               rounds     new facts\n"), "{said}");
    let rule = "    0.0010 s        1             2  vital (input 4, line 1): if ?x provides something to something, then ?x is vital\n";
    assert!(said.contains(rule), "{said}");
    assert!(!say("is B vital?").contains("vital (input 4"), "what was derived is not derived again");
    let said = say("C provides gas to D") + &say("is B vital?");
    let follows = |said: &str, figures: &str| said.contains(&format!("{figures}  vital (input 4, line 1): if ?x provides"));
    assert!(follows(&said, "1             1"), "what follows from one fact more costs something, too: {said}");
    let said = say("forget C provides gas to D") + &say("is B vital?");
    assert!(follows(&said, "1             0"), "{said}");
    say(":time off");
    assert!(!say("is C vital?").contains("rounds"));
}
