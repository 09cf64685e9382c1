//! Problems → text for people: miette's drawing, or plain words for a screen reader.
//!
//! Whatever bytes a source holds, what comes out is fit for a terminal: control characters are replaced, and of a very long
//! line only the part around the label is shown.

use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, NarratableReportHandler, SourceCode,
    SourceSpan, SpanContents,
};

use super::{Label, Problem};
use crate::source::{Source, Span};

/// How problems are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The width of the screen in columns.
    pub width: usize,
    /// Whether to colour.
    pub color: bool,
    /// Words only, in place of a drawing.
    pub plain: bool,
}

impl Default for Style {
    /// As files and pipes get it: 100 columns, no colour, drawn.
    fn default() -> Self {
        Self { width: 100, color: false, plain: false }
    }
}

/// Lines beyond this many bytes are cut around their label.
const MAX_LINE: usize = 300;
/// How much of a longer line is shown before and after the label's start.
const AROUND: usize = 60;

impl Problem {
    /// The problem with its place in the source, ending with a line end.
    ///
    /// ```
    /// let error = srl::Model::new().tell("B provdes hosting to C").unwrap_err();
    /// let text = error.problems()[0].render(srl::Style::default());
    /// assert!(text.contains("did you mean `provides`?"));
    /// ```
    pub fn render(&self, style: Style) -> String {
        let shown = Shown::new(self);
        let mut text = String::new();
        let result = if style.plain {
            NarratableReportHandler::new().without_cause_chain().render_report(&mut text, &shown)
        } else {
            let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
            let handler = GraphicalReportHandler::new_themed(theme).with_width(style.width).with_links(false).without_cause_chain();
            // A line must not end inside `?x`, which is where Unicode would let it.
            let handler = handler.with_word_separator(textwrap::WordSeparator::AsciiSpace).with_break_words(false);
            handler.render_report(&mut text, &shown)
        };
        if result.is_err() {
            // Writing into a string cannot fail; if a label could not be drawn, the line still says it.
            text = format!("{self}\n");
        }
        text.trim_start_matches('\n').to_owned()
    }
}

/// A problem as miette sees it: labels moved into the part of the source that is shown.
struct Shown<'a> {
    problem: &'a Problem,
    labels: Vec<Label>,
    code: Excerpt,
}

impl<'a> Shown<'a> {
    fn new(problem: &'a Problem) -> Self {
        let source = problem.source();
        let mut labels: Vec<_> = problem.labels().into_iter().map(|label| Label { span: visible(source, label.span), ..label }).collect();
        let around = labels.iter().map(|label| label.span).reduce(Span::to).unwrap_or_default();
        let (code, start) = Excerpt::new(source, around);
        for label in &mut labels {
            let Range { start: from, end } = label.span.range();
            label.span = Span::new(from - start, end - start);
        }
        Self { problem, labels, code }
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.problem.message()))
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.problem.kind.code()
    }

    fn severity(&self) -> Option<miette::Severity> {
        self.problem.kind.severity()
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.problem.help().map(|help| Box::new(printable(&help)) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|label| {
            let text = Some(printable(&label.text));
            if label.is_primary {
                LabeledSpan::new_primary_with_span(text, label.span)
            } else {
                LabeledSpan::new_with_span(text, label.span)
            }
        })))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.code.text.is_empty()).then_some(&self.code)
    }
}

/// A label that can be drawn: on one line, at least one character long, and not on a line end.
fn visible(source: &Source, span: Span) -> Span {
    let text = source.text();
    let range = span.range();
    let mut start = text.floor_char_boundary(range.start.min(text.len()));
    // At the end of a line or file there is nothing to underline: take the last character before it.
    while start > 0 && text[start..].trim_start_matches('\r').starts_with('\n') | (start == text.len()) {
        start = text.floor_char_boundary(start - 1);
        if !text[start..].starts_with(['\n', '\r', ' ', '\t']) {
            break;
        }
    }
    let line_end = text[start..].find('\n').map_or(text.len(), |end| start + end);
    let next = text[start..].chars().next().map_or(start, |first| start + first.len_utf8());
    let end = text.ceil_char_boundary(range.end.min(text.len())).min(line_end).max(next).min(text.ceil_char_boundary(start + AROUND));
    Span::new(start, end)
}

/// The text with every control character replaced by one of equal length in bytes, so that offsets stay.
pub(crate) fn printable(text: &str) -> String {
    if !text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t')) {
        return text.to_owned();
    }
    let replace = |character: char| match character {
        '\n' | '\r' | '\t' => character,
        control if control.is_control() && control.len_utf8() == 1 => '?',
        control if control.is_control() => '¿',
        other => other,
    };
    text.chars().map(replace).collect()
}

/// The part of a source that a drawing can need: the labelled lines and some around them; of a line that is too long only
/// what surrounds the labels. All offsets that miette uses are offsets into this part.
struct Excerpt {
    name: String,
    text: String,
    /// Line and column of its first character, counted from 0.
    line: usize,
    column: usize,
}

/// How many lines are kept around the labels; miette shows one.
const CONTEXT_LINES: usize = 2;

impl Excerpt {
    /// The excerpt around a piece of a source, and the byte at which it begins.
    fn new(source: &Source, around: Span) -> (Self, usize) {
        let text = source.text();
        let Range { start, end } = around.range();
        let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
        let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |end| at + end);
        let (mut from, mut to) = (line_start(start), line_end(end));
        if start - from > MAX_LINE / 2 {
            from = text.floor_char_boundary(start - AROUND);
        }
        if to - end > MAX_LINE / 2 {
            to = text.ceil_char_boundary(end + AROUND);
        }
        for _ in 0..CONTEXT_LINES {
            if from > 0 && from == line_start(from) && from - 1 - line_start(from - 1) <= MAX_LINE {
                from = line_start(from - 1);
            }
            if to < text.len() && to == line_end(to) && line_end(to + 1) - to <= MAX_LINE {
                to = line_end(to + 1);
            }
        }
        let (line, column) = source.line_and_column(Span::new(from, from).start);
        let excerpt = Self { name: source.name().to_owned(), text: printable(&text[from..to]), line: line - 1, column: column - 1 };
        (excerpt, from)
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.read_span(span, before, after)?;
        let line = self.line + contents.line();
        // In characters, as everywhere; miette counts bytes.
        let start = contents.span().offset();
        let line_start = self.text[..start].rfind('\n').map_or(0, |end| end + 1);
        let column = self.text[line_start..start].chars().count() + if line_start == 0 { self.column } else { 0 };
        // A line end at the end would make miette's words for a screen reader take this for the end of the file, where every later
        // label is counted as one of its own.
        let shown = std::str::from_utf8(contents.data()).unwrap_or_default().trim_end_matches(['\n', '\r']);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            shown.as_bytes(),
            (start, shown.len()).into(),
            line,
            column,
            contents.line_count(),
        )))
    }
}
