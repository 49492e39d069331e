//! The blocks of one [`Blocks`](super::Blocks): where each lies, and which scope it goes with.

use std::alloc::Layout;

use super::{Kept, MAX_SCOPES, Slot};
use crate::id::NodeKey;
use crate::slots::Slots;

/// Where a list ends.
const NONE: u32 = u32::MAX;

/// A block, in the list of its scope's blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) slot: Slot,
    size: u32,
    align: u8,
    /// The depth of the scope it goes with.
    owner: u8,
    /// The scopes further in whose memory its bytes may be in, a bit for each depth: it is in their lists of guests.
    visits: u32,
    newer: u32,
    older: u32,
}

impl Entry {
    pub(super) fn layout(&self) -> Layout {
        Layout::from_size_align(self.size as usize, self.align.into()).expect("it was made from a layout")
    }

    pub(super) fn size(&self) -> usize {
        self.size as usize
    }
}

/// A scope, or what is outside of all.
#[derive(Debug)]
struct Level {
    serial: u64,
    newest: u32,
    /// Blocks that go with a scope further out and may lie in this one's memory, each once; and some that are gone.
    guests: Vec<NodeKey>,
}

/// The bit for a depth; there is none for 0, outside of all scopes.
fn bit(depth: usize) -> u32 {
    const { assert!(MAX_SCOPES <= 32, "there is a bit for each depth") };
    if depth == 0 { 0 } else { 1 << (depth - 1) }
}

#[derive(Debug)]
pub(super) struct Roster {
    entries: Slots<Entry>,
    /// The first is outside of all scopes, and always there.
    levels: Vec<Level>,
}

impl Roster {
    pub(super) fn new() -> Self {
        let outside = Level { serial: 0, newest: NONE, guests: Vec::new() };
        Self { entries: Slots::with_capacity(0), levels: vec![outside] }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn has_room(&self) -> bool {
        self.entries.has_room()
    }

    pub(super) fn get(&self, key: NodeKey) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// How many scopes are open.
    pub(super) fn depth(&self) -> usize {
        self.levels.len() - 1
    }

    /// The scope at a depth, which is open.
    pub(super) fn serial(&self, depth: usize) -> u64 {
        self.levels[depth].serial
    }

    /// Puts a block into the innermost scope.
    pub(super) fn insert(&mut self, slot: Slot, layout: Layout) -> NodeKey {
        let depth = self.depth() as u8;
        let (size, align) = (layout.size() as u32, layout.align() as u8);
        let entry = Entry { slot, size, align, owner: depth, visits: 0, newer: NONE, older: NONE };
        let key = self.entries.insert_with(|_| entry);
        self.link(key.index());
        key
    }

    pub(super) fn remove(&mut self, key: NodeKey) -> Entry {
        self.unlink(key.index());
        self.entries.remove(key.index())
    }

    /// Takes note of where a block lies now, and how large it is.
    pub(super) fn resized(&mut self, key: NodeKey, slot: Slot, size: usize) {
        let entry = self.entries.at_mut(key.index());
        (entry.slot, entry.size) = (slot, size as u32);
        self.visit(key);
    }

    pub(super) fn enter(&mut self, serial: u64) {
        self.levels.push(Level { serial, newest: NONE, guests: Vec::new() });
    }

    /// Lets a block go with the scope outside, if it goes with the innermost one.
    pub(super) fn keep(&mut self, key: NodeKey) {
        let depth = self.depth() as u8;
        if depth > 0 && self.entries.at(key.index()).owner == depth {
            self.unlink(key.index());
            self.entries.at_mut(key.index()).owner = depth - 1;
            self.link(key.index());
            self.visit(key);
        }
    }

    /// The newest block that goes with the innermost scope.
    pub(super) fn newest(&self) -> Option<NodeKey> {
        self.entries.key(self.levels[self.depth()].newest)
    }

    /// Closes the innermost scope, whose blocks have gone. Those that may lie in its memory all the same may lie in that
    /// of the scope outside from now on.
    pub(super) fn exit(&mut self) -> Vec<NodeKey> {
        let closed = bit(self.depth());
        let Some(Level { mut guests, .. }) = self.levels.pop_if(|_| closed != 0) else { return Vec::new() };
        guests.retain(|&key| self.entries.contains(key));
        for &key in &guests {
            self.entries.at_mut(key.index()).visits &= !closed;
            self.visit(key);
        }
        guests
    }

    pub(super) fn kept(&self, key: NodeKey) -> Kept {
        let entry = self.entries.at(key.index());
        Kept { slot: entry.slot, layout: entry.layout() }
    }

    pub(super) fn moved(&mut self, key: NodeKey, slot: Slot) {
        self.entries.at_mut(key.index()).slot = slot;
    }

    /// Takes note that a block may lie in the innermost scope's memory.
    fn visit(&mut self, key: NodeKey) {
        let depth = self.depth();
        let entry = self.entries.at_mut(key.index());
        if usize::from(entry.owner) < depth && entry.visits & bit(depth) == 0 {
            entry.visits |= bit(depth);
            self.levels[depth].guests.push(key);
        }
    }

    fn link(&mut self, index: u32) {
        let Self { entries, levels } = self;
        let owner = usize::from(entries.at(index).owner);
        let older = std::mem::replace(&mut levels[owner].newest, index);
        let entry = entries.at_mut(index);
        (entry.older, entry.newer) = (older, NONE);
        if older != NONE {
            entries.at_mut(older).newer = index;
        }
    }

    fn unlink(&mut self, index: u32) {
        let Entry { owner, newer, older, .. } = *self.entries.at(index);
        match newer {
            NONE => self.levels[usize::from(owner)].newest = older,
            newer => self.entries.at_mut(newer).older = older,
        }
        if older != NONE {
            self.entries.at_mut(older).newer = newer;
        }
    }
}
