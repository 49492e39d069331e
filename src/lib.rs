//! Hierarchical ownership in safe Rust.
#![forbid(unsafe_code)]

mod error;
mod id;
mod memory;
pub mod report;
mod topology;
mod tree;
mod values;

pub use error::{Error, Rejected};
pub use id::{Handle, NodeId};
pub use tree::{
    Ancestors, Children, CleanupId, Column, Cursor, Descendants, Edge, Edges, Event, Freed, Invalid, Iter, IterMut,
    LogKind, LogRecord, Place, Reference, ReferenceId, Survivor, Taken, Tree, TreeBuilder, Unlinked, Value, Verdict,
};
