//! The journal of a prompt on disk: what was confirmed is there, whatever happens to the prompt, the file, or its last line.
#![cfg(all(unix, feature = "cli"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "a test reads what the command has written")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use srl::NoFiles;
use srl::session::{Session, Setup};
use tempfile::TempDir;

/// So long a line may take to come on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

fn srl(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_srl"));
    // Without a vocabulary it starts at once, and what is told with `is` and `has` needs none.
    command
        .args(["repl", "--vocabulary", "none"])
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder)
        .env("HOME", folder)
        .env_remove("NO_COLOR");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What `srl repl --journal JOURNAL` says to a whole input.
fn told(folder: &Path, journal: &str, input: &str) -> Output {
    let mut child = srl(folder).args(["--journal", journal]).spawn().unwrap();
    // It may have left without reading anything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaint(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The model that a journal makes, as a program.
fn model(folder: &Path, journal: &str) -> String {
    let output = told(folder, journal, ":save saved.srl\n");
    assert!(output.status.success() && out(&output).contains("to saved.srl"), "{}{}", out(&output), complaint(&output));
    fs::read_to_string(folder.join("saved.srl")).unwrap()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// A prompt that is fed through a pipe.
struct Fed {
    child: Child,
    input: Option<ChildStdin>,
    lines: mpsc::Receiver<String>,
}

impl Fed {
    fn start(folder: &Path, journal: &str) -> Self {
        let mut child = srl(folder).args(["--journal", journal]).spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in output.lines() {
                let Ok(line) = line else { break };
                let _ = sender.send(line);
            }
        });
        Self { input: child.stdin.take(), child, lines }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    fn next(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    fn leave(mut self) {
        drop(self.input.take());
        assert!(self.child.wait().unwrap().success());
    }
}

// ---- Sudden ends

/// The statement of a number: facts, and rules of two lines.
fn statement(number: usize) -> String {
    if number % 4 == 3 {
        format!("?x is vital-{number} if\n?x has power {}", number - 1)
    } else {
        format!("\"Plant {number}\" has power {number}")
    }
}

/// Whether a line says that a statement holds; each statement has one such line.
fn confirms(line: &str) -> bool {
    line == "+ 1 fact" || line.starts_with("+ rule: ")
}

/// Numbers that look random, the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn a_killed_prompt_loses_nothing_that_it_confirmed() {
    const KILLS: usize = 100;
    const KILLS_OF_ONE_JOURNAL: usize = 10;
    let mut dice = Dice(7);
    let mut confirmed_ever = 0;
    for _ in 0..KILLS / KILLS_OF_ONE_JOURNAL {
        let folder = TempDir::new().unwrap();
        let mut expected = Session::new(Setup { vocabulary: "none".to_owned(), ..Setup::default() }).unwrap();
        let mut known = 0;
        for kill in 0..=KILLS_OF_ONE_JOURNAL {
            let mut prompt = Fed::start(folder.path(), "journal");
            prompt.say(":save saved.srl");
            let mut input = prompt.input.take().unwrap();
            if kill == KILLS_OF_ONE_JOURNAL {
                drop(input);
                assert!(prompt.child.wait().unwrap().success());
                assert_eq!(read(folder.path(), "saved.srl"), expected.model().to_script());
                break;
            }
            let after = dice.roll(9);
            let moment = Duration::from_micros(dice.roll(4_000));
            let feeder = thread::spawn(move || {
                for number in known..known + 40 {
                    if writeln!(input, "{}", statement(number)).is_err() {
                        break;
                    }
                }
                // The pipe stays open: the end of the input would end the prompt in order.
                input
            });
            let mut confirmed = 0;
            while confirmed < after {
                confirmed += u64::from(confirms(&prompt.next()));
            }
            thread::sleep(moment);
            prompt.child.kill().unwrap();
            prompt.child.wait().unwrap();
            drop(feeder.join().unwrap());
            confirmed += prompt.lines.iter().map(|line| u64::from(confirms(&line))).sum::<u64>();
            for number in known..known + usize::try_from(confirmed).unwrap() {
                assert!(!expected.enter(&statement(number), &NoFiles).is_failed());
            }
            known += usize::try_from(confirmed).unwrap();
            confirmed_ever += confirmed;
            // What has just been restarted holds all of that, and one statement more at the most.
            let restarted = model(folder.path(), "journal");
            if restarted != expected.model().to_script() {
                assert!(!expected.enter(&statement(known), &NoFiles).is_failed());
                assert_eq!(restarted, expected.model().to_script(), "{}", read(folder.path(), "journal"));
                known += 1;
            }
        }
    }
    assert!(confirmed_ever > 100, "the prompts were killed before they did anything");
}

// ---- Torn tails

#[test]
fn a_torn_end_is_left_out_and_said() {
    let folder = TempDir::new().unwrap();
    let told_inputs = ["A has power 1\n", "\"Ä ö\" has power 2, 3\n", "?x is vital if\n?x has power 2\n"];
    told(folder.path(), "whole", &told_inputs.concat());
    let whole = fs::read(folder.path().join("whole")).unwrap();
    let first_two = told(folder.path(), "two", &told_inputs[..2].concat());
    assert!(first_two.status.success());
    let before = fs::read(folder.path().join("two")).unwrap();
    assert!(whole.starts_with(&before));
    let (without, with) = (model(folder.path(), "two"), model(folder.path(), "whole"));
    for end in before.len()..=whole.len() {
        fs::write(folder.path().join("torn"), &whole[..end]).unwrap();
        let output = told(folder.path(), "torn", ":save saved.srl\nD has power 4\n");
        assert!(output.status.success());
        let says = out(&output);
        let saved = read(folder.path(), "saved.srl");
        if end == whole.len() {
            assert_eq!(saved, with);
        } else {
            assert_eq!(saved, without, "cut at {end}");
        }
        let is_torn = end > before.len() && end < whole.len();
        assert_eq!(says.contains("was not written whole"), is_torn, "cut at {end}: {says}");
        // What comes next is not joined to what was torn.
        assert!(model(folder.path(), "torn").contains("D has power 4"), "cut at {end}");
    }
    // In the middle of a character.
    fs::write(folder.path().join("torn"), &"Ä has power 1\nÄ".as_bytes()[..16]).unwrap();
    let output = told(folder.path(), "torn", ":facts\n");
    assert!(out(&output).contains("was not written whole") && out(&output).contains("Ä has power 1"), "{}", out(&output));
}

// ---- One prompt at a time

#[test]
fn two_prompts_do_not_write_one_journal() {
    let folder = TempDir::new().unwrap();
    let mut first = Fed::start(folder.path(), "journal");
    first.say("A has power 1");
    assert_eq!([first.next(), first.next()], ["+ word: has power", "+ 1 fact"]);
    let second = told(folder.path(), "journal", "C has power 1\n");
    assert_eq!(second.status.code(), Some(4));
    assert!(complaint(&second).contains("the journal `journal` is in use by another prompt"), "{}", complaint(&second));
    first.say("E has power 1");
    assert_eq!(first.next(), "+ 1 fact");
    first.leave();
    assert_eq!(model(folder.path(), "journal"), "use none\n\nA has power 1\nE has power 1\n");
}

// ---- Taking back

#[test]
fn the_journal_follows_what_is_taken_back() {
    let inputs = [
        "A has power 1",
        "?x is vital if\n?x has power ?y",
        "who is vital?",
        "as of 2026-01-01",
        ":undo 2",
        ":redo",
        "B has hosting 1",
        ":reset",
        "D has water 1",
        ":undo 2",
        ":redo 2",
        "A hsa power B",
        ":reload",
        ":undo",
        "F has water 3, 4",
        "forget F has water 4",
    ];
    for end in 1..=inputs.len() {
        let folder = TempDir::new().unwrap();
        let input = inputs[..end].join("\n");
        let output = told(folder.path(), "journal", &format!("{input}\n:save session.srl\n"));
        assert!(out(&output).contains("to session.srl"), "{}{}", out(&output), complaint(&output));
        assert_eq!(model(folder.path(), "journal"), read(folder.path(), "session.srl"), "after {}", inputs[end - 1]);
    }
}

// ---- Paths, and journals that were edited

#[test]
fn paths_in_a_journal_hold_in_every_folder() {
    let folder = TempDir::new().unwrap();
    let (here, there) = (folder.path().join("it's \"here\""), folder.path().join("there"));
    fs::create_dir(&here).unwrap();
    fs::create_dir(&there).unwrap();
    fs::write(here.join("shop.srl"), "include \"bank.srl\"\nBank has payment 7\n").unwrap();
    fs::write(here.join("bank.srl"), "Mint has money 8\n").unwrap();
    fs::write(here.join("rows.csv"), "name,amount\nMill,5\n").unwrap();
    fs::write(here.join("other.srl"), "Moon has light 9\n").unwrap();
    let import = "A has power 1\nimport \"rows.csv\" as ?name has flour ?amount";
    let output = told(&here, "../journal", &format!(":load shop.srl\n{import}\ninclude \"other.srl\"\n:save saved.srl\n"));
    assert!(output.status.success() && !out(&output).contains('×'), "{}", out(&output));
    assert_eq!(model(&there, "../journal"), read(&here, "saved.srl"));
    assert!(read(&here, "saved.srl").contains("Mint") && read(&here, "saved.srl").contains("Mill"));
    assert!(read(&here, "saved.srl").contains("Moon"));
    // What the journal has read is not read once more.
    let output = told(&here, "../journal", ":load shop.srl\ninclude \"other.srl\"\n");
    assert_eq!(out(&output).matches("has been loaded").count(), 2, "{}", out(&output));
}

#[test]
fn a_journal_is_neither_replaced_nor_read_into_itself() {
    let folder = TempDir::new().unwrap();
    let here = folder.path().canonicalize().unwrap().join("journal.csv");
    let input = format!(
        "A has power 1\n:save journal.csv\n:save {}\nB has power 2\nwho has power?\n:export journal.csv\n:load ./journal.csv\nC has power 3\n",
        here.display()
    );
    let output = told(folder.path(), "journal.csv", &input);
    assert_eq!(out(&output).matches("is the journal of this prompt").count(), 4, "{}", out(&output));
    assert_eq!(read(folder.path(), "journal.csv"), "A has power 1\nB has power 2\nC has power 3\n");
}

#[test]
fn the_exit_status_tells_how_it_went() {
    let folder = TempDir::new().unwrap();
    let status = |input: &str| told(folder.path(), "journal", input).status.code();
    assert_eq!(status("A has power 1\n"), Some(0));
    assert_eq!(status("expect A has power 2\n"), Some(1));
    assert_eq!(status("forbid ?x has power 1\n:undo\n"), Some(1));
    assert_eq!(status("A hsa power 1\nA has power 3\n"), Some(2));
    assert_eq!(status(":load gone.srl\n"), Some(2));
    assert_eq!(status(":limits max-facts 0\n?x has power ?y?\n"), Some(3));
}

#[test]
fn a_journal_may_be_written_by_hand() {
    let folder = TempDir::new().unwrap();
    let by_hand = "# Ours.\n\n## What all need.\n?x is vital\n  if ?x has power ?y\n\nA has power 1, # and\n  C\nB has a 1\n";
    fs::write(folder.path().join("journal"), by_hand).unwrap();
    let output = told(folder.path(), "journal", "who is vital?\n:undo\nD has b 1\n");
    assert!(out(&output).starts_with("3 inputs from journal\n"), "{}", out(&output));
    assert!(out(&output).contains("taken back: B has a 1"));
    let kept = by_hand.replace("B has a 1\n", "");
    assert_eq!(read(folder.path(), "journal"), format!("{kept}D has b 1\n"));
    assert!(model(folder.path(), "journal").contains("\n## What all need.\n?x is vital if ?x has power ?y\n"));
}

#[test]
fn a_journal_that_cannot_be_told_is_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    for wrong in ["A has power 1\nA hsa power C\n", "include \"gone.srl\"\n", "forget A has power 1\n"] {
        fs::write(folder.path().join("journal"), wrong).unwrap();
        let output = told(folder.path(), "journal", "D has power 1\n");
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(complaint(&output).contains("cannot be told again, and was left as it is"), "{}", complaint(&output));
        assert_eq!(read(folder.path(), "journal"), wrong);
    }
    let torn = "A hsa power B\nC ha";
    fs::write(folder.path().join("journal"), torn).unwrap();
    assert_eq!(told(folder.path(), "journal", "").status.code(), Some(2));
    assert_eq!(read(folder.path(), "journal"), torn);
    fs::write(folder.path().join("journal"), b"A has \xff 1\n").unwrap();
    let output = told(folder.path(), "journal", "");
    assert_eq!(output.status.code(), Some(4));
    assert!(complaint(&output).contains("is no journal: it is not a text in UTF-8"), "{}", complaint(&output));
}

