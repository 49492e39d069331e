//! The bytes of secret arrays, looked for in memory that others get afterwards.

use std::alloc::Layout;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use freehold::memory::{AllocError, Allocator, AllocatorKind, Heap, Kept, Request, Slot, Usage};
use freehold::{Arena, Budget, Error, FixedBuffer, Handle, Pool, Tree, TreeBuilder};

/// What a key is made of, so that it is known again.
const KEY: u8 = 0x5a;

/// An array full of the key, which is secret or not.
fn key(tree: &mut Tree, parent: Handle<()>, len: usize, secret: bool) -> Result<Handle<[u8]>, Error> {
    let key = tree.bytes(parent, len)?;
    if secret {
        tree.set_secret(key)?;
    }
    assert_eq!(tree.is_secret(key)?, secret);
    tree[key].fill(KEY);
    Ok(key)
}

/// How many bytes of keys the next block of that size has.
fn left_behind(tree: &mut Tree, parent: Handle<()>, len: usize) -> Result<usize, Error> {
    let next = tree.array_unfilled::<u8>(parent, len)?;
    let found = tree[next].iter().filter(|&&byte| byte == KEY).count();
    tree.free(next)?;
    Ok(found)
}

/// Sizes of blocks that lie in pages, and of one that does not.
const SIZES: [usize; 4] = [1, 32, 1000, 100_000];

#[test]
fn a_freed_key_is_not_found_again() -> Result<(), Error> {
    for len in SIZES {
        for secret in [false, true] {
            let mut tree = Tree::new();
            let top = tree.context(tree.root(), "top")?;
            let expected = if secret { 0 } else { len };
            // By name, with its parent, and among others.
            let freed = key(&mut tree, top, len, secret)?;
            tree.free(freed)?;
            assert_eq!(left_behind(&mut tree, top, len)?, expected, "{len} bytes");
            let parent = tree.context(top, "parent")?;
            for _ in 0..3 {
                tree.alloc(parent, 3)?;
                key(&mut tree, parent, len, secret)?;
            }
            tree.free_children(top)?;
            assert_eq!(left_behind(&mut tree, top, len)?, expected, "{len} bytes");
            tree.validate().unwrap();
        }
    }
    Ok(())
}

#[test]
fn a_resized_key_is_not_found_where_it_was() -> Result<(), Error> {
    for from in SIZES {
        for to in [1, 31, 33, 1000, 1001, 100_000, 100_001, 300_000] {
            let mut tree = Tree::new();
            let top = tree.context(tree.root(), "top")?;
            let array = key(&mut tree, top, from, true)?;
            tree.resize_zero(array, to)?;
            assert_eq!(tree[array].iter().filter(|&&byte| byte == KEY).count(), from.min(to));
            assert_eq!((tree[array].len(), tree.size(array)?), (to, to));
            assert_eq!(left_behind(&mut tree, top, from)?, 0, "from {from} to {to}");
            tree.validate().unwrap();
        }
    }
    Ok(())
}

/// In an arena a resized block mostly grows where it is, and a scope's end moves what was kept.
#[test]
fn a_key_in_an_arena_is_not_found_above_it() -> Result<(), Error> {
    for secret in [false, true] {
        let mut tree = Tree::new();
        let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
        let kept = {
            let mut scope = tree.scope(phase)?;
            scope.bytes(200)?;
            let made = scope.handle();
            let made = key(&mut scope, made, 100, secret)?;
            scope.keep(made)?
        };
        assert_eq!(tree[kept], [KEY; 100]);
        assert_eq!(left_behind(&mut tree, phase, 400)?, if secret { 0 } else { 100 });
        tree.resize(kept, 150)?;
        assert_eq!(tree[kept][..100], [KEY; 100]);
        tree.resize(kept, 50)?;
        assert_eq!(tree[kept], [KEY; 50]);
        tree.free(kept)?;
        assert_eq!(left_behind(&mut tree, phase, 1000)? > 0, !secret);
        tree.validate().unwrap();
    }
    Ok(())
}

/// A scope's memory is free again only if its end knows of all that lies in it.
#[test]
fn a_key_that_was_resized_in_a_scope_is_moved_down_at_its_end() -> Result<(), Error> {
    for secret in [false, true] {
        let mut tree = Tree::new();
        let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
        let array = key(&mut tree, phase, 96, secret)?;
        let blocker = tree.bytes(phase, 8)?;
        for len in [104, 112, 120] {
            let mut scope = tree.scope(phase)?;
            scope.bytes(1000)?;
            scope.tree().resize(array, len)?;
            scope.bytes(1000)?;
        }
        assert_eq!(tree.allocator_as::<Arena>(phase)?.used(), 96 + 8 + 104 + 112 + 120);
        assert_eq!(tree[array][..96], [KEY; 96]);
        tree.free(blocker)?;
        tree.validate().unwrap();
    }
    Ok(())
}

#[test]
fn a_key_is_as_it_was_if_there_is_no_room_for_its_next_place() -> Result<(), Error> {
    let mut tree = Tree::new();
    let small = tree.context_in(tree.root(), "small", FixedBuffer::new(vec![0; 100]))?;
    let array = key(&mut tree, small, 40, true)?;
    let error = tree.resize(array, 90).unwrap_err();
    assert!(matches!(error, Error::OutOfMemory { node, asked: 90, .. } if node == array.id()), "{error:?}");
    assert_eq!(tree[array], [KEY; 40]);
    tree.validate().unwrap();
    Ok(())
}

/// What each block held when it was freed.
#[derive(Clone, Default)]
struct Last(Arc<Mutex<Vec<Vec<u8>>>>);

