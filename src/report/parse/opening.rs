//! Where a report begins: at a header, or at a node's line where no report is.

use std::borrow::Cow;

use super::lines::{Line, Lines, Position, Stop};
use super::{header, place, tail};
use crate::report::address::Address;
use crate::report::intern::Names;
use crate::report::record::{Kind, MemLimit, Record};
use crate::report::report::Form;

/// The beginning of a report: its root.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    pub(super) at: Position,
    /// How much is before it in its line.
    pub(super) before: usize,
    /// Where the rest begins.
    pub(super) next: Position,
    pub(super) form: Form,
    /// Whether lines end with `\r\n`.
    pub(super) crlf: bool,
    name: Cow<'a, [u8]>,
    bytes: u64,
    blocks: u64,
    references: u32,
    destructor: Option<Address<'a>>,
    address: Address<'a>,
}

/// The limit in the line right before `at`, if that is about the node called `name`.
pub(super) fn limit_before(input: &[u8], at: Position, name: &[u8]) -> Option<MemLimit> {
    let before = input[..at.offset].strip_suffix(b"\n")?;
    let (name_end, limit) = tail::limit(before.strip_suffix(b"\r").unwrap_or(before))?;
    tail::trim_spaces(&before[..name_end]).ends_with(tail::trim_spaces(name)).then_some(limit)
}

/// `text` as the program wrote it, before a terminal's line ends got into it.
pub(super) fn without_cr(text: &[u8], crlf: bool) -> Cow<'_, [u8]> {
    if !crlf || !text.contains(&b'\r') {
        return Cow::Borrowed(text);
    }
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    Cow::Owned(lines.collect::<Vec<_>>().join(&b'\n'))
}

impl<'a> Opening<'a> {
    /// A report that begins at `line`, if one does.
    pub(super) fn find(lines: &mut Lines<'a>, line: &Line<'a>, unit: usize) -> Option<Self> {
        Self::header(lines, line, unit).or_else(|| Self::node(line, unit))
    }

    /// A header in `line`, or in it and the lines after it.
    pub(super) fn header(lines: &mut Lines<'a>, line: &Line<'a>, unit: usize) -> Option<Self> {
        let (start, last) = match header::find(line.text()) {
            Some((start, _)) => (start, *line),
            None => {
                let start = header::find_start(line.text())?;
                (start, lines.stop(line.next).filter(|(_, stop)| *stop == Stop::Header)?.0)
            }
        };
        // The line's end, not the name's, which may hold a `\r\n` of its own.
        let crlf = last.raw.ends_with(b"\r");
        let text = without_cr(line.joined(lines.input(), &last), crlf);
        let end = tail::header(&text)?;
        let name = match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[start.name..end.name_end]),
            Cow::Owned(text) => Cow::Owned(text[start.name..end.name_end].to_vec()),
        };
        let form = Form { header: Some(start.header), start_depth: 0, indent: unit };
        let (bytes, blocks) = (end.bytes, end.blocks);
        let (destructor, address) = (None, Address::Unknown);
        let (at, before, next) = (line.at, start.at, last.next);
        Some(Self { at, before, next, form, crlf, name, bytes, blocks, references: 0, destructor, address })
    }

    /// A node's line as the first of a report, as talloc prints it from a depth above 0.
    fn node(line: &Line<'a>, unit: usize) -> Option<Self> {
        let text = line.text();
        let tail = tail::content(text, tail::leading_spaces(text)).or_else(|| tail::node(text))?;
        let (start_depth, name) = place::root(unit, text, &tail)?;
        Some(Self {
            at: line.at,
            before: 0,
            next: line.next,
            form: Form { header: None, start_depth, indent: unit },
            crlf: line.raw.ends_with(b"\r"),
            name: Cow::Borrowed(name),
            bytes: tail.bytes,
            blocks: tail.blocks,
            references: tail.references,
            destructor: tail.destructor,
            address: tail.address,
        })
    }

    pub(super) fn record(&self, input: &[u8], names: &mut Names) -> Record {
        let mut root = Record::new(Kind::Node, names.intern(&self.name));
        root.set_totals(self.bytes, self.blocks);
        root.set_references(self.references);
        root.set_address(self.address);
        if let Some(destructor) = self.destructor {
            root.set_destructor(destructor);
        }
        if let Some(limit) = limit_before(input, self.at, &self.name) {
            root.set_limit(limit);
        }
        root
    }
}
