//! The heap: blocks by size class in pages, large blocks by themselves.

use std::alloc::Layout;

use slab::Slab;

use super::class;
use super::page::Page;
use super::{AllocError, Allocator, AllocatorKind, Request, Slot, Usage};

/// In [`Slot::tag`] is a block's class. This is that of blocks without bytes.
const EMPTY: u8 = u8::MAX;
/// The class of blocks with memory of their own.
const LARGE: u8 = u8::MAX - 1;
const _: () = assert!(class::COUNT < LARGE as usize);

/// Freed large blocks kept for the next request: at most so many, and so many bytes.
const KEPT: usize = 8;
const KEPT_BYTES: usize = 4 << 20;
/// Large blocks are rounded up to this.
const LARGE_STEP: usize = 4096;

#[derive(Debug)]
struct Class {
    pages: Vec<Page>,
    /// Blocks that were used and are not.
    free: Vec<u32>,
    /// From here on blocks have never been used.
    fresh: u32,
}

#[derive(Debug)]
/// Blocks that come and go one by one: the allocator that a tree has if nothing is said.
///
/// **When to choose it:** it is the one to leave only for a reason. Blocks up to 32 KiB are cut from pages by size,
/// four sizes to each doubling, so that any freed block serves the next request of its size; larger ones have
/// memory of their own, and a few freed ones are kept for the next request.
///
/// ```
/// use freehold::memory::{Allocator, Heap, Request};
///
/// let mut heap = Heap::new();
/// let request = Request::new(100, 8)?;
/// let block = heap.allocate_zeroed(&request)?;
/// heap.bytes_mut(block, 100)[99] = 1;
/// assert_eq!(heap.usage().blocks, 1);
/// heap.free(block, request.layout());
/// # Ok::<(), freehold::memory::AllocError>(())
/// ```
pub struct Heap {
    classes: Vec<Class>,
    large: Slab<Page>,
    /// Large blocks that were freed and are kept, with their places; and how many bytes they have.
    kept: Vec<u32>,
    kept_bytes: usize,
}

impl Heap {
    /// A heap without any pages yet.
    #[must_use]
    pub fn new() -> Self {
        let class = |_| Class { pages: Vec::new(), free: Vec::new(), fresh: 0 };
        Self { classes: (0..class::COUNT).map(class).collect(), large: Slab::new(), kept: Vec::new(), kept_bytes: 0 }
    }

    /// A block of `size` bytes, aligned to `align` (a power of two up to 64). Its content is what
    /// an earlier block of this heap left there, or zeroes. O(1). `None` when blocks of this size have run out of
    /// numbers.
    #[inline]
    pub(crate) fn take(&mut self, size: usize, align: usize) -> Option<Slot> {
        // Classes are multiples of 16; a power of two serves any alignment up to itself.
        let rounded = if align <= 16 { size } else { size.max(align).next_power_of_two() };
        if size == 0 {
            return Some(Slot { index: 0, tag: EMPTY });
        }
        if rounded > class::LARGEST {
            return self.take_large(size);
        }
        let number = class::of(rounded);
        let class = &mut self.classes[number];
        let slot = match class.free.pop() {
            Some(slot) => slot,
            None => class.grow(number)?,
        };
        Some(Slot { index: slot, tag: number as u8 })
    }

    fn take_large(&mut self, size: usize) -> Option<Slot> {
        let fits = |&slot: &u32| (size..=size.saturating_mul(2)).contains(&self.large[slot as usize].len());
        let slot = match self.kept.iter().rposition(fits) {
            Some(i) => {
                let slot = self.kept.swap_remove(i);
                self.kept_bytes -= self.large[slot as usize].len();
                slot
            }
            None => {
                let page = Page::zeroed(size.checked_next_multiple_of(LARGE_STEP)?);
                u32::try_from(self.large.insert(page)).ok()?
            }
        };
        Some(Slot { index: slot, tag: LARGE })
    }

    /// Gives a block back. O(1).
    #[inline(always)]
    pub(crate) fn give(&mut self, block: Slot) {
        match block.tag {
            EMPTY => {}
            LARGE => self.give_large(block.index),
            small => self.classes[usize::from(small)].free.push(block.index),
        }
    }

    #[inline(never)]
    fn give_large(&mut self, slot: u32) {
        let bytes = self.kept_bytes + self.large[slot as usize].len();
        if self.kept.len() < KEPT && bytes <= KEPT_BYTES {
            self.kept.push(slot);
            self.kept_bytes = bytes;
        } else {
            self.large.remove(slot as usize);
        }
    }

    /// How many bytes a block has room for.
    pub(crate) fn capacity(&self, block: Slot) -> usize {
        match block.tag {
            EMPTY => 0,
            LARGE => self.large[block.index as usize].len(),
            small => class::size(usize::from(small)),
        }
    }

