//! The commands of the prompt, one table: what each is called, takes and does.

mod back;
mod help;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::echo::{self, some};
use super::{Candidate, Completions, CourseCommand, Part, Reply, Session, Timing, complete, mebibytes, reason, seconds};
use crate::diagnostics::Problem;
use crate::diagnostics::codes;
use crate::diagnostics::suggest::nearest;
use crate::engine::Interrupt;
use crate::model::wanted::Wanted;
use crate::model::{AnswerKind, Files};
use crate::output::Format;
use crate::source::{Source, Span};
use back::{redo, reset, undo};
use help::help;

/// So many bytes are written before somebody who interrupts is heard.
const WRITTEN_AT_ONCE: usize = 1 << 20;

type Run = fn(&mut Session, &str, &dyn Files) -> Reply;

struct Command {
    name: &'static str,
    /// What follows the name, in the form of a pattern.
    takes: &'static str,
    says: &'static str,
    run: Run,
}

/// A command as `:help` lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandDescription {
    /// Without its colon.
    pub name: &'static str,
    /// What follows the name: `FILE`, `[TEXT]`; empty if nothing does.
    pub takes: &'static str,
    /// What it does.
    pub says: &'static str,
}

const COMMANDS: &[Command] = &[
    Command { name: "help", takes: "[COMMAND|WORD]", says: "what can be said here, or what a command or a word means", run: help },
    Command { name: "load", takes: "FILE", says: "read a script, and answer its questions", run: load },
    Command { name: "reload", takes: "", says: "read all files again, and tell everything again", run: reload },
    Command { name: "save", takes: "FILE", says: "write the model as a script that makes it again", run: save },
    Command { name: "export", takes: "FILE", says: "write the latest answer: .csv .tsv .json .md", run: export },
    Command { name: "verbs", takes: "[TEXT]", says: "the verbs with this text, and their meaning", run: verbs },
    Command { name: "kinds", takes: "[TEXT]", says: "the kinds of things", run: kinds },
    Command { name: "facts", takes: "[TEXT]", says: "what is stated, or what of it holds these words", run: facts },
    Command { name: "rules", takes: "[TEXT]", says: "the rules, or those with this text", run: rules },
    Command { name: "describe", takes: "NAME", says: "all that the model says of a name", run: describe },
    Command { name: "plan", takes: "QUESTION", says: "how a question would be answered", run: plan },
    Command { name: "undo", takes: "[NUMBER]", says: "take back the latest input, or so many", run: undo },
    Command { name: "redo", takes: "[NUMBER]", says: "tell again what `:undo` took back", run: redo },
    Command { name: "reset", takes: "", says: "take back everything; `:undo` brings it back", run: reset },
    Command { name: "scenario", takes: "[NAME|base]", says: "the scenarios, or ask in one, or in none", run: scenario },
    Command { name: "as-of", takes: "DAY|any", says: "let only the facts of a day count, or all", run: as_of },
    Command { name: "format", takes: "[FORMAT]", says: "how answers look: text plain json csv markdown", run: format },
    Command { name: "time", takes: "[on|off|rules]", says: "how long each input took, and its rules", run: time },
    Command { name: "more", takes: "", says: "go on with what did not fit the screen", run: more },
    Command { name: "task", takes: "[EXERCISE]", says: "what an exercise of `srl learn` asks for", run: task },
    Command { name: "check", takes: "[EXERCISE]", says: "whether an exercise is done", run: check },
    Command { name: "hint", takes: "[EXERCISE]", says: "help with it, one step at a time", run: lesson_hint },
    Command { name: "next", takes: "", says: "the next exercise", run: next },
    Command { name: "explain", takes: "CODE", says: "the page of a code such as E0201", run: explain },
    Command { name: "limits", takes: "[NAME VALUE]", says: "what bounds an answer, or change it", run: limits },
    Command { name: "quit", takes: "", says: "leave", run: |session, _, _| session.leave() },
];

/// Commands that only show something.
const HARMLESS: &[&str] =
    &["help", "verbs", "kinds", "facts", "rules", "describe", "scenario", "plan", "format", "more", "explain", "limits"];

