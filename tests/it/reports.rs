//! Reports: what real programs print is read whole, printed back byte for byte, and judged by its own sums.

mod built;
mod damaged;
mod exerciser;
mod hostile;
mod live;
mod real;
mod round_trip;
mod shape;

use freehold::report::{Kind, Report};

/// A file of `tests/fixtures`.
#[track_caller]
fn fixture(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The one report in a file of `tests/fixtures`.
#[track_caller]
fn parsed(name: &str) -> Report {
    Report::parse(&fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The texts of all reports, one after the other.
fn printed(reports: &[Report]) -> Vec<u8> {
    reports.iter().flat_map(|report| report.text().to_vec()).collect()
}

/// Depth and name of each line, references marked with an arrow.
fn outline(report: &Report) -> Vec<(usize, String)> {
    report
        .walk()
        .map(|visit| {
            let arrow = if visit.record.kind() == Kind::Reference { "-> " } else { "" };
            (visit.depth, format!("{arrow}{}", visit.record.name_lossy()))
        })
        .collect()
}
