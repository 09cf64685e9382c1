//! The exercises: the course that comes with the program and a pack of fixtures are verified, and what learners are told is looked at.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads the project's own files, and fails if it cannot")]

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use srl::lessons::{Exercise, Pack, Report, Verdict, Verification, course, course_files, echo, feedback, judge, verify, verify_exercise};
use srl::{Interrupt, Source};

fn fixtures() -> Pack {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lessons/pack");
    Pack::read(|name| std::fs::read_to_string(folder.join(name)).ok()).unwrap()
}

fn judged(exercise: &Exercise, text: &str) -> Report {
    judge(exercise, &Source::new("answer.srl", text), false, &Interrupt::default()).unwrap()
}

fn hints(exercise: &Exercise, text: &str) -> Vec<String> {
    let report = judged(exercise, text);
    feedback::hints(exercise, &Source::new("answer.srl", text), &report, 0, &Interrupt::default())
}

#[test]
fn the_course_is_right() {
    let pack = course().unwrap();
    let next = AtomicUsize::new(0);
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < pack.exercises.len());
    let look = |number: usize| {
        shares_no_key(&pack, &pack.exercises[number]);
        verify_exercise(&pack, number, &Interrupt::default())
    };
    let work = || std::iter::from_fn(take).map(look).collect::<Vec<_>>();
    let found: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..thread::available_parallelism().map_or(1, usize::from)).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(found.len(), pack.exercises.len());
    let verification = Verification::of(&pack, found);
    assert!(verification.faults.is_empty(), "{:#?}", verification.faults);
    assert!(verification.remarks.is_empty(), "{:#?}", verification.remarks);
}

/// What learners get of an exercise holds no line of a solution or of a known mistake that does not stand in the exercise itself.
fn shares_no_key(pack: &Pack, exercise: &Exercise) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/exercises");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    let own = text(&format!("{}.exercise", exercise.file)).unwrap();
    let alone = Pack { exercises: vec![exercise.clone()], ..pack.clone() };
    let shared = alone.share(text, &Interrupt::default()).unwrap();
    let answers = exercise.solutions.iter().map(|(_, text)| text).chain(exercise.wrongs.iter().map(|wrong| &wrong.answer));
    for line in answers.flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty() && !own.contains(line.trim())) {
        assert!(shared.iter().all(|(name, text)| !name.contains(".key") && !text.contains(line)), "{}: {line}", exercise.id);
    }
    // It can be read, and what solves the exercise still does.
    let shared = Pack::read(|name| {
        if name == "pack" {
            Some(format!("Pack one 1: One\nExercises:\n| {}\n", exercise.file))
        } else {
            shared.iter().find(|(own, _)| own == name).map(|(_, text)| text.clone())
        }
    })
    .unwrap();
    let report = judged(&shared.exercises[0], &exercise.solutions[0].1);
    assert_eq!(report.verdict, Verdict::Passed, "{}", exercise.id);
}

#[test]
fn the_fixtures_are_right() {
    let verification = verify(&fixtures(), &Interrupt::default());
    assert!(verification.faults.is_empty(), "{:#?}", verification.faults);
}

#[test]
fn every_file_of_the_course_is_listed_in_its_pack() {
    let mut files: Vec<_> = course_files().map(str::to_owned).collect();
    files.sort();
    let listed = course().unwrap().exercises.into_iter().flat_map(|own| [format!("{}.exercise", own.file), format!("{}.key", own.file)]);
    let mut listed: Vec<_> = listed.chain(["pack".to_owned()]).collect();
    listed.sort();
    assert_eq!(files, listed, "list the exercise in examples/exercises/pack");
}

#[test]
fn the_smallest_world_that_differs_is_shown_with_the_own_answer_alone() {
    let pack = fixtures();
    let exercise = pack.find("long-reach").unwrap();
    let two_steps = "?x depends on ?y if ?y provides something to ?x\n\
        ?x depends on ?z if ?y provides something to ?x and ?z provides something to ?y\n";
    let report = judged(exercise, two_steps);
    let reach = &report.findings[1];
    assert!(report.findings[0].passes && !reach.passes);
    let first = reach.first.as_ref().unwrap();
    assert_eq!(first.world.facts, None, "the given chain of four is looked at first");
    assert_eq!(first.missing, 1);
    assert_eq!(report.known.as_ref().unwrap().0, "stops-at-two");
    let hints = hints(exercise, two_steps);
    assert!(hints[0].contains("`who depends on whom?`"), "{hints:?}");
    assert!(!hints[0].contains("D, A"), "the missing answer is not given away: {hints:?}");
    assert!(hints[1].contains("not one step further"), "{hints:?}");
}

#[test]
fn a_world_without_loops_comes_first_where_the_given_facts_show_nothing() {
    let pack = fixtures();
    let exercise = pack.find("both-hats").unwrap();
    let report = judged(exercise, "who is a provider?");
    let first = report.findings[0].first.as_ref().unwrap();
    assert_eq!((first.world.facts.as_deref(), first.unwanted.len()), (None, 1));
    // In the given facts everybody who is a consumer of streaming is C; elsewhere it is not.
    let report = judged(exercise, "?x provides streaming to someone and ?x consumes something from someone?");
    let first = report.findings[0].first.as_ref().unwrap();
    assert_eq!(first.world.facts.as_deref(), Some("A provides hosting to B\nB provides hosting to C\n"));
}

