//! The order in which the conditions of one body are looked up: greedy, the one with the most bound columns first.

use super::{Body, Column, Lookup, Step, Version, operand};
use crate::logic::{Atom, Comparison, Literal, Operand, Term, VariableId};
use crate::syntax::ast::Comparator;

/// Plans a body of which the values of some variables are `wanted`. `first` is looked up first, whatever else is bound; `version` says which rows each literal reads.
pub(crate) fn body(
    literals: &[Literal],
    variables: usize,
    wanted: &[VariableId],
    first: Option<usize>,
    version: impl Fn(usize) -> Version,
) -> Body {
    let mut ordering =
        Ordering { literals, version, bound: vec![false; variables], left: (0..literals.len()).collect(), steps: Vec::new() };
    ordering.take_ready();
    if let Some(first) = first {
        ordering.scan(first);
        ordering.take_ready();
    }
    while let Some(next) = ordering.next() {
        ordering.scan(next);
        ordering.take_ready();
    }
    let decided = decided(&ordering.steps, wanted);
    Body { steps: ordering.steps, variables, decided }
}

/// The number of the first step after all that bind something wanted, or order values: whether there is a value that cannot be
/// ordered must not depend on which binding comes first.
fn decided(steps: &[Step], wanted: &[VariableId]) -> usize {
    let matters = |step: &Step| match step {
        Step::Scan(lookup) => {
            lookup.columns.iter().any(|(_, column)| matches!(column, Column::Bind(variable) if wanted.contains(variable)))
        }
        Step::Bind { variable, .. } => wanted.contains(variable),
        Step::Compare(comparison) => !matches!(comparison.comparator, Comparator::Equal | Comparator::NotEqual),
        Step::Reject(_) => false,
    };
    steps.iter().rposition(matters).map_or(0, |last| last + 1)
}

struct Ordering<'a, F> {
    literals: &'a [Literal],
    version: F,
    bound: Vec<bool>,
    /// The literals that have no step yet, as written.
    left: Vec<usize>,
    steps: Vec<Step>,
}

impl<F: Fn(usize) -> Version> Ordering<'_, F> {
    fn is_bound(&self, variable: VariableId) -> bool {
        self.bound[variable.index()]
    }

    /// The sentence with the most columns known; of equal ones the one that leaves the fewest open, then the first.
    fn next(&self) -> Option<usize> {
        let known = |term: &Term| match term {
            Term::Variable(variable) => self.is_bound(*variable),
            Term::Value(_) => true,
            Term::Something | Term::Unmentioned => false,
        };
        let cost = |position: &usize| {
            let Literal::Holds(atom) = &self.literals[*position] else { return None };
            let bound = atom.terms.iter().filter(|term| known(term)).count();
            Some((std::cmp::Reverse(bound), atom.terms.len() - bound, *position))
        };
        self.left.iter().filter_map(cost).min().map(|(_, _, position)| position)
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
        Lookup { relation: atom.relation, version, key_columns, key, columns }
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
                };
                if let Some(step) = step {
                    if let Step::Bind { variable, .. } = &step {
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

    fn comparison(&self, comparison: &Comparison) -> Option<Step> {
        let known = |operand: Operand| match operand {
            Operand::Variable(variable) => self.is_bound(variable),
            Operand::Value(_) => true,
        };
        let Comparison { left, comparator, right, .. } = *comparison;
        match (known(left), known(right), left, right) {
            (true, true, ..) => Some(Step::Compare(*comparison)),
            (false, true, Operand::Variable(variable), value) | (true, false, value, Operand::Variable(variable))
                if comparator == Comparator::Equal =>
            {
                Some(Step::Bind { variable, value })
            }
            _ => None,
        }
    }
}
