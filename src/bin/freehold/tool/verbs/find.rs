//! `freehold find`: where nodes of some name are.

use std::io::Write;

use anstyle::Style;
use clap::{Args, ColorChoice};
use freehold::report::{Kind, Naming, Report};
use regex::bytes::Regex;

use super::common::{address_of, is_no_file, nothing_matches, self_bytes_of};
use crate::tool::args::{Extent, Files, Focus, Looks, Reading};
use crate::tool::failure::Failure;
use crate::tool::input;
use crate::tool::place::pattern;
use crate::tool::run::Outcome;
use crate::tool::screen::{Screen, TITLE};
use crate::tool::system::System;
use crate::tool::table::Table;
use crate::tool::trail::Trail;

/// Find nodes by name, and say where they are
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold find files_struct smbd.talloc
  freehold find --each '^struct .*_state$' --report last smbd.log
  smbcontrol smbd pool-usage | freehold find '(?i)password'

Without --each, nodes of one path are one row, and --min is about the row. '.name' blocks are found with \
--internal only.

Exits with 1 if nothing matches.")]
pub(crate) struct Find {
    /// What the name has to match, anywhere in it
    #[arg(value_name = "REGEX", value_parser = pattern)]
    pattern: Regex,

    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    #[command(flatten)]
    extent: Extent,

    /// List each node by itself, with its address, instead of counting those with the same path
    #[arg(long, help_heading = "Output")]
    each: bool,

    #[command(flatten)]
    looks: Looks,
}

/// How much was found.
#[derive(Default)]
struct Found {
    nodes: u64,
    /// Of matches that lie below no other match.
    bytes: u64,
    blocks: u64,
}

impl Find {
    pub(crate) fn run(&self, system: &dyn System, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(system, color, &self.looks);
        let mut out = screen.out(system);
        let mut outcome = Outcome::Found;
        is_no_file(system, self.pattern.as_str(), &self.files)?;
        input::each(system, &self.files.files, &self.reading, |mut source| {
            self.focus.apply(system, &mut source)?;
            for numbered in &source.reports {
                let (found, table) = match self.each {
                    true => self.search(&numbered.report, screen),
                    false => self.search(&numbered.report.merged(Naming::Exact), screen),
                };
                if found.nodes == 0 {
                    continue;
                }
                if outcome == Outcome::Fine {
                    writeln!(out)?;
                }
                outcome = Outcome::Fine;
                writeln!(out, "{}", screen.paint(TITLE, source.title(numbered)))?;
                table.print(screen, &mut out)?;
                let (nodes, bytes) = (screen.number(found.nodes), screen.size(found.bytes));
                let plural = if found.nodes == 1 { "node" } else { "nodes" };
                writeln!(out, "{nodes} {plural}: {bytes} in {} blocks", screen.number(found.blocks))?;
            }
            Ok(())
        })?;
        out.flush()?;
        if outcome == Outcome::Found {
            nothing_matches(system, &self.pattern);
        }
        Ok(outcome)
    }

    fn search(&self, report: &Report, screen: Screen) -> (Found, Table) {
        let mut found = Found::default();
        let third = if self.each { "address" } else { "count" };
        let mut table = Table::new(["total", "self", "blocks", third, "path"]);
        let mut trail = Trail::default();
        let whole = report.arena()[report.root()].get().bytes();
        // What is deeper than this lies below a match.
        let mut inside = usize::MAX;
        for visit in report.walk() {
            trail.step(&visit);
            if visit.depth <= inside {
                inside = usize::MAX;
            }
            let record = visit.record;
            let is_wanted = record.kind() == Kind::Node
                && self.pattern.is_match(record.name())
                && self.extent.has(visit.depth, record.bytes().into(), whole);
            if !is_wanted {
                continue;
            }
            found.nodes = found.nodes.saturating_add(record.count());
            if visit.depth < inside {
                inside = visit.depth;
                found.bytes = found.bytes.saturating_add(record.bytes());
                found.blocks = found.blocks.saturating_add(record.blocks());
            }
            let cells = [
                screen.bytes(record.bytes()),
                self_bytes_of(record, screen),
                screen.number(record.blocks()),
                if self.each { address_of(record) } else { screen.number(record.count()) },
            ];
            table.row(cells, trail.text(report), Style::new());
        }
        (found, table)
    }
}
