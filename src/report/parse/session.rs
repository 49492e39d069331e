//! One report, from its first line to the next report's.

use std::cmp::Reverse;

use super::claims::Claims;
use super::lines::{Line, Lookahead, Position, Stop};
use super::opening::{Opening, limit_before, without_cr};
use super::place::{self, Layout, Place};
use super::tail::{self, NodeTail};
use crate::report::assemble::Assembler;
use crate::report::intern::Names;
use crate::report::record::{Kind, Record};
use crate::report::report::{Notes, Report};
use crate::report::text::NAME_WIDTH;

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
        let wrong = |reading: &Self| {
            (Reverse(reading.end.offset), reading.report.imbalances().len() + reading.report.skipped_lines())
        };
        if wrong(&other) <= wrong(&self) { other } else { self }
    }
}

/// Reads the report that `opening` begins.
pub(super) fn read<'a>(input: &'a [u8], look: &mut Lookahead<'a>, opening: &Opening<'a>) -> Reading {
    let mut names = Names::default();
    let root = opening.record(input, &mut names);
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
        limit: false,
        claims: Claims::default(),
        notes: Notes { line: opening.at.number, last: opening.next.number - 1, ..Notes::default() },
        half_levels: false,
    };
    let end = session.run(opening.next);
    for (first, lines) in session.claims.settle(&mut session.tree, &session.names, input, session.crlf) {
        session.notes.unskip(first, lines);
        session.notes.last = session.notes.last.max(first + lines - 1);
    }
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
    /// A memlimit line waits for its node, which must come next.
    limit: bool,
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
                Outcome::Taken(next) => {
                    at = next;
                    self.notes.last = next.number - 1;
                }
                Outcome::Chatter => {
                    self.skip(&line);
                    at = line.next;
                }
                // A memlimit line still waiting is about the next report's root.
                Outcome::Ends => return at,
            }
            if !self.notes.mallinfo.is_empty() {
                break;
            }
        }
        self.drop_limit();
        at
    }

    fn line(&mut self, line: &Line<'a>) -> Outcome {
        let text = line.text();
        let leading = tail::leading_spaces(text);
        let content = self.without_end(line);
        let shown = leading.is_multiple_of(self.layout.unit).then(|| tail::content(content, leading)).flatten();
        let node = shown.or_else(|| tail::node(text));
        if let Some(tail) = node.as_ref().filter(|tail| !self.is_reference_first(text, leading, tail.name_end)) {
            self.half_levels |= place::is_half_level(text, leading, tail.name_end);
            match self.layout.place(&self.tree, content, leading, tail) {
                Some(Place::Below { depth, name }) => {
                    self.push(depth, name, tail, line);
                    return Outcome::Taken(line.next);
                }
                // Without a header, the next node at the root's level is the next root.
                Some(Place::Outside) if !self.has_header || !self.tree.has_room(1, 1) => return Outcome::Ends,
                _ => {
                    self.half_levels |= leading % Report::INDENT == 2;
                    return Outcome::Chatter;
                }
            }
        }
        if text[leading..].starts_with(REFERENCE)
            && !self.is_limit_of_next(line)
            && let Some(depth) = self.layout.indented(&self.tree, leading)
        {
            return self.reference(depth, line, leading);
        }
        if Opening::header(self.input, line, self.look, self.layout.unit).is_some() {
            return Outcome::Ends;
        }
        if tail::limit(text).is_some() {
            return self.limit(line.next);
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
        self.drop_limit();
        let name = leading + REFERENCE.len();
        let record = Record::new(Kind::Reference, self.names.intern(&self.without_end(line)[name..]));
        let id = self.tree.push_reference(depth, record, line.at.number);
        self.claims.open(id, line.at, line.at.offset + name);
        Outcome::Taken(line.next)
    }

    /// Whether a line that ends like a node's is a reference, to a name that ends so. It can be where a node called
    /// `reference to: …` would have been padded; then the sums tell, or else the column.
    fn is_reference_first(&self, text: &[u8], leading: usize, name_end: usize) -> bool {
        text[leading..].starts_with(REFERENCE)
            && name_end < leading + NAME_WIDTH
            && self.layout.indented(&self.tree, leading).is_some_and(|depth| match self.layout.full {
                true => depth <= self.tree.open() && self.tree.has_room(depth, 1),
                false => !place::is_padded(self.layout.unit, text, leading, name_end),
            })
    }

    /// Whether this is a memlimit line and the next is its node's, whatever the name looks like.
    fn is_limit_of_next(&self, line: &Line<'a>) -> bool {
        let limit = tail::limit(line.text());
        limit.zip(Line::read(self.input, line.next)).is_some_and(|((name_end, _), next)| {
            let same = next.raw.get(..name_end) == Some(&line.raw[..name_end]);
            same && tail::node(next.text()).is_some_and(|tail| tail.name_end == name_end)
        })
    }

    /// Whether what looks like a reference is the first line of a node's name: the end of such a name follows that
    /// can't be a line of its own, and nothing on the way is indented as a node or a reference would be.
    fn is_name_after_all(&mut self, line: &Line<'a>) -> bool {
        let unit = self.layout.unit;
        let Some((last, stop)) = self.look.stop(line.next) else { return false };
        let name_end = match stop {
            Stop::Node => tail::node(last.text()).map(|tail| tail.name_end),
            Stop::Limit => tail::limit(last.text()).map(|(name_end, _)| name_end),
            Stop::Header | Stop::Whole => None,
        };
        let is_indented = |line: &Line<'_>| tail::leading_spaces(line.raw) >= unit;
        name_end.is_some_and(|end| end < unit + NAME_WIDTH || !is_indented(&last))
            && std::iter::successors(Some(line.next), |at| Line::read(self.input, *at).map(|line| line.next))
                .map_while(|at| Line::read(self.input, at).filter(|line| line.at != last.at))
                .all(|line| !is_indented(&line))
    }

    /// Whether the line is beyond doubt a node's own.
    fn is_padded(&self, line: &Line<'_>) -> bool {
        let leading = tail::leading_spaces(line.raw);
        tail::node(line.text())
            .is_some_and(|tail| place::is_padded(self.layout.unit, line.text(), leading, tail.name_end))
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
                if self.is_padded(&last) {
                    return Outcome::Chatter;
                }
                let Some(tail) = tail::node(&text) else { return Outcome::Chatter };
                let Some(Place::Below { depth, name }) = self.layout.place(&self.tree, &text, leading, &tail) else {
                    return Outcome::Chatter;
                };
                self.claims.expect_lines();
                self.push(depth, name, &tail, line);
            }
            Stop::Limit => return self.limit(last.next),
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
        if self.limit
            && let Some(limit) = limit_before(self.input, line.at, name)
        {
            record.set_limit(limit);
            self.limit = false;
        }
        self.drop_limit();
        self.tree.push(depth, record, line.at.number);
    }

    fn limit(&mut self, next: Position) -> Outcome {
        self.claims.close();
        self.drop_limit();
        self.limit = true;
        Outcome::Taken(next)
    }

    /// A memlimit line that its node doesn't follow says nothing.
    fn drop_limit(&mut self) {
        self.notes.skipped += usize::from(std::mem::take(&mut self.limit));
    }

    fn skip(&mut self, line: &Line<'a>) {
        self.notes.skip(line.at.number);
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
