//! An interrupt stops whatever takes long, at once, and leaves nothing half done: evaluation, imports, long programs.

#![expect(clippy::unwrap_used, reason = "a test fails if what it prepares fails")]

use std::fmt::Write as _;
use std::io::{self, Cursor, Read};
use std::thread;
use std::time::Duration;

use srl::{Error, Files, Interrupt, Model, Outcome, Source};

/// One file of data, endless.
#[derive(Debug)]
struct Endless;

impl Files for Endless {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, _name: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(Cursor::new("provider,service,consumer\n").chain(Rows(Vec::new()))))
    }
}

struct Rows(Vec<u8>);

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            self.0 = b"A,power,B\n".repeat(1_000);
        }
        let count = buffer.len().min(self.0.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0.drain(..count);
        Ok(count)
    }
}

/// Raises an interrupt while something is computed that would not end by itself.
fn interrupted<T>(interrupt: Interrupt, computation: impl FnOnce() -> T) -> T {
    let raising = thread::spawn(move || {
        // However long the machine takes to begin.
        while interrupt.work().is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_millis(20));
        interrupt.raise();
    });
    let result = computation();
    raising.join().unwrap();
    result
}

fn code(error: &Error) -> String {
    error.problems()[0].code()
}

#[test]
fn an_evaluation_stops() {
    let mut model = Model::new();
    let mut facts = String::new();
    for number in 0..3_000 {
        writeln!(facts, "a{number} provides x to b{number}").unwrap();
    }
    model.tell(&facts).unwrap();
    let before = model.to_script();
    // 3,000 to the power of 4 combinations, none of which is an answer.
    let question =
        "?a is a provider and ?b is a provider and ?c is a provider and ?d is a provider and ?a > ?b and ?b > ?c and ?c > ?d and ?d > ?a?";
    let error = interrupted(model.interrupt(), || model.ask(question)).unwrap_err();
    assert_eq!(code(&error), "E0410");
    model.interrupt().clear();
    assert_eq!(model.to_script(), before);
    assert_eq!(model.ask("how many organizations are there?").unwrap().count(), 6_000);
}

#[test]
fn an_import_stops_and_states_nothing() {
    let mut model = Model::new();
    let source = Source::new("main", "import \"rows.csv\" as ?provider provides ?service to ?consumer");
    let mut script = model.load(source, &Endless).unwrap();
    let stopped: Option<Result<Outcome, _>> = interrupted(model.interrupt(), || model.step(&mut script, &Endless));
    assert_eq!(stopped.unwrap().unwrap_err().code(), "E0410");
    model.interrupt().clear();
    assert!(!model.ask("does A provide power to B?").unwrap().holds());
}

#[test]
fn a_program_that_is_being_read_stops() {
    let mut model = Model::new();
    let program = "A provides power to B\n".repeat(300_000);
    let error = interrupted(model.interrupt(), || model.tell(&program)).unwrap_err();
    assert_eq!(code(&error), "E0410");
    model.interrupt().clear();
    assert!(!model.ask("does A provide power to B?").unwrap().holds());
}

/// A file of some rows that is interrupted when it has been read to its end.
#[derive(Debug)]
struct Ending(Interrupt);

impl Files for Ending {
    fn locate(&self, _from: &str, path: &str) -> String {
        path.to_owned()
    }

    fn open(&self, _name: &str) -> io::Result<Box<dyn Read>> {
        let mut rows = "provider,service,consumer\n".to_owned();
        (0..1_000).for_each(|row| writeln!(rows, "A{row},power,B").unwrap());
        Ok(Box::new(Cursor::new(rows).chain(Raising(self.0.clone()))))
    }
}

struct Raising(Interrupt);

impl Read for Raising {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.raise();
        Ok(0)
    }
}

#[test]
fn rows_that_have_been_read_are_not_stated() {
    for known in ["", "A1 provides power to B\nC provides power to B"] {
        let mut model = Model::new();
        model.tell(known).unwrap();
        let before = model.to_script();
        let files = Ending(model.interrupt());
        let import = || Source::new("main", "import \"rows.csv\" as ?provider provides ?service to ?consumer");
        let mut script = model.load(import(), &files).unwrap();
        assert_eq!(model.step(&mut script, &files).unwrap().unwrap_err().code(), "E0410", "{known}");
        model.interrupt().clear();
        assert_eq!(model.to_script(), before);
        let other = Ending(Interrupt::default());
        let mut script = model.load(import(), &other).unwrap();
        let Outcome::Imported { new, total: 1_000, .. } = model.step(&mut script, &other).unwrap().unwrap() else {
            panic!("every row fits")
        };
        assert_eq!(new, if known.is_empty() { 1_000 } else { 999 });
    }
}
