//! Code that changes the tree while a free is under way: cases the model and the machine have brought up, by hand.

use std::sync::{Arc, Mutex};

use freehold::{Error, Handle, NodeId, Tree, Unlinked, Verdict};

fn named(tree: &mut Tree, parent: impl Into<NodeId>, name: &'static str) -> Handle<()> {
    tree.context(parent, name).unwrap()
}

/// A child of the root.
fn on_top(tree: &mut Tree, name: &'static str) -> Handle<()> {
    named(tree, tree.root(), name)
}

fn refuse(tree: &mut Tree, node: Handle<()>) {
    tree.set_destructor(node, |_, _| Verdict::Refuse).unwrap();
}

/// Runs `act` in the destructor of `node`, which then goes.
fn on_end(tree: &mut Tree, node: Handle<()>, mut act: impl FnMut(&mut Tree) + Send + 'static) {
    let run = move |tree: &mut Tree, _| {
        act(tree);
        tree.validate().unwrap();
        Verdict::Free
    };
    tree.set_destructor(node, run).unwrap();
}

fn names(tree: &Tree, node: impl Into<NodeId>) -> Vec<String> {
    let children = tree.children(node).unwrap();
    children.map(|child| tree.name(child).unwrap().into_owned()).collect()
}

#[test]
fn a_node_can_be_freed_while_its_children_are() -> Result<(), Error> {
    // What runs is the destructor of a child, and the cleanup of a grandchild whose parent is dying.
    for deep in [false, true] {
        let mut tree = Tree::new();
        let bystander = on_top(&mut tree, "bystander");
        let above = on_top(&mut tree, "above");
        let parent = named(&mut tree, above, "parent");
        let older = named(&mut tree, parent, "older");
        let child = named(&mut tree, parent, "child");
        let grandchild = named(&mut tree, child, "grandchild");
        let inner = Arc::new(Mutex::new(None));
        let freed = Arc::clone(&inner);
        let who = if deep { grandchild } else { child };
        tree.add_cleanup(who, move |tree, _| *freed.lock().unwrap() = Some(tree.free(parent)))?;
        let outer = tree.free_children(parent)?;
        let inner = inner.lock().unwrap().take().expect("the cleanup has run")?;
        // The inner free met the dying child, and handed it up.
        assert_eq!((inner.nodes(), inner.survivors()[0].node), (2, child.id()));
        assert_eq!((outer.nodes(), outer.is_complete()), (2, true));
        assert!(!tree.contains(parent) && !tree.contains(older) && !tree.contains(child));
        assert_eq!(names(&tree, tree.root()), ["above", "bystander"]);
        assert!(tree.contains(bystander) && tree.children(above)?.next().is_none());
        tree.validate().expect("nothing else has been touched");
    }
    Ok(())
}

#[test]
fn children_can_be_freed_while_they_are_freed() -> Result<(), Error> {
    let mut tree = Tree::new();
    let above = on_top(&mut tree, "above");
    named(&mut tree, above, "neighbour");
    let parent = named(&mut tree, above, "parent");
    named(&mut tree, parent, "older");
    let child = named(&mut tree, parent, "child");
    let grandchild = named(&mut tree, child, "grandchild");
    on_end(&mut tree, grandchild, move |tree| {
        let freed = tree.free_children(parent).unwrap();
        assert_eq!((freed.nodes(), freed.survivors()[0].node), (1, child.id()));
    });
    assert_eq!(tree.free_children(parent)?.nodes(), 2);
    assert_eq!(names(&tree, above), ["parent", "neighbour"]);
    tree.validate().expect("the neighbour is not involved");
    Ok(())
}

#[test]
fn a_clearing_of_the_root_tries_each_child_once() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let last = named(&mut tree, root, "last");
    let mover = named(&mut tree, root, "mover");
    let stubborn = named(&mut tree, root, "stubborn");
    refuse(&mut tree, stubborn);
    // What has refused is put in front of what has not been tried.
    on_end(&mut tree, mover, move |tree| tree.steal(tree.root(), stubborn).unwrap());
    let freed = tree.free_children(root)?;
    assert_eq!((freed.nodes(), freed.survivors().len()), (2, 1));
    assert!(!tree.contains(last));
    assert_eq!(names(&tree, root), ["stubborn"]);
    Ok(())
}

#[test]
fn what_refused_at_the_root_is_tried_again_where_it_is_moved() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let first = named(&mut tree, root, "made first");
    let doomed = named(&mut tree, root, "doomed");
    let mover = named(&mut tree, root, "mover");
    let stubborn = named(&mut tree, root, "stubborn");
    refuse(&mut tree, stubborn);
    on_end(&mut tree, mover, move |tree| tree.steal(doomed, stubborn).unwrap());
    let freed = tree.free_children(root)?;
    assert_eq!((freed.nodes(), freed.survivors().len()), (3, 1));
    assert!(!tree.contains(doomed) && !tree.contains(first));
    assert_eq!(names(&tree, root), ["stubborn"]);
    assert_eq!(tree.free(stubborn), Err(Error::Refused { node: stubborn.id() }));
    Ok(())
}

