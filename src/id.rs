//! Handles: what stands in for a pointer.
//!
//! An id names one node of one tree for the whole life of the process. A place in the tree is used again with
//! a new generation, up to 2³¹ times; then it is retired, so that no handle ever matches a second tenant. The one limit
//! is on trees, and `Blocks`, which are counted together: their identities come round after 2³² − 1 of them.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering as Memory};

/// A place and its generation: a node's or a block's, without the tree or the allocator it belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeKey {
    index: u32,
    generation: NonZeroU32,
}

impl NodeKey {
    #[inline]
    pub(crate) fn new(index: u32, generation: NonZeroU32) -> Self {
        Self { index, generation }
    }

    #[inline]
    pub(crate) fn index(self) -> u32 {
        self.index
    }

    #[inline]
    pub(crate) fn generation(self) -> u32 {
        self.generation.get()
    }

    /// Both as one number, in the order in which they lie in memory: two keys are compared at once.
    #[inline]
    pub(crate) fn bits(self) -> u64 {
        u64::from(self.index) << 32 | u64::from(self.generation.get())
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}v{}", self.index, self.generation)
    }
}

/// Which tree an id belongs to, or which [`Blocks`](crate::memory::Blocks).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct TreeTag(NonZeroU32);

impl TreeTag {
    pub(crate) fn fresh() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        loop {
            // Zero comes up once in 2³² trees and is passed over, so that `Option<NodeId>` has its niche.
            if let Some(tag) = NonZeroU32::new(NEXT.fetch_add(1, Memory::Relaxed)) {
                return Self(tag);
            }
        }
    }
}

/// A node of a [`Tree`](crate::Tree), without the type of its value.
///
/// 12 bytes, `Copy`; an `Option` of one costs no more. It carries its tree's identity and the node's
/// generation, so a stale or foreign id is told apart from a good one by every method that takes it.
/// Every method that takes a node takes `impl Into<NodeId>`: a `NodeId` or any [`Handle`].
///
/// `Debug` and `Display` print it short, place and generation: `12v3`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId {
    pub(crate) tree: TreeTag,
    pub(crate) key: NodeKey,
}

impl NodeId {
    /// The node's place and generation as a number, to hand through C or a file. Never 0.
    ///
    /// What is promised: within the tree it came from,
    /// [`Tree::id_from_u64`](crate::Tree::id_from_u64) gives the same id back as long as the node lives, and
    /// [`Error::Stale`](crate::Error::Stale) afterwards. What is not: the number does not carry the tree's
    /// identity, so the number of another tree's node is not recognised as foreign, and the bit layout
    /// may change between versions of this crate.
    ///
    /// ```
    /// let mut tree = freehold::Tree::new();
    /// let node = tree.context(tree.root(), "session")?;
    /// let through_c: u64 = node.id().to_u64();
    /// assert_eq!(tree.id_from_u64(through_c)?, node.id());
    /// # Ok::<(), freehold::Error>(())
    /// ```
    #[must_use]
    pub fn to_u64(self) -> u64 {
        u64::from(self.key.generation()) << 32 | u64::from(self.key.index)
    }

    /// `None` for numbers that no node has.
    pub(crate) fn key_from_u64(bits: u64) -> Option<NodeKey> {
        // A place has an even generation while nobody is there: that of no node, and it must not match.
        let generation = NonZeroU32::new((bits >> 32) as u32).filter(|generation| generation.get() % 2 == 1)?;
        Some(NodeKey::new(bits as u32, generation))
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.key, f)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A typed handle: a checked, copyable stand-in for a pointer to a `T` that a [`Tree`](crate::Tree) owns.
///
/// 16 bytes; `Copy`, `Eq`, `Ord`, `Hash`, `Send` and `Sync` whatever `T` is, and `Option<Handle<T>>` is no larger.
/// It keeps nothing alive: once the node is freed the handle is stale, and every use of it says so.
/// `T` is a Rust type ([`Tree::alloc`](crate::Tree::alloc)), `()` for a context, `[U]` for an array of plain
/// data, or `str`.
///
/// ```
/// use freehold::{Handle, Tree};
///
/// let mut tree = Tree::new();
/// let number: Handle<u32> = tree.alloc(tree.root(), 7)?;
/// assert_eq!(tree[number], 7);
/// tree.free(number)?;
/// assert!(tree.get(number).is_err());
/// assert_eq!(size_of::<Option<Handle<u32>>>(), 16);
/// # Ok::<(), freehold::Error>(())
/// ```
pub struct Handle<T: ?Sized> {
    id: NodeId,
    /// Where the value lies in its column. Redundant with `id`, which is why comparing ids is enough.
    slot: u32,
    kind: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized> Handle<T> {
    #[inline]
    pub(crate) fn new(id: NodeId, slot: u32) -> Self {
        Self { id, slot, kind: PhantomData }
    }

    /// The node without its type. O(1).
    #[inline]
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    #[inline]
    pub(crate) fn slot(self) -> u32 {
        self.slot
    }
}

impl<T: ?Sized> Clone for Handle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Handle<T> {}

impl<T: ?Sized> PartialEq for Handle<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T: ?Sized> Eq for Handle<T> {}

impl<T: ?Sized> PartialOrd for Handle<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized> Ord for Handle<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

impl<T: ?Sized> Hash for Handle<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<T: ?Sized> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.id, f)
    }
}

impl<T: ?Sized> fmt::Display for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.id, f)
    }
}

impl<T: ?Sized> From<Handle<T>> for NodeId {
    #[inline]
    fn from(handle: Handle<T>) -> Self {
        handle.id
    }
}

/// A node or none: what [`Tree::release`](crate::Tree::release) takes. A [`NodeId`], a [`Handle`], or an `Option` of
/// one.
///
/// Sealed: these are all there are.
pub trait MaybeNode: Named {}

/// The way to the node. Public in name only: it can't be named outside the crate.
pub trait Named {
    #[doc(hidden)]
    fn maybe_node(self) -> Option<NodeId>;
}

impl<N: Named> MaybeNode for N {}

impl Named for NodeId {
    fn maybe_node(self) -> Option<NodeId> {
        Some(self)
    }
}

impl<T: ?Sized> Named for Handle<T> {
    fn maybe_node(self) -> Option<NodeId> {
        Some(self.id)
    }
}

impl<N: Named> Named for Option<N> {
    fn maybe_node(self) -> Option<NodeId> {
        self.and_then(Named::maybe_node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn assert_shared<T: Send + Sync + Copy>() {}

    #[test]
    fn handles_are_small_and_go_anywhere() {
        assert_shared::<Handle<Cell<*const u8>>>();
        assert_shared::<Handle<[u8]>>();
        assert_shared::<Handle<str>>();
        assert_eq!((size_of::<NodeId>(), size_of::<Option<NodeId>>()), (12, 12));
        assert_eq!((size_of::<Handle<u64>>(), size_of::<Option<Handle<str>>>()), (16, 16));
    }
}
