//! Strongly connected components: nodes each of which leads to all the others.

use super::order::Order;
use crate::steps::step;

/// Not in a component yet.
const OPEN: u32 = u32::MAX;

/// Nodes and what each leads to: its children, and the ends of its claims.
pub(in crate::tree) struct Graph<'g> {
    pub(in crate::tree) order: &'g Order,
    /// For each node, where its claims begin; one more at the end.
    pub(in crate::tree) starts: &'g [usize],
    /// Where claims lead to.
    pub(in crate::tree) ends: &'g [u32],
}

/// A node whose successors are being looked at.
struct Frame {
    node: u32,
    /// The next child, and the next claim.
    child: u32,
    claim: usize,
}

/// The search, after Tarjan, with a stack of its own in the place of recursion.
struct Search<'g> {
    graph: &'g Graph<'g>,
    /// When a node was come to; 0 for not yet.
    found: Vec<u32>,
    /// The earliest open node that is known to be reached from it.
    low: Vec<u32>,
    component: Vec<u32>,
    open: Vec<u32>,
    frames: Vec<Frame>,
    /// How many have been found.
    count: u32,
}

/// For each node the number of its component. O(nodes + claims).
pub(in crate::tree) fn components(graph: &Graph<'_>) -> Vec<u32> {
    let nodes = graph.order.len() as usize;
    let mut search = Search {
        graph,
        found: vec![0; nodes],
        low: vec![0; nodes],
        component: vec![OPEN; nodes],
        open: Vec::new(),
        frames: Vec::new(),
        count: 0,
    };
    let mut components = 0;
    // The root leads to all.
    search.enter(0);
    while let Some(frame) = search.frames.last_mut() {
        step();
        let node = frame.node;
        match graph.successor(frame) {
            Some(next) if search.found[next as usize] == 0 => search.enter(next),
            Some(next) if search.component[next as usize] == OPEN => search.reach(node, search.found[next as usize]),
            Some(_) => {}
            None => {
                search.leave(node, &mut components);
                if let Some(before) = search.frames.last() {
                    search.reach(before.node, search.low[node as usize]);
                }
            }
        }
    }
    search.component
}

impl Graph<'_> {
    fn successor(&self, frame: &mut Frame) -> Option<u32> {
        if frame.child < self.order.end(frame.node) {
            let child = frame.child;
            frame.child = self.order.end(child);
            return Some(child);
        }
        let claims = &self.ends[..self.starts[frame.node as usize + 1]];
        let next = claims.get(frame.claim).copied();
        frame.claim += 1;
        next
    }
}

impl Search<'_> {
    fn enter(&mut self, node: u32) {
        self.count += 1;
        self.found[node as usize] = self.count;
        self.low[node as usize] = self.count;
        self.open.push(node);
        self.frames.push(Frame { node, child: node + 1, claim: self.graph.starts[node as usize] });
    }

    fn reach(&mut self, node: u32, found: u32) {
        let low = &mut self.low[node as usize];
        *low = found.min(*low);
    }

    /// All that a node leads to has been seen. If it leads to none that was found before it, it and those found since
    /// are a component.
    fn leave(&mut self, node: u32, components: &mut u32) {
        self.frames.pop();
        if self.low[node as usize] < self.found[node as usize] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.component[member as usize] = *components;
            if member == node {
                break;
            }
        }
        *components += 1;
    }
}
