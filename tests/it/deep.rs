//! Depth costs no stack: chains of ten million nodes, and a million siblings, on a stack of 2 MiB.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use freehold::{Cursor, Edge, Error, Handle, NodeId, Tree, Verdict};

const DEEP: usize = 10_000_000;
const WIDE: usize = 1_000_000;

fn on_a_small_stack(test: impl FnOnce() -> Result<(), Error> + Send + 'static) {
    let thread = thread::Builder::new().stack_size(2 << 20).spawn(test).expect("a thread can be had");
    thread.join().expect("the test passes").expect("no operation fails");
}

/// A chain of `len` contexts and numbers in turn below `top`, and the lowest of them.
fn chain(tree: &mut Tree, top: NodeId, len: usize) -> Result<NodeId, Error> {
    let mut at = top;
    for n in 0..len {
        at = if n % 2 == 0 { tree.context(at, "link")?.id() } else { tree.alloc(at, n as u32)?.id() };
    }
    Ok(at)
}

/// Asks of the tree what walks it whole.
fn look_through(tree: &Tree, top: NodeId, nodes: usize, bytes: usize) -> Result<(), Error> {
    assert_eq!((tree.total_blocks(top)?, tree.total_size(top)?), (nodes, bytes));
    assert_eq!(tree.descendants(top)?.count(), nodes - 1);
    assert_eq!(tree.edges(top)?.count(), 2 * nodes);
    let mut cursor = Cursor::new(top);
    let edges = std::iter::from_fn(|| cursor.next(tree));
    assert_eq!(edges.filter(|edge| matches!(edge, Edge::End(_))).count(), nodes);
    Ok(())
}

#[test]
fn a_chain_of_ten_million_is_built_moved_looked_through_and_freed() {
    on_a_small_stack(|| {
        let mut tree = Tree::with_capacity(DEEP + 2);
        let (here, there) = (tree.context(tree.root(), "here")?, tree.context(tree.root(), "there")?);
        let top = tree.context(here, "top")?;
        let bottom = chain(&mut tree, top.id(), DEEP - 1)?;
        assert_eq!(tree.steal(bottom, top), Err(Error::WouldLoop { node: top.id(), parent: bottom }));
        tree.steal(there, top)?;
        tree.steal(here, there)?;
        assert!(tree.is_ancestor(here, bottom)?);
        let report = tree.report(top)?;
        let said = report.arena()[report.root()].get();
        assert_eq!((report.len(), said.blocks(), said.bytes()), (DEEP, DEEP as u64, (DEEP as u64 - 1) / 2 * 4));
        assert_eq!(report.text_at(0, Some(3)).to_string().lines().count(), 4);
        assert_eq!(report.walk().last().map(|visit| visit.depth), Some(DEEP - 1));
        drop(report);
        assert_eq!(tree.ancestors(bottom)?.count(), DEEP + 2);
        assert_eq!(tree.find_ancestor_by_name(bottom, "here")?, Some(here.id()));
        look_through(&tree, top.id(), DEEP, (DEEP - 1) / 2 * 4)?;
        tree.validate().expect("a deep tree is as valid as any");
        let freed = tree.free(here)?;
        assert_eq!((freed.nodes(), tree.len()), (DEEP + 2, 0));
        tree.validate().expect("an empty tree is valid");
        Ok(())
    });
}

/// Counts drops.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_chain_of_ten_million_is_dropped_with_its_tree() {
    on_a_small_stack(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let mut tree = Tree::with_capacity(DEEP);
        let root = tree.root();
        let bottom = chain(&mut tree, root, DEEP - 1)?;
        // One value with a `Drop` is enough: the others can't be passed over then.
        tree.alloc(bottom, Counted(Arc::clone(&drops)))?;
        drop(tree);
        assert_eq!(drops.load(Ordering::Relaxed), 1);
        Ok(())
    });
}

#[test]
fn a_million_siblings_are_built_moved_looked_through_and_freed() {
    on_a_small_stack(|| {
        let mut tree = Tree::with_capacity(WIDE + 2);
        let (here, there) = (tree.context(tree.root(), "here")?, tree.context(tree.root(), "there")?);
        let oldest = tree.alloc(here, 0u32)?;
        for n in 1..WIDE {
            tree.alloc(here, n as u32)?;
        }
        assert_eq!(tree.parent(oldest)?, Some(here.id()));
        assert_eq!(tree.children(here)?.next_back(), Some(oldest.id()));
        look_through(&tree, here.id(), WIDE + 1, WIDE * 4)?;
        assert_eq!(tree.steal_children(here, there)?, WIDE);
        assert_eq!(tree.free_lifting_into(there, here)?.nodes(), 1);
        assert_eq!(tree.children(here)?.next_back(), Some(oldest.id()));
        assert_eq!(tree.free_lifting(here)?.nodes(), 1);
        assert_eq!(tree.children(tree.root())?.next_back(), Some(oldest.id()));
        tree.validate().expect("a wide tree is as valid as any");
        assert_eq!(tree.free_children(tree.root())?.nodes(), WIDE);
        tree.validate().expect("an empty tree is valid");
        Ok(())
    });
}

