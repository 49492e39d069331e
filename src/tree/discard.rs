//! What becomes of nodes whose death is decided: they leave the links, and give back what they had.

use std::alloc::Layout;

use super::Tree;
use super::budget;
use super::cascade::Cascade;
use super::item::Item;
use super::rare::Rares;
use crate::id::NodeKey;
use crate::memory::{HEAP, Zones};
use crate::values::{Column, Kinds};

impl Cascade {
    /// Frees the newest children of `parent` as far as they are leaves that concern nobody else, and none can have
    /// been spared: the short path, in which no user code sees the tree. Gives the first child that is more than that.
    #[inline]
    pub(super) fn sweep(&mut self, tree: &mut Tree, parent: NodeKey) -> Option<NodeKey> {
        if tree.hooks.observing() || self.has_spared() {
            return tree.topology.first_child(parent);
        }
        let before = (self.nodes, self.bytes);
        let rest = if tree.topology.item(parent)?.zone != HEAP && self.sweep_blocks(tree, parent).is_none() {
            None
        } else {
            let Tree { topology, kinds, memory, rare, .. } = tree;
            topology.remove_leading_leaves(parent, is_plain, |item| self.discard(item, kinds, memory, rare))
        };
        let budget = tree.budgets.label(parent);
        if budget != budget::NONE && self.nodes > before.0 {
            // Plain nodes count where their parent does, so the whole run is given back at once.
            let gone = tree.budgets.nodes(self.nodes - before.0, self.bytes - before.1);
            tree.budgets.give_back(budget, gone);
        }
        rest
    }

    /// The same for blocks in the parent's own arena, which is looked for once.
    #[inline(never)]
    fn sweep_blocks(&mut self, tree: &mut Tree, parent: NodeKey) -> Option<NodeKey> {
        let Tree { topology, kinds, memory, rare, .. } = tree;
        let zone = topology.item(parent)?.zone;
        let Some(mut arena) = memory.sweeper(zone) else { return topology.first_child(parent) };
        let block = |item: &Item| is_plain(item) && item.zone == zone && kinds.column(item.kind).is_none();
        topology.remove_leading_leaves(parent, block, |item| {
            self.count(item, rare);
            arena.free(item.block(), item.size as usize);
        })
    }

    /// Counts what was a node, and gives back what it had.
    #[inline(always)]
    pub(super) fn discard(&mut self, item: &Item, kinds: &mut Kinds, memory: &mut Zones, rare: &mut Rares) {
        if item.zone != HEAP {
            return self.discard_zoned(*item, kinds, memory, rare);
        }
        self.count(item, rare);
        match kinds.column_mut(item.kind) {
            None => memory.heap.give(item.block()),
            Some((column, true)) => self.discard_guarded(column, item.slot),
            Some((column, false)) => column.discard(item.slot),
        }
    }

    /// The same for a node in a zone of some context's, where more can happen.
    #[inline(never)]
    fn discard_zoned(&mut self, item: Item, kinds: &mut Kinds, memory: &mut Zones, rare: &mut Rares) {
        let layout = rare.layout(&item, kinds.info(item.kind));
        self.count(&item, rare);
        match kinds.column_mut(item.kind) {
            None if memory.is_guarded(item.zone) => {
                self.guard(|| memory.free(item.zone, item.block(), layout));
            }
            None => memory.free(item.zone, item.block(), layout),
            Some((column, needs_drop)) => {
                if needs_drop {
                    self.discard_guarded(column, item.slot);
                } else {
                    column.discard(item.slot);
                }
                self.discharge(item, layout, memory);
            }
        }
        self.leave(item, memory);
    }

    /// Takes back what is charged for a value that has gone.
    pub(super) fn discharge(&mut self, item: Item, layout: Layout, memory: &mut Zones) {
        if memory.is_guarded(item.zone) {
            self.guard(|| memory.discharge(item.zone, layout));
        } else {
            memory.discharge(item.zone, layout);
        }
    }

    #[inline]
    pub(super) fn leave(&mut self, item: Item, memory: &mut Zones) {
        if let Some(closed) = memory.leave(item.zone) {
            self.guard(|| drop(closed));
        }
    }

    /// Drops a value whose `Drop` may be the user's.
    #[inline(never)]
    fn discard_guarded(&mut self, column: &mut dyn Column, slot: u32) {
        self.guard(|| column.discard(slot));
    }

    /// Has budgets count what was a node no more; its own ends. It takes the size alone, so that nobody needs the record as a
    /// whole: its flags have just been written, and what is read in one piece with them comes slowly.
    #[inline]
    pub(super) fn uncharge(&mut self, tree: &mut Tree, key: NodeKey, size: u32) {
        let budget = tree.budgets.label(key);
        if budget != budget::NONE
            && let Some(ended) = tree.uncharge(key, budget, size)
        {
            self.guard(|| drop(ended));
        }
    }

    #[inline]
    pub(super) fn count(&mut self, item: &Item, rare: &mut Rares) {
        self.nodes += 1;
        self.bytes += item.size as usize;
        if let Some(facts) = item.rare() {
            rare.remove(facts);
        }
    }
}

/// Nothing is to be done with it, or asked, before it goes.
#[inline]
fn is_plain(item: &Item) -> bool {
    item.flags == 0 && !item.is_reference()
}
