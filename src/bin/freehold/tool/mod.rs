//! The tool, as a function of its arguments and of the [`System`] around it. Compiled into the tests as well, and fuzzed.

mod amount;
pub(crate) mod args;
mod choose;
mod failure;
mod focus;
mod format;
mod input;
mod names;
mod palette;
mod place;
mod run;
mod screen;
mod system;
mod table;
mod trail;
mod verbs;
mod wrap;

pub(crate) use run::run;
pub(crate) use system::{Captured, System, Terminal};
