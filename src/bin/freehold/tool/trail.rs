//! The way from the root to a node, in one line.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use freehold::report::indextree::NodeId;
use freehold::report::{Report, Visit, visible};

use crate::tool::names::path;

/// How many names at the top and at the bottom of a long way are shown.
const SHOWN: (usize, usize) = (3, 12);

/// The nodes from the root to where a walk is.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    nodes: Vec<NodeId>,
}

impl Trail {
    /// Goes on to the next node of the walk. O(1) over the whole walk.
    pub(crate) fn step(&mut self, visit: &Visit<'_>) {
        self.nodes.truncate(visit.depth);
        self.nodes.push(visit.id);
    }

    /// `root / session / cache`; the middle of a very deep way is counted instead. O(names shown).
    pub(crate) fn text(&self, report: &Report) -> String {
        text(report, &self.nodes)
    }

    /// The same for what is above depth `depth`.
    pub(crate) fn owner(&self, report: &Report, depth: usize) -> String {
        text(report, &self.nodes[..depth])
    }
}

/// The way to any node. O(depth).
pub(crate) fn way(report: &Report, node: NodeId) -> String {
    let mut nodes: Vec<_> = node.ancestors(report.arena()).collect();
    nodes.reverse();
    text(report, &nodes)
}

/// The depth of a node, or one more than `limit` if it is deeper than that; 0 where there is no limit to be kept.
/// O(limit).
pub(crate) fn depth(report: &Report, node: NodeId, limit: Option<usize>) -> usize {
    limit.map_or(0, |limit| node.ancestors(report.arena()).skip(1).take(limit.saturating_add(1)).count())
}

/// The ways to many nodes, in one walk. O(records).
pub(crate) fn ways(report: &Report, nodes: impl Iterator<Item = NodeId>) -> HashMap<NodeId, String> {
    let wanted: HashSet<_> = nodes.collect();
    let mut trail = Trail::default();
    let mut ways = HashMap::with_capacity(wanted.len());
    for visit in report.walk() {
        trail.step(&visit);
        if wanted.contains(&visit.id) {
            ways.insert(visit.id, trail.text(report));
        }
    }
    ways
}

fn text(report: &Report, nodes: &[NodeId]) -> String {
    let name = |id: &NodeId| visible(report.arena()[*id].get().name());
    let (top, bottom) = SHOWN;
    let hidden = nodes.len().saturating_sub(top + bottom);
    match hidden {
        0 | 1 => path(nodes.iter().map(name)),
        _ => {
            let middle = [Cow::Owned(format!("({hidden} levels)"))];
            path(nodes[..top].iter().map(name).chain(middle).chain(nodes[top + hidden..].iter().map(name)))
        }
    }
}
