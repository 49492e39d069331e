//! Giving back what dead nodes had: rows, blocks and rare facts.

use slab::Slab;

use super::item::{Item, Rare};
use crate::memory::Heap;
use crate::values::Kinds;

/// Where what nodes have lies.
pub(super) struct Stores<'t> {
    pub(super) kinds: &'t mut Kinds,
    pub(super) heap: &'t mut Heap,
    pub(super) rare: &'t mut Slab<Rare>,
}

impl Stores<'_> {
    /// Gives back a node's rare facts.
    #[inline]
    pub(super) fn forget_rare(&mut self, item: Item) {
        if let Some(facts) = item.rare() {
            self.rare.remove(facts);
        }
    }
}
