//! Counts, and strong and weak claims.

use std::thread;

use freehold::{Error, Released, Scope, Tree};

use super::{fault, gone, wrong};
use crate::model::any::AnyHandle;
use crate::model::outcome::{Done, Release};
use crate::model::probe::Probe;
use crate::model::program::{End, Floats, Op, Sharing, Sort};
use crate::model::script;
use crate::model::world::{World, here};

pub(super) fn step(tree: &mut Tree, world: &World, op: &Sharing) -> Result<Done, Error> {
    match *op {
        Sharing::Floating => {
            let value = Probe::new(world.next_serial(), world);
            let (made, origin) = (tree.floating(value), here!());
            Ok(Done::Made(world.made(tree, made?.into(), origin)))
        }
        Sharing::Retain { node } => {
            let node = world.pick(tree, node);
            tree.retain(node.id()).map(|()| Done::Set)
        }
        Sharing::Release { node } => {
            let node = node.map(|node| world.pick(tree, node).id());
            tree.release(node).map(|released| Done::Released(release(world, released)))
        }
        Sharing::Guarded { node, ref op, end } => {
            let node = world.pick(tree, node);
            guarded(tree, world, node, op, end)
        }
        Sharing::Scope { parent, count, ref op, floats } => {
            let parent = world.pick(tree, parent);
            scope(tree, world, parent, count, op, floats)
        }
        Sharing::Strong { node } => {
            let strong = world.pick(tree, node).strong(tree)?;
            world.lock().strongs.push(strong);
            Ok(Done::Set)
        }
        Sharing::FromOwned { node } => {
            let strong = world.pick(tree, node).give_up(tree)?;
            world.lock().strongs.push(strong);
            Ok(Done::Set)
        }
        Sharing::Weak { node } => {
            let weak = world.pick(tree, node).weak(tree)?;
            world.lock().weaks.push(weak);
            Ok(Done::Set)
        }
        Sharing::Clone { seed } => Ok(world.chosen_strong(seed).map_or(Done::Nothing, |i| {
            let strong = world.lock().strongs[i].clone();
            world.lock().strongs.push(strong);
            Done::Set
        })),
        Sharing::Downgrade { seed } => Ok(world.chosen_strong(seed).map_or(Done::Nothing, |i| {
            let weak = world.lock().strongs[i].downgrade();
            world.lock().weaks.push(weak);
            Done::Set
        })),
        Sharing::Upgrade { seed } => Ok(world.chosen_weak(seed).map_or(Done::Nothing, |i| {
            let strong = world.lock().weaks[i].upgrade();
            let had = strong.is_some();
            world.lock().strongs.extend(strong);
            Done::Had(had)
        })),
        Sharing::Drop { seed, elsewhere } => Ok(world.chosen_strong(seed).map_or(Done::Nothing, |i| {
            let strong = world.lock().strongs.remove(i);
            if elsewhere {
                thread::spawn(move || drop(strong)).join().expect("a drop does not panic");
            }
            Done::Set
        })),
        Sharing::IntoOwned { seed, parent } => {
            let parent = world.pick(tree, parent);
            let Some(i) = world.chosen_strong(seed) else { return Ok(Done::Nothing) };
            let strong = world.lock().strongs.remove(i);
            let owned = strong.into_owned_by(tree, parent);
            owned.map(|()| Done::Moved).map_err(|(strong, error)| {
                world.lock().strongs.push(strong);
                error
            })
        }
        Sharing::Store { seed, node } => {
            let node = world.pick_sort(tree, node, Sort::Probe);
            let Some(i) = world.chosen_strong(seed) else { return Ok(Done::Nothing) };
            let AnyHandle::Probe(node) = node else { return wrong::<Probe>(tree, node) };
            let probe = tree.get_mut(node)?;
            probe.held.push(world.lock().strongs.remove(i));
            Ok(Done::Set)
        }
        Sharing::Fetch { node } => match world.pick_sort(tree, node, Sort::Probe) {
            AnyHandle::Probe(node) => {
                let strong = tree.get_mut(node)?.held.pop();
                let had = strong.is_some();
                world.lock().strongs.extend(strong);
                Ok(Done::Had(had))
            }
            other => wrong::<Probe>(tree, other),
        },
        Sharing::Settle => Ok(Done::Freed(gone(world, &tree.settle()))),
    }
}

/// An operation while a node is retained.
fn guarded(tree: &mut Tree, world: &World, node: AnyHandle, op: &Op, end: End) -> Result<Done, Error> {
    let mut guard = tree.retained(node)?;
    script::noted(world, || super::step(&mut guard, world, op));
    match end {
        End::Told => guard.release().map(|released| Done::Released(release(world, released))),
        End::Dropped => {
            drop(guard);
            Ok(Done::Set)
        }
    }
}

/// An operation in a scope in which a few nodes float.
fn scope(tree: &mut Tree, world: &World, parent: AnyHandle, count: u8, op: &Op, floats: Floats) -> Result<Done, Error> {
    let (scope, origin) = (tree.scope(parent), here!());
    let mut scope = scope?;
    assert_eq!((scope.outside(), scope.depth()), (parent.id(), scope.scope_depth()));
    world.made(&scope, scope.handle().into(), origin);
    for _ in 0..count {
        let value = Probe::new(world.next_serial(), world);
        let (made, origin) = (|scope: &mut Scope<'_>| scope.floating(value).map_err(Error::from), here!());
        script::noted(world, || match made(&mut scope) {
            Ok(made) => Ok(Done::Made(world.made(&scope, made.into(), origin))),
            Err(error) => Err(fault(world, error)),
        });
    }
    script::noted(world, || super::step(&mut scope, world, op));
    match floats {
        Floats::Sink => script::noted(world, || scope.sink().map(Done::MovedAll).map_err(|error| fault(world, error))),
        Floats::Drop => script::noted(world, || {
            scope.drop_floats().map(|freed| Done::Freed(gone(world, &freed))).map_err(|error| fault(world, error))
        }),
        Floats::Leave => {
            drop(scope);
            return Ok(Done::Set);
        }
    }
    scope.close().map(|freed| Done::Freed(gone(world, &freed)))
}

fn release(world: &World, released: Released) -> Release {
    match released {
        Released::Nothing => Release::Nothing,
        Released::Claim => Release::Claim,
        Released::Passed { to } => Release::Passed(world.number(to)),
        Released::Freed(freed) => Release::Freed(gone(world, &freed)),
        other => panic!("unknown answer {other:?}"),
    }
}
