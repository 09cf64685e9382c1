//! Statements that hold statements: `scenario NAME { … }`, `in NAME: …`, `suppose … and …: …`.
//!
//! What they hold is cut out by its words and brackets, and each piece is read as a statement of its own, so everything that may be wrong
//! with one is said as it would be anywhere else. The grammar reads only what stands before. Knows no verb and no scenario.
#![expect(clippy::wildcard_enum_match_arm, reason = "only a few statements may stand inside another one")]

use super::ast::{Portion, Scenario, Statement, StatementKind, Word};
use super::error::SyntaxError;
use super::grammar::{Rule, SrlParser};
use super::layout::{Chunk, Chunks, Token, TokenKind, Tokens};
use super::{build, doc, grammar, statement};
use crate::source::Span;
use pest::Parser as _;

/// What such a statement holds.
enum Form {
    Scenario,
    In,
    Suppose,
    /// Its question is no statement of its own; only while somebody types is it looked at by itself.
    Compare,
}

/// A statement that holds others, cut into its parts. All places are bytes of the source.
struct Compound<'a> {
    text: &'a str,
    form: Form,
    tokens: Vec<Token>,
}

/// A statement that holds others; nothing if this one does not.
pub(super) fn read(text: &str, span: Span) -> Option<Result<StatementKind, Vec<SyntaxError>>> {
    let compound = Compound::new(text, span)?;
    Some(match compound.form {
        Form::Scenario => compound.scenario(),
        Form::In => compound.within(),
        Form::Suppose => compound.suppose(),
        Form::Compare => return None,
    })
}

/// The places of the statements that a statement holds, whether they can be read or not; nothing if it holds none.
pub(super) fn held(text: &str, span: Span) -> Option<Vec<Span>> {
    let compound = Compound::new(text, span)?;
    Some(match compound.form {
        Form::Scenario => {
            // Its head is still being written.
            let Some((open, close)) = compound.brackets() else { return Some(Vec::new()) };
            let end = close.map_or(span.range().end, |close| compound.tokens[close].start);
            compound.body(compound.tokens[open].end, end).map(|chunk| chunk.span).collect()
        }
        Form::In => compound.between(3, compound.tokens.len()).into_iter().collect(),
        Form::Suppose => {
            let colon = compound.find(':').unwrap_or(compound.tokens.len());
            let asked = compound.between(colon + 1, compound.tokens.len());
            compound.changes(colon).into_iter().chain(asked).collect()
        }
        Form::Compare => {
            let colon = compound.find(':').unwrap_or(compound.tokens.len());
            compound.between(colon + 1, compound.tokens.len()).into_iter().collect()
        }
    })
}

/// Where the statement begins that a text ends in, if the one that begins at `from` holds others.
pub(super) fn innermost(text: &str, from: usize) -> usize {
    let Some(compound) = Compound::new(text, Span::new(from, text.len())) else { return from };
    let after = |index: usize| compound.tokens[index].end;
    match compound.form {
        Form::In => innermost(text, after(2)),
        Form::Compare => compound.find(':').map_or(from, after),
        Form::Suppose => match compound.find(':') {
            Some(colon) => innermost(text, after(colon)),
            None => compound.changes(compound.tokens.len()).last().map_or(after(0), |last| {
                let joined = compound.tokens.last().is_some_and(|last| &text[last.start..last.end] == "and");
                if joined { after(compound.tokens.len() - 1) } else { last.range().start }
            }),
        },
        Form::Scenario => {
            let Some((open, None)) = compound.brackets() else { return from };
            let last = compound.body(after(open), text.len()).last();
            let goes_on = |chunk: &Chunk| chunk.open.is_some() || !text[chunk.span.range().end..].contains('\n');
            last.filter(goes_on).map_or(text.len(), |chunk| chunk.span.range().start)
        }
    }
}

/// The bytes between the brackets of a scenario, counted in its own text; nothing for other statements.
pub(super) fn scenario_body(statement: &str) -> Option<std::ops::Range<usize>> {
    let compound = Compound::new(statement, Span::new(0, statement.len()))?;
    let (open, close) = compound.brackets()?;
    let is_scenario = matches!(compound.form, Form::Scenario);
    close.filter(|_| is_scenario).map(|close| compound.tokens[open].end..compound.tokens[close].start)
}

