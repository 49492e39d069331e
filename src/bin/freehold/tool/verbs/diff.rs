//! `freehold diff`: what changed between two reports.

use std::io::{self, Write};
use std::path::PathBuf;

use anstyle::Style;
use clap::{Args, ColorChoice, ValueEnum};
use freehold::report::{By, Diff as Difference, DiffRow, DiffTable, Naming, Report};

use super::changes;
use crate::tool::amount::Amount;
use crate::tool::args::{Focus, Limits, Looks, Reading};
use crate::tool::failure::{Failure, warn};
use crate::tool::input;
use crate::tool::run::Outcome;
use crate::tool::screen::{GROWN, SHRUNK, Screen, TITLE, magnitude};
use crate::tool::system::System;
use crate::tool::table::Table;

/// Compare two reports: what is new, gone, more or less
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold diff before.talloc after.talloc
  freehold diff --group name --markdown before.talloc after.talloc
  freehold diff --fail-if-growth 10% before.talloc after.talloc
  freehold diff --report null_context smbd.log

Of one file with several reports, the first and the last are compared. Records are matched by their \
paths, whatever the order and the addresses. 'self' is what they have themselves: those changes add up \
to the change of the whole. Fewer than 100 columns have no room for 'total'.

--min is about the change of 'self', a share is one of the earlier report, and --name is about the names \
in the rows. --fail-if-growth is about the whole, or what is --under a node.

Exits with 1 if --fail-if-growth is given and the growth is more than that.")]
pub(crate) struct Diff {
    /// The earlier report; or a file with both, the first and the last in it
    before: PathBuf,

    /// The later report
    after: Option<PathBuf>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    #[command(flatten)]
    limits: Limits,

    /// What makes records one row
    #[arg(long, value_name = "WHAT", default_value = "path", help_heading = "What to look at")]
    group: Group,

    /// How many rows to show; 0 for all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20, help_heading = "Output")]
    rows: usize,

    /// A Markdown table, for tickets
    #[arg(long, help_heading = "Output")]
    markdown: bool,

    /// A row for each record that is not as it was, with its address: new, gone, grown, shrunk, moved or renamed
    #[arg(long, help_heading = "Output", conflicts_with = "markdown")]
    changes: bool,

    /// Exit with 1 if the whole has grown by more than this: a size, or a share of what there was
    #[arg(long, value_name = "SIZE|PERCENT", help_heading = "Output")]
    fail_if_growth: Option<Amount>,

    #[command(flatten)]
    looks: Looks,
}

/// What makes records one row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Group {
    /// The names from the root down, whatever numbers are in them
    Path,
    /// The names from the root down, byte for byte
    ExactPath,
    /// The name, wherever it is, whatever numbers are in it
    Name,
    /// The name, wherever it is, byte for byte
    Exact,
    /// The type, as far as the name tells
    Type,
    /// The place in the source, as far as the name tells
    Origin,
    /// The names of parent and child
    Pair,
}

impl Group {
    /// What changed, in rows that `limits` ask for.
    pub(super) fn table<'d>(self, diff: &'d Difference<'_>, limits: &Limits) -> DiffTable<'d> {
        let table = match self {
            Self::Path => diff.paths(Naming::Normal),
            Self::ExactPath => diff.paths(Naming::Exact),
            Self::Name => diff.by(By::NormalName),
            Self::Exact => diff.by(By::Name),
            Self::Type => diff.by(By::Type),
            Self::Origin => diff.by(By::Origin),
            Self::Pair => diff.by(By::Pair),
        };
        if !limits.is_any() {
            return table;
        }
        let whole = magnitude(diff.before().bytes);
        let depth = |row: &DiffRow<'_>| limits.extent.depth.map_or(0, |_| row.path().len() - 1);
        table.only(|row| limits.has(&row.name(), depth(row), row.delta().self_bytes.unsigned_abs(), whole))
    }

    /// What the rows are called.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Path | Self::ExactPath => "path",
            Self::Name | Self::Exact => "name",
            Self::Type => "type",
            Self::Origin => "origin",
            Self::Pair => "parent > child",
        }
    }
}

