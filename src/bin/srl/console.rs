//! What goes out: answers to standard output, problems to standard error, in the form that the options ask for.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use srl::{Answers, Check, Format, Portrait, Problem, Style, Violation};

use crate::args::{Color, Options, OutputFormat};

/// Standard output and standard error.
pub(crate) struct Console {
    format: Format,
    style: Style,
    quiet: bool,
    as_json: bool,
    answered: bool,
    out: io::BufWriter<io::Stdout>,
    err: AutoStream<io::Stderr>,
}

/// Standard output does not take what is written.
#[derive(Debug)]
pub(crate) struct Unwritable(pub(crate) io::Error);

impl Console {
    pub(crate) fn new(options: &Options) -> Self {
        let choice = match options.color {
            Color::Auto => AutoStream::choice(&io::stderr()),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let width = terminal_size::terminal_size_of(io::stderr()).map_or(100, |(width, _)| usize::from(width.0));
        let format = match options.format {
            OutputFormat::Text if options.plain => Format::Plain,
            OutputFormat::Text => Format::Text,
            OutputFormat::Json => Format::Json,
            OutputFormat::Csv => Format::Csv,
            OutputFormat::Markdown => Format::Markdown,
        };
        Self {
            format,
            style: Style { width: width.clamp(40, 120), color: choice != ColorChoice::Never, plain: options.plain },
            quiet: options.quiet,
            as_json: options.format == OutputFormat::Json,
            answered: false,
            out: io::BufWriter::new(io::stdout()),
            err: AutoStream::new(io::stderr(), choice),
        }
    }

    pub(crate) fn answers(&mut self, answers: &Answers) -> Result<(), Unwritable> {
        let text = self.format.answers(answers, !self.answered, self.quiet);
        self.answered = true;
        self.out.write_all(text.as_bytes()).map_err(Unwritable)?;
        self.problems(answers.warnings())
    }

    pub(crate) fn portrait(&mut self, portrait: &Portrait) -> Result<(), Unwritable> {
        let text = self.format.portrait(portrait, !self.answered, self.quiet);
        self.answered = true;
        self.out.write_all(text.as_bytes()).map_err(Unwritable)?;
        self.problems(&portrait.warnings)
    }

    /// A met expectation is told to programs alone, a failed one to everybody.
    pub(crate) fn check(&mut self, check: &Check) -> Result<(), Unwritable> {
        self.out.write_all(self.format.check(check).as_bytes()).map_err(Unwritable)?;
        self.problems(&check.warnings)?;
        self.problems(check.failure.as_slice())
    }

    pub(crate) fn violation(&mut self, violation: &Violation) -> Result<(), Unwritable> {
        self.out.write_all(self.format.violation(violation).as_bytes()).map_err(Unwritable)?;
        self.problems(std::slice::from_ref(&violation.problem))
    }

    /// Errors always, warnings unless they are not wanted. What standard error does not take is lost.
    pub(crate) fn problems(&mut self, problems: &[Problem]) -> Result<(), Unwritable> {
        if problems.is_empty() {
            return Ok(());
        }
        self.flush()?;
        for problem in problems.iter().filter(|problem| !self.quiet || !problem.is_warning()) {
            let text = if self.as_json { Format::problem(problem) } else { format!("{}\n", problem.render(self.style)) };
            let _ = self.err.write_all(text.as_bytes());
        }
        Ok(())
    }

    /// How many problems there were, for a person.
    pub(crate) fn summary(&mut self, errors: usize, warnings: usize) {
        let some = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let counts = match (errors, warnings) {
            (0, 0) => return,
            (errors, 0) => some(errors, "error"),
            (0, warnings) => some(warnings, "warning"),
            (errors, warnings) => format!("{} and {}", some(errors, "error"), some(warnings, "warning")),
        };
        if !self.as_json && !self.quiet {
            let _ = writeln!(self.err, "{counts}");
        }
    }

    /// A sentence about the command line or a file.
    pub(crate) fn complain(&mut self, message: &str) {
        let _ = self.flush();
        let _ = writeln!(self.err, "srl: {message}");
    }

    /// A text that was asked for.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Unwritable> {
        self.out.write_all(text.as_bytes()).map_err(Unwritable)
    }

    pub(crate) fn flush(&mut self) -> Result<(), Unwritable> {
        self.out.flush().map_err(Unwritable)
    }
}
