//! Moving a subtree from one tree to another: the one way, by which detaching and grafting both go.
//!
//! First everything that can fail, in the order of the files: the shape is copied, what crosses the border is looked
//! for, and the destination makes room for bytes. Up to there, all can be undone, and nobody has seen anything. Then
//! everything that can't fail: values, blocks, rare facts and claims change hands, and the copy is hung up.
//!
//! Nodes of one kind are taken together, so a kind is looked up once for all of them.

mod bytes;
mod commit;
mod shape;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Event, NodeMap, Tree};
use crate::anchor::Claim;
use crate::error::{Crossing, Error};
use crate::id::{NodeId, NodeKey};
use crate::links::LinkList;
use crate::memory::{AllocError, HEAP, ZoneId};
use crate::sync::Arc;
use crate::values::{Carried, Kind};

/// What becomes of claims that cross the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Border {
    /// They are an error.
    Closed,
    /// They are dropped.
    Open,
}

/// Why nothing was moved.
pub(super) enum Obstacle {
    Error(Error),
    /// For the tree whose call it is to make an error of.
    Memory(AllocError),
}

/// What was moved.
pub(super) struct Moved {
    pub(super) map: NodeMap,
    pub(super) crossings: Vec<Crossing>,
    /// What the old tree's observer is to hear of those.
    pub(super) news: Vec<Event>,
}

/// A subtree on its way: a shape in the destination that hangs from nothing yet, and what is known of its nodes.
struct Cargo {
    /// Its top, here and there.
    top: (NodeKey, NodeKey),
    /// Where its bytes go: the zone of the new parent.
    base: ZoneId,
    nodes: Vec<Carried>,
    /// The same by kind.
    lots: Vec<Lot>,
    /// The entries that stand for references, from old to new.
    entries: FxHashMap<NodeKey, NodeKey>,
    /// Which nodes have rare facts, are not in the heap, are shared, are held from outside, have a budget or are secret.
    rare: Vec<u32>,
    zoned: Vec<u32>,
    shared: Vec<u32>,
    held: Vec<u32>,
    marked: Vec<u32>,
    /// Nobody can claim those that are held any more.
    condemned: bool,
    /// Zones that go along.
    deserted: FxHashSet<ZoneId>,
    /// Entries in the old tree whose claims cross the border, and nodes that are claimed from outside the tree.
    crossing: Vec<NodeKey>,
    claimed: Vec<NodeKey>,
    /// Which nodes have a block in the destination already, are charged to an allocator there, or have a large block
    /// that will be moved.
    copied: Vec<u32>,
    charged: Vec<u32>,
    large: Vec<u32>,
}

/// Moves `top` and all below it to another tree, where it becomes the first child of `parent`. On an error nothing has
/// changed. `spent`: nobody will use the old tree again, so nobody has to tidy it. A panic of a user's allocator comes
/// out when all is done, or undone. O(nodes and bytes).
pub(super) fn transplant(
    from: &mut Tree,
    top: NodeKey,
    to: &mut Tree,
    parent: NodeKey,
    border: Border,
    spent: bool,
) -> Result<Moved, Obstacle> {
    let base = to.item(parent).zone;
    let mut cargo = Cargo::copy_shape(from, top, to, base)?;
    let ready = catch_unwind(AssertUnwindSafe(|| {
        cargo.find_crossings(from);
        cargo.find_deserted(from);
        let crossings = cargo.crossings(from);
        if border == Border::Closed && !crossings.is_empty() {
            return Err(Obstacle::Error(Error::Crossed { crossings: crossings.into() }));
        }
        cargo.make_room(from, to).map_err(Obstacle::Memory)
    }));
    match ready {
        Ok(Ok(())) => Ok(cargo.commit(from, to, parent, spent)),
        Ok(Err(obstacle)) => {
            cargo.undo(from, to);
            Err(obstacle)
        }
        Err(panic) => {
            cargo.undo(from, to);
            resume_unwind(panic)
        }
    }
}

/// All nodes of one kind.
struct Lot {
    /// What the old tree calls it, and what the new one does.
    kind: Kind,
    goal: Kind,
    /// Which nodes these are.
    runs: Vec<Range<u32>>,
}

impl Lot {
    fn nodes(&self) -> impl Iterator<Item = usize> {
        self.runs.iter().flat_map(|run| run.start as usize..run.end as usize)
    }
}

impl Cargo {
    /// Finds the claims of which one end lies outside.
    fn find_crossings(&mut self, from: &Tree) {
        let mut within = FxHashSet::default();
        for &at in &self.shared {
            for entry in from.claims_on(self.nodes[at as usize].old) {
                if self.entries.contains_key(&entry) {
                    within.insert(entry);
                } else {
                    self.crossing.push(entry);
                }
            }
        }
        let inwards = self.crossing.len();
        self.crossing.extend(self.entries.keys().filter(|&entry| !within.contains(entry)));
        self.crossing[inwards..].sort_unstable();
        self.condemned = true;
        let within = self.claims_within(from);
        let from_outside = |key: &NodeKey| !from.condemn_but(*key, within.get(key).copied().unwrap_or(0));
        self.claimed = self.held.iter().map(|&at| self.nodes[at as usize].old).filter(from_outside).collect();
    }

    /// How many strong claims on which nodes lie in values that come along, with all their clones.
    fn claims_within(&self, from: &Tree) -> FxHashMap<NodeKey, u32> {
        let mut within = FxHashMap::default();
        if self.held.iter().all(|&at| from.claims_from_outside(self.nodes[at as usize].old).1 == 0) {
            return within;
        }
        let mut clones: FxHashMap<*const Claim, usize> = FxHashMap::default();
        let mut count = |node: NodeId, claim: &Arc<Claim>| {
            let clones = clones.entry(Arc::as_ptr(claim)).or_default();
            *clones += 1;
            if node.tree == from.tag && *clones == Arc::strong_count(claim) {
                *within.entry(node.key).or_default() += 1;
            }
        };
        for lot in self.lots.iter().filter(|lot| from.kinds.lists_links(lot.kind)) {
            for Carried { old, slot, .. } in lot.nodes().map(|at| self.nodes[at]) {
                from.kinds.list_links(
                    lot.kind,
                    slot,
                    old,
                    &mut LinkList::new(&mut |_, _, _| ()).with_claims(&mut count),
                );
            }
        }
        within
    }

    /// Finds the zones that go along.
    fn find_deserted(&mut self, from: &Tree) {
        if !self.zoned.is_empty() {
            let mut users = FxHashMap::default();
            for &at in &self.zoned {
                *users.entry(from.item(self.nodes[at as usize].old).zone).or_default() += 1;
            }
            self.deserted = from.memory.deserted(users);
        }
    }

    fn crossings(&self, from: &Tree) -> Vec<Crossing> {
        let ends = |&entry: &NodeKey| Crossing {
            holder: from.id(from.holder(entry)),
            target: from.id(from.target(from.item(entry))),
        };
        let from_outside = |&key: &NodeKey| Crossing { holder: from.root(), target: from.id(key) };
        self.crossing.iter().map(ends).chain(self.claimed.iter().map(from_outside)).collect()
    }

    /// Whether what a node has in a zone of the old tree stays there as it is, because the zone goes along.
    fn goes_along(&self, zone: ZoneId) -> bool {
        zone != HEAP && self.deserted.contains(&zone)
    }
}
