//! What Freehold promises, a module for each theme.

mod allocators;
mod arrays;
mod budgets;
mod cascade;
#[cfg(feature = "cli")]
mod cli;
mod counts;
mod failures;
mod grid;
mod handles;
mod links;
mod machine;
mod memory;
mod model;
mod panics;
mod regressions;
mod replaced;
mod reports;
mod scale;
mod secret;
mod subtrees;
mod texts;
mod told;
#[cfg(all(feature = "cli", unix))]
#[path = "../../src/bin/freehold/tool/mod.rs"]
mod tool;
mod traces;
mod walks;
