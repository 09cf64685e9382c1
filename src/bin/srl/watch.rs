//! The limits on time and memory: a thread of its own looks at the clock and at what the program takes, and interrupts the model.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use srl::session::Bounds;
use srl::{Cause, Interrupt};

use crate::args::Options;

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(10);

/// Nor is it looked more often than that.
const AT_LEAST: Duration = Duration::from_millis(1);

/// How often, as long as there is nothing to look for.
const SELDOM: Duration = Duration::from_millis(200);

/// Watches a model for as long as it is there.
#[derive(Debug)]
pub(crate) struct Watch {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Lets a model be interrupted by the limits that the options give.
    pub(crate) fn over(interrupt: Interrupt, options: &Options) -> Self {
        let bounds = Bounds::new(options.max_time, options.max_memory);
        if is_unlimited(&bounds) {
            return Self { is_over: Arc::default(), thread: None };
        }
        Self::over_changing(interrupt, &bounds)
    }

    /// The same by limits that may be set and changed later.
    pub(crate) fn over_changing(interrupt: Interrupt, bounds: &Bounds) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        let watched = bounds.clone();
        let thread = thread::spawn(move || watch(&interrupt, &watched, &ends));
        bounds.are_watched_by(thread.thread().clone());
        Self { is_over, thread: Some(thread) }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn is_unlimited(bounds: &Bounds) -> bool {
    bounds.time().is_none() && bounds.memory().is_none()
}

fn watch(interrupt: &Interrupt, bounds: &Bounds, is_over: &AtomicBool) {
    let mut seen = None;
    let mut since = Instant::now();
    while !is_over.load(Ordering::Relaxed) {
        let left = |time: u32| Duration::from_millis(time.into()).saturating_sub(since.elapsed()).clamp(AT_LEAST, EVERY);
        let until_next = bounds.time().filter(|_| seen.is_some()).map_or(EVERY, left);
        thread::park_timeout(if is_unlimited(bounds) { SELDOM } else { until_next });
        let work = interrupt.work();
        if work != seen {
            (seen, since) = (work, Instant::now());
        }
        if work.is_none() || interrupt.is_raised() {
            continue;
        }
        if let Some(time) = bounds.time().filter(|time| since.elapsed() >= Duration::from_millis((*time).into())) {
            interrupt.stop(Cause::Time(time));
        } else if let Some(most) = bounds.memory().filter(|most| taken().is_some_and(|taken| taken >= *most)) {
            interrupt.stop(Cause::Memory(most));
        }
    }
}

/// How many mebibytes this program takes.
fn taken() -> Option<u32> {
    let bytes = memory_stats::memory_stats()?.physical_mem;
    u32::try_from(bytes >> 20).ok()
}
