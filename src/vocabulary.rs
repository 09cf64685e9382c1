//! The declared words: relations with their slots and readings, and kinds.
//!
//! A relation is what `verb` declares; a reading is one way to say it. Kinds are relations of one slot, too
//! (`Google is an organization`). Filled by [`crate::resolve`]; knows nothing of facts.

pub(crate) mod inflection;
mod phrasing;
pub(crate) use phrasing::written_value;
pub(crate) mod shipped;

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::logic::{Place, RelationId};
use crate::syntax::ast::{Extreme, Form};
use crate::value::Value;

type Map<K, V> = IndexMap<K, V, FxBuildHasher>;
type Readings = Map<(Form, Arc<str>), (RelationId, usize)>;

/// The number of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct KindId(u32);

/// What may stand in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SlotKind {
    /// Any value: the slot was given no kind.
    Any,
    Number,
    Date,
    Kind(KindId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) name: Arc<str>,
    pub(crate) kind: SlotKind,
    pub(crate) optional: bool,
}

/// One way to say a relation; slots by number.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) form: Form,
    /// As in `is a member`: said, and no part of the words that tell one reading from another.
    pub(crate) article: Option<Arc<str>>,
    pub(crate) word: Arc<str>,
    pub(crate) subject: usize,
    pub(crate) object: Option<usize>,
    /// Preposition and slot, in the order of the declaration.
    pub(crate) phrases: Vec<(Arc<str>, usize)>,
}

impl PartialEq for Reading {
    fn eq(&self, other: &Self) -> bool {
        let words = |reading: &Self| (reading.form, reading.word.clone());
        words(self) == words(other) && self.subject == other.subject && self.object == other.object && self.phrases == other.phrases
    }
}

impl Reading {
    /// The slot that a preposition leads to.
    pub(crate) fn slot(&self, preposition: &str) -> Option<usize> {
        self.phrases.iter().find(|(own, _)| &**own == preposition).map(|(_, slot)| *slot)
    }
}

/// How a relation came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A `verb` statement.
    Declared,
    /// The head of a rule.
    Head,
    /// First use of an `is` or `has` word in a fact or head.
    Used,
    /// First use of an `is` or `has` word, in a condition.
    UsedInCondition,
    /// A kind.
    Kind,
}

#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) slots: Vec<Slot>,
    /// The first is the canonical one.
    pub(crate) readings: Vec<Reading>,
    pub(crate) origin: Origin,
    /// Of the facts that differ in this slot only, the one with the least or greatest value is kept.
    pub(crate) keeping: Option<(Extreme, usize)>,
    /// The `##` lines before its declaration.
    pub(crate) doc: Option<Arc<str>>,
    pub(crate) place: Place,
}

impl Relation {
    /// The slots for the first and the last day on which a fact is valid, where they hold days: what stands after `since` and `until`.
    pub(crate) fn validity(&self) -> (Option<usize>, Option<usize>) {
        let slot = |preposition: &str| self.readings.first().and_then(|reading| reading.slot(preposition));
        (slot("since"), slot("until"))
    }
}

#[derive(Clone, Debug)]
struct Kind {
    relation: RelationId,
    /// The kinds that it is a special case of.
    parents: Vec<KindId>,
    /// By a `kind` statement, not only by being named in a slot.
    declared: bool,
}

/// Everything that has been declared, in this order. A clone has the same words in memory until one of the two is changed: every statement
/// is read with one, and few declare anything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    relations: Arc<Vec<Relation>>,
    /// Relation and number of the reading.
    readings: Arc<Readings>,
    kinds: Arc<Map<Arc<str>, Kind>>,
}

impl Vocabulary {
    // ---- Relations and readings

