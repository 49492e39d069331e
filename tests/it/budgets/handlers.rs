//! Handlers that are asked before a request is refused, and what they may do meanwhile.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use freehold::{Budget, Error, Exceeded, Handle, NodeId, Relief, Tree};

use super::{over, tenant, used};

/// A tree with a tenant that has 100 bytes, a block with 60 of them, and a handler.
fn full(
    handler: impl FnMut(&mut Tree, &Exceeded) -> Relief + Send + 'static,
) -> Result<(Tree, NodeId, Handle<[u8]>), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?.id();
    let block = tree.bytes(top, 60)?;
    tree.set_budget(top, Budget::new().bytes(100).on_exceeded(handler))?;
    Ok((tree, top, block))
}

fn counter() -> (Arc<AtomicUsize>, impl FnMut() + Send + 'static) {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    (calls, move || _ = count.fetch_add(1, Ordering::Relaxed))
}

#[test]
fn a_handler_makes_room_for_every_sort_of_request() -> Result<(), Error> {
    type Request = fn(&mut Tree, NodeId) -> Result<(), Error>;
    let requests: [Request; 4] = [
        |tree, top| tree.bytes(top, 50).map(drop),
        |tree, top| {
            let text = tree.strdup(top, "1234567890")?;
            tree.append(text, &"x".repeat(40))
        },
        |tree, top| {
            let block = tree.bytes(top, 10)?;
            tree.resize(block, 50)
        },
        |tree, top| {
            let block = tree.bytes(tree.root(), 50)?;
            tree.steal(top, block)
        },
    ];
    for request in requests {
        let (mut tree, top, block) = full(|tree, exceeded| {
            tree.validate().expect("the tree is valid for a handler");
            assert_eq!((exceeded.what, exceeded.asked <= 50, exceeded.left <= 40), ("bytes", true, true));
            let oldest = tree.children(exceeded.owner).unwrap().next_back().unwrap();
            tree.free(oldest).unwrap();
            Relief::TryAgain
        })?;
        request(&mut tree, top)?;
        assert!(!tree.contains(block));
        assert_eq!(used(&tree, top), (50, 2));
    }
    Ok(())
}

#[test]
fn a_handler_is_told_what_the_error_says() -> Result<(), Error> {
    let (mut tree, top, _) = full(|_, exceeded| {
        assert_eq!(
            format!("{exceeded:?}").replace(&exceeded.owner.to_string(), "X"),
            "Exceeded { owner: X, what: \"bytes\", asked: 41, left: 40 }"
        );
        Relief::Refuse
    })?;
    assert_eq!(tree.bytes(top, 41), Err(over(top, "bytes", 41, 40)));
    assert_eq!(used(&tree, top), (60, 2));
    Ok(())
}

#[test]
fn a_handler_that_makes_no_room_is_not_asked_again() -> Result<(), Error> {
    let (calls, mut count) = counter();
    let (mut tree, top, _) = full(move |_, _| {
        count();
        Relief::TryAgain
    })?;
    assert_eq!(tree.bytes(top, 41), Err(over(top, "bytes", 41, 40)));
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    Ok(())
}

#[test]
fn a_handler_is_asked_as_often_as_it_makes_room() -> Result<(), Error> {
    let (calls, mut count) = counter();
    let (mut tree, top, block) = full(|_, _| Relief::Refuse)?;
    let limits = Budget::new().bytes(100).on_exceeded(move |tree, _| {
        count();
        let left = tree[block].len() - 10;
        tree.resize(block, left).unwrap();
        Relief::TryAgain
    });
    tree.set_budget(top, limits)?;
    tree.bytes(top, 65)?;
    assert_eq!((calls.load(Ordering::Relaxed), used(&tree, top)), (3, (95, 3)));
    Ok(())
}

#[test]
fn what_does_not_fit_while_the_handler_runs_is_refused() -> Result<(), Error> {
    let (calls, mut count) = counter();
    let (mut tree, top, _) = full(move |tree, &Exceeded { owner, .. }| {
        count();
        assert_eq!(tree.bytes(owner, 50), Err(over(owner, "bytes", 50, 40)));
        tree.bytes(owner, 30).unwrap();
        Relief::Refuse
    })?;
    // The error says what was left when it was asked.
    assert_eq!(tree.bytes(top, 41), Err(over(top, "bytes", 41, 40)));
    assert_eq!((calls.load(Ordering::Relaxed), used(&tree, top)), (1, (90, 3)));
    Ok(())
}

