//! Arrays from iterators, aligned bytes, and talloc's realloc.

use std::panic::Location;

use bytemuck::Pod;

use super::Tree;
use super::bytes::size_of_array;
use crate::error::Error;
use crate::id::{Handle, NodeId};
use crate::memory::{Content, MAX_ALIGN};

/// # More of bytes and arrays
impl Tree {
    /// Makes a node that holds what an iterator gives. O(size). The elements are collected first: if the iterator
    /// panics, nothing has been made.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let squares = tree.array_from_iter(tree.root(), (1..=4u32).map(|n| n * n))?;
    /// assert_eq!(tree[squares], [1, 4, 9, 16]);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`array`](Self::array). An iterator that says at once that it has too many elements isn't asked for any; one
    /// that doesn't is stopped at the first too many.
    #[track_caller]
    pub fn array_from_iter<T: Pod>(
        &mut self,
        parent: impl Into<NodeId>,
        elements: impl IntoIterator<Item = T>,
    ) -> Result<Handle<[T]>, Error> {
        self.settle_waiting();
        let parent = parent.into();
        self.resolve_parent(parent)?;
        let elements = elements.into_iter();
        size_of_array::<T>(elements.size_hint().0)?;
        let most = Self::MAX_BYTES / size_of::<T>();
        let elements: Vec<T> = elements.take(most.saturating_add(1)).collect();
        self.array_from(parent, &elements)
    }

    /// Makes a node of `len` zero bytes whose address is a multiple of `align`, a power of two up to 64, and stays one
    /// whatever size they get. Named by the place of the call. O(len).
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let lines = tree.bytes_aligned(tree.root(), 100, 64)?;
    /// tree.resize(lines, 5000)?;
    /// assert_eq!(tree[lines].as_ptr().align_offset(64), 0);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Alignment`] if there is no such alignment; else as [`bytes`](Self::bytes).
    #[track_caller]
    pub fn bytes_aligned(
        &mut self,
        parent: impl Into<NodeId>,
        len: usize,
        align: usize,
    ) -> Result<Handle<[u8]>, Error> {
        if align > MAX_ALIGN || !align.is_power_of_two() {
            return Err(Error::Alignment { align });
        }
        let prepared = self.prepare(parent.into(), size_of_array::<u8>(len)?, |tree| tree.kinds.of_array::<u8>())?;
        let key = self.insert_prepared_array::<u8>(prepared, align, Content::Zeroes, Location::caller())?;
        Ok(Handle::new(self.id(key), 0))
    }

    /// As [`resize`](Self::resize), with the new elements cleared: all their bits are zero. O(size) where the elements
    /// must move, else O(new elements).
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let list = tree.array_from(tree.root(), &[1u16, 2, 3])?;
    /// tree.resize_zero(list, 2)?;
    /// tree.resize_zero(list, 5)?;
    /// assert_eq!(tree[list], [1, 2, 0, 0, 0]);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resize`](Self::resize).
    #[track_caller]
    #[doc(alias = "talloc_realloc_zero")]
    pub fn resize_zero<T: Pod>(&mut self, array: Handle<[T]>, len: usize) -> Result<(), Error> {
        self.resize_array(array, len, true, Location::caller())
    }

    /// Changes the number of elements as talloc's `realloc` does, which makes and gives up arrays as well.
    ///
    /// | `array` | `len` | |
    /// |---|---|---|
    /// | `None` | 0 | nothing, and the answer is `None` |
    /// | `None` | more | a new array under `owner`, as [`array_unfilled`](Self::array_unfilled) makes |
    /// | `Some` | 0 | [`unlink(owner, array)`](Self::unlink), and the answer is `None` |
    /// | `Some` | more | [`resize(array, len)`](Self::resize); `owner` does not matter |
    ///
    /// As for any `unlink`, `owner` has to have a claim on the array, and the array lives on if others have.
    ///
    /// ```
    /// # let mut tree = freehold::Tree::new();
    /// let owner = tree.root();
    /// let mut list = None;
    /// for len in [2, 4, 3, 0] {
    ///     list = tree.realloc::<u16>(owner, list, len)?;
    ///     assert_eq!(list.map_or(0, |list| tree[list].len()), len);
    /// }
    /// assert!(tree.is_empty());
    /// # Ok::<(), freehold::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] or [`Error::Foreign`] for the owner, be it needed or not; else as the method that is called.
    /// Nothing has changed then.
    ///
    /// # Panics
    ///
    /// As [`free`](Self::free), when the array is freed.
    #[track_caller]
    #[doc(alias = "talloc_realloc")]
    pub fn realloc<T: Pod>(
        &mut self,
        owner: impl Into<NodeId>,
        array: Option<Handle<[T]>>,
        len: usize,
    ) -> Result<Option<Handle<[T]>>, Error> {
        self.settle_waiting();
        let owner = owner.into();
        self.resolve(owner)?;
        match array {
            None if len == 0 => Ok(None),
            None => self.array_unfilled(owner, len).map(Some),
            Some(array) if len == 0 => self.unlink(owner, array).map(|_| None),
            Some(array) => self.resize(array, len).map(|()| Some(array)),
        }
    }
}
