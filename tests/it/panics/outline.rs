//! All that can be seen of a tree, in lines.

use freehold::memory::Usage;
use freehold::{Edge, NodeId, Tree};

use super::piece::Piece;

/// A line for each node and each reference, with what it is, holds and is charged with, and who claims it.
pub(crate) fn outline(tree: &Tree) -> Vec<String> {
    let mut lines = Vec::new();
    let mut depth = 0;
    for edge in tree.edges(tree.root()).expect("the root is there") {
        let Edge::Start(node) = edge else {
            depth -= 1;
            continue;
        };
        lines.push(format!("{:1$}{2}", "", 2 * depth, line(tree, node).expect("it is there")));
        depth += 1;
        for held in tree.references_held(node).expect("it is there") {
            lines.push(format!("{:1$}-> {2}", "", 2 * depth, label(tree, held.target())));
        }
    }
    lines
}

/// What a node is called: by its value, or its name.
pub(crate) fn label(tree: &Tree, node: NodeId) -> String {
    match tree.downcast::<Piece>(node) {
        Ok(piece) => tree[piece].name().to_owned(),
        Err(_) => tree.name(node).map_or("gone".to_owned(), |name| name.into_owned()),
    }
}

fn line(tree: &Tree, node: NodeId) -> Result<String, freehold::Error> {
    let content = match (tree.downcast::<Piece>(node), tree.downcast::<str>(node), tree.downcast::<[u8]>(node)) {
        (Ok(piece), ..) => {
            let links = tree[piece].links.iter().map(|link| label(tree, link.id()));
            let claim = tree[piece].claim.as_ref().map(|claim| label(tree, claim.handle().id()));
            format!("links {:?}, claim {claim:?}", links.collect::<Vec<_>>())
        }
        (_, Ok(text), _) => format!("{:?}", &tree[text]),
        (.., Ok(bytes)) => format!("{:?}", &tree[bytes]),
        _ => format!("a {}", tree.type_name(node)?.rsplit("::").next().unwrap_or_default()),
    };
    let budget = tree.budget(node)?.map(|budget| (budget.bytes, budget.nodes));
    // Contexts bring allocators, so these are enough to see each.
    let usage = match tree.downcast::<()>(node) {
        Ok(_) => {
            let Usage { blocks, charged, scope_depth, .. } = tree.allocator(node)?.usage();
            format!(", allocator {blocks} {charged} {scope_depth}")
        }
        Err(_) => String::new(),
    };
    Ok(format!(
        "{} {content}, name {}, size {}, references {}, claims {}, {:?}, secret {}, budget {budget:?}{usage}",
        label(tree, node),
        tree.name(node)?,
        tree.size(node)?,
        tree.reference_count(node)?,
        tree.ref_count(node)?,
        tree.standing(node)?,
        tree.is_secret(node)?,
    ))
}
