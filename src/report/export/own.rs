//! What a node has itself.

use indextree::NodeId;

use crate::report::Report;
use crate::report::record::Kind;

/// Bytes and blocks of a node without those of the nodes below it. All of a report's add up to its root's, unless nodes
/// claim less than those below them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Own {
    pub(super) bytes: u64,
    /// The node, or those it stands for, and the references it holds.
    pub(super) blocks: u64,
}

impl Own {
    /// O(children). Where lines are missing below the node, what they would have said is the node's.
    pub(super) fn of(report: &Report, id: NodeId) -> Self {
        let record = |id: NodeId| report.arena()[id].get();
        let nodes = id.children(report.arena()).map(record).filter(|child| child.kind() != Kind::Reference);
        let (bytes, blocks) = nodes.fold((0_u64, 0_u64), |(bytes, blocks), child| {
            (bytes.saturating_add(child.bytes()), blocks.saturating_add(child.blocks()))
        });
        let node = record(id);
        Self {
            bytes: node.self_bytes().unwrap_or_else(|| node.bytes().saturating_sub(bytes)),
            blocks: node.blocks().saturating_sub(blocks),
        }
    }
}
