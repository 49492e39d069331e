//! The reference model: what Freehold must do, written as plainly as possible on `indextree`.
//!
//! It recurses where the library must not, looks things up by walking, and knows nothing of how the library
//! is built. Programs are short, so depth is bounded.

mod budget;
mod content;
mod duplicate;
mod free;
mod hold;
mod lift;
mod linked;
mod make;
mod making;
mod moving;
mod scope;
mod share;
mod state;
mod step;
mod strong;
mod subtree;
mod value;

pub use linked::Link;
pub use state::{Entry, Model};
pub use subtree::Apart;
