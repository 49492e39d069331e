//! What several verbs do alike.

use std::io::Write;

use freehold::report::{Address, Record, Report};

use crate::Outcome;
use crate::args::{Files, Focus, Reading};
use crate::failure::Failure;
use crate::input;
use crate::screen::{Screen, TITLE};

/// Prints report after report, each below its title, with an empty line between them.
pub(super) fn one_by_one(
    (files, reading, focus): (&Files, &Reading, &Focus),
    screen: Screen,
    mut print: impl FnMut(&Report, &mut dyn Write) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let mut out = screen.out();
    let mut first = true;
    input::each(&files.files, reading, |mut source| {
        focus.apply(&mut source)?;
        for numbered in &source.reports {
            if !std::mem::take(&mut first) {
                writeln!(out)?;
            }
            writeln!(out, "{}", screen.paint(TITLE, source.title(numbered)))?;
            print(&numbered.report, &mut out)?;
        }
        Ok(())
    })?;
    out.flush()?;
    Ok(Outcome::Fine)
}

/// Where a node was, or what Samba prints in its place, or a dash.
pub(super) fn address_of(record: &Record) -> String {
    match record.address() {
        Address::Unknown => "-".to_owned(),
        Address::Content(_) => "(content)".to_owned(),
        address => address.to_string(),
    }
}

/// The bytes of a node alone, or a question mark where they can't be told.
pub(super) fn self_bytes_of(record: &Record, screen: Screen) -> String {
    record.self_bytes().map_or("?".to_owned(), |own| screen.bytes(own))
}
