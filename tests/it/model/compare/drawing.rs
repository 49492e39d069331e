//! The model's trees as text.

use std::fmt::Write;

use crate::model::naive::{Entry, Model};

/// The model's trees as text, for messages.
pub fn drawing(model: &Model) -> String {
    let mut text = String::new();
    let roots = model.nodes.keys().filter(|&&num| model.parent(num).is_none());
    let edges = roots.flat_map(|&root| model.node(root).at.traverse(&model.arena));
    for edge in edges {
        let indextree::NodeEdge::Start(at) = edge else { continue };
        let depth = at.ancestors(&model.arena).count() - 1;
        let _ = match *model.arena[at].get() {
            Entry::Node(num) => writeln!(text, "{:depth$}{num} {:?}", "", model.node(num)),
            Entry::Claim(claim) => writeln!(text, "{:depth$}-> {}", "", model.claims[claim].node),
        };
    }
    text
}
