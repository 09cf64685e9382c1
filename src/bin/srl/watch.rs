//! The limits on time and memory: a thread of its own looks at the clock and at what the program takes, and interrupts the model.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use srl::{Cause, Interrupt};

use crate::args::Options;

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(10);

/// Watches a model for as long as it is there.
#[derive(Debug)]
pub(crate) struct Watch {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Lets a model be interrupted by the limits that the options give.
    pub(crate) fn over(interrupt: Interrupt, options: &Options) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let limits = Limits { time: options.max_time, memory: options.max_memory };
        let is_unlimited = limits.time.is_none() && limits.memory.is_none();
        let thread = (!is_unlimited).then(|| {
            let is_over = Arc::clone(&is_over);
            thread::spawn(move || watch(&interrupt, limits, &is_over))
        });
        Self { is_over, thread }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    time: Option<Duration>,
    /// In mebibytes.
    memory: Option<u32>,
}

fn watch(interrupt: &Interrupt, limits: Limits, is_over: &AtomicBool) {
    let mut seen = None;
    let mut since = Instant::now();
    while !is_over.load(Ordering::Relaxed) {
        thread::sleep(EVERY);
        let work = interrupt.work();
        if work != seen {
            (seen, since) = (work, Instant::now());
        }
        if work.is_none() || interrupt.is_raised() {
            continue;
        }
        if let Some(time) = limits.time.filter(|time| since.elapsed() >= *time) {
            interrupt.stop(Cause::Time(u32::try_from(time.as_millis()).unwrap_or(u32::MAX)));
        } else if let Some(most) = limits.memory.filter(|most| taken().is_some_and(|taken| taken >= *most)) {
            interrupt.stop(Cause::Memory(most));
        }
    }
}

/// How many mebibytes this program takes.
fn taken() -> Option<u32> {
    let bytes = memory_stats::memory_stats()?.physical_mem;
    u32::try_from(bytes >> 20).ok()
}
