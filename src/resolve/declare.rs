//! The first pass: what a program declares, in the order in which one declaration may rest on another.

use std::sync::Arc;

use super::error::ResolveError;
use super::{Resolver, Unit};
use crate::logic::{RelationId, Rule};
use crate::syntax::ast::{self, Condition, Extreme, Form, Sentence, StatementKind, TermKind, VerbDeclaration};
use crate::vocabulary::inflection::with_article;
use crate::vocabulary::{Origin, Reading, Relation, Slot, SlotKind, shipped};

impl Resolver<'_> {
    pub(super) fn declare(&mut self, units: &[Unit]) {
        self.each(units, |resolver, statement| {
            if let StatementKind::Kind { name, parent } = &statement.kind {
                resolver.kind(name, parent.as_ref(), statement.doc.as_ref());
            }
        });
        self.each(units, |resolver, statement| {
            if let StatementKind::Verb(verb) = &statement.kind {
                resolver.verb(verb, statement);
            }
        });
        self.vocabulary.say_kinds();
        self.declare_scenarios(units);
        self.each(units, |resolver, statement| {
            if let StatementKind::Rule(rule) = &statement.kind {
                resolver.imply(&rule.head, Origin::Head);
            }
        });
        self.each(units, |resolver, statement| match &statement.kind {
            StatementKind::Fact(sentences) => sentences.iter().for_each(|sentence| resolver.imply(sentence, Origin::Used)),
            StatementKind::Facts(facts) => resolver.imply_plain(facts),
            StatementKind::Import { pattern, .. } => resolver.imply(pattern, Origin::Used),
            StatementKind::Kind { .. }
            | StatementKind::Verb(_)
            | StatementKind::Use(_)
            | StatementKind::Include(_)
            | StatementKind::Forget(_)
            | StatementKind::Rule(_)
            | StatementKind::Question(_)
            | StatementKind::Describe(_)
            | StatementKind::Remedy(_)
            | StatementKind::Explain(_)
            | StatementKind::Expect(_)
            | StatementKind::Forbid(_)
            | StatementKind::Export { .. }
            | StatementKind::AsOf(_)
            | StatementKind::Scenario(_)
            | StatementKind::In { .. }
            | StatementKind::Suppose { .. }
            | StatementKind::Compare(_) => {}
        });
        self.each(units, |resolver, statement| match &statement.kind {
            StatementKind::Rule(rule) => resolver.imply_in(&rule.body),
            StatementKind::Forbid(prohibition) => resolver.imply_in(&prohibition.condition),
            StatementKind::Kind { .. }
            | StatementKind::Verb(_)
            | StatementKind::Use(_)
            | StatementKind::Include(_)
            | StatementKind::Import { .. }
            | StatementKind::Fact(_)
            | StatementKind::Facts(_)
            | StatementKind::Forget(_)
            | StatementKind::Question(_)
            | StatementKind::Describe(_)
            | StatementKind::Remedy(_)
            | StatementKind::Explain(_)
            | StatementKind::Expect(_)
            | StatementKind::Export { .. }
            | StatementKind::AsOf(_)
            | StatementKind::Scenario(_)
            | StatementKind::In { .. }
            | StatementKind::Suppose { .. }
            | StatementKind::Compare(_) => {}
        });
    }

    /// Looks at each statement, and at those that it holds.
    fn each(&mut self, units: &[Unit], mut declare: impl FnMut(&mut Self, &ast::Statement)) {
        for unit in units {
            if !(self.is_wanted)() {
                return;
            }
            if !Arc::ptr_eq(&self.source, &unit.source) {
                self.source = unit.source.clone();
            }
            unit.statement.each(&mut |statement| declare(self, statement));
        }
    }

    // ---- Kinds

    fn kind(&mut self, name: &ast::Word, parent: Option<&ast::Word>, doc: Option<&Arc<str>>) {
        let is_built_in = |word: &ast::Word| matches!(&*word.text, "number" | "date");
        if let Some(built_in) = [Some(name), parent].into_iter().flatten().find(|word| is_built_in(word)) {
            let help =
                format!("`{}` is built in: give a slot that holds one this kind, as in `has availability value:number`", built_in.text);
            return self.report(ResolveError::BadKind { kind: built_in.text.to_string(), help, at: built_in.span });
        }
        let place = self.place(name.span);
        let kind = self.vocabulary.kind(&name.text, &place);
        self.vocabulary.declare_kind(kind);
        if let Some((owner, reading)) =
            self.vocabulary.find(Form::Is, &name.text).filter(|(owner, _)| *owner != self.vocabulary.kind_relation(kind))
        {
            let known = self.vocabulary.relation(owner);
            if known.readings[reading].word == name.text {
                let owner = known.pattern(&known.readings[reading]);
                let place = known.place.describe();
                return self.report(ResolveError::TakenWords {
                    verb: format!("is {}", with_article(&name.text)),
                    owner,
                    place,
                    at: name.span,
                });
            }
        }
        let relation = self.vocabulary.kind_relation(kind);
        self.vocabulary.document(relation, doc);
        if let Some(parent) = parent {
            let parent_place = self.place(parent.span);
            let outer = self.vocabulary.kind(&parent.text, &parent_place);
            self.vocabulary.declare_kind(outer);
            if self.vocabulary.is_within(outer, kind) {
                let help = format!("`{}` is a kind of `{}` already; leave `is …` out", parent.text, name.text);
                return self.report(ResolveError::BadKind { kind: name.text.to_string(), help, at: name.span.to(parent.span) });
            }
            self.vocabulary.add_parent(kind, outer);
        }
    }

    fn slot_kind(&mut self, kind: Option<&ast::Word>) -> SlotKind {
        match kind {
            None => SlotKind::Any,
            Some(kind) if &*kind.text == "number" => SlotKind::Number,
            Some(kind) if &*kind.text == "date" => SlotKind::Date,
            Some(kind) => {
                let place = self.place(kind.span);
                SlotKind::Kind(self.vocabulary.kind(&kind.text, &place))
            }
        }
    }

    // ---- Verbs

    fn verb(&mut self, declaration: &VerbDeclaration, statement: &ast::Statement) {
        let before = self.problems.len();
        self.declare_verb(declaration, statement);
        if self.problems.len() > before {
            let written = std::iter::once(&declaration.reading).chain(&declaration.also);
            self.uses.broken.extend(written.map(|reading| (reading.verb.form, reading.verb.word.text.clone())));
        }
    }

    fn declare_verb(&mut self, declaration: &VerbDeclaration, statement: &ast::Statement) {
        let mut slots: Vec<Slot> = Vec::new();
        for slot in &declaration.slots {
            if slots.iter().any(|earlier| earlier.name == slot.name.text) {
                return self.report(ResolveError::RepeatedSlot { slot: slot.name.text.to_string(), at: slot.name.span });
            }
            let kind = self.slot_kind(slot.kind.as_ref());
            slots.push(Slot { name: slot.name.text.clone(), kind, optional: slot.optional });
        }
        let written = std::iter::once(&declaration.reading).chain(&declaration.also);
        let readings = written
            .map(|reading| readings(reading, self.article(&reading.verb), &slots, &declaration.reading))
            .collect::<Result<Vec<_>, _>>();
        let readings = match readings {
            Ok(readings) => readings,
            Err(problem) => return self.report(*problem),
        };
        let owner = readings.iter().find_map(|reading| self.vocabulary.find(reading.form, &reading.word));
        if let Some((known, _)) = owner {
            return self.redeclare(known, slots, readings, declaration);
        }
        for (index, reading) in readings.iter().enumerate() {
            if readings[..index].iter().any(|earlier| (earlier.form, &earlier.word) == (reading.form, &reading.word)) {
                let at = declaration.also[index - 1].verb.span;
                let owner = readings[0].verb();
                return self.report(ResolveError::TakenWords { verb: reading.verb(), owner, place: "just above".into(), at });
            }
        }
        let Some(keeping) = self.keeping(declaration, &slots) else { return };
        let place = self.place(statement.span);
        let relation = self.vocabulary.add_relation(slots, Origin::Declared, place);
        self.vocabulary.relation_mut(relation).keeping = keeping;
        self.vocabulary.document(relation, statement.doc.as_ref());
        for reading in readings {
            self.vocabulary.add_reading(relation, reading);
        }
    }

    /// The slot that is kept, if any; nothing after a problem.
    #[expect(clippy::option_option, reason = "no slot is kept, or there was a problem")]
    fn keeping(&mut self, declaration: &VerbDeclaration, slots: &[Slot]) -> Option<Option<(Extreme, usize)>> {
        let Some((extreme, name)) = &declaration.keeping else { return Some(None) };
        let found = slots.iter().position(|slot| slot.name == name.text);
        let help = match found.map(|slot| &slots[slot]) {
            None => {
                let names = slots.iter().map(|slot| format!("`{}`", slot.name)).collect::<Vec<_>>().join(", ");
                format!("the slots of this verb are {names}")
            }
            Some(slot) if slot.optional => format!("a fact could leave `{}` out: take its brackets away", slot.name),
            Some(Slot { kind: SlotKind::Number | SlotKind::Date, .. }) => return Some(found.map(|slot| (*extreme, slot))),
            Some(slot) => format!("what is kept is a number or a date: write `{}:number`", slot.name),
        };
        self.report(ResolveError::BadKeeping { slot: name.text.to_string(), help, at: name.span });
        None
    }

    /// The verb has a relation already: the same one again is no error.
    fn redeclare(&mut self, known: RelationId, slots: Vec<Slot>, readings: Vec<Reading>, declaration: &VerbDeclaration) {
        let relation = self.vocabulary.relation(known);
        let kept = declaration.keeping.as_ref().map(|(extreme, slot)| (*extreme, slot.text.clone()));
        let known_kept = relation.keeping.map(|(extreme, slot)| (extreme, relation.slots[slot].name.clone()));
        if relation.slots == slots && relation.readings == readings && kept == known_kept {
            return;
        }
        let place = relation.place.describe();
        let verb = readings[0].verb();
        let keeping = kept.and_then(|(extreme, name)| Some((extreme, slots.iter().position(|slot| slot.name == name)?)));
        let second = Relation { slots, readings, origin: Origin::Declared, keeping, doc: None, place: relation.place.clone() };
        let same_verb =
            relation.readings.first().is_some_and(|first| (first.form, &first.word) == (second.readings[0].form, &second.readings[0].word));
        let problem = if same_verb {
            let [mut one, mut other] = [relation, &second].map(|relation| self.vocabulary.declaration(relation));
            if one == other {
                // What differs are the further readings.
                for (shown, relation) in [(&mut one, relation), (&mut other, &second)] {
                    shown.extend(relation.readings[1..].iter().map(|reading| format!(" also {}", relation.pattern(reading))));
                }
            }
            ResolveError::RedeclaredVerb { verb, first: one, place, second: other, at: declaration.reading.verb.span }
        } else {
            let taken = |reading: &Reading| self.vocabulary.find(reading.form, &reading.word).is_some();
            let index = second.readings.iter().position(taken).unwrap_or_default();
            let written = std::iter::once(&declaration.reading).chain(&declaration.also).nth(index).unwrap_or(&declaration.reading);
            let owner = relation.pattern(&relation.readings[0]);
            ResolveError::TakenWords { verb: second.readings[index].verb(), owner, place, at: written.verb.span }
        };
        self.report(problem);
    }

    // ---- Verbs that declare themselves

    /// The head of a rule declares any new verb; elsewhere only `is` and `has` words declare themselves.
    pub(super) fn imply(&mut self, sentence: &Sentence, origin: Origin) {
        let verb = &sentence.verb;
        let (form, word) = (verb.form, &verb.word.text);
        if (form == Form::Acts && origin != Origin::Head) || self.vocabulary.find(form, word).is_some() {
            return;
        }
        let mut slots: Vec<Slot> = Vec::new();
        let mut slot = |term: Option<&ast::Term>, otherwise: &str| {
            let name = match term.map(|term| &term.kind) {
                Some(TermKind::Variable(name)) if origin == Origin::Head => name.clone(),
                _ => Arc::from(otherwise),
            };
            let taken = slots.iter().any(|slot| slot.name == name);
            let name = if taken { Arc::from(format!("{name}-{}", slots.len() + 1)) } else { name };
            slots.push(Slot { name, kind: SlotKind::Any, optional: false });
            slots.len() - 1
        };
        let subject = slot(sentence.subject.first(), "subject");
        let object = sentence.object.first().map(|term| slot(Some(term), "value"));
        let phrase = |phrase: &ast::Phrase| (phrase.preposition.text.clone(), slot(phrase.terms.first(), &phrase.preposition.text));
        let phrases: Vec<(Arc<str>, usize)> = sentence.phrases.iter().map(phrase).collect();
        let article = self.article(verb);
        let reading = Reading { form, article, word: word.clone(), subject, object, phrases };
        let place = self.place(verb.span);
        self.looks_alike(&reading, &slots, origin, verb.span);
        let relation = self.vocabulary.add_relation(slots, origin, place);
        self.vocabulary.add_reading(relation, reading);
    }

    fn imply_in(&mut self, condition: &Condition) {
        match condition {
            Condition::Sentence(sentence) => self.imply(sentence, Origin::UsedInCondition),
            Condition::Comparison { right, .. } => {
                if let TermKind::Aggregate(aggregate) = &right.kind {
                    self.imply_in(&aggregate.condition);
                }
            }
            Condition::Not { condition, .. } => self.imply_in(condition),
            Condition::Whenever { when, then, .. } => {
                self.imply_in(when);
                self.imply_in(then);
            }
            Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| self.imply_in(part)),
        }
    }

    /// The article that stands between `is` and its word.
    fn article(&self, verb: &ast::VerbWord) -> Option<Arc<str>> {
        let words = self.source.slice(verb.span).split_whitespace().rev().nth(1)?;
        matches!(words, "a" | "an" | "the").then(|| words.into())
    }

    /// Notes the label of a rule that stands in a scenario, or in none.
    pub(super) fn label(&mut self, rule: &ast::Rule, scenario: &str) {
        let Some(label) = &rule.label else { return };
        // The labels of shipped vocabularies are free for others: they are many, and nobody knows them all.
        let is_same = |known: &&Rule| known.text.label.as_ref() == Some(&label.text) && !shipped::holds(&known.text.place.source);
        let known = self.known_rules.iter().find(is_same).map(|known| known.text.place.describe());
        // Two scenarios may each have their own rule of one name.
        let own: Arc<str> = format!("{scenario}: {}", label.text).into();
        let earlier = self.uses.labels.get(&own).map(crate::logic::Place::describe);
        if let Some(place) = known.or(earlier) {
            return self.report(ResolveError::RepeatedLabel { label: label.text.to_string(), place, at: label.span });
        }
        let place = self.place(label.span);
        self.uses.labels.insert(own, place);
    }
}

