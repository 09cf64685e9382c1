//! `what would make S?` and `what would stop S?`: the sentence, however its verb is bent.

use pest::iterators::Pair;

use super::{Builder, Built, form};
use crate::syntax::ast::{Condition, Form, Question, Remedy, Sentence, StatementKind, VerbWord, Wanted};
use crate::syntax::grammar::Rule;

impl Builder<'_> {
    pub(super) fn remedy(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let mut inner = pair.into_inner();
        let first = inner.next().expect("what is wanted");
        let wanted = if first.as_rule() == Rule::k_make { Wanted::Made } else { Wanted::Stopped };
        let said = inner.next().expect("a sentence");
        let place = if wanted == Wanted::Made { "`what would make`" } else { "`what would stop`" };
        let condition = if said.as_rule() == Rule::simple { self.simple(said)? } else { Condition::Sentence(self.bent(said)?) };
        let sentence = self.pattern(condition, place)?;
        let question = Question { text: self.statement_text().into(), condition: Condition::Sentence(sentence), find: None };
        Ok(StatementKind::Remedy(Remedy { wanted, question }))
    }

    /// `Google from being a provider`, `Student from relying on Google`
    fn bent(&self, pair: Pair<'_, Rule>) -> Built<Sentence> {
        let (span, form) = (self.span(&pair), form(pair.as_rule()));
        let (mut subject, mut verb, mut object, mut phrases) = (Vec::new(), None, Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::term => subject.push(self.term(part)?),
                Rule::word => {
                    let word = self.word(&part);
                    verb = Some(VerbWord { form, span: word.span, word });
                }
                Rule::values => object = self.terms(part)?,
                Rule::phrase => phrases.push(self.phrase(part)?),
                _ => {}
            }
        }
        debug_assert!(form != Form::Has, "nobody says so of a property");
        Ok(Sentence { subject, verb: verb.expect("a sentence has a verb"), object, phrases, span })
    }
}
