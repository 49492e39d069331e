//! `freehold refs`: what several owners share, and what would go with whom.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::Write;

use anstyle::Style;
use clap::{Args, ColorChoice};
use freehold::report::indextree::NodeId;
use freehold::report::{Kind, Report, RetainedSizes};

use super::common::{address_of, one_by_one};
use crate::tool::args::{Files, Focus, Limits, Looks, Reading};
use crate::tool::failure::Failure;
use crate::tool::input::Source;
use crate::tool::place::Place;
use crate::tool::run::Outcome;
use crate::tool::screen::{NAME, Screen};
use crate::tool::system::System;
use crate::tool::table::Table;
use crate::tool::trail::{depth, way, ways};

/// Show what several owners share, and what would go if a node went
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  freehold refs smbd.talloc
  freehold refs --of connection_struct smbd.talloc

'total' is a node with all below it. 'goes' is what would be freed with it: what others hold by \
reference stays. talloc's text names the targets of references and nothing else, so where several nodes \
have that name, each may be meant, and is counted as kept. --depth, --min and --name choose among shared \
nodes and among those with 'goes', by their 'total'.")]
pub(crate) struct Refs {
    #[command(flatten)]
    files: Files,

    /// What would go if the nodes with this address, or a matching name, went
    #[arg(long, value_name = "REGEX|ADDRESS", help_heading = "What to look at")]
    of: Option<Place>,

    /// How many rows to show; 0 for all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20, help_heading = "Output")]
    rows: usize,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    focus: Focus,

    #[command(flatten)]
    limits: Limits,

    #[command(flatten)]
    looks: Looks,
}

/// Shared nodes that look alike: they have the same names above them, and so have those who hold them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Group<'w> {
    way: &'w str,
    /// The numbers of the [lists](Lists) of those who hold it, and of those who may.
    holders: usize,
    possible: usize,
    outside: u64,
}