#[test]
fn a_clearing_within_a_clearing_of_the_root_says_who_survives_it() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let clearer = named(&mut tree, root, "clearer");
    let stubborn = named(&mut tree, root, "stubborn");
    refuse(&mut tree, stubborn);
    on_end(&mut tree, clearer, move |tree| {
        let freed = tree.free_children(tree.root()).unwrap();
        let survivors: Vec<NodeId> = freed.survivors().iter().map(|survivor| survivor.node).collect();
        assert_eq!(survivors, [clearer.id(), stubborn.id()], "one is dying, the other refuses again");
    });
    assert_eq!(tree.free_children(root)?.nodes(), 1);
    assert_eq!(names(&tree, root), ["stubborn"]);
    Ok(())
}

#[test]
fn a_node_that_moves_itself_and_goes_goes_from_there() -> Result<(), Error> {
    let mut tree = Tree::new();
    let elsewhere = on_top(&mut tree, "elsewhere");
    named(&mut tree, elsewhere, "resident");
    let top = on_top(&mut tree, "top");
    let older = named(&mut tree, top, "older");
    let mover = named(&mut tree, top, "mover");
    named(&mut tree, mover, "child of the mover");
    on_end(&mut tree, mover, move |tree| tree.steal(elsewhere, mover).unwrap());
    assert_eq!(tree.free(top)?.nodes(), 4);
    assert!(!tree.contains(older));
    assert_eq!(names(&tree, elsewhere), ["resident"]);
    Ok(())
}

/// Two ways back that user code has cut: from where the mover has gone, and from where its parent has been put since.
#[test]
fn a_node_that_moves_itself_and_frees_the_node_that_is_emptied_ends_that() -> Result<(), Error> {
    let mut tree = Tree::new();
    let elsewhere = on_top(&mut tree, "elsewhere");
    named(&mut tree, elsewhere, "resident");
    let above = on_top(&mut tree, "above");
    named(&mut tree, above, "neighbour");
    let parent = named(&mut tree, above, "parent");
    named(&mut tree, parent, "older");
    let child = named(&mut tree, parent, "child");
    let mover = named(&mut tree, child, "mover");
    on_end(&mut tree, mover, move |tree| {
        tree.steal(elsewhere, mover).unwrap();
        assert_eq!(tree.free(parent).unwrap().survivors()[0].node, child.id());
    });
    assert_eq!(tree.free_children(parent)?.nodes(), 2);
    assert!(!tree.contains(parent) && !tree.contains(child));
    assert_eq!((names(&tree, above), names(&tree, elsewhere)), (vec!["neighbour".into()], vec!["resident".into()]));
    tree.validate().expect("nothing else has been touched");
    Ok(())
}

#[test]
fn a_parent_freed_by_its_childs_destructor_goes_first() -> Result<(), Error> {
    let mut tree = Tree::new();
    let above = on_top(&mut tree, "above");
    let parent = named(&mut tree, above, "parent");
    named(&mut tree, parent, "sibling");
    let child = named(&mut tree, parent, "child");
    on_end(&mut tree, child, move |tree| {
        let freed = tree.free(parent).unwrap();
        assert_eq!((freed.nodes(), freed.survivors()[0].parent), (2, above.id()));
        assert_eq!(tree.parent(child), Ok(Some(above.id())));
    });
    assert_eq!(tree.free(child)?.nodes(), 1);
    assert!(names(&tree, above).is_empty());
    Ok(())
}

#[test]
fn what_is_made_below_the_dying_is_refused_and_below_the_running_goes_along() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = on_top(&mut tree, "top");
    let child = named(&mut tree, top, "child");
    on_end(&mut tree, child, move |tree| {
        assert_eq!(tree.context(top, "too late"), Err(Error::Dying { node: top.id() }));
        tree.context(child, "in time").unwrap();
    });
    assert_eq!(tree.free(top)?.nodes(), 3);
    assert!(tree.is_empty());
    Ok(())
}

