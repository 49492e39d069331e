//! What comes along when a subtree is moved, and what old handles say.

use std::sync::{Arc, Mutex};

use freehold::{Error, Event, Handle, NodeId, Tree, TreeBuilder, Verdict};

use super::outline;

struct Member {
    age: u32,
}

/// A group with everything in it, between an older and a newer sibling.
struct Sample {
    tree: Tree,
    group: Handle<()>,
    member: Handle<Member>,
    name: Handle<str>,
    long: Handle<str>,
    scores: Handle<[u32]>,
    lines: Handle<[u8]>,
    large: Handle<[u8]>,
    boxed: Handle<Box<str>>,
}

fn sample() -> Result<Sample, Error> {
    let mut tree = Tree::new();
    tree.context(tree.root(), "older")?;
    let group = tree.context(tree.root(), "group")?;
    let name = tree.strdup(group, "alice")?;
    let member = tree.alloc(group, Member { age: 33 })?;
    let long = tree.strdup(member, "a text that has more than twenty-four bytes")?;
    let scores = tree.array_from(member, &[3u32, 1, 2])?;
    let lines = tree.bytes_aligned(scores, 100, 64)?;
    tree[lines].fill(7);
    let large = tree.bytes(member, 100_000)?;
    tree[large][99_999] = 9;
    tree.bytes(large, 0)?;
    let boxed = tree.alloc(long, Box::from("boxed"))?;
    tree.set_name(boxed, "given")?;
    tree.context(tree.root(), "newer")?;
    Ok(Sample { tree, group, member, name, long, scores, lines, large, boxed })
}

#[test]
fn a_subtree_is_the_same_wherever_it_goes() -> Result<(), Error> {
    let Sample { tree: mut from, group, member, name, long, scores, lines, large, boxed } = sample()?;
    let (before, nodes, address) = (outline(&from, group), from.len(), from[large].as_ptr());

    let subtree = from.detach(group)?;
    from.validate().unwrap();
    subtree.tree().validate().unwrap();
    assert_eq!((from.len(), subtree.len()), (2, nodes - 2));
    assert_eq!(from.children(from.root())?.map(|at| from.name(at).unwrap()).collect::<Vec<_>>(), ["newer", "older"]);
    assert_eq!(outline(subtree.tree(), subtree.top()), before);
    let there = subtree.map().unwrap();
    assert_eq!((there.len(), there.top()), (nodes - 2, subtree.top()));
    assert_eq!(subtree.tree()[there.get(member).unwrap()].age, 33);
    let moved = |handle| there.get(handle).unwrap();
    let (group, name, long) = (there.get(group).unwrap(), there.get(name).unwrap(), there.get(long).unwrap());
    let (scores, boxed, member) = (there.get(scores).unwrap(), there.get(boxed).unwrap(), there.get(member).unwrap());
    let (lines, large) = (moved(lines), moved(large));

    let mut to = Tree::new();
    let home = to.context(to.root(), "home")?;
    to.context(home, "first until now")?;
    let map = to.graft(home, subtree)?;
    to.validate().unwrap();
    assert_eq!((map.id(group), to.len()), (Some(map.top()), nodes));
    assert_eq!(to.children(home)?.next(), Some(map.top()));
    assert_eq!(outline(&to, map.top()), before);
    assert_eq!(to[map.get(member).unwrap()].age, 33);
    assert_eq!(&to[map.get(name).unwrap()], "alice");
    assert_eq!(&to[map.get(long).unwrap()], "a text that has more than twenty-four bytes");
    assert_eq!(to[map.get(scores).unwrap()], [3, 1, 2]);
    assert_eq!(&*to[map.get(boxed).unwrap()], "boxed");
    let (lines, large) = (map.get(lines).unwrap(), map.get(large).unwrap());
    assert!(to[lines] == [7; 100] && to[lines].as_ptr().align_offset(64) == 0);
    assert!(to[large][99_999] == 9 && to[large].as_ptr() == address, "large blocks are moved");

    to.resize(lines, 10_000)?;
    assert_eq!(to[lines].as_ptr().align_offset(64), 0, "it is remembered how it was aligned");
    to.append(map.get(name).unwrap(), " and bob")?;
    to.free(map.top())?;
    to.validate().unwrap();
    Ok(())
}

