//! A tree that is to panic when memory runs out.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use freehold::TreeBuilder;

use crate::panics::fuse::{Boom, Fuse, Resource};
use crate::panics::inject::State;
use crate::panics::operations::{Operation, all};
use crate::panics::scene::{Scene, Setting};
use crate::panics::touchy::Touchy;

/// A scene in which the n-th request for memory of the operation is refused, and the handler panics, or doesn't.
fn prepared(operation: &Operation, panics: bool) -> Scene {
    let fuse = Fuse::default();
    let builder = TreeBuilder::new().root_name("scene").allocator(Touchy::new(&fuse, "scene"));
    let token = fuse.token("what the handler of exhaustion captured");
    let tree = builder.on_exhaustion(move |tree, error| {
        let _captured = &token;
        tree.validate().unwrap_or_else(|invalid| panic!("{error}: {invalid}"));
        if panics {
            resume_unwind(Box::new(Boom(error.to_string())));
        }
    });
    let mut scene = Scene::within(tree.build(), fuse, Setting::default()).expect("there is room");
    (operation.setup)(&mut scene).unwrap_or_else(|error| panic!("{}: {error}", operation.name));
    scene
}

/// Says how often there was a panic.
fn exhaust(operation: &Operation, panics: bool) -> usize {
    let before = State::of(&mut prepared(operation, panics), operation.name);
    let mut scene = prepared(operation, panics);
    (operation.run)(&mut scene).unwrap_or_else(|error| panic!("{}: {error}", operation.name));
    let done = State::of(&mut scene, operation.name);
    let mut times = 0;
    for n in 1.. {
        let mut scene = prepared(operation, panics);
        scene.fuse.refuse(Resource::Memory, n);
        let outcome = catch_unwind(AssertUnwindSafe(|| (operation.run)(&mut scene)));
        let what = format!("{}, request {n}", operation.name);
        if !scene.fuse.has_refused() {
            return times;
        }
        let found = State::of(&mut scene, &what);
        match outcome {
            Err(panic) => {
                times += 1;
                let text = panic.downcast_ref::<String>().or(panic.downcast_ref().map(|Boom(text)| text));
                assert!(
                    text.is_some_and(|text| text.starts_with("out of memory in the touchy arena of node")),
                    "{what}"
                );
                assert!(found.is_as_before(&before), "{what} has changed something: {}", found.difference(&before));
            }
            Ok(outcome) => {
                outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
                assert!(found == done, "{what}: it says that it is done: {}", found.difference(&done));
            }
        }
        scene.end(&what);
    }
    unreachable!("every operation ends")
}

#[test]
fn nothing_changes_when_a_tree_panics_for_want_of_memory() {
    let [loudly, quietly] =
        [true, false].map(|panics| all().map(|operation| exhaust(operation, panics)).sum::<usize>());
    println!("{loudly} handlers panicked, {quietly} did not");
    assert!(quietly == loudly && loudly >= 50, "{quietly} and {loudly} panics");
}
