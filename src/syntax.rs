//! Text → syntax tree. [`parse`] never fails: it returns the statements that it could read, and a problem for each other.
//!
//! [`layout`] cuts the text into statements, pest reads each by the grammar in `grammar/srl.pest`, [`build`] makes the tree,
//! and [`diagnose`] says what is wrong where pest stopped. Of plain facts, of which there may be millions, pest reads one of each shape ([`batch`]).
//! Knows no verb: that is the business of [`crate::resolve`].

pub(crate) mod ast;
mod batch;
mod build;
mod compound;
mod diagnose;
pub(crate) mod error;
pub(crate) mod format;
mod grammar;
pub(crate) mod layout;
mod shape;
mod values;
pub(crate) mod words;
pub(crate) use values::{date, number};

use crate::source::Span;
use ast::{Program, Statement, StatementKind};
use batch::Batches;
pub(crate) use diagnose::form_of;
use error::SyntaxError;
use layout::{Chunks, TokenKind};
pub(crate) use layout::{MAX_DEPTH, MAX_STATEMENT_LEN};

/// After so many problems the rest of a text is not read.
pub(crate) const MAX_PROBLEMS: usize = 100;

/// Reads a text: a tree for each statement.
pub(crate) fn parse(text: &str) -> (Program, Vec<SyntaxError>) {
    read(text, None, || true)
}

/// Reads a text for as long as that is wanted, plain facts many at a time.
pub(crate) fn parse_while(text: &str, is_wanted: impl Fn() -> bool) -> (Program, Vec<SyntaxError>) {
    read(text, Some(Batches::default()), is_wanted)
}

/// Reads a text for as long as that is wanted, each fact as a statement of its own.
pub(crate) fn parse_singly_while(text: &str, is_wanted: impl Fn() -> bool) -> (Program, Vec<SyntaxError>) {
    read(text, None, is_wanted)
}

/// The sentences of a statement that is a fact.
pub(crate) fn fact(text: &str, span: Span) -> Vec<ast::Sentence> {
    match statement(text, span) {
        Ok(StatementKind::Fact(sentences)) => sentences,
        // A batch holds facts alone.
        Ok(_) | Err(_) => Vec::new(),
    }
}

fn read(text: &str, mut batches: Option<Batches>, is_wanted: impl Fn() -> bool) -> (Program, Vec<SyntaxError>) {
    let mut program = Program::default();
    let mut problems = Vec::new();
    let mut chunks = Chunks::new(text);
    while is_wanted() {
        if let Some((facts, end)) = batches.as_mut().and_then(|batches| batches.next(text, chunks.at())) {
            let span = Span::new(chunks.at(), end);
            chunks.skip_to(end);
            program.statements.push(Statement { span, doc: None, kind: StatementKind::Facts(facts) });
            continue;
        }
        let Some(chunk) = chunks.next() else { break };
        if problems.len() >= MAX_PROBLEMS {
            problems.push(SyntaxError::TooMany { at: chunk.span });
            break;
        }
        if let Some(flaw) = chunk.flaw {
            problems.push(flaw);
            continue;
        }
        match statement(text, chunk.span) {
            Ok(kind) => {
                if let (StatementKind::Fact(_), Some(batches)) = (&kind, &mut batches) {
                    batches.expect_more();
                }
                program.statements.push(Statement { span: chunk.span, doc: doc(text, &chunk.docs), kind });
            }
            Err(own) => problems.extend(own),
        }
    }
    (program, problems)
}

/// The statements of a text as they are written, each with the `##` lines before it, and where they begin.
pub(crate) fn statements(text: &str) -> impl Iterator<Item = (usize, &str)> {
    Chunks::new(text).map(|chunk| {
        let range = chunk.docs.first().map_or(chunk.span, |doc| doc.to(chunk.span)).range();
        (range.start, &text[range])
    })
}

/// The tree of a statement; a statement that holds others may have several problems.
fn statement(text: &str, span: Span) -> Result<ast::StatementKind, Vec<SyntaxError>> {
    if let Some(compound) = compound::read(text, span) {
        return compound;
    }
    let statement = &text[span.range()];
    let read = match grammar::parse(statement) {
        Ok(pair) => build::statement(pair, statement, span.start)
            .map_err(|problem| diagnose::of_another_language(statement, span.start).unwrap_or(problem)),
        Err(stop) => Err(diagnose::diagnose(statement, span.start, stop)),
    };
    read.map_err(|problem| vec![problem])
}

/// The byte of a statement up to which the grammar reads it, if it does not read it to its end.
pub(crate) fn misfit(statement: &str) -> Option<usize> {
    compound::misfit(statement)
}

/// The end of the last word of a text, before a full stop, and whether it is a question mark.
fn last_word(text: &str) -> Option<(usize, bool)> {
    let words = layout::Tokens::new(text).filter(|token| !matches!(token.kind, TokenKind::LineEnd | TokenKind::Doc | TokenKind::Sign('.')));
    words.last().map(|token| (token.end, token.kind == TokenKind::Sign('?')))
}

/// A text without its comments and line ends, one space for each run of white space.
pub(crate) fn on_one_line(text: &str) -> String {
    build::one_line(text)
}

/// The variables of a text, as they are written.
pub(crate) fn variables(text: &str) -> impl Iterator<Item = &str> {
    layout::Tokens::new(text).filter(|token| token.kind == TokenKind::Variable).map(|token| &text[token.start..token.end])
}

