//! `freehold diff`: what changed between two reports.

use std::io::{self, Write};
use std::path::PathBuf;

use anstyle::Style;
use clap::{Args, ColorChoice, ValueEnum};
use freehold::report::{Amount as Counts, By, Change, Diff as Difference, DiffRow, DiffTable, Naming, Record, Report};

use super::changes;
use crate::Outcome;
use crate::amount::Amount;
use crate::args::{Focus, Limits, Looks, Reading};
use crate::failure::{Failure, warn};
use crate::input;
use crate::screen::{GROWN, SHRUNK, Screen, TITLE, magnitude};
use crate::table::Table;

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
to the change of the whole.

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

    /// Exit with 1 if there are more bytes than this more: a size, or a share of what there was
    #[arg(long, value_name = "SIZE|PERCENT", help_heading = "Output")]
    fail_if_growth: Option<Amount>,

    #[command(flatten)]
    looks: Looks,
}

/// What makes records one row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Group {
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
    /// What the rows are called.
    fn heading(self) -> &'static str {
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
    pub(crate) fn run(&self, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(color, &self.looks);
        let [(before, first), (after, second)] = self.reports()?;
        let diff = before.diff(&after);
        let mut out = screen.out();
        if self.markdown {
            write!(out, "{}", self.table(&diff).markdown())?;
        } else {
            writeln!(out, "{}", screen.paint(TITLE, format_args!("{first} -> {second}")))?;
            totals(&diff, screen, &mut out)?;
            match self.changes {
                true => {
                    let wanted = |change: &Change, record: &Record| self.is_wanted(&diff, change.delta, record.name());
                    changes::print(&diff, [&before, &after], self.most(), wanted, screen, &mut out)?;
                }
                false => print(&self.table(&diff), self.group.heading(), self.most(), screen, &mut out)?,
            }
        }
        out.flush()?;
        Ok(self.judged(&diff, screen))
    }

    /// The two reports, and what to call them.
    fn reports(&self) -> Result<[(Report, String); 2], Failure> {
        let read = |path: &PathBuf| {
            let mut source = input::read(path, &self.reading)?;
            self.focus.apply(&mut source)?;
            Ok::<_, Failure>(source)
        };
        match &self.after {
            Some(after) => Ok([read(&self.before)?.single()?, read(after)?.single()?]),
            None => read(&self.before)?.ends(),
        }
    }

    fn table<'d>(&self, diff: &'d Difference<'_>) -> DiffTable<'d> {
        let table = match self.group {
            Group::Path => diff.paths(Naming::Normal),
            Group::ExactPath => diff.paths(Naming::Exact),
            Group::Name => diff.by(By::NormalName),
            Group::Exact => diff.by(By::Name),
            Group::Type => diff.by(By::Type),
            Group::Origin => diff.by(By::Origin),
            Group::Pair => diff.by(By::Pair),
        };
        let table = match self.limits.is_any() {
            true => table.only(|row| self.is_within(row) && self.is_wanted(diff, row.delta(), &row.name())),
            false => table,
        };
        table.top(self.most())
    }

    fn most(&self) -> usize {
        if self.rows == 0 { usize::MAX } else { self.rows }
    }

    /// Whether a path is no longer than is asked for.
    fn is_within(&self, row: &DiffRow<'_>) -> bool {
        self.limits.depth.is_none_or(|depth| row.path().len() <= depth.saturating_add(1))
    }

    fn is_wanted(&self, diff: &Difference<'_>, delta: Counts, name: &[u8]) -> bool {
        let change = delta.self_bytes.unsigned_abs() as f64;
        self.limits.name.as_ref().is_none_or(|wanted| wanted.is_match(name))
            && self.limits.min.is_none_or(|least| change >= least.of(diff.before().bytes as f64))
    }

    /// Says so if there is too much growth.
    fn judged(&self, diff: &Difference<'_>, screen: Screen) -> Outcome {
        let Some(limit) = self.fail_if_growth else { return Outcome::Fine };
        let growth = diff.delta().bytes;
        if growth <= 0 || growth as f64 <= limit.of(diff.before().bytes as f64) {
            return Outcome::Fine;
        }
        warn(format_args!("{} is more than {limit}", screen.signed_size(growth)));
        Outcome::Found
    }
}

/// Prints how much there is and was, and how many records are not as they were.
pub(crate) fn totals(diff: &Difference<'_>, screen: Screen, out: &mut impl Write) -> io::Result<()> {
    let (before, after, delta) = (diff.before(), diff.after(), diff.delta());
    writeln!(
        out,
        "{} -> {} ({}), {} -> {} blocks ({})",
        screen.size(magnitude(before.bytes)),
        screen.size(magnitude(after.bytes)),
        screen.signed_bytes(delta.bytes),
        screen.number(magnitude(before.blocks)),
        screen.number(magnitude(after.blocks)),
        screen.signed(delta.blocks),
    )?;
    match &*changes::summary(diff, screen) {
        "" => writeln!(out, "nothing changed"),
        summary => writeln!(out, "{summary}\n"),
    }
}

/// Prints the first `most` rows of what changed, and the sum of the others.
pub(crate) fn print(
    table: &DiffTable<'_>,
    heading: &'static str,
    most: usize,
    screen: Screen,
    out: &mut impl Write,
) -> io::Result<()> {
    let bytes = |bytes: i128| screen.bytes(magnitude(bytes));
    let number = |number: i128| screen.number(magnitude(number));
    if table.rows().is_empty() {
        return Ok(());
    }
    let mut rows = Table::new(["count", "change", "self", "change", "total", "change", heading]);
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
        rows.row(cells, row.label(), style);
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
        rows.row(cells, format!("({} more)", left.len()), Style::new());
    }
    rows.print(screen, out)?;
    writeln!(out, "{} more did not change", screen.number(table.unchanged() as u64))
}
