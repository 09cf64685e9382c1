//! Plain facts, read many at a time → rows, with little work for each: sentences that are said with the same words fill the same slots.
//!
//! The first sentence of a shape (`… provides … to …`) is resolved as any other is, and what came of it is used for all that follow. A fact
//! that is not as plain as that (a date where a name belongs, a name of two kinds) goes through [`super::sentence`], and so its
//! problems are the same as everywhere.

use std::hash::{Hash as _, Hasher as _};

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use super::Resolver;
use super::sentence::{Use, fill};
use crate::logic::{Action, PlainRows, RelationId};
use crate::source::Span;
use crate::syntax::ast::{Part, PlainFacts};
use crate::syntax::{self, ast};
use crate::value::{Value, ValueId, composed};
use crate::vocabulary::{Origin, SlotKind};

/// What the plain facts of a program have in common.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    all: Vec<Shape>,
    /// By their words.
    numbers: HashTable<usize>,
    /// Of values that are new in this program: the kind of the slot for which it was noted last.
    noted: Vec<Option<SlotKind>>,
    /// The number of the first of them.
    first_new: usize,
    /// The row that is being filled.
    row: Vec<ValueId>,
}

/// What facts with the same words mean.
#[derive(Debug)]
struct Shape {
    hash: u64,
    words: Vec<Piece>,
    relation: RelationId,
    reading: usize,
    width: usize,
    /// The slots for the first and the last day of the fact, if it has both.
    days: Option<(usize, usize)>,
    /// The slots that its values fill, from left to right.
    slots: Vec<usize>,
    /// For each of them whether it takes a name, a number, a date.
    takes: Vec<[bool; 3]>,
}

/// A word of a sentence, or the place of a value.
type Piece = Option<(Part, Box<str>)>;

fn is_word(part: Part) -> bool {
    matches!(part, Part::Verb(_) | Part::Preposition)
}

impl Shapes {
    pub(super) fn starting_at(first_new: usize) -> Self {
        Self { first_new, ..Self::default() }
    }

    fn find(&self, hash: u64, parts: &[(Part, Span)], text: &str) -> Option<usize> {
        let is_same = |piece: &Piece, (part, span): &(Part, Span)| match piece {
            Some((own, word)) => own == part && **word == text[span.range()],
            None => !is_word(*part),
        };
        let fits =
            |shape: &Shape| shape.words.len() == parts.len() && shape.words.iter().zip(parts).all(|(piece, part)| is_same(piece, part));
        self.numbers.find(hash, |&number| fits(&self.all[number])).copied()
    }

