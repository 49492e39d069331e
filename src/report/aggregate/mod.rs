//! A report in a few rows: its nodes by name, type, place of making, or parent and child.

mod collect;
mod key;
mod row;
mod table;

pub use key::By;
pub(super) use key::Facts;
pub use row::{Aggregate, Rank, Row};
pub use table::Table;
