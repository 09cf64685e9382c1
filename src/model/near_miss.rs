//! For a no: something close to the sentence that was asked which does hold. A question in, sentences out.
//!
//! Looked for in this order: the sentence the other way round, with another spelling of a name, through others, and for a
//! member or part of an organization. Whatever is found is the same for every order of facts and rules; so that an answer is not
//! kept waiting, no more than some thousand rows are looked at, and nothing is derived.

use std::collections::BTreeMap;

use super::Model;
use super::load::vocabulary_key;
use crate::diagnostics::suggest::nearest;
use crate::logic::{Atom, Literal, Query, Term};
use crate::syntax::ast::Form;
use crate::value::{Value, ValueId};
use crate::vocabulary::SlotKind;
use crate::vocabulary::shipped::STANDARD;

/// How a sentence that holds comes close to the one that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nearness {
    /// Two names have changed places.
    Reversed,
    /// A name is written in another way.
    OtherSpelling,
    /// The two names are linked by others between them.
    ThroughOthers,
    /// It holds for a member or part of the organization that was asked about.
    MemberOrPart,
    /// The same, and there is a vocabulary in which it would count for the organization.
    UncountedMember,
}

/// How the standard vocabulary says that one organization is in another one; the subject is inside.
const MEMBERSHIPS: &[(Form, &str)] = &[(Form::Is, "member"), (Form::Is, "part"), (Form::Acts, "belongs")];

/// The vocabulary in which what a member gets counts for the whole, and where it does: verbs with the name of the slot.
const COUNTING: (&str, &[(&str, &str)]) = ("members-count", &[("provides", "consumer"), ("relies", "dependent")]);

/// More links than this make no near miss.
const MAX_LINKS: usize = 4;

/// So many rows are looked at in a search; if that does not do, nothing is found.
const MAX_ROWS: usize = 5_000;

/// So many names are looked through for one that differs in upper and lower case only.
const MAX_NAMES: usize = 50_000;

/// So many names are measured against one that nothing mentions.
const MAX_MEASURED: usize = 10_000;

/// So many combinations of other spellings are tried.
const MAX_SPELLINGS: usize = 64;

/// A step from the value in one column to that in another.
struct Link {
    /// The sentence, with nothing in it.
    atom: Atom,
    from: usize,
    to: usize,
}

/// How a value was reached: from which one, by which link, and the row that says so.
struct Reached {
    before: ValueId,
    link: usize,
    row: Vec<u32>,
}

/// A search that goes one link further at a time, in all directions.
struct Search {
    links: Vec<Link>,
    start: ValueId,
    /// What was reached last, in natural order.
    layer: Vec<ValueId>,
    reached: BTreeMap<ValueId, Reached>,
    /// How many more rows may be looked at.
    left: usize,
}

impl Search {
    fn new(links: Vec<Link>, start: ValueId) -> Self {
        Self { links, start, layer: vec![start], reached: BTreeMap::new(), left: MAX_ROWS }
    }
}

impl Model {
    /// For a single sentence that does not hold: what comes close, and how.
    pub(super) fn near_miss(&mut self, query: &Query) -> Option<(Nearness, String)> {
        let [literals] = query.alternatives.as_slice() else { return None };
        let [Literal::Holds(atom)] = literals.as_slice() else { return None };
        if let Some(near) = self.reversed(atom) {
            return Some((Nearness::Reversed, near));
        }
        if let Some(near) = self.other_spelling(atom) {
            return Some((Nearness::OtherSpelling, near));
        }
        if let Some(near) = self.through_others(atom) {
            return Some((Nearness::ThroughOthers, near.join(", and ")));
        }
        self.member_or_part(atom).map(|(nearness, near)| (nearness, near.join(", and ")))
    }

    /// The same with two names exchanged, if that holds.
    fn reversed(&self, atom: &Atom) -> Option<String> {
        self.pairs(atom).into_iter().find_map(|(one, other)| {
            let mut swapped = atom.clone();
            swapped.terms.swap(one, other);
            self.first_match(&swapped).map(|_| self.said(&swapped))
        })
    }

