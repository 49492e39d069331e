//! A claim for the length of a block.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::error::Error;
use crate::first_panic::FirstPanic;
use crate::id::NodeId;
use crate::tree::{Released, Tree};

/// # Counts
impl Tree {
    /// Claims a node as long as the guard lives: [`retain`](Self::retain) now, and [`release`](Self::release) at the end of
    /// the block, by `?`, by a panic. O(1).
    ///
    /// As long as the guard lives, it stands for the tree, which is borrowed.
    ///
    /// ```
    /// use freehold::{Error, Handle, Tree};
    ///
    /// fn play(tree: &mut Tree, stream: Handle<Vec<u8>>) -> Result<usize, Error> {
    ///     let mut tree = tree.retained(stream)?;
    ///     tree[stream].push(0);
    ///     Ok(tree[stream].len())
    /// }
    ///
    /// let mut tree = Tree::new();
    /// let stream = tree.floating(vec![1, 2])?; // nobody's yet: the guard's claim is its only one
    /// assert_eq!(play(&mut tree, stream)?, 3);
    /// assert!(!tree.contains(stream));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`retain`](Self::retain).
    pub fn retained(&mut self, node: impl Into<NodeId>) -> Result<Retained<'_>, Error> {
        let node = node.into();
        self.retain(node)?;
        Ok(Retained { node, tree: self })
    }
}

/// A claim that ends with this guard. Made by [`Tree::retained`]; stands for the tree.
///
/// If the claim is the last and the node's destructor refuses, the claim stays, as with [`Tree::release`], and can be
/// released by hand later. [`release`](Self::release) tells of it, which a guard that is just dropped can't. A panic
/// of a destructor comes out when the claim is gone, unless there is one on its way already.
#[must_use = "the claim ends when the guard is dropped"]
pub struct Retained<'t> {
    node: NodeId,
    tree: &'t mut Tree,
}

impl Retained<'_> {
    /// The claimed node. O(1).
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// The tree, for its method of the name [`release`](Tree::release). O(1).
    pub fn tree(&mut self) -> &mut Tree {
        self.tree
    }

    /// Ends the claim, and says what came of that. O(1), and what a free costs if it comes to that.
    ///
    /// # Errors
    ///
    /// As [`Tree::release`]: [`Error::Refused`] if the destructor refuses, [`Error::NotRetained`] if somebody else has
    /// released once too often.
    ///
    /// # Panics
    ///
    /// As [`Tree::release`].
    pub fn release(self) -> Result<Released, Error> {
        let mut this = std::mem::ManuallyDrop::new(self);
        this.end()
    }

    fn end(&mut self) -> Result<Released, Error> {
        // A panic of somebody else's destructor must not keep the claim.
        let mut panic = FirstPanic::default();
        if let Some(settled) = self.tree.settle_completely() {
            panic.keep(settled);
        }
        let outcome = panic.guard(|| self.tree.release_settled(self.node));
        panic.resume();
        outcome.expect("a panic has gone on")
    }
}

impl Deref for Retained<'_> {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        self.tree
    }
}

impl DerefMut for Retained<'_> {
    fn deref_mut(&mut self) -> &mut Tree {
        self.tree
    }
}

impl Drop for Retained<'_> {
    fn drop(&mut self) {
        let mut panic = FirstPanic::default();
        panic.guard(|| self.end());
        panic.resume_unless_panicking();
    }
}

impl fmt::Debug for Retained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retained").field("node", &self.node).finish_non_exhaustive()
    }
}
