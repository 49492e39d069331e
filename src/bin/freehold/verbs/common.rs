//! What several verbs do alike.

use std::io::Write;
use std::path::Path;

use freehold::report::{Address, Record, Report};
use regex::bytes::Regex;

use crate::Outcome;
use crate::args::{Files, Reading};
use crate::failure::{Failure, warn};
use crate::input::{self, Source};
use crate::screen::{Screen, TITLE};

/// Prints report after report as `prepare` leaves them, each below its title, with an empty line between them.
pub(super) fn one_by_one(
    files: &Files,
    reading: &Reading,
    screen: Screen,
    prepare: impl Fn(&mut Source) -> Result<(), Failure>,
    mut print: impl FnMut(&Report, &mut dyn Write) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let mut out = screen.out();
    let mut first = true;
    input::each(&files.files, reading, |mut source| {
        prepare(&mut source)?;
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

/// Refuses to look for the name of a file in standard input: what was meant is to look in the file.
pub(super) fn is_no_file(text: &str, files: &Files) -> Result<(), Failure> {
    match files.files.is_empty() && Path::new(text).is_file() {
        true => Err(Failure::at(text, "is a file; say before it what to look for")),
        false => Ok(()),
    }
}

/// Says that what was looked for isn't there.
pub(super) fn nothing_matches(pattern: &Regex) {
    match pattern.as_str() {
        any_case if any_case.starts_with("(?i)") => warn(format_args!("nothing matches '{any_case}'")),
        exact => warn(format_args!("nothing matches '{exact}'; '(?i){exact}' matches any case")),
    }
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
