//! What stands in the text beside the tree.

use super::finding::{Finding, FindingKind, Severity};
use super::words::{are, counted};
use crate::report::report::Report;

pub(super) fn judge(report: &Report, findings: &mut Vec<Finding>) {
    findings.extend(interleaved(report, findings));
    findings.extend(mallinfo(report));
}

fn interleaved(report: &Report, findings: &[Finding]) -> Option<Finding> {
    let mut runs = report.chatter_inside();
    let (first, lines) = runs.next()?;
    let mut last = first + lines - 1;
    let (mut places, mut all) = (1, lines as u64);
    for (first, lines) in runs {
        last = first + lines - 1;
        places += 1;
        all = u64::saturating_add(all, lines as u64);
    }
    let damaged = findings.iter().any(|finding| finding.severity() == Severity::Damage);
    let outcome = if damaged { "and the sums don't agree" } else { "but all sums agree, so nothing was lost" };
    Some(Finding::new(
        FindingKind::Interleaved,
        first,
        last,
        format!(
            "{} no part of the report that surrounds them, in {}, and skipped, {outcome}",
            are(all, "line"),
            counted(places, "place"),
        ),
    ))
}

fn mallinfo(report: &Report) -> Option<Finding> {
    let fact = |name: &str| report.mallinfo().iter().find(|(fact, _)| &**fact == name).map(|(_, number)| *number);
    let (used, mapped) = (fact("uordblks")?, fact("hblkhd").unwrap_or(0));
    let root = report.arena()[report.root()].get();
    let (first, last) = ((report.last_line() + 1).saturating_sub(report.mallinfo().len()), report.last_line());
    let finding = |message| Some(Finding::new(FindingKind::Mallinfo, first, last, message));
    let Ok(used) = u64::try_from(used.saturating_add(mapped)) else {
        return finding("a number of mallinfo is negative: its counters have 32 bits, and ran over".to_owned());
    };
    let tree = root.bytes();
    finding(if used < tree {
        format!(
            "malloc has {} in use, fewer than the tree's {tree}: mallinfo's counters have 32 bits and run over, and \
             leave out arenas of other threads",
            counted(used, "byte"),
        )
    } else {
        format!(
            "malloc has {} in use, the tree counts {tree}: left out of a report are talloc's own headers (about 96 bytes \
             for each of {}), the room that pools keep, and all that isn't talloc's",
            counted(used, "byte"),
            counted(root.blocks(), "block"),
        )
    })
}
