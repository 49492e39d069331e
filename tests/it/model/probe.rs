//! A value that tells when it is dropped.

use freehold::Wipe;

use super::any::AnyStrong;
use super::outcome::{Event, Serial};
use super::world::World;

#[derive(Debug)]
pub struct Probe {
    pub serial: Serial,
    world: World,
    /// Dropped after word has been given.
    pub held: Vec<AnyStrong>,
}

impl Probe {
    pub fn new(serial: Serial, world: &World) -> Self {
        Self { serial, world: world.clone(), held: Vec::new() }
    }
}

impl Clone for Probe {
    fn clone(&self) -> Self {
        let serial = self.world.next_serial();
        self.world.push(Event::Cloned(self.serial, serial));
        Self { serial, world: self.world.clone(), held: self.held.clone() }
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
