//! What a handle can be of, and how each sort is reached.

use compact_str::CompactString;

use super::Tree;
use super::item::Item;
use crate::error::Error;
use crate::id::{Handle, NodeId};
use crate::memory::Zones;
use crate::topology::Topology;
use crate::values::{Kind, Kinds, TEXT};

/// What a node can hold: any `Send + 'static` type, `[T]` of plain data, or `str`.
///
/// Sealed: these three are all there are.
pub trait Value: Stored {}

impl<T: Send + 'static> Value for T {}
impl<T: bytemuck::Pod> Value for [T] {}
impl Value for str {}

/// The parts of a tree that lead to a value that is to change. The links are only lent, so that they can still be asked why
/// there is none.
#[expect(missing_debug_implementations, reason = "nobody can get at one")]
pub struct Parts<'t> {
    pub(super) kinds: &'t mut Kinds,
    pub(super) memory: &'t mut Zones,
    pub(super) topology: &'t Topology<Item>,
}

/// The way to a value. Public in name only: it can't be named outside the crate.
pub trait Stored: 'static {
    /// `None` when the kinds have run out.
    #[doc(hidden)]
    fn kind(tree: &mut Tree) -> Option<Kind>;
    #[doc(hidden)]
    fn get(tree: &Tree, handle: Handle<Self>) -> Option<&Self>;
    #[doc(hidden)]
    fn get_mut(parts: Parts<'_>, handle: Handle<Self>) -> Option<&mut Self>;
}

impl<T: Send + 'static> Stored for T {
    fn kind(tree: &mut Tree) -> Option<Kind> {
        tree.kinds.of_value::<T>()
    }

    #[inline]
    fn get(tree: &Tree, handle: Handle<Self>) -> Option<&Self> {
        let kind = tree.kinds.find::<T>()?;
        tree.kinds.rows::<T>(kind)?.get(handle.slot(), handle.id().key)
    }

    #[inline]
    fn get_mut(parts: Parts<'_>, handle: Handle<Self>) -> Option<&mut Self> {
        let kind = parts.kinds.find::<T>()?;
        parts.kinds.rows_mut::<T>(kind)?.get_mut(handle.slot(), handle.id().key)
    }
}

impl Stored for str {
    fn kind(_: &mut Tree) -> Option<Kind> {
        Some(TEXT)
    }

    #[inline]
    fn get(tree: &Tree, handle: Handle<Self>) -> Option<&Self> {
        tree.kinds.texts().get(handle.slot(), handle.id().key).map(CompactString::as_str)
    }

    #[inline]
    fn get_mut(parts: Parts<'_>, handle: Handle<Self>) -> Option<&mut Self> {
        parts.kinds.texts_mut().get_mut(handle.slot(), handle.id().key).map(CompactString::as_mut_str)
    }
}

impl<T: bytemuck::Pod> Stored for [T] {
    fn kind(tree: &mut Tree) -> Option<Kind> {
        tree.kinds.of_array::<T>()
    }

    #[inline]
    fn get(tree: &Tree, handle: Handle<Self>) -> Option<&Self> {
        let item = tree.topology.item(handle.id().key)?;
        // Blocks are aligned for the elements they were made for, and as long as a whole number of them.
        match tree.memory.read(item.zone, item.block(), item.size as usize) {
            // No bytes are nowhere in particular, so their alignment says nothing.
            [] => Some(&[]),
            bytes => bytemuck::try_cast_slice(bytes).ok(),
        }
    }

    #[inline]
    fn get_mut(parts: Parts<'_>, handle: Handle<Self>) -> Option<&mut Self> {
        let item = parts.topology.item(handle.id().key)?;
        match parts.memory.write(item.zone, item.block(), item.size as usize) {
            [] => Some(&mut []),
            bytes => bytemuck::try_cast_slice_mut(bytes).ok(),
        }
    }
}

/// # From ids to handles
impl Tree {
    /// The node as a handle of a `T`, if that is what it holds. O(1).
    ///
    /// A context is a `()`, a text a `str`, an array of numbers a `[u32]` and so on.
    ///
    /// ```
    /// use freehold::{NodeId, Tree};
    ///
    /// let mut tree = Tree::new();
    /// let untyped: NodeId = tree.alloc(tree.root(), 42u64)?.into();
    /// assert_eq!(tree[tree.downcast::<u64>(untyped)?], 42);
    /// assert_eq!(
    ///     tree.downcast::<str>(untyped).unwrap_err().to_string(),
    ///     format!("node {untyped} holds a `u64`, not a `str`"),
    /// );
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::WrongType`] if it holds something else; [`Error::Stale`] or [`Error::Foreign`].
    #[doc(alias = "talloc_get_type")]
    #[doc(alias = "talloc_get_type_abort")]
    pub fn downcast<T: Value + ?Sized>(&self, node: impl Into<NodeId>) -> Result<Handle<T>, Error> {
        let key = self.resolve(node.into())?;
        let item = self.item(key);
        if self.kinds.is::<T>(item.kind) {
            return Ok(Handle::new(self.id(key), item.slot));
        }
        Err(Error::WrongType {
            node: self.id(key),
            expected: std::any::type_name::<T>(),
            found: self.kinds.info(item.kind).type_name,
        })
    }
}
