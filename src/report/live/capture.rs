//! Reports of live trees.

use super::text::{address, limit};
use super::{Builder, Entry};
use crate::error::Error;
use crate::id::NodeId;
use crate::report::{Parents, Report};
use crate::tree::{Seen, Sight, Tree};

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
        let top = node.into();
        let mut sights = self.sights(top)?;
        let first = sights.next().expect("a walk begins with its top");
        let mut builder = Builder::new(entry(&first.node, first.node.name().as_bytes(), 0));
        let mut claimed = Vec::new();
        for Sight { depth, node, is_reference, .. } in sights {
            builder.leave_to(depth);
            if is_reference {
                builder.push_reference(node.name().as_bytes(), address(node.id()));
                continue;
            }
            let claims = node.claims();
            builder.push(entry(&node, node.name().as_bytes(), claims));
            claimed.extend(std::iter::repeat_n(node, if top == self.root() { claims as usize } else { 0 }));
        }
        // Claims from outside are the root's, as those of `talloc_increase_ref_count` are.
        builder.leave_to(1);
        for node in claimed {
            builder.push_reference(node.name().as_bytes(), address(node.id()));
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
}

fn entry<'t>(node: &Seen<'t>, name: &'t [u8], claims: u32) -> Entry<'t> {
    let entry = Entry::new(name)
        .bytes(node.bytes())
        .reference_count(node.references().saturating_add(claims))
        .standing(node.standing())
        .type_name(node.type_name())
        .origin(node.origin())
        .address(address(node.id()));
    match node.budget() {
        Some(usage) => entry.memlimit(limit(&usage)),
        None => entry,
    }
}
