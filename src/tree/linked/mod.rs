//! What nodes link to: the claims that go in circles, and the nodes that nobody mentions.

mod components;
mod cycles;
mod links;
mod order;
mod unreachable;

pub use cycles::Cycle;
pub use links::Link;
