//! An allocator around others, which counts what they are asked for.
//!
//! It forwards every call, those that have a default included, or what is inside would lose its scopes, its resizing in
//! place and so on. It goes around any allocator, and both are found from the tree, each by its type. To see what some
//! work asks for before choosing where its memory is to lie. (For one that finds mistakes, see `debug_allocator`.)
//!
//! `cargo run --example counting_allocator`

use std::alloc::Layout;

use freehold::memory::{AllocError, Allocator, AllocatorKind, Kept, Misuse, Request, Slot, Usage};
use freehold::{Arena, Error, Heap, Pool, Tree};

/// Counts what is asked of the allocator in it.
struct Counting<A> {
    inner: A,
    blocks: usize,
    bytes: usize,
    values: usize,
    resizes: usize,
}

impl<A: Allocator> Allocator for Counting<A> {
    /// That of the one inside: a pool in here is still a pool, so what it refuses goes to the parent's allocator.
    fn kind(&self) -> AllocatorKind {
        self.inner.kind()
    }
    fn inner(&self) -> Option<&dyn Allocator> {
        Some(&self.inner)
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.blocks += 1;
        self.bytes += request.size();
        self.inner.allocate(request)
    }
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        self.resizes += 1;
        self.inner.resize(slot, from, request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        self.inner.free(slot, layout);
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.inner.bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.inner.bytes_mut(slot, len)
    }
    fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
        self.values += 1;
        self.inner.charge(request)
    }
    fn discharge(&mut self, layout: Layout) {
        self.inner.discharge(layout);
    }
    fn recharge(&mut self, from: Layout, request: &Request) -> Result<(), AllocError> {
        self.inner.recharge(from, request)
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        self.inner.enter_scope()
    }
    fn exit_scope(&mut self, keep: &mut [Kept]) -> Result<(), AllocError> {
        self.inner.exit_scope(keep)
    }
    fn shrink(&mut self) {
        self.inner.shrink();
    }
    fn usage(&self) -> Usage {
        self.inner.usage()
    }
    fn misused(&self, misuse: Misuse) {
        self.inner.misused(misuse);
    }
}

/// The same work, whatever serves it.
fn work<A: Allocator>(tree: &mut Tree, allocator: A) -> Result<(), Error> {
    let counting = Counting { inner: allocator, blocks: 0, bytes: 0, values: 0, resizes: 0 };
    let context = tree.context_in(tree.root(), "work", counting)?;
    let list = tree.array::<u64>(context, 20)?;
    for round in 1..=4 {
        let line = tree.bytes(context, 200 * round)?;
        tree.alloc(context, (line, round))?;
        tree.resize(list, 20 * round)?;
        tree.free(line)?;
    }

    let counting = tree.allocator_as::<Counting<A>>(context)?;
    let inside = tree.allocator_as::<A>(context)?;
    println!(
        "{:<6} asked for {} blocks with {} bytes and {} resizes, and told of {} values; {} bytes are used",
        inside.kind(),
        counting.blocks,
        counting.bytes,
        counting.resizes,
        counting.values,
        inside.usage().used
    );
    tree.free(context)?;
    Ok(())
}

fn main() -> Result<(), Error> {
    let mut tree = Tree::new();
    work(&mut tree, Heap::new())?;
    work(&mut tree, Arena::new())?;
    work(&mut tree, Pool::new(1024))
}
