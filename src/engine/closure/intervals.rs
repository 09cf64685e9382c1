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

/// What is in one of two sets, or in both.
pub(super) fn union(one: &[Interval], other: &[Interval]) -> Vec<Interval> {
    let mut united = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    loop {
        let next = match (one.peek(), other.peek()) {
            (Some(first), Some(second)) if first <= second => one.next(),
            (_, Some(_)) => other.next(),
            (_, None) => one.next(),
        };
        let Some(next) = next else { return united };
        push(&mut united, *next);
    }
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
            let both = union(&sets[0], &sets[1]);
            assert!(both.is_sorted_by(|one, next| one[1] < next[0]), "{both:?}");
            assert!((0..60).all(|number| contains(&both, number) == (listed[0][number as usize] || listed[1][number as usize])));
        }
    }
}
