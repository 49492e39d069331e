//! Claims from outside the tree that are counted, and what they make of who owns a node.

use super::state::{Model, Res, Stop};
use crate::model::outcome::{Boom, Content, Done, Event, Fault, Num, Release};
use crate::model::probe::Probe;
use crate::model::program::{End, Op, Sharing, Sort};

impl Model {
    pub(super) fn sharing(&mut self, op: &Sharing) -> Res<Done> {
        let on = |pick| self.pick(pick);
        let probe = |pick| self.pick_sort(pick, Sort::Probe);
        match *op {
            Sharing::Floating => self.floating(self.here),
            Sharing::Retain { node } => self.retain(on(node)),
            Sharing::Release { node } => self.release(node.map(on)).map(Done::Released),
            Sharing::Guarded { node, ref op, end } => self.guarded(on(node), op, end),
            Sharing::Scope { parent, count, ref op, floats } => self.scope(on(parent), count, op, floats),
            Sharing::Strong { node } => self.strong(on(node)),
            Sharing::FromOwned { node } => self.strong_alone(on(node)),
            Sharing::Weak { node } => self.weak(on(node)),
            Sharing::Clone { seed } => Ok(self.clone_strong(seed)),
            Sharing::Downgrade { seed } => Ok(self.downgrade(seed)),
            Sharing::Upgrade { seed } => Ok(self.upgrade(seed)),
            Sharing::Drop { seed, elsewhere: _ } => Ok(self.drop_one(seed)),
            Sharing::IntoOwned { seed, parent } => self.hand_to_owner(seed, on(parent)),
            Sharing::Store { seed, node } => self.store(seed, probe(node)),
            Sharing::Fetch { node } => self.fetch(probe(node)),
            Sharing::Settle => self.settle().map(Done::Freed),
        }
    }

    pub(super) fn floating(&mut self, parent: Num) -> Res<Done> {
        let serial = self.next_serial();
        if let Err(stop) = self.room_for(parent, size_of::<Probe>()) {
            self.drop_probe(serial);
            return Err(stop);
        }
        let num = self.add(parent, Content::Probe(serial), None);
        self.node_mut(num).counted = true;
        self.push(Event::Created { node: num, parent });
        Ok(Done::Made(num))
    }

    fn retain(&mut self, num: Num) -> Res<Done> {
        self.settled()?;
        self.resolve_idle(num)?;
        self.not_root(num)?;
        self.node_mut(num).retained += 1;
        Ok(Done::Set)
    }

    fn release(&mut self, num: Option<Num>) -> Res<Release> {
        self.settled()?;
        num.map_or(Ok(Release::Nothing), |num| self.give_up(num))
    }

    /// Gives up a counted claim, or lets go of what floats.
    fn give_up(&mut self, num: Num) -> Res<Release> {
        self.resolve_idle(num)?;
        let (retained, strong) = (self.node(num).retained, self.strong_count(num));
        let counted = self.node(num).counted;
        if retained == 0 && (!counted || strong > 0) {
            return Err(Fault::NotRetained(num).into());
        }
        let left = retained.saturating_sub(1);
        self.node_mut(num).retained = left;
        if left > 0 || strong > 0 || !counted {
            return Ok(Release::Claim);
        }
        let outcome = self.let_go(num);
        if let Err(Stop::Fault(Fault::Refused(_))) = outcome {
            self.node_mut(num).retained = retained;
        }
        outcome
    }

    /// Nobody owns the node and nobody claims it from outside the tree: a reference takes over, or it goes.
    pub(super) fn let_go(&mut self, num: Num) -> Res<Release> {
        if let Some(holder) = self.hand_on(num) {
            return Ok(Release::Passed(holder));
        }
        self.free_alone_or_not(num, |_| {}).map(Release::Freed)
    }

    /// Retained while an operation is carried out, which may panic.
    fn guarded(&mut self, num: Num, op: &Op, end: End) -> Res<Done> {
        self.retain(num)?;
        let boom = self.within(|model| model.carry_out(op)).err();
        // What others have left to be done is done first, and keeps the claim from nothing.
        let settled = self.settle_completely();
        let released = match (self.give_up(num), settled) {
            (Err(Stop::Boom(boom)), _) | (_, Some(boom)) => Err(Stop::Boom(boom)),
            (released, None) => released,
        };
        match (boom, released) {
            (Some(boom), _) | (None, Err(Stop::Boom(boom))) => Err(Stop::Boom(boom)),
            (None, _) if end == End::Dropped => Ok(Done::Set),
            (None, released) => released.map(Done::Released),
        }
    }

    /// An operation within another, and what is noted of it.
    pub(super) fn within(&mut self, run: impl FnOnce(&mut Self) -> Res<Done>) -> Result<(), Boom> {
        let outcome = match run(self) {
            Ok(done) => Ok(Ok(done)),
            Err(Stop::Fault(fault)) => Ok(Err(fault)),
            Err(Stop::Boom(boom)) => Err(boom),
        };
        self.push(Event::Inner(outcome.clone().ok()));
        outcome.map(|_| ())
    }

    /// Leaves a node to its claims from outside the tree. It then lives below the root, who that is.
    pub(super) fn give_to_claims(&mut self, num: Num) -> Num {
        self.node_mut(num).counted = true;
        self.move_first(num, self.here);
        self.here
    }

    /// Whether nobody claims the node from outside the tree.
    pub(super) fn unheld(&self, num: Num) -> Res<()> {
        match (self.node(num).retained, self.strong_count(num)) {
            (0, 0) => Ok(()),
            (retained, strong) => Err(Fault::Held { node: num, retained, strong }.into()),
        }
    }
}
