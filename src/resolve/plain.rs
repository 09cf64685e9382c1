//! Plain facts, read many at a time → rows, with little work for each: sentences that are said with the same words fill the same slots.
//!
//! The first sentence that is said in a way (`… provides … to …`) is resolved as any other is, and what came of it is used for all that
//! follow. A fact that is not as plain as that (a date where a name belongs, a name of two kinds) goes through [`super::sentence`], and so
//! its problems are the same as everywhere.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use hashbrown::HashTable;
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::Resolver;
use super::sentence::{Use, fill};
use crate::logic::{Action, PlainRows, RelationId};
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{Form, Frame, Part, PlainFacts};
use crate::value::remembered::{Remembered, UNKNOWN};
use crate::value::{Value, ValueId};
use crate::vocabulary::{Origin, SlotKind};

/// The names of so many facts are looked up together.
const TOGETHER: usize = 256;

/// What the plain facts of a program have in common.
#[derive(Debug, Default)]
pub(super) struct Sayings {
    all: Vec<Saying>,
    /// Their numbers, by frame and verb.
    numbers: HashTable<usize>,
    frames: IndexSet<Frame, FxBuildHasher>,
    /// The frames of the text at hand, and which of all frames each is.
    own: (Arc<Vec<Frame>>, Vec<usize>),
    /// What names stand for that have been read.
    names: Remembered,
    /// Of values that are new in this program: the kind of the slot for which it was noted last.
    noted: Vec<Option<SlotKind>>,
    /// The number of the first of them.
    first_new: usize,
    /// The row that is being filled.
    row: Vec<ValueId>,
}

/// A way to say facts: by this verb in sentences of this frame.
#[derive(Debug)]
struct Saying {
    frame: usize,
    verb: Box<str>,
    /// Nothing if each of the facts must be looked at more closely.
    meaning: Option<Meaning>,
}

/// The relation of facts, and where their values go.
#[derive(Debug)]
struct Meaning {
    relation: RelationId,
    reading: usize,
    width: usize,
    /// The slots for the first and the last day of a fact, if it has both.
    days: Option<(usize, usize)>,
    /// The slots that its values fill, from left to right, and their kinds.
    slots: Vec<(usize, SlotKind)>,
}

impl Sayings {
    pub(super) fn starting_at(first_new: usize) -> Self {
        Self { first_new, ..Self::default() }
    }

    /// The facts that come now have these frames.
    fn turn_to(&mut self, frames: &Arc<Vec<Frame>>) {
        if !Arc::ptr_eq(&self.own.0, frames) {
            let numbers = frames.iter().map(|frame| self.frames.insert_full(frame.clone()).0).collect();
            self.own = (frames.clone(), numbers);
        }
    }

    /// The hash of a saying, and its number if it is known.
    fn find(&self, frame: usize, verb: &str) -> (u64, Option<usize>) {
        let hash = FxBuildHasher.hash_one((frame, verb));
        let is_it = |number: &usize| self.all[*number].frame == frame && *self.all[*number].verb == *verb;
        (hash, self.numbers.find(hash, is_it).copied())
    }

    fn add(&mut self, hash: u64, saying: Saying) -> usize {
        let number = self.all.len();
        self.all.push(saying);
        let Self { all, numbers, .. } = self;
        numbers.insert_unique(hash, number, |&number| FxBuildHasher.hash_one((all[number].frame, &*all[number].verb)));
        number
    }

    /// Whether a value was noted last as what fills a slot of this kind; from now on it is.
    fn is_noted(&mut self, value: ValueId, kind: SlotKind) -> bool {
        let Some(index) = (value.0 as usize).checked_sub(self.first_new) else { return false };
        if self.noted.len() <= index {
            self.noted.resize(index + 1, None);
        }
        self.noted[index].replace(kind) == Some(kind)
    }
}

/// The name that a part of a fact is: where its text stands.
fn name(part: Part, span: Span) -> Option<Span> {
    match part {
        Part::Name => Some(span),
        Part::Quoted => Some(Span { start: span.start + 1, end: span.end - 1 }),
        Part::Number | Part::Date | Part::Verb(_) | Part::Preposition(_) => None,
    }
}

/// The names among the words of a fact.
fn names_of<'f>(frame: &'f Frame, words: &'f [Span]) -> impl Iterator<Item = Span> + 'f {
    frame.words().zip(words).filter_map(|(part, span)| name(part, *span))
}

/// The verb among the words of a fact.
fn verb(frame: &Frame, words: &[Span]) -> Option<(Form, Span)> {
    frame.words().zip(words).find_map(|(part, span)| if let Part::Verb(form) = part { Some((form, *span)) } else { None })
}

