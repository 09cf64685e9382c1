//! The vocabularies that come with the program, as SRL text.

use crate::source::Source;

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

/// Whether a text is one of them.
pub(crate) fn holds(source: &Source) -> bool {
    SHIPPED.iter().any(|(name, text)| source.name() == *name && source.text() == *text)
}
