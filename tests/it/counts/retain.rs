//! Counts and floats.

use freehold::{Error, NodeId, Released, Standing, Tree, Unlinked, Verdict};

fn freed(outcome: Result<Released, Error>) -> usize {
    match outcome {
        Ok(Released::Freed(freed)) => freed.nodes(),
        other => panic!("not freed: {other:?}"),
    }
}

#[test]
fn a_float_goes_with_its_last_claim() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(String::from("stream"))?;
    tree.strdup(node, "below")?;
    assert_eq!((tree.standing(node)?, tree.ref_count(node)?), (Standing::Floating, 0));
    assert_eq!(tree.parent(node)?, Some(tree.root()));
    tree.retain(node)?;
    tree.retain(node)?;
    tree.validate().unwrap();
    assert_eq!((tree.standing(node)?, tree.ref_count(node)?), (Standing::Counted, 2));
    assert_eq!(tree.release(node)?, Released::Claim);
    assert_eq!(freed(tree.release(node)), 2);
    tree.validate().unwrap();
    assert_eq!(tree.release(node), Err(Error::Stale { node: node.id() }));
    Ok(())
}

#[test]
fn a_float_is_let_go_by_a_release_at_zero() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(1)?;
    assert_eq!(freed(tree.release(node)), 1);
    let node = tree.floating(1)?;
    tree.free(node)?;
    let node = tree.floating(1)?;
    assert!(matches!(tree.unlink(tree.root(), node)?, Unlinked::Freed(_)));
    assert!(tree.is_empty() && tree.validate().is_ok());
    Ok(())
}

#[test]
fn releasing_nothing_is_nothing_and_releasing_too_often_an_error() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.alloc(tree.root(), 1)?;
    let mut mine = Some(node);
    tree.retain(node)?;
    assert_eq!(tree.release(mine.take())?, Released::Claim);
    assert_eq!(tree.release(mine)?, Released::Nothing);
    assert_eq!(tree.release(None::<NodeId>)?, Released::Nothing);
    let error = tree.release(node).unwrap_err();
    assert_eq!(error, Error::NotRetained { node: node.id() });
    let text = format!("node {node} has no claim to release: it was not retained, or was released as often");
    assert_eq!(error.to_string(), text);
    // A strong claim is not for `release` to give up.
    let node = tree.floating(1)?;
    let strong = tree.strong(node)?;
    assert_eq!(tree.release(node), Err(Error::NotRetained { node: node.id() }));
    drop(strong);
    assert!(tree.is_floating(node)? && tree.settle().nodes() == 1);
    Ok(())
}

#[test]
fn what_is_claimed_cant_be_freed_by_name() -> Result<(), Error> {
    let mut tree = Tree::new();
    let parent = tree.context(tree.root(), "parent")?;
    let node = tree.alloc(parent, 7u8)?;
    tree.retain(node)?;
    let one = format!("node {node} is held by 1 claim (1 retained, 0 strong): release it first");
    assert_eq!(tree.free(node).unwrap_err().to_string(), one);
    let strong = tree.strong(node)?;
    let held = Error::Held { node: node.id(), retained: 1, strong: 1 };
    let two = format!("node {node} is held by 2 claims (1 retained, 1 strong): release and drop them first");
    assert_eq!(held.to_string(), two);
    assert_eq!(tree.free(node), Err(held.clone()));
    assert_eq!(tree.take(node).unwrap_err(), held);
    assert_eq!(tree.free_into_value(node).unwrap_err(), held);
    assert_eq!(tree.free_lifting(node), Err(held.clone()));
    assert_eq!(tree.free_lifting_into(node, parent), Err(held));
    assert_eq!(tree[node], 7);
    tree.release(node)?;
    drop(strong);
    tree.free(node)?;
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn what_is_claimed_outlives_its_parent() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let middle = tree.context(top, "middle")?;
    let node = tree.alloc(middle, 1)?;
    let below = tree.alloc(node, 2)?;
    tree.retain(node)?;
    let freed_top = tree.free(top)?;
    tree.validate().unwrap();
    assert_eq!((freed_top.nodes(), freed_top.survivors().len()), (2, 1));
    assert_eq!((freed_top.survivors()[0].node, freed_top.survivors()[0].parent), (node.id(), tree.root()));
    assert_eq!(tree.standing(node)?, Standing::Counted);
    assert!(tree.contains(below));
    let everything = tree.free_children(tree.root())?;
    assert_eq!((everything.nodes(), everything.survivors().len()), (0, 1));
    assert_eq!(tree.unlink(tree.root(), node), Err(Error::Held { node: node.id(), retained: 1, strong: 0 }));
    assert_eq!(freed(tree.release(node)), 2);
    Ok(())
}

