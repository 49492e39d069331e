//! What would go if a node went: retained sizes, by dominators over ownership and references.

mod claims;
mod keepers;
mod sizes;

pub use sizes::{RetainedSizes, Shared};