/// What people type who know other tools, and which command they mean.
const ALIASES: &[(&str, &str)] = &[
    ("?", "help"),
    ("h", "help"),
    ("commands", "help"),
    ("open", "load"),
    ("read", "load"),
    ("source", "load"),
    ("run", "load"),
    ("write", "save"),
    ("tables", "verbs"),
    ("schema", "verbs"),
    ("listing", "rules"),
    ("info", "describe"),
    ("analyze", "plan"),
    ("scenarios", "scenario"),
    ("world", "scenario"),
    ("timer", "time"),
    ("timing", "time"),
    ("clear", "reset"),
    ("day", "as-of"),
    ("mode", "format"),
    ("q", "quit"),
    ("exit", "quit"),
    ("bye", "quit"),
    ("halt", "quit"),
];

/// Words that are a command without a colon, if they stand alone: nothing that can be said begins and ends with them.
const BARE: &[&str] = &["?", "help", "quit", "exit", "bye", "halt"];

/// The names of all commands.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.name)
}

/// The command and its arguments, if the text is one: `:help verbs`, also `help`, `exit()`, `\q` and `.quit`.
pub(super) fn of(text: &str) -> Option<(String, String)> {
    let split = |text: &str| {
        let (name, arguments) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        (name.to_owned(), arguments.trim().to_owned())
    };
    if let Some(command) = text.strip_prefix(':') {
        return Some(split(command.trim_start()));
    }
    let bare = text.trim_end_matches([';', '.', '!']).trim_end_matches("()").to_lowercase();
    if BARE.contains(&bare.as_str()) {
        return Some((bare, String::new()));
    }
    let (name, arguments) = split(text.strip_prefix(['\\', '/', '.'])?);
    let is_known = names().chain(ALIASES.iter().map(|(alias, _)| *alias)).any(|known| known == name);
    is_known.then_some((name, arguments))
}

/// The command that is meant by a text without its colon: `facts`, `undo`, `show verbs`, `clear`.
pub(super) fn meant(text: &str) -> Option<String> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    // `srl run shop.srl` and `srl --help` belong before the prompt.
    if words.len() > 1 && ["show", "list", "print", "display", "srl"].contains(&words[0].to_lowercase().as_str()) {
        words.remove(0);
        words[0] = words[0].trim_start_matches('-');
    }
    if let ["describe", "everything" | "all"] = words.as_slice() {
        return Some("facts".to_owned());
    }
    // A statement of this name that went wrong is no command.
    let command = COMMANDS.iter().find(|command| command.name == words[0] && !text.contains('{'));
    let alias = || ALIASES.iter().find(|(alias, _)| *alias == words[0]).and_then(|(_, meant)| find(meant).ok());
    let command = command.or_else(alias)?;
    Some(if command.takes.is_empty() || words.len() == 1 {
        command.name.to_owned()
    } else {
        format!("{} {}", command.name, words[1..].join(" "))
    })
}

/// The command that a name or its beginning means; otherwise what to say.
fn find(name: &str) -> Result<&'static Command, String> {
    let name = name.to_lowercase().replace('_', "-");
    let by_name = |name: &str| COMMANDS.iter().find(|command| command.name == name);
    let alias = || ALIASES.iter().find(|(alias, _)| *alias == name).and_then(|(_, meant)| by_name(meant));
    if let Some(command) = by_name(&name).or_else(alias) {
        return Ok(command);
    }
    let begun: Vec<_> = COMMANDS.iter().filter(|command| !name.is_empty() && command.name.starts_with(&name)).collect();
    match begun.as_slice() {
        [command] => return Ok(command),
        [] => {}
        several => {
            let names = several.iter().map(|command| format!("`:{}`", command.name)).collect::<Vec<_>>().join(", ");
            return Err(format!("`:{name}` may be {names}"));
        }
    }
    Err(match nearest(&name, names()) {
        Some(near) => format!("there is no command `:{name}`; did you mean `:{near}`?"),
        None => format!("there is no command `:{name}`; `:help` lists them"),
    })
}

/// What may follow a command, without its colon, that is typed so far.
pub(super) fn hint(begun: &str) -> Option<String> {
    let (name, arguments) = begun.split_once(char::is_whitespace).map_or((begun, None), |(name, rest)| (name, Some(rest)));
    let command = find(name).ok()?;
    match arguments {
        Some(rest) if rest.trim().is_empty() => Some(command.takes.to_owned()),
        Some(_) => None,
        None => {
            let rest = command.name.strip_prefix(name)?;
            Some(format!("{rest} {}", command.takes).trim_end().to_owned())
        }
    }
    .filter(|hint| !hint.is_empty())
}

const FORMATS: [(&str, Format); 5] =
    [("text", Format::Text), ("plain", Format::Plain), ("json", Format::Json), ("csv", Format::Csv), ("markdown", Format::Markdown)];

