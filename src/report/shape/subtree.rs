//! A part of a report.

use indextree::NodeId;

use super::Rebuild;
use crate::report::Report;

impl Report {
    /// The report of one node and all below it. O(records below it).
    ///
    /// References whose targets are elsewhere lose them. To find a node, [`walk`](Self::walk) the report.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let session = tree.context(tree.root(), "session")?;
    /// tree.bytes(session, 12)?;
    /// let report = tree.report(tree.root())?;
    /// let found = report.walk().find(|visit| visit.record.name() == b"session").expect("it was made above");
    /// assert_eq!(report.subtree(found.id), tree.report(session)?);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If `node` is no node of this report's [arena](Self::arena).
    #[must_use]
    pub fn subtree(&self, node: NodeId) -> Self {
        let mut rebuild = Rebuild::like(self);
        for visit in self.walk_from(node) {
            rebuild.copy(visit.depth, visit.id);
        }
        rebuild.finish()
    }
}
