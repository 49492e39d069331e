//! How large things are that there are many of, or that every call hands over. To make one larger is a decision, to be
//! taken here. On machines of 64 bits.

use compact_str::CompactString;

use super::claims::Claim;
use super::item::Item;
use super::rare::{Rare, Rarer};
use crate::anchor::Anchor;
use crate::memory::{AllocError, Block, Slot};
use crate::report::Record;
use crate::topology::Topology;
use crate::values::Row;
use crate::{Error, Event, Freed, Handle, NodeId, Reference, ReferenceId, Strong, Tree, Weak};

macro_rules! sizes {
    ($($size:literal: $($of:ty),+;)+) => {
        [$($((stringify!($of), size_of::<$of>(), $size)),+),+]
    };
}

#[test]
#[cfg(target_pointer_width = "64")]
fn sizes_are_what_they_were() {
    let sizes = sizes! {
        // What callers hold, and what calls give back.
        12: NodeId, Option<NodeId>, ReferenceId, Block, Option<Block>;
        16: Handle<u64>, Handle<str>, Option<Handle<[u8]>>;
        24: Strong<u64>, Option<Strong<u64>>, Weak<str>, Option<Weak<str>>;
        48: Error, Result<Handle<u64>, Error>, Result<(), Error>;
        24: AllocError, Result<Slot, AllocError>;
        40: Event;
        48: Freed, Reference;
        // What a tree keeps for each node, for a value besides it, and for what few nodes have.
        28: Item;
        8: Row<()>;
        16: Row<u64>;
        32: Row<CompactString>;
        64: Rare;
        88: Rarer;
        24: Claim, Anchor;
        // What a report keeps for each line, without indextree's links and with them.
        40: Record;
        128: indextree::Node<Record>;
        // An empty tree, without its heap's shelves.
        728: Tree;
    };
    for (what, size, pinned) in sizes {
        assert_eq!(size, pinned, "{what}");
    }
    assert_eq!(Topology::<Item>::PLACE, 48);
}
