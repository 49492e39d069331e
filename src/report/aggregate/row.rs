//! The rows of an aggregate.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::report::{Kind, Record, Report};

/// The nodes of a report in groups, from [`Report::aggregate`]: a row a group, and the sum of all.
///
/// `Display` is a [table](Self::table) of the rows in their order.
#[derive(Clone, PartialEq, Debug)]
pub struct Aggregate {
    rows: Vec<Row>,
    /// What isn't asked for, though it counts.
    left: Vec<Row>,
    sum: Row,
}

/// One group of nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    key: Arc<[u8]>,
    parent: Option<Arc<[u8]>>,
    count: u64,
    self_bytes: u64,
    total_bytes: u64,
    blocks: u64,
    unknown: u64,
    /// The smallest and the largest node's own bytes, unless some node's can't be told.
    range: Option<(u64, u64)>,
}

/// What rows are sorted by, the largest first; rows that are equal in it, by their keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Rank {
    /// [`Row::self_bytes`]: who holds memory.
    SelfBytes,
    /// [`Row::total_bytes`]: who is responsible for it.
    TotalBytes,
    /// [`Row::count`].
    Count,
    /// [`Row::blocks`].
    Blocks,
    /// [`Row::mean`].
    Mean,
    /// [`Row::largest`].
    Largest,
    /// [`Row::key`], in the order of the alphabet.
    Key,
}

impl Aggregate {
    pub(super) fn new(rows: Vec<Row>, report: &Report) -> Self {
        let root = report.arena()[report.root()].get();
        let mut sum = Row::new(Arc::from(&b"total"[..]), None);
        (sum.total_bytes, sum.blocks) = (root.bytes(), root.blocks());
        for row in &rows {
            sum.count = sum.count.saturating_add(row.count);
            sum.self_bytes = sum.self_bytes.saturating_add(row.self_bytes);
            sum.unknown = sum.unknown.saturating_add(row.unknown);
        }
        let ranges = rows.iter().map(|row| row.range);
        sum.range = ranges.reduce(widest).flatten();
        Self { rows, left: Vec::new(), sum }.sorted(Rank::SelfBytes)
    }

    /// The groups; those that hold most themselves first, unless they were [sorted](Self::sorted) otherwise. O(1).
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// All groups together. Its total bytes and blocks are the root's, which in a whole report makes its own bytes
    /// the same. O(1).
    #[must_use]
    pub fn sum(&self) -> &Row {
        &self.sum
    }

    /// Only the rows for which `wanted` is true. The others still count in the [sum](Self::sum), and a
    /// [table](Self::table) says what they hold. O(rows).
    ///
    /// ```
    /// use freehold::report::{Builder, By, Entry};
    /// let mut builder = Builder::new(Entry::new("root"));
    /// for (name, bytes) in [("cache", 4000), ("user 1", 100), ("user 2", 140)] {
    ///     builder.push(Entry::new(name).bytes(bytes));
    ///     builder.leave();
    /// }
    /// let names = builder.finish().aggregate(By::NormalName).only(|row| row.key().starts_with(b"user"));
    /// assert_eq!(format!("\n{}", names.table().exact(true)), "
    /// self   share  total  count    mean  largest  blocks
    ///  240    5.7%    240      2   120.0      140       2  user N
    /// 4000   94.3%             2                           … 2 more
    /// 4240  100.0%   4240      4  1060.0     4000       4  total
    /// ");
    /// ```
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&Row) -> bool) -> Self {
        self.left.extend(self.rows.extract_if(.., |row| !wanted(row)));
        self
    }

    /// What isn't among the rows.
    pub(super) fn left(&self) -> &[Row] {
        &self.left
    }

    /// The same rows in another order. O(rows * log rows).
    #[must_use]
    pub fn sorted(mut self, rank: Rank) -> Self {
        let rows = &mut self.rows;
        rows.sort_unstable_by(|a, b| a.parent.cmp(&b.parent).then_with(|| a.key.cmp(&b.key)));
        match rank {
            Rank::SelfBytes => rows.sort_by_key(|row| Reverse(row.self_bytes)),
            Rank::TotalBytes => rows.sort_by_key(|row| Reverse(row.total_bytes)),
            Rank::Count => rows.sort_by_key(|row| Reverse(row.count)),
            Rank::Blocks => rows.sort_by_key(|row| Reverse(row.blocks)),
            Rank::Mean => rows.sort_by(|a, b| b.mean().total_cmp(&a.mean())),
            Rank::Largest => rows.sort_by_key(|row| Reverse(row.largest())),
            Rank::Key => {}
        }
        self
    }
}

impl Row {
    pub(super) fn new(key: Arc<[u8]>, parent: Option<Arc<[u8]>>) -> Self {
        Self { key, parent, count: 0, self_bytes: 0, total_bytes: 0, blocks: 0, unknown: 0, range: None }
    }

    /// Counts a node in; `outermost`: it isn't below another of the group.
    pub(super) fn add(&mut self, record: &Record, outermost: bool) {
        let one = record.count() == 1 && record.kind() == Kind::Node;
        let range = record.self_bytes().filter(|_| one).map(|own| (own, own));
        self.range = if self.count == 0 { range } else { widest(self.range, range) };
        self.count = self.count.saturating_add(record.count());
        match record.self_bytes() {
            Some(own) => self.self_bytes = self.self_bytes.saturating_add(own),
            None => self.unknown = self.unknown.saturating_add(record.count()),
        }
        if outermost {
            self.total_bytes = self.total_bytes.saturating_add(record.bytes());
            self.blocks = self.blocks.saturating_add(record.blocks());
        }
    }

    /// What the group has in common: a name, a type or a place. O(1).
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// The parents' name, where nodes are grouped by [pair](super::By::Pair) and it isn't the root. O(1).
    #[must_use]
    pub fn parent(&self) -> Option<&[u8]> {
        self.parent.as_deref()
    }

    /// How many nodes are in the group. O(1).
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Bytes of the nodes alone, as far as they can be told. O(1).
    #[must_use]
    pub fn self_bytes(&self) -> u64 {
        self.self_bytes
    }

    /// Bytes of the nodes and everything below them, each counted once however the group's nodes nest. O(1).
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    /// Blocks of the nodes and everything below them, references included, each counted once. O(1).
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.blocks
    }

    /// For how many nodes the bytes of the node alone can't be told, so that they aren't in
    /// [`self_bytes`](Self::self_bytes). O(1).
    ///
    /// See [`Record::self_bytes`]. 0 for a whole report.
    #[must_use]
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// The smallest node's own bytes. O(1).
    ///
    /// `None` where some node's can't be told, or a record [stands for several](Record::count).
    #[must_use]
    pub fn smallest(&self) -> Option<u64> {
        self.range.map(|(smallest, _)| smallest)
    }

    /// The largest node's own bytes. O(1). `None` as for [`smallest`](Self::smallest).
    #[must_use]
    pub fn largest(&self) -> Option<u64> {
        self.range.map(|(_, largest)| largest)
    }

    /// The mean of the own bytes that can be told; 0 if none can. O(1).
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self.count - self.unknown {
            0 => 0.0,
            told => self.self_bytes as f64 / told as f64,
        }
    }
}

fn widest(a: Option<(u64, u64)>, b: Option<(u64, u64)>) -> Option<(u64, u64)> {
    let ((a_smallest, a_largest), (b_smallest, b_largest)) = (a?, b?);
    Some((a_smallest.min(b_smallest), a_largest.max(b_largest)))
}
