//! `freehold path`: everything from the root to a node.

use std::collections::HashMap;
use std::io::Write;

use anstyle::Style;
use clap::{Args, ColorChoice};
use freehold::report::indextree::NodeId;
use freehold::report::{Kind, Report, visible};

use super::common::{address_of, is_no_file, nothing_matches, self_bytes_of};
use crate::tool::args::{Files, Focus, Looks, Reading};
use crate::tool::failure::{Failure, warn};
use crate::tool::input;
use crate::tool::place::Place;
use crate::tool::run::Outcome;
use crate::tool::screen::{NAME, Screen, TITLE};
use crate::tool::system::System;
use crate::tool::table::Table;
use crate::tool::trail::Trail;

/// Show the owners of a node, from the root down to it, and who refers to it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold path 0x563a888d72b0 smbd.talloc
  freehold path 12v3 mine.json
  freehold path '^struct files_struct$' smbd.talloc

All owners are shown, so there is no --depth, --min or --name here; 'freehold find' has them. '.name' \
blocks are met with --internal only.

Exits with 1 if there is no such node.")]
pub(crate) struct Path {
    /// The node's address, as the report has it, or what its name has to match
    #[arg(value_name = "ADDRESS|REGEX")]
    place: Place,

    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    /// How many nodes to show, where several match; 0 for all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 3, help_heading = "Output")]
    rows: usize,

    #[command(flatten)]
    looks: Looks,
}

impl Path {
    pub(crate) fn run(&self, system: &dyn System, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(system, color, &self.looks);
        let mut out = screen.out(system);
        let mut outcome = Outcome::Found;
        if let Place::Pattern(pattern) = &self.place {
            is_no_file(system, pattern.as_str(), &self.files)?;
        }
        let most = if self.rows == 0 { usize::MAX } else { self.rows };
        input::each(system, &self.files.files, &self.reading, |mut source| {
            self.focus.apply(system, &mut source)?;
            for numbered in &source.reports {
                let report = &numbered.report;
                let is_meant = |id: &NodeId| {
                    let record = report.arena()[*id].get();
                    record.kind() == Kind::Node && self.place.matches(record)
                };
                let nodes: Vec<_> = report.walk().map(|visit| visit.id).filter(is_meant).collect();
                let shown = &nodes[..nodes.len().min(most)];
                let holders = holders(report, shown);
                for node in shown {
                    if outcome == Outcome::Fine {
                        writeln!(out)?;
                    }
                    outcome = Outcome::Fine;
                    writeln!(out, "{}", screen.paint(TITLE, source.title(numbered)))?;
                    owners(report, *node, screen).print(screen, &mut out)?;
                    for holder in holders.get(node).into_iter().flatten() {
                        writeln!(out, "also held by {holder}")?;
                    }
                }
                let left = nodes.len() - shown.len();
                if left > 0 {
                    let left = screen.number(left as u64);
                    writeln!(out, "\n{left} more match; 'freehold find --each' lists them, -n 0 shows them")?;
                }
            }
            Ok(())
        })?;
        out.flush()?;
        match (&self.place, outcome) {
            (_, Outcome::Fine) => {}
            (Place::Pattern(pattern), Outcome::Found) => nothing_matches(system, pattern),
            (_, Outcome::Found) => warn(system, "no node has that address; try --internal, or 'freehold find REGEX'"),
        }
        Ok(outcome)
    }
}

/// A row for each owner of `node`, the root first, and one for itself.
fn owners(report: &Report, node: NodeId, screen: Screen) -> Table {
    let mut nodes: Vec<_> = node.ancestors(report.arena()).collect();
    nodes.reverse();
    let mut table = Table::new(["total", "self", "blocks", "refs", "address", "owner"]);
    for id in nodes {
        let record = report.arena()[id].get();
        let cells = [
            screen.bytes(record.bytes()),
            self_bytes_of(record, screen),
            screen.number(record.blocks()),
            screen.number(record.reference_count().into()),
            address_of(record),
        ];
        table.row(cells, visible(record.name()), if id == node { NAME } else { Style::new() });
    }
    table
}

/// The ways to the nodes that hold a reference to one of `nodes`, by that node.
fn holders(report: &Report, nodes: &[NodeId]) -> HashMap<NodeId, Vec<String>> {
    let mut holders: HashMap<_, _> = nodes.iter().map(|node| (*node, Vec::new())).collect();
    let mut trail = Trail::default();
    for visit in report.walk() {
        if let Some(target) = visit.record.target()
            && let Some(ways) = holders.get_mut(&target)
        {
            ways.push(trail.owner(report, visit.depth));
        }
        trail.step(&visit);
    }
    holders
}
