//! Where bytes lie after a subtree has been moved, and which allocators come along.

use freehold::memory::{Allocator, AllocatorKind, Debug};
use freehold::{Arena, Error, FixedBuffer, Pool, Tree, TreeBuilder, for_each_failure};

use super::outline;

fn kind(tree: &Tree, node: impl Into<freehold::NodeId>) -> AllocatorKind {
    tree.allocator(node).unwrap().kind()
}

#[test]
fn an_allocator_that_nobody_else_uses_comes_along() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    let token = tree.array_from(phase, b"while")?;
    let pool = tree.pooled_array::<u8>(token, 10, 2, 50)?;
    tree.alloc(pool, 7u64)?;
    tree.bytes(pool, 1000)?; // too much for the pool: the arena serves it
    let address = tree[token].as_ptr();
    let before = outline(&tree, phase);

    let subtree = tree.detach(phase)?;
    tree.validate().unwrap();
    subtree.tree().validate().unwrap();
    let there = subtree.map().unwrap();
    let (token, pool) = (there.get(token).unwrap(), there.get(pool).unwrap());
    assert_eq!((kind(subtree.tree(), token), kind(subtree.tree(), pool)), (AllocatorKind::Arena, AllocatorKind::Pool));
    assert_eq!(subtree.tree()[token].as_ptr(), address, "the bytes stay where they are");

    let map = tree.graft(tree.root(), subtree)?;
    tree.validate().unwrap();
    let (token, pool) = (map.get(token).unwrap(), map.get(pool).unwrap());
    assert_eq!((outline(&tree, map.top()), tree[token].as_ptr()), (before, address));
    assert_eq!(tree.resize(pool, 5).unwrap_err(), Error::Pooled { node: pool.id() });
    // The pool still falls back on the arena.
    let more = tree.bytes(pool, 1000)?;
    assert_eq!(kind(&tree, more), AllocatorKind::Arena);
    tree.free(map.top())?;
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn of_an_allocator_that_others_use_bytes_are_copied() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    let token = tree.array_from(phase, b"while")?;
    tree.alloc(token, 7u64)?;
    let pool = tree.pooled_array::<u8>(token, 10, 2, 50)?;
    tree.strdup(pool, "text")?;
    let subtree = tree.detach(token)?;
    tree.validate().unwrap();
    subtree.tree().validate().unwrap();
    assert_eq!(tree.allocator(phase)?.usage().blocks, 0);
    let there = subtree.map().unwrap();
    let (token, pool) = (there.get(token).unwrap(), there.get(pool).unwrap());
    assert_eq!((kind(subtree.tree(), token), kind(subtree.tree(), pool)), (AllocatorKind::Heap, AllocatorKind::Pool));
    assert_eq!(&subtree.tree()[token], b"while");

    // Grafted, it lies in the allocator of its parent; the pool comes along and falls back on that.
    let map = tree.graft(phase, subtree)?;
    tree.validate().unwrap();
    let (token, pool) = (map.get(token).unwrap(), map.get(pool).unwrap());
    assert_eq!((kind(&tree, token), kind(&tree, pool)), (AllocatorKind::Arena, AllocatorKind::Pool));
    let more = tree.bytes(pool, 1000)?;
    assert_eq!(kind(&tree, more), AllocatorKind::Arena);
    assert_eq!(&tree[token], b"while");
    Ok(())
}

