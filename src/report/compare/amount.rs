//! How much there is of something, and how much more.

use std::ops::{Add, Sub};

use indextree::NodeId;

use crate::report::Report;

/// How much some records hold, or, as the difference of two amounts, how much more than before.
///
/// The numbers are wide enough that no sum of a report's numbers overflows them, whatever a text claims.
///
/// ```
/// use freehold::report::{Builder, Entry};
/// let report = Builder::new(Entry::new("root").bytes(10)).finish();
/// let diff = report.diff(&report);
/// assert_eq!((diff.after().count, diff.after().bytes, diff.delta().bytes), (1, 10, 0));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Amount {
    /// How many records.
    pub count: i128,
    /// Bytes of the records alone: what no line below them accounts for.
    ///
    /// Where lines are missing, that is more than the blocks' own size, and where a report was disturbed it may be less
    /// than 0; so the sum over all records is the root's bytes, always.
    pub self_bytes: i128,
    /// Blocks of the records alone, told in the same way; 1 a record in a whole report.
    pub self_blocks: i128,
    /// Bytes of the records and all below them.
    pub bytes: i128,
    /// Blocks of the records and all below them, references included.
    pub blocks: i128,
}

impl Amount {
    /// What one record holds.
    pub(super) fn of(report: &Report, id: NodeId) -> Self {
        let arena = report.arena();
        let record = arena[id].get();
        let (bytes, blocks) = (i128::from(record.bytes()), i128::from(record.blocks()));
        let mut amount = Self { count: record.count().into(), self_bytes: bytes, self_blocks: blocks, bytes, blocks };
        for child in id.children(arena) {
            amount.self_bytes -= i128::from(arena[child].get().bytes());
            amount.self_blocks -= i128::from(arena[child].get().blocks());
        }
        amount
    }

    /// Whether there is none of what is counted once: a change below a record is no change of the record.
    pub(super) fn is_none_itself(&self) -> bool {
        (self.count, self.self_bytes, self.self_blocks) == (0, 0, 0)
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self - (Self::default() - other)
    }
}

impl Sub for Amount {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            count: self.count - before.count,
            self_bytes: self.self_bytes - before.self_bytes,
            self_blocks: self.self_blocks - before.self_blocks,
            bytes: self.bytes - before.bytes,
            blocks: self.blocks - before.blocks,
        }
    }
}

/// Adds up a report by keys, a number for each record in the order of its lines.
///
/// Totals count nothing twice: a record below another of the same key is in that one's total already.
pub(super) fn tally(report: &Report, keys: &[u32], amounts: &mut [Amount]) {
    let mut above = vec![0_u32; amounts.len()];
    let mut open: Vec<u32> = Vec::new();
    for (visit, &key) in report.walk().zip(keys) {
        for closed in open.drain(visit.depth..) {
            above[closed as usize] -= 1;
        }
        let record = visit.record;
        let (bytes, blocks) = (i128::from(record.bytes()), i128::from(record.blocks()));
        if let Some(&parent) = open.last() {
            amounts[parent as usize].self_bytes -= bytes;
            amounts[parent as usize].self_blocks -= blocks;
        }
        let amount = &mut amounts[key as usize];
        amount.count += i128::from(record.count());
        amount.self_bytes += bytes;
        amount.self_blocks += blocks;
        if above[key as usize] == 0 {
            amount.bytes += bytes;
            amount.blocks += blocks;
        }
        above[key as usize] += 1;
        open.push(key);
    }
}
