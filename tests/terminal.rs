//! The prompt at a terminal: keys go in, and what is expected comes up on the screen. The terminal is a pseudo-terminal of 24 lines.
#![cfg(all(unix, feature = "cli"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "a test looks at a clock and at files")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rexpect::session::{PtySession, spawn_command};
use tempfile::TempDir;

/// So long something may take to come up, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// After so long a key is pressed that stops something, and again after much longer: a second one that comes late would stop what follows.
const FIRST_PRESS: Duration = Duration::from_millis(300);
const NEXT_PRESS: Duration = Duration::from_secs(5);

const UP: &str = "\u{1b}[A";
const CTRL_C: &str = "\u{3}";
const CTRL_D: &str = "\u{4}";
const CTRL_R: &str = "\u{12}";
const ESCAPE: char = '\u{1b}';

/// How a terminal is set up.
#[derive(Clone, Copy, Debug)]
struct Setting<'a> {
    kind: &'a str,
    columns: u16,
    has_color: bool,
    arguments: &'a str,
}

const USUAL: Setting<'_> = Setting { kind: "xterm-256color", columns: 100, has_color: false, arguments: "" };

/// The end of what was shown: all of it holds every keystroke.
fn end(shown: &str) -> &str {
    &shown[shown.ceil_char_boundary(shown.len().saturating_sub(1_000))..]
}

struct Terminal {
    session: PtySession,
    /// All that has been read and not yet been looked for.
    shown: String,
    /// All that was there before.
    gone: String,
}

impl Terminal {
    /// Runs `srl repl` in a folder, which is also its home; waits for its first prompt.
    fn start(folder: &Path, Setting { kind, columns, has_color, arguments }: Setting<'_>) -> Self {
        let mut command = Command::new("sh");
        let script = format!("stty rows 24 cols {columns}; exec '{}' repl {arguments}", env!("CARGO_BIN_EXE_srl"));
        command.args(["-c", &script]).current_dir(folder).env("HOME", folder).env("XDG_STATE_HOME", folder.join("state"));
        command.env("TERM", kind).env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
        if !has_color {
            command.env("NO_COLOR", "1");
        }
        let mut session = spawn_command(command, Some(1)).unwrap();
        session.process_mut().set_kill_timeout(Some(1_000));
        let mut terminal = Self { session, shown: String::new(), gone: String::new() };
        terminal.sees("srl 1> ");
        terminal
    }

    /// Presses keys.
    fn keys(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
        self.session.flush().unwrap();
    }

    fn line(&mut self, line: &str) {
        self.keys(&format!("{line}\r"));
    }