impl<'a> Compound<'a> {
    fn new(text: &'a str, span: Span) -> Option<Self> {
        let range = span.range();
        let begun = text.get(range.clone())?.trim_start();
        if !begun.starts_with(['s', 'S', 'i', 'I', 'c', 'C']) {
            return None;
        }
        let is_token = |token: &Token| !matches!(token.kind, TokenKind::LineEnd | TokenKind::Doc);
        let place = |token: Token| Token { start: token.start + range.start, end: token.end + range.start, ..token };
        let mut tokens = Tokens::new(&text[range.clone()]).map(place).filter(is_token);
        let first = tokens.next()?;
        let form = match &text[first.start..first.end] {
            "scenario" | "Scenario" => Form::Scenario,
            "suppose" | "Suppose" => Form::Suppose,
            "in" | "In" => Form::In,
            "compare" | "Compare" => Form::Compare,
            _ => return None,
        };
        let compound = Self { text, form, tokens: std::iter::once(first).chain(tokens).collect() };
        let next = compound.word(1);
        let is_other = match compound.form {
            Form::In => !compound.is_name(1) || compound.word(2) != ":",
            // `scenario is late`: a name that must be quoted.
            Form::Scenario | Form::Suppose | Form::Compare => matches!(next, "is" | "are" | "has" | "have"),
        };
        (!is_other).then_some(compound)
    }