impl Session {
    /// What may stand at the end of a command that is typed so far, without its colon.
    pub(super) fn complete_command(&self, begun: &str, files: &dyn Fn(&str) -> Vec<String>) -> Completions {
        let candidate = |text: &str, display: &str| Candidate { text: text.to_owned(), display: display.to_owned() };
        let Some((name, rest)) = begun.split_once(char::is_whitespace) else {
            let fitting = COMMANDS.iter().filter(|command| command.name.starts_with(&begun.to_lowercase()));
            let shown = |command: &Command| candidate(command.name, format!("{} {}", command.name, command.takes).trim_end());
            return Completions { start: 1, candidates: fitting.map(shown).collect() };
        };
        let argument = rest.trim_start();
        let start = 1 + begun.len() - argument.len();
        let among = |words: &mut dyn Iterator<Item = &'static str>| {
            let words = words.filter(|word| word.to_lowercase().starts_with(&argument.to_lowercase()));
            Completions { start, candidates: words.map(|word| candidate(word, word)).collect() }
        };
        match find(name).map(|command| command.name) {
            Ok("load" | "save" | "export") => {
                // A quotation mark before a path is no part of it.
                let argument = argument.strip_prefix('"').unwrap_or(argument);
                let start = 1 + begun.len() - argument.len();
                Completions { start, candidates: files(argument).iter().map(|path| candidate(path, path)).collect() }
            }
            Ok("help") => among(&mut names()),
            Ok("explain") => among(&mut codes::codes()),
            Ok("format") => among(&mut FORMATS.iter().map(|(name, _)| *name)),
            Ok("time") => among(&mut ["on", "off", "rules"].into_iter()),
            Ok("as-of") => among(&mut ["any"].into_iter()),
            Ok("limits") => among(&mut ["max-facts", "max-time", "max-memory"].into_iter()),
            Ok("plan") => {
                let completions = complete(&self.model, argument, argument.len(), files);
                Completions { start: start + completions.start, ..completions }
            }
            Ok("scenario") => {
                let names = self.model.scenarios().into_iter().map(|scenario| scenario.name.to_string()).chain(["base".to_owned()]);
                let fitting = names.filter(|name| name.to_lowercase().starts_with(&argument.to_lowercase()));
                Completions { start, candidates: fitting.map(|name| candidate(&name, &name)).collect() }
            }
            Ok("describe" | "facts") => {
                // Names stand there as they do in the statement of this name.
                let statement = format!("describe {argument}");
                let completions = complete(&self.model, &statement, statement.len(), files);
                Completions { start: start + completions.start.saturating_sub("describe ".len()), ..completions }
            }
            _ => Completions { start, candidates: Vec::new() },
        }
    }

    /// Every command, in the order of `:help`.
    pub fn commands() -> impl Iterator<Item = CommandDescription> {
        COMMANDS.iter().map(|Command { name, takes, says, .. }| CommandDescription { name, takes, says })
    }

    pub(super) fn command(&mut self, name: &str, arguments: &str, files: &dyn Files) -> Reply {
        match find(name) {
            Ok(command) if command.takes.is_empty() && !arguments.is_empty() => {
                Reply::complaint(format!("`:{}` takes nothing", command.name))
            }
            Ok(command) if arguments.is_empty() && !command.takes.is_empty() && !command.takes.starts_with('[') => {
                Reply::complaint(format!("`:{} {}`: {}", command.name, command.takes, command.says))
            }
            Ok(command) => (command.run)(self, arguments, files),
            Err(complaint) => match self.forgiven(name, arguments, files) {
                Some(reply) => reply,
                None => Reply::complaint(complaint),
            },
        }
    }

    /// What a mistyped command was meant to show. One that changes something is only suggested.
    fn forgiven(&mut self, name: &str, arguments: &str, files: &dyn Files) -> Option<Reply> {
        let meant = nearest(name, HARMLESS.iter().copied())?;
        let mut reply = self.command(meant, arguments, files);
        reply.parts.insert(0, Part::Note(format!("read as `:{meant}`")));
        Some(reply)
    }
}

/// A file name as it is typed: quotation marks around it are no part of it.
fn path(argument: &str) -> &str {
    let argument = argument.strip_prefix('"').unwrap_or(argument);
    argument.strip_suffix('"').unwrap_or(argument)
}

