//! What of a report is looked at, and how much of that is shown.

use freehold::report::{Address, Filter, Kind, Report, Size, visible};

use crate::tool::amount::Amount;
use crate::tool::args::{Extent, Focus, Limits};
use crate::tool::choose::Numbered;
use crate::tool::failure::{Failure, warn};
use crate::tool::input::Source;
use crate::tool::place::Place;
use crate::tool::system::System;

/// What talloc calls the blocks in which it keeps names.
const INTERNAL: &[u8] = b".name";

impl Focus {
    /// Takes what is asked for out of each report of `source`.
    pub(crate) fn apply(&self, system: &dyn System, source: &mut Source) -> Result<(), Failure> {
        source.remark(system);
        for numbered in &mut source.reports {
            if let Some(place) = &self.under {
                numbered.report = under(system, &source.name, numbered, place)?;
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
fn under(system: &dyn System, file: &str, numbered: &Numbered, place: &Place) -> Result<Report, Failure> {
    let report = &numbered.report;
    let matching = || report.walk().filter(|visit| visit.record.kind() == Kind::Node && place.matches(visit.record));
    // Of equally large ones the first, which is the topmost.
    let largest = matching().reduce(|best, next| if next.record.bytes() > best.record.bytes() { next } else { best });
    let Some(largest) = largest else {
        let what = format_args!(
            "report {} has no node that --under asks for; look for it by 'freehold find'",
            numbered.number
        );
        return Err(Failure::at(file, what));
    };
    let count = matching().count();
    if count > 1 {
        let which = match largest.record.address() {
            Address::Unknown | Address::Content(_) => format!("'{}'", visible(largest.record.name())),
            address => address.to_string(),
        };
        warn(
            system,
            format_args!(
                "{file}: {count} nodes match --under; this is the largest, {which} of {}; for another, give its address",
                Size(largest.record.bytes())
            ),
        );
    }
    Ok(report.subtree(largest.id))
}

impl Extent {
    /// Whether anything is asked for.
    pub(crate) fn is_any(&self) -> bool {
        self.depth.is_some() || self.min.is_some()
    }

    /// As a filter of trees.
    pub(crate) fn filter<'a>(&self) -> Filter<'a> {
        let mut filter = Filter::new();
        if let Some(depth) = self.depth {
            filter = filter.max_depth(depth);
        }
        match self.min {
            Some(Amount::Bytes(bytes)) => filter.min_bytes(bytes),
            Some(Amount::Percent(share)) => filter.min_share(share),
            None => filter,
        }
    }

    /// Leaves of each report of `source` what isn't too deep.
    pub(crate) fn apply_depth(&self, source: &mut Source) {
        if let Some(depth) = self.depth {
            for numbered in &mut source.reports {
                numbered.report = numbered.report.filtered(&Filter::new().max_depth(depth));
            }
        }
    }

    /// Whether a row is asked for: what it shows is at `depth` and has so many `bytes` of a `whole`.
    pub(crate) fn has(&self, depth: usize, bytes: u128, whole: u64) -> bool {
        self.depth.is_none_or(|deepest| depth <= deepest)
            && self.min.is_none_or(|least| bytes as f64 >= least.of(whole as f64))
    }
}

impl Limits {
    /// Whether anything is asked for.
    pub(crate) fn is_any(&self) -> bool {
        self.extent.is_any() || self.name.is_some()
    }

    /// Whether a row is asked for: what it shows has this `name`, is at `depth` and has so many `bytes` of a `whole`.
    pub(crate) fn has(&self, name: &[u8], depth: usize, bytes: u128, whole: u64) -> bool {
        self.extent.has(depth, bytes, whole) && self.name.as_ref().is_none_or(|wanted| wanted.is_match(name))
    }

    /// Leaves of each report of `source` what is asked for.
    pub(crate) fn apply(&self, system: &dyn System, source: &mut Source) {
        if self.is_any() {
            self.filter(system, source, || self.extent.filter());
        }
    }

    /// The same, as far as names go.
    pub(crate) fn apply_name(&self, system: &dyn System, source: &mut Source) {
        if self.name.is_some() {
            self.filter(system, source, Filter::new);
        }
    }

    fn filter<'a>(&'a self, system: &dyn System, source: &mut Source, filter: impl Fn() -> Filter<'a>) {
        for numbered in &mut source.reports {
            let Some(name) = &self.name else {
                numbered.report = numbered.report.filtered(&filter());
                continue;
            };
            if !numbered.report.walk().any(|visit| name.is_match(visit.record.name())) {
                let place = format!("{}: report {}", source.name, numbered.number);
                warn(
                    system,
                    format_args!("{place} has no name that matches --name '{name}'; '(?i){name}' matches any case"),
                );
            }
            numbered.report = numbered.report.filtered(&filter().keep(|record| name.is_match(record.name())));
        }
    }
}
