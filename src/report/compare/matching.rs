//! Which record of one report is which of another.

use std::cmp::{Ordering, Reverse};

use indextree::NodeId;
use rustc_hash::FxHashMap;

use super::paths::{Gathered, NONE, Side};
use crate::report::number::numbered;
use crate::report::{Address, Kind, Report};

/// Two reports, each with what its records are below.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) reports: [&'a Report; 2],
    pub(super) sides: [&'a Side; 2],
    /// The groups of the reports' paths, and how many there are.
    pub(super) group_of_path: &'a [u32],
    pub(super) groups: usize,
}

/// For each record of either report its number in the other, or [`NONE`].
#[derive(Clone, Debug)]
pub(super) struct Matching {
    pub(super) after: Vec<u32>,
    pub(super) before: Vec<u32>,
    /// Whether addresses mean something: both reports are of one process.
    addresses: bool,
}

/// Where a record of some report is in its arena, by its number.
pub(super) fn id_of(report: &Report, number: u32) -> NodeId {
    numbered(report.arena(), number as usize).expect("records are never removed")
}

impl Matching {
    /// Matches the records. O(n log n).
    pub(super) fn new(pair: Pair<'_>) -> Self {
        let [before, after] = pair.sides.map(|side| vec![NONE; side.paths.len()]);
        let mut matching = Self { after: before, before: after, addresses: false };
        matching.join(0, 0);
        matching.by_address(&pair);
        matching.parents_of_matched(&pair);
        matching.by_path(&pair);
        matching
    }

    fn join(&mut self, before: u32, after: u32) {
        self.after[before as usize] = after;
        self.before[after as usize] = before;
    }

    fn is_free(&self, before: u32, after: u32) -> bool {
        self.after[before as usize] == NONE && self.before[after as usize] == NONE
    }

    /// Whether a record is found by its address below another parent than before.
    pub(super) fn is_moved(&self, pair: &Pair<'_>, before: u32, after: u32) -> bool {
        let [old, new] = pair.sides.map(|side| &side.parents);
        let (old_parent, new_parent) = (old[before as usize], new[after as usize]);
        let stayed = old_parent == NONE || new_parent == NONE || self.after[old_parent as usize] == new_parent;
        !stayed && self.addresses && {
            let [old, new] = [(0, before), (1, after)].map(|(at, number)| pair.place(at, number));
            old.is_some() && old == new && pair.label(0, before) == pair.label(1, after)
        }
    }

    /// The same address and the same name. Memory is used again, so if most addresses that are in both reports have another
    /// name in each, those are of different processes and no address says anything.
    fn by_address(&mut self, pair: &Pair<'_>) {
        let [old, new] = [0, 1].map(|at| pair.places(at));
        let (mut same, mut other) = (Vec::new(), 0);
        let mut new_runs = new.chunk_by(|a, b| a.0 == b.0).peekable();
        for run in old.chunk_by(|a, b| a.0 == b.0) {
            while new_runs.next_if(|new| new[0].0 < run[0].0).is_some() {}
            let Some(new_run) = new_runs.next_if(|new| new[0].0 == run[0].0) else { continue };
            let known = same.len();
            let mut candidates = new_run.iter().peekable();
            for (_, label, before) in run {
                while candidates.next_if(|new| new.1 < *label).is_some() {}
                same.extend(candidates.next_if(|new| new.1 == *label).map(|new| (*before, new.2)));
            }
            other += usize::from(same.len() == known);
        }
        self.addresses = same.len() >= other;
        if self.addresses {
            for (before, after) in same {
                if self.is_free(before, after) {
                    self.join(before, after);
                }
            }
        }
    }

    /// The parent of nodes that stayed where they were is the same, though it moved when it was resized: if it has its path,
    /// and no other node has as good a claim to be the same.
    fn parents_of_matched(&mut self, pair: &Pair<'_>) {
        let [old, new] = pair.sides.map(|side| &side.parents);
        let matched = self.after.iter().zip(old).filter(|(after, _)| **after != NONE);
        let parents = matched.map(|(after, parent)| (*parent, new[*after as usize]));
        let mut claims: Vec<(u32, u32)> = parents
            .filter(|&(old, new)| old != NONE && new != NONE && self.is_free(old, new))
            .filter(|&(old, new)| pair.group(0, old) == pair.group(1, new) && pair.label(0, old) == pair.label(1, new))
            .collect();
        claims.sort_unstable();
        claims.dedup();
        let mut counts: FxHashMap<(usize, u32), u32> = FxHashMap::default();
        for (old, new) in &claims {
            *counts.entry((0, *old)).or_default() += 1;
            *counts.entry((1, *new)).or_default() += 1;
        }
        for (old, new) in claims {
            if counts[&(0, old)] == 1 && counts[&(1, new)] == 1 {
                self.join(old, new);
            }
        }
    }