    /// The columns of two different values that could stand in each other's place, in the order in which they are said.
    fn pairs(&self, atom: &Atom) -> Vec<(usize, usize)> {
        let slots = &self.vocabulary.relation(atom.relation).slots;
        let reading = self.vocabulary.reading(atom.relation, atom.reading);
        let said = [reading.subject].into_iter().chain(reading.object).chain(reading.phrases.iter().map(|(_, slot)| *slot));
        let said = said.filter(|slot| matches!(atom.terms[*slot], Term::Value(_))).collect::<Vec<_>>();
        let later = |(number, one): (usize, &usize)| said[number + 1..].iter().map(|other| (*one, *other)).collect::<Vec<_>>();
        let pairs = said.iter().enumerate().flat_map(later);
        pairs.filter(|(one, other)| slots[*one].kind == slots[*other].kind && atom.terms[*one] != atom.terms[*other]).collect()
    }

    // ---- Another spelling

    /// The same with other spellings of one name or several, if that holds; as few as possible.
    fn other_spelling(&self, atom: &Atom) -> Option<String> {
        let mut spelt = vec![(0, atom.terms.clone())];
        for (slot, term) in atom.terms.iter().enumerate() {
            let Term::Value(value) = *term else { continue };
            let others = self.spellings(value);
            let with = |(changes, terms): &(usize, Vec<Term>), other: ValueId| {
                let mut terms = terms.clone();
                terms[slot] = Term::Value(other);
                (changes + 1, terms)
            };
            let more = spelt.iter().flat_map(|known| others.iter().map(move |other| with(known, *other))).collect::<Vec<_>>();
            spelt.extend(more);
            spelt.truncate(MAX_SPELLINGS);
        }
        spelt.sort_by_key(|(changes, _)| *changes);
        let mut atoms = spelt.into_iter().skip(1).map(|(_, terms)| Atom { terms, ..atom.clone() });
        atoms.find(|atom| self.first_match(atom).is_some()).map(|atom| self.said(&atom))
    }

    /// The names that differ from a name in upper and lower case only, and, if nothing mentions the name, the nearest one.
    fn spellings(&self, value: ValueId) -> Vec<ValueId> {
        fn folded(name: &str) -> impl Iterator<Item = char> {
            name.chars().flat_map(char::to_lowercase)
        }
        let Some(name) = self.dictionary.value(value).and_then(Value::as_name) else { return Vec::new() };
        let mentioned = || self.dictionary.values().filter(|(id, _)| *id != value && self.is_mentioned(*id));
        let names = || mentioned().filter_map(|(id, value)| Some((value.as_name()?, id)));
        // Small and capital letters are equally long but for a few, and most names have no others than those of ASCII.
        let in_case = |(other, _): &(&str, ValueId)| {
            let is_plain = name.is_ascii() && other.is_ascii();
            other.len() == name.len() && if is_plain { other.eq_ignore_ascii_case(name) } else { folded(other).eq(folded(name)) }
        };
        let mut spellings: Vec<(&str, ValueId)> = names().take(MAX_NAMES).filter(in_case).collect();
        if spellings.is_empty() && !self.is_mentioned(value) {
            // Names that differ in a number are those of different things.
            let digits = |name: &str| name.chars().filter(|sign| sign.is_numeric()).collect::<String>();
            let near = nearest(name, names().take(MAX_MEASURED).map(|(other, _)| other)).filter(|near| digits(near) == digits(name));
            spellings.extend(near.and_then(|near| Some((near, self.dictionary.find(&Value::name(near))?))));
        }
        spellings.sort_unstable();
        spellings.into_iter().map(|(_, id)| id).collect()
    }

    // ---- Other names

    /// The shortest chain of such sentences that leads from one of two names to the other, whatever else they say.
    fn through_others(&mut self, atom: &Atom) -> Option<Vec<String>> {
        self.pairs(atom).into_iter().find_map(|(from, to)| {
            let (Term::Value(start), Term::Value(end)) = (atom.terms[from], atom.terms[to]) else { return None };
            let are_names = [start, end].iter().all(|value| self.dictionary.value(*value).and_then(Value::as_name).is_some());
            let empty = Atom { terms: vec![Term::Unmentioned; atom.terms.len()], ..atom.clone() };
            let mut search = Search::new(vec![Link { atom: empty, from, to }], start);
            for _ in 0..if are_names { MAX_LINKS } else { 0 } {
                self.advance(&mut search)?;
                if search.reached.contains_key(&end) {
                    break;
                }
            }
            // A single sentence links them directly, only not by what was asked.
            Some(self.path(&search, end)).filter(|links| links.len() > 1)
        })
    }

