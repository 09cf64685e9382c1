//! A flag that stops an evaluation from outside: a signal handler, another thread, a clock. Every long loop looks at it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Lets what is computed, and what is asked from here on, end with an error. May be called anywhere, also in a signal handler.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Lets the model compute again.
    pub fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Whether it is raised.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
