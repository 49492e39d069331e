//! Nodes that nobody mentions.

use std::collections::BTreeSet;

use freehold::{Error, Handle, NodeId, Tree, links};
use proptest::prelude::*;
use proptest::sample::Index;

struct Object {
    fields: Vec<NodeId>,
}
links!(Object { fields });

fn object(tree: &mut Tree, parent: impl Into<NodeId>) -> Result<Handle<Object>, Error> {
    Ok(tree.alloc(parent, Object { fields: Vec::new() })?)
}

#[test]
fn what_values_mention_is_reached_and_what_they_own_is_not() -> Result<(), Error> {
    let (mut tree, other) = (Tree::new(), Tree::new());
    let root = tree.root();
    let top = object(&mut tree, root)?;
    let seen = object(&mut tree, top)?;
    let lost = object(&mut tree, top)?;
    let below = object(&mut tree, lost)?;
    let beside = tree.strdup(root, "beside")?;
    // Before the type is declared, owning is all that is known.
    assert_eq!(tree.unreachable([top])?, [beside.id()]);
    tree.declare_links::<Object>()?;
    assert_eq!(tree.unreachable([top])?, [seen.id(), lost.id(), below.id(), beside.id()]);
    tree[top].fields = vec![seen.id(), other.root(), top.id()];
    tree[below].fields = vec![top.id()];
    assert_eq!(tree.unreachable([top])?, [lost.id(), below.id(), beside.id()]);
    // Who owns something reachable is kept by that.
    tree[seen].fields = vec![below.id()];
    assert_eq!(tree.unreachable([top])?, [beside.id()]);
    tree.reference(below, beside)?;
    assert_eq!(tree.unreachable([top])?, []);
    // A handle that is stale mentions nobody.
    tree.free(below)?;
    assert_eq!(tree.unreachable([top])?, [lost.id(), beside.id()]);
    assert_eq!(tree.unreachable([lost.id(), top.id(), lost.id()])?, [beside.id()]);
    tree.validate().expect("nothing has changed");
    Ok(())
}

#[test]
fn nodes_that_cant_say_keep_all_their_children() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    tree.declare_links::<Object>()?;
    // Declared or not, a context mentions what it owns.
    tree.declare_links::<()>()?;
    let context = tree.context(root, "context")?;
    let text = tree.strdup(context, "text")?;
    let array = tree.array::<u32>(text, 3)?;
    let value = tree.alloc(array, 1.5)?;
    let object = object(&mut tree, value)?;
    let lost = tree.strdup(object, "lost")?;
    assert_eq!(tree.unreachable([context])?, [lost.id()]);
    assert_eq!(tree.unreachable([root])?, [lost.id()]);
    assert_eq!(tree.unreachable::<NodeId>([])?.len(), 6, "nobody is reached, and the root is owned by nobody");
    assert_eq!(tree.unreachable([lost])?, []);
    Ok(())
}

#[test]
fn a_list_of_a_million_is_followed_without_recursion() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Object>()?;
    let root = tree.root();
    let first = object(&mut tree, root)?;
    let mut last = first;
    for _ in 0..1_000_000 {
        let next = object(&mut tree, last)?;
        tree[last].fields.push(next.id());
        last = next;
    }
    assert_eq!(tree.unreachable([first])?, []);
    tree[first].fields.clear();
    assert_eq!(tree.unreachable([first])?.len(), 1_000_000);
    Ok(())
}

/// What is reached, by the definition: until nothing is added any more.
fn reached(tree: &Tree, roots: &[NodeId]) -> BTreeSet<NodeId> {
    let mut reached: BTreeSet<NodeId> = roots.iter().copied().collect();
    loop {
        let before = reached.len();
        for node in reached.clone() {
            reached.extend(tree.links(node).unwrap().iter().map(|link| link.to()));
            if tree.downcast::<Object>(node).is_err() {
                reached.extend(tree.children(node).unwrap());
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Objects and contexts under any that came before, with fields and references to any.
    #[test]
    fn what_is_lost_is_what_is_not_reached(
        parents in prop::collection::vec(any::<(Index, bool)>(), 1..16),
        claims in prop::collection::vec(any::<(Index, Index, bool)>(), 0..16),
        roots in prop::collection::vec(any::<Index>(), 0..3),
    ) {
        let mut tree = Tree::new();
        tree.declare_links::<Object>().unwrap();
        let mut nodes = vec![tree.root()];
        for (parent, is_object) in &parents {
            let parent = nodes[parent.index(nodes.len())];
            nodes.push(match is_object {
                true => object(&mut tree, parent).unwrap().id(),
                false => tree.context(parent, "context").unwrap().id(),
            });
        }
        for (from, to, is_field) in &claims {
            let (from, to) = (nodes[from.index(nodes.len())], nodes[1 + to.index(nodes.len() - 1)]);
            match tree.downcast::<Object>(from) {
                Ok(object) if *is_field => tree[object].fields.push(to),
                _ => drop(tree.reference(from, to).unwrap()),
            }
        }
        let roots: Vec<NodeId> = roots.iter().map(|root| nodes[root.index(nodes.len())]).collect();
        let reached = reached(&tree, &roots);
        let is_lost = |node: &NodeId| {
            !reached.contains(node) && tree.descendants(*node).unwrap().all(|below| !reached.contains(&below))
        };
        let lost = tree.unreachable(roots).unwrap();
        let expected: BTreeSet<NodeId> = nodes[1..].iter().copied().filter(is_lost).collect();
        prop_assert_eq!(lost.iter().copied().collect::<BTreeSet<_>>(), expected);
        let place = |node: &NodeId| lost.iter().position(|lost| lost == node);
        for node in &lost {
            let parent = tree.parent(*node).unwrap().unwrap();
            prop_assert!(place(&parent).is_none_or(|owner| Some(owner) < place(node)), "owners come first");
        }
    }
}
