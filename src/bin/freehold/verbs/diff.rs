//! `freehold diff`: what changed between two reports.

use std::io::{self, Write};
use std::path::PathBuf;

use anstyle::Style;
use clap::{Args, ColorChoice, ValueEnum};
use freehold::report::{By, Diff as Difference, DiffRow, DiffTable, Naming, Report};

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
  freehold diff --by name --markdown before.talloc after.talloc
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
    by: Group,

    /// How many rows to show; 0 for all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20, help_heading = "Output")]
    rows: usize,

    /// A Markdown table, for tickets
    #[arg(long, help_heading = "Output")]
    markdown: bool,

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
    ExactName,
    /// The type, as far as the name tells
    Type,
    /// The place in the source, as far as the name tells
    Origin,
    /// The names of parent and child
    Pair,
}

impl Diff {
    pub(crate) fn run(&self, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(color, &self.looks);
        let [(before, first), (after, second)] = self.reports()?;
        let diff = before.diff(&after);
        let mut out = screen.out();
        match self.markdown {
            true => write!(out, "{}", self.table(&diff).markdown())?,
            false => {
                writeln!(out, "{}", screen.paint(TITLE, format_args!("{first} -> {second}")))?;
                print(&diff, &self.table(&diff), self.rows, screen, &mut out)?;
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
        let table = match self.by {
            Group::Path => diff.paths(Naming::Normal),
            Group::ExactPath => diff.paths(Naming::Exact),
            Group::Name => diff.by(By::NormalName),
            Group::ExactName => diff.by(By::Name),
            Group::Type => diff.by(By::Type),
            Group::Origin => diff.by(By::Origin),
            Group::Pair => diff.by(By::Pair),
        };
        let table = match self.limits.is_any() {
            true => table.only(|row| self.is_wanted(row, diff)),
            false => table,
        };
        table.top(if self.rows == 0 { usize::MAX } else { self.rows })
    }

    fn is_wanted(&self, row: &DiffRow<'_>, diff: &Difference<'_>) -> bool {
        let change = row.delta().self_bytes.unsigned_abs() as f64;
        let limits = &self.limits;
        limits.depth.is_none_or(|depth| row.path().len() <= depth.saturating_add(1))
            && limits.name.as_ref().is_none_or(|name| name.is_match(&row.name()))
            && limits.min.is_none_or(|least| change >= least.of(diff.before().bytes as f64))
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

/// Prints the totals and the first `most` rows of what changed; all of them if that is 0.
pub(crate) fn print(
    diff: &Difference<'_>,
    table: &DiffTable<'_>,
    most: usize,
    screen: Screen,
    out: &mut impl Write,
) -> io::Result<()> {
    let (before, after, delta) = (diff.before(), diff.after(), diff.delta());
    let bytes = |bytes: i128| screen.bytes(magnitude(bytes));
    let number = |number: i128| screen.number(magnitude(number));
    writeln!(
        out,
        "{} -> {} ({}), {} -> {} blocks ({})",
        screen.size(magnitude(before.bytes)),
        screen.size(magnitude(after.bytes)),
        screen.signed_bytes(delta.bytes),
        number(before.blocks),
        number(after.blocks),
        screen.signed(delta.blocks),
    )?;
    let most = if most == 0 { usize::MAX } else { most };
    if table.rows().is_empty() {
        return writeln!(out, "nothing changed");
    }
    writeln!(out)?;
    let mut rows = Table::new(["count", "change", "self", "change", "total", "change", "path"]);
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