fn task(session: &mut Session, exercise: &str, files: &dyn Files) -> Reply {
    session.carry_out(CourseCommand::Task, exercise, files)
}

fn check(session: &mut Session, exercise: &str, files: &dyn Files) -> Reply {
    session.carry_out(CourseCommand::Check, exercise, files)
}

fn lesson_hint(session: &mut Session, exercise: &str, files: &dyn Files) -> Reply {
    session.carry_out(CourseCommand::Hint, exercise, files)
}

fn next(session: &mut Session, exercise: &str, files: &dyn Files) -> Reply {
    session.carry_out(CourseCommand::Next, exercise, files)
}

fn load(session: &mut Session, argument: &str, files: &dyn Files) -> Reply {
    session.load(path(argument), files)
}

fn reload(session: &mut Session, _: &str, files: &dyn Files) -> Reply {
    let kept = |mut reply: Reply| {
        reply.parts.retain(Part::is_error);
        reply.parts.push(Part::Note("nothing was reloaded: the model is as it was".to_owned()));
        reply
    };
    let mut fresh = match session.begin_again(files) {
        Ok(fresh) => fresh,
        Err(reply) => return kept(reply),
    };
    let mut told = 0;
    for entry in &session.entries {
        let Some(text) = &entry.text else { continue };
        let known = fresh.entries.len();
        let reply = fresh.again(text, files);
        fresh.entries[known..].iter_mut().for_each(|new| new.start = entry.start);
        if reply.is_failed() {
            return kept(reply);
        }
        told += 1;
    }
    session.model = fresh.model;
    let told_before = std::mem::replace(&mut session.entries, fresh.entries);
    // What was taken back by `:reset` can still be brought back.
    session.entries.splice(0..0, told_before.into_iter().filter(|entry| entry.text.is_none()));
    let read = if session.setup.files.is_empty() { String::new() } else { format!("{} and ", some(session.setup.files.len(), "file")) };
    let mut reply = Reply::note(format!("told again: {read}{}", some(told, "input")));
    session.changes += 1;
    session.check(&mut reply);
    reply
}

fn save(session: &mut Session, argument: &str, files: &dyn Files) -> Reply {
    let name = files.locate("", path(argument));
    if let Some(reply) = session.must_not_replace(&name, path(argument), files) {
        return reply;
    }
    let _at_work = session.interrupt.at_work();
    let is_wanted = || !session.interrupt.is_raised();
    let stopped = || Reply::complaint(format!("stopped: nothing was written to `{}`", path(argument)));
    let Some(script) = session.model.script_while(is_wanted) else { return stopped() };
    let written = files.create(&name).and_then(|mut file| {
        for part in script.as_bytes().chunks(WRITTEN_AT_ONCE) {
            if !is_wanted() {
                // A file that is not complete is none.
                return Ok(false);
            }
            file.write_all(part)?;
        }
        file.flush().map(|()| true)
    });
    match written {
        Ok(false) => stopped(),
        Ok(true) => {
            session.saved = session.changes;
            session.wrote(name);
            Reply::note(format!("wrote {} to {}", some(script.lines().count(), "line"), path(argument)))
        }
        Err(error) => Reply::complaint(format!("cannot write `{}`: {}", path(argument), reason(&error, "there is no such folder"))),
    }
}

fn export(session: &mut Session, argument: &str, files: &dyn Files) -> Reply {
    let name = files.locate("", path(argument));
    if session.latest().is_some()
        && let Some(reply) = session.must_not_replace(&name, path(argument), files)
    {
        return reply;
    }
    let Some((number, answers)) = session.latest() else {
        return Reply::complaint("no question has been answered with a table yet; ask one, such as `who provides what?`");
    };
    let AnswerKind::Table { columns, rows } = answers.kind() else { return Reply::default() };
    let path = path(argument);
    let _at_work = session.interrupt.at_work();
    let source = Arc::new(Source::new("the command", format!(":export {path}")));
    let at = Span::new(":export ".len(), source.text().len());
    let written = crate::data::check_export(path, at).and_then(|()| {
        let unwritable =
            |error: std::io::Error| crate::data::error::DataError::Unwritable { path: path.to_owned(), reason: error.to_string(), at };
        let file = files.create(&name).map_err(unwritable)?;
        crate::data::export(path, at, columns, rows, Wanted { file, interrupt: session.interrupt.clone() })
    });
    match written {
        Ok(()) => {
            let reply = Reply::note(format!("wrote {} of answer-{number} to {path}", some(rows.len(), "row")));
            session.wrote(name);
            reply
        }
        Err(_) if session.interrupt.is_raised() => Reply::complaint(format!("stopped: nothing was written to `{path}`")),
        Err(error) => Reply::problems(&[Problem::new(error, source)]),
    }
}

