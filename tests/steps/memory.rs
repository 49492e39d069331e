//! Blocks, and the allocators they are in.

use freehold::memory::Blocks;
use freehold::{Arena, Error, Handle, Heap, Pool, Tree};

use super::shapes::{ends_in_turn, rooted, scattered};
use super::{Case, each, triangle};

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "arrays made and freed, scattered",
        unit: "array",
        run: |n| freed(n, rooted, |all| scattered(&all).collect()),
    },
    Case {
        name: "arrays made and freed, ends in turn",
        unit: "array",
        run: |n| freed(n, rooted, |all| ends_in_turn(all).collect()),
    },
    Case { name: "the same in an arena", unit: "array", run: |n| freed(n, arena, |all| ends_in_turn(all).collect()) },
    Case { name: "an array grown by one at a time", unit: "resize", run: grown },
    Case { name: "two arrays grown in turn in an arena", unit: "resize", run: grown_in_turn },
    Case { name: "a text appended to", unit: "append", run: appended },
    Case { name: "values in a full pool", unit: "value", run: full_pool },
    Case { name: "arrays in full pools in each other", unit: "pool", run: nested_pools },
    Case { name: "pools opened and closed", unit: "pool", run: pools },
    Case { name: "shrink between bursts", unit: "block", run: shrunk },
    Case { name: "blocks without a tree, oldest first", unit: "block", run: blocks },
];

fn arena() -> Result<(Tree, Handle<()>), Error> {
    let mut tree = Tree::new();
    let top = tree.context_in(tree.root(), "arena", Arena::new())?;
    Ok((tree, top))
}

type Order = fn(Vec<Handle<[u8]>>) -> Vec<Handle<[u8]>>;

fn freed(n: usize, tree: fn() -> Result<(Tree, Handle<()>), Error>, order: Order) -> Result<f64, Error> {
    let (mut tree, top) = tree()?;
    each(n, || {
        let arrays = (0..n).map(|at| tree.bytes(top, at % 40)).collect::<Result<Vec<_>, _>>()?;
        order(arrays).into_iter().try_for_each(|array| tree.free(array).map(|_| ()))
    })
}

fn grown(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let array = tree.bytes(top, 0)?;
    each(n, || (1..=n).try_for_each(|len| tree.resize(array, len).map(|_| ())))
}

fn grown_in_turn(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = arena()?;
    let arrays = [tree.bytes(top, 0)?, tree.bytes(top, 0)?];
    each(n, || (0..n).try_for_each(|at| tree.resize(arrays[at % 2], 1 + at % 128).map(|_| ())))
}

fn appended(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    let text = tree.strdup(top, "")?;
    each(n, || (0..n).try_for_each(|_| tree.append(text, "x").map(|_| ())))
}

fn full_pool(n: usize) -> Result<f64, Error> {
    let mut tree = Tree::new();
    let pool = tree.context_in(tree.root(), "pool", Pool::new(64))?;
    each(n, || (0..n).try_for_each(|at| Ok(tree.alloc(pool, at).map(|_| ())?)))
}

/// What a pool has no room for is asked for outside of it.
fn nested_pools(n: usize) -> Result<f64, Error> {
    let levels = n.isqrt();
    let mut tree = Tree::new();
    let mut at = tree.root();
    for _ in 0..levels {
        at = tree.context_in(at, "pool", Pool::new(8))?.id();
    }
    each(levels * levels, || (0..levels).try_for_each(|_| tree.bytes(at, 64).map(|_| ())))
}

fn pools(n: usize) -> Result<f64, Error> {
    let (mut tree, top) = rooted()?;
    each(n, || {
        (0..n).try_for_each(|_| {
            let pool = tree.context_in(top, "pool", Pool::new(64))?;
            tree.bytes(pool, 16)?;
            tree.free(pool).map(|_| ())
        })
    })
}

fn shrunk(n: usize) -> Result<f64, Error> {
    let bursts = triangle(n);
    let (mut tree, top) = rooted()?;
    each(bursts * bursts, || {
        (0..bursts).try_for_each(|_| {
            (0..bursts).try_for_each(|_| tree.bytes(top, 40).map(|_| ()))?;
            tree.free_children(top)?;
            tree.shrink();
            Ok(())
        })
    })
}

fn blocks(n: usize) -> Result<f64, Error> {
    let mut blocks = Blocks::new(Heap::new());
    each(n, || {
        let made: Vec<_> = (0..n).map(|at| blocks.allocate(at % 40, 1).expect("there is memory")).collect();
        made.into_iter().for_each(|block| blocks.free(block).expect("it is there"));
        Ok(())
    })
}
