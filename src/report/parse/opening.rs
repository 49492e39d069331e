//! Where a report begins: at a header, or at a node's line where no report is.

use std::borrow::Cow;

use super::lines::{Line, Lookahead, Position, Stop};
use super::{header, place, tail};
use crate::report::address::Address;
use crate::report::intern::Names;
use crate::report::record::{Kind, MemLimit, Record};
use crate::report::report::{Form, Header};

/// The beginning of a report: its root.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    pub(super) at: Position,
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
    limit: Option<MemLimit>,
}

/// A memlimit line, waiting for its node to follow.
#[derive(Debug)]
pub(super) struct Pending<'a> {
    pub(super) at: Position,
    /// The name with what is in front of it and its padding.
    name: Cow<'a, [u8]>,
    limit: MemLimit,
}

impl<'a> Pending<'a> {
    pub(super) fn read(at: Position, text: Cow<'a, [u8]>) -> Option<Self> {
        let (name_end, limit) = tail::limit(&text)?;
        let name = match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..name_end]),
            Cow::Owned(text) => Cow::Owned(text[..name_end].to_vec()),
        };
        Some(Self { at, name, limit })
    }

    /// The limit, if the line is about the node called `name`.
    pub(super) fn of(&self, name: &[u8]) -> Option<MemLimit> {
        let indent = tail::trim_spaces(&self.name).strip_suffix(tail::trim_spaces(name))?;
        indent.iter().all(|byte| *byte == b' ').then_some(self.limit)
    }
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
    /// A header in `line`, or in it and the lines after it.
    pub(super) fn header(input: &'a [u8], line: &Line<'a>, look: &mut Lookahead<'a>, unit: usize) -> Option<Self> {
        let crlf = line.raw.ends_with(b"\r");
        let (start, end, text, next) = match header::find(line.text()) {
            Some((start, end)) => (start, end, Cow::Borrowed(line.text()), line.next),
            None => {
                let start = header::find_start(line.text())?;
                let (last, _) = look.stop(line.next).filter(|(_, stop)| *stop == Stop::Header)?;
                let text = without_cr(line.joined(input, &last), crlf);
                let end = tail::header(&text)?;
                (start, end, text, last.next)
            }
        };
        let name = match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[start.name..end.name_end]),
            Cow::Owned(text) => Cow::Owned(text[start.name..end.name_end].to_vec()),
        };
        let form = Form { header: Some(start.header), start_depth: 0, indent: unit };
        let (bytes, blocks) = (end.bytes, end.blocks);
        let (destructor, address, limit) = (None, Address::Unknown, None);
        Some(Self { at: line.at, next, form, crlf, name, bytes, blocks, references: 0, destructor, address, limit })
    }

    /// A node's line as the first of a report, as talloc prints it from a depth above 0.
    pub(super) fn node(line: &Line<'a>, unit: usize) -> Option<Self> {
        let text = line.text();
        let tail = tail::content(text, tail::leading_spaces(text)).or_else(|| tail::node(text))?;
        let (start_depth, name) = place::root(unit, text, &tail)?;
        Some(Self {
            at: line.at,
            next: line.next,
            form: Form { header: None, start_depth, indent: unit },
            crlf: line.raw.ends_with(b"\r"),
            name: Cow::Borrowed(name),
            bytes: tail.bytes,
            blocks: tail.blocks,
            references: tail.references,
            destructor: tail.destructor,
            address: tail.address,
            limit: None,
        })
    }

    pub(super) fn with_limit(self, pending: Option<Pending<'a>>) -> Self {
        Self { limit: pending.and_then(|pending| pending.of(&self.name)), ..self }
    }

    /// With the limit found for `other`, which is the same root read with another indent.
    pub(super) fn with_limit_of(self, other: &Self) -> Self {
        Self { limit: other.limit, ..self }
    }

    pub(super) fn header_words(&self) -> Option<&Header> {
        self.form.header.as_ref()
    }

    pub(super) fn record(&self, names: &mut Names) -> Record {
        let mut root = Record::new(Kind::Node, names.intern(&self.name));
        (root.bytes, root.blocks) = (self.bytes, self.blocks);
        root.set_references(self.references);
        root.set_address(self.address);
        if let Some(destructor) = self.destructor {
            root.set_destructor(destructor);
        }
        if let Some(limit) = self.limit {
            root.set_limit(limit);
        }
        root
    }
}
