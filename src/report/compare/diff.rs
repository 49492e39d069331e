//! Two reports of one program, and what is between them.

use std::fmt;

use rustc_hash::FxHashMap;

use super::amount::Amount;
use super::change::Changes;
use super::groups::Groups;
use super::matching::Pair;
use super::paths::{NONE, Paths, Side};
use super::table::DiffTable;
use super::trail::Trail;
use crate::report::{Kind, Naming, Report};

/// What changed from one report to another, from [`Report::diff`].
///
/// Three views, whose sums of [`Amount::self_bytes`] and [`Amount::self_blocks`] are all those of the reports:
/// - [`paths`](Self::paths) and [`by`](Self::by): how much more there is of what, as a [`DiffTable`];
/// - [`tree`](Self::tree): the same for the tree of all name paths;
/// - [`changes`](Self::changes): what became of each record.
///
/// `Display` gives the totals and the ten paths that changed most.
#[derive(Clone, Debug)]
pub struct Diff<'a> {
    pub(super) reports: [&'a Report; 2],
    sides: [Side; 2],
    paths: Paths<'a>,
    groups: Groups,
}

/// One name path of two reports, from [`Diff::tree`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Branch<'d> {
    /// How many levels below the root it is; 0 for the root.
    pub depth: usize,
    /// The last name of the path.
    pub name: &'d [u8],
    /// What the records of this path are.
    pub kind: Kind,
    /// What the earlier report had of it.
    pub before: Amount,
    /// What the later report has of it.
    pub after: Amount,
}

impl Report {
    /// What changed from this report to a later one. O(records).
    ///
    /// Records are compared by the path of names from the root: equal paths are the same, and so are those that only one of
    /// the reports has, if they are equal but for [numbers](Naming::Normal): where `session 17` is gone and `session 18` is
    /// new, nothing grew. The roots are the same whatever their names.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry, Naming};
    /// let report = |sessions: &[u32]| {
    ///     let mut builder = Builder::new(Entry::new("server"));
    ///     for number in sessions {
    ///         builder.push(Entry::new(&format!("session {number}")).bytes(100));
    ///         builder.leave();
    ///     }
    ///     builder.finish()
    /// };
    /// let (before, after) = (report(&[17]), report(&[18, 19]));
    /// let diff = before.diff(&after);
    /// assert_eq!(diff.delta().bytes, 100);
    /// let table = diff.paths(Naming::Exact);
    /// let row = &table.rows()[0];
    /// assert_eq!((row.label(), row.before().count, row.after().count), ("server / session N".to_owned(), 1, 2));
    /// ```
    #[must_use]
    pub fn diff<'a>(&'a self, later: &'a Self) -> Diff<'a> {
        let mut paths = Paths::default();
        let reports = [self, later];
        let sides = reports.map(|report| paths.add(report, Naming::Exact));
        let groups = Groups::new(&mut paths, reports, [&sides[0], &sides[1]]);
        Diff { reports, sides, paths, groups }
    }
}

impl<'a> Diff<'a> {
    /// All that the earlier report has. O(records).
    #[must_use]
    pub fn before(&self) -> Amount {
        whole(self.reports[0])
    }

    /// All that the later report has. O(records).
    #[must_use]
    pub fn after(&self) -> Amount {
        whole(self.reports[1])
    }

    /// How much more the later report has. O(records).
    #[must_use]
    pub fn delta(&self) -> Amount {
        self.after() - self.before()
    }

    /// Whether no record [changed](Self::changes). O(n log n) of the records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes().next().is_none()
    }

    /// What became of each record that is not as it was. O(n log n) of the records.
    ///
    /// The same node is, in this order: what has the same address and the same name, as long as addresses say anything,
    /// which between processes they don't; what has the same path, better below the same parent and with the same numbers;
    /// what has a path that differs in numbers only. All [`delta`](super::Change::delta)s of what records hold themselves add
    /// up to the difference of the reports.
    ///
    /// ```
    /// use freehold::report::ChangeKind;
    /// # let mut tree = freehold::Tree::new();
    /// let session = tree.context(tree.root(), "session")?;
    /// let cache = tree.context(tree.root(), "cache")?;
    /// let buffer = tree.bytes(session, 12)?;
    /// let before = tree.report(tree.root())?;
    /// tree.steal(cache, buffer)?;
    /// let after = tree.report(tree.root())?;
    /// let kinds: Vec<_> = before.diff(&after).changes().map(|change| change.kind).collect();
    /// assert_eq!(kinds, [ChangeKind::Moved]);
    /// # Ok::<(), freehold::Error>(())
    /// ```
    #[must_use]
    pub fn changes(&self) -> Changes<'_> {
        Changes::new(self)
    }

    /// How much more there is at each name path. O(paths).
    ///
    /// With [`Naming::Normal`], paths that differ in numbers only are one row.
    #[must_use]
    pub fn paths(&self, naming: Naming) -> DiffTable<'_> {
        let (labels, groups) = (&self.paths.labels, &self.groups.all[..]);
        let trail = |group| Trail::Path { labels, groups, group, naming };
        match naming {
            Naming::Exact => {
                let rows = (0..).zip(groups).map(|(group, it)| (group, it.before, it.after));
                DiffTable::new(self, "path", rows, trail)
            }
            Naming::Normal => DiffTable::new(self, "path", self.normal_paths().into_iter(), trail),
        }
    }

    /// The first group of each normal path, and what all groups of that path have.
    fn normal_paths(&self) -> Vec<(u32, Amount, Amount)> {
        let mut labels = self.paths.labels.clone();
        let mut numbers: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let (mut rows, mut row_of): (Vec<(u32, Amount, Amount)>, Vec<u32>) = (Vec::new(), Vec::new());
        for (group, it) in (0..).zip(&self.groups.all) {
            let above = row_of.get(it.parent as usize).copied().unwrap_or(NONE);
            let row = *numbers.entry((above, labels.normal(it.label))).or_insert(rows.len() as u32);
            match rows.get_mut(row as usize) {
                Some((_, before, after)) => (*before, *after) = (*before + it.before, *after + it.after),
                None => rows.push((group, it.before, it.after)),
            }
            row_of.push(row);
        }
        rows
    }

    /// The tree of the name paths of both reports, parents first, as [`Report::walk`] goes. Lazy, O(1) a step.
    pub fn tree(&self) -> impl ExactSizeIterator<Item = Branch<'_>> {
        self.groups.all.iter().map(|group| {
            let label = self.paths.labels.get(group.label);
            let (kind, depth) = (label.kind, group.depth as usize);
            Branch { depth, name: &label.name, kind, before: group.before, after: group.after }
        })
    }

    pub(super) fn pair(&self) -> Pair<'_> {
        Pair {
            reports: self.reports,
            sides: self.sides.each_ref(),
            group_of_path: &self.groups.of_path,
            groups: self.groups.all.len(),
        }
    }
}

fn whole(report: &Report) -> Amount {
    let root = report.arena()[report.root()].get();
    let (bytes, blocks) = (i128::from(root.bytes()), i128::from(root.blocks()));
    let count = report.arena().iter().map(|node| i128::from(node.get().count())).sum();
    Amount { count, self_bytes: bytes, self_blocks: blocks, bytes, blocks }
}

impl fmt::Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.paths(Naming::Normal).top(10).fmt(f)
    }
}
