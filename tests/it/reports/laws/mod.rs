//! What holds for any input and for any tree: shared by the tests and the fuzz targets.
//!
//! [`parser`] takes bytes for what a program printed; [`print_parse`] takes them for a tree, which [`trees`] decodes,
//! with names of which [`ambiguous`] says that no reader could get them wrong.
#![allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    reason = "compiled into the tests and into the fuzz crate alike, where each target runs a part"
)]

mod ambiguous;
mod compared;
#[cfg(feature = "export")]
mod exported;
pub mod parser;
pub mod print_parse;
mod shapes;
mod shown;
mod trees;
