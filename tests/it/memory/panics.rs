//! A user's allocator that panics: in its n-th call, for every n.

use std::alloc::Layout;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use freehold::memory::{AllocError, Allocator, AllocatorKind, Heap, Kept, Request, Slot, Usage};
use freehold::{Arena, Error, Event, Tree, TreeBuilder};

/// A heap whose n-th call panics.
struct Fused {
    heap: Heap,
    left: Arc<AtomicUsize>,
}

impl Fused {
    fn burn(&self) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            panic!("the fuse has blown");
        }
    }
}

impl Allocator for Fused {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("fused heap")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.burn();
        self.heap.allocate(request)
    }
    fn resize(&mut self, slot: Slot, from: Layout, request: &Request) -> Result<Slot, AllocError> {
        self.burn();
        self.heap.resize(slot, from, request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        self.burn();
        self.heap.free(slot, layout);
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.heap.bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.heap.bytes_mut(slot, len)
    }
    fn charge(&mut self, _: &Request) -> Result<(), AllocError> {
        self.burn();
        Ok(())
    }
    fn discharge(&mut self, _: Layout) {
        self.burn();
    }
    fn usage(&self) -> Usage {
        self.heap.usage()
    }
}

impl Drop for Fused {
    fn drop(&mut self) {
        self.burn();
    }
}

/// Every call of the tree's that has to do with an allocator.
fn scenario(tree: &mut Tree, fused: Fused) -> Result<(), Error> {
    let context = tree.context_in(tree.root(), "fused", fused)?;
    let value = tree.alloc(context, String::from("value"))?;
    let made = tree.alloc_with(value, |_| 7u8)?;
    let array = tree.array::<u32>(made, 10)?;
    tree.resize(array, 1000)?;
    let text = tree.strdup(array, "text")?;
    tree.append(text, " that has grown")?;
    let secret = tree.array_from(text, &[7u8; 20])?;
    tree.set_secret(secret)?;
    for len in [1000, 20, 21] {
        let resized = catch_unwind(AssertUnwindSafe(|| tree.resize(secret, len)));
        assert_eq!(tree[secret][..20], [7; 20], "a panic does not lose the content");
        resized.unwrap_or_else(|panic| resume_unwind(panic))?;
    }
    let moved = tree.array_from(text, &[1u8, 2, 3])?;
    tree.steal(tree.root(), moved)?;
    tree.take(made)?;
    {
        let mut tmp = tree.scope(context)?;
        tmp.alloc([1u8; 40])?;
        tmp.bytes(100)?;
    }
    tree.free(context)?;
    tree.free(moved)?;
    Ok(())
}

#[test]
fn an_allocator_may_panic_in_any_call() {
    let mut panics = 0;
    for n in 1.. {
        let left = Arc::new(AtomicUsize::new(n));
        let mut tree = Tree::new();
        let fused = Fused { heap: Heap::new(), left: Arc::clone(&left) };
        let outcome = catch_unwind(AssertUnwindSafe(|| scenario(&mut tree, fused)));
        tree.validate().unwrap_or_else(|invalid| panic!("call {n}: {invalid}"));
        match outcome {
            Err(panic) => assert_eq!(panic.downcast_ref(), Some(&"the fuse has blown"), "call {n}"),
            Ok(done) => {
                done.unwrap();
                assert!(tree.is_empty());
                break;
            }
        }
        panics += 1;
        tree.tear_down().unwrap();
        tree.validate().unwrap();
    }
    assert!(panics > 15, "{panics} calls");
}

/// A pool with room for 32 bytes, whose drop panics.
#[derive(Default)]
struct LastWords {
    heap: Heap,
    used: usize,
}

impl LastWords {
    fn take(&mut self, size: usize) -> Result<(), AllocError> {
        if self.used + size > 32 {
            return Err(AllocError::Exhausted { asked: size, left: 32 - self.used });
        }
        self.used += size;
        Ok(())
    }
}

impl Allocator for LastWords {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Pool
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.take(request.size())?;
        self.heap.allocate(request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        self.used -= layout.size();
        self.heap.free(slot, layout);
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.heap.bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.heap.bytes_mut(slot, len)
    }
    fn charge(&mut self, request: &Request) -> Result<(), AllocError> {
        self.take(request.size())
    }
    fn discharge(&mut self, layout: Layout) {
        self.used -= layout.size();
    }
    fn usage(&self) -> Usage {
        self.heap.usage()
    }
}

impl Drop for LastWords {
    fn drop(&mut self) {
        panic!("last words");
    }
}

#[track_caller]
fn speaks(work: impl FnOnce()) {
    let outcome = catch_unwind(AssertUnwindSafe(work));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"last words"));
}

#[test]
fn an_allocator_may_panic_when_its_last_user_outgrows_it() -> Result<(), Error> {
    let mut tree = Tree::new();
    let pool = tree.context_in(tree.root(), "pool", LastWords::default())?;
    let array = tree.array_from(pool, &[1u8, 2, 3])?;
    tree.steal(tree.root(), array)?;
    tree.free(pool)?;
    speaks(|| tree.resize_zero(array, 100).unwrap());
    tree.validate().unwrap();
    assert_eq!((tree[array].len(), &tree[array][..3]), (100, &[1, 2, 3][..]));
    tree.free(array)?;

    let pool = tree.context_in(tree.root(), "pool", LastWords::default())?;
    let text = tree.strdup(pool, "abc")?;
    tree.steal(tree.root(), text)?;
    tree.free(pool)?;
    speaks(|| tree.append(text, &"d".repeat(50)).unwrap());
    tree.validate().unwrap();
    assert_eq!(tree[text].len(), 53);
    tree.free(text)?;
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn an_allocator_may_panic_in_a_tear_down() -> Result<(), Error> {
    let mut tree = TreeBuilder::new().allocator(LastWords::default()).build();
    tree.bytes(tree.root(), 10)?;
    speaks(|| drop(tree.tear_down()));
    tree.validate().unwrap();
    tree.strdup(tree.root(), "again")?;
    tree.validate().unwrap();
    assert_eq!(tree.tear_down()?.nodes(), 1);
    Ok(())
}

#[test]
fn a_scope_whose_beginning_panics_has_ended() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    tree.set_observer(|_, event| {
        if let Event::Created { .. } = event {
            panic!("last words");
        }
    });
    speaks(|| drop(tree.scope(phase)));
    tree.clear_observer();
    assert_eq!((tree.len(), tree.scope_depth()), (1, 0));
    assert_eq!(tree.allocator_as::<Arena>(phase)?.scope_depth(), 0);
    tree.validate().unwrap();
    Ok(())
}

/// An allocator with scopes that says nothing of itself, and panics when one ends.
#[derive(Default)]
struct Silent(Heap);

impl Allocator for Silent {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("silent heap")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.0.allocate(request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        self.0.free(slot, layout);
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.0.bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.0.bytes_mut(slot, len)
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        Ok(())
    }
    fn exit_scope(&mut self, _: &mut [Kept]) -> Result<(), AllocError> {
        panic!("last words");
    }
    fn usage(&self) -> Usage {
        Usage::default()
    }
}

#[test]
fn scopes_count_on_nothing_that_an_allocator_says_of_itself() -> Result<(), Error> {
    let mut tree = Tree::new();
    let context = tree.context_in(tree.root(), "silent", Silent::default())?;
    for _ in 0..2 {
        speaks(|| {
            let mut tmp = tree.scope(context).unwrap();
            tmp.bytes(10).unwrap();
        });
        tree.validate().unwrap();
        assert_eq!((tree.len(), tree.scope_depth()), (1, 0));
    }
    Ok(())
}