impl Diff {
    pub(crate) fn run(&self, system: &dyn System, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(system, color, &self.looks);
        let [(before, first), (after, second)] = self.reports(system)?;
        let lacks_levels = |report: &Report| !report.is_full() || report.is_filtered();
        if lacks_levels(&before) != lacks_levels(&after) {
            let (less, more) = if lacks_levels(&before) { (&first, &second) } else { (&second, &first) };
            warn(
                system,
                format_args!("{less} leaves out what {more} has: that looks new or gone; see 'freehold check'"),
            );
        }
        let diff = before.diff(&after);
        let most = if self.rows == 0 { usize::MAX } else { self.rows };
        let mut out = screen.out(system);
        let table = self.group.table(&diff, &self.limits);
        if self.markdown && !table.rows().is_empty() {
            write!(out, "{}", table.top(most).markdown())?;
        } else {
            if !self.markdown {
                writeln!(out, "{}", screen.paint(TITLE, format_args!("{first} -> {second}")))?;
            }
            totals(&diff, screen, &mut out)?;
            match self.changes {
                _ if diff.is_empty() => {}
                true => changes::print(&diff, [&before, &after], most, &self.limits, screen, &mut out)?,
                false => print(&table, self.group.heading(), most, screen, &mut out)?,
            }
        }
        out.flush()?;
        Ok(self.judged(&diff, screen, system))
    }

    /// The two reports, and what to call them.
    fn reports(&self, system: &dyn System) -> Result<[(Report, String); 2], Failure> {
        let read = |path: &PathBuf| {
            let mut source = input::read(system, path, &self.reading)?;
            self.focus.apply(system, &mut source)?;
            Ok::<_, Failure>(source)
        };
        match &self.after {
            Some(after) => Ok([read(&self.before)?.single()?, read(after)?.single()?]),
            None => read(&self.before)?.ends(),
        }
    }

    /// Says so if there is too much growth.
    fn judged(&self, diff: &Difference<'_>, screen: Screen, system: &dyn System) -> Outcome {
        let Some(limit) = self.fail_if_growth else { return Outcome::Fine };
        let (growth, before) = (diff.delta().bytes, diff.before().bytes as f64);
        if growth <= 0 || growth as f64 <= limit.of(before) {
            return Outcome::Fine;
        }
        let share = if before > 0.0 { format!(" ({:.1}%)", 100.0 * growth as f64 / before) } else { String::new() };
        warn(system, format_args!("growth of {}{share} is more than {limit}", screen.size(magnitude(growth))));
        Outcome::Found
    }
}

/// Prints how much there is and was, and how many records are not as they were.
fn totals(diff: &Difference<'_>, screen: Screen, out: &mut impl Write) -> io::Result<()> {
    let (before, after, delta) = (diff.before(), diff.after(), diff.delta());
    let (bytes, blocks) = (screen.size(magnitude(after.bytes)), screen.number(magnitude(after.blocks)));
    if diff.is_empty() {
        return writeln!(out, "nothing changed: {bytes} in {blocks} blocks");
    }
    writeln!(
        out,
        "{} -> {bytes} ({}), {} -> {blocks} blocks ({})",
        screen.size(magnitude(before.bytes)),
        screen.signed_bytes(delta.bytes),
        screen.number(magnitude(before.blocks)),
        screen.signed(delta.blocks),
    )?;
    writeln!(out, "{}\n", changes::summary(diff, screen))
}

/// Prints the first `most` rows of what changed, and the sum of the others.
fn print(
    table: &DiffTable<'_>,
    heading: &'static str,
    most: usize,
    screen: Screen,
    out: &mut impl Write,
) -> io::Result<()> {
    let bytes = |bytes: i128| screen.bytes(magnitude(bytes));
    let number = |number: i128| screen.number(magnitude(number));
    if table.rows().is_empty() {
        return writeln!(out, "no row is what --depth, --min and --name ask for");
    }
    let columns = if screen.is_narrow() { 4 } else { 6 };
    let mut head = vec!["count", "change", "self", "change", "total", "change"];
    head.truncate(columns);
    head.push(heading);
    let mut rows = Table::new(head);
    for row in table.rows().iter().take(most) {
        let (after, delta) = (row.after(), row.delta());
        let cells = [
            number(after.count),
            screen.signed(delta.count),
            bytes(after.self_bytes),
            screen.signed_bytes(delta.self_bytes),
            bytes(after.bytes),
            screen.signed_bytes(delta.bytes),
        ];
        let style = match delta.self_bytes {
            0 => Style::new(),
            1.. => GROWN,
            _ => SHRUNK,
        };
        rows.row(&cells[..columns], row.label(), style);
    }
    if let Some(left) = table.rows().get(most..).filter(|left| !left.is_empty()) {
        let sum = |of: fn(&DiffRow<'_>) -> i128| left.iter().map(of).sum::<i128>();
        let none = String::new;
        let cells = [
            number(sum(|row| row.after().count)),
            screen.signed(sum(|row| row.delta().count)),
            bytes(sum(|row| row.after().self_bytes)),
            screen.signed_bytes(sum(|row| row.delta().self_bytes)),
            none(),
            none(),
        ];
        rows.row(&cells[..columns], format!("({} more)", left.len()), Style::new());
    }
    rows.print(screen, out)?;
    match table.unchanged() {
        0 => Ok(()),
        same => writeln!(out, "{} more did not change", screen.number(same as u64)),
    }
}
