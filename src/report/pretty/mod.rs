//! A report as a tree for people: numbers to the left, the tree to the right.

mod caption;
mod columns;
mod lines;
mod options;
mod palette;
mod show;
mod survey;

pub use options::Pretty;
pub use palette::{Palette, Part};
pub use show::Show;