#[test]
fn two_handlers_that_burden_each_other_end() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let outer = tree.context(root, "outer")?.id();
    let inner = tree.context(outer, "inner")?.id();
    let beside = tree.context(outer, "beside")?.id();
    let ball = tree.bytes(beside, 10)?;
    // Each moves the ball to where the other has no use for it.
    tree.set_budget(
        inner,
        Budget::new().bytes(10).on_exceeded(move |tree, _| {
            tree.steal(beside, ball).unwrap();
            Relief::TryAgain
        }),
    )?;
    tree.set_budget(
        outer,
        Budget::new().bytes(15).on_exceeded(move |tree, _| {
            let _ = tree.steal(inner, ball);
            Relief::TryAgain
        }),
    )?;
    assert_eq!(tree.bytes(inner, 10), Err(over(inner, "bytes", 10, 0)).or(Err(over(outer, "bytes", 10, 5))));
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn whatever_a_handler_does_the_request_is_looked_at_afresh() -> Result<(), Error> {
    // The parent goes.
    let (mut tree, top, block) = full(|_, _| Relief::Refuse)?;
    tree.set_budget(
        top,
        Budget::new().bytes(60).on_exceeded(move |tree, _| {
            tree.free(block).unwrap();
            Relief::TryAgain
        }),
    )?;
    assert_eq!(tree.bytes(block, 1), Err(Error::Stale { node: block.id() }));

    // It is moved to where another budget counts, or none.
    let (mut tree, top, block) = full(|_, _| Relief::Refuse)?;
    let root = tree.root();
    let other = tenant(&mut tree, root, Budget::new().bytes(70))?;
    tree.set_budget(
        top,
        Budget::new().bytes(60).on_exceeded(move |tree, _| {
            tree.steal(other, block).unwrap();
            Relief::TryAgain
        }),
    )?;
    assert_eq!(tree.bytes(block, 11), Err(over(other, "bytes", 11, 10)));
    tree.bytes(block, 10)?;
    assert_eq!((used(&tree, top), used(&tree, other)), ((0, 1), (70, 3)));

    // The array itself is made shorter, and then has to grow by more.
    let (mut tree, top, block) = full(|_, _| Relief::Refuse)?;
    let limits = Budget::new()
        .bytes(70)
        .on_exceeded(move |tree, _| tree.resize(block, 1).map_or(Relief::Refuse, |()| Relief::TryAgain));
    tree.set_budget(top, limits)?;
    assert_eq!(tree.resize(block, 71), Err(over(top, "bytes", 70, 69)));
    assert_eq!(tree.size(block), Ok(1));
    tree.resize(block, 70)?;

    // The budget itself ends, or is raised, or only records from now on.
    for relief in [
        |tree: &mut Tree, top| tree.clear_budget(top).map(drop),
        |tree: &mut Tree, top| tree.set_budget(top, Budget::new()),
        |tree: &mut Tree, top| tree.set_budget(top, Budget::new().record_only()),
    ] {
        let (mut tree, top, _) = full(move |tree, exceeded| {
            relief(tree, exceeded.owner).unwrap();
            Relief::TryAgain
        })?;
        tree.bytes(top, 50)?;
        tree.validate().unwrap();
    }

    // Another tree is put in the place of this one.
    let (mut tree, top, _) = full(|tree, _| {
        drop(mem::take(tree));
        Relief::TryAgain
    })?;
    assert_eq!(tree.bytes(top, 50), Err(Error::Foreign { node: top }));
    assert!(tree.is_empty());
    Ok(())
}

#[test]
fn a_move_is_looked_at_afresh_after_a_handler() -> Result<(), Error> {
    for way in 0..3 {
        let mut tree = Tree::new();
        let root = tree.root();
        let (top, there) = (tree.context(root, "top")?.id(), tree.context(root, "there")?.id());
        let node = tree.bytes(root, 10)?;
        tree.set_budget(
            top,
            Budget::new().bytes(5).on_exceeded(move |tree, exceeded| {
                match way {
                    0 => drop(tree.free(node).unwrap()),
                    1 => drop(tree.free(exceeded.owner).unwrap()),
                    // Now it would be a loop.
                    _ => tree.steal(node, exceeded.owner).unwrap(),
                }
                Relief::TryAgain
            }),
        )?;
        let expected = match way {
            0 => Error::Stale { node: node.id() },
            1 => Error::Stale { node: top },
            _ => Error::WouldLoop { node: node.id(), parent: top },
        };
        assert_eq!(tree.steal(top, node), Err(expected));
        assert!(tree.contains(there));
        tree.validate().unwrap();
    }
    Ok(())
}

#[test]
fn a_handler_that_panics_leaves_all_as_it_was_and_is_asked_again() -> Result<(), Error> {
    let (calls, mut count) = counter();
    let (mut tree, top, block) = full(move |_, _| {
        count();
        panic!("no room")
    })?;
    for times in 1..3 {
        let outcome = catch_unwind(AssertUnwindSafe(|| tree.resize(block, 101)));
        assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"no room"));
        assert_eq!((calls.load(Ordering::Relaxed), used(&tree, top)), (times, (60, 2)));
    }
    let outcome = catch_unwind(AssertUnwindSafe(|| tree.alloc(top, [0u8; 50])));
    assert_eq!(outcome.map(|_| ()).unwrap_err().downcast_ref(), Some(&"no room"));
    assert_eq!(used(&tree, top), (60, 2));
    Ok(())
}