/// A reading in slot numbers. `also` readings take the optional slots that they do not name from the first one.
fn readings(written: &ast::Reading, article: Option<Arc<str>>, slots: &[Slot], first: &ast::Reading) -> Result<Reading, Box<ResolveError>> {
    let number = |slot: &ast::Word| {
        slots.iter().position(|known| known.name == slot.text).ok_or_else(|| {
            let names = slots.iter().map(|slot| format!("`{}`", slot.name)).collect::<Vec<_>>().join(", ");
            let help = format!("the slots of this verb are {names}");
            Box::new(ResolveError::UnknownSlot { slot: slot.text.to_string(), help, at: slot.span })
        })
    };
    let mut phrases: Vec<(Arc<str>, usize)> = Vec::new();
    for (preposition, slot) in &written.phrases {
        let slot_number = number(slot)?;
        if phrases.iter().any(|(earlier, _)| *earlier == preposition.text) {
            let second = preposition.span;
            return Err(Box::new(ResolveError::RepeatedPreposition {
                preposition: preposition.text.to_string(),
                first: written.span,
                second,
            }));
        }
        phrases.push((preposition.text.clone(), slot_number));
    }
    let subject = number(&written.subject)?;
    let object = written.object.as_ref().map(number).transpose()?;
    for (preposition, slot) in &first.phrases {
        let slot = number(slot)?;
        let named = subject == slot || object == Some(slot) || phrases.iter().any(|(_, named)| *named == slot);
        if slots[slot].optional && !named && phrases.iter().any(|(own, _)| *own == preposition.text) {
            return Err(Box::new(ResolveError::IncompleteReading { slot: slots[slot].name.to_string(), at: written.span }));
        }
        if slots[slot].optional && !named {
            phrases.push((preposition.text.clone(), slot));
        }
    }
    let mut named: Vec<usize> = std::iter::once(subject).chain(object).chain(phrases.iter().map(|(_, slot)| *slot)).collect();
    if let Some(missing) = (0..slots.len()).find(|slot| !slots[*slot].optional && !named.contains(slot)) {
        return Err(Box::new(ResolveError::IncompleteReading { slot: slots[missing].name.to_string(), at: written.span }));
    }
    named.sort_unstable();
    if let Some(twice) = named.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Box::new(ResolveError::RepeatedSlot { slot: slots[twice[0]].name.to_string(), at: written.span }));
    }
    Ok(Reading { form: written.verb.form, article, word: written.verb.word.text.clone(), subject, object, phrases })
}
