//! Shapes that would be too much for a walk that recurses, or that looks at anything twice.

use freehold::{Error, NodeId, Tree};

const MANY: usize = 1_000_000;

fn there_and_back(tree: &mut Tree, top: NodeId) -> Result<NodeId, Error> {
    let subtree = tree.detach(top)?;
    assert!(tree.is_empty());
    let map = tree.graft(tree.root(), subtree)?;
    tree.validate().unwrap();
    Ok(map.top())
}

#[test]
fn a_chain_of_a_million() -> Result<(), Error> {
    let mut tree = Tree::new();
    let mut at = tree.root();
    for n in 0..MANY {
        at = tree.alloc(at, n)?.id();
    }
    let top = tree.children(tree.root())?.next().unwrap();
    let top = there_and_back(&mut tree, top)?;
    assert!(tree.descendants(top)?.all(|at| tree.downcast::<usize>(at).is_ok()));
    assert_eq!(tree.free(top)?.nodes(), MANY);
    Ok(())
}

#[test]
fn a_million_side_by_side() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    for n in 0..MANY {
        tree.alloc(top, n)?;
    }
    let top = there_and_back(&mut tree, top.id())?;
    let numbers = tree.children(top)?.rev().map(|at| tree[tree.downcast::<usize>(at).unwrap()]);
    assert!(numbers.eq(0..MANY));
    Ok(())
}

#[test]
fn a_chain_in_which_everybody_holds_the_last() -> Result<(), Error> {
    let mut tree = Tree::new();
    let mut chain = vec![tree.context(tree.root(), "top")?];
    for _ in 0..100_000 {
        chain.push(tree.context(chain[chain.len() - 1], "link")?);
    }
    let (first, last) = (chain[0], chain[chain.len() - 1]);
    for &holder in &chain {
        tree.reference(holder, last)?;
        tree.reference(last, holder)?;
    }
    let outside = tree.context(tree.root(), "outside")?;
    for &holder in &chain {
        tree.reference(holder, outside)?;
    }
    let Err(Error::Crossed { crossings }) = tree.detach(first) else { panic!("it crosses the border") };
    assert_eq!(crossings.len(), chain.len());
    let (subtree, crossings) = tree.detach_dropping(first)?;
    assert_eq!((crossings.len(), subtree.len()), (chain.len(), chain.len()));
    subtree.tree().validate().unwrap();
    tree.validate().unwrap();
    Ok(())
}

#[test]
fn every_node_brings_an_allocator() -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let mut at = top;
    for _ in 0..10_000 {
        at = tree.context_in(at, "pool", freehold::Pool::new(64))?;
        tree.bytes(at, 40)?;
        tree.bytes(at, 40)?;
    }
    let top = there_and_back(&mut tree, top.id())?;
    assert_eq!(tree.free(top)?.nodes(), 30_001);
    tree.validate().unwrap();
    Ok(())
}
