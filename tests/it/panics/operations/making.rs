//! Making nodes, and making them larger.

use std::fmt::Write;

use freehold::{append_in, format_in};

use super::{LENDING, Operation, rule};
use crate::panics::piece::{Made, Name, Shown};
use crate::panics::touchy::Touchy;

pub(super) const OPERATIONS: &[Operation] = &[
    rule("context", |scene| {
        let name = Name { fuse: scene.fuse.clone() };
        scene.tree.context(scene.at("keep"), name).map(drop)
    }),
    rule("context_in", |scene| {
        let (name, allocator) = (Name { fuse: scene.fuse.clone() }, Touchy::handed_in(&scene.fuse, "new"));
        Ok(scene.tree.context_in(scene.at("keep"), name, allocator).map(drop)?)
    }),
    rule("alloc", |scene| Ok(scene.tree.alloc(scene.at("keep"), scene.new_piece()).map(drop)?)),
    rule("alloc_with", |scene| {
        let (piece, fuse) = (scene.new_piece(), scene.fuse.clone());
        let make = move |_| {
            fuse.call("closure");
            piece
        };
        Ok(scene.tree.alloc_with(scene.at("keep"), make).map(drop)?)
    }),
    rule("alloc_default", |scene| scene.tree.alloc_default::<Made>(scene.at("keep")).map(drop)),
    rule("floating", |scene| Ok(scene.tree.floating(scene.new_piece()).map(drop)?)),
    rule("pooled", |scene| Ok(scene.tree.pooled(scene.at("keep"), scene.new_piece(), 1, 100).map(drop)?)),
    rule("pooled_array", |scene| scene.tree.pooled_array::<u8>(scene.at("keep"), 10, 1, 100).map(drop)),
    rule("strdup", |scene| scene.tree.strdup(scene.at("keep"), "new").map(drop)),
    rule("strndup", |scene| scene.tree.strndup(scene.at("keep"), "new", 2).map(drop)),
    rule("format", |scene| {
        let shown = Shown(scene.fuse.clone());
        scene.tree.format(scene.at("keep"), format_args!("{shown}")).map(drop)
    }),
    rule("strdup_formatted by format_in", |scene| {
        let (shown, keep) = (Shown(scene.fuse.clone()), scene.at("keep"));
        format_in!(scene.tree, keep, "{shown}").map(drop)
    }),
    rule("bytes", |scene| scene.tree.bytes(scene.at("keep"), 9).map(drop)),
    rule("bytes_aligned", |scene| scene.tree.bytes_aligned(scene.at("keep"), 9, 64).map(drop)),
    rule("array", |scene| scene.tree.array::<u32>(scene.at("keep"), 9).map(drop)),
    rule("array_unfilled", |scene| scene.tree.array_unfilled::<u32>(scene.at("keep"), 9).map(drop)),
    rule("array_from", |scene| scene.tree.array_from(scene.at("keep"), b"new").map(drop)),
    rule("array_from_iter", |scene| {
        let fuse = scene.fuse.clone();
        let elements = (0..3u8).inspect(|_| fuse.call("iterator"));
        scene.tree.array_from_iter(scene.at("keep"), elements).map(drop)
    }),
    rule("resize to more", |scene| scene.tree.resize(scene.bytes, 100)),
    rule("resize to less", |scene| scene.tree.resize(scene.bytes, 2)),
    rule("resize of a secret", |scene| scene.tree.resize(scene.key, 100)).either_by(LENDING),
    rule("resize out of a pool", |scene| scene.tree.resize(scene.small, 1000)),
    rule("resize_zero", |scene| scene.tree.resize_zero(scene.bytes, 100)).done_by(LENDING),
    rule("resize_zero out of a pool", |scene| scene.tree.resize_zero(scene.small, 1000)).either_by(LENDING),
    rule("realloc that makes", |scene| scene.tree.realloc::<u8>(scene.at("keep"), None, 5).map(drop)),
    rule("realloc that resizes", |scene| scene.tree.realloc(scene.at("top"), Some(scene.bytes), 100).map(drop)),
    rule("realloc that frees", |scene| scene.tree.realloc(scene.at("top"), Some(scene.bytes), 0).map(drop)),
    rule("append", |scene| scene.tree.append(scene.text, " and more of it than fits in its place")),
    rule("append out of a pool", |scene| scene.tree.append(scene.label, &" and more".repeat(100))),
    rule("append_separated", |scene| scene.tree.append_separated(scene.text, ", ", "more")),
    rule("append_fmt", |scene| scene.tree.append_fmt(scene.text, format_args!("{}", Shown(scene.fuse.clone())))),
    rule("append_formatted by append_in", |scene| {
        let shown = Shown(scene.fuse.clone());
        append_in!(scene.tree, scene.text, "{shown}")
    }),
    rule("writer", |scene| {
        // Left unfinished, it tells nobody of what was refused.
        let _ = scene.tree.writer(scene.text)?.write_str(" and more");
        Ok(())
    })
    .heedless(),
    rule("TextWriter::finish", |scene| {
        let mut out = scene.tree.writer(scene.text)?;
        let _ = out.write_str(" and more");
        out.finish()
    }),
];