// ---- Places where nothing can be written

#[test]
fn a_place_that_cannot_be_written_is_said() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    for journal in ["folder", "missing/journal", "/dev/full", "/dev/null"] {
        let output = told(folder.path(), journal, "A has power 1\n");
        assert_eq!(output.status.code(), Some(4), "{journal}: {}{}", out(&output), complaint(&output));
        assert!(complaint(&output).contains(&format!("the journal `{journal}` ")), "{}", complaint(&output));
        assert!(!out(&output).contains("+ 1 fact"));
    }
    let locked = folder.path().join("locked");
    fs::write(&locked, "A has power 1\n").unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o444)).unwrap();
    if fs::File::options().append(true).open(&locked).is_ok() {
        return; // Somebody to whom nothing is forbidden.
    }
    let output = told(folder.path(), "locked", "C has power 1\n");
    assert_eq!(output.status.code(), Some(4));
    assert!(complaint(&output).contains("the journal `locked` cannot be opened"), "{}", complaint(&output));
}

/// A disk that is full in the middle: what could not be written does not hold.
#[test]
fn what_could_not_be_written_does_not_hold() {
    let folder = TempDir::new().unwrap();
    // No file may grow beyond one block of 512 or 1024 bytes; the signal that says so is ignored.
    let script = format!("trap '' XFSZ; ulimit -f 1; exec '{}' repl --vocabulary none --journal journal", env!("CARGO_BIN_EXE_srl"));
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(folder.path()).env("HOME", folder.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let input = (0..60).map(|number| format!("Plant-{number} has power 1")).collect::<Vec<_>>().join("\n");
    child.stdin.take().unwrap().write_all(format!("{input}\n:facts\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let says = out(&output);
    let confirmed = says.lines().filter(|line| *line == "+ 1 fact").count();
    assert!(says.contains("the journal could not be written, so this does not hold"), "{says}{}", complaint(&output));
    assert!((1..60).contains(&confirmed), "{says}");
    let listed = says.lines().filter(|line| line.ends_with(" has power 1")).collect::<Vec<_>>();
    assert_eq!(listed.len(), confirmed);
    assert_eq!(model(folder.path(), "journal").lines().skip(2).collect::<Vec<_>>(), listed);
}
