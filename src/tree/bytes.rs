//! Plain bytes and arrays of plain data.

use std::panic::Location;

use bytemuck::Pod;

use super::item::{Item, flag};
use super::{Event, Tree};
use crate::error::Error;
use crate::id::{Handle, NodeId};
use crate::memory::MAX_ALIGN;

/// # Bytes and arrays
impl Tree {
    /// Makes a node of `len` zero bytes, named by the place of the call. O(len).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for the parent; [`Error::TooLarge`] beyond
    /// [`Tree::MAX_BYTES`]; [`Error::Full`].
    #[track_caller]
    #[doc(alias = "talloc_size")]
    #[doc(alias = "talloc_zero_size")]
    pub fn bytes(&mut self, parent: impl Into<NodeId>, len: usize) -> Result<Handle<[u8]>, Error> {
        self.array(parent, len)
    }

    /// Makes a node of `len` elements, all bits zero, named by the element type. O(size).
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let counts = tree.array::<u32>(tree.root(), 100)?;
    /// tree[counts][7] += 1;
    /// assert_eq!(tree[counts].iter().sum::<u32>(), 1);
    /// assert_eq!((tree.size(counts)?, tree.name(counts)?.as_ref()), (400, "u32"));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes); a count whose size overflows is [`Error::TooLarge`].
    #[track_caller]
    #[doc(alias = "talloc_array")]
    #[doc(alias = "talloc_zero_array")]
    pub fn array<T: Pod>(&mut self, parent: impl Into<NodeId>, len: usize) -> Result<Handle<[T]>, Error> {
        let handle = self.array_unfilled(parent, len)?;
        self.block_mut(handle).fill(0);
        Ok(handle)
    }

    /// Makes a node of `len` elements for the caller to fill: they hold zeroes, or whatever earlier blocks of
    /// this tree left behind. Saves the time to clear them. O(1) for small ones.
    ///
    /// # Errors
    ///
    /// As [`array`](Self::array).
    #[track_caller]
    #[doc(alias = "talloc_array_size")]
    pub fn array_unfilled<T: Pod>(&mut self, parent: impl Into<NodeId>, len: usize) -> Result<Handle<[T]>, Error> {
        const {
            assert!(size_of::<T>() > 0, "an array needs elements of at least a byte");
            assert!(align_of::<T>() <= MAX_ALIGN, "blocks are aligned to 64 at most");
        }
        let size = size_of_array::<T>(len)?;
        let (parent, kind) = self.prepare(parent.into(), |tree| tree.kinds.of_array::<T>())?;
        let block = self.heap.take(size as usize, align_of::<T>()).ok_or(Error::Full { what: "blocks" })?;
        let origin = Location::caller();
        let key = self.topology.insert_first_with(parent, |_| Item::array(kind, block, size, origin));
        self.created(key, parent);
        Ok(Handle::new(self.id(key), 0))
    }

    /// Makes a node that holds a copy of `elements`. O(size).
    ///
    /// # Errors
    ///
    /// As [`array`](Self::array).
    #[track_caller]
    #[doc(alias = "talloc_memdup")]
    pub fn array_from<T: Pod>(&mut self, parent: impl Into<NodeId>, elements: &[T]) -> Result<Handle<[T]>, Error> {
        let handle = self.array_unfilled(parent, elements.len())?;
        self.block_mut(handle).copy_from_slice(bytemuck::cast_slice(elements));
        Ok(handle)
    }

    /// Changes the number of elements. What both lengths have keeps its content, the rest is zero; handle,
    /// children and owner stay. O(1), or O(size) where the elements must move or be cleared.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let list = tree.array_from(tree.root(), &[1u16, 2, 3])?;
    /// tree.resize(list, 5)?;
    /// assert_eq!(tree[list], [1, 2, 3, 0, 0]);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Shared`] while others hold references to it, as in talloc; [`Error::TooLarge`], [`Error::Full`];
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`]. The array is then as it was.
    #[doc(alias = "talloc_realloc")]
    #[doc(alias = "talloc_realloc_zero")]
    #[doc(alias = "talloc_realloc_size")]
    #[doc(alias = "talloc_realloc_fn")]
    pub fn resize<T: Pod>(&mut self, array: Handle<[T]>, len: usize) -> Result<(), Error> {
        let key = self.resolve_resizable(array.id())?;
        let size = size_of_array::<T>(len)?;
        let item = self.item(key);
        let (old, block) = (item.size, item.block());
        let block =
            self.heap.fit(block, old as usize, size as usize, align_of::<T>()).ok_or(Error::Full { what: "blocks" })?;
        self.heap.write(block, size as usize)[(old.min(size)) as usize..].fill(0);
        let item = self.item_mut(key);
        (item.class, item.slot, item.size) = (block.tag, block.index, size);
        self.resized(array.id(), old);
        Ok(())
    }

    fn block_mut<T: Pod>(&mut self, array: Handle<[T]>) -> &mut [u8] {
        let item = self.topology.item(array.id().key).expect("the array was just made");
        self.heap.write(item.block(), item.size as usize)
    }

    /// A node whose content only one owner can see, so that its size may change.
    pub(super) fn resolve_resizable(&self, node: NodeId) -> Result<crate::id::NodeKey, Error> {
        let key = self.resolve_parent(node)?;
        if self.item(key).is(flag::SHARED) { Err(self.shared(key)) } else { Ok(key) }
    }

    pub(super) fn resized(&mut self, node: NodeId, from: u32) {
        let to = self.item(node.key).size;
        if self.hooks.observing() && from != to {
            self.emit(Event::Resized { node, from: from as usize, to: to as usize });
        }
    }
}

fn size_of_array<T>(len: usize) -> Result<u32, Error> {
    let asked = len.saturating_mul(size_of::<T>());
    u32::try_from(asked).map_err(|_| Error::TooLarge { asked, limit: Tree::MAX_BYTES })
}
