//! Where a statement's lines may end: its pieces → [`Doc`]s. A line may end before what the layout reads on with, after a comma
//! and inside brackets.
//!
//! Follows brackets, `whenever … then`, `both … and` and the optional slots of a verb; what is joined inside one of them stays
//! together longer than what is joined outside. Changes no piece.

use super::pieces::Piece;
use super::print::{self, Doc, Gap, LineEnds};
use crate::syntax::layout::carries_on;
use crate::syntax::words::is_preposition;

/// How much further a line is indented than the one that it belongs to.
pub(super) const STEP: usize = 4;

/// A statement as it should be laid out in so many columns, without a line end after it.
pub(super) fn print(pieces: &[Piece<'_>], width: usize) -> String {
    let mut clauses = Clauses::new(pieces);
    let mut docs = Vec::new();
    if clauses.is_at(&["verb", "Verb"]) {
        clauses.verb(&mut docs);
    } else {
        clauses.clauses(&mut docs, 0, STEP, Within::Statement);
    }
    print::print(&docs, width)
}

/// What clauses stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Statement,
    Brackets,
    /// From `whenever` to the one condition after `then`.
    Whenever,
}

struct Clauses<'p> {
    pieces: &'p [Piece<'p>],
    at: usize,
    /// The piece whose comments stand before another one already.
    said: Option<usize>,
    /// Whether the next `and` belongs to a `both`.
    after_both: bool,
    finds: bool,
    /// Whether the `where` of a `find` is still to come; any other belongs to an aggregate.
    awaits_where: bool,
}

