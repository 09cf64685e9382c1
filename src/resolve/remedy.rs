//! `what would make S?` and `what would stop S?`: the sentence that is meant, whichever form its verb has.

use super::Resolver;
use super::sentence::{Scope, Use};
use crate::logic::{Action, Remedy, Term};
use crate::syntax::ast::{self, Condition, Form, Sentence};
use crate::vocabulary::inflection::bases_of_gerund;

impl Resolver<'_> {
    pub(super) fn remedy(&mut self, remedy: &ast::Remedy) -> Option<Action> {
        let Condition::Sentence(sentence) = &remedy.question.condition else { return None };
        let sentence = self.unbent(sentence);
        let mut goal = self.atom(&sentence, &mut Scope::default(), Use::Pattern)?;
        for term in &mut goal.terms {
            if matches!(term, Term::Variable(_)) {
                *term = Term::Something;
            }
        }
        let names = self.names(&Condition::Sentence(sentence));
        Some(Action::Remedy(Remedy { wanted: remedy.wanted, goal, text: remedy.question.text.clone(), names }))
    }

    /// `make Google vital` for `Google is vital`, `stop Student relying on Google` for `Student relies on Google`, where the words are
    /// verbs only so.
    fn unbent(&self, sentence: &Sentence) -> Sentence {
        let mut sentence = sentence.clone();
        let word = &sentence.verb.word.text;
        if sentence.verb.form != Form::Acts || self.vocabulary.find(Form::Acts, word).is_some() {
            return sentence;
        }
        let is_verb = |base: &String| self.vocabulary.find(Form::Acts, base).is_some();
        if let Some(base) = bases_of_gerund(word).into_iter().find(is_verb) {
            sentence.verb.word.text = base.into();
        } else if self.vocabulary.find(Form::Is, word).is_some() {
            sentence.verb.form = Form::Is;
        }
        sentence
    }
}
