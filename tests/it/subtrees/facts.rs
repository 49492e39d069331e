//! Budgets, secrets, links and claims of a subtree that is moved.

use std::sync::{Arc, Mutex};

use freehold::{Budget, Error, Handle, NodeMap, Strong, Subtree, Tree, TreeBuilder, Weak, Wipe, links};

struct Knot {
    next: Option<Handle<Knot>>,
    all: Vec<Handle<[u8]>>,
    strong: Vec<Strong<u32>>,
    weak: Option<Weak<u32>>,
}
links!(Knot { next, all, strong, weak });

const KNOT: Knot = Knot { next: None, all: Vec::new(), strong: Vec::new(), weak: None };

fn there<T: ?Sized>(subtree: &Subtree, node: Handle<T>) -> Handle<T> {
    subtree.map().and_then(|map| map.get(node)).unwrap()
}

#[test]
fn links_lead_to_where_nodes_are() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Knot>()?;
    let outside = tree.bytes(tree.root(), 1)?;
    let top = tree.context(tree.root(), "top")?;
    let bytes = tree.bytes(top, 2)?;
    let first = tree.alloc(top, Knot { all: vec![bytes, outside], ..KNOT })?;
    let second = tree.alloc(first, Knot { next: Some(first), ..KNOT })?;

    let subtree = tree.detach(top)?;
    let (first, second, bytes) = (there(&subtree, first), there(&subtree, second), there(&subtree, bytes));
    assert_eq!(subtree.tree()[second].next, Some(first));
    assert_eq!(subtree.tree()[first].all, [bytes, outside], "what stays is not rewritten");
    // The declaration comes along, to a tree that knows nothing of it.
    let mut other = Tree::new();
    let map = other.graft(other.root(), subtree)?;
    let (first, second) = (map.get(first).unwrap(), map.get(second).unwrap());
    assert_eq!((other[second].next, other.links(second)?[0].to()), (Some(first), first.id()));
    assert_eq!(other[first].all, [map.get(bytes).unwrap(), outside]);
    other.validate().unwrap();
    Ok(())
}

#[test]
fn claims_in_values_come_along() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Knot>()?;
    let top = tree.context(tree.root(), "top")?;
    let node = tree.alloc(top, 7u32)?;
    let (strong, second, weak) = (tree.strong(node)?, tree.strong(node)?, tree.weak(node)?);
    let clones = vec![strong.clone(), strong, second];
    let knot = tree.alloc(top, Knot { strong: clones, weak: Some(weak), ..KNOT })?;
    assert_eq!(tree.ref_count(node)?, 2);

    let subtree = tree.detach(top)?;
    tree.validate().unwrap();
    subtree.tree().validate().unwrap();
    let (node, knot) = (there(&subtree, node), there(&subtree, knot));
    let mut other = Tree::new();
    let map = other.graft(other.root(), subtree)?;
    other.validate().unwrap();
    let (node, knot) = (map.get(node).unwrap(), map.get(knot).unwrap());
    assert_eq!(other.ref_count(node)?, 3, "each has one of its own now");
    assert!(other[knot].strong.iter().all(|strong| strong.handle() == node));
    assert_eq!(other[knot].weak.as_ref().unwrap().upgrade().unwrap().handle(), node);
    assert!(matches!(other.free(node), Err(Error::Held { .. })));
    drop(std::mem::take(&mut other[knot].strong));
    other.free(node)?;
    assert!(other[knot].weak.as_ref().unwrap().upgrade().is_none());
    other.validate().unwrap();
    Ok(())
}

