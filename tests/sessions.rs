//! What holds of every conversation at the prompt: the model is what the inputs make of it that are in force, whatever was taken back and
//! told again in between, and no text brings a session down.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::panic, reason = "that is how a test fails")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Read, Write};
use std::rc::Rc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use srl::session::{Input, Journal, Part, Reply, Session, Setup, journaled};
use srl::{AnswerKind, Files, Interrupt, Model, Style};

/// The words that a conversation begins with: fewer than the standard vocabulary has, so that a session begins at once.
const BASE: &str = "\
kind organization is a thing
verb provider:organization provides service:thing to consumer:organization [under agreement:thing] [since start:date] [until end:date]
verb dependent:organization relies on supplier:organization
rule direct: ?c relies on ?p if ?p provides something to ?c
rule chain: ?c relies on ?q if ?c relies on ?p and ?p relies on ?q
";

/// A few files that never change.
#[derive(Clone, Copy, Debug)]
struct Shelf;

impl Files for Shelf {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let text = match name {
            "base.srl" => BASE,
            "more.srl" => {
                "verb lender:organization lends loan:thing to debtor:organization\nBank lends money to Shop\nwho lends what to whom?\n"
            }
            "rows.csv" => "provider,service,consumer\nMill,flour,Baker\nBaker,bread,Shop\n",
            _ => return Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
        };
        Ok(Box::new(Cursor::new(text.as_bytes().to_vec())))
    }
}

/// A journal in memory.
#[derive(Clone, Debug, Default)]
struct Notebook(Rc<RefCell<String>>);

impl Journal for Notebook {
    fn append(&mut self, text: &str) -> io::Result<u64> {
        let start = self.0.borrow().len() as u64;
        self.0.borrow_mut().push_str(text);
        Ok(start)
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.0.borrow_mut().truncate(usize::try_from(len).unwrap());
        Ok(())
    }

    fn full_path(&self, path: &str) -> String {
        path.to_owned()
    }
}

impl Notebook {
    fn inputs(&self) -> Vec<Input> {
        let text = self.0.borrow();
        let (inputs, whole) = journaled(&text);
        assert_eq!(whole, text.len(), "{text}");
        inputs
    }

    /// A session that goes on with this journal.
    fn resumed(&self) -> Session {
        let mut session = begun();
        let resumed = session.resume(&self.inputs(), Box::new(self.clone()), &Shelf);
        resumed.unwrap_or_else(|reply| panic!("{}\n{}", self.0.borrow(), reply.render(Style::default())));
        session
    }
}

fn without_words() -> Session {
    Session::new(Setup { vocabulary: "none".to_owned(), ..Setup::default() }).unwrap()
}

fn begun() -> Session {
    let mut session = without_words();
    assert!(!session.load_first("base.srl", &Shelf).is_failed());
    session
}

/// What is entered: each changes the model in another way, is a question, or is wrong; some are wrong only before or after others.
const INPUTS: &[&str] = &[
    "A provides power to B",
    "A, B provide hosting to C",
    "B provides storage to D under \"Gold SLA\"",
    "C provides power to A since 2024-01-01 until 2024-12-31",
    "C is a partner of A",
    "D is sturdy",
    "D has weight 12",
    "\"Ä b\" provides \"a thing\" to A",
    "forget A provides power to B",
    "forget B provides hosting to C",
    "forget C provides power to A since 2024-01-01 until 2024-12-31",
    "forget D is sturdy",
    "forget ?x provides hosting to C",
    "?x is vital if ?x provides power to something",
    "rule weighty: ?x is heavy\n  if ?x has weight ?w and ?w > 10",
    "rule needy: ?x needs ?y if ?x relies on ?y and not ?y is sturdy",
    "## Who feeds whom.\nverb feeder:organization feeds eater:organization",
    "A feeds B",
    "B feeds C, D",
    "kind bank is an organization",
    "A is a bank",
    "forbid ?x feeds ?x",
    "D feeds D",
    "E provides power to F\nF provides hosting to G\nwho relies on E?",
    "E provides power to F\nforget Z provides hosting to G",
    "as of 2024-06-01",
    "as of 2026-06-01\nE provides light to F until 2025-01-01",
    "as of any day",
    "use none",
    "include \"more.srl\"",
    "G provides gold to H\ninclude \"more.srl\"",
    "import \"rows.csv\" as ?provider provides ?service to ?consumer",
    "Bank lends time to A",
    "who relies on whom?",
    "who provides what to whom?",
    "who relies on answer?",
    "does C rely on A",
    "who is vital?",
    "A provdes power to B",
    "A provides",
    "\"",
    "# nothing",
    ":load more.srl",
    ":load missing.srl",
    ":as-of 2024-02-01",
    ":describe A",
    ":facts",
    ":limits max-facts 1000000",
    ":undo",
    ":undo",
    ":undo",
    ":undo 3",
    ":redo",
    ":redo",
    ":redo 2",
    ":reset",
    ":reload",
];

