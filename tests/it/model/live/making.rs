//! More ways of making nodes.

use freehold::{Error, Handle, Scope, Tree, append_in, format_in};

use super::{fault, gone, settled_wrong};
use crate::model::any::AnyHandle;
use crate::model::outcome::{Done, Outcome};
use crate::model::probe::Probe;
use crate::model::program::{End, Kept, Make, Making, MakingWay, Sort};
use crate::model::world::{World, here};
use crate::model::{given_name, sample_bytes, sample_text, script};

pub(super) fn step(tree: &mut Tree, world: &World, op: &Making) -> Result<Done, Error> {
    match *op {
        Making::New { parent, way } => {
            let parent = world.pick(tree, parent);
            new(tree, world, parent, way)
        }
        Making::Realloc { owner, array, parent, len } => {
            let array = array.map(|pick| world.pick_sort(tree, pick, Sort::Words));
            let owner = match array {
                Some(array) => world.owner(tree, owner, array),
                None => world.pick(tree, parent),
            };
            realloc(tree, world, owner, array, len.into())
        }
        Making::AppendIn { node, len } => match world.pick_sort(tree, node, Sort::Text) {
            AnyHandle::Text(text) => append_in!(tree, text, "{}", sample_text(len)).map(|()| Done::Set),
            other => settled_wrong::<str>(tree, other),
        },
        Making::Keep { parent, makes, ref op, kept, end } => {
            let parent = world.pick(tree, parent);
            let (scope, origin) = (tree.scope(parent), here!());
            let mut scope = scope?;
            world.made(&scope, scope.handle().into(), origin);
            let mut made = Vec::new();
            for make in makes {
                script::noted(world, || {
                    let outcome = make_in(&mut scope, world, make);
                    if let Ok(Done::Made(num)) = outcome {
                        made.push(num);
                    }
                    outcome
                });
            }
            script::noted(world, || super::step(&mut scope, world, op));
            script::noted(world, || {
                let chosen = match kept {
                    Kept::Made(n) if n < made.len() => world.handle(made[n]),
                    Kept::Made(_) => scope.handle().into(),
                    Kept::Any(pick) => world.pick(&scope, pick),
                };
                scope.keep(chosen).map(|_| Done::Moved).map_err(|error| fault(world, error))
            });
            if end == End::Dropped {
                drop(scope);
                return Ok(Done::Set);
            }
            scope.close().map(|freed| Done::Freed(gone(world, &freed)))
        }
    }
}

fn new(tree: &mut Tree, world: &World, parent: AnyHandle, way: MakingWay) -> Result<Done, Error> {
    // Each call and its `here!()` on one line: untyped nodes are named by it.
    let numbers = |len: u8| (0..len).map(u32::from);
    let (made, origin): (Result<AnyHandle, Error>, _) = match way {
        MakingWay::Default => (tree.alloc_default::<()>(parent).map(AnyHandle::from), here!()),
        MakingWay::FromIter(len) => (tree.array_from_iter(parent, numbers(len)).map(AnyHandle::from), here!()),
        MakingWay::Unfilled(len) => {
            let (made, origin) = (tree.array_unfilled::<u32>(parent, len.into()), here!());
            if let Ok(array) = made {
                tree[array].fill(len.into());
            }
            (made.map(AnyHandle::from), origin)
        }
        MakingWay::Zeroes(len) => (tree.bytes(parent, len.into()).map(AnyHandle::from), here!()),
        MakingWay::Aligned(len, to) => (tree.bytes_aligned(parent, len.into(), to).map(AnyHandle::from), here!()),
        MakingWay::Format(len) => {
            let text = sample_text(len);
            (tree.format(parent, format_args!("{text}")).map(AnyHandle::from), here!())
        }
        MakingWay::FormatIn(len) => {
            let text = sample_text(len);
            (format_in!(tree, parent, "{text}").map(AnyHandle::from), here!())
        }
        MakingWay::Pooled(bytes) => {
            let probe = Probe::new(world.next_serial(), world);
            let (made, origin) = (tree.pooled(parent, probe, 2, bytes.into()), here!());
            (made.map(AnyHandle::from).map_err(Error::from), origin)
        }
    };
    made.map(|handle| Done::Made(world.made(tree, handle, origin)))
}

/// What is new is filled with zeroes.
fn realloc(
    tree: &mut Tree,
    world: &World,
    owner: AnyHandle,
    array: Option<AnyHandle>,
    len: usize,
) -> Result<Done, Error> {
    let array: Option<Handle<[u32]>> = match array {
        None => None,
        Some(AnyHandle::Words(array)) => Some(array),
        Some(other) => return settled_wrong::<[u32]>(tree, other),
    };
    let old = array.and_then(|array| tree.get(array).ok()).map_or(0, <[u32]>::len);
    let (answer, origin) = (tree.realloc(owner, array, len), here!());
    let Some(now) = answer? else { return Ok(Done::Had(array.is_some())) };
    tree[now][old.min(len)..].fill(0);
    Ok(if array.is_some() { Done::Set } else { Done::Made(world.made(tree, now.into(), origin)) })
}

/// By the scope's own methods.
fn make_in(scope: &mut Scope<'_>, world: &World, make: Make) -> Outcome {
    let (made, origin): (Result<AnyHandle, Error>, _) = match make {
        Make::Context => {
            let name = given_name(world.count() as u8);
            (scope.context(name).map(AnyHandle::from), here!())
        }
        Make::Probe | Make::ProbeWith | Make::ProbePanics => {
            let probe = Probe::new(world.next_serial(), world);
            (scope.alloc(probe).map(AnyHandle::from).map_err(Error::from), here!())
        }
        Make::Bytes(len) => (scope.array_from(&sample_bytes(len)).map(AnyHandle::from), here!()),
        Make::Words(len) => (scope.array::<u32>(len.into()).map(AnyHandle::from), here!()),
        Make::Text(len) if len % 2 == 1 => (scope.strdup(&sample_text(len)).map(AnyHandle::from), here!()),
        Make::Text(len) => {
            let text = sample_text(len);
            (scope.format(format_args!("{text}")).map(AnyHandle::from), here!())
        }
    };
    made.map(|handle| Done::Made(world.made(scope, handle, origin))).map_err(|error| fault(world, error))
}
