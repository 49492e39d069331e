//! How deep a node's line is, and where its name begins.
//!
//! Spaces at the front of a line are indent or name, and nothing says which. What helps is that a short name is
//! padded, so the column where `contains` stands tells its depth, and that a full report's sums tell where the
//! next node must go.

use super::tail::{NodeTail, leading_spaces, trim_spaces};
use crate::report::assemble::Assembler;
use crate::report::report::Report;
use crate::report::text::line::NAME_WIDTH;

/// How many levels in a row may be missing from a text. More are taken for spaces that mean something else, which
/// also keeps a hostile text from costing much more memory than it has bytes.
const MOST_HIDDEN: usize = 16;

/// What tells how deep a line belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// The columns talloc prints in.
    Columns,
    /// Being indented further than another line, by whatever: the padding was lost on the way, or never there.
    Steps,
    /// The sums alone: no indent was left.
    Sums,
}

/// The spaces one report is laid out by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) style: Style,
    /// Spaces per level.
    pub(super) unit: usize,
    /// The level of the root.
    pub(super) base: usize,
    /// Whether the report promised every line, so that its sums may decide.
    pub(super) full: bool,
}

/// Where a line belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place<'a> {
    /// Below the root by `depth` levels.
    Below { depth: usize, name: &'a [u8] },
    /// Not below the root: if it is a node at all, it is another report's.
    Outside,
}

/// Whether a level begins at `column`. A unit is a power of two, which saves each line some divisions.
pub(super) fn is_level(unit: usize, column: usize) -> bool {
    column & (unit - 1) == 0
}

/// The level that `spaces` are enough for.
fn level(unit: usize, spaces: usize) -> usize {
    spaces >> unit.trailing_zeros()
}

/// The column in front of a padded name, if `contains` stands where some level puts it.
fn column(unit: usize, leading: usize, name_end: usize) -> Option<usize> {
    name_end.checked_sub(NAME_WIDTH).filter(|column| is_level(unit, *column) && leading >= *column)
}

/// Whether `text` is beyond doubt a node's line of its own: a padded name, in the right column.
pub(super) fn is_padded(unit: usize, text: &[u8], leading: usize, name_end: usize) -> bool {
    column(unit, leading, name_end).is_some() && text[..name_end].ends_with(b" ")
}

/// Whether `text` is indented to between two of talloc's levels and, by its padding, not by a name's own spaces.
pub(super) fn is_half_level(text: &[u8], leading: usize, name_end: usize) -> bool {
    leading % Report::INDENT == 2 && name_end == leading + NAME_WIDTH && text[..name_end].ends_with(b" ")
}

/// The level and the name of a node that begins a report without a header.
pub(super) fn root<'a>(unit: usize, text: &'a [u8], tail: &NodeTail<'_>) -> Option<(usize, &'a [u8])> {
    let leading = leading_spaces(text);
    let depth = match column(unit, leading, tail.name_end) {
        Some(column) => level(unit, column),
        None => deepest_long(unit, leading, tail.name_end)?,
    };
    Some((depth, name(unit, text, tail.name_end, depth)))
}

/// The deepest level a name too long for padding can be at.
fn deepest_long(unit: usize, leading: usize, name_end: usize) -> Option<usize> {
    Some(level(unit, leading.min(name_end.checked_sub(NAME_WIDTH + 1)?)))
}

fn name(unit: usize, text: &[u8], name_end: usize, depth: usize) -> &[u8] {
    let name = &text[depth * unit..name_end];
    if name.len() == NAME_WIDTH { trim_spaces(name) } else { name }
}

impl Layout {
    /// Where a line with `leading` spaces belongs, `None` if it is no line of a node.
    pub(super) fn place<'a>(
        self,
        tree: &Assembler,
        text: &'a [u8],
        leading: usize,
        tail: &NodeTail<'_>,
    ) -> Option<Place<'a>> {
        let Self { unit, base, .. } = self;
        let (deepest, open) = (base + tree.open(), tree.open());
        let below = |depth| Some(Place::Below { depth, name: name(unit, text, tail.name_end, base + depth) });
        let padded = text[..tail.name_end].ends_with(b" ");
        // Nodes at the root's level are another report's, but spaces that say "deeper" say it is no node at all.
        let outside = || (padded || level(unit, leading) <= base).then_some(Place::Outside);
        if let Some(column) = column(unit, leading, tail.name_end) {
            let Some(depth) = level(unit, column).checked_sub(base).filter(|depth| *depth > 0) else {
                return outside();
            };
            if padded && depth <= open {
                return below(depth);
            }
            // Exactly as wide as the padding: more spaces in front may belong to a longer name.
            let fitting = if padded { None } else { self.fitting(tree, depth, tail.blocks) };
            return fitting.or(Some(depth).filter(|_| self.may_hide(depth, open))).and_then(below);
        }
        let deepest_level = deepest_long(unit, leading, tail.name_end)?;
        let Some(depth) = deepest_level.checked_sub(base).filter(|depth| *depth > 0) else {
            return outside();
        };
        if deepest_level > deepest && self.skips_levels(tree) && self.may_hide(depth, open) {
            return below(depth);
        }
        below(self.fitting(tree, depth, tail.blocks).unwrap_or(depth.min(open)))
    }

    /// The depth of a line that is indented and nothing else, `None` if no line can be there.
    pub(super) fn indented(self, tree: &Assembler, leading: usize) -> Option<usize> {
        let depth = level(self.unit, leading).checked_sub(self.base)?;
        let missing = self.skips_levels(tree) && self.may_hide(depth, tree.open());
        (is_level(self.unit, leading) && depth > 0 && (depth <= tree.open() || missing)).then_some(depth)
    }

    /// The deepest level from `depth` up where `blocks` more still fit, if the sums can be trusted.
    fn fitting(self, tree: &Assembler, depth: usize, blocks: u64) -> Option<usize> {
        let open = depth.min(tree.open());
        self.full.then(|| (1..=open).rev().find(|depth| tree.has_room(*depth, blocks))).flatten()
    }

    fn may_hide(self, depth: usize, open: usize) -> bool {
        depth <= open + MOST_HIDDEN
    }

    /// Whether this text is of the kind that leaves levels out. talloc's own never does, and there more spaces
    /// than the tree is deep belong to a name.
    fn skips_levels(self, tree: &Assembler) -> bool {
        self.unit != Report::INDENT || tree.is_filtered()
    }
}
