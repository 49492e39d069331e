//! Who claims a node beside the one that owns it.

use std::collections::HashMap;

use indextree::NodeId;
use rustc_hash::FxHashMap;

use crate::report::address::Address;
use crate::report::record::{Kind, Record};
use crate::report::report::Report;

/// The claims of a report on its nodes.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// Each claimed node, with those whose references are known to mean it.
    pub(super) known: FxHashMap<NodeId, Vec<NodeId>>,
    /// How many more references each has than the report lists.
    pub(super) outside: FxHashMap<NodeId, u64>,
    pub(super) unclear: Vec<Unclear>,
    /// Which of the unclear claims may mean the node.
    pub(super) candidates: FxHashMap<NodeId, usize>,
}

/// References that say nothing but a name which several claimed nodes have.
#[derive(Debug, Default)]
pub(super) struct Unclear {
    pub(super) holders: Vec<NodeId>,
    pub(super) candidates: Vec<NodeId>,
    listed: u64,
    /// How many references the candidates have that nothing in the report accounts for.
    pub(super) outside: u64,
}

impl Claims {
    /// O(records).
    pub(super) fn of(report: &Report) -> Self {
        let mut claims = Self::default();
        let mut unclear: HashMap<&[u8], usize> = HashMap::new();
        // A merged record stands for several references.
        let mut listed: FxHashMap<NodeId, u64> = FxHashMap::default();
        for visit in report.walk().filter(|visit| visit.record.kind() == Kind::Reference) {
            let Some(holder) = report.arena()[visit.id].parent() else { continue };
            if let Some(target) = visit.record.target() {
                claims.known.entry(target).or_default().push(holder);
                let listed = listed.entry(target).or_default();
                *listed = listed.saturating_add(visit.record.count());
            } else if visit.record.address() == Address::Unknown {
                let at = *unclear.entry(visit.record.name()).or_insert_with(|| {
                    claims.unclear.push(Unclear::default());
                    claims.unclear.len() - 1
                });
                let unclear = &mut claims.unclear[at];
                unclear.holders.push(holder);
                unclear.listed = unclear.listed.saturating_add(visit.record.count());
            }
        }
        for visit in report.walk().filter(|visit| visit.record.kind() == Kind::Node) {
            let (id, record) = (visit.id, visit.record);
            let had = u64::from(record.reference_count());
            let more = had.saturating_sub(listed.get(&id).copied().unwrap_or(0));
            // A header hides how many references the root has.
            let is_claimed = had > 0 || id == report.root();
            match unclear.get(record.name()).filter(|_| is_claimed) {
                Some(&at) => {
                    claims.unclear[at].candidates.push(id);
                    claims.unclear[at].outside += more;
                    claims.candidates.insert(id, at);
                }
                None if more > 0 => {
                    claims.outside.insert(id, more);
                }
                None => {}
            }
        }
        for unclear in &mut claims.unclear {
            unclear.outside = unclear.outside.saturating_sub(unclear.listed);
        }
        claims
    }

    /// Every node that somebody claims, or may claim, beside its owner.
    pub(super) fn claimed(&self) -> impl Iterator<Item = NodeId> {
        let more = |id: &&NodeId| !self.known.contains_key(*id);
        let unclear = self.candidates.keys().filter(more).filter(|id| !self.outside.contains_key(*id));
        self.known.keys().chain(self.outside.keys().filter(more)).chain(unclear).copied()
    }

    /// Every node with a reference that may mean some node of the report.
    pub(super) fn holders(&self) -> impl Iterator<Item = NodeId> {
        let unclear = self.unclear.iter().filter(|unclear| !unclear.candidates.is_empty());
        self.known.values().flatten().chain(unclear.flat_map(|unclear| &unclear.holders)).copied()
    }
}

/// Whether the record is part of the tree, and not a claim on a part.
pub(super) fn is_part(record: &Record) -> bool {
    record.kind() != Kind::Reference
}
