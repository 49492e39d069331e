//! Subtrees that belong to no tree for the time being: what travels between trees, and between threads.

use std::fmt;

use crate::id::NodeId;
use crate::tree::{NodeMap, Tree};

/// A subtree that was detached from its tree, or built apart: owned, and free to go to another thread. Made by
/// [`Tree::detach`] and [`Tree::into_subtree`]; [`Tree::graft`] makes it part of a tree.
///
/// It holds a [`Tree`] of its own, which can be [looked at](Self::tree) with all that a tree offers for that. Its nodes
/// have the handles that [`map`](Self::map) tells.
///
/// When it is dropped, what is in it is freed as when a tree is dropped: destructors are called, and can't refuse. It can
/// be a value in another tree, and goes with that; those that lie one in the other, each a value in the next, take
/// stack when they go, as nested boxes do. It is `Send` and, as a tree, not `Sync`.
///
/// ```
/// use freehold::Tree;
///
/// // A worker builds in a tree of its own, and sends what it has made.
/// let worker = std::thread::spawn(|| {
///     let mut tree = Tree::new();
///     let answer = tree.strdup(tree.root(), "42")?;
///     Ok::<_, freehold::Error>((tree.into_subtree(), answer))
/// });
/// let (subtree, answer) = worker.join().unwrap()?;
///
/// let mut tree = Tree::new();
/// let map = tree.graft(tree.root(), subtree)?;
/// assert_eq!(&tree[map.get(answer).unwrap()], "42");
/// # Ok::<(), freehold::Error>(())
/// ```
#[must_use = "what is in a subtree is freed when it is dropped"]
pub struct Subtree {
    tree: Box<Tree>,
    top: NodeId,
    map: Option<NodeMap>,
}

impl Subtree {
    pub(crate) fn new(tree: Tree, top: NodeId, map: Option<NodeMap>) -> Self {
        Self { tree: Box::new(tree), top, map }
    }

    pub(crate) fn into_parts(self) -> (Tree, NodeId, Option<NodeMap>) {
        (*self.tree, self.top, self.map)
    }

    /// The topmost node. O(1).
    #[must_use]
    pub fn top(&self) -> NodeId {
        self.top
    }

    /// How many nodes there are in it. O(1).
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always the top")]
    pub fn len(&self) -> usize {
        self.tree.len() + usize::from(self.top == self.tree.root())
    }

    /// The tree in which it is kept, to look at: values, reports, everything that does not change it. O(1).
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let name = tree.strdup(tree.root(), "alice")?;
    /// let detached = tree.detach(name)?;
    /// let there = detached.map().unwrap().get(name).unwrap();
    /// assert_eq!(&detached.tree()[there], "alice");
    /// # Ok::<(), freehold::Error>(())
    /// ```
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// From the handles that its nodes had to those they have here, if it was detached. In one that was built apart they
    /// are what they were, and there is no map. O(1).
    #[must_use]
    pub fn map(&self) -> Option<&NodeMap> {
        self.map.as_ref()
    }

    /// The tree in which it is kept, to go on working with it. Its handles stay as they are. One that was detached is
    /// the only child of the root. O(1).
    #[must_use]
    pub fn into_tree(self) -> Tree {
        *self.tree
    }
}

impl fmt::Debug for Subtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subtree").field("top", &self.top).field("nodes", &self.len()).finish_non_exhaustive()
    }
}

const _: () = {
    const fn assert_send<T: Send>() {}
    assert_send::<Subtree>();
};
