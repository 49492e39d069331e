//! Names, values, guards, budgets, secrets and hooks.

use freehold::{Budget, Verdict};

use super::{Operation, rule};
use crate::panics::piece::Name;
use crate::panics::scene::strict;

pub(super) const OPERATIONS: &[Operation] = &[
    rule("set_name", |scene| {
        let name = Name { fuse: scene.fuse.clone() };
        scene.tree.set_name(scene.at("k1"), name)
    }),
    rule("clear_name", |scene| scene.tree.clear_name(scene.at("tenant"))),
    rule("replace", |scene| {
        let old = scene.tree.children(scene.node("keep"))?.next().expect("it has a child");
        Ok(scene.tree.replace(scene.tree.downcast(old)?, scene.new_piece()).map(drop)?)
    })
    .after(|scene| Ok(scene.tree.alloc(scene.node("keep"), scene.new_piece()).map(drop)?)),
    rule("get_mut", |scene| scene.tree.get_mut(scene.bytes).map(drop)),
    rule("set_destructor", |scene| scene.tree.set_destructor(scene.piece("top"), |_, _| Verdict::Free)),
    rule("clear_destructor", |scene| scene.tree.clear_destructor(scene.at("top")).map(drop)),
    rule("add_cleanup", |scene| scene.tree.add_cleanup(scene.piece("leaf"), |_, _| ()).map(drop)),
    rule("remove_cleanup", |scene| {
        assert!(scene.tree.remove_cleanup(scene.cleanup));
        Ok(())
    }),
    rule("set_secret", |scene| scene.tree.set_secret(scene.piece("leaf"))),
    rule("set_budget", |scene| {
        let usage = scene.tree.budget(scene.node("tenant"))?.expect("it has a budget");
        let budget = strict(usage, &scene.fuse, scene.fuse.token_handed_in("what a new handler captured"));
        scene.tree.set_budget(scene.at("keep"), budget)
    }),
    rule("set_budget again", |scene| scene.tree.set_budget(scene.at("tenant"), Budget::new())),
    rule("clear_budget", |scene| scene.tree.clear_budget(scene.at("tenant")).map(drop)),
    rule("set_log", |scene| {
        scene.tree.set_log(|_, _| ());
        Ok(())
    }),
    rule("clear_log", |scene| {
        scene.tree.clear_log();
        Ok(())
    }),
    rule("set_observer", |scene| {
        scene.tree.set_observer(|_, _| ());
        Ok(())
    }),
    rule("clear_observer", |scene| {
        scene.tree.clear_observer();
        Ok(())
    }),
    rule("shrink", |scene| {
        scene.tree.shrink();
        Ok(())
    }),
];
