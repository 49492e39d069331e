//! Allocators that do it wrong, and how it shows.

use std::alloc::Layout;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use freehold::Heap;
use freehold::memory::{
    AllocError, Allocator, AllocatorKind, Block, Blocks, Damage, Debug, Kept, Request, Slot, Usage,
};

/// Blocks that share some bytes with the one before.
struct Overlapping {
    bytes: Vec<u8>,
    next: usize,
    shared: usize,
}

impl Overlapping {
    fn new(shared: usize) -> Self {
        Self { bytes: vec![0; 10_000], next: shared, shared }
    }
}

impl Allocator for Overlapping {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("overlapping allocator")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        let start = self.next - self.shared;
        self.next = start + request.size();
        Ok(Slot::new(start as u32))
    }
    fn free(&mut self, _: Slot, _: Layout) {}
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        &self.bytes[slot.index as usize..][..len]
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        &mut self.bytes[slot.index as usize..][..len]
    }
    fn usage(&self) -> Usage {
        Usage::default()
    }
}

/// Blocks of which each shrink damages the one made last.
#[derive(Default)]
struct Scribbling {
    blocks: Vec<Vec<u8>>,
    at: usize,
    scopes: usize,
}

impl Allocator for Scribbling {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("scribbling allocator")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.blocks.push(vec![0; request.size()]);
        Ok(Slot::new(self.blocks.len() as u32 - 1))
    }
    fn free(&mut self, _: Slot, _: Layout) {}
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        &self.blocks[slot.index as usize][..len]
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        &mut self.blocks[slot.index as usize][..len]
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        self.scopes += 1;
        Ok(())
    }
    fn exit_scope(&mut self, _: &mut [Kept]) -> Result<(), AllocError> {
        self.scopes -= 1;
        Ok(())
    }
    fn shrink(&mut self) {
        self.blocks.last_mut().expect("there is a block")[self.at] ^= 1;
    }
    fn usage(&self) -> Usage {
        Usage::default()
    }
}

fn scribbling(at: usize) -> Blocks<Debug<Scribbling>> {
    Blocks::new(Debug::new(Scribbling { at, ..Scribbling::default() }))
}

#[test]
fn blocks_that_overlap_by_a_single_byte_are_caught() -> Result<(), AllocError> {
    for (shared, caught) in [(0, false), (1, true), (16, true), (17, true), (32, true), (42, true)] {
        let mut blocks = Blocks::new(Debug::new(Overlapping::new(shared)));
        let first = blocks.allocate_copy(b"ten bytes.")?;
        blocks.allocate_copy(b"ten others")?;
        if shared == 42 {
            // The same bytes twice: that shows when one of the two goes.
            blocks.free(first)?;
        }
        assert_eq!(!blocks.allocator().check().is_empty(), caught, "{shared} bytes are shared");
    }
    Ok(())
}

#[test]
fn every_byte_around_a_block_is_watched_and_none_within() -> Result<(), AllocError> {
    for align in [1, 16, 64] {
        let zone = align.max(16);
        for at in 0..zone + 10 + zone {
            let mut blocks = scribbling(at);
            let line = line!() + 1;
            blocks.allocate(10, align)?;
            blocks.shrink();
            let offset = at as isize - zone as isize;
            let found: Vec<_> =
                blocks.allocator().check().iter().map(|d| (d.size, d.origin.line(), d.offset)).collect();
            let want = if (0..10).contains(&offset) { vec![] } else { vec![(10, line, offset)] };
            assert_eq!(found, want, "byte {at} of a block aligned to {align}");
        }
    }
    Ok(())
}

#[test]
fn damage_is_told_in_a_sentence() -> Result<(), AllocError> {
    for (at, what) in
        [(0, "16 before its first"), (15, "1 before its first"), (26, "1 after its last"), (41, "16 after its last")]
    {
        let mut blocks = scribbling(at);
        let line = line!() + 1;
        blocks.allocate(10, 1)?;
        blocks.shrink();
        let damages: Vec<String> = blocks.allocator().check().iter().map(Damage::to_string).collect();
        let want = format!("the block of 10 bytes made at {}:{line} was overrun: a byte was written {what}", file!());
        assert_eq!(damages, [want]);
    }
    Ok(())
}

