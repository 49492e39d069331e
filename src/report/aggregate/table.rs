//! An aggregate as a table.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use super::row::{Aggregate, Row};
use crate::report::names::{ascii, shortened_by, visible};
use crate::report::size::{Grouped, Size};

/// The rows of an [`Aggregate`] as a table for people, from [`Aggregate::table`]: numbers to the left, aligned to the
/// right, and names, which are long, at the end.
///
/// The last line is the sum of all rows. Rows that [`rows`](Self::rows) leaves out are summed up in a line of their own.
#[derive(Clone, Debug)]
#[must_use = "a table does nothing until it is displayed"]
pub struct Table<'a> {
    aggregate: &'a Aggregate,
    rows: usize,
    exact: bool,
    ascii: bool,
    width: Option<usize>,
}

const HEADINGS: [&str; 7] = ["self", "share", "total", "count", "mean", "largest", "blocks"];

impl Aggregate {
    /// The rows as a table, in their order. O(1) until displayed.
    ///
    /// ```
    /// use freehold::report::{Builder, By, Entry, Rank};
    /// let mut builder = Builder::new(Entry::new("root"));
    /// for (name, bytes) in [("cache", 4000), ("user 1", 100), ("user 2", 140)] {
    ///     builder.push(Entry::new(name).bytes(bytes));
    ///     builder.leave();
    /// }
    /// let names = builder.finish().aggregate(By::NormalName).sorted(Rank::Count);
    /// assert_eq!(format!("\n{}", names.table().rows(2)), "
    ///    self   share    total  count     mean  largest  blocks
    ///   240 B    5.7%    240 B      2    120 B    140 B       2  user N
    /// 3.9 KiB   94.3%  3.9 KiB      1  3.9 KiB  3.9 KiB       1  cache
    ///     0 B    0.0%               1                            … 1 more
    /// 4.1 KiB  100.0%  4.1 KiB      4  1.0 KiB  3.9 KiB       4  total
    /// ");
    /// ```
    pub fn table(&self) -> Table<'_> {
        Table { aggregate: self, rows: usize::MAX, exact: false, ascii: false, width: None }
    }
}

impl Table<'_> {
    /// No more than this many rows; the others are summed up in one.
    pub fn rows(self, rows: usize) -> Self {
        Self { rows, ..self }
    }

    /// Bytes instead of sizes for people, and figures without commas.
    pub fn exact(self, exact: bool) -> Self {
        Self { exact, ..self }
    }

    /// Nothing but ASCII.
    pub fn ascii(self, ascii: bool) -> Self {
        Self { ascii, ..self }
    }

    /// Lines of at most this many columns, as far as the numbers allow: names are cut in the middle.
    pub fn width(self, width: Option<usize>) -> Self {
        Self { width, ..self }
    }

    fn cells(&self, row: &Row) -> [String; HEADINGS.len()] {
        [
            self.own(row.self_bytes(), row.count(), row.unknown()),
            self.share(row.self_bytes()),
            self.bytes(row.total_bytes()),
            self.number(row.count()),
            if row.unknown() < row.count() { self.mean(row) } else { String::new() },
            row.largest().map(|bytes| self.bytes(bytes)).unwrap_or_default(),
            self.number(row.blocks()),
        ]
    }

    /// The own bytes of `count` nodes, of which those of `unknown` nodes aren't in the sum.
    fn own(&self, bytes: u64, count: u64, unknown: u64) -> String {
        match unknown {
            0 => self.bytes(bytes),
            _ if unknown == count => "?".to_owned(),
            _ => format!("{}{}", if self.ascii { ">=" } else { "≥" }, self.bytes(bytes)),
        }
    }

    fn share(&self, bytes: u64) -> String {
        match self.aggregate.sum().total_bytes() {
            0 => String::new(),
            whole => format!("{:.1}%", bytes as f64 * 100.0 / whole as f64),
        }
    }

    fn bytes(&self, bytes: u64) -> String {
        if self.exact { bytes.to_string() } else { Size(bytes).to_string() }
    }

    fn number(&self, number: u64) -> String {
        if self.exact { number.to_string() } else { Grouped(number).to_string() }
    }

    fn mean(&self, row: &Row) -> String {
        if self.exact { format!("{:.1}", row.mean()) } else { Size(row.mean().round() as u64).to_string() }
    }

    fn label(&self, row: &Row) -> String {
        let mut text = String::new();
        if let Some(parent) = row.parent() {
            text.push_str(&visible(parent));
            text.push_str(" > ");
        }
        text.push_str(&visible(row.key()));
        match ascii(&text) {
            Cow::Owned(escaped) if self.ascii => escaped,
            _ => text,
        }
    }

    /// What the rows from `at` on hold, and those that weren't asked for. Their totals may overlap, so those are left open.
    fn rest(&self, at: usize) -> [String; HEADINGS.len()] {
        let left = || self.aggregate.rows()[at..].iter().chain(self.aggregate.left());
        let sum = |of: fn(&Row) -> u64| left().map(of).fold(0, u64::saturating_add);
        let (own, count, unknown) = (sum(Row::self_bytes), sum(Row::count), sum(Row::unknown));
        let none = String::new;
        let own_cell = self.own(own, count, unknown);
        [own_cell, self.share(own), none(), self.number(count), none(), none(), none()]
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.rows.min(self.aggregate.rows().len());
        let mut lines = vec![(HEADINGS.map(str::to_owned), String::new())];
        lines.extend(self.aggregate.rows()[..shown].iter().map(|row| (self.cells(row), self.label(row))));
        let more = self.aggregate.rows().len() - shown + self.aggregate.left().len();
        if more > 0 {
            let more = self.number(more as u64);
            lines.push((self.rest(shown), format!("{} {more} more", if self.ascii { "..." } else { "…" })));
        }
        let sum = self.aggregate.sum();
        lines.push((self.cells(sum), self.label(sum)));
        let mut widths = [0; HEADINGS.len()];
        for (cells, _) in &lines {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = cell.chars().count().max(*width);
            }
        }
        let numbers = widths.iter().map(|width| width + 2).sum::<usize>();
        for (cells, label) in lines {
            let mut line = String::new();
            for (i, (width, cell)) in widths.iter().zip(cells).enumerate() {
                let gap = if i == 0 { "" } else { "  " };
                write!(line, "{gap}{cell:>width$}")?;
            }
            let room = self.width.map_or(usize::MAX, |width| width.saturating_sub(numbers).max(LEAST));
            let sign = if self.ascii { "..." } else { "…" };
            if !label.is_empty() {
                write!(line, "  {}", shortened_by(&label, room, sign))?;
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// A name gets this many columns even where the line gets too long by it.
const LEAST: usize = 12;

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table().fmt(f)
    }
}