#[test]
fn old_handles_say_that_the_node_was_moved_until_something_new_lies_there() -> Result<(), Error> {
    let Sample { mut tree, group, name, scores, member, .. } = sample()?;
    let subtree = tree.detach(group)?;
    let gone = |tree: &mut Tree| {
        [
            tree.get(name).map(drop).unwrap_err(),
            tree.get_mut(name).map(drop).unwrap_err(),
            tree.get_mut(member).map(drop).unwrap_err(),
            tree.get(scores).map(drop).unwrap_err(),
            tree.get_mut(scores).map(drop).unwrap_err(),
            tree.free(group).unwrap_err(),
            tree.context(group, "child").unwrap_err(),
            tree.resize(scores, 2).unwrap_err(),
            tree.append(name, "").unwrap_err(),
        ]
    };
    let moved = |node: NodeId| Error::Moved { node };
    let (g, n, s, m) = (group.id(), name.id(), scores.id(), member.id());
    assert_eq!(gone(&mut tree), [n, n, m, s, s, g, g, s, n].map(moved));
    assert_eq!(
        tree.free(group).unwrap_err().to_string(),
        format!("node {group} was moved to another tree: the map that came of the move has its new handle")
    );
    assert!(!tree.contains(group));
    assert_eq!(tree.id_from_u64(g.to_u64()), Err(moved(g)));

    for _ in 0..subtree.len() {
        tree.context(tree.root(), "new")?;
    }
    assert_eq!(gone(&mut tree), [n, n, m, s, s, g, g, s, n].map(|node| Error::Stale { node }));

    // What was freed was never moved, and what is in the subtree is foreign.
    let gone = tree.context(tree.root(), "gone")?;
    tree.free(gone)?;
    assert_eq!(tree.free(gone).unwrap_err(), Error::Stale { node: gone.id() });
    assert_eq!(tree.free(subtree.top()).unwrap_err(), Error::Foreign { node: subtree.top() });
    Ok(())
}

#[test]
fn a_map_knows_its_nodes_and_no_others() -> Result<(), Error> {
    let mut tree = Tree::new();
    // Places in an order of their own: every other node goes, and new ones come there.
    let filler: Vec<_> = (0..20u8).map(|n| tree.alloc(tree.root(), n)).collect::<Result<_, _>>()?;
    for filler in filler.iter().step_by(2) {
        tree.free(*filler)?;
    }
    let top = tree.context(tree.root(), "top")?;
    let numbers: Vec<_> = (0..15u32).map(|n| tree.alloc(top, n)).collect::<Result<_, _>>()?;
    let outside = tree.alloc(tree.root(), 5u32)?;
    let subtree = tree.detach(top)?;
    let map = subtree.map().unwrap();
    for (n, &number) in (0..).zip(&numbers) {
        assert_eq!(subtree.tree()[map.get(number).unwrap()], n);
    }
    assert_eq!((map.get(outside), map.id(filler[1]), map.id(filler[0])), (None, None, None));
    assert_eq!(map.id(tree.root()), None);
    assert_eq!(map.id(map.top()), None, "it leads from old to new, not back");
    let pairs: Vec<_> = map.iter().collect();
    assert_eq!((pairs.len(), pairs[0]), (16, (top.id(), map.top())));
    assert!(pairs.iter().all(|&(old, new)| map.id(old) == Some(new)));
    assert_eq!(format!("{map:?}"), "NodeMap { nodes: 16, .. }");
    assert_eq!(format!("{subtree:?}"), format!("Subtree {{ top: {}, nodes: 16, .. }}", subtree.top()));
    Ok(())
}

#[test]
fn destructors_and_cleanups_come_along() -> Result<(), Error> {
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut tree = Tree::new();
    let file = tree.alloc(tree.root(), 3i32)?;
    let note = Arc::clone(&log);
    tree.set_destructor(file, move |tree, file| {
        note.lock().unwrap().push(format!("asked {}", tree[file]));
        if tree[file] == 4 { Verdict::Refuse } else { Verdict::Free }
    })?;
    let note = Arc::clone(&log);
    let first =
        tree.add_cleanup(file, move |tree, file| note.lock().unwrap().push(format!("cleaned {}", tree[file])))?;

    let subtree = tree.detach(file)?;
    assert!(!tree.remove_cleanup(first) && log.lock().unwrap().is_empty());
    let mut other = Tree::new();
    let there = subtree.map().unwrap().get(file).unwrap();
    let map = other.graft(other.root(), subtree)?;
    let file = map.get(there).unwrap();
    // Numbers of cleanups do not come twice.
    let note = Arc::clone(&log);
    let second = other.add_cleanup(file, move |_, _| note.lock().unwrap().push("second".to_owned()))?;
    assert!(other.remove_cleanup(second) && !other.remove_cleanup(second));
    other[file] = 4;
    assert!(matches!(other.free(file), Err(Error::Refused { .. })));
    other[file] = 5;
    other.free(file)?;
    assert_eq!(*log.lock().unwrap(), ["asked 4", "asked 5", "cleaned 5"]);
    Ok(())
}

