//! Reports: what real programs print is read whole, printed back byte for byte, and judged by its own sums.

mod aggregate;
#[cfg(feature = "export")]
mod browser;
mod built;
mod compare;
mod damaged;
mod exerciser;
#[cfg(feature = "export")]
mod export;
mod findings;
mod formats;
mod hostile;
#[cfg(feature = "json")]
mod json;
pub(crate) mod laws;
mod live;
#[cfg(feature = "export")]
mod pictures;
mod pretty;
mod read;
mod real;
mod redact;
#[cfg(feature = "retained")]
mod retained;
mod round_trip;
#[cfg(feature = "json")]
mod schema;
mod shape;
mod suspects;

use std::io::Read;

use freehold::report::{Kind, Report};

/// A file of `tests/fixtures`. The large ones lie there compressed.
#[track_caller]
fn fixture(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let packed = path.with_file_name(format!("{name}.gz"));
    let Ok(file) = std::fs::File::open(packed) else {
        return std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    };
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut text).expect("a compressed file");
    text
}

/// The names of all files of `tests/fixtures` that may hold reports, compressed or not.
fn fixtures() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files = Vec::new();
    for below in ["", "exerciser"] {
        for entry in std::fs::read_dir(folder.join(below)).expect("the folder is there") {
            let path = entry.expect("a readable folder").path();
            let name = path.strip_prefix(&folder).expect("it is below").display().to_string();
            let name = name.strip_suffix(".gz").unwrap_or(&name);
            if [".talloc", ".txt", ".csv", ".log"].iter().any(|end| name.ends_with(end)) {
                files.push(name.to_owned());
            }
        }
    }
    files.sort_unstable();
    files
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
