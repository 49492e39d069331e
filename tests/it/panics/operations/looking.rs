//! Looking around: nothing changes, whoever panics.

use super::{Operation, rule};

pub(super) const OPERATIONS: &[Operation] = &[
    rule("links", |scene| scene.tree.links(scene.at("a")).map(drop)),
    rule("cycles", |scene| {
        drop(scene.tree.cycles());
        Ok(())
    }),
    rule("unreachable", |scene| {
        let roots = ["top", "keep"].map(|name| scene.at(name));
        scene.tree.unreachable(roots.into_iter().inspect(|_| scene.fuse.call("iterator"))).map(drop)
    }),
    rule("get of an array", |scene| scene.tree.get(scene.bytes).map(drop)),
    rule("index of an array", |scene| {
        assert_eq!(scene.tree[scene.small], *b"small");
        Ok(())
    }),
    rule("validate", |scene| {
        scene.tree.validate().expect("it is in order");
        Ok(())
    }),
    rule("parent", |scene| scene.tree.parent(scene.at("a")).map(drop)),
    rule("report", |scene| scene.tree.report(scene.at("root")).map(drop)),
    rule("report_text", |scene| {
        drop(scene.tree.report_text(scene.at("root"))?.to_string());
        Ok(())
    }),
];
