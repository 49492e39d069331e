//! Dropped, dropped by a panic on its way, torn down, ended by a scope, left to claims.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use freehold::{Error, Tree};

use super::shapes::{Counted, Shape, at_scale};

at_scale! {
    dropped: deep "takes 0.9 GiB of memory", wide "takes 0.9 GiB of memory";
    dropped_with_one_drop: deep "takes 1 GiB of memory", wide "takes 1 GiB of memory";
    dropped_with_a_drop_each: deep "takes 0.7 GiB of memory", wide "takes 0.7 GiB of memory";
    dropped_by_a_panic: deep "takes 1 GiB of memory", wide "takes 1 GiB of memory";
    freed_while_a_drop_panics: deep "takes 1 GiB of memory", wide "takes 1 GiB of memory";
    torn_down: deep "takes 1 GiB of memory", wide "takes 1 GiB of memory";
    ended_with_a_scope: deep "takes 1 GiB of memory", wide "takes 1 GiB of memory";
    left_to_a_claim: deep "takes 1 GiB of memory", wide "takes 1 GiB of memory";
}

/// A tree of the shape whose last node has a value with a `Drop`: the others can't be passed over then.
fn with_one_drop(shape: Shape, nodes: usize, drops: &Arc<AtomicUsize>) -> Result<Tree, Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let last = shape.grow(&mut tree, root, nodes - 1)?;
    tree.alloc(last, Counted(Arc::clone(drops)))?;
    Ok(tree)
}

fn dropped(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    shape.grow(&mut tree, root, nodes)?;
    drop(tree);
    Ok(())
}

fn dropped_with_one_drop(shape: Shape, nodes: usize) -> Result<(), Error> {
    let drops = Arc::new(AtomicUsize::new(0));
    drop(with_one_drop(shape, nodes, &drops)?);
    assert_eq!(drops.load(Ordering::Relaxed), 1);
    Ok(())
}

fn dropped_with_a_drop_each(shape: Shape, nodes: usize) -> Result<(), Error> {
    let drops = Arc::new(AtomicUsize::new(0));
    let mut tree = Tree::new();
    let mut parent = tree.root();
    for _ in 0..nodes {
        let node = tree.alloc(parent, Counted(Arc::clone(&drops)))?;
        if shape == Shape::Deep {
            parent = node.id();
        }
    }
    drop(tree);
    assert_eq!(drops.load(Ordering::Relaxed), nodes);
    Ok(())
}

fn dropped_by_a_panic(shape: Shape, nodes: usize) -> Result<(), Error> {
    let drops = Arc::new(AtomicUsize::new(0));
    let tree = with_one_drop(shape, nodes, &drops)?;
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let owned = tree;
        assert!(owned.is_empty(), "it is not");
    }));
    assert!(panic.is_err());
    assert_eq!(drops.load(Ordering::Relaxed), 1);
    Ok(())
}

/// Panics when it is dropped.
struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new("dropped"));
    }
}

fn freed_while_a_drop_panics(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    // The newest child goes first, so all others go after the panic.
    let last = shape.grow(&mut tree, top.id(), nodes)?;
    tree.alloc(last, Panics)?;
    let panic = catch_unwind(AssertUnwindSafe(|| tree.free(top))).expect_err("the panic comes through");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"dropped"));
    assert!(tree.is_empty());
    tree.validate().expect("a tree in which something has panicked is valid");
    Ok(())
}

fn torn_down(shape: Shape, nodes: usize) -> Result<(), Error> {
    let drops = Arc::new(AtomicUsize::new(0));
    let mut tree = with_one_drop(shape, nodes, &drops)?;
    assert_eq!(tree.tear_down()?.nodes(), nodes);
    assert_eq!((drops.load(Ordering::Relaxed), tree.len()), (1, 0));
    tree.validate().expect("an empty tree is valid");
    Ok(())
}

fn ended_with_a_scope(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::new();
    let mut scope = tree.scope(tree.root())?;
    let context = scope.handle();
    let last = shape.grow(&mut scope, context.id(), nodes)?;
    let kept = scope.keep(last)?;
    assert_eq!(scope.close()?.nodes(), nodes);
    assert!(tree.len() == 1 && tree.contains(kept));
    tree.validate().expect("a tree after a scope is valid");
    Ok(())
}

fn left_to_a_claim(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::new();
    let owner = tree.context(tree.root(), "owner")?;
    let top = tree.context(owner, "top")?;
    shape.grow(&mut tree, top.id(), nodes)?;
    let strong = tree.strong(top)?;
    assert_eq!(tree.free(owner)?.nodes(), 1);
    assert_eq!(tree.parent(top)?, Some(tree.root()));
    drop(strong);
    assert_eq!((tree.settle().nodes(), tree.len()), (nodes + 1, 0));
    Ok(())
}
