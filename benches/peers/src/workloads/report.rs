//! A full report of a million nodes, thrown away: all that is measured is making the text.

use std::fs::OpenOptions;

use freehold::{NodeId, Tree};

use crate::{
    harness::{Contender, Workload, timed},
    input::servers::{self, What},
    talloc,
};

const NODES: usize = 1_000_000;
const NOWHERE: &str = "/dev/null";

pub(super) fn workload() -> Workload {
    Workload {
        name: "report",
        operation: "a node reported",
        most_rounds: 7,
        contenders: vec![
            Contender::new("freehold", None, || {
                let (tree, root, nodes) = freehold();
                let mut out = OpenOptions::new().write(true).open(NOWHERE).unwrap();
                move || timed(nodes, || tree.report_text(root).unwrap().write_to(&mut out).unwrap())
            }),
            Contender::new("captured", None, || {
                let (tree, root, nodes) = freehold();
                let mut out = OpenOptions::new().write(true).open(NOWHERE).unwrap();
                move || timed(nodes, || tree.report(root).unwrap().text().write_to(&mut out).unwrap())
            }),
            Contender::new("libtalloc", Some(10.0), || {
                let entries = servers::entries(NODES);
                let root = talloc::Owned::new(talloc::tree(&entries)[0]);
                let out = talloc::Stream::create(NOWHERE.as_ref()).unwrap();
                move || timed(entries.len(), || talloc::report_full(root.ptr(), &out))
            }),
        ],
    }
}

/// Types' names are shared, texts have their own, as on the C side.
fn freehold() -> (Tree, NodeId, usize) {
    let entries = servers::entries(NODES);
    let mut tree = Tree::new();
    let mut nodes: Vec<NodeId> = vec![tree.root()];
    for entry in entries.iter() {
        let parent = if nodes.len() == 1 { tree.root() } else { nodes[entry.parent as usize + 1] };
        let node: NodeId = match entry.what {
            What::Typed(name, bytes) => {
                let node = tree.array_unfilled::<u8>(parent, bytes as usize).unwrap();
                tree.set_name(node, name.to_str().unwrap()).unwrap();
                node.into()
            }
            What::Text(text) => {
                let node = tree.array_from(parent, text.to_bytes_with_nul()).unwrap();
                tree.set_name(node, text.to_str().unwrap().to_owned()).unwrap();
                node.into()
            }
            What::Reference(target) => {
                tree.reference(parent, nodes[target as usize + 1]).unwrap();
                parent
            }
        };
        nodes.push(node);
    }
    (tree, nodes[1], entries.len())
}
