//! Keeps a slip from replacing somebody's file: a file that is there already, and was not written in this session, is replaced only when that
//! is said twice, and the journal never is.

use std::collections::BTreeSet;

use super::{Reply, Session};
use crate::model::Files;

/// What a session knows of the files that it may replace, by the names that [`Files::locate`] gives them.
#[derive(Debug, Default)]
pub(super) struct Replacing {
    /// There is somebody to be asked.
    asks: bool,
    /// The files that were written here.
    written: BTreeSet<String>,
    /// The file that was asked about, and the number of the input that wanted to replace it.
    asked: Option<(String, usize)>,
}

impl Session {
    /// From here on a file that this session did not write is replaced only when that is said twice: for a conversation with a person.
    pub fn ask_before_replacing(&mut self) {
        self.replacing.asks = true;
    }

    /// What to say where a file is not to be replaced, or not yet. `path` is what the user calls it.
    pub(super) fn must_not_replace(&mut self, name: &str, path: &str, files: &dyn Files) -> Option<Reply> {
        if self.is_journal(name) {
            return Some(Reply::complaint(format!(
                "`{path}` is the journal of this prompt, which keeps all that is told; choose another file"
            )));
        }
        let Replacing { asks, written, asked } = &mut self.replacing;
        let is_repeated = asked.take().is_some_and(|(own, number)| own == name && number + 1 == self.number);
        if !*asks || is_repeated || written.contains(name) || files.open(name).is_err() {
            return None;
        }
        *asked = Some((name.to_owned(), self.number));
        Some(Reply::note(format!("`{path}` is there already; the same command once more replaces it")))
    }

    /// A file has been written here.
    pub(super) fn wrote(&mut self, name: String) {
        self.replacing.written.insert(name);
    }
}
