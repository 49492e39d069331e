//! A subtree that goes from one tree to another and back, beside building it anew and beside moves in place.

use std::hint::black_box;

use super::{Value, contents};
use crate::{
    harness::{Contender, Workload, timed},
    talloc,
};
use freehold::{Handle, NodeId, Tree};

/// Groups of a subtree, each a context with seven things in it.
const GROUPS: usize = 250;
const NODES: usize = 1 + GROUPS * 8;
/// Moves in one round, to and fro.
const MOVES: usize = 10;

pub(super) fn workload() -> Workload {
    Workload {
        name: "subtree",
        operation: "a node detached and grafted",
        most_rounds: usize::MAX,
        contenders: vec![
            Contender::new("freehold", None, || {
                let mut trees = [Tree::new(), Tree::new()];
                for tree in &mut trees {
                    tree.context(tree.root(), "resident").unwrap();
                }
                let blocks = contents(GROUPS * 3);
                let mut node = NodeId::from(build(&mut trees[0], &blocks));
                move || {
                    timed(2 * MOVES * NODES, || {
                        for _ in 0..MOVES {
                            for from in [0, 1] {
                                let subtree = trees[from].detach(node).unwrap();
                                let goal = &mut trees[1 - from];
                                let root = goal.root();
                                goal.graft(root, subtree).unwrap();
                                node = goal.children(root).unwrap().next().unwrap();
                            }
                        }
                    })
                }
            }),
            Contender::new("anew", Some(4.0), || {
                let mut tree = Tree::new();
                let blocks = contents(GROUPS * 3);
                move || {
                    let mut took = 0.0;
                    for _ in 0..2 * MOVES {
                        let mut made = None;
                        took += timed(NODES, || made = Some(build(&mut tree, &blocks)));
                        tree.free(made.unwrap()).unwrap();
                    }
                    took / (2 * MOVES) as f64
                }
            }),
            Contender::new("libtalloc", None, || {
                let [here, there] = [(); 2].map(|()| talloc::context(talloc::NULL));
                let blocks = contents(GROUPS * 3);
                let top = talloc::context(here);
                for (group, blocks) in blocks.chunks(3).enumerate() {
                    let context = talloc::context(top);
                    for seed in 0..3 {
                        talloc::value(context, Value::new((group + seed) as u64));
                    }
                    talloc::strdup(context, c"a text of a usual length");
                    blocks.iter().for_each(|block| _ = talloc::memdup(context, block));
                }
                move || {
                    timed(2 * MOVES * NODES, || {
                        for _ in 0..MOVES {
                            black_box(talloc::steal(black_box(there), black_box(top)));
                            black_box(talloc::steal(black_box(here), black_box(top)));
                        }
                    })
                }
            }),
            Contender::new("Box", None, || {
                let mut lists = [(0..NODES as u64).map(|seed| Box::new(Value::new(seed))).collect(), Vec::new()];
                move || {
                    timed(2 * MOVES * NODES, || {
                        for _ in 0..MOVES {
                            for from in [0, 1] {
                                let list: Vec<Box<Value>> = std::mem::take(&mut lists[from]);
                                for boxed in list {
                                    lists[1 - from].push(black_box(boxed));
                                }
                            }
                        }
                    })
                }
            }),
        ],
    }
}

/// A context with groups of values, texts and blocks.
fn build(tree: &mut Tree, blocks: &[&[u8]]) -> Handle<()> {
    let top = tree.context(tree.root(), "subtree").unwrap();
    for (group, blocks) in blocks.chunks(3).enumerate() {
        let context = tree.context(top, "group").unwrap();
        for seed in 0..3 {
            black_box(tree.alloc(context, Value::new((group + seed) as u64)).unwrap());
        }
        black_box(tree.strdup(context, "a text of a usual length").unwrap());
        for block in blocks {
            black_box(tree.array_from(context, block).unwrap());
        }
    }
    top
}
