//! An arena filled with small blocks and reset.

use super::contents;
use crate::harness::{Contender, Workload, timed};
use freehold::{Arena, Tree};
use std::hint::black_box;

const BLOCKS: usize = 1_000;
/// Fillings of the arena in one round.
const FILLINGS: usize = 50;

pub(super) fn workload() -> Workload {
    Workload {
        name: "arena",
        operation: "a block made, and reset with the rest",
        most_rounds: usize::MAX,
        contenders: vec![Contender::new("freehold", None, freehold), Contender::new("bumpalo", Some(0.167), bumpalo)],
    }
}

fn freehold() -> impl FnMut() -> f64 {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::with_page_size(256 * 1024)).unwrap();
    let contents = contents(BLOCKS);
    move || {
        timed(FILLINGS * BLOCKS, || {
            for _ in 0..FILLINGS {
                for content in &contents {
                    black_box(tree.array_from(phase, content).unwrap());
                }
                tree.free_children(phase).unwrap();
            }
        })
    }
}

/// It has grown to one chunk by the second filling, as ours has one page.
fn bumpalo() -> impl FnMut() -> f64 {
    let mut bump = bumpalo::Bump::new();
    let contents = contents(BLOCKS);
    move || {
        timed(FILLINGS * BLOCKS, || {
            for _ in 0..FILLINGS {
                for content in &contents {
                    black_box(bump.alloc_slice_copy(content));
                }
                bump.reset();
            }
        })
    }
}
