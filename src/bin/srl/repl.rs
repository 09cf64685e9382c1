//! `srl` and `srl repl`: a session at a terminal. Lines come from rustyline, or plainly where nothing may be redrawn.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use etcetera::BaseStrategy as _;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Cmd, ColorMode, CompletionType, Config, Editor, EventHandler, KeyCode, KeyEvent, Modifiers};
use srl::diagnostics::RunError;
use srl::session::{Part, Reply, Screen, Session};
use srl::{Format, Interrupt, ProblemKind};

use crate::args::{Options, OutputFormat};
use crate::console::{Console, Unwritable};
use crate::files::Disk;
use crate::journal;
use crate::learn;
use crate::run::{self, Extent, Work};
use crate::typing::Typing;
use crate::watch::Watch;
use crate::{Status, no_vocabulary};

/// So many inputs are remembered from one session to the next.
const MAX_HISTORY: usize = 10_000;

const WELCOME: &str = "`?` helps, Ctrl-D leaves.";

pub(crate) fn repl(files: &[PathBuf], journal: Option<&Path>, options: &Options, console: &mut Console) -> Result<Status, Unwritable> {
    let is_terminal = io::stdin().is_terminal();
    if !is_terminal && journal.is_none() {
        return script(files, options, console);
    }
    let setup = run::setup(options);
    let bounds = setup.bounds.clone();
    let Some(session) = Session::new(setup) else { return Ok(no_vocabulary(options, console)) };
    let session = Rc::new(RefCell::new(session));
    if is_terminal {
        session.borrow_mut().ask_before_replacing();
    }
    let interrupt = session.borrow().interrupt();
    let waiting = Arc::default();
    // What is piped in has nobody who would go on after Ctrl-C.
    if is_terminal && let Err(error) = ctrlc::set_handler(on_ctrl_c(interrupt.clone(), Arc::clone(&waiting))) {
        console.complain(&format!("Ctrl-C will end the prompt: {error}"));
    }
    let _watch = Watch::over_changing(interrupt.clone(), &bounds);
    session.borrow_mut().set_format(match options.format {
        OutputFormat::Text if options.plain => Format::Plain,
        OutputFormat::Text => Format::Text,
        OutputFormat::Json => Format::Json,
        OutputFormat::Csv => Format::Csv,
        OutputFormat::Markdown => Format::Markdown,
    });
    session.borrow_mut().set_timed(options.time);
    if let Some(course) = learn::course() {
        session.borrow_mut().set_course(course);
    }
    let is_edited = is_terminal && io::stdout().is_terminal() && !options.plain && can_redraw();
    let mut prompt = Prompt { session, console, interrupt, waiting, is_edited, is_terminal, status: Status::Fine };
    if let Some(status) = prompt.begin(files, journal, options)? {
        return Ok(status);
    }
    if is_edited { prompt.edited() } else { prompt.plain() }
}

/// Whether the terminal can redraw a line.
fn can_redraw() -> bool {
    std::env::var_os("TERM").is_none_or(|kind| !["dumb", "cons25", "emacs"].iter().any(|poor| kind == *poor))
}

/// Stops what is computed; where a line is waited for, the terminal has dropped what was typed of it, and the prompt is shown once more.
fn on_ctrl_c(interrupt: Interrupt, waiting: Arc<Mutex<Option<String>>>) -> impl FnMut() + Send + 'static {
    move || {
        // Whoever shows a prompt holds the lock meanwhile: what is pressed then counts for the line after it.
        let waiting = waiting.lock().ok();
        interrupt.raise();
        if let Some(prompt) = waiting.as_deref().and_then(Option::as_ref) {
            let mut out = io::stdout();
            let _ = write!(out, "\n{prompt}").and_then(|()| out.flush());
        }
    }
}

/// What is piped into the prompt runs as a script.
fn script(files: &[PathBuf], options: &Options, console: &mut Console) -> Result<Status, Unwritable> {
    let Some(model) = run::model(options) else { return Ok(no_vocabulary(options, console)) };
    let mut work = Work::new(options, console, model);
    let paths: Vec<_> = files.iter().cloned().chain([PathBuf::from("-")]).collect();
    work.scripts(&paths, Extent::Run)?;
    Ok(work.finish())
}

