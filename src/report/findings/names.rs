//! Names that fool a terminal or a reader.

use memchr::memmem;

use super::finding::{Finding, FindingKind};
use super::words::{counted, quoted};
use crate::report::address::Address;
use crate::report::record::{Kind, Record};
use crate::report::report::Report;

pub(super) fn judge(report: &Report, damaged: bool, findings: &mut Vec<Finding>) {
    let (mut obeyed, mut like_lines) = (Found::default(), Found::default());
    let lines = Lines::new();
    for visit in report.walk().filter(|visit| visit.record.kind() != Kind::Reference) {
        let record = visit.record;
        if has_controls(record.name()) || has_controls(content(record)) {
            obeyed.add(record);
        }
        if lines.imitated_by(record.name()) {
            like_lines.add(record);
        }
    }
    let mut found = |kind, message| findings.push(Finding::new(kind, report.line(), report.last_line(), message));
    if let Some(first) = obeyed.first {
        found(
            FindingKind::ControlCharacters,
            format!(
                "control characters in {}, the first {first}: a terminal that shows them raw obeys them",
                counted(obeyed.count, "name"),
            ),
        );
    }
    if let Some(first) = like_lines.first {
        let sure = match (damaged, report.is_full()) {
            (true, _) => "with sums that don't agree, a line may be forged",
            (false, true) => "the sums agree, so they were read as what they are",
            (false, false) => "only the sums of a full report could tell whether they were read as what they are",
        };
        found(
            FindingKind::LineLikeNames,
            format!("{} like lines of a report, the first {first}: {sure}", look(like_lines.count)),
        );
    }
}

fn look(count: u64) -> String {
    format!("{} {}", counted(count, "name"), if count == 1 { "looks" } else { "look" })
}

#[derive(Default)]
struct Found {
    count: u64,
    first: Option<String>,
}

impl Found {
    fn add(&mut self, record: &Record) {
        self.count += 1;
        self.first.get_or_insert_with(|| quoted(record.name()));
    }
}

fn content(record: &Record) -> &[u8] {
    match record.address() {
        Address::Content(content) => content,
        _ => b"",
    }
}

/// Line breaks and TABs are left to those who print: they move text about, but can't hide or forge it.
fn has_controls(text: &[u8]) -> bool {
    let c1 = |pair: &[u8]| pair[0] == 0xc2 && (0x80..=0x9f).contains(&pair[1]);
    text.iter().any(|&byte| byte.is_ascii_control() && byte != b'\n' && byte != b'\t')
        || (!text.is_ascii() && std::str::from_utf8(text).is_ok() && text.windows(2).any(c1))
}

/// What lines of a report have, and names of real programs don't.
struct Lines {
    ends: [memmem::Finder<'static>; 3],
    reference: memmem::Finder<'static>,
}

impl Lines {
    fn new() -> Self {
        let ends = [" blocks (ref ", "' (total ", " is a memlimit context ("];
        Self { ends: ends.map(memmem::Finder::new), reference: memmem::Finder::new("reference to: ") }
    }

    fn imitated_by(&self, name: &[u8]) -> bool {
        self.ends.iter().any(|end| end.find(name).is_some())
            || self.reference.find_iter(name).any(|at| {
                let line = name[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
                name[line..at].iter().all(|byte| *byte == b' ')
            })
    }
}
