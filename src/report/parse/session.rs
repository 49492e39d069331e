//! One report, from its first line to the next report's.

use indextree::NodeId;

use super::claims::Claims;
use super::lines::{Line, Lines, MOST_LINES, Position, Stop};
use super::loose::{LooseLine, Steps};
use super::opening::{Opening, limit_before, without_cr};
use super::place::{self, Layout, Place, Style};
use super::tail::{self, NodeTail};
use crate::report::address::Address;
use crate::report::assemble::Assembler;
use crate::report::intern::Names;
use crate::report::record::{Kind, Record};
use crate::report::report::{Form, Notes, Report};
use crate::report::text::line::NAME_WIDTH;

/// What a reference's line begins with.
pub(super) const REFERENCE: &[u8] = b"reference to: ";

/// A report being read.
#[derive(Debug)]
pub(super) struct Session {
    form: Form,
    layout: Layout,
    crlf: bool,
    tree: Assembler,
    names: Names,
    /// A memlimit line waits for its node, which must come next.
    limit: bool,
    claims: Claims,
    notes: Notes,
    half_levels: bool,
    steps: Steps,
    /// Some line would be a node's if the padding didn't matter.
    is_loose: bool,
    /// The block that shows its content in the line before, and how many lines that has.
    shown: Option<(NodeId, usize)>,
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

impl Session {
    /// Begins with the root.
    pub(super) fn new(lines: &Lines<'_>, opening: &Opening<'_>, style: Style) -> Self {
        let mut names = Names::default();
        let root = opening.record(lines.input(), &mut names);
        let form = opening.form.clone();
        let full = form.header.as_ref().is_some_and(|header| header.full);
        Self {
            layout: Layout { style, unit: form.indent, base: form.start_depth, full },
            form,
            crlf: opening.crlf,
            tree: Assembler::new(root, opening.at.number),
            names,
            limit: false,
            claims: Claims::default(),
            notes: Notes { line: opening.at.number, last: opening.next.number - 1, ..Notes::default() },
            half_levels: false,
            steps: Steps::default(),
            is_loose: false,
            shown: None,
        }
    }

    /// Some line stood where only two spaces a level would put it.
    pub(super) fn has_half_levels(&self) -> bool {
        self.half_levels
    }

    /// Some line would be a node's if the padding didn't matter.
    pub(super) fn is_loose(&self) -> bool {
        self.is_loose
    }

    /// How much of what was read so far doesn't fit.
    pub(super) fn wrong(&self) -> usize {
        self.tree.faults() + self.notes.skipped
    }

    pub(super) fn finish(mut self) -> Report {
        self.drop_limit();
        for (first, lines) in self.claims.settle(&mut self.tree, &self.names) {
            self.notes.unskip(first, lines);
            self.notes.last = self.notes.last.max(first + lines - 1);
        }
        Report::new(self.tree.finish(self.layout.full), self.form, self.notes)
    }

    /// Reads on from `at` as far as `lines` go. Returns where it stopped, and whether that is the report's end.
    pub(super) fn run(&mut self, lines: &mut Lines<'_>, mut at: Position) -> (Position, bool) {
        while let Some(line) = lines.next(at) {
            let outcome = match self.layout.style {
                Style::Columns => self.line(lines, &line),
                Style::Steps | Style::Sums => self.loose_line(lines, &line),
            };
            match outcome {
                Outcome::Taken(next) => {
                    at = next;
                    self.notes.last = next.number - 1;
                }
                Outcome::Chatter => {
                    self.skip(&line);
                    at = line.next;
                }
                Outcome::Ends => {
                    // A memlimit line still waiting is about the next report's root.
                    self.limit = false;
                    return (at, true);
                }
            }
            if !self.notes.mallinfo.is_empty() {
                return (at, true);
            }
        }
        (at, false)
    }