struct Prompt<'a> {
    session: Rc<RefCell<Session>>,
    console: &'a mut Console,
    interrupt: Interrupt,
    /// The prompt of the line that is waited for, where none is edited.
    waiting: Arc<Mutex<Option<String>>>,
    /// Lines are edited and redrawn.
    is_edited: bool,
    is_terminal: bool,
    /// How it went, for whoever has piped the input in; at a terminal a slip is none of the session's.
    status: Status,
}

impl Prompt<'_> {
    /// Loads what the session begins with; a status if it cannot begin.
    fn begin(&mut self, files: &[PathBuf], journal: Option<&Path>, options: &Options) -> Result<Option<Status>, Unwritable> {
        if self.is_terminal && !options.quiet {
            self.say(&format!("SRL {}. {WELCOME}", env!("CARGO_PKG_VERSION")))?;
        }
        for path in files {
            let reply = self.session.borrow_mut().load_first(&path.to_string_lossy(), &Disk);
            let is_unreadable = reply.parts.iter().any(|part| matches!(part, Part::Complaint(_)));
            self.show(&reply, None)?;
            if is_unreadable {
                return Ok(Some(Status::Unreadable));
            }
        }
        let Some(path) = journal else { return Ok(None) };
        let opened = match journal::open(path) {
            Ok(opened) => opened,
            Err(problem) => {
                self.console.complain(&format!("the journal `{}` {problem}", path.display()));
                return Ok(Some(Status::Unreadable));
            }
        };
        let count = opened.inputs.len();
        let resumed = self.session.borrow_mut().resume(&opened.inputs, Box::new(opened.journal), &Disk);
        if let Err(reply) = resumed {
            self.show(&reply, None)?;
            self.console.complain(&format!("the journal `{}` cannot be told again, and was left as it is", path.display()));
            return Ok(Some(Status::Wrong));
        }
        if let Some(torn) = opened.torn {
            self.say(&format!("the end of the journal was not written whole and is left out: {}", torn.escape_debug()))?;
        }
        if count > 0 {
            self.say(&format!("{count} inputs from {}", path.display()))?;
        }
        Ok(None)
    }

    fn say(&mut self, text: &str) -> Result<(), Unwritable> {
        self.console.print(&format!("{text}\n"))?;
        self.console.flush()
    }

    /// Prints a reply: all of it, or a screenful, unless Ctrl-C stops it.
    fn show(&mut self, reply: &Reply, took: Option<Duration>) -> Result<(), Unwritable> {
        // Of what was interrupted before, the reply tells itself.
        self.interrupt.clear();
        let mut text = reply.render_unless(&self.interrupt, self.console.style());
        if let Some(took) = took {
            let _ = writeln!(text, "({:.3} s)", took.as_secs_f64());
        }
        let size = terminal_size::terminal_size().filter(|_| self.is_edited);
        let screen = size.map(|(width, height)| Screen { width: usize::from(width.0), height: usize::from(height.0) });
        let page = self.session.borrow_mut().page(&text, screen);
        if !self.console.print_unless(&self.interrupt, &page)? {
            self.say("\n… interrupted: the rest is not shown")?;
        }
        Ok(())
    }

    /// Enters an input; tells whether the session goes on.
    fn enter(&mut self, input: &str) -> Result<bool, Unwritable> {
        let start = Instant::now();
        let reply = self.session.borrow_mut().enter(input, &Disk);
        let took = self.session.borrow().is_timed().then(|| start.elapsed());
        if !self.is_terminal {
            self.status.worsen(status_of(&reply));
        }
        self.show(&reply, took)?;
        Ok(!reply.ends)
    }

    fn leave(&mut self) -> Result<bool, Unwritable> {
        let reply = self.session.borrow_mut().leave();
        self.show(&reply, None)?;
        Ok(!reply.ends)
    }

    fn prompt(&self) -> String {
        let session = self.session.borrow();
        format!("{} {}> ", session.scenario().unwrap_or("srl"), session.number())
    }

    /// Lines that are edited, completed and coloured as they are typed.
    fn edited(&mut self) -> Result<Status, Unwritable> {
        let color = if self.console.style().color { ColorMode::Enabled } else { ColorMode::Disabled };
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .color_mode(color)
            .auto_add_history(false)
            .max_history_size(MAX_HISTORY)
            .and_then(|config| config.history_ignore_dups(true));
        let editor = config.and_then(|config| Editor::<Typing, FileHistory>::with_config(config.build()));
        let mut editor = match editor {
            Ok(editor) => editor,
            Err(error) => {
                self.console.complain(&format!("this terminal cannot be used for editing ({error}); lines are read plainly"));
                self.is_edited = false;
                return self.plain();
            }
        };
        editor.set_helper(Some(Typing::new(self.session.clone(), self.console.style().color)));
        editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), EventHandler::Simple(Cmd::Newline));
        let history = history_file();
        if let Some(path) = &history {
            // There is none at the first time.
            let _ = editor.load_history(path);
        }
        loop {
            let goes_on = match editor.readline(&self.prompt()) {
                Ok(input) => {
                    let _ = editor.add_history_entry(input.trim_end());
                    if let Some(path) = &history {
                        let _ = editor.append_history(path);
                    }
                    self.enter(&input)?
                }
                Err(ReadlineError::Interrupted) => true,
                Err(ReadlineError::Eof) => self.leave()?,
                Err(error) => {
                    self.console.complain(&format!("cannot read from the terminal: {error}"));
                    return Ok(Status::Unreadable);
                }
            };
            if !goes_on {
                return Ok(Status::Fine);
            }
        }
    }

    /// Shows a prompt, from which on Ctrl-C drops what was typed.
    fn wait(&mut self, prompt: &str) -> Result<(), Unwritable> {
        let waiting = Arc::clone(&self.waiting);
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        self.console.print(prompt)?;
        self.console.flush()?;
        self.interrupt.clear();
        *waiting = Some(self.prompt());
        Ok(())
    }

    /// Lines as they come, without redrawing anything.
    fn plain(&mut self) -> Result<Status, Unwritable> {
        let mut lines = io::stdin().lock();
        let mut input = String::new();
        loop {
            if self.is_terminal {
                let prompt = if input.is_empty() { self.prompt() } else { "    ...> ".to_owned() };
                self.wait(&prompt)?;
            } else {
                self.interrupt.clear();
            }
            let mut bytes = Vec::new();
            let read = lines.read_until(b'\n', &mut bytes);
            *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = None;
            if self.interrupt.is_raised() {
                input.clear();
            }
            match read {
                Ok(0) if !input.is_empty() => {
                    self.enter(&std::mem::take(&mut input))?;
                    continue;
                }
                Ok(0) if !self.is_terminal => return Ok(self.status),
                Ok(0) => {
                    self.console.print("\n")?;
                    if !self.leave()? {
                        return Ok(Status::Fine);
                    }
                    continue;
                }
                Ok(_) => {}
                Err(error) => {
                    self.console.complain(&format!("cannot read the input: {error}"));
                    return Ok(Status::Unreadable);
                }
            }
            let Ok(line) = String::from_utf8(bytes) else {
                self.say("this line is not a text in UTF-8, and was left out")?;
                continue;
            };
            input.push_str(&line);
            // The line end is no blank line.
            if srl::session::is_unfinished(input.strip_suffix('\n').unwrap_or(&input)) {
                continue;
            }
            if !self.enter(&std::mem::take(&mut input))? {
                return Ok(self.status);
            }
        }
    }
}

/// How an input went.
fn status_of(reply: &Reply) -> Status {
    let of = |part: &Part| match part {
        Part::Problem(problem) if problem.is_warning() => Status::Fine,
        Part::Problem(problem) if matches!(problem.kind(), ProblemKind::Run(RunError::Violated { .. })) => Status::Failed,
        Part::Problem(problem) => Status::of(problem),
        Part::Complaint(_) => Status::Wrong,
        Part::Check(check) if !check.holds() => Status::Failed,
        Part::Check(_) | Part::Note(_) | Part::Answers(..) | Part::Deeper(..) | Part::Text(_) | _ => Status::Fine,
    };
    reply.parts.iter().map(of).max().unwrap_or(Status::Fine)
}

/// Where the inputs of earlier sessions are kept: `srl/history` in the user's state folder.
fn history_file() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    let folder = folders.state_dir().unwrap_or_else(|| folders.data_dir()).join("srl");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}