#[test]
fn a_move_by_name_makes_a_counted_node_owned() -> Result<(), Error> {
    type Move = fn(&mut Tree, NodeId, NodeId) -> Result<(), Error>;
    let moves: [Move; 5] = [
        |tree, owner, node| tree.steal(owner, node),
        |tree, owner, node| tree.place(node, freehold::Place::Last(owner)),
        |tree, owner, node| tree.reparent(tree.root(), owner, node),
        |tree, owner, node| {
            let mut handle = Some(tree.downcast::<i32>(node)?);
            tree.transfer(owner, &mut handle).map(drop)
        },
        |tree, owner, node| {
            let from = tree.context(tree.root(), "from")?;
            let inner = tree.context(from, "inner")?;
            tree.steal(inner, node)?;
            tree.free_lifting(inner)?;
            tree.steal_children(from, owner).map(drop)
        },
    ];
    for go in moves {
        let mut tree = Tree::new();
        let owner = tree.context(tree.root(), "owner")?;
        let node = tree.floating(1)?;
        go(&mut tree, owner.id(), node.id())?;
        tree.validate().unwrap();
        assert_eq!((tree.parent(node)?, tree.standing(node)?), (Some(owner.id()), Standing::Owned));
        assert_eq!(tree.release(node), Err(Error::NotRetained { node: node.id() }));
        assert_eq!(tree.free(owner)?.nodes(), 2);
    }
    Ok(())
}

#[test]
fn a_holder_of_a_reference_takes_over_from_the_last_claim() -> Result<(), Error> {
    let mut tree = Tree::new();
    let cache = tree.context(tree.root(), "cache")?;
    let node = tree.floating(1)?;
    let below = tree.context(node, "below")?;
    tree.reference(cache, node)?;
    tree.reference(below, node)?;
    assert_eq!(tree.standing(node)?, Standing::Counted);
    tree.retain(node)?;
    assert_eq!(tree.release(node)?, Released::Passed { to: cache.id() });
    tree.validate().unwrap();
    assert_eq!((tree.parent(node)?, tree.standing(node)?), (Some(cache.id()), Standing::Owned));
    assert_eq!(tree.reference_count(node)?, 1);
    // References from below are no reason to stay.
    let node = tree.floating(1)?;
    let below = tree.context(node, "below")?;
    tree.reference(below, node)?;
    assert_eq!(freed(tree.release(node)), 2);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn references_come_before_claims_when_the_parent_goes() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (parent, cache) = (tree.context(tree.root(), "parent")?, tree.context(tree.root(), "cache")?);
    let node = tree.alloc(parent, 1)?;
    tree.retain(node)?;
    tree.reference(cache, node)?;
    assert_eq!(tree.unlink(parent, node)?, Unlinked::Passed { to: cache.id() });
    assert_eq!(tree.unlink(cache, node)?, Unlinked::Passed { to: tree.root() });
    assert_eq!((tree.parent(node)?, tree.standing(node)?), (Some(tree.root()), Standing::Counted));
    tree.steal(parent, node)?;
    tree.reference(cache, node)?;
    // So it does in a cascade; the reference from below the node stays for as long as the node does.
    let below = tree.context(node, "below")?;
    tree.reference(below, node)?;
    tree.free(parent)?;
    assert_eq!((tree.parent(node)?, tree.standing(node)?), (Some(cache.id()), Standing::Owned));
    let freed_cache = tree.free(cache)?;
    assert_eq!((freed_cache.nodes(), tree.standing(node)?), (1, Standing::Counted));
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_node_that_holds_itself_survives_by_its_claim() -> Result<(), Error> {
    let mut tree = Tree::new();
    let parent = tree.context(tree.root(), "parent")?;
    let node = tree.alloc(parent, 1)?;
    tree.reference(node, node)?;
    tree.retain(node)?;
    tree.free(parent)?;
    tree.validate().unwrap();
    assert_eq!((tree.reference_count(node)?, tree.ref_count(node)?), (1, 1));
    assert_eq!(freed(tree.release(node)), 1);
    assert!(tree.is_empty() && tree.validate().is_ok());
    Ok(())
}

#[test]
fn a_refusal_keeps_the_claim() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(true)?;
    tree.set_destructor(node, |tree, node| if tree[node] { Verdict::Refuse } else { Verdict::Free })?;
    tree.retain(node)?;
    let weak = tree.weak(node)?;
    assert_eq!(tree.release(node), Err(Error::Refused { node: node.id() }));
    tree.validate().unwrap();
    assert_eq!((tree.ref_count(node)?, tree.standing(node)?), (1, Standing::Counted));
    assert!(weak.upgrade().is_some(), "it can be claimed again");
    tree.settle();
    tree[node] = false;
    assert_eq!(freed(tree.release(node)), 1);
    assert!(weak.upgrade().is_none());
    Ok(())
}

#[test]
fn a_strong_claim_keeps_what_is_released() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(7u8)?;
    tree.retain(node)?;
    let strong = tree.strong(node)?;
    assert_eq!(tree.release(node), Ok(Released::Claim));
    assert_eq!((tree.ref_count(node)?, tree.standing(node)?), (1, Standing::Counted));
    assert_eq!(tree.release(node), Err(Error::NotRetained { node: node.id() }));
    drop(strong);
    assert_eq!(tree.settle().nodes(), 1);
    assert!(tree.is_empty() && tree.validate().is_ok());
    Ok(())
}
