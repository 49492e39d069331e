//! What can't fail any more: everything changes hands.

use super::{Cargo, Lot, Moved};
use crate::first_panic::FirstPanic;
use crate::id::{NodeId, NodeKey};
use crate::memory::HEAP;
use crate::tree::item::{Item, flag};
use crate::tree::{NodeMap, Tree};
use crate::values::Carried;
use crate::wipe::Wipe;

impl Cargo {
    pub(super) fn commit(mut self, from: &mut Tree, to: &mut Tree, parent: NodeKey, spent: bool) -> Moved {
        let mut panic = FirstPanic::default();
        let crossings = self.crossings(from);
        let news = self.crossing.iter().filter_map(|&entry| from.drop_claim(entry)).collect();
        for entry in &self.crossing {
            if let Some(copy) = self.entries.remove(entry) {
                to.topology.remove_leaf(copy);
            }
        }
        let owners: Vec<Carried> =
            self.marked.iter().map(|&at| self.nodes[at as usize]).filter(|node| from.has_budget(node.old)).collect();
        let (old, new): (Vec<_>, Vec<_>) = owners.iter().map(|node| (node.old, node.new)).unzip();
        // Claims on these may lie in values that come along.
        let claimed: Vec<(NodeId, NodeKey)> =
            self.held.iter().map(|&at| self.nodes[at as usize]).map(|node| (from.id(node.old), node.new)).collect();
        let accounts = from.close_budgets(self.top.0, &old);
        self.give_back(from, spent, &mut panic);
        self.hand_values_over(from, to);
        self.hand_zones_over(from, to, &mut panic);
        self.hand_facts_over(from, to);
        to.topology.hang_first(self.top.1, parent);
        to.reopen_budgets(self.top.1, &new, accounts);
        if !spent {
            from.topology.unhang(self.top.0);
            // The place left last is taken first: what comes next lies in the order of the nodes again.
            let nodes = self.nodes.iter().rev().map(|node| node.old);
            let keys = self.entries.into_keys().chain(nodes);
            keys.for_each(|key| from.topology.vacate(key, Item::mark_moved));
        }
        let anchors = to.cast_anchors(claimed);
        let map = NodeMap::new(from.tag, to.tag, self.nodes);
        let declared: Vec<&Lot> = self.lots.iter().filter(|lot| to.kinds.lists_links(lot.goal)).collect();
        let nodes = declared.into_iter().flat_map(Lot::nodes).map(|at| &map.carried()[at]);
        to.rewrite_links(&map, &anchors, nodes, &mut panic);
        to.weigh_idle(anchors);
        panic.resume();
        Moved { map, crossings, news }
    }

    /// Gives back what nodes had in zones that don't go along, and the blocks in the heap that were copied. Secret ones are
    /// overwritten, also where the heap goes as a whole.
    fn give_back(&self, from: &mut Tree, spent: bool, panic: &mut FirstPanic) {
        if !self.marked.is_empty() {
            for key in self.copied.iter().map(|&at| self.nodes[at as usize].old) {
                if from.is_wiped(key) {
                    panic.guard(|| from.block_mut(key).wipe());
                }
            }
        }
        if !spent {
            for &at in self.copied.iter().rev() {
                let item = from.item(self.nodes[at as usize].old);
                if item.zone == HEAP {
                    from.memory.heap.give(item.block());
                }
            }
        }
        for &at in &self.zoned {
            let item = *from.item(self.nodes[at as usize].old);
            if self.goes_along(item.zone) {
                continue;
            }
            let info = from.kinds.info(item.kind);
            let (layout, is_value) = (from.rare.layout(&item, info), from.kinds.column(item.kind).is_some());
            let memory = &mut from.memory;
            panic.guard(|| match is_value {
                true => memory.discharge(item.zone, layout),
                false => memory.free(item.zone, item.block(), layout),
            });
            let closed = memory.leave(item.zone);
            panic.guard(|| drop(closed));
        }
    }

    fn hand_values_over(&mut self, from: &mut Tree, to: &mut Tree) {
        for lot in &self.lots {
            to.kinds.declare_as(lot.goal, from.kinds.info(lot.kind));
            if from.kinds.hand_over(lot.kind, &mut to.kinds, lot.goal, &mut self.nodes, &lot.runs) {
                lot.nodes().map(|at| &self.nodes[at]).for_each(|node| to.item_mut(node.new).slot = node.slot);
            } else {
                // Handles of arrays have no row.
                lot.nodes().for_each(|at| self.nodes[at].slot = 0);
            }
        }
        for &at in &self.large {
            let Carried { old, new, .. } = self.nodes[at as usize];
            let item = from.item(old);
            let (block, size) = (item.block(), item.size);
            let block = to.memory.heap.adopt(&mut from.memory.heap, block);
            to.item_mut(new).set_block(HEAP, block, size);
        }
    }

    fn hand_zones_over(&self, from: &mut Tree, to: &mut Tree, panic: &mut FirstPanic) {
        if self.zoned.is_empty() {
            return;
        }
        let (names, closed) = from.memory.hand_over(&self.deserted, &mut to.memory, self.base);
        panic.guard(|| drop(closed));
        for &at in &self.zoned {
            let Carried { old, new, .. } = self.nodes[at as usize];
            let copy = to.item_mut(new);
            match names.get(&from.item(old).zone) {
                Some(&zone) => copy.zone = zone,
                // Its bytes are in no pool any more.
                None => copy.set(flag::POOLED, false),
            }
        }
    }

    fn hand_facts_over(&self, from: &mut Tree, to: &mut Tree) {
        for &at in &self.rare {
            let Carried { old, new, .. } = self.nodes[at as usize];
            let item = from.item_mut(old);
            let facts = item.rare().expect("it was counted among those that have some");
            item.clear_rare();
            let facts = from.rare.hand_over(facts, &mut to.rare);
            to.item_mut(new).set_rare(facts);
        }
        to.next_cleanup = to.next_cleanup.max(from.next_cleanup);
        for &at in &self.shared {
            let new = self.nodes[at as usize].new;
            let facts = to.rare_mut(new);
            let newest = facts.newest_claim;
            if std::mem::take(&mut facts.claims) > 0 {
                from.hand_claims_over(newest, to, new, &self.entries);
            } else {
                to.item_mut(new).set(flag::SHARED, false);
            }
        }
    }
}
