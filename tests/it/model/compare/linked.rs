//! What nodes link to, which of them keep each other alive, and which nobody mentions.

use freehold::{Error, Link, NodeId, Strength, Tree};

use super::same;
use crate::model::naive::{self, Model};
use crate::model::outcome::Num;
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
