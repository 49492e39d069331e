//! What stands behind the guides: names, and notes on them.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::options::Pretty;
use super::palette::Part;
use crate::report::names::{ascii, escaped, visible};
use crate::report::size::Grouped;
use crate::report::{Address, Kind, Record};
use crate::tree::Standing;

/// The names and the notes of a line.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) part: Part,
    /// May be cut in the middle.
    pub(super) text: String,
    note: String,
}

/// A chain of more links than this shows the first and the last ones, and how many there are between.
const LINKS: usize = 8;
const FIRST: usize = 4;
const LAST: usize = 3;
const MORE: &str = " more";

/// The links of a chain that have a name in the line: all of a short one, both ends of a long one.
#[derive(Debug, Default)]
pub(super) struct Links<'a> {
    first: Vec<&'a Record>,
    last: Vec<&'a Record>,
    len: usize,
}

impl<'a> Links<'a> {
    pub(super) fn push(&mut self, record: &'a Record) {
        self.len += 1;
        if self.first.len() < FIRST {
            self.first.push(record);
            return;
        }
        if self.last.len() == LINKS - FIRST {
            self.last.remove(0);
        }
        self.last.push(record);
    }

    fn top(&self) -> &'a Record {
        self.first[0]
    }
}

impl Label {
    pub(super) fn new(pretty: &Pretty<'_>, links: &Links<'_>, rest: Option<&Record>) -> Self {
        let top = links.top();
        let mut label = match top.kind() {
            Kind::Rest => Self::rest(pretty, top),
            Kind::Reference => Self::reference(pretty, top),
            _ => Self::nodes(pretty, links),
        };
        if let Some(rest) = rest {
            push(&mut label.note, format_args!(" / {}", more(pretty, rest)));
        }
        if pretty.addresses {
            label.address(top);
        }
        if pretty.ascii
            && let Cow::Owned(text) = ascii(&label.text)
        {
            label.text = text;
        }
        label
    }

    /// The notes, which are never cut; but the last word goes where a name needs its room more.
    pub(super) fn note_in(&self, room: usize) -> &str {
        let short = self.note.strip_suffix(MORE);
        short.filter(|_| self.text.width() + self.note.width() > room).unwrap_or(&self.note)
    }

    fn rest(pretty: &Pretty<'_>, record: &Record) -> Self {
        Self { part: Part::Rest, text: more(pretty, record), note: String::new() }
    }

    fn reference(pretty: &Pretty<'_>, record: &Record) -> Self {
        let arrow = if pretty.ascii { "->" } else { "→" };
        let mut label =
            Self { part: Part::Reference, text: format!("{arrow} {}", visible(record.name())), note: String::new() };
        label.note.push_str(" (shared)");
        label.count(pretty, record);
        label
    }

    fn nodes(pretty: &Pretty<'_>, links: &Links<'_>) -> Self {
        let mut text = String::new();
        let mut add = |piece: &str| {
            if !text.is_empty() {
                text.push_str(" / ");
            }
            text.push_str(piece);
        };
        links.first.iter().for_each(|record| add(&visible(record.name())));
        let mut last = &links.last[..];
        if links.len > LINKS {
            last = &last[last.len() - LAST..];
            add(&gap(pretty, links.len - FIRST - LAST));
        }
        last.iter().for_each(|record| add(&visible(record.name())));
        let mut label = Self { part: Part::Name, text, note: String::new() };
        let top = links.top();
        label.count(pretty, top);
        if links.len == 1 && top.reference_count() > 0 {
            push(&mut label.note, format_args!(" (ref {})", top.reference_count()));
        }
        if top.standing() == Some(Standing::Floating) {
            label.note.push_str(" (floating)");
        }
        label
    }

    fn count(&mut self, pretty: &Pretty<'_>, record: &Record) {
        if record.count() > 1 {
            let sign = if pretty.ascii { 'x' } else { '×' };
            push(&mut self.note, format_args!(" {sign}{}", number(pretty, record.count())));
        }
    }

    fn address(&mut self, record: &Record) {
        match record.address() {
            Address::Unknown => {}
            Address::Content(content) => {
                push(&mut self.text, format_args!(": \"{}\"", escaped(content.trim_ascii_start())));
            }
            address => push(&mut self.note, format_args!(" {address}")),
        }
    }
}

fn more(pretty: &Pretty<'_>, rest: &Record) -> String {
    format!("{} {}{MORE}", if pretty.ascii { "..." } else { "…" }, number(pretty, rest.count()))
}

/// So many levels that aren't drawn.
pub(super) fn gap(pretty: &Pretty<'_>, levels: usize) -> String {
    let levels = number(pretty, levels as u64);
    if pretty.ascii { format!("~{levels}~") } else { format!("⋯{levels}⋯") }
}

fn number(pretty: &Pretty<'_>, number: u64) -> String {
    if pretty.exact { number.to_string() } else { Grouped(number).to_string() }
}

fn push(text: &mut String, piece: std::fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("writing to memory does not fail");
}
