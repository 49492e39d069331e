//! References within a subtree, and those that cross its border.

use freehold::{Error, Tree, Unlinked};

use super::outline;

#[test]
fn references_within_come_along_in_their_order() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let [a, b, c] = ["a", "b", "c"].map(|name| tree.context(top, name).unwrap());
    for (holder, node) in [(a, c), (b, c), (a, c), (c, c), (top, a), (b, top)] {
        tree.reference(holder, node)?;
    }
    let before = outline(&tree, top);
    let holders = |tree: &Tree, node| -> Vec<String> {
        tree.references(node).unwrap().map(|held| tree.name(held.holder()).unwrap().into_owned()).collect()
    };
    assert_eq!(holders(&tree, c.id()), ["c", "a", "b", "a"]);

    let subtree = tree.detach(top)?;
    tree.validate().unwrap();
    subtree.tree().validate().unwrap();
    assert!(tree.is_empty());
    let c = subtree.map().unwrap().id(c).unwrap();
    assert_eq!(holders(subtree.tree(), c), ["c", "a", "b", "a"]);
    let map = tree.graft(tree.root(), subtree)?;
    tree.validate().unwrap();
    let c = map.id(c).unwrap();
    assert_eq!(
        (outline(&tree, map.top()), holders(&tree, c)),
        (before, ["c", "a", "b", "a"].map(str::to_owned).to_vec())
    );
    assert_eq!(tree.unlink(map.top(), c)?, Unlinked::Reference, "its own comes first");
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn claims_across_the_border_are_named_or_dropped() -> Result<(), Error> {
    let mut tree = Tree::new();
    let outside = tree.context(tree.root(), "outside")?;
    let top = tree.context(tree.root(), "top")?;
    let inside = tree.context(top, "inside")?;
    let deep = tree.context(inside, "deep")?;
    tree.reference(inside, top)?;
    tree.reference(outside, deep)?;
    tree.reference(outside, top)?;
    tree.reference(deep, outside)?;
    tree.reference(deep, outside)?;
    tree.reference(tree.root(), deep)?;
    let before = outline(&tree, tree.root());

    let error = tree.detach(top).unwrap_err();
    let (root, o, t, d) = (tree.root(), outside, top, deep);
    assert_eq!(
        error.to_string(),
        format!(
            "5 claims cross the subtree's border ({o} on {t}, {root} on {d}, {o} on {d}, {d} on {o}, {d} on {o}); drop \
             them first, or detach it with `detach_dropping`"
        )
    );
    let Error::Crossed { crossings } = error else { panic!("another error") };
    tree.validate().unwrap();
    assert_eq!(outline(&tree, tree.root()), before, "nothing has changed");

    let (subtree, dropped) = tree.detach_dropping(top)?;
    tree.validate().unwrap();
    subtree.tree().validate().unwrap();
    assert_eq!(dropped, crossings.into_vec());
    assert_eq!((tree.reference_count(outside)?, tree.references_held(outside)?.count()), (0, 0));
    let there = subtree.map().unwrap();
    let (top, deep) = (there.id(top).unwrap(), there.id(deep).unwrap());
    assert_eq!((subtree.tree().reference_count(top)?, subtree.tree().reference_count(deep)?), (1, 0));
    // What is not shared any more can go.
    let map = tree.graft(outside, subtree)?;
    let freed = tree.free(map.id(deep).unwrap())?;
    assert_eq!((freed.nodes(), freed.references()), (1, 0));
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn one_claim_is_named_in_the_singular() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    tree.reference(tree.root(), top)?;
    assert_eq!(
        tree.detach(top).unwrap_err().to_string(),
        format!(
            "1 claim crosses the subtree's border ({} on {top}); drop it first, or detach it with `detach_dropping`",
            tree.root()
        )
    );
    tree.validate().unwrap();
    Ok(())
}