impl Resolver<'_> {
    /// The first pass: `is` and `has` words that declare themselves.
    pub(super) fn imply_plain(&mut self, facts: &PlainFacts) {
        let source = self.source.clone();
        let is_wanted = self.is_wanted;
        self.sayings.turn_to(&facts.frames);
        // What was said in the same words before has declared itself.
        let mut met = IndexSet::<_, FxBuildHasher>::default();
        for (form, words) in facts.iter().take_while(|_| is_wanted()) {
            let frame = &facts.frames[form];
            let Some((form, at)) = verb(frame, words).filter(|(form, _)| *form != Form::Acts) else { continue };
            let word = source.slice(at);
            if met.insert((form, word)) && self.vocabulary.find(form, word).is_none() {
                syntax::fact(source.text(), frame.span(words)).iter().for_each(|sentence| self.imply(sentence, Origin::Used));
            }
        }
    }

    /// The second pass: the rows that plain facts state, and other steps in their places.
    pub(super) fn plain_facts(&mut self, facts: &PlainFacts) {
        let source = self.source.clone();
        let text = source.text();
        self.sayings.turn_to(&facts.frames);
        let (mut rows, mut place) = (PlainRows::default(), Span::default());
        let (mut names, mut known) = (Vec::new(), Vec::new());
        let mut all = facts.iter().peekable();
        while all.peek().is_some() {
            names.clear();
            names.extend(all.clone().take(TOGETHER).flat_map(|(form, words)| names_of(&facts.frames[form], words)));
            self.sayings.names.find_all(text, &names, self.dictionary, &mut known);
            let mut known = known.as_slice();
            for (form, words) in all.by_ref().take(TOGETHER) {
                let frame = &facts.frames[form];
                let (own, later) = known.split_at(names_of(frame, words).count());
                known = later;
                let span = frame.span(words);
                if rows.is_empty() {
                    place = span;
                }
                let number = self.saying(form, frame, words, text);
                if self.plain_fact(number, (frame, words), text, own, &mut rows).is_none() {
                    self.plain_rows(&mut rows, place);
                    let sentences = syntax::fact(text, span);
                    self.fact(&sentences, span);
                }
            }
        }
        self.plain_rows(&mut rows, place);
    }

    fn plain_rows(&mut self, rows: &mut PlainRows, place: Span) {
        if !rows.is_empty() {
            self.step(Action::StateEach(std::mem::take(rows)), place);
        }
    }

    /// Adds the row of a fact whose names stand for what is known of them; nothing if it must be looked at more closely.
    fn plain_fact(
        &mut self,
        number: usize,
        (frame, words): (&Frame, &[Span]),
        text: &str,
        known: &[u32],
        rows: &mut PlainRows,
    ) -> Option<()> {
        let Sayings { all, names, row, .. } = &mut self.sayings;
        let Meaning { relation, reading, width, days, slots } = all[number].meaning.as_ref()?;
        let (relation, reading) = (*relation, *reading);
        let values = frame.words().zip(words).filter(|(part, _)| !matches!(part, Part::Verb(_)));
        let mut known = known.iter().copied();
        row.clear();
        row.resize(*width, ValueId::ABSENT);
        for ((part, span), (slot, _)) in values.clone().zip(slots) {
            let text = &text[name(part, *span).unwrap_or(*span).range()];
            row[*slot] = match part {
                Part::Number => self.dictionary.intern(&syntax::number(text)?),
                Part::Date => self.dictionary.intern(&syntax::date(text)?),
                Part::Name | Part::Quoted | Part::Verb(_) | Part::Preposition(_) => match known.next() {
                    Some(known) if known != UNKNOWN => ValueId(known),
                    Some(_) | None => names.name(text, self.dictionary),
                },
            };
        }
        let day = |slot: usize| self.dictionary.value(row[slot]).and_then(Value::as_date);
        if days.is_some_and(|(first, last)| day(first).zip(day(last)).is_some_and(|(first, last)| first > last)) {
            return None;
        }
        let span = frame.span(words);
        for (place, (_, at)) in values.enumerate() {
            let (slot, kind) = self.sayings.all[number].meaning.as_ref()?.slots[place];
            let value = self.sayings.row[slot];
            if !self.sayings.is_noted(value, kind) {
                self.note_use(value, *at, relation, slot, || syntax::fact(text, span).pop());
                self.note_name(value, *at, relation, slot);
            }
        }
        rows.push((relation, reading), span, &self.sayings.row);
        Some(())
    }

    /// The number of the way in which a fact is said.
    fn saying(&mut self, form: usize, frame: &Frame, words: &[Span], text: &str) -> usize {
        let own = self.sayings.own.1[form];
        let verb = verb(frame, words).map_or("", |(_, verb)| &text[verb.range()]);
        match self.sayings.find(own, verb) {
            (_, Some(number)) => number,
            (hash, None) => {
                let meaning = self.meaning(frame, frame.span(words), text);
                self.sayings.add(hash, Saying { frame: own, verb: verb.into(), meaning })
            }
        }
    }

    /// What a sentence that is said for the first time means; nothing if it has a problem.
    fn meaning(&self, frame: &Frame, span: Span, text: &str) -> Option<Meaning> {
        let sentences = syntax::fact(text, span);
        let [sentence] = sentences.as_slice() else { return None };
        let (relation, reading) = self.vocabulary.find(sentence.verb.form, &sentence.verb.word.text)?;
        let filled = fill(&self.vocabulary, sentence, relation, reading, Use::Fact).ok()?;
        let known = self.vocabulary.relation(relation);
        let slots: Vec<_> = filled.iter().map(|(slot, _)| (*slot, known.slots[*slot].kind)).collect();
        let fits = |(part, (_, kind)): (Part, &(usize, SlotKind))| match part {
            Part::Number => self.vocabulary.accepts(*kind, &Value::number(0)),
            Part::Date => self.vocabulary.accepts(*kind, &Value::Date(jiff::civil::Date::ZERO)),
            Part::Name | Part::Quoted | Part::Verb(_) | Part::Preposition(_) => self.vocabulary.accepts(*kind, &Value::name("A")),
        };
        let values = frame.words().filter(|part| !matches!(part, Part::Verb(_)));
        if !values.zip(&slots).all(fits) {
            return None;
        }
        let (since, until) = known.validity();
        let is_filled = |slot: &usize| slots.iter().any(|(filled, _)| filled == slot);
        let days = since.zip(until).filter(|(since, until)| is_filled(since) && is_filled(until));
        Some(Meaning { relation, reading, width: known.slots.len(), days, slots })
    }
}
