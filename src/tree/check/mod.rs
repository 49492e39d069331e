//! Checking that a tree is what it should be. The numbers are those of `docs/invariants.md`.

mod facts;
mod memory;
#[cfg(test)]
mod tests;
mod validate;
mod values;
