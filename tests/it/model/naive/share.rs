//! References: a claim is an entry among its holder's children, and one of the node's list of claims.

use super::state::{Claim, Entry, Model, Res};
use crate::model::outcome::{Done, Event, Fault, Num};

impl Model {
    pub fn reference(&mut self, holder: Num, num: Num) -> Res<Done> {
        self.resolve_parent(holder)?;
        self.resolve_idle(num)?;
        self.not_root(num)?;
        let claim = self.claims.len();
        let at = self.arena.new_node(Entry::Claim(claim));
        self.node(holder).at.prepend(at, &mut self.arena);
        self.claims.push(Claim { node: num, at: Some(at) });
        self.node_mut(num).claims.insert(0, claim);
        self.events.push(Event::Referenced { node: num, holder });
        Ok(Done::Referenced { holder, node: num })
    }

    pub fn unlink(&mut self, owner: Num, num: Num) -> Res<Done> {
        self.resolve(owner)?;
        self.resolve_parent(num)?;
        self.not_root(num)?;
        if let Some(claim) = self.claim_of(owner, num) {
            self.drop_claim(claim);
            return Ok(Done::UnlinkedReference);
        }
        if self.parent(num) != Some(owner) {
            return Err(Fault::NotOwner { node: num, owner }.into());
        }
        // The newest reference takes over. One that the node holds to itself is only used up; others from
        // inside can't take over and are passed over.
        let claims = self.node(num).claims.clone();
        if let Some(&newest) = claims.first()
            && self.holder(newest) == Some(num)
        {
            self.drop_claim(newest);
            return Ok(Done::UnlinkedReference);
        }
        for claim in claims {
            let holder = self.holder(claim).expect("listed claims have holders");
            if !self.is_within(holder, num) {
                self.drop_claim(claim);
                self.move_first(num, holder);
                return Ok(Done::UnlinkedPassed(holder));
            }
        }
        self.resolve_idle(num)?;
        Ok(Done::UnlinkedFreed(self.free_alone_or_not(num, |_| {})?))
    }

    /// Of all references ever made, the one with this seed.
    pub fn drop_reference(&mut self, seed: u8) -> Res<Done> {
        if self.claims.is_empty() {
            return Ok(Done::Nothing);
        }
        let claim = usize::from(seed) % self.claims.len();
        if self.claims[claim].at.is_none() {
            return Err(Fault::StaleReference(claim).into());
        }
        self.drop_claim(claim);
        Ok(Done::Set)
    }

    /// The newest reference that `holder` has to the node.
    pub(super) fn claim_of(&self, holder: Num, num: Num) -> Option<usize> {
        self.node(num).claims.iter().copied().find(|&claim| self.holder(claim) == Some(holder))
    }

    pub(super) fn drop_claim(&mut self, claim: usize) {
        let holder = self.holder(claim).expect("a claim is dropped once");
        let node = self.claims[claim].node;
        let at = self.claims[claim].at.take().expect("a claim is dropped once");
        at.remove(&mut self.arena);
        self.node_mut(node).claims.retain(|&other| other != claim);
        self.events.push(Event::Unlinked { node, holder });
    }
}
