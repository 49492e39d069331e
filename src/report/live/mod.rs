//! Reports of what is alive: trees, what is left when one is dropped, and the blocks of an allocator.

mod allocator;
mod builder;
mod capture;
mod dropped;
mod text;

pub use builder::{Builder, Entry};
pub use dropped::LeakReport;
pub use text::LiveText;
