//! Taking back and telling again: `:undo`, `:redo` and `:reset`, on the inputs of a session and in its journal.

use super::super::{Entry, Part, Reply, Session};
use crate::model::{Change, Files};

/// How often, for commands that may be given a number.
fn times(argument: &str) -> Result<usize, Reply> {
    if argument.is_empty() {
        return Ok(1);
    }
    argument.parse().ok().filter(|times| *times > 0).ok_or_else(|| Reply::complaint(format!("`{argument}` is no number of inputs")))
}

pub(super) fn undo(session: &mut Session, argument: &str, _: &dyn Files) -> Reply {
    let times = match times(argument) {
        Ok(times) => times,
        Err(reply) => return reply,
    };
    let mut reply = Reply::default();
    for _ in 0..times {
        let Some(entry) = session.entries.pop() else { break };
        // What cannot be crossed out in the journal still holds.
        if let Err(error) = session.cross_out(entry.start) {
            session.entries.push(entry);
            reply.parts.push(Part::Complaint(format!("the journal could not be written, and nothing more was taken back: {error}")));
            break;
        }
        let Entry { text, change, before, .. } = entry;
        session.model.undo(change);
        session.changes += 1;
        reply.parts.push(Part::Note(format!("taken back: {}", called(text.as_deref()))));
        if text.is_none() {
            session.entries = before;
            if let Err(error) = session.write_anew() {
                reply.parts.push(Part::Complaint(format!("the journal could not be written, and holds less than the model: {error}")));
            }
        }
        session.undone.push(text);
    }
    if reply.parts.is_empty() {
        return Reply::note("nothing is left to take back");
    }
    session.check(&mut reply);
    reply
}

pub(super) fn redo(session: &mut Session, argument: &str, files: &dyn Files) -> Reply {
    let times = match times(argument) {
        Ok(times) => times,
        Err(reply) => return reply,
    };
    let mut reply = Reply::default();
    for _ in 0..times {
        let Some(text) = session.undone.pop() else { break };
        let again = match &text {
            Some(text) => session.again(text, files),
            None => session.start_over(files),
        };
        if again.is_failed() {
            session.undone.push(text);
            reply.parts.extend(again.parts);
            break;
        }
        reply.parts.push(Part::Note(format!("told again: {}", called(text.as_deref()))));
    }
    if reply.parts.is_empty() {
        return Reply::note("nothing was taken back that could be told again");
    }
    session.check(&mut reply);
    reply
}

/// An input in one line.
fn called(text: Option<&str>) -> String {
    text.map_or_else(|| ":reset".to_owned(), crate::syntax::on_one_line)
}

pub(super) fn reset(session: &mut Session, _: &str, files: &dyn Files) -> Reply {
    if session.entries.is_empty() {
        return Reply::note("nothing has been told yet");
    }
    let mut reply = session.start_over(files);
    if !reply.is_failed() {
        session.undone.clear();
        reply.parts.push(Part::Note("everything is taken back; `:undo` brings it back".to_owned()));
        session.check(&mut reply);
    }
    reply
}

impl Session {
    /// A model as it was at the beginning, in place of this one.
    pub(in crate::session) fn start_over(&mut self, files: &dyn Files) -> Reply {
        let begun = match self.begin_again(files) {
            Ok(begun) => begun,
            Err(reply) => return reply,
        };
        let start = self.entries.first().map_or(0, |entry| entry.start);
        if let Err(error) = self.cross_out(start) {
            return Reply::complaint(format!("the journal could not be written, so everything still holds: {error}"));
        }
        let change = Change::replacing(std::mem::replace(&mut self.model, begun.model));
        let before = std::mem::take(&mut self.entries);
        self.entries.push(Entry { text: None, start, change, before });
        self.changes += 1;
        Reply::default()
    }
}
