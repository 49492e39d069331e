//! Tests that nothing grows.

use super::amount::Amount;
use crate::report::{Naming, Report};

impl Report {
    /// Does nothing if no name path has more records or bytes in `later` than here. O(records).
    ///
    /// For tests of programs that should give back what they take: capture a report, let the program work, capture another.
    /// Paths that differ in [numbers](Naming::Normal) only are the same.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let before = tree.report(tree.root())?;
    /// let request = tree.context(tree.root(), "request")?;
    /// tree.free(request)?;
    /// before.assert_no_growth(&tree.report(tree.root())?);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If something grew, with a table of what did.
    #[track_caller]
    pub fn assert_no_growth(&self, later: &Self) {
        let diff = self.diff(later);
        let grown = diff.paths(Naming::Normal).only(|row| {
            let Amount { count, self_bytes, self_blocks, .. } = row.delta();
            count > 0 || self_bytes > 0 || self_blocks > 0
        });
        assert!(grown.rows().is_empty(), "there is more than before\n{grown}");
    }
}