    /// What is left: equal paths, as multisets; first what has the same parent and the same numbers, oldest first.
    fn by_path(&mut self, pair: &Pair<'_>) {
        let [old_free, new_free] = [(0, &self.after), (1, &self.before)].map(|(at, matched)| {
            let groups = (0..matched.len()).map(|number| match matched[number] {
                NONE => pair.group(at, number as u32),
                _ => NONE,
            });
            Gathered::by(groups, pair.groups)
        });
        for group in 0..pair.groups as u32 {
            let (mut old, mut new) = (old_free.of(group).to_vec(), new_free.of(group).to_vec());
            if let ([before], [after]) = (&old[..], &new[..]) {
                self.join(*before, *after);
                continue;
            }
            for likeness in Likeness::ALL {
                if old.is_empty() || new.is_empty() {
                    break;
                }
                let [old_keys, new_keys] = [(0, &old), (1, &new)].map(|(at, numbers)| {
                    let mut keys: Vec<_> =
                        numbers.iter().map(|n| (self.key(pair, likeness, at, *n), Reverse(*n))).collect();
                    keys.sort_unstable();
                    keys
                });
                let (mut left, mut right) = (old_keys.iter().peekable(), new_keys.iter().peekable());
                while let (Some((key, before)), Some((new_key, after))) = (left.peek(), right.peek()) {
                    let order = key.cmp(new_key);
                    if order == Ordering::Equal {
                        self.join(before.0, after.0);
                    }
                    left.next_if(|_| order.is_le());
                    right.next_if(|_| order.is_ge());
                }
                old.retain(|before| self.after[*before as usize] == NONE);
                new.retain(|after| self.before[*after as usize] == NONE);
            }
        }
    }

    /// What two records of one group must have in common to be as alike as `likeness` says.
    fn key(&self, pair: &Pair<'_>, likeness: Likeness, at: usize, number: u32) -> (u32, u32, u64, u64) {
        // The roots are matched from the start, so the others have parents.
        let parent = pair.sides[at].parents[number as usize];
        let parent = if at == 0 { self.after[parent as usize] } else { parent };
        let path = pair.sides[at].paths[number as usize];
        let record = pair.reports[at].arena()[id_of(pair.reports[at], number)].get();
        match likeness {
            Likeness::Twin => (parent, path, record.bytes(), record.blocks()),
            Likeness::Sibling => (parent, path, 0, 0),
            Likeness::Path => (0, path, 0, 0),
            Likeness::Group => (0, 0, 0, 0),
        }
    }
}

/// How alike records are that are taken for the same, best first.
#[derive(Clone, Copy)]
enum Likeness {
    /// Below the same parent, of the same path and the same numbers.
    Twin,
    /// Below the same parent, of the same path.
    Sibling,
    /// Of the same path.
    Path,
    /// Of a path that differs in numbers only.
    Group,
}

impl Likeness {
    const ALL: [Self; 4] = [Self::Twin, Self::Sibling, Self::Path, Self::Group];
}

/// An address that tells nodes of one process apart: what kind it is, and which.
type Place = (bool, u64);

impl Pair<'_> {
    pub(super) fn label(&self, at: usize, number: u32) -> u32 {
        self.sides[at].labels[number as usize]
    }

    fn group(&self, at: usize, number: u32) -> u32 {
        self.group_of_path[self.sides[at].paths[number as usize] as usize]
    }

    fn place(&self, at: usize, number: u32) -> Option<Place> {
        let record = self.reports[at].arena()[id_of(self.reports[at], number)].get();
        match record.address() {
            _ if record.kind() != Kind::Node => None,
            Address::Pointer(pointer) => Some((false, pointer)),
            Address::Handle { index, version } => Some((true, u64::from(version) << 32 | u64::from(index))),
            _ => None,
        }
    }

    /// The nodes that have an address, in its order.
    fn places(&self, at: usize) -> Vec<(Place, u32, u32)> {
        let numbers = 0..self.sides[at].paths.len() as u32;
        let mut places: Vec<_> =
            numbers.filter_map(|number| Some((self.place(at, number)?, self.label(at, number), number))).collect();
        places.sort_unstable();
        places
    }
}
