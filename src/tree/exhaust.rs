//! What happens when memory runs out.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Tree;
use crate::error::Error;
use crate::id::NodeKey;
use crate::memory::AllocError;

/// Called when memory has run out, before the tree panics.
pub(crate) type OnExhaustion = Box<dyn FnMut(&Tree, &Error) + Send>;

impl Tree {
    /// What a request for `node` has failed with. If the tree has been told so, it does not get back to the caller.
    #[cold]
    pub(super) fn out_of_memory(&mut self, node: NodeKey, error: AllocError) -> Error {
        let error = match error {
            AllocError::Full => Error::Full { what: "blocks" },
            AllocError::Alignment { align } => Error::Alignment { align },
            AllocError::TooLarge { asked, limit } => Error::TooLarge { asked, limit },
            AllocError::TooDeep { limit } => return Error::TooDeep { limit },
            AllocError::Exhausted { asked, left } => self.exhausted(node, asked, left),
            // No allocator has a reason to answer a request so; one of the user's that does has nothing to give.
            _ => self.exhausted(node, 0, 0),
        };
        if let Some(mut handler) = self.hooks.on_exhaustion.take() {
            let outcome = catch_unwind(AssertUnwindSafe(|| handler(self, &error)));
            self.hooks.on_exhaustion = Some(handler);
            match outcome {
                Ok(()) => panic!("{error}"),
                Err(panic) => resume_unwind(panic),
            }
        }
        error
    }

    fn exhausted(&self, node: NodeKey, asked: usize, left: usize) -> Error {
        let allocator = self.memory.last_resort(self.item(node).zone).kind().name();
        Error::OutOfMemory { node: self.id(node), allocator, asked, left }
    }
}
