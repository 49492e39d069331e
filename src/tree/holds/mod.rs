//! Claims from outside the tree: what is known of them, counting them, and what becomes of nodes that lose the last.

mod hold;
mod retain;
mod settle;

pub use hold::Standing;
pub(super) use hold::{Drops, Hold};
