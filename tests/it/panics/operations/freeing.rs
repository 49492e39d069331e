//! Freeing nodes.

use super::{LENDING, Operation, rule};

pub(super) const OPERATIONS: &[Operation] = &[
    rule("free", |scene| scene.tree.free(scene.at("top")).map(drop)).done_by(LENDING),
    rule("free of a leaf", |scene| scene.tree.free(scene.at("leaf")).map(drop)),
    rule("free of what has a budget", |scene| scene.tree.free(scene.at("tenant")).map(drop)),
    rule("free of what has an allocator", |scene| scene.tree.free(scene.at("outer")).map(drop)).done_by(LENDING),
    rule("free of a shared node", |scene| {
        assert!(scene.tree.free(scene.at("c")).is_err());
        Ok(())
    }),
    rule("free of a node that is claimed", |scene| {
        assert!(scene.tree.free(scene.at("held")).is_err());
        Ok(())
    }),
    rule("free_children", |scene| scene.tree.free_children(scene.at("top")).map(drop)).done_by(LENDING),
    rule("free_children of the root", |scene| scene.tree.free_children(scene.at("root")).map(drop)).done_by(LENDING),
    rule("take", |scene| scene.tree.take(scene.piece("top")).map(drop)).done_by(LENDING),
    rule("free_into_value", |scene| scene.tree.free_into_value(scene.piece("top")).map(drop)).done_by(LENDING),
    rule("free_lifting", |scene| scene.tree.free_lifting(scene.at("top")).map(drop)),
    rule("free_lifting_into", |scene| scene.tree.free_lifting_into(scene.at("top"), scene.at("keep")).map(drop)),
    rule("tear_down", |scene| scene.tree.tear_down().map(drop))
        .after(|scene| {
            scene.claim = None;
            scene.drop_floats();
            scene.tree.free(scene.node("a"))?;
            scene.tree.settle();
            Ok(())
        })
        .done_by(LENDING),
];
