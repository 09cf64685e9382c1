//! The order in which the conditions of one body are looked up: greedy, the one with the most bound columns first.

use super::{Body, Column, Lookup, Meeting, Step, Version, operand};
use crate::logic::{Aggregation, Atom, Comparison, Expression, Literal, Term, Universal, VariableId};
use crate::syntax::ast::Comparator;

/// Plans a body of which the values of some variables are `wanted`. `first` is looked up first, whatever else is bound; `version` says which rows each literal reads.
pub(crate) fn body(
    literals: &[Literal],
    variables: usize,
    wanted: &[VariableId],
    first: Option<usize>,
    version: impl Fn(usize) -> Version,
) -> Body {
    let (bound, left) = (vec![false; variables], (0..literals.len()).collect());
    // Where one solution is enough, it is to be the first in the order of the rows.
    let mut ordering = Ordering { literals, version, bound, left, steps: Vec::new(), may_meet: !wanted.is_empty() };
    ordering.all(first);
    let decided = decided(&ordering.steps, wanted);
    Body { steps: ordering.steps, variables, decided }
}

/// Plans a body of which some variables are `known` before it begins.
pub(super) fn body_knowing(literals: &[Literal], variables: usize, known: &[VariableId], wanted: &[VariableId]) -> Body {
    let (mut bound, left) = (vec![false; variables], (0..literals.len()).collect());
    known.iter().for_each(|variable| bound[variable.index()] = true);
    let mut ordering = Ordering { literals, version: |_| Version::Total, bound, left, steps: Vec::new(), may_meet: !wanted.is_empty() };
    ordering.all(None);
    let decided = decided(&ordering.steps, wanted);
    Body { steps: ordering.steps, variables, decided }
}

/// Plans a body for each value of a variable that is given.
pub(crate) fn body_from(literals: &[Literal], variables: usize, given: VariableId) -> Body {
    inner(literals, variables, std::iter::once(given))
}

/// The body of an aggregate or a `whenever`, all of whose solutions are looked at, in which the `outer` variables are bound.
fn inner(literals: &[Literal], variables: usize, outer: impl Iterator<Item = VariableId>) -> Body {
    let mut bound = vec![false; variables];
    outer.for_each(|variable| bound[variable.index()] = true);
    let left = (0..literals.len()).collect();
    let mut ordering = Ordering { literals, version: |_| Version::Total, bound, left, steps: Vec::new(), may_meet: false };
    ordering.all(None);
    let decided = ordering.steps.len() + 1;
    Body { steps: ordering.steps, variables, decided }
}

/// The number of the first step after all that bind something wanted, or order values: whether there is a value that cannot be
/// ordered must not depend on which binding comes first.
fn decided(steps: &[Step], wanted: &[VariableId]) -> usize {
    let binds =
        |lookup: &Lookup| lookup.columns.iter().any(|(_, column)| matches!(column, Column::Bind(variable) if wanted.contains(variable)));
    let matters = |step: &Step| match step {
        Step::Scan(lookup) => binds(lookup),
        Step::Meet(meetings) => binds(&meetings[0].open),
        Step::Bind { variable, value } => can_fail(value) || wanted.contains(variable),
        Step::Compare(comparison) => can_fail(&comparison.left) || can_fail(&comparison.right) || orders(comparison.comparator),
        Step::Reject(_) => false,
        Step::Match(_) | Step::Aggregate { .. } | Step::Every { .. } => true,
    };
    steps.iter().rposition(matters).map_or(0, |last| last + 1)
}

fn orders(comparator: Comparator) -> bool {
    !matches!(comparator, Comparator::Equal | Comparator::NotEqual)
}

fn can_fail(expression: &Expression) -> bool {
    matches!(expression, Expression::Computed { .. })
}

struct Ordering<'a, F> {
    literals: &'a [Literal],
    version: F,
    bound: Vec<bool>,
    /// The literals that have no step yet, as written.
    left: Vec<usize>,
    steps: Vec<Step>,
    may_meet: bool,
}

