//! Making nodes, and giving them destructors and cleanups.

use super::state::{Entry, Model, Node, Res, Stage, Stop};
use crate::model::outcome::{Boom, CONSTRUCTOR, Content, Done, Event, Num};
use crate::model::program::{Make, Script};
use crate::model::{given_name, sample_bytes, sample_text};

impl Model {
    pub fn make(&mut self, parent: Num, make: Make) -> Res<Done> {
        let serial = if matches!(make, Make::Probe) { self.next_serial() } else { 0 };
        if let Err(stop) = self.resolve_parent(parent) {
            if serial > 0 {
                // The value comes back to the caller, who drops it.
                self.events.push(Event::Dropped(serial));
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
        let num = self.next;
        self.next += 1;
        let at = self.insert(parent, Entry::Node(num));
        let node = Node {
            at,
            name: matches!(content, Content::Context).then(|| given_name(num as u8)),
            content,
            stage: Stage::Idle,
            destructor: None,
            changed: false,
            claims: Vec::new(),
            cleanups: Vec::new(),
        };
        self.nodes.insert(num, node);
        self.events.push(Event::Created { node: num, parent });
        Ok(Done::Made(num))
    }

    fn next_serial(&mut self) -> u32 {
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
        self.cleanups.push(Some(script.clone()));
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
        for node in self.nodes.values_mut() {
            node.cleanups.retain(|&other| other != number);
        }
        Done::Had(self.cleanups[number].take().is_some())
    }
}
