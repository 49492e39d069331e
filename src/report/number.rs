//! Records by their numbers: the arena holds them in the order of the lines, and nothing else.

use std::num::NonZeroUsize;

use indextree::{Arena, NodeId};

use super::record::Record;

/// The number of a record, from 0. O(1).
pub(super) fn number(id: NodeId) -> usize {
    usize::from(id) - 1
}

/// The record of a number, if there are so many. O(1).
pub(super) fn numbered(arena: &Arena<Record>, number: usize) -> Option<NodeId> {
    arena.get_node_id_at(NonZeroUsize::new(number.checked_add(1)?)?)
}
