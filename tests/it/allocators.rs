//! Allocators without a tree.

mod arenas;
mod damage;
mod debug;
mod errors;
mod failing;
mod kinds;
pub(crate) mod model;
mod programs;
mod scopes;
