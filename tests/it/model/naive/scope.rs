//! A scope in which nodes float.

use super::state::{Model, Res, Stage, Stop};
use crate::model::outcome::{Boom, Content, Done, Event, Fault, Gone, Num};
use crate::model::program::{Floats, Op};

impl Model {
    pub(super) fn scope(&mut self, parent: Num, count: u8, op: &Op, floats: Floats) -> Res<Done> {
        self.room_for(parent, 0)?;
        let context = self.add(parent, Content::Context, Some("scope".to_owned()));
        self.push(Event::Created { node: context, parent });
        let inside = self.in_scope(context, parent, count, op, floats);
        let closed = self.close_scope(context);
        match (inside, closed) {
            (Err(boom), _) => Err(Stop::Boom(boom)),
            (Ok(()), Ok(_) | Err(Stop::Fault(_))) if floats == Floats::Leave => Ok(Done::Set),
            (Ok(()), closed) => closed.map(Done::Freed),
        }
    }

    fn in_scope(&mut self, context: Num, parent: Num, count: u8, op: &Op, floats: Floats) -> Result<(), Boom> {
        for _ in 0..count {
            self.within(|model| model.floating(context))?;
        }
        self.within(|model| model.carry_out(op))?;
        match floats {
            Floats::Sink => self.within(|model| model.sink(context, parent)),
            Floats::Drop => self.within(|model| model.drop_floats(context)),
            Floats::Leave => Ok(()),
        }
    }

    /// What floats in the scope, oldest first.
    fn floats_in(&self, context: Num) -> Vec<Num> {
        let floats = |&num: &Num| self.node(num).stage != Stage::Dying && self.is_floating(num);
        self.children(context).into_iter().rev().filter(floats).collect()
    }

    pub fn is_floating(&self, num: Num) -> bool {
        self.node(num).counted && self.holds(num) == 0 && self.node(num).claims.is_empty()
    }

    fn sink(&mut self, context: Num, owner: Num) -> Res<Done> {
        self.settled()?;
        self.afford(|model| {
            model.resolve(context)?;
            model.resolve_parent(owner)?;
            model.no_loop(context, owner)?;
            Ok(model.demand_of_move(&model.floats_in(context), owner))
        })?;
        let floats = self.floats_in(context);
        for &num in &floats {
            self.node_mut(num).counted = false;
            self.move_first(num, owner);
        }
        Ok(Done::MovedAll(floats.len()))
    }

    fn drop_floats(&mut self, context: Num) -> Res<Done> {
        self.settled()?;
        self.resolve(context)?;
        let (mut gone, mut boom) = (Gone::default(), None);
        for num in self.floats_in(context).into_iter().rev() {
            // The destructors of others may have done anything to it.
            if self.is_there(num) && self.parent(num) == Some(context) && self.is_floating(num) {
                match self.free_alone_or_not(num, |_| {}) {
                    Ok(more) => gone.add(more),
                    Err(Stop::Fault(_)) => gone.survivors.push((num, context)),
                    Err(Stop::Boom(first)) => {
                        boom.get_or_insert(first);
                    }
                }
            }
        }
        boom.map_or(Ok(Done::Freed(gone)), |boom| Err(Stop::Boom(boom)))
    }

    pub(super) fn close_scope(&mut self, context: Num) -> Res<Gone> {
        let settled = self.settle_completely();
        let freed = self.free_scope(context);
        settled.map_or(freed, |boom| Err(Stop::Boom(boom)))
    }

    fn free_scope(&mut self, context: Num) -> Res<Gone> {
        match self.freeable(context) {
            Err(Stop::Fault(Fault::Shared { .. } | Fault::Held { .. })) => {
                let parent = self.parent(context).expect("a scope's context is no root");
                match self.unlink_settled(parent, context, false) {
                    // It was given to those who claim it before.
                    Ok(_) | Err(Stop::Fault(Fault::Held { .. })) => Ok(Gone::default()),
                    Err(stop) => Err(stop),
                }
            }
            freeable => self.free_alone_or_not(freeable?, |_| {}),
        }
    }
}
