//! The operations that hooks are told of.

use std::fmt::Write;

use freehold::{Error, Place, Unlinked};

use super::scene::Scene;

/// An operation that hooks are told of.
pub(super) struct Change {
    pub(super) name: &'static str,
    pub(super) run: fn(&mut Scene) -> Result<(), Error>,
    pub(super) done: fn(&Scene) -> bool,
}

pub(super) const CHANGES: &[Change] = &[
    Change {
        name: "context",
        run: |scene| scene.tree.context(scene.node("keep"), "new").map(drop),
        done: |scene| scene.children("keep") == 2,
    },
    Change {
        name: "alloc",
        run: |scene| Ok(scene.tree.alloc(scene.node("keep"), 1u64).map(drop)?),
        done: |scene| scene.children("keep") == 2,
    },
    Change {
        name: "array_from",
        run: |scene| scene.tree.array_from(scene.node("keep"), b"abc").map(drop),
        done: |scene| scene.children("keep") == 2,
    },
    Change {
        name: "strdup",
        run: |scene| scene.tree.strdup(scene.node("keep"), "new").map(drop),
        done: |scene| scene.children("keep") == 2,
    },
    Change {
        name: "set_name",
        run: |scene| scene.tree.set_name(scene.node("k1"), "renamed"),
        done: |scene| scene.tree.name(scene.node("k1")).is_ok_and(|name| name == "renamed"),
    },
    Change {
        name: "resize",
        run: |scene| scene.tree.resize(scene.bytes, 100),
        done: |scene| scene.tree[scene.bytes].len() == 100,
    },
    Change {
        name: "append",
        run: |scene| scene.tree.append(scene.text, "more"),
        done: |scene| &scene.tree[scene.text] == "textmore",
    },
    Change {
        name: "append_separated",
        run: |scene| scene.tree.append_separated(scene.text, ", ", "more"),
        done: |scene| &scene.tree[scene.text] == "text, more",
    },
    Change {
        name: "append_fmt",
        run: |scene| scene.tree.append_fmt(scene.text, format_args!("{}", 1)),
        done: |scene| &scene.tree[scene.text] == "text1",
    },
    Change {
        name: "writer",
        run: |scene| {
            let mut out = scene.tree.writer(scene.text)?;
            write!(out, " and {}", 1).expect("there is room");
            out.finish()
        },
        done: |scene| &scene.tree[scene.text] == "text and 1",
    },
    Change {
        name: "resize_zero",
        run: |scene| scene.tree.resize_zero(scene.bytes, 100),
        done: |scene| scene.tree[scene.bytes][5..] == [0; 95],
    },
    Change {
        name: "realloc that makes",
        run: |scene| scene.tree.realloc::<u8>(scene.node("keep"), None, 5).map(drop),
        done: |scene| scene.children("keep") == 2,
    },
    Change {
        name: "bytes_aligned",
        run: |scene| scene.tree.bytes_aligned(scene.node("keep"), 100, 64).map(drop),
        done: |scene| scene.children("keep") == 2,
    },
    Change {
        name: "steal",
        run: |scene| scene.tree.steal(scene.node("keep"), scene.node("a")),
        done: |scene| scene.parent("a") == "keep",
    },
    Change {
        name: "steal of a shared node",
        run: |scene| scene.tree.steal(scene.node("a"), scene.node("c")),
        done: |scene| scene.parent("c") == "a",
    },
    Change {
        name: "place",
        run: |scene| scene.tree.place(scene.node("c"), Place::After(scene.node("k1"))),
        done: |scene| scene.parent("c") == "keep",
    },
    Change {
        name: "steal_children",
        run: |scene| scene.tree.steal_children(scene.top, scene.node("keep")).map(drop),
        done: |scene| scene.children("top") == 0 && scene.children("keep") == 7,
    },
    Change {
        name: "reparent of a node",
        run: |scene| scene.tree.reparent(scene.top, scene.node("keep"), scene.node("a")),
        done: |scene| scene.parent("a") == "keep",
    },
    Change {
        name: "reparent of a reference",
        run: |scene| scene.tree.reparent(scene.node("keep"), scene.node("k1"), scene.node("c")),
        done: |scene| scene.holders("c") == ["k1"],
    },
    Change {
        name: "reference",
        run: |scene| scene.tree.reference(scene.node("k1"), scene.node("c")).map(drop),
        done: |scene| scene.holders("c") == ["k1", "keep"],
    },
    Change {
        name: "unlink of a reference",
        run: |scene| scene.tree.unlink(scene.node("keep"), scene.node("c")).map(drop),
        done: |scene| scene.holders("c").is_empty() && scene.parent("c") == "top",
    },
    Change {
        name: "unlink of the parent",
        run: |scene| {
            let unlinked = scene.tree.unlink(scene.top, scene.node("c"))?;
            assert_eq!(unlinked, Unlinked::Passed { to: scene.node("keep") });
            Ok(())
        },
        done: |scene| scene.holders("c").is_empty() && scene.parent("c") == "keep",
    },
    Change {
        name: "drop_reference",
        run: |scene| scene.tree.drop_reference(scene.reference),
        done: |scene| scene.holders("c").is_empty(),
    },
    Change {
        name: "free of a shared node",
        run: |scene| {
            assert!(scene.tree.free(scene.node("c")).is_err());
            Ok(())
        },
        done: |_| false,
    },
];
