//! Comparing all that can be seen of a tree with what the model says.

mod drawing;
mod linked;
mod report;
mod walks;

use std::fmt::Debug;

use freehold::{Error, NodeId, Standing, Subtree, Tree};

use super::any::{AnyHandle, AnyStrong, AnyWeak};
use super::live::sort;
use super::naive::{Entry, Model};
use super::outcome::{Content, Num};
use super::world::World;

pub use drawing::drawing;

/// The first difference, if there is any.
pub fn state(model: &Model, tree: &Tree, world: &World) -> Result<(), String> {
    same("count", &(model.homes.len() as Num), &world.count())?;
    strongs(model, world)?;
    one(model, Model::MAIN, tree, world)?;
    // The world is not locked while it is asked.
    let subtrees = std::mem::take(&mut world.lock().subtrees);
    let outcome = apart(model, &subtrees, world);
    world.lock().subtrees = subtrees;
    outcome
}

fn apart(model: &Model, subtrees: &[Subtree], world: &World) -> Result<(), String> {
    same("subtrees", &model.subtrees.len(), &subtrees.len())?;
    for (want, got) in model.subtrees.iter().zip(subtrees) {
        let same_top = same("top", &want.top, &world.number(got.top()));
        let outcome = same_top.and_then(|()| one(model, want.root, got.tree(), world));
        outcome.map_err(|difference| format!("the tree of {}: {difference}", want.root))?;
    }
    Ok(())
}

/// The same for one tree.
fn one(model: &Model, root: Num, tree: &Tree, world: &World) -> Result<(), String> {
    tree.validate_structure().map_err(|invalid| invalid.to_string())?;
    tree.validate().map_err(|invalid| invalid.to_string())?;
    let there = model.nodes.keys().filter(|&&num| model.homes[num as usize] == root).count();
    same("len", &(there - 1), &tree.len())?;
    same("is empty", &(there == 1), &tree.is_empty())?;
    same("open scopes", &0, &tree.scope_depth())?;
    for (num, home) in (0..).zip(&model.homes) {
        let at = world.handle(num);
        if *home != root {
            same("contains a foreigner", &false, &tree.contains(at))?;
        } else if model.is_there(num) {
            node(model, tree, world, num, at).map_err(|difference| format!("node {num}: {difference}"))?;
        } else {
            let told = tree.parent(at).err().ok_or("it is there")?;
            let gone = gone(tree, at, &world.gone(num, &told));
            gone.map_err(|difference| format!("node {num}, which is gone: {difference}"))?;
        }
    }
    walks::compare(model, root, tree, world)?;
    linked::compare(model, root, tree, world)?;
    report::compare(model, root, tree, world)
}

fn same<T: PartialEq + Debug>(what: &str, want: &T, got: &T) -> Result<(), String> {
    if want == got { Ok(()) } else { Err(format!("{what}: want {want:?}, got {got:?}")) }
}

fn gone(tree: &Tree, at: AnyHandle, error: &Error) -> Result<(), String> {
    same("contains", &false, &tree.contains(at))?;
    same("parent", &Err(error), &tree.parent(at).as_ref().map(|_| ()))?;
    same("content", &Err(error), &content(tree, at).as_ref().map(|_| ()))
}

