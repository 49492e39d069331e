//! Scopes, which end whoever panics.

use freehold::{Error, Scope, Verdict};

use super::{Operation, rule};
use crate::panics::piece::{Piece, Shown};
use crate::panics::scene::destructor;

/// Makes something in a scope, which goes with it.
macro_rules! in_scope {
    ($name:literal, $work:expr) => {
        rule($name, |scene| {
            let keep = scene.at("keep");
            let piece = scene.new_piece();
            let shown = Shown(scene.fuse.clone());
            let work: fn(&mut Scope<'_>, Piece, Shown) -> Result<(), Error> = $work;
            work(&mut scene.tree.scope(keep)?, piece, shown)
        })
    };
}

pub(super) const OPERATIONS: &[Operation] = &[
    rule("scope", |scene| scene.tree.scope(scene.at("keep")).map(drop)),
    rule("scoped", |scene| {
        let (keep, fuse) = (scene.at("keep"), scene.fuse.clone());
        scene.tree.scoped(keep, |_| {
            fuse.call("closure");
            Ok(())
        })
    }),
    in_scope!("Scope::nested", |tmp, _, _| tmp.nested().map(drop)),
    in_scope!("Scope::alloc", |tmp, piece, _| Ok(tmp.alloc(piece).map(drop)?)),
    in_scope!("Scope::floating", |tmp, piece, _| Ok(tmp.floating(piece).map(drop)?)),
    in_scope!("Scope::context", |tmp, _, _| tmp.context("new").map(drop)),
    in_scope!("Scope::bytes", |tmp, _, _| tmp.bytes(9).map(drop)),
    in_scope!("Scope::array", |tmp, _, _| tmp.array::<u32>(9).map(drop)),
    in_scope!("Scope::array_from", |tmp, _, _| tmp.array_from(b"new").map(drop)),
    in_scope!("Scope::strdup", |tmp, _, _| tmp.strdup("new").map(drop)),
    in_scope!("Scope::format", |tmp, _, shown| tmp.format(format_args!("{shown}")).map(drop)),
    in_scope!("Scope::drop_floats", |tmp, piece, _| {
        tmp.floating(piece)?;
        tmp.drop_floats().map(drop)
    }),
    rule("Scope::keep", |scene| {
        let (keep, piece) = (scene.at("keep"), scene.new_piece());
        let mut tmp = scene.tree.scope(keep)?;
        let piece = tmp.alloc(piece)?;
        tmp.keep(piece).map(drop)
    })
    .undone_by(&["observer of Created"]),
    rule("Scope::keep of an array", |scene| {
        let mut tmp = scene.tree.scope(scene.at("keep"))?;
        tmp.bytes(100)?;
        let kept = tmp.array_from(b"kept")?;
        tmp.keep(kept).map(drop)
    })
    .undone_by(&["observer of Created"]),
    rule("Scope::sink", |scene| {
        let (keep, piece) = (scene.at("keep"), scene.new_piece());
        let mut tmp = scene.tree.scope(keep)?;
        tmp.floating(piece)?;
        tmp.sink().map(drop)
    })
    .undone_by(&["observer of Created"]),
    rule("Scope::close", |scene| {
        let (keep, fuse) = (scene.at("keep"), scene.fuse.clone());
        let mut tmp = scene.tree.scope(keep)?;
        let piece = tmp.alloc(Piece::handed_in(&fuse, "new"))?;
        destructor(tmp.tree(), &fuse, piece, Verdict::Free)?;
        tmp.close().map(drop)
    })
    .undone_by(&["observer of Created"]),
];
