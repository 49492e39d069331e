//! Claims: what lies behind a reference. The holder's child list has an entry for it, and all claims on one node
//! are a list of their own, newest first.

use std::panic::Location;

use slab::Slab;

use super::item::{Item, flag};
use super::reference::{Reference, ReferenceId};
use super::{Event, Tree};
use crate::id::NodeKey;

#[derive(Debug)]
pub(crate) struct Claim {
    /// The entry in the holder's child list.
    pub(super) entry: NodeKey,
    pub(super) target: NodeKey,
    pub(super) newer: Option<u32>,
    pub(super) older: Option<u32>,
}

#[derive(Debug, Default)]
pub(crate) struct Claims {
    claims: Slab<Claim>,
}

impl Claims {
    pub(super) fn len(&self) -> usize {
        self.claims.len()
    }

    pub(super) fn get(&self, claim: u32) -> &Claim {
        &self.claims[claim as usize]
    }

    pub(super) fn find(&self, claim: u32) -> Option<&Claim> {
        self.claims.get(claim as usize)
    }

    fn get_mut(&mut self, claim: u32) -> &mut Claim {
        &mut self.claims[claim as usize]
    }
}

impl Tree {
    /// Makes a claim of `holder` on `target`: the first child of the one, the newest reference to the other.
    pub(super) fn add_claim(
        &mut self,
        holder: NodeKey,
        target: NodeKey,
        origin: &'static Location<'static>,
    ) -> NodeKey {
        let claim = self.claims.claims.vacant_key() as u32;
        let entry = self.topology.insert_first_with(holder, |_| Item::reference(claim, origin));
        let rare = self.rare_mut(target);
        let older = rare.newest_claim.replace(claim);
        rare.claims += 1;
        self.claims.claims.insert(Claim { entry, target, newer: None, older });
        if let Some(older) = older {
            self.claims.get_mut(older).newer = Some(claim);
        }
        self.item_mut(target).set(flag::SHARED, true);
        entry
    }

    /// Takes back the claim behind an entry, and the entry with it.
    pub(super) fn drop_claim(&mut self, entry: NodeKey) -> Event {
        let holder = self.holder(entry);
        let (item, _) = self.topology.remove_leaf(entry).expect("an entry is dropped once");
        let Claim { target, newer, older, .. } = self.claims.claims.remove(item.slot as usize);
        if let Some(older) = older {
            self.claims.get_mut(older).newer = newer;
        }
        if let Some(newer) = newer {
            self.claims.get_mut(newer).older = older;
        }
        let rare = self.rare_mut(target);
        rare.claims -= 1;
        if newer.is_none() {
            rare.newest_claim = older;
        }
        let shared = rare.claims > 0;
        self.item_mut(target).set(flag::SHARED, shared);
        Event::Unlinked { node: self.id(target), holder: self.id(holder) }
    }

    /// The entries of the claims on a node, newest first.
    pub(super) fn claims_on(&self, target: NodeKey) -> impl Iterator<Item = NodeKey> + '_ {
        let newest = self.rare(target).and_then(|rare| rare.newest_claim);
        let claims = std::iter::successors(newest, |&claim| self.claims.get(claim).older);
        claims.map(|claim| self.claims.get(claim).entry)
    }

    /// The entry of the newest claim on a node. O(1).
    pub(super) fn newest_claim_on(&self, target: NodeKey) -> Option<NodeKey> {
        if !self.item(target).is(flag::SHARED) {
            return None;
        }
        self.claims_on(target).next()
    }

    /// The newest claim that `holder` has on `target`.
    pub(super) fn claim_of(&self, holder: NodeKey, target: NodeKey) -> Option<NodeKey> {
        self.claims_on(target).find(|&entry| self.holder(entry) == holder)
    }

    /// Whose child an entry is.
    pub(super) fn holder(&self, entry: NodeKey) -> NodeKey {
        self.topology.parent(entry).expect("an entry has a holder")
    }

    pub(super) fn references_to(&self, target: NodeKey) -> impl Iterator<Item = Reference> + '_ {
        self.claims_on(target).map(|entry| self.reference_info(entry))
    }

    pub(super) fn reference_info(&self, entry: NodeKey) -> Reference {
        let item = self.item(entry);
        Reference {
            id: ReferenceId(self.id(entry)),
            holder: self.id(self.holder(entry)),
            target: self.id(self.claims.get(item.slot).target),
            origin: item.origin,
        }
    }
}
