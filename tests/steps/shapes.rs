//! What the cases are made of.

use freehold::{Error, Handle, NodeId, Tree, Verdict};

/// So many nodes in `top`, oldest first.
pub(crate) fn wide(tree: &mut Tree, top: impl Into<NodeId>, nodes: usize) -> Result<Vec<Handle<usize>>, Error> {
    let top = top.into();
    (0..nodes).map(|n| Ok(tree.alloc(top, n)?)).collect()
}

/// So many nodes, each in the one before, outermost first.
pub(crate) fn deep(tree: &mut Tree, top: impl Into<NodeId>, nodes: usize) -> Result<Vec<Handle<usize>>, Error> {
    let mut at = top.into();
    (0..nodes)
        .map(|n| {
            let node = tree.alloc(at, n)?;
            at = node.id();
            Ok(node)
        })
        .collect()
}

/// A tree with a context in it.
pub(crate) fn rooted() -> Result<(Tree, Handle<()>), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    Ok((tree, top))
}

/// First, last, second, last but one, and so on.
pub(crate) fn ends_in_turn<T>(all: Vec<T>) -> impl Iterator<Item = T> {
    let (mut all, mut front) = (all.into_iter(), false);
    std::iter::from_fn(move || {
        front = !front;
        if front { all.next() } else { all.next_back() }
    })
}

/// As if shuffled, the same every time: a stride that has no divisor in common with any of the sizes.
pub(crate) fn scattered<T: Copy>(all: &[T]) -> impl Iterator<Item = T> + '_ {
    (0..all.len()).map(|n| all[n * 700_001 % all.len()])
}

/// Gives each of some nodes a destructor that refuses.
pub(crate) fn refuse(tree: &mut Tree, nodes: &[Handle<usize>]) -> Result<(), Error> {
    nodes.iter().try_for_each(|&node| tree.set_destructor(node, |_, _| Verdict::Refuse))
}
