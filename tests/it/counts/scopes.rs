//! Floats in scopes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::{Arena, Budget, Error, Standing, Tree, Verdict};

#[test]
fn floats_go_with_their_scope_unless_they_are_claimed() -> Result<(), Error> {
    let mut tree = Tree::new();
    let request = tree.context(tree.root(), "request")?;
    let mut tmp = tree.scope(request)?;
    let (lost, kept, claimed) = (tmp.floating(1)?, tmp.floating(2)?, tmp.floating(3)?);
    assert_eq!(tmp.parent(lost)?, Some(tmp.handle().id()));
    tmp.keep(kept)?;
    let strong = tmp.strong(claimed)?;
    let freed = tmp.close()?;
    tree.validate().unwrap();
    assert_eq!((freed.nodes(), freed.survivors().len()), (2, 1));
    assert!(!tree.contains(lost));
    assert_eq!((tree.parent(kept)?, tree.standing(kept)?), (Some(request.id()), Standing::Owned));
    assert_eq!((tree.parent(claimed)?, tree.standing(claimed)?), (Some(tree.root()), Standing::Counted));
    drop(strong);
    assert_eq!(tree.settle().nodes(), 1);
    Ok(())
}

#[test]
fn sinking_moves_floats_and_nothing_else() -> Result<(), Error> {
    let mut tree = Tree::new();
    let request = tree.context(tree.root(), "request")?;
    let mut tmp = tree.scope(request)?;
    assert_eq!(tmp.sink()?, 0);
    let (first, second) = (tmp.floating(1)?, tmp.floating(2)?);
    let (claimed, shared, owned) = (tmp.floating(3)?, tmp.floating(4)?, tmp.alloc(5)?);
    let holder = tmp.context("holder")?;
    tmp.retain(claimed)?;
    tmp.reference(holder, shared)?;
    assert_eq!(tmp.sink()?, 2);
    tmp.validate().unwrap();
    assert!([claimed, shared, owned].iter().all(|&node| tmp.parent(node) == Ok(Some(tmp.handle().id()))));
    tmp.release(claimed)?;
    tmp.close()?;
    assert!(tree.children(request)?.eq([second.id(), first.id()]));
    assert_eq!(tree.standing(first)?, Standing::Owned);
    assert_eq!(tree.free(request)?.nodes(), 3);
    Ok(())
}

#[test]
fn sinking_that_cant_be_done_changes_nothing() -> Result<(), Error> {
    let mut tree = Tree::new();
    let request = tree.context(tree.root(), "request")?;
    let mut tmp = tree.scope(request)?;
    let (float, here) = (tmp.floating(1)?, tmp.handle());
    let root = tmp.root();
    tmp.steal(root, here)?;
    tmp.steal(here, request)?;
    assert_eq!(tmp.sink(), Err(Error::WouldLoop { node: here.id(), parent: request.id() }));
    assert!(tmp.is_floating(float)?);
    tmp.free(request)?;
    assert_eq!(tmp.sink(), Err(Error::Stale { node: request.id() }));
    assert!(tmp.is_floating(float)?);
    tmp.free(here)?;
    assert_eq!(tmp.sink(), Err(Error::Stale { node: here.id() }));
    assert_eq!(tmp.drop_floats(), Err(Error::Stale { node: here.id() }));
    Ok(())
}

#[test]
fn budgets_are_asked_before_floats_sink() -> Result<(), Error> {
    let mut tree = Tree::new();
    let request = tree.context(tree.root(), "request")?;
    let mut tmp = tree.scope(request)?;
    let (root, here) = (tmp.root(), tmp.handle());
    let floats = [tmp.floating(1)?, tmp.floating(2)?];
    tmp.steal(root, here)?;
    tmp.set_budget(request, Budget::new().nodes(2))?;
    let refusal = Error::OverBudget { owner: request.id(), what: "nodes", asked: 2, left: 1 };
    assert_eq!(tmp.sink(), Err(refusal));
    assert!(floats.iter().all(|&float| tmp.is_floating(float) == Ok(true)));
    tmp.validate().unwrap();
    tmp.free(floats[0])?;
    assert_eq!(tmp.sink(), Ok(1));
    assert_eq!(tmp.budget(request)?.unwrap().nodes, 2);
    tmp.validate().unwrap();
    Ok(())
}

