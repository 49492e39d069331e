//! What a node of Freehold costs in trees from a thousand to ten million nodes, deep, wide and in between:
//! a Markdown table for docs/design.md.

use crate::{
    harness::{median, timed as per_node},
    table,
};
use freehold::{NodeId, Tree};

const SIZES: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
/// Small trees are made again until this many nodes were measured, but at most `ROUNDS` times.
const NODES: usize = 3_000_000;
const ROUNDS: usize = 301;

/// The shape of a tree: the place in the list of the nth node's parent. The first is the context of all.
type ParentOf = fn(usize) -> usize;
const SHAPES: [(&str, ParentOf); 3] =
    [("deep: a chain", |nth| nth - 1), ("wide: all in one", |_| 0), ("between: 8 each", |nth| (nth - 1) / 8)];

const COLUMNS: [&str; 5] = ["create, new tree", "create, used tree", "walk", "steal", "free"];

/// Measures everything and prints the table.
pub fn print() {
    let mut table = table::markdown();
    table.set_header(["shape", "nodes"].into_iter().chain(COLUMNS));
    table::align(&mut table, 1..2 + COLUMNS.len());
    for (shape, parent_of) in SHAPES {
        for size in SIZES {
            let rounds = (NODES / size).clamp(1, ROUNDS);
            let took: Vec<_> = (0..rounds).map(|_| round(size, parent_of)).collect();
            let medians = (0..COLUMNS.len()).map(|column| {
                let median = median(took.iter().map(|took| took[column]));
                format!("{median:.1}")
            });
            table.add_row([shape.to_owned(), table::grouped(size)].into_iter().chain(medians));
        }
    }
    println!("{table}");
}

/// Nanoseconds per node for each of the columns.
fn round(size: usize, parent_of: ParentOf) -> [f64; COLUMNS.len()] {
    let mut tree = Tree::new();
    // Filled, so that its pages are there before the clock runs.
    let mut nodes = vec![tree.root(); size + 1];

    let create_new = per_node(size, || build(&mut tree, &mut nodes, parent_of));
    let walk = per_node(size, || assert_eq!(tree.descendants(nodes[0]).unwrap().count(), size));
    let free = per_node(size, || assert_eq!(tree.free(nodes[0]).unwrap().nodes(), size + 1));
    let create_used = per_node(size, || build(&mut tree, &mut nodes, parent_of));

    // Every node is moved to a context of its own, oldest first: a chain comes apart.
    let elsewhere = tree.context(tree.root(), "elsewhere").unwrap();
    let steal = per_node(size, || nodes[1..].iter().for_each(|&node| tree.steal(elsewhere, node).unwrap()));
    [create_new, create_used, walk, steal, free]
}

/// A context and values of 32 bytes.
fn build(tree: &mut Tree, nodes: &mut [NodeId], parent_of: ParentOf) {
    nodes[0] = tree.context(tree.root(), "scaling").unwrap().into();
    for nth in 1..nodes.len() {
        nodes[nth] = tree.alloc(nodes[parent_of(nth)], [nth as u64; 4]).unwrap().into();
    }
}
