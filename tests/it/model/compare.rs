//! Comparing all that can be seen of a tree with what the model says.

use std::fmt::{Debug, Write};

use freehold::report::{Kind, Visit};
use freehold::{Edge, Error, NodeId, Standing, Subtree, Tree};

use super::any::{AnyHandle, AnyStrong};
use super::live::sort;
use super::naive::{Entry, Model};
use super::outcome::{Content, Num, Serial};
use super::probe::Probe;
use super::world::World;

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
    tree.validate().map_err(|invalid| invalid.to_string())?;
    let there = model.nodes.keys().filter(|&&num| model.homes[num as usize] == root).count();
    same("len", &(there - 1), &tree.len())?;
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
    walk(model, root, tree, world)?;
    column(model, root, tree)?;
    report(model, root, tree, world)
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
    let want = facts.budget.as_ref().map(|budget| (model.used(num), budget.peak, budget.limits));
    let told = tree.budget(at).map_err(say)?.map(|told| {
        let amount = |bytes: u64, nodes: u64| (bytes as i64, nodes as i64);
        let (used, peak) = (amount(told.bytes, told.nodes), amount(told.peak_bytes, told.peak_nodes));
        (used, peak, (told.bytes_limit, told.nodes_limit))
    });
    same("budget", &want, &told)?;
    let origin = world.origin(num);
    let automatic = match facts.content {
        Content::Probe(_) => "Probe",
        Content::Words(_) => "u32",
        _ => origin,
    };
    let name = facts.name.clone().unwrap_or(automatic.to_owned());
    if !origin.is_empty() {
        let got = tree.origin(at).map_err(say)?;
        same("origin", &origin, &format!("{}:{}", got.file(), got.line()).as_str())?;
    }
    if !automatic.is_empty() || facts.name.is_some() {
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
fn walk(model: &Model, root: Num, tree: &Tree, world: &World) -> Result<(), String> {
    let mut want = Vec::new();
    for at in model.node(root).at.descendants(&model.arena) {
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
fn column(model: &Model, root: Num, tree: &Tree) -> Result<(), String> {
    let nodes = model.nodes.iter().filter(|(num, _)| model.homes[**num as usize] == root);
    let serials = nodes.filter_map(|(_, node)| match node.content {
        Content::Probe(serial) => Some(serial),
        _ => None,
    });
    let mut want: Vec<Serial> = serials.collect();
    want.sort_unstable();
    let mut got: Vec<Serial> = tree.iter::<Probe>().map(|(at, _)| tree[at].serial).collect();
    got.sort_unstable();
    same("column", &want, &got)
}

/// The strong claims that the test has: that they are on whom they should be.
fn strongs(model: &Model, world: &World) -> Result<(), String> {
    let want: Vec<Num> = model.strongs.here.iter().map(|&share| model.strongs.shares[share].node).collect();
    let got: Vec<NodeId> = world.lock().strongs.iter().map(AnyStrong::id).collect();
    same("strong claims", &want, &got.into_iter().map(|id| world.number(id)).collect())
}

/// What a report of the whole tree shows: also where among the children the references are, and claims from outside the
/// tree after all.
fn report(model: &Model, root: Num, tree: &Tree, world: &World) -> Result<(), String> {
    let place = |num: Num| world.handle(num).id().to_string();
    let (mut want, mut claimed) = (Vec::new(), Vec::new());
    for at in model.node(root).at.descendants(&model.arena) {
        let depth = at.ancestors(&model.arena).count() - 1;
        want.push(match *model.arena[at].get() {
            Entry::Node(num) => {
                let holds = model.holds(num);
                claimed.extend(std::iter::repeat_n((1, Kind::Reference, place(num), 0), holds));
                (depth, Kind::Node, place(num), model.holders(num).len() + holds)
            }
            Entry::Claim(claim) => (depth, Kind::Reference, place(model.claims[claim].node), 0),
        });
    }
    want.append(&mut claimed);
    let report = tree.report(tree.root()).map_err(|error| error.to_string())?;
    let text = tree.report_text(tree.root()).map_err(|error| error.to_string())?;
    same("report text", &report.to_string(), &text.to_string())?;
    let mut got = Vec::new();
    for Visit { depth, record, .. } in report.walk() {
        let target = record.target().map(|target| report.arena()[target].get());
        let shown = target.unwrap_or(record).address().to_string();
        got.push((depth, record.kind(), shown, record.reference_count() as usize));
    }
    same("report", &want, &got)
}

/// The model's trees as text, for messages.
pub fn drawing(model: &Model) -> String {
    let mut text = String::new();
    let roots = model.nodes.keys().filter(|&&num| model.parent(num).is_none());
    let edges = roots.flat_map(|&root| model.node(root).at.traverse(&model.arena));
    for edge in edges {
        let indextree::NodeEdge::Start(at) = edge else { continue };
        let depth = at.ancestors(&model.arena).count() - 1;
        let _ = match *model.arena[at].get() {
            Entry::Node(num) => writeln!(text, "{:depth$}{num} {:?}", "", model.node(num)),
            Entry::Claim(claim) => writeln!(text, "{:depth$}-> {}", "", model.claims[claim].node),
        };
    }
    text
}
