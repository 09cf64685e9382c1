//! What bounds the look at one file that a stranger has written: time and memory, watched by a thread of its own.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use srl::{Cause, Interrupt};

/// How often memory is looked at.
const EVERY: Duration = Duration::from_millis(20);

/// Stops what an interrupt stops, as long as it is there, when the time is over or too much memory taken.
pub(super) struct Deadline {
    over: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Deadline {
    /// From now on so long, with so many mebibytes more than the program takes already.
    pub(super) fn start(interrupt: Interrupt, time: Duration, memory: u32) -> Self {
        let (over, ended) = mpsc::channel();
        let start = Instant::now();
        let most = taken().unwrap_or_default().saturating_add(memory);
        let thread = thread::spawn(move || {
            while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                if start.elapsed() >= time {
                    interrupt.stop(Cause::Time(u32::try_from(time.as_millis()).unwrap_or(u32::MAX)));
                } else if taken().is_some_and(|taken| taken > most) {
                    interrupt.stop(Cause::Memory(memory));
                }
            }
        });
        Self { over: Some(over), thread: Some(thread) }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        drop(self.over.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// How many mebibytes this program takes.
fn taken() -> Option<u32> {
    u32::try_from(memory_stats::memory_stats()?.physical_mem >> 20).ok()
}
