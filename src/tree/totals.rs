//! Sizes, of one node and of whole subtrees.

use super::Tree;
use crate::error::Error;
use crate::id::NodeId;

/// # Sizes and counts
impl Tree {
    /// A node's own bytes: the size of its type, of its elements or of its text. O(1).
    ///
    /// What a value owns outside the tree, such as the buffer of a `Vec`, is not in it.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_get_size")]
    #[doc(alias = "talloc_array_length")]
    pub fn size(&self, node: impl Into<NodeId>) -> Result<usize, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.item(key).size as usize)
    }

    /// The bytes of a node and all below it. O(subtree).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_total_size")]
    pub fn total_size(&self, node: impl Into<NodeId>) -> Result<usize, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.topology.preorder(key).map(|key| self.item(key).size as usize).sum())
    }

    /// How many entries a subtree has: the node, all nodes below it, and one for each reference they hold. Claims from
    /// outside the tree are the root's: [`ref_count`](Self::ref_count) of each node. O(subtree).
    ///
    /// [`descendants`](Self::descendants) counts nodes alone.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_total_blocks")]
    pub fn total_blocks(&self, node: impl Into<NodeId>) -> Result<usize, Error> {
        let key = self.resolve(node.into())?;
        let entries = self.topology.preorder(key);
        if key != self.topology.root() {
            return Ok(entries.count());
        }
        let with_claims = |key| self.claims_from_outside(key);
        Ok(entries.map(with_claims).map(|(retained, strong)| 1 + retained as usize + strong as usize).sum())
    }
}