#[test]
fn another_way_to_say_it_passes() {
    let pack = fixtures();
    let exercise = pack.find("long-reach").unwrap();
    let left_handed = "?c depends on ?p if ?c consumes something from ?p\n\
        ?x depends on ?y if ?x depends on ?z and ?y provides something to ?z";
    assert_eq!(judged(exercise, left_handed).verdict, Verdict::Passed);
    let hats = pack.find("both-hats").unwrap();
    assert_eq!(judged(hats, "?b provides something to ?c and ?a provides something to ?b?").verdict, Verdict::NotYet);
    assert_eq!(judged(hats, "find ?b where ?b provides something to ?c and ?a provides something to ?b").verdict, Verdict::Passed);
}

#[test]
fn a_rule_that_names_somebody_is_found_out() {
    let pack = fixtures();
    let exercise = pack.find("long-reach").unwrap();
    let base = "?x depends on ?y if ?y provides something to ?x\n?x depends on ?z if ?x depends on ?y and ?y depends on ?z\n";
    for name in ["A", "B", "C"] {
        let rule = base.replace("if ?y provides something to ?x", &format!("if ?y provides something to ?x and ?y != {name}"));
        assert_eq!(judged(exercise, &rule).verdict, Verdict::NotYet, "{name}");
    }
}

#[test]
fn the_own_sentence_at_fault_is_named() {
    let pack = course().unwrap();
    let exercise = pack.find("three-links").unwrap();
    let text = "A provides servers to B\nB provides streaming to C\nC provides training to D\n\nB provides mail to A\n";
    let hints = hints(exercise, text);
    assert!(hints.iter().any(|hint| hint.contains("line 5") && hint.contains("B provides mail to A")), "{hints:?}");
}

#[test]
fn a_pack_with_faults_is_told_of_each() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lessons/pack");
    let faults = |file: &str, from: &str, to: &str| {
        let pack = Pack::read(|name| {
            let text = std::fs::read_to_string(folder.join(name)).ok()?;
            Some(match name {
                "pack" => "Pack one 1: One\nExercises:\n| 02-mend\n".to_owned(),
                _ if name == file => {
                    assert!(text.contains(from), "{name}");
                    text.replacen(from, to, 1)
                }
                _ => text,
            })
        });
        let faults = match pack {
            Ok(pack) => verify(&pack, &Interrupt::default()).faults,
            Err(faults) => faults,
        };
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let (exercise, key) = ("02-mend.exercise", "02-mend.key");
    assert_eq!(faults(exercise, "Mend the model", "Mend it"), "");
    for (file, from, to, says) in [
        (exercise, "Exercise mend", "Exercise Mend", "the exercise is `Mend`"),
        (exercise, "Level: 1", "Level: 11", "the levels are 1 to 10"),
        (exercise, "C provides streaming to B", "B provides streaming to C", "nothing is left to do"),
        (exercise, "C provides streaming to B", "C streams for B", "the start cannot be read"),
        (exercise, "who provides streaming to C: B", "who provides streaming to C: A", "is not so with the solution `main`"),
        (exercise, "Mend that one.", "Simply mend it.", "makes those feel small"),
        (exercise, "changes at most 1", "changes at most one", "there is no check `changes at most one`"),
        (exercise, "Example:", "Exampel:", "there is no heading `Exampel`"),
        (exercise, "Mend that one.", "Write: B provides streaming to C", "gives a sentence of a solution away"),
        (exercise, "Level: 1", "Level: 1\nNeeds: other", "which does not come before it"),
        (key, "B provides streaming to C", "?x is free if ?x is a provider", "which is of level 5"),
        (key, "B provides streaming to C", "B provides streaming to D", "is not so with the solution"),
        (key, "fails small", "fails model", "is said to fail model, and fails small"),
        (key, "(both)", "(too much)", "finds both in `model`, not too much"),
        (key, "fails small", "fails smal", "which is not there"),
        (key, "You turned the sentence that was right.", "", "has no `Says:`"),
    ] {
        let told = faults(file, from, to);
        assert!(told.contains(says), "{from} → {to}: {told}");
    }
}

#[test]
fn a_slip_that_passes_is_listed_with_the_model_that_tells_it_apart() {
    let text = |name: &str| {
        Some(match name {
            "pack" => "Pack one 1: One\nExercises:\n| free\n",
            "free.exercise" => {
                "Exercise free: Free\nLevel: 7\nTask:\n| Ask for the providers that consume nothing.\nGiven:\n| A provides hosting to B\n\
                 Start:\n| # Your question:\nExample:\n| expect who is a provider: A\n\
                 Check free \"The question finds them\": same question 1\n"
            }
            "free.key" => {
                "Key free:\nSolution main:\n| find ?x where ?x is a provider and not ?x is a consumer\n\
                 Wrong other: fails free\n| who is a consumer?\nSays:\n| They consume.\n"
            }
            _ => return None,
        }
        .to_owned())
    };
    let remarks = verify(&Pack::read(text).unwrap(), &Interrupt::default()).remarks;
    let told = remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(told.contains("with a condition left out passes, too: find ?x where ?x is a provider; "), "{told}");
    assert!(told.contains("tells it apart in the model `A provides hosting to B, B provides hosting to C`"), "{told}");
    assert!(told.contains("with a `not` put in") || !told.contains("not ?x is a provider and"), "{told}");
}

