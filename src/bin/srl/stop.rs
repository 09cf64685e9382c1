//! Ctrl-C while scripts run: what is being computed ends with an error, nothing half done is left behind, and the exit status is 130.
//! The prompt has a handler of its own, since there Ctrl-C ends nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use srl::Interrupt;

use crate::Status;

static IS_STOPPED: AtomicBool = AtomicBool::new(false);

/// The interrupt of the model that runs now.
static CURRENT: Mutex<Option<Interrupt>> = Mutex::new(None);

/// Lets Ctrl-C stop what [`over`] names. Where nothing is computed, or for a second time, it ends the program at once.
pub(crate) fn listen() {
    // Without a handler Ctrl-C ends the program, too.
    let _ = ctrlc::set_handler(|| {
        let current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        let at_work = current.as_ref().filter(|interrupt| interrupt.work().is_some());
        match at_work.filter(|_| !IS_STOPPED.swap(true, Ordering::Relaxed)) {
            Some(interrupt) => interrupt.raise(),
            None => end(),
        }
    });
}

#[expect(clippy::exit, reason = "nothing is under way that could be ended in order")]
fn end() {
    std::process::exit(i32::from(Status::Interrupted as u8));
}

/// From now on Ctrl-C stops this.
pub(crate) fn over(interrupt: Interrupt) {
    *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = Some(interrupt);
}

/// Whether Ctrl-C was pressed: nothing more is to be begun.
pub(crate) fn is_stopped() -> bool {
    IS_STOPPED.load(Ordering::Relaxed)
}
