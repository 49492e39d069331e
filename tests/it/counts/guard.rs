//! A claim for the length of a block.

use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::{Error, Handle, Released, Tree, Verdict};

/// What an SDK's call does: claims on entry, and may leave in three ways.
fn call(tree: &mut Tree, node: Handle<i32>, how: &str) -> Result<usize, Error> {
    let mut tree = tree.retained(node)?;
    assert_eq!((tree.node(), tree.ref_count(node)?), (node.id(), 1));
    match how {
        "error" => tree.free(node).map(|freed| freed.nodes()),
        "panic" => panic!("in the call"),
        _ => {
            tree[node] += 1;
            tree.ref_count(node)
        }
    }
}

#[test]
fn the_guard_releases_however_the_block_is_left() -> Result<(), Error> {
    let mut tree = Tree::new();
    let owned = tree.alloc(tree.root(), 1)?;
    assert_eq!((call(&mut tree, owned, "return")?, tree[owned], tree.ref_count(owned)?), (1, 2, 0));
    let held = Error::Held { node: owned.id(), retained: 1, strong: 0 };
    assert_eq!((call(&mut tree, owned, "error"), tree.ref_count(owned)?), (Err(held), 0));
    let outcome = catch_unwind(AssertUnwindSafe(|| call(&mut tree, owned, "panic")));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"in the call"));
    assert_eq!(tree.ref_count(owned)?, 0);
    tree.validate().unwrap();
    for how in ["return", "error"] {
        let float = tree.floating(1)?;
        let _ = call(&mut tree, float, how);
        assert!(!tree.contains(float), "the guard's claim was the only one");
    }
    let float = tree.floating(1)?;
    catch_unwind(AssertUnwindSafe(|| call(&mut tree, float, "panic"))).unwrap_err();
    assert!(!tree.contains(float));
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_guard_that_is_ended_by_hand_says_what_came_of_it() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(1)?;
    let mut guard = tree.retained(node)?;
    let nested = guard.retained(node)?;
    assert_eq!(format!("{nested:?}"), format!("Retained {{ node: {node}, .. }}"));
    assert_eq!(nested.release()?, Released::Claim);
    assert!(matches!(guard.release()?, Released::Freed(_)));
    // Somebody has released once too often.
    let node = tree.alloc(tree.root(), 1)?;
    let mut guard = tree.retained(node)?;
    guard.tree().release(node)?;
    assert_eq!(guard.release(), Err(Error::NotRetained { node: node.id() }));
    let mut guard = tree.retained(node)?;
    guard.tree().release(node)?;
    guard.free(node)?;
    drop(guard);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_refusal_keeps_the_guards_claim() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(true)?;
    tree.set_destructor(node, |tree, node| if tree[node] { Verdict::Refuse } else { Verdict::Free })?;
    drop(tree.retained(node)?);
    assert_eq!(tree.ref_count(node)?, 1);
    assert_eq!(tree.retained(node)?.release()?, Released::Claim);
    tree[node] = false;
    assert!(matches!(tree.release(node)?, Released::Freed(_)));
    Ok(())
}

#[test]
fn a_panic_when_the_guard_ends_comes_out_and_nothing_is_left_behind() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(1)?;
    tree.set_destructor(node, |_, _| panic!("its own"))?;
    let outcome = catch_unwind(AssertUnwindSafe(|| drop(tree.retained(node))));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"its own"));
    assert!(tree.is_empty() && tree.validate().is_ok());

    // Somebody else's destructor panics when the drop of his claim takes effect at the guard's end.
    let (node, others) = (tree.floating(1)?, [tree.floating(2)?, tree.floating(3)?]);
    for other in others {
        tree.set_destructor(other, |_, _| panic!("another's"))?;
    }
    let strong = [tree.strong(others[0])?, tree.strong(others[1])?];
    let guard = tree.retained(node)?;
    drop(strong);
    let outcome = catch_unwind(AssertUnwindSafe(|| drop(guard)));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"another's"));
    assert!(tree.is_empty() && tree.validate().is_ok());
    Ok(())
}

#[test]
fn a_guard_ends_in_silence_while_a_panic_is_under_way() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(1)?;
    tree.set_destructor(node, |_, _| panic!("its own"))?;
    let outcome = catch_unwind(AssertUnwindSafe(|| call(&mut tree, node, "panic")));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"in the call"));
    assert!(tree.is_empty() && tree.validate().is_ok());
    Ok(())
}
