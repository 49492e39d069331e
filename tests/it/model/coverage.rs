//! What came up in programs, and how often.

use std::collections::BTreeMap;

use super::outcome::Done;
use super::program::Op;

/// For each sort of operation, how often it was carried out, and how often it did what it was asked.
pub type Coverage = BTreeMap<String, (u64, u64)>;

/// What there was nothing to try on has not been done.
pub fn note(coverage: &mut Coverage, op: &Op, done: Option<&Done>) {
    let (ran, succeeded) = coverage.entry(sort(op)).or_default();
    *ran += 1;
    *succeeded += u64::from(done.is_some_and(|done| *done != Done::Nothing));
}

/// What an operation is called: what is written before its first brace.
fn sort(op: &Op) -> String {
    let text = format!("{op:?}");
    text.split([' ', ')']).next().unwrap_or_default().to_owned()
}
