//! `why …?`, `how does …?`, `all reasons for …?`, `all chains for …?`: which sentence they are about, and whether it was denied.

use pest::iterators::Pair;

use super::{Builder, Built};
use crate::syntax::ast::{Condition, Explanation, ExplanationForm, Question};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;

impl Builder<'_> {
    pub(super) fn explanation(&self, pair: Pair<'_, Rule>) -> Built<Explanation> {
        let asked = pair.into_inner().next().expect("an explanation has a form");
        let form = match asked.as_rule() {
            Rule::how => ExplanationForm::How,
            Rule::reasons => ExplanationForm::Reasons,
            Rule::chains => ExplanationForm::Chains,
            _ => ExplanationForm::Why,
        };
        let explained = asked.into_inner().find(|part| part.as_rule() == Rule::explained).expect("something is explained");
        let said = explained.into_inner().next().expect("a sentence");
        let condition = if said.as_rule() == Rule::conditions { self.conditions(&said)? } else { self.turned(said)? };
        self.refuse_lists(&condition)?;
        self.refuse_wh(&condition, "a question for reasons")?;
        let (condition, denied) = match condition {
            Condition::Not { condition, span } => (*condition, Some(span)),
            condition => (condition, None),
        };
        if let (Some(at), false) = (denied, form == ExplanationForm::Why) {
            return Err(SyntaxError::MisplacedNot {
                what: "a question for what leads to a sentence".into(),
                help: "ask with `why not …?` for what is missing".into(),
                at,
            });
        }
        let text = self.statement_text().into();
        Ok(Explanation { form, question: Question { text, condition, find: None }, is_denied: denied.is_some() })
    }
}
