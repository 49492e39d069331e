//! Retained sizes, and what is shared.

use std::cmp::Reverse;

use indextree::NodeId;
use rustc_hash::FxHashMap;

use super::claims::{Claims, is_part};
use super::keepers::keepers;
use crate::report::number::number;
use crate::report::report::Report;

/// What would go if a node went, for each node of a report: from [`Report::retained`].
///
/// A node with its parent gone lives on if somebody else holds a reference to it, and so does everything below it. What a
/// node *retains* is what nobody else keeps: its own bytes, and those of the nodes that can be reached from the root
/// through it alone. For a node that holds no references and has none below it, that is its whole subtree.
#[derive(Debug)]
pub struct RetainedSizes<'a> {
    report: &'a Report,
    bytes: Vec<u64>,
    blocks: Vec<u64>,
    keepers: FxHashMap<NodeId, Option<NodeId>>,
    claims: Claims,
}

/// A node that has more owners than its parent, from [`RetainedSizes::shared`].
#[derive(Clone, Copy, Debug)]
pub struct Shared<'a> {
    node: NodeId,
    bytes: u64,
    outside: u64,
    known: &'a [NodeId],
    unclear: &'a [NodeId],
}

impl Report {
    /// What would go if a node went, for each node. O(records), and what dominators cost for as many nodes as there are
    /// references.
    ///
    /// A text's reference says no more than a name. Where several nodes can be meant, all are taken to be, so that what
    /// is called retained surely would go. A reference that no line accounts for comes from outside, and keeps its node
    /// whatever goes.
    ///
    /// Where a node's own bytes are unknown ([`Record::self_bytes`](crate::report::Record::self_bytes)), what its lines
    /// don't account for is taken for its own.
    ///
    /// ```
    /// use freehold::report::Report;
    /// let text = "full talloc report on 'root' (total    178 bytes in   5 blocks)
    ///     session                        contains    164 bytes in   2 blocks (ref 0) 0x55d0
    ///         cache                          contains    100 bytes in   1 blocks (ref 1) 0x5640
    ///     worker                         contains     14 bytes in   2 blocks (ref 0) 0x5690
    ///         reference to: cache\n";
    /// let report = Report::parse(text.as_bytes())?;
    /// let retained = report.retained();
    /// let [session, cache, worker] = [1, 2, 3].map(|line| report.walk().nth(line).expect("it is there").id);
    /// assert_eq!(retained.bytes(session), 64, "the worker keeps the cache");
    /// let shared = retained.shared();
    /// assert_eq!((shared[0].node(), shared[0].bytes()), (cache, 100));
    /// assert!(shared[0].holders().eq([worker]));
    /// # Ok::<(), freehold::report::ParseError>(())
    /// ```
    #[must_use]
    pub fn retained(&self) -> RetainedSizes<'_> {
        let claims = Claims::of(self);
        let keepers = keepers(self, &claims);
        let mut sizes =
            RetainedSizes { report: self, bytes: vec![0; self.len()], blocks: vec![0; self.len()], keepers, claims };
        sizes.add_up();
        sizes
    }
}

impl<'a> RetainedSizes<'a> {
    /// First what is each node's own, then what it keeps.
    fn add_up(&mut self) {
        let arena = self.report.arena();
        let mut order = Vec::with_capacity(self.report.len());
        for visit in self.report.walk().filter(|visit| is_part(visit.record)) {
            let (id, record) = (visit.id, visit.record);
            order.push(id);
            (self.bytes[number(id)], self.blocks[number(id)]) = (record.bytes(), record.blocks());
            if let Some(parent) = arena[id].parent() {
                let (bytes, blocks) = (&mut self.bytes[number(parent)], &mut self.blocks[number(parent)]);
                *bytes = bytes.saturating_sub(record.bytes());
                *blocks = blocks.saturating_sub(record.blocks());
            }
        }
        // A keeper is above what it keeps, for one way from the root to any node is down the tree.
        for &id in order.iter().rev() {
            if let Some(keeper) = self.keeper(id) {
                self.bytes[number(keeper)] = self.bytes[number(keeper)].saturating_add(self.bytes[number(id)]);
                self.blocks[number(keeper)] = self.blocks[number(keeper)].saturating_add(self.blocks[number(id)]);
            }
        }
    }

    /// How many bytes would go with the node, its own included; 0 for a reference. O(1).
    ///
    /// # Panics
    ///
    /// If `node` is not in the report's [arena](Report::arena).
    #[must_use]
    pub fn bytes(&self, node: NodeId) -> u64 {
        self.bytes[number(node)]
    }

    /// How many blocks would go with the node, itself included; 0 for a reference, whose block is its holder's. O(1).
    ///
    /// # Panics
    ///
    /// If `node` is not in the report's [arena](Report::arena).
    #[must_use]
    pub fn blocks(&self, node: NodeId) -> u64 {
        self.blocks[number(node)]
    }

    /// How many bytes below the node would stay if it went, for somebody else keeps them. O(1).
    ///
    /// # Panics
    ///
    /// If `node` is not in the report's [arena](Report::arena).
    #[must_use]
    pub fn shared_bytes(&self, node: NodeId) -> u64 {
        self.report.arena()[node].get().bytes().saturating_sub(self.bytes(node))
    }

    /// The lowest node with which `node` would go: its parent, or, for a shared one, the lowest node above it through
    /// which all its owners' claims come. `None` for the root, and where a claim comes from outside. O(1).
    ///
    /// # Panics
    ///
    /// If `node` is not in the report's [arena](Report::arena).
    #[must_use]
    pub fn keeper(&self, node: NodeId) -> Option<NodeId> {
        match self.keepers.get(&node) {
            Some(keeper) => *keeper,
            None => self.report.arena()[node].parent(),
        }
    }

    /// The nodes that somebody claims beside their parents, the largest first. O(n log n) of these.
    #[must_use]
    pub fn shared(&self) -> Vec<Shared<'_>> {
        let claims = &self.claims;
        let mut shared: Vec<_> = claims
            .claimed()
            .map(|node| {
                let unclear = claims.candidates.get(&node).map(|at| &claims.unclear[*at]);
                Shared {
                    node,
                    bytes: self.report.arena()[node].get().bytes(),
                    outside: unclear.map_or(0, |it| it.outside) + claims.outside.get(&node).copied().unwrap_or(0),
                    known: claims.known.get(&node).map_or(&[], Vec::as_slice),
                    unclear: unclear.map_or(&[], |unclear| &unclear.holders),
                }
            })
            .collect();
        shared.sort_unstable_by_key(|shared| (Reverse(shared.bytes), number(shared.node)));
        shared
    }
}

impl<'a> Shared<'a> {
    /// The shared node. O(1).
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// The bytes of the node and everything below it. O(1).
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The nodes whose references mean this node, or may: as often as they claim it. O(1) a step.
    pub fn holders(&self) -> impl Iterator<Item = NodeId> + 'a {
        self.known.iter().chain(self.unclear).copied()
    }

    /// Whether all [holders](Self::holders) are known to mean this node, and not another of the same name. O(1).
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.unclear.is_empty()
    }

    /// How many references come from outside the report; where that isn't [certain](Self::is_certain), to this node and
    /// those of the same name together. O(1).
    #[must_use]
    pub fn outside(&self) -> u64 {
        self.outside
    }
}
