//! What goes out: answers to standard output, problems to standard error, in the form that the options ask for.

use std::io::{self, IsTerminal as _, Write};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use clap::builder::styling::{AnsiColor, Style as Paint};
use srl::{Answers, Check, Format, Interrupt, Problem, Profile, QueryPlan, Style, Violation};

use crate::args::{Color, Options, OutputFormat};

/// So many bytes are printed before it is looked whether somebody interrupts.
const PRINTED_AT_ONCE: usize = 1 << 12;

/// Standard output and standard error.
#[expect(clippy::struct_excessive_bools, reason = "each is something that is wanted or not, or was done or not")]
pub(crate) struct Console {
    format: Format,
    style: Style,
    quiet: bool,
    /// Whether times are told.
    is_timed: bool,
    answered: bool,
    /// Whether marks are coloured.
    paints: bool,
    progress: Progress,
    out: io::BufWriter<io::Stdout>,
    err: AutoStream<io::Stderr>,
}

/// Standard output does not take what is written.
#[derive(Debug)]
pub(crate) struct Unwritable(pub(crate) io::Error);

/// The line that says what is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Nobody watches.
    Unwatched,
    Hidden,
    /// It is there and must be taken away.
    Shown,
}

/// How a check came out, or that a file cannot be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Pass,
    Fail,
    Error,
    Skip,
    None,
}

/// The text without line ends and what else controls a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '?' } else { character }).collect()
}

/// Whether the terminal says that it knows no colours; a build server in which it runs does not change that.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|kind| kind == "dumb")
}

