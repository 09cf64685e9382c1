//! `srl learn` as learners, authors and teachers use it: in folders of their own.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads and writes files, and fails if it cannot go on")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Exit status, standard output and standard error.
fn srl(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_srl")).args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn fixtures() -> String {
    format!("{}/tests/lessons/pack", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_learner_goes_on_from_command_to_command() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let (status, begun, _) = srl(here, &["learn"]);
    assert_eq!(status, 0);
    assert!(begun.contains("1 of ") && begun.contains("Your file: srl-exercises/01-first-sentence.srl"), "{begun}");
    let file = here.join("srl-exercises/01-first-sentence.srl");
    assert!(file.exists() && here.join("srl-exercises/.srl-progress").exists());

    let (status, text, _) = srl(here, &["learn", "check"]);
    assert_eq!((status, text.contains("as it was at the start")), (1, true), "{text}");

    fs::write(&file, "C provides hosting to B\n").unwrap();
    let (status, text, _) = srl(here, &["learn", "check"]);
    assert_eq!(status, 1);
    assert!(text.contains("NOT YET  SRL knows who provides hosting to whom\n         1 answer too many, 1 missing.\n"), "{text}");
    let (_, first, _) = srl(here, &["learn", "hint"]);
    assert_eq!(first, "With your sentences `who provides what to whom?` is answered:\n    C, hosting, B\n");
    let (_, second, _) = srl(here, &["learn", "hint"]);
    assert!(second.starts_with("The arrow points the other way"), "{second}");

    fs::write(&file, "B provdes hosting to C\n").unwrap();
    let (status, text, problem) = srl(here, &["learn", "check"]);
    assert_eq!((status, text.contains("could not read")), (2, true), "{text}");
    assert!(problem.contains("did you mean `provides`?"), "{problem}");

    fs::write(&file, "C consumes hosting from B\n").unwrap();
    let (status, text, _) = srl(here, &["learn", "check"]);
    assert_eq!(status, 0);
    assert!(text.contains("It can also be said like this:\n    B provides hosting to C\n"), "{text}");

    let (_, text, _) = srl(here, &["learn", "next"]);
    assert!(text.contains("Your file: srl-exercises/"), "{text}");
    let (_, list, _) = srl(&here.join("srl-exercises"), &["learn", "list"]);
    assert!(list.contains("done      1. A first sentence\n") && list.contains("(you are here)"), "{list}");
    let (status, text, _) = srl(here, &["learn", "verify"]);
    assert_eq!((status, text.contains("PASS      1. A first sentence\n")), (1, true), "{text}");

    let (_, text, _) = srl(here, &["learn", "reset", "1"]);
    assert!(text.contains("01-first-sentence.old.srl"), "{text}");
    assert_eq!(fs::read_to_string(here.join("srl-exercises/01-first-sentence.old.srl")).unwrap(), "C consumes hosting from B\n");
    assert!(srl(here, &["learn", "list"]).1.contains("done      1. A first sentence"), "what was solved stays solved");
    assert_eq!(srl(here, &["learn", "check", "no-such"]).0, 2);
}

#[test]
fn a_file_is_checked_when_it_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_srl"))
        .args(["learn", "--folder", "mine"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let start = Instant::now();
    let mut until = |wanted: &str| {
        let mut seen = String::new();
        while !seen.contains(wanted) {
            assert!(start.elapsed() < Duration::from_mins(5), "{seen}");
            seen = seen + &lines.next().unwrap().unwrap() + "\n";
        }
        seen
    };
    until("task  hint  next");
    let file = folder.path().join("mine/01-first-sentence.srl");
    fs::write(&file, "B provides Hosting to C\n").unwrap();
    until("`hint` helps");
    writeln!(stdin, "hint").unwrap();
    until("B, Hosting, C");
    fs::write(&file, "B provides hosting to C\n").unwrap();
    let seen = until("exercises are done");
    assert!(seen.contains("PASS"), "{seen}");
    writeln!(stdin, ":next").unwrap();
    until("2 of ");
    writeln!(stdin, "quit").unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_pack_of_ones_own_is_shared_without_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    assert_eq!(srl(here, &["learn", "new-pack", "mine"]).0, 0);
    assert_eq!(srl(here, &["learn", "new-pack", "mine"]).0, 4, "nothing is written over");
    let (status, text, _) = srl(here, &["learn", "verify-pack", "mine"]);
    assert_eq!((status, text.ends_with("1 exercise: 0 faults to mend, 0 remarks to look at.\n")), (0, true), "{text}");
    fs::write(
        here.join("mine/01-first.key"),
        fs::read_to_string(here.join("mine/01-first.key")).unwrap().replace("tea to Office", "tea to Offices"),
    )
    .unwrap();
    let (status, text, _) = srl(here, &["learn", "verify-pack", "mine"]);
    assert_eq!((status, text.contains("MEND  mine/01-first.")), (1, true), "{text}");

    let (status, text, _) = srl(here, &["learn", "build-pack", &fixtures(), "shared"]);
    assert_eq!(status, 0, "{text}");
    assert_eq!(srl(here, &["learn", "build-pack", &fixtures(), "shared"]).0, 4, "what lies there might be a key");
    let shared = fs::read_to_string(here.join("shared/01-long-reach.exercise")).unwrap();
    assert!(!shared.contains("?x depends on ?z") && shared.contains("Sealed reach:"), "{shared}");
    assert!(!fs::read_dir(here.join("shared")).unwrap().any(|entry| entry.unwrap().path().extension().is_some_and(|own| own == "key")));

    // So it is in the folder of somebody who begins with the pack itself.
    let (status, _, told) = srl(here, &["learn", "--folder", "direct", "--pack", &fixtures(), "task", "1"]);
    assert_eq!((status, told.contains("Each solution of the pack is run")), (0, true), "{told}");
    for folder in ["direct", "direct/.srl-pack", "shared"] {
        for entry in fs::read_dir(here.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = if path.is_file() { fs::read_to_string(&path).unwrap() } else { String::new() };
            let is_key = path.extension().is_some_and(|own| own == "key") || text.contains("Solution") || text.contains("Wrong ");
            // What checks of models are compared with is no answer, and stands in the exercise.
            let text = if path.ends_with("07-break-it.exercise") { String::new() } else { text };
            assert!(!is_key && !text.contains("?x depends on ?z"), "{}: {text}", path.display());
        }
    }

    // Everything works without the key: counterexample, message, and the verdict on a solution.
    let learn = |action: &[&str]| srl(here, &[&["learn", "--folder", "work"], action].concat());
    assert_eq!(srl(here, &["learn", "--folder", "work", "--pack", "shared", "task", "1"]).0, 0);
    let file = here.join("work/01-long-reach.srl");
    fs::write(&file, "?x depends on ?y if ?y provides something to ?x\n?x depends on ?z if ?y provides something to ?x and ?z provides something to ?y\n").unwrap();
    let (status, text, _) = learn(&["check"]);
    assert_eq!(status, 1);
    assert!(text.contains("It finds too little. It is right in "), "{text}");
    assert!(learn(&["hint"]).1.contains("With the given sentences and yours"));
    assert!(learn(&["hint"]).1.starts_with(
        "This finds providers of providers, and not one step further.
"
    ));
    fs::write(
        &file,
        "?x depends on ?y if ?y provides something to ?x\n?x depends on ?z if ?y provides something to ?x and ?y depends on ?z\n",
    )
    .unwrap();
    let (status, text, _) = learn(&["check"]);
    assert_eq!((status, text.contains("All visible checks pass (2). A teacher who grades this runs 1 more.")), (0, true), "{text}");
}

#[test]
fn a_class_is_graded_whatever_it_hands_in() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("secret.srl"), "B provides streaming to C\nA provides servers to B\n").unwrap();
    let hand_in = |student: &str, file: &str, text: &str| {
        fs::create_dir_all(here.join("class").join(student)).unwrap();
        fs::write(here.join("class").join(student).join(file), text).unwrap();
    };
    let two_steps = "?x depends on ?y if ?y provides something to ?x\n?x depends on ?z if ?y provides something to ?x and ?z provides something to ?y\n";
    hand_in(
        "ann",
        "01-Long-Reach.SRL",
        "\u{feff}?x depends on ?y if ?y provides something to ?x\r\n?x depends on ?z if ?x depends on ?y and ?y depends on ?z\r\n",
    );
    hand_in("ann", ".srl-progress", "srl-progress 1  pack fixtures 1\nlong-reach  open  task=0  attempts=4  hints=2\n");
    hand_in("ben", "01-long-reach.srl", two_steps);
    hand_in("cem", "long-reach.srl", &two_steps.replace("?y", "?via"));
    hand_in("=cmd()", "02-mend.srl", "include \"../../secret.srl\"\n");
    hand_in("eve", "01-long-reach.srl", "?x depends on ?y if ?y provides something to ?x # \u{1b}[2J\n\"\u{1b}[31m\" provides x to B\n");
    hand_in("eve", "02-mend.srl", "import \"/etc/passwd\" as ?a provides ?b to ?c\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink(here.join("secret.srl"), here.join("class/eve/03-both-hats.srl")).unwrap();
    hand_in("eve", "04-guess.srl", &"(".repeat(2_000_000));
    let (status, text, problem) = srl(here, &["learn", "grade", "class", "--key", &fixtures(), "--out", "out", "--max-time", "3600"]);
    assert_eq!(status, 0, "{text}{problem}");
    assert!(!text.contains('\u{1b}'));
    let read = |name: &str| fs::read_to_string(here.join("out").join(name)).unwrap();

    let json: serde_json::Value = serde_json::from_str(&read("results.json")).unwrap();
    let of = |student: &str, exercise: usize| {
        let students = json["students"].as_array().unwrap();
        students.iter().find(|own| own["student"] == student).unwrap()["exercises"][exercise].clone()
    };
    assert_eq!((of("ann", 0)["status"].as_str(), of("ann", 0)["score_hundredths"].as_u64()), (Some("pass"), Some(10_000)));
    assert_eq!(of("ann", 1)["status"], "missing");
    assert_eq!(of("ben", 0)["known_wrong"], "stops-at-two");
    assert_eq!(of("ben", 0)["signature"], of("cem", 0)["signature"], "they mean the same");
    let hidden = of("ben", 0)["checks"].as_array().unwrap().iter().filter(|check| check["hidden"] == true).count();
    assert_eq!(hidden, 1);
    assert_eq!(of("=cmd()", 1)["status"], "could not read", "no file outside of the folder is read");
    assert_eq!(of("eve", 1)["status"], "could not read");
    if cfg!(unix) {
        assert_eq!(
            (of("eve", 2)["status"].as_str(), of("eve", 2)["reason"].as_str()),
            (Some("could not read"), Some("it is not an ordinary file"))
        );
    }
    assert_eq!(of("eve", 3)["reason"].as_str().map(|reason| reason.contains("larger than a mebibyte")), Some(true));

    assert_eq!((of("ann", 0)["attempts"].as_u64(), of("ann", 0)["hints"].as_u64()), (Some(4), Some(2)));
    assert_eq!(of("ben", 0)["attempts"], serde_json::Value::Null);

    let csv = read("results.csv");
    assert!(csv.contains("\r\n'=cmd(),mend,") && !csv.contains("\r\n=cmd"), "{csv}");
    assert!(read("results-wide.csv").starts_with("student,long-reach,mend,both-hats,guess,because,two-models,break-it,ranked,total\r\n"));
    let junit = read("results.xml");
    assert!(junit.contains("<testsuite name=\"ann\"") && !junit.contains('\u{1b}'), "{junit}");
    let gradescope: serde_json::Value = serde_json::from_str(&read("gradescope/ben.json")).unwrap();
    let tests = gradescope["tests"].as_array().unwrap();
    assert!(tests.iter().any(|test| test["visibility"] == "after_due_date" && test["status"] == "failed"), "{gradescope}");
    let report = read("class.md");
    assert!(report.contains("2 with the same meaning – stops-at-two: ben, cem"), "{report}");
    assert!(!report.contains('\u{1b}'));

    let (status, shown, _) = srl(here, &["learn", "grade", "class/ann", "--key", &fixtures()]);
    assert_eq!((status, shown.starts_with("# What the tests check with: 1 learners")), (0, true), "{shown}");
}

#[test]
fn what_the_teacher_gives_by_hand_counts() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir_all(here.join("class/ben")).unwrap();
    fs::write(here.join("class/ben/01-long-reach.srl"), "?x depends on ?y if ?y provides something to ?x\n").unwrap();
    let grade = |table: &str| {
        fs::write(here.join("marks.csv"), table).unwrap();
        srl(here, &["learn", "grade", "class", "--key", &fixtures(), "--out", "out", "--overrides", "marks.csv"])
    };
    let (status, text, problem) = grade("student,exercise,score,reason\r\nben,long-reach,87.5,\"=half, told me\"\r\n");
    assert_eq!(status, 0, "{text}{problem}");
    let read = |name: &str| fs::read_to_string(here.join("out").join(name)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read("results.json")).unwrap();
    let long_reach = &json["students"][0]["exercises"][0];
    assert_eq!((long_reach["score_hundredths"].as_u64(), long_reach["by_hand"]["reason"].as_str()), (Some(8_750), Some("=half, told me")));
    assert!(read("results.csv").contains("ben,long-reach,") && read("results.csv").contains(",87.50,100.00,"), "{}", read("results.csv"));
    assert!(read("results.csv").contains("\"'=half, told me\""), "{}", read("results.csv"));
    assert!(read("results-wide.csv").contains("ben,87.50,"), "{}", read("results-wide.csv"));
    assert!(read("class.md").contains("By hand for ben: 87.50, =half, told me"), "{}", read("class.md"));
    let gradescope: serde_json::Value = serde_json::from_str(&read("gradescope/ben.json")).unwrap();
    assert_eq!(gradescope["tests"][0]["score"].as_f64(), Some(87.5), "{gradescope}");
    assert!(read("results.xml").contains("by hand: 87.50 of 100"), "{}", read("results.xml"));
    for (table, says) in [
        ("student,exercise,score,reason\nbob,long-reach,1,x\n", "line 2: there is no learner `bob`"),
        ("student,exercise,score,reason\nben,short-reach,1,x\n", "line 2: there is no exercise `short-reach`"),
        ("student,exercise,score,reason\nben,long-reach,101,x\n", "line 2: `101` is no score from 0 to 100"),
        ("student,exercise,score\nben,long-reach,1\n", "there is no column `reason`"),
    ] {
        let (status, _, problem) = grade(table);
        assert_eq!((status, problem.contains(says)), (4, true), "{problem}");
    }
}

#[test]
fn a_file_that_takes_too_long_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let many = (1..=60).map(|number| format!("n{number} has weight {number}")).collect::<Vec<_>>().join("\n");
    // Sixty to the power of five sums, and none is right.
    let slow = "\n?n is balanced if ?n has weight ?v and ?o has weight ?w and ?p has weight ?x and ?q has weight ?y \
        and ?r has weight ?z and ?v + ?w + ?x + ?y + ?z = 0.5\nexpect who is balanced: nobody\n";
    fs::create_dir_all(here.join("class/eve")).unwrap();
    fs::write(here.join("class/eve/04-guess.srl"), many + slow).unwrap();
    let (status, text, _) = srl(here, &["learn", "grade", "class", "--key", &fixtures(), "--max-time", "1"]);
    assert_eq!((status, text.contains("could not read: E0411")), (0, true), "{text}");
}
