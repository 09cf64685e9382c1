//! Conditions → alternatives of literals, and what must be bound where.
//!
//! `not` is pushed down to single sentences, then `or` is pulled up: a condition becomes a list of alternatives, each joined
//! by `and`. This keeps the meaning because all variables under `not` are bound outside it, and each `something` lives in its own
//! sentence. Variables are range-restricted as usual in Datalog with negation (Abiteboul, Hull, Vianu: Foundations of
//! Databases, 1995, chapter 15).

use std::collections::BTreeSet;

use super::error::ResolveError;
use super::sentence::{Scope, Use};
use super::{MAX_ALTERNATIVES, MAX_CONDITIONS, MAX_LEAVES, MAX_LITERALS, Resolver};
use crate::logic::{Atom, Comparison, Literal, Operand, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Comparator, Condition, TermKind};
use crate::vocabulary::SlotKind;
use crate::vocabulary::inflection::with_article;

/// A literal, and whether it comes from under a `not`: then it binds no variable, whatever it says after `not` has been pushed
/// down.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Marked {
    literal: Literal,
    under_not: bool,
}

impl Marked {
    pub(super) fn plain(literal: Literal) -> Self {
        Self { literal, under_not: false }
    }
}

/// The literals of one alternative.
type Conjunction = Vec<Marked>;

/// An alternative without the marks, when all has been checked.
pub(super) fn literals(alternative: Conjunction) -> Vec<Literal> {
    alternative.into_iter().map(|marked| marked.literal).collect()
}

impl Resolver<'_> {
    /// The alternatives of a condition; `None` after a problem.
    pub(super) fn conditions(&mut self, condition: &Condition, scope: &mut Scope) -> Option<Vec<Conjunction>> {
        if leaves(condition) > MAX_LEAVES {
            self.report(ResolveError::TooManyConditions { at: condition.span() });
            return None;
        }
        match self.alternatives(condition, Polarity { holds: true, under_not: false }, scope)? {
            Ok(alternatives) if alternatives.iter().any(|alternative| alternative.len() > MAX_CONDITIONS) => {
                self.report(ResolveError::TooManyConditions { at: condition.span() });
                None
            }
            Ok(alternatives) => Some(alternatives),
            Err(TooMany) => {
                self.report(ResolveError::TooManyAlternatives { at: condition.span() });
                None
            }
        }
    }

    /// Every part is looked at even after a problem in another, so that all problems are told at once.
    fn alternatives(&mut self, condition: &Condition, polarity: Polarity, scope: &mut Scope) -> Option<Result<Vec<Conjunction>, TooMany>> {
        let Polarity { holds, under_not } = polarity;
        let alone = |literal| Some(Ok(vec![vec![Marked { literal, under_not }]]));
        match condition {
            Condition::Sentence(sentence) => {
                let atom = self.atom(sentence, scope, Use::Condition)?;
                alone(if holds { Literal::Holds(atom) } else { Literal::Fails(atom, sentence.span) })
            }
            Condition::Comparison { left, comparator, right, span } => {
                let (left, right) = (self.operand(left, scope), self.operand(right, scope));
                let comparator = if holds { *comparator } else { comparator.negated() };
                alone(Literal::Compares(Comparison { left: left?, comparator, right: right?, span: *span }))
            }
            Condition::Not { condition, .. } => self.alternatives(condition, Polarity { holds: !holds, under_not: true }, scope),
            Condition::And(parts) | Condition::Or(parts) => {
                let parts = parts.iter().map(|part| self.alternatives(part, polarity, scope)).collect::<Vec<_>>();
                let parts = parts.into_iter().collect::<Option<Result<Vec<_>, _>>>()?;
                let multiply = matches!(condition, Condition::And(_)) == holds;
                Some(parts.and_then(|parts| if multiply { joined(parts) } else { within_bounds(parts.concat()) }))
            }
        }
    }

    fn operand(&mut self, term: &ast::Term, scope: &mut Scope) -> Option<Operand> {
        match &term.kind {
            TermKind::Value(value) => Some(Operand::Value(self.dictionary.intern(value))),
            TermKind::Variable(name) => Some(Operand::Variable(scope.variable(name, term.span, SlotKind::Any))),
            TermKind::Anything | TermKind::Wh(_) => {
                self.report(ResolveError::UnboundInComparison { variable: "something".to_owned(), at: term.span });
                None
            }
        }
    }

    /// The variables under `not` and in comparisons that nothing binds: a problem has been reported for each.
    pub(super) fn unsafe_variables(&mut self, alternatives: &[Conjunction], scope: &Scope) -> BTreeSet<VariableId> {
        let mut told = BTreeSet::new();
        for alternative in alternatives {
            let bound = bound(alternative);
            for Marked { literal, under_not } in alternative {
                let (variables, at): (Vec<_>, Span) = match literal {
                    Literal::Holds(atom) if *under_not => (atom.variables().collect(), scope.place_of(atom)),
                    Literal::Holds(_) => continue,
                    Literal::Fails(atom, span) => (atom.variables().collect(), *span),
                    Literal::Compares(comparison) => (comparison.variables().collect(), comparison.span),
                };
                for variable in variables.into_iter().filter(|variable| !bound.contains(variable)) {
                    if told.insert(variable) {
                        let problem = self.unbound(variable, scope, at, *under_not || matches!(literal, Literal::Fails(..)));
                        self.report(problem);
                    }
                }
            }
        }
        told
    }

    fn unbound(&self, variable: VariableId, scope: &Scope, at: Span, in_negation: bool) -> ResolveError {
        let used = scope.get(variable);
        let name = used.name.to_string();
        if in_negation {
            let kind = self.example_kind(used.kind);
            let help =
                format!("say first which ones are looked at, as in `?{name} is {kind} and not …`; or write `something` for any at all");
            let help = if used.is_question_word {
                "`not` alone lists nothing; ask of a kind: `which organizations are not …?`".into()
            } else {
                help
            };
            ResolveError::UnboundInNegation { variable: name, help, at }
        } else {
            ResolveError::UnboundInComparison { variable: format!("?{name}"), at }
        }
    }

    fn example_kind(&self, kind: SlotKind) -> String {
        match kind {
            SlotKind::Kind(id) => with_article(self.vocabulary.kind_name(id)),
            SlotKind::Any | SlotKind::Number | SlotKind::Date => "an organization".to_owned(),
        }
    }

    /// Whether each alternative binds every variable of the head; otherwise problems, but for those that were `told` of.
    pub(super) fn binds_head(
        &mut self,
        rule: &ast::Rule,
        head: &Atom,
        alternatives: &[Conjunction],
        scope: &Scope,
        mut told: BTreeSet<VariableId>,
    ) -> bool {
        let before = told.len();
        for alternative in alternatives {
            let bound = bound(alternative);
            for variable in head.variables().filter(|variable| !bound.contains(variable)) {
                if told.insert(variable) {
                    let used = scope.get(variable);
                    let help = format!("add a condition that finds it, such as `?{} is {}`", used.name, self.example_kind(used.kind));
                    let body = rule.body.span();
                    let elsewhere = alternatives.iter().any(|other| self::bound(other).contains(&variable));
                    let not_found = if elsewhere { "one side of `or` does not find it" } else { "no condition here finds it" }.to_owned();
                    self.report(ResolveError::UnboundInHead { variable: used.name.to_string(), help, at: used.span, body, not_found });
                }
            }
        }
        told.len() == before
    }
}

