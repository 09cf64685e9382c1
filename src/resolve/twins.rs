//! Names that differ only in upper and lower case. Names and their places in, one warning for each later spelling out.
//!
//! Only names of hand-written facts count: rows of data are as their source writes them. A name of one kind and a name of
//! another (`A provides a to B`) are two, whatever they look like. Knows the kinds of slots, and nothing of what holds.

use std::hash::BuildHasher;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::Resolver;
use super::error::ResolveError;
use crate::diagnostics::Problem;
use crate::discard::discard_pieces;
use crate::logic::{Place, RelationId};
use crate::source::Span;
use crate::value::{Dictionary, Value, ValueId};
use crate::vocabulary::{KindId, Origin, SlotKind, Vocabulary, written_value};

/// So many twins are told of.
const MAX_TWINS: usize = 100;

/// A name where it was first written, and the kinds of the slots that it fills.
#[derive(Clone, Debug)]
struct Spelling {
    name: ValueId,
    kinds: Vec<KindId>,
    place: Place,
}

/// The names of one program, each once.
#[derive(Debug, Default)]
pub(super) struct Names(IndexMap<ValueId, Spelling, FxBuildHasher>);

/// The names of all programs that a model was told. There may be many: their texts stay in the dictionary.
#[derive(Debug, Default)]
pub(crate) struct Spellings {
    /// Each with what its name is in lower case, as a hash, and the one before it of the same hash.
    all: Vec<(Spelling, u64, Option<u32>)>,
    /// The last one of each hash.
    last: IndexMap<u64, u32, FxBuildHasher>,
}

/// How much was known of names before more of them came.
#[derive(Debug)]
pub(crate) struct KnownNames {
    len: usize,
    /// Of names that were there, how many kinds.
    kinds: Vec<(usize, usize)>,
}

/// What all spellings of a name have in common; other names seldom do.
fn folded(name: &str) -> u64 {
    FxBuildHasher.hash_one(name.to_lowercase())
}

impl Spellings {
    /// Adds the names of another program; gives what takes them out again.
    pub(crate) fn extend(&mut self, other: Self) -> KnownNames {
        let mut before = KnownNames { len: self.all.len(), kinds: Vec::new() };
        for (spelling, folded, _) in other.all {
            let known = self.of(folded).find(|&index| self.all[index].0.name == spelling.name);
            let Some(known) = known else {
                self.push(spelling, folded);
                continue;
            };
            let kinds = &mut self.all[known].0.kinds;
            let count = kinds.len();
            for kind in spelling.kinds {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            if kinds.len() > count {
                before.kinds.push((known, count));
            }
        }
        before
    }

    /// Takes out what was added last.
    pub(crate) fn restore(&mut self, before: KnownNames) {
        for (index, count) in before.kinds.into_iter().rev() {
            self.all[index].0.kinds.truncate(count);
        }
        for (_, folded, earlier) in self.all.drain(before.len..).rev() {
            match earlier {
                Some(earlier) => self.last.insert(folded, earlier),
                None => self.last.swap_remove(&folded),
            };
        }
    }

    fn push(&mut self, spelling: Spelling, folded: u64) {
        let index = u32::try_from(self.all.len()).expect("fewer names than values");
        let before = self.last.insert(folded, index);
        self.all.push((spelling, folded, before));
    }

    /// The spellings that share a hash, the last one first.
    fn of(&self, folded: u64) -> impl Iterator<Item = usize> {
        std::iter::successors(self.last.get(&folded).copied(), |&index| self.all[index as usize].2).map(|index| index as usize)
    }

    /// The first spelling that a test finds, among those which share a hash.
    fn first(&self, folded: u64, is_meant: impl Fn(&Spelling) -> bool) -> Option<&Spelling> {
        self.of(folded).map(|index| &self.all[index].0).filter(|spelling| is_meant(spelling)).last()
    }
}

impl Spelling {
    /// Whether both may be meant as the same: not if they are known as things of different kinds.
    fn may_be(&self, other: &Self, vocabulary: &Vocabulary) -> bool {
        let related = |one: KindId, other: KindId| vocabulary.is_within(one, other) || vocabulary.is_within(other, one);
        let is_unclear = self.kinds.is_empty() || other.kinds.is_empty();
        self.name != other.name && (is_unclear || self.kinds.iter().any(|one| other.kinds.iter().any(|other| related(*one, *other))))
    }
}

impl Resolver<'_> {
    /// Notes a name of a hand-written fact.
    pub(super) fn note_name(&mut self, name: ValueId, at: Span, relation: RelationId, slot: usize) {
        if !matches!(self.dictionary.value(name), Some(Value::Name(_))) {
            return;
        }
        let relation = self.vocabulary.relation(relation);
        let kind = match relation.slots[slot].kind {
            SlotKind::Kind(kind) => Some(kind),
            // `Google is an organization`
            _ if relation.origin == Origin::Kind => self.vocabulary.find_kind(&relation.readings[0].word),
            SlotKind::Any | SlotKind::Number | SlotKind::Date => None,
        };
        let new = || Spelling { name, kinds: Vec::new(), place: Place { source: self.source.clone(), span: at } };
        let spelling = self.names.0.entry(name).or_insert_with(new);
        spelling.kinds.extend(kind.filter(|kind| !spelling.kinds.contains(kind)));
    }

    /// Warns of each new spelling of a name that was written otherwise before; gives all spellings of this program.
    pub(super) fn twins(&mut self) -> Spellings {
        let mut spellings = Spellings::default();
        let mut left = MAX_TWINS;
        let is_wanted = self.is_wanted;
        let mut names = std::mem::take(&mut self.names.0).into_iter();
        for (name, spelling) in names.by_ref().take_while(|_| is_wanted()) {
            let Some(Value::Name(text)) = self.dictionary.value(name).cloned() else { continue };
            let folded = folded(&text);
            let is_new = self.known_names.first(folded, |known| known.name == name).is_none();
            // Names of another text may share the hash.
            let is_twin = |earlier: &Spelling| {
                let same =
                    || self.dictionary.value(earlier.name).and_then(Value::as_name).map(str::to_lowercase) == Some(text.to_lowercase());
                spelling.may_be(earlier, &self.vocabulary) && same()
            };
            let twin = self.known_names.first(folded, is_twin).or_else(|| spellings.first(folded, is_twin));
            if let Some(twin) = twin.filter(|_| is_new && left > 0) {
                left -= 1;
                let problem = problem(&spelling, twin, self.dictionary);
                self.problems.push(Problem::new(problem, spelling.place.source.clone()));
            }
            spellings.push(spelling, folded);
        }
        if !is_wanted() {
            discard_pieces(names);
        }
        spellings
    }
}

fn problem(spelling: &Spelling, twin: &Spelling, dictionary: &Dictionary) -> ResolveError {
    let written = |name: ValueId| dictionary.value(name).map(written_value).unwrap_or_default();
    let known = written(twin.name);
    let is_beside = Arc::ptr_eq(&twin.place.source, &spelling.place.source);
    let place = if is_beside { String::new() } else { format!("; `{known}` stands in {}", twin.place.describe()) };
    ResolveError::Twins {
        name: written(spelling.name),
        help: format!("these are two names; if one thing is meant, write it in one way{place}"),
        known,
        earlier: is_beside.then_some(twin.place.span),
        at: spelling.place.span,
    }
}
