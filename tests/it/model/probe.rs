//! A value that tells when it is dropped.

use freehold::Wipe;

use super::any::{AnyHandle, AnyStrong, AnyWeak};
use super::outcome::{Event, Serial};
use super::world::World;

#[derive(Debug)]
pub struct Probe {
    pub serial: Serial,
    world: World,
    pub links: Vec<AnyHandle>,
    /// Dropped after word has been given.
    pub held: Vec<AnyStrong>,
    pub weak: Vec<AnyWeak>,
}

freehold::links!(Probe { links, held, weak, .. });

impl Probe {
    pub fn new(serial: Serial, world: &World) -> Self {
        Self { serial, world: world.clone(), links: Vec::new(), held: Vec::new(), weak: Vec::new() }
    }
}

impl Clone for Probe {
    fn clone(&self) -> Self {
        let serial = self.world.next_serial();
        self.world.push(Event::Cloned(self.serial, serial));
        let (links, held, weak) = (self.links.clone(), self.held.clone(), self.weak.clone());
        Self { serial, world: self.world.clone(), links, held, weak }
    }
}

impl Wipe for Probe {
    fn wipe(&mut self) {
        self.world.push(Event::Wiped(self.serial));
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.world.push(Event::Dropped(self.serial));
    }
}
