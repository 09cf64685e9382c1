//! Sorting that can be stopped: in runs that are merged, with a look at whoever interrupts between them.

use std::cmp::Ordering;

use super::Interrupt;
use crate::discard::discard_pieces;

/// So many items are sorted or merged before somebody who interrupts is heard: some milliseconds, also for names.
const PATIENCE: usize = 1 << 13;

/// The items in order, equal ones as they were; after an interrupt in no order, and perhaps not all of them.
pub(crate) fn sorted<T: Send + 'static>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering, interrupt: &Interrupt) -> Vec<T> {
    let (mut left, mut runs) = (items.into_iter(), Vec::new());
    loop {
        let mut run: Vec<T> = left.by_ref().take(PATIENCE).collect();
        if run.is_empty() || interrupt.is_raised() {
            break;
        }
        run.sort_by(&compare);
        runs.push(run);
    }
    if interrupt.is_raised() {
        discard_pieces((left, runs));
        return Vec::new();
    }
    while runs.len() > 1 {
        let (mut unmerged, mut merged_runs) = (runs.into_iter(), Vec::new());
        while let Some(one) = unmerged.next() {
            merged_runs.push(match unmerged.next() {
                Some(other) => merged(one, other, &compare, interrupt),
                None => one,
            });
        }
        runs = merged_runs;
    }
    runs.pop().unwrap_or_default()
}

fn merged<T: Send + 'static>(one: Vec<T>, other: Vec<T>, compare: &impl Fn(&T, &T) -> Ordering, interrupt: &Interrupt) -> Vec<T> {
    let mut all = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    while !(all.len().is_multiple_of(PATIENCE) && interrupt.is_raised()) {
        let next = match (one.peek(), other.peek()) {
            (Some(first), Some(second)) if compare(first, second).is_gt() => other.next(),
            (None, _) => other.next(),
            (Some(_), _) => one.next(),
        };
        let Some(next) = next else { break };
        all.push(next);
    }
    if interrupt.is_raised() {
        discard_pieces((one, other));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knuth's MMIX generator: the same numbers in every run.
    fn numbers(count: usize) -> Vec<(u64, usize)> {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 52
        };
        (0..count).map(|place| (next(), place)).collect()
    }

    #[test]
    fn it_sorts_and_equal_items_stay_in_order() {
        for count in [0, 1, 2, PATIENCE, PATIENCE + 1, 5 * PATIENCE + 7] {
            let mut expected = numbers(count);
            expected.sort_unstable();
            assert_eq!(sorted(numbers(count), |one, other| one.0.cmp(&other.0), &Interrupt::default()), expected);
        }
    }

    #[test]
    fn an_interrupt_ends_it() {
        let interrupt = Interrupt::default();
        let compared = std::cell::Cell::new(0_usize);
        let compare = |one: &(u64, usize), other: &(u64, usize)| {
            compared.set(compared.get() + 1);
            if compared.get() == 100_000 {
                interrupt.raise();
            }
            one.cmp(other)
        };
        sorted(numbers(200_000), compare, &interrupt);
        // A run takes about a hundred thousand comparisons, merging one for each item.
        assert!(compared.get() < 300_000, "{} comparisons", compared.get());
    }
}
