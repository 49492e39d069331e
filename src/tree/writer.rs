//! Writing to a text bit by bit.

use std::fmt;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use super::Tree;
use crate::error::Error;
use crate::id::Handle;

/// Appends to a text whatever is written: made by [`Tree::writer`].
///
/// Each write takes effect at once, so what was written before a failure or a panic stays. After a failed write
/// nothing more is written. `write!` only says *that* it failed; [`finish`](Self::finish) says why. An observer is told of the new
/// size when the writer goes, once.
pub struct TextWriter<'t> {
    tree: &'t mut Tree,
    /// Resizable, and so it stays: the tree is borrowed.
    text: Handle<str>,
    /// The size the text had.
    from: u32,
    /// Where the writer was made: who asks for memory, if asked.
    origin: &'static Location<'static>,
    error: Option<Error>,
}

impl<'t> TextWriter<'t> {
    pub(super) fn new(tree: &'t mut Tree, text: Handle<str>, from: u32, origin: &'static Location<'static>) -> Self {
        Self { tree, text, from, origin, error: None }
    }

    /// Ends the writing, and says why a write failed, if one did. A value that gave up by itself is no failed write:
    /// of that only `write!` tells. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] where the text would have become larger than [`Tree::MAX_BYTES`]; [`Error::OutOfMemory`] where
    /// the node's allocator refused.
    pub fn finish(mut self) -> Result<(), Error> {
        self.error.take().map_or(Ok(()), Err)
    }
}

impl fmt::Write for TextWriter<'_> {
    #[inline]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if self.error.is_some() {
            return Err(fmt::Error);
        }
        match self.tree.extend_text(self.text, [piece], self.origin) {
            Ok(_) => Ok(()),
            Err(error) => {
                self.error = Some(error);
                Err(fmt::Error)
            }
        }
    }
}

impl Drop for TextWriter<'_> {
    /// # Panics
    ///
    /// If the observer does, unless there is a panic on its way already.
    fn drop(&mut self) {
        let told = catch_unwind(AssertUnwindSafe(|| {
            // A budget's handler may have freed the text.
            if self.tree.contains(self.text) {
                self.tree.resized(self.text.id().key, self.from);
            }
        }));
        if let Err(panic) = told
            && !std::thread::panicking()
        {
            resume_unwind(panic);
        }
    }
}

impl fmt::Debug for TextWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextWriter").field("text", &self.text).field("error", &self.error).finish_non_exhaustive()
    }
}
