//! The core of every arena: blocks cut one after the other from a row of pages.
//!
//! A block's position is its page's number and its offset in it, as one number: page `n` has the positions from
//! `n << bits` on. Positions grow from block to block, so what was made since some moment is what lies above the
//! position of that moment. That is all a scope has to remember.

use slab::Slab;
use smallvec::SmallVec;

use super::page::Page;
use super::{AllocError, AllocatorKind, Kept, MAX_SCOPES, Slot, Usage};
use crate::steps::step;

/// Blocks start at multiples of this, so that 32 bits number the positions of 32 GiB.
const STEP: usize = 8;

/// In [`Slot::tag`]: a block cut from the pages, one without bytes, one with memory of its own.
const CUT: u8 = 0;
const EMPTY: u8 = 1;
const LARGE: u8 = 2;

/// Where pages come from, and where they go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Supply {
    /// `None` if there is no room for one.
    pub(super) take: fn(usize) -> Option<Page>,
    pub(super) give: fn(Page),
}

impl Supply {
    pub(super) const HEAP: Self = Self { take: Page::try_zeroed, give: drop };
}

/// A scope: where it began, and how many of the blocks cut since then, inner scopes not counted, are in use.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: usize,
    live: usize,
}

#[derive(Debug)]
pub(super) struct Bump {
    /// The next block starts here or above. Past `end` if the last block ends in an odd place there, or if this is where a
    /// page begins that has been given back.
    top: usize,
    /// Blocks end here or below: where the page ends, less what is charged if there is no other page.
    end: usize,
    mark: Mark,
    /// Those outside the innermost one, outermost first.
    outer: Vec<Mark>,
    bits: u32,
    page_len: usize,
    /// Where the first page's bytes start.
    lead: usize,
    /// The page of `top`, and where it starts.
    page: usize,
    floor: usize,
    /// A bounded one has at most one.
    pages: SmallVec<[Page; 1]>,
    /// No pages but the one there is, and no blocks apart.
    bounded: bool,
    supply: Supply,
    large: Slab<Page>,
    large_bytes: usize,
    charged: usize,
}

impl Bump {
    /// Positions that a slot can name are below this.
    pub(super) const REACH: usize = (u32::MAX as usize).saturating_mul(STEP);

    /// An arena that takes pages of `page_len` bytes as it needs them.
    pub(super) fn growing(page_len: usize, supply: Supply) -> Self {
        let page_len = page_len.clamp(64, 1 << 30);
        let bits = page_len.next_power_of_two().ilog2();
        Self {
            top: 0,
            end: 0,
            mark: Mark { at: 0, live: 0 },
            outer: Vec::new(),
            bits,
            page_len,
            lead: 0,
            page: 0,
            floor: 0,
            pages: SmallVec::new(),
            bounded: false,
            supply,
            large: Slab::new(),
            large_bytes: 0,
            charged: 0,
        }
    }

    /// An arena in one stretch of bytes.
    pub(super) fn bounded(page: Page) -> Self {
        let (lead, len) = (page.lead(), page.len().min(Self::REACH - page.lead()));
        let mut bump = Self::reserving(len);
        bump.lead = lead;
        bump.mark.at = lead;
        bump.top = lead;
        bump.furnish(page);
        bump
    }

    /// An arena in one stretch of so many bytes, which is made when it is needed.
    pub(super) fn reserving(len: usize) -> Self {
        let mut bump = Self::growing(64, Supply::HEAP);
        bump.bits = usize::BITS - 1;
        bump.page_len = len.min(Self::REACH);
        bump.bounded = true;
        bump
    }

    /// How long a page it still lacks, if it has only one and not yet.
    pub(super) fn lacks(&self) -> Option<usize> {
        (self.bounded && self.pages.is_empty() && self.page_len > 0).then_some(self.page_len)
    }

    /// Gives it the page that it lacks.
    pub(super) fn furnish(&mut self, page: Page) {
        self.pages.push(page);
        self.rewind(self.top);
    }

    /// Makes the page that it lacks, and says whether there was one to make. If the system has none, it is not asked
    /// again.
    #[inline]
    fn reserve(&mut self) -> bool {
        let Some(len) = self.lacks() else { return false };
        match (self.supply.take)(len) {
            Some(page) => self.furnish(page),
            None => self.page_len = 0,
        }
        true
    }

