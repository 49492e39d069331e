//! What the tool does, a module for each verb.

mod changes;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod find;
pub(crate) mod man;
pub(crate) mod path;
pub(crate) mod redact;
pub(crate) mod refs;
pub(crate) mod show;
pub(crate) mod top;
pub(crate) mod trend;
pub(crate) mod watch;

use std::path::Path;

use freehold::report::{Address, Record};
use regex::bytes::Regex;

use crate::Outcome;
use crate::args::{Cli, Files, Verb};
use crate::failure::{Failure, warn};
use crate::screen::Screen;

/// Does what was asked for.
pub(crate) fn run(cli: &Cli) -> Result<Outcome, Failure> {
    let color = cli.color;
    match &cli.verb {
        Verb::Show(show) => show.run(color),
        Verb::Top(top) => top.run(color),
        Verb::Diff(diff) => diff.run(color),
        Verb::Trend(trend) => trend.run(color),
        Verb::Find(find) => find.run(color),
        Verb::Path(path) => path.run(color),
        Verb::Refs(refs) => refs.run(color),
        Verb::Check(check) => check.run(color),
        Verb::Redact(redact) => redact.run(),
        Verb::Export(export) => export.run(),
        Verb::Watch(watch) => watch.run(color),
        Verb::Completions(completions) => completions.run(),
        Verb::Man(man) => man.run(),
    }
}

/// Refuses to look for the name of a file in standard input: what was meant is to look in the file.
fn is_no_file(text: &str, files: &Files) -> Result<(), Failure> {
    match files.files.is_empty() && Path::new(text).is_file() {
        true => Err(Failure::at(text, "is a file; say before it what to look for")),
        false => Ok(()),
    }
}

/// Says that what was looked for isn't there.
fn nothing_matches(pattern: &Regex) {
    match pattern.as_str() {
        any_case if any_case.starts_with("(?i)") => warn(format_args!("nothing matches '{any_case}'")),
        exact => warn(format_args!("nothing matches '{exact}'; '(?i){exact}' matches any case")),
    }
}

/// Where a node was, or what Samba prints in its place, or a dash.
fn address_of(record: &Record) -> String {
    match record.address() {
        Address::Unknown => "-".to_owned(),
        Address::Content(_) => "(content)".to_owned(),
        address => address.to_string(),
    }
}

/// The bytes of a node alone, or a question mark where they can't be told.
fn self_bytes_of(record: &Record, screen: Screen) -> String {
    record.self_bytes().map_or("?".to_owned(), |own| screen.bytes(own))
}
