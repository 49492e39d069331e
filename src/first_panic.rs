//! Panics of user code that wait until all is done.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The first panic of several pieces of user code, each of which is run whether others panic or not.
#[derive(Default)]
pub(crate) struct FirstPanic(Option<Box<dyn Any + Send>>);

impl FirstPanic {
    /// Runs what may be the user's code.
    pub(crate) fn guard<R>(&mut self, code: impl FnOnce() -> R) -> Option<R> {
        match catch_unwind(AssertUnwindSafe(code)) {
            Ok(result) => Some(result),
            Err(panic) => {
                self.keep(panic);
                None
            }
        }
    }

    /// Keeps a panic that has been caught, if it is the first.
    pub(crate) fn keep(&mut self, panic: Box<dyn Any + Send>) {
        self.0.get_or_insert(panic);
    }

    pub(crate) fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// All is done: the panic goes on.
    pub(crate) fn resume(self) {
        if let Some(panic) = self.0 {
            resume_unwind(panic);
        }
    }

    /// The same at the end of a `Drop`, where a second panic would end the program.
    pub(crate) fn resume_unless_panicking(self) {
        if !std::thread::panicking() {
            self.resume();
        }
    }
}
