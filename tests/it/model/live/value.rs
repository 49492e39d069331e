//! What values link to, and values that are shared or exchanged.

use std::mem;

use freehold::{Error, NodeId, Tree};

use super::subtree::note_references;
use super::{gone, wrong};
use crate::model::any::{AnyHandle, each};
use crate::model::outcome::Done;
use crate::model::probe::Probe;
use crate::model::program::{Sort, Valuing};
use crate::model::world::World;

pub(super) fn step(tree: &mut Tree, world: &World, op: &Valuing) -> Result<Done, Error> {
    let probe = |tree: &Tree, pick| world.pick_sort(tree, pick, Sort::Probe);
    match *op {
        Valuing::Link { node, to } => {
            let (node, to) = (probe(tree, node), world.pick(tree, to));
            let AnyHandle::Probe(node) = node else { return wrong::<Probe>(tree, node) };
            tree.get_mut(node)?.links.push(to);
            Ok(Done::Set)
        }
        Valuing::LinkWeakly { node, to } => {
            let (node, to) = (probe(tree, node), world.pick(tree, to));
            let AnyHandle::Probe(node) = node else { return wrong::<Probe>(tree, node) };
            let weak = to.weak(tree)?;
            tree.get_mut(node)?.weak.push(weak);
            Ok(Done::Set)
        }
        Valuing::Forget { node } => {
            let node = probe(tree, node);
            let AnyHandle::Probe(node) = node else { return wrong::<Probe>(tree, node) };
            let probe = tree.get_mut(node)?;
            let had = (mem::take(&mut probe.links), mem::take(&mut probe.weak));
            Ok(Done::Had(!had.0.is_empty() || !had.1.is_empty()))
        }
        Valuing::Swap { a, b, pairwise } => {
            let (a, b) = (probe(tree, a), world.pick(tree, b));
            swap(tree, a, b, pairwise)
        }
        Valuing::Share { sort } => match sort {
            Sort::Context => tree.declare_shared::<()>(),
            Sort::Probe => tree.declare_shared::<Probe>(),
            Sort::Bytes => tree.declare_shared::<[u8]>(),
            Sort::Words => tree.declare_shared::<[u32]>(),
            Sort::Text => tree.declare_shared::<str>(),
        }
        .map(|()| Done::Set),
        Valuing::MakeMut { owner, node } => {
            let node = world.pick(tree, node);
            let owner = world.owner(tree, owner, node);
            make_mut(tree, world, owner, node)
        }
        Valuing::Tidy => {
            tree.reserve(20);
            tree.shrink();
            Ok(Done::Set)
        }
        Valuing::ForgetAll => {
            for (_, probe) in tree.iter_mut::<Probe>() {
                (probe.links, probe.weak) = (Vec::new(), Vec::new());
            }
            Ok(Done::Set)
        }
        Valuing::TearDown => tree.tear_down().map(|freed| Done::Freed(gone(world, &freed))),
    }
}

fn swap(tree: &mut Tree, a: AnyHandle, b: AnyHandle, pairwise: bool) -> Result<Done, Error> {
    match (a, b) {
        (AnyHandle::Probe(a), AnyHandle::Probe(b)) if pairwise => {
            let (a, b) = tree.get_pair_mut(a, b)?;
            mem::swap(a, b);
        }
        (AnyHandle::Probe(a), AnyHandle::Probe(b)) => {
            let [a, b] = tree.get_disjoint_mut([a, b])?;
            mem::swap(a, b);
        }
        (AnyHandle::Probe(a), AnyHandle::Context(b)) => {
            let _ = tree.get_pair_mut(a, b)?;
        }
        (AnyHandle::Probe(_), other) | (other, _) => return wrong::<Probe>(tree, other),
    }
    Ok(Done::Set)
}

/// A copy that comes of it is walked in the order in which it was made.
fn make_mut(tree: &mut Tree, world: &World, owner: AnyHandle, node: AnyHandle) -> Result<Done, Error> {
    let mine = each!(node, AnyHandle(handle) => AnyHandle::from(tree.make_mut(owner, handle)?));
    if mine.id() != node.id() {
        let nodes = oldest_first(tree, mine.id());
        for &copy in &nodes {
            let origin = tree.origin(copy)?;
            let handle = AnyHandle::of(tree, copy)?;
            world.made(tree, handle, format!("{}:{}", origin.file(), origin.line()));
        }
        note_references(tree, world, &nodes);
    }
    Ok(Done::Mine(world.number(mine.id())))
}

fn oldest_first(tree: &Tree, top: NodeId) -> Vec<NodeId> {
    let (mut nodes, mut todo) = (Vec::new(), vec![top]);
    while let Some(node) = todo.pop() {
        nodes.push(node);
        todo.extend(tree.children(node).expect("it is there"));
    }
    nodes
}
