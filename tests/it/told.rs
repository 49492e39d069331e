//! What trees and their builders say of themselves.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use freehold::{Budget, Error, Rejected, Relief, Strong, Tree, TreeBuilder, Verdict};

#[test]
fn a_builders_settings_hold_in_whatever_order_they_are_made() -> Result<(), Error> {
    let first = TreeBuilder::new().root_name("mine").budget_overhead(1, 2).capacity(100);
    let last = TreeBuilder::new().capacity(100).budget_overhead(1, 2).root_name("mine");
    for builder in [first, last] {
        assert_eq!(format!("{builder:?}"), r#"TreeBuilder { root_name: Some("mine"), capacity: 100, .. }"#);
        let mut tree = builder.build();
        assert_eq!(tree.name(tree.root())?, "mine");
        tree.set_budget(tree.root(), Budget::new())?;
        tree.alloc(tree.root(), 0u64)?;
        assert_eq!(tree.budget(tree.root())?.expect("it has one").bytes, 10);
    }
    Ok(())
}

#[test]
fn a_tree_prints_as_a_summary() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (holder, node) = (tree.context(tree.root(), "holder")?, tree.context(tree.root(), "node")?);
    let reference = tree.reference(holder, node)?;
    assert_eq!(format!("{tree:?}"), format!("Tree {{ root: {:?}, nodes: 2, references: 1, .. }}", tree.root()));
    let listed = tree.references(node)?.next().expect("there is one");
    assert_eq!(listed, reference);
    assert_eq!(format!("{:?}", reference.id()), "3v1", "as the node would be called that lay there");
    Ok(())
}

#[test]
fn a_log_that_is_cleared_hears_no_more() -> Result<(), Error> {
    let heard = Arc::new(AtomicU32::new(0));
    let mut tree = Tree::new();
    let holder = tree.context(tree.root(), "holder")?;
    let node = tree.context(tree.root(), "node")?;
    tree.reference(holder, node)?;
    let other = tree.context(tree.root(), "other")?;
    let log = Arc::clone(&heard);
    tree.set_log(move |_, _| _ = log.fetch_add(1, Ordering::Relaxed));
    tree.steal(other, node)?;
    assert_eq!(heard.load(Ordering::Relaxed), 1, "a node that is referred to was stolen");
    tree.clear_log();
    tree.steal(tree.root(), node)?;
    assert_eq!(heard.load(Ordering::Relaxed), 1);
    Ok(())
}

#[test]
fn a_free_is_complete_if_nobody_has_refused() -> Result<(), Error> {
    let mut tree = Tree::new();
    let parent = tree.context(tree.root(), "parent")?;
    let stays = tree.context(parent, "stays")?;
    tree.set_destructor(stays, |_, _| Verdict::Refuse)?;
    let freed = tree.free(parent)?;
    assert_eq!((freed.is_complete(), freed.survivors().len(), freed.nodes()), (false, 1, 1));
    tree.clear_destructor(stays)?;
    let freed = tree.free(stays)?;
    assert!(freed.is_complete() && freed.survivors().is_empty());
    Ok(())
}

#[test]
fn what_comes_back_says_why() -> Result<(), Error> {
    let mut tree = Tree::new();
    let gone = tree.context(tree.root(), "gone")?;
    tree.free(gone)?;
    let rejected: Rejected<u64> = tree.alloc(gone, 7u64).expect_err("the parent is gone");
    let error = Error::Stale { node: gone.id() };
    assert_eq!(rejected.to_string(), error.to_string());
    assert_eq!(format!("{rejected:?}"), format!("Rejected {{ error: {error:?}, .. }}"));
    let source = std::error::Error::source(&rejected).expect("it has a source");
    assert_eq!(source.to_string(), error.to_string());
    Ok(())
}

#[test]
fn claims_are_the_same_if_they_are_on_the_same_node() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (a, b) = (tree.alloc(tree.root(), 1u8)?, tree.alloc(tree.root(), 2u8)?);
    let (one, other): (Strong<u8>, Strong<u8>) = (tree.strong(a)?, tree.strong(b)?);
    assert!(one == one.clone() && one != other);
    assert_eq!(format!("{one:?}"), format!("{a:?}"));
    let (weak, elsewhere) = (one.downgrade(), other.downgrade());
    assert!(weak == weak.clone() && weak != elsewhere);
    assert_eq!((one.handle(), weak.handle(), weak.clone().upgrade()), (a, a, Some(one.clone())));
    assert_eq!(HashSet::from([one.clone(), one, other]).len(), 2);
    assert_eq!(HashSet::from([weak.clone(), weak, elsewhere]).len(), 2);
    Ok(())
}

#[test]
fn a_scope_can_end_in_a_value_of_the_callers() -> Result<(), Error> {
    let mut tree = Tree::new();
    let length = tree.scoped(tree.root(), |scope| {
        let name = "Alice";
        let text = scope.format(format_args!("{name}, {}", 7))?;
        Ok::<_, Error>(scope[text].len())
    })?;
    assert_eq!((length, tree.len()), (8, 0));
    Ok(())
}

#[test]
fn what_settling_frees_is_added_up() -> Result<(), Error> {
    let mut tree = Tree::new();
    let target = tree.context(tree.root(), "target")?;
    let mut claims = Vec::new();
    for n in 0..3u16 {
        let owner = tree.context(tree.root(), "owner")?;
        let node = tree.alloc(owner, n)?;
        tree.reference(node, target)?;
        claims.push(tree.strong(node)?);
        tree.free(owner)?;
    }
    drop(claims);
    let freed = tree.settle();
    assert_eq!((freed.nodes(), freed.bytes(), freed.references()), (3, 6, 3));
    Ok(())
}

#[test]
fn a_single_leaf_goes_with_its_bytes() -> Result<(), Error> {
    let mut tree = Tree::new();
    let leaf = tree.bytes(tree.root(), 40)?;
    let freed = tree.free(leaf)?;
    assert_eq!((freed.nodes(), freed.bytes()), (1, 40));
    Ok(())
}

#[test]
fn what_looks_at_a_tree_prints_as_a_summary() -> Result<(), Error> {
    let mut tree = Tree::new();
    (0..1000).try_for_each(|n| tree.alloc(tree.root(), n).map(drop))?;
    let summary = format!("{tree:?}");
    let text = format!("{:?}", tree.report_text(tree.root())?);
    assert!(text.starts_with("LiveText") && text.contains(&summary), "{text}");
    assert!(text.len() < 1000, "{text}");
    let scope = tree.scope(tree.root())?;
    assert_eq!(format!("{scope:?}"), format!("Scope {{ context: {:?}, depth: 1 }}", scope.handle()));
    Ok(())
}

#[test]
fn a_budget_prints_what_happens_when_it_is_exceeded() {
    let budgets = [
        (Budget::default(), "refuse"),
        (Budget::new().record_only(), "record only"),
        (Budget::new().on_exceeded(|_, _| Relief::Refuse), "call a handler"),
    ];
    for (budget, policy) in budgets {
        assert!(format!("{budget:?}").contains(policy), "{budget:?}");
    }
}

#[test]
fn of_many_claims_the_first_are_named() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    (0..10).try_for_each(|_| tree.reference(tree.root(), top).map(drop))?;
    let told = tree.detach(top).expect_err("they cross the border").to_string();
    assert!(told.starts_with("10 claims cross ") && told.contains(" and 2 more)"), "{told}");
    assert_eq!(told.matches(" on ").count(), 8, "{told}");
    Ok(())
}
