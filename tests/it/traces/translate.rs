//! talloc's calls, made of ours: every difference between the two is in this file.
//!
//! Each function answers what C answers; an error of ours that C has no answer for is passed on, and so
//! fails the trace. `docs/talloc.md` lists the same differences for those who port a program.

use freehold::{Budget, Error, Freed, Handle, NodeId, Pool, Tree, Unlinked};

use super::destructors::{self, Kind};
use super::stage::{Body, Chunk, Stage};

/// C refuses blocks of this size and above; ours may have sixteen times as much.
pub(super) const MAX_SIZE: u64 = 0x1000_0000;
/// The generator's spelling of a line inside libtalloc, which is where C says `move` and `incref` were called.
const LIBRARY: &str = "<lib>";

pub(super) fn new(tree: &mut Tree, stage: &Stage, ctx: u64, size: u64, name: Option<&str>) -> Result<u64, Error> {
    if size >= MAX_SIZE {
        return Ok(0);
    }
    match within_limits(tree.bytes(stage.node(ctx), size as usize))? {
        Some(block) => born(tree, stage, Body::Block(block), name),
        None => Ok(0),
    }
}

/// C answers NULL to what a limit refuses.
fn within_limits<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(made) => Ok(Some(made)),
        Err(Error::OverBudget { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

fn born(tree: &mut Tree, stage: &Stage, body: Body, name: Option<&str>) -> Result<u64, Error> {
    let id = stage.born(body);
    if let Body::Block(block) = body {
        tree[block].fill(mark(id));
    }
    set_name_const(tree, stage, id, name)?;
    // Every chunk of a trace is born with a logging destructor.
    destructors::set(tree, stage, id, Kind::Accept)?;
    Ok(id)
}

/// What every byte of a chunk holds: a trace says nothing of content, which has to stay all the same.
pub(super) fn mark(id: u64) -> u8 {
    id as u8 | 1
}

/// C's pool has no name. What it serves can't be seen in a trace, nor when it is full.
pub(super) fn pool(tree: &mut Tree, stage: &Stage, ctx: u64, size: u64) -> Result<u64, Error> {
    if size >= MAX_SIZE {
        return Ok(0);
    }
    if !has_room_for_pool(tree, stage, ctx, size)? {
        return Ok(0);
    }
    let context = tree.context_in(stage.node(ctx), "pool", Pool::new(size as usize))?;
    born(tree, stage, Body::Pool(context), None)
}

/// C reserves more for each chunk, because a chunk's header lies in the pool, and refuses by the sum.
pub(super) fn pooled_object(
    tree: &mut Tree,
    stage: &Stage,
    ctx: u64,
    size: u64,
    name: &str,
    (children, bytes): (u64, u64),
) -> Result<u64, Error> {
    let reserved = (size.saturating_add(bytes)).saturating_add(143 * (children + 1));
    if children == u64::from(u32::MAX) || reserved >= MAX_SIZE {
        return Ok(0);
    }
    if !has_room_for_pool(tree, stage, ctx, reserved)? {
        return Ok(0);
    }
    let array = tree.pooled_array(stage.node(ctx), size as usize, children as usize, bytes as usize)?;
    born(tree, stage, Body::Block(array), Some(name))
}

/// C's limits count what a pool reserves, with a header of its own. Ours count what is in it.
fn has_room_for_pool(tree: &mut Tree, stage: &Stage, ctx: u64, reserved: u64) -> Result<bool, Error> {
    let Some(block) = within_limits(tree.array_unfilled::<u8>(stage.node(ctx), reserved as usize + 32))? else {
        return Ok(false);
    };
    tree.free(block)?;
    Ok(true)
}

pub(super) fn named(tree: &mut Tree, stage: &Stage, ctx: u64, size: u64, name: &str) -> Result<u64, Error> {
    let id = new(tree, stage, ctx, size, None)?;
    if id != 0 && !set_name(tree, stage, id, name)? {
        // C frees a chunk it has no name for, before anybody has seen it.
        let node = stage.unborn(id);
        tree.clear_destructor(node)?;
        tree.free(node)?;
        return Ok(0);
    }
    Ok(id)
}

/// C refuses arrays by their count, which is a little stricter than by their size.
pub(super) fn array(
    tree: &mut Tree,
    stage: &Stage,
    ctx: u64,
    (el, count): (u64, u64),
    name: &str,
) -> Result<u64, Error> {
    if count >= MAX_SIZE / el { Ok(0) } else { new(tree, stage, ctx, el * count, Some(name)) }
}

/// C counts the final NUL, and a string's name is its text.
pub(super) fn strdup(tree: &mut Tree, stage: &Stage, ctx: u64, text: &str) -> Result<u64, Error> {
    new(tree, stage, ctx, text.len() as u64 + 1, Some(text))
}

/// C keeps a formatted name in a child called `.name`, in front of its siblings; an older one stays. If a limit refuses
/// that, the name is lost.
pub(super) fn set_name(tree: &mut Tree, stage: &Stage, id: u64, name: &str) -> Result<bool, Error> {
    let Some(text) = within_limits(tree.bytes(stage.node(id), name.len() + 1))? else {
        set_name_const(tree, stage, id, None)?;
        return Ok(false);
    };
    tree.set_name(text, ".name")?;
    set_name_const(tree, stage, id, Some(name))?;
    stage.change(id, |chunk| chunk.text = Some(text));
    Ok(true)
}

/// C can take a name away: the chunk shows as `UNNAMED` but isn't called so. A `.name` child stays.
pub(super) fn set_name_const(tree: &mut Tree, stage: &Stage, id: u64, name: Option<&str>) -> Result<(), Error> {
    tree.set_name(stage.node(id), name.unwrap_or("UNNAMED").to_owned())?;
    stage.change(id, |chunk| (chunk.unnamed, chunk.text) = (name.is_none(), None));
    Ok(())
}

pub(super) fn realloc(
    tree: &mut Tree,
    stage: &Stage,
    (ctx, id): (u64, u64),
    size: u64,
    (name, keep_name): (Option<&str>, bool),
) -> Result<u64, Error> {
    // To size 0, C unlinks and answers NULL whatever came of it; ours has an empty block.
    if size == 0 {
        if id != 0 {
            unlink(tree, stage, ctx, id)?;
        }
        return Ok(0);
    }
    if id == 0 {
        return new(tree, stage, ctx, size, name);
    }
    if size >= MAX_SIZE {
        return Ok(0);
    }
    // C refuses to resize pools, and pooled objects even to the size they have; ours has contexts, which have none.
    let Body::Block(block) = stage.chunk(id).body else { return Ok(0) };
    let old = tree.size(block)? as u64;
    match tree.resize_zero(block, size as usize) {
        Ok(()) => {}
        Err(Error::Shared { .. } | Error::Pooled { .. } | Error::OverBudget { .. }) => return Ok(0),
        Err(other) => return Err(other),
    }
    let (kept, new) = tree[block].split_at_mut(old.min(size) as usize);
    assert!(kept.iter().all(|&byte| byte == mark(id)), "the content of #{id} is not what it was before the resize");
    assert!(new.iter().all(|&byte| byte == 0), "what #{id} has got in the resize is not clear");
    new.fill(mark(id));
    // C renames, unless the block is as large as it was or shrinks in place, which it does not within limits. Ours
    // keeps its name.
    let in_place = size == old || size < old && old - size < 1024 && !limited(tree, block.id())?;
    if !in_place && !keep_name {
        set_name_const(tree, stage, id, name)?;
    }
    Ok(id)
}

pub(super) fn free(tree: &mut Tree, stage: &Stage, id: u64) -> Result<i64, Error> {
    let node = stage.node(id);
    // A top-level chunk with exactly one reference: C gives it up as unlink does, ours is refused as shared.
    if tree.parent(node)? == Some(tree.root()) && tree.reference_count(node)? == 1 {
        return unlink(tree, stage, 0, id);
    }
    match tree.free(node) {
        Ok(freed) => Ok(accept(stage, freed)),
        Err(Error::Refused { .. } | Error::Shared { .. } | Error::Dying { .. }) => Ok(-1),
        Err(other) => Err(other),
    }
}

/// C spares the child that holds the name in use and puts it back in front.
pub(super) fn free_children(tree: &mut Tree, stage: &Stage, id: u64) -> Result<(), Error> {
    let node = stage.node(id);
    let text = stage.chunk(id).text;
    if let Some(text) = text {
        tree.steal(tree.root(), text)?;
    }
    let freed = tree.free_children(node)?;
    if let Some(text) = text {
        unlimited(tree, |tree| tree.steal(node, text))?;
    }
    accept(stage, freed);
    Ok(())
}

pub(super) fn steal(tree: &mut Tree, stage: &Stage, to: u64, id: u64) -> Result<u64, Error> {
    move_by(tree, stage, to, id, |tree, parent, chunk| tree.steal(parent, chunk.node()))
}

pub(super) fn move_(tree: &mut Tree, stage: &Stage, to: u64, id: u64) -> Result<u64, Error> {
    stage.lock().place = LIBRARY.to_owned();
    move_by(tree, stage, to, id, |tree, parent, chunk| match chunk.body {
        Body::Block(block) => transfer(tree, parent, block),
        Body::Pool(context) => transfer(tree, parent, context),
    })
}

fn transfer<T: ?Sized>(tree: &mut Tree, parent: NodeId, handle: Handle<T>) -> Result<(), Error> {
    let mut variable = Some(handle);
    tree.transfer(parent, &mut variable)?;
    assert!(variable.is_none(), "the moved handle is still there");
    Ok(())
}

fn move_by(
    tree: &mut Tree,
    stage: &Stage,
    to: u64,
    id: u64,
    go: impl Fn(&mut Tree, NodeId, Chunk) -> Result<(), Error>,
) -> Result<u64, Error> {
    let (parent, chunk) = (stage.node(to), stage.chunk(id));
    // C takes NULL for another parent than the null context, so it warns of a shared chunk that is at top
    // level and stays there. Stealing the chunk from itself is refused with just that warning.
    if to == 0 && tree.parent(chunk.node())? == Some(parent) {
        into_itself(tree.steal(chunk.node(), chunk.node()), id, id)?;
    }
    into_itself(unlimited(tree, |tree| go(tree, parent, chunk)), id, to)?;
    Ok(id)
}

/// To steal a chunk to itself is nothing in C, an error with us.
fn into_itself(outcome: Result<(), Error>, id: u64, to: u64) -> Result<(), Error> {
    match outcome {
        Err(Error::WouldLoop { .. }) if id == to => Ok(()),
        other => other,
    }
}

pub(super) fn reparent(tree: &mut Tree, stage: &Stage, old: Option<u64>, new: u64, id: u64) -> Result<u64, Error> {
    // C takes a literal NULL for the old parent by its word, and with the null context nothing is under NULL.
    let Some(old) = old else { return Ok(0) };
    let (from, to, node) = (stage.node(old), stage.node(new), stage.node(id));
    match into_itself(unlimited(tree, |tree| tree.reparent(from, to, node)), id, new) {
        Ok(()) => Ok(id),
        Err(Error::NotOwner { .. }) => Ok(0),
        Err(other) => Err(other),
    }
}

pub(super) fn reference(tree: &mut Tree, stage: &Stage, ctx: u64, id: u64) -> Result<u64, Error> {
    let Some(made) = within_limits(tree.reference(stage.node(ctx), stage.node(id)))? else { return Ok(0) };
    let mut state = stage.lock();
    let place = state.place.clone();
    state.places.insert(made.id(), place);
    Ok(id)
}

/// A claim of the null context.
pub(super) fn incref(tree: &mut Tree, stage: &Stage, id: u64) -> Result<i64, Error> {
    stage.lock().place = LIBRARY.to_owned();
    reference(tree, stage, 0, id).map(|_| 0)
}

pub(super) fn unlink(tree: &mut Tree, stage: &Stage, ctx: u64, id: u64) -> Result<i64, Error> {
    let node = stage.node(id);
    let owner = stage.node(ctx);
    match unlimited(tree, |tree| tree.unlink(owner, node)) {
        Ok(Unlinked::Freed(freed)) => Ok(accept(stage, freed)),
        Ok(Unlinked::Passed { to }) => {
            assert_eq!(tree.parent(node)?, Some(to), "who was said to take over is not the parent");
            Ok(0)
        }
        Ok(_) => Ok(0),
        Err(Error::NotOwner { .. } | Error::Refused { .. } | Error::Dying { .. }) => Ok(-1),
        Err(other) => Err(other),
    }
}

/// C's free says nothing about survivors; ours lists them, which is checked at the end of the line.
fn accept(stage: &Stage, freed: Freed) -> i64 {
    stage.lock().freed.push(freed);
    0
}

/// A limit of 0 is none, in C.
pub(super) fn set_memlimit(tree: &mut Tree, stage: &Stage, id: u64, limit: u64) -> Result<i64, Error> {
    tree.set_budget(stage.node(id), budget(limit)).map(|()| 0)
}

fn budget(limit: u64) -> Budget {
    if limit == 0 { Budget::new() } else { Budget::new().bytes(limit) }
}

/// Whether a limit counts a chunk.
fn limited(tree: &Tree, node: NodeId) -> Result<bool, Error> {
    for node in std::iter::once(node).chain(tree.ancestors(node)?) {
        if tree.budget(node)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// C moves chunks to where no room is, which ours refuses: for the move, limits that refuse are taken away.
fn unlimited<T>(tree: &mut Tree, mut go: impl FnMut(&mut Tree) -> Result<T, Error>) -> Result<T, Error> {
    let mut lifted = Vec::new();
    let outcome = loop {
        match go(tree) {
            Err(Error::OverBudget { owner, .. }) => {
                let usage = tree.budget(owner)?.expect("who refuses has a budget");
                lifted.push((owner, usage.bytes_limit.expect("what refuses is a limit")));
                tree.set_budget(owner, Budget::new())?;
            }
            outcome => break outcome,
        }
    };
    for (owner, limit) in lifted {
        tree.set_budget(owner, budget(limit))?;
    }
    outcome
}
