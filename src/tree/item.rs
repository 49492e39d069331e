//! What the tree keeps in a node's record: the facts that the common paths look at.

use std::alloc::Layout;
use std::panic::Location;

use crate::memory::{HEAP, MAX_ALIGN, Slot, ZoneId};
use crate::values::{Kind, KindInfo};

/// No rare facts.
const NONE: u32 = u32::MAX;
/// The kind of the entries that stand for references in their holders' child lists.
const REFERENCE: Kind = Kind::MAX;
/// The kind that is left in the places of nodes that were moved to another tree.
const MOVED: Kind = Kind::MAX - 1;

/// The hot facts of a node: 28 bytes, which with four links and a generation make a place of 48. Packed, because
/// a pointer aligned to 8 would make it one of 56.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub(crate) struct Item {
    /// Where it was made.
    pub(crate) origin: &'static Location<'static>,
    /// Where its value lies: in its kind's column, in its class of blocks, or among the claims.
    pub(crate) slot: u32,
    /// Its own bytes.
    pub(crate) size: u32,
    /// The allocator that keeps its bytes or is charged for its value, and serves its children.
    pub(crate) zone: ZoneId,
    /// Its rare facts, or `NONE`.
    rare: u32,
    pub(crate) kind: Kind,
    pub(crate) class: u8,
    pub(crate) flags: u8,
}

const _: () = assert!(size_of::<Item>() == 28, "with its links a node fills a place of 48 bytes");

/// What is going on with a node. A node without any flag is freed on the short path.
pub(crate) mod flag {
    /// It is being freed: its children go, then it does.
    pub(crate) const DYING: u8 = 1;
    /// Its destructor has been called and has not answered.
    pub(crate) const RUNNING: u8 = 1 << 1;
    /// It has a destructor.
    pub(crate) const GUARDED: u8 = 1 << 2;
    /// References to it exist.
    pub(crate) const SHARED: u8 = 1 << 3;
    /// It has cleanups.
    pub(crate) const CLEANUPS: u8 = 1 << 4;
    /// It brought an allocator for what is below it and has memory from there itself, which can't be resized.
    pub(crate) const POOLED: u8 = 1 << 5;
    /// It is claimed from outside the tree, or was, or nobody owns it.
    pub(crate) const HELD: u8 = 1 << 6;
    /// Something is to be done when it goes: it has a budget, or is secret.
    pub(crate) const MARKED: u8 = 1 << 7;
    /// It is on its way out, one way or the other.
    pub(crate) const LEAVING: u8 = DYING | RUNNING;
}

impl Item {
    #[inline]
    pub(crate) fn value(kind: Kind, slot: u32, size: u32, origin: &'static Location<'static>) -> Self {
        Self { origin, slot, size, zone: HEAP, rare: NONE, kind, class: 0, flags: 0 }
    }

    #[inline]
    pub(crate) fn within(self, zone: ZoneId) -> Self {
        Self { zone, ..self }
    }

    #[inline]
    pub(crate) fn array(kind: Kind, block: Slot, size: u32, origin: &'static Location<'static>) -> Self {
        Self { class: block.tag, ..Self::value(kind, block.index, size, origin) }
    }

    #[inline]
    pub(crate) fn reference(claim: u32, origin: &'static Location<'static>) -> Self {
        Self::value(REFERENCE, claim, 0, origin)
    }

    #[inline]
    pub(crate) fn is_reference(&self) -> bool {
        self.kind == REFERENCE
    }

    /// Leaves word in a place that its tenant lives in another tree now.
    #[inline]
    pub(crate) fn mark_moved(&mut self) {
        self.kind = MOVED;
    }

    pub(crate) fn has_moved(&self) -> bool {
        self.kind == MOVED
    }

    #[inline]
    pub(crate) fn is(&self, flags: u8) -> bool {
        self.flags & flags != 0
    }

    /// Its block, if it is an array.
    #[inline]
    pub(crate) fn block(&self) -> Slot {
        Slot { index: self.slot, tag: self.class }
    }

    #[inline]
    pub(crate) fn set_block(&mut self, zone: ZoneId, block: Slot, size: u32) {
        (self.zone, self.class, self.slot, self.size) = (zone, block.tag, block.index, size);
    }

    #[inline]
    pub(crate) fn rare(&self) -> Option<u32> {
        (self.rare != NONE).then_some(self.rare)
    }

    pub(crate) fn set_rare(&mut self, rare: u32) {
        self.rare = rare;
    }

    pub(crate) fn clear_rare(&mut self) {
        self.rare = NONE;
    }

    #[inline]
    pub(crate) fn set(&mut self, flags: u8, on: bool) {
        if on {
            self.flags |= flags;
        } else {
            self.flags &= !flags;
        }
    }
}

/// The size and alignment of a node's block or value.
pub(super) fn layout(item: &Item, info: &KindInfo) -> Layout {
    of_size(item.size as usize, info.align)
}

/// Size and alignment of something of the tree's. Rust types may be aligned to more than blocks can be: what is said of
/// their values is then the most that there is.
pub(super) fn of_size(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align.min(MAX_ALIGN)).expect("sizes have 32 bits, and alignments are powers of two")
}
