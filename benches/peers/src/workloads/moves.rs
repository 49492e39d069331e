//! Moving a node to and fro, and asking for the parent where talloc has to look for it.

use crate::{
    harness::{Contender, Workload, timed},
    talloc,
};
use freehold::Tree;
use std::hint::black_box;

/// Pairs of moves in one round.
const PAIRS: usize = 20_000;
const SIBLINGS: usize = 1_000_000;

pub(super) fn steal() -> Workload {
    Workload {
        name: "steal",
        operation: "a move",
        most_rounds: usize::MAX,
        contenders: vec![
            Contender::new("freehold", None, || {
                let mut tree = Tree::new();
                let [here, there] = ["here", "there"].map(|name| {
                    let context = tree.context(tree.root(), name);
                    context.unwrap()
                });
                let node = tree.array_unfilled::<u8>(here, 48).unwrap();
                move || {
                    timed(2 * PAIRS, || {
                        for _ in 0..PAIRS {
                            tree.steal(black_box(there), black_box(node)).unwrap();
                            tree.steal(black_box(here), black_box(node)).unwrap();
                        }
                    })
                }
            }),
            Contender::new("libtalloc", Some(1.0), || {
                let [here, there] = [(); 2].map(|()| talloc::context(talloc::NULL));
                let node = talloc::block(here, 48, c"peers.c:1");
                move || {
                    timed(2 * PAIRS, || {
                        for _ in 0..PAIRS {
                            black_box(talloc::steal(black_box(there), black_box(node)));
                            black_box(talloc::steal(black_box(here), black_box(node)));
                        }
                    })
                }
            }),
        ],
    }
}

pub(super) fn parent() -> Workload {
    /// Questions in one round: talloc takes milliseconds for each.
    const OURS: usize = 100_000;
    const TALLOCS: usize = 2;
    Workload {
        name: "parent",
        operation: "parent() of the oldest of a million",
        most_rounds: 51,
        contenders: vec![
            Contender::new("freehold", None, || {
                let mut tree = Tree::new();
                let context = tree.context(tree.root(), "parent").unwrap();
                let oldest = tree.array_unfilled::<u8>(context, 16).unwrap();
                for _ in 1..SIBLINGS {
                    tree.array_unfilled::<u8>(context, 16).unwrap();
                }
                move || {
                    timed(OURS, || {
                        for _ in 0..OURS {
                            black_box(tree.parent(black_box(oldest)).unwrap());
                        }
                    })
                }
            }),
            Contender::new("libtalloc", Some(1000.0), || {
                let context = talloc::context(talloc::NULL);
                let oldest = talloc::block(context, 16, c"peers.c:1");
                for _ in 1..SIBLINGS {
                    talloc::block(context, 16, c"peers.c:1");
                }
                move || {
                    timed(TALLOCS, || {
                        for _ in 0..TALLOCS {
                            black_box(talloc::parent(black_box(oldest)));
                        }
                    })
                }
            }),
        ],
    }
}
