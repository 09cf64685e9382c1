//! What is computed: `?n + 1`, `count ?c where …`.

use pest::iterators::Pair;

use super::{Builder, Built};
use crate::syntax::ast::{Aggregate, Computation, Function, Operator, Sentence, Term, TermKind};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;

/// The most operators in one computation: the stages that walk its tree go one call deeper for each.
const MAX_OPERATORS: usize = 100;

impl Builder<'_> {
    /// A term, or terms joined by `+ - * /`: `*` and `/` before `+` and `-`, equal ones from left to right.
    pub(super) fn value(&self, pair: Pair<'_, Rule>) -> Built<Term> {
        let span = self.span(&pair);
        // Those in brackets count, too.
        if pair.clone().into_inner().flatten().filter(|part| part.as_rule() == Rule::operator).nth(MAX_OPERATORS).is_some() {
            return Err(SyntaxError::TooMuchArithmetic { max: MAX_OPERATORS, at: span });
        }
        let mut sum: Option<(Term, Operator)> = None;
        let mut product: Option<Term> = None;
        let mut operator = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::operator => operator = Some(self::operator(part.as_str())),
                rule => {
                    let operand = if rule == Rule::bracketed {
                        self.value(part.into_inner().next().expect("brackets hold a value"))?
                    } else {
                        self.term(part)?
                    };
                    product = Some(match (product.take(), operator.take()) {
                        (Some(left), Some(operator @ (Operator::Multiply | Operator::Divide))) => computed(operator, left, operand),
                        (Some(left), Some(operator)) => {
                            sum = Some((added(sum.take(), left), operator));
                            operand
                        }
                        _ => operand,
                    });
                }
            }
        }
        let value = added(sum, product.expect("a value holds an operand"));
        // With the brackets around it.
        Ok(Term { span, ..value })
    }

    pub(super) fn aggregate(&self, pair: Pair<'_, Rule>) -> Built<Term> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let (function, of) = self.aggregated(inner.next().expect("an aggregate of something"))?;
        let condition = self.condition(inner.nth(1).expect("an aggregate has a condition"))?;
        Ok(Term { kind: TermKind::Aggregate(Box::new(Aggregate { function, of, condition })), span })
    }

    /// `count (?s, ?c)`
    pub(super) fn aggregated(&self, pair: Pair<'_, Rule>) -> Built<(Function, Vec<Term>)> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let function = match inner.next().expect("a function").as_str() {
            "count" => Function::Count,
            "sum" => Function::Sum,
            "min" => Function::Min,
            "max" => Function::Max,
            _ => Function::Avg,
        };
        let of = inner.next().expect("an aggregate of something");
        let of = if of.as_rule() == Rule::several {
            let variable = |part: Pair<'_, Rule>| {
                let word = self.variable(&part);
                Term { kind: TermKind::Variable(word.text), span: word.span }
            };
            of.into_inner().map(variable).collect()
        } else {
            vec![self.value(of)?]
        };
        let help = match (function, of.as_slice()) {
            (Function::Count, [Term { kind: TermKind::Variable(_), .. }, ..]) => return Ok((function, of)),
            (Function::Count, _) => "`count` stands before variables, and counts their different values: `count ?c where (…)`".to_owned(),
            (_, [Term { kind: TermKind::Variable(_) | TermKind::Computed(_), .. }]) => return Ok((function, of)),
            _ => format!("`{0}` stands before one variable or computation: `{0} ?cost where (…)`", function.word()),
        };
        Err(SyntaxError::Unexpected {
            found: self.text_at(of.first().map_or(span, |term| term.span)).to_owned(),
            read: format!("`{}` has nothing to work on", function.word()),
            help,
            at: span,
        })
    }

    /// `01/02/2024` is a division to the grammar, and to whoever wrote it a day.
    pub(super) fn refuse_day_with_slashes(&self, sentence: &Sentence) -> Built<()> {
        let is_day = |text: &str| {
            let parts =
                text.split('/').map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then_some(part.len())).collect::<Vec<_>>();
            matches!(parts[..], [Some(1..=4), Some(1..=2), Some(1..=4)])
        };
        let computed = sentence.terms().find(|term| matches!(term.kind, TermKind::Computed(_)) && is_day(self.text_at(term.span)));
        computed.map_or(Ok(()), |term| {
            Err(SyntaxError::Malformed {
                text: self.text_at(term.span).to_owned(),
                help: "write a date as year-month-day, `2024-02-01`; put a name with `/` in quotation marks".into(),
                at: term.span,
                problem: "read as a division".into(),
            })
        })
    }
}

fn operator(sign: &str) -> Operator {
    match sign {
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        _ => Operator::Divide,
    }
}

fn added(sum: Option<(Term, Operator)>, right: Term) -> Term {
    match sum {
        Some((left, operator)) => computed(operator, left, right),
        None => right,
    }
}

fn computed(operator: Operator, left: Term, right: Term) -> Term {
    let span = left.span.to(right.span);
    Term { kind: TermKind::Computed(Box::new(Computation { operator, left, right })), span }
}
