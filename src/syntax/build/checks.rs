//! `expect`, `forbid`, `warn`, `export`, `compare`, `as of`: statements about questions and days.

use pest::iterators::Pair;

use super::refuse::terms_of;
use super::{Builder, Built};
use crate::syntax::ast::{Comparison, Expectation, Prohibition, Question, Severity, StatementKind, Term, TermKind};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;
use crate::value::Value;

impl Builder<'_> {
    pub(super) fn expect(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let (mut question, mut answers) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::asked => question = Some(self.asked(part)?),
                Rule::answers => answers = Some(self.answers(part, question.as_ref())?),
                _ => {}
            }
        }
        Ok(StatementKind::Expect(Expectation { question: question.expect("`expect` has a question"), answers }))
    }

    fn answers(&self, pair: Pair<'_, Rule>, question: Option<&Question>) -> Built<Vec<Vec<Term>>> {
        let answers = pair.into_inner().filter(|part| part.as_rule() == Rule::answer);
        answers.map(|answer| answer.into_inner().map(|term| self.answer(term, question)).collect()).collect()
    }

    fn answer(&self, pair: Pair<'_, Rule>, question: Option<&Question>) -> Built<Term> {
        if pair.clone().into_inner().next().is_some_and(|inner| inner.as_rule() == Rule::quantifier) {
            return Err(self.word_for_an_answer(&pair, question));
        }
        let term = self.term(pair)?;
        if matches!(term.kind, TermKind::Value(_)) { Ok(term) } else { Err(self.not_constant("an expected answer", &term)) }
    }

    /// `no` or `everything` among expected answers.
    fn word_for_an_answer(&self, pair: &Pair<'_, Rule>, question: Option<&Question>) -> SyntaxError {
        let word = pair.as_str().trim_end();
        let asks_for = |term: &&Term| matches!(term.kind, TermKind::Variable(_) | TermKind::Wh(_));
        let is_table = question.is_some_and(|asked| asked.find.is_some() || terms_of(&asked.condition).iter().any(asks_for));
        let help = match (word, question) {
            ("no", Some(asked)) if !is_table => {
                let text = &asked.text;
                let is_inverted = ["is ", "are ", "does ", "do "].iter().any(|first| text.starts_with(first));
                let denied = if is_inverted { "not …".to_owned() } else { format!("not {text}") };
                format!("what does not hold is expected with `not`: `expect {denied}`")
            }
            ("no" | "none" | "nobody" | "nothing", _) => {
                format!("if it is a name, put it in quotation marks: `\"{word}\"`; no answers at all are `: nobody`")
            }
            _ => format!("if it is a name, put it in quotation marks: `\"{word}\"`; otherwise name each answer"),
        };
        SyntaxError::Reserved { word: word.to_owned(), help, at: self.span(pair) }
    }

    pub(super) fn prohibition(&self, pair: Pair<'_, Rule>, severity: Severity) -> Built<StatementKind> {
        let mut inner = pair.into_inner().skip(1);
        let conditions = inner.next().expect("`forbid` and `warn` have a condition");
        let (condition, condition_span) = (self.conditions(&conditions)?, self.span(&conditions));
        let word = if severity == Severity::Error { "`forbid`" } else { "`warn`" };
        self.refuse_wh(&condition, word)?;
        self.refuse_lists(&condition)?;
        let because = inner.next().map(|because| self.path(&because.into_inner().nth(1).expect("a text"))).transpose()?;
        Ok(StatementKind::Forbid(Prohibition { severity, condition, condition_span, because }))
    }

    pub(super) fn export(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let mut inner = pair.into_inner().skip(1);
        let path = self.path(&inner.next().expect("an export has a path"))?;
        let question = self.asked(inner.next().expect("an export has a question"))?;
        Ok(StatementKind::Export { path, question })
    }

    pub(super) fn compare(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let (mut names, mut question, mut in_small_models) = (Vec::with_capacity(2), None, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => names.push(self.name(part)?),
                Rule::in_small_models => in_small_models = true,
                Rule::asked => question = Some(self.asked(part)?),
                _ => {}
            }
        }
        let right = names.pop().expect("a comparison names what it compares with");
        let left = names.pop().expect("a comparison names what it compares");
        Ok(StatementKind::Compare(Comparison { left, right, question, in_small_models }))
    }

    pub(super) fn as_of(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let day = pair.into_inner().nth(1).expect("`as of` has a day");
        if day.as_rule() == Rule::any_day {
            return Ok(StatementKind::AsOf(None));
        }
        match self.date(&day)? {
            Value::Date(date) => Ok(StatementKind::AsOf(Some(date))),
            Value::Name(_) | Value::Number(_) => Err(SyntaxError::Malformed {
                text: day.as_str().to_owned(),
                help: "write a date as year-month-day, `2024-02-01`".into(),
                at: self.span(&day),
                problem: "no date".into(),
            }),
        }
    }
}
