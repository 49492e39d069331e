//! Built, looked through, moved, lifted and freed.

use freehold::{Cursor, Edge, Error, Place, Tree};

use super::shapes::{Shape, at_scale};

at_scale! {
    looked_through: deep "takes 1.2 GiB of memory", wide "takes 1.2 GiB of memory";
    moved: deep "takes 1 GiB of memory", wide "takes 1.1 GiB of memory";
    lifted: deep "takes 1 GiB of memory", wide "takes 1.1 GiB of memory";
    freed_in_part: deep "takes 1.1 GiB of memory", wide "takes 1.1 GiB of memory";
}

fn looked_through(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let last = shape.grow(&mut tree, top.id(), nodes)?;
    let depth = if shape == Shape::Deep { nodes } else { 1 };
    assert_eq!((tree.total_blocks(top)?, tree.total_size(top)?), (nodes + 1, Shape::bytes(nodes)));
    assert_eq!(tree.descendants(top)?.count(), nodes);
    assert_eq!(tree.edges(top)?.count(), 2 * (nodes + 1));
    let mut cursor = Cursor::new(top);
    let edges = std::iter::from_fn(|| cursor.next(&tree));
    assert_eq!(edges.filter(|edge| matches!(edge, Edge::End(_))).count(), nodes + 1);
    assert_eq!(tree.ancestors(last)?.count(), depth + 1);
    assert!(tree.is_ancestor(top, last)? && !tree.is_ancestor(last, top)?);
    assert_eq!(tree.find_ancestor_by_name(last, "top")?, Some(top.id()));
    assert_eq!(tree.find_ancestor::<u64>(last)?, None);
    assert_eq!(tree.descendants_by_name(top, "link")?.count(), nodes.div_ceil(2));
    assert_eq!(tree.descendants_of_type::<u32>(top)?.count(), nodes / 2);
    assert_eq!(tree.iter::<u32>().count(), nodes / 2);
    assert_eq!(tree.children(top)?.count(), nodes.div_ceil(depth));
    assert_eq!(tree.children(top)?.rev().count(), nodes.div_ceil(depth));
    assert_eq!((tree.cycles().len(), tree.unreachable([top])?.len()), (0, 0));
    tree.validate().expect("a tree of any shape is valid");
    Ok(())
}

fn moved(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::with_capacity(nodes + 3);
    let (here, there) = (tree.context(tree.root(), "here")?, tree.context(tree.root(), "there")?);
    let top = tree.context(here, "top")?;
    let last = shape.grow(&mut tree, top.id(), nodes)?;
    assert_eq!(tree.steal(last, top), Err(Error::WouldLoop { node: top.id(), parent: last }));
    tree.steal(there, top)?;
    tree.steal(here, there)?;
    assert!(tree.is_ancestor(here, last)?);
    tree.steal(tree.root(), top)?;
    tree.place(top, Place::Last(here.id()))?;
    let children = tree.children(top)?.count();
    let oldest = tree.children(top)?.next_back();
    assert_eq!(tree.steal_children(top, there)?, children);
    assert_eq!(tree.children(there)?.next_back(), oldest);
    assert_eq!(tree.steal_children(there, here)?, children);
    assert_eq!(tree.children(here)?.count(), children + 2);
    // Each by itself, newest first and so back into the old order.
    for child in tree.children(here)?.filter(|&at| at != there.id() && at != top.id()).collect::<Vec<_>>() {
        tree.steal(there, child)?;
    }
    assert_eq!(tree.children(there)?.next(), oldest);
    tree.validate().expect("a tree whose nodes were moved is valid");
    assert_eq!(tree.free(here)?.nodes(), nodes + 3);
    Ok(())
}

fn lifted(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::with_capacity(nodes + 2);
    let (top, adopter) = (tree.context(tree.root(), "top")?, tree.context(tree.root(), "adopter")?);
    let last = shape.grow(&mut tree, top.id(), nodes)?;
    let children: Vec<_> = tree.children(top)?.collect();
    assert_eq!(tree.free_lifting_into(top, adopter)?.nodes(), 1);
    assert!(tree.children(adopter)?.eq(children.iter().copied()));
    assert_eq!(tree.free_lifting(adopter)?.nodes(), 1);
    assert!(tree.children(tree.root())?.eq(children));
    // All that are left one after the other, from the top: what is below each takes its place.
    while let Some(first) = tree.children(tree.root())?.next() {
        assert_eq!(tree.free_lifting(first)?.nodes(), 1);
        assert_eq!(tree.contains(last), !tree.is_empty() && shape == Shape::Deep);
    }
    tree.validate().expect("an empty tree is valid");
    Ok(())
}

fn freed_in_part(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::with_capacity(nodes);
    let root = tree.root();
    let last = shape.grow(&mut tree, root, nodes)?;
    // From the end, one by one; then all that is left.
    let mut at = last;
    for _ in 0..nodes / 2 {
        let next = match shape {
            Shape::Deep => tree.parent(at)?,
            Shape::Wide => tree.next_sibling(at)?,
        };
        assert_eq!(tree.free(at)?.nodes(), 1);
        at = next.expect("half of them are left");
    }
    tree.validate().expect("a tree that was freed in part is valid");
    assert_eq!(tree.free_children(root)?.nodes(), nodes - nodes / 2);
    // The places are used again.
    shape.grow(&mut tree, root, nodes)?;
    tree.validate().expect("a tree in used places is valid");
    assert_eq!((tree.free_children(root)?.nodes(), tree.len()), (nodes, 0));
    Ok(())
}
