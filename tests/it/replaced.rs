//! User code is given `&mut Tree`, so it can put another tree in that one's place. The free that called it can't go on
//! in a tree it knows nothing of: it panics, and leaves two trees that are in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use freehold::{Error, Handle, Tree, Verdict};

/// Counts drops.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

type Family = (Tree, Handle<Counted>, Handle<Counted>, Arc<AtomicUsize>);

/// A parent, its child, and how often a value was dropped.
fn family() -> Result<Family, Error> {
    let drops = Arc::new(AtomicUsize::new(0));
    let mut tree = Tree::new();
    let parent = tree.alloc(tree.root(), Counted(Arc::clone(&drops)))?;
    let child = tree.alloc(parent, Counted(Arc::clone(&drops)))?;
    Ok((tree, parent, child, drops))
}

fn free_panics(tree: &mut Tree, node: Handle<Counted>) {
    let panic = catch_unwind(AssertUnwindSafe(|| tree.free(node))).expect_err("the free can't go on");
    let said = panic.downcast_ref::<&str>().copied();
    assert_eq!(said, Some("user code called by a free has put another tree in this one's place"));
}

#[test]
fn a_tree_replaced_by_a_destructor_goes_with_all_that_is_in_it() -> Result<(), Error> {
    let (mut tree, parent, child, drops) = family()?;
    tree.set_destructor(child, |tree, _| {
        *tree = Tree::new();
        Verdict::Free
    })?;
    free_panics(&mut tree, parent);
    assert_eq!(drops.load(Ordering::Relaxed), 2);
    assert_eq!((tree.validate(), tree.len()), (Ok(()), 0));
    assert_eq!(tree.get(parent).err(), Some(Error::Foreign { node: parent.id() }));
    Ok(())
}

#[test]
fn a_tree_taken_away_by_a_cleanup_keeps_what_had_not_gone() -> Result<(), Error> {
    let (mut tree, parent, child, drops) = family()?;
    let taken = Arc::new(Mutex::new(None));
    let place = Arc::clone(&taken);
    tree.add_cleanup(child, move |tree, _| *place.lock().unwrap() = Some(std::mem::take(tree)))?;
    free_panics(&mut tree, parent);
    assert_eq!((tree.validate(), tree.len()), (Ok(()), 0));

    let old: Tree = taken.lock().unwrap().take().expect("the cleanup took it");
    assert_eq!((old.validate(), old.len()), (Ok(()), 2));
    assert!(old.get(parent).is_ok());
    assert_eq!(drops.load(Ordering::Relaxed), 0);
    drop(old);
    assert_eq!(drops.load(Ordering::Relaxed), 2);
    Ok(())
}

#[test]
fn what_has_taken_the_place_of_a_tree_that_is_torn_down_stays() -> Result<(), Error> {
    let (mut tree, _, child, drops) = family()?;
    tree.set_destructor(child, |tree, _| {
        *tree = Tree::new();
        tree.context(tree.root(), "new").expect("there is room");
        Verdict::Free
    })?;
    let panic = catch_unwind(AssertUnwindSafe(|| tree.tear_down())).expect_err("it can't go on");
    let said = panic.downcast_ref::<&str>().copied();
    assert_eq!(said, Some("user code called by a free has put another tree in this one's place"));
    assert_eq!(drops.load(Ordering::Relaxed), 2);
    assert_eq!((tree.validate(), tree.len()), (Ok(()), 1));
    Ok(())
}
