//! The vocabularies that come with the program, as SRL text.

use super::inflection::{singulars, verb_forms};
use crate::source::Source;
use crate::syntax::ast::{Form, StatementKind, VerbWord};

/// The one that is loaded unless a program begins with `use none`.
pub(crate) const STANDARD: &str = "itil";

/// Name and text of each.
const SHIPPED: &[(&str, &str)] = &[
    (STANDARD, include_str!("itil.srl")),
    ("members-count", include_str!("members-count.srl")),
    ("quality", include_str!("quality.srl")),
    ("risk", include_str!("risk.srl")),
];

/// The text of a vocabulary by name.
pub(crate) fn find(name: &str) -> Option<Source> {
    SHIPPED.iter().find(|(own, _)| *own == name).map(|(name, text)| Source::new(*name, *text))
}

/// The names of all.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// The vocabulary to be used for a verb of these words, and how the verb is said: for messages alone.
pub(crate) fn that_declares(form: Form, word: &str) -> Option<(&'static str, String)> {
    let forms = if form == Form::Acts { verb_forms(word) } else { singulars(word) };
    let is_meant = |verb: &VerbWord| verb.form == form && (*verb.word.text == *word || forms.iter().any(|form| **form == *verb.word.text));
    SHIPPED.iter().filter(|(name, _)| *name != STANDARD).find_map(|(name, text)| {
        let (program, _) = crate::syntax::parse(text);
        program.statements.iter().find_map(|statement| {
            let StatementKind::Verb(verb) = &statement.kind else { return None };
            let mut readings = std::iter::once(&verb.reading).chain(&verb.also);
            let reading = readings.find(|reading| is_meant(&reading.verb))?;
            let (subject, verb) = (reading.subject.text.to_string(), text[reading.verb.span.range()].to_owned());
            let object = reading.object.iter().map(|object| object.text.to_string());
            let phrases = reading.phrases.iter().map(|(preposition, slot)| format!("{} {}", preposition.text, slot.text));
            let said = [subject, verb].into_iter().chain(object).chain(phrases).collect::<Vec<_>>().join(" ");
            Some((*name, said))
        })
    })
}

/// Whether a text is one of them.
pub(crate) fn holds(source: &Source) -> bool {
    SHIPPED.iter().any(|(name, text)| source.name() == *name && source.text() == *text)
}
