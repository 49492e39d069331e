//! What holds after user code has panicked, whichever call of it did.
//!
//! Always: the panic reaches the caller of the operation, the tree is valid, what is gone has been dropped once,
//! and what is not doomed is there. Beyond that:
//!
//! | operation | who panics | afterwards |
//! |---|---|---|
//! | `free`, `free_children`, `take`, `free_into_value`, `unlink` of the last owner, drop of the tree | destructor | it has not refused: its node goes, and the operation is completed |
//! | the same | cleanup, value's `Drop`, `Drop` of what a destructor or cleanup captured, observer | the operation is completed |
//! | `take`, `free_into_value` | anybody | the value is dropped, for nobody can get it |
//! | `free_lifting`, `free_lifting_into` | anybody | the node is gone and all its children are lifted |
//! | `free`, `steal`, `steal_children` … of a shared node | log function | nothing has changed |
//! | `context`, `alloc`, … | observer | the node is made; its handle is lost, and its parent has it |
//! | `steal`, `place`, `transfer`, `steal_children`, `reparent`, `reference`, `unlink`, `drop_reference`, `set_name`, `resize`, `append`, `realloc` … | observer | done |
//! | `alloc_with`, `alloc_default`, `array_from_iter`, `format`, `format_in`, `append_fmt`, `append_in` | the closure, `default`, the iterator, a `Display` | nothing has changed |
//! | writing to a `writer` | a `Display` | what was written before is there |
//! | `set_destructor`, `clear_destructor`, `remove_cleanup` | `Drop` of what the old one captured | done |

mod changes;
mod fuse;
mod scene;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::{Error, Tree, Verdict, append_in, format_in};

use changes::CHANGES;
use fuse::{Boom, Fuse};
use scene::Scene;

/// An operation that frees, and what it must have done whoever panics.
struct Free {
    name: &'static str,
    run: fn(&mut Scene) -> Result<(), Error>,
    gone: &'static [&'static str],
    kept: &'static [&'static str],
}

/// `b` refuses; so it is kept, with `b1`, unless it was its destructor that panicked.
const REFUSER: [&str; 2] = ["b", "b1"];

const FREES: &[Free] = &[
    Free {
        name: "free",
        run: |scene| scene.tree.free(scene.top).map(drop),
        gone: &["top", "leaf", "bytes", "a", "a1"],
        kept: &["keep", "k1", "c"],
    },
    Free {
        name: "unlink",
        run: |scene| scene.tree.unlink(scene.tree.root(), scene.top).map(drop),
        gone: &["top", "leaf", "bytes", "a", "a1"],
        kept: &["keep", "k1", "c"],
    },
    Free {
        name: "take",
        run: |scene| scene.tree.take(scene.top).map(drop),
        gone: &["top", "leaf", "bytes", "a", "a1"],
        kept: &["keep", "k1", "c"],
    },
    Free {
        name: "free_into_value",
        run: |scene| scene.tree.free_into_value(scene.top).map(drop),
        gone: &["top", "leaf", "bytes", "a", "a1"],
        kept: &["keep", "k1", "c"],
    },
    Free {
        name: "free_children",
        run: |scene| scene.tree.free_children(scene.top).map(drop),
        gone: &["leaf", "bytes", "a", "a1"],
        kept: &["top", "keep", "k1", "c"],
    },
    Free {
        name: "free_children of the root",
        run: |scene| scene.tree.free_children(scene.tree.root()).map(drop),
        gone: &["top", "leaf", "bytes", "a", "a1", "keep", "k1", "c"],
        kept: &[],
    },
    Free {
        name: "free_lifting",
        run: |scene| scene.tree.free_lifting(scene.top).map(drop),
        gone: &["top"],
        kept: &["leaf", "bytes", "a", "a1", "c", "keep", "k1", "b", "b1"],
    },
    Free {
        name: "free_lifting_into",
        run: |scene| scene.tree.free_lifting_into(scene.top, scene.node("keep")).map(drop),
        gone: &["top"],
        kept: &["leaf", "bytes", "a", "a1", "c", "keep", "k1", "b", "b1"],
    },
];

