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
    fn add(&mut self, id: NodeId) {
        *self = match self {
            Self::Nothing => Self::One(id),
            Self::One(_) | Self::Several => Self::Several,
        };
    }
}

/// Sets the target of every reference that has exactly one candidate: by address where the reference carries
/// one, else by name among the nodes that are referenced at all. O(nodes), and nothing without references.
pub(super) fn targets(arena: &mut Arena<Record>, root: NodeId, references: &[NodeId]) {
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
    for id in root.descendants(arena) {
        let record = arena[id].get();
        if record.kind() != Kind::Node {
            continue;
        }
        if !by_place.is_empty()
            && let Some(found) = by_place.get_mut(&record.place())
        {
            found.add(id);
        }
        if (record.reference_count() > 0 || id == root)
            && let Some(found) = by_name.get_mut(&record.name().as_ptr())
        {
            found.add(id);
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
