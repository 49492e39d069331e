//! The heap: blocks by size class in pages, large blocks by themselves.

use std::alloc::Layout;
use std::{array, fmt};

use super::large::Large;
use super::page::Page;
use super::shelf::Shelf;
use super::{AllocError, Allocator, AllocatorKind, Request, Slot, Usage, class};

/// In [`Slot::tag`] is a block's class. This is that of blocks without bytes.
const EMPTY: u8 = u8::MAX;
/// The class of blocks with memory of their own.
const LARGE: u8 = u8::MAX - 1;
const _: () = assert!(class::COUNT < LARGE as usize);

/// Blocks that come and go one by one: the allocator that a tree has if nothing is said.
///
/// **When to choose it:** it is the one to leave only for a reason. Blocks up to 32 KiB are cut from pages by size,
/// eight bytes apart up to 64 and four sizes to each doubling beyond, so that any freed block serves the next request of
/// its size; larger ones have memory of their own, and a few freed ones are kept for the next request.
///
/// Pages stay when their blocks are freed, for the next ones: [`shrink`](Allocator::shrink) gives back those that
/// nothing lies in. A tree's own heap also keeps what the last [`Pool`](crate::Pool) has left, for the next.
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
    shelves: Box<[Shelf; class::COUNT]>,
    large: Large,
}

impl Heap {
    /// A heap without any pages yet. O(1).
    #[must_use]
    pub fn new() -> Self {
        Self { shelves: Box::new(array::from_fn(Shelf::new)), large: Large::default() }
    }

    /// A block of `size` bytes, aligned to `align` (a power of two up to 64). Its content is what
    /// an earlier block of this heap left there, or zeroes. O(1). `None` when the system gives no
    /// more memory, or blocks of this size have run out of numbers.
    #[inline(always)]
    pub(crate) fn take(&mut self, size: usize, align: usize) -> Option<Slot> {
        let rounded = size.saturating_add(align - 1) & !(align - 1);
        if rounded.wrapping_sub(1) >= class::LARGEST {
            return self.take_apart(size);
        }
        let number = class::of(rounded);
        Some(Slot { index: self.shelves[number].take()?, tag: number as u8 })
    }

    /// A block without bytes, or a large one.
    #[cold]
    fn take_apart(&mut self, size: usize) -> Option<Slot> {
        if size == 0 {
            return Some(Slot { index: 0, tag: EMPTY });
        }
        Some(Slot { index: self.large.take(size)?, tag: LARGE })
    }

    /// Gives a block back. O(1).
    #[inline(always)]
    pub(crate) fn give(&mut self, block: Slot) {
        match self.shelves.get_mut(usize::from(block.tag)) {
            Some(shelf) => shelf.give(block.index),
            None if block.tag == LARGE => self.large.give(block.index),
            None => {}
        }
    }

    /// Whether a block has memory of its own, which another heap can [`adopt`](Self::adopt).
    #[inline]
    pub(crate) fn is_large(&self, block: Slot) -> bool {
        block.tag == LARGE
    }

    /// Makes a copy of the first `size` bytes of another heap's block, in a block of the same class. `None` when there is
    /// no memory.
    #[inline]
    pub(crate) fn copy_of(&mut self, from: &Self, block: Slot, size: usize) -> Option<Slot> {
        let class = usize::from(block.tag);
        let Some(shelf) = self.shelves.get_mut(class) else {
            let copy = self.take_apart(size)?;
            self.write(copy, size).copy_from_slice(from.read(block, size));
            return Some(copy);
        };
        let index = shelf.take()?;
        shelf.bytes_mut(index, size).copy_from_slice(from.shelves[class].bytes(block.index, size));
        Some(Slot { index, tag: block.tag })
    }