#[test]
fn damage_is_found_at_a_free_at_a_resize_and_at_the_end_of_a_scope_once_each() -> Result<(), AllocError> {
    let mut freed = scribbling(26);
    let block = freed.allocate(10, 1)?;
    freed.shrink();
    assert_eq!(freed.allocator().damages(), []);
    freed.free(block)?;
    assert_eq!((freed.allocator().damages().len(), freed.allocator().check().len()), (1, 0));

    let mut resized = scribbling(26);
    let block = resized.allocate(10, 1)?;
    resized.shrink();
    resized.resize(block, 20)?;
    assert_eq!((resized.allocator().damages().len(), resized.allocator().check().len()), (1, 0));
    resized.free(block)?;
    assert_eq!(resized.allocator().damages().len(), 1);

    let mut scoped = scribbling(26);
    let block = scoped.allocate(10, 1)?;
    let scope = scoped.enter_scope()?;
    scoped.shrink();
    scoped.exit_scope(scope, &[])?;
    assert_eq!((scoped.allocator().damages().len(), scoped.allocator().check().len()), (1, 1));
    scoped.free(block)?;
    assert_eq!(scoped.allocator().damages().len(), 1, "it is told once");
    Ok(())
}

#[test]
fn a_block_that_is_damaged_again_after_a_resize_is_told_of_again() -> Result<(), AllocError> {
    // Aligned to 1, a block has 16 bytes before and behind it; the last one before it is damaged.
    let mut blocks = scribbling(15);
    let block = blocks.allocate_copy(b"ten bytes.")?;
    for told in 1..=3 {
        blocks.shrink();
        let scope = blocks.enter_scope()?;
        blocks.exit_scope(scope, &[])?;
        assert_eq!(blocks.allocator().damages().len(), told, "the end of a scope finds it");
        blocks.resize(block, 10 - told)?;
        assert_eq!(blocks.allocator().damages().len(), told, "once");
    }
    Ok(())
}

/// A block that a shrink damages; who is told of that panics, the first time.
fn panicking() -> (Blocks<Debug<Scribbling>>, Block, Arc<AtomicUsize>) {
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let debug = Debug::new(Scribbling { at: 26, ..Scribbling::default() }).on_damage(move |_| {
        if count.fetch_add(1, Ordering::Relaxed) == 0 {
            panic!("damaged");
        }
    });
    let mut blocks = Blocks::new(debug);
    let block = blocks.allocate_copy(b"ten bytes.").unwrap();
    (blocks, block, told)
}

#[track_caller]
fn speaks(words: &str, work: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(work)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&words));
}

#[test]
fn who_is_told_of_damage_may_panic() -> Result<(), AllocError> {
    let (mut blocks, block, told) = panicking();
    blocks.shrink();
    speaks("damaged", || blocks.free(block).unwrap());
    assert_eq!((blocks.len(), blocks.allocator().leaks().count()), (0, 0), "it is freed");
    assert_eq!((blocks.allocator().damages().len(), told.load(Ordering::Relaxed)), (1, 1));

    let (mut blocks, block, told) = panicking();
    blocks.shrink();
    speaks("damaged", || blocks.resize(block, 20).unwrap());
    assert_eq!((blocks.get(block)?, blocks.allocator().damages().len()), (b"ten bytes." as &[u8], 1));
    blocks.resize(block, 20)?;
    assert_eq!((blocks.size(block)?, told.load(Ordering::Relaxed)), (20, 1), "it is told once");

    let (mut blocks, block, told) = panicking();
    let scope = blocks.enter_scope()?;
    blocks.shrink();
    speaks("damaged", || drop(blocks.exit_scope(scope, &[])));
    assert_eq!((blocks.scope_depth(), blocks.allocator().allocator().scopes), (0, 0), "it is closed");
    blocks.free(block)?;
    assert_eq!((blocks.allocator().damages().len(), told.load(Ordering::Relaxed)), (1, 1));
    Ok(())
}

#[test]
fn who_is_told_of_leaks_may_panic() -> Result<(), AllocError> {
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let mut blocks = Blocks::new(Debug::new(Heap::new()).on_leak(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        panic!("leaked");
    }));
    for _ in 0..3 {
        blocks.allocate(10, 1)?;
    }
    let mut debug = Some(blocks);
    speaks("leaked", || drop(debug.take()));
    assert_eq!(told.load(Ordering::Relaxed), 3, "each is told of");
    Ok(())
}
