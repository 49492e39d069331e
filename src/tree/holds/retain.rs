//! Counts: nodes that live as long as they are retained.

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use super::hold::TOO_MANY;
use crate::error::{Error, Rejected};
use crate::id::{Handle, MaybeNode, NodeId};
use crate::tree::cascade::Cascade;
use crate::tree::create::size_of_value;
use crate::tree::{Released, Standing, Tree};

/// # Counts
impl Tree {
    /// Makes a node at count zero: a child of the root that nobody owns yet. O(1).
    ///
    /// It *floats* until somebody claims it: by [`retain`](Self::retain) or [`strong`](Self::strong), which keep it as
    /// long as they last, or by moving it below an owner, which makes it an ordinary node. So it can be handed
    /// straight to a function that retains it. [`release`](Self::release) of a floating node frees it.
    ///
    /// ```
    /// # use freehold::{Error, Released, Tree};
    /// # let mut tree = Tree::new();
    /// let stream = tree.floating("stream")?;
    /// assert!(tree.is_floating(stream)? && tree.ref_count(stream)? == 0);
    /// tree.retain(stream)?;
    /// tree.retain(stream)?;
    /// assert_eq!(tree.release(stream)?, Released::Claim);
    /// assert!(matches!(tree.release(stream)?, Released::Freed(freed) if freed.nodes() == 1));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`alloc`](Self::alloc) under the root.
    #[track_caller]
    pub fn floating<T: Send + 'static>(&mut self, value: T) -> Result<Handle<T>, Rejected<T>> {
        self.floating_in(self.root(), value, Location::caller())
    }

    pub(crate) fn floating_in<T: Send + 'static>(
        &mut self,
        parent: NodeId,
        value: T,
        origin: &'static Location<'static>,
    ) -> Result<Handle<T>, Rejected<T>> {
        let prepared = match self.prepare(parent, size_of_value::<T>(), |tree| tree.kinds.of_value::<T>()) {
            Ok(prepared) => prepared,
            Err(error) => return Err(Rejected::new(value, error)),
        };
        let handle = self.insert_untold(prepared, None, value, origin)?;
        self.set_counted(handle.id().key, true);
        self.created(handle.id().key, parent.key);
        Ok(handle)
    }

    /// Claims a node from outside the tree: one claim more, to be given up by [`release`](Self::release). O(1).
    ///
    /// A node that is claimed can't be freed by name. If its parent goes, it lives on below the root, and goes with
    /// its last claim. No free uses the claim up, as it does a [reference](Self::reference) of the root.
    /// [`retained`](Self::retained) is the guard for a block.
    ///
    /// ```
    /// # use freehold::{Error, Tree};
    /// # let mut tree = Tree::new();
    /// let session = tree.context(tree.root(), "session")?;
    /// let stream = tree.alloc(session, 1)?;
    /// tree.retain(stream)?;
    /// assert_eq!(
    ///     tree.free(stream).unwrap_err().to_string(),
    ///     format!("node {stream} is held by 1 claim (1 retained, 0 strong): release it first"),
    /// );
    /// tree.free(session)?;
    /// assert_eq!(tree.parent(stream)?, Some(tree.root()));
    /// tree.release(stream)?;
    /// assert!(!tree.contains(stream));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Root`]; [`Error::Full`] if it can't be claimed any more often; [`Error::Stale`], [`Error::Foreign`] or
    /// [`Error::Dying`].
    #[doc(alias = "talloc_increase_ref_count")]
    #[doc(alias = "g_object_ref")]
    #[doc(alias = "ref")]
    pub fn retain(&mut self, node: impl Into<NodeId>) -> Result<(), Error> {
        self.settle_waiting();
        let key = self.resolve_holdable(node.into())?;
        let (retained, _) = self.claims_from_outside(key);
        let retained = retained.checked_add(1).ok_or(Error::Full { what: TOO_MANY })?;
        self.change_hold(key, |hold| hold.retained = retained);
        Ok(())
    }

    /// Gives up one claim that [`retain`](Self::retain) has made, or frees a floating node. `None` is nobody's node: nothing
    /// happens. O(1); for the last claim O(references to the node), with a look up from the holder of each, and what a free costs
    /// if it comes to that.
    ///
    /// The last claim on a node that nobody owns, and that has no strong claims, takes the node along: it is freed as
    /// by [`free`](Self::free). If there are references to it, the newest holder that lies outside takes over instead,
    /// whatever budgets say.
    ///
    /// ```
    /// # use freehold::{Error, Handle, Released, Tree};
    /// # let mut tree = Tree::new();
    /// let owned = tree.alloc(tree.root(), 1)?;
    /// tree.retain(owned)?;
    /// assert_eq!(tree.release(owned)?, Released::Claim); // its parent still owns it
    /// assert_eq!(
    ///     tree.release(owned).unwrap_err().to_string(),
    ///     format!("node {owned} has no claim to release: it was not retained, or was released as often"),
    /// );
    /// assert_eq!(tree.release(None::<Handle<i32>>)?, Released::Nothing);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NotRetained`] if there is no such claim; [`Error::Refused`] if it was the last and the destructor
    /// refuses: the claim then stays; [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`].
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free), when the node is freed.
    #[doc(alias = "g_object_unref")]
    #[doc(alias = "unref")]
    pub fn release(&mut self, node: impl MaybeNode) -> Result<Released, Error> {
        self.settle_waiting();
        node.maybe_node().map_or(Ok(Released::Nothing), |node| self.release_settled(node))
    }

    /// Gives up a claim of a node that is named. Drops of others have taken effect, as far as they may.
    pub(crate) fn release_settled(&mut self, node: NodeId) -> Result<Released, Error> {
        let key = self.resolve_live(node)?;
        let (retained, strong) = self.claims_from_outside(key);
        let owned = !self.is_counted(key);
        if retained == 0 && (owned || strong > 0) {
            return Err(Error::NotRetained { node });
        }
        self.change_hold(key, |hold| hold.retained = retained.saturating_sub(1));
        if retained > 1 || owned || strong > 0 {
            return Ok(Released::Claim);
        }
        if let Some(entry) = self.claim_from_beside(key) {
            return Ok(Released::Passed { to: self.hand_on(key, entry) });
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| Cascade::free(self, key).map(Released::Freed)));
        if retained == 1 && !matches!(outcome, Ok(Ok(_))) && self.resolve_live(node).is_ok() {
            self.change_hold(key, |hold| hold.retained = 1);
        }
        match outcome {
            // Another thread has claimed it meanwhile: look again.
            Ok(Err(Error::Held { .. })) => self.release_settled(node),
            Ok(outcome) => outcome,
            Err(panic) => resume_unwind(panic),
        }
    }

    /// How many claims from outside the tree a node has: those that were retained, and the strong ones. A strong claim
    /// and its clones are one. References from within the tree are another number,
    /// [`reference_count`](Self::reference_count). O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn ref_count(&self, node: impl Into<NodeId>) -> Result<usize, Error> {
        let key = self.resolve(node.into())?;
        let (retained, strong) = self.claims_from_outside(key);
        Ok(retained as usize + strong as usize)
    }

    /// Whether nobody owns a node, and nobody claims it: it was not retained, and there is no strong claim on it and no
    /// reference to it. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn is_floating(&self, node: impl Into<NodeId>) -> Result<bool, Error> {
        Ok(self.standing(node)? == Standing::Floating)
    }

    /// Whether a node is owned by its parent, kept by claims alone, or floating. O(1).
    ///
    /// ```
    /// # use freehold::{Error, Standing, Tree};
    /// # let mut tree = Tree::new();
    /// let owner = tree.context(tree.root(), "owner")?;
    /// let node = tree.floating(1)?;
    /// assert_eq!(tree.standing(node)?, Standing::Floating);
    /// tree.retain(node)?;
    /// assert_eq!(tree.standing(node)?, Standing::Counted);
    /// tree.steal(owner, node)?;
    /// assert_eq!(tree.standing(node)?, Standing::Owned);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`].
    pub fn standing(&self, node: impl Into<NodeId>) -> Result<Standing, Error> {
        let key = self.resolve(node.into())?;
        Ok(self.standing_of(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_counted_no_further_than_their_number_goes() -> Result<(), Error> {
        let mut tree = Tree::new();
        let node = tree.floating(1)?;
        tree.change_hold(node.id().key, |hold| hold.retained = u32::MAX);
        let error = tree.retain(node).unwrap_err();
        assert_eq!(error.to_string(), "the tree is full: it can't number any more claims on one node");
        assert_eq!(tree.ref_count(node)?, u32::MAX as usize);
        let strong = tree.strong(node)?;
        assert_eq!(tree.release(node)?, Released::Claim);
        let held = Error::Held { node: node.id(), retained: u32::MAX - 1, strong: 1 };
        assert_eq!(tree.free(node), Err(held.clone()));
        assert!(held.to_string().contains("held by 4294967295 claims (4294967294 retained, 1 strong)"));
        drop(strong);
        Ok(())
    }
}
