//! A flag that stops an evaluation from outside: a signal handler, another thread, a watch on time or memory. Every long loop looks at it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stops what a [`crate::Model`] computes. Its clones are one flag; it stays raised until [`Self::clear`].
///
/// ```
/// let mut model = srl::Model::new();
/// model.tell("B provides hosting to C")?;
/// let interrupt = model.interrupt();
/// interrupt.raise(); // usually from another thread
/// let error = model.ask("who relies on whom?").unwrap_err();
/// assert_eq!(error.problems()[0].code(), "E0410");
/// interrupt.clear();
/// assert!(model.ask("who relies on whom?")?.holds());
/// # Ok::<(), srl::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Why it is raised, as [`Cause::code`]; 0 if it is not.
    cause: AtomicU64,
    /// How many pieces of work have begun, one in the other counted once.
    begun: AtomicU64,
    /// How many of them are at work now, one in the other.
    depth: AtomicU64,
    /// How many looks are left before it is raised, if somebody counts them.
    #[cfg(test)]
    looks: AtomicU64,
}

/// Nothing has been done, since an interrupt came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interrupted;

/// Why a computation is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody wants it.
    Request,
    /// It took longer than so many milliseconds.
    Time(u32),
    /// It took more than so many mebibytes of memory.
    Memory(u32),
}

impl Cause {
    fn code(self) -> u64 {
        match self {
            Self::Request => 1,
            Self::Time(milliseconds) => 2 | u64::from(milliseconds) << 32,
            Self::Memory(mebibytes) => 3 | u64::from(mebibytes) << 32,
        }
    }

    fn of(code: u64) -> Option<Self> {
        let amount = u32::try_from(code >> 32).unwrap_or(u32::MAX);
        match code & 3 {
            0 => None,
            1 => Some(Self::Request),
            2 => Some(Self::Time(amount)),
            _ => Some(Self::Memory(amount)),
        }
    }
}

impl Interrupt {
    /// Lets what is computed, and what is asked from here on, end with an error. May be called anywhere, also in a signal handler.
    pub fn raise(&self) {
        self.stop(Cause::Request);
    }

    /// The same for a reason, which the error tells.
    pub fn stop(&self, cause: Cause) {
        self.0.cause.store(cause.code(), Ordering::Relaxed);
    }

    /// Lets the model compute again.
    pub fn clear(&self) {
        self.0.cause.store(0, Ordering::Relaxed);
        #[cfg(test)]
        self.0.looks.store(0, Ordering::Relaxed);
    }

    /// Whether it is raised.
    #[inline]
    pub fn is_raised(&self) -> bool {
        #[cfg(test)]
        self.count_look();
        self.0.cause.load(Ordering::Relaxed) != 0
    }

    /// Raises it when somebody has looked at it so often, so that a test can stop a computation at each place where it can be stopped.
    #[cfg(test)]
    pub(crate) fn raise_after(&self, looks: u64) {
        self.0.looks.store(looks + 1, Ordering::Relaxed);
    }

    #[cfg(test)]
    fn count_look(&self) {
        let left = self.0.looks.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left == Ok(1) {
            self.raise();
        }
    }

    /// What each long loop asks now and then: an error once it is raised.
    #[inline]
    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        if self.is_raised() { Err(Interrupted) } else { Ok(()) }
    }

    /// The same items, until it is raised. Who goes through them [asks](Self::check) afterwards whether they were all.
    pub(crate) fn until<I: Iterator>(&self, items: I) -> impl Iterator<Item = I::Item> {
        items.take_while(|_| !self.is_raised())
    }

    /// Why it is raised.
    pub fn cause(&self) -> Option<Cause> {
        Cause::of(self.0.cause.load(Ordering::Relaxed))
    }

    /// The number of the statement or question that is being worked on; nothing if none is. It tells a watch how long one has taken.
    pub fn work(&self) -> Option<u64> {
        (self.0.depth.load(Ordering::Relaxed) > 0).then(|| self.0.begun.load(Ordering::Relaxed))
    }

    /// Work begins, and ends when this is dropped.
    pub(crate) fn at_work(&self) -> AtWork {
        if self.0.depth.fetch_add(1, Ordering::Relaxed) == 0 {
            self.0.begun.fetch_add(1, Ordering::Relaxed);
        }
        AtWork(self.0.clone())
    }
}

/// A piece of work that goes on.
#[derive(Debug)]
pub(crate) struct AtWork(Arc<State>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.depth.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_come_back_as_they_were() {
        let interrupt = Interrupt::default();
        for cause in [Cause::Request, Cause::Time(0), Cause::Time(u32::MAX), Cause::Memory(512)] {
            interrupt.stop(cause);
            assert_eq!(interrupt.cause(), Some(cause));
        }
        interrupt.clear();
        assert_eq!(interrupt.cause(), None);
    }

    #[test]
    fn work_inside_work_is_one_piece() {
        let interrupt = Interrupt::default();
        assert_eq!(interrupt.work(), None);
        let outer = interrupt.at_work();
        let inner = interrupt.at_work();
        assert_eq!(interrupt.work(), Some(1));
        drop(inner);
        assert_eq!(interrupt.work(), Some(1));
        drop(outer);
        assert_eq!(interrupt.work(), None);
        let _next = interrupt.at_work();
        assert_eq!(interrupt.work(), Some(2));
    }
}
