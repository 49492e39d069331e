//! Freeing a million nodes with a destructor each; making them is not timed.

use crate::{
    harness::{Contender, Workload, timed},
    talloc,
};
use freehold::{Tree, Verdict};
use std::{
    ffi::c_int,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

const NODES: usize = 1_000_000;

/// What every destructor counts up; the check that all of them ran.
static RUN: AtomicUsize = AtomicUsize::new(0);

pub(super) fn workload() -> Workload {
    Workload {
        name: "destructors",
        operation: "a node with a destructor freed",
        most_rounds: 21,
        contenders: vec![
            Contender::new("freehold", None, || {
                let mut tree = Tree::new();
                move || {
                    let context = tree.context(tree.root(), "destructors").unwrap();
                    for nth in 0..NODES as u64 {
                        let node = tree.alloc(context, [nth; 4]).unwrap();
                        let count = |_: &mut Tree, _| {
                            bump();
                            Verdict::Free
                        };
                        tree.set_destructor(node, count).unwrap();
                    }
                    checked(|| drop(tree.free(context).unwrap()))
                }
            }),
            Contender::new("libtalloc", Some(1.5), || {
                extern "C" fn count(_: talloc::Ptr) -> c_int {
                    bump();
                    0
                }
                || {
                    let context = talloc::context(talloc::NULL);
                    for nth in 0..NODES as u64 {
                        talloc::set_destructor(talloc::value(context, [nth; 4]), count);
                    }
                    checked(|| assert_eq!(talloc::free(context), 0))
                }
            }),
        ],
    }
}

/// A load and a store, not an atomic addition: that would hide the rest.
fn bump() {
    RUN.store(RUN.load(Relaxed) + 1, Relaxed);
}

fn checked(free: impl FnOnce()) -> f64 {
    RUN.store(0, Relaxed);
    let time = timed(NODES, free);
    assert_eq!(RUN.load(Relaxed), NODES);
    time
}
