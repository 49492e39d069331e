//! The blocks of one size class.

use super::page::Page;
use super::{Usage, class};
use crate::steps::step;

/// Blocks of one size, cut from pages. A page's number and a block's number in it are one number.
pub(super) struct Shelf {
    /// A page without bytes is vacant: no block number in use, free or fresh leads there.
    pages: Vec<Page>,
    /// Blocks that were used and are not.
    free: Vec<u32>,
    /// From here to `end`, in the page that was added last, blocks have never been used.
    fresh: u32,
    end: u32,
    /// No page before this one is vacant.
    vacant_from: u32,
    size: u16,
    bits: u8,
}

const _: () = assert!(class::LARGEST <= u16::MAX as usize && size_of::<Shelf>() <= 64);

impl Shelf {
    /// The shelf of a class, without any pages yet.
    pub(super) fn new(class: usize) -> Self {
        let size = class::size(class);
        Self {
            pages: Vec::new(),
            free: Vec::new(),
            fresh: 0,
            end: 0,
            vacant_from: 0,
            size: size as u16,
            bits: class::page_bits(size) as u8,
        }
    }

    /// How many bytes its blocks have.
    #[inline]
    pub(super) fn size(&self) -> usize {
        usize::from(self.size)
    }

    #[inline]
    pub(super) fn take(&mut self) -> Option<u32> {
        step();
        match self.free.pop() {
            Some(block) => Some(block),
            None => self.take_fresh(),
        }
    }

    #[cold]
    fn take_fresh(&mut self) -> Option<u32> {
        if self.fresh == self.end {
            self.grow()?;
        }
        let block = self.fresh;
        self.fresh += 1;
        Some(block)
    }

    fn grow(&mut self) -> Option<()> {
        let from = (self.vacant_from as usize).min(self.pages.len());
        let number = from + self.pages[from..].iter().inspect(|_| step()).take_while(|page| page.len() > 0).count();
        let blocks = class::page_blocks(self.size(), number);
        let first = u32::try_from(number << self.bits).ok()?;
        let end = first.checked_add(blocks)?;
        let page = Page::try_zeroed(blocks as usize * self.size())?;
        match self.pages.get_mut(number) {
            Some(vacant) => *vacant = page,
            None => self.pages.push(page),
        }
        (self.fresh, self.end, self.vacant_from) = (first, end, number as u32 + 1);
        Some(())
    }

    #[inline]
    pub(super) fn give(&mut self, block: u32) {
        step();
        self.free.push(block);
    }

    /// Whether there is such a block, and it has been used.
    pub(super) fn has(&self, block: u32) -> bool {
        let within = block & ((1 << self.bits) - 1);
        let page = self.pages.get(self.page_of(block));
        page.is_some_and(|page| within < self.blocks(page)) && !(self.fresh..self.end).contains(&block)
    }

    pub(super) fn free_blocks(&self) -> &[u32] {
        &self.free
    }

    #[inline]
    pub(super) fn bytes(&self, block: u32, len: usize) -> &[u8] {
        let (page, offset) = self.locate(block);
        self.pages[page].bytes(offset, len)
    }

    #[inline]
    pub(super) fn bytes_mut(&mut self, block: u32, len: usize) -> &mut [u8] {
        let (page, offset) = self.locate(block);
        self.pages[page].bytes_mut(offset, len)
    }

    /// A block's page, and where in it the block starts.
    #[inline]
    fn locate(&self, block: u32) -> (usize, usize) {
        step();
        let within = block as usize & ((1 << self.bits) - 1);
        (self.page_of(block), within * self.size())
    }

    #[inline]
    fn page_of(&self, block: u32) -> usize {
        (block >> self.bits) as usize
    }

    /// How many blocks a page has.
    fn blocks(&self, page: &Page) -> u32 {
        (page.len() / self.size()) as u32
    }

