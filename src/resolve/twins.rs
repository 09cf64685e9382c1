//! Names that differ only in upper and lower case. Names and their places in, one warning for each later spelling out.
//!
//! Only names of hand-written facts count: rows of data are as their source writes them. A name of one kind and a name of
//! another (`A provides a to B`) are two, whatever they look like. Knows the kinds of slots, and nothing of what holds.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::Resolver;
use super::error::ResolveError;
use crate::diagnostics::Problem;
use crate::logic::{Place, RelationId};
use crate::source::Span;
use crate::value::Value;
use crate::vocabulary::{KindId, Origin, SlotKind, Vocabulary, written_value};

/// So many twins are told of.
const MAX_TWINS: usize = 100;

/// A name as it was first written, and the kinds of the slots that it fills.
#[derive(Clone, Debug)]
struct Spelling {
    name: Arc<str>,
    kinds: Vec<KindId>,
    place: Place,
}

/// The names of one program, each once.
#[derive(Debug, Default)]
pub(super) struct Names(IndexMap<Arc<str>, Spelling, FxBuildHasher>);

/// The names of all programs that a model was told, by what they are in lower case.
#[derive(Debug, Default)]
pub(crate) struct Spellings(IndexMap<String, Vec<Spelling>, FxBuildHasher>);

impl Spellings {
    /// Adds the names of another program.
    pub(crate) fn extend(&mut self, other: Self) {
        for (folded, spellings) in other.0 {
            let known = self.0.entry(folded).or_default();
            for spelling in spellings {
                match known.iter_mut().find(|known| known.name == spelling.name) {
                    Some(known) => known.kinds.extend(spelling.kinds),
                    None => known.push(spelling),
                }
            }
        }
    }

    /// What is known of the names of another program.
    pub(crate) fn known(&self, other: &Self) -> Self {
        Self(other.0.keys().map(|folded| (folded.clone(), self.of(folded).to_vec())).collect())
    }

    /// Puts back what was known of names before.
    pub(crate) fn restore(&mut self, before: Self) {
        for (folded, spellings) in before.0 {
            if spellings.is_empty() {
                self.0.swap_remove(&folded);
            } else {
                self.0.insert(folded, spellings);
            }
        }
    }

    fn of(&self, folded: &str) -> &[Spelling] {
        self.0.get(folded).map_or(&[], Vec::as_slice)
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
    pub(super) fn note_name(&mut self, value: &Value, at: Span, relation: RelationId, slot: usize) {
        let Value::Name(name) = value else { return };
        let relation = self.vocabulary.relation(relation);
        let kind = match relation.slots[slot].kind {
            SlotKind::Kind(kind) => Some(kind),
            // `Google is an organization`
            _ if relation.origin == Origin::Kind => self.vocabulary.find_kind(&relation.readings[0].word),
            SlotKind::Any | SlotKind::Number | SlotKind::Date => None,
        };
        let new = || Spelling { name: name.clone(), kinds: Vec::new(), place: Place { source: self.source.clone(), span: at } };
        let spelling = self.names.0.entry(name.clone()).or_insert_with(new);
        spelling.kinds.extend(kind.filter(|kind| !spelling.kinds.contains(kind)));
    }

    /// Warns of each new spelling of a name that was written otherwise before; gives all spellings of this program.
    pub(super) fn twins(&mut self) -> Spellings {
        let mut spellings = Spellings::default();
        let mut left = MAX_TWINS;
        for (_, spelling) in std::mem::take(&mut self.names.0) {
            let folded = spelling.name.to_lowercase();
            let known = self.known_names.of(&folded);
            let own = spellings.0.entry(folded).or_default();
            let is_new = known.iter().all(|known| known.name != spelling.name);
            let twin = known.iter().chain(own.iter()).find(|earlier| is_new && left > 0 && spelling.may_be(earlier, &self.vocabulary));
            if let Some(twin) = twin {
                left -= 1;
                let problem = problem(&spelling, twin);
                self.problems.push(Problem::new(problem, spelling.place.source.clone()));
            }
            own.push(spelling);
        }
        spellings
    }
}

fn problem(spelling: &Spelling, twin: &Spelling) -> ResolveError {
    let known = written_value(&Value::Name(twin.name.clone()));
    let is_beside = Arc::ptr_eq(&twin.place.source, &spelling.place.source);
    let place = if is_beside { String::new() } else { format!("; `{known}` stands in {}", twin.place.describe()) };
    ResolveError::Twins {
        name: written_value(&Value::Name(spelling.name.clone())),
        help: format!("these are two names; if one thing is meant, write it in one way{place}"),
        known,
        earlier: is_beside.then_some(twin.place.span),
        at: spelling.place.span,
    }
}
