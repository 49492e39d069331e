//! What the output goes to: a terminal, or something that wants it plain.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;
use freehold::report::{Grouped, Pretty, Report, Size};

use crate::tool::args::Looks;
use crate::tool::names::fitting;
use crate::tool::palette::Colours;
use crate::tool::system::System;
use crate::tool::wrap::wrapped;

/// What most terminals have, where nobody says.
const USUAL_WIDTH: usize = 100;

pub(crate) const TITLE: Style = Style::new().bold();
pub(crate) const HEAD: Style = Style::new().dimmed();
pub(crate) const GROWN: Style = AnsiColor::Red.on_default();
pub(crate) const SHRUNK: Style = AnsiColor::Green.on_default();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();

/// How to print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// Whether to draw bars.
    pub(crate) pretty: bool,
    /// Sizes as they are, not rounded.
    pub(crate) exact: bool,
    /// Nothing beyond ASCII in what the tool adds.
    pub(crate) ascii: bool,
    /// How many columns there are, if it matters.
    pub(crate) width: Option<usize>,
    color: bool,
    terminal: bool,
}

impl Screen {
    pub(crate) fn new(system: &dyn System, color: ColorChoice, looks: &Looks) -> Self {
        let terminal = system.terminal();
        let pretty = terminal.is_one || looks.pretty || color == ColorChoice::Always;
        let color = match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal.has_colours,
        };
        let width = looks.width.or_else(|| pretty.then(|| terminal.columns.unwrap_or(USUAL_WIDTH)));
        Self {
            pretty,
            exact: looks.exact || !pretty,
            ascii: looks.ascii || !pretty,
            width,
            color,
            terminal: terminal.is_one,
        }
    }

    /// Standard output, for text that may be coloured.
    pub(crate) fn out(self, system: &dyn System) -> Box<dyn Write + '_> {
        system.output(self.color)
    }

    /// `text` in `style`, where there is colour.
    pub(crate) fn paint(self, style: Style, text: impl Display) -> String {
        match self.color {
            true => format!("{style}{text}{style:#}"),
            false => text.to_string(),
        }
    }

    /// Bytes, rounded or exact.
    pub(crate) fn bytes(self, bytes: u64) -> String {
        if self.exact { self.number(bytes) } else { Size(bytes).to_string() }
    }

    /// Bytes with their unit.
    pub(crate) fn size(self, bytes: u64) -> String {
        if self.exact { format!("{} bytes", self.number(bytes)) } else { Size(bytes).to_string() }
    }

    /// `×220`, where there is more than one of something.
    pub(crate) fn times(self, count: u64) -> String {
        format!("{}{}", if self.ascii { 'x' } else { '×' }, self.number(count))
    }

    /// By how many bytes there is more, with a sign.
    pub(crate) fn signed_bytes(self, delta: i128) -> String {
        format!("{}{}", sign(delta), self.bytes(magnitude(delta)))
    }

    /// The same with the unit.
    pub(crate) fn signed_size(self, delta: i128) -> String {
        format!("{}{}", sign(delta), self.size(magnitude(delta)))
    }

    /// By how much there is more, with a sign.
    pub(crate) fn signed(self, delta: i128) -> String {
        format!("{}{}", sign(delta), self.number(magnitude(delta)))
    }

    /// A number, grouped for people or as it is.
    pub(crate) fn number(self, number: u64) -> String {
        if self.exact { number.to_string() } else { Grouped(number).to_string() }
    }

    /// `report` as a tree.
    pub(crate) fn tree(self, report: &Report) -> Pretty<'_> {
        let tree = report.pretty().exact(self.exact).ascii(self.ascii).width(self.width).bars(self.pretty);
        if self.color { tree.styled(&Colours) } else { tree }
    }

    /// Begins anew on a terminal, and leaves a line empty elsewhere, but for the first time.
    pub(crate) fn clear(self, is_first: bool, out: &mut impl Write) -> io::Result<()> {
        match (self.terminal, is_first) {
            (true, _) => write!(out, "\x1b[H\x1b[2J"),
            (false, true) => Ok(()),
            (false, false) => writeln!(out),
        }
    }

    /// Whether many columns of numbers would leave no room for names.
    pub(crate) fn is_narrow(self) -> bool {
        const ROOMY: usize = 100;
        self.width.is_some_and(|width| width < ROOMY)
    }

    /// `text` in as many lines as it needs, those after the first set in by `indent`.
    pub(crate) fn wrapped(self, text: &str, indent: usize) -> String {
        match self.width {
            Some(width) => wrapped(text, indent, width),
            None => text.to_owned(),
        }
    }

    /// `text` as far as it fits into what `before` leaves of a line.
    pub(crate) fn fit(self, text: &str, before: usize) -> String {
        const LEAST: usize = 16;
        match self.width {
            Some(width) => fitting(text, width.saturating_sub(before).max(LEAST)).into_owned(),
            None => text.to_owned(),
        }
    }
}

fn sign(delta: i128) -> char {
    if delta < 0 { '-' } else { '+' }
}

/// A difference without its sign. Only numbers that no report can hold don't fit.
pub(crate) fn magnitude(delta: i128) -> u64 {
    delta.unsigned_abs().try_into().unwrap_or(u64::MAX)
}
