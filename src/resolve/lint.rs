//! What is allowed and hardly meant: new words that look like known ones, words that nothing states, lone variables, and a
//! name that a hand-written program uses as two different things.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::Resolver;
use super::error::ResolveError;
use super::sentence::{Scope, ScopeVariable};
use crate::diagnostics::Problem;
use crate::diagnostics::suggest::nearest;
use crate::discard;
use crate::logic::{Place, RelationId, VariableId};
use crate::source::Span;
use crate::syntax::ast::{Condition, Form, Sentence, TermKind};
use crate::syntax::{on_one_line, variables};
use crate::value::{Dictionary, Value, ValueId};
use crate::vocabulary::inflection::with_article;
use crate::vocabulary::{KindId, Origin, Reading, Slot, SlotKind, Vocabulary};

/// In a vocabulary of more relations than this, new words are not compared with all others: that would take quadratic time.
const MAX_COMPARED: usize = 2_000;

/// So many words that only conditions use are told of.
const MAX_NEVER_STATED: usize = 100;

/// What the second pass notes for the third.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    pub(super) labels: IndexMap<Arc<str>, Place, FxBuildHasher>,
    /// The first use of a name, by the kind of the slot that it filled.
    kinds: IndexMap<ValueId, Vec<(KindId, Place)>, FxBuildHasher>,
    /// Verbs whose declarations have problems: what uses them has none of its own.
    pub(super) broken: Vec<(Form, Arc<str>)>,
    /// The last sentence that was warned of: one that is the wrong way round has two names in the wrong place.
    warned: Option<Span>,
}

impl Uses {
    /// Whether forgetting them takes milliseconds.
    pub(crate) fn are_many(&self) -> bool {
        self.kinds.len() > discard::MANY / 16
    }
}

