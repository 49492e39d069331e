//! The tree itself, and the one door through which handles are looked up.

use std::fmt;
use std::num::NonZeroU32;
use std::panic::Location;

use super::budget::Budgets;
use super::claims::Claims;
use super::holds::Drops;
use super::hooks::Hooks;
use super::item::{Item, flag};
use super::rare::{Rare, Rares};
use super::scopes::Scopes;
use crate::error::Error;
use crate::id::NodeId;
use crate::id::{NodeKey, TreeTag};
use crate::memory::Zones;
use crate::topology::Topology;
use crate::values::{CONTEXT, Kinds};

/// What the root is called if nothing is said.
pub(super) const ROOT_NAME: &str = "root";

/// The owner of everything: contexts, values, texts and arrays, as nodes of one tree.
///
/// Each node has one parent, and freeing a node frees all below it. The root, there from the start, is what
/// talloc calls the null context. What a tree hands out are [handles](crate::Handle); they are looked up, and
/// checked, by the tree. Where bytes lie is for its allocators to say: see [`memory`](crate::memory).
///
/// A tree is `Send`: it can be built in one thread and moved to another. It is not `Sync`: share it behind a
/// lock. Everything put in is `Send + 'static`; the [`send_wrapper`](https://docs.rs/send_wrapper) crate helps
/// with the odd value that isn't.
///
/// Dropping a tree frees what is left in talloc's order. Destructors are called then too, but can't refuse any
/// more.
///
/// ```
/// use freehold::Tree;
///
/// let mut tree = Tree::new();
/// let request = tree.context(tree.root(), "request")?;
/// let user = tree.strdup(request, "alice")?;
/// let scores = tree.array_from(request, &[3u32, 1, 2])?;
///
/// tree[scores].sort();
/// assert_eq!((&tree[user], &tree[scores]), ("alice", &[1, 2, 3][..]));
///
/// let freed = tree.free(request)?;
/// assert_eq!((freed.nodes(), freed.bytes()), (3, 5 + 12));
/// assert!(!tree.contains(user));
/// # Ok::<(), freehold::Error>(())
/// ```
#[doc(alias = "TALLOC_CTX")]
#[doc(alias = "talloc_autofree_context")]
pub struct Tree {
    pub(super) tag: TreeTag,
    pub(super) topology: Topology<Item>,
    pub(super) kinds: Kinds,
    pub(super) memory: Zones,
    pub(super) rare: Rares,
    pub(super) claims: Claims,
    pub(super) hooks: Hooks,
    pub(super) scopes: Scopes,
    pub(super) drops: Drops,
    pub(super) budgets: Budgets,
    /// Numbers for cleanups, never used twice.
    pub(super) next_cleanup: u64,
}

const _: () = {
    const fn assert_send<T: Send>() {}
    assert_send::<Tree>();
};

/// # The tree itself
impl Tree {
    /// The most bytes one array or text can have: 2³² − 1.
    pub const MAX_BYTES: usize = u32::MAX as usize;

    /// An empty tree, its root named `root`. [`TreeBuilder`](crate::TreeBuilder) sets more.
    #[must_use]
    #[track_caller]
    #[doc(alias = "talloc_enable_null_tracking")]
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// An empty tree with room for so many nodes before it must grow.
    #[must_use]
    #[track_caller]
    pub fn with_capacity(nodes: usize) -> Self {
        let mut tree = Self {
            tag: TreeTag::fresh(),
            topology: Topology::new(Item::value(CONTEXT, 0, 0, Location::caller()), nodes),
            kinds: Kinds::new(),
            memory: Zones::new(),
            rare: Rares::default(),
            claims: Claims::default(),
            hooks: Hooks::default(),
            scopes: Scopes::default(),
            drops: Drops::default(),
            budgets: Budgets::default(),
            next_cleanup: 0,
        };
        let key = tree.topology.root();
        tree.kinds.rows_mut::<()>(CONTEXT).expect("contexts have a column").insert(key, ());
        tree.rare_mut(key).name = Some(ROOT_NAME.into());
        tree
    }