#[test]
fn a_rule_at_fault_is_looked_for_among_those_that_conclude_what_is_asked() {
    let pack = course().unwrap();
    let mut exercise = pack.find("mend-rules").unwrap().clone();
    // Without them there is nothing to say but what can be seen in the file.
    exercise.wrongs.clear();
    let solution = exercise.solutions[0].1.to_string();
    let broken = solution.replacen("?y hangs on ?z", "?y hangs on ?z and ?x != ?z", 1);
    assert_ne!(solution, broken);
    let hints = hints(&exercise, &broken);
    assert!(hints.iter().any(|hint| hint.contains("none of your rules (lines ") && hint.matches(", ").count() == 1), "{hints:?}");
}

#[test]
fn what_is_warned_of_at_the_start_is_none_of_the_learners_doing() {
    let pack = course().unwrap();
    let exercise = pack.find("not-the-coffee").unwrap();
    let solution = Source::new("answer.srl", exercise.solutions[0].1.as_ref());
    let echoes = echo(exercise, &solution, &Interrupt::default());
    assert!(echoes.iter().all(|echo| echo.problems.is_empty() && !echo.sentences.is_empty()), "{echoes:?}");
}

#[test]
fn another_solution_is_shown_if_it_says_it_otherwise() {
    let pack = course().unwrap();
    let exercise = pack.find("roaming").unwrap();
    let turned = exercise.solutions[0].1.lines().rev().collect::<Vec<_>>().join("\n");
    let after = feedback::afterwards(exercise, &turned);
    assert!(after.contains("for \"mobile service\""), "{after}");
}

#[test]
fn what_cannot_be_read_and_what_was_not_touched_is_neither_right_nor_wrong() {
    let pack = course().unwrap();
    let exercise = pack.find("first-sentence").unwrap();
    let unread = judged(exercise, "B provdes hosting to C");
    assert_eq!((unread.verdict, unread.problems[0].code()), (Verdict::Unread, "E0201".to_owned()));
    assert_eq!(judged(exercise, "# nothing yet\n\n").verdict, Verdict::Untouched);
    assert_eq!(judged(exercise, "\u{feff}B provides hosting to C\r\n".trim_start_matches('\u{feff}')).verdict, Verdict::Passed);
}

#[test]
fn no_file_is_read_or_written() {
    let pack = course().unwrap();
    let exercise = pack.find("first-sentence").unwrap();
    for text in ["include \"/etc/passwd\"", "import \"../x.csv\" as ?a provides ?b to ?c", "B provides hosting to C\ninclude \"other.srl\""]
    {
        assert_eq!(judged(exercise, text).verdict, Verdict::Unread, "{text}");
    }
    let exports = "B provides hosting to C\nexport \"/tmp/never.csv\": who provides what to whom?";
    assert_eq!(judged(exercise, exports).verdict, Verdict::Passed, "an export is passed over");
}

#[test]
fn a_file_that_runs_away_is_stopped() {
    let pack = fixtures();
    let exercise = pack.find("long-reach").unwrap();
    let endless = "0 counts 1\n?x depends on ?y if ?y provides something to ?x\n?n counts ?m + 1 if ?k counts ?m and ?n = ?m\n\
        ?x depends on ?y if ?x counts ?y";
    let report = judged(exercise, &format!("verb n:number counts m:number\n{endless}"));
    assert_eq!(report.verdict, Verdict::Unread, "{:?}", report.problems);
}

#[test]
fn the_slips_of_the_first_stages_get_the_sentence_that_works() {
    let pack = course().unwrap();
    for (exercise, text, help) in [
        ("first-sentence", "B provides the hosting to C", "`B provides hosting to C`"),
        ("three-links", "A provides servers to B, B provides streaming to C", "each on a line of its own"),
        ("three-links", "A provides servers to B\nprovides streaming to C", "`provider provides service to consumer`"),
        ("guess", "not expect B is a consumer", "`expect not B is a consumer`"),
        (
            "sam-buys-a-phone",
            "\"Sam makes a call\" falls under relationship management",
            "`\"Sam makes a call\" falls under \"relationship management\"`",
        ),
        ("upgrade", "\"mobile service\" is possibly down", "`\"mobile service\" is possibly-down`"),
    ] {
        let report = judged(pack.find(exercise).unwrap(), text);
        let told = report.problems.first().and_then(srl::Problem::help).unwrap_or_default();
        assert!(report.verdict == Verdict::Unread && told.contains(help), "{text}: {told}");
    }
}
