//! The one way through a report: in the order of its lines, without recursion.

use std::iter::FusedIterator;

use indextree::{Arena, NodeId};

use super::record::{Kind, Record};
use super::report::Report;
use crate::steps::step;

/// One step of a [walk](Report::walk).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Visit<'a> {
    /// The record's place in the report's [arena](Report::arena).
    pub id: NodeId,
    /// How many levels below the root it is; 0 for the root.
    pub depth: usize,
    /// The record.
    pub record: &'a Record,
}

/// The records of a report in the order of its lines, from [`Report::walk`]. O(1) memory.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    arena: &'a Arena<Record>,
    next: Option<(NodeId, usize)>,
    top: usize,
    max_depth: Option<usize>,
}

impl<'a> Walk<'a> {
    /// Calls the root's depth `depth`, and goes no further down than `max_depth`.
    pub(super) fn new(report: &'a Report, depth: usize, max_depth: Option<usize>) -> Self {
        Self::from(report, report.root(), depth, max_depth)
    }

    fn from(report: &'a Report, node: NodeId, depth: usize, max_depth: Option<usize>) -> Self {
        Self { arena: report.arena(), next: Some((node, depth)), top: depth, max_depth }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Visit<'a>;

    fn next(&mut self) -> Option<Visit<'a>> {
        step();
        let (id, depth) = self.next?;
        let node = &self.arena[id];
        let below = node.first_child().filter(|_| self.max_depth.is_none_or(|max| depth < max));
        self.next = match below {
            Some(child) => Some((child, depth + 1)),
            None => {
                let (mut node, mut depth) = (node, depth);
                loop {
                    step();
                    if depth == self.top {
                        break None;
                    }
                    if let Some(sibling) = node.next_sibling() {
                        break Some((sibling, depth));
                    }
                    let Some(parent) = node.parent() else { break None };
                    node = &self.arena[parent];
                    depth -= 1;
                }
            }
        };
        Some(Visit { id, depth, record: self.arena[id].get() })
    }
}

impl FusedIterator for Walk<'_> {}

impl Report {
    /// All records with their depth, in the order of the report's lines: parents first. Lazy, O(1) a step.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry};
    /// let mut builder = Builder::new(Entry::new("root"));
    /// builder.push(Entry::new("a"));
    /// builder.push(Entry::new("aa"));
    /// builder.leave();
    /// builder.leave();
    /// builder.push(Entry::new("b"));
    /// let report = builder.finish();
    /// let seen: Vec<_> = report.walk().map(|visit| (visit.depth, visit.record.name_lossy())).collect();
    /// assert_eq!(seen, [(0, "root".into()), (1, "a".into()), (2, "aa".into()), (1, "b".into())]);
    /// ```
    #[must_use]
    pub fn walk(&self) -> Walk<'_> {
        Walk::new(self, 0, None)
    }

    /// The record of `node` and those below it, as [`walk`](Self::walk) gives them; `node` is at depth 0. O(1) a step.
    ///
    /// # Panics
    ///
    /// If `node` is no node of this report's [arena](Self::arena).
    #[must_use]
    pub fn walk_from(&self, node: NodeId) -> Walk<'_> {
        Walk::from(self, node, 0, None)
    }

    /// Calls `visit` with each record, its depth, `max_depth`, and whether a reference led to it: talloc's
    /// callback. O(records visited).
    ///
    /// The root is at `depth`; nothing deeper than `max_depth` is visited, and `None` is talloc's `-1`. A
    /// reference shows its [target](Record::target), where that is known, and itself otherwise.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry};
    /// let mut builder = Builder::new(Entry::new("root"));
    /// builder.push(Entry::new("cache").bytes(64));
    /// builder.push(Entry::new("entry").bytes(8));
    /// let mut lines = Vec::new();
    /// builder.finish().for_each(0, Some(1), |record, depth, _, is_reference| {
    ///     lines.push((depth, record.name_lossy().into_owned(), record.bytes(), is_reference));
    /// });
    /// assert_eq!(lines, [(0, "root".to_owned(), 72, false), (1, "cache".to_owned(), 72, false)]);
    /// ```
    #[doc(alias = "talloc_report_depth_cb")]
    pub fn for_each<F>(&self, depth: usize, max_depth: Option<usize>, mut visit: F)
    where
        F: FnMut(&Record, usize, Option<usize>, bool),
    {
        for Visit { depth, record, .. } in Walk::new(self, depth, max_depth) {
            let is_reference = record.kind() == Kind::Reference;
            let shown = record.target().map_or(record, |target| self.arena()[target].get());
            visit(shown, depth, max_depth, is_reference);
        }
    }
}
