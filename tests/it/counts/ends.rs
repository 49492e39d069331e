//! Claims at the end of a tree, and after it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use freehold::{Error, Strong, Tree, TreeBuilder, Verdict, Weak};

#[test]
fn claims_outlive_their_tree_and_are_on_nothing_then() -> Result<(), Error> {
    let mut tree = Tree::new();
    let (dropped, forgotten) = (tree.alloc(tree.root(), String::from("dropped"))?, tree.floating(1)?);
    let strong = (tree.strong(dropped)?, tree.strong(forgotten)?);
    let weak = (tree.weak(dropped)?, tree.weak(forgotten)?);
    drop(tree);
    assert!(weak.0.upgrade().is_none() && weak.1.upgrade().is_none());
    assert!(strong.0.downgrade().upgrade().is_none());
    let mut other = Tree::new();
    assert_eq!(other.get(strong.0.handle()), Err(Error::Foreign { node: dropped.id() }));
    assert_eq!(other.strong(dropped).unwrap_err(), Error::Foreign { node: dropped.id() });
    drop(strong);
    Ok(())
}

/// A tree of plain data goes without a look at its nodes.
#[test]
fn claims_end_with_a_tree_of_plain_data() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.alloc(tree.root(), 1)?;
    let weak = tree.weak(node)?;
    drop(tree);
    assert!(weak.upgrade().is_none());
    Ok(())
}

#[test]
fn the_end_of_a_tree_is_stronger_than_any_claim() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.alloc(tree.root(), 1)?;
    let (strong, weak) = (tree.strong(node)?, tree.weak(node)?);
    tree.retain(node)?;
    let (sender, seen) = mpsc::channel();
    tree.set_destructor(node, move |tree, node| {
        sender.send((weak.upgrade().is_some(), tree.strong(node).is_ok(), tree.ref_count(node))).unwrap();
        Verdict::Refuse
    })?;
    drop(tree);
    assert_eq!(seen.try_iter().collect::<Vec<_>>(), [(false, false, Ok(2))]);
    drop(strong);
    Ok(())
}

#[test]
fn a_tear_down_lists_all_that_is_claimed() -> Result<(), Error> {
    let mut tree = Tree::new();
    let nodes = [0, 1, 2, 3].map(|value| tree.alloc(tree.root(), value).unwrap());
    let [referenced, retained, strong, both] = nodes;
    tree.reference(tree.root(), referenced)?;
    tree.reference(tree.root(), both)?;
    tree.retain(both)?;
    tree.retain(retained)?;
    let claim = tree.strong(strong)?;
    let weak = tree.weak(referenced)?;
    let error = tree.tear_down().unwrap_err();
    assert_eq!(error, Error::Claimed { nodes: [both, referenced, strong, retained].map(|node| node.id()).into() });
    tree.unlink(tree.root(), both)?;
    tree.release(both)?;
    tree.unlink(tree.root(), referenced)?;
    tree.release(retained)?;
    assert_eq!(
        tree.tear_down().unwrap_err().to_string(),
        format!(
            "the tree can't be torn down: 1 node is claimed from outside ({strong}); unlink it from the root, release it, or drop the strong claims, first"
        )
    );
    drop(claim);
    assert_eq!(tree.tear_down()?.nodes(), 4);
    assert!(weak.upgrade().is_none());
    // The tree and its claims begin anew.
    let node = tree.floating(1)?;
    drop(tree.strong(node)?);
    assert_eq!(tree.settle().nodes(), 1);
    assert!(weak.upgrade().is_none() && tree.validate().is_ok());
    Ok(())
}

#[test]
fn claims_in_values_end_with_the_tree_whatever_the_order() -> Result<(), Error> {
    #[derive(Default)]
    struct Pair {
        other: Option<Strong<Pair>>,
        back: Option<Weak<Pair>>,
    }
    let mut tree = Tree::new();
    let (a, b) = (tree.floating(Pair::default())?, tree.floating(Pair::default())?);
    // A cycle that keeps itself.
    (tree[a].other, tree[b].other) = (Some(tree.strong(b)?), Some(tree.strong(a)?));
    tree[a].back = Some(tree.weak(b)?);
    assert_eq!(tree.settle().nodes(), 0);
    let weak = tree.weak(a)?;
    drop(tree);
    assert!(weak.upgrade().is_none());
    Ok(())
}

#[test]
fn a_chain_of_claims_ends_with_its_tree() -> Result<(), Error> {
    struct Link {
        _next: Option<Strong<Link>>,
    }
    let mut tree = Tree::new();
    let mut next = None;
    for _ in 0..100_000 {
        let node = tree.floating(Link { _next: next })?;
        next = Some(tree.strong(node)?);
    }
    drop(tree);
    drop(next);
    Ok(())
}

#[test]
fn what_has_been_dropped_is_no_leak() -> Result<(), Error> {
    let (sender, leaks) = mpsc::channel();
    let mut tree = TreeBuilder::new().leak_report_to(move |left| sender.send(left.to_string()).unwrap()).build();
    let node = tree.floating(1)?;
    drop(tree.strong(node)?);
    drop(tree);
    assert!(leaks.try_recv().is_err());

    let mut tree = TreeBuilder::new().test_mode().build();
    let node = tree.floating(1)?;
    drop(tree.strong(node)?);
    drop(tree);
    Ok(())
}

#[test]
fn panics_of_what_has_been_dropped_come_out_when_all_has_gone() -> Result<(), Error> {
    let mut tree = Tree::new();
    let nodes = [tree.floating(1)?, tree.floating(2)?, tree.alloc(tree.root(), 3)?];
    for (node, text) in nodes.into_iter().zip(["the first", "the second", "the third"]) {
        tree.set_destructor(node, move |_, _| panic!("{text}"))?;
    }
    let weak = tree.weak(nodes[2])?;
    let strong = (tree.strong(nodes[0])?, tree.strong(nodes[1])?);
    drop(strong);
    let outcome = catch_unwind(AssertUnwindSafe(|| drop(tree)));
    assert_eq!(outcome.unwrap_err().downcast_ref::<String>().map(String::as_str), Some("the first"));
    assert!(weak.upgrade().is_none());
    Ok(())
}
