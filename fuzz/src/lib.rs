//! What is fuzzed, compiled once for all targets. It is compiled into the tests as well: see `tests/it/regressions.rs`.

/// Programs on trees, on the library and on the naive model.
#[path = "../../tests/it/model/mod.rs"]
pub mod model;

/// Programs on allocators without a tree.
#[path = "../../tests/it/allocators/model/mod.rs"]
pub mod blocks;

/// Arrays in nested scopes of a tree.
#[path = "../../tests/it/memory/scoped.rs"]
pub mod scoped;

/// What holds of reports that are read, and printed.
#[path = "../../tests/it/reports/laws/mod.rs"]
pub mod reports;

/// What holds of the command-line tool, whatever it is asked for.
#[path = "../../tests/it/cli/laws.rs"]
pub mod calls;

#[path = "../../src/bin/freehold/tool/mod.rs"]
mod tool;
