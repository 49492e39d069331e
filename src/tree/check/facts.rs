//! What nodes have beside their values: flags, rare facts, claims.

use rustc_hash::FxHashSet;

use crate::id::NodeKey;
use crate::invalid::{Invalid, breach};
use crate::tree::Tree;
use crate::tree::item::{Item, flag};

impl Tree {
    /// 5: flags say what the rare facts are, and those are one node's.
    pub(super) fn check_rare(&self, key: NodeKey, item: &Item, seen: &mut FxHashSet<u32>) -> Result<(), Invalid> {
        let rare = item.rare().map(|rare| self.rare.get(rare));
        if rare.is_some_and(|rare| rare.is_none()) {
            return breach(5, key, "its rare facts are not there");
        }
        let rare = rare.flatten();
        let has = |present: bool, flags: u8| item.is(flags) == present;
        if !has(rare.is_some_and(|rare| rare.destructor.is_some()), flag::GUARDED)
            || !has(rare.is_some_and(|rare| rare.has_cleanups()), flag::CLEANUPS)
            || !has(rare.is_some_and(|rare| rare.claims > 0), flag::SHARED)
            || !has(self.has_budget(key) || rare.is_some_and(|rare| rare.secret().is_some()), flag::MARKED)
        {
            return breach(5, key, "its flags and its rare facts disagree");
        }
        match item.rare() {
            Some(rare) if !seen.insert(rare) => breach(5, key, "two nodes share their rare facts"),
            _ => Ok(()),
        }
    }

    /// 5: there are as many rare facts as nodes that have some.
    pub(super) fn check_rare_number(&self, nodes: usize) -> Result<(), Invalid> {
        if nodes != self.rare.len() {
            return breach(5, self.root(), "another number of nodes has rare facts than there are");
        }
        Ok(())
    }

    /// 6: an entry for a reference is a leaf without facts, and its claim leads back to it and to a living node.
    pub(super) fn check_entry(&self, key: NodeKey, item: &Item) -> Result<(), Invalid> {
        if !self.claim_is_in_order(key, item) {
            return breach(6, key, "a reference has no claim, or one that is on no node's list");
        }
        if self.topology.first_child(key).is_some() || item.flags != 0 || item.rare().is_some() {
            return breach(6, key, "a reference has children, flags or rare facts");
        }
        Ok(())
    }

    /// 6: claims on a node form one list.
    pub(super) fn check_claim_list(&self, key: NodeKey) -> Result<(), Invalid> {
        let count = self.rare(key).map_or(0, |rare| rare.claims as usize);
        let mut length = 0;
        for claim in self.claim_list(key).take(count + 1) {
            if claim.target != key {
                return breach(6, key, "its list of claims has one on another node");
            }
            length += 1;
        }
        if length != count {
            return breach(6, key, "its list of claims has another length than their count");
        }
        Ok(())
    }

    /// 6: there are as many claims as references.
    pub(super) fn check_claim_number(&self) -> Result<(), Invalid> {
        let references = self.topology.entries().filter(|(_, item)| item.is_reference()).count();
        if references != self.claims.len() {
            return breach(6, self.root(), "there are claims without a reference");
        }
        Ok(())
    }

    /// 8: the flag says whether there is anything to know of claims from outside, of which the root has none; and an
    /// anchor is its node's, and dead only when that is on its way out. 14: it leaves word where its tree looks.
    pub(super) fn check_hold(&self, key: NodeKey, item: &Item) -> Result<(), Invalid> {
        let hold = self.rare(key).and_then(|rare| rare.hold());
        if item.is(flag::HELD) != hold.is_some() {
            return breach(8, key, "its flag and what is known of its claims disagree");
        }
        let Some(hold) = hold else { return Ok(()) };
        if key == self.topology.root() {
            return breach(8, key, "the root is claimed");
        }
        let Some(anchor) = hold.anchor() else { return Ok(()) };
        if anchor.node() != key {
            return breach(8, key, "its anchor is another node's");
        }
        if anchor.is_dead() && !item.is(flag::LEAVING) {
            return breach(8, key, "it lives, and can't be claimed");
        }
        if !self.drops.hears_of(anchor) {
            return breach(14, key, "its anchor leaves word in a mailbox that its tree does not look into");
        }
        Ok(())
    }
}
