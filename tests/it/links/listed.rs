//! Links of one node.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use freehold::{Error, Handle, LinkList, Links, NodeId, Rewriter, Strength, Tree, links};

struct Knot {
    next: Option<Handle<Knot>>,
    any: Vec<NodeId>,
    weight: f32,
}
links!(Knot { next, any, .. });

/// From whom, to whom, by which field, how.
type Facts = (NodeId, NodeId, Option<&'static str>, Strength);

fn facts(tree: &Tree, node: impl Into<NodeId>) -> Result<Vec<Facts>, Error> {
    Ok(tree.links(node)?.into_iter().map(|link| (link.from(), link.to(), link.field(), link.strength())).collect())
}

#[test]
fn values_come_first_and_references_after_them() -> Result<(), Error> {
    let (mut tree, mut other) = (Tree::new(), Tree::new());
    let root = tree.root();
    let foreign = other.context(other.root(), "foreign")?.id();
    let last = tree.alloc(root, Knot { next: None, any: vec![], weight: 1.5 })?;
    let first = tree.alloc(root, Knot { next: Some(last), any: vec![root, foreign], weight: 2.5 })?;
    tree.reference(first, last)?;
    tree.reference(first, first)?;
    tree.strdup(first, "no link")?;

    let me = first.id();
    let held = [(me, me, None, Strength::Reference), (me, last.id(), None, Strength::Reference)];
    assert_eq!(facts(&tree, first)?, held, "before the type is declared");
    tree.declare_links::<Knot>()?;
    let mut all = vec![
        (me, last.id(), Some("next"), Strength::Unowned),
        (me, root, Some("any"), Strength::Unowned),
        (me, foreign, Some("any"), Strength::Unowned),
    ];
    all.extend(held);
    assert_eq!(facts(&tree, first)?, all);
    assert_eq!(facts(&tree, last)?, []);
    assert_eq!(facts(&tree, root)?, []);
    assert_eq!(tree[first].weight + tree[last].weight, 4.0);

    tree.tear_down()?;
    let again = tree.alloc(tree.root(), Knot { next: Some(first), any: vec![], weight: 0.0 })?;
    assert_eq!(facts(&tree, again)?, [(again.id(), me, Some("next"), Strength::Unowned)], "a stale one is listed, too");
    tree.validate().expect("nothing has changed");
    Ok(())
}

#[test]
fn a_value_that_is_a_handle_has_no_field() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Handle<u8>>()?;
    let number = tree.alloc(tree.root(), 1u8)?;
    let node = tree.alloc(tree.root(), number)?;
    assert_eq!(facts(&tree, node)?, [(node.id(), number.id(), None, Strength::Unowned)]);
    Ok(())
}

struct Opaque;

enum Shape {
    Leaf,
    Fork(NodeId, NodeId),
    Named { below: Option<NodeId>, note: Opaque },
}
links!(enum Shape { Leaf, Fork(left, right), Named { below, .. } });

struct Pair<A, B>(A, B, Opaque);
links!(Pair < A, B > (a, b, ..));

struct Unlinked {
    note: Opaque,
}
links!(Unlinked { .. });

#[test]
fn the_macro_takes_every_shape() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Shape>()?;
    tree.declare_links::<Pair<NodeId, Vec<NodeId>>>()?;
    tree.declare_links::<Unlinked>()?;
    let root = tree.root();
    let fields = |tree: &Tree, node: NodeId| -> Vec<_> {
        tree.links(node).unwrap().iter().map(|link| link.field().unwrap()).collect()
    };
    let shapes = [Shape::Leaf, Shape::Fork(root, root), Shape::Named { below: Some(root), note: Opaque }];
    let shapes = shapes.map(|shape| tree.alloc(root, shape).map(|handle| handle.id()));
    for (shape, expected) in shapes.into_iter().zip([&[][..], &["left", "right"], &["below"]]) {
        assert_eq!(fields(&tree, shape?), expected);
    }
    let pair = tree.alloc(root, Pair(root, vec![root, root], Opaque))?;
    assert_eq!(fields(&tree, pair.id()), ["a", "b", "b"]);
    let unlinked = tree.alloc(root, Unlinked { note: Opaque })?;
    assert_eq!(fields(&tree, unlinked.id()), [""; 0]);
    let (Pair(.., Opaque), Unlinked { note: Opaque }) = (&tree[pair], &tree[unlinked]);
    assert!(matches!(
        tree.iter::<Shape>().filter(|(_, shape)| matches!(shape, Shape::Named { note: Opaque, .. })).count(),
        1
    ));
    Ok(())
}

/// Lists itself, unless it is told to panic.
struct Fragile(NodeId);

static FAILS: AtomicBool = AtomicBool::new(false);

impl Links for Fragile {
    fn list(&self, out: &mut LinkList<'_>) {
        out.field("me", &self.0);
        assert!(!FAILS.load(Ordering::Relaxed), "it was told to");
        out.field("again", &self.0);
    }

    fn rewrite(&mut self, map: &Rewriter<'_>) {
        self.0.rewrite(map);
    }
}

#[test]
fn a_panic_in_a_list_goes_to_the_caller() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Fragile>()?;
    let fragile = tree.alloc(tree.root(), Fragile(tree.root()))?;
    FAILS.store(true, Ordering::Relaxed);
    let panic = catch_unwind(AssertUnwindSafe(|| tree.links(fragile))).expect_err("it was told to");
    assert_eq!(panic.downcast_ref(), Some(&"it was told to"));
    FAILS.store(false, Ordering::Relaxed);
    tree.validate().expect("nothing has changed");
    assert_eq!(tree.links(fragile)?.len(), 2);
    Ok(())
}

/// Keeps what the list and the rewriter it is given print as.
#[derive(Clone)]
struct Curious(NodeId, Arc<Mutex<Vec<String>>>);

impl Links for Curious {
    fn list(&self, out: &mut LinkList<'_>) {
        self.1.lock().expect("nobody panics").push(format!("{out:?}"));
        out.field("me", &self.0);
    }

    fn rewrite(&mut self, map: &Rewriter<'_>) {
        self.1.lock().expect("nobody panics").push(format!("{map:?}"));
        self.0.rewrite(map);
    }
}

#[test]
fn a_node_that_leads_to_itself_by_its_id_is_copied_as_one() -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_links::<Curious>()?;
    tree.declare_clone::<Curious>()?;
    let told = Arc::default();
    let original = tree.alloc(tree.root(), Curious(tree.root(), Arc::clone(&told)))?;
    tree[original].0 = original.id();
    let copies = tree.duplicate(original, tree.root())?;
    let copy = copies.get(original).expect("it was copied");
    assert_eq!((tree[original].0, tree[copy].0), (original.id(), copy.id()));
    assert_eq!(tree.links(copy)?.len(), 1);
    let mut told = told.lock().expect("nobody panics");
    told.sort();
    told.dedup();
    assert_eq!(*told, ["LinkList { field: None, .. }", "Rewriter { .. }"]);
    Ok(())
}
