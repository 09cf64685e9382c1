//! A file → what SRL understood of it, and the answers to its own questions, for learners who try things out. Nothing is compared here.

use super::Exercise;
use super::parts;
use super::program::Program;
use super::trial::given;
use crate::diagnostics::Problem;
use crate::engine::Interrupt;
use crate::model::Answers;
use crate::source::Source;

/// What a file, or one model of it, says and asks.
#[derive(Debug)]
pub struct Echo {
    /// The name of the model, if the file has several.
    pub model: Option<String>,
    /// The facts that it states, each in the first reading of its verb, and then its rules.
    pub sentences: Vec<String>,
    /// What it asks, answered with what is given.
    pub answers: Vec<Answers>,
    /// What is forbidden or warned of, and holds all the same.
    pub problems: Vec<Problem>,
}

/// What a file says and asks beside what is given; nothing of a file that cannot be read.
pub fn echo(exercise: &Exercise, file: &Source, interrupt: &Interrupt) -> Vec<Echo> {
    let names = parts::names(file.text());
    let models: Vec<_> = match names.as_slice() {
        [] => vec![(None, file.clone())],
        names => {
            let part = |name: &String| Source::new(file.name(), parts::of(file.text(), name).unwrap_or_default());
            names.iter().map(|name| (Some(name.clone()), part(name))).collect()
        }
    };
    let one = |(model, source): (Option<String>, Source)| {
        let mut program = Program::new(&[given(exercise)], interrupt).ok()?;
        let (sentences, answers, mut problems) = program.echo(source);
        if !problems.is_empty() {
            // What is warned of at the start is none of the learner's doing.
            let start = match &model {
                Some(name) => parts::of(&exercise.start, name).unwrap_or_default(),
                None => exercise.start.clone(),
            };
            let (.., before) = program.echo(Source::new(file.name(), start));
            problems.retain(|problem| !before.iter().any(|other| other.message() == problem.message()));
        }
        Some(Echo { model, sentences, answers, problems })
    };
    models.into_iter().filter_map(one).collect()
}
