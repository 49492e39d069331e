//! Whatever the bytes are, reading them ends, and what was read can be asked everything.

use std::io::{self, Read};

use freehold::report::{Format, Kind, Reader, Report};

use super::ambiguous::{is_ambiguous, is_ambiguous_in_header, is_ambiguous_in_reference};
use super::{compared, shapes, shown};

/// A line can stand for this many levels that are missing above it, and for a record of its own.
const MOST_A_LINE: usize = 17;

/// Reads `bytes` as text and as JSON, and tries all that can be done with what is found.
pub fn run(bytes: &[u8]) {
    let reports = Report::parse_all(bytes);
    comes_in_pieces(bytes, &reports);
    takes_little_memory(bytes, &reports);
    for report in &reports {
        sums_hold(report, true);
        reads_again(report);
        everything(report, true);
    }
    for pair in reports.windows(2).take(4) {
        compared::holds(&pair[0], &pair[1]);
        #[cfg(feature = "export")]
        super::exported::compared(&pair[0], &pair[1]);
    }
    compared::suspects(&reports);
    #[cfg(feature = "json")]
    for report in Report::from_json_all(bytes).unwrap_or_default() {
        everything(&report, false);
    }
}

fn everything(report: &Report, sound: bool) {
    shown::holds(report);
    shapes::hold(report, sound);
    compared::with_itself(report);
    #[cfg(feature = "retained")]
    retained(report);
    #[cfg(feature = "export")]
    super::exported::holds(report);
}

/// Gives so many bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let few = self.0.len().min(self.1).min(into.len());
        into[..few].copy_from_slice(&self.0[..few]);
        self.0 = &self.0[few..];
        Ok(few)
    }
}

fn comes_in_pieces(bytes: &[u8], reports: &[Report]) {
    for step in [1, 61] {
        let pieces: Vec<Report> = Reader::new(Drip(bytes, step)).map(|report| report.expect("no error")).collect();
        assert!(pieces == reports);
    }
}

fn takes_little_memory(bytes: &[u8], reports: &[Report]) {
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    let records: usize = reports.iter().map(Report::len).sum();
    assert!(records <= MOST_A_LINE * lines + reports.len(), "{records} of {lines} lines");
    // Made up names aside, every byte of a name is one of the input.
    let named = |report: &Report| {
        let records = report.walk().map(|visit| visit.record);
        records.filter(|record| matches!(record.kind(), Kind::Node)).map(|record| record.name().len()).sum::<usize>()
    };
    let names: usize = reports.iter().map(named).sum();
    assert!(names <= bytes.len() + 16 * reports.len(), "{names} bytes of names in {}", bytes.len());
}

/// Each record's bytes are its own and its children's, where its own are told; sums stop at the largest number.
#[track_caller]
pub fn sums_hold(report: &Report, blocks: bool) {
    for visit in report.walk().filter(|visit| visit.record.kind() == Kind::Node) {
        let Some(own) = visit.record.self_bytes() else { continue };
        let sum = |first: u64, of: fn(&freehold::report::Record) -> u64| {
            visit
                .id
                .children(report.arena())
                .map(|child| of(report.arena()[child].get()))
                .fold(first, u64::saturating_add)
        };
        assert_eq!(sum(own, |record| record.bytes()), visit.record.bytes(), "{:?}", visit.record);
        if blocks {
            assert_eq!(
                sum(visit.record.count(), |record| record.blocks()),
                visit.record.blocks(),
                "{:?}",
                visit.record
            );
        }
    }
}

/// What was read without a doubt is printed so that it reads as the same.
fn reads_again(report: &Report) {
    let whole = report.is_full() && report.imbalances().is_empty() && !report.is_truncated() && !report.is_filtered();
    let certain = |name: &[u8]| !(is_ambiguous(name) || name.len() <= 30 && name.ends_with(b" "));
    let clear = report.walk().all(|visit| match visit.record.kind() {
        Kind::Reference => !is_ambiguous_in_reference(visit.record.name()),
        _ if visit.depth == 0 => !is_ambiguous_in_header(visit.record.name()) && certain(visit.record.name()),
        _ => certain(visit.record.name()),
    });
    if whole && clear && report.skipped_lines() == 0 && report.format() == Format::Talloc && report.indent() == 4 {
        let text = report.text().to_vec();
        let back = Report::parse(&text);
        assert!(back.as_ref() == Ok(report), "{}\n{report:?}\n{back:?}", text.escape_ascii());
    }
}

#[cfg(feature = "retained")]
fn retained(report: &Report) {
    let retained = report.retained();
    // What no line accounts for is taken for a node's own, so no more can go than the largest claim of any line.
    let most = report.walk().map(|visit| visit.record.bytes()).fold(0, u64::saturating_add);
    for visit in report.walk() {
        assert!(retained.bytes(visit.id) <= most, "{:?}", visit.record);
        let kept = retained.keeper(visit.id).map(|keeper| report.arena()[keeper].get());
        assert!(kept.is_none_or(|keeper| keeper.kind() != Kind::Reference));
    }
    for shared in retained.shared() {
        assert!(shared.holders().iter().all(|holder| report.arena().get(*holder).is_some()));
    }
}
