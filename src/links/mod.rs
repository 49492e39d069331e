//! What values hold of a tree: handles and claims, which a value can list and have rewritten.

mod collections;
mod list;
mod macros;
mod plain;

pub use list::{LinkList, Links, Rewriter, Strength};
