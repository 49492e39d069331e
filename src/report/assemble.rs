//! Lines in, a tree out: the one place that links records and adds up their numbers.

use indextree::{Arena, NodeId};

use super::balance::Imbalance;
use super::label::Label;
use super::record::{Kind, Record};
use super::resolve;
use crate::steps::step;

/// What the levels are called that a text left out.
const HIDDEN: &[u8] = b"(hidden)";

/// A tree under construction, fed in pre-order.
///
/// The arena holds the records in that order and no others, which is what makes two reports comparable slot by
/// slot and their drop a plain loop.
#[derive(Debug)]
pub(super) struct Assembler {
    arena: Arena<Record>,
    /// The path from the root to the newest node. Never empty: the root stays open to the end.
    open: Vec<Open>,
    references: Vec<NodeId>,
    faults: Vec<Fault>,
    deepest: usize,
    hidden: Option<Label>,
}

/// A node whose children may still come.
#[derive(Debug)]
struct Open {
    id: NodeId,
    line: usize,
    /// What its children and references have claimed so far.
    bytes: u64,
    blocks: u64,
}

#[derive(Debug)]
struct Fault {
    imbalance: Imbalance,
    depth: usize,
    leaf: bool,
}

/// A finished tree and what its numbers gave away.
#[derive(Debug)]
pub(super) struct Assembled {
    pub(super) arena: Arena<Record>,
    pub(super) root: NodeId,
    pub(super) imbalances: Vec<Imbalance>,
    /// The end is missing: everything adds up but the path to the last line.
    pub(super) ends_early: bool,
    pub(super) filtered: bool,
}

impl Assembler {
    /// Starts with the root, found on `line` (0 if there are no lines).
    ///
    /// A record that comes with its own bytes gets its totals when it is closed; one that comes with totals
    /// gets its own bytes.
    pub(super) fn new(root: Record, line: usize) -> Self {
        let mut arena = Arena::new();
        let id = arena.new_node(root);
        Self {
            arena,
            open: vec![Open { id, line, bytes: 0, blocks: 0 }],
            references: Vec::new(),
            faults: Vec::new(),
            deepest: 0,
            hidden: None,
        }
    }

    /// How many nodes are open, which is how deep the next node can be.
    pub(super) fn open(&self) -> usize {
        self.open.len()
    }

    pub(super) fn root(&self) -> &Record {
        self.arena[self.open[0].id].get()
    }

    pub(super) fn record(&self, id: NodeId) -> &Record {
        self.arena[id].get()
    }

    pub(super) fn record_mut(&mut self, id: NodeId) -> &mut Record {
        self.arena[id].get_mut()
    }

    /// The nodes and references so far, in pre-order.
    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.arena.iter().map(|node| node.get())
    }

    /// How many nodes that are closed broke the law.
    pub(super) fn faults(&self) -> usize {
        self.faults.len()
    }

    /// Whether levels had to be made up.
    pub(super) fn is_filtered(&self) -> bool {
        self.hidden.is_some()
    }

    /// Whether the open node that would be the parent at `depth` claims `blocks` more than it got so far.
    pub(super) fn has_room(&self, depth: usize, blocks: u64) -> bool {
        let claimed = |open: &Open| self.arena[open.id].get().blocks();
        let parent = &self.open[depth - 1];
        // The newest child, still open, is not in its parent's count yet.
        let newest = self.open.get(depth).map_or(0, claimed);
        let missing = claimed(parent).saturating_sub(1).saturating_sub(parent.blocks).saturating_sub(newest);
        self.arena[parent.id].get().kind() == Kind::Hidden || missing >= blocks
    }

    /// Adds a node at `depth`, from 1, and opens it. Levels missing above it are made up.
    pub(super) fn push(&mut self, depth: usize, record: Record, line: usize) -> NodeId {
        self.make_way(depth, line);
        let id = self.append(record);
        self.open.push(Open { id, line, bytes: 0, blocks: 0 });
        self.deepest = self.deepest.max(depth);
        id
    }

    /// Adds a reference at `depth`, from 1.
    pub(super) fn push_reference(&mut self, depth: usize, record: Record, line: usize) -> NodeId {
        self.make_way(depth, line);
        let id = self.append(record);
        let holder = self.newest();
        holder.blocks = holder.blocks.saturating_add(1);
        self.references.push(id);
        id
    }

    /// Closes the newest open node. The root stays open.
    pub(super) fn leave(&mut self) {
        if self.open.len() > 1 {
            self.close();
        }
    }

    /// Ends the tree. `full`: whether its text promised to leave nothing out.
    pub(super) fn finish(mut self, full: bool) -> Assembled {
        let settled = self.faults.len();
        let root = self.open[0].id;
        while !self.open.is_empty() {
            self.close();
        }
        let filtered = self.is_filtered();
        let late = &self.faults[settled..];
        let ends_early = full
            && !filtered
            && settled == 0
            && !late.is_empty()
            && late.iter().all(|fault| fault.imbalance.blocks > fault.imbalance.counted_blocks);
        let deepest = self.deepest;
        // A leaf at the depth where a brief report stops says nothing of what is below it, and lies about nothing.
        self.faults.retain(|fault| full || !fault.leaf || fault.depth < deepest);
        let imbalances = self.faults.into_iter().map(|fault| fault.imbalance).collect();
        resolve::targets(&mut self.arena, &self.references);
        self.arena.shrink_to_fit();
        Assembled { arena: self.arena, root, imbalances, ends_early, filtered }
    }

    fn make_way(&mut self, depth: usize, line: usize) {
        while self.open.len() > depth {
            self.close();
        }
        while self.open.len() < depth {
            let label = self.hidden.get_or_insert_with(|| Label::new(HIDDEN.into())).clone();
            let id = self.append(Record::new(Kind::Hidden, label));
            self.open.push(Open { id, line, bytes: 0, blocks: 0 });
        }
    }

    fn append(&mut self, record: Record) -> NodeId {
        step();
        let parent = self.newest().id;
        parent.append_value(record, &mut self.arena)
    }

    fn newest(&mut self) -> &mut Open {
        self.open.last_mut().expect("the root is open until the end")
    }

    fn close(&mut self) {
        step();
        let Some(Open { id, line, bytes, blocks }) = self.open.pop() else { return };
        let leaf = self.arena[id].first_child().is_none();
        let record = self.arena[id].get_mut();
        let counted = blocks.saturating_add(record.count());
        if record.kind() == Kind::Hidden {
            record.set_totals(bytes, counted);
        } else if let Some(own) = record.self_bytes() {
            record.set_totals(own.saturating_add(bytes), counted);
        } else if bytes <= record.bytes() && counted == record.blocks() {
            record.set_self_bytes(Some(record.bytes() - bytes));
        } else {
            let imbalance = Imbalance {
                node: id,
                line,
                name: record.shared_name(),
                bytes: record.bytes(),
                blocks: record.blocks(),
                counted_bytes: bytes,
                counted_blocks: counted,
            };
            self.faults.push(Fault { imbalance, depth: self.open.len(), leaf });
        }
        let (bytes, blocks) = (record.bytes(), record.blocks());
        if let Some(parent) = self.open.last_mut() {
            parent.bytes = parent.bytes.saturating_add(bytes);
            parent.blocks = parent.blocks.saturating_add(blocks);
        }
    }
}
