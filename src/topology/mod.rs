//! Who owns whom: nodes and the links between them, and nothing about what they hold.

mod check;
mod links;
mod walk;

pub(crate) use links::{Place, Topology};
pub(crate) use walk::{Levels, Step};