    /// Reads what there is; waits a moment for it.
    fn read(&mut self) {
        let mut came = false;
        while let Some(character) = self.session.try_read() {
            self.shown.push(character);
            came = true;
        }
        if !came {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a text comes up; gives what came before it.
    fn sees(&mut self, expected: &str) -> String {
        self.sees_while_pressing(expected, None)
    }

    /// Waits until a text comes up, and presses a key every now and then until it does.
    fn sees_while_pressing(&mut self, expected: &str, key: Option<&str>) -> String {
        let start = Instant::now();
        let mut press = start + FIRST_PRESS;
        loop {
            self.read();
            if let Some(at) = self.shown.find(expected) {
                let before = self.shown[..at].to_owned();
                let rest = self.shown.split_off(at + expected.len());
                self.gone.push_str(&self.shown);
                self.shown = rest;
                return before;
            }
            assert!(start.elapsed() < PATIENCE, "no `{expected}` came up, only {:?}", end(&self.shown));
            if let Some(key) = key.filter(|_| Instant::now() > press) {
                self.keys(key);
                press = Instant::now() + NEXT_PRESS;
            }
        }
    }

    /// Leaves a prompt that may be left at once, and gives all that was ever shown.
    fn leaves(mut self) -> String {
        self.keys(CTRL_D);
        self.ends()
    }

    /// Waits for the end, and gives all that was ever shown.
    fn ends(mut self) -> String {
        let start = Instant::now();
        loop {
            self.read();
            let status = format!("{:?}", self.session.process().status());
            if status.contains("Exited") {
                self.read();
                assert!(status.ends_with(", 0))"), "{status}: {:?}", end(&self.shown));
                return self.gone + &self.shown;
            }
            assert!(start.elapsed() < PATIENCE, "it did not end: {:?}", end(&self.shown));
        }
    }
}

/// A model with a question that nobody can wait for: all combinations of so many pairs.
fn long_question(folder: &Path) -> &'static str {
    let pairs = (0..400).map(|number| format!("Start-{number} links End-{number}")).collect::<Vec<_>>().join("\n");
    fs::write(folder.join("long.srl"), format!("verb one:thing links two:thing\n{pairs}\n")).unwrap();
    "find ?a, ?c, ?e, ?g where ?a links ?_b and ?c links ?_d and ?e links ?_f and ?g links ?_h"
}

#[test]
fn tab_completes_names_and_words() {
    let folder = TempDir::new().unwrap();
    let mut terminal = Terminal::start(folder.path(), USUAL);
    terminal.line("Waterworks provides water to Town");
    terminal.sees("+ 1 fact");
    terminal.sees("srl 2> ");
    terminal.keys("Waterw\t");
    terminal.sees("Waterworks");
    terminal.keys(" prov\t");
    terminal.sees("provides");
    terminal.line(" steam to \"Old Town\"");
    terminal.sees("+ 1 fact");
    terminal.sees("srl 3> ");
    terminal.keys(":fac\t");
    terminal.line(" steam");
    terminal.sees("\nWaterworks provides steam to \"Old Town\"\r\n");
}

#[test]
fn what_may_follow_is_shown_in_grey() {
    let folder = TempDir::new().unwrap();
    let mut terminal = Terminal::start(folder.path(), Setting { has_color: true, ..USUAL });
    terminal.keys("A provid");
    terminal.sees("\u{1b}[90mes");
    terminal.line("es power to B");
    // What was a hint is no part of the input.
    terminal.sees("+ 1 fact");
    terminal.sees("srl 2> ");
    terminal.line(":facts");
    terminal.sees("\nA provides power to B\r\n");
}

#[test]
fn ctrl_c_stops_an_evaluation_and_not_the_session() {
    let folder = TempDir::new().unwrap();
    let question = long_question(folder.path());
    for arguments in ["long.srl", "long.srl --plain"] {
        let mut terminal = Terminal::start(folder.path(), Setting { arguments, ..USUAL });
        terminal.line(question);
        terminal.sees_while_pressing("E0410", Some(CTRL_C));
        terminal.sees("srl 2> ");
        terminal.line("does Start-1 link End-1?");
        terminal.sees("Yes");
        terminal.sees("srl 3> ");
        // A model in place of the first one is stopped as well.
        terminal.line("Start-0 links End-1");
        terminal.sees("+ 1 fact");
        terminal.sees("srl 4> ");
        terminal.line(":reset");
        terminal.sees("everything is taken back");
        terminal.sees("srl 5> ");
        terminal.line("Start-0 links End-2");
        terminal.sees("+ 1 fact");
        terminal.sees("srl 6> ");
        terminal.line(question);
        terminal.sees_while_pressing("E0410", Some(CTRL_C));
        terminal.sees("srl 7> ");
        terminal.line("does Start-0 link End-2?");
        terminal.sees("Yes");
    }
}

#[test]
fn ctrl_c_drops_a_half_typed_line() {
    let folder = TempDir::new().unwrap();
    for (kind, arguments) in [(USUAL.kind, ""), (USUAL.kind, "--plain"), ("dumb", "")] {
        let mut terminal = Terminal::start(folder.path(), Setting { kind, arguments, ..USUAL });
        terminal.keys("A provides wa");
        terminal.keys(CTRL_C);
        terminal.sees("srl 1> ");
        terminal.line("B provides power to C");
        terminal.sees("+ 1 fact");
        terminal.sees("srl 2> ");
        // Also one of several lines.
        terminal.line("?x is vital if");
        if kind == "dumb" || !arguments.is_empty() {
            terminal.sees("...> ");
        }
        terminal.keys("?x provides wa");
        terminal.keys(CTRL_C);
        terminal.sees("srl 2> ");
        terminal.line("B provides hosting to C");
        terminal.sees("+ 1 fact");
        terminal.sees("srl 3> ");
        terminal.line(":facts");
        terminal.sees("B provides power to C\r\nB provides hosting to C\r\n");
    }
}

#[test]
fn a_statement_goes_on_after_its_last_word() {
    let folder = TempDir::new().unwrap();
    let mut terminal = Terminal::start(folder.path(), USUAL);
    for line in ["?x is vital if", "  ?x provides power to something and", "  ?x provides water to something"] {
        terminal.line(line);
    }
    terminal.sees("+ rule: if ?x provides power to something and ?x provides water to something, then ?x is vital\r\n");
    terminal.sees("srl 2> ");
}

#[test]
fn what_was_typed_comes_back() {
    let folder = TempDir::new().unwrap();
    let mut terminal = Terminal::start(folder.path(), USUAL);
    terminal.line("A provides power to B");
    terminal.sees("+ 1 fact");
    terminal.sees("srl 2> ");
    terminal.line("?x is vital if\r?x provides power to something");
    terminal.sees("+ rule");
    terminal.sees("srl 3> ");
    terminal.line("B provides hosting to C");
    terminal.sees("+ 1 fact");
    terminal.sees("srl 4> ");
    // The second last input has two lines.
    terminal.line(&UP.repeat(4));
    terminal.sees("already known");
    terminal.sees("srl 5> ");
    terminal.line(":quit");
    terminal.sees("would be lost");
    terminal.sees("srl 6> ");
    terminal.line(":quit");
    terminal.ends();
    assert!(folder.path().join("state/srl/history").is_file());

    let mut terminal = Terminal::start(folder.path(), USUAL);
    terminal.keys(CTRL_R);
    terminal.sees("reverse-i-search");
    terminal.keys("hosting");
    terminal.sees("B provides hosting to C");
    terminal.line("");
    terminal.sees("+ 1 fact");
    terminal.sees("srl 2> ");
    // An input of several lines is one.
    terminal.keys(CTRL_R);
    terminal.keys("vital");
    terminal.sees("?x provides power");
    terminal.line("");
    terminal.sees("+ rule: if ?x provides power to something, then ?x is vital");
}

#[test]
fn what_is_typed_ahead_is_not_lost() {
    let folder = TempDir::new().unwrap();
    let mut terminal = Terminal::start(folder.path(), USUAL);
    terminal.keys("A provides power to B\rB provides hosting to C\rwho relies on A?\r");
    terminal.sees("(2 answers, answer-3)");
}

#[test]
fn a_pasted_program_is_one_input() {
    let folder = TempDir::new().unwrap();
    let mut terminal = Terminal::start(folder.path(), USUAL);
    let program =
        "A provides power to B\nB provides hosting to C\n\n# Rules.\n?x is vital\n  if ?x provides power to something\nwho relies on A?\n";
    terminal.keys(&format!("\u{1b}[200~{program}\u{1b}[201~"));
    terminal.sees("who relies on A?");
    terminal.line("");
    terminal.sees("+ rule: if ?x provides power to something, then ?x is vital\r\n+ 2 facts\r\n");
    terminal.sees("(2 answers, answer-1)");
    terminal.sees("srl 2> ");
    terminal.line("who is vital?");
    terminal.sees("(1 answer, answer-2)");
    terminal.sees("srl 3> ");
    // Taken back as one.
    terminal.line(":undo");
    terminal.sees("taken back: ");
    terminal.sees("srl 4> ");
    terminal.line(":undo");
    terminal.sees("nothing is left to take back");
}

#[test]
fn ctrl_d_asks_once_about_what_would_be_lost() {
    let folder = TempDir::new().unwrap();
    for (kind, arguments) in [(USUAL.kind, ""), (USUAL.kind, "--plain"), ("dumb", "")] {
        let mut terminal = Terminal::start(folder.path(), Setting { kind, arguments, ..USUAL });
        terminal.line("A provides power to B");
        terminal.sees("+ 1 fact");
        terminal.sees("srl 2> ");
        terminal.keys(CTRL_D);
        terminal.sees("would be lost: `:save FILE` keeps the model");
        terminal.sees("srl 2> ");
        let shown = terminal.leaves();
        assert_eq!(shown.matches("would be lost").count(), 1, "{shown}");
        // Nothing has been told, or all of it is in a journal: nothing is asked.
        let terminal = Terminal::start(folder.path(), Setting { kind, arguments, ..USUAL });
        assert!(!terminal.leaves().contains("would be lost"));
        let arguments = format!("{arguments} --journal journal-{kind}{}", arguments.len());
        let mut terminal = Terminal::start(folder.path(), Setting { kind, arguments: &arguments, ..USUAL });
        terminal.line("A provides power to B");
        terminal.sees("+ 1 fact");
        terminal.sees("srl 2> ");
        assert!(!terminal.leaves().contains("would be lost"));
    }
}

/// Whether a text has a sequence that sets a colour or a style.
fn paints(text: &str) -> bool {
    text.split(ESCAPE).skip(1).any(|rest| {
        let sequence = rest.strip_prefix('[').unwrap_or_default();
        sequence.trim_start_matches(|character: char| character.is_ascii_digit() || character == ';').starts_with('m')
    })
}

/// A conversation with an answer, a mistake and a completion.
fn conversation(folder: &Path, setting: Setting<'_>) -> String {
    let mut terminal = Terminal::start(folder, setting);
    terminal.line("A provides power to B");
    terminal.sees("+ 1 fact");
    terminal.sees("srl 2> ");
    terminal.line("who relies on A?");
    terminal.sees("answer-2)");
    terminal.sees("srl 3> ");
    terminal.line("A provdes power to B");
    terminal.sees("did you mean");
    terminal.sees("srl 4> ");
    terminal.keys(CTRL_D);
    terminal.sees("would be lost");
    terminal.leaves()
}

#[test]
fn colours_can_be_done_without() {
    let folder = TempDir::new().unwrap();
    let painted = conversation(folder.path(), Setting { has_color: true, ..USUAL });
    assert!(paints(&painted), "{painted:?}");
    let unpainted = conversation(folder.path(), USUAL);
    assert!(!paints(&unpainted), "{unpainted:?}");
    let unpainted = conversation(folder.path(), Setting { has_color: true, arguments: "--color never", ..USUAL });
    assert!(!paints(&unpainted), "{unpainted:?}");
}

#[test]
fn plain_and_dumb_terminals_get_no_escapes() {
    let folder = TempDir::new().unwrap();
    let plain = conversation(folder.path(), Setting { has_color: true, arguments: "--plain", ..USUAL });
    assert!(!plain.contains(ESCAPE), "{plain:?}");
    // No frames and arrows either.
    assert!(plain.is_ascii(), "{plain:?}");
    let dumb = conversation(folder.path(), Setting { kind: "dumb", has_color: true, ..USUAL });
    assert!(!dumb.contains(ESCAPE), "{dumb:?}");
}

#[test]
fn a_narrow_terminal_will_do() {
    let folder = TempDir::new().unwrap();
    let mut terminal = Terminal::start(folder.path(), Setting { columns: 20, ..USUAL });
    terminal.line("The-Waterworks-of-the-Town provides clean-water to \"All who live in the Town\"");
    terminal.sees("+ 1 fact");
    terminal.sees("srl 2> ");
    terminal.line("who provides what to whom?");
    terminal.sees("(1 answer, answer-2)");
    terminal.sees("srl 3> ");
    // More than fits: a page at a time.
    terminal.line(":help");
    terminal.sees("lines more: `:more`");
    terminal.sees("srl 4> ");
    terminal.line(":more");
    terminal.sees("srl 5> ");
    terminal.line("does \"All who live in the Town\" rely on The-Waterworks-of-the-Town?");
    terminal.sees("Yes, by rule direct");
}
