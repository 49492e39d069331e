//! References that come from outside a report, or lead out of it.

use std::collections::HashMap;

use super::finding::{Finding, FindingKind};
use super::words::quoted;
use crate::report::record::Kind;
use crate::report::report::Report;

/// Of the nodes of one name: how many references they have, and how many the report lists.
#[derive(Clone, Copy, Default)]
struct Claims {
    had: u64,
    listed: u64,
}

/// Compares by name, for a text's reference says no more. O(records).
pub(super) fn judge(report: &Report, findings: &mut Vec<Finding>) {
    let mut names: HashMap<&[u8], Claims> = HashMap::new();
    let mut order = Vec::new();
    for visit in report.walk() {
        let record = visit.record;
        let (had, listed) = match record.kind() {
            Kind::Reference => (0, record.count()),
            _ => (u64::from(record.reference_count()), 0),
        };
        if had > 0 || listed > 0 {
            let name = record.name();
            let claims = names.entry(name).or_insert_with(|| {
                order.push(name);
                Claims::default()
            });
            claims.had = claims.had.saturating_add(had);
            claims.listed = claims.listed.saturating_add(listed);
        }
    }
    let root = report.arena()[report.root()].get();
    let (mut from, mut to) = (Found::default(), Found::default());
    for (name, claims) in order.into_iter().map(|name| (name, names[name])) {
        from.add(name, claims.had.saturating_sub(claims.listed));
        // A header hides how many references its node has.
        if name != root.name() {
            to.add(name, claims.listed.saturating_sub(claims.had));
        }
    }
    for (Found { count, first }, whose) in [(from, "into this report from outside"), (to, "out of this report")] {
        if let Some(first) = first {
            let message = format!("references {whose}: {count}, the first to {}", quoted(first));
            findings.push(Finding::new(FindingKind::OutsideReferences, report.line(), report.last_line(), message));
        }
    }
}

#[derive(Default)]
struct Found<'a> {
    count: u64,
    first: Option<&'a [u8]>,
}

impl<'a> Found<'a> {
    fn add(&mut self, name: &'a [u8], count: u64) {
        self.count = self.count.saturating_add(count);
        if count > 0 {
            self.first.get_or_insert(name);
        }
    }
}
