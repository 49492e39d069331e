//! The loop of talloc's own speed test: a block, a string and a large block under it, freed.

use crate::{
    harness::{Contender, Workload, timed},
    talloc,
};
use freehold::Tree;
use std::hint::black_box;

const LOOPS: usize = 5_000;
const BLOCK: usize = 1000;
const LARGE: usize = 128 * 1024;

pub(super) fn workload() -> Workload {
    Workload {
        name: "speed",
        operation: "a loop of 3 nodes",
        most_rounds: usize::MAX,
        contenders: vec![
            Contender::new("freehold", None, freehold),
            Contender::new("libtalloc", Some(1.5), libtalloc),
            Contender::new("malloc", None, malloc),
        ],
    }
}

fn freehold() -> impl FnMut() -> f64 {
    let mut tree = Tree::new();
    let context = tree.context(tree.root(), "speed").unwrap();
    move || {
        timed(LOOPS, || {
            for _ in 0..LOOPS {
                let block = tree.array_unfilled::<u8>(context, BLOCK).unwrap();
                black_box(tree.strdup(block, black_box("foo bar")).unwrap());
                black_box(tree.array_unfilled::<u8>(block, LARGE).unwrap());
                tree.free(block).unwrap();
            }
        })
    }
}

fn libtalloc() -> impl FnMut() -> f64 {
    let context = talloc::context(talloc::NULL);
    move || {
        timed(LOOPS, || {
            for _ in 0..LOOPS {
                let block = talloc::block(context, BLOCK, c"peers.c:1");
                black_box(talloc::strdup(block, black_box(c"foo bar")));
                black_box(talloc::block(block, LARGE, c"peers.c:1"));
                talloc::free(block);
            }
        })
    }
}

/// As the C test's second half: no tree.
fn malloc() -> impl FnMut() -> f64 {
    || {
        timed(LOOPS, || {
            for _ in 0..LOOPS {
                let blocks = [BLOCK, "foo bar".len() + 1, LARGE].map(talloc::malloc);
                black_box(blocks).into_iter().for_each(talloc::malloc_free);
            }
        })
    }
}
