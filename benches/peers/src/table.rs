//! Prints what was measured: a table for people, or one line for each ratio.

use crate::{harness, memory};
use comfy_table::{CellAlignment, Table, presets};

/// Collects the rows of the workloads, or prints their lines at once.
pub struct Output {
    table: Option<Table>,
}

const HEADER: [&str; 7] = ["workload", "who", "ns each", "min..max", "ratio", "target", "met"];

impl Output {
    pub fn new(lines: bool) -> Self {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header(HEADER);
        align(&mut table, 2..6);
        Self { table: (!lines).then_some(table) }
    }

    /// The outcomes of one workload, ours first.
    pub fn workload(&mut self, name: &str, operation: &str, outcomes: &[harness::Outcome]) {
        let Some(table) = &mut self.table else {
            for peer in &outcomes[1..] {
                println!("ratio {name} {} {:.3}", peer.name, peer.ratio);
            }
            return;
        };
        table.add_row([name.to_owned(), format!("({operation})")]);
        for (place, outcome) in outcomes.iter().enumerate() {
            let mut row = vec![
                String::new(),
                outcome.name.to_owned(),
                number(outcome.median),
                format!("{}..{}", number(outcome.min), number(outcome.max)),
            ];
            if place > 0 {
                row.push(format!("{:.2}", outcome.ratio));
            }
            if let Some(target) = outcome.target {
                row.extend([format!(">= {target}"), met(outcome.ratio >= target)]);
            }
            table.add_row(row);
        }
    }

    /// The resident bytes per node.
    pub fn memory(&mut self, outcomes: &[memory::Outcome]) {
        for outcome in outcomes {
            let ratio = outcome.ours / outcome.peer;
            let Some(table) = &mut self.table else {
                println!("memory {} libtalloc {ratio:.3}", outcome.nodes);
                continue;
            };
            let nodes = grouped(outcome.nodes);
            table.add_row(["memory".to_owned(), format!("(bytes a node, {nodes} nodes)")]);
            table.add_row(["", "freehold", &number(outcome.ours)]);
            table.add_row([
                String::new(),
                "libtalloc".to_owned(),
                number(outcome.peer),
                String::new(),
                format!("{ratio:.2}"),
                format!("<= {}", memory::TARGET),
                met(ratio <= memory::TARGET),
            ]);
        }
    }

    pub fn finish(self) {
        if let Some(table) = self.table {
            println!("{table}");
        }
    }
}

fn met(met: bool) -> String {
    if met { "yes" } else { "NO" }.to_owned()
}

/// Three digits, or all before the point.
fn number(value: f64) -> String {
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$}")
}

/// `1234567` as `1,234,567`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b',')).into_owned()
}

/// An empty table in Markdown whose columns after the first are numbers.
pub fn markdown() -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table
}

/// Numbers stand right.
pub fn align(table: &mut Table, columns: std::ops::Range<usize>) {
    for column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