    /// Moves a large block here from another heap, without a copy.
    pub(crate) fn adopt(&mut self, from: &mut Self, block: Slot) -> Slot {
        debug_assert!(self.is_large(block), "the others are copied");
        Slot { index: self.large.adopt(&mut from.large, block.index), tag: LARGE }
    }

    /// A page for a pool, if one was kept that suits.
    pub(super) fn take_page(&mut self, len: usize) -> Option<Page> {
        self.large.take_page(len)
    }

    /// Keeps what a pool has left for the next.
    pub(super) fn keep_page(&mut self, page: Page) {
        self.large.keep_page(page);
    }

    /// How many bytes a block has room for.
    pub(crate) fn capacity(&self, block: Slot) -> usize {
        match self.shelves.get(usize::from(block.tag)) {
            Some(shelf) => shelf.size(),
            None if block.tag == LARGE => self.large.capacity(block.index),
            None => 0,
        }
    }

    /// Whether there is such a block, in use or free; for checks.
    pub(crate) fn has(&self, block: Slot) -> bool {
        match self.shelves.get(usize::from(block.tag)) {
            Some(shelf) => shelf.has(block.index),
            None => block.tag == EMPTY || block.tag == LARGE && self.large.has(block.index),
        }
    }

    /// The blocks that were given back and are there still; for checks.
    pub(crate) fn free_blocks(&self) -> impl Iterator<Item = Slot> + '_ {
        let shelves =
            self.shelves.iter().enumerate().flat_map(|(class, shelf)| {
                shelf.free_blocks().iter().map(move |&index| Slot { index, tag: class as u8 })
            });
        shelves.chain(self.large.kept_blocks().iter().map(|&index| Slot { index, tag: LARGE }))
    }

    /// A block's first `len` bytes.
    #[inline]
    pub(crate) fn read(&self, block: Slot, len: usize) -> &[u8] {
        match self.shelves.get(usize::from(block.tag)) {
            Some(shelf) => shelf.bytes(block.index, len),
            None if block.tag == LARGE => self.large.bytes(block.index, len),
            None => &[],
        }
    }

    /// A block's first `len` bytes, to write.
    #[inline(always)]
    pub(crate) fn write(&mut self, block: Slot, len: usize) -> &mut [u8] {
        match self.shelves.get_mut(usize::from(block.tag)) {
            Some(shelf) => shelf.bytes_mut(block.index, len),
            None if block.tag == LARGE => self.large.bytes_mut(block.index, len),
            None => &mut [],
        }
    }

    /// Makes a block of `old` bytes one of `new` bytes; the bytes both have keep their content. The block stays where
    /// it is if it has the room and does not waste most of it, and if it is and stays large. O(1), or O(size) when it
    /// moves; growing a large one bit by bit is O(1) for each byte. `None` changes nothing.
    pub(crate) fn fit(&mut self, block: Slot, old: usize, new: usize, align: usize) -> Option<Slot> {
        let capacity = self.capacity(block);
        // What is rounded up to more than it needs anyway is not moved to where it would be as large.
        let stays = new <= capacity && new.next_multiple_of(align.max(class::STEP)) >= capacity / 4;
        if stays {
            return Some(block);
        }
        if block.tag == LARGE && new > class::LARGEST {
            self.large.resize(block.index, new)?;
            return Some(block);
        }
        let target = self.take(new, align)?;
        self.copy(block, target, old.min(new));
        self.give(block);
        Some(target)
    }

    /// Copies the first `len` bytes of a block to one of another class.
    fn copy(&mut self, from: Slot, to: Slot, len: usize) {
        if len == 0 {
            return;
        }
        if from.tag == LARGE {
            self.shelves[usize::from(to.tag)]
                .bytes_mut(to.index, len)
                .copy_from_slice(self.large.bytes(from.index, len));
        } else if to.tag == LARGE {
            let content = self.shelves[usize::from(from.tag)].bytes(from.index, len);
            self.large.bytes_mut(to.index, len).copy_from_slice(content);
        } else {
            let shelves = self.shelves.get_disjoint_mut([usize::from(from.tag), usize::from(to.tag)]);
            let [source, target] = shelves.expect("a block moves to another class");
            target.bytes_mut(to.index, len).copy_from_slice(source.bytes(from.index, len));
        }
    }
}