/// The words of a text that are no names in quotes.
pub(crate) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    layout::Tokens::new(text).filter(|token| token.kind == TokenKind::Word).map(|token| &text[token.start..token.end])
}

/// Whether a text can be read and holds questions for rows alone.
pub(crate) fn only_asks(text: &str) -> bool {
    let (program, problems) = parse(text);
    problems.is_empty() && program.statements.iter().all(|statement| statement.kind.asks_for_rows())
}

/// The places of the statements that a statement holds, and of the question of a comparison; nothing for other statements.
pub(crate) fn held(text: &str, span: Span) -> Option<Vec<Span>> {
    compound::held(text, span)
}

/// Where the statement begins that a text ends in: inside the one that begins at `from`, if that holds others.
pub(crate) fn innermost(text: &str, from: usize) -> usize {
    compound::innermost(text, from)
}

/// Whether a text holds a statement that would change a model: one that can be read, and neither asks nor expects anything.
pub(crate) fn changes(text: &str) -> bool {
    let changes = |statement: &Statement| {
        !matches!(
            statement.kind,
            StatementKind::Question(_)
                | StatementKind::Describe(_)
                | StatementKind::Explain(_)
                | StatementKind::Remedy(_)
                | StatementKind::Expect(_)
                | StatementKind::Export { .. }
                | StatementKind::In { .. }
                | StatementKind::Suppose { .. }
                | StatementKind::Compare(_)
        )
    };
    parse(text).0.statements.iter().any(changes)
}

/// Whether a text is a question by its last sign; comments and a full stop do not count.
pub(crate) fn ends_with_question_mark(text: &str) -> bool {
    last_word(text).is_some_and(|(_, asks)| asks)
}

/// The problem of a text that is asked and is a statement which asks nothing: its keyword, and the question that it holds. A fact is
/// none: it becomes a question by its mark.
pub(crate) fn no_question(text: &str) -> Option<SyntaxError> {
    let (program, problems) = parse(text);
    let [statement] = program.statements.as_slice() else {
        // What it is, its first word says; a question mark at its end would not help.
        let first = layout::Tokens::new(text).next().map_or("", |token| &text[token.start..token.end]);
        let asks = matches!(first.to_lowercase().as_str(), "find" | "describe" | "why" | "all" | "compare" | "suppose");
        return problems.into_iter().next().filter(|_| words::is_statement_word(first) && !asks);
    };
    let asked = |span: Span| Some(format!("{}?", on_one_line(&text[span.range()]).trim_end_matches('?')));
    let question = match &statement.kind {
        StatementKind::Fact(_)
        | StatementKind::Facts(_)
        | StatementKind::Question(_)
        | StatementKind::Describe(_)
        | StatementKind::Explain(_)
        | StatementKind::Remedy(_)
        | StatementKind::Compare(_) => return None,
        StatementKind::In { statement: held, .. } | StatementKind::Suppose { statement: held, .. } => {
            let mut held = held;
            while let StatementKind::In { statement, .. } | StatementKind::Suppose { statement, .. } = &held.kind {
                held = statement;
            }
            let StatementKind::Expect(ast::Expectation { question, .. }) = &held.kind else { return None };
            let before = on_one_line(&text[statement.span.range().start..held.span.range().start]);
            Some(format!("{} {}?", before.trim_end(), question.text.trim_end_matches('?')))
        }
        StatementKind::Expect(ast::Expectation { question, .. }) | StatementKind::Export { question, .. } => {
            Some(format!("{}?", question.text.trim_end_matches('?')))
        }
        StatementKind::Rule(rule) => asked(rule.body.span()),
        StatementKind::Forbid(prohibition) => asked(prohibition.condition_span),
        StatementKind::Forget(pattern) | StatementKind::Import { pattern, .. } => asked(pattern.span),
        StatementKind::Kind { .. }
        | StatementKind::Verb(_)
        | StatementKind::Use(_)
        | StatementKind::Include(_)
        | StatementKind::AsOf(_)
        | StatementKind::Scenario(_) => None,
    };
    let (is_rule, holds_other) = (
        matches!(statement.kind, StatementKind::Rule(_)),
        matches!(statement.kind, StatementKind::In { .. } | StatementKind::Suppose { .. }),
    );
    let is_blamed = |word: &str| (!is_rule || word == "if") && (!holds_other || word.eq_ignore_ascii_case("expect"));
    let blamed = layout::Tokens::new(text).find(|token| is_blamed(&text[token.start..token.end]))?;
    let help = match question {
        Some(question) => format!("ask what is in it: `{question}`; statements stand in files"),
        None => "ask in one sentence: `who provides hosting to C?`; statements stand in files".to_owned(),
    };
    let read = "a question belongs here, and this is a statement".to_owned();
    let found = text[blamed.start..blamed.end].to_owned();
    Some(SyntaxError::Unexpected { found, read, help, at: Span::new(blamed.start, blamed.end) })
}

/// The text with a question mark after its last word, if it has none.
pub(crate) fn with_question_mark(text: &str) -> String {
    match last_word(text) {
        Some((end, false)) => format!("{}?", &text[..end]),
        Some((_, true)) | None => text.to_owned(),
    }
}

/// The `##` lines before a statement as one text.
fn doc(text: &str, lines: &[Span]) -> Option<std::sync::Arc<str>> {
    let line = |span: &Span| text[span.range()].trim_start_matches('#').trim().to_owned();
    (!lines.is_empty()).then(|| lines.iter().map(line).collect::<Vec<_>>().join("\n").into())
}
