//! Runs loops on several threads: each takes one part of the units after the other. What comes out is what one thread would give, in the
//! same order: rows are gathered part by part, those that are known already left out, and then added in the order of the parts.
//!
//! Who runs an evaluation says how many threads it may have; with one, the loops simply run.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::loops::{Loops, Sink, State};
use super::sink::NewRows;

/// So many steps are gone by one thread before others begin, and about so many in each part: threads have to begin and to wait for each other.
const STEPS: u64 = 1 << 16;

/// So many parts for each thread are gone through before what they found is added.
const PARTS: usize = 4;

/// So many rows are gathered between two additions, about: to add them takes some milliseconds, in which nobody who interrupts is heard.
const GATHERED: usize = 1 << 17;

/// So many rows tell whether most are new.
const FEW: usize = 1 << 12;

/// A part that gives more rows than this is left to one thread.
const MAX_GATHERED: usize = 1 << 22;

/// Counts what loops give; of more than `max` results only so many that there are more.
pub(super) fn count(threads: usize, loops: &Loops<'_>, max: u64) -> u64 {
    let mut counter = Counter { count: 0, max };
    let Some((next, size)) = begin(threads, loops, &mut counter) else { return counter.count };
    let counts = divided(threads, loops, next..loops.units(), size, |part, state| {
        let mut counter = Counter { count: 0, max };
        loops.run_on(part, state, &mut counter);
        counter.count
    });
    counter.count + counts.into_iter().sum::<u64>()
}

/// Adds what loops give.
pub(super) fn add(threads: usize, loops: &Loops<'_>, sink: &mut NewRows<'_>) {
    let units = loops.units();
    let Some((mut next, mut size)) = begin(threads, loops, sink) else { return };
    while next < units && !loops.is_interrupted() {
        // Some parts for each thread at a time: what they find is known to the parts that come after.
        let end = units.min(next + size * threads * PARTS);
        let parts = divided(threads, loops, next..end, size, |part, state| {
            let mut gathered = Gathered { known: &*sink, rows: Vec::new(), found: 0 };
            let steps = loops.run_on(part.clone(), state, &mut gathered);
            Part { is_full: !gathered.takes_more(), units: part, rows: gathered.rows, found: gathered.found, steps }
        });
        let (mut found, mut gathered, mut steps) = (0, 0, 0);
        for part in parts {
            (found, gathered, steps) = (found + part.found, gathered + part.rows.len() / sink.width(), steps + part.steps);
            let goes_on = if part.is_full { run_alone(loops, part.units, sink) } else { sink.add_all(&part.rows) };
            if !goes_on {
                return;
            }
        }
        // To add rows takes longer than to find them: where most are new, one thread does both.
        if found > FEW && gathered > found / 4 {
            run_alone(loops, end..units, sink);
            return;
        }
        size = if gathered > GATHERED { (size / 2).max(1) } else { part_of(end - next, steps) };
        next = end;
    }
}

/// Goes the first steps alone, which is all where there are few, or only one thread. Else it tells which unit comes next, and how many make a
/// part.
fn begin(threads: usize, loops: &Loops<'_>, sink: &mut impl Sink) -> Option<(usize, usize)> {
    let units = loops.units();
    if threads < 2 || units <= threads {
        loops.run(0..units, sink);
        return None;
    }
    let (mut next, mut size, mut steps) = (0, 1, 0);
    while steps < STEPS {
        let end = units.min(next + size);
        steps += loops.run(next..end, sink);
        if end == units || loops.is_interrupted() || !sink.takes_more() {
            return None;
        }
        (next, size) = (end, size * 2);
    }
    Some((next, part_of(next, steps)))
}

/// How many units have about as many steps as a part should have, where so many units have so many.
fn part_of(units: usize, steps: u64) -> usize {
    let size = units as u64 * STEPS / steps.max(1);
    usize::try_from(size).unwrap_or(usize::MAX).max(1)
}

fn run_alone(loops: &Loops<'_>, units: Range<usize>, sink: &mut NewRows<'_>) -> bool {
    loops.run(units, sink);
    sink.takes_more()
}

/// Does work for all parts of a range on so many threads; the results in the order of the parts. Each thread keeps what goes along the loops, since
/// that may be large.
fn divided<T: Send>(
    threads: usize,
    loops: &Loops<'_>,
    range: Range<usize>,
    size: usize,
    work: impl Fn(Range<usize>, &mut State) -> T + Sync,
) -> Vec<T> {
    let count = range.len().div_ceil(size);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    let help = || {
        let mut state = loops.state();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            let start = range.start + number * size;
            let result = work(start..range.end.min(start + size), &mut state);
            done.lock().expect("a thread that panics ends them all").push((number, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(count) {
            scope.spawn(help);
        }
        help();
    });
    let mut done = done.into_inner().expect("a thread that panics ends them all");
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// What a thread has found in some units.
struct Part {
    units: Range<usize>,
    rows: Vec<u32>,
    found: usize,
    is_full: bool,
    steps: u64,
}

/// Gathers the rows that are not known.
struct Gathered<'a> {
    known: &'a NewRows<'a>,
    rows: Vec<u32>,
    /// How many rows there were, those that are known included.
    found: usize,
}

impl Sink for Gathered<'_> {
    fn row(&mut self, row: &[u32]) {
        self.found += 1;
        if !self.known.knows(row) {
            self.rows.extend_from_slice(row);
        }
    }

    fn rows(&mut self, row: &mut [u32], column: usize, values: &[u32]) {
        self.found += values.len();
        self.known.gather(row, column, values, &mut self.rows);
    }

    fn takes_more(&self) -> bool {
        self.rows.len() <= MAX_GATHERED
    }
}

/// Counts results, all of which are different.
struct Counter {
    count: u64,
    max: u64,
}

impl Sink for Counter {
    #[inline]
    fn row(&mut self, _row: &[u32]) {
        self.count += 1;
    }

    fn rows(&mut self, _row: &mut [u32], _column: usize, values: &[u32]) {
        self.count += values.len() as u64;
    }

    fn takes_more(&self) -> bool {
        self.count <= self.max
    }
}
