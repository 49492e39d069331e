//! Reports of live trees.

use super::{Address, Builder, Entry, MemLimit, Parents, Report};
use crate::error::Error;
use crate::id::NodeId;
use crate::tree::Seen;
use crate::tree::Tree;

/// # Reports
impl Tree {
    /// Captures a node and everything below it, references included. O(subtree).
    ///
    /// The report is plain data, independent of the tree. It prints as talloc's full report, with a handle where
    /// that has an address; [`Report::brief`] and [`Report::text_at`] show less. Claims from outside the tree
    /// ([`retain`](Self::retain), [`strong`](Self::strong)) count as references, and are listed after the root's children. A
    /// node that is [secret](Self::set_secret) is called `[secret]`, and one with a [budget](Self::set_budget) has its limit
    /// and use in bytes shown as those of a memory limit of talloc's, with 0 for no limit.
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
        let of_root = node == self.root();
        let name = self.shown_name(node)?;
        let mut builder = Builder::new(self.entry(node, name.as_bytes(), 0)?);
        let mut claimed = Vec::new();
        for seen in self.sights(node)?.skip(1) {
            match seen {
                Seen::Node(node) => {
                    let (name, claims) = (self.shown_name(node)?, self.ref_count(node)?);
                    builder.push(self.entry(node, name.as_bytes(), claims)?);
                    claimed.extend(std::iter::repeat_n(node, if of_root { claims } else { 0 }));
                }
                Seen::Reference(target) => builder.push_reference(self.shown_name(target)?.as_bytes(), address(target)),
                Seen::End => builder.leave(),
            }
        }
        // Claims from outside are the root's, as those of `talloc_increase_ref_count` are.
        for node in claimed {
            builder.push_reference(self.shown_name(node)?.as_bytes(), address(node));
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

    fn entry<'n>(&self, node: NodeId, name: &'n [u8], claims: usize) -> Result<Entry<'n>, Error> {
        let entry = Entry::new(name)
            .bytes(self.size(node)? as u64)
            .reference_count((self.reference_count(node)? + claims) as u32)
            .standing(self.standing(node)?)
            .type_name(self.type_name(node)?)
            .origin(self.origin(node)?)
            .address(address(node));
        Ok(match self.budget(node)? {
            Some(usage) => {
                // No limit is a limit of 0 in talloc.
                entry.memlimit(MemLimit { max_size: usage.bytes_limit.unwrap_or(0), cur_size: usage.bytes })
            }
            None => entry,
        })
    }
}

fn address(node: NodeId) -> Address<'static> {
    Address::Handle { index: node.key.index(), version: node.key.generation() }
}
