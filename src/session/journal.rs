//! The journal: every input that changed the model, as a program that tells it again. What is written in which form; the file itself,
//! its lock and the disk are the business of whoever implements [`Journal`].
//!
//! An input of one line is one line. Before an input of several lines stands `# the next N lines were told together`, so that one that was
//! written in part only can be told from a whole one.

use std::fmt;
use std::io;

use super::Session;
use crate::syntax;
use crate::syntax::ast::{Statement, StatementKind};
use crate::syntax::words::quoted;

/// Where the inputs of a session are kept.
pub trait Journal: fmt::Debug {
    /// Adds a text, which ends with a line end, and returns when it is on disk: with the number of bytes that stand before it. After an
    /// error nothing of it must be there.
    fn append(&mut self, text: &str) -> io::Result<u64>;

    /// Leaves so many bytes at the start, and returns when the rest is gone from disk.
    fn cut(&mut self, len: u64) -> io::Result<()>;

    /// A path that means the same wherever a later session begins.
    fn full_path(&self, path: &str) -> String;

    /// Whether a path leads to the journal itself, which nothing else may write to.
    fn is_at(&self, _path: &str) -> bool {
        false
    }
}

const TOGETHER: &str = "# the next ";
const TOLD: &str = " lines were told together";

/// An input in a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The number of bytes that stand before it.
    pub start: u64,
    /// What was told.
    pub text: String,
}

/// The inputs that a journal holds, and how many bytes at its start hold them. What follows is an input that was not written to its end,
/// and was never confirmed.
///
/// ```
/// let journal = "A provides power to B\n# the next 2 lines were told together\n?x is vital\n";
/// let (inputs, whole) = srl::session::journaled(journal);
/// assert_eq!(inputs[0].text, "A provides power to B");
/// assert_eq!(inputs.len(), 1);
/// assert_eq!(&journal[whole..], "# the next 2 lines were told together\n?x is vital\n");
/// ```
pub fn journaled(text: &str) -> (Vec<Input>, usize) {
    let mut inputs = Vec::new();
    let mut whole = 0;
    // Where the lines begin that were told one by one, or written by hand.
    let mut loose = 0;
    let input = |start: usize, text: &str| Input { start: start as u64, text: text.to_owned() };
    let singly = |from: usize, to: usize| syntax::statements(&text[from..to]).map(move |(at, own)| input(from + at, own));
    let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    while let Some(line) = lines.next() {
        let together = line.trim_end().strip_prefix(TOGETHER).and_then(|rest| rest.strip_suffix(TOLD)?.parse::<usize>().ok());
        let Some(count) = together else {
            whole += line.len();
            continue;
        };
        let own: Vec<&str> = lines.by_ref().take(count).collect();
        if own.len() < count {
            break;
        }
        inputs.extend(singly(loose, whole));
        let own = own.concat();
        inputs.push(input(whole, own.trim_end()));
        whole += line.len() + own.len();
        loose = whole;
    }
    inputs.extend(singly(loose, whole));
    (inputs, whole)
}

/// An input as it stands in a journal.
fn entry(input: &str) -> String {
    let lines = input.lines().count();
    if lines == 1 { format!("{input}\n") } else { format!("{TOGETHER}{lines}{TOLD}\n{}\n", input.lines().collect::<Vec<_>>().join("\n")) }
}

/// The statement that reads a file.
pub(super) fn include(path: &str) -> String {
    format!("include {}", quoted(path))
}

/// A text with its paths written in full.
fn with_full_paths(text: &str, full_path: impl Fn(&str) -> String) -> String {
    let (program, _) = syntax::parse(text);
    let mut out = text.to_owned();
    let mut paths = Vec::new();
    let mut note = |statement: &Statement| {
        if let StatementKind::Include(path) | StatementKind::Import { path, .. } | StatementKind::Export { path, .. } = &statement.kind {
            paths.push(path.clone());
        }
    };
    program.statements.iter().for_each(|statement| statement.each(&mut note));
    for path in paths.iter().rev() {
        out.replace_range(path.span.range(), &quoted(&full_path(&path.text)));
    }
    out
}

impl Session {
    /// Writes an input to the journal, if there is one; gives where in it.
    pub(super) fn write_down(&mut self, input: &str) -> io::Result<u64> {
        let Some(journal) = &mut self.journal else { return Ok(0) };
        let input = with_full_paths(input, |path| journal.full_path(path));
        journal.append(&entry(&input))
    }

    /// Whether this is the name of the journal.
    pub(super) fn is_journal(&self, name: &str) -> bool {
        self.journal.as_ref().is_some_and(|journal| journal.is_at(name))
    }

    /// Takes everything from a place on out of the journal.
    pub(super) fn cross_out(&mut self, from: u64) -> io::Result<()> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.cut(from))
    }

    /// Writes all that holds to the journal once more, after it was emptied.
    pub(super) fn write_anew(&mut self) -> io::Result<()> {
        for number in 0..self.entries.len() {
            if let Some(text) = self.entries[number].text.clone() {
                self.entries[number].start = self.write_down(&text)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_come_back_whole_or_not_at_all() {
        let inputs = ["A provides power to B", "?x is vital\n  if ?x provides power to something", "forget A provides power to B"];
        let text: String = inputs.iter().map(|input| entry(input)).collect();
        for cut in 0..=text.len() {
            let (found, whole) = journaled(&text[..cut]);
            let texts: Vec<_> = found.iter().map(|input| input.text.as_str()).collect();
            assert_eq!(texts, inputs[..found.len()], "cut at {cut}");
            assert!(whole <= cut && found.iter().all(|input| input.start < whole as u64));
            assert_eq!(journaled(&text[..whole]), (found, whole));
        }
        assert_eq!(journaled(&text).0.len(), inputs.len());
        let by_hand = format!("# Ours.\n?x is tall\n  if ?x is big\n\n{text}");
        assert_eq!(journaled(&by_hand).0[0].text, "?x is tall\n  if ?x is big");
        assert_eq!(journaled(&by_hand).0.len(), inputs.len() + 1);
    }

    #[test]
    fn paths_are_written_in_full() {
        let text = "import \"a.csv\" as ?p provides ?s to ?c\ninclude \"b.srl\"";
        let full = with_full_paths(text, |path| format!("/here/{path}"));
        assert_eq!(full, "import \"/here/a.csv\" as ?p provides ?s to ?c\ninclude \"/here/b.srl\"");
        let full = with_full_paths("scenario old { include \"b.srl\" }", |path| format!("/here/{path}"));
        assert_eq!(full, "scenario old { include \"/here/b.srl\" }");
    }
}
