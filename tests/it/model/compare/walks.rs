//! Whatever goes along the edges of the tree: up, down, and through all of it.

use freehold::{Cursor, Edge, Error, NodeId, Tree};

use super::{name, same};
use crate::model::naive::{Entry, Model};
use crate::model::outcome::{Content, Num, Serial};
use crate::model::probe::Probe;
use crate::model::program::Sort;
use crate::model::world::World;

pub fn compare(model: &Model, root: Num, tree: &Tree, world: &World) -> Result<(), String> {
    let nodes = preorder(model, root);
    for &num in &nodes {
        upwards(model, num, &nodes, tree, world).map_err(|difference| format!("from node {num} up: {difference}"))?;
    }
    // Each step looks at another subtree as well as at the whole.
    let other = nodes[model.turn % nodes.len()];
    for top in [root, other] {
        downwards(model, top, tree, world).map_err(|difference| format!("from node {top} down: {difference}"))?;
    }
    let names = |num| name(model, world, num);
    let chain: String = std::iter::once(other).chain(above(model, other)).map(|num| shown(model, names, num)).collect();
    let want = format!("talloc parents of '{}'\n{chain}", shown_name(model, names, other));
    same("parents", &want, &tree.parents_report(world.handle(other)).map_err(say)?.to_string())?;
    column(model, root, tree)
}

fn say(error: Error) -> String {
    error.to_string()
}

fn shown(model: &Model, names: impl Fn(Num) -> String, num: Num) -> String {
    format!("\t'{}'\n", shown_name(model, names, num))
}

/// What a report calls a node.
pub fn shown_name(model: &Model, names: impl Fn(Num) -> String, num: Num) -> String {
    if model.node(num).secret { "[secret]".to_owned() } else { names(num) }
}

/// A node and all below it, parents first, newest first.
fn preorder(model: &Model, top: Num) -> Vec<Num> {
    let entries = model.node(top).at.descendants(&model.arena).map(|at| *model.arena[at].get());
    entries.filter_map(|entry| if let Entry::Node(num) = entry { Some(num) } else { None }).collect()
}

/// The parent, its parent, and so on.
fn above(model: &Model, num: Num) -> Vec<Num> {
    std::iter::successors(model.parent(num), |&at| model.parent(at)).collect()
}

/// What lies above a node, one of `all`.
fn upwards(model: &Model, num: Num, all: &[Num], tree: &Tree, world: &World) -> Result<(), String> {
    let (at, id) = (world.handle(num).id(), |num: Num| world.handle(num).id());
    let above = above(model, num);
    let ids: Vec<NodeId> = above.iter().map(|&num| id(num)).collect();
    same("ancestors", &ids, &tree.ancestors(at).map_err(say)?.collect())?;
    same("id from number", &Ok(at), &tree.id_from_u64(at.to_u64()))?;
    let other = all[(model.turn + num as usize) % all.len()];
    same("is ancestor", &above.contains(&other), &tree.is_ancestor(id(other), at).map_err(say)?)?;

    let mut upwards = std::iter::once(num).chain(above);
    let wanted = name(model, world, other);
    let want = upwards.clone().find(|&num| name(model, world, num) == wanted).map(id);
    same("nearest of that name", &want, &tree.find_ancestor_by_name(at, &wanted).map_err(say)?)?;
    let want = upwards.find(|&num| model.node(num).content.sort() == Sort::Probe).map(id);
    let got = tree.find_ancestor::<Probe>(at).map_err(say)?;
    same("nearest of that type", &want, &got.map(|probe| probe.id()))?;
    if let Some(probe) = got {
        same("its value", &true, &tree.get(probe).is_ok())?;
    }
    Ok(())
}

fn downwards(model: &Model, top: Num, tree: &Tree, world: &World) -> Result<(), String> {
    let (at, id) = (world.handle(top).id(), |num: Num| world.handle(num).id());
    let mut edges = Vec::new();
    for edge in model.node(top).at.traverse(&model.arena) {
        let (indextree::NodeEdge::Start(entry) | indextree::NodeEdge::End(entry)) = edge;
        if let Entry::Node(num) = *model.arena[entry].get() {
            let starts = matches!(edge, indextree::NodeEdge::Start(_));
            edges.push(if starts { Edge::Start(id(num)) } else { Edge::End(id(num)) });
        }
    }
    same("edges", &edges, &tree.edges(at).map_err(say)?.collect())?;
    let mut cursor = Cursor::new(at);
    same("edges of a cursor", &edges, &std::iter::from_fn(|| cursor.next(tree)).collect())?;

    let below = &preorder(model, top)[1..];
    let of = |which: &dyn Fn(Num) -> bool| below.iter().copied().filter(|&num| which(num)).map(id).collect::<Vec<_>>();
    same("descendants", &of(&|_| true), &tree.descendants(at).map_err(say)?.collect())?;
    let wanted = name(model, world, below.get(model.turn % below.len().max(1)).copied().unwrap_or(top));
    let named = tree.descendants_by_name(at, &wanted).map_err(say)?;
    same("those of a name", &of(&|num| name(model, world, num) == wanted), &named.collect())?;
    let sort = |wanted| move |num: Num| model.node(num).content.sort() == wanted;
    let texts = tree.descendants_of_type::<str>(at).map_err(say)?.map(|text| text.id());
    same("texts", &of(&sort(Sort::Text)), &texts.collect())?;
    let words = tree.descendants_of_type::<[u32]>(at).map_err(say)?.map(|words| words.id());
    same("words", &of(&sort(Sort::Words)), &words.collect())
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
    let column = tree.column::<Probe>();
    let mut got: Vec<Serial> = tree.iter::<Probe>().map(|(at, _)| tree[at].serial).collect();
    got.sort_unstable();
    same("column", &want, &got)?;
    let mut got: Vec<Serial> = column.iter().filter_map(|(at, _)| Some(column.get(at)?.serial)).collect();
    got.sort_unstable();
    same("column by handles", &want, &got)
}
