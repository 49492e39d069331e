//! Programs, what they must come to, and what they come to: shared by the property tests and the fuzz targets.
//!
//! [`program`] decodes bytes into operations; [`naive`] carries them out on a reference model; [`live`] carries
//! them out on Freehold; [`run`] does both and compares after every step.
//!
//! Programs carry out, or ask after every step, all that a tree, its guards, its claims and its subtrees can do, but for:
//!
//! | left out | tested in |
//! |---|---|
//! | what runs out: memory, sizes, numbers, depth of scopes; `on_exhaustion` and test mode | `memory/`, `allocators/`, `texts.rs`, `arrays.rs` |
//! | `pooled_array`, `allocator`, `allocator_as`, an allocator of the root | `memory/zones.rs`, `memory/testing.rs` |
//! | `scoped`, `nested`, and which bytes an arena has when a scope ends | `memory/scopes.rs` |
//! | `TreeBuilder::root_name`, leak reports, `clear_log`, `clear_observer` | `memory/ends.rs`, `counts/reports.rs`, `panics/operations/setting.rs` |
//! | `writer` whose text is abandoned, `Error::Format` | `texts.rs` |
//! | a `Cursor` in a tree that changes | `walks.rs` |
//! | more than two values at once | `handles.rs` |
//! | `Tree::with_capacity` | `scale/` |
//! | what a `Scope` and a `Retained` say of themselves, `Scope::bytes` | `memory/scopes.rs`, `counts/guard.rs` |
//! | `Index` by claims, their `Hash`, `handle` of a `Weak`; `Reference::origin`, `LogRecord::origin` | `counts/strong.rs`, `told.rs`, `traces/texts.rs` |
//! | a value that comes back in a `Rejected` | `failures/handed_back.rs`, `subtrees/` |
//! | `Failing`, allocators of the user's | `allocators/failing.rs`, `memory/probe.rs`, `panics/` |
//! | user code that panics in `Clone`, `Links` and hooks, or puts another tree in the place of its own | `panics/`, `replaced.rs` |
//! | reports other than the full text: filtered, compared, exported | `reports/` |
//!
//! A program ends early once it has made a thousand entries: each step looks at all of them.
//! Of what they do carry out, one thing is not compared: the order in which the observer hears of the claims that
//! `detach_dropping` cuts, which is that of their places.
#![allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    unused_imports,
    reason = "compiled into the tests and into the fuzz crate alike, where each target has a focus of its own"
)]

mod any;
mod compare;
pub mod coverage;
mod live;
mod naive;
mod outcome;
mod probe;
pub mod program;
pub mod run;
mod script;
mod world;

pub use run::{run, run_focused};

/// The name that goes with a byte; a few share one.
fn given_name(byte: u8) -> String {
    format!("name {}", byte % 32)
}

/// What goes between a text and a separated addition.
const SEPARATOR: &str = ", ";

/// Bytes that tell their length.
fn sample_bytes(len: u8) -> Vec<u8> {
    (0..len).map(|i| i ^ len).collect()
}

/// A text of that many bytes.
fn sample_text(len: u8) -> String {
    (0..len).map(|i| char::from(b'a' + i % 26)).collect()
}
