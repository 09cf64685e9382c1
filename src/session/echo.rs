//! Confirmation: what an input did, in few words, and how a rule was understood.

use super::reply::{Part, Reply};
use crate::model::{Model, Outcome};

/// `1 fact`, `3 facts`
pub(super) fn some(count: usize, what: &str) -> String {
    let number = grouped(count);
    if count == 1 { format!("{number} {what}") } else { format!("{number} {what}s") }
}

/// `1,204`
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How much a model has been told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    words: usize,
    rules: usize,
    prohibitions: usize,
    scenarios: usize,
}

impl Extent {
    pub(super) fn of(model: &Model) -> Self {
        Self {
            words: model.known_words(),
            rules: model.told_rules(),
            prohibitions: model.told_prohibitions(),
            scenarios: model.scenarios().len(),
        }
    }
}

/// The most verbs and rules of one input that are shown one by one.
const MAX_SHOWN: usize = 5;

/// What was declared beyond what there was before: each thing as it was understood, or, of many, how many.
pub(super) fn declared(model: &Model, before: &Extent, is_file: bool) -> Vec<String> {
    let after = Extent::of(model);
    // `use none` takes away what there was.
    let (words, rules) = (after.words.saturating_sub(before.words), after.rules.saturating_sub(before.rules));
    let prohibitions = after.prohibitions.saturating_sub(before.prohibitions);
    let is_short = !is_file && words + rules <= MAX_SHOWN;
    let mut notes = Vec::new();
    if after.words < before.words {
        notes.push("the vocabulary is put aside: nothing is declared now but what you declare".to_owned());
    }
    if is_short {
        notes.extend(model.words_since(before.words).into_iter().map(|word| format!("+ {word}")));
        if rules > 0 {
            notes.extend(model.rules_in_words(before.rules).into_iter().map(|rule| format!("+ rule: {rule}")));
        }
    } else {
        let counts = [(words, "word"), (rules, "rule")].into_iter().filter(|(count, _)| *count > 0);
        notes.extend(counts.map(|(count, what)| format!("+ {}", some(count, what))));
    }
    if prohibitions > 0 {
        notes.push(format!("+ {}", some(prohibitions, "check")));
    }
    let scenarios = model.scenarios().into_iter().skip(before.scenarios);
    notes.extend(scenarios.map(|scenario| format!("+ scenario {}", crate::syntax::words::written(&scenario.name))));
    notes
}

/// Facts that came and went since the last answer: said together, so that a pasted program is confirmed in one line.
#[derive(Debug, Default)]
pub(super) struct Changed {
    new: usize,
    known: usize,
    forgotten: usize,
}

impl Changed {
    pub(super) fn add(&mut self, outcome: Outcome, number: usize, reply: &mut Reply) {
        match outcome {
            Outcome::Stated { new, total } => {
                self.new += new;
                self.known += total - new;
            }
            Outcome::Forgot(count) => self.forgotten += count,
            Outcome::Imported { new, total, skipped, warnings } => {
                self.new += new;
                self.known += total - new;
                self.flush(reply);
                reply.problems_of(&warnings);
                if skipped > 0 {
                    let rows = some(usize::try_from(skipped).unwrap_or(usize::MAX), "row");
                    reply.parts.push(Part::Note(format!("passed over {rows}")));
                }
            }
            Outcome::Answered(answers) => {
                self.flush(reply);
                let warnings = answers.warnings().to_vec();
                reply.parts.push(Part::Answers(Box::new(answers), number));
                reply.problems_of(&warnings);
            }
            Outcome::Checked(check) => {
                self.flush(reply);
                let warnings = check.warnings.clone();
                reply.parts.push(Part::Check(Box::new(check)));
                reply.problems_of(&warnings);
            }
            Outcome::Exported { path, rows, warnings } => {
                self.flush(reply);
                let rows = some(usize::try_from(rows).unwrap_or(usize::MAX), "row");
                reply.parts.push(Part::Note(format!("wrote {rows} to {path}")));
                reply.problems_of(&warnings);
            }
            Outcome::Day(day) => {
                self.flush(reply);
                reply.parts.push(Part::Note(match day {
                    Some(day) => format!("as of {day}: only the facts of that day count"),
                    None => "as of any day: every fact counts".to_owned(),
                }));
            }
        }
    }

    /// Says what has come and gone so far.
    pub(super) fn flush(&mut self, reply: &mut Reply) {
        let Self { new, known, forgotten } = std::mem::take(self);
        let mut said = Vec::new();
        if new > 0 {
            said.push(format!("+ {}", some(new, "fact")));
        }
        match (known, new) {
            (0, _) => {}
            (1, 0) => said.push("already known".to_owned()),
            (known, _) => said.push(format!("{} already known", grouped(known))),
        }
        if forgotten > 0 {
            said.push(format!("forgot {}", grouped(forgotten)));
        }
        if !said.is_empty() {
            reply.parts.push(Part::Note(said.join(", ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 12, 999, 1_204, 1_000_000].map(grouped), ["0", "12", "999", "1,204", "1,000,000"]);
        assert_eq!([some(1, "fact"), some(1_000, "fact")], ["1 fact", "1,000 facts"]);
    }
}
