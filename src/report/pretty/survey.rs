//! A look ahead: which nodes share a line, and how much room numbers and guides need.

use indextree::NodeId;

use super::options::Pretty;
use crate::report::{Kind, Visit};

/// The child that is on the same line as `id`: its only one, which stands for as many nodes; or the rest, if a filter left
/// nothing else below. The root has a line of its own.
pub(super) fn joined(pretty: &Pretty<'_>, id: NodeId) -> Option<NodeId> {
    if !pretty.join_chains || pretty.addresses || id == pretty.report.root() {
        return None;
    }
    let arena = pretty.report.arena();
    let child = arena[id].first_child()?;
    let (above, below) = (arena[id].get(), arena[child].get());
    let alike = match below.kind() {
        Kind::Node => below.count() == above.count(),
        Kind::Rest => true,
        _ => false,
    };
    (alike && above.kind() == Kind::Node && arena[child].next_sibling().is_none()).then_some(child)
}

/// The largest of what the lines will show.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) bytes: u64,
    pub(super) own: u64,
    pub(super) blocks: u64,
    /// How many levels below the root the deepest line is.
    pub(super) levels: usize,
}

impl Survey {
    /// O(records).
    pub(super) fn new(pretty: &Pretty<'_>) -> Self {
        let mut survey = Self::default();
        // The path to the next record, and on which level each of its records is drawn.
        let mut path: Vec<(NodeId, usize)> = Vec::new();
        // The own bytes of the newest line. The records of a line follow one another.
        let mut own = 0_u64;
        for Visit { id, depth, record } in pretty.report.walk() {
            path.truncate(depth);
            let above = path.last().copied();
            let shares = above.is_some_and(|(parent, _)| joined(pretty, parent) == Some(id));
            let level = above.map_or(0, |(_, level)| if shares { level } else { level + 1 });
            path.push((id, level));
            if record.kind() != Kind::Rest {
                own = if shares { own } else { 0 }.saturating_add(record.self_bytes().unwrap_or(0));
            }
            survey.bytes = survey.bytes.max(record.bytes());
            survey.blocks = survey.blocks.max(record.blocks());
            survey.own = survey.own.max(own);
            survey.levels = survey.levels.max(level);
        }
        survey
    }
}
