//! References: a claim is an entry among its holder's children, and one of the node's list of claims.

use super::budget::Demand;
use super::state::{Claim, Entry, Model, Res};
use crate::model::outcome::{Done, Event, Fault, Num};

impl Model {
    pub fn reference(&mut self, holder: Num, num: Num) -> Res<Done> {
        self.settled()?;
        self.resolve_parent(holder)?;
        self.resolve_idle(num)?;
        self.not_root(num)?;
        self.afford(|model| {
            model.resolve_parent(holder)?;
            model.resolve_idle(num)?;
            Ok(Some(model.demand_of_reference(holder, None)))
        })?;
        let claim = self.claims.len();
        let at = self.arena.new_node(Entry::Claim(claim));
        self.node(holder).at.prepend(at, &mut self.arena);
        self.claims.push(Claim { node: num, at: Some(at) });
        self.node_mut(num).claims.insert(0, claim);
        self.note_peaks();
        self.push(Event::Referenced { node: num, holder });
        Ok(Done::Referenced { holder, node: num })
    }

    pub fn unlink(&mut self, owner: Num, num: Num) -> Res<Done> {
        self.settled()?;
        self.unlink_settled(owner, num, true)
    }

    /// `asked`: budgets have a say.
    pub(super) fn unlink_settled(&mut self, owner: Num, num: Num, asked: bool) -> Res<Done> {
        self.resolve(owner)?;
        self.resolve_parent(num)?;
        self.not_root(num)?;
        if let Some(claim) = self.claim_of(owner, num) {
            self.drop_claim(claim);
            return Ok(Done::UnlinkedReference);
        }
        if asked {
            self.afford(|model| model.demand_of_giving_up(owner, num))?;
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
        if let Some(holder) = self.hand_on(num) {
            return Ok(Done::UnlinkedPassed(holder));
        }
        self.resolve_idle(num)?;
        if let Err(held) = self.unheld(num) {
            // Its claims from outside the tree are what is left of owners, if they are not all it had.
            return if self.node(num).counted { Err(held) } else { Ok(Done::UnlinkedPassed(self.give_to_claims(num))) };
        }
        Ok(Done::UnlinkedFreed(self.free_alone_or_not(num, |_| {})?))
    }

    /// What the budgets of who takes over are asked for.
    pub(super) fn demand_of_giving_up(&self, owner: Num, num: Num) -> Res<Option<Demand>> {
        self.resolve_parent(num)?;
        let heir = Some(num).filter(|&num| self.parent(num) == Some(owner)).and_then(|num| self.heir(num));
        Ok(heir.and_then(|heir| self.demand_of_heir(num, heir)))
    }

    /// Who takes over when the parent gives a node up, if that is not the node itself.
    fn heir(&self, num: Num) -> Option<Num> {
        let own = self.holder(*self.node(num).claims.first()?) == Some(num);
        if own { None } else { self.holder(self.claim_from_beside(num)?) }
    }

    /// The newest reference from outside the node's subtree makes its holder the owner, if there is one.
    pub(super) fn hand_on(&mut self, num: Num) -> Option<Num> {
        let claim = self.claim_from_beside(num)?;
        let holder = self.holder(claim).expect("listed claims have holders");
        self.drop_claim(claim);
        self.node_mut(num).counted = false;
        self.move_first(num, holder);
        Some(holder)
    }

    pub(super) fn claim_from_beside(&self, num: Num) -> Option<usize> {
        let holds = |&claim: &usize| self.holder(claim).expect("listed claims have holders");
        self.node(num).claims.iter().copied().find(|claim| !self.is_within(holds(claim), num))
    }

    /// Of all references ever made, the one with this seed.
    pub fn drop_reference(&mut self, seed: u8) -> Res<Done> {
        let of_here: Vec<usize> =
            (0..self.claims.len()).filter(|&claim| self.is_here(self.claims[claim].node)).collect();
        let Some(i) = usize::from(seed).checked_rem(of_here.len()) else { return Ok(Done::Nothing) };
        let claim = of_here[i];
        self.settled()?;
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
        self.push(Event::Unlinked { node, holder });
    }
}
