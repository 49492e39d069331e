//! Small blocks of mixed sizes in many contexts.

use super::contents;
use crate::{
    harness::{Contender, Workload, timed},
    talloc,
};
use freehold::Tree;

const CONTEXTS: usize = 100;
/// Blocks made in one round.
const IN_ALL: usize = 50_000;

/// How many there are at a time, and whether they are freed one by one or with their contexts.
#[derive(Clone, Copy)]
struct Way {
    at_a_time: usize,
    one_by_one: bool,
}

pub(super) fn with_contexts() -> Workload {
    workload("blocks", Way { at_a_time: 2_000, one_by_one: false })
}

pub(super) fn one_by_one() -> Workload {
    workload("blocks_single", Way { at_a_time: 2_000, one_by_one: true })
}

pub(super) fn many() -> Workload {
    workload("blocks_many", Way { at_a_time: 50_000, one_by_one: false })
}

fn workload(name: &'static str, way: Way) -> Workload {
    Workload {
        name,
        operation: "a block created, written and freed",
        most_rounds: usize::MAX,
        contenders: vec![
            Contender::new("freehold", None, move || passes(way, freehold(way))),
            Contender::new("libtalloc", Some(2.0), move || passes(way, libtalloc(way))),
            Contender::new("malloc", Some(1.0), move || passes(way, malloc(way))),
        ],
    }
}

fn passes(way: Way, mut pass: impl FnMut()) -> impl FnMut() -> f64 {
    move || timed(IN_ALL, || (0..IN_ALL / way.at_a_time).for_each(|_| pass()))
}

fn freehold(way: Way) -> impl FnMut() {
    let mut tree = Tree::new();
    let contents = contents(way.at_a_time);
    let mut blocks = Vec::with_capacity(way.at_a_time);
    move || {
        blocks.clear();
        let contexts: [_; CONTEXTS] = std::array::from_fn(|_| tree.context(tree.root(), "owner").unwrap());
        for (content, &context) in contents.iter().zip(contexts.iter().cycle()) {
            blocks.push(tree.array_from(context, content).unwrap());
        }
        if way.one_by_one {
            for &block in &blocks {
                tree.free(block).unwrap();
            }
        }
        for context in contexts {
            tree.free(context).unwrap();
        }
    }
}

fn libtalloc(way: Way) -> impl FnMut() {
    let contents = contents(way.at_a_time);
    let mut blocks = Vec::with_capacity(way.at_a_time);
    move || {
        blocks.clear();
        let contexts: [_; CONTEXTS] = std::array::from_fn(|_| talloc::block(talloc::NULL, 0, c"owner"));
        for (content, &context) in contents.iter().zip(contexts.iter().cycle()) {
            blocks.push(talloc::memdup(context, content));
        }
        if way.one_by_one {
            for &block in &blocks {
                talloc::free(block);
            }
        }
        for context in contexts {
            talloc::free(context);
        }
    }
}

/// No contexts: the blocks alone, freed oldest first.
fn malloc(way: Way) -> impl FnMut() {
    let contents = contents(way.at_a_time);
    let mut blocks = Vec::with_capacity(way.at_a_time);
    move || {
        blocks.extend(contents.iter().map(|content| talloc::malloc_copy(content)));
        blocks.drain(..).for_each(talloc::malloc_free);
    }
}
