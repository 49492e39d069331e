//! What was handed in comes back from a call that fails.

use freehold::{Arena, Budget, Error, NodeId, Rejected, Strong, Subtree, Tree};

/// A tree with a node that has no room.
fn full() -> Result<(Tree, NodeId), Error> {
    let mut tree = Tree::new();
    let full = tree.context(tree.root(), "full")?.id();
    tree.set_budget(full, Budget::new().bytes(0).nodes(1))?;
    Ok((tree, full))
}

/// What comes back, and why.
fn back<T>(outcome: Result<impl Sized, Rejected<T>>) -> T {
    let Err(rejected) = outcome else { panic!("there is room") };
    let (value, error) = rejected.into_parts();
    assert!(matches!(error, Error::OverBudget { .. }), "{error}");
    value
}

#[test]
fn values_come_back() -> Result<(), Error> {
    let (mut tree, full) = full()?;
    let text = || String::from("still here");
    assert_eq!(back(tree.alloc(full, text())), text());
    let make = back(tree.alloc_with(full, |_| text()));
    let made = tree.alloc_with(tree.root(), make)?;
    assert_eq!(tree[made], text());
    tree.free(made)?;
    assert_eq!(back(tree.pooled(full, text(), 1, 1)), text());
    assert_eq!(back(tree.context_in(full, "new", Arena::with_page_size(4096))).capacity(), 0);
    let gone = tree.alloc(tree.root(), text())?;
    tree.free(gone)?;
    let (value, error) = tree.replace(gone, text()).unwrap_err().into_parts();
    assert_eq!((value, error), (text(), Error::Stale { node: gone.id() }));
    tree.set_budget(tree.root(), Budget::new().nodes(2))?;
    assert_eq!(back(tree.floating(text())), text());
    tree.set_budget(tree.root(), Budget::new().nodes(3).bytes(0))?;
    let mut scope = tree.scope(tree.root())?;
    assert_eq!(back(scope.alloc(text())), text());
    assert_eq!(back(scope.floating(text())), text());
    Ok(())
}

#[test]
fn subtrees_and_claims_come_back() -> Result<(), Error> {
    let (mut tree, full) = full()?;
    let mut built = Tree::new();
    built.strdup(built.root(), "still here")?;
    let subtree: Subtree = back(tree.graft(full, built.into_subtree()));
    assert_eq!(subtree.len(), 2);

    let node = tree.floating(7)?;
    let claim = tree.strong(node)?;
    let claim: Strong<i32> = back(claim.into_owned_by(&mut tree, full));
    assert_eq!((tree[&claim], tree.ref_count(node)?), (7, 1));
    Ok(())
}