#[test]
fn claims_from_outside_are_named_or_dropped() -> Result<(), Error> {
    type Claim = fn(&mut Tree, Handle<u32>, Handle<Knot>) -> Result<Vec<Strong<u32>>, Error>;
    let claims: [(&str, Claim); 4] = [
        ("retained", |tree, node, _| tree.retain(node).map(|()| Vec::new())),
        ("strong", |tree, node, _| Ok(vec![tree.strong(node)?])),
        ("a clone outside", |tree, node, knot| {
            let strong = tree.strong(node)?;
            tree[knot].strong.push(strong.clone());
            Ok(vec![strong])
        }),
        ("one of two outside", |tree, node, knot| {
            let (inside, outside) = (tree.strong(node)?, tree.strong(node)?);
            tree[knot].strong.extend([inside.clone(), inside]);
            Ok(vec![outside])
        }),
    ];
    for (name, claim) in claims {
        let mut tree = Tree::new();
        tree.declare_links::<Knot>()?;
        let top = tree.context(tree.root(), "top")?;
        let node = tree.alloc(top, 7u32)?;
        let knot = tree.alloc(top, KNOT)?;
        let kept = claim(&mut tree, node, knot)?;
        let count = tree.ref_count(node)?;
        let weak = tree.weak(node)?;
        let error = tree.detach(top).unwrap_err();
        let root = tree.root();
        assert!(
            matches!(&error, Error::Crossed { crossings } if crossings[..].iter().map(|c| (c.holder, c.target)).eq([(root, node.id())])),
            "{name}: {error}"
        );
        tree.validate().unwrap();
        assert!(weak.upgrade().is_some() && tree.ref_count(node)? == count, "{name}: as it was");

        let (subtree, crossings) = tree.detach_dropping(top)?;
        assert_eq!(crossings.len(), 1, "{name}");
        tree.validate().unwrap();
        subtree.tree().validate().unwrap();
        assert!(weak.upgrade().is_none());
        assert!(kept.iter().all(|strong| matches!(tree.get(strong.handle()), Err(Error::Moved { .. }))));
        let (node, knot) = (there(&subtree, node), there(&subtree, knot));
        assert!(subtree.tree()[knot].strong.iter().all(|strong| strong.handle() == node), "{name}");
        drop(kept);
        tree.settle();
        let map = tree.graft(root, subtree)?;
        let node = map.get(node).unwrap();
        let strong = tree[map.get(knot).unwrap()].strong.len();
        assert_eq!(tree.ref_count(node)?, strong, "{name}");
        tree.validate().unwrap();
    }
    Ok(())
}

