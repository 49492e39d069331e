//! Memory runs out.

use std::mem;

use freehold::{Error, for_each_failure};

use crate::panics::fuse::{Fuse, Resource};
use crate::panics::inject::State;
use crate::panics::operations::{Operation, all};
use crate::panics::scene::{Scene, Setting};

/// What a pool has no room for goes to the allocator around it: who has the memory is all that these may differ in.
const SENT_ON: &[&str] = &["pooled", "pooled_array"];

/// Has each request for memory fail that the operation makes, and says how often it failed for that.
fn fail(operation: &Operation) -> usize {
    let name = operation.name;
    let mut failures = 0;
    // Before and after, for each run in which it did not fail; in the last no request did.
    let mut finished = Vec::new();
    for_each_failure(|tree| {
        let mut scene = Scene::within(mem::take(tree), Fuse::default(), Setting::default())?;
        (operation.setup)(&mut scene)?;
        let before = State::now(&scene);
        let outcome = (operation.run)(&mut scene);
        let found = State::now(&scene);
        match &outcome {
            Err(error) => {
                failures += 1;
                assert!(found.is_as_before(&before), "{name} has changed something: {}", found.difference(&before));
                check(error, &scene, name);
            }
            Ok(()) => finished.push((before, found)),
        }
        *tree = scene.let_go();
        outcome
    });
    let (set, done) = finished.pop().expect("it was carried out");
    // A pool sends on what fails in it, also while the scene is set: that is another scene.
    finished.retain(|(before, _)| *before == set);
    for (before, found) in finished {
        if operation.heedless {
            failures += 1;
            assert!(found.is_as_before(&before), "{name} has changed something: {}", found.difference(&before));
        } else {
            let is_done = if SENT_ON.contains(&name) { found.is_elsewhere(&done) } else { found == done };
            assert!(is_done, "{name} says that it is done: {}", found.difference(&done));
        }
    }
    failures
}

/// The error is of a node that is there, and names it.
fn check(error: &Error, scene: &Scene, name: &str) {
    let Error::OutOfMemory { node, allocator, asked, .. } = error else { panic!("{name}: {error}") };
    // A scope has ended by now, and its context is gone.
    assert!(scene.tree.contains(*node) || name.starts_with("Scope::"), "{name}: {error}");
    let text = format!("out of memory in the {allocator} of node {node}: {asked} bytes were asked for");
    assert!(error.to_string().starts_with(&text), "{name}: {error}");
}

#[test]
fn nothing_changes_when_memory_runs_out() {
    let failures: usize = all().map(fail).sum();
    println!("{failures} requests for memory failed");
    assert!(failures >= 50, "{failures} failures are too few");
}

#[test]
fn an_operation_fails_as_often_as_it_asks() {
    let expected = [("alloc", 1), ("array_from", 1), ("resize to more", 1), ("free", 0), ("steal", 0), ("append", 1)];
    for (name, failures) in expected {
        let operation = all().find(|operation| operation.name == name).expect("there is one of this name");
        assert_eq!(fail(operation), failures, "{name}");
    }
    let duplicate = all().find(|operation| operation.name == "duplicate").expect("there is one of this name");
    assert!(fail(duplicate) >= 12, "each node that is copied asks for its memory");
}

#[test]
fn the_error_names_the_one_who_asked() {
    let mut scene = Scene::new(Setting::default());
    let outer = scene.node("outer");
    scene.fuse.refuse(Resource::Memory, 1);
    let error = scene.tree.bytes(outer, 7).unwrap_err();
    let expected = format!("out of memory in the touchy arena of node {outer}: 7 bytes were asked for and");
    assert!(error.to_string().starts_with(&expected), "{error}");
}
