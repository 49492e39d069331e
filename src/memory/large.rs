//! Large blocks, each with memory of its own; a few freed ones are kept for the next request.

use bytemuck::allocation::try_zeroed_vec;
use slab::Slab;

use super::page::Page;
use super::{MAX_ALIGN, Usage};
use crate::steps::step;

/// Freed blocks kept for the next request: at most so many, and so many bytes.
const KEPT: usize = 8;
const KEPT_BYTES: usize = 4 << 20;
/// Blocks are rounded up to this.
const STEP: usize = 4096;
/// What a block has in addition, so that it can start at a multiple of the largest alignment.
const SPARE: usize = MAX_ALIGN - 1;

/// The memory of one block. What the vector has reserved beyond its length is room to grow that was never touched.
#[derive(Debug)]
struct Stretch {
    bytes: Vec<u8>,
    /// Where the block starts.
    shift: usize,
}

#[derive(Debug, Default)]
pub(super) struct Large {
    stretches: Slab<Stretch>,
    /// Those whose blocks were freed; and how much memory they have.
    kept: Vec<u32>,
    kept_bytes: usize,
    /// What the last pool has left, for the next.
    page: Option<Page>,
}

impl Large {
    /// A block of at least `size` bytes. `None` if there is no memory.
    pub(super) fn take(&mut self, size: usize) -> Option<u32> {
        let fits = |&slot: &u32| (size..=size.saturating_mul(2)).contains(&self.capacity(slot));
        if let Some(i) = self.kept.iter().rposition(fits) {
            let slot = self.kept.swap_remove(i);
            self.kept_bytes -= self.stretch(slot).bytes.capacity();
            return Some(slot);
        }
        let slot = u32::try_from(self.stretches.vacant_key()).ok()?;
        self.stretches.insert(Stretch::try_zeroed(size.checked_next_multiple_of(STEP)?)?);
        Some(slot)
    }

    pub(super) fn give(&mut self, slot: u32) {
        let bytes = self.kept_bytes + self.stretch(slot).bytes.capacity();
        if self.kept.len() < KEPT && bytes <= KEPT_BYTES {
            self.kept.push(slot);
            self.kept_bytes = bytes;
        } else {
            self.stretches.remove(slot as usize);
        }
    }

    /// Gives a block room for `size` bytes, and not much more than four times that; its content stays. It is as with
    /// a `Vec`: growing bit by bit is O(1) for each byte, and the global allocator moves the block only if it must.
    /// `None` if there is no memory; nothing has changed then.
    pub(super) fn resize(&mut self, slot: u32, size: usize) -> Option<()> {
        let stretch = &mut self.stretches[slot as usize];
        if size <= stretch.len() && size >= stretch.len() / 4 {
            return Some(());
        }
        stretch.resize(size.checked_next_multiple_of(STEP)?)
    }

    /// The page that was kept, if it has `len` bytes and not more than twice as many.
    pub(super) fn take_page(&mut self, len: usize) -> Option<Page> {
        self.page.take_if(|page| (len..=len.saturating_mul(2)).contains(&page.len()))
    }

    /// Keeps a page in place of the one that was kept before.
    pub(super) fn keep_page(&mut self, page: Page) {
        if page.len() <= KEPT_BYTES {
            self.page = Some(page);
        }
    }

    /// Moves a block here from where others are, without a copy.
    pub(super) fn adopt(&mut self, from: &mut Self, slot: u32) -> u32 {
        // Large blocks never come to 2³²: that would be 128 TiB.
        self.stretches.insert(from.stretches.remove(slot as usize)) as u32
    }

    fn stretch(&self, slot: u32) -> &Stretch {
        step();
        &self.stretches[slot as usize]
    }

    pub(super) fn has(&self, slot: u32) -> bool {
        self.stretches.contains(slot as usize)
    }

    pub(super) fn kept_blocks(&self) -> &[u32] {
        &self.kept
    }

    /// How many bytes a block has room for as it is.
    pub(super) fn capacity(&self, slot: u32) -> usize {
        self.stretch(slot).len()
    }

    #[inline]
    pub(super) fn bytes(&self, slot: u32, len: usize) -> &[u8] {
        let Stretch { bytes, shift } = self.stretch(slot);
        &bytes[*shift..][..len]
    }

    #[inline]
    pub(super) fn bytes_mut(&mut self, slot: u32, len: usize) -> &mut [u8] {
        let Stretch { bytes, shift } = &mut self.stretches[slot as usize];
        &mut bytes[*shift..][..len]
    }