    /// Gives back every page in which no block is in use. O(pages and free blocks).
    pub(super) fn shrink(&mut self) {
        let mut in_use: Vec<u32> = self.pages.iter().map(|page| self.blocks(page)).collect();
        for &block in &self.free {
            in_use[self.page_of(block)] -= 1;
        }
        if self.fresh < self.end {
            let page = self.page_of(self.fresh);
            in_use[page] -= self.end - self.fresh;
            if in_use[page] == 0 {
                (self.fresh, self.end) = (0, 0);
            }
        }
        let bits = self.bits;
        self.free.retain(|&block| in_use[(block >> bits) as usize] > 0);
        for (page, _) in self.pages.iter_mut().zip(&in_use).filter(|(_, in_use)| **in_use == 0) {
            *page = Page::default();
        }
        self.pages.truncate(in_use.iter().rposition(|&in_use| in_use > 0).map_or(0, |last| last + 1));
        self.pages.shrink_to_fit();
        self.free.shrink_to_fit();
        self.vacant_from = 0;
    }

    pub(super) fn add_to(&self, usage: &mut Usage) {
        let blocks: usize = self.pages.iter().map(|page| self.blocks(page) as usize).sum();
        let in_use = blocks - self.free.len() - (self.end - self.fresh) as usize;
        usage.blocks += in_use;
        usage.used += in_use * self.size();
        usage.capacity += blocks * self.size();
        usage.pages += self.pages.iter().filter(|page| page.len() > 0).count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(shelf: &Shelf) -> (usize, usize) {
        let mut usage = Usage::default();
        shelf.add_to(&mut usage);
        assert_eq!(usage.used, usage.blocks * shelf.size());
        (usage.blocks, usage.pages)
    }

    fn page_of(shelf: &Shelf, block: u32) -> usize {
        shelf.locate(block).0
    }

    #[test]
    fn blocks_in_use_never_lie_in_a_page_that_went() {
        let mut random = 1_u32;
        for class in [0, 2, 20, class::COUNT - 1] {
            let mut shelf = Shelf::new(class);
            let mut blocks: Vec<u32> = Vec::new();
            for round in 0..20_u8 {
                for _ in 0..300 {
                    let block = shelf.take().unwrap();
                    shelf.bytes_mut(block, shelf.size()).fill(block as u8);
                    blocks.push(block);
                }
                // Most rounds free all but a few, and some of them all.
                let rare = if round % 5 == 4 { u32::MAX } else { 50 + u32::from(round) };
                let (stay, go): (Vec<u32>, Vec<u32>) = blocks.iter().partition(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (random >> 8).is_multiple_of(rare)
                });
                go.into_iter().for_each(|block| shelf.give(block));
                blocks = stay;
                shelf.shrink();
                let mut pages: Vec<usize> = blocks.iter().map(|&block| page_of(&shelf, block)).collect();
                pages.sort_unstable();
                pages.dedup();
                assert_eq!(usage(&shelf), (blocks.len(), pages.len()));
                for &block in &blocks {
                    assert!(shelf.bytes(block, shelf.size()).iter().all(|&byte| byte == block as u8));
                }
            }
        }
    }

    #[test]
    fn vacated_pages_are_numbered_again_first() {
        let mut shelf = Shelf::new(0);
        let blocks: Vec<u32> = (0..20_000).map(|_| shelf.take().unwrap()).collect();
        let (last, pages) = (page_of(&shelf, blocks[19_999]), usage(&shelf).1);
        blocks[..19_999].iter().for_each(|&block| shelf.give(block));
        shelf.shrink();
        assert_eq!((usage(&shelf), shelf.pages.len()), ((1, 1), pages));
        let again: Vec<u32> = (0..19_990).map(|_| shelf.take().unwrap()).collect();
        assert!(again.iter().all(|&block| page_of(&shelf, block) <= last));
        assert_eq!(usage(&shelf), (19_991, pages));
    }

    #[test]
    fn a_page_begun_goes_too_and_nothing_is_left_of_an_empty_shelf() {
        let mut shelf = Shelf::new(3);
        let block = shelf.take().unwrap();
        shelf.give(block);
        shelf.shrink();
        assert_eq!((usage(&shelf), shelf.pages.capacity(), shelf.free.capacity()), ((0, 0), 0, 0));
        assert_eq!(shelf.take(), Some(block));
    }

    #[test]
    fn numbers_run_out() {
        let mut shelf = Shelf::new(0);
        let bits = shelf.bits;
        // As if the pages it has had half of all numbers each.
        shelf.bits = 31;
        shelf.pages.resize_with(2, || Page::try_zeroed(8).unwrap());
        assert_eq!(shelf.take(), None);
        shelf.bits = bits;
        assert_eq!(shelf.take(), Some(2 << bits));
    }
}
