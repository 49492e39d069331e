//! From one line to the next.

use std::fmt::{self, Write};

use indextree::NodeId;
use unicode_width::UnicodeWidthStr;

use super::caption::{Label, Links, gap};
use super::columns::{Columns, Numbers};
use super::options::Pretty;
use super::palette::Part;
use super::survey::{Survey, joined};
use crate::report::names::shortened_by;
use crate::report::{Kind, Record};

/// How many columns of a tree of no given width are for guides.
const GUIDES: usize = 96;
/// A name gets this many columns even where the line gets too long by it.
const LEAST: usize = 8;

/// The lines of a tree that are still to be written.
pub(super) struct Lines<'a, 'p> {
    pretty: &'p Pretty<'a>,
    columns: Columns,
    guides: Guides,
    headed: bool,
    next: Option<NodeId>,
    /// The nodes whose lines lead to the next one, the first of each where chains are joined.
    path: Vec<NodeId>,
}

/// The nodes of one line.
struct Chain<'a> {
    links: Links<'a>,
    own: Option<u64>,
    /// What a filter left out below the last node, if it left nothing else there.
    rest: Option<&'a Record>,
    bottom: NodeId,
}

impl<'a, 'p> Lines<'a, 'p> {
    pub(super) fn new(pretty: &'p Pretty<'a>) -> Self {
        let survey = Survey::new(pretty);
        let columns = Columns::new(pretty, &survey);
        let room = pretty.width.map_or(GUIDES, |width| width.saturating_sub(columns.width()) / 2);
        let guides = Guides::new(pretty, room, survey.levels);
        Self { pretty, columns, guides, headed: false, next: Some(pretty.report.root()), path: Vec::new() }
    }

    /// Appends a line to `out`; `false` if there was none left.
    pub(super) fn write_next(&mut self, out: &mut String) -> bool {
        if !std::mem::replace(&mut self.headed, true) {
            self.numbers(out, None, 0.0);
            out.truncate(out.trim_end().len());
            out.push('\n');
            return true;
        }
        let Some(id) = self.next else { return false };
        let chain = self.chain(id);
        let record = self.record(id);
        let share = self.columns.share(record.bytes());
        self.numbers(out, Some(Numbers { record, own: chain.own }), share);
        let label = Label::new(self.pretty, &chain.links, chain.rest);
        self.tree(out, id, &label, share);
        out.push('\n');
        self.advance(id, chain.bottom);
        true
    }

    fn record(&self, id: NodeId) -> &'a Record {
        self.pretty.report.arena()[id].get()
    }

    /// The nodes that share a line with `top`.
    fn chain(&self, top: NodeId) -> Chain<'a> {
        let record = self.record(top);
        let mut chain = Chain { links: Links::default(), own: record.self_bytes(), rest: None, bottom: top };
        chain.links.push(record);
        while let Some(child) = joined(self.pretty, chain.bottom) {
            let below = self.record(child);
            chain.bottom = child;
            if below.kind() == Kind::Rest {
                // Its numbers are what the line's totals have and its own don't.
                chain.rest = Some(below);
                break;
            }
            chain.own = chain.own.zip(below.self_bytes()).map(|(a, b)| a.saturating_add(b));
            chain.links.push(below);
        }
        chain
    }

    /// Finds the line after that of `top` to `bottom`.
    fn advance(&mut self, top: NodeId, bottom: NodeId) {
        let arena = self.pretty.report.arena();
        self.path.push(top);
        self.next = arena[bottom].first_child();
        while self.next.is_none()
            && let Some(done) = self.path.pop()
            && !self.path.is_empty()
        {
            self.next = arena[done].next_sibling();
        }
    }

    fn numbers(&self, out: &mut String, line: Option<Numbers<'_>>, share: f64) {
        self.columns.each(line, |part, before, text, after| {
            out.extend(std::iter::repeat_n(' ', before));
            self.paint(out, if line.is_some() { part } else { Part::Heading }, share, text);
            out.extend(std::iter::repeat_n(' ', after));
        });
    }

    fn tree(&self, out: &mut String, id: NodeId, label: &Label, share: f64) {
        let guides = self.guides(id);
        let used = self.columns.width() + guides.width();
        let room = self.pretty.width.map_or(usize::MAX, |width| width.saturating_sub(used));
        let note = label.note_in(room);
        let room = if label.part == Part::Rest { usize::MAX } else { room.saturating_sub(note.width()).max(LEAST) };
        let name = shortened_by(&label.text, room, self.sign());
        self.paint(out, Part::Guide, share, &guides);
        self.paint(out, label.part, share, &name);
        self.paint(out, Part::Note, share, note);
    }

    fn sign(&self) -> &'static str {
        if self.pretty.ascii { "..." } else { "…" }
    }

    /// What leads to a node.
    fn guides(&self, id: NodeId) -> String {
        let Guides { levels, counted, step, signs: [on, off, tee, end] } = self.guides;
        let mut text = String::new();
        let depth = self.path.len();
        if depth == 0 {
            return text;
        }
        // The root, first on the path, has no guide. What isn't drawn is counted in the place of a few levels.
        let mut drawn = 1;
        if depth > levels {
            drawn = depth + counted + 1 - levels;
            let gap = gap(self.pretty, drawn - 1);
            let width = counted * step;
            push(&mut text, format_args!("{gap:<width$}"));
        }
        let more = |id: NodeId| self.pretty.report.arena()[id].next_sibling().is_some();
        let above = self.path[drawn..].iter().map(|above| if more(*above) { on } else { off });
        text.extend(above.chain([if more(id) { tee } else { end }]));
        text
    }

    fn paint(&self, out: &mut String, part: Part, share: f64, text: &str) {
        if text.is_empty() {
            return;
        }
        let palette = self.pretty.palette;
        let painted = |out: &mut String| -> fmt::Result {
            palette.start(part, share, out)?;
            out.push_str(text);
            palette.end(part, share, out)
        };
        // A palette that refuses to paint doesn't keep the text from being written.
        let _ = painted(out);
    }
}

/// How the way to a node is drawn.
#[derive(Clone, Copy)]
struct Guides {
    /// How many levels are drawn.
    levels: usize,
    /// In the place of how many levels those are counted that aren't drawn.
    counted: usize,
    /// How wide each is.
    step: usize,
    /// A level that goes on, one that has ended, a child, the last child.
    signs: [&'static str; 4],
}

impl Guides {
    /// In `room` columns, wide where that is enough for the `deepest` level.
    fn new(pretty: &Pretty<'_>, room: usize, deepest: usize) -> Self {
        let (step, signs) = match (deepest * 3 <= room, pretty.ascii) {
            (true, false) => (3, ["│  ", "   ", "├─ ", "└─ "]),
            (true, true) => (3, ["|  ", "   ", "|- ", "`- "]),
            (false, false) => (2, ["│ ", "  ", "├ ", "└ "]),
            (false, true) => (2, ["| ", "  ", "|-", "`-"]),
        };
        let counted = (gap(pretty, deepest).width() + 1).div_ceil(step);
        Self { levels: (room / step).max(counted + 2), counted, step, signs }
    }
}

fn push(text: &mut String, piece: fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("writing to memory does not fail");
}
