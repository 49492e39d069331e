//! Which of the formats a text is in.

use super::found::Foreign;
use super::lines::Lines;
#[cfg(feature = "export")]
use super::postgres_view;
use super::{postgres_log, proot};

/// Reads the report that `text` begins with, if it begins with one. `line` is the number of the first line. O(its bytes).
pub(in crate::report) fn read(text: &[u8], line: usize) -> Option<Foreign> {
    let mut lines = Lines::new(text, line);
    let first = lines.peek()?;
    if proot::begins(first.text) {
        return proot::read(&mut lines);
    }
    if postgres_log::begins(first.text) {
        return postgres_log::read(&mut lines);
    }
    // Its reader of CSV comes with what writes CSV.
    #[cfg(feature = "export")]
    if postgres_view::begins(first.text) {
        return postgres_view::read(&mut lines);
    }
    None
}
