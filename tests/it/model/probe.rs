//! A value that tells when it is dropped.

use super::outcome::{Event, Serial};
use super::world::World;

#[derive(Debug)]
pub struct Probe {
    pub serial: Serial,
    world: World,
}

impl Probe {
    pub fn new(serial: Serial, world: &World) -> Self {
        Self { serial, world: world.clone() }
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.world.push(Event::Dropped(self.serial));
    }
}