    pub(crate) fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.index()]
    }

    pub(crate) fn relation_mut(&mut self, id: RelationId) -> &mut Relation {
        &mut Arc::make_mut(&mut self.relations)[id.index()]
    }

    pub(crate) fn relations(&self) -> impl Iterator<Item = (RelationId, &Relation)> {
        (0..).map(RelationId).zip(self.relations.iter())
    }

    pub(crate) fn len(&self) -> usize {
        self.relations.len()
    }

    pub(crate) fn add_relation(&mut self, slots: Vec<Slot>, origin: Origin, place: Place) -> RelationId {
        let id = RelationId(u32::try_from(self.relations.len()).expect("fewer relations than bytes of source"));
        Arc::make_mut(&mut self.relations).push(Relation { slots, readings: Vec::new(), origin, keeping: None, doc: None, place });
        id
    }

    /// Keeps what is said about a relation, if something is said.
    pub(crate) fn document(&mut self, id: RelationId, doc: Option<&Arc<str>>) {
        if let Some(doc) = doc {
            Arc::make_mut(&mut self.relations)[id.index()].doc = Some(doc.clone());
        }
    }

    /// Adds a reading. The caller has looked that its words are free.
    pub(crate) fn add_reading(&mut self, id: RelationId, reading: Reading) {
        let readings = &mut Arc::make_mut(&mut self.relations)[id.index()].readings;
        Arc::make_mut(&mut self.readings).insert((reading.form, reading.word.clone()), (id, readings.len()));
        readings.push(reading);
    }

    /// The reading of a verb as it was written, in any inflection.
    pub(crate) fn find(&self, form: Form, word: &str) -> Option<(RelationId, usize)> {
        let exactly = |word: &str| self.readings.get(&(form, Arc::from(word))).copied();
        exactly(word).or_else(|| {
            let forms = if form == Form::Acts { inflection::verb_forms(word) } else { inflection::singulars(word) };
            forms.iter().find_map(|form| exactly(form))
        })
    }

    pub(crate) fn reading(&self, id: RelationId, reading: usize) -> &Reading {
        &self.relation(id).readings[reading]
    }

    /// The words of every reading of a form.
    pub(crate) fn words(&self, form: Form) -> impl Iterator<Item = &str> {
        self.readings.keys().filter(move |(own, _)| *own == form).map(|(_, word)| &**word)
    }

    // ---- Kinds

    /// The kind of this name, made now if it is new.
    pub(crate) fn kind(&mut self, name: &Arc<str>, place: &Place) -> KindId {
        if let Some(index) = self.kinds.get_index_of(name) {
            return kind_id(index);
        }
        if let Some(&(relation, 0)) = self.readings.get(&(Form::Is, name.clone())) {
            // The word was used before it was declared: then its facts are the kind's.
            let known = &mut Arc::make_mut(&mut self.relations)[relation.index()];
            if known.slots.len() == 1 && known.origin != Origin::Declared {
                known.origin = Origin::Kind;
                known.slots[0].kind = SlotKind::Kind(kind_id(self.kinds.len()));
                let kind = Kind { relation, parents: Vec::new(), declared: false };
                return kind_id(Arc::make_mut(&mut self.kinds).insert_full(name.clone(), kind).0);
            }
        }
        let slot = Slot { name: name.clone(), kind: SlotKind::Kind(kind_id(self.kinds.len())), optional: false };
        let relation = self.add_relation(vec![slot], Origin::Kind, place.clone());
        let article = Some(inflection::article(name).into());
        let reading = Reading { form: Form::Is, article, word: name.clone(), subject: 0, object: None, phrases: Vec::new() };
        Arc::make_mut(&mut self.relations)[relation.index()].readings.push(reading);
        let index = Arc::make_mut(&mut self.kinds).insert_full(name.clone(), Kind { relation, parents: Vec::new(), declared: false }).0;
        kind_id(index)
    }

    /// Lets each kind be said (`… is a KIND`), unless a verb has taken these words for itself.
    pub(crate) fn say_kinds(&mut self) {
        for (name, kind) in self.kinds.iter() {
            let words = (Form::Is, name.clone());
            if !self.readings.contains_key(&words) {
                Arc::make_mut(&mut self.readings).insert(words, (kind.relation, 0));
            }
        }
    }

    /// The kind of a name in singular or plural.
    pub(crate) fn find_kind(&self, name: &str) -> Option<KindId> {
        let exactly = |name: &str| self.kinds.get_index_of(name).map(kind_id);
        exactly(name).or_else(|| inflection::singulars(name).iter().find_map(|name| exactly(name)))
    }

    pub(crate) fn kinds(&self) -> impl Iterator<Item = KindId> {
        (0..self.kinds.len()).map(kind_id)
    }

    pub(crate) fn kind_name(&self, id: KindId) -> &Arc<str> {
        self.kinds.get_index(id.0 as usize).expect("a kind's number comes from this vocabulary").0
    }

    pub(crate) fn kind_relation(&self, id: KindId) -> RelationId {
        self.kinds[id.0 as usize].relation
    }

    pub(crate) fn kind_parents(&self, id: KindId) -> &[KindId] {
        &self.kinds[id.0 as usize].parents
    }

    pub(crate) fn declare_kind(&mut self, id: KindId) {
        Arc::make_mut(&mut self.kinds)[id.0 as usize].declared = true;
    }

    pub(crate) fn add_parent(&mut self, child: KindId, parent: KindId) {
        if !self.kind_parents(child).contains(&parent) {
            Arc::make_mut(&mut self.kinds)[child.0 as usize].parents.push(parent);
        }
    }

    /// Whether everything of kind `inner` is of kind `outer`, too.
    pub(crate) fn is_within(&self, inner: KindId, outer: KindId) -> bool {
        let mut is_reached = vec![false; self.kinds.len()];
        let mut left = vec![inner];
        while let Some(kind) = left.pop() {
            if !std::mem::replace(&mut is_reached[kind.0 as usize], true) {
                left.extend(self.kind_parents(kind));
            }
        }
        is_reached[outer.0 as usize]
    }

    /// Whether a slot takes names only: its kind is declared, and not numbers or dates.
    pub(crate) fn holds_names(&self, kind: SlotKind) -> bool {
        matches!(kind, SlotKind::Kind(id) if self.kinds[id.0 as usize].declared)
    }

    /// Whether a value may stand in a slot of this kind.
    pub(crate) fn accepts(&self, kind: SlotKind, value: &Value) -> bool {
        match kind {
            SlotKind::Any => true,
            SlotKind::Number => matches!(value, Value::Number(_)),
            SlotKind::Date => matches!(value, Value::Date(_)),
            SlotKind::Kind(_) => !self.holds_names(kind) || matches!(value, Value::Name(_)),
        }
    }

    /// Whether one value may stand in slots of both kinds: not if one holds numbers and the other dates or names.
    pub(crate) fn may_agree(&self, one: SlotKind, other: SlotKind) -> bool {
        let sort = |kind| match kind {
            SlotKind::Number => Some(0),
            SlotKind::Date => Some(1),
            kind if self.holds_names(kind) => Some(2),
            SlotKind::Any | SlotKind::Kind(_) => None,
        };
        sort(one).zip(sort(other)).is_none_or(|(one, other)| one == other)
    }

    /// What a slot of this kind holds: `a number`, `an organization`.
    pub(crate) fn describe_kind(&self, kind: SlotKind) -> String {
        match kind {
            SlotKind::Any => "anything".to_owned(),
            SlotKind::Number => "a number".to_owned(),
            SlotKind::Date => "a date".to_owned(),
            SlotKind::Kind(id) => inflection::with_article(self.kind_name(id)),
        }
    }
}

fn kind_id(index: usize) -> KindId {
    KindId(u32::try_from(index).expect("fewer kinds than bytes of source"))
}