/// Lines that hold the words of a text, in any case; without a text all of them.
fn holding(lines: impl Iterator<Item = String>, text: &str, what: &str, interrupt: &Interrupt) -> Reply {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let holds = |line: &String| {
        let line = if words.is_empty() { String::new() } else { line.to_lowercase() };
        words.iter().all(|word| line.contains(word.as_str()))
    };
    let found: String = lines.take_while(|_| !interrupt.is_raised()).filter(holds).collect();
    if interrupt.is_raised() {
        return Reply::complaint("interrupted");
    }
    if !found.is_empty() {
        return Reply::text(found);
    }
    Reply::note(if words.is_empty() { format!("there are no {what} yet") } else { format!("no {what} with `{text}`") })
}

fn documented(what: &str, doc: Option<&str>) -> String {
    let doc: String = doc.into_iter().flat_map(str::lines).flat_map(|line| ["    ", line, "\n"]).collect();
    format!("{what}\n{doc}")
}

fn verbs(session: &mut Session, text: &str, _: &dyn Files) -> Reply {
    let verbs = session.model.verbs().into_iter().filter(|verb| !verb.is_kind);
    holding(verbs.map(|verb| documented(&verb.readings.join("\n  also "), verb.doc.as_deref())), text, "verbs", &session.interrupt)
}

fn kinds(session: &mut Session, text: &str, _: &dyn Files) -> Reply {
    holding(session.model.kinds().into_iter().map(|(kind, doc)| documented(&kind, doc.as_deref())), text, "kinds", &session.interrupt)
}

fn facts(session: &mut Session, text: &str, _: &dyn Files) -> Reply {
    // What every model holds is told only to who asks for it.
    let left_out = if text.is_empty() { session.model.sentences_of_vocabularies() } else { BTreeSet::new() };
    let sentences = session.model.stated_sentences().filter(|fact| !left_out.contains(fact));
    holding(sentences.map(|fact| fact + "\n"), text.trim_end_matches('?'), "stated facts", &session.interrupt)
}

fn rules(session: &mut Session, text: &str, _: &dyn Files) -> Reply {
    let rules = session.model.rules();
    holding(
        rules.iter().map(|rule| documented(&crate::syntax::on_one_line(&rule.text), rule.doc.as_deref())),
        text,
        "rules",
        &session.interrupt,
    )
}

fn describe(session: &mut Session, name: &str, files: &dyn Files) -> Reply {
    let name = if crate::syntax::words::written(name) == name || name.starts_with('"') {
        name.to_owned()
    } else {
        crate::syntax::words::written(name)
    };
    let source = session.source(&format!("describe {name}"));
    session.tell(source, "", files, false)
}

fn plan(session: &mut Session, question: &str, _: &dyn Files) -> Reply {
    match session.model.plan_of(question) {
        Ok(plan) => Reply { parts: vec![Part::Plan(Box::new(plan))], ..Reply::default() },
        Err(error) => Reply::problems(error.problems()),
    }
}

fn scenario(session: &mut Session, name: &str, _: &dyn Files) -> Reply {
    session.choose_scenario(name)
}

fn as_of(session: &mut Session, day: &str, files: &dyn Files) -> Reply {
    let text = format!("as of {}", if day == "any" { "any day" } else { day });
    let source = session.source(&text);
    session.tell(source, &text, files, false)
}

fn format(session: &mut Session, name: &str, _: &dyn Files) -> Reply {
    if let Some((_, format)) = FORMATS.iter().find(|(own, _)| *own == name) {
        session.format = *format;
        return Reply::note(format!("answers are written as {name}"));
    }
    let current = FORMATS.iter().find(|(_, format)| *format == session.format).map_or("text", |(name, _)| name);
    let names = FORMATS.map(|(name, _)| name).join(", ");
    if name.is_empty() {
        return Reply::note(format!("answers are written as {current}; there are {names}"));
    }
    Reply::complaint(format!("there is no format `{name}`; there are {names}"))
}

