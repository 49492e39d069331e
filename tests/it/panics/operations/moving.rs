//! Moving nodes within the tree.

use freehold::{Place, Strong};

use super::{Operation, rule};

pub(super) const OPERATIONS: &[Operation] = &[
    rule("steal", |scene| scene.tree.steal(scene.at("keep"), scene.at("a"))),
    rule("steal into a budget", |scene| scene.tree.steal(scene.at("tenant"), scene.at("a"))),
    rule("steal of a shared node", |scene| scene.tree.steal(scene.at("tenant"), scene.at("c"))),
    rule("steal of a claimed node", |scene| scene.tree.steal(scene.at("tenant"), scene.at("held"))),
    rule("place", |scene| {
        let place = Place::After(scene.node("k1"));
        scene.tree.place(scene.at("c"), place)
    }),
    rule("place into a budget", |scene| {
        let place = Place::Last(scene.node("tenant"));
        scene.tree.place(scene.at("c"), place)
    }),
    rule("steal_children", |scene| scene.tree.steal_children(scene.at("top"), scene.at("tenant")).map(drop)),
    rule("transfer", |scene| scene.tree.transfer(scene.at("tenant"), &mut Some(scene.piece("leaf"))).map(drop)),
    rule("reparent of a node", |scene| scene.tree.reparent(scene.at("top"), scene.at("tenant"), scene.at("a"))),
    rule("reparent of a reference", |scene| scene.tree.reparent(scene.at("keep"), scene.at("tenant"), scene.at("c"))),
    rule("Strong::into_owned_by", |scene| {
        let (claim, tenant) = (scene.claim.clone().expect("it is there"), scene.at("tenant"));
        Ok(claim.into_owned_by(&mut scene.tree, tenant).map(drop)?)
    }),
    rule("Strong::from_owned", |scene| {
        let leaf = scene.piece("leaf");
        Strong::from_owned(&mut scene.tree, leaf).map(drop)
    }),
];