impl Resolver<'_> {
    pub(super) fn lint(&mut self) {
        // In a program with errors a word may be unstated only because its statement is wrong.
        if self.problems.iter().all(Problem::is_warning) {
            self.never_stated();
        }
    }

    /// A verb that declares itself and is one slip away from another one.
    pub(super) fn looks_alike(&mut self, reading: &Reading, slots: &[Slot], origin: Origin, at: Span) {
        // A word that only conditions use gets one warning, from `never_stated`.
        if origin == Origin::UsedInCondition {
            return;
        }
        if self.vocabulary.len() > MAX_COMPARED {
            return;
        }
        let same_form = nearest(&reading.word, self.vocabulary.words(reading.form)).map(|near| (near, reading.form));
        // `has provided` is no property, but another tense of a verb.
        let other_tense = || nearest(&reading.word, self.vocabulary.words(Form::Acts)).map(|near| (near, Form::Acts));
        let near = same_form.or_else(|| if reading.form == Form::Has { other_tense() } else { None });
        let Some((near, form)) = near else { return };
        let known =
            Reading { word: near.into(), form, article: reading.article.clone().filter(|_| form == reading.form), ..reading.clone() }
                .verb();
        let declaration = format!("verb {}", reading.sentence(|slot| Some(format!("{}:thing", slots[slot].name))));
        self.report(ResolveError::LooksAlike { verb: reading.verb(), known, declaration, at });
    }

    /// `is` and `has` words that only conditions use.
    fn never_stated(&mut self) {
        let unknown = self.vocabulary.relations().filter(|(_, relation)| relation.origin == Origin::UsedInCondition);
        let problems = unknown
            .take(MAX_NEVER_STATED)
            .map(|(_, relation)| {
                let reading = &relation.readings[0];
                let near = nearest(&reading.word, self.vocabulary.words(reading.form));
                let help = match (near, reading.form) {
                    (Some(near), _) => format!("did you mean `{}`?", Reading { word: near.into(), ..reading.clone() }.verb()),
                    (None, Form::Has) => format!("state it of something, such as `hosting {} 3`, or declare it as a verb", reading.verb()),
                    (None, Form::Is | Form::Acts) => {
                        format!("state it of something, such as `hosting {}`, or declare it as a verb", reading.verb())
                    }
                };
                let problem = ResolveError::NeverStated { verb: reading.verb(), help, at: relation.place.span };
                Problem::new(problem, relation.place.source.clone())
            })
            .collect::<Vec<_>>();
        self.problems.extend(problems);
        // Told once: a later program that states it turns it into an ordinary word.
        let told = self.vocabulary.relations().filter(|(_, relation)| relation.origin == Origin::UsedInCondition);
        for id in told.map(|(id, _)| id).collect::<Vec<_>>() {
            self.vocabulary.relation_mut(id).origin = Origin::Used;
        }
    }

    /// Variables that occur once, apart from those that the answer shows.
    pub(super) fn lone_variables(&mut self, scope: &Scope, shown: &[VariableId]) {
        let is_lone = |(id, variable): &(VariableId, &ScopeVariable)| {
            variable.occurrences == 1 && !variable.name.starts_with('_') && !shown.contains(id)
        };
        let lone = scope.iter().filter(is_lone);
        let problems = lone.map(|(_, variable)| ResolveError::LoneVariable { variable: variable.name.to_string(), at: variable.span });
        problems.collect::<Vec<_>>().into_iter().for_each(|problem| self.report(problem));
    }

    /// `count ?c where A and B`, `whenever A then B and C`: the last one stands outside, though nothing else speaks of what it and the
    /// first speak of. `named` are the variables that the statement itself asks for or concludes.
    pub(super) fn open_ends(&mut self, condition: &Condition, named: &[Arc<str>]) {
        let Condition::And(parts) = condition else { return };
        let source = self.source.clone();
        let variables = |span: Span| variables(source.slice(span));
        for (number, part) in parts.iter().enumerate() {
            // Where it begins, what is inside, and what of it is known outside.
            let (begin, inside, outside) = match part {
                Condition::Comparison { left, right, .. } => match &right.kind {
                    TermKind::Aggregate(aggregate) => (right.span, aggregate.condition.span(), Some(left.span)),
                    TermKind::Value(_) | TermKind::Variable(_) | TermKind::Anything | TermKind::Wh(_) | TermKind::Computed(_) => continue,
                },
                Condition::Whenever { then, span, .. } => (*span, then.span(), None),
                Condition::Sentence(_) | Condition::Not { .. } | Condition::And(_) | Condition::Or(_) => continue,
            };
            if source.text().get(..inside.start as usize).is_some_and(|before| before.trim_end().ends_with('(')) {
                continue;
            }
            let known: Vec<_> = parts[..number].iter().map(Condition::span).chain(outside).flat_map(variables).collect();
            let is_own = |variable: &&str| !known.contains(variable) && !named.iter().any(|name| **name == variable[1..]);
            let own: Vec<_> = variables(begin.to(inside)).filter(is_own).collect();
            let speaks_of_own =
                |later: &&Condition| said_outside(later).is_some_and(|span| variables(span).any(|variable| own.contains(&variable)));
            let Some(later) = parts[number + 1..].iter().find(speaks_of_own) else { continue };
            let start = Span { start: begin.start, end: inside.start };
            let bracketed = |to: Span| on_one_line(&format!("{}({})", source.slice(start), source.slice(inside.to(to))));
            let what = if outside.is_some() { "belongs to this aggregate" } else { "follows from this `whenever`" };
            let (all, first) = (bracketed(later.span()), bracketed(inside));
            self.report(ResolveError::OpenEnd { what, all, first, at: begin.to(inside), outside: later.span() });
        }
    }

    /// Notes as what a hand-written fact uses a name, and warns if that is a second thing.
    pub(super) fn note_use(
        &mut self,
        value: ValueId,
        at: Span,
        relation: RelationId,
        slot: usize,
        sentence: impl FnOnce() -> Option<Sentence>,
    ) {
        let Some(Value::Name(name)) = self.dictionary.value(value) else { return };
        let SlotKind::Kind(kind) = self.vocabulary.relation(relation).slots[slot].kind else { return };
        let place = Place { source: self.source.clone(), span: at };
        let uses = self.uses.kinds.entry(value).or_default();
        let apart = |one: KindId, other: KindId| !self.vocabulary.is_within(one, other) && !self.vocabulary.is_within(other, one);
        if uses.iter().any(|(known, _)| *known == kind) {
            return;
        }
        let other = uses.iter().find(|(known, _)| apart(*known, kind)).cloned();
        uses.push((kind, place));
        let Some((other, earlier)) = other.filter(|(_, earlier)| Arc::ptr_eq(&earlier.source, &self.source)) else { return };
        let Some(sentence) = sentence() else { return };
        if self.uses.warned.replace(sentence.span) == Some(sentence.span) {
            return;
        }
        let described = |kind| with_article(self.vocabulary.kind_name(kind));
        let help = match swapped((&self.vocabulary, self.dictionary), relation, slot, &sentence, &self.uses, other) {
            Some(swapped) => format!("did you mean `{swapped}`?"),
            None => "if these are two things, give them two names".to_owned(),
        };
        let problem = ResolveError::TwoKinds {
            name: name.to_string(),
            first: described(other),
            second: described(kind),
            help,
            earlier: earlier.span,
            at,
        };
        self.report(problem);
    }
}

