//! Changes in rows, for people and for tickets.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt::{self, Write as _};

use super::amount::Amount;
use super::diff::Diff;
use super::trail::{Trail, code};

/// What changed, a row for each path or name, from [`Diff::paths`] and [`Diff::by`]: what changed most first, by the
/// bytes of the records themselves.
///
/// `Display` is a plain table: what there is now, and how much more that is than before.
#[derive(Clone, Debug)]
pub struct DiffTable<'d> {
    heading: &'static str,
    rows: Vec<DiffRow<'d>>,
    unchanged: usize,
    shown: usize,
    before: Amount,
    after: Amount,
}

/// The records of two reports that are one row of a [`DiffTable`].
#[derive(Clone, Debug)]
pub struct DiffRow<'d> {
    trail: Trail<'d>,
    before: Amount,
    after: Amount,
}

impl<'d> DiffRow<'d> {
    /// The name, the last one of a path. O(length).
    #[must_use]
    pub fn name(&self) -> Cow<'d, [u8]> {
        self.trail.up().next().expect("a row has a name")
    }

    /// The names of a path from the root on; if the rows aren't paths, the name alone, after its parent's if they are pairs.
    /// O(depth).
    #[must_use]
    pub fn path(&self) -> Vec<Cow<'d, [u8]>> {
        let mut names: Vec<_> = self.trail.up().collect();
        names.reverse();
        names
    }

    /// The path as one line, without its middle where it is longer than six names. Nothing in it is obeyed by a terminal.
    #[must_use]
    pub fn label(&self) -> String {
        self.trail.to_string()
    }

    /// What the earlier report had. O(1).
    #[must_use]
    pub fn before(&self) -> Amount {
        self.before
    }

    /// What the later report has. O(1).
    #[must_use]
    pub fn after(&self) -> Amount {
        self.after
    }

    /// How much more the later report has. O(1).
    #[must_use]
    pub fn delta(&self) -> Amount {
        self.after - self.before
    }
}

impl<'d> DiffTable<'d> {
    /// `rows` are what each row is of, how much there was and how much there is.
    pub(super) fn new<K>(
        diff: &Diff<'_>,
        heading: &'static str,
        rows: impl Iterator<Item = (K, Amount, Amount)>,
        trail: impl Fn(K) -> Trail<'d>,
    ) -> Self {
        let mut unchanged = 0;
        let changed = |(key, before, after): (K, Amount, Amount)| {
            let is_same = (after - before).is_none_itself();
            unchanged += usize::from(is_same);
            (!is_same).then(|| DiffRow { trail: trail(key), before, after })
        };
        let mut rows: Vec<_> = rows.filter_map(changed).collect();
        rows.sort_by_cached_key(|row| {
            let Amount { self_bytes, count, bytes, .. } = row.delta();
            Reverse([self_bytes, count, bytes].map(i128::unsigned_abs))
        });
        let shown = rows.len();
        Self { heading, rows, unchanged, shown, before: diff.before(), after: diff.after() }
    }

    /// What changed: the rows whose records hold more or less themselves, or are more or fewer. O(1).
    #[must_use]
    pub fn rows(&self) -> &[DiffRow<'d>] {
        &self.rows
    }

    /// How many paths or names are in both reports, with the same count and the same bytes. O(1).
    #[must_use]
    pub fn unchanged(&self) -> usize {
        self.unchanged
    }

    /// Shows the first `rows` rows, and sums up the others in one line.
    #[must_use]
    pub fn top(self, rows: usize) -> Self {
        Self { shown: rows.min(self.rows.len()), ..self }
    }

