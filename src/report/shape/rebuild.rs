//! The one way to make a report from another.

use indextree::{Arena, NodeId};
use rustc_hash::FxHashMap;

use crate::report::balance::Imbalance;
use crate::report::record::{Kind, Record};
use crate::report::report::Report;

/// Takes records in the order of lines, with their totals, and says of each which old records it stands for.
#[derive(Debug)]
pub(in crate::report) struct Rebuild<'a> {
    from: &'a Report,
    arena: Arena<Record>,
    open: Vec<NodeId>,
    /// Where the old records went that others point at: targets of references, and nodes out of balance.
    places: FxHashMap<NodeId, Option<NodeId>>,
}

impl<'a> Rebuild<'a> {
    /// Starts a report on the same text or tree as `from`.
    pub(in crate::report) fn like(from: &'a Report) -> Self {
        let targets = from.arena().iter().filter_map(|node| node.get().target());
        let pointed_at = targets.chain(from.imbalances().iter().map(Imbalance::node));
        Self { from, arena: Arena::new(), open: Vec::new(), places: pointed_at.map(|id| (id, None)).collect() }
    }

    /// Adds a record at `depth`, 0 for the root, below the newest one of a lower depth.
    pub(in crate::report) fn push(&mut self, depth: usize, record: Record) -> NodeId {
        self.open.truncate(depth);
        let id = match self.open.last() {
            Some(parent) => parent.append_value(record, &mut self.arena),
            None => self.arena.new_node(record),
        };
        self.open.push(id);
        id
    }

    /// Says that `new` stands for `old`.
    pub(in crate::report) fn stands_for(&mut self, new: NodeId, old: NodeId) {
        if let Some(place) = self.places.get_mut(&old) {
            *place = Some(new);
        }
    }

    /// Adds a copy of an old record.
    pub(in crate::report) fn copy(&mut self, depth: usize, old: NodeId) -> NodeId {
        let new = self.push(depth, self.from.arena()[old].get().clone());
        self.stands_for(new, old);
        new
    }

    /// The report, of at least one record. References lead to where their targets are now, if they are there.
    pub(in crate::report) fn finish(mut self) -> Report {
        let root = *self.open.first().expect("a report has a root");
        let place = |old: NodeId| self.places.get(&old).copied().flatten();
        for node in self.arena.iter_mut() {
            let record = node.get_mut();
            if record.kind() == Kind::Reference {
                record.set_target(record.target().and_then(place));
            }
        }
        let moved = |imbalance: &Imbalance| {
            let node = place(imbalance.node())?;
            Some(Imbalance { node, name: self.arena[node].get().shared_name(), ..imbalance.clone() })
        };
        let imbalances = self.from.imbalances().iter().filter_map(moved).collect();
        self.arena.shrink_to_fit();
        self.from.reshaped(self.arena, root, imbalances)
    }
}
