//! What several verbs do alike.

use std::io::Write;
use std::path::Path;

use freehold::report::{Address, Record, Report};
use regex::bytes::Regex;

use crate::tool::args::{Files, Reading};
use crate::tool::failure::{Failure, warn};
use crate::tool::input::{self, Source};
use crate::tool::run::Outcome;
use crate::tool::screen::{Screen, TITLE};
use crate::tool::system::System;

/// Prints report after report as `prepare` leaves them, each below its title, with an empty line between them.
pub(super) fn one_by_one(
    system: &dyn System,
    files: &Files,
    reading: &Reading,
    screen: Screen,
    prepare: impl Fn(&mut Source) -> Result<(), Failure>,
    mut print: impl FnMut(&Report, &mut dyn Write) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let mut out = screen.out(system);
    let mut first = true;
    input::each(system, &files.files, reading, |mut source| {
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
pub(super) fn is_no_file(system: &dyn System, text: &str, files: &Files) -> Result<(), Failure> {
    match files.files.is_empty() && system.is_file(Path::new(text)) {
        true => Err(Failure::at(text, "is a file; say before it what to look for")),
        false => Ok(()),
    }
}

/// Says that what was looked for isn't there.
pub(super) fn nothing_matches(system: &dyn System, pattern: &Regex) {
    match pattern.as_str() {
        any_case if any_case.starts_with("(?i)") => warn(system, format_args!("nothing matches '{any_case}'")),
        exact => warn(system, format_args!("nothing matches '{exact}'; '(?i){exact}' matches any case")),
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