fn time(session: &mut Session, argument: &str, _: &dyn Files) -> Reply {
    session.timing = match argument {
        "" if session.timing == Timing::Off => Timing::Inputs,
        "on" => Timing::Inputs,
        "rules" => Timing::Rules,
        "" | "off" => Timing::Off,
        other => return Reply::complaint(format!("`:time on`, `:time rules` or `:time off`, not `{other}`")),
    };
    session.model.set_clock(None);
    Reply::note(match session.timing {
        Timing::Off => "inputs do not say how long they took",
        Timing::Inputs => "each input says how long it took",
        Timing::Rules => "each input says how long it took, and what each rule that was applied for it cost",
    })
}

fn more(session: &mut Session, _: &str, _: &dyn Files) -> Reply {
    if !session.rest.is_empty() {
        return Reply::text(std::mem::take(&mut session.rest));
    }
    match session.cut.take() {
        Some((answers, levels)) => {
            let deeper = levels * 2;
            session.cut = answers.is_deeper_than(deeper).then(|| (answers.clone(), deeper));
            Reply { parts: vec![Part::Deeper(answers, deeper)], format: session.format, ..Reply::default() }
        }
        None => Reply::note("there is no more"),
    }
}

fn explain(_: &mut Session, code: &str, _: &dyn Files) -> Reply {
    match codes::explain(code) {
        Some(page) => Reply::page(page),
        None => Reply::complaint(format!("there is no code `{code}`; a code looks like `E0201`")),
    }
}

fn limits(session: &mut Session, argument: &str, _: &dyn Files) -> Reply {
    let (name, value) = argument.split_once(char::is_whitespace).map_or((argument, ""), |(name, value)| (name, value.trim()));
    let bounds = session.setup.bounds.clone();
    let set = match (name, value) {
        ("", _) | ("max-facts" | "max-time" | "max-memory", "") => Ok(()),
        ("max-facts", number) => match number.replace([',', '_'], "").parse() {
            Ok(max_facts) => {
                session.setup.limits.max_facts = max_facts;
                session.model.set_limits(session.setup.limits);
                Ok(())
            }
            Err(_) => Err("write a number of facts, such as 1000000"),
        },
        ("max-time", "none") => {
            bounds.set_time(None);
            Ok(())
        }
        ("max-time", time) => seconds(time).map(|time| bounds.set_time(Some(time))),
        ("max-memory", "none") => {
            bounds.set_memory(None);
            Ok(())
        }
        ("max-memory", size) => mebibytes(size).map(|size| bounds.set_memory(Some(size))),
        (name, _) => return Reply::complaint(format!("there is no limit `{name}`; there are max-facts, max-time and max-memory")),
    };
    if let Err(help) = set {
        return Reply::complaint(format!("`{value}` is no value for `{name}`: {help}"));
    }
    let max = usize::try_from(session.setup.limits.max_facts).unwrap_or(usize::MAX);
    let time = bounds.time().map_or_else(|| "none".to_owned(), |time| format!("{} s", f64::from(time) / 1_000.0));
    let memory = bounds.memory().map_or_else(|| "none".to_owned(), |size| format!("{size} MiB"));
    Reply::text(format!(
        "max-facts {}: the most facts that one question may derive\n\
         max-time {time}: the longest that one statement or question may take\n\
         max-memory {memory}: the most memory that may be taken\n",
        echo::grouped(max)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_be_shortened_and_mistyped() {
        let found = |name: &str| find(name).map(|command| command.name);
        assert_eq!(found("verbs"), Ok("verbs"));
        assert_eq!(found("ver"), Ok("verbs"));
        assert_eq!(found("AS_OF"), Ok("as-of"));
        assert_eq!(found("re").unwrap_err(), "`:re` may be `:reload`, `:redo`, `:reset`");
        assert_eq!(found("vebrs").unwrap_err(), "there is no command `:vebrs`; did you mean `:verbs`?");
    }

    #[test]
    fn commands_of_other_tools_are_understood() {
        let found = |text: &str| of(text).map(|(name, arguments)| (find(&name).map_or("", |command| command.name), arguments));
        for text in ["exit", "quit()", "\\q", ".quit", "exit;", ":quit", ": quit"] {
            assert_eq!(found(text), Some(("quit", String::new())), "{text}");
        }
        assert_eq!(found(".schema service"), Some(("verbs", "service".to_owned())));
        assert_eq!(found("help"), Some(("help", String::new())));
        assert_eq!(found("help helps C"), None);
    }

    #[test]
    fn every_alias_is_for_a_command() {
        for (alias, name) in ALIASES {
            assert!(names().any(|own| own == *name) && !names().any(|own| own == *alias), "{alias}");
        }
    }
}
