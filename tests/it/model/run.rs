//! Running a program on both sides.

use std::fmt::Write;

use freehold::Tree;

use super::compare;
use super::coverage::Coverage;
use super::live::{self, Thrown};
use super::naive::{Apart, Model};
use super::outcome::{Boom, Event, Serial};
use super::program::{Focus, Program};
use super::world::{World, sapling};

/// Runs the program that the bytes encode on the model and on Freehold: once with the heap alone, and once with contexts
/// that bring all sorts of allocators, which must not make any difference.
///
/// # Panics
///
/// If they differ in an outcome, in what happens on the way, or in the state after any step; or if the tree
/// is not valid.
pub fn run(bytes: &[u8]) {
    covered(Focus::Everything, bytes);
}

/// The same for a program that is chosen for a focus.
pub fn run_focused(focus: Focus, bytes: &[u8]) {
    covered(focus, bytes);
}

/// The same, and says which operations that were, and how many were carried out and compared in both runs.
pub fn covered(focus: Focus, bytes: &[u8]) -> (Coverage, u64) {
    let program = Program::decode(focus, bytes);
    let (_, plain) = run_in(&program, false);
    let (coverage, zoned) = run_in(&program, true);
    (coverage, plain + zoned)
}

/// How many entries a program makes before it ends.
const MOST_ENTRIES: usize = 1_000;

fn run_in(program: &Program, zoned: bool) -> (Coverage, u64) {
    let (mut tree, origin) = sapling(program.overhead, program.linked);
    let mut foreign = Tree::new();
    let world = World::new(&tree, origin, &mut foreign, program, zoned);
    if program.hooked {
        live::set_hooks(&mut tree, &world);
    }
    let mut model = Model::new(program);
    let mut dropped = Vec::new();
    let mut ran = 0;
    for (i, op) in program.ops.iter().enumerate() {
        ran = i + 1;
        let want = model.step(op).map_err(Thrown::Meant);
        let got = live::step_caught(&mut tree, &world, op);
        let (want_events, got_events) = events(&mut model, &world, &mut dropped);
        let state = compare::state(&model, &tree, &world);
        if want != got || want_events != got_events || state.is_err() {
            let mut story = listing(program, ran);
            let _ = writeln!(story, "outcome  want {want:?}\n         got  {got:?}");
            let _ = writeln!(story, "events   want {want_events:?}\n         got  {got_events:?}");
            let _ = writeln!(story, "state    {}", state.err().as_deref().unwrap_or("same"));
            let _ = writeln!(story, "zoned    {zoned}");
            panic!("{story}\nmodel:\n{}", compare::drawing(&model));
        }
        // Duplicates of duplicates grow without end, and each step looks at all of them.
        if model.arena.len() > MOST_ENTRIES {
            break;
        }
    }
    let story = || format!("{}then the tree is dropped, and what was detached", listing(program, ran));
    let mut end = |model: &mut Model, want: Result<(), Boom>, got: Result<(), Thrown>| {
        let (want_events, got_events) = events(model, &world, &mut dropped);
        assert_eq!((want.map_err(Thrown::Meant), want_events), (got, got_events), "{}", story());
    };
    let want = model.drop_tree(Model::MAIN);
    end(&mut model, want, live::caught(move || drop(tree)));
    // Their destructors may make some more.
    while !model.subtrees.is_empty() {
        let Apart { root, .. } = model.subtrees.remove(0);
        let subtree = world.lock().subtrees.remove(0);
        let want = model.drop_tree(root);
        end(&mut model, want, live::caught(move || drop(subtree)));
    }
    // Claims outlive the trees, and mean nothing then.
    let (strongs, weaks) = {
        let mut shared = world.lock();
        (std::mem::take(&mut shared.strongs), std::mem::take(&mut shared.weaks))
    };
    drop(strongs);
    assert!(weaks.iter().all(|weak| weak.upgrade().is_none()), "nothing is left to claim\n{}", story());
    dropped.sort_unstable();
    let all: Vec<_> = (1..=world.lock().serials).collect();
    assert_eq!(dropped, all, "every value is dropped once\n{}", story());
    assert!(foreign.len() == 1 && foreign.validate().is_ok(), "nothing happens to another tree");
    (model.coverage, ran as u64)
}

/// What has happened according to both; notes which values were dropped.
fn events(model: &mut Model, world: &World, dropped: &mut Vec<Serial>) -> (Vec<Event>, Vec<Event>) {
    let mut both = (std::mem::take(&mut model.events), std::mem::take(&mut world.lock().events));
    dropped.extend(both.1.iter().filter_map(dropped_serial));
    sort_cut(&mut both.0);
    sort_cut(&mut both.1);
    both
}

/// Puts the claims in order that a detach has cut at the subtree's border: it tells of them in the order of their places,
/// which the model does not know, and then of the subtree. Everybody else's order is compared.
fn sort_cut(events: &mut [Event]) {
    for told in events.split_inclusive_mut(|event| matches!(event, Event::Detached { .. })) {
        let [before @ .., Event::Detached { .. }] = told else { continue };
        let first =
            before.iter().rposition(|event| !matches!(event, Event::Unlinked { .. })).map_or(0, |other| other + 1);
        before[first..].sort_unstable_by_key(|event| format!("{event:?}"));
    }
}

fn dropped_serial(event: &Event) -> Option<Serial> {
    if let Event::Dropped(serial) = event { Some(*serial) } else { None }
}

fn listing(program: &Program, upto: usize) -> String {
    let mut text = format!("hooked: {}\n", program.hooked);
    for (i, op) in program.ops[..upto].iter().enumerate() {
        let _ = writeln!(text, "{i:4}  {op:?}");
    }
    text
}
