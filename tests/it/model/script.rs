//! Destructors and cleanups that carry out a script.

use std::panic::resume_unwind;

use freehold::{NodeId, Tree, Verdict};

use super::live;
use super::outcome::{Boom, Event, Num, Outcome};
use super::program::{Answer, Op, Script};
use super::world::World;

/// A panic that prints nothing, to be recognised by its number.
pub fn boom(num: Num) -> ! {
    resume_unwind(Box::new(Boom(num)))
}

/// A destructor. It is told its node by the tree.
pub fn destructor(mut script: Script, world: World) -> impl FnMut(&mut Tree, NodeId) -> Verdict + Send + 'static {
    move |tree, node| {
        let num = world.number(node);
        check(tree);
        world.push(Event::Enter(num));
        let act = script.act.take();
        carry_out(act.as_deref(), num, tree, &world);
        let free = match &mut script.answer {
            Answer::Free | Answer::Refuse(0) => true,
            Answer::Refuse(times) => {
                *times -= 1;
                false
            }
            Answer::RefuseAlways => false,
            Answer::Panic => boom(num),
        };
        check(tree);
        world.push(Event::Leave(num, free));
        if free { Verdict::Free } else { Verdict::Refuse }
    }
}

/// A cleanup, the `number`-th ever added.
pub fn cleanup(script: Script, number: usize, world: World) -> impl FnOnce(&mut Tree, NodeId) + Send + 'static {
    move |tree, node| {
        let num = world.number(node);
        check(tree);
        world.push(Event::Cleanup(num, number));
        carry_out(script.act.as_deref(), num, tree, &world);
        if script.answer == Answer::Panic {
            boom(num);
        }
        check(tree);
    }
}

/// User code sees a valid tree.
pub fn check(tree: &Tree) {
    if let Err(invalid) = tree.validate() {
        panic!("user code sees an invalid tree: {invalid}");
    }
}

pub fn carry_out(op: Option<&Op>, me: Num, tree: &mut Tree, world: &World) {
    let Some(op) = op else { return };
    /// Whose turn it is ends, also if that is by a panic.
    struct Turn<'a>(&'a World);
    impl Drop for Turn<'_> {
        fn drop(&mut self) {
            self.0.lock().inside.pop();
        }
    }
    world.lock().inside.push(me);
    let _turn = Turn(world);
    noted(world, || live::step(tree, world, op));
}

/// Carries out an operation within another and notes what came of it, also if that is a panic.
pub fn noted(world: &World, run: impl FnOnce() -> Outcome) {
    struct End<'a>(&'a World, Option<Outcome>);
    impl Drop for End<'_> {
        fn drop(&mut self) {
            self.0.push(Event::Inner(self.1.take()));
        }
    }
    let mut end = End(world, None);
    end.1 = Some(run());
}
