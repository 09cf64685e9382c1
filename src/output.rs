//! Answers → text for people and programs: words and tables, JSON lines, CSV, Markdown.
//!
//! Problems are told apart from answers: [`crate::Problem::render`] draws them, [`Format::problem`] writes them as JSON.

#[cfg(feature = "render")]
mod comparison;
#[cfg(feature = "render")]
mod grid;
#[cfg(feature = "render")]
mod json;
#[cfg(feature = "render")]
mod plan;
#[cfg(feature = "render")]
mod profile;
#[cfg(feature = "render")]
mod proof;
#[cfg(feature = "render")]
mod table;
#[cfg(feature = "render")]
mod text;

#[cfg(feature = "render")]
use crate::diagnostics::Problem;
#[cfg(feature = "render")]
use crate::engine::Interrupt;
#[cfg(feature = "render")]
use crate::model::{Answers, Check, Profile, QueryPlan, Violation};

/// So many levels of a proof are shown at first.
pub(crate) const FIRST_LEVELS: usize = 6;

/// Whether the rest of what is written is still wanted.
#[cfg(feature = "render")]
type IsWanted<'a> = &'a dyn Fn() -> bool;

/// How answers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people: the question, then words or a table.
    #[default]
    Text,
    /// As text, in words alone: one row a line, for a screen reader.
    Plain,
    /// One JSON object a line.
    Json,
    /// The rows under their headings, commas between, a blank line between answers.
    Csv,
    /// For a document: the question in bold, then words or a table.
    Markdown,
}

#[cfg(feature = "render")]
impl Format {
    /// An answer as text that ends with a line end. `is_first` leaves out what separates it from the answer before; `quiet`
    /// leaves out the question and the number of rows.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// model.tell("B provides hosting to C")?;
    /// let answers = model.ask("who provides hosting to C?")?;
    /// assert_eq!(srl::Format::Csv.answers(&answers, true, false), "provider\nB\n");
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn answers(self, answers: &Answers, is_first: bool, quiet: bool) -> String {
        self.rows_while(&|| true, answers, FIRST_LEVELS, is_first, quiet)
    }

    /// The same for as long as nothing interrupts it. It is a piece of work of its own: whoever watches over the time of a question gives
    /// as much to the writing of its answer.
    ///
    /// # Errors
    /// What has stopped it; then there is no text.
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// model.tell("B provides hosting to C")?;
    /// let answers = model.ask("who provides hosting to C?")?;
    /// let interrupt = model.interrupt();
    /// assert_eq!(srl::Format::Csv.answers_unless(&interrupt, &answers, true, false).as_deref(), Ok("provider\nB\n"));
    /// interrupt.raise();
    /// let stopped = srl::Format::Csv.answers_unless(&interrupt, &answers, true, false).unwrap_err();
    /// assert_eq!(stopped.code(), "E0410");
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn answers_unless(self, interrupt: &Interrupt, answers: &Answers, is_first: bool, quiet: bool) -> Result<String, Problem> {
        self.answers_to_depth_unless(interrupt, answers, FIRST_LEVELS, is_first, quiet)
    }

    /// The same, with so many levels of a proof.
    pub(crate) fn answers_to_depth_unless(
        self,
        interrupt: &Interrupt,
        answers: &Answers,
        levels: usize,
        is_first: bool,
        quiet: bool,
    ) -> Result<String, Problem> {
        let _at_work = interrupt.at_work();
        let text = self.rows_while(&|| !interrupt.is_raised(), answers, levels, is_first, quiet);
        if interrupt.is_raised() { Err(answers.unwritten(interrupt)) } else { Ok(text) }
    }

    /// An answer with the rows of a table for as long as they are wanted: nothing else grows with the model.
    fn rows_while(self, is_wanted: IsWanted<'_>, answers: &Answers, levels: usize, is_first: bool, quiet: bool) -> String {
        let separator = if is_first || self == Self::Json { "" } else { "\n" };
        let text = match self {
            Self::Text => text::answers(answers, levels, quiet, false, is_wanted),
            Self::Plain => text::answers(answers, levels, quiet, true, is_wanted),
            Self::Json => json::answers(answers, is_wanted),
            Self::Csv => table::csv(answers, is_wanted),
            Self::Markdown => table::markdown(answers, quiet, is_wanted),
        };
        if separator.is_empty() { text } else { format!("{separator}{text}") }
    }

    /// The plan of a question: for people in words, as JSON in one line. In other formats in words, too.
    ///
    /// ```
    /// let mut model = srl::Model::without_vocabulary();
    /// model.tell("verb watcher watches thing\n?x is seen if something watches ?x")?;
    /// assert_eq!(
    ///     srl::Format::Text.plan(&model.plan_of("is B seen?")?),
    ///     "is B seen?
    ///   Derived before, in this order:
    ///   1. `x is seen`
    ///     the rule (told, line 2), in loops over lists
    ///       if something watches ?x, then ?x is seen
    ///       - go through all of `something watches ?x`
    ///   Then the answers:
    ///     - look whether `B is seen` holds\n"
    /// );
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn plan(self, plan: &QueryPlan) -> String {
        if self == Self::Json { json::plan(plan) } else { plan::plan(plan) }
    }

    /// What it cost: for people in words, as JSON in one line. In other formats in words, too.
    pub fn profile(self, profile: &Profile) -> String {
        if self == Self::Json { profile::json(profile) } else { profile::profile(profile) }
    }

    /// A checked expectation in one line of JSON. In other formats nothing: a met one needs no words, and a failed one is a problem.
    pub fn check(self, check: &Check) -> String {
        if self == Self::Json { json::check(check) } else { String::new() }
    }

    /// A violation in one line of JSON; nothing in other formats, where it is a problem alone.
    pub fn violation(self, violation: &Violation) -> String {
        if self == Self::Json { json::violation(violation) } else { String::new() }
    }

    /// A problem in one line of JSON.
    pub fn problem(problem: &Problem) -> String {
        json::problem(problem)
    }
}

#[cfg(all(test, feature = "render"))]
mod tests {
    use super::Format;
    use crate::model::Model;

    /// Between two looks at an interrupt no more than some rows are written, whatever the format.
    #[test]
    fn an_interrupt_is_heard_at_each_row() {
        const ROWS: u64 = 300;
        let mut model = Model::new();
        let facts: Vec<String> = (0..ROWS).map(|number| format!("A{number} provides power to B")).collect();
        model.tell(&facts.join("\n")).unwrap();
        let answers = model.ask("who provides power to B?").unwrap();
        let interrupt = model.interrupt();
        for format in [Format::Text, Format::Plain, Format::Json, Format::Csv, Format::Markdown] {
            let whole = format.answers(&answers, true, false);
            let mut looks = 0;
            let written = loop {
                interrupt.raise_after(looks);
                match format.answers_unless(&interrupt, &answers, true, false) {
                    Ok(written) => break written,
                    Err(problem) => assert_eq!(problem.code(), "E0410", "{format:?}, after {looks} looks"),
                }
                interrupt.clear();
                looks += 1;
            };
            interrupt.clear();
            assert_eq!(written, whole);
            assert!(looks >= ROWS, "{format:?}: {looks} looks");
        }
    }
}
