//! Budgets, destructors, cleanups, references and claims in great numbers. A node with one of these costs several times what
//! a plain one does, so there are fewer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use freehold::{Arena, Budget, Error, Handle, Tree, Verdict};

use super::shapes::{MILLION, Shape, on_a_small_stack};

const FEWER: usize = MILLION / 4;

fn deep_and_wide(test: fn(Shape, usize) -> Result<(), Error>, nodes: usize) {
    on_a_small_stack(move || {
        test(Shape::Deep, nodes)?;
        test(Shape::Wide, nodes)
    });
}

/// What counts in a node's budget.
fn nodes_in(tree: &Tree, node: Handle<()>) -> Result<u64, Error> {
    Ok(tree.budget(node)?.expect("it has one").nodes)
}

#[test]
fn budgets_at_intervals() {
    fn test(shape: Shape, nodes: usize) -> Result<(), Error> {
        const EVERY: usize = 10_000;
        let mut tree = Tree::new();
        let (top, aside) = (tree.context(tree.root(), "top")?, tree.context(tree.root(), "aside")?);
        tree.set_budget(aside, Budget::new())?;
        let mut tenants = Vec::new();
        let mut at = top.id();
        for _ in 0..nodes / EVERY {
            let tenant = tree.context(at, "tenant")?;
            tree.set_budget(tenant, Budget::new())?;
            let last = shape.grow(&mut tree, tenant.id(), EVERY - 1)?;
            tenants.push(tenant);
            if shape == Shape::Deep {
                at = last;
            }
        }
        let outermost = if shape == Shape::Deep { nodes } else { EVERY };
        assert_eq!(nodes_in(&tree, tenants[0])?, outermost as u64);
        tree.steal(aside, top)?;
        assert_eq!(nodes_in(&tree, aside)?, nodes as u64 + 2);
        tree.validate().expect("a tree with budgets is valid");
        let subtree = tree.detach(top)?;
        assert_eq!((nodes_in(&tree, aside)?, subtree.len()), (1, nodes + 1));
        let map = tree.graft(aside, subtree)?;
        assert_eq!(nodes_in(&tree, aside)?, nodes as u64 + 2);
        assert_eq!(tree.free(map.top())?.nodes(), nodes + 1);
        assert_eq!(nodes_in(&tree, aside)?, 1);
        Ok(())
    }
    deep_and_wide(test, MILLION);
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
fn destructors_and_cleanups_all_run() {
    fn test(shape: Shape, nodes: usize) -> Result<(), Error> {
        let calls = Arc::new(AtomicUsize::new(0));
        for dropped in [false, true] {
            calls.store(0, Ordering::Relaxed);
            let mut tree = Tree::new();
            let top = tree.context(tree.root(), "top")?;
            let mut parent = top;
            for _ in 0..nodes {
                let node = tree.context(parent, "guarded")?;
                guard(&mut tree, node, &calls)?;
                if shape == Shape::Deep {
                    parent = node;
                }
            }
            if dropped {
                drop(tree);
            } else {
                assert_eq!(tree.free(top)?.nodes(), nodes + 1);
            }
            assert_eq!(calls.load(Ordering::Relaxed), 2 * nodes);
        }
        Ok(())
    }
    deep_and_wide(test, FEWER);
}

#[test]
fn a_survivor_is_handed_up_all_levels() {
    on_a_small_stack(|| {
        let calls = Arc::new(AtomicUsize::new(0));
        let mut tree = Tree::new();
        let top = tree.context(tree.root(), "top")?;
        let bottom = Shape::Deep.grow(&mut tree, top.id(), FEWER - 1)?;
        let survivor = tree.alloc(bottom, 7u32)?;
        let asked = Arc::clone(&calls);
        tree.set_destructor(survivor, move |_, _| {
            asked.fetch_add(1, Ordering::Relaxed);
            Verdict::Refuse
        })?;
        let freed = tree.free(top)?;
        assert_eq!((freed.nodes(), calls.load(Ordering::Relaxed)), (FEWER, FEWER));
        assert_eq!(freed.survivors().iter().map(|s| s.node).collect::<Vec<_>>(), [survivor.id()]);
        assert_eq!(tree.parent(survivor)?, Some(tree.root()));
        Ok(())
    });
}

#[test]
fn all_children_of_the_root_refuse() {
    on_a_small_stack(|| {
        let mut tree = Tree::new();
        for n in 0..FEWER {
            let node = tree.alloc(tree.root(), n as u32)?;
            tree.set_destructor(node, |_, _| Verdict::Refuse)?;
        }
        let freed = tree.free_children(tree.root())?;
        assert_eq!((freed.nodes(), freed.survivors().len(), tree.len()), (0, FEWER, FEWER));
        Ok(())
    });
}

#[test]
fn references_go_with_their_holders() {
    fn test(shape: Shape, nodes: usize) -> Result<(), Error> {
        let mut tree = Tree::new();
        let (top, cache) = (tree.context(tree.root(), "top")?, tree.context(tree.root(), "cache")?);
        let shared = tree.context(tree.root(), "shared")?;
        let mut parent = top;
        for n in 0..nodes {
            let node = tree.context(parent, "holder")?;
            tree.reference(node, shared)?;
            if shape == Shape::Deep {
                parent = node;
            } else if n % 2 == 0 {
                tree.reference(cache, node)?;
            }
        }
        assert_eq!(tree.reference_count(shared)?, nodes);
        let kept = if shape == Shape::Deep { 0 } else { nodes / 2 };
        let freed = tree.free(top)?;
        assert_eq!((freed.nodes(), freed.survivors().len()), (nodes - kept + 1, kept));
        assert_eq!(tree.reference_count(shared)?, kept);
        tree.validate().expect("references are as valid in great numbers");
        assert_eq!(tree.free(cache)?.references(), kept);
        assert_eq!(tree.reference_count(shared)?, 0);
        Ok(())
    }
    deep_and_wide(test, FEWER);
}

/// A node that claims the next: the end of each is word of the end of the next.
struct Knot(#[expect(dead_code, reason = "it is there to be dropped")] Option<freehold::Strong<Knot>>);

#[test]
fn a_chain_of_strong_claims_goes_link_by_link() {
    on_a_small_stack(|| {
        let mut tree = Tree::new();
        let mut next = None;
        for _ in 0..FEWER {
            let node = tree.floating(Knot(next.take()))?;
            next = Some(tree.strong(node)?);
        }
        tree.validate().expect("claims are as valid in great numbers");
        drop(next);
        assert_eq!((tree.settle().nodes(), tree.len()), (FEWER, 0));
        Ok(())
    });
}

#[test]
fn strong_claims_are_kept_and_end_in_any_order() {
    fn test(shape: Shape, nodes: usize) -> Result<(), Error> {
        let mut tree = Tree::new();
        let top = tree.context(tree.root(), "top")?;
        let mut parent = top;
        let mut claims = Vec::new();
        for _ in 0..nodes {
            let node = tree.context(parent, "claimed")?;
            claims.push(tree.strong(node)?);
            if shape == Shape::Deep {
                parent = node;
            }
        }
        assert_eq!(tree.free(top)?.nodes(), 1);
        assert_eq!(tree.len(), nodes);
        // The first half from the outermost on, the others from the innermost.
        let others = claims.split_off(nodes / 2);
        claims.into_iter().for_each(drop);
        let first = tree.settle().nodes();
        others.into_iter().rev().for_each(drop);
        assert_eq!((first + tree.settle().nodes(), tree.len()), (nodes, 0));
        Ok(())
    }
    deep_and_wide(test, FEWER);
}

#[test]
fn arrays_kept_from_a_scope_may_lie_in_each_other() -> Result<(), Error> {
    let mut tree = Tree::new();
    let arena = tree.context_in(tree.root(), "arena", Arena::new())?;
    let mut scope = tree.scope(arena)?;
    let mut arrays = Vec::new();
    let mut owner = arena.id();
    for n in 0..FEWER as u64 {
        scope.bytes(40)?;
        let array = scope.array_from(&[n])?;
        scope.keep(array)?;
        scope.steal(owner, array)?;
        owner = array.id();
        arrays.push(array);
    }
    assert_eq!(scope.close()?.nodes(), FEWER + 1);
    assert!(arrays.iter().zip(0..).all(|(&array, n)| tree[array] == [n]));
    let usage = tree.allocator(arena)?.usage();
    assert_eq!((usage.blocks, usage.used), (FEWER, FEWER * 8));
    tree.validate().expect("arrays that were moved down are valid");
    Ok(())
}
