//! Plain bytes and arrays of plain data.

use std::panic::Location;

use bytemuck::Pod;

use super::create::Prepared;
use super::item::{Item, flag, of_size};
use super::{Event, Tree};
use crate::error::Error;
use crate::id::{Handle, NodeId, NodeKey};
use crate::memory::{Content, HEAP, MAX_ALIGN, Request};

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
        self.insert_array(parent.into(), len, || Content::Zeroes, Location::caller())
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
        self.insert_array(parent.into(), len, || Content::Any, Location::caller())
    }

    /// Makes a node that holds a copy of `elements`. O(size).
    ///
    /// # Errors
    ///
    /// As [`array`](Self::array).
    #[track_caller]
    #[doc(alias = "talloc_memdup")]
    pub fn array_from<T: Pod>(&mut self, parent: impl Into<NodeId>, elements: &[T]) -> Result<Handle<[T]>, Error> {
        let bytes = bytemuck::cast_slice(elements);
        self.insert_array(parent.into(), elements.len(), || Content::Copy(bytes), Location::caller())
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
    #[track_caller]
    pub fn resize<T: Pod>(&mut self, array: Handle<[T]>, len: usize) -> Result<(), Error> {
        let key = self.resolve_resizable(array.id())?;
        let size = size_of_array::<T>(len)?;
        let old = self.refit(key, size, align_of::<T>(), Location::caller())?;
        let item = self.item(key);
        self.memory.write(item.zone, item.block(), size as usize)[(old.min(size)) as usize..].fill(0);
        self.resized(array.id(), old);
        Ok(())
    }

    #[inline(always)]
    fn insert_array<'c, T: Pod>(
        &mut self,
        parent: NodeId,
        len: usize,
        content: impl FnOnce() -> Content<'c>,
        origin: &'static Location<'static>,
    ) -> Result<Handle<[T]>, Error> {
        match self.insert_array_apart::<T>(parent, len, content, origin) {
            Ok(key) => Ok(Handle::new(self.id(key), 0)),
            Err(error) => Err(*error),
        }
    }

    /// What is made fits registers: a handle that comes back through memory, in parts, is slow to read as a whole.
    #[inline(never)]
    fn insert_array_apart<'c, T: Pod>(
        &mut self,
        parent: NodeId,
        len: usize,
        content: impl FnOnce() -> Content<'c>,
        origin: &'static Location<'static>,
    ) -> Result<NodeKey, Box<Error>> {
        let prepared = self.prepare(parent, |tree| tree.kinds.of_array::<T>())?;
        Ok(self.insert_prepared_array::<T>(prepared, len, content(), origin)?)
    }

    #[inline(always)]
    pub(super) fn insert_prepared_array<T: Pod>(
        &mut self,
        Prepared { parent, kind, zone }: Prepared,
        len: usize,
        content: Content<'_>,
        origin: &'static Location<'static>,
    ) -> Result<NodeKey, Error> {
        const {
            assert!(size_of::<T>() > 0, "an array needs elements of at least a byte");
            assert!(align_of::<T>() <= MAX_ALIGN, "blocks are aligned to 64 at most");
        }
        let size = size_of_array::<T>(len)?;
        let layout = of_size(size as usize, align_of::<T>());
        let (zone, block) = match self.memory.allocate(zone, layout, content, origin) {
            Ok(taken) => taken,
            Err(error) => return Err(self.out_of_memory(parent, error)),
        };
        let item = Item::array(kind, block, size, origin).within(zone);
        let key = self.topology.insert_first_with(parent, |_| item);
        self.created(key, parent);
        Ok(key)
    }

    /// Gives an array's block another size, and says which it had. The new part is whatever it happens to be.
    fn refit(
        &mut self,
        key: NodeKey,
        size: u32,
        align: usize,
        origin: &'static Location<'static>,
    ) -> Result<u32, Error> {
        let item = *self.item(key);
        if item.is(flag::POOLED) {
            return Err(Error::Pooled { node: self.id(key) });
        }
        let request = Request::of(of_size(size as usize, align), origin);
        match self.memory.resize(item.zone, item.block(), of_size(item.size as usize, align), &request) {
            Ok((zone, block)) => {
                self.item_mut(key).set_block(zone, block, size);
                if zone != HEAP && block != item.block() {
                    self.note_moved_bytes(key);
                }
                Ok(item.size)
            }
            Err(error) => Err(self.out_of_memory(key, error)),
        }
    }

    /// A node whose content only one owner can see, so that its size may change.
    pub(super) fn resolve_resizable(&self, node: NodeId) -> Result<NodeKey, Error> {
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