#[test]
fn a_subtree_that_is_dropped_goes_as_a_tree_does() -> Result<(), Error> {
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let child = tree.alloc(top, "child")?;
    let (first, second) = (Arc::clone(&log), Arc::clone(&log));
    tree.set_destructor(top, move |_, _| {
        first.lock().unwrap().push("top");
        Verdict::Refuse
    })?;
    tree.set_destructor(child, move |_, _| {
        second.lock().unwrap().push("child");
        Verdict::Refuse
    })?;
    drop(tree.detach(top)?);
    assert_eq!(*log.lock().unwrap(), ["top", "child"]);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_whole_tree_becomes_a_subtree() -> Result<(), Error> {
    let heard = Arc::new(Mutex::new(0));
    let mut built = TreeBuilder::new().root_name("document").build();
    let counter = Arc::clone(&heard);
    built.set_observer(move |_, _| *counter.lock().unwrap() += 1);
    let title = built.strdup(built.root(), "On Trees")?;
    built.reference(built.root(), title)?;
    let root = built.root();
    let before = outline(&built, root);

    let subtree = built.into_subtree();
    assert!(subtree.map().is_none() && subtree.top() == root && subtree.len() == 2);
    let mut tree = Tree::new();
    let map = tree.graft(tree.root(), subtree)?;
    tree.validate().unwrap();
    assert_eq!((outline(&tree, map.top()), map.len()), (before, 2));
    let title = map.get(title).unwrap();
    tree.unlink(map.top(), title)?;
    tree.free(map.id(root).unwrap())?;
    assert_eq!((tree.len(), *heard.lock().unwrap()), (0, 2), "nobody hears of it any more");

    // A detached one is below its tree's root, and can be worked on there.
    let note = tree.strdup(tree.root(), "note")?;
    let mut apart = tree.detach(note)?.into_tree();
    let note = apart.children(apart.root())?.next().unwrap();
    apart.append(apart.downcast::<str>(note)?, "d")?;
    let note = apart.downcast::<str>(note)?;
    let map = tree.graft(tree.root(), apart.into_subtree())?;
    assert_eq!((tree.name(map.top())?.as_ref(), &tree[map.get(note).unwrap()]), ("root", "noted"));
    Ok(())
}

#[test]
fn what_can_not_go_stays_as_it_is() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    assert_eq!(tree.detach(root).unwrap_err(), Error::Root { node: root });

    let subtree = Tree::new().into_subtree();
    let stale = tree.context(root, "stale")?;
    tree.free(stale)?;
    let rejected = tree.graft(stale, subtree).unwrap_err();
    assert_eq!(rejected.error(), &Error::Stale { node: stale.id() });
    let subtree = rejected.into_value();
    let rejected = tree.graft(subtree.top(), subtree).unwrap_err();
    assert!(matches!(rejected.error(), Error::Foreign { .. }));
    tree.graft(root, rejected.into_value())?;
    tree.validate().unwrap();

    // From a destructor, neither its own node nor one above it can go, but others can.
    let outer = tree.context(root, "outer")?;
    let inner = tree.context(outer, "inner")?;
    let other = tree.context(root, "other")?;
    tree.set_destructor(inner, move |tree, inner| {
        let dying = Error::Dying { node: inner.id() };
        assert_eq!(tree.detach(inner).unwrap_err(), dying);
        assert_eq!(tree.detach(outer).unwrap_err(), dying);
        drop(tree.detach(other).unwrap());
        Verdict::Free
    })?;
    tree.add_cleanup(inner, |tree, inner| {
        let rejected = tree.graft(inner, Tree::new().into_subtree()).unwrap_err();
        assert_eq!(rejected.error(), &Error::Dying { node: inner.id() });
    })?;
    tree.free(inner)?;
    tree.validate().unwrap();
    assert!(!tree.contains(other) && tree.contains(outer));
    Ok(())
}

#[test]
fn the_observer_hears_of_the_top_alone() -> Result<(), Error> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let below = tree.context(top, "below")?;
    tree.reference(tree.root(), below)?;
    let note = Arc::clone(&heard);
    tree.set_observer(move |tree, event| {
        tree.validate().unwrap();
        note.lock().unwrap().push(event);
    });
    let (subtree, crossings) = tree.detach_dropping(top)?;
    let root = tree.root();
    assert_eq!((crossings.len(), crossings[0].holder, crossings[0].target), (1, root, below.id()));
    let map = tree.graft(root, subtree)?;
    let expected = [
        Event::Unlinked { node: below.id(), holder: root },
        Event::Detached { node: top.id(), parent: root },
        Event::Grafted { node: map.top(), parent: root },
    ];
    assert_eq!(*heard.lock().unwrap(), expected);
    Ok(())
}
