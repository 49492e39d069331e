//! The end of a tree.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Tree;
use super::cascade::Cascade;

impl Drop for Tree {
    fn drop(&mut self) {
        let mut panic = None;
        if let Some(last_look) = self.hooks.on_drop.take() {
            panic = catch_unwind(AssertUnwindSafe(|| last_look(self))).err();
        }
        // With nothing to run for anybody, columns and pages go as they are.
        let guarded = self.rare.iter().any(|rare| rare.destructor.is_some() || rare.cleanups.is_some());
        if guarded || self.hooks.observing() || self.kinds.any_needs_drop() {
            let outcome = catch_unwind(AssertUnwindSafe(|| Cascade::free_last(self)));
            panic = panic.or(outcome.err());
        }
        if let Some(panic) = panic
            && !std::thread::panicking()
        {
            resume_unwind(panic);
        }
    }
}
