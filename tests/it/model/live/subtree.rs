//! Subtrees that go from tree to tree.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::thread;

use freehold::{Error, NodeId, NodeMap, Subtree, Tree};

use super::{Thrown, crossed, step_caught};
use crate::model::any::{AnyHandle, each};
use crate::model::outcome::{Done, Event, Outcome};
use crate::model::program::{Op, Travelling};
use crate::model::script;
use crate::model::world::{World, here};

pub(super) fn step(tree: &mut Tree, world: &World, op: &Travelling) -> Result<Done, Error> {
    match *op {
        Travelling::Detach { node, dropping } => {
            let node = world.pick(tree, node);
            let (detached, origin) = match dropping {
                true => (tree.detach_dropping(node), here!()),
                false => (tree.detach(node).map(|subtree| (subtree, Vec::new())), here!()),
            };
            let (subtree, crossings) = detached?;
            let crossings = crossed(world, &crossings);
            world.plant(subtree.tree(), origin);
            let map = subtree.map().expect("it was detached");
            arrived(subtree.tree(), world, map);
            let nodes = subtree.len();
            world.lock().subtrees.push(subtree);
            Ok(Done::Detached { nodes, crossings })
        }
        Travelling::Graft { parent, seed, elsewhere } => {
            let parent = world.pick(tree, parent);
            let Some(mut subtree) = chosen(world, seed) else { return Ok(Done::Nothing) };
            if elsewhere {
                subtree = in_a_thread(move || subtree);
            }
            match tree.graft(parent, subtree) {
                Ok(map) => {
                    arrived(tree, world, &map);
                    Ok(Done::Grafted(map.len()))
                }
                Err(rejected) => {
                    world.refused(tree);
                    let (subtree, error) = rejected.into_parts();
                    world.lock().subtrees.push(subtree);
                    Err(error)
                }
            }
        }
        Travelling::Duplicate { node, parent } => {
            let (node, parent) = (world.pick(tree, node), world.pick(tree, parent));
            let map = tree.duplicate(node, parent)?;
            // What is shared is what it was.
            let copies = || map.iter().filter(|(old, new)| old != new);
            for (old, new) in copies() {
                let old = world.number(old);
                let copy = each!(world.handle(old), AnyHandle(handle) => map.get(handle).expect("it is listed").into());
                assert_eq!(new, AnyHandle::id(copy), "the map says the same in all its ways");
                world.made(tree, copy, world.origin(old));
            }
            let nodes: Vec<NodeId> = copies().map(|(_, new)| new).collect();
            note_references(tree, world, &nodes);
            if nodes.is_empty() {
                let reference = tree.references_held(parent)?.next().expect("the top is shared");
                let home = world.number(tree.root());
                world.lock().references.push((reference.id(), home));
            }
            Ok(Done::Duplicated(nodes.len()))
        }
        Travelling::Drop { seed, elsewhere } => {
            let Some(subtree) = chosen(world, seed) else { return Ok(Done::Nothing) };
            if elsewhere {
                in_a_thread(move || drop(subtree));
            } else {
                drop(subtree);
            }
            Ok(Done::Set)
        }
        Travelling::Work { seed, ref op } => {
            let Some(subtree) = chosen(world, seed) else { return Ok(Done::Nothing) };
            Ok(work(subtree.into_tree(), world, op))
        }
        Travelling::Secret { node } => {
            let node = world.pick(tree, node);
            each!(node, AnyHandle(handle) => tree.set_secret(handle)).map(|()| Done::Set)
        }
        Travelling::Build { ref op } => {
            let (tree, origin) = world.sapling();
            world.plant(&tree, origin);
            Ok(work(tree, world, op))
        }
    }
}

fn chosen(world: &World, seed: u8) -> Option<Subtree> {
    let subtrees = &mut world.lock().subtrees;
    let i = usize::from(seed).checked_rem(subtrees.len())?;
    Some(subtrees.remove(i))
}

fn in_a_thread<R: Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> R {
    thread::spawn(run).join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// An operation in a tree that then is a subtree, whatever comes of it.
fn work(mut tree: Tree, world: &World, op: &Op) -> Done {
    let outcome = step_caught(&mut tree, world, op);
    world.push(Event::Inner(outcome.as_ref().ok().cloned()));
    world.lock().subtrees.push(tree.into_subtree());
    match outcome {
        Ok::<Outcome, _>(_) => Done::Set,
        Err(Thrown::Meant(boom)) => script::boom(boom.0),
        Err(Thrown::Fault(fault)) => panic!("{fault}"),
    }
}

/// Notes what has come to a tree, in the order of the tree.
fn arrived(tree: &Tree, world: &World, map: &NodeMap) {
    let olds: HashMap<NodeId, NodeId> = map.iter().map(|(old, new)| (new, old)).collect();
    let below = tree.descendants(map.top()).expect("it has just come");
    let nodes: Vec<NodeId> = std::iter::once(map.top()).chain(below).collect();
    assert_eq!(nodes.len(), map.len(), "the map is of what has come");
    for &node in &nodes {
        let old = world.number(olds[&node]);
        let new: AnyHandle =
            each!(world.handle(old), AnyHandle(handle) => map.get(handle).expect("it is listed").into());
        assert_eq!((new.id(), map.id(world.handle(old))), (node, Some(node)), "the map says the same in all its ways");
        world.moved(tree, old, new);
    }
    note_references(tree, world, &nodes);
}

/// Notes the references that new nodes hold.
pub(super) fn note_references(tree: &Tree, world: &World, nodes: &[NodeId]) {
    let home = world.number(tree.root());
    for &node in nodes {
        let held: Vec<_> =
            tree.references_held(node).expect("it has just come").map(|held| (held.id(), home)).collect();
        world.lock().references.extend(held);
    }
}
