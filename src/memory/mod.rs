//! Where plain bytes lie: blocks cut from pages by size, large ones by themselves.

mod class;
mod heap;
mod page;

pub(crate) use heap::{Block, Heap};
