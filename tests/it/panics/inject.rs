//! Every operation, with each call of user code that it makes panicking in turn.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::fuse::{Boom, Plan};
use super::operations::{After, Operation, all};
use super::outline::outline;
use super::scene::{Scene, Setting};

pub(crate) const SETTINGS: [Setting; 4] = [
    Setting { hooked: false, pending: false, agreed: false },
    Setting { hooked: true, pending: false, agreed: false },
    Setting { hooked: false, pending: true, agreed: false },
    Setting { hooked: true, pending: true, agreed: false },
];

/// A scene in which the operation is about to be carried out.
pub(crate) fn prepared(operation: &Operation, setting: Setting) -> Scene {
    let mut scene = Scene::new(setting);
    (operation.setup)(&mut scene).unwrap_or_else(|error| panic!("{}: {error}", operation.name));
    if setting.pending {
        scene.drop_floats();
    }
    scene
}

/// All that can be seen of a scene once what was handed in is out of the way: the tree, and how often what was dropped.
#[derive(PartialEq)]
pub(crate) struct State {
    outline: Vec<String>,
    drops: BTreeMap<String, usize>,
}

impl State {
    /// What a scene is like in which nothing happens any more. A subtree is dropped, as one is that was handed in.
    pub(crate) fn of(scene: &mut Scene, what: &str) -> Self {
        scene.check(what);
        drop(scene.parcel.take());
        Self::now(scene)
    }

    /// What a scene is like.
    pub(crate) fn now(scene: &Scene) -> Self {
        Self { outline: outline(&scene.tree), drops: scene.fuse.drops() }
    }

    /// What was made meanwhile has been dropped, and else all is as it was.
    pub(crate) fn is_as_before(&self, before: &Self) -> bool {
        let as_before = |(name, drops): (&String, &usize)| drops == before.drops.get(name).unwrap_or(&1);
        self.outline == before.outline && self.drops.iter().all(as_before)
    }

    /// All is as in another, but for how much is in which allocator.
    pub(crate) fn is_elsewhere(&self, other: &Self) -> bool {
        let nodes = |state: &Self| {
            let nodes = state.outline.iter().map(|line| line.split(", allocator").next().map(str::to_owned));
            nodes.collect::<Vec<_>>()
        };
        nodes(self) == nodes(other) && self.drops == other.drops
    }

    /// The lines that only one of two has.
    pub(crate) fn difference(&self, expected: &Self) -> String {
        let lines = |state: &Self| {
            let drops = state.drops.iter().map(|(name, drops)| format!("{name} is dropped {drops} times"));
            state.outline.iter().cloned().chain(drops).collect::<Vec<_>>()
        };
        let (found, expected) = (lines(self), lines(expected));
        let missing = expected.iter().filter(|line| !found.contains(line)).map(|line| format!("\n- {line}"));
        let extra = found.iter().filter(|line| !expected.contains(line)).map(|line| format!("\n+ {line}"));
        missing.chain(extra).collect()
    }
}

/// What it is like if the operation is not carried out, and if it is.
fn outcomes(operation: &Operation, setting: Setting) -> (State, State) {
    let mut scene = prepared(operation, setting);
    let before = State::of(&mut scene, operation.name);
    let mut scene = prepared(operation, setting);
    (operation.run)(&mut scene).unwrap_or_else(|error| panic!("{}: {error}", operation.name));
    (before, State::of(&mut scene, operation.name))
}

/// Who is called when drops of claims take effect, which is what most operations begin with.
fn calls_of_settling(operation: &Operation, setting: Setting) -> Vec<String> {
    let mut scene = prepared(operation, setting);
    scene.fuse.light(Plan::None);
    scene.tree.settle();
    scene.fuse.calls()
}

fn inject(operation: &Operation, setting: Setting) -> usize {
    let (before, after) = outcomes(operation, setting);
    let (_, agreed) = outcomes(operation, Setting { agreed: true, ..setting });
    let settling = calls_of_settling(operation, setting);
    for n in 1.. {
        let mut scene = prepared(operation, setting);
        let fuse = scene.fuse.clone();
        fuse.light(Plan::One(n));
        let outcome = catch_unwind(AssertUnwindSafe(|| (operation.run)(&mut scene)));
        fuse.put_out();
        let (who, mut calls) = (fuse.fired(), fuse.calls());
        calls.truncate(n);
        let what = format!("{} ({setting:?}), call {n}, {who:?}", operation.name);
        match (outcome, &who) {
            (Ok(result), None) => result.unwrap_or_else(|error| panic!("{what}: {error}")),
            (Err(panic), Some(who)) => assert_eq!(panic.downcast_ref(), Some(&Boom(who.clone())), "{what}"),
            (Ok(_), Some(_)) => panic!("{what}: the panic has been swallowed"),
            (Err(_), None) => panic!("{what}: another panic"),
        }
        let found = State::of(&mut scene, &what);
        let Some(who) = who else {
            scene.end(&what);
            return n - 1;
        };
        let is_settling = (1..=settling.len()).any(|n| calls.ends_with(&settling[..n]));
        // A refusal that panics is none.
        let done = if who == "destructor of b" { &agreed } else { &after };
        match operation.after_panic(&who, is_settling) {
            After::Undone => {
                assert!(found.is_as_before(&before), "{what} has not been undone:{}", found.difference(&before));
            }
            After::Done => assert!(found == *done, "{what} has not been done:{}", found.difference(done)),
            After::Either => assert!(found.is_as_before(&before) || found == *done, "{what}: half done"),
        }
        scene.end(&what);
    }
    unreachable!("every operation ends")
}

#[test]
fn an_operation_is_done_or_undone_whoever_panics() {
    let calls: usize = all().flat_map(|operation| SETTINGS.map(|setting| inject(operation, setting))).sum();
    println!("{calls} calls panicked");
    // Should something keep the operations from coming to user code, this would be no test any more.
    assert!(calls > 6000, "{calls} calls are too few");
}
