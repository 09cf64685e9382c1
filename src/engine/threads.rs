//! Runs loops on several threads: each takes one part of the units after the other. What comes out is what one thread would give, in the
//! same order: rows are gathered part by part, those that are known already left out, and then added in the order of the parts.
//!
//! Who runs an evaluation says how many threads it may have; with one, the loops simply run.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::loops::{Loops, Sink};
use super::sink::NewRows;

/// Loops that begin with fewer rows are not worth it: threads have to begin and to wait for each other.
const MIN_ROWS: usize = 1 << 10;

/// The units are divided into so many parts for each thread, since some give more than others.
const PARTS: usize = 32;

/// So many rows are gathered between two additions, about: to add them takes some milliseconds, in which nobody who interrupts is heard.
const GATHERED: usize = 1 << 17;

/// So many rows tell whether most are new.
const FEW: usize = 1 << 12;

/// A part that gives more rows than this is left to one thread.
const MAX_GATHERED: usize = 1 << 22;

/// Whether it is worth it to go through loops on so many threads.
fn are_worth_it(threads: usize, loops: &Loops<'_>) -> bool {
    threads > 1 && loops.units() > threads && loops.rows() >= MIN_ROWS
}

/// Counts what loops give; of more than `max` results only so many that there are more.
pub(super) fn count(threads: usize, loops: &Loops<'_>, max: u64) -> u64 {
    if !are_worth_it(threads, loops) {
        return count_part(loops, 0..loops.units(), max);
    }
    let size = loops.units().div_ceil(threads * PARTS);
    divided(threads, 0..loops.units(), size, |part| count_part(loops, part, max)).into_iter().sum()
}

fn count_part(loops: &Loops<'_>, part: Range<usize>, max: u64) -> u64 {
    let mut counter = Counter { count: 0, max };
    loops.run(part, &mut counter);
    counter.count
}

/// Adds what loops give.
pub(super) fn add(threads: usize, loops: &Loops<'_>, sink: &mut NewRows<'_>) {
    if are_worth_it(threads, loops) {
        add_in_parts(threads, loops, sink);
    } else {
        run_alone(loops, 0..loops.units(), sink);
    }
}

fn add_in_parts(threads: usize, loops: &Loops<'_>, sink: &mut NewRows<'_>) {
    let units = loops.units();
    let largest = units.div_ceil(threads * PARTS);
    let (mut next, mut size) = (0, (largest / 8).max(1));
    while next < units && !loops.is_interrupted() {
        // Some parts for each thread at a time: what they find is known to the parts that come after.
        let end = units.min(next + size * threads * 4);
        let parts = divided(threads, next..end, size, |part| {
            let mut gathered = Gathered { known: &*sink, rows: Vec::new(), found: 0, is_full: false };
            loops.run(part.clone(), &mut gathered);
            let Gathered { rows, found, is_full, .. } = gathered;
            Part { units: part, rows, found, is_full }
        });
        let (found, gathered) =
            parts.iter().fold((0, 0), |(found, gathered), part| (found + part.found, gathered + part.rows.len() / sink.width()));
        for part in parts {
            let goes_on = if part.is_full { run_alone(loops, part.units, sink) } else { sink.add_all(&part.rows) };
            if !goes_on {
                return;
            }
        }
        next = end;
        // To add rows takes longer than to find them: where most are new, one thread does both.
        if found > FEW && gathered > found / 4 {
            run_alone(loops, next..units, sink);
            return;
        }
        size = if gathered < GATHERED / 2 {
            (size * 2).min(largest)
        } else if gathered > GATHERED {
            (size / 2).max(1)
        } else {
            size
        };
    }
}

fn run_alone(loops: &Loops<'_>, units: Range<usize>, sink: &mut NewRows<'_>) -> bool {
    loops.run(units, sink);
    !sink.are_too_many()
}

/// Does work for all parts of a range on so many threads; the results in the order of the parts.
fn divided<T: Send>(threads: usize, range: Range<usize>, size: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let count = range.len().div_ceil(size);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    let help = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            let start = range.start + number * size;
            let result = work(start..range.end.min(start + size));
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
}

/// Gathers the rows that are not known.
struct Gathered<'a> {
    known: &'a NewRows<'a>,
    rows: Vec<u32>,
    /// How many rows there were, those that are known included.
    found: usize,
    /// There was no room for all of them.
    is_full: bool,
}

impl Gathered<'_> {
    fn goes_on(&mut self) -> bool {
        self.is_full = self.rows.len() > MAX_GATHERED;
        !self.is_full
    }
}

impl Sink for Gathered<'_> {
    fn row(&mut self, row: &[u32]) -> bool {
        self.found += 1;
        if !self.known.knows(row) {
            self.rows.extend_from_slice(row);
        }
        self.goes_on()
    }

    fn rows(&mut self, row: &mut [u32], column: usize, values: &[u32]) -> bool {
        self.found += values.len();
        self.known.gather(row, column, values, &mut self.rows);
        self.goes_on()
    }
}

/// Counts results, all of which are different.
struct Counter {
    count: u64,
    max: u64,
}

impl Sink for Counter {
    #[inline]
    fn row(&mut self, _row: &[u32]) -> bool {
        self.count += 1;
        self.count <= self.max
    }

    fn rows(&mut self, _row: &mut [u32], _column: usize, values: &[u32]) -> bool {
        self.count += values.len() as u64;
        self.count <= self.max
    }
}
