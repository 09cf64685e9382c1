//! What rustyline asks while somebody types, answered by the session: completion, hints, colours, and whether a statement is finished.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::path::Path;
use std::rc::Rc;

use clap::builder::styling::{AnsiColor, Style};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Context, Helper};
use srl::session::{Class, Session};

/// The helper of an editor.
#[derive(Debug)]
pub(crate) struct Typing {
    session: Rc<RefCell<Session>>,
    paints: bool,
}

impl Typing {
    pub(crate) fn new(session: Rc<RefCell<Session>>, paints: bool) -> Self {
        Self { session, paints }
    }
}

impl Helper for Typing {}

/// The files and folders whose path begins so; folders end with a slash.
fn paths(begun: &str) -> Vec<String> {
    let (folder, _) = begun.rsplit_once('/').map_or(("", begun), |(folder, name)| (&begun[..=folder.len()], name));
    let Ok(entries) = std::fs::read_dir(if folder.is_empty() { Path::new(".") } else { Path::new(folder) }) else { return Vec::new() };
    let path = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let is_folder = entry.path().is_dir();
        Some(format!("{folder}{name}{}", if is_folder { "/" } else { "" }))
    };
    let mut paths: Vec<_> = entries.flatten().filter_map(path).filter(|path| path.starts_with(begun)).collect();
    paths.sort();
    paths
}

impl Completer for Typing {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let completions = self.session.borrow().complete(line, pos, &paths);
        let is_only_one = completions.candidates.len() == 1;
        let pair = |candidate: srl::session::Candidate| {
            // Where something must follow, it can be typed at once.
            let space = if is_only_one && candidate.display.len() > candidate.text.len() { " " } else { "" };
            Pair { replacement: format!("{}{space}", candidate.text), display: candidate.display }
        };
        Ok((completions.start, completions.candidates.into_iter().map(pair).collect()))
    }
}

impl Hinter for Typing {
    type Hint = Hint;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Hint> {
        // Without colours nobody could tell it from what was typed.
        (self.paints && pos == line.len()).then(|| self.session.borrow().hint(line)).flatten().map(Hint)
    }
}

/// What may follow: shown, and not taken over by the arrow key, since it holds names of slots.
#[derive(Debug)]
pub(crate) struct Hint(String);

impl rustyline::hint::Hint for Hint {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        (self.0 == "?").then_some("?")
    }
}

impl Validator for Typing {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let is_unfinished = srl::session::is_unfinished(context.input());
        Ok(if is_unfinished { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

/// How a class of words is shown; words of no class that matters are left as they are.
fn style(class: Class) -> Style {
    match class {
        Class::Keyword => AnsiColor::Blue.on_default(),
        Class::Verb => AnsiColor::Cyan.on_default(),
        Class::Variable => AnsiColor::Yellow.on_default(),
        Class::Number | Class::Date | Class::Text => AnsiColor::Green.on_default(),
        Class::Command => AnsiColor::Magenta.on_default(),
        Class::Comment => AnsiColor::BrightBlack.on_default(),
        Class::Wrong => AnsiColor::Red.on_default().underline(),
        Class::NewName => Style::new().italic(),
        Class::Kind | Class::Name | _ => Style::new(),
    }
}

/// The other bracket of the one at or just before the cursor.
fn partner(line: &str, pos: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    let is_bracket = |at: usize| bytes.get(at).is_some_and(|byte| b"()[]{}".contains(byte));
    let at = if is_bracket(pos) { pos } else { pos.checked_sub(1).filter(|at| is_bracket(*at))? };
    let opens = b"([{".contains(&bytes[at]);
    let (own, other) = match bytes[at] {
        b'(' | b')' => (bytes[at], if opens { b')' } else { b'(' }),
        b'[' | b']' => (bytes[at], if opens { b']' } else { b'[' }),
        _ => (bytes[at], if opens { b'}' } else { b'{' }),
    };
    let mut depth = 0_usize;
    let mut step = |at: usize| {
        if bytes[at] == own {
            depth += 1;
        } else if bytes[at] == other {
            depth -= 1;
        }
        depth == 0
    };
    if opens { (at..bytes.len()).find(|at| step(*at)) } else { (0..=at).rev().find(|at| step(*at)) }
}

impl Highlighter for Typing {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        if !self.paints {
            return Cow::Borrowed(line);
        }
        let partner = partner(line, pos);
        let mut painted = String::with_capacity(line.len() * 2);
        let mut end = 0;
        let plain = |from: usize, to: usize, painted: &mut String| match partner.filter(|at| (from..to).contains(at)) {
            Some(at) => {
                let bold = Style::new().bold().underline();
                let _ = write!(painted, "{}{bold}{}{bold:#}{}", &line[from..at], &line[at..=at], &line[at + 1..to]);
            }
            None => painted.push_str(&line[from..to]),
        };
        for (span, class) in self.session.borrow().highlight(line) {
            let range = span.range();
            plain(end, range.start, &mut painted);
            let style = style(class);
            let _ = write!(painted, "{style}{}{style:#}", &line[range.clone()]);
            end = range.end;
        }
        plain(end, line.len(), &mut painted);
        Cow::Owned(painted)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if !self.paints {
            return Cow::Borrowed(hint);
        }
        let grey = AnsiColor::BrightBlack.on_default();
        Cow::Owned(format!("{grey}{hint}{grey:#}"))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if !self.paints {
            return Cow::Borrowed(prompt);
        }
        let bold = Style::new().bold();
        Cow::Owned(format!("{bold}{prompt}{bold:#}"))
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        Cow::Borrowed(candidate)
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.paints
    }
}
