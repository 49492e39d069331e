//! What is worth showing.

use std::fmt;

use indextree::NodeId;

use super::Rebuild;
use crate::report::number::number;
use crate::report::record::Record;
use crate::report::{Report, Visit};

/// Which records of a report are worth showing. What isn't goes into one [rest](crate::report::Kind::Rest) below its parent, so that every
/// sum still holds.
///
/// Conditions add up: a record is shown if all of them let it be. The root always is.
#[derive(Default)]
#[must_use]
pub struct Filter<'a> {
    max_depth: Option<usize>,
    min_bytes: u64,
    min_share: f64,
    top: Option<usize>,
    keep: Option<Box<Wanted<'a>>>,
}

impl<'a> Filter<'a> {
    /// Lets everything be shown.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing deeper than `depth`; the root is at depth 0.
    pub fn max_depth(self, depth: usize) -> Self {
        Self { max_depth: Some(depth), ..self }
    }

    /// Nothing of fewer bytes than this, with all below it.
    pub fn min_bytes(self, bytes: u64) -> Self {
        Self { min_bytes: bytes, ..self }
    }

    /// Nothing that is less than this part of the root's bytes, in percent.
    pub fn min_share(self, percent: f64) -> Self {
        Self { min_share: percent, ..self }
    }

    /// No more than the `k` largest children of each node.
    pub fn top(self, k: usize) -> Self {
        Self { top: Some(k), ..self }
    }

    /// Only records for which `keep` is true, those above them, and those below them.
    pub fn keep(self, keep: impl Fn(&Record) -> bool + 'a) -> Self {
        Self { keep: Some(Box::new(keep)), ..self }
    }
}

impl fmt::Debug for Filter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter")
            .field("max_depth", &self.max_depth)
            .field("min_bytes", &self.min_bytes)
            .field("min_share", &self.min_share)
            .field("top", &self.top)
            .field("keep", &self.keep.is_some())
            .finish()
    }
}

type Wanted<'a> = dyn Fn(&Record) -> bool + 'a;

/// What is still to be pushed.
enum Ahead {
    Shown(NodeId, usize),
    Rest(Box<Record>, usize),
}

impl Report {
    /// The report with only what a filter lets be shown; the rest of each node's children is one record, its last child.
    /// O(n) of the records, O(n log n) with [`Filter::top`].
    ///
    /// ```
    /// use freehold::report::{Builder, Entry, Filter, Kind};
    /// let mut builder = Builder::new(Entry::new("root"));
    /// for (name, bytes) in [("large", 1000), ("small", 1), ("tiny", 0)] {
    ///     builder.push(Entry::new(name).bytes(bytes));
    ///     builder.leave();
    /// }
    /// let report = builder.finish().filtered(&Filter::new().min_share(1.0));
    /// let last = report.walk().last().expect("there is a root").record;
    /// assert_eq!((last.kind(), last.count(), last.bytes(), last.blocks()), (Kind::Rest, 2, 1, 2));
    /// ```
    #[must_use]
    pub fn filtered(&self, filter: &Filter<'_>) -> Self {
        let arena = self.arena();
        let share = arena[self.root()].get().bytes() as f64 * filter.min_share / 100.0;
        let kept = filter.keep.as_ref().map(|keep| self.on_the_way(keep));
        let is_kept = |id: &NodeId| kept.as_ref().is_none_or(|kept| kept[number(*id)]);
        let is_large = |id: &NodeId| {
            let bytes = arena[*id].get().bytes();
            bytes >= filter.min_bytes && bytes as f64 >= share
        };
        let mut rebuild = Rebuild::like(self);
        let mut ahead = vec![Ahead::Shown(self.root(), 0)];
        let (mut shown, mut hidden) = (Vec::new(), Vec::new());
        while let Some(next) = ahead.pop() {
            let (id, depth) = match next {
                Ahead::Shown(id, depth) => (id, depth),
                Ahead::Rest(rest, depth) => {
                    rebuild.push(depth, *rest);
                    continue;
                }
            };
            rebuild.copy(depth, id);
            let deep = filter.max_depth.is_some_and(|max| depth >= max);
            for child in id.children(arena) {
                let is_shown = !deep && is_kept(&child) && is_large(&child);
                (if is_shown { &mut shown } else { &mut hidden }).push(child);
            }
            if let Some(k) = filter.top.filter(|k| shown.len() > *k) {
                let mut by_size: Vec<_> = (0..shown.len()).collect();
                by_size.sort_by_key(|&i| (arena[shown[i]].get().bytes(), arena[shown[i]].get().blocks()));
                let small = &mut by_size[..shown.len() - k];
                small.sort_unstable();
                for &i in small.iter().rev() {
                    hidden.push(shown.remove(i));
                }
            }
            if !hidden.is_empty() {
                let rest = Record::rest(hidden.drain(..).map(|id| arena[id].get()));
                ahead.push(Ahead::Rest(Box::new(rest), depth + 1));
            }
            ahead.extend(shown.drain(..).rev().map(|child| Ahead::Shown(child, depth + 1)));
        }
        rebuild.finish()
    }

    /// For each record whether it is wanted, or above or below one that is.
    fn on_the_way(&self, wanted: &Wanted<'_>) -> Vec<bool> {
        let mut kept = vec![false; self.len()];
        let mut below = None;
        for Visit { id, depth, record } in self.walk() {
            below = below.filter(|top| depth > *top);
            if below.is_none() && !wanted(record) {
                continue;
            }
            below = below.or(Some(depth));
            // The way up ends where somebody has gone before, so this is O(n) in all.
            for id in id.ancestors(self.arena()) {
                if std::mem::replace(&mut kept[number(id)], true) {
                    break;
                }
            }
        }
        kept
    }
}