    fn add(&mut self, shape: Shape) -> usize {
        let number = self.all.len();
        self.all.push(shape);
        self.numbers.insert_unique(self.all[number].hash, number, |&number| self.all[number].hash);
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

fn hash(parts: &[(Part, Span)], text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    for (part, span) in parts {
        if is_word(*part) {
            (part, &text[span.range()]).hash(&mut hasher);
        } else {
            hasher.write_u8(0);
        }
    }
    hasher.finish()
}

impl Resolver<'_> {
    /// The first pass: `is` and `has` words that declare themselves.
    pub(super) fn imply_plain(&mut self, facts: &PlainFacts) {
        let source = self.source.clone();
        let is_wanted = self.is_wanted;
        for (span, parts) in facts.iter().take_while(|_| is_wanted()) {
            let Some((Part::Verb(form), verb)) = parts.get(1) else { continue };
            if *form != ast::Form::Acts && self.vocabulary.find(*form, source.slice(*verb)).is_none() {
                syntax::fact(source.text(), span).iter().for_each(|sentence| self.imply(sentence, Origin::Used));
            }
        }
    }

    /// The second pass: the rows that plain facts state, and other steps in their places.
    pub(super) fn plain_facts(&mut self, facts: &PlainFacts) {
        let source = self.source.clone();
        let mut rows = PlainRows::default();
        let mut place = Span::default();
        for (span, parts) in facts.iter() {
            if rows.is_empty() {
                place = span;
            }
            if self.plain_fact(span, parts, source.text(), &mut rows).is_none() {
                self.plain_rows(&mut rows, place);
                let sentences = syntax::fact(source.text(), span);
                self.fact(&sentences, span);
            }
        }
        self.plain_rows(&mut rows, place);
    }

    fn plain_rows(&mut self, rows: &mut PlainRows, place: Span) {
        if !rows.is_empty() {
            self.step(Action::StateEach(std::mem::take(rows)), place);
        }
    }

    /// Adds the row of a fact; nothing if it must be looked at more closely.
    fn plain_fact(&mut self, span: Span, parts: &[(Part, Span)], text: &str, rows: &mut PlainRows) -> Option<()> {
        let hash = hash(parts, text);
        let number = match self.shapes.find(hash, parts, text) {
            Some(number) => number,
            None => self.shape(hash, span, parts, text)?,
        };
        let shape = &self.shapes.all[number];
        let (relation, reading, days) = (shape.relation, shape.reading, shape.days);
        let values = parts.iter().filter(|(part, _)| !is_word(*part));
        if values.clone().zip(&shape.takes).any(|((part, _), takes)| !takes[sort(*part)]) {
            return None;
        }
        self.shapes.row.clear();
        self.shapes.row.resize(shape.width, ValueId::ABSENT);
        for (place, (part, span)) in values.clone().enumerate() {
            let slot = self.shapes.all[number].slots[place];
            self.shapes.row[slot] = self.plain_value(*part, &text[span.range()])?;
        }
        let day = |slot: usize| self.dictionary.value(self.shapes.row[slot]).and_then(Value::as_date);
        if days.is_some_and(|(first, last)| day(first).zip(day(last)).is_some_and(|(first, last)| first > last)) {
            return None;
        }
        for (place, (_, at)) in values.enumerate() {
            let slot = self.shapes.all[number].slots[place];
            let value = self.shapes.row[slot];
            if !self.shapes.is_noted(value, self.vocabulary.relation(relation).slots[slot].kind) {
                self.note_use(value, *at, relation, slot, || syntax::fact(text, span).pop());
                self.note_name(value, *at, relation, slot);
            }
        }
        rows.push((relation, reading), span, &self.shapes.row);
        Some(())
    }

    fn plain_value(&mut self, part: Part, text: &str) -> Option<ValueId> {
        let name = match part {
            Part::Quoted => &text[1..text.len() - 1],
            Part::Number => return syntax::number(text).map(|number| self.dictionary.intern(&number)),
            Part::Date => return syntax::date(text).map(|day| self.dictionary.intern(&day)),
            Part::Name | Part::Verb(_) | Part::Preposition | Part::Fact => text,
        };
        Some(if name.is_ascii() { self.dictionary.intern_name(name) } else { self.dictionary.intern(&Value::Name(composed(name))) })
    }

    /// What a sentence that is said for the first time means; nothing if it has a problem.
    fn shape(&mut self, hash: u64, span: Span, parts: &[(Part, Span)], text: &str) -> Option<usize> {
        let sentences = syntax::fact(text, span);
        let [sentence] = sentences.as_slice() else { return None };
        let (relation, reading) = self.vocabulary.find(sentence.verb.form, &sentence.verb.word.text)?;
        let filled = fill(&self.vocabulary, sentence, relation, reading, Use::Fact).ok()?;
        let slots: Vec<usize> = filled.iter().map(|(slot, _)| *slot).collect();
        let known = self.vocabulary.relation(relation);
        let samples = [Value::name("A"), Value::number(0), Value::Date(jiff::civil::Date::ZERO)];
        let takes =
            slots.iter().map(|slot| samples.each_ref().map(|value| self.vocabulary.accepts(known.slots[*slot].kind, value))).collect();
        let (since, until) = known.validity();
        let days = since.zip(until).filter(|(since, until)| slots.contains(since) && slots.contains(until));
        let piece = |(part, span): &(Part, Span)| is_word(*part).then(|| (*part, text[span.range()].into()));
        let words = parts.iter().map(piece).collect();
        let width = known.slots.len();
        Some(self.shapes.add(Shape { hash, words, relation, reading, width, days, slots, takes }))
    }
}

/// Which of the three sorts of values a part is.
fn sort(part: Part) -> usize {
    match part {
        Part::Number => 1,
        Part::Date => 2,
        Part::Name | Part::Quoted | Part::Fact | Part::Verb(_) | Part::Preposition => 0,
    }
}
