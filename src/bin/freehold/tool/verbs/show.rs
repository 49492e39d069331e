//! `freehold show`: the tree.

use clap::{Args, ColorChoice, ValueEnum};
use freehold::report::{Naming, Order, Report};

use super::common::one_by_one;
use crate::tool::args::{Files, Focus, Limits, Looks, Reading};
use crate::tool::failure::Failure;
use crate::tool::input::Source;
use crate::tool::run::Outcome;
use crate::tool::screen::Screen;
use crate::tool::system::System;

/// Show the tree: largest first, equal siblings as one, small ones summed up
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold show smbd.talloc
  freehold show --under connection_struct --depth 3 smbd.talloc
  freehold show --name '^struct .*_state$' --all smbd.talloc
  smbcontrol smbd pool-usage | freehold show

Unless told what to show, it leaves out what has less than 1 % of the total, and of each node's children \
all but the 20 largest. A line says how much is left out, so that every sum holds.")]
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

    /// Tell names apart that differ in numbers only
    #[arg(long, help_heading = "What to look at")]
    numbers: bool,

    /// Show where each node is, or what Samba prints instead: the content of 'char' blocks
    #[arg(long, help_heading = "Output")]
    addresses: bool,

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
    pub(crate) fn run(&self, system: &dyn System, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(system, color, &self.looks);
        let prepare = |source: &mut Source| {
            self.focus.apply(system, source)?;
            self.limits.apply_name(system, source);
            Ok(())
        };
        one_by_one(system, &self.files, &self.reading, screen, prepare, |report, out| {
            let shaped = self.shaped(report);
            Ok(screen.tree(&shaped).addresses(self.addresses).write_to(out)?)
        })
    }

    /// What of `report` is shown, in the order in which it is shown.
    fn shaped(&self, report: &Report) -> Report {
        const LEAST_SHARE: f64 = 1.0;
        const MOST_CHILDREN: usize = 20;
        let mut filter = self.limits.extent.filter();
        if !self.all && !self.limits.is_any() {
            filter = filter.min_share(LEAST_SHARE).top(MOST_CHILDREN);
        }
        let naming = if self.numbers { Naming::Exact } else { Naming::Normal };
        let filtered = match self.all {
            true => report.filtered(&filter),
            false => report.merged(naming).filtered(&filter),
        };
        filtered.sorted(self.by.into())
    }
}
