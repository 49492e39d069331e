//! Budgets refuse.

use freehold::Error;

use crate::panics::fuse::Resource;
use crate::panics::inject::{SETTINGS, State, prepared};
use crate::panics::operations::{Operation, all};
use crate::panics::scene::Setting;

/// Has each request be refused that the operation makes to a budget, and says how many there were.
fn refuse(operation: &Operation, setting: Setting) -> usize {
    let mut scene = prepared(operation, setting);
    scene.check(operation.name);
    let before = State::now(&scene);
    for n in 1.. {
        let mut scene = prepared(operation, setting);
        scene.fuse.refuse(Resource::Budget, n);
        let outcome = (operation.run)(&mut scene);
        let what = format!("{} ({setting:?}), refusal {n}", operation.name);
        if !scene.fuse.has_refused() {
            outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
            scene.end(&what);
            return n - 1;
        }
        scene.check(&what);
        let found = State::now(&scene);
        assert!(found.is_as_before(&before), "{what} has changed something: {}", found.difference(&before));
        match outcome {
            Err(Error::OverBudget { owner, what: resource, asked, left }) => {
                let budgets = [scene.tree.root(), scene.node("outer"), scene.node("tenant"), scene.node("keep")];
                assert!(budgets.contains(&owner), "{what}: {owner} has no budget");
                assert!(asked > left && ["bytes", "nodes"].contains(&resource), "{what}: {asked} {resource} of {left}");
            }
            Ok(()) if operation.heedless => {}
            outcome => panic!("{what}: {outcome:?}"),
        }
        scene.end(&what);
    }
    unreachable!("every operation ends")
}

#[test]
fn nothing_changes_when_a_budget_refuses() {
    let refusals: usize = all().flat_map(|operation| SETTINGS.map(|setting| refuse(operation, setting))).sum();
    println!("{refusals} charges were refused");
    assert!(refusals >= 500, "{refusals} refusals are too few");
}
