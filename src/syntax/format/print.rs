//! Where lines end: a statement's words and the places between them → text.
//!
//! A group stands on one line if it fits there; otherwise a line ends at every place of it that asks for that. After a comment
//! a line ends in any case. Knows words by their width only.

/// The columns that a line fills, if it can be helped. Comments do not count.
pub(crate) const WIDTH: usize = 100;

#[derive(Debug)]
pub(super) enum Doc<'p> {
    Text(&'p str),
    Gap(Gap),
    Comment {
        text: &'p str,
        own_line: bool,
        indent: usize,
    },
    /// What stands on one line, or is broken as a whole.
    Group(Vec<Doc<'p>>),
}

/// A place between two words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// Whether a space stands here on one line.
    pub(super) space: bool,
    pub(super) ends: LineEnds,
    /// How far the next line is indented, if the line ends here.
    pub(super) indent: usize,
}

/// When the line ends at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// After a comment only.
    Never,
    /// If the group is broken.
    WithGroup,
    /// If the group is broken, and what comes up to the next such place does not fit on the line.
    IfFull,
    Always,
}

/// The text, without a line end after it.
pub(super) fn print(docs: &[Doc<'_>], width: usize) -> String {
    let mut page = Page { width, ..Page::default() };
    page.group(docs, 0);
    page.text
}

#[derive(Default)]
struct Page {
    width: usize,
    text: String,
    column: usize,
    after_comment: bool,
}

impl Page {
    /// Puts a group down, after which so many columns more must fit on its last line.
    fn group(&mut self, docs: &[Doc<'_>], tail: usize) {
        let broken = docs.iter().any(is_forced) || self.column + docs.iter().map(width).sum::<usize>() + tail > self.width;
        for (index, doc) in docs.iter().enumerate() {
            let rest = || until_line_end(&docs[index + 1..], broken, tail);
            match doc {
                Doc::Text(text) => {
                    self.text.push_str(text);
                    self.column += columns(text);
                }
                Doc::Gap(gap) => {
                    let ends = match gap.ends {
                        LineEnds::Never => false,
                        LineEnds::WithGroup => broken,
                        LineEnds::IfFull => broken && self.column + usize::from(gap.space) + rest() > self.width,
                        LineEnds::Always => true,
                    };
                    if ends || self.after_comment {
                        self.new_line(gap.indent);
                    } else if gap.space {
                        self.text.push(' ');
                        self.column += 1;
                    }
                }
                Doc::Comment { text, own_line, indent } => {
                    if *own_line || self.after_comment {
                        self.new_line(*indent);
                    } else {
                        self.text.push_str("  ");
                    }
                    self.text.push_str(text);
                    self.after_comment = true;
                }
                Doc::Group(inner) => self.group(inner, rest()),
            }
        }
    }

    fn new_line(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
        self.after_comment = false;
    }
}

/// Whether it cannot stand on one line.
fn is_forced(doc: &Doc<'_>) -> bool {
    match doc {
        Doc::Text(_) => false,
        Doc::Gap(gap) => gap.ends == LineEnds::Always,
        Doc::Comment { .. } => true,
        Doc::Group(docs) => docs.iter().any(is_forced),
    }
}

/// The columns that it fills on one line.
fn width(doc: &Doc<'_>) -> usize {
    match doc {
        Doc::Text(text) => columns(text),
        Doc::Gap(gap) => usize::from(gap.space),
        Doc::Comment { .. } => 0,
        Doc::Group(docs) => docs.iter().map(width).sum(),
    }
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

/// The columns up to the next place where the line may end; `tail` if there is none.
fn until_line_end(docs: &[Doc<'_>], broken: bool, tail: usize) -> usize {
    let ends = |doc: &Doc<'_>| broken && matches!(doc, Doc::Gap(gap) if gap.ends != LineEnds::Never);
    match docs.iter().position(ends) {
        Some(end) => docs[..end].iter().map(width).sum(),
        None => docs.iter().map(width).sum::<usize>() + tail,
    }
}
