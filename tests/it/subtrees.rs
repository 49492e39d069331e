//! Subtrees that go from one tree to another, or are made once more.

mod duplicate;
mod facts;
mod hostile;
mod memory;
mod moving;
mod panics;
mod references;
mod threads;

use freehold::{Edge, NodeId, Tree};

/// All that can be seen of a subtree but for its handles: shape, names, types, sizes, origins, references.
fn outline(tree: &Tree, top: impl Into<NodeId>) -> Vec<String> {
    let (mut depth, mut lines) = (0, Vec::new());
    for edge in tree.edges(top).unwrap() {
        let Edge::Start(node) = edge else {
            depth -= 1;
            continue;
        };
        let held: Vec<_> = tree.references_held(node).unwrap().map(|held| tree.name(held.target()).unwrap()).collect();
        lines.push(format!(
            "{:depth$}{} `{}` {} {:?} {} {held:?}",
            "",
            tree.name(node).unwrap(),
            tree.type_name(node).unwrap(),
            tree.size(node).unwrap(),
            tree.origin(node).unwrap(),
            tree.reference_count(node).unwrap(),
        ));
        depth += 1;
    }
    lines
}