impl<'p> Clauses<'p> {
    fn new(pieces: &'p [Piece<'p>]) -> Self {
        let mut before = ":";
        let finds = pieces.iter().any(|piece| {
            let opens = matches!(before, ":" | "expect" | "Expect") && matches!(&*piece.text, "find" | "Find");
            before = &piece.text;
            opens
        });
        Self { pieces, at: 0, said: None, after_both: false, finds, awaits_where: finds }
    }

    /// The text of the piece at hand, or a later one; beyond the end, nothing.
    fn text(&self, ahead: usize) -> &'p str {
        self.pieces.get(self.at + ahead).map_or("", |piece| &*piece.text)
    }

    fn is_at(&self, words: &[&str]) -> bool {
        words.contains(&self.text(0))
    }

    /// Puts the piece at hand down, with the comments before it.
    fn put(&mut self, docs: &mut Vec<Doc<'p>>, ends: LineEnds, indent: usize) {
        self.comments(docs, self.at, indent);
        let Some(piece) = self.pieces.get(self.at) else { return };
        if self.at > 0 {
            let ends = if piece.apart { LineEnds::Always } else { ends };
            docs.push(Doc::Gap(Gap { space: !piece.tight, ends, indent }));
        }
        docs.push(Doc::Text(&piece.text));
        self.at += 1;
    }

    fn comments(&mut self, docs: &mut Vec<Doc<'p>>, index: usize, indent: usize) {
        if self.said != Some(index) {
            let comments = self.pieces.get(index).into_iter().flat_map(|piece| &piece.comments);
            docs.extend(comments.map(|comment| Doc::Comment { text: comment.text, own_line: comment.own_line, indent }));
        }
    }

    /// Puts the word down that begins a clause. A comment behind it speaks of what stands before it, or of the whole clause, so it
    /// goes there; not with `##`, which would end the statement.
    fn start(&mut self, docs: &mut Vec<Doc<'p>>, ends: LineEnds, indent: usize) {
        self.comments(docs, self.at, indent);
        let next = self.at + 1;
        if self.pieces.get(next).is_some_and(|piece| piece.comments().all(|comment| !comment.starts_with("##"))) {
            self.comments(docs, next, indent);
            self.said = Some(self.at);
            self.put(docs, ends, indent);
            self.said = Some(next);
        } else {
            self.said = Some(self.at);
            self.put(docs, ends, indent);
        }
    }

    /// Whether the piece at hand begins a clause.
    fn starts_clause(&self) -> bool {
        carries_on(self.text(0), self.text(1))
            && match self.text(0) {
                "and" => !self.after_both,
                "where" => self.awaits_where,
                "order" | "limit" => self.finds,
                "also" | "keeping" | "[" => false,
                _ => true,
            }
    }

    /// Clauses up to the end or a closing bracket, and how many. The first belongs to a line that is indented by `first`, the
    /// others begin at `rest`.
    fn clauses(&mut self, docs: &mut Vec<Doc<'p>>, first: usize, rest: usize, within: Within) -> usize {
        let mut count = 1;
        let mut concluded = false;
        self.clause(docs, first, within);
        while self.starts_clause() {
            let ends_here = concluded || !self.is_at(&["and", "or", "then"]);
            if within == Within::Whenever && ends_here {
                break;
            }
            concluded = self.is_at(&["then"]);
            self.awaits_where &= !self.is_at(&["where"]);
            self.start(docs, LineEnds::WithGroup, rest);
            self.clause(docs, rest, within);
            count += 1;
        }
        count
    }

    /// The pieces up to the next clause, on a line that is indented so far.
    fn clause(&mut self, docs: &mut Vec<Doc<'p>>, indent: usize, within: Within) {
        let mut before = "";
        while self.at < self.pieces.len() {
            let text = self.text(0);
            match text {
                ")" => return,
                "(" => self.brackets(docs, indent),
                "whenever" => self.whenever(docs, indent),
                _ if self.starts_clause() => return,
                _ => {
                    self.after_both = text == "both" || self.after_both && text != "and";
                    let ends = if before == "," && within == Within::Statement { LineEnds::IfFull } else { LineEnds::Never };
                    self.put(docs, ends, indent + STEP);
                }
            }
            before = text;
        }
    }

    /// `(…)`: broken as a whole, if there are several clauses in it.
    fn brackets(&mut self, docs: &mut Vec<Doc<'p>>, indent: usize) {
        let after_comma = self.at.checked_sub(1).is_some_and(|before| self.pieces[before].text == ",");
        self.put(docs, if after_comma { LineEnds::IfFull } else { LineEnds::Never }, indent + STEP);
        let mut inner = Vec::new();
        let count = self.clauses(&mut inner, indent + STEP, indent + STEP, Within::Brackets);
        let ends = if count > 1 { LineEnds::WithGroup } else { LineEnds::Never };
        for doc in &mut inner {
            match doc {
                Doc::Comment { indent: own, .. } => *own = indent + STEP,
                Doc::Gap(gap) => {
                    *gap = Gap { ends, indent: indent + STEP, ..*gap };
                    break;
                }
                Doc::Text(_) | Doc::Group(_) => break,
            }
        }
        self.comments(&mut inner, self.at, indent + STEP);
        self.said = Some(self.at);
        self.put(&mut inner, ends, indent);
        docs.push(Doc::Group(inner));
    }

    /// `whenever … then …`: inside, `and` joins what `whenever` speaks of.
    fn whenever(&mut self, docs: &mut Vec<Doc<'p>>, indent: usize) {
        self.put(docs, LineEnds::Never, indent + STEP);
        let mut inner = Vec::new();
        self.clauses(&mut inner, indent, indent + STEP, Within::Whenever);
        docs.push(Doc::Group(inner));
    }

    /// A declaration: each further reading stands on a line of its own, optional slots and `keeping` where there is room.
    fn verb(&mut self, docs: &mut Vec<Doc<'p>>) {
        let mut indent = 0;
        while self.at < self.pieces.len() {
            let (ends, words) = match self.text(0) {
                "[" => {
                    self.optional_slots(docs, indent + STEP);
                    continue;
                }
                "also" => {
                    indent = STEP;
                    self.start(docs, LineEnds::Always, indent);
                    (LineEnds::Never, 1)
                }
                "keeping" => (LineEnds::WithGroup, 3),
                // What follows these words is a slot, even if it is called `also`.
                word if is_preposition(word) => (LineEnds::Never, 2),
                _ => (LineEnds::Never, 1),
            };
            let mut inner = Vec::new();
            self.put(&mut inner, ends, indent + STEP);
            (1..words).for_each(|_| self.put(&mut inner, LineEnds::Never, indent + STEP));
            docs.push(Doc::Group(inner));
        }
    }

    /// `[…] […]`: together on the line of the verb, or together below it.
    fn optional_slots(&mut self, docs: &mut Vec<Doc<'p>>, indent: usize) {
        let mut inner = Vec::new();
        let mut ends = LineEnds::WithGroup;
        while self.is_at(&["["]) {
            self.put(&mut inner, ends, indent);
            while self.at < self.pieces.len() && !self.is_at(&["[", "]"]) {
                self.put(&mut inner, LineEnds::Never, indent + STEP);
            }
            self.put(&mut inner, LineEnds::Never, indent);
            ends = LineEnds::IfFull;
        }
        docs.push(Doc::Group(inner));
    }
}
