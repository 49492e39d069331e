//! talloc's text: `page` gathers it, `line` says what a line is made of, `print` goes through a report.

pub(super) mod line;
pub(super) mod page;
mod print;

pub use print::Text;
