//! Strong claims, which keep a node, and weak ones, which can become strong: to store and drop anywhere.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Index, IndexMut};

use crate::anchor::{Anchor, Claim};
use crate::error::{Error, Rejected};
use crate::id::{Handle, NodeId};
use crate::links::{LinkList, Links, Rewriter, Strength};
use crate::sync::Arc;
use crate::tree::{Tree, Value};

/// An owned claim on a node: as long as it or a clone of it lives, the node does.
///
/// It is a value like any other: it can be stored in a struct, in a value of the tree or in a global, cloned and
/// dropped, in any thread, while the tree is borrowed, after the tree is gone. None of that touches the tree. When the
/// last clone has gone, that takes effect at the beginning of the tree's next call that changes something
/// ([`Tree::settle`] says which): a node that nobody owns or claims any more is freed. 24 bytes; clone and drop are
/// those of an [`Arc`].
///
/// A node that is claimed can't be freed by name, and lives on below the root when its parent goes. Two things are
/// stronger, the end of the tree and [`Tree::detach_dropping`]. After those a claim is on nothing: to use it is the error
/// that its handle gives, and to drop it does nothing.
///
/// Claims can form cycles, which keep themselves alive; a [`Weak`] one breaks them. A plain [`Handle`] is the third sort:
/// it keeps nothing alive, and costs nothing.
///
/// ```
/// use freehold::Tree;
/// # use freehold::Error;
///
/// let mut tree = Tree::new();
/// let session = tree.context(tree.root(), "session")?;
/// let key = tree.alloc(session, String::from("secret"))?;
/// let strong = tree.strong(key)?;
/// let elsewhere = std::thread::spawn({
///     let strong = strong.clone();
///     move || drop(strong)
/// });
/// elsewhere.join().unwrap();
///
/// tree.free(session)?;
/// assert_eq!(tree[&strong], "secret");
/// drop(strong);
/// assert_eq!(tree.settle().nodes(), 1);
/// # Ok::<(), Error>(())
/// ```
#[must_use = "a claim that is dropped at once keeps nothing"]
pub struct Strong<T: ?Sized> {
    handle: Handle<T>,
    claim: Arc<Claim>,
}

/// A claim that keeps nothing alive: it can be [upgraded](Self::upgrade) to a [`Strong`] as long as the node lives.
///
/// Upgrading, cloning and dropping work in any thread and do not touch the tree.
///
/// ```
/// # use freehold::{Error, Tree};
/// # let mut tree = Tree::new();
/// let node = tree.alloc(tree.root(), 1)?;
/// let weak = tree.weak(node)?;
/// let strong = weak.upgrade().expect("the node lives");
/// assert!(tree.free(node).is_err());
/// drop(strong);
/// tree.free(node)?;
/// assert!(weak.upgrade().is_none());
/// # Ok::<(), Error>(())
/// ```
pub struct Weak<T: ?Sized> {
    handle: Handle<T>,
    anchor: Arc<Anchor>,
}

const _: () = {
    const fn goes_anywhere<T: Send + Sync + 'static>() {}
    goes_anywhere::<Strong<*const u8>>();
    goes_anywhere::<Weak<*const u8>>();
    goes_anywhere::<Strong<str>>();
};

/// # Strong and weak claims
impl Tree {
    /// Makes a strong claim on a node. O(1).
    ///
    /// The node's owner stays its owner; when he goes, or gives the node up, the claim keeps it, below the root. Each call
    /// makes a claim that [`ref_count`](Self::ref_count) counts; a clone is part of the claim it is a clone of.
    ///
    /// # Errors
    ///
    /// [`Error::Root`]; [`Error::Full`] if it can't be claimed any more often; [`Error::Stale`], [`Error::Foreign`] or
    /// [`Error::Dying`].
    pub fn strong<T: Value + ?Sized>(&mut self, node: Handle<T>) -> Result<Strong<T>, Error> {
        self.settle_waiting();
        Strong::new(self, node)
    }

