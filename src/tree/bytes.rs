//! Plain bytes and arrays of plain data.

use std::panic::Location;

use bytemuck::Pod;

use super::budget;
use super::create::Prepared;
use super::item::{Item, flag, of_size};
use super::{Event, Tree};
use crate::error::Error;
use crate::first_panic::FirstPanic;
use crate::id::{Handle, NodeId, NodeKey, TreeTag};
use crate::memory::{Content, HEAP, MAX_ALIGN, Request};

/// # Bytes and arrays
impl Tree {
    /// Makes a node of `len` zero bytes, named by the place of the call. O(len).
    ///
    /// # Errors
    ///
    /// [`Error::Stale`], [`Error::Foreign`] or [`Error::Dying`] for the parent; [`Error::TooLarge`] beyond
    /// [`Tree::MAX_BYTES`]; [`Error::OutOfMemory`] if the parent's allocator has no room; [`Error::OverBudget`];
    /// [`Error::Full`].
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
    #[inline(always)]
    #[track_caller]
    #[doc(alias = "talloc_array")]
    #[doc(alias = "talloc_zero_array")]
    pub fn array<T: Pod>(&mut self, parent: impl Into<NodeId>, len: usize) -> Result<Handle<[T]>, Error> {
        self.insert_array(parent.into(), len, Content::Zeroes, Location::caller())
    }

    /// Makes a node of `len` elements for the caller to fill: they hold zeroes, or whatever was in the allocator's memory
    /// before. That is what earlier blocks of this tree left behind; in a [`FixedBuffer`](crate::FixedBuffer) also what
    /// the caller's bytes held, and in a [`Temporary`](crate::Temporary) what earlier ones of this thread left. Saves
    /// the time to clear them. O(1) for small ones.
    ///
    /// # Errors
    ///
    /// As [`array`](Self::array).
    #[inline(always)]
    #[track_caller]
    #[doc(alias = "talloc_array_size")]
    pub fn array_unfilled<T: Pod>(&mut self, parent: impl Into<NodeId>, len: usize) -> Result<Handle<[T]>, Error> {
        self.insert_array(parent.into(), len, Content::Any, Location::caller())
    }

    /// Makes a node that holds a copy of `elements`. O(size).
    ///
    /// # Errors
    ///
    /// As [`array`](Self::array).
    #[inline(always)]
    #[track_caller]
    #[doc(alias = "talloc_memdup")]
    pub fn array_from<T: Pod>(&mut self, parent: impl Into<NodeId>, elements: &[T]) -> Result<Handle<[T]>, Error> {
        let bytes = bytemuck::cast_slice(elements);
        self.insert_array(parent.into(), elements.len(), Content::Copy(bytes), Location::caller())
    }

    /// Changes the number of elements. What both lengths have keeps its content, the rest is for the caller to fill:
    /// it holds zeroes, or whatever was in the memory before. [`resize_zero`](Self::resize_zero) clears it. Handle, children,
    /// owner and alignment stay. O(1), or O(size) where the elements must move.
    ///
    /// To length 0, the array is empty and still there; [`realloc`](Self::realloc) gives it up, as talloc does.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let list = tree.array_from(tree.root(), &[1u16, 2, 3])?;
    /// tree.resize(list, 5)?;
    /// tree[list][3..].copy_from_slice(&[4, 5]);
    /// assert_eq!(tree[list], [1, 2, 3, 4, 5]);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Shared`] while others hold references to it, and [`Error::Pooled`] if it is a pooled array, as in talloc;
    /// [`Error::TooLarge`], [`Error::Full`], [`Error::OutOfMemory`], [`Error::OverBudget`]; [`Error::Stale`],
    /// [`Error::Foreign`] or [`Error::Dying`]. The array is then as it was.
    #[doc(alias = "talloc_realloc_size")]
    #[doc(alias = "talloc_realloc_fn")]
    #[track_caller]
    pub fn resize<T: Pod>(&mut self, array: Handle<[T]>, len: usize) -> Result<(), Error> {
        self.resize_array(array, len, false, Location::caller())
    }

    /// The new part is cleared, if asked, before anybody is told.
    pub(super) fn resize_array<T: Pod>(
        &mut self,
        array: Handle<[T]>,
        len: usize,
        clear: bool,
        origin: &'static Location<'static>,
    ) -> Result<(), Error> {
        self.settle_waiting();
        let key = self.resolve_resizable(array.id())?;
        let size = size_of_array::<T>(len)?;
        if self.budgets.label(key) != budget::NONE {
            self.afford_growth(array.id(), |old| i64::from(size) - i64::from(old))?;
        }
        // Once the array has its size, it is cleared and the observer hears of it, whoever panics.
        let mut panic = FirstPanic::default();
        let old = self.refit(key, size, origin, &mut panic)?;
        if clear && old < size {
            panic.guard(|| self.block_mut(key)[old as usize..].fill(0));
        }
        panic.guard(|| self.resized(key, old));
        panic.resume();
        Ok(())
    }

