//! Copies of subtrees.

use std::collections::BTreeMap;

use super::budget::{Amount, Demand};
use super::state::{Claim, Entry, Model, Res, Stage};
use super::value::Declared;
use crate::model::outcome::{Content, Done, Event, Fault, Num, Serial};
use crate::model::program::Sort;

/// What there is to copy: what it is, and what is below it, the last child first.
struct Original {
    entry: Entry,
    /// The copy is a reference to it.
    shared: bool,
    below: Vec<Original>,
}

/// What has been made.
#[derive(Default)]
struct Copies {
    /// Which node became which, and the copies in the order in which they were made.
    copy_of: BTreeMap<Num, Num>,
    nodes: Vec<Num>,
    /// What is to be claimed once all is there, and by which entries, and who holds those.
    entries: Vec<(Claimed, indextree::NodeId)>,
    holders: Vec<Num>,
}

/// What an entry without a claim is to stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claimed {
    /// What another claim is on, or the copy of that.
    As(usize),
    /// A node that is shared.
    Shared(Num),
}

impl Model {
    pub(super) fn duplicate(&mut self, num: Num, parent: Num) -> Res<Done> {
        self.settled()?;
        let (_top, copied) = self.copy_of(num, parent, false)?;
        Ok(Done::Duplicated(copied))
    }

    /// Makes a copy, and gives what stands for the node now, and how many nodes were copied. `own`: the node itself is
    /// copied, also where its sort is shared.
    pub(super) fn copy_of(&mut self, num: Num, parent: Num, own: bool) -> Res<(Num, usize)> {
        self.afford(|model| {
            model.resolve_parent(parent)?;
            model.resolve(num)?;
            let original = model.original(Entry::Node(num), own)?;
            Ok(Some(Demand { to: parent, from: None, charge: model.charge_of(&original) }))
        })?;
        let original = self.original(Entry::Node(num), own)?;
        let mut copies = Copies::default();
        self.copy(&original, parent, &mut copies);
        let claims = self.copy_claims(&copies);
        self.note_peaks();
        self.relink(&copies.nodes, |old| copies.copy_of.get(&old).copied());
        for &node in &copies.nodes {
            let parent = self.parent(node).expect("a copy is no root");
            self.push(Event::Created { node, parent });
        }
        for claim in claims {
            let holder = self.holder(claim).expect("it was just made");
            self.push(Event::Referenced { node: self.claims[claim].node, holder });
        }
        Ok((copies.copy_of.get(&num).copied().unwrap_or(num), copies.nodes.len()))
    }

    /// Nothing may be on its way out, nor what is referred to.
    fn original(&self, entry: Entry, own: bool) -> Res<Original> {
        let num = match entry {
            Entry::Node(num) => num,
            Entry::Claim(claim) => self.claims[claim].node,
        };
        if self.node(num).stage != Stage::Idle {
            return Err(Fault::Dying(num).into());
        }
        let sort = self.node(num).content.sort();
        let is_node = matches!(entry, Entry::Node(_));
        let shared = is_node && !own && num != self.here && self.has_declared(self.here, Declared::Shared(sort));
        let cloned = sort != Sort::Probe || self.has_declared(self.here, Declared::Cloned(sort));
        if is_node && !shared && !cloned {
            return Err(Fault::NotCloneable(num).into());
        }
        let below = if is_node && !shared { self.entries(num) } else { Vec::new() };
        let below = below.into_iter().rev().map(|entry| self.original(entry, false)).collect::<Res<_>>()?;
        Ok(Original { entry, shared, below })
    }

    fn charge_of(&self, original: &Original) -> Amount {
        let own = match original.entry {
            Entry::Node(num) if !original.shared => self.charge(self.here, self.size(num)),
            Entry::Node(_) | Entry::Claim(_) => self.reference_charge(self.here),
        };
        let below = original.below.iter().map(|original| self.charge_of(original));
        below.fold(own, |sum, charge| (sum.0 + charge.0, sum.1 + charge.1))
    }

    fn copy(&mut self, original: &Original, parent: Num, copies: &mut Copies) {
        let (num, claimed) = match original.entry {
            Entry::Node(num) => (num, original.shared.then_some(Claimed::Shared(num))),
            Entry::Claim(claim) => (self.claims[claim].node, Some(Claimed::As(claim))),
        };
        if let Some(claimed) = claimed {
            // Who is claimed has to be there first.
            let at = self.insert(parent, Entry::Claim(usize::MAX));
            copies.entries.push((claimed, at));
            copies.holders.push(parent);
            return;
        }
        let (content, name) = (self.node(num).content.clone(), self.node(num).name.clone());
        let content = if let Content::Probe(serial) = content { self.clone_probe(serial) } else { content };
        let copy = self.add(parent, content, name);
        (self.node_mut(copy).secret, self.node_mut(copy).align) = (self.node(num).secret, self.node(num).align);
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
        let (links, weak) = (self.mentioned.get(&serial).cloned(), self.strongs.stored_weak.get(&serial).cloned());
        self.mentioned.insert(clone, links.unwrap_or_default());
        self.strongs.stored_weak.insert(clone, weak.unwrap_or_default());
        Content::Probe(clone)
    }

    /// References to what is copied are to the copies, in the order in which those that they were made after were made.
    /// Gives them in the order in which they are told of: by who is claimed.
    fn copy_claims(&mut self, copies: &Copies) -> Vec<usize> {
        // They are numbered in the order of who holds them: the copies, unless all there is is a reference.
        let all_is_shared = copies.nodes.is_empty();
        let holders = if all_is_shared { copies.holders.clone() } else { copies.nodes.clone() };
        let mut new = Vec::new();
        for holder in holders {
            let held: Vec<_> = self.node(holder).at.children(&self.arena).collect();
            for at in held {
                if let Some(&(claimed, _)) = copies.entries.iter().find(|entry| entry.1 == at) {
                    new.push((claimed, self.claims.len()));
                    *self.arena[at].get_mut() = Entry::Claim(self.claims.len());
                    let node = match claimed {
                        Claimed::Shared(node) => node,
                        Claimed::As(old) => {
                            let node = self.claims[old].node;
                            copies.copy_of.get(&node).copied().unwrap_or(node)
                        }
                    };
                    self.claims.push(Claim { node, at: Some(at) });
                }
            }
        }
        let mut told = Vec::new();
        for &(claimed, _) in &copies.entries {
            let together = match claimed {
                Claimed::Shared(_) => vec![claimed],
                // Those on one node are all made when the first of them comes up.
                Claimed::As(old) => {
                    let claims = &self.node(self.claims[old].node).claims;
                    claims.iter().rev().map(|&claim| Claimed::As(claim)).collect()
                }
            };
            for claimed in together {
                if let Some(place) = new.iter().position(|new| new.0 == claimed) {
                    let (_, claim) = new.remove(place);
                    told.push(claim);
                    let node = self.claims[claim].node;
                    self.node_mut(node).claims.insert(0, claim);
                }
            }
        }
        told
    }
}