#[test]
fn a_floating_node_is_owned_where_it_is_grafted() -> Result<(), Error> {
    let mut tree = Tree::new();
    let node = tree.floating(7u32)?;
    let subtree = tree.detach(node)?;
    let node = there(&subtree, node);
    assert!(!subtree.tree().is_floating(node)?);
    let home = tree.context(tree.root(), "home")?;
    let map = tree.graft(home, subtree)?;
    assert!(!tree.is_floating(map.get(node).unwrap())?);
    assert_eq!(tree.free(home)?.nodes(), 2);
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn a_whole_tree_that_is_claimed_does_not_become_part_of_another() -> Result<(), Error> {
    let mut built = Tree::new();
    let node = built.floating(7u32)?;
    let gone = built.floating(8u32)?;
    let strong = built.strong(node)?;
    drop(built.strong(gone)?);
    let mut tree = Tree::new();
    let rejected = tree.graft(tree.root(), built.into_subtree()).unwrap_err();
    assert!(matches!(rejected.error(), Error::Crossed { crossings } if crossings[0].target == node.id()));
    let subtree = rejected.into_value();
    assert_eq!(subtree.len(), 2, "drops have taken effect");
    drop(strong);
    let map = tree.graft(tree.root(), subtree)?;
    assert_eq!((map.len(), map.get(node)), (1, None), "it went with its last claim");
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn budgets_come_along_and_count_where_they_are() -> Result<(), Error> {
    let build = || TreeBuilder::new().budget_overhead(10, 20).build();
    let mut tree = build();
    let tenant = tree.context(tree.root(), "tenant")?;
    tree.set_budget(tenant, Budget::new())?;
    let top = tree.context(tenant, "top")?;
    let inner = tree.context(top, "inner")?;
    let innermost = tree.context(inner, "innermost")?;
    tree.set_budget(inner, Budget::new().bytes(500))?;
    tree.set_budget(innermost, Budget::new().bytes(300))?;
    let bytes = tree.bytes(innermost, 100)?;
    tree.free(bytes)?;
    tree.bytes(innermost, 50)?;
    tree.reference(inner, top)?;
    let used = |tree: &Tree, node: Handle<()>| {
        let usage = tree.budget(node).unwrap().unwrap();
        (usage.bytes, usage.nodes, usage.peak_bytes)
    };
    let (before, within) = (used(&tree, inner), used(&tree, innermost));
    assert_eq!((before, within), ((100, 3, 130), (70, 2, 120)));

    let subtree = tree.detach(top)?;
    tree.validate().unwrap();
    subtree.tree().validate().unwrap();
    assert_eq!((used(&tree, tenant).0, used(&tree, tenant).1), (10, 1));
    let (top, inner, innermost) = (there(&subtree, top), there(&subtree, inner), there(&subtree, innermost));
    assert_eq!((used(subtree.tree(), inner), used(subtree.tree(), innermost)), (before, within));

    // What does not fit comes back as it was.
    let small = tree.context(tree.root(), "small")?;
    tree.set_budget(small, Budget::new().bytes(110))?;
    let rejected = tree.graft(small, subtree).unwrap_err();
    assert_eq!(rejected.error(), &Error::OverBudget { owner: small.id(), what: "bytes", asked: 110, left: 100 });
    let subtree = rejected.into_value();
    let map = tree.graft(tenant, subtree)?;
    tree.validate().unwrap();
    let (inner, innermost) = (map.get(inner).unwrap(), map.get(innermost).unwrap());
    assert_eq!((used(&tree, tenant).0, used(&tree, tenant).1), (120, 5));
    assert_eq!((used(&tree, inner), used(&tree, innermost)), (before, within));
    assert!(matches!(tree.bytes(innermost, 300), Err(Error::OverBudget { .. })));
    tree.free(inner)?;
    tree.free(map.get(top).unwrap())?;
    assert_eq!(used(&tree, tenant).0, 10);

    // Another tree counts in its own way.
    let subtree = tree.detach(tenant)?;
    let tenant = there(&subtree, tenant);
    let mut plain = Tree::new();
    let map = plain.graft(plain.root(), subtree)?;
    let tenant = map.get(tenant).unwrap();
    assert_eq!((used(&plain, tenant).0, used(&plain, tenant).1), (0, 1));
    plain.bytes(tenant, 7)?;
    assert_eq!(used(&plain, tenant).0, 7);
    plain.validate().unwrap();
    Ok(())
}

#[test]
fn a_handler_makes_room_for_what_is_grafted() -> Result<(), Error> {
    let mut tree = Tree::new();
    let small = tree.context(tree.root(), "small")?;
    let cache = tree.bytes(small, 80)?;
    let relief = Budget::new().bytes(100).on_exceeded(move |tree, exceeded| {
        assert_eq!((exceeded.asked, exceeded.left), (50, 20));
        tree.free(cache).unwrap();
        freehold::Relief::TryAgain
    });
    tree.set_budget(small, relief)?;
    let mut built = Tree::new();
    built.bytes(built.root(), 50)?;
    tree.graft(small, built.into_subtree())?;
    assert!(!tree.contains(cache) && tree.budget(small)?.unwrap().bytes == 50);
    tree.validate().unwrap();
    Ok(())
}

struct Key(Arc<Mutex<usize>>);

impl Wipe for Key {
    fn wipe(&mut self) {
        *self.0.lock().unwrap() += 1;
    }
}

#[test]
fn secrets_stay_secret_and_leave_nothing_behind() -> Result<(), Error> {
    let wiped = Arc::new(Mutex::new(0));
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let key = tree.alloc(top, Key(Arc::clone(&wiped)))?;
    let bytes = tree.array_from(top, &[0x5a_u8; 32])?;
    tree.set_secret(key)?;
    tree.set_secret(bytes)?;
    let subtree = tree.detach(top)?;
    // The next block of that size is the one that was left.
    let left = tree.array_unfilled::<u8>(tree.root(), 32)?;
    assert_eq!(tree[left], [0; 32]);
    let (key, bytes) = (there(&subtree, key), there(&subtree, bytes));
    let map: NodeMap = tree.graft(tree.root(), subtree)?;
    tree.validate().unwrap();
    let (key, bytes) = (map.get(key).unwrap(), map.get(bytes).unwrap());
    assert!(tree.is_secret(key)? && tree.is_secret(bytes)? && tree[bytes] == [0x5a; 32]);
    assert_eq!(*wiped.lock().unwrap(), 0);
    tree.free(map.top())?;
    assert_eq!(*wiped.lock().unwrap(), 1);
    Ok(())
}

#[test]
fn secrets_of_several_kinds_leave_nothing_behind() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    for _ in 0..3 {
        let bytes = tree.array_from(top, &[0x5a_u8; 32])?;
        let words = tree.array_from(top, &[0x5a5a_5a5a_u32; 8])?;
        tree.set_secret(bytes)?;
        tree.set_secret(words)?;
    }
    let subtree = tree.detach(top)?;
    // The next blocks of that size are those that were left.
    for _ in 0..6 {
        let left = tree.array_unfilled::<u8>(tree.root(), 32)?;
        assert_eq!(tree[left], [0; 32]);
    }
    tree.graft(tree.root(), subtree)?;
    tree.validate().unwrap();
    Ok(())
}