#[test]
fn a_million_siblings_are_dropped_with_their_tree() {
    on_a_small_stack(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let mut tree = Tree::new();
        for _ in 0..WIDE {
            tree.alloc(tree.root(), Counted(Arc::clone(&drops)))?;
        }
        drop(tree);
        assert_eq!(drops.load(Ordering::Relaxed), WIDE);
        Ok(())
    });
}

/// A destructor and a cleanup, each of which counts its calls.
fn guard(tree: &mut Tree, node: Handle<()>, calls: &Arc<AtomicUsize>) -> Result<(), Error> {
    let (asked, cleaned) = (Arc::clone(calls), Arc::clone(calls));
    tree.set_destructor(node, move |_, _| {
        asked.fetch_add(1, Ordering::Relaxed);
        Verdict::Free
    })?;
    tree.add_cleanup(node, move |_, _| _ = cleaned.fetch_add(1, Ordering::Relaxed))?;
    Ok(())
}

#[test]
fn a_million_destructors_and_cleanups_run_one_below_the_other() {
    on_a_small_stack(|| {
        let calls = Arc::new(AtomicUsize::new(0));
        for dropped in [false, true] {
            calls.store(0, Ordering::Relaxed);
            let mut tree = Tree::new();
            let top = tree.context(tree.root(), "top")?;
            let mut at = top;
            for _ in 0..WIDE {
                guard(&mut tree, at, &calls)?;
                at = tree.context(at, "link")?;
            }
            if dropped {
                drop(tree);
            } else {
                assert_eq!(tree.free(top)?.nodes(), WIDE + 1);
            }
            assert_eq!(calls.load(Ordering::Relaxed), 2 * WIDE);
        }
        Ok(())
    });
}

#[test]
fn a_survivor_is_handed_up_a_hundred_thousand_levels() {
    const LEVELS: usize = 100_000;
    on_a_small_stack(|| {
        let calls = Arc::new(AtomicUsize::new(0));
        let mut tree = Tree::new();
        let top = tree.context(tree.root(), "top")?;
        let bottom = chain(&mut tree, top.id(), LEVELS - 1)?;
        let survivor = tree.alloc(bottom, 7u32)?;
        let asked = Arc::clone(&calls);
        tree.set_destructor(survivor, move |_, _| {
            asked.fetch_add(1, Ordering::Relaxed);
            Verdict::Refuse
        })?;
        let freed = tree.free(top)?;
        assert_eq!((freed.nodes(), calls.load(Ordering::Relaxed)), (LEVELS, LEVELS));
        assert_eq!(freed.survivors().iter().map(|s| s.node).collect::<Vec<_>>(), [survivor.id()]);
        assert_eq!(tree.parent(survivor)?, Some(tree.root()));
        Ok(())
    });
}

#[test]
fn a_million_children_of_the_root_refuse() {
    on_a_small_stack(|| {
        let mut tree = Tree::new();
        for n in 0..WIDE {
            let node = tree.alloc(tree.root(), n as u32)?;
            tree.set_destructor(node, |_, _| Verdict::Refuse)?;
        }
        let freed = tree.free_children(tree.root())?;
        assert_eq!((freed.nodes(), freed.survivors().len(), tree.len()), (0, WIDE, WIDE));
        Ok(())
    });
}

#[test]
fn references_between_a_million_nodes_go_with_them() {
    on_a_small_stack(|| {
        let mut tree = Tree::new();
        let (top, cache) = (tree.context(tree.root(), "top")?, tree.context(tree.root(), "cache")?);
        let shared = tree.context(tree.root(), "shared")?;
        for n in 0..WIDE {
            let node = tree.context(top, "holder")?;
            tree.reference(node, shared)?;
            if n % 2 == 0 {
                tree.reference(cache, node)?;
            }
        }
        assert_eq!(tree.reference_count(shared)?, WIDE);
        let freed = tree.free(top)?;
        assert_eq!((freed.nodes(), freed.survivors().len()), (WIDE / 2 + 1, WIDE / 2));
        assert_eq!(tree.reference_count(shared)?, WIDE / 2);
        tree.validate().expect("references are as valid in great numbers");
        assert_eq!(tree.free(cache)?.references(), WIDE / 2);
        assert_eq!(tree.reference_count(shared)?, 0);
        Ok(())
    });
}
