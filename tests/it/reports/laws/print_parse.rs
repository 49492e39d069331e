//! A tree, printed and read back, is the same tree.

use freehold::report::Report;

use super::trees;

/// Prints the tree that `bytes` stand for, and reads it back.
pub fn run(bytes: &[u8]) {
    let report = trees::tree(bytes);
    let text = report.text().to_vec();
    let back = Report::parse(&text).unwrap_or_else(|error| panic!("{error}: {}", text.escape_ascii()));
    let shown = |report: &Report| format!("{:#?}", report.walk().collect::<Vec<_>>());
    assert!(back == report, "{}\n{}\n{}", String::from_utf8_lossy(&text), shown(&report), shown(&back));
    assert_eq!(back.imbalances(), [], "{}", text.escape_ascii());
    assert_eq!((back.skipped_lines(), back.is_truncated(), back.is_filtered()), (0, false, false));
}