    #[inline]
    pub(super) fn allocate(&mut self, size: usize, align: usize) -> Result<Slot, AllocError> {
        match self.cut(size, align) {
            Some(slot) => Ok(slot),
            None => self.allocate_elsewhere(size, align),
        }
    }

    /// A block from what is left of the page in use; none without bytes.
    #[inline(always)]
    pub(super) fn cut(&mut self, size: usize, align: usize) -> Option<Slot> {
        step();
        let start = self.top.next_multiple_of_power(align.max(STEP));
        if size == 0 || start + size > self.end {
            return None;
        }
        self.top = (start + size).next_multiple_of_power(STEP);
        self.mark.live += 1;
        Some(Slot { index: (start / STEP) as u32, tag: CUT })
    }

    /// The bytes of a block that was just cut.
    #[inline(always)]
    pub(super) fn cut_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.pages[self.page].bytes_mut(slot.index as usize * STEP - self.floor, len)
    }

    #[inline(never)]
    fn allocate_elsewhere(&mut self, size: usize, align: usize) -> Result<Slot, AllocError> {
        if size == 0 {
            return Ok(Slot { index: 0, tag: EMPTY });
        }
        if self.reserve() {
            return self.allocate(size, align);
        }
        if self.bounded {
            return Err(AllocError::Exhausted { asked: size, left: self.left(align) });
        }
        if size > self.page_len {
            let index = u32::try_from(self.large.vacant_key()).map_err(|_| AllocError::Full)?;
            let page = Page::try_zeroed(size).ok_or(AllocError::Exhausted { asked: size, left: 0 })?;
            self.large.insert(page);
            self.large_bytes += size;
            return Ok(Slot { index, tag: LARGE });
        }
        let next = if self.pages.is_empty() { 0 } else { self.page + 1 };
        if ((next + 1) << self.bits) / STEP > u32::MAX as usize {
            return Err(AllocError::Exhausted { asked: size, left: self.left(align) });
        }
        if next == self.pages.len() {
            let page = (self.supply.take)(self.page_len);
            self.pages.push(page.ok_or(AllocError::Exhausted { asked: size, left: self.left(align) })?);
        }
        self.page = next;
        self.floor = next << self.bits;
        self.top = self.floor;
        self.end = self.floor + self.page_len;
        self.allocate(size, align)
    }

    /// How large a block of this alignment can still be cut from the page in use.
    fn left(&self, align: usize) -> usize {
        self.end.saturating_sub(self.top.next_multiple_of_power(align.max(STEP)))
    }

    #[inline(always)]
    pub(super) fn free(&mut self, slot: Slot, size: usize) {
        step();
        if slot.tag != CUT {
            return self.free_apart(slot);
        }
        let start = slot.index as usize * STEP;
        if start < self.mark.at {
            return self.free_outside(start);
        }
        self.mark.live -= 1;
        if self.mark.live == 0 {
            self.rewind(self.mark.at);
        } else if (start + size).next_multiple_of_power(STEP) == self.top && start >= self.floor {
            self.top = start;
        }
    }

    #[cold]
    fn free_apart(&mut self, slot: Slot) {
        if slot.tag == LARGE {
            self.large_bytes -= self.large.remove(slot.index as usize).len();
        }
    }

    /// A block of a scope further out: its space is taken back when that scope ends.
    #[cold]
    fn free_outside(&mut self, start: usize) {
        let scope = self.outer.iter_mut().rev().find(|mark| mark.at <= start);
        scope.expect("a block lies in some scope").live -= 1;
    }

    /// Makes `at` the place of the next block.
    #[inline(never)]
    fn rewind(&mut self, at: usize) {
        self.top = at;
        self.page = (at >> self.bits).min(self.pages.len().saturating_sub(1));
        self.floor = self.page << self.bits;
        let reach = if self.bounded { self.lead + self.page_len - self.charged } else { self.page_len };
        self.end = if self.pages.is_empty() { 0 } else { self.floor + reach };
    }

    /// Whether a block is still in its place when it has `new` bytes.
    #[inline]
    pub(super) fn resize(&mut self, slot: Slot, old: usize, new: usize, align: usize) -> Result<Slot, AllocError> {
        let start = slot.index as usize * STEP;
        match slot.tag {
            CUT if new > 0 => {
                let old_stop = start + old.next_multiple_of_power(STEP);
                let stop = start + new.next_multiple_of_power(STEP);
                let last = old_stop == self.top && start >= self.mark.at && start >= self.floor;
                if last && start + new <= self.end {
                    self.top = stop;
                    return Ok(slot);
                }
                // The last step of a page may be cut short.
                if stop <= old_stop && self.locate(slot).0 - self.lead + new <= self.page_len {
                    return Ok(slot);
                }
            }
            LARGE if new > self.page_len && new <= self.large[slot.index as usize].len() => return Ok(slot),
            _ => {}
        }
        self.resize_elsewhere(slot, old, new, align)
    }

    fn resize_elsewhere(&mut self, slot: Slot, old: usize, new: usize, align: usize) -> Result<Slot, AllocError> {
        let target = self.allocate(new, align)?;
        self.copy(slot, target, old.min(new));
        self.free(slot, old);
        Ok(target)
    }

    fn copy(&mut self, from: Slot, to: Slot, len: usize) {
        if from.tag == CUT && to.tag == CUT {
            let (source, page) = self.locate(from);
            let (goal, other) = self.locate(to);
            if page == other {
                return self.pages[page].copy_within(source, goal, len);
            }
        }
        let content = self.bytes(from, len).to_vec();
        self.bytes_mut(to, len).copy_from_slice(&content);
    }

    /// Offset and page of a block cut from the pages.
    #[inline]
    fn locate(&self, slot: Slot) -> (usize, usize) {
        step();
        let start = slot.index as usize * STEP;
        (start & ((1 << self.bits) - 1), start >> self.bits)
    }

    #[inline]
    pub(super) fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        match slot.tag {
            CUT => {
                let (offset, page) = self.locate(slot);
                self.pages[page].bytes(offset, len)
            }
            LARGE => self.large[slot.index as usize].bytes(0, len),
            _ => &[],
        }
    }

    #[inline(always)]
    pub(super) fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        match slot.tag {
            CUT => {
                let (offset, page) = self.locate(slot);
                self.pages[page].bytes_mut(offset, len)
            }
            LARGE => self.large[slot.index as usize].bytes_mut(0, len),
            _ => &mut [],
        }
    }

    /// Whether there is a block of so many bytes.
    pub(super) fn contains(&self, slot: Slot, len: usize) -> bool {
        match slot.tag {
            CUT => {
                let (offset, page) = self.locate(slot);
                let known = self.pages.get(page);
                known.is_some_and(|page| offset >= self.lead && offset - self.lead + len <= page.len())
                    && slot.index as usize * STEP + len <= self.top
            }
            LARGE => self.large.get(slot.index as usize).is_some_and(|page| page.len() >= len),
            _ => len == 0,
        }
    }

    #[inline]
    pub(super) fn charge(&mut self, size: usize) -> Result<(), AllocError> {
        if self.bounded {
            self.reserve();
            let left = self.end - self.top.min(self.end);
            if size > left {
                return Err(AllocError::Exhausted { asked: size, left });
            }
            self.end -= size;
        }
        self.charged += size;
        Ok(())
    }

    #[inline]
    pub(super) fn discharge(&mut self, size: usize) {
        self.charged -= size;
        if self.bounded {
            self.end += size;
        }
    }

    pub(super) fn recharge(&mut self, from: usize, to: usize) -> Result<(), AllocError> {
        if to > from {
            return self.charge(to - from);
        }
        self.discharge(from - to);
        Ok(())
    }

    pub(super) fn enter_scope(&mut self) -> Result<(), AllocError> {
        if self.outer.len() == MAX_SCOPES {
            return Err(AllocError::TooDeep { limit: MAX_SCOPES });
        }
        self.outer.push(self.mark);
        // From here on blocks have positions that none before has, even if the last one before is freed.
        self.top = self.top.next_multiple_of_power(STEP);
        self.mark = Mark { at: self.top, live: 0 };
        Ok(())
    }

    /// Ends a scope. If no blocks are left in it but those in `keep`, these are moved down to its beginning and the
    /// space above is free again; otherwise all stays where it is, and belongs to the scope outside.
    pub(super) fn exit_scope(&mut self, kind: AllocatorKind, keep: &mut [Kept]) -> Result<(), AllocError> {
        let outside = self.outer.pop().ok_or(AllocError::NoScopes { kind })?;
        let Mark { at, live } = std::mem::replace(&mut self.mark, outside);
        let mut above: Vec<&mut Kept> = keep
            .iter_mut()
            .inspect(|_| step())
            .filter(|kept| kept.slot.tag == CUT && kept.slot.index as usize * STEP >= at)
            .collect();
        self.mark.live += live;
        if above.len() == live {
            above.sort_by_key(|kept| kept.slot.index);
            self.compact(at, &mut above);
        }
        if self.mark.live == 0 {
            self.rewind(self.mark.at);
        }
        Ok(())
    }

    /// Moves blocks down, to `at` and up. Each lands where it was or lower, so none is written over unread.
    fn compact(&mut self, at: usize, blocks: &mut [&mut Kept]) {
        self.rewind(at);
        for kept in blocks {
            step();
            let (size, align) = (kept.layout.size(), kept.layout.align().max(STEP));
            let mut start = self.top.next_multiple_of_power(align);
            if start + size > self.end {
                self.rewind((self.page + 1) << self.bits);
                start = self.top;
            }
            let target = Slot { index: (start / STEP) as u32, tag: CUT };
            if target != kept.slot {
                self.copy(kept.slot, target, size);
                kept.slot = target;
            }
            self.top = (start + size).next_multiple_of_power(STEP);
        }
    }

    pub(super) fn scope_depth(&self) -> usize {
        self.outer.len()
    }

    /// Gives back the pages that nothing lies in.
    pub(super) fn shrink(&mut self) {
        if self.bounded {
            return;
        }
        let needed = self.top.div_ceil(1 << self.bits);
        if needed < self.pages.len() {
            self.pages.drain(needed..).for_each(self.supply.give);
            self.rewind(self.top);
        }
        self.pages.shrink_to_fit();
        self.large.shrink_to_fit();
    }

    pub(super) fn usage(&self) -> Usage {
        let whole_pages = self.page * self.page_len;
        let in_page = self.top.min(self.end).saturating_sub(self.floor + self.lead);
        Usage {
            blocks: self.mark.live + self.outer.iter().map(|mark| mark.live).sum::<usize>() + self.large.len(),
            used: whole_pages + in_page + self.large_bytes + self.charged,
            // What is to be reserved when it is needed counts as there.
            capacity: if self.bounded { 1 } else { self.pages.len() } * self.page_len + self.large_bytes,
            charged: self.charged,
            pages: self.pages.len() + self.large.len(),
            scope_depth: self.scope_depth(),
        }
    }

    /// The one page of a bounded arena that is not used any more.
    pub(super) fn into_page(mut self) -> Option<Page> {
        self.pages.pop()
    }
}

