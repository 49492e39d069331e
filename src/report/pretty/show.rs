//! The usual way to look at a report.

use std::fmt;

use crate::report::{Filter, Naming, Order, Record, Report};

/// What most people want to see of a report first, from [`Report::show`].
///
/// `Display` is the [pretty](Report::pretty) tree; for its options, or for another view, take the
/// [`report`](Self::report).
#[derive(Debug)]
#[must_use = "this does nothing until it is displayed"]
pub struct Show<'a> {
    report: &'a Report,
    naming: Option<Naming>,
    internal: bool,
    filter: Filter<'a>,
    order: Order,
}

impl Report {
    /// The report in short: siblings of one kind in one line, without talloc's bookkeeping and without what is less than 1%
    /// of the whole, the largest first. O(1) until displayed, and then O(n log n) of the records.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry};
    /// let mut builder = Builder::new(Entry::new("server"));
    /// builder.push(Entry::new("log").bytes(12));
    /// builder.leave();
    /// for user in ["user 1", "user 2"] {
    ///     builder.push(Entry::new(user).bytes(4000));
    ///     builder.leave();
    /// }
    /// let report = builder.finish();
    /// assert_eq!(format!("\n{}", report.show()), "
    ///   total     self   share              blocks
    /// 7.8 KiB      0 B  100.0%  ██████████       4  server
    /// 7.8 KiB  7.8 KiB   99.9%  ██████████       2  ├─ user N ×2
    ///    12 B             0.1%                   1  └─ … 1 more
    /// ");
    /// let whole = report.show().min_share(0.0).report();
    /// assert_eq!(whole.len(), 3);
    /// ```
    pub fn show(&self) -> Show<'_> {
        let filter = Filter::new().min_share(1.0);
        Show { report: self, naming: Some(Naming::Normal), internal: false, filter, order: Order::Size }
    }
}

impl<'a> Show<'a> {
    /// Which siblings share a line: those with the same [normal name](crate::report::normal_name) unless told otherwise;
    /// `None` leaves each apart.
    pub fn naming(self, naming: Option<Naming>) -> Self {
        Self { naming, ..self }
    }

    /// Shows `.name` blocks, talloc's own bookkeeping, too.
    pub fn internal(self, internal: bool) -> Self {
        Self { internal, ..self }
    }

    /// In which order siblings are shown: the largest first unless told otherwise.
    pub fn order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// Nothing deeper than `depth`; the root is at depth 0.
    pub fn max_depth(self, depth: usize) -> Self {
        Self { filter: self.filter.max_depth(depth), ..self }
    }

    /// Nothing of fewer bytes than this.
    pub fn min_bytes(self, bytes: u64) -> Self {
        Self { filter: self.filter.min_bytes(bytes), ..self }
    }

    /// Nothing that is less than this part of the root's bytes, in percent: 1 unless told otherwise.
    pub fn min_share(self, percent: f64) -> Self {
        Self { filter: self.filter.min_share(percent), ..self }
    }

    /// No more than the `k` largest children of each node.
    pub fn top(self, k: usize) -> Self {
        Self { filter: self.filter.top(k), ..self }
    }

    /// Only records for which `keep` is true, those above them, and those below them.
    pub fn keep(self, keep: impl Fn(&Record) -> bool + 'a) -> Self {
        Self { filter: self.filter.keep(keep), ..self }
    }

    /// What would be displayed, as a report. O(n log n) of the records.
    #[must_use]
    pub fn report(&self) -> Report {
        // Merging comes first, for what comes after is less work by it.
        let merged = self.naming.map(|naming| self.report.merged(naming));
        let merged = merged.as_ref().unwrap_or(self.report);
        let shown = if self.internal {
            merged.filtered(&self.filter)
        } else {
            merged.without_internal().filtered(&self.filter)
        };
        shown.sorted(self.order)
    }
}

impl fmt::Display for Show<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().pretty().fmt(f)
    }
}
