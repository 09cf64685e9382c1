//! What a session says to an input, in parts, and the parts as text.

#[cfg(feature = "render")]
use std::fmt::Write as _;

use crate::diagnostics::Problem;
#[cfg(feature = "render")]
use crate::diagnostics::render::Style;
#[cfg(feature = "render")]
use crate::engine::Interrupt;
use crate::model::{Answers, Check, Profile, QueryPlan};
use crate::output::Format;

/// So many rows of an answer are shown to people.
#[cfg(feature = "render")]
const MAX_ROWS: usize = 10_000;

/// One thing that is said.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// What an input did.
    Note(String),
    /// A command that could not be carried out, and why.
    Complaint(String),
    /// What is wrong, or hardly meant.
    Problem(Problem),
    /// An answer, and the number of the input that asked for it.
    Answers(Box<Answers>, usize),
    /// A proof that was answered before, with so many levels of it.
    Deeper(Box<Answers>, usize),
    /// An expectation that was checked.
    Check(Box<Check>),
    /// How a question would be answered.
    Plan(Box<QueryPlan>),
    /// What the input has cost.
    Profile(Box<Profile>),
    /// A text that was asked for.
    Text(String),
    /// A document in Markdown.
    Page(&'static str),
}

impl Part {
    /// Whether it says that an input was not carried out.
    pub(super) fn is_error(&self) -> bool {
        match self {
            Self::Problem(problem) => !problem.is_warning(),
            Self::Complaint(_) => true,
            Self::Note(_)
            | Self::Answers(..)
            | Self::Deeper(..)
            | Self::Check(_)
            | Self::Plan(_)
            | Self::Profile(_)
            | Self::Text(_)
            | Self::Page(_) => false,
        }
    }

    /// What is said, after the text of what was said before; or what has stopped it.
    #[cfg(feature = "render")]
    fn render(&self, format: Format, style: Style, is_first: bool, interrupt: &Interrupt, text: &mut String) -> Result<(), Problem> {
        match self {
            Self::Note(note) | Self::Complaint(note) => {
                text.push_str(note);
                text.push('\n');
            }
            Self::Problem(problem) if format == Format::Json => text.push_str(&Format::problem(problem)),
            Self::Problem(problem) => text.push_str(&problem.render(style)),
            Self::Answers(answers, number) => {
                let is_for_people = matches!(format, Format::Text | Format::Plain);
                let first = is_for_people.then(|| answers.first(MAX_ROWS)).flatten();
                text.push_str(&format.answers_unless(interrupt, first.as_ref().unwrap_or(answers), is_first, true)?);
                if first.is_some() {
                    text.push_str("… and more: `:export FILE` writes them all\n");
                }
                if is_for_people && answers.rows().next().is_some() {
                    let count = crate::session::echo::some(answers.rows().count(), "answer");
                    let _ = writeln!(text, "({count}, answer-{number})");
                }
            }
            Self::Deeper(answers, levels) => {
                text.push_str(&format.answers_to_depth_unless(interrupt, answers, *levels, is_first, true)?);
            }
            Self::Check(check) => {
                text.push_str(&format.check(check));
                match &check.failure {
                    _ if format == Format::Json => {}
                    Some(problem) => text.push_str(&problem.render(style)),
                    None => text.push_str("as expected\n"),
                }
            }
            Self::Plan(plan) => text.push_str(&format.plan(plan)),
            Self::Profile(profile) => text.push_str(&format.profile(profile)),
            Self::Text(own) => text.push_str(own),
            Self::Page(page) => fill(page, style.width, text),
        }
        Ok(())
    }
}

/// What a session says to one input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// What is said, in order.
    pub parts: Vec<Part>,
    /// How answers are written.
    pub format: Format,
    /// Whether the conversation is over.
    pub ends: bool,
    /// Whether the user wanted to leave and must say so once more.
    pub asks_again: bool,
}

impl Reply {
    pub(super) fn note(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Note(text.into())], ..Self::default() }
    }

    pub(super) fn complaint(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Complaint(text.into())], ..Self::default() }
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Text(text.into())], ..Self::default() }
    }

    pub(super) fn page(page: &'static str) -> Self {
        Self { parts: vec![Part::Page(page)], ..Self::default() }
    }

    pub(super) fn problems(problems: &[Problem]) -> Self {
        let mut reply = Self::default();
        reply.problems_of(problems);
        reply
    }

    pub(super) fn problems_of<'p>(&mut self, problems: impl IntoIterator<Item = &'p Problem>) {
        self.parts.extend(problems.into_iter().cloned().map(Part::Problem));
    }

    /// The errors among what is said.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.parts
            .iter()
            .filter_map(|part| if let Part::Problem(problem) = part { Some(problem) } else { None })
            .filter(|problem| !problem.is_warning())
    }

    /// Whether the input was not carried out.
    pub fn is_failed(&self) -> bool {
        self.parts.iter().any(Part::is_error)
    }

    /// What is said as text; every line of it ends.
    #[cfg(feature = "render")]
    pub fn render(&self, style: Style) -> String {
        self.render_unless(&Interrupt::default(), style)
    }

    /// The same for as long as nothing interrupts it; the text then ends with what has stopped it. An interrupt that was raised before, and
    /// that the reply itself tells of, must have been [cleared](Interrupt::clear).
    #[cfg(feature = "render")]
    pub fn render_unless(&self, interrupt: &Interrupt, style: Style) -> String {
        let mut text = String::new();
        let mut answered = false;
        for part in &self.parts {
            if let Err(problem) = part.render(self.format, style, !answered, interrupt, &mut text) {
                let stopped = Part::Problem(problem).render(self.format, style, false, interrupt, &mut text);
                debug_assert!(stopped.is_ok(), "problems are short");
                break;
            }
            answered = matches!(part, Part::Answers(..));
        }
        text
    }
}

/// A document in lines that are no longer than the screen is wide. What stands in fences, in tables and in lists keeps its lines.
#[cfg(feature = "render")]
fn fill(page: &str, width: usize, text: &mut String) {
    let mut paragraph = String::new();
    let mut is_fenced = false;
    for line in page.lines().chain([""]) {
        let is_fence = line.starts_with("```");
        let is_prose = !is_fenced && !is_fence && line.starts_with(|first: char| first.is_alphanumeric() || "`*[(".contains(first));
        if is_prose {
            paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
            paragraph.push_str(line.trim());
            continue;
        }
        if !paragraph.is_empty() {
            text.push_str(&textwrap::fill(&std::mem::take(&mut paragraph), textwrap::Options::new(width).break_words(false)));
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        is_fenced ^= is_fence;
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
}