const QUESTIONS: &[&str] = &[
    "who relies on whom?",
    "find ?p, ?s, ?c where ?p provides ?s to ?c",
    "who is vital?",
    "who is heavy?",
    "who needs what?",
    "who feeds whom?",
    "is A a bank?",
    "who lends what to whom?",
    "describe A",
];

/// The program that a model would be saved as. In which order facts of one verb stand there depends on what was forgotten.
fn script(model: &Model) -> Vec<String> {
    let mut lines: Vec<_> = model.to_script().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// An answer, or the codes of what is wrong with a question.
fn answers(session: &mut Session) -> Vec<String> {
    let said = |reply: Reply| -> Vec<String> {
        let part = |part: Part| match part {
            Part::Answers(answers, _) => Some(match answers.kind() {
                // Its sentences stand in the order of the declarations, which a saved program puts first.
                AnswerKind::Description(portrait) => {
                    let sentences = portrait.stated.iter().chain(&portrait.derived).collect::<BTreeSet<_>>();
                    format!("{:?} {sentences:?}", portrait.kinds.iter().collect::<BTreeSet<_>>())
                }
                kind @ (AnswerKind::Verdict { .. } | AnswerKind::Table { .. } | AnswerKind::Count(_) | _) => format!("{kind:?}"),
            }),
            // A name that was forgotten is still known as one, so there may be one warning less.
            Part::Problem(problem) if !problem.is_warning() => Some(problem.code().clone()),
            Part::Problem(_) | Part::Note(_) | Part::Complaint(_) | Part::Check(_) | Part::Text(_) | _ => None,
        };
        reply.parts.into_iter().filter_map(part).collect()
    };
    QUESTIONS.iter().flat_map(|question| said(session.enter(question, &Shelf))).collect()
}

/// What has been done to a session: an input that was told, or that everything before was taken back.
#[derive(Clone, Debug)]
enum Deed {
    Told(String),
    Reset(Vec<Deed>),
}

/// A session, and what ought to be in force in it.
struct Conversation {
    session: Session,
    done: Vec<Deed>,
    undone: Vec<Option<String>>,
}

impl Conversation {
    fn new() -> Self {
        Self { session: begun(), done: Vec::new(), undone: Vec::new() }
    }

    fn enter(&mut self, input: &str) {
        let before = script(self.session.model());
        let reply = self.session.enter(input, &Shelf);
        let text = reply.render(Style::default());
        assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
        let after = script(self.session.model());
        match input.strip_prefix(':').and_then(|command| command.split_whitespace().next()) {
            Some("undo") => (0..times(input)).for_each(|_| self.undo()),
            Some("redo") => (0..times(input)).for_each(|_| self.redo()),
            Some("reset") if self.done.is_empty() => {}
            Some("reset") => {
                self.undone.clear();
                let before = std::mem::take(&mut self.done);
                self.done.push(Deed::Reset(before));
            }
            Some("reload") => assert_eq!(before, after, "{text}"),
            _ if before != after => {
                assert!(!reply.is_failed() || reply.errors().all(|error| error.code() == "E0604"), "{input}: {text}");
                self.undone.clear();
                self.done.push(Deed::Told(told(input)));
            }
            _ => {}
        }
    }

    fn undo(&mut self) {
        match self.done.pop() {
            Some(Deed::Told(text)) => self.undone.push(Some(text)),
            Some(Deed::Reset(before)) => {
                self.done = before;
                self.undone.push(None);
            }
            None => {}
        }
    }

    fn redo(&mut self) {
        match self.undone.pop() {
            Some(Some(text)) => self.done.push(Deed::Told(text)),
            Some(None) => {
                let before = std::mem::take(&mut self.done);
                self.done.push(Deed::Reset(before));
            }
            None => {}
        }
    }

    /// A session that was told nothing but what is in force.
    fn fresh(&self) -> Session {
        let mut fresh = begun();
        for deed in &self.done {
            let Deed::Told(text) = deed else { continue };
            fresh.enter(text, &Shelf);
        }
        fresh
    }
}

/// What tells an input again that is a command.
fn told(input: &str) -> String {
    let path = input.strip_prefix(":load ").map(|path| format!("include \"{path}\""));
    path.or_else(|| input.strip_prefix(":as-of ").map(|day| format!("as of {day}"))).unwrap_or_else(|| input.to_owned())
}

fn times(input: &str) -> usize {
    input.split_once(' ').map_or(1, |(_, number)| number.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_model_is_what_is_in_force(inputs in vec(select(INPUTS), 1..24)) {
        let mut talk = Conversation::new();
        for input in &inputs {
            talk.enter(input);
            if input.starts_with([':']) {
                prop_assert_eq!(script(talk.session.model()), script(talk.fresh().model()), "after {}", input);
            }
        }
        let mut fresh = talk.fresh();
        prop_assert_eq!(script(talk.session.model()), script(fresh.model()));
        prop_assert_eq!(answers(&mut talk.session), answers(&mut fresh));
    }

    /// Everything can be taken back, step by step, and each step leads to just where it came from; then it can all be told again.
    #[test]
    fn each_step_back_leads_to_where_it_came_from(inputs in vec(select(INPUTS), 1..16)) {
        let mut talk = Conversation::new();
        let mut scripts = vec![script(talk.session.model())];
        for input in inputs {
            if input.starts_with(":undo") || input.starts_with(":redo") {
                continue;
            }
            let known = talk.done.len();
            let was_reset = input == ":reset" && known > 0;
            talk.enter(input);
            if was_reset || talk.done.len() > known {
                scripts.push(script(talk.session.model()));
            }
        }
        for back in scripts.iter().rev().skip(1) {
            talk.session.enter(":undo", &Shelf);
            prop_assert_eq!(&script(talk.session.model()), back);
        }
        prop_assert_eq!(talk.session.enter(":undo", &Shelf).render(Style::default()), "nothing is left to take back\n");
        for forth in scripts.iter().skip(1) {
            talk.session.enter(":redo", &Shelf);
            prop_assert_eq!(&script(talk.session.model()), forth);
        }
    }

    /// A model that is saved and loaded is the same model, and is saved in the same words.
    #[test]
    fn a_saved_model_is_the_same(inputs in vec(select(INPUTS), 1..24)) {
        let mut talk = Conversation::new();
        inputs.iter().for_each(|input| talk.enter(input));
        let saved = talk.session.model().to_script();
        let mut loaded = without_words();
        let reply = loaded.enter(&saved, &Shelf);
        prop_assert!(!reply.is_failed() || reply.errors().all(|error| error.code() == "E0604"), "{}\n{}", saved, reply.render(Style::default()));
        prop_assert_eq!(script(loaded.model()), script(talk.session.model()));
        let mut again = without_words();
        again.enter(&loaded.model().to_script(), &Shelf);
        prop_assert_eq!(loaded.model().to_script(), again.model().to_script());
        prop_assert_eq!(answers(&mut loaded), answers(&mut talk.session));
    }

    /// Whatever is taken back and told again: the journal makes the same model, also if the session ends and goes on in the middle.
    #[test]
    fn the_journal_tells_the_same(inputs in vec((select(INPUTS), any::<u8>()), 1..20)) {
        let journal = Notebook::default();
        let mut session = journal.resumed();
        for (input, number) in inputs {
            session.enter(input, &Shelf);
            let resumed = Notebook(Rc::new(RefCell::new(journal.0.borrow().clone()))).resumed();
            prop_assert_eq!(script(resumed.model()), script(session.model()), "after {}:\n{}", input, journal.0.borrow());
            if number < 32 {
                session = journal.resumed();
            }
        }
    }

    #[test]
    fn any_text_is_survived(lines in vec(prop_oneof![any::<String>(), "[:\\\\.!?]{0,2}[a-z]{1,8}( [ -~]{0,12})?", "[ -~\\n\\t]{0,60}"], 1..6)) {
        let mut talk = Conversation::new();
        talk.enter("A provides power to B");
        for line in &lines {
            let at = line.len() / 2;
            talk.session.complete(line, at, &|_| Vec::new());
            talk.session.highlight(line);
            talk.session.hint(line);
            srl::session::missing(line);
            talk.session.enter(line, &Shelf).render(Style::default());
            talk.session.page(line, Some(srl::session::Screen { width: at, height: at }));
        }
    }

    /// A journal that was cut anywhere, or was never one, is read as far as it is whole.
    #[test]
    fn any_journal_is_read(text in prop_oneof![any::<String>(), "(# the next [0-9]{1,22} lines were told together\n|[a-zA-Z ,\"?#]{0,20}\n){0,8}"]) {
        let (inputs, whole) = journaled(&text);
        prop_assert!(text.is_char_boundary(whole));
        prop_assert!(inputs.iter().all(|input| usize::try_from(input.start).unwrap() < whole));
        prop_assert_eq!(journaled(&text[..whole]), (inputs, whole));
    }
}

// ---- Single cases

fn said(session: &mut Session, input: &str) -> String {
    session.enter(input, &Shelf).render(Style::default())
}

#[test]
fn limits_outlive_what_is_taken_back() {
    let mut session = begun();
    said(&mut session, "A, B provide power to C, D");
    said(&mut session, ":reset");
    said(&mut session, ":limits max-facts 1");
    said(&mut session, ":undo");
    assert!(said(&mut session, "who relies on whom?").contains("E0401"));
    said(&mut session, ":limits max-facts 1000");
    assert!(said(&mut session, "who relies on whom?").contains("(4 answers"));
    said(&mut session, ":redo");
    said(&mut session, "A, B provide power to C, D");
    assert!(said(&mut session, "who relies on whom?").contains("(4 answers"));
}

#[test]
fn a_reset_can_be_taken_back_after_a_reload() {
    let journal = Notebook::default();
    let mut session = journal.resumed();
    said(&mut session, "A provides power to B");
    said(&mut session, ":reset");
    said(&mut session, "C provides power to D");
    assert_eq!(said(&mut session, ":reload"), "told again: 1 file and 1 input\n");
    assert_eq!(said(&mut session, ":undo 2"), "taken back: C provides power to D\ntaken back: :reset\n");
    assert_eq!(said(&mut session, ":facts"), "A provides power to B\n");
    assert_eq!(*journal.0.borrow(), "A provides power to B\n");
}

/// The vocabularies can be chosen, and the choice taken back.
#[test]
fn vocabularies_come_and_go() {
    let mut session = Session::new(Setup::default()).unwrap();
    let mut scripts = vec![session.model().to_script()];
    for input in
        ["use none\nverb one:thing hums", "A hums", ":reset", "use risk", "B provides power to C", ":reset", "use none", "A is big"]
    {
        let reply = session.enter(input, &Shelf);
        assert!(!reply.is_failed(), "{input}: {}", reply.render(Style::default()));
        scripts.push(session.model().to_script());
    }
    for back in scripts.iter().rev().skip(1) {
        said(&mut session, ":undo");
        assert_eq!(session.model().to_script(), *back);
    }
    for forth in &scripts[1..] {
        said(&mut session, ":redo");
        assert_eq!(session.model().to_script(), *forth);
    }
    for script in scripts {
        let mut loaded = Session::new(Setup::default()).unwrap();
        let reply = loaded.enter(&script, &Shelf);
        assert!(!reply.is_failed(), "{script}: {}", reply.render(Style::default()));
        assert_eq!(loaded.model().to_script(), script);
    }
}

// ---- Files of others

/// Files in memory, which can be written.
#[derive(Clone, Debug, Default)]
struct Folder(Rc<RefCell<BTreeMap<String, String>>>);

struct Draft(Folder, String);

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.0.borrow_mut().entry(self.1.clone()).or_default().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Files for Folder {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let text = self.0.borrow().get(name).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(text.into_bytes())))
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Write>> {
        self.0.borrow_mut().remove(name);
        Ok(Box::new(Draft(self.clone(), name.to_owned())))
    }
}