impl<F: Fn(usize) -> Version> Ordering<'_, F> {
    /// Makes a step of every literal.
    fn all(&mut self, first: Option<usize>) {
        self.take_ready();
        if let Some(first) = first {
            self.scan(first);
            self.take_ready();
        }
        while let Some(next) = self.next() {
            if !self.meet(next) {
                self.scan(next);
            }
            self.take_ready();
        }
    }

    fn is_bound(&self, variable: VariableId) -> bool {
        self.bound[variable.index()]
    }

    /// The sentence with the most columns known; of equal ones one that gets no more rows, since it often has fewer; then the one that
    /// leaves the fewest open, then the first.
    fn next(&self) -> Option<usize> {
        let known = |term: &Term| match term {
            Term::Variable(variable) => self.is_bound(*variable),
            Term::Value(_) => true,
            Term::Something | Term::Unmentioned => false,
        };
        let cost = |position: &usize| {
            let Literal::Holds(atom) = &self.literals[*position] else { return None };
            let bound = atom.terms.iter().filter(|term| known(term)).count();
            let is_growing = matches!((self.version)(*position), Version::Old | Version::Growing);
            Some((std::cmp::Reverse(bound), is_growing, atom.terms.len() - bound, *position))
        };
        self.left.iter().filter_map(cost).min().map(|(.., position)| position)
    }

    fn scan(&mut self, position: usize) {
        self.left.retain(|other| *other != position);
        if let Literal::Holds(atom) = &self.literals[position] {
            let lookup = self.lookup(atom, position);
            for (_, column) in &lookup.columns {
                if let Column::Bind(variable) = column {
                    self.bound[variable.index()] = true;
                }
            }
            self.steps.push(Step::Scan(lookup));
        }
    }

    /// Makes one step of this sentence and another one, if both have the same single variable left; tells whether it did.
    fn meet(&mut self, position: usize) -> bool {
        let open = |position: usize| {
            let Literal::Holds(atom) = &self.literals[position] else { return None };
            let lookup = self.lookup(atom, position);
            match lookup.columns[..] {
                [(_, Column::Bind(variable))] if !lookup.key_columns.is_empty() => Some((variable, lookup)),
                _ => None,
            }
        };
        let Some((variable, one)) = open(position).filter(|_| self.may_meet) else { return false };
        let others = self.left.iter().filter(|other| **other != position);
        let meeting = others.filter_map(|other| Some((*other, open(*other)?))).find(|(_, (own, _))| *own == variable);
        let Some((other_position, (_, other))) = meeting else { return false };
        self.bound[variable.index()] = true;
        let meeting = |position: usize, open: Lookup| {
            let Literal::Holds(atom) = &self.literals[position] else { return None };
            Some(Meeting { open, check: self.lookup(atom, position) })
        };
        let (Some(one), Some(other)) = (meeting(position, one), meeting(other_position, other)) else { return false };
        self.steps.push(Step::Meet(Box::new([one, other])));
        self.left.retain(|left| *left != position && *left != other_position);
        true
    }

    fn lookup(&self, atom: &Atom, position: usize) -> Lookup {
        let (mut key_columns, mut key) = (Vec::new(), Vec::new());
        let mut columns: Vec<(usize, Column)> = Vec::new();
        for (column, term) in atom.terms.iter().enumerate() {
            match term {
                Term::Variable(variable) if !self.is_bound(*variable) => {
                    let earlier = columns.iter().any(|(_, other)| matches!(other, Column::Bind(bound) if bound == variable));
                    columns.push((column, if earlier { Column::Same(*variable) } else { Column::Bind(*variable) }));
                }
                Term::Variable(_) | Term::Value(_) => {
                    key_columns.push(column);
                    key.extend(operand(*term));
                }
                Term::Something => columns.push((column, Column::Present)),
                Term::Unmentioned => {}
            }
        }
        let version = if atom.stated_only { Version::Stated } else { (self.version)(position) };
        Lookup { relation: atom.relation, reading: atom.reading, version, key_columns, key, columns }
    }

    /// Every test whose variables are known now: the sooner it fails the better.
    fn take_ready(&mut self) {
        loop {
            let before = self.left.len();
            for position in self.left.clone() {
                let step = match &self.literals[position] {
                    Literal::Holds(_) => None,
                    Literal::Fails(atom, _) => {
                        atom.variables().all(|variable| self.is_bound(variable)).then(|| Step::Reject(self.lookup(atom, position)))
                    }
                    Literal::Compares(comparison) => self.comparison(comparison),
                    Literal::Matches(test) => {
                        self.literals[position].shown().iter().all(|variable| self.is_bound(*variable)).then(|| Step::Match(test.clone()))
                    }
                    Literal::Aggregates(aggregation) => self.aggregation(aggregation),
                    Literal::Every(universal) => {
                        universal.outer.iter().all(|variable| self.is_bound(*variable)).then(|| self.every(universal))
                    }
                };
                if let Some(step) = step {
                    if let Step::Bind { variable, .. } | Step::Aggregate { binds: Some(variable), .. } = &step {
                        self.bound[variable.index()] = true;
                    }
                    self.steps.push(step);
                    self.left.retain(|other| *other != position);
                }
            }
            if self.left.len() == before {
                return;
            }
        }
    }

    fn is_known(&self, expression: &Expression) -> bool {
        expression.variables().all(|variable| self.is_bound(variable))
    }

    fn comparison(&self, comparison: &Comparison) -> Option<Step> {
        let Comparison { left, comparator, right, .. } = comparison;
        let binds = |known: &Expression, new: &Expression| {
            let variable = new.as_variable().filter(|_| *comparator == Comparator::Equal)?;
            Some(Step::Bind { variable, value: known.clone() })
        };
        match (self.is_known(left), self.is_known(right)) {
            (true, true) => Some(Step::Compare(comparison.clone())),
            (true, false) => binds(left, right),
            (false, true) => binds(right, left),
            (false, false) => None,
        }
    }

    fn aggregation(&self, aggregation: &Aggregation) -> Option<Step> {
        if !aggregation.outer.iter().all(|variable| self.is_bound(*variable)) {
            return None;
        }
        let binds = if self.is_known(&aggregation.left) {
            None
        } else {
            Some(aggregation.left.as_variable().filter(|_| aggregation.comparator == Comparator::Equal)?)
        };
        let body = |literals: &Vec<Literal>| inner(literals, self.bound.len(), aggregation.outer.iter().copied());
        let bodies = aggregation.alternatives.iter().map(body).collect();
        Some(Step::Aggregate { aggregation: aggregation.clone(), bodies, binds })
    }

    fn every(&self, universal: &Universal) -> Step {
        let outer = || universal.outer.iter().copied();
        let cases = || universal.when.iter().flatten().flat_map(Literal::shown);
        let when = universal.when.iter().map(|literals| inner(literals, self.bound.len(), outer())).collect();
        let then = universal.then.iter().map(|literals| inner(literals, self.bound.len(), outer().chain(cases()))).collect();
        Step::Every { universal: universal.clone(), when, then }
    }
}
