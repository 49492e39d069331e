//! `freehold show`: the tree.

use std::io::Write;

use anstyle::Style;
use clap::{Args, ColorChoice, ValueEnum};
use freehold::report::{Kind, Naming, Order, Report};

use crate::Outcome;
use crate::args::{Files, Focus, Limits, Looks, Reading};
use crate::failure::Failure;
use crate::input;
use crate::names::name_of;
use crate::screen::{Screen, TITLE};
use crate::table::Table;

/// Show the tree: largest first, equal siblings as one, small ones summed up
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold show smbd.talloc
  freehold show --under connection_struct --depth 3 smbd.talloc
  freehold show --name '^struct .*_state$' --all smbd.talloc
  smbcontrol smbd pool-usage | freehold show

Unless told what to show, it leaves out what has less than 1 % of the total and more than 20 children
of a node. A line says how much is left out, so that every sum holds.")]
pub(crate) struct Show {
    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    #[command(flatten)]
    limits: Limits,

    /// Show everything, each node by itself
    #[arg(long, help_heading = "What to look at")]
    all: bool,

    /// Count siblings as equal whose names differ in numbers only
    #[arg(long, help_heading = "What to look at", conflicts_with = "all")]
    normal: bool,

    /// What comes first
    #[arg(long, value_name = "ORDER", default_value = "size", help_heading = "Output")]
    by: Sorting,

    #[command(flatten)]
    looks: Looks,
}

/// In which order siblings come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Sorting {
    /// Most bytes first
    Size,
    /// Most blocks first
    Count,
    /// By name
    Name,
    /// Oldest first
    Age,
    /// As in the report, which is newest first
    Listed,
}

impl From<Sorting> for Order {
    fn from(sorting: Sorting) -> Self {
        match sorting {
            Sorting::Size => Self::Size,
            Sorting::Count => Self::Count,
            Sorting::Name => Self::Name,
            Sorting::Age => Self::Age,
            Sorting::Listed => Self::Listed,
        }
    }
}

impl Show {
    pub(crate) fn run(&self, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(color, &self.looks);
        let mut out = screen.out();
        let mut first = true;
        input::each(&self.files.files, &self.reading, |mut source| {
            self.focus.apply(&mut source)?;
            for numbered in &source.reports {
                if !std::mem::take(&mut first) {
                    writeln!(out)?;
                }
                writeln!(out, "{}", screen.paint(TITLE, source.title(numbered)))?;
                tree(&self.shaped(&numbered.report), screen).print(screen, &mut out)?;
            }
            Ok(())
        })?;
        out.flush()?;
        Ok(Outcome::Fine)
    }

    /// What of `report` is shown, in the order in which it is shown.
    fn shaped(&self, report: &Report) -> Report {
        const LEAST_SHARE: f64 = 1.0;
        const MOST_CHILDREN: usize = 20;
        let mut filter = self.limits.filter();
        if !self.all && !self.limits.is_any() {
            filter = filter.min_share(LEAST_SHARE).top(MOST_CHILDREN);
        }
        let naming = if self.normal { Naming::Normal } else { Naming::Exact };
        let filtered = match self.all {
            true => report.filtered(&filter),
            false => report.merged(naming).filtered(&filter),
        };
        filtered.sorted(self.by.into())
    }
}

fn tree(report: &Report, screen: Screen) -> Table {
    let mut table = Table::new(["total", "self", "blocks", "tree"]);
    for visit in report.walk() {
        let record = visit.record;
        let cells =
            [screen.bytes(record.bytes()), super::self_bytes_of(record, screen), screen.number(record.blocks())];
        let indent = "  ".repeat(visit.depth);
        let name = match record.kind() {
            Kind::Rest => format!("{indent}({} more)", record.count()),
            _ if record.count() > 1 => format!("{indent}{} x{}", name_of(record), record.count()),
            _ => format!("{indent}{}", name_of(record)),
        };
        table.row(cells, name, Style::new());
    }
    table
}