/// Somebody's file is not lost to a slip; who saves to the same file again and again is not asked each time.
#[test]
fn files_are_replaced_when_it_is_said_twice() {
    let folder = Folder::default();
    let ours = "# Ours, by hand.\n";
    let lay = |name: &str| folder.0.borrow_mut().insert(name.to_owned(), ours.to_owned());
    let holds = |name: &str| folder.0.borrow()[name].clone();
    let mut session = begun();
    let mut said = |line: &str| session.enter(line, &folder).render(Style::default());
    said("A provides power to B");
    lay("a.srl");
    said(":save a.srl");
    assert_ne!(holds("a.srl"), ours, "nobody is there to be asked");
    let mut session = begun();
    session.ask_before_replacing();
    let mut said = |line: &str| session.enter(line, &folder).render(Style::default());
    said("A provides power to B");
    said("who relies on whom?");
    lay("a.srl");
    lay("b.csv");
    for (command, name) in [(":save a.srl", "a.srl"), (":export b.csv", "b.csv")] {
        let asked = format!("`{name}` is there already; the same command once more replaces it\n");
        assert_eq!(said(command), asked);
        // Only what follows at once is an answer.
        said("A is big?");
        assert_eq!(said(command), asked);
        assert!(said(":save c.srl").starts_with("wrote "));
        assert_eq!(said(command), asked);
        assert_eq!(holds(name), ours);
        assert!(said(command).starts_with("wrote "));
        assert_ne!(holds(name), ours);
        assert!(said(command).starts_with("wrote "));
    }
}

