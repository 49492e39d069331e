//! One report, from its first line to the next report's.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::claims::Claims;
use super::lines::{Line, Lookahead, Position, Stop};
use super::opening::{Opening, Pending, without_cr};
use super::place::{self, Layout, Place};
use super::tail::{self, NodeTail};
use crate::report::assemble::Assembler;
use crate::report::intern::Names;
use crate::report::record::{Kind, Record};
use crate::report::report::{Notes, Report};

/// What a reference's line begins with.
const REFERENCE: &[u8] = b"reference to: ";

/// A report as read, and where the next may begin.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) report: Report,
    pub(super) end: Position,
    /// Some line stood where only two spaces a level would put it.
    pub(super) half_levels: bool,
}

impl Reading {
    /// The better of two readings of one text: the one with less wrong, `other` if both have the same.
    ///
    /// Should they end in different places, the longer wins, so that no line is read again and again.
    pub(super) fn or(self, other: Self) -> Self {
        let doubts = |reading: &Self| {
            let report = &reading.report;
            let wrong = report.imbalances().len() + report.skipped_lines() + usize::from(report.is_filtered());
            (Reverse(reading.end.offset), wrong)
        };
        if doubts(&other) <= doubts(&self) { other } else { self }
    }
}

/// Reads the report that `opening` begins.
pub(super) fn read<'a>(input: &'a [u8], look: &mut Lookahead<'a>, opening: &Opening<'a>) -> Reading {
    let mut names = Names::default();
    let root = opening.record(&mut names);
    let layout = Layout {
        unit: opening.form.indent,
        base: opening.form.start_depth,
        full: opening.header_words().is_some_and(|header| header.full),
    };
    let mut session = Session {
        input,
        look,
        layout,
        has_header: opening.header_words().is_some(),
        crlf: opening.crlf,
        tree: Assembler::new(root, opening.at.number),
        names,
        pending: None,
        claims: Claims::default(),
        notes: Notes { line: opening.at.number, ..Notes::default() },
        half_levels: false,
    };
    let end = session.run(opening.next);
    session.notes.skipped -= session.claims.settle(&mut session.tree, &session.names, input, session.crlf);
    let Session { tree, notes, half_levels, .. } = session;
    Reading { report: Report::new(tree.finish(layout.full), opening.form.clone(), notes), end, half_levels }
}

struct Session<'a, 'l> {
    input: &'a [u8],
    look: &'l mut Lookahead<'a>,
    layout: Layout,
    has_header: bool,
    crlf: bool,
    tree: Assembler,
    names: Names,
    pending: Option<Pending<'a>>,
    claims: Claims,
    notes: Notes,
    half_levels: bool,
}

/// What became of a line.
enum Outcome {
    /// It is part of the report, which goes on from here.
    Taken(Position),
    /// It is no part of any report.
    Chatter,
    /// It begins the next report.
    Ends,
}

