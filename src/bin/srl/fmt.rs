//! `srl fmt`: brings files, folders of them or standard input into the one layout, or shows what would change.

use std::path::{Path, PathBuf};
use std::time::Duration;

use similar::TextDiff;
use srl::{FormatError, Interrupt, Source};

use crate::Status;
use crate::args::Options;
use crate::console::{Console, Unwritable};
use crate::files;
use crate::watch::Watch;

/// Formatting, and how it went so far.
pub(crate) struct Formatting<'a> {
    /// Whether to show what would change instead of changing it.
    check: bool,
    quiet: bool,
    console: &'a mut Console,
    interrupt: Interrupt,
    _watch: Watch,
    /// How long it may be looked for a short way to show what would change.
    time: Option<Duration>,
    changed: usize,
    errors: usize,
    status: Status,
}

impl<'a> Formatting<'a> {
    pub(crate) fn new(check: bool, options: &Options, console: &'a mut Console) -> Self {
        let interrupt = Interrupt::default();
        let watch = Watch::over(interrupt.clone(), options);
        let time = options.max_time.map(|milliseconds| Duration::from_millis(milliseconds.into()));
        Self { check, quiet: options.quiet, console, interrupt, _watch: watch, time, changed: 0, errors: 0, status: Status::Fine }
    }

    /// Files one after the other, and whatever SRL files are in folders. One that goes wrong does not keep the others.
    pub(crate) fn files(&mut self, paths: &[PathBuf]) -> Result<(), Unwritable> {
        for found in paths.iter().flat_map(|path| files::scripts(path)) {
            match found {
                Ok(script) => self.file(&script)?,
                Err((folder, error)) => self.complain(&format!("cannot read `{}`: {error}", folder.display())),
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), Unwritable> {
        let (name, bytes) = match files::read(path) {
            Ok(read) => read,
            Err(error) => {
                self.complain(&format!("cannot read `{}`: {error}", path.display()));
                return Ok(());
            }
        };
        let source = Source::from_bytes(&name, bytes.clone()).map_err(FormatError::from);
        // Each file has its own time.
        self.interrupt.clear();
        let formatted = match source.and_then(|source| srl::format_unless(&self.interrupt, &source)) {
            Ok(formatted) => formatted,
            Err(FormatError::Unreadable(error) | FormatError::Stopped(error)) => {
                self.errors += error.problems().len();
                error.problems().iter().for_each(|problem| self.status.worsen(Status::of(problem)));
                return self.console.problems(error.problems());
            }
            Err(error) => {
                self.console.complain(&format!("cannot format `{name}`: {error}"));
                self.status.worsen(Status::Wrong);
                return Ok(());
            }
        };
        let is_new = formatted.as_bytes() != bytes;
        self.changed += usize::from(is_new);
        if self.check && is_new {
            self.status.worsen(Status::Failed);
            let before = String::from_utf8_lossy(&bytes);
            self.console.print(&if self.quiet { format!("{name}\n") } else { difference(&name, &before, &formatted, self.time) })?;
        } else if path == Path::new("-") && !self.check {
            self.console.print(&formatted)?;
        } else if is_new && let Err(error) = files::write(path, &formatted) {
            self.complain(&format!("cannot write `{name}`: {error}"));
        }
        Ok(())
    }

    fn complain(&mut self, message: &str) {
        self.console.complain(message);
        self.status.worsen(Status::Unreadable);
    }

    pub(crate) fn finish(self) -> Status {
        self.console.summary(self.errors, 0);
        if self.check && self.changed > 0 {
            let files = if self.changed == 1 { "file is" } else { "files are" };
            self.console.remark(&format!("{} {files} not formatted", self.changed));
        }
        self.status
    }
}

/// What would change, as a unified diff in which control characters can be seen and do nothing. If the time is over, it is longer than it
/// would have to be.
fn difference(name: &str, before: &str, after: &str, time: Option<Duration>) -> String {
    let mut differing = TextDiff::configure();
    time.into_iter().for_each(|time| {
        differing.timeout(time);
    });
    let difference = differing.diff_lines(before, after);
    let difference = difference.unified_diff().header(name, &format!("{name} (formatted)")).to_string();
    difference.chars().map(visible).collect()
}

fn visible(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '\u{2421}',
        _ if character.is_control() => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}
