//! What one statement or question may take of time and memory. A session shows and changes it; whoever runs the session watches over it,
//! since only a thread beside it can.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::Thread;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// Limits on time and memory; its clones are one. No limit is no number.
#[derive(Clone, Debug, Default)]
pub struct Bounds(Arc<Shared>);

/// 0 is no limit.
#[derive(Debug, Default)]
struct Shared {
    milliseconds: AtomicU32,
    mebibytes: AtomicU32,
    /// Who watches over them, and has to know at once when they change.
    watcher: OnceLock<Thread>,
}

impl Bounds {
    /// Limits to begin with.
    pub fn new(milliseconds: Option<u32>, mebibytes: Option<u32>) -> Self {
        let bounds = Self::default();
        bounds.set_time(milliseconds);
        bounds.set_memory(mebibytes);
        bounds
    }

    /// The most milliseconds that one statement or question may take.
    pub fn time(&self) -> Option<u32> {
        Some(self.0.milliseconds.load(Ordering::Relaxed)).filter(|milliseconds| *milliseconds > 0)
    }

    /// The most mebibytes that may be taken.
    pub fn memory(&self) -> Option<u32> {
        Some(self.0.mebibytes.load(Ordering::Relaxed)).filter(|mebibytes| *mebibytes > 0)
    }

    /// Lets a thread that has parked itself go on whenever they change. There is one such thread at most.
    pub fn are_watched_by(&self, thread: Thread) {
        // Whoever came first stays.
        let _ = self.0.watcher.set(thread);
    }

    pub(super) fn set_time(&self, milliseconds: Option<u32>) {
        self.0.milliseconds.store(milliseconds.unwrap_or(0), Ordering::Relaxed);
        self.have_changed();
    }

    pub(super) fn set_memory(&self, mebibytes: Option<u32>) {
        self.0.mebibytes.store(mebibytes.unwrap_or(0), Ordering::Relaxed);
        self.have_changed();
    }

    fn have_changed(&self) {
        self.0.watcher.get().into_iter().for_each(Thread::unpark);
    }
}

/// A time of at least a millisecond, given in seconds: `30`, `0.5`, `2s`; in milliseconds.
///
/// # Errors
/// What to write instead.
pub fn seconds(text: &str) -> Result<u32, &'static str> {
    let seconds = text.strip_suffix('s').unwrap_or(text).trim_end().parse::<Decimal>().ok();
    let milliseconds = seconds.and_then(|seconds| seconds.checked_mul(Decimal::ONE_THOUSAND)).and_then(|time| time.trunc().to_u32());
    milliseconds.filter(|milliseconds| *milliseconds > 0).ok_or("write a number of seconds, such as 30 or 0.5")
}

/// An amount of memory, in mebibytes: `512`, `512M`, `4G`.
///
/// # Errors
/// What to write instead.
pub fn mebibytes(text: &str) -> Result<u32, &'static str> {
    let text = text.trim_end_matches(['B', 'b']).trim_end_matches('i');
    let (number, factor) = match text.strip_suffix(['G', 'g']) {
        Some(number) => (number, 1_024),
        None => (text.strip_suffix(['M', 'm']).unwrap_or(text), 1),
    };
    let size = number.trim_end().parse::<u32>().ok().and_then(|number| number.checked_mul(factor));
    size.filter(|size| *size > 0).ok_or("write a size such as 512M or 4G")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_read() {
        assert_eq!(seconds("0.5"), Ok(500));
        assert_eq!(seconds("2 s"), Ok(2_000));
        assert!(["0", "-1", "soon", "9999999", "1e99", ""].iter().all(|text| seconds(text).is_err()));
        assert_eq!([mebibytes("7"), mebibytes("512M"), mebibytes("4 GiB")], [Ok(7), Ok(512), Ok(4_096)]);
        assert!(["0", "1kb", "-1", "9999999G", ""].iter().all(|text| mebibytes(text).is_err()));
    }

    #[test]
    fn clones_are_one() {
        let bounds = Bounds::new(None, Some(512));
        let other = bounds.clone();
        other.set_time(Some(3_000));
        other.set_memory(None);
        assert_eq!((bounds.time(), bounds.memory()), (Some(3_000), None));
    }
}
