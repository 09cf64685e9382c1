//! `:help`: the first steps and all commands, or what one command, code, verb, kind or word of the language means.

use super::{COMMANDS, Command, Session, documented, find, names};
use crate::diagnostics::codes;
use crate::diagnostics::suggest::nearest;
use crate::model::Files;
use crate::session::Reply;

const FIRST_STEPS: &str = "\
Say who provides what to whom:  B provides hosting to C
ask:                            who relies on B?  does C rely on B?
say what follows:               ?x is big if ?x provides power to C
take something back:            forget B provides hosting to C

A line that ends with `and`, `or`, `if` or `,` goes on in the next one. Tab completes.

";

fn line(command: &Command) -> String {
    format!("  {:<26} {}\n", format!(":{} {}", command.name, command.takes).trim_end(), command.says)
}

pub(super) fn help(session: &mut Session, about: &str, _: &dyn Files) -> Reply {
    if about.is_empty() {
        let commands: String = COMMANDS.iter().map(line).collect();
        return Reply::text(format!("{FIRST_STEPS}Commands, which may be shortened:\n{commands}"));
    }
    if let Some(page) = codes::explain(about) {
        return Reply::page(page);
    }
    let of_command = |command: &Command| Reply::text(line(command).trim_start().to_owned());
    let name = about.trim_start_matches(':');
    if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
        return of_command(command);
    }
    let meanings = of_word(session, about);
    if !meanings.is_empty() {
        return Reply::text(meanings);
    }
    match find(name) {
        Ok(command) => of_command(command),
        Err(complaint) if about.starts_with(':') || nearest(name, names()).is_some() => Reply::complaint(complaint),
        Err(_) => {
            Reply::complaint(format!("there is neither a command nor a word `{about}`; `:help` lists the commands, `:verbs` the verbs"))
        }
    }
}

/// How a word of the language or of the vocabulary is used, and what it means: `expect`, `relies on`, `is a provider`, `services`.
fn of_word(session: &Session, about: &str) -> String {
    const SMALL: &[&str] = &["is", "are", "has", "have", "a", "an", "the"];
    let mut words = about.split_whitespace().filter(|word| !SMALL.contains(word));
    let Some(word) = words.next() else { return String::new() };
    let form = crate::syntax::form_of(&word.to_lowercase()).map(|form| format!("{form}\n"));
    let meanings = session.model.meanings(word).into_iter().map(|(said, doc)| documented(&said, doc.as_deref()));
    form.into_iter().chain(meanings).collect()
}
