//! When memory runs out, and the tear-down.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use freehold::{Arena, Error, FixedBuffer, Tree, TreeBuilder, Verdict};

use super::probe::{Call, Calls, Probe};

#[test]
fn a_tree_can_be_told_to_call_a_handler_and_panic() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let mut tree = TreeBuilder::new()
        .on_exhaustion(move |tree, error| {
            let report = tree.report(tree.root()).unwrap();
            log.lock().unwrap().push(format!("{error}\n{report}"));
        })
        .build();
    let packet = tree.context_in(tree.root(), "packet", FixedBuffer::new(vec![0; 10])).unwrap();
    let text = tree.strdup(packet, "tiny").unwrap();
    let expected = format!(
        "out of memory in the fixed buffer of node {packet}: 20 bytes were asked for and 6 are left; \
         free something there, or make it larger"
    );
    for _ in 0..2 {
        let outcome = catch_unwind(AssertUnwindSafe(|| tree.bytes(packet, 20)));
        let message = outcome.unwrap_err().downcast::<String>().unwrap();
        assert_eq!(*message, expected);
        tree.validate().unwrap();
    }
    for seen in seen.lock().unwrap().iter() {
        assert!(seen.starts_with(&expected) && seen.contains("packet"), "{seen}");
    }
    assert_eq!(seen.lock().unwrap().len(), 2);
    // What is no matter of memory is an error as ever.
    tree.free(text).unwrap();
    assert!(matches!(tree.strdup(text, "x"), Err(Error::Stale { .. })));
}

#[test]
fn a_tear_down_leaves_a_tree_as_if_new() -> Result<(), Error> {
    let calls = Calls::default();
    let mut tree = TreeBuilder::new().root_name("null_context").allocator(Probe::new(&calls)).build();
    let warned = Arc::new(Mutex::new(0));
    let warnings = Arc::clone(&warned);
    tree.set_log(move |_, _| *warnings.lock().unwrap() += 1);
    let busy = tree.alloc(tree.root(), String::from("busy"))?;
    tree.set_destructor(busy, |_, _| Verdict::Refuse)?;
    let phase = tree.context_in(busy, "phase", Arena::new())?;
    let block = tree.bytes(phase, 1000)?;
    tree.reference(busy, block)?;

    let freed = tree.tear_down()?;
    assert_eq!((freed.nodes(), freed.references(), freed.is_complete()), (3, 1, true));
    assert_eq!(calls.take().last(), Some(&Call::Dropped));
    tree.validate().unwrap();
    assert!(tree.is_empty() && !tree.contains(busy) && !tree.contains(block));
    assert_eq!((tree.name(tree.root())?.as_ref(), tree.allocator(tree.root())?.usage().capacity), ("root", 0));

    let (a, b) = (tree.context(tree.root(), "a")?, tree.context(tree.root(), "b")?);
    tree.reference(a, b)?;
    assert!(tree.free(b).is_err());
    assert_eq!(*warned.lock().unwrap(), 0);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_tear_down_is_refused_while_claims_from_outside_are_held() -> Result<(), Error> {
    let mut tree = Tree::new();
    let context = tree.context(tree.root(), "context")?;
    let claimed = [tree.alloc(context, 1)?, tree.alloc(context, 2)?];
    for node in claimed {
        tree.reference(tree.root(), node)?;
    }
    let [one, two] = claimed;
    assert_eq!(
        tree.tear_down().unwrap_err().to_string(),
        format!(
            "the tree can't be torn down: 2 nodes are claimed from outside ({two}, {one}); unlink them from the root, release them, or drop the strong claims, first"
        )
    );
    assert_eq!(tree.len(), 3);
    tree.unlink(tree.root(), one)?;
    tree.unlink(tree.root(), two)?;
    assert_eq!(tree.tear_down()?.nodes(), 3);
    Ok(())
}

#[test]
fn a_tear_down_from_within_a_free_is_refused() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.alloc(tree.root(), 1)?;
    let told = Arc::new(Mutex::new(None));
    let tell = Arc::clone(&told);
    tree.set_destructor(node, move |tree, _| {
        *tell.lock().unwrap() = Some(tree.tear_down());
        Verdict::Free
    })?;
    tree.free(node)?;
    assert_eq!(*told.lock().unwrap(), Some(Err(Error::Dying { node: node.id() })));
    Ok(())
}

#[test]
fn a_tear_down_is_complete_when_user_code_panics() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.alloc(tree.root(), 1)?;
    tree.strdup(node, "text")?;
    tree.set_destructor(node, |_, _| panic!("in a destructor"))?;
    let outcome = catch_unwind(AssertUnwindSafe(|| tree.tear_down()));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"in a destructor"));
    tree.validate().unwrap();
    assert!(tree.is_empty());
    tree.strdup(tree.root(), "again")?;
    Ok(())
}
