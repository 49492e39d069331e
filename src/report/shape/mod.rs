//! Reports made from other reports: a part, a merger, a selection, another order.
//!
//! Each gives a whole [`Report`](super::Report) whose sums hold, so that every view and export works on it.

mod filter;
mod internal;
mod merged;
mod rebuild;
mod sorted;
mod subtree;

pub use filter::Filter;
pub(super) use rebuild::Rebuild;
pub use sorted::Order;
