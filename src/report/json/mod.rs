//! Reports as JSON: `shape` says what is in it, `write` and `read` go there and back
//! (`load` makes a report of what was read), `error` says what is wrong with it.
//!
//! Flat, for real trees are 2,000 levels deep and JSON readers stop at 128: the records stand in a list, in the order of
//! the report's lines, and each names its parent. `docs/report.schema.json` is the same in JSON Schema.

mod error;
mod load;
mod read;
mod shape;
mod write;

pub use error::JsonError;
