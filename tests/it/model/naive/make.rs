//! Making nodes, and giving them destructors and cleanups.

use super::state::{Entry, Model, Node, Res, Stop};
use crate::model::outcome::{Boom, CONSTRUCTOR, Content, Done, Event, Num};
use crate::model::probe::Probe;
use crate::model::program::{Make, Script};
use crate::model::{given_name, sample_bytes, sample_text};

impl Model {
    pub fn make(&mut self, parent: Num, make: Make) -> Res<Done> {
        // What the caller hands over is made before anything happens.
        let serial = if matches!(make, Make::Probe) { self.next_serial() } else { 0 };
        let name = matches!(make, Make::Context).then(|| given_name(self.homes.len() as u8));
        let size = match make {
            Make::Context => 0,
            Make::Probe | Make::ProbeWith | Make::ProbePanics => size_of::<Probe>(),
            Make::Bytes(len) | Make::Text(len) => len.into(),
            Make::Words(len) => usize::from(len) * 4,
        };
        if let Err(stop) = self.room_for(parent, size) {
            if serial > 0 {
                // The value comes back to the caller, who drops it.
                self.drop_probe(serial);
            }
            return Err(stop);
        }
        let content = match make {
            Make::Context => Content::Context,
            Make::Probe => Content::Probe(serial),
            Make::ProbeWith => Content::Probe(self.next_serial()),
            Make::ProbePanics => return Err(Stop::Boom(Boom(CONSTRUCTOR))),
            Make::Bytes(len) => Content::Bytes(sample_bytes(len)),
            Make::Words(len) => Content::Words(vec![0; len.into()]),
            Make::Text(len) => Content::Text(sample_text(len)),
        };
        let num = self.add(parent, content, name);
        self.push(Event::Created { node: num, parent });
        Ok(Done::Made(num))
    }

    /// What comes before a new child: drops take effect, and budgets agree.
    pub(super) fn room_for(&mut self, parent: Num, size: usize) -> Res<()> {
        self.settled()?;
        self.afford(|model| {
            model.resolve_parent(parent)?;
            Ok(Some(model.demand_of_node(parent, size)))
        })
    }

    /// A new first child.
    pub(super) fn add(&mut self, parent: Num, content: Content, name: Option<String>) -> Num {
        let num = self.next(self.here);
        let at = self.insert(parent, Entry::Node(num));
        self.set_node(num, Node::new(at, content, name));
        self.note_peaks();
        num
    }

    pub(super) fn next_serial(&mut self) -> u32 {
        self.serials += 1;
        self.serials
    }

    pub fn set_destructor(&mut self, num: Num, script: &Script) -> Res<Done> {
        self.resolve_parent(num)?;
        let node = self.node_mut(num);
        node.destructor = Some(script.clone());
        node.changed = true;
        Ok(Done::Set)
    }

    pub fn clear_destructor(&mut self, num: Num) -> Res<Done> {
        self.resolve_parent(num)?;
        let node = self.node_mut(num);
        node.changed = true;
        Ok(Done::Had(node.destructor.take().is_some()))
    }

    pub fn add_cleanup(&mut self, num: Num, script: &Script) -> Res<Done> {
        self.resolve_parent(num)?;
        self.cleanups.push(Some((num, script.clone())));
        let number = self.cleanups.len() - 1;
        self.node_mut(num).cleanups.insert(0, number);
        Ok(Done::Set)
    }

    /// Of all cleanups ever added, the one with this seed.
    pub fn remove_cleanup(&mut self, seed: u8) -> Done {
        if self.cleanups.is_empty() {
            return Done::Nothing;
        }
        let number = usize::from(seed) % self.cleanups.len();
        // Nodes that have moved have left their old handles behind, and their cleanups those they were known by.
        let owner = self.cleanups[number].as_ref().map(|cleanup| cleanup.0).filter(|&num| self.resolve(num).is_ok());
        let Some(owner) = owner else { return Done::Had(false) };
        self.cleanups[number] = None;
        self.node_mut(owner).cleanups.retain(|&other| other != number);
        Done::Had(true)
    }
}
