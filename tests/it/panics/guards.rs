//! Destructors and cleanups that are removed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::Verdict;

use super::fuse::Plan;
use super::scene::{Scene, Setting};

/// What removes a guard, and which.
type Remove = (fn(&mut Scene), &'static str);

const REMOVES: [Remove; 3] = [
    (|scene| assert!(scene.tree.clear_destructor(scene.node("top")).unwrap()), "destructor of top"),
    (|scene| scene.tree.set_destructor(scene.piece("top"), |_, _| Verdict::Free).unwrap(), "destructor of top"),
    (|scene| assert!(scene.tree.remove_cleanup(scene.cleanup)), "first cleanup of top"),
];

#[test]
fn what_panicked_while_it_was_removed_is_not_called_any_more() {
    for (remove, guard) in REMOVES {
        let mut scene = Scene::new(Setting::default());
        let fuse = scene.fuse.clone();
        fuse.light(Plan::One(1));
        catch_unwind(AssertUnwindSafe(|| remove(&mut scene))).unwrap_err();
        assert_eq!(fuse.fired(), Some(format!("drop of what the {guard} captured")));
        fuse.put_out();
        scene.tree.free(scene.node("top")).unwrap();
        assert!(!fuse.calls().iter().any(|call| call == guard), "{guard} is called");
        scene.end(guard);
    }
}
