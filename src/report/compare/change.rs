//! What became of single records.

use indextree::NodeId;

use super::amount::Amount;
use super::diff::Diff;
use super::matching::{Matching, Pair, id_of};
use super::paths::NONE;

/// What became of a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It is in the later report only.
    New,
    /// It is in the earlier report only.
    Gone,
    /// It has the same address and name, but is below another parent. It may hold more or less as well.
    Moved,
    /// It holds more itself, whatever is below it.
    Grown,
    /// It holds less itself, whatever is below it.
    Shrunk,
    /// It holds as much, and other numbers are in its name.
    Renamed,
}

/// A record that is not as it was, from [`Diff::changes`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// Where it is in the earlier report, if it is.
    pub before: Option<NodeId>,
    /// Where it is in the later report, if it is.
    pub after: Option<NodeId>,
    /// How much more there is of it than before.
    pub delta: Amount,
}

/// The records of two reports that are not as they were, from [`Diff::changes`]: what was there before, in the order of its
/// lines, and then what is new, in the order of its.
#[derive(Clone, Debug)]
pub struct Changes<'d> {
    diff: &'d Diff<'d>,
    matching: Matching,
    next_before: u32,
    next_after: u32,
}

impl<'d> Changes<'d> {
    pub(super) fn new(diff: &'d Diff<'d>) -> Self {
        Self { diff, matching: Matching::new(diff.pair()), next_before: 0, next_after: 0 }
    }

    fn became(&self, pair: &Pair<'_>, before: u32) -> Option<Change> {
        let old = id_of(pair.reports[0], before);
        let had = Amount::of(pair.reports[0], old);
        let after = self.matching.after[before as usize];
        if after == NONE {
            let delta = Amount::default() - had;
            return Some(Change { kind: ChangeKind::Gone, before: Some(old), after: None, delta });
        }
        let new = id_of(pair.reports[1], after);
        let delta = Amount::of(pair.reports[1], new) - had;
        let size = (delta.self_bytes, delta.self_blocks, delta.count);
        let kind = if self.matching.is_moved(pair, before, after) {
            ChangeKind::Moved
        } else if size != (0, 0, 0) {
            if size > (0, 0, 0) { ChangeKind::Grown } else { ChangeKind::Shrunk }
        } else if pair.label(0, before) != pair.label(1, after) {
            ChangeKind::Renamed
        } else {
            return None;
        };
        Some(Change { kind, before: Some(old), after: Some(new), delta })
    }
}

impl Iterator for Changes<'_> {
    type Item = Change;

    fn next(&mut self) -> Option<Change> {
        let pair = self.diff.pair();
        while (self.next_before as usize) < self.matching.after.len() {
            self.next_before += 1;
            if let Some(change) = self.became(&pair, self.next_before - 1) {
                return Some(change);
            }
        }
        while (self.next_after as usize) < self.matching.before.len() {
            self.next_after += 1;
            if self.matching.before[self.next_after as usize - 1] == NONE {
                let new = id_of(pair.reports[1], self.next_after - 1);
                let delta = Amount::of(pair.reports[1], new);
                return Some(Change { kind: ChangeKind::New, before: None, after: Some(new), delta });
            }
        }
        None
    }
}