impl<'a> Session<'a, '_> {
    fn run(&mut self, mut at: Position) -> Position {
        while let Some(line) = Line::read(self.input, at) {
            match self.line(&line) {
                Outcome::Taken(next) => at = next,
                Outcome::Chatter => {
                    self.skip(&line);
                    at = line.next;
                }
                // A memlimit line stands before its node, so the last one is the next report's.
                Outcome::Ends => return self.pending.take().map_or(at, |pending| pending.at),
            }
            if !self.notes.mallinfo.is_empty() {
                break;
            }
        }
        self.drop_pending();
        at
    }

    fn line(&mut self, line: &Line<'a>) -> Outcome {
        let text = line.text();
        let leading = tail::leading_spaces(text);
        let content = self.without_end(line);
        if let Some(tail) = tail::content(content, leading).or_else(|| tail::node(text)) {
            self.half_levels |= place::is_half_level(text, tail.name_end);
            return match self.layout.place(&self.tree, content, &tail) {
                Some(Place::Below { depth, name }) => {
                    self.push(depth, name, &tail, line);
                    Outcome::Taken(line.next)
                }
                // Without a header, the next node at the root's level is the next root.
                Some(Place::Outside) if !self.has_header || !self.tree.has_room(1, 1) => Outcome::Ends,
                _ => Outcome::Chatter,
            };
        }
        if text[leading..].starts_with(REFERENCE)
            && let Some(depth) = self.layout.indented(&self.tree, leading)
        {
            return self.reference(depth, line, leading);
        }
        if Opening::header(self.input, line, self.look, self.layout.unit).is_some() {
            return Outcome::Ends;
        }
        if let Some(pending) = Pending::read(line.at, Cow::Borrowed(text)) {
            self.claims.close();
            self.drop_pending();
            self.pending = Some(pending);
            return Outcome::Taken(line.next);
        }
        if text == b"mallinfo:" {
            return self.mallinfo(line);
        }
        self.name_of_several_lines(line, leading)
    }

    fn reference(&mut self, depth: usize, line: &Line<'a>, leading: usize) -> Outcome {
        if self.is_name_after_all(line)
            && let taken @ Outcome::Taken(_) = self.name_of_several_lines(line, leading)
        {
            return taken;
        }
        self.drop_pending();
        let name = leading + REFERENCE.len();
        let record = Record::new(Kind::Reference, self.names.intern(&self.without_end(line)[name..]));
        let id = self.tree.push_reference(depth, record, line.at.number);
        self.claims.open(id, line.at.offset + name);
        Outcome::Taken(line.next)
    }

    /// Whether what looks like a reference is the first line of a node's name: a node's end follows, and no line
    /// on the way, nor that one, is indented as a node or a reference would be.
    fn is_name_after_all(&mut self, line: &Line<'a>) -> bool {
        let Some((last, Stop::Node)) = self.look.stop(line.next) else { return false };
        let lines = std::iter::successors(Line::read(self.input, line.next), |line| Line::read(self.input, line.next));
        lines
            .take_while(|line| line.at.offset <= last.at.offset)
            .all(|line| tail::leading_spaces(line.raw) < self.layout.unit)
    }

    /// The line without its end: a lone `\r` is part of what was printed, unless lines end so here.
    fn without_end(&self, line: &Line<'a>) -> &'a [u8] {
        if self.crlf { line.text() } else { line.raw }
    }

    /// Takes `line` for the first of a name, if a line follows that ends such a node.
    fn name_of_several_lines(&mut self, line: &Line<'a>, leading: usize) -> Outcome {
        if leading < self.layout.unit {
            return Outcome::Chatter;
        }
        let Some((last, stop)) = self.look.stop(line.next) else {
            self.notes.cut_line = line.next.offset == self.input.len() && !self.input.ends_with(b"\n");
            return Outcome::Chatter;
        };
        let text = without_cr(line.joined(self.input, &last), self.crlf);
        match stop {
            Stop::Node => {
                let alone = tail::node(last.text())
                    .is_some_and(|tail| place::is_padded(self.layout.unit, last.text(), tail.name_end));
                if alone {
                    return Outcome::Chatter;
                }
                let Some(tail) = tail::node(&text) else { return Outcome::Chatter };
                let Some(Place::Below { depth, name }) = self.layout.place(&self.tree, &text, &tail) else {
                    return Outcome::Chatter;
                };
                self.claims.expect_lines();
                self.push(depth, name, &tail, line);
            }
            Stop::Limit => {
                self.claims.close();
                self.drop_pending();
                self.pending = Pending::read(line.at, text);
            }
            Stop::Header | Stop::Whole => return Outcome::Chatter,
        }
        Outcome::Taken(last.next)
    }

    fn push(&mut self, depth: usize, name: &[u8], tail: &NodeTail<'_>, line: &Line<'a>) {
        self.claims.close();
        let mut record = Record::new(Kind::Node, self.names.intern(name));
        (record.bytes, record.blocks) = (tail.bytes, tail.blocks);
        record.set_references(tail.references);
        record.set_address(tail.address);
        if let Some(destructor) = tail.destructor {
            record.set_destructor(destructor);
        }
        if let Some(limit) = self.pending.as_ref().and_then(|pending| pending.of(name)) {
            record.set_limit(limit);
            self.pending = None;
        }
        self.drop_pending();
        self.tree.push(depth, record, line.at.number);
    }

    /// A memlimit line that no node followed says nothing.
    fn drop_pending(&mut self) {
        self.notes.skipped += usize::from(self.pending.take().is_some());
    }

    fn skip(&mut self, line: &Line<'a>) {
        self.notes.skipped += 1;
        self.claims.extend(line.at.offset + self.without_end(line).len());
    }

    /// Reads what follows `mallinfo:`, which ends the report.
    fn mallinfo(&mut self, line: &Line<'a>) -> Outcome {
        let mut at = line.next;
        while let Some(line) = Line::read(self.input, at)
            && let Some((name, number)) = fact(line.text())
        {
            self.notes.mallinfo.push((name.into(), number));
            at = line.next;
        }
        if self.notes.mallinfo.is_empty() { Outcome::Chatter } else { Outcome::Taken(at) }
    }
}

/// `    name: number`.
fn fact(text: &[u8]) -> Option<(&str, i64)> {
    let (name, number) = std::str::from_utf8(text).ok()?.strip_prefix("    ")?.split_once(": ")?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name.then_some(name).zip(number.parse().ok())
}
