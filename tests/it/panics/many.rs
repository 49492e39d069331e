//! Many panics at once.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::fuse::{Boom, Plan};
use super::inject::{SETTINGS, prepared};
use super::operations::{Operation, all};
use super::scene::{Scene, Setting};

/// The n-th call panics and every one after it. What is left is in order all the same, the panic that arrives is the
/// first, and the program goes on.
fn inject_many(operation: &Operation, setting: Setting) {
    for n in 1.. {
        let mut scene = prepared(operation, setting);
        let fuse = scene.fuse.clone();
        fuse.light(Plan::From(n));
        let outcome = catch_unwind(AssertUnwindSafe(|| (operation.run)(&mut scene)));
        fuse.put_out();
        let who = fuse.fired();
        let what = format!("{} ({setting:?}), from call {n} on, {who:?} first", operation.name);
        match (outcome, &who) {
            (Err(panic), Some(who)) => assert_eq!(panic.downcast_ref(), Some(&Boom(who.clone())), "{what}"),
            (outcome, None) => {
                assert!(matches!(outcome, Ok(Ok(()))), "{what}: it has failed");
                return;
            }
            (Ok(_), Some(_)) => panic!("{what}: the panic has been swallowed"),
        }
        scene.check(&what);
        scene.end(&what);
    }
}

#[test]
fn the_first_of_many_panics_arrives_and_all_is_in_order() {
    for operation in all() {
        SETTINGS.into_iter().for_each(|setting| inject_many(operation, setting));
    }
}

#[test]
fn a_tree_dropped_by_a_panic_keeps_its_own_panics_to_itself() {
    for hooked in [false, true] {
        let scene = Scene::new(Setting { hooked, ..Setting::default() });
        let fuse = scene.fuse.clone();
        fuse.light(Plan::From(3));
        let panic = catch_unwind(AssertUnwindSafe(move || {
            let _dropped_on_the_way_out = scene;
            resume_unwind(Box::new("the first panic"));
        }));
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"the first panic"));
        assert!(fuse.fired().is_some());
        fuse.all_dropped_once("a drop while panicking");
    }
}
