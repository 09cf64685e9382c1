//! The course that comes with the program, as text: every file in `examples/exercises`, as `build.rs` lists them.

use super::{Fault, Pack};

/// Name and text of each file.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/course.rs"));

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
