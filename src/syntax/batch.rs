//! Plain facts, many at a time: text in, the places of their words out.
//!
//! A large model has a million lines such as `B provides hosting to C`. One call of pest reads some hundred of them by the rule `facts`, and
//! no tree is made. It takes only what is a plain fact without a doubt: where a line is anything else, the batch ends before it, and it is
//! read as any statement is. So a batch says just what its lines would say one by one, and holds no problem.

#![expect(clippy::wildcard_enum_match_arm, reason = "only some of the grammar's rules stand in a plain fact")]

use super::ast::{Form, Part, PlainFacts};
use super::grammar::{self, Rule};
use super::values::{date, number};
use super::words::may_be_of_the_language;
use crate::source::Span;
use crate::value::MAX_NAME_LEN;

/// The bytes of the first batch. The next ones grow for as long as all of a batch can be read.
const MIN_LEN: usize = 1 << 9;

/// The most bytes of a batch: a few thousandths of a second.
const MAX_LEN: usize = 1 << 14;

/// How large the next batch is.
#[derive(Debug, Default)]
pub(super) struct Batches {
    /// None until a fact has been seen, and after a line that is something else.
    len: usize,
}

impl Batches {
    /// A fact has been read: the next statements may be more of them.
    pub(super) fn expect_more(&mut self) {
        self.len = MIN_LEN;
    }

    /// The plain facts that begin at byte `start`, and the byte where the line after them begins; nothing if it is not likely that there
    /// are any.
    pub(super) fn next(&mut self, text: &str, start: usize) -> Option<(PlainFacts, usize)> {
        let window = &text.as_bytes()[start..text.len().min(start + self.len)];
        let lines = window.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let (facts, end) = facts(&text[start..start + lines], start);
        self.len = match end {
            0 => 0,
            _ if 2 * end > self.len => MAX_LEN.min(2 * self.len),
            _ => MIN_LEN,
        };
        (end > 0).then_some((facts, start + end))
    }
}

/// The plain facts that some lines begin with, which stand at byte `base` of their text, and the end of their lines.
fn facts(lines: &str, base: usize) -> (PlainFacts, usize) {
    let mut facts = PlainFacts::default();
    let (mut form, mut fact, mut end) = (Form::Acts, 0, 0);
    let mut is_verb_due = false;
    for pair in grammar::facts(lines).into_iter().flatten() {
        let (rule, text, span) = (pair.as_rule(), pair.as_str(), pair.as_span());
        let part = match rule {
            Rule::facts => {
                end = span.end();
                continue;
            }
            Rule::fact => {
                (form, fact) = (Form::Acts, facts.parts.len());
                Part::Fact
            }
            Rule::be => {
                form = Form::Is;
                continue;
            }
            Rule::have => {
                form = Form::Has;
                continue;
            }
            Rule::article => continue,
            Rule::fact_preposition => Part::Preposition,
            Rule::bare_word if is_verb_due => Part::Verb(form),
            Rule::bare_word => Part::Name,
            Rule::whole_string => Part::Quoted,
            Rule::date => Part::Date,
            Rule::number => Part::Number,
            other => unreachable!("{other:?} is no part of a plain fact"),
        };
        if !is_plain(part, text) {
            // This line is left to be read by itself.
            end = facts.parts.get(fact).map_or(0, |(_, fact)| fact.range().start - base);
            facts.parts.truncate(fact);
            break;
        }
        // The first part of a fact is its subject, and the verb comes next.
        is_verb_due = part != Part::Fact && facts.parts.len() == fact + 1;
        facts.parts.push((part, Span::new(base + span.start(), base + span.end())));
    }
    (facts, end)
}

