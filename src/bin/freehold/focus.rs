//! What of a report is looked at, and how much of that is shown.

use freehold::report::{Address, Filter, Kind, Report};

use crate::amount::{Amount, human};
use crate::args::{Focus, Limits};
use crate::choose::Numbered;
use crate::failure::{Failure, warn};
use crate::input::Source;
use crate::names::name_of;
use crate::place::Place;

/// What talloc calls the blocks in which it keeps names.
const INTERNAL: &[u8] = b".name";

impl Focus {
    /// Takes what is asked for out of each report of `source`.
    pub(crate) fn apply(&self, source: &mut Source) -> Result<(), Failure> {
        source.remark();
        for numbered in &mut source.reports {
            if let Some(place) = &self.under {
                numbered.report = under(&source.name, numbered, place)?;
            }
            // Without any, a large report needn't be in memory twice.
            if !self.internal && numbered.report.walk().any(|visit| visit.record.name() == INTERNAL) {
                numbered.report = numbered.report.without_internal();
            }
        }
        Ok(())
    }
}

/// What is below the node at `place`; of several, the largest, and it is said that there are more.
fn under(file: &str, numbered: &Numbered, place: &Place) -> Result<Report, Failure> {
    let report = &numbered.report;
    let matching = || report.walk().filter(|visit| visit.record.kind() == Kind::Node && place.matches(visit.record));
    // Of equally large ones the first, which is the topmost.
    let largest = matching().reduce(|best, next| if next.record.bytes() > best.record.bytes() { next } else { best });
    let Some(largest) = largest else {
        let what = format_args!("report {} has no node that --under asks for; try 'freehold find'", numbered.number);
        return Err(Failure::at(file, what));
    };
    let count = matching().count();
    if count > 1 {
        let which = match largest.record.address() {
            Address::Unknown | Address::Content(_) => format!("'{}'", name_of(largest.record)),
            address => address.to_string(),
        };
        warn(format_args!(
            "{file}: {count} nodes match --under; this is the largest, {which} of {}; for another, give its address",
            human(largest.record.bytes())
        ));
    }
    Ok(report.subtree(largest.id))
}

impl Limits {
    /// Whether anything is asked for.
    pub(crate) fn is_any(&self) -> bool {
        self.depth.is_some() || self.min.is_some() || self.name.is_some()
    }

    /// As a filter.
    pub(crate) fn filter(&self) -> Filter<'_> {
        let mut filter = Filter::new();
        if let Some(depth) = self.depth {
            filter = filter.max_depth(depth);
        }
        match self.min {
            Some(Amount::Bytes(bytes)) => filter = filter.min_bytes(bytes),
            Some(Amount::Percent(share)) => filter = filter.min_share(share),
            None => {}
        }
        if let Some(name) = &self.name {
            filter = filter.keep(|record| name.is_match(record.name()));
        }
        filter
    }
}
