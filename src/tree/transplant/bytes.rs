//! Room in the destination for blocks, and for what is charged for values; and how all is undone.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Cargo;
use crate::memory::{AllocError, Content, HEAP, Request};
use crate::tree::Tree;
use crate::values::Carried;
use crate::wipe::Wipe;

impl Cargo {
    /// Copies blocks, but for large ones that can be moved and those in zones that go along, and charges values.
    pub(super) fn make_room(&mut self, from: &Tree, to: &mut Tree) -> Result<(), AllocError> {
        if self.deserted.len() > to.memory.room() {
            return Err(AllocError::Full);
        }
        let lots = std::mem::take(&mut self.lots);
        for lot in &lots {
            let is_value = from.kinds.column(lot.kind).is_some();
            if is_value && self.base == HEAP {
                continue;
            }
            for run in &lot.runs {
                for at in run.start as usize..run.end as usize {
                    if is_value { self.charge(at, from, to)? } else { self.copy_block(at, from, to)? }
                }
            }
        }
        self.lots = lots;
        Ok(())
    }

    #[inline]
    fn copy_block(&mut self, at: usize, from: &Tree, to: &mut Tree) -> Result<(), AllocError> {
        let Carried { old, new, .. } = self.nodes[at];
        let item = from.item(old);
        if item.zone == HEAP && self.base == HEAP {
            if from.memory.heap.is_large(item.block()) {
                self.large.push(at as u32);
                return Ok(());
            }
            let copy = to.memory.heap.copy_of(&from.memory.heap, item.block(), item.size as usize);
            let block = copy.ok_or(AllocError::Exhausted { asked: item.size as usize, left: 0 })?;
            to.item_mut(new).set_block(HEAP, block, item.size);
            self.copied.push(at as u32);
            return Ok(());
        }
        if self.goes_along(item.zone) {
            return Ok(());
        }
        let layout = from.rare.layout(item, from.kinds.info(item.kind));
        let content = Content::Copy(from.memory.read(item.zone, item.block(), item.size as usize));
        let (zone, block) = to.memory.allocate(self.base, layout, content, item.origin)?;
        to.item_mut(new).set_block(zone, block, item.size);
        self.copied.push(at as u32);
        Ok(())
    }

    fn charge(&mut self, at: usize, from: &Tree, to: &mut Tree) -> Result<(), AllocError> {
        let Carried { old, new, .. } = self.nodes[at];
        let item = from.item(old);
        if self.goes_along(item.zone) {
            return Ok(());
        }
        let layout = from.rare.layout(item, from.kinds.info(item.kind));
        to.item_mut(new).zone = to.memory.charge(self.base, &Request::of(layout, item.origin))?;
        self.charged.push(at as u32);
        Ok(())
    }

    /// Leaves the destination as it was. A user's allocator that panics now has been told what goes, and that is all it
    /// can ask for.
    pub(super) fn undo(self, from: &Tree, to: &mut Tree) {
        if self.condemned {
            self.held.iter().for_each(|&at| from.revive(self.nodes[at as usize].old));
        }
        for (at, copied) in self.copied.iter().map(|at| (at, true)).chain(self.charged.iter().map(|at| (at, false))) {
            let Carried { old, new, .. } = self.nodes[*at as usize];
            let (item, copy) = (from.item(old), *to.item(new));
            let layout = from.rare.layout(item, from.kinds.info(item.kind));
            let _ = catch_unwind(AssertUnwindSafe(|| {
                if !copied {
                    return to.memory.discharge(copy.zone, layout);
                }
                if from.is_wiped(old) {
                    to.block_mut(new).wipe();
                }
                to.memory.free(copy.zone, copy.block(), layout);
            }));
            let closed = to.memory.leave(copy.zone);
            let _ = catch_unwind(AssertUnwindSafe(|| drop(closed)));
        }
        let nodes = self.nodes.iter().map(|node| node.new);
        for key in nodes.chain(self.entries.into_values()) {
            to.topology.vacate(key, |_| {});
        }
    }
}
