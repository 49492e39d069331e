//! The tree that the `samba` workload builds, read from a talloc report or made up to the same shape, and the larger
//! one with names that reports are made of.

mod dump;
pub mod servers;
mod synthetic;

use std::{io, path::Path, rc::Rc};

/// A block to be created: its parent's place in the list, and its own bytes.
#[derive(Clone, Copy)]
pub struct Block {
    pub parent: u32,
    pub bytes: u32,
}

/// The blocks of a tree, each after its parent; the first is the tree's own context and its own parent.
pub type Blocks = Rc<[Block]>;

const ROOT: Block = Block { parent: 0, bytes: 0 };

/// Reads the report at `path`, or answers the made-up tree when there is none; the text says which.
pub fn load(path: Option<&Path>) -> (Blocks, String) {
    let read = |path: &Path| -> io::Result<Blocks> { dump::parse(&std::fs::read(path)?) };
    let (blocks, source) = match path.map(|path| (path, read(path))) {
        Some((path, Ok(blocks))) => (blocks, format!("read from {}", path.display())),
        Some((path, Err(error))) => (synthetic::blocks(), format!("synthetic: {}: {error}", path.display())),
        None => (synthetic::blocks(), "synthetic, of the same shape: give the real one with --dump".to_owned()),
    };
    let bytes: u64 = blocks.iter().map(|block| u64::from(block.bytes)).sum();
    let source = format!("{} nodes, {bytes} bytes, {source}", blocks.len());
    (blocks, source)
}
