//! What is wrong with a report, or limited, or worth knowing: [`Report::findings`](super::Report::findings).

mod finding;
mod judge;
mod names;
mod references;
mod sums;
mod text;
mod words;

pub use finding::{Finding, FindingKind, Severity};
