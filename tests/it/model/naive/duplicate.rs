//! Copies of subtrees.

use std::collections::BTreeMap;

use super::budget::{Amount, Demand};
use super::state::{Claim, Entry, Model, Res, Stage};
use crate::model::outcome::{Content, Done, Event, Fault, Num, Serial};

/// What there is to copy: what it is, and what is below it, the last child first.
struct Original {
    entry: Entry,
    below: Vec<Original>,
}

/// What has been made.
#[derive(Default)]
struct Copies {
    /// Which node became which, and the copies in the order in which they were made.
    copy_of: BTreeMap<Num, Num>,
    nodes: Vec<Num>,
    /// Old claims, and the entries that are to stand for their copies.
    entries: Vec<(usize, indextree::NodeId)>,
}

impl Model {
    pub(super) fn duplicate(&mut self, num: Num, parent: Num) -> Res<Done> {
        self.settled()?;
        self.afford(|model| {
            model.resolve_parent(parent)?;
            model.resolve(num)?;
            let original = model.original(Entry::Node(num))?;
            Ok(Some(Demand { to: parent, from: None, charge: model.charge_of(&original) }))
        })?;
        let original = self.original(Entry::Node(num))?;
        let mut copies = Copies::default();
        self.copy(&original, parent, &mut copies);
        let claims = self.copy_claims(&copies);
        self.note_peaks();
        for &node in &copies.nodes {
            let parent = self.parent(node).expect("a copy is no root");
            self.push(Event::Created { node, parent });
        }
        for claim in claims {
            let holder = self.holder(claim).expect("it was just made");
            self.push(Event::Referenced { node: self.claims[claim].node, holder });
        }
        Ok(Done::Duplicated(copies.nodes.len()))
    }

    /// Nothing may be on its way out, nor what is referred to.
    fn original(&self, entry: Entry) -> Res<Original> {
        let num = match entry {
            Entry::Node(num) => num,
            Entry::Claim(claim) => self.claims[claim].node,
        };
        if self.node(num).stage != Stage::Idle {
            return Err(Fault::Dying(num).into());
        }
        if let (Entry::Node(_), Content::Probe(_)) = (entry, &self.node(num).content)
            && !self.declared.contains(&self.here)
        {
            return Err(Fault::NotCloneable(num).into());
        }
        let below = if let Entry::Node(num) = entry { self.entries(num) } else { Vec::new() };
        let below = below.into_iter().rev().map(|entry| self.original(entry)).collect::<Res<_>>()?;
        Ok(Original { entry, below })
    }

    fn charge_of(&self, original: &Original) -> Amount {
        let own = match original.entry {
            Entry::Node(num) => self.charge(self.size(num)),
            Entry::Claim(_) => self.reference_charge(),
        };
        let below = original.below.iter().map(|original| self.charge_of(original));
        below.fold(own, |sum, charge| (sum.0 + charge.0, sum.1 + charge.1))
    }

    fn copy(&mut self, original: &Original, parent: Num, copies: &mut Copies) {
        let num = match original.entry {
            Entry::Node(num) => num,
            Entry::Claim(claim) => {
                // Who is claimed has to be there first.
                let at = self.insert(parent, Entry::Claim(usize::MAX));
                copies.entries.push((claim, at));
                return;
            }
        };
        let (content, name) = (self.node(num).content.clone(), self.node(num).name.clone());
        let content = if let Content::Probe(serial) = content { self.clone_probe(serial) } else { content };
        let copy = self.add(parent, content, name);
        self.node_mut(copy).secret = self.node(num).secret;
        copies.copy_of.insert(num, copy);
        copies.nodes.push(copy);
        for original in &original.below {
            self.copy(original, copy, copies);
        }
    }

    fn clone_probe(&mut self, serial: Serial) -> Content {
        let clone = self.next_serial();
        self.push(Event::Cloned(serial, clone));
        let held = self.strongs.stored.get(&serial).cloned().unwrap_or_default();
        held.iter().for_each(|&share| self.strongs.shares[share].copies += 1);
        self.strongs.stored.insert(clone, held);
        Content::Probe(clone)
    }

    /// References to what is copied are to the copies, in the order in which those that they were made after were made.
    /// Gives them in the order in which they are told of: by who is claimed.
    fn copy_claims(&mut self, copies: &Copies) -> Vec<usize> {
        let claimed = |model: &Self, old: usize| {
            let node = model.claims[old].node;
            copies.copy_of.get(&node).copied().unwrap_or(node)
        };
        // They are numbered in the order of who holds them.
        let mut new = BTreeMap::new();
        for &holder in &copies.nodes {
            let held: Vec<_> = self.node(holder).at.children(&self.arena).collect();
            for at in held {
                if let Some(&(old, _)) = copies.entries.iter().find(|entry| entry.1 == at) {
                    new.insert(old, self.claims.len());
                    *self.arena[at].get_mut() = Entry::Claim(self.claims.len());
                    self.claims.push(Claim { node: claimed(self, old), at: Some(at) });
                }
            }
        }
        let mut told = Vec::new();
        for &(old, _) in &copies.entries {
            let claims = self.node(self.claims[old].node).claims.clone();
            for old in claims.into_iter().rev() {
                // Those on one node are all made when the first of them comes up.
                if let Some(claim) = new.remove(&old) {
                    told.push(claim);
                    let node = self.claims[claim].node;
                    self.node_mut(node).claims.insert(0, claim);
                }
            }
        }
        told
    }
}