#[test]
fn floats_of_a_scope_can_be_dropped_before_its_end() -> Result<(), Error> {
    let mut tree = Tree::new();
    let mut tmp = tree.scope(tree.root())?;
    let floats = [tmp.floating(1)?, tmp.floating(2)?, tmp.floating(3)?];
    let (claimed, owned) = (tmp.floating(4)?, tmp.alloc(5)?);
    tmp.retain(claimed)?;
    tmp.set_destructor(floats[1], |_, _| Verdict::Refuse)?;
    // The newest one's destructor frees the oldest and claims nothing.
    let oldest = floats[0];
    tmp.set_destructor(floats[2], move |tree, _| {
        tree.free(oldest).unwrap();
        Verdict::Free
    })?;
    let freed = tmp.drop_floats()?;
    tmp.validate().unwrap();
    assert_eq!((freed.nodes(), freed.survivors().len()), (1, 1));
    assert_eq!((freed.survivors()[0].node, freed.survivors()[0].parent), (floats[1].id(), tmp.handle().id()));
    assert_eq!(floats.map(|float| tmp.contains(float)), [false, true, false]);
    assert!(tmp.is_floating(floats[1])? && tmp.contains(owned));
    assert!(tmp.release(claimed)? != freehold::Released::Claim);
    Ok(())
}

#[test]
fn a_panic_does_not_keep_the_other_floats() -> Result<(), Error> {
    let mut tree = Tree::new();
    let mut tmp = tree.scope(tree.root())?;
    let floats = [tmp.floating(1)?, tmp.floating(2)?, tmp.floating(3)?];
    tmp.set_destructor(floats[2], |_, _| panic!("the first"))?;
    tmp.set_destructor(floats[1], |_, _| panic!("the second"))?;
    let outcome = catch_unwind(AssertUnwindSafe(|| tmp.drop_floats()));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"the first"));
    tmp.validate().unwrap();
    assert_eq!(tmp.close()?.nodes(), 1);
    Ok(())
}

#[test]
fn an_observer_that_panics_sees_floats_sunk_all_the_same() -> Result<(), Error> {
    let mut tree = Tree::new();
    let request = tree.context(tree.root(), "request")?;
    let mut tmp = tree.scope(request)?;
    let floats = [tmp.floating(1)?, tmp.floating(2)?];
    tmp.set_observer(|_, _| panic!("in the observer"));
    catch_unwind(AssertUnwindSafe(|| tmp.sink())).unwrap_err();
    tmp.clear_observer();
    tmp.validate().unwrap();
    for float in floats {
        assert_eq!((tmp.parent(float)?, tmp.standing(float)?), (Some(request.id()), Standing::Owned));
    }
    Ok(())
}

#[test]
fn what_is_sunk_or_claimed_keeps_its_bytes_when_an_arena_goes_back() -> Result<(), Error> {
    let mut tree = Tree::new();
    let phase = tree.context_in(tree.root(), "phase", Arena::new())?;
    let mut tmp = tree.scope(phase)?;
    let waste = tmp.array_from(&[9u8; 100])?;
    let (sunk, claimed) = (tmp.floating(1)?, tmp.floating(2)?);
    let (a, b) = (tmp.tree().array_from(sunk, &[1u8; 50])?, tmp.tree().array_from(claimed, &[2u8; 50])?);
    tmp.retain(claimed)?;
    tmp.sink()?;
    tmp.close()?;
    tree.validate().unwrap();
    let more = tree.array_from(phase, &[3u8; 200])?;
    assert_eq!((&tree[a], &tree[b], &tree[more]), (&[1; 50][..], &[2; 50][..], &[3; 200][..]));
    assert!(!tree.contains(waste));
    tree.release(claimed)?;
    tree.free(phase)?;
    assert!(tree.is_empty() && tree.validate().is_ok());
    Ok(())
}

#[test]
fn a_scope_whose_context_is_claimed_ends_all_the_same() -> Result<(), Error> {
    let mut tree = Tree::new();
    let mut tmp = tree.scope(tree.root())?;
    let context = tmp.handle();
    let value = tmp.alloc(1)?;
    let strong = tmp.strong(context)?;
    assert!(tmp.close()?.is_complete());
    assert_eq!((tree.scope_depth(), tree.standing(context)?), (0, Standing::Counted));
    assert_eq!(tree[value], 1);
    drop(strong);
    assert_eq!(tree.settle().nodes(), 2);
    // The claim may also have been given the context before.
    let mut tmp = tree.scope(tree.root())?;
    let context = tmp.handle();
    let strong = freehold::Strong::from_owned(&mut tmp, context)?;
    assert!(tmp.close()?.is_complete());
    assert_eq!((tree.scope_depth(), tree.standing(context)?), (0, Standing::Counted));
    assert_eq!(strong.handle(), context);
    Ok(())
}

#[test]
fn a_scope_ends_though_a_drop_that_takes_effect_then_panics() -> Result<(), Error> {
    let mut tree = Tree::new();
    let others = [tree.floating(1)?, tree.floating(2)?];
    for other in others {
        tree.set_destructor(other, |_, _| panic!("another's"))?;
    }
    let strong = [tree.strong(others[0])?, tree.strong(others[1])?];
    let mut tmp = tree.scope(tree.root())?;
    tmp.alloc(1)?;
    drop(strong);
    let outcome = catch_unwind(AssertUnwindSafe(|| tmp.close()));
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"another's"));
    tree.validate().unwrap();
    assert!(tree.is_empty() && tree.scope_depth() == 0);
    Ok(())
}
