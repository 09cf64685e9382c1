//! Giving memory back without letting anybody wait for it: what an interrupt leaves of a large computation is freed by a thread of its own.

use core::time::Duration;
use std::thread;

/// Freeing more words than these, or rows of some words, takes milliseconds.
pub(crate) const MANY: usize = 1 << 20;

/// When [`discard_pieces`] begins.
const LATER: Duration = Duration::from_millis(100);

/// Frees what is not needed any more, meanwhile. It should be large: a thread costs more than freeing a little.
pub(crate) fn discard(what: impl Send + 'static) {
    // Where there can be no thread, the closure is dropped here, and with it what it holds.
    let _ = thread::Builder::new().spawn(move || drop(what));
}

/// The same for what stands in very many small pieces of memory, such as rows of names. An allocator puts freed ones together when somebody next
/// asks for a large one, who would wait for that: so this begins when the error has been told.
pub(crate) fn discard_pieces(what: impl Send + 'static) {
    let _ = thread::Builder::new().spawn(move || {
        thread::sleep(LATER);
        drop(what);
    });
}