/// Runs it with the n-th call of user code panicking, for every n, until it ends without a panic. Says how many
/// calls there were.
fn for_each_call(hooked: bool, mut run: impl FnMut(Scene, usize)) -> usize {
    for n in 1.. {
        let scene = Scene::new(hooked);
        let fuse = scene.fuse.clone();
        fuse.light(n);
        run(scene, n);
        if fuse.fired().is_none() {
            return n - 1;
        }
        assert!(n < 1000, "this operation does not end");
    }
    unreachable!("every operation ends")
}

/// The panic must have come out exactly if there was one.
fn outcome<R>(name: &str, n: usize, fuse: &Fuse, run: impl FnOnce() -> R) -> Option<R> {
    let result = catch_unwind(AssertUnwindSafe(run));
    match (result, fuse.fired()) {
        (Ok(result), None) => Some(result),
        (Err(panic), Some(_)) if panic.is::<Boom>() => None,
        (Ok(_), Some(who)) => panic!("{name}: the panic of call {n}, {who}, has been swallowed"),
        (Err(_), who) => panic!("{name}: another panic than that of call {n}, {who:?}"),
    }
}

#[test]
fn a_free_is_completed_whoever_panics() {
    for hooked in [false, true] {
        for free in FREES {
            let calls = for_each_call(hooked, |mut scene, n| {
                let fuse = scene.fuse.clone();
                let name = format!("{} (hooked: {hooked})", free.name);
                if let Some(result) = outcome(&name, n, &fuse, || (free.run)(&mut scene)) {
                    result.unwrap_or_else(|error| panic!("{name}: {error}"));
                }
                let who = fuse.fired();
                let what = format!("{name}, after call {n}, {who:?}");
                scene.validate(&what);
                let refused = who.as_deref() != Some("destructor of b");
                let lifted = free.kept.contains(&"b");
                for label in REFUSER {
                    assert_eq!(scene.is_there(label), refused || lifted, "{what}: {label}");
                }
                free.gone.iter().for_each(|label| assert!(!scene.is_there(label), "{what}: {label} is left"));
                free.kept.iter().for_each(|label| assert!(scene.is_there(label), "{what}: {label} is lost"));
                scene.end(&what);
            });
            // At least the top's destructor, which lifting and taking know as well, or dropping it unasked.
            assert!(calls >= 3, "{}: {calls} calls are too few to be a test", free.name);
        }
    }
}

#[test]
fn a_tree_is_dropped_whole_whoever_panics() {
    for hooked in [false, true] {
        let calls = for_each_call(hooked, |scene, n| {
            let fuse = scene.fuse.clone();
            let Scene { tree, .. } = scene;
            outcome("drop", n, &fuse, move || drop(tree));
            fuse.all_dropped_once(&format!("drop of the tree, after call {n}, {:?}", fuse.fired()));
        });
        assert!(calls >= 20);
    }
}

#[test]
fn a_tree_dropped_by_a_panic_keeps_its_own_panics_to_itself() {
    let scene = Scene::new(false);
    let fuse = scene.fuse.clone();
    fuse.light(3);
    let panic = catch_unwind(AssertUnwindSafe(move || {
        let _dropped_on_the_way_out = scene;
        std::panic::resume_unwind(Box::new("the first panic"));
    }));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"the first panic"));
    assert!(fuse.fired().is_some());
    fuse.all_dropped_once("a drop while panicking");
}

#[test]
fn a_change_is_made_before_the_observer_hears_of_it_and_after_the_log_does() {
    let mut logs = 0;
    for change in CHANGES {
        let calls = for_each_call(true, |mut scene, n| {
            let fuse = scene.fuse.clone();
            if let Some(result) = outcome(change.name, n, &fuse, || (change.run)(&mut scene)) {
                result.unwrap_or_else(|error| panic!("{}: {error}", change.name));
            }
            let who = fuse.fired();
            let what = format!("{}, after call {n}, {who:?}", change.name);
            scene.validate(&what);
            match who.as_deref() {
                Some("log") => {
                    logs += 1;
                    assert!(!(change.done)(&scene), "{what}: it is done all the same");
                    assert_eq!((scene.children("top"), scene.children("keep")), (6, 1), "{what}: half done");
                }
                Some("observer") => assert!((change.done)(&scene), "{what}: it is not done"),
                Some(other) => panic!("{what}: {other} has no part in this"),
                None => {}
            }
            scene.end(&what);
        });
        assert!(calls >= 1, "{}: nobody was told", change.name);
    }
    assert!(logs >= 3);
}