/// How many sentences and comparisons there are.
fn leaves(condition: &Condition) -> usize {
    match condition {
        Condition::Sentence(_) | Condition::Comparison { .. } => 1,
        Condition::Not { condition, .. } => leaves(condition),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().map(leaves).sum(),
    }
}

/// Whether a condition is to hold or not, and whether a `not` stands anywhere above it.
#[derive(Clone, Copy)]
struct Polarity {
    holds: bool,
    under_not: bool,
}

/// The condition has more alternatives than [`MAX_ALTERNATIVES`].
struct TooMany;

fn within_bounds(alternatives: Vec<Conjunction>) -> Result<Vec<Conjunction>, TooMany> {
    let literals: usize = alternatives.iter().map(Vec::len).sum();
    if alternatives.len() <= MAX_ALTERNATIVES && literals <= MAX_LITERALS { Ok(alternatives) } else { Err(TooMany) }
}

/// Every combination of one alternative from each part.
fn joined(parts: Vec<Vec<Conjunction>>) -> Result<Vec<Conjunction>, TooMany> {
    let mut combinations = vec![Conjunction::new()];
    for part in parts {
        if let [only] = part.as_slice() {
            combinations.iter_mut().for_each(|combination| combination.extend_from_slice(only));
            combinations = within_bounds(combinations)?;
            continue;
        }
        if combinations.len() * part.len() > MAX_ALTERNATIVES {
            return Err(TooMany);
        }
        combinations = combinations.iter().flat_map(|before| part.iter().map(|after| [before.as_slice(), after].concat())).collect();
    }
    Ok(combinations)
}

/// The variables that sentences bind, directly or through `=`.
pub(super) fn bound(alternative: &[Marked]) -> BTreeSet<VariableId> {
    let literals = || alternative.iter().filter(|marked| !marked.under_not).map(|marked| &marked.literal);
    let mut bound: BTreeSet<_> =
        literals().flat_map(|literal| if let Literal::Holds(atom) = literal { atom.variables().collect() } else { vec![] }).collect();
    loop {
        let before = bound.len();
        for literal in literals() {
            let Literal::Compares(Comparison { left, comparator: Comparator::Equal, right, .. }) = literal else { continue };
            for (known, new) in [(left, right), (right, left)] {
                let is_known = match known {
                    Operand::Value(_) => true,
                    Operand::Variable(variable) => bound.contains(variable),
                };
                if let (true, Operand::Variable(variable)) = (is_known, new) {
                    bound.insert(*variable);
                }
            }
        }
        if bound.len() == before {
            return bound;
        }
    }
}
