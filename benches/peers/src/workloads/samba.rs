//! Samba's own tree: every block created under its parent, then the whole freed at its root.

use crate::{
    harness::{Contender, Workload, timed},
    input::Blocks,
    talloc,
};
use freehold::{NodeId, Pool, Tree};
use indextree::Arena;
use std::hint::black_box;

/// Times the tree is built and freed in one round.
const PASSES: usize = 8;

pub(super) fn workload(blocks: &Blocks) -> Workload {
    let contenders = vec![
        contender(blocks, "freehold", None, freehold),
        contender(blocks, "libtalloc", Some(2.0), libtalloc),
        contender(blocks, "talloc_pool", Some(1.0), talloc_pool),
        contender(blocks, "malloc", Some(1.0), malloc),
        contender(blocks, "indextree", Some(3.0), indextree),
        contender(blocks, "indextree_uninit", None, indextree_uninit),
    ];
    Workload { name: "samba", operation: "a node created and freed", most_rounds: usize::MAX, contenders }
}

/// `make` sets up what lives over all rounds and answers one pass over the blocks.
pub(super) fn contender<P: FnMut() + 'static>(
    blocks: &Blocks,
    name: &'static str,
    target: Option<f64>,
    make: fn(Blocks) -> P,
) -> Contender {
    let blocks = blocks.clone();
    Contender::new(name, target, move || {
        let operations = blocks.len() * PASSES;
        let mut pass = make(blocks);
        move || timed(operations, || (0..PASSES).for_each(|_| pass()))
    })
}

fn freehold(blocks: Blocks) -> impl FnMut() {
    freehold_under(blocks, |tree| tree.context(tree.root(), "null_context").unwrap().into())
}

/// A pool with room for everything, made and freed with its tree.
pub(super) fn freehold_pool(blocks: Blocks) -> impl FnMut() {
    let size = blocks.iter().map(|block| block.bytes.next_multiple_of(8) as usize).sum();
    freehold_under(blocks, move |tree| tree.context_in(tree.root(), "null_context", Pool::new(size)).unwrap().into())
}

fn freehold_under(blocks: Blocks, root: impl Fn(&mut Tree) -> NodeId) -> impl FnMut() {
    let mut tree = Tree::new();
    let mut nodes: Vec<NodeId> = Vec::with_capacity(blocks.len());
    move || {
        nodes.clear();
        nodes.push(root(&mut tree));
        for block in &blocks[1..] {
            let parent = nodes[block.parent as usize];
            let node = tree.array_unfilled::<u8>(parent, block.bytes as usize);
            nodes.push(node.unwrap().into());
        }
        let freed = tree.free(nodes[0]).unwrap();
        assert_eq!(freed.nodes(), blocks.len());
    }
}

fn libtalloc(blocks: Blocks) -> impl FnMut() {
    let mut chunks = Vec::with_capacity(blocks.len());
    move || chunks_under(talloc::context(talloc::NULL), &blocks, &mut chunks)
}

/// A pool with room for everything, made and freed with its tree.
pub(super) fn talloc_pool(blocks: Blocks) -> impl FnMut() {
    const HEADER: usize = 96;
    let room = |bytes: u32| (HEADER + bytes as usize).next_multiple_of(16);
    let size = blocks.iter().map(|block| room(block.bytes)).sum();
    let mut chunks = Vec::with_capacity(blocks.len());
    move || chunks_under(talloc::pool(talloc::NULL, size), &blocks, &mut chunks)
}

fn chunks_under(root: talloc::Ptr, blocks: &Blocks, chunks: &mut Vec<talloc::Ptr>) {
    chunks.clear();
    chunks.push(root);
    for block in &blocks[1..] {
        let parent = chunks[block.parent as usize];
        chunks.push(talloc::block(parent, block.bytes as usize, c"peers.c:1"));
    }
    assert_eq!(talloc::free(chunks[0]), 0);
}

/// No tree at all: the blocks alone, freed in the order in which they were made. talloc's order, the other way
/// round, would cost malloc a third more.
fn malloc(blocks: Blocks) -> impl FnMut() {
    let mut pointers = Vec::with_capacity(blocks.len());
    move || {
        pointers.extend(blocks.iter().map(|block| talloc::malloc(block.bytes as usize)));
        black_box(&mut pointers).drain(..).for_each(talloc::malloc_free);
    }
}

/// A box of bytes in each node, zeroed as safe Rust wants it.
fn indextree(blocks: Blocks) -> impl FnMut() {
    indextree_of(blocks, |bytes| vec![0_u8; bytes].into_boxed_slice())
}

/// The same with boxes whose bytes only unsafe code could read.
fn indextree_uninit(blocks: Blocks) -> impl FnMut() {
    indextree_of(blocks, Box::<[u8]>::new_uninit_slice)
}

fn indextree_of<T>(blocks: Blocks, make: fn(usize) -> T) -> impl FnMut() {
    let mut arena = Arena::new();
    let mut nodes = Vec::with_capacity(blocks.len());
    move || {
        nodes.clear();
        nodes.push(arena.new_node(make(0)));
        for block in &blocks[1..] {
            let node = arena.new_node(make(block.bytes as usize));
            nodes[block.parent as usize].prepend(node, &mut arena);
            nodes.push(node);
        }
        black_box(&mut arena);
        nodes[0].remove_subtree(&mut arena);
    }
}
