//! Which node became which, when nodes were moved to another tree or duplicated.

use std::fmt;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::id::{Handle, NodeId, NodeKey, TreeTag};
use crate::values::Carried;

/// Which node became which: from the ids of a subtree before it was moved or duplicated to those after.
///
/// Made by [`Tree::graft`](crate::Tree::graft) and [`Tree::duplicate`](crate::Tree::duplicate), and in
/// [`Subtree::map`](crate::Subtree::map) by [`Tree::detach`](crate::Tree::detach). It borrows no tree and stays as it is, whatever becomes of the nodes.
///
/// ```
/// use freehold::Tree;
///
/// let (mut from, mut to) = (Tree::new(), Tree::new());
/// let request = from.context(from.root(), "request")?;
/// let user = from.strdup(request, "alice")?;
///
/// let detached = from.detach(request)?;
/// let there = detached.map().unwrap().get(user).unwrap();
/// let map = to.graft(to.root(), detached)?;
/// let here = map.get(there).unwrap();
/// assert_eq!(&to[here], "alice");
/// # Ok::<(), freehold::Error>(())
/// ```
pub struct NodeMap {
    from: TreeTag,
    to: TreeTag,
    /// Parents first.
    pairs: Vec<Carried>,
    /// Where in `pairs` a node is. Made when it is first needed: places that were taken one after the other, which are
    /// most, are found without.
    index: OnceLock<Box<FxHashMap<NodeKey, u32>>>,
}

impl NodeMap {
    pub(crate) fn new(from: TreeTag, to: TreeTag, pairs: Vec<Carried>) -> Self {
        Self { from, to, pairs, index: OnceLock::new() }
    }

    /// The handle that stands for the same node now; `None` if it was not among those that were moved or duplicated.
    /// O(1), but for the first time, which may be O(nodes).
    #[must_use]
    pub fn get<T: ?Sized>(&self, old: Handle<T>) -> Option<Handle<T>> {
        let pair = self.find(old.id())?;
        Some(Handle::new(NodeId { tree: self.to, key: pair.new }, pair.slot))
    }

    /// The same for a node whose type is not known. O(1), but for the first time, which may be O(nodes).
    #[must_use]
    pub fn id(&self, old: impl Into<NodeId>) -> Option<NodeId> {
        let pair = self.find(old.into())?;
        Some(NodeId { tree: self.to, key: pair.new })
    }

    /// What the top of the subtree became. O(1).
    #[must_use]
    pub fn top(&self) -> NodeId {
        NodeId { tree: self.to, key: self.pairs[0].new }
    }

    /// How many nodes there are in it; those that were shared and not copied count as well. O(1).
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always the top")]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// All nodes, what they were and what they are, parents first. O(1) a node.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (NodeId, NodeId)> + '_ {
        let id = |tree, key| NodeId { tree, key };
        self.pairs.iter().map(move |pair| (id(self.from, pair.old), id(self.to, pair.new)))
    }

    pub(super) fn carried(&self) -> &[Carried] {
        &self.pairs
    }

    /// Where a node is now, and its value.
    pub(super) fn look_up(&self, old: NodeId) -> Option<(NodeId, u32)> {
        self.find(old).map(|pair| (NodeId { tree: self.to, key: pair.new }, pair.slot))
    }

    fn find(&self, old: NodeId) -> Option<&Carried> {
        if old.tree != self.from {
            return None;
        }
        let nearby = old.key.index().wrapping_sub(self.pairs[0].old.index()) as usize;
        if let Some(pair) = self.pairs.get(nearby)
            && pair.old == old.key
        {
            return Some(pair);
        }
        let index = self.index.get_or_init(|| Box::new(self.pairs.iter().map(|pair| pair.old).zip(0..).collect()));
        index.get(&old.key).map(|&at| &self.pairs[at as usize])
    }
}

impl fmt::Debug for NodeMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeMap").field("nodes", &self.len()).finish_non_exhaustive()
    }
}

const _: () = {
    const fn assert_shared<T: Send + Sync>() {}
    assert_shared::<NodeMap>();
};
