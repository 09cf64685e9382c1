//! What may follow a text, for the grey words behind the cursor: the rest of a word, of a sentence, or the question mark.
#![expect(clippy::wildcard_enum_match_arm, reason = "in most places nothing is known")]

use super::typing::{Typing, rest};
use super::walk::Place;
use crate::model::Model;

/// What may follow a text at whose end the cursor stands; nothing where nothing sensible is known.
///
/// ```
/// let model = srl::Model::new();
/// let lacking = "service to consumer [for beneficiary] [under agreement] [since start] [until end]";
/// assert_eq!(srl::session::hint(&model, "B provides ").as_deref(), Some(lacking));
/// assert_eq!(srl::session::hint(&model, "who provides hosting to C").as_deref(), Some("?"));
/// ```
pub fn hint(model: &Model, text: &str) -> Option<String> {
    let typing = Typing::new(model, text, text.len())?;
    if typing.begun.is_empty() {
        return if text.ends_with([' ', '\t']) { lacking(&typing) } else { None };
    }
    let completions = typing.complete(&|_| Vec::new());
    let longer = completions.candidates.iter().filter_map(|candidate| candidate.text.strip_prefix(typing.begun));
    let mut longer = longer.collect::<Vec<_>>();
    let is_word = longer.contains(&"");
    longer.retain(|rest| !rest.is_empty());
    if let ([rest], false) = (longer.as_slice(), is_word) {
        return Some((*rest).to_owned());
    }
    if longer.is_empty() || is_word {
        return after_word(model, text);
    }
    None
}

/// What follows a word that is complete.
fn after_word(model: &Model, text: &str) -> Option<String> {
    let spaced = format!("{text} ");
    let typing = Typing::new(model, &spaced, spaced.len())?;
    match typing.walk.place {
        Place::Object(Some(_)) => lacking(&typing).map(|lacking| format!(" {lacking}")),
        Place::Phrase if typing.walk.asks && matches!(typing.walk.led_by, "" | "why" | "all") && may_end(&typing) => Some("?".to_owned()),
        _ => None,
    }
}

/// Whether a question mark makes the statement one.
fn may_end(typing: &Typing<'_>) -> bool {
    crate::syntax::misfit(&format!("{}?", typing.statement.trim_end())).is_none()
}

/// The rest of the sentence.
fn lacking(typing: &Typing<'_>) -> Option<String> {
    let (relation, reading) = typing.walk.reading()?;
    let slot_name = |slot: usize| relation.slots[slot].name.to_string();
    let lacking = match typing.walk.place {
        Place::Object(_) | Place::Phrase => rest(relation, reading, &typing.walk.filled),
        Place::Slot(Some(slot)) => {
            let filled = typing.walk.filled.iter().copied().chain([slot]).collect::<Vec<_>>();
            let rest = rest(relation, reading, &filled);
            if rest.is_empty() { slot_name(slot) } else { format!("{} {rest}", slot_name(slot)) }
        }
        _ => return None,
    };
    (!lacking.is_empty()).then_some(lacking)
}
