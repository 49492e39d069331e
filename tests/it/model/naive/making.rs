//! More ways of making nodes.

use super::state::{Model, Res, Stop};
use crate::model::outcome::{Content, Done, Event, Fault, Num};
use crate::model::program::{End, Kept, Make, Making, MakingWay, Op, Sort};
use crate::model::sample_text;

impl Model {
    pub(super) fn making(&mut self, op: &Making) -> Res<Done> {
        let on = |pick| self.pick(pick);
        match *op {
            Making::New { parent, way } => self.new_way(on(parent), way),
            Making::Realloc { owner, array, parent, len } => {
                let array = array.map(|pick| self.pick_sort(pick, Sort::Words));
                let owner = array.map_or_else(|| on(parent), |array| self.owner(owner, array));
                self.realloc(owner, array, len)
            }
            Making::AppendIn { node, len } => {
                let num = self.pick_sort(node, Sort::Text);
                self.append(num, &sample_text(len), crate::model::program::Way::Plain)
            }
            Making::Keep { parent, makes, ref op, kept, end } => self.keeping(on(parent), makes, op, kept, end),
        }
    }

    fn new_way(&mut self, parent: Num, way: MakingWay) -> Res<Done> {
        let words = |len: u8| Content::Words((0..len).map(u32::from).collect());
        let content = match way {
            MakingWay::Aligned(_, align) if !align.is_power_of_two() || align > 64 => {
                return Err(Fault::Alignment(align).into());
            }
            MakingWay::Default => Content::Context,
            MakingWay::FromIter(len) => words(len),
            MakingWay::Unfilled(len) => Content::Words(vec![len.into(); len.into()]),
            MakingWay::Zeroes(len) | MakingWay::Aligned(len, _) => Content::Bytes(vec![0; len.into()]),
            MakingWay::Format(len) | MakingWay::FormatIn(len) => Content::Text(sample_text(len)),
            MakingWay::Pooled(_) => Content::Probe(self.next_serial()),
        };
        let num = self.make_content(parent, content)?;
        if let MakingWay::Aligned(_, align) = way {
            self.node_mut(num).align = align;
        }
        Ok(Done::Made(num))
    }

    /// A node without a name. A value that there is no room for comes back to the caller, who drops it.
    fn make_content(&mut self, parent: Num, content: Content) -> Res<Num> {
        if let Err(stop) = self.room_for(parent, content.size()) {
            if let Content::Probe(serial) = content {
                self.drop_probe(serial);
            }
            return Err(stop);
        }
        let num = self.add(parent, content, None);
        self.push(Event::Created { node: num, parent });
        Ok(num)
    }

    fn realloc(&mut self, owner: Num, array: Option<Num>, len: u8) -> Res<Done> {
        self.settled()?;
        if let Some(array) = array
            && self.sort_of(array) != Sort::Words
        {
            return self.downcast(array, Sort::Words);
        }
        self.resolve(owner)?;
        match array {
            None if len == 0 => Ok(Done::Had(false)),
            None => self.make_content(owner, Content::Words(vec![0; len.into()])).map(Done::Made),
            Some(array) if len == 0 => self.unlink(owner, array).map(|_| Done::Had(true)),
            Some(array) => self.resize(array, len),
        }
    }

    /// A scope in which nodes are made and an operation is carried out, and which keeps one.
    fn keeping(&mut self, parent: Num, makes: [Make; 2], op: &Op, kept: Kept, end: End) -> Res<Done> {
        self.room_for(parent, 0)?;
        let context = self.add(parent, Content::Context, Some("scope".to_owned()));
        self.push(Event::Created { node: context, parent });
        let mut made = Vec::new();
        let inside = makes
            .into_iter()
            .try_for_each(|make| {
                self.within(|model| {
                    let done = model.make_in(context, make)?;
                    if let Done::Made(num) = done {
                        made.push(num);
                    }
                    Ok(done)
                })
            })
            .and_then(|()| self.within(|model| model.carry_out(op)))
            .and_then(|()| {
                self.within(|model| {
                    let chosen = match kept {
                        Kept::Made(n) if n < made.len() => made[n],
                        Kept::Made(_) => context,
                        Kept::Any(pick) => model.pick(pick),
                    };
                    model.keep(context, parent, chosen)
                })
            });
        let closed = self.close_scope(context);
        match (inside, closed) {
            (Err(boom), _) => Err(Stop::Boom(boom)),
            (Ok(()), Ok(_) | Err(Stop::Fault(_))) if end == End::Dropped => Ok(Done::Set),
            (Ok(()), closed) => closed.map(Done::Freed),
        }
    }

    fn make_in(&mut self, context: Num, make: Make) -> Res<Done> {
        match make {
            // Values are made by the caller.
            Make::ProbeWith | Make::ProbePanics => self.make(context, Make::Probe),
            other => self.make(context, other),
        }
    }

    fn keep(&mut self, context: Num, owner: Num, num: Num) -> Res<Done> {
        self.settled()?;
        self.resolve(num)?;
        self.resolve(context)?;
        if num == context || !self.is_within(num, context) {
            return Err(Fault::NotOwner { node: num, owner: context }.into());
        }
        self.steal(owner, num)
    }
}