impl fmt::Debug for Heap {
    /// How much it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heap").field("usage", &self.usage()).finish_non_exhaustive()
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
        self.take(request.size(), request.align()).ok_or(AllocError::Exhausted { asked: request.size(), left: 0 })
    }
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        let resized = self.fit(slot, from.size(), request.size(), request.align());
        resized.ok_or(AllocError::Exhausted { asked: request.size(), left: 0 })
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
    /// Gives back what was kept of freed large blocks, and every page in which no block is in use.
    /// O(pages and free blocks).
    fn shrink(&mut self) {
        self.shelves.iter_mut().for_each(Shelf::shrink);
        self.large.shrink();
    }
    /// Blocks count as `used` with all the room they have. O(pages).
    fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        self.shelves.iter().for_each(|shelf| shelf.add_to(&mut usage));
        self.large.add_to(&mut usage);
        usage
    }
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
    fn a_block_stays_unless_it_lacks_room_or_wastes_most_of_it() {
        let mut heap = Heap::new();
        for (old, new, align, stays) in [
            (0, 0, 1, true),
            (0, 1, 1, false),
            (1, 8, 1, true),
            (8, 9, 1, false),
            (8, 1, 1, true),
            (8, 0, 1, false),
            (64, 1, 64, true),
            (128, 32, 1, true),
            (128, 24, 1, false),
            (130, 160, 1, true),
            (32_768, 32_769, 1, false),
            (40_000, 4_000_000, 1, true),
            (4_000_000, 40_000, 1, true),
            (40_000, 32_768, 1, true),
            (400_000, 32_768, 1, false),
        ] {
            let block = heap.take(old, align).unwrap();
            let fitted = heap.fit(block, old, new, align).unwrap();
            assert_eq!(fitted == block, stays, "{old} to {new}");
            assert!(heap.capacity(fitted) >= new);
            heap.give(fitted);
            assert_eq!(heap.usage().blocks, 0);
        }
    }

    #[test]
    fn usage_adds_up_and_an_idle_heap_can_give_all_back() {
        let mut heap = Heap::new();
        assert_eq!(heap.usage(), Usage::default());
        let blocks: Vec<Slot> = (0..60_000).step_by(7).map(|size| heap.take(size, 8).unwrap()).collect();
        let full = heap.usage();
        let used: usize = blocks.iter().map(|&block| heap.capacity(block)).sum();
        assert_eq!((full.blocks, full.used, full.charged), (blocks.len() - 1, used, 0));
        assert!(full.capacity >= used && full.capacity < used + used / 4, "{full:?}");
        let (stay, go) = blocks.split_at(10);
        go.iter().for_each(|&block| heap.give(block));
        let idle = heap.usage();
        assert_eq!((idle.blocks, idle.capacity <= full.capacity), (9, true));
        Allocator::shrink(&mut heap);
        let shrunk = heap.usage();
        assert_eq!((shrunk.blocks, shrunk.used), (idle.blocks, idle.used));
        assert!(shrunk.capacity <= 10 * 1024 && shrunk.pages <= 9, "{shrunk:?}");
        stay.iter().for_each(|&block| heap.give(block));
        Allocator::shrink(&mut heap);
        assert_eq!(heap.usage(), Usage::default());
        assert_eq!(format!("{heap:?}").lines().count(), 1);
    }

    #[test]
    fn freed_memory_is_used_again() {
        let mut heap = Heap::new();
        for size in [24, 200_000] {
            let first = heap.take(size, 1).unwrap();
            heap.give(first);
            assert_eq!(heap.take(size, 1), Some(first));
        }
    }
}
