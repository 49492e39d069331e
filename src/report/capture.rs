//! Reports of live trees.

use super::{Address, Builder, Entry, Parents, Report};
use crate::error::Error;
use crate::id::NodeId;
use crate::tree::Seen;
use crate::tree::Tree;

/// # Reports
impl Tree {
    /// Captures a node and everything below it, references included. O(subtree).
    ///
    /// The report is plain data, independent of the tree. It prints as talloc's full report, with a handle where
    /// that has an address; [`Report::brief`] and [`Report::text_at`] show less. A node that is
    /// [secret](Tree::set_secret) is called `[secret]`.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let session = tree.context(tree.root(), "session")?;
    /// let user = tree.alloc(session, [0u8; 48])?;
    /// tree.set_name(user, "struct user")?;
    /// assert_eq!(tree.report(session)?.to_string(), format!("\
    /// full talloc report on 'session' (total     48 bytes in   2 blocks)
    ///     struct user                    contains     48 bytes in   1 blocks (ref 0) {user}
    /// "));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_report")]
    #[doc(alias = "talloc_report_full")]
    #[doc(alias = "talloc_report_depth_file")]
    #[doc(alias = "talloc_report_depth_cb")]
    pub fn report(&self, node: impl Into<NodeId>) -> Result<Report, Error> {
        let node = node.into();
        let name = self.shown_name(node)?;
        let mut builder = Builder::new(self.entry(node, name.as_bytes())?);
        for seen in self.sights(node)?.skip(1) {
            match seen {
                Seen::Node(node) => {
                    let name = self.shown_name(node)?;
                    builder.push(self.entry(node, name.as_bytes())?);
                }
                Seen::Reference(target) => builder.push_reference(self.shown_name(target)?.as_bytes(), address(target)),
                Seen::End => builder.leave(),
            }
        }
        Ok(builder.finish())
    }

    /// The names from a node up to the root, as talloc lists them. O(depth).
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let request = tree.context(tree.root(), "request")?;
    /// assert_eq!(tree.parents_report(request)?.to_string(), "talloc parents of 'request'\n\t'request'\n\t'root'\n");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_show_parents")]
    pub fn parents_report(&self, node: impl Into<NodeId>) -> Result<Parents, Error> {
        let node = node.into();
        let chain = std::iter::once(node).chain(self.ancestors(node)?);
        chain.map(|node| Ok(self.shown_name(node)?.into_owned())).collect()
    }

    fn entry<'n>(&self, node: NodeId, name: &'n [u8]) -> Result<Entry<'n>, Error> {
        Ok(Entry::new(name)
            .bytes(self.size(node)? as u64)
            .reference_count(self.reference_count(node)? as u32)
            .type_name(self.type_name(node)?)
            .origin(self.origin(node)?)
            .address(address(node)))
    }
}

fn address(node: NodeId) -> Address<'static> {
    Address::Handle { index: node.key.index(), version: node.key.generation() }
}