    #[inline(always)]
    fn insert_array<T: Pod>(
        &mut self,
        parent: NodeId,
        len: usize,
        content: Content<'_>,
        origin: &'static Location<'static>,
    ) -> Result<Handle<[T]>, Error> {
        let prepared = self.prepare(parent, size_of_array::<T>(len)?, |tree| tree.kinds.of_array::<T>())?;
        let key = self.insert_prepared_array::<T>(prepared, align_of::<T>(), content, origin)?;
        Ok(Handle::new(self.id(key), 0))
    }

    #[inline(always)]
    pub(super) fn insert_prepared_array<T: Pod>(
        &mut self,
        Prepared { parent, kind, size, zone }: Prepared,
        align: usize,
        content: Content<'_>,
        origin: &'static Location<'static>,
    ) -> Result<NodeKey, Error> {
        const {
            assert!(size_of::<T>() > 0, "an array needs elements of at least a byte");
            assert!(align_of::<T>() <= MAX_ALIGN, "blocks are aligned to 64 at most");
        }
        let layout = of_size(size as usize, align);
        let (zone, block) = match self.memory.allocate(zone, layout, content, origin) {
            Ok(taken) => taken,
            Err(error) => return Err(self.out_of_memory(parent, error)),
        };
        let item = Item::array(kind, block, size, origin).within(zone);
        let key = self.topology.insert_first_with(parent, |_| item);
        self.count(key, parent, size);
        if align > align_of::<T>() {
            self.rare_mut(key).align = align as u8;
        }
        self.created(key, parent);
        Ok(key)
    }

    /// Gives an array's block another size, and says which it had. The new part is whatever it happens to be. The one
    /// place where an array's size changes. What an allocator panics with that takes back the old block waits in `panic`.
    fn refit(
        &mut self,
        key: NodeKey,
        size: u32,
        origin: &'static Location<'static>,
        panic: &mut FirstPanic,
    ) -> Result<u32, Error> {
        let item = *self.item(key);
        if item.is(flag::POOLED) {
            return Err(Error::Pooled { node: self.id(key) });
        }
        let from = self.rare.layout(&item, self.kinds.info(item.kind));
        let request = Request::of(of_size(size as usize, from.align()), origin);
        if self.is_wiped(key) {
            return self.refit_secret(key, from, &request, panic);
        }
        match self.memory.resize(item.zone, item.block(), from, &request) {
            Ok((zone, block, left)) => {
                self.item_mut(key).set_block(zone, block, size);
                self.recount(key, item.size, size);
                if zone != HEAP && block != item.block() {
                    self.note_moved_bytes(key);
                }
                panic.guard(|| drop(left));
                Ok(item.size)
            }
            Err(error) => Err(self.out_of_memory(key, error)),
        }
    }

    /// A node whose content only one owner can see, so that its size may change.
    #[inline]
    pub(super) fn resolve_resizable(&self, node: NodeId) -> Result<NodeKey, Error> {
        match self.topology.item(node.key) {
            Some(item) if node.tree == self.tag && !item.is(flag::DYING | flag::SHARED) => Ok(node.key),
            _ => Err(self.not_resizable(node.tree, node.key)),
        }
    }

    /// Why a node can't be resized. It takes the id in parts because those travel in registers.
    #[cold]
    pub(super) fn not_resizable(&self, tree: TreeTag, key: NodeKey) -> Error {
        self.resolve_parent(NodeId { tree, key }).map_or_else(|error| error, |key| self.shared(key))
    }

    /// Counts what had a size in its budget with another one.
    #[inline]
    pub(super) fn recount(&mut self, key: NodeKey, from: u32, to: u32) {
        let budget = self.budgets.label(key);
        if budget != budget::NONE {
            self.budgets.grow(budget, from, to);
        }
    }

    #[inline]
    pub(super) fn resized(&mut self, key: NodeKey, from: u32) {
        if self.hooks.observing() {
            self.tell_resized(key, from);
        }
    }

    #[cold]
    fn tell_resized(&mut self, key: NodeKey, from: u32) {
        let (node, to) = (self.id(key), self.item(key).size);
        if from != to {
            self.emit(Event::Resized { node, from: from as usize, to: to as usize });
        }
    }
}

pub(super) fn size_of_array<T>(len: usize) -> Result<u32, Error> {
    let asked = len.saturating_mul(size_of::<T>());
    u32::try_from(asked).map_err(|_| Error::TooLarge { asked, limit: Tree::MAX_BYTES })
}