impl Drop for Bump {
    fn drop(&mut self) {
        self.pages.drain(..).for_each(self.supply.give);
    }
}

trait NextMultiple {
    /// The next multiple of a power of two.
    fn next_multiple_of_power(self, power: usize) -> usize;
}

impl NextMultiple for usize {
    #[inline(always)]
    fn next_multiple_of_power(self, power: usize) -> usize {
        (self + (power - 1)) & !(power - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_contains_what_was_cut_and_no_more() -> Result<(), AllocError> {
        let mut bump = Bump::growing(64, Supply::HEAP);
        let (first, second) = (bump.allocate(16, 8)?, bump.allocate(48, 8)?);
        let third = bump.allocate(24, 8)?;
        let large = bump.allocate(100, 8)?;
        let empty = bump.allocate(0, 1)?;
        assert!(bump.contains(first, 16) && bump.contains(second, 48) && bump.contains(third, 24));
        assert!(bump.contains(large, 100) && !bump.contains(large, 101));
        assert!(bump.contains(empty, 0) && !bump.contains(empty, 1));
        assert!(!bump.contains(second, 49), "a block ends with its page");
        assert!(!bump.contains(third, 32), "there is more room, and nothing has been cut from it");
        assert!(!bump.contains(Slot { index: third.index + 8, tag: CUT }, 1), "there is no such page");
        assert!(!bump.contains(Slot { index: large.index + 1, tag: LARGE }, 1));
        Ok(())
    }
}
