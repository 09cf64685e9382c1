//! SRL, the Service Relationship Language: say who provides which service to whom, and ask what follows.
mod data;
pub mod diagnostics;
mod engine;
mod logic;
mod model;
#[cfg(feature = "render")]
mod output;
mod plan;
mod resolve;
mod source;
mod syntax;
mod value;
mod vocabulary;

pub use diagnostics::codes::{codes, explain};
#[cfg(feature = "render")]
pub use diagnostics::render::Style;
pub use diagnostics::{Error, Label, Problem, ProblemKind};
pub use engine::{Evaluator, Limits};
pub use model::{AnswerKind, Answers, Files, Model, NoFiles, Outcome, Row, RuleDescription, Script, Told, VerbDescription};
#[cfg(feature = "render")]
pub use output::Format;
pub use source::{Source, Span};
pub use value::Value;
