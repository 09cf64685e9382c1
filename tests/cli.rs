//! The command itself: transcripts in `tests/cli/*.trycmd` with output and exit status, and input that no file should hold.
//! `TRYCMD=overwrite cargo test --test cli` writes the transcripts anew.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads files, and fails if it cannot go on")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .case("tests/cli/*.trycmd")
        .case("README.md")
        .case("docs/checks.md")
        .case("docs/performance.md")
        .case("docs/scenarios.md")
        .case("docs/why.md");
}

/// Runs `srl run -` with this on its standard input.
fn run_standard_input(input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_srl"))
        .args(["run", "-", "--color", "never"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}

/// The code of the first problem that is shown.
fn first_code(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn standard_input_is_a_script() {
    let output = run_standard_input(b"A provides power to B\nwho provides power to whom?\n");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "who provides power to whom?\n  provider  consumer\n  ───────── ─────────\n  A         B\n  (1 answer)\n"
    );
    assert!(output.status.success());
}

#[test]
fn problems_are_coloured_where_that_is_asked_for() {
    let is_coloured = |when: &str| {
        let arguments = ["run", "tests/cli/files/slip.srl", "--color", when];
        Command::new(env!("CARGO_BIN_EXE_srl")).args(arguments).output().unwrap().stderr.contains(&b'\x1b')
    };
    assert!(is_coloured("always"));
    assert!(!is_coloured("never"));
    assert!(!is_coloured("auto"), "nobody sees colours in a pipe");
}

#[test]
fn no_input_brings_it_down() {
    let nested = format!("?x is y if {}?x is z{}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(first_code(&run_standard_input(nested.as_bytes())), "E0110");
    assert_eq!(first_code(&run_standard_input("(".repeat(100_000).as_bytes())), "E0110");
    assert_eq!(first_code(&run_standard_input(format!("?x is y if {}?x is z", "not ".repeat(100_000)).as_bytes())), "E0117");
    let long_line = format!("A provides {} to B", "x".repeat(10_000_000));
    assert_eq!(first_code(&run_standard_input(long_line.as_bytes())), "E0111");
    assert_eq!(first_code(&run_standard_input("\"".repeat(10_000_000).as_bytes())), "E0111");
    let many = (0..50_000).map(|number| format!("?x is z{number}")).collect::<Vec<_>>().join(" and ");
    assert_eq!(first_code(&run_standard_input(format!("?x is y if {many}").as_bytes())), "E0310");
    let names = (0..2_000).map(|number| format!("x{number}")).collect::<Vec<_>>().join(", ");
    assert_eq!(first_code(&run_standard_input(format!("{names} provides {names} to {names}").as_bytes())), "E0217");
}

#[test]
fn random_bytes_get_an_error() {
    // A linear congruential generator (Knuth's MMIX constants): the same bytes in every run.
    let mut state = 1_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    let bytes: Vec<u8> = (0..1_000_000).map(|_| byte()).collect();
    assert_eq!(first_code(&run_standard_input(&bytes)), "E0101");
    let ascii: Vec<u8> = (0..1_000_000).map(|_| byte() & 0x7f).collect();
    let output = run_standard_input(&ascii);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        output.stderr.iter().all(|&byte| byte >= b' ' || matches!(byte, b'\n' | b'\t' | b'\r')),
        "control characters reach the terminal"
    );
}

#[test]
fn explain_shows_the_page_and_lists_all() {
    let explain = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_srl")).arg("explain").args(arguments).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(explain(&["e0311"]), include_str!("../docs/errors/E0311.md"));
    let list = explain(&[]);
    assert!(list.lines().count() > 60 && list.contains("\nE0201: "), "{list}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let script: String =
        (0..20_000).map(|number| format!("A provides s{number} to B\n")).chain(["what does A provide?\n".to_owned()]).collect();
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_srl")).args(["run", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Runs `srl test` in a folder; standard output and exit status.
fn test_in(folder: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_srl")).arg("test").args(arguments).current_dir(folder).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

#[test]
fn the_junit_report_holds_a_case_for_each_check() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "a.srl",
        "A provides power to B\nexpect A is a provider\nexpect who relies on A: \"<\u{1b}[31m&]]>\"\nforbid ?x relies on A\nwarn ?x relies on A\n",
    );
    write("b.srl", "A provides power to B\nforget B provides power to A\nexpect A is a provider\n");
    write("c.srl", "A provdes power to B\n");
    write("d.srl", "A provides power to B\n");
    let (_, status) = test_in(folder.path(), &[".", "nowhere.srl", "--junit", "results.xml"]);
    assert_eq!(status, Some(4));
    let text = std::fs::read_to_string(folder.path().join("results.xml")).unwrap();
    let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (7, 2, 3, 1), "{text}");
    let names: Vec<_> = report.test_suites.iter().map(|suite| (suite.name.as_str(), suite.tests)).collect();
    assert_eq!(names, [("a.srl", 3), ("b.srl", 2), ("c.srl", 1), ("d.srl", 0), ("nowhere.srl", 1)]);
    let cases = &report.test_suites[0].test_cases;
    assert_eq!(cases[0].name.as_str(), "line 2: expect A is a provider");
    assert_eq!(cases[0].status, quick_junit::TestCaseStatus::success());
    let quick_junit::TestCaseStatus::NonSuccess { message: Some(message), ty: Some(code), description: Some(drawn), .. } = &cases[1].status
    else {
        unreachable!("{text}")
    };
    assert_eq!(code.as_str(), "E0603");
    // What would control a terminal is gone, what would be XML is text.
    assert!(message.starts_with("`who relies on A` has other answers: missing: \"<&]]>\"; unexpected: B"), "{message:?}");
    assert!(drawn.contains("expected here"), "{drawn:?}");
    assert!(text.contains("&lt;") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_report_that_cannot_be_written_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.srl"), "A provides power to B\nexpect A is a provider\n").unwrap();
    std::fs::create_dir(folder.path().join("results.xml")).unwrap();
    assert_eq!(test_in(folder.path(), &["a.srl", "--junit", "results.xml"]).1, Some(4));
    // The script is not lost to somebody who forgets to name the report.
    assert_eq!(test_in(folder.path(), &["--junit", "a.srl", "."]).1, Some(2));
    let mut names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.srl", "results.xml"]);
}

#[test]
fn a_folder_without_scripts_is_said_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("notes")).unwrap();
    std::fs::write(folder.path().join("notes/plan.txt"), "expect nothing").unwrap();
    let (text, status) = test_in(folder.path(), &["notes"]);
    assert!(text.ends_with("There is no `.srl` file in `notes`, so nothing was tested.\n"), "{text}");
    assert_eq!(status, Some(0));
}

#[test]
fn a_name_does_not_control_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.srl"), "expect not \"\u{1b}[2J\" is a provider\n").unwrap();
    let (text, status) = test_in(folder.path(), &["a.srl"]);
    assert!(text.starts_with("PASS  a.srl:1  expect not \"?[2J\" is a provider\n"), "{text}");
    assert_eq!(status, Some(0));
}

