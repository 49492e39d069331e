//! Writing in several pieces.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::fuse::Plan;
use super::piece::Shown;
use super::scene::{Scene, Setting};

#[test]
fn what_was_written_before_a_panic_is_there() {
    let mut scene = Scene::new(Setting { hooked: true, ..Setting::default() });
    let fuse = scene.fuse.clone();
    fuse.light(Plan::None);
    write!(scene.tree.writer(scene.text).unwrap(), ": {}", Shown(fuse.clone())).unwrap();
    let pieces = [": ", "two ", "halves"];
    assert_eq!(scene.tree[scene.text], format!("text{}", pieces.concat()));

    // Each piece may need a budget's handler and the allocator, and what shows itself does so in two.
    for n in 1..fuse.calls().len() {
        let mut scene = Scene::new(Setting { hooked: true, ..Setting::default() });
        let fuse = scene.fuse.clone();
        fuse.light(Plan::One(n));
        catch_unwind(AssertUnwindSafe(|| {
            let mut out = scene.tree.writer(scene.text).unwrap();
            let _ = write!(out, ": {}", Shown(fuse.clone()));
        }))
        .unwrap_err();
        fuse.put_out();
        // A piece is charged to the allocator last.
        let written = fuse.calls()[..n - 1].iter().filter(|who| who.ends_with("recharge")).count();
        assert_eq!(scene.tree[scene.text], format!("text{}", pieces[..written].concat()), "call {n}");
        scene.check("writer");
        scene.end("writer");
    }
}
