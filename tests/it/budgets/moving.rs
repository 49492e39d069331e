//! Moves between budgets: they ask, where anything changes, and counts go along.

use freehold::{Budget, Error, NodeId, Place, Tree, TreeBuilder, Unlinked, Verdict};

use super::{over, peak, tenant, used};

/// A tree with two tenants, the second of which has no room for the 30 bytes in the first.
fn two(overhead: u32) -> Result<(Tree, NodeId, NodeId, NodeId), Error> {
    let mut tree = TreeBuilder::new().budget_overhead(0, overhead).build();
    let root = tree.root();
    let (from, to) = (tenant(&mut tree, root, Budget::new())?, tenant(&mut tree, root, Budget::new().bytes(29))?);
    let node = tree.bytes(from, 10)?;
    tree.bytes(node, 20)?;
    Ok((tree, from, to, node.id()))
}

#[test]
fn every_move_asks_before_anything_changes() -> Result<(), Error> {
    type Move = fn(&mut Tree, [NodeId; 3]) -> Result<(), Error>;
    let moves: [(&str, Move); 8] = [
        ("steal", |tree, [_, to, node]| tree.steal(to, node)),
        ("place", |tree, [_, to, node]| tree.place(node, Place::Last(to))),
        ("place, beside", |tree, [_, to, node]| {
            let child = tree.children(to)?.next().unwrap();
            tree.place(node, Place::Before(child))
        }),
        ("reparent", |tree, [from, to, node]| tree.reparent(from, to, node)),
        ("transfer", |tree, [_, to, node]| tree.transfer(to, &mut Some(tree.downcast::<[u8]>(node)?)).map(drop)),
        ("steal_children", |tree, [from, to, _]| tree.steal_children(from, to).map(drop)),
        ("free_lifting_into", |tree, [from, to, node]| {
            let between = tree.context(from, "between")?;
            tree.steal(between, node)?;
            let outcome = tree.free_lifting_into(between, to).map(drop);
            if outcome.is_err() {
                tree.free_lifting(between)?;
            }
            outcome
        }),
        ("unlink", |tree, [from, to, node]| {
            let claim = tree.reference(to, node)?;
            let outcome = tree.unlink(from, node);
            if outcome.is_err() {
                tree.drop_reference(claim.id())?;
            }
            outcome.map(|unlinked| assert_eq!(unlinked, Unlinked::Passed { to }))
        }),
    ];
    for (name, go) in moves {
        let (mut tree, from, to, node) = two(0)?;
        tree.context(to, "sibling")?;
        assert_eq!(go(&mut tree, [from, to, node]), Err(over(to, "bytes", 30, 29)), "{name}");
        assert_eq!((used(&tree, from).0, used(&tree, to)), (30, (0, 2)), "{name}");
        assert_eq!(tree.parent(node)?, Some(from), "{name}");
        tree.set_budget(to, Budget::new().bytes(30))?;
        go(&mut tree, [from, to, node]).unwrap();
        assert_eq!(tree.parent(node)?, Some(to), "{name}");
        assert_eq!((used(&tree, from), used(&tree, to), peak(&tree, to).0), ((0, 1), (30, 4), 30), "{name}");
        tree.steal(tree.root(), node)?;
        assert_eq!((used(&tree, to), peak(&tree, to).0), ((0, 2), 30), "{name}");
        tree.steal(from, node)?;
        assert_eq!(used(&tree, from), (30, 3), "{name}");
    }
    Ok(())
}

#[test]
fn references_ask_and_count_where_they_are_held() -> Result<(), Error> {
    let (mut tree, from, to, node) = two(15)?;
    tree.reference(to, node)?;
    assert_eq!(tree.reference(to, node), Err(over(to, "bytes", 15, 14)));
    let other = tree.reference(from, node)?;
    let shared = tree.alloc(tree.root(), ())?;
    tree.reference(from, shared)?;
    assert_eq!(tree.reparent(from, to, shared), Err(over(to, "bytes", 15, 14)));
    tree.set_budget(to, Budget::new().bytes(30))?;
    tree.reparent(from, to, shared)?;
    assert_eq!((used(&tree, from), used(&tree, to)), ((45, 3), (30, 1)));
    tree.drop_reference(other.id())?;
    // Whoever takes over has no reference any more: 30 for the node, and 15 of the 30 that are in use.
    tree.set_budget(to, Budget::new().bytes(44))?;
    assert_eq!(tree.unlink(from, node), Err(over(to, "bytes", 15, 14)));
    tree.set_budget(to, Budget::new().bytes(45))?;
    assert_eq!(tree.unlink(from, node)?, Unlinked::Passed { to });
    assert_eq!((used(&tree, from), used(&tree, to)), ((0, 1), (45, 3)));
    Ok(())
}

