//! Strong claims and weak ones.

use freehold::{Error, Released, Standing, Strong, Tree};

#[test]
fn the_last_clone_counts() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(String::from("kept"))?;
    let strong = tree.strong(node)?;
    let second = strong.clone();
    assert_eq!((tree.ref_count(node)?, &*tree[&second]), (1, "kept"));
    let other = tree.strong(node)?;
    assert_eq!(tree.ref_count(node)?, 2);
    drop((strong, other));
    assert_eq!(tree.settle().nodes(), 0);
    tree[&second].push('!');
    drop(second);
    assert!(tree.contains(node), "drops wait for the tree");
    tree.context(tree.root(), "next use")?;
    assert!(!tree.contains(node) && tree.validate().is_ok());
    Ok(())
}

#[test]
fn a_claim_ends_by_handing_over_and_begins_by_taking() -> Result<(), Error> {
    let mut tree = Tree::new();
    let owner = tree.context(tree.root(), "owner")?;
    let node = tree.floating(1)?;
    let strong = tree.strong(node)?;
    tree.free(owner)?;
    let (strong, error) = strong.into_owned_by(&mut tree, owner).unwrap_err().into_parts();
    assert_eq!((error, strong.handle()), (Error::Stale { node: owner.id() }, node));
    let owner = tree.context(tree.root(), "owner")?;
    let node = strong.into_owned_by(&mut tree, owner)?;
    assert_eq!((tree.standing(node)?, tree.ref_count(node)?), (Standing::Owned, 0));
    let strong = Strong::from_owned(&mut tree, node)?;
    assert_eq!((tree.standing(node)?, tree.parent(node)?), (Standing::Counted, Some(tree.root())));
    tree.retain(node)?;
    drop(strong);
    assert_eq!(tree.settle().nodes(), 0);
    assert!(matches!(tree.release(node)?, Released::Freed(_)));
    Ok(())
}

#[test]
fn a_chain_of_claims_needs_no_stack() -> Result<(), Error> {
    struct Link {
        _next: Option<Strong<Link>>,
    }
    const LINKS: usize = 1_000_000;
    let mut tree = Tree::new();
    let mut next = None;
    for _ in 0..LINKS {
        let node = tree.floating(Link { _next: next })?;
        next = Some(tree.strong(node)?);
    }
    drop(next);
    assert_eq!(tree.settle().nodes(), LINKS);
    assert!(tree.is_empty());
    Ok(())
}
