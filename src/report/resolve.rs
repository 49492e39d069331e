//! Which node a reference claims.

use std::collections::HashMap;

use indextree::{Arena, NodeId};
use rustc_hash::FxHashMap;

use super::record::{Kind, Place, Record};

/// What has been found for a name or an address that some reference claims.
#[derive(Clone, Copy)]
enum Found {
    Nothing,
    One(NodeId),
    Several,
}

impl Found {
    fn add(&mut self, id: Option<NodeId>) {
        *self = match (&self, id) {
            (Self::Nothing, Some(id)) => Self::One(id),
            _ => Self::Several,
        };
    }
}

/// Sets the target of every reference that has exactly one candidate: by address where the reference carries
/// one, else by name among the nodes that are referenced at all. O(nodes), and nothing without references.
pub(super) fn targets(arena: &mut Arena<Record>, references: &[NodeId]) {
    if references.is_empty() {
        return;
    }
    let mut by_place: HashMap<(Place, u64), Found> = HashMap::new();
    // Names are interned, so that where they lie says which they are.
    let mut by_name: FxHashMap<*const u8, Found> = FxHashMap::default();
    for &reference in references {
        let record = arena[reference].get();
        match record.place() {
            (Place::Unknown, _) => by_name.insert(record.name().as_ptr(), Found::Nothing),
            place => by_place.insert(place, Found::Nothing),
        };
    }
    // Nothing else is in the arena, and slot after slot is faster than link after link.
    for node in arena.iter() {
        let record = node.get();
        if record.kind() != Kind::Node {
            continue;
        }
        if !by_place.is_empty()
            && let Some(found) = by_place.get_mut(&record.place())
        {
            found.add(arena.get_node_id(node));
        }
        if (record.reference_count() > 0 || node.parent().is_none())
            && let Some(found) = by_name.get_mut(&record.name().as_ptr())
        {
            found.add(arena.get_node_id(node));
        }
    }
    for &reference in references {
        let record = arena[reference].get_mut();
        let found = match record.place() {
            (Place::Unknown, _) => by_name.get(&record.name().as_ptr()),
            place => by_place.get(&place),
        };
        if let Some(&Found::One(target)) = found {
            record.set_target(Some(target));
        }
    }
}
