//! Rows of numbers with a name at the end: numbers to the left, because names are long.

use std::io::{self, Write};

use anstyle::Style;

use crate::tool::names::width;
use crate::tool::screen::{HEAD, Screen};

/// A table, gathered before it is printed so that columns line up.
#[derive(Debug)]
pub(crate) struct Table {
    head: Vec<&'static str>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    cells: Vec<String>,
    name: String,
    style: Style,
}

impl Table {
    /// A table with these columns, the last being names.
    pub(crate) fn new(head: impl Into<Vec<&'static str>>) -> Self {
        Self { head: head.into(), rows: Vec::new() }
    }

    /// One more row; `name` has nothing in it that a terminal obeys.
    pub(crate) fn row(&mut self, cells: impl Into<Vec<String>>, name: impl Into<String>, style: Style) {
        let cells = cells.into();
        debug_assert_eq!(cells.len() + 1, self.head.len(), "a cell a column");
        self.rows.push(Row { cells, name: name.into(), style });
    }

    /// Prints the head and the rows.
    pub(crate) fn print(&self, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
        let [numbers @ .., names] = &*self.head else { return Ok(()) };
        let widths: Vec<_> = numbers
            .iter()
            .enumerate()
            .map(|(at, head)| self.rows.iter().map(|row| width(&row.cells[at])).fold(head.len(), usize::max))
            .collect();
        let before = widths.iter().map(|width| width + 2).sum();
        let line = |cells: &mut dyn Iterator<Item = &str>, name: &str| {
            let mut line = String::new();
            for (cell, room) in cells.zip(&widths) {
                line.extend(std::iter::repeat_n(' ', room - width(cell)));
                line.push_str(cell);
                line.push_str("  ");
            }
            line.push_str(name);
            line
        };
        let head = line(&mut numbers.iter().copied(), names);
        writeln!(out, "{}", screen.paint(HEAD, head))?;
        for Row { cells, name, style } in &self.rows {
            let text = line(&mut cells.iter().map(String::as_str), &screen.fit(name, before));
            match *style == Style::new() {
                true => writeln!(out, "{text}")?,
                false => writeln!(out, "{}", screen.paint(*style, text))?,
            }
        }
        Ok(())
    }
}