/// The holders of shared nodes, as ways and how often. A list that many nodes have in common is here once.
#[derive(Default)]
struct Lists<'w> {
    all: Vec<Vec<(&'w str, u64)>>,
    numbers: HashMap<Vec<(&'w str, u64)>, usize>,
    /// By where the list of nodes lies.
    places: HashMap<*const NodeId, usize>,
}

impl<'w> Lists<'w> {
    fn number(&mut self, holders: &[NodeId], ways: &'w HashMap<NodeId, String>) -> usize {
        *self.places.entry(holders.as_ptr()).or_insert_with(|| {
            let list = counted(holders.iter().map(|holder| &*ways[holder]));
            *self.numbers.entry(list).or_insert_with_key(|list| {
                self.all.push(list.clone());
                self.all.len() - 1
            })
        })
    }
}

impl Refs {
    pub(crate) fn run(&self, system: &dyn System, color: ColorChoice) -> Result<Outcome, Failure> {
        let screen = Screen::new(system, color, &self.looks);
        let prepare = |source: &mut Source| self.focus.apply(system, source);
        one_by_one(system, &self.files, &self.reading, screen, prepare, |report, out| {
            let retained = report.retained();
            if self.of.is_none() {
                self.shared(report, &retained, screen, out)?;
            }
            self.goes(report, &retained, screen, out)
        })
    }

    fn most(&self) -> usize {
        if self.rows == 0 { usize::MAX } else { self.rows }
    }

    /// Whether a node is asked for.
    fn has(&self, report: &Report, node: NodeId) -> bool {
        let arena = report.arena();
        let record = arena[node].get();
        let depth = depth(report, node, self.limits.extent.depth);
        self.limits.has(record.name(), depth, record.bytes().into(), arena[report.root()].get().bytes())
    }

    /// The nodes that have several owners, and who those are.
    fn shared(
        &self,
        report: &Report,
        retained: &RetainedSizes<'_>,
        screen: Screen,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let mut shared = retained.shared();
        if shared.is_empty() {
            return Ok(writeln!(out, "no node has more than one owner\n")?);
        }
        shared.retain(|shared| self.has(report, shared.node()));
        if shared.is_empty() {
            return Ok(writeln!(out, "no shared node is what --depth, --min and --name ask for\n")?);
        }
        let mut groups: Vec<(Group, u64, u64)> = Vec::new();
        let mut number_of: HashMap<Group, usize> = HashMap::new();
        let references = report.walk().filter(|visit| visit.record.kind() == Kind::Reference);
        let holders = references.filter_map(|visit| report.arena()[visit.id].parent());
        let ways = ways(report, shared.iter().map(|shared| shared.node()).chain(holders));
        let mut lists = Lists::default();
        for shared in &shared {
            let group = Group {
                way: &ways[&shared.node()],
                holders: lists.number(shared.holders(), &ways),
                possible: lists.number(shared.possible_holders(), &ways),
                outside: shared.outside(),
            };
            let number = *number_of.entry(group).or_insert(groups.len());
            if number == groups.len() {
                groups.push((group, 0, 0));
            }
            groups[number].1 += 1;
            groups[number].2 = groups[number].2.saturating_add(shared.bytes());
        }
        groups.sort_by_key(|(_, _, bytes)| Reverse(*bytes));
        let mut table = Table::new(["total", "owner", "shared node, and who else holds it"]);
        for (group, count, bytes) in groups.iter().take(self.most()) {
            let times = |way: &str, count: u64| {
                if count > 1 { format!("{way} {}", screen.times(count)) } else { way.to_owned() }
            };
            table.row([screen.bytes(*bytes), "parent".to_owned()], times(group.way, *count), NAME);
            for (word, list) in [("holds", group.holders), ("may hold", group.possible)] {
                let list = &lists.all[list];
                for (holder, count) in list.iter().take(self.most()) {
                    table.row([String::new(), word.to_owned()], times(holder, *count), Style::new());
                }
                if list.len() > self.most() {
                    let more = format!("({} more)", list.len() - self.most());
                    table.row([String::new(), word.to_owned()], more, Style::new());
                }
            }
            if group.outside > 0 {
                let times = times("(from outside the report)", group.outside);
                table.row([String::new(), "holds".to_owned()], times, Style::new());
            }
        }
        if groups.len() > self.most() {
            let more = format!("({} more)", groups.len() - self.most());
            table.row([String::new(), String::new()], more, Style::new());
        }
        table.print(screen, out)?;
        Ok(writeln!(out)?)
    }

    /// The nodes that were asked for, or those that would leave most behind: what would go with them.
    fn goes(
        &self,
        report: &Report,
        retained: &RetainedSizes<'_>,
        screen: Screen,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let is_wanted = |id: &NodeId| {
            let record = report.arena()[*id].get();
            record.kind() == Kind::Node
                && self.has(report, *id)
                && match &self.of {
                    Some(place) => place.matches(record),
                    None => *id != report.root() && retained.shared_bytes(*id) > 0,
                }
        };
        let mut nodes: Vec<_> = report.walk().map(|visit| visit.id).filter(is_wanted).collect();
        match self.of {
            Some(_) => nodes.sort_by_key(|id| Reverse(retained.bytes(*id))),
            None => nodes.sort_by_key(|id| Reverse(retained.shared_bytes(*id))),
        }
        if nodes.is_empty() {
            let none = match (&self.of, self.limits.is_any()) {
                (Some(_), false) => "no node is what --of asks for",
                (Some(_), true) => "no node is what --of, --depth, --min and --name ask for",
                (None, false) => "each node goes with its parent",
                (None, true) => "of the nodes that --depth, --min and --name ask for, each goes with its parent",
            };
            return Ok(writeln!(out, "{none}")?);
        }
        let mut table = Table::new(["total", "goes", "stays", "address", "node"]);
        for id in nodes.iter().take(self.most()) {
            let record = report.arena()[*id].get();
            let cells = [
                screen.bytes(record.bytes()),
                screen.bytes(retained.bytes(*id)),
                screen.bytes(retained.shared_bytes(*id)),
                address_of(record),
            ];
            table.row(cells, way(report, *id), Style::new());
        }
        if nodes.len() > self.most() {
            let more = format!("({} more)", nodes.len() - self.most());
            table.row([const { String::new() }; 4], more, Style::new());
        }
        Ok(table.print(screen, out)?)
    }
}

/// What there is, in the order of its first, and how often.
fn counted<'w>(ways: impl Iterator<Item = &'w str>) -> Vec<(&'w str, u64)> {
    let mut counted: Vec<(&str, u64)> = Vec::new();
    let mut number_of: HashMap<&str, usize> = HashMap::new();
    for way in ways {
        let number = *number_of.entry(way).or_insert(counted.len());
        match counted.get_mut(number) {
            Some((_, count)) => *count += 1,
            None => counted.push((way, 1)),
        }
    }
    counted
}
