//! The course that comes with the program, as text.

use super::{Fault, Pack};

/// Name and text of each file; a file that has no key is passed over there.
const FILES: &[(&str, &str)] = &[
    ("pack", include_str!("../../examples/exercises/pack")),
    ("01-first-sentence.exercise", include_str!("../../examples/exercises/01-first-sentence.exercise")),
    ("01-first-sentence.key", include_str!("../../examples/exercises/01-first-sentence.key")),
    ("03-three-links.exercise", include_str!("../../examples/exercises/03-three-links.exercise")),
    ("03-three-links.key", include_str!("../../examples/exercises/03-three-links.key")),
];

/// The course that comes with the program.
///
/// # Errors
/// None that a release has: a test reads it.
pub fn course() -> Result<Pack, Vec<Fault>> {
    Pack::read(|name| FILES.iter().find(|(own, _)| *own == name).map(|(_, text)| (*text).to_owned()))
}

/// The names of the files that come with the program.
pub fn course_files() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}