#[test]
fn an_array_whose_pool_stays_is_no_pooled_one_any_more() -> Result<(), Error> {
    let mut tree = Tree::new();
    let pooled = tree.pooled_array::<u8>(tree.root(), 10, 2, 50)?;
    tree[pooled].fill(3);
    let left = tree.bytes(pooled, 10)?;
    tree.steal(tree.root(), left)?;
    let subtree = tree.detach(pooled)?;
    let there = subtree.map().unwrap().get(pooled).unwrap();
    let map = tree.graft(tree.root(), subtree)?;
    let array = map.get(there).unwrap();
    tree.resize(array, 12)?;
    assert!(tree[array][..10] == [3; 10] && kind(&tree, array) == AllocatorKind::Heap);
    assert_eq!(kind(&tree, left), AllocatorKind::Pool);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_bounded_allocator_may_have_no_room() -> Result<(), Error> {
    let mut tree = Tree::new();
    let small = tree.context_in(tree.root(), "small", FixedBuffer::new(vec![0; 200]))?;
    for in_bytes in [true, false] {
        let mut built = Tree::new();
        for n in 0..10u64 {
            if in_bytes {
                built.bytes(built.root(), 40).map(drop)?
            } else {
                built.alloc(built.root(), [n; 5]).map(drop)?
            }
        }
        let root = built.root();
        let before = (outline(&built, root), tree.len());
        let rejected = tree.graft(small, built.into_subtree()).unwrap_err();
        let Error::OutOfMemory { node, allocator: "fixed buffer", asked: 40, .. } = *rejected.error() else {
            panic!("{rejected}")
        };
        assert_eq!(node, small.id());
        tree.validate().unwrap();
        let usage = tree.allocator(small)?.usage();
        assert_eq!((usage.blocks, usage.charged, tree.len()), (0, 0, before.1));
        let subtree = rejected.into_value();
        subtree.tree().validate().unwrap();
        assert_eq!(outline(subtree.tree(), subtree.top()), before.0);
        tree.graft(tree.root(), subtree)?;
        tree.validate().unwrap();
    }
    let mut built = Tree::new();
    built.alloc(built.root(), [1u64; 5])?;
    tree.graft(small, built.into_subtree())?;
    assert_eq!(tree.allocator(small)?.usage().charged, 40);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_tree_in_test_mode_sees_all_given_back() -> Result<(), Error> {
    let mut watched = TreeBuilder::new().test_mode().build();
    let top = watched.context(watched.root(), "top")?;
    watched.array_from(top, &[1u32, 2, 3])?;
    watched.strdup(top, "text")?;
    let subtree = watched.detach(top)?;
    assert_eq!(watched.allocator(watched.root())?.usage().blocks, 0);
    let map = watched.graft(watched.root(), subtree)?;
    assert_eq!(watched.allocator_as::<Debug<Box<dyn Allocator>>>(map.top())?.usage().blocks, 1);
    watched.validate().unwrap();
    watched.free(map.top())?;

    // A whole one takes its allocator along.
    let mut built = TreeBuilder::new().test_mode().build();
    built.bytes(built.root(), 10)?;
    let map = watched.graft(watched.root(), built.into_subtree())?;
    watched.validate().unwrap();
    watched.free(map.top())?;
    Ok(())
}

#[test]
fn open_scopes_keep_their_allocator() -> Result<(), Error> {
    let mut tree = Tree::new();
    let arena = tree.context_in(tree.root(), "arena", Arena::new())?;
    let mut tmp = tree.scope(arena)?;
    let bytes = tmp.array_from(&[1u8, 2, 3])?;
    // All users leave, but for the scope's memory.
    let subtree = tmp.detach(arena)?;
    subtree.tree().validate().unwrap();
    tmp.validate().unwrap();
    assert!(matches!(tmp.close(), Err(Error::Moved { .. })));
    let there = subtree.map().unwrap().get(bytes).unwrap();
    assert!(subtree.tree()[there] == [1, 2, 3] && kind(subtree.tree(), there) == AllocatorKind::Heap);
    tree.validate().unwrap();

    // What is grafted into a scope ends with it.
    let arena = tree.context_in(tree.root(), "arena", Arena::new())?;
    let mut tmp = tree.scope(arena)?;
    let here = tmp.handle();
    let map = tmp.graft(here, subtree)?;
    let kept = map.get(there).unwrap();
    tmp.keep(kept)?;
    tmp.close()?;
    assert_eq!((tree.len(), &tree[kept]), (2, &[1u8, 2, 3][..]));
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn every_request_may_fail() {
    let requests = for_each_failure(|tree| {
        let mut built = Tree::new();
        let pool = built.context_in(built.root(), "pool", Pool::new(100))?;
        for parent in [built.root(), pool.id()] {
            built.bytes(parent, 30)?;
            built.alloc(parent, 7u64)?;
            built.strdup(parent, "text")?;
        }
        let root = built.root();
        let before = outline(&built, root);
        let outcome = tree.graft(tree.root(), built.into_subtree());
        tree.validate().unwrap();
        let map = outcome.map_err(|rejected| {
            assert!(tree.is_empty());
            let (subtree, error) = rejected.into_parts();
            assert_eq!(outline(subtree.tree(), subtree.top()), before);
            subtree.tree().validate().unwrap();
            error
        })?;
        assert_eq!(outline(tree, map.top()), before);
        let subtree = tree.detach(map.top())?;
        assert_eq!(outline(subtree.tree(), subtree.top()), before);
        Ok::<(), Error>(())
    });
    // What is in the pool comes along with it.
    assert_eq!(requests, 3);
}