    /// Makes a weak claim on a node, which keeps nothing alive and is counted nowhere. O(1).
    ///
    /// ```
    /// # use freehold::{Error, Handle, Tree, Weak};
    /// struct Knot { prev: Option<Weak<Knot>> }
    ///
    /// # let mut tree = Tree::new();
    /// let head = tree.alloc(tree.root(), Knot { prev: None })?;
    /// let prev = tree.weak(head)?;
    /// let tail = tree.alloc(tree.root(), Knot { prev: Some(prev) })?;
    /// assert!(tree[tail].prev.as_ref().is_some_and(|prev| prev.upgrade().is_some()));
    /// tree.free(head)?;
    /// assert!(tree[tail].prev.as_ref().is_some_and(|prev| prev.upgrade().is_none()));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Root`], [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`].
    pub fn weak<T: Value + ?Sized>(&mut self, node: Handle<T>) -> Result<Weak<T>, Error> {
        self.settle_waiting();
        Ok(Weak { handle: node, anchor: self.anchor(node.id())? })
    }
}

impl<T: ?Sized> Strong<T> {
    fn new(tree: &mut Tree, handle: Handle<T>) -> Result<Self, Error> {
        Ok(Self { handle, claim: Arc::new(tree.claim(handle.id())?) })
    }

    /// The node's handle, to use it by. O(1).
    #[must_use]
    pub fn handle(&self) -> Handle<T> {
        self.handle
    }

    /// A weak claim on the same node. O(1).
    #[must_use]
    pub fn downgrade(&self) -> Weak<T> {
        Weak { handle: self.handle, anchor: Arc::clone(self.claim.anchor()) }
    }

    /// Makes `parent` the node's owner, as [`Tree::steal`] does, and ends this claim. Costs what that does.
    ///
    /// Clones of the claim stay what they are.
    ///
    /// ```
    /// # use freehold::{Error, Strong, Tree};
    /// # let mut tree = Tree::new();
    /// let cache = tree.context(tree.root(), "cache")?;
    /// let node = tree.floating(1)?;
    /// let strong = tree.strong(node)?;
    /// let node = strong.into_owned_by(&mut tree, cache)?; // the cache's
    /// assert!(tree.parent(node)? == Some(cache.id()) && tree.ref_count(node)? == 0);
    /// let strong = Strong::from_owned(&mut tree, node)?; // the claim's again
    /// tree.free(cache)?;
    /// assert_eq!(tree[&strong], 1);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Tree::steal`]; the claim comes back in the [`Rejected`].
    #[track_caller]
    pub fn into_owned_by(self, tree: &mut Tree, parent: impl Into<NodeId>) -> Result<Handle<T>, Rejected<Self>> {
        match tree.steal(parent, self.handle) {
            Ok(()) => Ok(self.handle),
            Err(error) => Err(Rejected::new(self, error)),
        }
    }

    /// Has the node's owner give it up to a new strong claim: the node becomes the root's first child, and goes with its
    /// last claim. The way back from [`into_owned_by`](Self::into_owned_by). O(1), or O(subtree) out of a budget.
    ///
    /// # Errors
    ///
    /// As [`Tree::strong`].
    pub fn from_owned(tree: &mut Tree, node: Handle<T>) -> Result<Self, Error> {
        tree.settle_waiting();
        let strong = Self::new(tree, node)?;
        tree.give_to_claims(node.id().key);
        Ok(strong)
    }
}

impl<T: ?Sized> Weak<T> {
    /// A strong claim on the node; `None` if the node is gone, is being freed, or can't be claimed any more often. O(1).
    ///
    /// Nobody need claim the node so far. What comes of it is a claim of its own, not a clone of one that there is.
    #[must_use]
    pub fn upgrade(&self) -> Option<Strong<T>> {
        let claim = Claim::new(&self.anchor)?;
        Some(Strong { handle: self.handle, claim: Arc::new(claim) })
    }

    /// The node's handle. It may be stale. O(1).
    #[must_use]
    pub fn handle(&self) -> Handle<T> {
        self.handle
    }
}

