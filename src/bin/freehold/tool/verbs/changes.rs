//! What became of each record: the fine print of `freehold diff`.

use std::cmp::Reverse;
use std::io::{self, Write};

use anstyle::Style;
use freehold::report::indextree::NodeId;
use freehold::report::{Change, ChangeKind, Diff, Report};

use super::common::{address_of, self_bytes_of};
use crate::tool::args::Limits;
use crate::tool::screen::{GROWN, SHRUNK, Screen, magnitude};
use crate::tool::table::Table;
use crate::tool::trail::{depth, way};

/// All there are, and what they are called.
const KINDS: [(ChangeKind, &str); 6] = [
    (ChangeKind::New, "new"),
    (ChangeKind::Gone, "gone"),
    (ChangeKind::Grown, "grown"),
    (ChangeKind::Shrunk, "shrunk"),
    (ChangeKind::Moved, "moved"),
    (ChangeKind::Renamed, "renamed"),
];

/// `200 new, 3 gone, 1 moved`.
pub(crate) fn summary(diff: &Diff<'_>, screen: Screen) -> String {
    let mut counts = [0_u64; KINDS.len()];
    for change in diff.changes() {
        if let Some(at) = KINDS.iter().position(|(kind, _)| *kind == change.kind) {
            counts[at] += 1;
        }
    }
    let met = KINDS.iter().zip(counts).filter(|(_, count)| *count > 0);
    let words: Vec<_> = met.map(|((_, word), count)| format!("{} {word}", screen.number(count))).collect();
    words.join(", ")
}

/// Prints a row for each record that is not as it was and that `limits` ask for, those first that changed most.
pub(crate) fn print(
    diff: &Diff<'_>,
    reports: [&Report; 2],
    most: usize,
    limits: &Limits,
    screen: Screen,
    out: &mut impl Write,
) -> io::Result<()> {
    // A record is where it is now, or where it was.
    let place = |change: &Change| match (change.before, change.after) {
        (_, Some(after)) => Some((reports[1], after)),
        (before, None) => before.map(|before| (reports[0], before)),
    };
    let whole = magnitude(diff.before().bytes);
    let wanted = |change: &Change, report: &Report, id: NodeId| {
        let depth = depth(report, id, limits.extent.depth);
        let name = report.arena()[id].get().name();
        limits.has(name, depth, change.delta.self_bytes.unsigned_abs(), whole)
    };
    let mut changes: Vec<_> = diff
        .changes()
        .filter_map(|change| place(&change).map(|(report, id)| (change, report, id)))
        .filter(|(change, report, id)| wanted(change, report, *id))
        .collect();
    if changes.is_empty() {
        return writeln!(out, "no record is what --depth, --min and --name ask for");
    }
    changes.sort_by_key(|(change, ..)| Reverse(change.delta.self_bytes.unsigned_abs()));
    let mut table = Table::new(["became", "self", "change", "address", "record"]);
    for (change, report, id) in changes.iter().take(most) {
        let record = report.arena()[*id].get();
        let word = KINDS.iter().find(|(kind, _)| *kind == change.kind).map_or("changed", |(_, word)| word);
        let own = if change.after.is_some() { self_bytes_of(record, screen) } else { screen.bytes(0) };
        let style = match change.kind {
            ChangeKind::New | ChangeKind::Grown => GROWN,
            ChangeKind::Gone | ChangeKind::Shrunk => SHRUNK,
            _ => Style::new(),
        };
        let cells = [word.to_owned(), own, screen.signed_bytes(change.delta.self_bytes), address_of(record)];
        table.row(cells, way(report, *id), style);
    }
    if let Some(left) = changes.get(most..).filter(|left| !left.is_empty()) {
        let sum = left.iter().map(|(change, ..)| change.delta.self_bytes).sum();
        let cells = [String::new(), String::new(), screen.signed_bytes(sum), String::new()];
        table.row(cells, format!("({} more)", left.len()), Style::new());
    }
    table.print(screen, out)
}
