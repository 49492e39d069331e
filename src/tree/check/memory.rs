//! What allocators know of nodes.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::invalid::{Invalid, breach};
use crate::memory::{Allocator, HEAP, ZoneId};
use crate::tree::Tree;
use crate::tree::item::Item;

/// What the nodes in a zone have there.
#[derive(Default)]
struct Share {
    blocks: usize,
    charged: usize,
}

impl Tree {
    /// 7: every zone is used, by as many nodes and zones as it knows of.
    pub(super) fn check_zones(&self) -> Result<(), Invalid> {
        let mut users: FxHashMap<ZoneId, usize> = FxHashMap::default();
        let nodes = self.topology.entries().filter(|(_, item)| !item.is_reference());
        let zones = self.memory.all().filter_map(|(_, fallback)| fallback);
        for zone in nodes.map(|(_, item)| item.zone).chain(zones).filter(|&zone| zone != HEAP) {
            *users.entry(zone).or_default() += 1;
        }
        for (zone, _) in self.memory.all() {
            let (known, found) = (self.memory.users(zone), users.remove(&zone));
            if known != Some(found.unwrap_or(0)) {
                return breach(7, self.root(), format!("allocator {zone} has {found:?} users and knows of {known:?}"));
            }
        }
        match users.into_keys().next() {
            Some(zone) => breach(7, self.root(), format!("allocator {zone} is used and is not there")),
            None => Ok(()),
        }
    }

    /// 12: what is free in the heap is there, and nobody's; all else is some array's.
    pub(super) fn check_heap(&self) -> Result<(), Invalid> {
        let heap = &self.memory.heap;
        let mut free = FxHashSet::default();
        for block in heap.free_blocks() {
            if !heap.has(block) {
                return breach(12, block, "a block is free that is not there");
            }
            if !free.insert(block) {
                return breach(12, block, "a block is free twice");
            }
        }
        let mut arrays = 0;
        for (key, item) in self.topology.entries().filter(|(_, item)| item.zone == HEAP && self.takes_room(item)) {
            if free.contains(&item.block()) {
                return breach(12, key, "an array's block is free");
            }
            arrays += 1;
        }
        if arrays != heap.usage().blocks {
            return breach(12, self.root(), "the heap has blocks that are neither free nor an array's");
        }
        Ok(())
    }

    /// 13: an arena has as many blocks in use, and as much charged, as the nodes in its zone have. Whoever brought it may
    /// have had more from it before.
    pub(super) fn check_arenas(&self) -> Result<(), Invalid> {
        let mut shares: FxHashMap<ZoneId, Share> = FxHashMap::default();
        for (_, item) in self.topology.entries().filter(|(_, item)| item.zone != HEAP && !item.is_reference()) {
            let share = shares.entry(item.zone).or_default();
            match self.kinds.column(item.kind) {
                Some(_) => share.charged += item.size as usize,
                None => share.blocks += usize::from(item.size > 0),
            }
        }
        for (zone, share) in shares {
            let Some(usage) = self.memory.arena_usage(zone) else { continue };
            if usage.blocks < share.blocks {
                return breach(13, self.root(), format!("arena {zone} has fewer blocks in use than arrays in it"));
            }
            if usage.charged < share.charged {
                return breach(13, self.root(), format!("arena {zone} has less charged than values in it"));
            }
        }
        Ok(())
    }

    fn takes_room(&self, item: &Item) -> bool {
        item.size > 0 && self.has_block(item)
    }
}
