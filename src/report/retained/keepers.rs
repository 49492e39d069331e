//! Who alone keeps a claimed node: its immediate dominator.

use indextree::NodeId;
use petgraph::algo::dominators::simple_fast;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use super::claims::{Claims, is_part};
use crate::report::number::number;
use crate::report::report::Report;

/// For each claimed node the lowest node above it through which all claims on it come; `None` where one comes from
/// outside. All other nodes are kept by their parents.
///
/// Only claimed nodes can be entered from elsewhere, so the graph is made of these, their parents, the holders of
/// claims, and where the ways to those part; everything between is passed through. That makes the graph as large as
/// the report has references, however large the tree.
pub(super) fn keepers(report: &Report, claims: &Claims) -> FxHashMap<NodeId, Option<NodeId>> {
    let arena = report.arena();
    let claimed: Vec<NodeId> = claims.claimed().collect();
    if claimed.is_empty() {
        return FxHashMap::default();
    }
    let mut graph: DiGraph<Option<NodeId>, ()> = DiGraph::new();
    let outside = graph.add_node(None);
    let crossroads = crossroads(report, claims, &claimed);
    // For each record the nearest node of the graph at it or above it.
    let mut nearest = vec![outside; report.len()];
    for visit in report.walk().filter(|visit| is_part(visit.record)) {
        let above = arena[visit.id].parent().map_or(outside, |parent| nearest[number(parent)]);
        nearest[number(visit.id)] = if crossroads[number(visit.id)] {
            let node = graph.add_node(Some(visit.id));
            graph.add_edge(above, node, ());
            node
        } else {
            above
        };
    }
    let place = |id: NodeId| nearest[number(id)];
    for (&target, holders) in &claims.known {
        for &holder in holders {
            graph.add_edge(place(holder), place(target), ());
        }
    }
    for &target in claims.outside.keys() {
        graph.add_edge(outside, place(target), ());
    }
    for unclear in &claims.unclear {
        // A node of its own spares an edge from each holder to each candidate.
        let meant = graph.add_node(None);
        for &holder in &unclear.holders {
            graph.add_edge(place(holder), meant, ());
        }
        for &candidate in &unclear.candidates {
            graph.add_edge(meant, place(candidate), ());
        }
        if unclear.outside > 0 {
            graph.add_edge(outside, meant, ());
        }
    }
    let dominators = simple_fast(&graph, outside);
    let keeper = |node: NodeIndex| {
        let above =
            std::iter::successors(dominators.immediate_dominator(node), |at| dominators.immediate_dominator(*at));
        above.map(|node| graph[node]).find(Option::is_some).flatten()
    };
    claimed.iter().map(|id| (*id, keeper(place(*id)))).collect()
}

/// Marks the nodes that the graph needs.
fn crossroads(report: &Report, claims: &Claims, claimed: &[NodeId]) -> Vec<bool> {
    let arena = report.arena();
    let mut marked = vec![false; report.len()];
    marked[number(report.root())] = true;
    let parents = claimed.iter().filter_map(|id| arena[*id].parent());
    for id in claimed.iter().copied().chain(parents).chain(claims.holders()) {
        marked[number(id)] = true;
    }
    // Children come after their parents, so that backwards all below a node is known when its turn comes.
    let order: Vec<NodeId> = report.walk().map(|visit| visit.id).collect();
    let mut leads = vec![0_u8; report.len()];
    for &id in order.iter().rev() {
        marked[number(id)] |= leads[number(id)] > 1;
        if (marked[number(id)] || leads[number(id)] == 1)
            && let Some(parent) = arena[id].parent()
        {
            leads[number(parent)] = leads[number(parent)].saturating_add(1);
        }
    }
    marked
}
