//! Reports that other programs print in formats of their own: PostgreSQL's memory contexts and proot's listing.
//!
//! Each is told by its first line, and is short enough to be read whole.

mod lines;
mod postgres;
mod postgres_log;
mod postgres_view;
mod proot;

use super::assemble::Assembler;
use super::report::{Form, Format, Header, Notes, Report};
use lines::Lines;

/// A report, and how much of the text it took.
#[derive(Debug)]
pub(super) struct Foreign {
    pub(super) report: Report,
    pub(super) bytes: usize,
    pub(super) lines: usize,
    /// It goes on to the end of the text, so that more text might be more of it.
    pub(super) open: bool,
}

/// Reads the report that `text` begins with, if it begins with one. `line` is the number of the first line. O(its bytes).
pub(super) fn read(text: &[u8], line: usize) -> Option<Foreign> {
    let mut lines = Lines::new(text, line);
    let first = lines.peek()?;
    if proot::begins(first.text) {
        proot::read(&mut lines)
    } else if postgres_log::begins(first.text) {
        postgres_log::read(&mut lines)
    } else if postgres_view::begins(first.text) {
        postgres_view::read(&mut lines)
    } else {
        None
    }
}

/// Ends a report that began on `line` and took what `lines` has given.
fn finish(tree: Assembler, format: Format, line: usize, skipped: usize, lines: &Lines<'_>) -> Foreign {
    let header = Header { full: true, capital: false, program: "talloc".into() };
    let form = Form { header: Some(header), start_depth: 0, indent: Report::INDENT };
    let notes = Notes { line, last: lines.number() - 1, skipped, format, ..Notes::default() };
    let report = Report::new(tree.finish(true), form, notes);
    Foreign { report, bytes: lines.bytes(), lines: lines.number() - line, open: lines.is_at_end() }
}