    /// The node above all others: talloc's null context, where `NULL` as a parent puts things. O(1).
    #[inline]
    #[must_use]
    #[doc(alias = "null_context")]
    pub fn root(&self) -> NodeId {
        self.id(self.topology.root())
    }

    /// How many nodes there are, the root and references not counted. O(1).
    #[must_use]
    pub fn len(&self) -> usize {
        self.topology.len() - 1 - self.claims.len()
    }

    /// Whether the root is all there is, apart from references it holds. O(1).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes room for so many further nodes, so that creating them does not have to grow the tree.
    pub fn reserve(&mut self, nodes: usize) {
        self.topology.reserve(nodes);
    }

    /// Whether the node is there: of this tree, and not freed. A dying node is still there. O(1).
    #[must_use]
    pub fn contains(&self, node: impl Into<NodeId>) -> bool {
        self.resolve(node.into()).is_ok()
    }

    /// The id that [`NodeId::to_u64`] made a number of. O(1).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] if no such node is in this tree, be the number of an earlier node, of another tree or of
    /// nothing at all; [`Error::Moved`] if it was the last in its place, and is in another tree now.
    pub fn id_from_u64(&self, bits: u64) -> Result<NodeId, Error> {
        // A number that no node has is taken for the root's place at a time that never was.
        let key = NodeId::key_from_u64(bits).unwrap_or_else(|| NodeKey::new(0, NonZeroU32::MAX));
        let node = self.id(key);
        match self.topology.item(key) {
            Some(item) if !item.is_reference() => Ok(node),
            _ => Err(missing(self.tag, &self.topology, node)),
        }
    }

    #[inline]
    pub(super) fn id(&self, key: NodeKey) -> NodeId {
        NodeId { tree: self.tag, key }
    }

    /// The door: every id that comes in is looked up here, or in a column that checks the owner in the same way.
    #[inline]
    pub(super) fn resolve(&self, node: NodeId) -> Result<NodeKey, Error> {
        if node.tree == self.tag && self.topology.contains(node.key) {
            Ok(node.key)
        } else {
            Err(missing(self.tag, &self.topology, node))
        }
    }

    /// A node that is not on its way out.
    #[inline]
    pub(super) fn resolve_live(&self, node: NodeId) -> Result<NodeKey, Error> {
        self.resolve_without(node, flag::LEAVING).map(|_| node.key)
    }

    /// A node that can be given children, references and guests. Its destructor may be running: whatever it
    /// gets then goes with it.
    #[inline]
    pub(super) fn resolve_parent(&self, node: NodeId) -> Result<NodeKey, Error> {
        self.resolve_parent_item(node).map(|_| node.key)
    }

    /// The same, for its facts.
    #[inline]
    pub(super) fn resolve_parent_item(&self, node: NodeId) -> Result<&Item, Error> {
        self.resolve_without(node, flag::DYING)
    }

    #[inline]
    fn resolve_without(&self, node: NodeId, flags: u8) -> Result<&Item, Error> {
        match self.topology.item(node.key) {
            Some(item) if node.tree == self.tag && !item.is(flags) => Ok(item),
            _ => Err(self.unusable(node)),
        }
    }

    #[cold]
    fn unusable(&self, node: NodeId) -> Error {
        if self.contains(node) { Error::Dying { node } } else { missing(self.tag, &self.topology, node) }
    }

    /// A live node other than the root.
    #[inline]
    pub(super) fn resolve_movable(&self, node: NodeId) -> Result<NodeKey, Error> {
        let key = self.resolve_parent(node)?;
        if key == self.topology.root() { Err(Error::Root { node }) } else { Ok(key) }
    }

    #[inline]
    pub(super) fn item(&self, key: NodeKey) -> &Item {
        self.topology.item(key).expect("a key in use is of a node")
    }

    #[inline]
    pub(super) fn item_mut(&mut self, key: NodeKey) -> &mut Item {
        self.topology.item_mut(key).expect("a key in use is of a node")
    }

    /// A node's rare facts, if it has any.
    #[inline]
    pub(super) fn rare(&self, key: NodeKey) -> Option<&Rare> {
        self.item(key).rare().map(|rare| &self.rare[rare])
    }

