//! The same report in another order.

use std::cmp::Reverse;

use indextree::NodeId;

use super::Rebuild;
use crate::report::record::Kind;
use crate::report::{Record, Report};

/// How the children of each node are ordered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Order {
    /// As listed, which is newest first in talloc's text and in reports of live trees.
    #[default]
    Listed,
    /// Oldest first: the other way round.
    Age,
    /// Most bytes first, with all below.
    Size,
    /// Most blocks first, with all below.
    Count,
    /// By name, byte by byte.
    Name,
}

impl Report {
    /// The report with the children of each node in another order. What compares equal stays as listed, and the
    /// [rest](Kind::Rest) that a filter left stays last. O(n log n) of the records.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry, Order};
    /// let mut builder = Builder::new(Entry::new("root"));
    /// for (name, bytes) in [("small", 1), ("large", 1000)] {
    ///     builder.push(Entry::new(name).bytes(bytes));
    ///     builder.leave();
    /// }
    /// let report = builder.finish().sorted(Order::Size);
    /// let names: Vec<_> = report.walk().map(|visit| visit.record.name_lossy()).collect();
    /// assert_eq!(names, ["root", "large", "small"]);
    /// ```
    #[must_use]
    pub fn sorted(&self, order: Order) -> Self {
        let mut rebuild = Rebuild::like(self);
        let mut ahead = vec![(self.root(), 0)];
        let mut children = Vec::new();
        while let Some((id, depth)) = ahead.pop() {
            rebuild.copy(depth, id);
            children.extend(id.children(self.arena()));
            order.apply(&mut children, |id| self.arena()[*id].get());
            ahead.extend(children.drain(..).rev().map(|child| (child, depth + 1)));
        }
        rebuild.finish()
    }
}

impl Order {
    fn apply<'a>(self, children: &mut [NodeId], record: impl Fn(&NodeId) -> &'a Record) {
        let is_rest = |id: &NodeId| record(id).kind() == Kind::Rest;
        match self {
            Self::Listed => {}
            Self::Age => {
                children.reverse();
                children.sort_by_key(is_rest);
            }
            Self::Size => children.sort_by_key(|id| (is_rest(id), Reverse(record(id).bytes()))),
            Self::Count => children.sort_by_key(|id| (is_rest(id), Reverse(record(id).blocks()))),
            Self::Name => children.sort_by(|a, b| (is_rest(a), record(a).name()).cmp(&(is_rest(b), record(b).name()))),
        }
    }
}