    /// Only the rows for which `wanted` is true.
    #[must_use]
    pub fn only(mut self, wanted: impl FnMut(&DiffRow<'d>) -> bool) -> Self {
        self.rows.retain(wanted);
        self.shown = self.shown.min(self.rows.len());
        self
    }

    /// The table for a ticket, in Markdown as GitHub and GitLab read it.
    ///
    /// ```
    /// use freehold::report::{Builder, Entry, Naming};
    /// let before = Builder::new(Entry::new("root").bytes(10)).finish();
    /// let after = Builder::new(Entry::new("root").bytes(16)).finish();
    /// assert_eq!(before.diff(&after).paths(Naming::Exact).markdown().to_string(), "\
    /// 10 -> 16 bytes (+6), 1 -> 1 blocks (+0)
    ///
    /// | path | count | change | self | change | total | change |
    /// |:-----|------:|-------:|-----:|-------:|------:|-------:|
    /// | `root` | 1 | +0 | 16 | +6 | 16 | +6 |
    /// ");
    /// ```
    #[must_use]
    pub fn markdown(&self) -> impl fmt::Display {
        fmt::from_fn(|f| {
            let lines = self.lines();
            let [count, own, total] = ["count", "self", "total"];
            writeln!(f, "{}\n", self.totals())?;
            writeln!(f, "| {} | {count} | change | {own} | change | {total} | change |", self.heading)?;
            writeln!(f, "|:-----|------:|-------:|-----:|-------:|------:|-------:|")?;
            for (cells, label) in lines {
                let label = label.map_or_else(|| self.left_out(), |label| code(&label));
                writeln!(f, "| {label} | {} |", cells.join(" | "))?;
            }
            Ok(())
        })
    }

    fn totals(&self) -> impl fmt::Display {
        fmt::from_fn(|f| {
            let (before, after) = (self.before, self.after);
            write!(f, "{} -> {} bytes ({:+})", before.bytes, after.bytes, after.bytes - before.bytes)?;
            write!(f, ", {} -> {} blocks ({:+})", before.blocks, after.blocks, after.blocks - before.blocks)
        })
    }

    fn left_out(&self) -> String {
        format!("({} more)", self.rows.len() - self.shown)
    }

    /// The cells of each line; the one without a label is what was left out.
    fn lines(&self) -> Vec<([String; 6], Option<String>)> {
        let (shown, rest) = self.rows.split_at(self.shown);
        let cells = |after: Amount, delta: Amount| {
            let pairs = [(after.count, delta.count), (after.self_bytes, delta.self_bytes), (after.bytes, delta.bytes)];
            let [[a, b], [c, d], [e, f]] = pairs.map(|(after, delta)| [after.to_string(), format!("{delta:+}")]);
            [a, b, c, d, e, f]
        };
        let mut lines: Vec<_> = shown.iter().map(|row| (cells(row.after, row.delta()), Some(row.label()))).collect();
        if !rest.is_empty() {
            let sum = |of: fn(&DiffRow<'_>) -> i128| rest.iter().map(of).sum::<i128>();
            let count = [sum(|row| row.after.count).to_string(), format!("{:+}", sum(|row| row.delta().count))];
            let own = [sum(|row| row.after.self_bytes).to_string(), format!("{:+}", sum(|row| row.delta().self_bytes))];
            // Totals of paths lie within each other: their sum would say nothing.
            let [[a, b], [c, d]] = [count, own];
            lines.push(([a, b, c, d, String::new(), String::new()], None));
        }
        lines
    }
}

impl fmt::Display for DiffTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.totals())?;
        if self.rows.is_empty() {
            return writeln!(f, "no {} changed", self.heading);
        }
        writeln!(f)?;
        let headings = ["count", "change", "self", "change", "total", "change"].map(str::to_owned);
        let mut lines = vec![(headings, Some(self.heading.to_owned()))];
        lines.append(&mut self.lines());
        let widths: [usize; 6] =
            std::array::from_fn(|at| lines.iter().map(|(cells, _)| cells[at].len()).max().unwrap_or(0));
        for (cells, label) in lines {
            let mut line = String::new();
            for (cell, width) in cells.iter().zip(widths) {
                write!(line, "{cell:>width$}  ")?;
            }
            line.push_str(&label.unwrap_or_else(|| self.left_out()));
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