    /// The same for a member or part of an organization that is asked about, directly or through others, if that holds.
    fn member_or_part(&mut self, atom: &Atom) -> Option<(Nearness, Vec<String>)> {
        (0..atom.terms.len()).find_map(|slot| {
            let Term::Value(whole) = atom.terms[slot] else { return None };
            let mut search = Search::new(self.memberships(self.vocabulary.relation(atom.relation).slots[slot].kind), whole);
            for _ in 0..MAX_LINKS {
                self.advance(&mut search)?;
                for member in search.layer.clone() {
                    let mut inner = atom.clone();
                    inner.terms[slot] = Term::Value(member);
                    let rows = self.database.matches(&inner, &mut search.left)?;
                    if let Some(sentence) = rows.iter().map(|row| self.sentence(&inner, row)).min() {
                        let mut sentences = self.path(&search, member);
                        // From the member outwards.
                        sentences.reverse();
                        sentences.push(sentence);
                        // Nothing that the whole itself provides would count for it.
                        let would_count = self.may_count(atom, slot) && rows.iter().any(|row| !row.contains(&whole.0));
                        let nearness = if would_count { Nearness::UncountedMember } else { Nearness::MemberOrPart };
                        return Some((nearness, sentences));
                    }
                }
            }
            None
        })
    }

    /// Whether another reading of membership, which is not in use, is about this place of a sentence.
    fn may_count(&self, atom: &Atom, slot: usize) -> bool {
        let (vocabulary, places) = COUNTING;
        let name = &self.vocabulary.relation(atom.relation).slots[slot].name;
        let is_place = |(verb, place): &(&str, &str)| {
            **name == **place && self.vocabulary.find(Form::Acts, verb).is_some_and(|(relation, _)| relation == atom.relation)
        };
        let is_used = |name| self.included.contains(&vocabulary_key(name));
        is_used(STANDARD) && !is_used(vocabulary) && places.iter().any(is_place)
    }

    /// The links from something of this kind to its members and parts. Only stated ones count: what follows from rules would
    /// have to be derived first.
    fn memberships(&self, kind: SlotKind) -> Vec<Link> {
        let related = |one: SlotKind, other: SlotKind| match (one, other) {
            (SlotKind::Kind(one), SlotKind::Kind(other)) => self.vocabulary.is_within(one, other) || self.vocabulary.is_within(other, one),
            _ => false,
        };
        let link = |(form, word): &(Form, &str)| {
            let (relation, reading) = self.vocabulary.find(*form, word)?;
            let [one, other] = self.vocabulary.relation(relation).slots.as_slice() else { return None };
            let to = self.vocabulary.reading(relation, reading).subject;
            let atom = Atom { relation, reading, terms: vec![Term::Unmentioned; 2], stated_only: true };
            (related(one.kind, kind) && related(other.kind, kind)).then_some(Link { atom, from: 1 - to, to })
        };
        MEMBERSHIPS.iter().filter_map(link).collect()
    }

    /// Goes one link further; nothing if there is nowhere to go, or too much to look at.
    fn advance(&mut self, search: &mut Search) -> Option<()> {
        let mut layer = Vec::new();
        for &value in &search.layer {
            for (number, Link { atom, from, to }) in search.links.iter().enumerate() {
                let mut atom = atom.clone();
                (atom.terms[*from], atom.terms[*to]) = (Term::Value(value), Term::Something);
                for row in self.database.matches(&atom, &mut search.left)? {
                    let next = ValueId(row[*to]);
                    match search.reached.get_mut(&next) {
                        // Of the rows that say the same of these two, the first in natural order.
                        Some(known) if known.before == value && known.link == number => {
                            if self.natural(&row).lt(self.natural(&known.row)) {
                                known.row = row;
                            }
                        }
                        Some(_) => {}
                        None if next == search.start => {}
                        None => {
                            search.reached.insert(next, Reached { before: value, link: number, row });
                            layer.push(next);
                        }
                    }
                }
            }
        }
        layer.sort_unstable_by_key(|value| self.dictionary.value(*value));
        search.layer = layer;
        (!search.layer.is_empty()).then_some(())
    }

    fn natural<'a>(&'a self, row: &'a [u32]) -> impl Iterator<Item = Option<&'a Value>> {
        row.iter().map(|value| self.dictionary.value(ValueId(*value)))
    }

    /// The sentences that lead from the start of a search to a value; none if it was not reached.
    fn path(&self, search: &Search, end: ValueId) -> Vec<String> {
        let mut sentences = Vec::new();
        let mut at = end;
        while let Some(Reached { before, link, row }) = search.reached.get(&at) {
            sentences.push(self.sentence(&search.links[*link].atom, row));
            at = *before;
        }
        sentences.reverse();
        sentences
    }
}
