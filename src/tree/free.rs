//! Freeing, and taking values out.

use std::panic::Location;

use super::cascade::Cascade;
use super::item::flag;
use super::{Freed, LogKind, Taken, Tree};
use crate::error::Error;
use crate::id::NodeKey;
use crate::id::{Handle, NodeId};

/// # Freeing, and taking values out
impl Tree {
    /// Frees a node and everything below it. O(subtree), and for each reference to what is below a look up from its holder,
    /// or through the node that it holds if that is shorter.
    ///
    /// In talloc's order: the node's destructor, then its children, newest first, each the same way, then its
    /// cleanups, newest first, then its value is dropped. The result says how much went, and lists nodes below
    /// that did not: because a destructor refused, because somebody outside held a reference, or because they are claimed
    /// from outside the tree ([`retain`](Self::retain), [`strong`](Self::strong)).
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let request = tree.context(tree.root(), "request")?;
    /// let line = tree.strdup(request, "GET /")?;
    /// let freed = tree.free(request)?;
    /// assert_eq!((freed.nodes(), freed.bytes(), freed.is_complete()), (2, 5, true));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Nothing has changed then. [`Error::Refused`] if the node's own destructor refuses; [`Error::Shared`] if others
    /// hold references to it, also logged; [`Error::Held`] if it is claimed from outside; [`Error::Root`];
    /// [`Error::Dying`] if it is being freed already; [`Error::Stale`] or [`Error::Foreign`].
    ///
    /// # Panics
    ///
    /// If a destructor, a cleanup, a `Drop` or the observer panics: when the free is complete, with the first
    /// panic. Also if one of them puts another tree in this one's place.
    #[track_caller]
    #[doc(alias = "talloc_free")]
    #[doc(alias = "TALLOC_FREE")]
    pub fn free(&mut self, node: impl Into<NodeId>) -> Result<Freed, Error> {
        self.settle_waiting();
        let key = self.resolve_freeable(node.into(), Location::caller())?;
        Cascade::free(self, key)
    }

    /// Frees all children of a node, and not the node. Costs what [`free`](Self::free) does.
    ///
    /// Survivors go to the node's parent, or to a holder of a reference, as in [`free`](Self::free); at the root they
    /// stay, behind those that have not been tried. References that the node holds go too: in talloc they are children.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`].
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free).
    #[doc(alias = "talloc_free_children")]
    pub fn free_children(&mut self, node: impl Into<NodeId>) -> Result<Freed, Error> {
        self.settle_waiting();
        let key = self.resolve_parent(node.into())?;
        Ok(Cascade::free_children(self, key))
    }

    /// Takes a value out of its node. The node goes, with everything below it, but its destructor and cleanups are
    /// dropped without being called. Costs what [`free`](Self::free) does.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let node = tree.alloc(tree.root(), String::from("mine"))?;
    /// let taken = tree.take(node)?;
    /// assert_eq!(taken.value, "mine");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`free`](Self::free), but for refusals.
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free); the value is then lost.
    #[track_caller]
    pub fn take<T: Send + 'static>(&mut self, node: Handle<T>) -> Result<Taken<T>, Error> {
        self.take_value(node, false, Location::caller())
    }

    /// Frees a node as [`free`](Self::free) does, destructor and cleanups included, and gives its value back. Costs what
    /// that does.
    ///
    /// # Errors
    ///
    /// As [`free`](Self::free).
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free); the value is then lost.
    #[track_caller]
    pub fn free_into_value<T: Send + 'static>(&mut self, node: Handle<T>) -> Result<Taken<T>, Error> {
        self.take_value(node, true, Location::caller())
    }

    fn take_value<T: Send + 'static>(
        &mut self,
        node: Handle<T>,
        ask: bool,
        origin: &'static Location<'static>,
    ) -> Result<Taken<T>, Error> {
        self.settle_waiting();
        let key = self.resolve_freeable(node.id(), origin)?;
        Cascade::take(self, key, ask)
    }

    /// A node that nothing outside its own subtree speaks against freeing.
    #[inline(always)]
    pub(super) fn resolve_freeable(
        &mut self,
        node: NodeId,
        origin: &'static Location<'static>,
    ) -> Result<NodeKey, Error> {
        let key = self.resolve_live(node)?;
        if key == self.topology.root() {
            return Err(Error::Root { node });
        }
        if self.item(key).is(flag::SHARED | flag::HELD) {
            self.check_claims(key, origin)?;
        }
        Ok(key)
    }

    /// Whether others have claims on a node, be it from inside the tree or from outside.
    #[cold]
    fn check_claims(&mut self, key: NodeKey, origin: &'static Location<'static>) -> Result<(), Error> {
        if self.item(key).is(flag::SHARED) {
            self.warn(LogKind::FreeWithReferences, key, origin);
            return Err(self.shared(key));
        }
        if self.claims_from_outside(key) == (0, 0) { Ok(()) } else { Err(self.held(key)) }
    }
}
