//! Programs on an allocator, what they must come to, and what they come to: shared by a property test and a fuzz target.
//!
//! [`program`] decodes bytes into operations; [`naive`] keeps a `Vec<u8>` a block and says what each operation must
//! answer; [`stage`] makes the allocator; [`run`] does both and compares after every step.
#![allow(unreachable_pub, missing_docs, reason = "compiled into the tests and into the fuzz crate alike")]

mod naive;
pub mod program;
mod run;
pub mod stage;

pub use run::run;
