//! A server's request: a context, twenty values of 48 bytes in it, freed; over and over.

use super::Value;
use crate::{
    harness::{Contender, Workload, timed},
    talloc,
};
use freehold::Tree;
use indextree::Arena;
use std::hint::black_box;

const VALUES: u64 = 20;
/// Requests in one round.
const REQUESTS: usize = 5_000;

pub(super) fn workload() -> Workload {
    let contenders = vec![
        contender("freehold", None, freehold),
        contender("libtalloc", Some(1.5), libtalloc),
        contender("talloc_pool", Some(0.9), talloc_pool),
        contender("indextree", Some(0.8), indextree),
    ];
    Workload { name: "request", operation: "a request of 21 nodes", most_rounds: usize::MAX, contenders }
}

/// `make` sets up what lives over all requests and answers one request.
fn contender<R: FnMut() + 'static>(name: &'static str, target: Option<f64>, make: fn() -> R) -> Contender {
    Contender::new(name, target, move || {
        let mut request = make();
        move || timed(REQUESTS, || (0..REQUESTS).for_each(|_| request()))
    })
}

fn freehold() -> impl FnMut() {
    let mut tree = Tree::new();
    move || {
        let request = tree.context(tree.root(), "request").unwrap();
        for seed in 0..VALUES {
            black_box(tree.alloc(request, Value::new(seed)).unwrap());
        }
        tree.free(request).unwrap();
    }
}

fn libtalloc() -> impl FnMut() {
    || values_under(talloc::block(talloc::NULL, 0, c"request"))
}

/// The request is a pool with just enough room.
fn talloc_pool() -> impl FnMut() {
    || values_under(talloc::pool(talloc::NULL, VALUES as usize * (96 + size_of::<Value>())))
}

fn values_under(request: talloc::Ptr) {
    for seed in 0..VALUES {
        black_box(talloc::value(request, Value::new(seed)));
    }
    talloc::free(request);
}

/// One arena of an enum of just the two things there are.
fn indextree() -> impl FnMut() {
    enum Item {
        Request,
        Value(Value),
    }
    let mut arena = Arena::new();
    move || {
        let request = arena.new_node(Item::Request);
        for seed in 0..VALUES {
            let value = arena.new_node(Item::Value(Value::new(seed)));
            request.prepend(value, &mut arena);
            if let Item::Value(value) = arena[value].get() {
                black_box(value.words[0]);
            }
        }
        black_box(&mut arena);
        request.remove_subtree(&mut arena);
    }
}