    /// A block's first `len` bytes.
    #[inline]
    pub(crate) fn read(&self, block: Slot, len: usize) -> &[u8] {
        match block.tag {
            EMPTY => &[],
            LARGE => self.large[block.index as usize].bytes(0, len),
            small => {
                let (page, offset) = locate(small, block.index);
                self.classes[usize::from(small)].pages[page].bytes(offset, len)
            }
        }
    }

    /// A block's first `len` bytes, to write.
    #[inline(always)]
    pub(crate) fn write(&mut self, block: Slot, len: usize) -> &mut [u8] {
        match block.tag {
            EMPTY => &mut [],
            LARGE => self.large[block.index as usize].bytes_mut(0, len),
            small => {
                let (page, offset) = locate(small, block.index);
                self.classes[usize::from(small)].pages[page].bytes_mut(offset, len)
            }
        }
    }

    /// Makes a block of `old` bytes one of `new` bytes; the bytes both have keep their content. The block stays where it is if it has the room and does not waste most of it. O(1), or O(size) when
    /// it moves. `None` changes nothing.
    pub(crate) fn fit(&mut self, block: Slot, old: usize, new: usize, align: usize) -> Option<Slot> {
        let capacity = self.capacity(block);
        let stays = new <= capacity && new >= capacity / 4;
        let target = if stays { block } else { self.take(new, align)? };
        let common = old.min(new);
        if target != block {
            self.copy(block, target, common);
            self.give(block);
        }
        Some(target)
    }

    fn copy(&mut self, from: Slot, to: Slot, len: usize) {
        if len == 0 {
            return;
        }
        // Two blocks of one page can't be borrowed together without more code than this copy costs.
        let content = self.read(from, len).to_vec();
        self.write(to, len).copy_from_slice(&content);
    }
}

impl Default for Heap {
    fn default() -> Self {
        Self::new()
    }
}

impl Allocator for Heap {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Heap
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.take(request.size(), request.align()).ok_or(AllocError::Full)
    }
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        self.fit(slot, from.size(), request.size(), request.align()).ok_or(AllocError::Full)
    }
    fn free(&mut self, slot: Slot, _: Layout) {
        self.give(slot);
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.read(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.write(slot, len)
    }
    fn usage(&self) -> Usage {
        Usage::default()
    }
}

impl Class {
    #[cold]
    fn grow(&mut self, number: usize) -> Option<u32> {
        let slot = self.fresh;
        self.fresh = slot.checked_add(1)?;
        let bits = class::page_bits(number);
        if (slot >> bits) as usize == self.pages.len() {
            self.pages.push(Page::zeroed(class::size(number) << bits));
        }
        Some(slot)
    }
}

/// The page of a small block, and where in it the block starts.
#[inline]
fn locate(class: u8, slot: u32) -> (usize, usize) {
    let class = usize::from(class);
    let bits = class::page_bits(class);
    ((slot >> bits) as usize, (slot as usize & ((1 << bits) - 1)) * class::size(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_apart_aligned_and_keep_what_is_written() {
        let mut heap = Heap::new();
        let mut blocks = Vec::new();
        for size in (0..300).chain([4096, 32768, 32769, 131_072]) {
            for align in [1, 16, 64] {
                let block = heap.take(size, align).unwrap();
                assert!(heap.capacity(block) >= size);
                let bytes = heap.write(block, size);
                assert!(size == 0 || bytes.as_ptr().align_offset(align) == 0, "{size} aligned to {align}");
                bytes.fill(blocks.len() as u8);
                blocks.push((block, size));
            }
        }
        for (i, &(block, size)) in blocks.iter().enumerate() {
            assert!(heap.read(block, size).iter().all(|&byte| byte == i as u8));
        }
        for (block, _) in blocks {
            heap.give(block);
        }
    }

    #[test]
    fn resizing_keeps_the_common_part() {
        for (old, new) in [(0, 10), (10, 0), (100, 120), (100, 10), (40_000, 50_000), (70_000, 100), (8, 70_000)] {
            let mut heap = Heap::new();
            let dirty = heap.take(new, 1).unwrap();
            heap.write(dirty, new).fill(9);
            heap.give(dirty);
            let block = heap.take(old, 1).unwrap();
            heap.write(block, old).fill(7);
            let block = heap.fit(block, old, new, 1).unwrap();
            let common = old.min(new);
            assert_eq!(heap.read(block, new)[..common], vec![7; common], "{old} to {new}");
        }
    }

    #[test]
    fn freed_memory_is_used_again() {
        let mut heap = Heap::new();
        for size in [24, 200_000] {
            let first = heap.take(size, 1).unwrap();
            heap.give(first);
            assert_eq!(heap.take(size, 1), Some(first));
        }
        assert_eq!(heap.kept.len(), 0);
    }
}