impl Console {
    pub(crate) fn new(options: &Options) -> Self {
        let choice = match options.color {
            Color::Auto if is_dumb() => ColorChoice::Never,
            Color::Auto => AutoStream::choice(&io::stderr()),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let paints = match options.color {
            Color::Auto => !is_dumb() && AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            Color::Always => true,
            Color::Never => false,
        };
        let width = terminal_size::terminal_size_of(io::stderr()).map_or(100, |(width, _)| usize::from(width.0));
        let format = match options.format {
            OutputFormat::Text if options.plain => Format::Plain,
            OutputFormat::Text => Format::Text,
            OutputFormat::Json => Format::Json,
            OutputFormat::Csv => Format::Csv,
            OutputFormat::Markdown => Format::Markdown,
        };
        let is_terminal = choice != ColorChoice::Never && io::stdout().is_terminal() && io::stderr().is_terminal();
        let is_watched = is_terminal && format == Format::Text && !options.quiet;
        Self {
            format,
            style: Style { width: width.clamp(40, 120), color: choice != ColorChoice::Never, plain: options.plain },
            paints,
            progress: if is_watched { Progress::Hidden } else { Progress::Unwatched },
            quiet: options.quiet,
            is_timed: options.time,
            answered: false,
            out: io::BufWriter::new(io::stdout()),
            err: AutoStream::new(io::stderr(), choice),
        }
    }

    /// An answer, unless something interrupts its writing: then that is given back, to be told.
    pub(crate) fn answers(&mut self, answers: &Answers, interrupt: &Interrupt) -> Result<Option<Problem>, Unwritable> {
        let text = match self.format.answers_unless(interrupt, answers, !self.answered, self.quiet) {
            Ok(text) => text,
            Err(problem) => return Ok(Some(problem)),
        };
        self.answered = true;
        self.out.write_all(text.as_bytes()).map_err(Unwritable)?;
        self.problems(answers.warnings())?;
        Ok(None)
    }

    pub(crate) fn plan(&mut self, plan: &QueryPlan) -> Result<(), Unwritable> {
        if std::mem::replace(&mut self.answered, true) && !self.is_json() {
            self.print("\n")?;
        }
        self.print(&self.format.plan(plan))
    }

    /// What it cost, beside the answers.
    pub(crate) fn profile(&mut self, profile: &Profile) {
        let _ = self.flush();
        let _ = self.err.write_all(self.format.profile(profile).as_bytes());
    }

    fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// How a check came out, or a file: a word and what it is about, at once.
    pub(crate) fn mark(&mut self, mark: Mark, about: &str) -> Result<(), Unwritable> {
        let is_wanted = !self.quiet || matches!(mark, Mark::Fail | Mark::Error | Mark::Skip);
        if self.is_json() || !is_wanted {
            return Ok(());
        }
        let (word, color) = match mark {
            Mark::Pass => ("PASS", AnsiColor::Green),
            Mark::Fail => ("FAIL", AnsiColor::Red),
            Mark::Error => ("ERROR", AnsiColor::Red),
            Mark::Skip => ("SKIP", AnsiColor::Yellow),
            Mark::None => ("NONE", AnsiColor::Yellow),
        };
        let paint = if self.paints { color.on_default().bold() } else { Paint::new() };
        self.pause();
        writeln!(self.out, "{paint}{word:5}{paint:#} {}", printable(about)).map_err(Unwritable)?;
        self.flush()
    }

    /// Shows what is being done, to somebody who watches, until something else is written.
    pub(crate) fn busy(&mut self, what: &str) {
        self.pause();
        if self.progress == Progress::Hidden && self.flush().is_ok() {
            // A line that goes on in the next one could not be taken away.
            let what = printable(what).chars().take(self.style.width.saturating_sub(1)).collect::<String>();
            let _ = write!(self.err, "{what}");
            let _ = self.err.flush();
            self.progress = Progress::Shown;
        }
    }

    /// Takes away what [`Self::busy`] has shown.
    pub(crate) fn pause(&mut self) {
        if self.progress == Progress::Shown {
            self.progress = Progress::Hidden;
            let _ = write!(self.err, "\r\u{1b}[2K");
            let _ = self.err.flush();
        }
    }

    /// An expectation or violation for programs; for people there are marks and problems.
    pub(crate) fn check_object(&mut self, check: &Check) -> Result<(), Unwritable> {
        if self.quiet && check.holds() {
            return Ok(());
        }
        self.print(&self.format.check(check))
    }

    pub(crate) fn violation_object(&mut self, violation: &Violation) -> Result<(), Unwritable> {
        if self.quiet && violation.is_warning() {
            return Ok(());
        }
        self.print(&self.format.violation(violation))
    }

    /// A met expectation is told to programs alone, a failed one to everybody.
    pub(crate) fn check(&mut self, check: &Check) -> Result<(), Unwritable> {
        self.out.write_all(self.format.check(check).as_bytes()).map_err(Unwritable)?;
        self.problems(&check.warnings)?;
        self.problems(check.failure.as_slice())
    }

    pub(crate) fn violation(&mut self, violation: &Violation) -> Result<(), Unwritable> {
        self.violation_object(violation)?;
        self.problems(std::slice::from_ref(&violation.problem))
    }

    /// Errors always, warnings unless they are not wanted. What standard error does not take is lost.
    pub(crate) fn problems(&mut self, problems: &[Problem]) -> Result<(), Unwritable> {
        if problems.is_empty() {
            return Ok(());
        }
        self.flush()?;
        for problem in problems.iter().filter(|problem| !self.quiet || !problem.is_warning()) {
            let text = if self.is_json() { Format::problem(problem) } else { format!("{}\n", problem.render(self.style)) };
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
        if !self.is_json() && !self.quiet {
            let _ = writeln!(self.err, "{counts}");
        }
    }

    /// A sentence for a person, about how it went.
    pub(crate) fn remark(&mut self, message: &str) {
        if !self.is_json() && !self.quiet {
            let _ = self.flush();
            let _ = writeln!(self.err, "{message}");
        }
    }

    /// How long something took, if that is wanted.
    pub(crate) fn took(&mut self, what: &str, time: Duration) {
        if !self.is_timed {
            return;
        }
        let _ = self.flush();
        let line = if self.is_json() {
            let milliseconds = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
            serde_json::json!({ "type": "time", "of": what, "seconds": f64::from(milliseconds) / 1_000.0 }).to_string()
        } else {
            format!("{:.3} s  {}", time.as_secs_f64(), printable(what))
        };
        let _ = writeln!(self.err, "{line}");
    }

    /// A sentence about the command line or a file.
    pub(crate) fn complain(&mut self, message: &str) {
        let _ = self.flush();
        let _ = writeln!(self.err, "srl: {message}");
    }

    /// How problems are drawn.
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// A text for somebody who may interrupt it; tells whether all of it was printed.
    pub(crate) fn print_unless(&mut self, interrupt: &Interrupt, text: &str) -> Result<bool, Unwritable> {
        for piece in text.as_bytes().chunks(PRINTED_AT_ONCE) {
            if interrupt.is_raised() {
                return Ok(false);
            }
            self.out.write_all(piece).map_err(Unwritable)?;
            // A terminal may be slow, and holds up the next piece alone.
            self.flush()?;
        }
        Ok(true)
    }

    /// A text that was asked for.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Unwritable> {
        self.out.write_all(text.as_bytes()).map_err(Unwritable)
    }

    pub(crate) fn flush(&mut self) -> Result<(), Unwritable> {
        self.out.flush().map_err(Unwritable)
    }
}
