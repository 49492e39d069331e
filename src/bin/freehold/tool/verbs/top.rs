//! `freehold top`: what there is most of.

use clap::{Args, ColorChoice, ValueEnum};
use freehold::report::{By, Rank, Row};

use super::common::one_by_one;
use crate::tool::args::{Files, Focus, Limits, Looks, Reading};
use crate::tool::failure::Failure;
use crate::tool::input::Source;
use crate::tool::run::Outcome;
use crate::tool::screen::{HEAD, Screen, TITLE};
use crate::tool::system::System;

/// Rank nodes by name, type or origin: who has most
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold top smbd.talloc
  freehold top --by count -n 5 smbd.talloc
  freehold top --group pair --under connection_struct smbd.talloc

'self' is what nodes have themselves, 'total' what they have with all below. The last line is the sum \
of all rows, also of those that are not shown. --min is about 'self', --name about the names in the rows; \
what is deeper than --depth is one row, '(left out)'.")]
pub(crate) struct Top {
    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    #[command(flatten)]
    limits: Limits,

    /// What makes nodes one row
    #[arg(long, value_name = "WHAT", default_value = "name", help_heading = "What to look at")]
    group: Group,

    /// What comes first
    #[arg(long, value_name = "ORDER", default_value = "self", help_heading = "Output")]
    by: Ranking,

    /// How many rows to show; 0 for all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20, help_heading = "Output")]
    rows: usize,

    #[command(flatten)]
    looks: Looks,
}

/// What makes nodes one row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Group {
    /// The name, whatever numbers are in it
    Name,
    /// The name, byte for byte
    Exact,
    /// The type, as far as the name tells
    Type,
    /// The place in the source, as far as the name tells
    Origin,
    /// The names of parent and child
    Pair,
}

impl From<Group> for By {
    fn from(group: Group) -> Self {
        match group {
            Group::Name => Self::NormalName,
            Group::Exact => Self::Name,
            Group::Type => Self::Type,
            Group::Origin => Self::Origin,
            Group::Pair => Self::Pair,
        }
    }
}

/// What comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Ranking {
    /// Most bytes of their own
    #[value(name = "self")]
    Own,
    /// Most bytes with all below
    Total,
    /// Most nodes
    Count,
    /// Most blocks with all below
    Blocks,
    /// Largest on average
    Mean,
    /// Largest single node
    Largest,
    /// In the order of the alphabet
    Name,
}

impl From<Ranking> for Rank {
    fn from(ranking: Ranking) -> Self {
        match ranking {
            Ranking::Own => Self::SelfBytes,
            Ranking::Total => Self::TotalBytes,
            Ranking::Count => Self::Count,
            Ranking::Blocks => Self::Blocks,
            Ranking::Mean => Self::Mean,
            Ranking::Largest => Self::Largest,
            Ranking::Name => Self::Key,
        }
    }
}

impl Top {
    pub(crate) fn run(&self, system: &dyn System, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(system, color, &self.looks);
        let prepare = |source: &mut Source| {
            self.focus.apply(system, source)?;
            self.limits.extent.apply_depth(source);
            Ok(())
        };
        one_by_one(system, &self.files, &self.reading, screen, prepare, |report, out| {
            let whole = report.arena()[report.root()].get().bytes();
            let is_wanted = |row: &Row| self.limits.has(row.key(), 0, row.self_bytes().into(), whole);
            let ranked = report.aggregate(self.group.into()).sorted(self.by.into()).only(is_wanted);
            let rows = if self.rows == 0 { usize::MAX } else { self.rows };
            let table = ranked.table().rows(rows).exact(screen.exact).ascii(screen.ascii).width(screen.width);
            let lines = table.to_string();
            let last = lines.lines().count().saturating_sub(1);
            for (number, line) in lines.lines().enumerate() {
                match number {
                    0 => writeln!(out, "{}", screen.paint(HEAD, line))?,
                    _ if number == last => writeln!(out, "{}", screen.paint(TITLE, line))?,
                    _ => writeln!(out, "{line}")?,
                }
            }
            Ok(())
        })
    }
}
