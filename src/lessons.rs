//! Exercises without a disk: what a pack says, how an answer is checked by its meaning, what is said to the learner, how far one is.
//!
//! A [`Pack`] is read from texts, [`judge`] checks a file and gives a [`Report`], [`feedback`] puts it into words, [`Progress`] remembers.
//! Answers are models, never texts: two files that answer alike are alike. Knows no files, terminal or clock: the command `srl learn`
//! has those.

mod course;
mod echo;
pub mod feedback;
pub mod grading;
mod judge;
mod levels;
mod mutants;
mod pack;
mod parts;
mod program;
mod progress;
mod read;
mod seal;
mod sections;
mod share;
mod trial;
mod verify;
mod worlds;

pub use course::{course, course_files};
pub use echo::{Echo, echo};
pub use judge::{Difference, Finding, PackFault, Report, Verdict, judge};
pub use pack::{Check, Direction, Example, Exercise, Fault, Kind, Pack, Place, Within, Wrong};
pub use progress::{Entry, Progress, Standing};
pub use read::{EXERCISE_ENDING, KEY_ENDING, PACK_FILE};
pub use verify::{Verification, verify, verify_exercise};
pub use worlds::World;
