//! SRL as a library. First the front page of the project, then how to begin in Rust.
//!
#![doc = include_str!("../README.md")]
//!
//! # The library
//!
//! [`Model`] is the whole of it for most programs: [`Model::tell`] statements, [`Model::ask`] questions, read [`Answers`]. What
//! is wrong comes back as an [`Error`] of [`Problem`]s. Nothing is read from files or printed unless [`Files`] are handed in and
//! texts are printed by the caller.
//!
//! A text goes through the stages in the order of the modules below: syntax, vocabulary, resolve, logic, plan, engine, explain.

mod data;
pub mod diagnostics;
mod discard;
mod engine;
mod explain;
pub mod lessons;
mod logic;
mod model;
mod output;
mod parted;
mod plan;
mod resolve;
pub mod session;
mod source;
mod syntax;
mod value;
mod vocabulary;

pub use diagnostics::codes::{codes, explain};
#[cfg(feature = "render")]
pub use diagnostics::render::Style;
pub use diagnostics::{Error, Label, Problem, ProblemKind};
pub use engine::{Cause, Clock, Evaluator, Interrupt, Limits};
pub use explain::{Attempt, Chain, Chains, Ground, Link, Missing, Proof, StatedAt, Step};
pub use model::{
    AnswerKind, Answers, Check, Claim, Comparison, Difference, Extent, Files, Method, Model, Nearness, NoFiles, Outcome, Pass, PlanStep,
    PlannedRule, Portrait, Profile, QueryPlan, Remedies, Row, RuleCost, RuleDescription, ScenarioDescription, Script, SmallModels, Stage,
    StageCost, StepKind, Told, VerbDescription, Violation, Wanted, format_unless,
};
pub use output::Format;
pub use source::{Source, Span};
pub use syntax::format::{FormatError, format};
pub use value::Value;
