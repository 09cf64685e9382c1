//! Declarations: kinds, verbs with their slots and readings, and what a program takes in from elsewhere.

use pest::iterators::Pair;

use super::{Builder, Built};
use crate::syntax::ast::{Extreme, Form, Reading, Slot, StatementKind, TermKind, VerbDeclaration, VerbWord, Word};
use crate::syntax::grammar::Rule;

impl Builder<'_> {
    pub(super) fn kind(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let mut names = pair.into_inner().filter(|part| part.as_rule() == Rule::kind_name);
        let name = self.name(names.next().expect("a kind has a name"))?;
        let parent = names.next().map(|parent| self.name(parent)).transpose()?;
        Ok(StatementKind::Kind { name, parent })
    }

    pub(super) fn verb(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let span = self.span(&pair);
        let mut slots = Vec::new();
        let mut also = Vec::new();
        let mut keeping = None;
        let mut phrases = Vec::new();
        let (mut subject, mut verb, mut object, mut preposition) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::slot => {
                    let slot = self.slot(part, false)?;
                    let name = slot.name.clone();
                    slots.push(slot);
                    match preposition.take() {
                        Some(preposition) => phrases.push((preposition, name)),
                        None if subject.is_none() => subject = Some(name),
                        None => object = Some(name),
                    }
                }
                Rule::declared_word => verb = Some(self.verb_word(part)),
                Rule::preposition => preposition = Some(self.word(&part)),
                Rule::optional => {
                    let mut inner = part.into_inner();
                    let preposition = self.word(&inner.next().expect("an optional slot has a preposition"));
                    let slot = self.slot(inner.next().expect("an optional slot has a name"), true)?;
                    phrases.push((preposition, slot.name.clone()));
                    slots.push(slot);
                }
                Rule::also => also.push(self.also(part)),
                Rule::keeping => keeping = Some(self.keeping(part)),
                _ => {}
            }
        }
        let subject = subject.expect("a verb has a subject");
        let reading = Reading { subject, verb: verb.expect("a verb has a word"), object, phrases, span };
        Ok(StatementKind::Verb(VerbDeclaration { slots, reading, keeping, also }))
    }

    fn keeping(&self, pair: Pair<'_, Rule>) -> (Extreme, Word) {
        let mut inner = pair.into_inner().skip(1);
        let is_least = inner.next().is_some_and(|word| word.as_rule() == Rule::least);
        let slot = self.word(&inner.next().expect("`keeping` names a slot"));
        (if is_least { Extreme::Least } else { Extreme::Greatest }, slot)
    }

    pub(super) fn slot(&self, pair: Pair<'_, Rule>, optional: bool) -> Built<Slot> {
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next().expect("a slot has a name"));
        let kind = inner.next().map(|kind| self.name(kind)).transpose()?;
        Ok(Slot { name, kind, optional })
    }

    pub(super) fn also(&self, pair: Pair<'_, Rule>) -> Reading {
        let span = self.span(&pair);
        let mut phrases = Vec::new();
        let (mut subject, mut verb, mut object, mut preposition) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::any_word => match preposition.take() {
                    Some(preposition) => phrases.push((preposition, self.word(&part))),
                    None => subject = Some(self.word(&part)),
                },
                Rule::word => object = Some(self.word(&part)),
                Rule::declared_word => verb = Some(self.verb_word(part)),
                Rule::preposition => preposition = Some(self.word(&part)),
                Rule::also_optional => {
                    let mut inner = part.into_inner();
                    let preposition = self.word(&inner.next().expect("a phrase has a preposition"));
                    phrases.push((preposition, self.word(&inner.next().expect("a phrase has a slot"))));
                }
                _ => {}
            }
        }
        let subject = subject.expect("a reading has a subject");
        Reading { subject, verb: verb.expect("a reading has a verb"), object, phrases, span }
    }

    /// `declared_word` and `base`: an optional `is` or `has`, an optional article, the word.
    pub(super) fn verb_word(&self, pair: Pair<'_, Rule>) -> VerbWord {
        let span = self.span(&pair);
        let mut form = Form::Acts;
        let mut word = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::be => form = Form::Is,
                Rule::have => form = Form::Has,
                Rule::word | Rule::do_ => word = Some(self.word(&part)),
                _ => {}
            }
        }
        VerbWord { form, word: word.expect("a verb has a word"), span }
    }

    pub(super) fn use_vocabulary(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let what = pair.into_inner().nth(1).expect("`use` names something");
        Ok(StatementKind::Use(if what.as_rule() == Rule::none { None } else { Some(self.name(what)?) }))
    }

    pub(super) fn path(&self, pair: &Pair<'_, Rule>) -> Built<Word> {
        Ok(Word { span: self.span(pair), text: self.unquoted(pair)?.into() })
    }

    pub(super) fn import(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let mut inner = pair.into_inner().skip(1);
        let path = self.path(&inner.next().expect("an import has a path"))?;
        let pattern = self.simple(inner.nth(1).expect("an import has a pattern"))?;
        let pattern = self.pattern(pattern, "an import")?;
        self.refuse_terms(&pattern, "an import", |term| matches!(term, TermKind::Anything))?;
        Ok(StatementKind::Import { path, pattern })
    }
}