#[test]
fn a_move_within_a_budget_is_not_asked_for() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let top = tenant(&mut tree, root, Budget::new())?;
    let (a, b) = (tenant(&mut tree, top, Budget::new())?, tenant(&mut tree, top, Budget::new())?);
    let node = tree.bytes(a, 40)?;
    // More than the limits is in use, and both tenants are in the same.
    tree.set_budget(top, Budget::new().bytes(1).nodes(1))?;
    tree.steal(b, node)?;
    assert_eq!((used(&tree, a), used(&tree, b), used(&tree, top)), ((0, 1), (40, 2), (40, 4)));
    tree.steal(top, node)?;
    tree.steal(top, b)?;
    tree.place(node, Place::Last(top))?;
    assert_eq!((used(&tree, b), used(&tree, top), peak(&tree, top)), ((0, 1), (40, 4), (40, 4)));
    assert_eq!(tree.steal(node, top).unwrap_err(), Error::WouldLoop { node: top, parent: node.id() });
    Ok(())
}

#[test]
fn a_budget_moves_with_its_node() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let (from, to) = (tenant(&mut tree, root, Budget::new())?, tenant(&mut tree, root, Budget::new().bytes(10))?);
    let group = tree.context(from, "group")?;
    let moved = tenant(&mut tree, group, Budget::new().bytes(100))?;
    tree.bytes(moved, 11)?;
    for node in [moved, group.id()] {
        assert_eq!(tree.steal(to, node), Err(over(to, "bytes", 11, 10)));
    }
    tree.set_budget(to, Budget::new().bytes(20))?;
    tree.steal(to, group)?;
    assert_eq!((used(&tree, from), used(&tree, to), used(&tree, moved)), ((0, 1), (11, 4), (11, 2)));
    assert_eq!(tree.bytes(moved, 10), Err(over(to, "bytes", 10, 9)));
    tree.steal(root, moved)?;
    assert_eq!((used(&tree, to), used(&tree, moved)), ((0, 2), (11, 2)));
    tree.bytes(moved, 89)?;
    assert_eq!(tree.bytes(moved, 1), Err(over(moved, "bytes", 1, 0)));
    Ok(())
}

#[test]
fn survivors_go_where_they_must() -> Result<(), Error> {
    for how in ["claimed", "refused"] {
        let mut tree = Tree::new();
        let root = tree.root();
        let outer = tenant(&mut tree, root, Budget::new())?;
        let inner = tenant(&mut tree, outer, Budget::new())?;
        let holder = tenant(&mut tree, root, Budget::new().bytes(0))?;
        let node = tree.bytes(inner, 10)?;
        tree.bytes(node, 5)?;
        match how {
            "claimed" => tree.reference(holder, node).map(drop)?,
            _ => tree.set_destructor(node, |_, _| Verdict::Refuse)?,
        }
        assert_eq!(tree.free(inner)?.survivors().len(), 1);
        let (there, gone) = if how == "claimed" { (holder, outer) } else { (outer, holder) };
        assert_eq!((used(&tree, there), used(&tree, gone)), ((15, 3), (0, 1)), "{how}");
        assert_eq!(tree.parent(node)?, Some(there));
        if how == "claimed" {
            assert_eq!(tree.bytes(holder, 1), Err(over(holder, "bytes", 1, 0)));
        }
    }
    Ok(())
}

#[test]
fn a_scope_whose_context_is_shared_ends_without_asking() -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    let holder = tenant(&mut tree, root, Budget::new().nodes(1))?;
    let mut scope = tree.scope(root)?;
    let context = scope.handle();
    scope.bytes(3)?;
    scope.reference(holder, context)?;
    scope.close()?;
    assert_eq!((tree.parent(context)?, used(&tree, holder)), (Some(holder), (3, 3)));
    Ok(())
}
