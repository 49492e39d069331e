//! Hierarchical ownership in safe Rust.
#![forbid(unsafe_code)]