fn node(model: &Model, tree: &Tree, world: &World, num: Num, at: AnyHandle) -> Result<(), String> {
    let id = |num: Num| world.handle(num).id();
    let ids = |nums: Vec<Num>| nums.into_iter().map(id).collect::<Vec<NodeId>>();
    let say = |error: Error| error.to_string();

    same("contains", &true, &tree.contains(at))?;
    let parent = model.parent(num);
    same("parent", &parent.map(id), &tree.parent(at).map_err(say)?)?;
    let children = ids(model.children(num));
    same("children", &children, &tree.children(at).map_err(say)?.collect())?;
    let from_the_back: Vec<NodeId> = children.iter().copied().rev().collect();
    same("children from the back", &from_the_back, &tree.children(at).map_err(say)?.rev().collect())?;
    let siblings = parent.map(|parent| ids(model.children(parent))).unwrap_or_default();
    let place = siblings.iter().position(|&sibling| sibling == at.id());
    let beside = |step: isize| siblings.get(place?.checked_add_signed(step)?).copied();
    same("next sibling", &beside(1), &tree.next_sibling(at).map_err(say)?)?;
    same("previous sibling", &beside(-1), &tree.prev_sibling(at).map_err(say)?)?;

    let holders = ids(model.holders(num));
    same("reference count", &holders.len(), &tree.reference_count(at).map_err(say)?)?;
    let references = tree.references(at).map_err(say)?;
    same("holders", &holders, &references.map(|reference| reference.holder()).collect())?;
    let targets = |entry| if let Entry::Claim(claim) = entry { Some(id(model.claims[claim].node)) } else { None };
    let held: Vec<NodeId> = model.entries(num).into_iter().filter_map(targets).collect();
    let references = tree.references_held(at).map_err(say)?;
    same("references held", &held, &references.map(|reference| reference.target()).collect())?;

    let facts = model.node(num);
    same("content", &Ok(facts.content.clone()), &content(tree, at))?;
    if let AnyHandle::Bytes(bytes) = at {
        let bytes = tree.get(bytes).map_err(say)?;
        same("aligned", &true, &(bytes.is_empty() || bytes.as_ptr().addr().is_multiple_of(facts.align)))?;
    }
    same("size", &model.size(num), &tree.size(at).map_err(say)?)?;
    let totals = (tree.total_size(at).map_err(say)?, tree.total_blocks(at).map_err(say)?);
    same("bytes and blocks below", &model.totals(num), &totals)?;
    same("type", &facts.content.sort(), &sort(tree.type_name(at).map_err(say)?))?;
    same("secret", &facts.secret, &tree.is_secret(at).map_err(say)?)?;
    let holds = model.holds(num);
    same("ref count", &holds, &tree.ref_count(at).map_err(say)?)?;
    let standing = match (facts.counted, holds, facts.claims.len()) {
        (false, ..) => Standing::Owned,
        (true, 0, 0) => Standing::Floating,
        (true, ..) => Standing::Counted,
    };
    same("standing", &standing, &tree.standing(at).map_err(say)?)?;
    same("is floating", &(standing == Standing::Floating), &tree.is_floating(at).map_err(say)?)?;
    let want = facts.budget.as_ref().map(|budget| (model.used(num), budget.peak, budget.limits));
    let told = tree.budget(at).map_err(say)?.map(|told| {
        let amount = |bytes: u64, nodes: u64| (bytes as i64, nodes as i64);
        let (used, peak) = (amount(told.bytes, told.nodes), amount(told.peak_bytes, told.peak_nodes));
        (used, peak, (told.bytes_limit, told.nodes_limit))
    });
    same("budget", &want, &told)?;
    let got = tree.origin(at).map_err(say)?;
    same("origin", &world.origin(num).into_owned(), &format!("{}:{}", got.file(), got.line()))?;
    same("name", &name(model, world, num), &tree.name(at).map_err(say)?.into_owned())
}

/// What a node is called: the name it was given, else one made from its type or from where it was made.
fn name(model: &Model, world: &World, num: Num) -> String {
    let facts = model.node(num);
    let automatic = match facts.content {
        Content::Probe(_) => "Probe".into(),
        Content::Words(_) => "u32".into(),
        _ => world.origin(num),
    };
    facts.name.clone().unwrap_or(automatic.into_owned())
}

fn content(tree: &Tree, at: AnyHandle) -> Result<Content, Error> {
    Ok(match at {
        AnyHandle::Context(at) => {
            let () = tree.get(at)?;
            Content::Context
        }
        AnyHandle::Probe(at) => Content::Probe(tree.get(at)?.serial),
        AnyHandle::Bytes(at) => Content::Bytes(tree.get(at)?.to_vec()),
        AnyHandle::Words(at) => Content::Words(tree.get(at)?.to_vec()),
        AnyHandle::Text(at) => Content::Text(tree.get(at)?.to_owned()),
    })
}

/// The strong claims that the test has: that they are on whom they should be, and equal if they are on the same.
fn strongs(model: &Model, world: &World) -> Result<(), String> {
    let want: Vec<Num> = model.strongs.here.iter().map(|&share| model.strongs.shares[share].node).collect();
    let shared = world.lock();
    let got: Vec<NodeId> = shared.strongs.iter().map(AnyStrong::id).collect();
    let weaks: Vec<AnyWeak> = shared.strongs.iter().map(AnyStrong::downgrade).collect();
    let equal = |i: usize, j: usize| (shared.strongs[i] == shared.strongs[j], weaks[i] == weaks[j]);
    let last = model.turn % got.len().max(1);
    for (first, id) in got.iter().enumerate() {
        let want = *id == got[last];
        same("equal claims", &(want, want), &equal(first, last))?;
    }
    drop(shared);
    same("strong claims", &want, &got.into_iter().map(|id| world.number(id)).collect())
}
