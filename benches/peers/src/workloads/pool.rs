//! Pools: one for each request of a server, and one for Samba's whole tree.

use super::{contents, samba};
use crate::{
    harness::{Contender, Workload, timed},
    input::Blocks,
    talloc,
};
use freehold::{Pool, Tree};
use std::hint::black_box;

const BLOCKS: usize = 20;
/// Requests in one round.
const REQUESTS: usize = 5_000;

pub(super) fn request() -> Workload {
    Workload {
        name: "pool",
        operation: "a request of 21 nodes",
        most_rounds: usize::MAX,
        contenders: vec![
            Contender::new("freehold", None, freehold),
            Contender::new("talloc_pool", Some(1.2), talloc_pool),
        ],
    }
}

/// The pool has just enough room.
fn freehold() -> impl FnMut() -> f64 {
    let mut tree = Tree::new();
    let contents = contents(BLOCKS);
    let room = contents.iter().map(|content| content.len().next_multiple_of(8)).sum();
    move || {
        timed(REQUESTS, || {
            for _ in 0..REQUESTS {
                let request = tree.context_in(tree.root(), "request", Pool::new(room)).unwrap();
                for content in &contents {
                    black_box(tree.array_from(request, content).unwrap());
                }
                tree.free(request).unwrap();
            }
        })
    }
}

/// Its pool has just enough room for the blocks and their headers.
fn talloc_pool() -> impl FnMut() -> f64 {
    let contents = contents(BLOCKS);
    let room = contents.iter().map(|content| 96 + content.len().next_multiple_of(16)).sum();
    move || {
        timed(REQUESTS, || {
            for _ in 0..REQUESTS {
                let request = talloc::pool(talloc::NULL, room);
                for content in &contents {
                    black_box(talloc::memdup(request, content));
                }
                talloc::free(request);
            }
        })
    }
}

pub(super) fn samba(blocks: &Blocks) -> Workload {
    Workload {
        name: "pool_samba",
        operation: "a node created and freed",
        most_rounds: usize::MAX,
        contenders: vec![
            samba::contender(blocks, "freehold", None, samba::freehold_pool),
            samba::contender(blocks, "talloc_pool", Some(1.2), samba::talloc_pool),
        ],
    }
}