/// The part of a condition whose variables are not its own.
fn said_outside(condition: &Condition) -> Option<Span> {
    match condition {
        Condition::Comparison { left, right, .. } if matches!(right.kind, TermKind::Aggregate(_)) => Some(left.span),
        Condition::Whenever { .. } => None,
        Condition::Sentence(_) | Condition::Comparison { .. } | Condition::Not { .. } | Condition::And(_) | Condition::Or(_) => {
            Some(condition.span())
        }
    }
}

/// The sentence with this slot and the slot of the name's other kind exchanged.
fn swapped(
    (vocabulary, dictionary): (&Vocabulary, &Dictionary),
    relation: RelationId,
    slot: usize,
    sentence: &Sentence,
    uses: &Uses,
    other: KindId,
) -> Option<String> {
    let slots = &vocabulary.relation(relation).slots;
    let (_, number) = vocabulary.find(sentence.verb.form, &sentence.verb.word.text)?;
    let reading = vocabulary.reading(relation, number);
    let terms = |slot: usize| {
        let of_phrase =
            sentence.phrases.iter().find(|phrase| reading.slot(&phrase.preposition.text) == Some(slot)).map(|phrase| &phrase.terms);
        let of_object = (reading.object == Some(slot)).then_some(&sentence.object);
        let terms = if reading.subject == slot { Some(&sentence.subject) } else { of_object.or(of_phrase) };
        match terms?.as_slice() {
            [ast] => match &ast.kind {
                TermKind::Value(value) => Some(value),
                TermKind::Variable(_) | TermKind::Anything | TermKind::Wh(_) | TermKind::Computed(_) | TermKind::Aggregate(_) => None,
            },
            _ => None,
        }
    };
    let fits = |partner: &usize| {
        let used_as = |kind| {
            terms(*partner)
                .and_then(|value| dictionary.find(value))
                .and_then(|value| uses.kinds.get(&value))
                .is_some_and(|uses| uses.iter().any(|(used, _)| *used == kind))
        };
        terms(*partner) != terms(slot)
            && slots[*partner].kind == SlotKind::Kind(other)
            && matches!(slots[slot].kind, SlotKind::Kind(kind) if used_as(kind))
    };
    let partner = (0..slots.len()).filter(|partner| *partner != slot).find(fits)?;
    Some(reading.sentence(|number| {
        let number = if number == slot {
            partner
        } else if number == partner {
            slot
        } else {
            number
        };
        terms(number).map(crate::vocabulary::written_value)
    }))
}
