//! Problems → text for people: miette's drawing, or plain words for a screen reader.
//!
//! Whatever bytes a source holds, what comes out is fit for a terminal: control characters are replaced, and of a very long
//! line only the part around the label is shown.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, NarratableReportHandler, SourceCode, SourceSpan, SpanContents};

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
    code: Excerpts,
}

impl<'a> Shown<'a> {
    fn new(problem: &'a Problem) -> Self {
        let source = problem.source();
        let labels = problem.labels().into_iter().map(|label| Label { span: visible(source, label.span), ..label }).collect();
        Self { problem, labels, code: Excerpts { name: source.name().to_owned(), text: printable(source.text()) } }
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
            if label.is_primary { LabeledSpan::new_primary_with_span(text, label.span) } else { LabeledSpan::new_with_span(text, label.span) }
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

/// A source of which miette is shown the lines around a label, or a piece of a line that is too long.
struct Excerpts {
    name: String,
    text: String,
}

impl SourceCode for Excerpts {
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let start = span.offset();
        let line_start = self.text[..start].rfind('\n').map_or(0, |end| end + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |end| start + end);
        let is_long = |line: &str| line.len() > MAX_LINE;
        let neighbours = |mut from: usize, mut to: usize| {
            for _ in 0..before {
                let Some(end) = from.checked_sub(1) else { break };
                let line = self.text[..end].rfind('\n').map_or(0, |end| end + 1);
                if is_long(&self.text[line..end]) {
                    break;
                }
                from = line;
            }
            for _ in 0..after {
                let Some(rest) = self.text.get(to + 1..) else { break };
                let length = rest.find('\n').unwrap_or(rest.len());
                if is_long(&rest[..length]) || rest.is_empty() {
                    break;
                }
                to += 1 + length;
            }
            (from, to)
        };
        let (from, to) = if before == 0 && after == 0 {
            // Only the label itself: miette takes its line and column from here.
            (start, start + span.len())
        } else if is_long(&self.text[line_start..line_end]) && span.offset() + span.len() <= line_end {
            let from = self.text.floor_char_boundary(start.saturating_sub(AROUND)).max(line_start);
            (from, self.text.ceil_char_boundary((start + span.len() + AROUND).min(line_end)))
        } else {
            let last_end = self.text[(start + span.len()).min(self.text.len())..].find('\n').map_or(self.text.len(), |end| start + span.len() + end);
            neighbours(line_start, last_end.max(line_end))
        };
        let line = self.text[..from].matches('\n').count();
        let column = self.text[line_start.min(from)..from].chars().count();
        let data = &self.text.as_bytes()[from..to];
        let lines = data.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let shown = SourceSpan::new(from.into(), to - from);
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, shown, line, column, lines)))
    }
}
