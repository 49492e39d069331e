//! The workloads, one family a file. Everything a contender does within `timed` is what is compared.

mod access;
mod append;
mod destructors;
mod moves;
mod reference;
mod request;
mod resize;
mod samba;
mod speed;

use crate::{harness::Workload, input::Blocks};

/// All of them, in the order of the table.
pub fn all(blocks: &Blocks) -> Vec<Workload> {
    vec![
        samba::workload(blocks),
        request::workload(),
        speed::workload(),
        moves::steal(),
        moves::parent(),
        access::get(),
        access::column(),
        destructors::workload(),
        reference::workload(),
        append::workload(),
        resize::workload(),
    ]
}

/// The plain struct of 48 bytes that several workloads use as their value.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Value {
    pub words: [u64; 6],
}

impl Value {
    pub fn new(seed: u64) -> Self {
        Self { words: [seed; 6] }
    }
}
