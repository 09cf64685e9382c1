//! Answers in later questions: `answer-3` is said of every name that input 3 was answered with, `answer-3.service` of those in that
//! column, and `answer` stands for the latest one. It holds while the question is answered, and leaves no trace in the model.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Candidate, Completions, Reply, Session};
use crate::discard::discard_pieces;
use crate::model::{Answers, Files, Outcome};
use crate::output::FIRST_LEVELS;
use crate::syntax;
use crate::value::Value;
use crate::vocabulary::written_value;

/// So many answers are kept.
const MAX_ANSWERS: usize = 50;
/// So many rows of all of them together, but always the latest.
const MAX_ROWS: u64 = 1_000_000;

/// Freeing more rows takes milliseconds.
const MANY_ROWS: u64 = 1 << 16;

const ANSWER: &str = "answer";

impl Session {
    /// Keeps an answer that has rows.
    pub(super) fn remember(&mut self, outcome: &Outcome) {
        if let Outcome::Answered(answers) = outcome {
            self.cut = answers.is_deeper_than(FIRST_LEVELS).then(|| (Box::new(answers.clone()), FIRST_LEVELS));
        }
        if let Outcome::Answered(answers) = outcome
            && answers.rows().next().is_some()
        {
            self.answers.retain(|(number, _)| *number != self.number);
            self.answers.push((self.number, answers.clone()));
            let rows = |kept: &[(usize, Answers)]| kept.iter().map(|(_, answers)| answers.count()).sum::<u64>();
            while self.answers.len() > 1 && (self.answers.len() > MAX_ANSWERS || rows(&self.answers) > MAX_ROWS) {
                let (_, old) = self.answers.remove(0);
                if old.count() > MANY_ROWS {
                    discard_pieces(old);
                }
            }
        }
    }

    /// The latest answer that has rows.
    pub(super) fn latest(&self) -> Option<&(usize, Answers)> {
        self.answers.last()
    }

    /// The reply to a question that speaks of earlier answers; nothing if the text does not.
    pub(super) fn ask_with_answers(&mut self, text: &str, files: &dyn Files) -> Option<Reply> {
        let words: BTreeSet<&str> = syntax::words_of(text).filter(|word| names_answer(word) && !self.model.says(word)).collect();
        if words.is_empty() {
            return None;
        }
        let _at_work = self.interrupt.at_work();
        let mut facts = String::new();
        for word in words {
            match self.answer_called(word) {
                Ok((answers, column)) => {
                    // If it is interrupted, so is the reading of them.
                    let rows = self.interrupt.until(answers.rows());
                    let values: BTreeSet<_> = rows.filter_map(|row| <[Value]>::get(&row, column).map(written_value)).collect();
                    values.into_iter().for_each(|value| {
                        let _ = writeln!(facts, "{value} is {word}");
                    });
                }
                Err(reply) => return Some(*reply),
            }
        }
        if !syntax::only_asks(&syntax::with_question_mark(text)) {
            return Some(Reply::complaint(
                "an answer can be used in questions, and in nothing that changes the model: it would be gone when the model is loaded again",
            ));
        }
        self.model.begin();
        let stated = self.model.tell(&facts);
        let reply = match stated {
            Ok(_) => {
                let mut reply = Reply::default();
                // What is wrong stands in the reply.
                let _ = self.run(self.source(&syntax::with_question_mark(text)), files, false, &mut reply);
                reply
            }
            Err(error) => Reply::problems(error.problems()),
        };
        if let Some(change) = self.model.finish() {
            self.model.undo(change);
        }
        Some(reply)
    }

    /// The completions of a word at byte `at`, and the answers that it may begin to name.
    pub(super) fn with_answers(&self, text: &str, at: usize, mut completions: Completions) -> Completions {
        let begun = text.get(completions.start..at).unwrap_or_default();
        if begun.len() > 1 {
            let words = self.answers.iter().rev().map(|(number, _)| format!("{ANSWER}-{number}")).filter(|word| word.starts_with(begun));
            completions.candidates.extend(words.map(|word| Candidate { display: word.clone(), text: word }));
        }
        completions
    }

    /// The answer that a word stands for, and which of its columns.
    fn answer_called(&self, word: &str) -> Result<(&Answers, usize), Box<Reply>> {
        let (name, column) = word.split_once('.').map_or((word, None), |(name, column)| (name, Some(column)));
        let number = name.strip_prefix("answer-").and_then(|number| number.parse::<usize>().ok());
        let found = match number {
            Some(number) => self.answers.iter().find(|(own, _)| *own == number),
            None => self.latest(),
        };
        let Some((number, answers)) = found else {
            let known = self.answers.iter().map(|(number, _)| format!("`answer-{number}`")).collect::<Vec<_>>();
            let known = if known.is_empty() {
                "no question has been answered with a table yet".to_owned()
            } else {
                format!("there are {}", known.join(", "))
            };
            return Err(Box::new(Reply::complaint(format!("there is no `{name}`: {known}"))));
        };
        let Some(column) = column else { return Ok((answers, 0)) };
        let columns = answers.columns();
        let place = columns.iter().position(|own| **own == *column);
        place.map(|place| (answers, place)).ok_or_else(|| {
            let columns = columns.iter().map(|column| format!("`answer-{number}.{column}`")).collect::<Vec<_>>().join(", ");
            Box::new(Reply::complaint(format!("answer {number} has no column `{column}`: there are {columns}")))
        })
    }
}

/// `answer`, `answer-3`, `answer-3.service`
fn names_answer(word: &str) -> bool {
    let name = word.split_once('.').map_or(word, |(name, _)| name);
    name == ANSWER
        || name.strip_prefix("answer-").is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::{Session, Setup};
    use crate::model::NoFiles;

    #[test]
    fn answers_are_completed() {
        let mut session = Session::new(Setup::default()).unwrap();
        session.enter("B provides hosting to C", &NoFiles);
        session.enter("who relies on B?", &NoFiles);
        let text = "which organizations are ans";
        let completions = session.complete(text, text.len(), &|_| Vec::new());
        assert_eq!(completions.start, text.len() - 3);
        assert_eq!(completions.candidates.last().unwrap().text, "answer-2");
    }
}
