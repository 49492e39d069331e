//! The heap: blocks by size class in pages, large blocks by themselves.

use slab::Slab;

use super::class;
use super::page::{ALIGN, Page};

/// Where a block lies. It means nothing to any other heap, and the node that owns the block is what guards it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) class: u8,
    pub(crate) slot: u32,
}

/// The class of blocks without bytes.
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
pub(crate) struct Heap {
    classes: Vec<Class>,
    large: Slab<Page>,
    /// Large blocks that were freed and are kept, with their places; and how many bytes they have.
    kept: Vec<u32>,
    kept_bytes: usize,
}

impl Heap {
    pub(crate) const MAX_ALIGN: usize = ALIGN;

    pub(crate) fn new() -> Self {
        let class = |_| Class { pages: Vec::new(), free: Vec::new(), fresh: 0 };
        Self { classes: (0..class::COUNT).map(class).collect(), large: Slab::new(), kept: Vec::new(), kept_bytes: 0 }
    }

    /// A block of `size` bytes, aligned to `align` (a power of two up to [`Self::MAX_ALIGN`]). Its content is what
    /// an earlier block of this heap left there, or zeroes. O(1). `None` when blocks of this size have run out of
    /// numbers.
    #[inline]
    pub(crate) fn allocate(&mut self, size: usize, align: usize) -> Option<Block> {
        // Classes are multiples of 16; a power of two serves any alignment up to itself.
        let rounded = if align <= 16 { size } else { size.max(align).next_power_of_two() };
        if size == 0 {
            return Some(Block { class: EMPTY, slot: 0 });
        }
        if rounded > class::LARGEST {
            return self.allocate_large(size);
        }
        let number = class::of(rounded);
        let class = &mut self.classes[number];
        let slot = match class.free.pop() {
            Some(slot) => slot,
            None => class.grow(number)?,
        };
        Some(Block { class: number as u8, slot })
    }

    fn allocate_large(&mut self, size: usize) -> Option<Block> {
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
        Some(Block { class: LARGE, slot })
    }

    /// Gives a block back. O(1).
    #[inline]
    pub(crate) fn free(&mut self, block: Block) {
        match block.class {
            EMPTY => {}
            LARGE => self.free_large(block.slot),
            small => self.classes[usize::from(small)].free.push(block.slot),
        }
    }

    fn free_large(&mut self, slot: u32) {
        let bytes = self.kept_bytes + self.large[slot as usize].len();
        if self.kept.len() < KEPT && bytes <= KEPT_BYTES {
            self.kept.push(slot);
            self.kept_bytes = bytes;
        } else {
            self.large.remove(slot as usize);
        }
    }

    /// How many bytes a block has room for.
    pub(crate) fn capacity(&self, block: Block) -> usize {
        match block.class {
            EMPTY => 0,
            LARGE => self.large[block.slot as usize].len(),
            small => class::size(usize::from(small)),
        }
    }

    /// A block's first `len` bytes.
    #[inline]
    pub(crate) fn bytes(&self, block: Block, len: usize) -> &[u8] {
        match block.class {
            EMPTY => &[],
            LARGE => self.large[block.slot as usize].bytes(0, len),
            small => {
                let (page, offset) = locate(small, block.slot);
                self.classes[usize::from(small)].pages[page].bytes(offset, len)
            }
        }
    }

    /// A block's first `len` bytes, to write.
    #[inline]
    pub(crate) fn bytes_mut(&mut self, block: Block, len: usize) -> &mut [u8] {
        match block.class {
            EMPTY => &mut [],
            LARGE => self.large[block.slot as usize].bytes_mut(0, len),
            small => {
                let (page, offset) = locate(small, block.slot);
                self.classes[usize::from(small)].pages[page].bytes_mut(offset, len)
            }
        }
    }

    /// Makes a block of `old` bytes one of `new` bytes; the bytes both have keep their content and the rest is
    /// zero. The block stays where it is if it has the room and does not waste most of it. O(1), or O(size) when
    /// it moves. `None` changes nothing.
    pub(crate) fn resize(&mut self, block: Block, old: usize, new: usize, align: usize) -> Option<Block> {
        let capacity = self.capacity(block);
        let stays = new <= capacity && new >= capacity / 4;
        let target = if stays { block } else { self.allocate(new, align)? };
        let common = old.min(new);
        if target != block {
            self.copy(block, target, common);
            self.free(block);
        }
        self.bytes_mut(target, new)[common..].fill(0);
        Some(target)
    }

    fn copy(&mut self, from: Block, to: Block, len: usize) {
        if len == 0 {
            return;
        }
        // Two blocks of one page can't be borrowed together without more code than this copy costs.
        let content = self.bytes(from, len).to_vec();
        self.bytes_mut(to, len).copy_from_slice(&content);
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
                let block = heap.allocate(size, align).unwrap();
                assert!(heap.capacity(block) >= size);
                let bytes = heap.bytes_mut(block, size);
                assert!(size == 0 || bytes.as_ptr().align_offset(align) == 0, "{size} aligned to {align}");
                bytes.fill(blocks.len() as u8);
                blocks.push((block, size));
            }
        }
        for (i, &(block, size)) in blocks.iter().enumerate() {
            assert!(heap.bytes(block, size).iter().all(|&byte| byte == i as u8));
        }
        for (block, _) in blocks {
            heap.free(block);
        }
    }

    #[test]
    fn resizing_keeps_the_common_part_and_clears_the_rest() {
        for (old, new) in [(0, 10), (10, 0), (100, 120), (100, 10), (40_000, 50_000), (70_000, 100), (8, 70_000)] {
            let mut heap = Heap::new();
            let dirty = heap.allocate(new, 1).unwrap();
            heap.bytes_mut(dirty, new).fill(9);
            heap.free(dirty);
            let block = heap.allocate(old, 1).unwrap();
            heap.bytes_mut(block, old).fill(7);
            let block = heap.resize(block, old, new, 1).unwrap();
            let expected: Vec<u8> = (0..new).map(|i| if i < old { 7 } else { 0 }).collect();
            assert_eq!(heap.bytes(block, new), expected, "{old} to {new}");
        }
    }

    #[test]
    fn freed_memory_is_used_again() {
        let mut heap = Heap::new();
        for size in [24, 200_000] {
            let first = heap.allocate(size, 1).unwrap();
            heap.free(first);
            assert_eq!(heap.allocate(size, 1), Some(first));
        }
        assert_eq!(heap.kept.len(), 0);
    }
}
