//! Giving memory back without letting anybody wait for it: what an interrupt leaves of a large computation is freed by a thread of its own.

use std::thread;

/// Frees what is not needed any more, meanwhile. It should be large: a thread costs more than freeing a little.
pub(crate) fn discard(what: impl Send + 'static) {
    // Where there can be no thread, the closure is dropped here, and with it what it holds.
    let _ = thread::Builder::new().spawn(move || drop(what));
}
