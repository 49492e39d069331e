//! Running a program on both sides.

use std::fmt::Write;

use freehold::Tree;

use super::compare;
use super::live::{self, Thrown};
use super::naive::Model;
use super::outcome::Event;
use super::program::Program;
use super::world::World;

/// Runs the program that the bytes encode on the model and on Freehold: once with the heap alone, and once with contexts
/// that bring all sorts of allocators, which must not make any difference.
///
/// # Panics
///
/// If they differ in an outcome, in what happens on the way, or in the state after any step; or if the tree
/// is not valid.
pub fn run(bytes: &[u8]) {
    let program = Program::decode(bytes);
    for zoned in [false, true] {
        run_in(&program, zoned);
    }
}

fn run_in(program: &Program, zoned: bool) {
    let mut tree = Tree::new();
    let mut foreign = Tree::new();
    let world = World::new(&tree, &mut foreign, zoned);
    if program.hooked {
        live::set_hooks(&mut tree, &world);
    }
    let mut model = Model::new();
    let mut dropped = Vec::new();
    for (i, op) in program.ops.iter().enumerate() {
        let want = model.step(op).map_err(Thrown::Meant);
        let got = live::step_caught(&mut tree, &world, op);
        let want_events = expected(&mut model, program.hooked);
        let got_events = std::mem::take(&mut world.lock().events);
        dropped.extend(got_events.iter().filter_map(dropped_serial));
        let state = compare::state(&model, &tree, &world);
        if want != got || want_events != got_events || state.is_err() {
            let mut story = listing(program, i + 1);
            let _ = writeln!(story, "outcome  want {want:?}\n         got  {got:?}");
            let _ = writeln!(story, "events   want {want_events:?}\n         got  {got_events:?}");
            let _ = writeln!(story, "state    {}", state.err().as_deref().unwrap_or("same"));
            let _ = writeln!(story, "zoned    {zoned}");
            panic!("{story}\nmodel:\n{}", compare::drawing(&model));
        }
    }
    let want = model.drop_all().map_err(Thrown::Meant);
    let got = live::caught(move || drop(tree));
    let want_events = expected(&mut model, program.hooked);
    let got_events = std::mem::take(&mut world.lock().events);
    dropped.extend(got_events.iter().filter_map(dropped_serial));
    let story = || format!("{}then the tree is dropped", listing(program, program.ops.len()));
    assert_eq!((want, want_events), (got, got_events), "{}", story());
    dropped.sort_unstable();
    let all: Vec<_> = (1..=world.lock().serials).collect();
    assert_eq!(dropped, all, "every value is dropped once\n{}", story());
    assert!(foreign.len() == 1 && foreign.validate().is_ok(), "nothing happens to another tree");
}

fn expected(model: &mut Model, hooked: bool) -> Vec<Event> {
    let mut events = std::mem::take(&mut model.events);
    events.retain(|event| hooked || !event.is_hook());
    events
}

fn dropped_serial(event: &Event) -> Option<u32> {
    if let Event::Dropped(serial) = event { Some(*serial) } else { None }
}

fn listing(program: &Program, upto: usize) -> String {
    let mut text = format!("hooked: {}\n", program.hooked);
    for (i, op) in program.ops[..upto].iter().enumerate() {
        let _ = writeln!(text, "{i:4}  {op:?}");
    }
    text
}