    fn line<'a>(&mut self, lines: &mut Lines<'a>, line: &Line<'a>) -> Outcome {
        let text = line.text();
        let leading = tail::leading_spaces(text);
        let content = self.without_end(line);
        let shown = place::is_level(self.layout.unit, leading).then(|| tail::content(content, leading)).flatten();
        let node = shown.or_else(|| tail::node(text));
        if let Some(tail) = node.as_ref().filter(|tail| !self.is_reference_first(text, leading, tail.name_end)) {
            self.half_levels |= place::is_half_level(text, leading, tail.name_end);
            match self.layout.place(&self.tree, content, leading, tail) {
                Some(Place::Below { depth, name }) => {
                    self.push(lines, depth, name, tail, line);
                    return Outcome::Taken(line.next);
                }
                // Without a header, the next node at the root's level is the next root.
                Some(Place::Outside) if self.form.header.is_none() || !self.tree.has_room(1, 1) => {
                    return Outcome::Ends;
                }
                _ => {
                    self.half_levels |= leading % Report::INDENT == 2;
                    return Outcome::Chatter;
                }
            }
        }
        if text[leading..].starts_with(REFERENCE)
            && !is_limit_of_next(lines, line)
            && let Some(depth) = self.layout.indented(&self.tree, leading)
        {
            return self.reference(lines, depth, line, leading);
        }
        if let Some(outcome) = self.other_line(lines, line) {
            return outcome;
        }
        match self.name_of_several_lines(lines, line, leading) {
            Outcome::Chatter if self.goes_on(content) => Outcome::Taken(line.next),
            outcome => outcome,
        }
    }

