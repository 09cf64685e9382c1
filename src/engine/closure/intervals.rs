//! Sets of numbers as intervals, in ascending order and with gaps between them: few where the numbers of what belongs together lie side by
//! side.

/// From the first number up to the second one, which is left out.
pub(super) type Interval = [u32; 2];

/// How many numbers there are.
pub(super) fn count(intervals: &[Interval]) -> u64 {
    intervals.iter().map(|[start, end]| u64::from(end - start)).sum()
}

pub(super) fn contains(intervals: &[Interval], number: u32) -> bool {
    let place = intervals.partition_point(|[start, _]| *start <= number);
    place > 0 && number < intervals[place - 1][1]
}

/// Adds an interval, to the last one if it begins there or goes on from it.
#[inline]
pub(super) fn push(intervals: &mut Vec<Interval>, [start, end]: Interval) {
    match intervals.last_mut() {
        Some(last) if last[0] <= start && start <= last[1] => last[1] = last[1].max(end),
        _ => intervals.push([start, end]),
    }
}

/// Makes a set of intervals in any order.
pub(super) fn unite(intervals: &mut Vec<Interval>) {
    if intervals.is_sorted_by(|one, next| one[1] < next[0]) {
        return;
    }
    // What was gathered is made of runs in order, which this sort merges.
    intervals.sort_by_key(|[start, _]| *start);
    let mut kept = 0;
    for place in 1..intervals.len() {
        let [start, end] = intervals[place];
        let last = &mut intervals[kept];
        if start <= last[1] {
            last[1] = last[1].max(end);
        } else {
            kept += 1;
            intervals[kept] = [start, end];
        }
    }
    intervals.truncate(kept + 1);
}

/// What is in one of two sets, or in both. Nothing branches on which set goes on first, since that cannot be foreseen.
pub(super) fn union(one: &[Interval], other: &[Interval]) -> Vec<Interval> {
    let mut united = vec![[0; 2]; one.len() + other.len()];
    let (mut kept, mut start, mut behind) = (0, 0, 0);
    let mut take = |[next, end]: Interval| {
        let is_apart = next >= behind;
        kept += usize::from(is_apart);
        start = if is_apart { next } else { start };
        behind = behind.max(end + 1);
        united[kept - 1] = [start, behind - 1];
    };
    let (mut at, mut beside) = (0, 0);
    while let (Some(next), Some(after)) = (one.get(at), other.get(beside)) {
        let is_first = next[0] <= after[0];
        take(if is_first { *next } else { *after });
        at += usize::from(is_first);
        beside += usize::from(!is_first);
    }
    one[at..].iter().chain(&other[beside..]).for_each(|next| take(*next));
    united.truncate(kept);
    united
}

/// How many of the first ones a condition holds for, if it holds for no later one: found in steps that double, since it is often few.
fn first(intervals: &[Interval], holds: impl Fn(&Interval) -> bool) -> usize {
    let mut step = 1;
    while step < intervals.len() && holds(&intervals[step - 1]) {
        step *= 2;
    }
    let known = step / 2;
    known + intervals[known..intervals.len().min(step)].partition_point(holds)
}

/// What is in the first of two sets and not in the second one.
pub(super) fn difference(mut one: &[Interval], mut other: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    let mut gone_until = 0;
    while let Some(&[start, end]) = one.first() {
        let start = start.max(gone_until);
        other = &other[first(other, |[_, end]| *end <= start)..];
        let Some(&[gone, until]) = other.first().filter(|[gone, _]| *gone < end) else {
            let before = other.first().map_or(one.len(), |[gone, _]| first(one, |[_, end]| end <= gone));
            left.push([start, end]);
            left.extend_from_slice(&one[1..before]);
            one = &one[before..];
            continue;
        };
        if start < gone {
            left.push([start, gone]);
        }
        if until < end {
            gone_until = until;
        } else {
            one = &one[1..];
        }
    }
    left
}

/// What is in both of two sets.
pub(super) fn common(one: &[Interval], other: &[Interval]) -> Vec<Interval> {
    difference(one, &difference(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_what_lists_of_their_numbers_are() {
        let mut random = 5_u64;
        let mut below = |bound: u64| {
            // Knuth's MMIX generator: the same sets in every run.
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from((random >> 33) % bound).unwrap()
        };
        for _ in 0..500 {
            let mut sets = [Vec::new(), Vec::new()];
            let mut listed = [[false; 60]; 2];
            for (set, listed) in sets.iter_mut().zip(&mut listed) {
                for _ in 0..below(8) {
                    let start = below(50);
                    let end = start + 1 + below(9);
                    set.push([start, end]);
                    (start..end).for_each(|number| listed[number as usize] = true);
                }
                unite(set);
                assert!(set.is_sorted_by(|one, next| one[1] < next[0]), "{set:?}");
                assert!((0..60).all(|number| contains(set, number) == listed[number as usize]));
                assert_eq!(count(set), listed.iter().filter(|is_listed| **is_listed).count() as u64);
            }
            let [one, other] = &sets;
            let is_in = |set: usize, number: u32| listed[set][number as usize];
            let check = |made: &[Interval], is_expected: &dyn Fn(u32) -> bool| {
                assert!(made.is_sorted_by(|one, next| one[1] < next[0]), "{one:?} {other:?} {made:?}");
                assert!((0..60).all(|number| contains(made, number) == is_expected(number)), "{one:?} {other:?} {made:?}");
            };
            check(&union(one, other), &|number| is_in(0, number) || is_in(1, number));
            check(&difference(one, other), &|number| is_in(0, number) && !is_in(1, number));
            check(&common(one, other), &|number| is_in(0, number) && is_in(1, number));
        }
    }
}