    fn word(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| &self.text[token.start..token.end])
    }

    fn is_name(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
    }

    fn find(&self, sign: char) -> Option<usize> {
        self.tokens.iter().position(|token| token.kind == TokenKind::Sign(sign))
    }

    /// The brackets of a scenario: the first one, and the one that closes it, if that is there.
    fn brackets(&self) -> Option<(usize, Option<usize>)> {
        let open = self.find('{')?;
        let mut depth = 0_usize;
        let close = (open..self.tokens.len()).find(|index| {
            match self.tokens[*index].kind {
                TokenKind::Sign('{') => depth += 1,
                TokenKind::Sign('}') => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        Some((open, close))
    }

    fn span(&self, index: usize) -> Span {
        let token = self.tokens.get(index).or(self.tokens.last());
        token.map_or(Span::default(), |token| Span::new(token.start, token.end))
    }

    /// From one token up to another; nothing if there is none between them.
    fn between(&self, from: usize, to: usize) -> Option<Span> {
        (from < to && to <= self.tokens.len()).then(|| self.span(from).to(self.span(to - 1)))
    }

    /// The names before the token `end`, as a rule of the grammar reads them.
    fn head(&self, rule: Rule, end: usize) -> Result<Vec<Word>, SyntaxError> {
        let span = self.between(0, end).unwrap_or_default();
        let text = &self.text[span.range()];
        let pair = SrlParser::parse(rule, text).ok().and_then(|mut pairs| pairs.next());
        let Some(pair) = pair else { return Err(self.bad_head(rule)) };
        build::names(pair, text, span.start)
    }

    fn bad_head(&self, rule: Rule) -> SyntaxError {
        let (word, at) = (self.word(1), self.span(1));
        if self.is_name(1) && crate::syntax::words::written(word) == format!("\"{word}\"") {
            let help = format!("put it in quotation marks, if it is a name: `\"{word}\"`");
            return SyntaxError::Reserved { word: word.to_owned(), help, at };
        }
        if rule == Rule::in_head || self.is_name(1) {
            let found = self.word(if self.word(2) == "extends" { 3 } else { 2 }).to_owned();
            let help =
                "name it, and what it builds on: `scenario late-outage extends outage { … }`; a name of several words in quotation marks";
            let read = "the name of a scenario is one word".to_owned();
            let at = self.span(if self.word(2) == "extends" { 3 } else { 2 });
            return SyntaxError::Unexpected { found, read, help: help.to_owned(), at };
        }
        SyntaxError::Unfinished { missing: "a name should follow `scenario`".to_owned(), help: SCENARIO.to_owned(), at: self.span(0) }
    }

    // ---- scenario NAME { … }

    fn scenario(&self) -> Result<StatementKind, Vec<SyntaxError>> {
        let Some((open, close)) = self.brackets() else {
            let missing = "the changes of a scenario should follow, in `{` and `}`".to_owned();
            let at = self.span(self.tokens.len() - 1);
            return Err(vec![SyntaxError::Unfinished { missing, help: SCENARIO.to_owned(), at }]);
        };
        let mut problems = Vec::new();
        let names = self.head(Rule::scenario_head, open).map_err(|problem| problems.push(problem)).unwrap_or_default();
        // The layout has seen that it is closed.
        let close = close.unwrap_or(self.tokens.len() - 1);
        let is_more = |index: &usize| *index > close && self.word(*index) != ".";
        if let Some(more) = (0..self.tokens.len()).find(is_more) {
            let found = self.word(more).to_owned();
            let (read, help) = ("a scenario ends with its `}`".to_owned(), "begin the next statement on a line of its own".to_owned());
            problems.push(SyntaxError::Unexpected { found, read, help, at: self.span(more) });
        }
        let mut changes = Vec::new();
        for chunk in self.body(self.tokens[open].end, self.tokens[close].start) {
            let read = chunk.flaw.map_or_else(|| statement(self.text, chunk.span), |flaw| Err(vec![flaw]));
            match read {
                Ok(kind @ (StatementKind::Fact(_) | StatementKind::Forget(_) | StatementKind::Rule(_) | StatementKind::Include(_))) => {
                    changes.push(Statement { span: chunk.span, doc: doc(self.text, &chunk.docs), kind });
                }
                Ok(kind) => problems.push(self.no_change(&kind, chunk.span, names.first())),
                Err(own) => problems.extend(own),
            }
        }
        let mut names = names.into_iter();
        match (names.next(), problems.is_empty()) {
            (Some(name), true) => Ok(StatementKind::Scenario(Scenario { name, parent: names.next(), changes, portion: Portion::Whole })),
            _ => Err(problems),
        }
    }

    /// The statements between two bytes.
    fn body(&self, from: usize, to: usize) -> Chunks<'a> {
        let mut chunks = Chunks::new(&self.text[..to]);
        chunks.skip_to(from);
        chunks
    }

    /// Something that no scenario holds.
    fn no_change(&self, kind: &StatementKind, at: Span, name: Option<&Word>) -> SyntaxError {
        let name = name.map_or("outage", |name| &self.text[name.span.range()]);
        let said = build::one_line(&self.text[at.range()]);
        let (what, help) = match kind {
            StatementKind::Scenario(inner) => {
                let inner = &self.text[inner.name.span.range()];
                ("another scenario", format!("write it by itself, built on this one: `scenario {inner} extends {name} {{ … }}`"))
            }
            StatementKind::Compare(_) => ("a comparison", "write it behind the scenario".to_owned()),
            kind if kind.is_question() || matches!(kind, StatementKind::Expect(_) | StatementKind::Suppose { .. }) => {
                ("a question", format!("ask it behind the scenario: `in {name}: {said}`"))
            }
            StatementKind::In { statement, .. } => {
                let asked = build::one_line(&self.text[statement.span.range()]);
                ("a question", format!("ask it behind the scenario: `in {name}: {asked}`"))
            }
            _ => (
                "this statement",
                "it holds everywhere: write it before the scenario, which holds facts, `forget`, rules and `include`".to_owned(),
            ),
        };
        SyntaxError::NotHere { what: what.to_owned(), place: "a scenario".to_owned(), help, at }
    }

    // ---- in NAME: …

    fn within(&self) -> Result<StatementKind, Vec<SyntaxError>> {
        let names = self.head(Rule::in_head, 2);
        let Some(span) = self.between(3, self.tokens.len()) else {
            let missing = "a question should follow `:`".to_owned();
            let help = format!("ask something in it: `in {}: who relies on B?`", self.word(1));
            return Err(vec![SyntaxError::Unfinished { missing, help, at: self.span(2) }]);
        };
        let kind = statement(self.text, span)?;
        if !kind.is_question() && !matches!(kind, StatementKind::Expect(_) | StatementKind::Suppose { .. })
            || matches!(kind, StatementKind::Compare(_))
        {
            let (name, said) = (self.word(1), build::one_line(&self.text[span.range()]));
            let (what, help) = match kind {
                StatementKind::Fact(_) | StatementKind::Forget(_) => {
                    ("a change", format!("suppose it there: `in {name}: suppose {said}: …?`, or write it in the brackets of the scenario"))
                }
                StatementKind::In { .. } => {
                    ("a second `in`", "one scenario builds on another one where it is declared: `extends`".to_owned())
                }
                StatementKind::Compare(_) => ("a comparison", format!("it names both of its scenarios itself: `{said}`")),
                _ => ("this statement", format!("only questions and `expect` follow `in {name}:`")),
            };
            return Err(vec![SyntaxError::NotHere { what: what.to_owned(), place: "`in …:`".to_owned(), help, at: span }]);
        }
        let scenario = names.map_err(|problem| vec![problem])?.remove(0);
        Ok(StatementKind::In { scenario, statement: Box::new(Statement { span, doc: None, kind }) })
    }

    // ---- suppose … and …: …

    fn suppose(&self) -> Result<StatementKind, Vec<SyntaxError>> {
        let Some(colon) = self.find(':').filter(|colon| *colon > 1) else {
            let missing = if self.tokens.len() > 1 { "a question should follow, after a colon" } else { "a change should follow" };
            let (missing, help) = (missing.to_owned(), SUPPOSE.to_owned());
            return Err(vec![SyntaxError::Unfinished { missing, help, at: self.span(self.tokens.len() - 1) }]);
        };
        let mut problems = Vec::new();
        let mut changes = Vec::new();
        for span in self.changes(colon) {
            match statement(self.text, span) {
                Ok(kind @ (StatementKind::Fact(_) | StatementKind::Forget(_))) => changes.push(Statement { span, doc: None, kind }),
                Ok(StatementKind::Rule(_)) => {
                    let rule = build::one_line(&self.text[span.range()]);
                    let help = format!("give it a scenario, and ask in that: `scenario other {{ {rule} }}`");
                    problems.push(SyntaxError::NotHere { what: "a rule".to_owned(), place: "`suppose`".to_owned(), help, at: span });
                }
                Ok(kind) => {
                    let what = if kind.is_question() { "a question" } else { "this statement" }.to_owned();
                    let help = "suppose facts, or `forget …`, joined by `and`".to_owned();
                    problems.push(SyntaxError::NotHere { what, place: "`suppose`".to_owned(), help, at: span });
                }
                Err(own) => problems.extend(own),
            }
        }
        let Some(span) = self.between(colon + 1, self.tokens.len()) else {
            let (missing, help) = ("a question should follow `:`".to_owned(), SUPPOSE.to_owned());
            problems.push(SyntaxError::Unfinished { missing, help, at: self.span(colon) });
            return Err(problems);
        };
        match statement(self.text, span) {
            Ok(kind) if kind.is_question() && !matches!(kind, StatementKind::Compare(_)) || matches!(kind, StatementKind::Expect(_)) => {
                if problems.is_empty() {
                    return Ok(StatementKind::Suppose { changes, statement: Box::new(Statement { span, doc: None, kind }) });
                }
            }
            Ok(kind) => {
                let (what, help) = match kind {
                    StatementKind::Suppose { .. } => ("another `suppose`", "join what is supposed by `and`".to_owned()),
                    StatementKind::In { scenario, .. } => {
                        ("`in …:`", format!("it stands first: `in {}: suppose …`", &self.text[scenario.span.range()]))
                    }
                    _ => ("this statement", "ask something, or `expect` something".to_owned()),
                };
                problems.push(SyntaxError::NotHere { what: what.to_owned(), place: "`suppose …:`".to_owned(), help, at: span });
            }
            Err(own) => problems.extend(own),
        }
        Err(problems)
    }

    /// The changes before the token `end`, which `and` stands between. The `and` of a `both` is none of these.
    fn changes(&self, end: usize) -> Vec<Span> {
        let mut changes = Vec::new();
        let (mut start, mut after_both) = (1, false);
        for index in 1..=end.min(self.tokens.len()) {
            let is_end = index == end.min(self.tokens.len());
            if is_end || self.word(index) == "and" && !after_both {
                changes.extend(self.between(start, index));
                start = index + 1;
            }
            after_both = self.word(index) == "both" || after_both && self.word(index) != "and";
        }
        changes
    }
}

/// The byte of a statement up to which it can be read, if not to its end.
pub(super) fn misfit(statement: &str) -> Option<usize> {
    let span = Span::new(0, statement.len());
    let holds = |compound: &Compound<'_>| !matches!(compound.form, Form::Compare);
    let Some(held) = Compound::new(statement, span).filter(holds).and_then(|_| held(statement, span)) else {
        return grammar::parse(statement).err();
    };
    held.into_iter().find_map(|span| misfit(&statement[span.range()]).map(|at| span.range().start + at))
}

/// How a scenario looks.
const SCENARIO: &str = "name it, and write its changes in brackets, one a line: `scenario outage { forget B provides hosting to someone }`";

/// How `suppose` looks.
const SUPPOSE: &str = "write changes, a colon, a question: `suppose forget B provides hosting to C: who relies on B?`";
