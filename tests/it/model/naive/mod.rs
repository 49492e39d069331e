//! The reference model: what Freehold must do, written as plainly as possible on `indextree`.
//!
//! It recurses where the library must not, looks things up by walking, and knows nothing of how the library
//! is built. Programs are short, so depth is bounded.

mod content;
mod free;
mod lift;
mod make;
mod moving;
mod share;
mod state;
mod step;

pub use state::{Entry, Model};
