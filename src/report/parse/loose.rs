//! Lines whose padding was lost on the way, as in mails and chats, or never there, as in talloc of 2004.
//!
//! Columns say nothing then. What is left is that children are indented further than their parents, and the sums.

use super::place::Style;
use super::session::REFERENCE;
use super::tail::{self, NodeTail};
use crate::report::assemble::Assembler;

/// How far the open nodes below the root are indented.
#[derive(Default, Debug)]
pub(super) struct Steps(Vec<usize>);

/// What a line is.
#[derive(Debug)]
pub(super) enum LooseLine<'a> {
    Node { indent: usize, name: &'a [u8], tail: NodeTail<'static> },
    Reference { indent: usize, name: &'a [u8] },
}

impl<'a> LooseLine<'a> {
    pub(super) fn read(text: &'a [u8]) -> Option<Self> {
        let indent = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if let Some(name) = text[indent..].strip_prefix(REFERENCE) {
            return Some(Self::Reference { indent, name });
        }
        let tail = tail::bare_node(text)?;
        // A blank name leaves nothing but an indent in front.
        let indent = indent.min(tail.name_end);
        Some(Self::Node { indent, name: tail::trim_spaces(&text[indent..tail.name_end]), tail })
    }
}

impl Steps {
    /// The depth of a line with such an `indent` and so many `blocks`, which opens a node unless it is a reference.
    pub(super) fn place(&mut self, style: Style, tree: &Assembler, indent: usize, blocks: u64) -> usize {
        self.0.truncate(tree.open() - 1);
        match style {
            Style::Sums => (1..=tree.open()).rev().find(|depth| tree.has_room(*depth, blocks)).unwrap_or(1),
            Style::Steps | Style::Columns => {
                while self.0.last().is_some_and(|last| *last >= indent) {
                    self.0.pop();
                }
                self.0.len() + 1
            }
        }
    }

    /// A node that was placed is open now.
    pub(super) fn open(&mut self, indent: usize) {
        self.0.push(indent);
    }
}