impl Last {
    fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A heap that notes what it gets back. Its scopes end in a panic.
#[derive(Default)]
struct Witness {
    heap: Heap,
    last: Last,
}

impl Allocator for Witness {
    fn kind(&self) -> AllocatorKind {
        AllocatorKind::Custom("witness")
    }
    fn allocate(&mut self, request: &Request) -> Result<Slot, AllocError> {
        self.heap.allocate(request)
    }
    fn free(&mut self, slot: Slot, layout: Layout) {
        self.last.0.lock().unwrap().push(self.heap.bytes(slot, layout.size()).to_vec());
        self.heap.free(slot, layout);
    }
    fn bytes(&self, slot: Slot, len: usize) -> &[u8] {
        self.heap.bytes(slot, len)
    }
    fn bytes_mut(&mut self, slot: Slot, len: usize) -> &mut [u8] {
        self.heap.bytes_mut(slot, len)
    }
    fn enter_scope(&mut self) -> Result<(), AllocError> {
        Ok(())
    }
    fn exit_scope(&mut self, _: &mut [Kept]) -> Result<(), AllocError> {
        panic!("last words");
    }
    fn usage(&self) -> Usage {
        self.heap.usage()
    }
}

#[test]
fn an_allocator_gets_its_blocks_back_overwritten() -> Result<(), Error> {
    let last = Last::default();
    let new_tree = || -> Result<(Tree, Handle<()>), Error> {
        let mut tree = Tree::new();
        let witness = Witness { heap: Heap::new(), last: last.clone() };
        let context = tree.context_in(tree.root(), "context", witness)?;
        Ok((tree, context))
    };
    let (mut tree, context) = new_tree()?;
    let array = key(&mut tree, context, 10, true)?;
    tree.resize(array, 20)?;
    assert_eq!(last.take(), [[0; 10]]);
    tree.steal(tree.root(), array)?;
    tree.free(context)?;
    assert!(last.take().is_empty());
    tree.free(array)?;
    assert_eq!(last.take(), [[0; 20]]);

    // One that is freed as part of its pool's context, of a tree that is torn down, of one that goes.
    let (mut tree, context) = new_tree()?;
    key(&mut tree, context, 10, true)?;
    tree.tear_down()?;
    assert_eq!(last.take(), [[0; 10]]);
    let (mut tree, context) = new_tree()?;
    key(&mut tree, context, 10, true)?;
    drop(tree);
    assert_eq!(last.take(), [[0; 10]]);

    // An aligned one, and one that a panic of its own allocator has caught on the way.
    let (mut tree, context) = new_tree()?;
    let aligned = tree.bytes_aligned(context, 10, 64)?;
    tree.set_secret(aligned)?;
    tree[aligned].fill(KEY);
    let mut scope = tree.scope(context)?;
    let made = scope.handle();
    let kept = key(&mut scope, made, 5, true)?;
    scope.keep(kept)?;
    let panic = catch_unwind(AssertUnwindSafe(|| drop(scope))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"last words"));
    assert_eq!(tree[kept], [KEY; 5], "what was kept is as it was");
    tree.resize(aligned, 12)?;
    assert_eq!((tree[aligned].as_ptr().addr() % 64, tree[aligned][..10].to_vec()), (0, vec![KEY; 10]));
    tree.validate().unwrap();
    drop(tree);
    assert!(last.take().iter().flatten().all(|&byte| byte != KEY));
    Ok(())
}

#[test]
fn a_budget_counts_what_is_secret_like_anything_else() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    tree.set_budget(top, Budget::new().bytes(100))?;
    let array = key(&mut tree, top, 40, true)?;
    tree.resize(array, 90)?;
    assert_eq!(tree.budget(top)?.unwrap().bytes, 90);
    assert!(matches!(tree.resize(array, 101), Err(Error::OverBudget { .. })));
    tree.validate().unwrap();
    // A node may have both, and keeps the one when it loses the other.
    tree.set_budget(array, Budget::new())?;
    tree.resize(array, 10)?;
    assert_eq!((tree.budget(array)?.unwrap().bytes, tree.budget(top)?.unwrap().bytes), (10, 10));
    assert!(tree.clear_budget(array)? && tree.is_secret(array)?);
    tree.validate().unwrap();
    tree.set_budget(array, Budget::new())?;
    tree.free(array)?;
    assert_eq!((tree.budget(top)?.unwrap().bytes, left_behind(&mut tree, top, 10)?), (0, 0));
    tree.validate().unwrap();
    Ok(())
}

/// A tree that watches over its memory finds nothing left over, wherever the array goes.
#[test]
fn a_key_that_outgrows_its_pool_leaves_nothing_there() -> Result<(), Error> {
    let mut tree = TreeBuilder::new().test_mode().build();
    let pool = tree.context_in(tree.root(), "pool", Pool::new(200))?;
    let array = key(&mut tree, pool, 40, true)?;
    tree.steal(tree.root(), array)?;
    for len in [60, 20, 300, 10, 0, 1000] {
        tree.resize_zero(array, len)?;
        tree.validate().unwrap();
    }
    tree.free(pool)?;
    let pool = tree.context_in(tree.root(), "pool", Pool::new(100))?;
    let array = key(&mut tree, pool, 90, true)?;
    tree.steal(tree.root(), array)?;
    tree.free(pool)?;
    tree.resize(array, 150)?;
    assert_eq!(tree[array][..90], [KEY; 90]);
    tree.validate().unwrap();
    tree.tear_down()?;
    Ok(())
}