impl<T: ?Sized> Clone for Strong<T> {
    #[inline]
    fn clone(&self) -> Self {
        Self { handle: self.handle, claim: Arc::clone(&self.claim) }
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    fn clone(&self) -> Self {
        Self { handle: self.handle, anchor: Arc::clone(&self.anchor) }
    }
}

impl<T: ?Sized> From<&Strong<T>> for NodeId {
    fn from(strong: &Strong<T>) -> Self {
        strong.handle.id()
    }
}

impl<T: Value + ?Sized> Index<&Strong<T>> for Tree {
    type Output = T;

    /// # Panics
    ///
    /// If the claim is of another tree, or its node was moved to one.
    #[track_caller]
    fn index(&self, strong: &Strong<T>) -> &T {
        &self[strong.handle]
    }
}

impl<T: Value + ?Sized> IndexMut<&Strong<T>> for Tree {
    /// # Panics
    ///
    /// If the claim is of another tree, or its node was moved to one.
    #[track_caller]
    fn index_mut(&mut self, strong: &Strong<T>) -> &mut T {
        &mut self[strong.handle]
    }
}

impl<T: ?Sized> Links for Strong<T> {
    fn list(&self, out: &mut LinkList<'_>) {
        out.add_claim(self.handle.id(), &self.claim);
    }

    /// Clones that share a claim each get one of their own on the new node.
    fn rewrite(&mut self, map: &Rewriter<'_>) {
        // Without a claim on the new node, it is the old one that this one keeps.
        if let Some(claim) = map.anchor(self.handle.id()).and_then(|anchor| Claim::new(&anchor)) {
            self.handle.rewrite(map);
            self.claim = Arc::new(claim);
        }
    }
}

impl<T: ?Sized> Links for Weak<T> {
    fn list(&self, out: &mut LinkList<'_>) {
        out.add(self.handle.id(), Strength::Weak);
    }

    fn rewrite(&mut self, map: &Rewriter<'_>) {
        if let Some(anchor) = map.anchor(self.handle.id()) {
            self.handle.rewrite(map);
            self.anchor = anchor;
        }
    }
}

/// Two claims are equal if they are on the same node.
macro_rules! as_handle {
    ($($claim:ident)*) => {$(
        impl<T: ?Sized> PartialEq for $claim<T> {
            fn eq(&self, other: &Self) -> bool {
                self.handle == other.handle
            }
        }

        impl<T: ?Sized> Eq for $claim<T> {}

        impl<T: ?Sized> Hash for $claim<T> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.handle.hash(state);
            }
        }

        impl<T: ?Sized> fmt::Debug for $claim<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.handle, f)
            }
        }
    )*};
}

as_handle! { Strong Weak }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewritten_claims_are_on_the_new_node() -> Result<(), Error> {
        let mut tree = Tree::new();
        let [old, new] = ["old", "new"].map(|value| tree.floating(value).unwrap());
        let mut strong = [tree.strong(old)?, tree.strong(old)?];
        let mut weak = tree.weak(old)?;
        let look = |node| (node == old.id()).then(|| (new.id(), new.slot()));
        // Where claims are not to be moved, they stay on what they keep.
        strong.rewrite(&Rewriter::new(&look));
        weak.rewrite(&Rewriter::new(&look));
        assert_eq!((strong[0].handle(), strong[1].handle(), weak.handle()), (old, old, old));

        let anchor = tree.anchor(new.id())?;
        let anchors = |node| (node == old.id()).then(|| Arc::clone(&anchor));
        let map = Rewriter::new(&look).with_anchors(&anchors);
        strong.rewrite(&map);
        weak.rewrite(&map);
        assert_eq!((tree[&strong[0]], tree[&strong[1]], tree.ref_count(new)?), ("new", "new", 2));
        tree.settle();
        assert!(!tree.contains(old), "nobody claims it any more");
        drop(strong);
        assert!(weak.upgrade().is_some_and(|strong| strong.handle() == new));
        tree.settle();
        assert!(!tree.contains(new) && weak.upgrade().is_none());
        tree.validate().unwrap();
        Ok(())
    }
}
