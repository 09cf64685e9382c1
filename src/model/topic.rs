//! A question → what it is about, in a form in which it does not matter how it is said: `D consumes what from A?` and `what does A provide to D?`
//! have the same one, and so do a sentence and its denial. Nothing is answered here.

use std::fmt::Write as _;

use super::Script;
use crate::logic::{Action, Atom, Literal, Query, Term, VariableId};

impl Script {
    /// What the questions and expectations among the statements that wait are about, in order.
    pub(crate) fn topics(&self) -> Vec<String> {
        self.steps.iter().filter_map(|step| topic_of(&step.action)).collect()
    }
}

fn topic_of(action: &Action) -> Option<String> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else asks what can be answered with a yes, or by names")]
    match action {
        Action::Ask(query) => Some(topic(query)),
        Action::Expect(expectation) => Some(topic(&expectation.query)),
        Action::In(world, action) => {
            let supposed = world.supposed.iter().map(|change| change.place().source.slice(change.place().span));
            Some(format!("in {:?} {} {}", world.scenario, supposed.collect::<Vec<_>>().join(" "), topic_of(action)?))
        }
        _ => None,
    }
}

/// The sentences that are asked, with their variables numbered as they come; what is more than sentences counts as it is written.
fn topic(query: &Query) -> String {
    let mut numbers: Vec<VariableId> = Vec::new();
    let mut text = String::new();
    for alternative in &query.alternatives {
        for literal in alternative {
            match (literal, alternative.len()) {
                (Literal::Holds(atom), _) | (Literal::Fails(atom, _), 1) => sentence(atom, &mut numbers, &mut text),
                (Literal::Fails(..) | Literal::Compares(_) | Literal::Matches(_) | Literal::Aggregates(_) | Literal::Every(_), _) => {
                    return query.text.trim_end_matches('?').split_whitespace().collect::<Vec<_>>().join(" ");
                }
            }
        }
        text.push(';');
    }
    for variable in &query.output {
        let _ = write!(text, " {:?}", numbers.iter().position(|own| own == variable));
    }
    text
}

fn sentence(atom: &Atom, numbers: &mut Vec<VariableId>, text: &mut String) {
    let _ = write!(text, "{}", atom.relation.0);
    for term in &atom.terms {
        let Some(variable) = term.variable() else {
            // A slot that is left out and one that may hold anything ask for the same, unless the slot may be empty.
            let _ = write!(text, " {:?}", if *term == Term::Unmentioned { Term::Something } else { *term });
            continue;
        };
        let number = numbers.iter().position(|own| *own == variable).unwrap_or_else(|| {
            numbers.push(variable);
            numbers.len() - 1
        });
        let _ = write!(text, " ?{number}");
    }
    text.push(',');
}
