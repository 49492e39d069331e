//! Memory runs out.

use std::mem;

use freehold::{Error, for_each_failure};

use crate::panics::fuse::{Fuse, Resource};
use crate::panics::inject::State;
use crate::panics::operations::{Operation, all};
use crate::panics::scene::{Scene, Setting};

/// Has each request for memory fail that the operation makes, and says how often it failed for that.
fn fail(operation: &Operation) -> usize {
    let mut failures = 0;
    for_each_failure(|tree| {
        let mut scene = Scene::within(mem::take(tree), Fuse::default(), Setting::default())?;
        (operation.setup)(&mut scene)?;
        let before = State::now(&scene);
        let outcome = (operation.run)(&mut scene);
        if let Err(error) = &outcome {
            failures += 1;
            let found = State::now(&scene);
            let name = operation.name;
            assert!(found.is_as_before(&before), "{name} has changed something: {}", found.difference(&before));
            check(error, &scene, name);
        }
        *tree = scene.let_go();
        outcome
    });
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
