//! Carrying out operations.

use super::state::{Model, Res, Stop};
use crate::model::coverage;
use crate::model::outcome::{Boom, Done, Event, Num, Outcome};
use crate::model::program::{Op, Sort};
use crate::model::{given_name, sample_text};

impl Model {
    /// Carries out an operation as its caller sees it.
    pub fn step(&mut self, op: &Op) -> Result<Outcome, Boom> {
        match self.carry_out(op) {
            Ok(done) => Ok(Ok(done)),
            Err(Stop::Fault(fault)) => Ok(Err(fault)),
            Err(Stop::Boom(boom)) => Err(boom),
        }
    }

    /// What a destructor or cleanup of `me` does.
    pub(super) fn act(&mut self, me: Num, op: Option<&Op>) -> Result<(), Boom> {
        let Some(op) = op else { return Ok(()) };
        self.inside.push(me);
        let outcome = self.step(op);
        self.inside.pop();
        self.push(Event::Inner(outcome.clone().ok()));
        outcome.map(|_| ())
    }

    pub(super) fn carry_out(&mut self, op: &Op) -> Res<Done> {
        self.turn += 1;
        let outcome = self.carry_out_uncounted(op);
        coverage::note(&mut self.coverage, op, outcome.as_ref().ok());
        outcome
    }

    fn carry_out_uncounted(&mut self, op: &Op) -> Res<Done> {
        // What picks mean is decided before anything is done.
        let on = |pick| self.pick(pick);
        let of = |sort, pick| self.pick_sort(pick, sort);
        let by = |owner, pick| self.owner(owner, self.pick(pick));
        match *op {
            Op::Make { parent, make } => self.make(on(parent), make),
            Op::Free { node } => self.free(on(node)),
            Op::FreeChildren { node } => self.free_children(on(node)),
            Op::FreeLifting { node } => self.free_lifting(on(node)),
            Op::FreeLiftingInto { node, adopter } => self.free_lifting_into(on(node), on(adopter)),
            Op::Take { node } => self.take(on(node), false),
            Op::FreeIntoValue { node } => self.take(on(node), true),
            Op::Steal { to, node } => self.steal(on(to), on(node)),
            Op::StealChildren { from, to } => self.steal_children(on(from), on(to)),
            Op::Place { at, anchor, node } => self.place(at, on(anchor), on(node)),
            Op::Transfer { to, node } => self.transfer(on(to), on(node)),
            Op::Reparent { old, new, node } => self.reparent(by(old, node), on(new), on(node)),
            Op::Reference { holder, node } => self.reference(on(holder), on(node)),
            Op::Unlink { owner, node } => self.unlink(by(owner, node), on(node)),
            Op::DropReference { seed } => self.drop_reference(seed),
            Op::SetDestructor { node, ref script } => self.set_destructor(on(node), script),
            Op::ClearDestructor { node } => self.clear_destructor(on(node)),
            Op::AddCleanup { node, ref script } => self.add_cleanup(on(node), script),
            Op::RemoveCleanup { seed } => Ok(self.remove_cleanup(seed)),
            Op::Replace { node } => self.replace(of(Sort::Probe, node)),
            Op::Write { node, sort, byte } => self.write(of(sort, node), sort, byte),
            // Who clears the new part makes no difference.
            Op::Resize { node, len, cleared: _ } => self.resize(of(Sort::Words, node), len),
            Op::Append { node, len, way } => self.append(of(Sort::Text, node), &sample_text(len), way),
            Op::Rename { node, name } => self.rename(on(node), Some(given_name(name))),
            Op::ClearName { node } => self.rename(on(node), None),
            Op::Downcast { node, sort } => self.downcast(on(node), sort),
            Op::Sharing(ref op) => self.sharing(op),
            Op::Budget(ref op) => self.budgeting(op),
            Op::Subtree(ref op) => self.travelling(op),
            Op::Value(ref op) => self.valuing(op),
            Op::Making(ref op) => self.making(op),
        }
    }
}