    /// Gives back what is kept.
    pub(super) fn shrink(&mut self) {
        for slot in std::mem::take(&mut self.kept) {
            self.stretches.remove(slot as usize);
        }
        self.kept_bytes = 0;
        self.page = None;
        self.stretches.shrink_to_fit();
    }

    pub(super) fn add_to(&self, usage: &mut Usage) {
        let room = |stretch: &Stretch| stretch.bytes.capacity() - SPARE;
        let all: usize = self.stretches.iter().map(|(_, stretch)| room(stretch)).sum();
        let kept: usize = self.kept.iter().map(|&slot| room(self.stretch(slot))).sum();
        usage.blocks += self.stretches.len() - self.kept.len();
        usage.used += all - kept;
        usage.capacity += all + self.page.as_ref().map_or(0, Page::len);
        usage.pages += self.stretches.len() + usize::from(self.page.is_some());
    }
}

impl Stretch {
    /// `None` if the system has no room for it.
    fn try_zeroed(len: usize) -> Option<Self> {
        let bytes = try_zeroed_vec(len.checked_add(SPARE)?).ok()?;
        Some(Self { shift: Self::start(&bytes), bytes })
    }

    fn start(bytes: &[u8]) -> usize {
        bytes.as_ptr().align_offset(MAX_ALIGN)
    }

    fn len(&self) -> usize {
        self.bytes.len() - SPARE
    }

    fn resize(&mut self, len: usize) -> Option<()> {
        let common = self.len().min(len);
        if len > common {
            self.bytes.try_reserve(len - common).ok()?;
            self.bytes.resize(len + SPARE, 0);
        } else {
            self.bytes.truncate(len + SPARE);
            self.bytes.shrink_to_fit();
        }
        let shift = Self::start(&self.bytes);
        if shift != self.shift {
            self.bytes.copy_within(self.shift..self.shift + common, shift);
            self.shift = shift;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(large: &Large) -> Usage {
        let mut usage = Usage::default();
        large.add_to(&mut usage);
        usage
    }

    #[test]
    fn a_few_freed_blocks_are_kept_until_shrunk() {
        let mut large = Large::default();
        let slots: Vec<u32> = (0..KEPT + 2).map(|_| large.take(40_000).unwrap()).collect();
        for &slot in &slots {
            large.give(slot);
        }
        assert_eq!((usage(&large).blocks, usage(&large).used, usage(&large).pages), (0, 0, KEPT));
        assert_eq!(large.take(30_000), Some(slots[KEPT - 1]));
        large.take(10_000).unwrap();
        assert_eq!(usage(&large).pages, KEPT + 1, "one more than twice as large is not used");
        large.shrink();
        assert_eq!((usage(&large).blocks, usage(&large).pages), (2, 2));
        assert_eq!(usage(&large).used, usage(&large).capacity);
        let huge = large.take(KEPT_BYTES + 1).unwrap();
        large.give(huge);
        assert_eq!(usage(&large).pages, 2);
    }

    #[test]
    fn growing_bit_by_bit_reserves_as_a_vec_does() {
        let mut large = Large::default();
        let slot = large.take(40_000).unwrap();
        large.bytes_mut(slot, 40_000).fill(7);
        let mut moves = 0;
        let mut room = usage(&large).capacity;
        for size in (40_000..4_000_000).step_by(1000) {
            large.resize(slot, size).unwrap();
            assert_eq!(large.bytes(slot, size).as_ptr().align_offset(MAX_ALIGN), 0);
            moves += usize::from(usage(&large).capacity != room);
            room = usage(&large).capacity;
        }
        assert!(moves <= 7, "{moves} times");
        assert_eq!(large.bytes(slot, 40_000), [7; 40_000]);
    }

    #[test]
    fn a_block_is_cut_when_most_of_it_would_be_unused() {
        let mut large = Large::default();
        let slot = large.take(400 * STEP).unwrap();
        large.bytes_mut(slot, 1000).fill(7);
        large.resize(slot, 100 * STEP).unwrap();
        assert_eq!(large.capacity(slot), 400 * STEP);
        large.resize(slot, 99 * STEP).unwrap();
        assert_eq!(large.capacity(slot), 99 * STEP);
        assert!(usage(&large).capacity < 200 * STEP);
        assert_eq!(large.bytes(slot, 1000), [7; 1000]);
        assert_eq!(large.bytes(slot, 1).as_ptr().align_offset(MAX_ALIGN), 0);
    }
}
