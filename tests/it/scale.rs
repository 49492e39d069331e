//! Hostile scale: trees as deep and as wide as memory goes, on a stack of 2 MiB.
//!
//! What is done is written once, as a function of the shape and the number of nodes. Every run does it with a million
//! (fewer where a node costs much), this one with ten:
//! `cargo test --release --features cli --test it -- --ignored scale --test-threads=1`.

mod crowds;
mod ends;
mod generations;
mod moves;
mod reports;
mod shapes;
mod subtrees;
