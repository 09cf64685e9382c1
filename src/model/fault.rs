//! What stopped an evaluation, in the user's names: which values, in which rule, from which facts.

use super::Model;
use super::error::RunError;
use crate::diagnostics::Problem;
use crate::engine::{Activity, EngineError, Fault, FaultKind, Origin, Trouble};
use crate::logic::{Literal, Place};
use crate::syntax::ast::Operator;
use crate::value::ValueId;

impl Model {
    /// An engine's error as a problem. `place` is the statement that needed the evaluation.
    pub(super) fn problem(&self, error: EngineError, place: &Place) -> Problem {
        match error {
            EngineError::TooManyFacts { max, head } => {
                let what = match head {
                    Some((relation, reading)) => {
                        let relation = self.vocabulary.relation(relation);
                        format!("what follows for `{}`", relation.pattern(&relation.readings[reading]))
                    }
                    None => "the answer".to_owned(),
                };
                Problem::new(RunError::TooManyFacts { what, max, at: place.span }, place.source.clone())
            }
            EngineError::TooManyValues { max, head: (relation, reading) } => {
                let relation = self.vocabulary.relation(relation);
                let what = relation.pattern(&relation.readings[reading]);
                Problem::new(RunError::TooManyValues { what, max, at: place.span }, place.source.clone())
            }
            EngineError::TooManyRounds { max, head: (relation, reading) } => {
                let relation = self.vocabulary.relation(relation);
                let what = relation.pattern(&relation.readings[reading]);
                Problem::new(RunError::TooManyRounds { what, max, at: place.span }, place.source.clone())
            }
            EngineError::Interrupted => self.stopped(place),
            EngineError::Fault { fault, source, origin } => Problem::new(self.fault(fault, &origin), source),
        }
    }

    /// What has stopped the statement at `place` from outside.
    pub(super) fn stopped(&self, place: &Place) -> Problem {
        let at = place.first_line();
        let doing = self.doing();
        Problem::new(RunError::stopped(self.database.interrupt.cause(), doing, at), place.source.clone())
    }

    /// What is being done, as a sentence.
    fn doing(&self) -> String {
        let doing = match self.database.activity() {
            Activity::Outside => "it had not begun",
            Activity::Parse => "the text was being read",
            Activity::Understand => "it was looked at what the sentences mean",
            Activity::State => "facts were being changed",
            Activity::Import => "rows were being read",
            Activity::Answer => "answers were being found",
            Activity::Write => "the answers were being written",
            Activity::Check => "it was looked for what is expected or forbidden",
            Activity::Pairs(relation) => {
                return format!("all that follows for `{}` was being searched for", self.pattern_of(relation));
            }
            Activity::Rule(number) => {
                let Some(rule) = self.rules.get(number) else { return "a rule was being applied".to_owned() };
                let (says, place) = (self.rule_in_words(number), rule.text.place.describe());
                return match &rule.text.label {
                    Some(label) => format!("the rule {label} ({place}) was being applied: `{says}`"),
                    None if number < self.told_rules => format!("a rule ({place}) was being applied: `{says}`"),
                    None => format!("it was being found of which kinds things are: {says}"),
                };
            }
        };
        doing.to_owned()
    }

    fn fault(&self, fault: Fault, origin: &Origin) -> RunError {
        let shown = |value: ValueId| {
            let value = self.dictionary.value(value);
            value.map_or_else(|| ("nothing".to_owned(), "nothing".to_owned()), |value| (format!("`{value}`"), value.sort().to_owned()))
        };
        let (left, left_sort) = shown(fault.left);
        let (right, right_sort) = shown(fault.right);
        let at = fault.at;
        let from = self.facts_behind(origin);
        match fault.kind {
            FaultKind::Order => RunError::Incomparable { left, left_sort, right, right_sort, at },
            FaultKind::Text => {
                let (value, sort) = if left_sort == "a name" { (right, right_sort) } else { (left, left_sort) };
                RunError::NoText { value, sort, at }
            }
            FaultKind::Arithmetic(operator, trouble) => {
                let is_day = left_sort == "a date" || right_sort == "a date";
                let problem = match (trouble, operator) {
                    (Trouble::DivisionByZero, _) => format!("{left} cannot be divided by 0"),
                    (Trouble::Overflow, _) if is_day => {
                        format!("{} is no day of the years 0000 to 9999", written(&left, operator, &right))
                    }
                    (Trouble::Overflow, _) => {
                        format!("{} has more digits than the 28 that are kept exactly", written(&left, operator, &right))
                    }
                    (Trouble::Sorts, Operator::Add) => format!("{left_sort} and {right_sort} cannot be added: {left} and {right}"),
                    (Trouble::Sorts, Operator::Subtract) => {
                        format!("{right_sort} cannot be taken from {left_sort}: {right} from {left}")
                    }
                    (Trouble::Sorts, Operator::Multiply) => {
                        format!("{left_sort} and {right_sort} cannot be multiplied: {left} and {right}")
                    }
                    (Trouble::Sorts, Operator::Divide) => format!("{left_sort} cannot be divided by {right_sort}: {left} by {right}"),
                };
                let help = match trouble {
                    Trouble::DivisionByZero => format!("say when it is meant: add a condition such as `… and ?divisor != 0`{from}"),
                    Trouble::Overflow if is_day => format!("use fewer days{from}"),
                    Trouble::Overflow => format!("round or shorten the numbers that it is computed from{from}"),
                    Trouble::Sorts => format!("numbers are computed with numbers; a date and a number of days make a date{from}"),
                };
                RunError::Arithmetic { problem, help, at }
            }
            FaultKind::Aggregate(Trouble::Overflow) => RunError::Aggregate {
                problem: format!("the sum of {left} and {right} has more digits than the 28 that are kept exactly"),
                help: format!("round or shorten the numbers that are added{from}"),
                at,
            },
            FaultKind::Aggregate(_) if left == right => RunError::Aggregate {
                problem: format!("{left} is {left_sort}, and cannot be added up"),
                help: format!("let the condition find numbers only{from}"),
                at,
            },
            FaultKind::Aggregate(_) => RunError::Aggregate {
                problem: format!("{left} and {right} do not go together: {left_sort} and {right_sort}"),
                help: format!("let the condition find values of one sort{from}"),
                at,
            },
            FaultKind::Kept => RunError::KeptImproves {
                from: left,
                to: right,
                help: format!(
                    "a value that is kept may only get worse from step to step, else a loop would never end: add numbers that are not negative, or take them away for `greatest`{from}"
                ),
                at,
            },
        }
    }

    /// `; it comes from …`: the facts that the conditions had found.
    fn facts_behind(&self, origin: &Origin) -> String {
        let Some(rule) = origin.rule.and_then(|rule| self.rules.get(rule)) else { return String::new() };
        let premises = rule.body.iter().filter(|literal| matches!(literal, Literal::Holds(_)));
        let premises = premises.filter_map(|literal| self.found_fact(literal, &origin.binding)).collect::<Vec<_>>();
        let name = match &rule.text.label {
            Some(label) => format!("rule {label}"),
            None => format!("the rule in {}", rule.text.place.describe()),
        };
        if premises.is_empty() { format!(" ({name})") } else { format!(" ({name}, from `{}`)", premises.join("`, `")) }
    }
}

fn written(left: &str, operator: Operator, right: &str) -> String {
    let sign = match operator {
        Operator::Add => '+',
        Operator::Subtract => '-',
        Operator::Multiply => '*',
        Operator::Divide => '/',
    };
    format!("`{} {sign} {}`", left.trim_matches('`'), right.trim_matches('`'))
}
