//! What reading any of the formats gives.

use super::lines::Lines;
use crate::report::assemble::Assembler;
use crate::report::report::{Form, Format, Header, Notes, Report};

/// A report, and how much of the text it took.
#[derive(Debug)]
pub(in crate::report) struct Foreign {
    pub(in crate::report) report: Report,
    pub(in crate::report) bytes: usize,
    pub(in crate::report) lines: usize,
    /// It goes on to the end of the text, so that more text might be more of it.
    pub(in crate::report) open: bool,
}

/// Ends a report that began on `line` and took what `lines` has given.
pub(super) fn finish(tree: Assembler, format: Format, line: usize, skipped: usize, lines: &Lines<'_>) -> Foreign {
    let header = Header { full: true, capital: false, program: "talloc".into() };
    let form = Form { header: Some(header), start_depth: 0, indent: Report::INDENT };
    let notes = Notes { line, last: lines.number() - 1, skipped, format, ..Notes::default() };
    let report = Report::new(tree.finish(true), form, notes);
    Foreign { report, bytes: lines.bytes(), lines: lines.number() - line, open: lines.is_at_end() }
}