/// Runs `srl fmt` in a folder, with this on its standard input.
fn run_fmt(folder: &Path, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_srl"))
        .arg("fmt")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn fmt_rewrites_what_changes_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(path("inner/.hidden")).unwrap();
    let files = [
        ("a.srl", "A  provides x to B .\r\n", "A provides x to B\n"),
        ("inner/b.srl", "\u{feff}who provides what ?", "who provides what?\n"),
        ("inner/broken.srl", "A  provides x to\n", "A  provides x to\n"),
        ("inner/other.txt", "A  provides x to B\n", "A  provides x to B\n"),
        ("inner/.hidden/c.srl", "A  provides x to B\n", "A  provides x to B\n"),
    ];
    for (name, before, _) in files {
        std::fs::write(path(name), before).unwrap();
    }
    let (status, out, err) = run_fmt(folder.path(), &["--check", "."], "");
    assert_eq!((status, out.matches("+++").count()), (Some(2), 2), "{err}");
    assert!(files.iter().all(|(name, before, _)| std::fs::read(path(name)).unwrap() == before.as_bytes()));

    let (status, out, err) = run_fmt(folder.path(), &["."], "");
    assert_eq!((status, out.as_str()), (Some(2), ""));
    assert!(err.contains("E0103") && err.ends_with("1 error\n"), "{err}");
    for (name, _, after) in files {
        assert_eq!(std::fs::read_to_string(path(name)).unwrap(), after, "{name}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    assert_eq!(run_fmt(folder.path(), &["a.srl", "inner/b.srl"], ""), (Some(0), String::new(), String::new()));
    assert_eq!(run_fmt(folder.path(), &["a.srl", "nowhere.srl"], "").0, Some(4));
}

#[cfg(unix)]
#[test]
fn fmt_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("a.srl"), folder.path().join("link.srl"));
    std::fs::write(&file, "A  provides x to B\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&file, &link).unwrap();
    assert_eq!(run_fmt(folder.path(), &["link.srl"], "").0, Some(0));
    assert!(link.is_symlink());
    assert_eq!(std::fs::read(&file).unwrap(), b"A provides x to B\n");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn fmt_passes_standard_input_on() {
    let here = Path::new(".");
    assert_eq!(run_fmt(here, &["-"], "A  provides x to B"), (Some(0), "A provides x to B\n".to_owned(), String::new()));
    assert_eq!(run_fmt(here, &["-"], "A provides x to B\n").1, "A provides x to B\n");
    let (status, out, err) = run_fmt(here, &["-"], "A  provides x to");
    assert_eq!((status, out.as_str()), (Some(2), ""));
    assert!(err.contains("E0103"), "{err}");
    let (status, out, _) = run_fmt(here, &["--check", "-"], "A provides x to B # \u{1b}[31m\u{85}");
    assert_eq!(status, Some(1));
    assert!(out.contains("␛[31m") && !out.contains(['\u{1b}', '\u{85}']), "{out}");
    assert_eq!(run_fmt(here, &["--check", "-"], "A provides x to B\n"), (Some(0), String::new(), String::new()));
}

/// Ctrl-C stops what is computed, with its error and with the status that shells know.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_in_order() {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::time::{Duration, Instant};

    for command in [&["run", "--keep-going"][..], &["ask", "-q", "?a is a candidate and ?b is a candidate?"], &["test", "--keep-going"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_srl"))
            .args(command)
            .args(["--time", "--color", "never", "tests/cli/files/endless.srl"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        if command[0] == "run" {
            // The first question has been answered; the second one takes longer than anybody waits.
            errors.read_line(&mut said).unwrap();
            assert!(said.ends_with(" s  A1 is a candidate?\n"), "{said}");
        }
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < Duration::from_mins(3), "{command:?}");
            std::thread::sleep(Duration::from_millis(500));
            Command::new("sh").args(["-c", &format!("kill -INT {} 2>&1", child.id())]).output().unwrap();
        }
        let status = child.wait().unwrap();
        errors.read_to_string(&mut said).unwrap();
        assert_eq!(status.code(), Some(130), "{command:?}: {said}");
    }
}
