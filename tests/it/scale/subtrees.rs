//! Duplicated, detached and grafted.

use freehold::{Error, Tree};

use super::shapes::{Shape, at_scale};

at_scale! {
    duplicated: deep "takes 2.6 GiB of memory", wide "takes 2.6 GiB of memory";
    detached_and_grafted: deep "takes 3.4 GiB of memory", wide "takes 3.5 GiB of memory";
    built_apart: deep "takes 2.4 GiB of memory", wide "takes 2.4 GiB of memory";
}

fn duplicated(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::new();
    tree.declare_clone::<u32>()?;
    let top = tree.context(tree.root(), "top")?;
    let last = shape.grow(&mut tree, top.id(), nodes)?;
    let map = tree.duplicate(top, tree.root())?;
    assert_eq!((map.len(), tree.len()), (nodes + 1, 2 * (nodes + 1)));
    let copy = map.id(last).expect("it was copied");
    assert_eq!(tree.ancestors(copy)?.count(), tree.ancestors(last)?.count());
    assert_eq!(tree.total_size(map.top())?, Shape::bytes(nodes));
    let copies = map.top();
    drop(map);
    tree.validate().expect("a tree with copies is valid");
    assert_eq!(tree.free(top)?.nodes(), nodes + 1);
    assert_eq!(tree.total_blocks(copies)?, nodes + 1);
    // Into what is copied.
    let map = tree.duplicate(copies, copy)?;
    assert_eq!(tree.parent(map.top())?, Some(copy));
    assert_eq!(tree.free(copies)?.nodes(), 2 * (nodes + 1));
    Ok(())
}

fn detached_and_grafted(shape: Shape, nodes: usize) -> Result<(), Error> {
    let (mut tree, mut other) = (Tree::new(), Tree::new());
    let top = tree.context(tree.root(), "top")?;
    let last = shape.grow(&mut tree, top.id(), nodes)?;
    let depth = tree.ancestors(last)?.count();
    let subtree = tree.detach(top)?;
    assert_eq!((subtree.len(), tree.len()), (nodes + 1, 0));
    tree.validate().expect("a tree that was emptied is valid");
    let last = subtree.map().and_then(|map| map.id(last)).expect("it came along");
    let map = other.graft(other.root(), subtree)?;
    let last = map.id(last).expect("it came along");
    assert_eq!((map.len(), other.len(), other.ancestors(last)?.count()), (nodes + 1, nodes + 1, depth));
    let top = map.top();
    drop(map);
    assert_eq!(other.total_size(top)?, Shape::bytes(nodes));
    other.validate().expect("a tree into which something was grafted is valid");
    // Back into the places that it left.
    let map = tree.graft(tree.root(), other.detach(top)?)?;
    assert_eq!(tree.free(map.top())?.nodes(), nodes + 1);
    Ok(())
}

fn built_apart(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut apart = Tree::new();
    let root = apart.root();
    shape.grow(&mut apart, root, nodes)?;
    let subtree = std::thread::spawn(move || apart.into_subtree()).join().expect("nothing panics");
    let mut tree = Tree::new();
    let map = tree.graft(tree.root(), subtree)?;
    assert_eq!(tree.total_blocks(map.top())?, nodes + 1);
    let subtree = tree.detach(map.top())?;
    drop(map);
    drop(subtree);
    assert!(tree.is_empty());
    Ok(())
}
