//! Making subtrees once more, and moving them from tree to tree.

use freehold::TreeBuilder;

use super::{EVERYBODY, LENDING, Operation, rule};
use crate::panics::touchy::Touchy;

pub(super) const OPERATIONS: &[Operation] = &[
    rule("duplicate", |scene| scene.tree.duplicate(scene.at("top"), scene.at("tenant")).map(drop)),
    rule("duplicate into what has no budget", |scene| scene.tree.duplicate(scene.at("a"), scene.at("root")).map(drop)),
    rule("make_mut by a holder", |scene| scene.tree.make_mut(scene.at("keep"), scene.piece("c")).map(drop)),
    rule("make_mut by the owner", |scene| scene.tree.make_mut(scene.at("top"), scene.piece("c")).map(drop)),
    rule("detach", |scene| scene.tree.detach(scene.at("a")).map(drop)),
    rule("detach of what is claimed", |scene| {
        assert!(scene.tree.detach(scene.at("c")).is_err());
        Ok(())
    }),
    rule("detach_dropping", |scene| scene.tree.detach_dropping(scene.at("top")).map(drop)).done_by(LENDING),
    rule("graft", |scene| {
        let parcel = scene.parcel.take().expect("it is there");
        scene.tree.graft(scene.at("tenant"), parcel).map(drop).map_err(|rejected| {
            let (parcel, error) = rejected.into_parts();
            scene.parcel = Some(parcel);
            error
        })
    }),
    rule("into_subtree", |scene| {
        drop(std::mem::take(&mut scene.tree).into_subtree());
        Ok(())
    })
    .done_by(EVERYBODY),
    rule("TreeBuilder::build", |scene| {
        drop(TreeBuilder::new().allocator(Touchy::handed_in(&scene.fuse, "new")).build());
        Ok(())
    }),
    rule("TreeBuilder::leak_report_to", |scene| {
        let fuse = scene.fuse.clone();
        let mut tree = TreeBuilder::new().leak_report_to(move |_| fuse.call("sink of a report")).build();
        tree.alloc(tree.root(), scene.new_piece())?;
        drop(tree);
        Ok(())
    }),
    rule("drop of a tree", |scene| {
        drop(std::mem::take(&mut scene.tree));
        Ok(())
    })
    .done_by(EVERYBODY),
    rule("Subtree::into_tree", |scene| {
        drop(scene.parcel.take().expect("it is there").into_tree());
        Ok(())
    }),
];
