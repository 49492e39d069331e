//! Getting around: walks of subtrees that change on the way, what lies above a node, and all values of a type.

use freehold::{Cursor, Edge, Error, Handle, NodeId, Tree};
use proptest::prelude::*;

/// A tree grown by numbers: each node goes below one of those before it, and every third is referred to by another.
fn grown(parents: &[usize]) -> Result<(Tree, Vec<NodeId>), Error> {
    let mut tree = Tree::new();
    let mut nodes = vec![tree.context(tree.root(), "top")?.id()];
    for (n, parent) in parents.iter().enumerate() {
        let parent = nodes[parent % nodes.len()];
        let node = tree.alloc(parent, n)?.id();
        if n % 3 == 0 {
            tree.reference(nodes[n / 2], node)?;
        }
        nodes.push(node);
    }
    Ok((tree, nodes))
}

fn rest(mut cursor: Cursor, tree: &Tree) -> Vec<Edge> {
    std::iter::from_fn(|| cursor.next(tree)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_cursor_walks_as_edges_do(parents in prop::collection::vec(0usize..100, 0..40), top in 0usize..40) {
        let (tree, nodes) = grown(&parents).unwrap();
        let top = nodes[top % nodes.len()];
        let walked: Vec<Edge> = tree.edges(top).unwrap().collect();
        prop_assert_eq!(&rest(Cursor::new(top), &tree), &walked);
        let started = walked.iter().filter_map(|edge| if let Edge::Start(node) = edge { Some(*node) } else { None });
        let below: Vec<NodeId> = tree.descendants(top).unwrap().collect();
        prop_assert_eq!(started.skip(1).collect::<Vec<_>>(), below);
    }
}

/// `top` with the children `a`, `b` and `c`, in the order of a walk; `b` has the child `leaf`.
struct Scene {
    tree: Tree,
    top: Handle<()>,
    a: Handle<()>,
    b: Handle<()>,
    leaf: Handle<()>,
    c: Handle<()>,
}

impl Scene {
    fn new() -> Result<Self, Error> {
        let mut tree = Tree::new();
        // Around the top are others, so that a walk could leave it by mistake.
        tree.context(tree.root(), "older")?;
        let top = tree.context(tree.root(), "top")?;
        tree.context(tree.root(), "newer")?;
        let c = tree.context(top, "c")?;
        let b = tree.context(top, "b")?;
        let a = tree.context(top, "a")?;
        let leaf = tree.context(b, "leaf")?;
        Ok(Self { tree, top, a, b, leaf, c })
    }

    /// A cursor that has just given this edge.
    fn at(&self, edge: Edge) -> Cursor {
        let mut cursor = Cursor::new(self.top);
        while cursor.next(&self.tree).expect("the edge is in the walk") != edge {}
        cursor
    }

    /// The names of what follows, `<` before those that are started.
    fn rest(&self, cursor: Cursor) -> Vec<String> {
        let name = |node| self.tree.name(node).expect("it is there").to_string();
        let show = |edge| match edge {
            Edge::Start(node) => format!("<{}", name(node)),
            Edge::End(node) => name(node),
        };
        rest(cursor, &self.tree).into_iter().map(show).collect()
    }
}

#[test]
fn a_cursor_goes_on_with_the_follower_of_what_is_gone() -> Result<(), Error> {
    for edge in [Edge::Start, Edge::End] {
        let mut scene = Scene::new()?;
        let cursor = scene.at(edge(scene.b.id()));
        scene.tree.free(scene.b)?;
        assert_eq!(scene.rest(cursor), ["<c", "c", "top"]);

        let mut scene = Scene::new()?;
        let cursor = scene.at(edge(scene.leaf.id()));
        scene.tree.free(scene.leaf)?;
        assert_eq!(scene.rest(cursor), ["b", "<c", "c", "top"], "nothing followed it: the parent ends");
    }
    Ok(())
}

#[test]
fn a_cursor_goes_on_from_where_it_is_if_its_follower_is_gone() -> Result<(), Error> {
    let mut scene = Scene::new()?;
    let cursor = scene.at(Edge::End(scene.a.id()));
    scene.tree.free(scene.b)?;
    assert_eq!(scene.rest(cursor), ["<c", "c", "top"]);
    Ok(())
}

#[test]
fn a_follower_that_is_somewhere_else_now_does_not_count() -> Result<(), Error> {
    let mut scene = Scene::new()?;
    let cursor = scene.at(Edge::End(scene.a.id()));
    scene.tree.free(scene.a)?;
    scene.tree.steal(scene.c, scene.b)?;
    assert_eq!(scene.rest(cursor), ["top"]);
    Ok(())
}

#[test]
fn a_cursor_follows_what_is_moved_and_sees_what_is_made() -> Result<(), Error> {
    let mut scene = Scene::new()?;
    let cursor = scene.at(Edge::Start(scene.a.id()));
    scene.tree.context(scene.a, "new")?;
    scene.tree.steal(scene.b, scene.a)?;
    assert_eq!(scene.rest(cursor), ["<new", "new", "a", "<leaf", "leaf", "b", "<c", "c", "top"]);
    Ok(())
}

#[test]
fn a_walk_ends_with_its_top() -> Result<(), Error> {
    let scene = Scene::new()?;
    let cursor = scene.at(Edge::End(scene.top.id()));
    assert_eq!(scene.rest(cursor.clone()), [""; 0]);

    for edge in [Edge::Start, Edge::End] {
        let mut scene = Scene::new()?;
        let cursor = scene.at(edge(scene.top.id()));
        scene.tree.free(scene.top)?;
        assert_eq!(scene.rest(cursor), [""; 0], "a top that is gone has no follower");
    }

    // Its way back is gone.
    let mut scene = Scene::new()?;
    let cursor = scene.at(Edge::Start(scene.leaf.id()));
    scene.tree.free(scene.top)?;
    assert_eq!(scene.rest(cursor), [""; 0]);
    Ok(())
}

#[test]
fn the_nearest_ancestor_of_a_type_may_be_the_node_itself() -> Result<(), Error> {
    let mut tree = Tree::new();
    let far = tree.alloc(tree.root(), 1u64)?;
    let near = tree.alloc(far, 2u64)?;
    let between = tree.strdup(near, "text")?;
    let node = tree.alloc(between, 3u8)?;
    assert_eq!(tree.find_ancestor::<u64>(node)?, Some(near));
    assert_eq!(tree.find_ancestor::<u64>(near)?, Some(near));
    assert_eq!(tree.find_ancestor::<str>(node)?, Some(between));
    assert_eq!(tree.find_ancestor::<str>(far)?, None, "what lies below does not count");
    assert_eq!(tree.find_ancestor::<i128>(node)?, None, "a type that the tree has never seen");
    Ok(())
}

#[test]
fn all_values_of_a_type_can_be_seen_and_changed_and_counted_before() -> Result<(), Error> {
    let mut tree = Tree::new();
    assert_eq!(tree.iter::<u32>().size_hint(), (0, Some(0)));
    assert_eq!(tree.iter_mut::<u32>().size_hint(), (0, Some(0)));
    let handles: Vec<Handle<u32>> = (0..7).map(|n| tree.alloc(tree.root(), n)).collect::<Result<_, _>>()?;
    tree.free(handles[3])?;
    assert_eq!(tree.iter::<u32>().size_hint(), (6, Some(6)));
    assert_eq!(tree.iter_mut::<u32>().size_hint(), (6, Some(6)));
    let mut seen = Vec::new();
    for (handle, value) in tree.iter_mut::<u32>() {
        *value += 100;
        seen.push(handle);
    }
    seen.sort();
    let mut left = [&handles[..3], &handles[4..]].concat();
    left.sort();
    assert_eq!(seen, left);
    for (n, handle) in handles.into_iter().enumerate().filter(|&(n, _)| n != 3) {
        assert_eq!(tree[handle], n as u32 + 100);
        assert_eq!(tree.column::<u32>()[handle], n as u32 + 100);
    }
    Ok(())
}

#[test]
fn a_column_is_looked_through_like_a_slice() -> Result<(), Error> {
    let mut tree = Tree::new();
    let handles: Vec<Handle<u32>> = (0..3).map(|n| tree.alloc(tree.root(), n)).collect::<Result<_, _>>()?;
    let column = tree.column::<u32>();
    #[expect(clippy::clone_on_copy, reason = "that it can be cloned is what is tried")]
    let copy = column.clone();
    let mut seen: Vec<_> = copy.into_iter().map(|(handle, value)| (*value, handle)).collect();
    seen.sort();
    assert_eq!(seen, [(0, handles[0]), (1, handles[1]), (2, handles[2])]);
    assert!(tree.column::<u64>().into_iter().next().is_none());
    Ok(())
}

#[test]
fn a_cursor_at_the_end_stays_there() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let mut cursor = Cursor::new(top);
    assert_eq!(std::iter::from_fn(|| cursor.next(&tree)).count(), 2);
    tree.strdup(top, "too late")?;
    assert_eq!(cursor.next(&tree), None);
    Ok(())
}

/// The nodes that had destructors are gone, so what is kept of such nodes can go as well; new ones get it again.
#[test]
fn a_tree_that_is_shrunk_when_it_is_empty_can_be_filled_again() -> Result<(), Error> {
    let mut tree = Tree::new();
    for round in 0..2 {
        let nodes: Vec<Handle<u32>> = (0..100).map(|n| tree.alloc(tree.root(), n)).collect::<Result<_, _>>()?;
        for &node in &nodes {
            tree.set_name(node, format!("{round}"))?;
            tree.set_destructor(node, |_, _| freehold::Verdict::Free)?;
        }
        assert_eq!(tree.free_children(tree.root())?.nodes(), 100);
        tree.shrink();
        tree.validate().unwrap();
    }
    Ok(())
}