    /// A line that is neither a node's nor a reference's, if it says what it is.
    fn other_line<'a>(&mut self, lines: &mut Lines<'a>, line: &Line<'a>) -> Option<Outcome> {
        let text = line.text();
        if Opening::header(lines, line, self.layout.unit).is_some() {
            return Some(Outcome::Ends);
        }
        if tail::limit(text).is_some() {
            return Some(self.limit(line.next));
        }
        (text == b"mallinfo:").then(|| self.mallinfo(lines, line))
    }

    /// A line of a text without padding.
    fn loose_line<'a>(&mut self, lines: &mut Lines<'a>, line: &Line<'a>) -> Outcome {
        let text = line.text();
        match LooseLine::read(text) {
            Some(LooseLine::Node { indent, name, tail }) => {
                let depth = self.steps.place(self.layout.style, &self.tree, indent, tail.blocks);
                self.push(lines, depth, name, &tail, line);
                self.steps.open(indent);
                Outcome::Taken(line.next)
            }
            Some(LooseLine::Reference { indent, name }) => {
                let depth = self.steps.place(self.layout.style, &self.tree, indent, 1);
                self.push_reference(depth, name, line)
            }
            None => self.other_line(lines, line).unwrap_or(Outcome::Chatter),
        }
    }

    /// Whether this is one more line of the content that the line before it shows.
    ///
    /// Samba prints content in at least as many columns as the block has bytes, up to 50, and more only if the text is
    /// longer. It may be as long as the block less its final zero, and never has been padded then.
    fn goes_on(&mut self, text: &[u8]) -> bool {
        const COLUMNS: u64 = 50;
        let Some((id, lines)) = self.shown else { return false };
        let record = self.tree.record_mut(id);
        let Address::Content(content) = record.address() else { return false };
        let shown = content.len() as u64;
        let is_short = shown < record.bytes().min(COLUMNS);
        let has_room = !content.starts_with(b" ") && shown + 1 + (text.len() as u64) < record.bytes();
        if lines == MOST_LINES || !(is_short || has_room) {
            return false;
        }
        let content = [content, text].join(&b'\n');
        record.set_address(Address::Content(&content));
        self.shown = Some((id, lines + 1));
        true
    }

    fn reference<'a>(&mut self, lines: &mut Lines<'a>, depth: usize, line: &Line<'a>, leading: usize) -> Outcome {
        if self.is_name_after_all(lines, line)
            && let taken @ Outcome::Taken(_) = self.name_of_several_lines(lines, line, leading)
        {
            return taken;
        }
        let name = leading + REFERENCE.len();
        self.push_reference(depth, &self.without_end(line)[name..], line)
    }

    fn push_reference(&mut self, depth: usize, name: &[u8], line: &Line<'_>) -> Outcome {
        self.drop_limit();
        self.shown = None;
        let record = Record::new(Kind::Reference, self.names.intern(name));
        let id = self.tree.push_reference(depth, record, line.at.number);
        self.claims.open(id, line.at);
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

    /// Whether what looks like a reference is the first line of a node's name: the end of such a name follows that
    /// can't be a line of its own, and nothing on the way is indented as a node or a reference would be.
    fn is_name_after_all(&self, lines: &mut Lines<'_>, line: &Line<'_>) -> bool {
        let unit = self.layout.unit;
        let Some((last, stop)) = lines.stop(line.next) else { return false };
        let name_end = match stop {
            Stop::Node => tail::node(last.text()).map(|tail| tail.name_end),
            Stop::Limit => tail::limit(last.text()).map(|(name_end, _)| name_end),
            Stop::Header | Stop::Whole => None,
        };
        let is_indented = |line: &Line<'_>| tail::leading_spaces(line.raw) >= unit;
        name_end.is_some_and(|end| end < unit + NAME_WIDTH || !is_indented(&last))
            && std::iter::successors(lines.read(line.next), |line| lines.read(line.next))
                .take_while(|line| line.at != last.at)
                .all(|line| !is_indented(&line))
    }

    /// Whether the line is beyond doubt a node's own.
    fn is_padded(&self, line: &Line<'_>) -> bool {
        let leading = tail::leading_spaces(line.raw);
        tail::node(line.text())
            .is_some_and(|tail| place::is_padded(self.layout.unit, line.text(), leading, tail.name_end))
    }

    /// The line without its end: a lone `\r` is part of what was printed, unless lines end so here.
    fn without_end<'a>(&self, line: &Line<'a>) -> &'a [u8] {
        if self.crlf { line.text() } else { line.raw }
    }

    /// Takes `line` for the first of a name, if a line follows that ends such a node.
    fn name_of_several_lines<'a>(&mut self, lines: &mut Lines<'a>, line: &Line<'a>, leading: usize) -> Outcome {
        if leading < self.layout.unit {
            return Outcome::Chatter;
        }
        let Some((last, stop)) = lines.stop(line.next) else {
            self.notes.cut_line = lines.is_cut(line);
            return Outcome::Chatter;
        };
        let text = without_cr(line.joined(lines.input(), &last), self.crlf);
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
                self.push(lines, depth, name, &tail, line);
            }
            Stop::Limit => return self.limit(last.next),
            Stop::Header | Stop::Whole => return Outcome::Chatter,
        }
        Outcome::Taken(last.next)
    }

    fn push(&mut self, lines: &Lines<'_>, depth: usize, name: &[u8], tail: &NodeTail<'_>, line: &Line<'_>) {
        self.claims.close();
        let mut record = Record::new(Kind::Node, self.names.intern(name));
        record.set_totals(tail.bytes, tail.blocks);
        record.set_references(tail.references);
        record.set_address(tail.address);
        if let Some(destructor) = tail.destructor {
            record.set_destructor(destructor);
        }
        if self.limit
            && let Some(limit) = limit_before(lines.input(), line.at, name)
        {
            record.set_limit(limit);
            self.limit = false;
        }
        self.drop_limit();
        let shows = matches!(tail.address, Address::Content(_));
        let id = self.tree.push(depth, record, line.at.number);
        self.shown = shows.then_some((id, 1));
    }

    fn limit(&mut self, next: Position) -> Outcome {
        self.claims.close();
        self.drop_limit();
        self.shown = None;
        self.limit = true;
        Outcome::Taken(next)
    }

    /// A memlimit line that its node doesn't follow says nothing.
    fn drop_limit(&mut self) {
        self.notes.skipped += usize::from(std::mem::take(&mut self.limit));
    }

    fn skip(&mut self, line: &Line<'_>) {
        self.notes.skip(line.at.number);
        self.shown = None;
        self.is_loose |= tail::bare_node(line.text()).is_some();
        let text = self.without_end(line);
        self.claims.extend(&self.tree, text);
    }

    /// Reads what follows `mallinfo:`, which ends the report.
    fn mallinfo(&mut self, lines: &Lines<'_>, line: &Line<'_>) -> Outcome {
        let mut at = line.next;
        while self.notes.mallinfo.len() < MOST_LINES
            && let Some(line) = lines.read(at)
            && let Some((name, number)) = fact(line.text())
        {
            self.notes.mallinfo.push((name.into(), number));
            at = line.next;
        }
        if self.notes.mallinfo.is_empty() { Outcome::Chatter } else { Outcome::Taken(at) }
    }
}

/// Whether this is a memlimit line and the next is its node's, whatever the name looks like.
fn is_limit_of_next(lines: &Lines<'_>, line: &Line<'_>) -> bool {
    let limit = tail::limit(line.text());
    limit.zip(lines.read(line.next)).is_some_and(|((name_end, _), next)| {
        let same = next.raw.get(..name_end) == Some(&line.raw[..name_end]);
        same && tail::node(next.text()).is_some_and(|tail| tail.name_end == name_end)
    })
}

/// `    name: number`.
fn fact(text: &[u8]) -> Option<(&str, i64)> {
    let (name, number) = std::str::from_utf8(text).ok()?.strip_prefix("    ")?.split_once(": ")?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name.then_some(name).zip(number.parse().ok())
}
