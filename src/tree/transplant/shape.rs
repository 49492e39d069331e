//! The copy of the shape: nodes with all their links, and without what they hold.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Cargo, Lot, Obstacle};
use crate::error::Error;
use crate::id::NodeKey;
use crate::memory::{HEAP, ZoneId};
use crate::tree::Tree;
use crate::tree::item::flag;
use crate::values::{Carried, Kind};

/// A kind that has not come up yet.
const UNKNOWN: Kind = Kind::MAX;

impl Cargo {
    /// Copies the shape of `top` and all below it. What the copy says of values and blocks is that of the old tree, but
    /// for kinds, which are the new tree's, and zones, which are `base`.
    pub(super) fn copy_shape(from: &Tree, top: NodeKey, to: &mut Tree, base: ZoneId) -> Result<Self, Obstacle> {
        let room = to.topology.room();
        if room < from.topology.len() && room < from.topology.preorder(top).count() {
            return Err(Obstacle::Error(Error::Full { what: "nodes" }));
        }
        let mut nodes: Vec<Carried> = Vec::new();
        let mut lots: Vec<Lot> = Vec::new();
        let mut lot_of: Vec<Option<usize>> = from.kinds.all().map(|_| None).collect();
        // The kind of the latest nodes, what it is called there, its lot, and since which node.
        let (mut kind, mut goal, mut lot, mut since) = (UNKNOWN, UNKNOWN, 0, 0);
        let mut entries = FxHashMap::default();
        let (mut rare, mut zoned) = (Vec::new(), Vec::new());
        let (mut shared, mut held, mut marked) = (Vec::new(), Vec::new(), Vec::new());
        let (mut leaving, mut full) = (None, false);
        let copy = to.topology.copy_shape(&from.topology, top, |old, new, item| {
            let at = nodes.len() as u32;
            if item.kind != kind {
                if item.is_reference() {
                    entries.insert(old, new);
                    return;
                }
                if at > since {
                    lots[lot].runs.push(since..at);
                }
                (kind, since) = (item.kind, at);
                lot = *lot_of[usize::from(kind)].get_or_insert_with(|| {
                    let goal = to.kinds.adopt(from.kinds.info(kind)).unwrap_or(UNKNOWN);
                    full |= goal == UNKNOWN;
                    lots.push(Lot { kind, goal, runs: Vec::new() });
                    lots.len() - 1
                });
                goal = lots[lot].goal;
            }
            nodes.push(Carried { old, new, slot: item.slot });
            item.kind = goal;
            if item.flags != 0 {
                if item.is(flag::LEAVING) {
                    leaving.get_or_insert(old);
                }
                if item.is(flag::SHARED) {
                    shared.push(at);
                }
                if item.is(flag::HELD) {
                    held.push(at);
                }
                if item.is(flag::MARKED) {
                    marked.push(at);
                }
                item.set(flag::HELD, false);
            }
            if item.rare().is_some() {
                item.clear_rare();
                rare.push(at);
            }
            if item.zone != HEAP {
                zoned.push(at);
            }
            item.zone = base;
        });
        lots[lot].runs.push(since..nodes.len() as u32);
        let cargo = Self {
            top: (top, copy),
            base,
            nodes,
            lots,
            entries,
            rare,
            zoned,
            shared,
            held,
            marked,
            condemned: false,
            deserted: FxHashSet::default(),
            crossing: Vec::new(),
            claimed: Vec::new(),
            copied: Vec::new(),
            charged: Vec::new(),
            large: Vec::new(),
        };
        let error = match leaving {
            Some(leaving) => Error::Dying { node: from.id(leaving) },
            None if full => Error::Full { what: "kinds of value" },
            None => return Ok(cargo),
        };
        cargo.undo(from, to);
        Err(Obstacle::Error(error))
    }
}
