//! References, counts, strong and weak claims.

use super::{LENDING, Operation, rule};

pub(super) const OPERATIONS: &[Operation] = &[
    rule("reference", |scene| scene.tree.reference(scene.at("tenant"), scene.at("a")).map(drop)),
    rule("unlink of a reference", |scene| scene.tree.unlink(scene.at("keep"), scene.at("c")).map(drop)),
    rule("unlink of the parent", |scene| scene.tree.unlink(scene.at("top"), scene.at("c")).map(drop)),
    rule("unlink of the last owner", |scene| scene.tree.unlink(scene.at("outer"), scene.at("top")).map(drop))
        .done_by(LENDING),
    rule("drop_reference", |scene| scene.tree.drop_reference(scene.reference)),
    rule("retain", |scene| scene.tree.retain(scene.at("a"))),
    rule("release", |scene| scene.tree.release(scene.node("a")).map(drop))
        .after(|scene| scene.tree.retain(scene.node("a"))),
    rule("release of the last claim", |scene| scene.tree.release(scene.node("top")).map(drop))
        .after(|scene| {
            scene.tree.retain(scene.node("top"))?;
            scene.tree.unlink(scene.node("outer"), scene.node("top")).map(drop)
        })
        .done_by(LENDING),
    rule("retained", |scene| scene.tree.retained(scene.at("a")).map(drop)),
    rule("Retained::release", |scene| scene.tree.retained(scene.at("a"))?.release().map(drop)),
    rule("Retained::release of the last claim", |scene| {
        let top = scene.node("top");
        let mut guard = scene.tree.retained(top)?;
        guard.tree().release(top)?;
        scene.claim = None;
        guard.release().map(drop)
    })
    .after(|scene| {
        scene.tree.retain(scene.node("top"))?;
        scene.tree.unlink(scene.node("outer"), scene.node("top")).map(drop)
    })
    .done_by(LENDING),
    rule("strong", |scene| scene.tree.strong(scene.piece("a")).map(drop)),
    rule("weak", |scene| scene.tree.weak(scene.piece("a")).map(drop)),
    rule("settle", |scene| {
        scene.tree.settle();
        Ok(())
    })
    .after(|scene| {
        scene.claim = None;
        Ok(())
    }),
];
