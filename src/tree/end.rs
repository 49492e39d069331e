//! The end of a tree.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Tree;
use super::cascade::Cascade;

impl Drop for Tree {
    fn drop(&mut self) {
        // Nothing to run for anybody: the columns and pages go as they are.
        let guarded = self.rare.iter().any(|(_, rare)| rare.destructor.is_some() || rare.cleanups.is_some());
        if !guarded && !self.hooks.observing() && !self.kinds.any_needs_drop() {
            return;
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| Cascade::free_last(self)));
        if let Err(panic) = outcome
            && !std::thread::panicking()
        {
            resume_unwind(panic);
        }
    }
}