/// Whether a part of a fact means what it seems to.
fn is_plain(part: Part, text: &str) -> bool {
    match part {
        Part::Fact | Part::Preposition => true,
        Part::Verb(_) | Part::Name => text.len() <= MAX_NAME_LEN && !may_be_of_the_language(text),
        Part::Quoted => (3..=MAX_NAME_LEN).contains(&text.len()),
        Part::Date => date(text).is_some(),
        Part::Number => number(text).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ast, fact, parse, parse_while};
    use super::*;

    /// What a text says with a tree for each statement, and with its plain facts read many at a time: both as one list.
    fn both_ways(text: &str) -> [Vec<String>; 2] {
        let shown = |statements: Vec<(Span, ast::StatementKind)>| statements.iter().map(|said| format!("{said:?}")).collect::<Vec<_>>();
        let one = |statement: ast::Statement| match &statement.kind {
            ast::StatementKind::Facts(facts) => facts.iter().map(|(span, _)| (span, ast::StatementKind::Fact(fact(text, span)))).collect(),
            _ => vec![(statement.span, statement.kind)],
        };
        [parse(text), parse_while(text, || true)].map(|(program, problems)| {
            let mut said = shown(program.statements.into_iter().flat_map(one).collect());
            said.extend(problems.iter().map(|problem| format!("{problem:?}")));
            said
        })
    }

    #[test]
    fn a_batch_says_what_its_lines_say() {
        let before = "A helps B\nA helps B\nC is critical\n";
        let lines = [
            "A helps B\n  and C helps D",
            "A helps B\n\n# why\n if C helps D",
            "Who helps B?",
            "Who helps B",
            "who helps B",
            "A helps B?",
            "Something helps B",
            "There helps B",
            "A itself B",
            "A helps itself",
            "A is a member of B",
            "A is a of B",
            "A has a rank 3",
            "A has rank 3 at 2024-01-31",
            "A has rank 3 at 2024-02-31",
            "A has rank 99999999999999999999999999999999",
            "A has rank -2.50%",
            "A helps \"\"",
            "A helps \"B\\\"C\"",
            "A helps \"B # C\" # D",
            "A helps B.",
            "A helps B .",
            "A helps B, C",
            "A helps 1,000",
            "A helps B to",
            "A to B",
            "A helps to",
            "A helps to B of C since 2024-01-01.",
            "A  helps\tB",
            "use none",
            "As of 2024-01-01",
            "as of any day",
            "find ?x where ?x helps B",
            "Not A helps B",
            "A does B",
            "A is B C",
            "helps",
            "A helps B to C to D",
            "A helps B\r\nC helps D\r",
            "Ärzte helps ß",
            "A order by B",
            "A limit 3",
            "A helps order\nlimit 3",
            "A helps 3M",
            "3-A helps 2024-1-1",
            "A helps 3.5.1",
            "A helps (B)",
            "A helps B:\nC",
            "A helps B\nalso C",
            "A helps B\n[to C]",
            "## doc\nA helps B",
            "Rule helps B",
            "Use helps B",
            "Why helps B",
            "A helps B-",
            "A helps B -",
            "A helps - B",
            "A helps B + 1",
            "A are B",
            "A have B C",
            "A is",
            "A is the",
            "A is a",
            "A has an",
            "A is not B",
            "A is both B and C",
        ];
        for line in lines {
            let text = format!("{before}{line}\n{before}{before}");
            let [one_by_one, in_batches] = both_ways(&text);
            assert_eq!(one_by_one, in_batches, "{text}");
        }
        let (program, _) = parse_while(&before.repeat(500), || true);
        assert!(program.statements.len() < 20, "{} statements", program.statements.len());
    }

    #[test]
    fn batches_and_statements_agree_on_every_sentence_of_the_lists() {
        for list in [include_str!("../../tests/sentences/yes.txt"), include_str!("../../tests/sentences/no.txt")] {
            let fact = "A helps B\n";
            let lines = list.lines().map(|line| line.replace('⏎', "\n"));
            for line in lines {
                let [one_by_one, in_batches] = both_ways(&format!("{fact}{fact}{line}\n{line}\n{fact}{line}"));
                assert_eq!(one_by_one, in_batches, "{line}");
            }
        }
    }
}
