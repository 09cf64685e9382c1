//! The command `srl`: arguments → library → output and exit status. All input and output of SRL happens in this folder.
#![expect(clippy::disallowed_methods, reason = "the shell is where files are opened")]

mod args;
mod console;
mod explain;
mod files;
mod fmt;
mod journal;
mod learn;
mod repl;
mod run;
mod stop;
mod test;
mod typing;
mod watch;

use std::io::ErrorKind;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use args::{Arguments, Command, Options};
use console::{Console, Unwritable};
use fmt::Formatting;
use run::{Extent, Work};

/// How it went, from good to bad: the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Fine = 0,
    /// An expectation or `forbid` failed, or a file is not formatted.
    Failed = 1,
    /// The program, its data or the command line is wrong.
    Wrong = 2,
    /// A limit was hit.
    Limit = 3,
    /// A file named on the command line could not be read, or the output not written.
    Unreadable = 4,
    /// Ctrl-C stopped it.
    Interrupted = 130,
}

impl Status {
    /// What an error of a program comes to.
    fn of(problem: &srl::Problem) -> Self {
        if problem.is_limit() {
            Self::Limit
        } else if problem.is_unwritten() {
            Self::Unreadable
        } else {
            Self::Wrong
        }
    }

    fn worsen(&mut self, other: Self) {
        *self = (*self).max(other);
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut console = Console::new(&arguments.options);
    let start = Instant::now();
    let status = dispatch(&arguments, &mut console).and_then(|status| console.flush().map(|()| status));
    if !matches!(arguments.command, None | Some(Command::Repl { .. })) {
        console.took("in all", start.elapsed());
    }
    ExitCode::from(match status {
        Ok(_) if stop::is_stopped() => Status::Interrupted as u8,
        Ok(status) => status as u8,
        // Whoever reads has seen enough.
        Err(Unwritable(error)) if error.kind() == ErrorKind::BrokenPipe => Status::Fine as u8,
        Err(Unwritable(error)) => {
            console.complain(&format!("cannot write the output: {error}"));
            Status::Unreadable as u8
        }
    })
}

fn dispatch(arguments: &Arguments, console: &mut Console) -> Result<Status, Unwritable> {
    if matches!(arguments.command, Some(Command::Run { .. } | Command::Ask { .. } | Command::Check { .. } | Command::Test { .. })) {
        stop::listen();
    }
    let prompt = Command::Repl { files: Vec::new(), journal: None };
    let (files, extent, questions): (_, _, &[String]) = match arguments.command.as_ref().unwrap_or(&prompt) {
        Command::Repl { files, journal } => return repl::repl(files, journal.as_deref(), &arguments.options, console),
        Command::Run { files } => (files, Extent::Run, &[]),
        Command::Ask { files, questions } => (files, Extent::Load, questions),
        Command::Plan { files, questions } => (files, Extent::State, questions),
        Command::Check { files } => (files, Extent::Check, &[]),
        Command::Test { paths, junit } => return test::test(paths, junit.as_deref(), &arguments.options, console),
        Command::Fmt { check, files } => {
            let mut formatting = Formatting::new(*check, &arguments.options, console);
            formatting.files(files)?;
            return Ok(formatting.finish());
        }
        Command::Learn { action, options } => return learn::learn(action.as_ref(), options, &arguments.options, console),
        Command::Explain { code } => return explain::explain(code.as_deref(), console),
    };
    let Some(model) = run::model(&arguments.options) else { return Ok(no_vocabulary(&arguments.options, console)) };
    let mut work = Work::new(&arguments.options, console, model);
    work.scripts(files, extent)?;
    if !stop::is_stopped() && (work.is_fine() || arguments.options.keep_going) {
        if extent == Extent::State { work.plan(questions)? } else { work.ask(questions)? }
    }
    Ok(work.finish())
}

fn no_vocabulary(options: &Options, console: &mut Console) -> Status {
    let names = srl::Model::vocabularies().collect::<Vec<_>>().join("`, `");
    console.complain(&format!("there is no vocabulary `{}`; choose `none`, `{names}`", options.vocabulary));
    Status::Wrong
}
