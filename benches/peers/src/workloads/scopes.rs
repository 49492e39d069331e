//! Scopes in scopes, a few blocks in each.

use super::contents;
use crate::{
    harness::{Contender, Workload, timed},
    talloc,
};
use bump_scope::{Bump, BumpScope};
use freehold::{Arena, Scope, Tree};
use std::hint::black_box;

const DEPTH: usize = 4;
/// Blocks in each scope.
const BLOCKS: usize = 8;
/// Times all are opened and closed in one round.
const PASSES: usize = 2_000;

pub(super) fn workload() -> Workload {
    Workload {
        name: "scopes",
        operation: "a scope of 8 blocks, one of 4 nested",
        most_rounds: usize::MAX,
        contenders: vec![
            Contender::new("freehold", None, || passes(freehold())),
            Contender::new("libtalloc", None, || passes(libtalloc())),
            Contender::new("bump_scope", None, || passes(bump_scope())),
        ],
    }
}

fn passes(mut pass: impl FnMut()) -> impl FnMut() -> f64 {
    move || timed(PASSES * DEPTH, || (0..PASSES).for_each(|_| pass()))
}

fn freehold() -> impl FnMut() {
    fn fill(mut scope: Scope<'_>, levels: &[&[&[u8]]]) {
        let Some((contents, inner)) = levels.split_first() else { return };
        for content in *contents {
            black_box(scope.array_from(content).unwrap());
        }
        if !inner.is_empty() {
            fill(scope.nested().unwrap(), inner);
        }
        scope.close().unwrap();
    }
    let mut tree = Tree::new();
    let work = tree.context_in(tree.root(), "work", Arena::new()).unwrap();
    let contents = contents(DEPTH * BLOCKS);
    move || {
        let levels: [_; DEPTH] = std::array::from_fn(|level| &contents[level * BLOCKS..][..BLOCKS]);
        fill(tree.scope(work).unwrap(), &levels);
    }
}

/// `talloc_new` and `talloc_free`.
fn libtalloc() -> impl FnMut() {
    fn fill(parent: talloc::Ptr, levels: &[&[&[u8]]]) {
        let Some((contents, inner)) = levels.split_first() else { return };
        let scope = talloc::context(parent);
        for content in *contents {
            black_box(talloc::memdup(scope, content));
        }
        fill(scope, inner);
        talloc::free(scope);
    }
    let work = talloc::context(talloc::NULL);
    let contents = contents(DEPTH * BLOCKS);
    move || {
        let levels: [_; DEPTH] = std::array::from_fn(|level| &contents[level * BLOCKS..][..BLOCKS]);
        fill(work, &levels);
    }
}

fn bump_scope() -> impl FnMut() {
    fn fill(scope: &mut BumpScope<'_>, levels: &[&[&[u8]]]) {
        let Some((contents, inner)) = levels.split_first() else { return };
        for content in *contents {
            black_box(scope.alloc_slice_copy(content));
        }
        if !inner.is_empty() {
            scope.scoped(|scope| fill(scope, inner));
        }
    }
    let mut bump: Bump = Bump::new();
    let contents = contents(DEPTH * BLOCKS);
    move || {
        let levels: [_; DEPTH] = std::array::from_fn(|level| &contents[level * BLOCKS..][..BLOCKS]);
        bump.scoped(|scope| fill(scope, &levels));
    }
}
