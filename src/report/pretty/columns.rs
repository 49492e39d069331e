//! The numbers to the left of the tree.

use super::options::Pretty;
use super::palette::Part;
use super::survey::Survey;
use crate::report::size::{Grouped, Size};
use crate::report::{Kind, Record};

/// How many columns a full bar has.
const BAR: usize = 10;
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const COLUMNS: [Part; 5] = [Part::Total, Part::Own, Part::Share, Part::Bar, Part::Blocks];
/// What goes first where the line is narrow.
const DISPENSABLE: [Part; 3] = [Part::Bar, Part::Own, Part::Blocks];
/// Between two columns.
const GAP: usize = 2;

/// Which columns there are, and how wide each is.
#[derive(Debug)]
pub(super) struct Columns {
    widths: Vec<(Part, usize)>,
    whole: u64,
    exact: bool,
    ascii: bool,
}

impl Columns {
    pub(super) fn new(pretty: &Pretty<'_>, survey: &Survey) -> Self {
        let whole = pretty.report.arena()[pretty.report.root()].get().bytes();
        let mut columns = Self { widths: Vec::new(), whole, exact: pretty.exact, ascii: pretty.ascii };
        let mut widest = COLUMNS.map(|part| heading(part).len());
        let sign = if pretty.report.is_filtered() { columns.at_least().chars().count() } else { 0 };
        widest[0] = widest[0].max(columns.longest(survey.bytes) + sign);
        widest[1] = widest[1].max(columns.longest(survey.own));
        widest[2] = widest[2].max("100.0%".len()).max(columns.percent(survey.bytes).len());
        widest[3] = BAR;
        widest[4] = widest[4].max(columns.number(survey.blocks).len() + sign);
        let shown = |part: Part| match part {
            Part::Share => whole > 0,
            Part::Bar => whole > 0 && pretty.bars,
            _ => true,
        };
        columns.widths = COLUMNS.into_iter().zip(widest).filter(|(part, _)| shown(*part)).collect();
        for part in DISPENSABLE {
            if pretty.width.is_some_and(|width| columns.width() > width / 2) {
                columns.widths.retain(|(column, _)| *column != part);
            }
        }
        columns
    }

    /// The columns before the tree, gaps included.
    pub(super) fn width(&self) -> usize {
        self.widths.iter().map(|(_, width)| width + GAP).sum()
    }

    /// The part of the root's bytes, from 0 to 1, and 0 where the root has none.
    pub(super) fn share(&self, bytes: u64) -> f64 {
        if self.whole == 0 { 0.0 } else { bytes as f64 / self.whole as f64 }
    }

    /// Hands out each column's text and how many columns of the line to leave before it and after it.
    pub(super) fn each(&self, line: Option<Numbers<'_>>, mut put: impl FnMut(Part, usize, &str, usize)) {
        for &(part, width) in &self.widths {
            let text = line.map_or_else(|| heading(part).to_owned(), |line| self.cell(part, line));
            let gap = width.saturating_sub(text.chars().count());
            if part == Part::Bar { put(part, 0, &text, gap + GAP) } else { put(part, gap, &text, GAP) }
        }
    }

    fn cell(&self, part: Part, line: Numbers<'_>) -> String {
        let Numbers { record, own } = line;
        let kind = record.kind();
        let sign = if kind == Kind::Hidden { self.at_least() } else { "" };
        match part {
            Part::Blocks => format!("{sign}{}", self.number(record.blocks())),
            _ if kind == Kind::Reference => String::new(),
            Part::Total => format!("{sign}{}", self.bytes(record.bytes())),
            Part::Own if kind == Kind::Rest => String::new(),
            Part::Own => own.map_or_else(|| "?".to_owned(), |own| self.bytes(own)),
            Part::Share => self.percent(record.bytes()),
            Part::Bar => self.bar(self.share(record.bytes())),
            _ => String::new(),
        }
    }

    /// More than the whole where a report's sums don't hold.
    fn percent(&self, bytes: u64) -> String {
        format!("{:.1}%", self.share(bytes) * 100.0)
    }

    fn bar(&self, share: f64) -> String {
        let share = share.clamp(0.0, 1.0);
        if self.ascii {
            return "#".repeat((share * BAR as f64).round() as usize);
        }
        let eighths = (share * (BAR * 8) as f64).round() as usize;
        format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
    }

    fn bytes(&self, bytes: u64) -> String {
        if self.exact { bytes.to_string() } else { Size(bytes).to_string() }
    }

    /// How long the text of any number up to `bytes` can be.
    fn longest(&self, bytes: u64) -> usize {
        // Texts of larger numbers are no longer, and those of smaller ones no shorter the larger they are.
        let longest = if self.exact { bytes } else { bytes.min(1_000_000) };
        self.bytes(longest).len()
    }

    fn number(&self, number: u64) -> String {
        if self.exact { number.to_string() } else { Grouped(number).to_string() }
    }

    fn at_least(&self) -> &'static str {
        if self.ascii { ">=" } else { "≥" }
    }
}

/// What a line's numbers are made of: the first of its records, and the own bytes of them all, if they can be told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers<'a> {
    pub(super) record: &'a Record,
    pub(super) own: Option<u64>,
}

fn heading(part: Part) -> &'static str {
    match part {
        Part::Total => "total",
        Part::Own => "self",
        Part::Share => "share",
        Part::Blocks => "blocks",
        _ => "",
    }
}
