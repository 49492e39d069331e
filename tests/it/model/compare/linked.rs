//! What nodes link to, which of them keep each other alive, and which nobody mentions.

use freehold::{Error, Link, NodeId, Strength, Tree};

use super::{content, same};
use crate::model::any::AnyHandle;
use crate::model::naive::{self, Model};
use crate::model::outcome::{Content, Num};
use crate::model::world::World;

/// From whom, to whom, how, and whether a value holds it.
type Seen = (NodeId, NodeId, Strength, bool);

pub fn compare(model: &Model, root: Num, tree: &Tree, world: &World) -> Result<(), String> {
    let say = |error: Error| error.to_string();
    let id = |num: Num| world.handle(num).id();
    let want = |link: &naive::Link| (id(link.from), id(link.to), link.strength, link.strength != Strength::Reference);
    let got = |link: &Link| (link.from(), link.to(), link.strength(), link.field().is_some());
    let nodes = model.oldest_first(root);
    for &num in &nodes {
        handles(model, num, tree, world).map_err(|difference| format!("node {num}: {difference}"))?;
        let wanted: Vec<Seen> = model.links(num).iter().map(want).collect();
        same("links", &wanted, &tree.links(id(num)).map_err(say)?.iter().map(got).collect())?;
    }
    let all = |links: &[naive::Link]| links.iter().map(want).collect::<Vec<Seen>>();
    let told = |links: &[Link]| links.iter().map(got).collect::<Vec<Seen>>();
    let ids = |nums: &[Num]| nums.iter().map(|&num| id(num)).collect::<Vec<_>>();
    let wanted = model.cycles(root);
    let wanted = wanted.iter().map(|cycle| (ids(&cycle.nodes), all(&cycle.links), all(&cycle.weaken)));
    let cycles = tree.cycles();
    let got = cycles.iter().map(|cycle| (cycle.nodes().to_vec(), told(cycle.links()), told(cycle.weaken())));
    same("cycles", &wanted.collect::<Vec<_>>(), &got.collect())?;

    // From another node each time.
    let from = nodes[model.turn % nodes.len()];
    let got = tree.unreachable([id(from)]).map_err(say)?;
    same("unreachable", &ids(&model.unreachable(root, from)), &got)
}

/// The handles in a value: those of nodes that are there lead to what is there.
fn handles(model: &Model, num: Num, tree: &Tree, world: &World) -> Result<(), String> {
    let (AnyHandle::Probe(at), Content::Probe(serial)) = (world.handle(num), &model.node(num).content) else {
        return Ok(());
    };
    let mentioned = model.mentioned.get(serial).cloned().unwrap_or_default();
    let links = &tree.get(at).map_err(|error| error.to_string())?.links;
    let ids = |num: Num| world.handle(num).id();
    same(
        "handles",
        &mentioned.iter().copied().map(ids).collect::<Vec<_>>(),
        &links.iter().map(|to| to.id()).collect(),
    )?;
    for (&to, &link) in mentioned.iter().zip(links) {
        if model.is_there(to) && model.homes[to as usize] == model.homes[num as usize] {
            same("content behind a handle", &Ok(model.node(to).content.clone()), &content(tree, link))?;
        }
    }
    Ok(())
}