struct Unready;

impl Default for Unready {
    fn default() -> Self {
        Boom::throw()
    }
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half a text, ")?;
        Boom::throw()
    }
}

#[test]
fn what_panics_while_it_is_made_has_not_been_made() {
    type Make = fn(&mut Scene) -> Result<(), Error>;
    let makes: [(&str, Make); 7] = [
        ("alloc_with", |scene| Ok(scene.tree.alloc_with::<u64, _>(scene.top, |_| Boom::throw()).map(drop)?)),
        ("alloc_default", |scene| scene.tree.alloc_default::<Unready>(scene.top).map(drop)),
        ("format", |scene| scene.tree.format(scene.top, format_args!("{Unready}")).map(drop)),
        ("format_in", |scene| format_in!(scene.tree, scene.top, "{Unready}").map(drop)),
        ("append_fmt", |scene| scene.tree.append_fmt(scene.text, format_args!("{Unready}"))),
        ("append_in", |scene| append_in!(scene.tree, scene.text, "{Unready}")),
        ("array_from_iter", |scene| {
            let elements = (0..9u8).inspect(|&n| {
                if n == 5 {
                    Boom::throw()
                }
            });
            scene.tree.array_from_iter(scene.top, elements).map(drop)
        }),
    ];
    for (name, make) in makes {
        let mut scene = Scene::new(true);
        let len = scene.tree.len();
        let panic = catch_unwind(AssertUnwindSafe(|| make(&mut scene))).expect_err(name);
        assert!(panic.is::<Boom>(), "{name}: the panic is not the caller's");
        scene.validate(name);
        assert_eq!(scene.tree.len(), len, "{name} leaves something behind");
        assert_eq!(&scene.tree[scene.text], "text", "{name}");
        // What was not made does not stand in the way of what is.
        let next = scene.tree.alloc(scene.top, 5u64).unwrap();
        assert_eq!(scene.tree[next], 5);
        scene.end(name);
    }
}

#[test]
fn what_a_guard_captured_may_panic_when_the_guard_goes() {
    type Remove = fn(&mut Scene) -> Result<(), Error>;
    let removes: [(&str, Remove); 3] = [
        ("clear_destructor", |scene| scene.tree.clear_destructor(scene.top).map(drop)),
        ("set_destructor", |scene| scene.tree.set_destructor(scene.top, |_, _| Verdict::Free)),
        ("remove_cleanup", |scene| {
            scene.tree.remove_cleanup(scene.cleanup);
            Ok(())
        }),
    ];
    for (name, remove) in removes {
        let calls = for_each_call(false, |mut scene, n| {
            let fuse = scene.fuse.clone();
            outcome(name, n, &fuse, || remove(&mut scene).unwrap());
            fuse.put_out();
            scene.validate(name);
            // It is gone, panic or not, so it is not called any more.
            let gone = if name == "remove_cleanup" { "first cleanup of top" } else { "destructor of top" };
            scene.tree.free(scene.top).unwrap();
            assert!(!fuse.calls().iter().any(|call| call == gone), "{name}: {gone} is called");
            scene.end(name);
        });
        assert_eq!(calls, 1, "{name}");
    }
}

#[test]
fn the_first_of_several_panics_reaches_the_caller() {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top").unwrap();
    for n in 0..3u32 {
        let node = tree.alloc(top, n).unwrap();
        tree.set_destructor(node, |tree, node| std::panic::resume_unwind(Box::new(tree[node]))).unwrap();
        tree.add_cleanup(node, |_, _| std::panic::resume_unwind(Box::new("a cleanup"))).unwrap();
    }
    let panic = catch_unwind(AssertUnwindSafe(|| tree.free(top))).unwrap_err();
    assert_eq!(panic.downcast_ref::<u32>(), Some(&2), "the newest child goes first");
    assert!(tree.is_empty() && tree.validate().is_ok());
}
