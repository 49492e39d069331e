//! Rows by name, type, place of making, or parent and child: by what an aggregate has.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::amount::{Amount, tally};
use super::diff::Diff;
use super::paths::{Label, Labels, NONE};
use super::table::DiffTable;
use super::trail::{Trail, shown};
use crate::report::aggregate::Facts;
use crate::report::number::number;
use crate::report::{By, Naming, Report};

/// Keys of records, each known by a number.
struct Keys<'a> {
    by: By,
    labels: Labels<'a>,
    known: FxHashMap<Facts, u32>,
    /// The labels of parent and child; for all but pairs the parent's is [`NONE`].
    rows: Vec<(u32, u32)>,
    numbers: FxHashMap<(u32, u32), u32>,
}

impl Diff<'_> {
    /// How much more there is of each name, type, place of making, or parent and child, wherever it is. O(records).
    ///
    /// Totals count nothing twice: what is below a record of the same key is in that record's total. References have rows of
    /// their own, so that the blocks add up.
    ///
    /// ```
    /// use freehold::report::By;
    /// # let mut tree = freehold::Tree::new();
    /// let before = tree.report(tree.root())?;
    /// tree.alloc(tree.root(), 7u64)?;
    /// tree.alloc(tree.root(), 8u64)?;
    /// let after = tree.report(tree.root())?;
    /// let types = before.diff(&after).by(By::Type);
    /// assert_eq!((types.rows()[0].label(), types.rows()[0].delta().count), ("u64".to_owned(), 2));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    #[must_use]
    pub fn by(&self, by: By) -> DiffTable<'static> {
        let mut keys = Keys {
            by,
            labels: Labels::default(),
            known: FxHashMap::default(),
            rows: Vec::new(),
            numbers: FxHashMap::default(),
        };
        let numbers = self.reports.map(|report| keys.of(report));
        let [before, after] = [0, 1].map(|at| {
            let mut amounts = vec![Amount::default(); keys.rows.len()];
            tally(self.reports[at], &numbers[at], &mut amounts);
            amounts
        });
        let rows = keys.rows.iter().zip(before).zip(after).map(|((row, before), after)| (*row, before, after));
        let name = |label| Cow::Owned(shown(&keys.labels, label, Naming::Exact).into_owned());
        let heading = match by {
            By::Name | By::NormalName => "name",
            By::Type => "type",
            By::Origin => "origin",
            By::Pair => "parent > child",
        };
        let trail = |(above, label)| Trail::Name(Some(above).filter(|above| *above != NONE).map(name), name(label));
        DiffTable::new(self, heading, rows, trail)
    }
}

impl<'a> Keys<'a> {
    /// The number of each record's key, in the order of lines.
    fn of(&mut self, report: &'a Report) -> Vec<u32> {
        let mut labels: Vec<u32> = Vec::with_capacity(report.len());
        let mut numbers = Vec::with_capacity(report.len());
        for node in report.arena().iter() {
            let record = node.get();
            let (by, known) = (self.by, &mut self.labels);
            let label = *self.known.entry(by.facts(record)).or_insert_with(|| {
                let name = by.key(record);
                known.number(Label { kind: record.kind(), name })
            });
            let above = node.parent().filter(|_| by == By::Pair).map_or(NONE, |id| labels[number(id)]);
            let number = *self.numbers.entry((above, label)).or_insert_with(|| {
                self.rows.push((above, label));
                (self.rows.len() - 1) as u32
            });
            labels.push(label);
            numbers.push(number);
        }
        numbers
    }
}
