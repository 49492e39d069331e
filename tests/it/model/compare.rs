//! Comparing all that can be seen of a tree with what the model says.

use std::fmt::{Debug, Write};

use freehold::report::{Kind, Visit};
use freehold::{Edge, Error, NodeId, Tree};

use super::live::sort;
use super::naive::{Entry, Model};
use super::outcome::{Content, Num, Serial};
use super::probe::Probe;
use super::world::{AnyHandle, World};

/// The first difference, if there is any.
pub fn state(model: &Model, tree: &Tree, world: &World) -> Result<(), String> {
    tree.validate().map_err(|invalid| invalid.to_string())?;
    same("len", &model.nodes.len().saturating_sub(1), &tree.len())?;
    same("count", &(model.next - 1), &world.count())?;
    for num in 0..model.next {
        let at = world.handle(num);
        if model.is_there(num) {
            node(model, tree, world, num, at).map_err(|difference| format!("node {num}: {difference}"))?;
        } else {
            gone(tree, at).map_err(|difference| format!("node {num}, which is gone: {difference}"))?;
        }
    }
    walk(model, tree, world)?;
    column(model, tree)?;
    report(model, tree, world)
}

fn same<T: PartialEq + Debug>(what: &str, want: &T, got: &T) -> Result<(), String> {
    if want == got { Ok(()) } else { Err(format!("{what}: want {want:?}, got {got:?}")) }
}

fn gone(tree: &Tree, at: AnyHandle) -> Result<(), String> {
    same("contains", &false, &tree.contains(at))?;
    same("parent", &Err(Error::Stale { node: at.id() }), &tree.parent(at))?;
    same("content", &Err(Error::Stale { node: at.id() }), &content(tree, at))
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
    same("size", &model.size(num), &tree.size(at).map_err(say)?)?;
    let totals = (tree.total_size(at).map_err(say)?, tree.total_blocks(at).map_err(say)?);
    same("bytes and blocks below", &model.totals(num), &totals)?;
    same("type", &facts.content.sort(), &sort(tree.type_name(at).map_err(say)?))?;
    let line = world.line(num);
    let automatic = match facts.content {
        Content::Probe(_) => "Probe".to_owned(),
        Content::Words(_) => "u32".to_owned(),
        _ => format!("{}:{line}", file!().replace("compare.rs", "live.rs")),
    };
    let name = facts.name.clone().unwrap_or(automatic);
    if num > 0 {
        same("line", &line, &tree.origin(at).map_err(say)?.line())?;
    }
    if num > 0 || facts.name.is_some() {
        same("name", &name, &tree.name(at).map_err(say)?.into_owned())?;
    }
    Ok(())
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

/// The walks of the whole tree.
fn walk(model: &Model, tree: &Tree, world: &World) -> Result<(), String> {
    let mut want = Vec::new();
    for at in model.node(Model::ROOT).at.descendants(&model.arena) {
        if let Entry::Node(num) = *model.arena[at].get() {
            want.push(world.handle(num).id());
        }
    }
    let say = |error: Error| error.to_string();
    let started = |edge| if let Edge::Start(node) = edge { Some(node) } else { None };
    same("edges", &want, &tree.edges(tree.root()).map_err(say)?.filter_map(started).collect())?;
    want.remove(0);
    same("descendants", &want, &tree.descendants(tree.root()).map_err(say)?.collect())
}

/// All values of one type.
fn column(model: &Model, tree: &Tree) -> Result<(), String> {
    let serials = model.nodes.values().filter_map(|node| match node.content {
        Content::Probe(serial) => Some(serial),
        _ => None,
    });
    let mut want: Vec<Serial> = serials.collect();
    want.sort_unstable();
    let mut got: Vec<Serial> = tree.iter::<Probe>().map(|(at, _)| tree[at].serial).collect();
    got.sort_unstable();
    same("column", &want, &got)
}

/// What a report of the whole tree shows: also where among the children the references are.
fn report(model: &Model, tree: &Tree, world: &World) -> Result<(), String> {
    let place = |num: Num| world.handle(num).id().to_string();
    let mut want = Vec::new();
    for at in model.node(Model::ROOT).at.descendants(&model.arena) {
        let depth = at.ancestors(&model.arena).count() - 1;
        want.push(match *model.arena[at].get() {
            Entry::Node(num) => (depth, Kind::Node, place(num), model.holders(num).len()),
            Entry::Claim(claim) => (depth, Kind::Reference, place(model.claims[claim].node), 0),
        });
    }
    let report = tree.report(tree.root()).map_err(|error| error.to_string())?;
    let mut got = Vec::new();
    for Visit { depth, record, .. } in report.walk() {
        let target = record.target().map(|target| report.arena()[target].get());
        let shown = target.unwrap_or(record).address().to_string();
        got.push((depth, record.kind(), shown, record.reference_count() as usize));
    }
    same("report", &want, &got)
}

/// The model's tree as text, for messages.
pub fn drawing(model: &Model) -> String {
    let mut text = String::new();
    for edge in model.node(Model::ROOT).at.traverse(&model.arena) {
        let indextree::NodeEdge::Start(at) = edge else { continue };
        let depth = at.ancestors(&model.arena).count() - 1;
        let _ = match *model.arena[at].get() {
            Entry::Node(num) => writeln!(text, "{:depth$}{num} {:?}", "", model.node(num)),
            Entry::Claim(claim) => writeln!(text, "{:depth$}-> {}", "", model.claims[claim].node),
        };
    }
    text
}