    /// A node's rare facts, made if need be.
    pub(super) fn rare_mut(&mut self, key: NodeKey) -> &mut Rare {
        self.rare.of(self.topology.item_mut(key).expect("a key in use is of a node"))
    }
}

/// Why the tree `tag` has no such node.
#[cold]
pub(super) fn missing(tag: TreeTag, topology: &Topology<Item>, node: NodeId) -> Error {
    if node.tree != tag {
        Error::Foreign { node }
    } else if topology.departed(node.key).is_some_and(Item::has_moved) {
        Error::Moved { node }
    } else {
        Error::Stale { node }
    }
}

impl Default for Tree {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Tree {
    /// The size of the tree, not its content: that is what [`Tree::report`] is for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("root", &self.root())
            .field("nodes", &self.len())
            .field("references", &self.claims.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Handle;

    /// A tree whose place with the number 1 takes one more tenant, and the handle of an earlier one.
    fn worn() -> (Tree, Handle<u8>) {
        let mut tree = Tree::new();
        let first = tree.alloc(tree.root(), 1).unwrap();
        tree.free(first).unwrap();
        tree.topology.wear_out(first.id().key);
        (tree, first)
    }

    #[track_caller]
    fn is_last(node: impl Into<NodeId>) {
        let key = node.into().key;
        assert_eq!((key.index(), key.generation()), (1, u32::MAX));
    }

    #[test]
    fn the_last_tenant_of_a_place_is_a_node_like_any_other() {
        let (mut tree, first) = worn();
        let last = tree.alloc(tree.root(), 2).unwrap();
        is_last(last);
        let child = tree.alloc(last, 3).unwrap();
        let weak = tree.weak(last).unwrap();
        assert!(!tree.contains(first) && tree.get(first).is_err());
        assert_eq!((tree[last], tree.id_from_u64(last.id().to_u64())), (2, Ok(last.id())));
        assert_eq!((tree.parent(child), weak.upgrade().is_some()), (Ok(Some(last.id())), true));
        tree.settle();
        tree.validate().unwrap();
        assert_eq!((tree.free(last).unwrap().nodes(), tree.len()), (2, 0));
        tree.validate().unwrap();

        let others: Vec<_> = (0..100).map(|n| tree.alloc(tree.root(), n).unwrap()).collect();
        assert!(others.iter().all(|other| other.id().key.index() != 1));
        for gone in [first, last] {
            assert_eq!(tree.get(gone), Err(Error::Stale { node: gone.id() }));
            assert_eq!(tree.id_from_u64(gone.id().to_u64()), Err(Error::Stale { node: gone.id() }));
            assert!(tree.column().get(gone).is_none());
        }
        assert!(weak.upgrade().is_none());
        assert_eq!((tree.len(), tree.free_children(tree.root()).unwrap().nodes()), (100, 100));
        tree.validate().unwrap();
    }

    #[test]
    fn a_place_whose_last_tenant_was_moved_away_is_told_of_for_good() {
        let (mut tree, first) = worn();
        let last = tree.alloc(tree.root(), 2).unwrap();
        is_last(last);
        let subtree = tree.detach(last).unwrap();
        assert_eq!(tree.get(last), Err(Error::Moved { node: last.id() }));
        let map = tree.graft(tree.root(), subtree).unwrap();
        assert!(map.top().key.index() != 1 && tree.len() == 1);
        assert_eq!(tree.get(last), Err(Error::Moved { node: last.id() }));
        assert_eq!(tree.get(first), Err(Error::Stale { node: first.id() }));
        tree.validate().unwrap();
    }

    #[test]
    fn what_is_grafted_can_be_the_last_tenant_too() {
        let (mut tree, first) = worn();
        let mut other = Tree::new();
        let guest = other.alloc(other.root(), 2u8).unwrap();
        let subtree = other.detach(guest).unwrap();
        let map = tree.graft(tree.root(), subtree).unwrap();
        is_last(map.top());
        tree.validate().unwrap();
        tree.free(map.top()).unwrap();
        assert!(!tree.contains(map.top()) && !tree.contains(first));
        assert_ne!(tree.alloc(tree.root(), 3).unwrap().id().key.index(), 1);
        assert_eq!(tree.len(), 1);
        tree.validate().unwrap();
    }
}