// ---- Ctrl-C

/// A table without an end; somebody presses Ctrl-C while it is read.
struct Endless(Interrupt, usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(self.1 < 1_000, "reading goes on after the interrupt");
        if self.1 == 3 {
            self.0.raise();
        }
        let row: &[u8] = if self.1 == 0 { b"provider,service,consumer\n" } else { b"Mill,flour,Baker\n" };
        self.1 += 1;
        buffer[..row.len()].copy_from_slice(row);
        Ok(row.len())
    }
}

/// A folder whose files are without an end.
struct Busy(Interrupt);

impl Files for Busy {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, _name: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(Endless(self.0.clone(), 0)))
    }
}

#[test]
fn an_import_can_be_stopped() {
    let mut session = begun();
    let files = Busy(session.interrupt());
    let before = session.model().to_script();
    let text = session
        .enter("A provides time to B\nimport \"rows.csv\" as ?provider provides ?service to ?consumer", &files)
        .render(Style::default());
    assert!(text.contains("E0410") && text.ends_with("nothing of this input was kept\n"), "{text}");
    assert_eq!(session.model().to_script(), before);
}

/// A journal, while which is written somebody presses Ctrl-C.
#[derive(Debug)]
struct Slow(Interrupt);

impl Journal for Slow {
    fn append(&mut self, _text: &str) -> io::Result<u64> {
        self.0.raise();
        Ok(0)
    }

