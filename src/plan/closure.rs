//! Rules that say that a relation is transitive. Its pairs need not be derived one by one then: they can be searched for along the
//! direct ones, from where a question asks.

use super::relations;
use super::strata::Stratum;
use crate::logic::{Atom, Literal, RelationId, Rule, Term};
use crate::vocabulary::Vocabulary;

/// How a relation is the closure of its direct pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closure {
    /// The recursive rule, by its number; all others say what holds directly.
    pub(crate) rule: usize,
    pub(crate) form: ClosureForm,
}

/// What the recursive rule says of the relation `R`; `L` is the only one from which another rule concludes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClosureForm {
    /// `?a R ?c if ?a R ?b and ?b R ?c`.
    Joins,
    /// `?a R ?c if ?a R ?b and ?b L ?c`.
    GoesOn,
    /// `?a R ?c if ?a L ?b and ?b R ?c`.
    StartsWith,
}

impl ClosureForm {
    /// Facts of the relation that are stated go on as far as the derived ones.
    pub(crate) fn takes_stated(self) -> bool {
        self == Self::Joins
    }
}

/// Finds the closure that a stratum computes, if it does nothing else.
pub(super) fn closure(stratum: &Stratum, rules: &[Rule], vocabulary: &Vocabulary) -> Option<Closure> {
    let &[relation] = stratum.relations.as_slice() else { return None };
    let shape = vocabulary.relation(relation);
    // Only some of these rows would count.
    if shape.keeping.is_some() || shape.validity() != (None, None) || shape.slots.iter().any(|slot| slot.optional) {
        return None;
    }
    let is_recursive = |number: &usize| relations(&rules[*number].body).any(|other| other == relation);
    let (recursive, direct): (Vec<usize>, Vec<usize>) = stratum.rules.iter().partition(|number| is_recursive(number));
    let &[rule] = recursive.as_slice() else { return None };
    let form = form(&rules[rule], relation, &direct.iter().map(|number| &rules[*number]).collect::<Vec<_>>())?;
    Some(Closure { rule, form })
}

fn form(rule: &Rule, relation: RelationId, direct: &[&Rule]) -> Option<ClosureForm> {
    let [from, to] = ends(&rule.head)?;
    let [Literal::Holds(one), Literal::Holds(other)] = rule.body.as_slice() else { return None };
    let own = |atom: &Atom| (atom.relation == relation && !atom.stated_only).then(|| ends(atom)).flatten();
    for (first, second) in [(one, other), (other, one)] {
        let is_chain = |[a, b]: [Term; 2], [c, d]: [Term; 2]| a == from && b == c && d == to && b != from && b != to;
        match (own(first), own(second)) {
            (Some(first), Some(second)) if is_chain(first, second) => return Some(ClosureForm::Joins),
            (Some(reached), None) if reached[0] == from && says(second, [reached[1], to], direct) => return Some(ClosureForm::GoesOn),
            (None, Some(reached)) if reached[1] == to && says(first, [from, reached[0]], direct) => return Some(ClosureForm::StartsWith),
            _ => {}
        }
    }
    None
}

/// Two different variables.
fn ends(atom: &Atom) -> Option<[Term; 2]> {
    match atom.terms[..] {
        [one @ Term::Variable(_), other @ Term::Variable(_)] if one != other => Some([one, other]),
        _ => None,
    }
}

/// Whether an atom says of these ends what the only direct rule says of its head's.
fn says(atom: &Atom, ends_of_atom: [Term; 2], direct: &[&Rule]) -> bool {
    let &[rule] = direct else { return false };
    let (Some(ends_of_head), [Literal::Holds(known)]) = (ends(&rule.head), rule.body.as_slice()) else { return false };
    let is_same = |(term, known): (&Term, &Term)| match (term, known) {
        (Term::Variable(_), Term::Variable(_)) => {
            let place = ends_of_atom.iter().position(|end| end == term);
            place.is_some() && place == ends_of_head.iter().position(|end| end == known)
        }
        _ => term == known,
    };
    let has = |end: &Term| atom.terms.contains(end);
    ends_of_atom[0] != ends_of_atom[1]
        && ends_of_atom.iter().all(has)
        && (atom.relation, atom.stated_only) == (known.relation, known.stated_only)
        && atom.terms.iter().zip(&known.terms).all(is_same)
}
