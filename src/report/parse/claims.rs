//! References to names of several lines.
//!
//! Nothing ends a reference's line but the end of the name, so what a name's further lines say can't be told
//! from chatter until all nodes are known: then one of them has that very name, or none has.

use indextree::NodeId;
use rustc_hash::FxHashSet;

use super::lines::{MOST_LINES, Position};
use crate::report::assemble::Assembler;
use crate::report::intern::Names;
use crate::report::record::Kind;

/// How long a name is looked for. A limit, for the same text is looked up once with each further line.
const LONGEST: usize = 4096;

/// The references of one report that were followed by lines nobody could place.
#[derive(Debug, Default)]
pub(super) struct Claims {
    open: Option<Claim>,
    followed: Vec<Claim>,
    /// Some node's name has several lines.
    worthwhile: bool,
}

#[derive(Debug)]
struct Claim {
    reference: NodeId,
    line: usize,
    /// The name, and the chatter right after it: that many lines.
    text: Vec<u8>,
    lines: usize,
}

impl Claims {
    /// A reference in the line at `at`.
    pub(super) fn open(&mut self, reference: NodeId, at: Position) {
        self.close();
        self.open = Some(Claim { reference, line: at.number, text: Vec::new(), lines: 0 });
    }

    /// A line of chatter.
    pub(super) fn extend(&mut self, tree: &Assembler, line: &[u8]) {
        let Some(claim) = &mut self.open else { return };
        if claim.lines == 0 {
            claim.text = tree.record(claim.reference).name().to_vec();
        }
        if claim.lines < MOST_LINES && claim.text.len() + 1 + line.len() <= LONGEST {
            claim.text.push(b'\n');
            claim.text.extend_from_slice(line);
            claim.lines += 1;
        } else {
            self.close();
        }
    }

    /// A line that is part of the report.
    pub(super) fn close(&mut self) {
        if self.open.is_some() {
            self.followed.extend(self.open.take().filter(|claim| claim.lines > 0));
        }
    }

    /// Some node has a name of several lines, so that a reference may.
    pub(super) fn expect_lines(&mut self) {
        self.worthwhile = true;
    }

    /// Gives references the longest name that some referenced node has. Returns the lines that explains: the first
    /// of a run, and how many.
    pub(super) fn settle(&mut self, tree: &mut Assembler, names: &Names) -> Vec<(usize, usize)> {
        let mut explained = Vec::new();
        self.close();
        if self.followed.is_empty() || !(self.worthwhile || tree.root().name().contains(&b'\n')) {
            return explained;
        }
        let mut candidates = FxHashSet::default();
        candidates.insert(tree.root().name().as_ptr());
        candidates.extend(
            tree.records()
                .filter(|record| record.kind() == Kind::Node && record.reference_count() > 0)
                .map(|record| record.name().as_ptr()),
        );
        for Claim { reference, line, text, lines } in self.followed.drain(..) {
            let ends = [text.len()].into_iter().chain(memchr::memrchr_iter(b'\n', &text));
            let known = ends.take(lines).enumerate().find_map(|(less, end)| {
                let known = names.find(&text[..end])?;
                candidates.contains(&known.name().as_ptr()).then(|| (lines - less, known.clone()))
            });
            if let Some((lines, label)) = known {
                tree.record_mut(reference).set_name(&label);
                explained.push((line + 1, lines));
            }
        }
        explained
    }
}
