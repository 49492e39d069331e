//! The workloads, one family a file. Everything a contender does within `timed` is what is compared.

mod access;
mod append;
mod arena;
mod blocks;
mod budget;
mod destructors;
mod moves;
mod pool;
mod reference;
mod report;
mod request;
mod resize;
mod samba;
mod scopes;
mod sharing;
mod speed;
mod subtree;

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
        blocks::with_contexts(),
        blocks::one_by_one(),
        blocks::many(),
        pool::request(),
        pool::samba(blocks),
        arena::workload(),
        scopes::workload(),
        append::workload(),
        resize::workload(),
        sharing::retain(),
        sharing::strong(),
        subtree::workload(),
        budget::workload(),
        report::workload(),
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

/// Contents to copy, of 8 to 256 bytes: as many of each length, in random order, the same for everybody.
fn contents(count: usize) -> Vec<&'static [u8]> {
    static BYTES: [u8; 256] = [1; 256];
    let mut contents: Vec<_> = (0..count).map(|n| &BYTES[..8 + n % 249]).collect();
    fastrand::Rng::with_seed(8).shuffle(&mut contents);
    contents
}