#[test]
fn a_plain_take_drops_guards_unheard_and_the_other_hears_them() -> Result<(), Error> {
    for ask in [false, true] {
        let mut tree = Tree::new();
        let node = tree.alloc(tree.root(), String::from("value"))?;
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (destructor, cleanup) = (Arc::clone(&heard), Arc::clone(&heard));
        tree.set_destructor(node, move |tree, node| {
            destructor.lock().unwrap().push(format!("destructor of {}", tree[node]));
            Verdict::Free
        })?;
        tree.add_cleanup(node, move |tree, node| cleanup.lock().unwrap().push(format!("cleanup of {}", tree[node])))?;
        let taken = if ask { tree.free_into_value(node)? } else { tree.take(node)? };
        assert_eq!((taken.value.as_str(), taken.freed.nodes()), ("value", 1));
        let want: &[&str] = if ask { &["destructor of value", "cleanup of value"] } else { &[] };
        assert_eq!(*heard.lock().unwrap(), want);
        assert_eq!(Arc::strong_count(&heard), 1, "what the guards captured is dropped");
    }
    Ok(())
}

#[test]
fn a_node_that_only_holds_itself_is_freed_by_its_parents_second_unlink() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let node = named(&mut tree, root, "node");
    tree.reference(node, node)?;
    assert_eq!(tree.unlink(root, node)?, Unlinked::Reference);
    assert!(matches!(tree.unlink(root, node)?, Unlinked::Freed(freed) if freed.nodes() == 1));
    Ok(())
}

#[test]
fn arrays_can_lose_all_elements_and_grow_clean_ones() -> Result<(), Error> {
    let mut tree = Tree::new();
    let words = tree.array::<u64>(tree.root(), 0)?;
    assert!(tree[words].is_empty() && tree.get_mut(words)?.is_empty());
    for len in [2, 8, 9, 100, 10_000] {
        tree.resize_zero(words, len)?;
        assert!(tree[words].iter().all(|&word| word == 0), "{len} new words are clean");
        tree[words].fill(7);
        tree.resize(words, len / 2)?;
        tree.resize_zero(words, len)?;
        assert!(tree[words].iter().enumerate().all(|(i, &word)| word == if i < len / 2 { 7 } else { 0 }), "{len}");
        tree.resize(words, 0)?;
        assert!(tree.get(words)?.is_empty());
    }
    Ok(())
}

#[test]
fn a_cleanup_that_the_nodes_own_destructor_adds_is_run() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = on_top(&mut tree, "top");
    let leaf = named(&mut tree, top, "leaf");
    let ran = Arc::new(Mutex::new(false));
    let run = Arc::clone(&ran);
    on_end(&mut tree, leaf, move |tree| {
        let run = Arc::clone(&run);
        tree.add_cleanup(leaf, move |_, _| *run.lock().unwrap() = true).unwrap();
    });
    assert_eq!(tree.free(top)?.nodes(), 2);
    assert!(*ran.lock().unwrap());
    Ok(())
}

#[test]
fn what_an_adopter_can_not_take_takes_the_nodes_place() -> Result<(), Error> {
    type Spoil = fn(&mut Tree, Handle<()>, Handle<()>);
    let spoils: [Spoil; 2] =
        [|tree, _, adopter| _ = tree.free(adopter).unwrap(), |tree, node, adopter| tree.steal(node, adopter).unwrap()];
    for (spoil, want) in spoils.into_iter().zip([vec!["a", "b", "older"], vec!["adopter", "a", "b", "older"]]) {
        let mut tree = Tree::new();
        on_top(&mut tree, "older");
        let node = on_top(&mut tree, "node");
        ["b", "a"].into_iter().for_each(|name| _ = named(&mut tree, node, name));
        let adopter = on_top(&mut tree, "adopter");
        on_end(&mut tree, node, move |tree| spoil(tree, node, adopter));
        assert_eq!(tree.free_lifting_into(node, adopter)?.nodes(), 1);
        assert_eq!(names(&tree, tree.root()), want);
        tree.validate().expect("the children are where they can be");
    }
    Ok(())
}

#[test]
fn a_refusal_at_the_top_leaves_the_references_from_inside() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = on_top(&mut tree, "node");
    let inside = named(&mut tree, node, "inside");
    tree.reference(inside, node)?;
    refuse(&mut tree, node);
    assert_eq!(tree.unlink(tree.root(), node), Err(Error::Refused { node: node.id() }));
    assert_eq!(tree.reference_count(node)?, 1, "an error changes nothing");
    tree.clear_destructor(node)?;
    assert!(matches!(tree.unlink(tree.root(), node)?, Unlinked::Freed(freed) if freed.references() == 1));
    assert!(tree.is_empty());
    Ok(())
}

#[test]
fn a_claim_on_one_node_is_none_on_another() -> Result<(), Error> {
    let mut tree = Tree::new();
    let [holder, target, other] = ["holder", "target", "other"].map(|name| tree.context(tree.root(), name).unwrap());
    tree.reference(holder, target)?;
    assert_eq!(tree.unlink(holder, other), Err(Error::NotOwner { node: other.id(), owner: holder.id() }));
    tree.validate().unwrap();
    tree.unlink(holder, target)?;
    Ok(())
}
