//! Terms and words: names with their quotation marks taken off, numbers, days, variables.

use pest::iterators::Pair;

use super::{Builder, Built};
use crate::source::Span;
use crate::syntax::ast::{Term, TermKind, Wh, Word};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;
use crate::syntax::layout::{TokenKind, Tokens};
use crate::syntax::values;
use crate::value::{MAX_NAME_LEN, Value, composed};

impl Builder<'_> {
    pub(super) fn terms(&self, pair: Pair<'_, Rule>) -> Built<Vec<Term>> {
        let one = |part: Pair<'_, Rule>| if part.as_rule() == Rule::value { self.value(part) } else { self.term(part) };
        let terms = pair.into_inner().map(one).collect::<Built<Vec<_>>>()?;
        let bracketed = terms.iter().find(|term| !matches!(term.kind, TermKind::Computed(_)) && self.text_at(term.span).starts_with('('));
        if let Some(term) = bracketed {
            return Err(SyntaxError::Unexpected {
                found: "(".into(),
                read: "nothing is computed in these brackets".into(),
                help: format!("take the brackets away: `{}`", self.text_at(term.span).trim_matches(['(', ')', ' '])),
                at: term.span,
            });
        }
        let is_number = |term: &Term| matches!(&term.kind, TermKind::Value(Value::Number(_)));
        // `1,000` would be the list of 1 and 0.
        let apart = terms.windows(2).find(|pair| pair.iter().all(is_number) && pair[0].span.end + 1 == pair[1].span.start);
        match apart {
            Some(pair) => Err(SyntaxError::Malformed {
                text: self.text_at(pair[0].span.to(pair[1].span)).to_owned(),
                help: format!(
                    "write a number with a point and without commas, `{}`, and a list with a space after each comma, `1, 2`",
                    with_point(self.text_at(pair[0].span.to(pair[1].span)))
                ),
                at: pair[0].span.to(pair[1].span),
                problem: "a comma right between digits".into(),
            }),
            None => Ok(terms),
        }
    }

    pub(super) fn term(&self, pair: Pair<'_, Rule>) -> Built<Term> {
        let inner = pair.into_inner().next().expect("a term is one of its forms");
        let span = self.span(&inner);
        let kind = match inner.as_rule() {
            Rule::wh => return self.wh(inner),
            Rule::variable => TermKind::Variable(self.variable(&inner).text),
            Rule::anything => TermKind::Anything,
            Rule::date => TermKind::Value(self.date(&inner)?),
            Rule::number => TermKind::Value(self.number(&inner)?),
            Rule::quantifier => return Err(self.quantifier(&inner)),
            Rule::malformed => {
                let parts = inner.as_str().split('-').map(str::len).collect::<Vec<_>>();
                let is_short_date = matches!(parts[..], [4, 1..=2, 1..=2]);
                let problem = if is_short_date { "month and day have two digits each" } else { "read as a number or a date" };
                return Err(self.malformed(&inner, problem));
            }
            _ => TermKind::Value(Value::Name(self.name(inner)?.text)),
        };
        Ok(Term { kind, span })
    }

    pub(super) fn wh(&self, pair: Pair<'_, Rule>) -> Built<Term> {
        let span = self.span(&pair);
        let inner = pair.into_inner().next().expect("a question word is one of its forms");
        let wh = match inner.as_rule() {
            Rule::which => Wh::Which(self.name(inner.into_inner().nth(1).expect("a kind"))?),
            Rule::how_many => Wh::HowMany(self.name(inner.into_inner().nth(1).expect("a kind"))?),
            _ => Wh::Any,
        };
        Ok(Term { kind: TermKind::Wh(wh), span })
    }

    pub(super) fn date(&self, pair: &Pair<'_, Rule>) -> Built<Value> {
        values::date(pair.as_str()).ok_or_else(|| self.malformed(pair, "there is no such day"))
    }

    pub(super) fn number(&self, pair: &Pair<'_, Rule>) -> Built<Value> {
        values::number(pair.as_str()).ok_or_else(|| self.malformed(pair, "more digits than the 28 that are kept exactly"))
    }

    pub(super) fn variable(&self, pair: &Pair<'_, Rule>) -> Word {
        Word { text: composed(&pair.as_str()[1..]), span: self.span(pair) }
    }

    pub(super) fn word(&self, pair: &Pair<'_, Rule>) -> Word {
        Word { text: composed(pair.as_str()), span: self.span(pair) }
    }

    /// A bare or quoted name.
    pub(super) fn name(&self, pair: Pair<'_, Rule>) -> Built<Word> {
        let pair = match pair.as_rule() {
            Rule::name | Rule::kind_name => pair.into_inner().next().expect("a name is bare or quoted"),
            _ => pair,
        };
        let span = self.span(&pair);
        if pair.as_str().len() > MAX_NAME_LEN {
            return Err(SyntaxError::BadQuoted {
                problem: format!("is longer than {MAX_NAME_LEN} bytes"),
                help: "shorten it; perhaps a space or a quotation mark is missing".into(),
                at: Span { start: span.start, end: span.start + 1 },
            });
        }
        let text = if pair.as_rule() == Rule::string { composed(&self.unquoted(&pair)?) } else { composed(pair.as_str()) };
        Ok(Word { text, span })
    }

    pub(super) fn unquoted(&self, pair: &Pair<'_, Rule>) -> Built<String> {
        let quoted = pair.as_str();
        let inner = &quoted[1..quoted.len() - 1];
        let bad = |problem: &str, help: &str| SyntaxError::BadQuoted { problem: problem.into(), help: help.into(), at: self.span(pair) };
        if inner.is_empty() {
            return Err(bad("is empty", "write what is meant between the marks, or leave the place out"));
        }
        let mut text = String::with_capacity(inner.len());
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            text.push(match character {
                '\\' => match characters.next() {
                    Some(escaped @ ('"' | '\\')) => escaped,
                    _ => {
                        return Err(bad(
                            "holds a `\\` that stands for nothing",
                            "write a backslash as `\\\\` and a quotation mark as `\\\"`",
                        ));
                    }
                },
                other => other,
            });
        }
        Ok(text)
    }
}

/// `1,5` → `1.5`, `1,000` → `1000`, `1.000,50` and `1,000.50` → `1000.50`
fn with_point(text: &str) -> String {
    match (text.rsplit_once(','), text.contains('.')) {
        (Some((whole, part)), true) if !part.contains('.') => format!("{}.{part}", whole.replace(['.', ','], "")),
        (Some((whole, part)), false) if part.len() != 3 => format!("{}.{part}", whole.replace(',', "")),
        _ => text.replace(',', ""),
    }
}

/// A statement without its comments and line ends, one space for each run of white space.
pub(in crate::syntax) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut end = 0;
    for token in Tokens::new(text).filter(|token| !matches!(token.kind, TokenKind::LineEnd | TokenKind::Doc)) {
        if token.start > end && !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&text[token.start..token.end]);
        end = token.end;
    }
    line
}

/// A text that is shown inside a message.
pub(in crate::syntax) fn shortened(text: &str) -> String {
    const MAX: usize = 40;
    if text.chars().count() <= MAX { text.to_owned() } else { text.chars().take(MAX - 1).chain(['…']).collect() }
}
