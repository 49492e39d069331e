//! Claims: what lies behind a reference. The holder's child list has an entry for it, and all claims on one node
//! are a list of their own, newest first.

use std::panic::Location;

use rustc_hash::FxHashMap;
use slab::Slab;

use super::budget;
use super::item::{Item, flag};
use super::rare::Rare;
use super::reference::{Reference, ReferenceId};
use super::{Event, Tree};
use crate::id::NodeKey;
use crate::steps::step;

/// Where a list of claims ends.
const NONE: u32 = u32::MAX;

#[derive(Debug)]
pub(crate) struct Claim {
    /// The entry in the holder's child list.
    pub(super) entry: NodeKey,
    pub(super) target: NodeKey,
    newer: u32,
    older: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Claims {
    claims: Slab<Claim>,
}

impl Claims {
    pub(super) fn len(&self) -> usize {
        self.claims.len()
    }

    pub(super) fn find(&self, claim: u32) -> Option<&Claim> {
        step();
        self.claims.get(claim as usize)
    }

    /// Takes note of a claim, the newest on `target`, whose rare facts these are. It gets the next number.
    #[inline]
    fn enlist(&mut self, entry: NodeKey, target: NodeKey, rare: &mut Rare) {
        step();
        let claim = self.claims.vacant_key() as u32;
        let older = if rare.claims == 0 { NONE } else { rare.newest_claim };
        rare.newest_claim = claim;
        rare.claims += 1;
        if older != NONE {
            self.claims[older as usize].newer = claim;
        }
        self.claims.insert(Claim { entry, target, newer: NONE, older });
    }
}

impl Tree {
    /// Makes a claim of `holder` on `target`: the first child of the one, the newest reference to the other.
    #[inline]
    pub(super) fn add_claim(
        &mut self,
        holder: NodeKey,
        target: NodeKey,
        origin: &'static Location<'static>,
    ) -> NodeKey {
        let Self { topology, rare, claims, budgets, .. } = self;
        let claim = claims.claims.vacant_key() as u32;
        let entry = topology.insert_first_with(holder, |_| Item::reference(claim, origin));
        if budgets.labelling() {
            budgets.enter(entry, holder, budgets.reference());
        }
        let item = topology.item_mut(target).expect("a key in use is of a node");
        item.set(flag::SHARED, true);
        claims.enlist(entry, target, rare.of(item));
        entry
    }

    /// Moves the claims on a node, from the newest on, to another tree, where the node has none yet; `entries` leads from
    /// their entries to those that stand for them there.
    pub(super) fn hand_claims_over(
        &mut self,
        newest: u32,
        to: &mut Self,
        target: NodeKey,
        entries: &FxHashMap<NodeKey, NodeKey>,
    ) {
        let mut oldest_first = Vec::new();
        let mut at = newest;
        while at != NONE {
            step();
            let claim = self.claims.claims.remove(at as usize);
            at = claim.older;
            oldest_first.push(entries[&claim.entry]);
        }
        for entry in oldest_first.into_iter().rev() {
            to.back_claim(entry, target);
        }
    }

    /// Makes the claim behind an entry that is there without one.
    pub(super) fn back_claim(&mut self, entry: NodeKey, target: NodeKey) {
        let Self { topology, rare, claims, .. } = self;
        topology.item_mut(entry).expect("a key in use is of a node").slot = claims.claims.vacant_key() as u32;
        let item = topology.item_mut(target).expect("a key in use is of a node");
        item.set(flag::SHARED, true);
        claims.enlist(entry, target, rare.of(item));
    }

    /// Takes back the claim behind an entry, and the entry with it. What there is to tell the observer is for the caller
    /// to pass on, when all is done.
    #[must_use]
    #[inline(always)]
    pub(super) fn drop_claim(&mut self, entry: NodeKey) -> Option<Event> {
        step();
        let holder = self.hooks.observing().then(|| self.holder(entry));
        let Self { topology, rare, claims: Claims { claims }, budgets, .. } = self;
        let claim = topology.remove_leaf(entry).slot;
        let budget = budgets.label(entry);
        if budget != budget::NONE {
            budgets.give_back(budget, budgets.reference());
        }
        let Claim { target, newer, older, .. } = claims.remove(claim as usize);
        if older != NONE {
            claims[older as usize].newer = newer;
        }
        if newer != NONE {
            claims[newer as usize].older = older;
        }
        let item = topology.item_mut(target).expect("a key in use is of a node");
        let rare = rare.of(item);
        rare.claims -= 1;
        if newer == NONE {
            rare.newest_claim = older;
        }
        if rare.claims == 0 {
            item.set(flag::SHARED, false);
        }
        holder.map(|holder| Event::Unlinked { node: self.id(target), holder: self.id(holder) })
    }

    /// The entries of the claims on a node, newest first.
    pub(super) fn claims_on(&self, target: NodeKey) -> impl Iterator<Item = NodeKey> + '_ {
        self.claim_list(target).map(|claim| claim.entry)
    }

    /// The claims on a node, newest first.
    pub(super) fn claim_list(&self, target: NodeKey) -> impl Iterator<Item = &Claim> + '_ {
        let newest = self.rare(target).filter(|rare| rare.claims > 0).map(|rare| rare.newest_claim);
        let newest = newest.and_then(|newest| self.claims.find(newest));
        std::iter::successors(newest, |claim| self.claims.find(claim.older))
    }

    /// The entry of the newest claim on a node. O(1).
    #[inline]
    pub(super) fn newest_claim_on(&self, target: NodeKey) -> Option<NodeKey> {
        if !self.item(target).is(flag::SHARED) {
            return None;
        }
        self.claims_on(target).next()
    }

    /// The newest claim that `holder` has on `target`.
    #[inline(always)]
    pub(super) fn claim_of(&self, holder: NodeKey, target: NodeKey) -> Option<NodeKey> {
        let rare = self.rare(target).filter(|rare| rare.claims > 0)?;
        let mut claim = self.claims.find(rare.newest_claim);
        while let Some(Claim { entry, older, .. }) = claim {
            if self.topology.is_child(*entry, holder) {
                return Some(*entry);
            }
            claim = self.claims.find(*older);
        }
        None
    }

    /// Whose child an entry is.
    pub(super) fn holder(&self, entry: NodeKey) -> NodeKey {
        self.topology.parent(entry).expect("an entry has a holder")
    }

    pub(super) fn references_to(&self, target: NodeKey) -> impl Iterator<Item = Reference> + '_ {
        self.claims_on(target).map(move |entry| self.reference_info(entry, target))
    }

    /// What is known of the reference behind an entry.
    pub(super) fn reference_info(&self, entry: NodeKey, target: NodeKey) -> Reference {
        Reference {
            id: ReferenceId(self.id(entry)),
            holder: self.id(self.holder(entry)),
            target: self.id(target),
            origin: self.item(entry).origin,
        }
    }

    /// The node that an entry refers to.
    pub(super) fn target(&self, entry: &Item) -> NodeKey {
        self.claims.claims[entry.slot as usize].target
    }

    /// Whether the claim behind an entry is where it should be; for checks.
    pub(super) fn claim_is_in_order(&self, entry: NodeKey, item: &Item) -> bool {
        let Some(claim) = self.claims.find(item.slot) else { return false };
        let rare = self.topology.item(claim.target).and_then(Item::rare);
        let reached = match claim.newer {
            NONE => rare.and_then(|rare| self.rare.get(rare)).map(|rare| rare.newest_claim),
            newer => self.claims.find(newer).map(|newer| newer.older),
        };
        claim.entry == entry && reached == Some(item.slot)
    }
}