    fn cut(&mut self, _len: u64) -> io::Result<()> {
        Ok(())
    }

    fn full_path(&self, path: &str) -> String {
        path.to_owned()
    }
}

#[test]
fn what_is_told_holds_though_its_check_is_stopped() {
    let mut session = begun();
    said(&mut session, "forbid ?x relies on ?x because \"{?x} turns in a circle\"");
    session.resume(&[], Box::new(Slow(session.interrupt())), &Shelf).unwrap();
    let text = said(&mut session, "A provides power to A");
    assert_eq!(text, "+ 1 fact\nstopped before all was looked for that is forbidden; the next change looks for it\n");
    assert_eq!(said(&mut session, ":facts"), "A provides power to A\n");
    session.interrupt().clear();
    assert!(said(&mut session, ":undo").starts_with("taken back: A provides power to A\n"));
}

/// A question may be asked as it is spoken.
#[test]
fn questions_may_begin_in_upper_case_and_lack_their_mark() {
    let mut session = begun();
    said(&mut session, "B provides power to C");
    said(&mut session, "C is ready");
    assert!(said(&mut session, "Does C rely on B").starts_with("read as a question: Does C rely on B?\nYes"));
    assert!(said(&mut session, "Is C ready").starts_with("read as a question: Is C ready?\nYes"));
    // Something may be called so.
    said(&mut session, "Does provides power to Is");
    assert!(said(&mut session, "does Is rely on Does?").starts_with("Yes"));
}
